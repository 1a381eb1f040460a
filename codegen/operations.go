package main

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/util"
)

// operation is what the template writes into the client's Operation: what the document says beside the request.
type operation struct {
	ID         string
	Idempotent bool
	Headers    []string
	Secret     string
	Pattern    string // Of the secret.
	Items      string
	Properties []property
}

// property is a property of a response that is required, or that has such a property inside.
type property struct {
	Name                         string
	Required, Nullable, NotEmpty bool
	Properties                   []property // Its own, or those of its elements.
}

// readDocument reads a document. Its error says what is wrong with it.
func readDocument(text []byte) (*openapi3.T, error) {
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromData(text)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.0.") {
		return nil, fmt.Errorf(`"openapi" is %q: only documents of OpenAPI 3.0 can be generated`, doc.OpenAPI)
	}
	return doc, doc.Validate(loader.Context)
}

// readOperations returns the operations of a document, by method and path. Its error says which can't be generated.
func readOperations(doc *openapi3.T) (map[string]operation, error) {
	all := map[string]operation{}
	mux := http.NewServeMux()
	for _, path := range slices.Sorted(maps.Keys(doc.Paths.Map())) {
		item := doc.Paths.Value(path)
		for method, op := range item.Operations() {
			pattern := method + " " + path
			if err := route(mux, pattern); err != nil {
				return nil, err
			}
			var err error
			if all[pattern], err = newOperation(method, slices.Concat(item.Parameters, op.Parameters), op); err != nil {
				return nil, fmt.Errorf("%s: %w", pattern, err)
			}
		}
	}
	return all, nil
}

var conflict = regexp.MustCompile(`conflicts with pattern "([^"]+)"`)

// route adds a pattern to a mux, which panics if it can't tell it from another. The error names both.
func route(mux *http.ServeMux, pattern string) (err error) {
	defer func() {
		if found := conflict.FindStringSubmatch(fmt.Sprint(recover())); found != nil {
			err = fmt.Errorf("%s can't be routed: a server of net/http can't tell it from %s", found[1], pattern)
		}
	}()
	mux.Handle(pattern, http.NotFoundHandler())
	return nil
}

// The methods that RFC 9110 calls safe (9.2.1) and idempotent (9.2.2).
var (
	safe       = []string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace}
	idempotent = append([]string{http.MethodPut, http.MethodDelete}, safe...)
)

func newOperation(method string, params openapi3.Parameters, op *openapi3.Operation) (operation, error) {
	o := operation{ID: op.OperationID, Idempotent: slices.Contains(idempotent, method)}
	if o.ID == "" {
		return o, errors.New("there is no operationId, which the code is named for")
	}
	for _, param := range params {
		if param.Value.In == openapi3.ParameterInHeader && !slices.Contains(o.Headers, param.Value.Name) {
			o.Headers = append(o.Headers, param.Value.Name)
		}
	}
	body := successBody(op)
	if body == nil {
		return o, nil
	}
	o.Properties = properties(body, nil)
	o.Items = itemsOf(body)
	if slices.Contains(safe, method) {
		return o, nil
	}
	var err error
	if o.Secret, err = secretOf(body); o.Secret != "" {
		byName, _ := propertiesOf(body)
		o.Pattern = byName[o.Secret].Value.Pattern
		if _, err := regexp.Compile(o.Pattern); err != nil {
			return o, fmt.Errorf("the pattern of the secret %q can't be used in Go: %w", o.Secret, err)
		}
	}
	return o, err
}

// successBody returns the schema of the JSON body of a success, nil if it has none.
func successBody(op *openapi3.Operation) *openapi3.Schema {
	responses := op.Responses.Map()
	for _, status := range slices.Sorted(maps.Keys(responses)) {
		content := responses[status].Value.Content
		for _, mediaType := range slices.Sorted(maps.Keys(content)) {
			if strings.HasPrefix(status, "2") && util.IsMediaTypeJson(mediaType) && content[mediaType].Schema != nil {
				return content[mediaType].Schema.Value
			}
		}
	}
	return nil
}

// propertiesOf returns the properties of an object, those of each allOf included, and which of them are required.
func propertiesOf(schema *openapi3.Schema) (byName openapi3.Schemas, required []string) {
	byName, required = openapi3.Schemas{}, slices.Clone(schema.Required)
	for _, part := range schema.AllOf {
		inner, more := propertiesOf(part.Value)
		maps.Copy(byName, inner)
		required = append(required, more...)
	}
	maps.Copy(byName, schema.Properties)
	return byName, required
}

// properties returns what is required of an object, or of an array's elements, at any depth. A schema inside itself isn't followed.
func properties(schema *openapi3.Schema, within []*openapi3.Schema) []property {
	for schema.Items != nil {
		schema = schema.Items.Value
	}
	if slices.Contains(within, schema) {
		return nil
	}
	within = append(slices.Clip(within), schema)
	byName, required := propertiesOf(schema)
	var found []property
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		inner := byName[name].Value
		p := property{Name: name, Required: slices.Contains(required, name), Nullable: inner.Nullable}
		p.NotEmpty, p.Properties = inner.MinLength > 0, properties(inner, within)
		if p.Required || len(p.Properties) > 0 {
			found = append(found, p)
		}
	}
	return found
}

// secretOf returns the name of the property that holds a secret, empty if there is none. It has to be a property of the body itself.
func secretOf(body *openapi3.Schema) (string, error) {
	byName, _ := propertiesOf(body)
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		if byName[name].Value.Format == "password" {
			return name, nil
		}
	}
	return "", body.NewRef().WalkSubtree(func(_ string, part *openapi3.SchemaRef) error {
		for name, property := range part.Value.Properties {
			if property.Value.Format == "password" {
				return fmt.Errorf("the secret %q of the response isn't at its top level, where the client looks for it", name)
			}
		}
		return nil
	})
}

// itemsOf returns the name of the only property of an object that is an array of objects, empty if there isn't just one.
func itemsOf(schema *openapi3.Schema) string {
	byName, _ := propertiesOf(schema)
	maps.DeleteFunc(byName, func(_ string, property *openapi3.SchemaRef) bool {
		return property.Value.Items == nil || !property.Value.Items.Value.Type.Is("object")
	})
	if len(byName) != 1 {
		return ""
	}
	return slices.Collect(maps.Keys(byName))[0]
}
