// Package document reads the API's document, for what holds clients and servers to it: its operations, examples of what they take, values
// that break one constraint, and a judge of requests and responses. It is for this project's own packages, and may change at any time.
package document

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
)

// Document is the API's document. It is safe for concurrent use.
type Document struct {
	*openapi3.T

	Operations []*Operation // In the order of their IDs.
}

// Operation is an operation of the document.
type Operation struct {
	*openapi3.Operation

	ID     string              // The operationId.
	Method string              // The HTTP method.
	Path   string              // The path's template.
	Item   *openapi3.PathItem  // The path's other operations, too.
	Params openapi3.Parameters // The path's and its own.

	route *routers.Route
}

// Load reads a document.
func Load(data []byte) (*Document, error) {
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil, err
	}
	for _, schema := range doc.Components.Schemas {
		flatten(schema.Value)
	}
	d := &Document{T: doc}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			d.Operations = append(d.Operations, &Operation{
				Operation: op, ID: op.OperationID, Method: method, Path: path, Item: item, Params: slices.Concat(item.Parameters, op.Parameters),
				route: &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: op},
			})
		}
	}
	slices.SortFunc(d.Operations, func(a, b *Operation) int { return cmp.Compare(a.ID, b.ID) })
	return d, nil
}

// flatten lets the elements of an array be anything if they are of the schema that the array is an alternative of, as in JSON of any shape.
// kin-openapi would visit each one twice, and so take twice as long for each array that is in another.
func flatten(schema *openapi3.Schema) {
	for _, part := range schema.AnyOf {
		if items := part.Value.Items; items != nil && items.Value == schema {
			part.Value.Items = &openapi3.SchemaRef{Value: &openapi3.Schema{Nullable: true}}
		}
	}
}

// Properties returns the properties of the document's schemas, as Seen has them, in order.
func (d *Document) Properties() (names []string) {
	for schema, ref := range d.Components.Schemas {
		for property := range ref.Value.Properties {
			names = append(names, schema+"."+property)
		}
	}
	slices.Sort(names)
	return names
}

// Operation returns the operation with an operationId, or nil.
func (d *Document) Operation(id string) *Operation {
	for _, op := range d.Operations {
		if op.ID == id {
			return op
		}
	}
	return nil
}

// Find returns the operation of a method and an escaped path, and the values of the path's parameters; nil if there is none. A path that is
// spelled out comes before a template, whatever the method.
func (d *Document) Find(method, escapedPath string) (found *Operation, params map[string]string) {
	path := ""
	for template := range d.Paths.Map() {
		if values, matches := match(template, escapedPath); matches && (path == "" || len(values) < len(params)) {
			path, params = template, values
		}
	}
	for _, op := range d.Operations {
		if op.Path == path && op.Method == method {
			return op, params
		}
	}
	return nil, nil
}

// match returns the values of a template's parameters in a path, and whether the path is of the template.
func match(template, escapedPath string) (params map[string]string, matches bool) {
	own, segments := strings.Split(template, "/"), strings.Split(escapedPath, "/")
	if len(own) != len(segments) {
		return nil, false
	}
	params = map[string]string{}
	for i, name := range own {
		segment, err := url.PathUnescape(segments[i])
		if pathName.MatchString(name) && segment != "" {
			params[name[1:len(name)-1]] = segment
		} else if err != nil || segment != name {
			return nil, false
		}
	}
	return params, true
}

// Statuses returns the statuses that the operation documents, in ascending order.
func (o *Operation) Statuses() []int {
	var statuses []int
	for text := range o.Responses.Map() {
		if status, err := strconv.Atoi(text); err == nil {
			statuses = append(statuses, status)
		}
	}
	slices.Sort(statuses)
	return statuses
}

// Mints returns the property of a success that holds a secret (format: password), and whether there is one.
func (o *Operation) Mints() (property string, ok bool) {
	if schema := o.Success(); schema != nil {
		for name, property := range schema.Properties {
			if property.Value.Format == "password" {
				return name, true
			}
		}
	}
	return "", false
}

// MintedID returns the id of the key that a success of a mint has: its required text that can't be empty, isn't the secret and is named id
// or ends in _id, at any depth; empty if there is none.
func (o *Operation) MintedID(success map[string]any) string { return idIn(o.Success(), success) }

func idIn(schema *openapi3.Schema, value map[string]any) string {
	for _, name := range schema.Required {
		property := schema.Properties[name].Value
		switch value := value[name].(type) {
		case string:
			if property.MinLength > 0 && property.Format != "password" && (name == "id" || strings.HasSuffix(name, "_id")) {
				return value
			}
		case map[string]any:
			if id := idIn(property, value); id != "" {
				return id
			}
		}
	}
	return ""
}

// Idempotent reports whether a request may be sent again when its outcome is unknown (RFC 9110, 9.2.2).
func (o *Operation) Idempotent() bool {
	return o.Reads() || o.Method == http.MethodPut || o.Method == http.MethodDelete
}

// Reads reports whether the operation changes nothing (RFC 9110, 9.2.1).
func (o *Operation) Reads() bool { return o.Method == http.MethodGet || o.Method == http.MethodHead }

// Success returns the schema of the JSON body of a success, nil if it has none.
func (o *Operation) Success() *openapi3.Schema {
	for _, status := range []int{http.StatusOK, http.StatusCreated, http.StatusAccepted} {
		if o.Responses.Status(status) != nil {
			return o.Response(status)
		}
	}
	return nil
}

// Response returns the schema of the JSON body of a response, nil if it has none or if the status isn't documented.
func (o *Operation) Response(status int) *openapi3.Schema {
	if response := o.Responses.Status(status); response != nil {
		return jsonSchema(response.Value.Content)
	}
	return nil
}

// Request returns the schema of the request's JSON body, nil if it has none.
func (o *Operation) Request() *openapi3.Schema {
	if o.RequestBody == nil {
		return nil
	}
	return jsonSchema(o.RequestBody.Value.Content)
}

func jsonSchema(content openapi3.Content) *openapi3.Schema {
	if media := content.Get("application/json"); media != nil && media.Schema != nil {
		return media.Schema.Value
	}
	return nil
}

var pathName = regexp.MustCompile(`{([^}]+)}`)

// PathNames returns the names of the path's parameters, in their order.
func (o *Operation) PathNames() []string {
	var names []string
	for _, match := range pathName.FindAllStringSubmatch(o.Path, -1) {
		names = append(names, match[1])
	}
	return names
}

// Target returns the path with segments for its parameters, escaped as they are; the document's examples for those that segments lacks.
func (o *Operation) Target(segments map[string]string) string {
	return pathName.ReplaceAllStringFunc(o.Path, func(name string) string {
		name = name[1 : len(name)-1]
		if segment, ok := segments[name]; ok {
			return segment
		}
		return url.PathEscape(fmt.Sprint(o.Example(name)))
	})
}
