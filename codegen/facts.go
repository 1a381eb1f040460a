package main

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/util"
)

// facts are what the document says of its operations beside their requests, by method and path.
type facts map[string]operation

// operation is what the template writes into the client's Operation.
type operation struct {
	ID         string
	Idempotent bool
	Headers    []string
	Secret     string
	Items      string
	Properties []property
}

// property is a property of a response that is required, or that has such a property inside.
type property struct {
	Name                         string
	Required, Nullable, NotEmpty bool
	Properties                   []property // Its own, or those of its elements.
}

// readFacts reads the facts of each operation of a document.
func readFacts(text []byte) (facts, error) {
	doc, err := readDocument(text)
	if err != nil {
		return nil, err
	}
	if err := checkPaths(doc); err != nil {
		return nil, err
	}
	all := facts{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.OperationID == "" {
				return nil, fmt.Errorf("%s %s has no operationId: the code is named for it", method, path)
			}
			if where := nestedSecret(op); where != "" && !slices.Contains(safe, method) {
				return nil, fmt.Errorf("%s %s: the secret %q of the response isn't at its top level, where the client looks for it", method, path, where)
			}
			all[method+" "+path] = factsOf(method, item, op)
		}
	}
	return all, nil
}

// checkPaths returns which two paths a server can't tell apart: they would make its http.ServeMux panic.
func checkPaths(doc *openapi3.T) (err error) {
	mux := http.NewServeMux()
	defer func() {
		if fault := recover(); fault != nil {
			found := append(patterns.FindAllString(fmt.Sprint(fault), 2), "", "")
			err = fmt.Errorf("%s can't be routed: a server of net/http can't tell it from %s", found[1], found[0])
		}
	}()
	for _, path := range slices.Sorted(maps.Keys(doc.Paths.Map())) {
		for method := range doc.Paths.Value(path).Operations() {
			if !strings.Contains(path, "}") || wildcards.MatchString(path) {
				mux.Handle(method+" "+path, http.NotFoundHandler())
			}
		}
	}
	return nil
}

// patterns matches a pattern of a ServeMux.
var patterns = regexp.MustCompile(`[A-Z]+ /[^"\s]*`)

// wildcards matches a path whose parameters are whole segments, by names that net/http takes.
var wildcards = regexp.MustCompile(`^(/([^/{}]*|{[A-Za-z_]\w*}))*$`)

// of returns the facts of an operation of the generator.
func (f facts) of(op codegen.OperationDefinition) operation { return f[op.Method+" "+op.Path] }

// The methods that RFC 9110 calls safe (9.2.1) and idempotent (9.2.2).
var (
	safe       = []string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace}
	idempotent = append([]string{http.MethodPut, http.MethodDelete}, safe...)
)

func factsOf(method string, item *openapi3.PathItem, op *openapi3.Operation) operation {
	o := operation{ID: op.OperationID, Idempotent: slices.Contains(idempotent, method)}
	for _, param := range slices.Concat(item.Parameters, op.Parameters) {
		if param.Value.In == openapi3.ParameterInHeader && !slices.Contains(o.Headers, param.Value.Name) {
			o.Headers = append(o.Headers, param.Value.Name)
		}
	}
	body := successBody(op)
	if body == nil {
		return o
	}
	o.Properties = properties(body, nil)
	if !slices.Contains(safe, method) {
		o.Secret = secretOf(body, nil)
	}
	o.Items = itemsOf(body)
	return o
}

// successBody returns the schema of the JSON that a success comes with, nil where it comes with none.
func successBody(op *openapi3.Operation) *openapi3.Schema {
	responses := op.Responses.Map()
	for _, status := range slices.Sorted(maps.Keys(responses)) {
		if !strings.HasPrefix(status, "2") {
			continue
		}
		content := responses[status].Value.Content
		for _, mediaType := range slices.Sorted(maps.Keys(content)) {
			if util.IsMediaTypeJson(mediaType) && content[mediaType].Schema != nil {
				return content[mediaType].Schema.Value
			}
		}
	}
	return nil
}

// nestedSecret returns the name of a secret of a success that isn't a property of the success itself, empty where there is none.
func nestedSecret(op *openapi3.Operation) string {
	body := successBody(op)
	if body == nil {
		return ""
	}
	byName, _ := members(inside(body))
	for _, property := range byName {
		if property.Value.Format == "password" && body.Items == nil {
			return ""
		}
	}
	return secretOf(body, nil)
}

// members returns the properties of an object, those of each allOf included, and which of them are required.
func members(schema *openapi3.Schema) (byName openapi3.Schemas, required []string) {
	byName, required = openapi3.Schemas{}, slices.Clone(schema.Required)
	for _, part := range schema.AllOf {
		inner, more := members(part.Value)
		maps.Copy(byName, inner)
		required = append(required, more...)
	}
	maps.Copy(byName, schema.Properties)
	return byName, required
}

// inside returns the schema of an array's elements, or the schema itself.
func inside(schema *openapi3.Schema) *openapi3.Schema {
	for schema.Items != nil {
		schema = schema.Items.Value
	}
	return schema
}

// properties returns what is required of an object, or of an array's elements, at any depth. A schema inside of itself
// isn't followed.
func properties(schema *openapi3.Schema, within []*openapi3.Schema) []property {
	schema = inside(schema)
	if slices.Contains(within, schema) {
		return nil
	}
	within = append(slices.Clip(within), schema)
	byName, required := members(schema)
	var found []property
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		value := byName[name].Value
		p := property{Name: name, Required: slices.Contains(required, name), Nullable: value.Nullable}
		p.NotEmpty, p.Properties = value.MinLength > 0, properties(value, within)
		if p.Required || len(p.Properties) > 0 {
			found = append(found, p)
		}
	}
	return found
}

// secretOf returns the name of the property that holds a secret, empty where there is none.
func secretOf(schema *openapi3.Schema, within []*openapi3.Schema) string {
	schema = inside(schema)
	if slices.Contains(within, schema) {
		return ""
	}
	within = append(slices.Clip(within), schema)
	byName, _ := members(schema)
	names := slices.Sorted(maps.Keys(byName))
	for _, name := range names {
		if byName[name].Value.Format == "password" {
			return name
		}
	}
	for _, name := range names {
		if found := secretOf(byName[name].Value, within); found != "" {
			return found
		}
	}
	return ""
}

// itemsOf returns the name of the one property of an object that is an array of objects, empty where there isn't one.
func itemsOf(schema *openapi3.Schema) string {
	byName, _ := members(schema)
	var lists []string
	for name, property := range byName {
		if items := property.Value.Items; items != nil && items.Value.Type.Is("object") {
			lists = append(lists, name)
		}
	}
	if len(lists) != 1 {
		return ""
	}
	return lists[0]
}
