package contract_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/qaikeys/qaikeys"
	"github.com/qaikeys/qaikeys/contract"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/require"
)

// loadDocument reads openapi.yaml.
func loadDocument(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(qaikeys.OpenAPI)
	require.NoError(t, err)
	return doc
}

// operation is an operation of the document, and how the client calls it.
type operation struct {
	*openapi3.Operation

	ID     string // The operationId.
	Method string // The HTTP method.
	Path   string // The path's template.
	Params openapi3.Parameters

	call reflect.Value // The method of keys.Client; see Methods.
}

// operationsOf returns the operations of a document that have a method in contract.Methods, in the order of their IDs. For each of the
// others it returns a text that says what to do.
func operationsOf(doc *openapi3.T) (found []operation, problems []string) {
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			o := operation{
				Operation: op, ID: op.OperationID, Method: method, Path: path,
				Params: slices.Concat(item.Parameters, op.Parameters), call: reflect.ValueOf(contract.Methods[op.OperationID]),
			}
			if problem := o.problem(); problem != "" {
				problems = append(problems, problem)
			} else {
				found = append(found, o)
			}
		}
	}
	slices.SortFunc(found, func(a, b operation) int { return cmp.Compare(a.ID, b.ID) })
	slices.Sort(problems)
	return found, problems
}

// callable returns the operations of the document that the client can call. TestEveryOperationHasItsMethod reports the others.
func callable(t *testing.T) []operation {
	t.Helper()
	found, _ := operationsOf(loadDocument(t))
	return found
}

func TestEveryOperationHasItsMethod(t *testing.T) {
	t.Parallel()
	doc := loadDocument(t)
	_, problems := operationsOf(doc)
	for _, problem := range problems {
		t.Error(problem)
	}
	known := map[string]bool{}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			known[op.OperationID] = true
		}
	}
	for id := range contract.Methods {
		if !known[id] {
			t.Errorf("the document has no operation %s: remove it from Methods in contract/methods.go", id)
		}
	}
}

// problem says why the operation can't be called, and what to do; it is empty if it can.
func (o operation) problem() string {
	if !o.call.IsValid() {
		return fmt.Sprintf("%s (%s %s) has no method: write one in wrapper/keys, and add %q to Methods in contract/methods.go", o.ID, o.Method, o.Path, o.ID)
	}
	t := o.call.Type()
	fixed := 2 + len(o.PathNames()) // The client, the context and the path's parameters.
	if t.Kind() != reflect.Func || t.NumIn() <= fixed || !t.IsVariadic() || t.NumOut() < 1 || t.NumOut() > 2 {
		return fmt.Sprintf("%s: the method in contract/methods.go must be like func(*keys.Client, context.Context, path parameters, parameters or body, ...keys.CallOption) (value, error), or return only an error", o.ID)
	}
	return ""
}

// Mints returns the property of a success that holds a secret (format: password), and whether there is one.
func (o operation) Mints() (property string, ok bool) {
	if schema := o.Success(); schema != nil {
		for name, property := range schema.Properties {
			if property.Value.Format == "password" {
				return name, true
			}
		}
	}
	return "", false
}

// Idempotent reports whether a request may be sent again when its outcome is unknown (RFC 9110, 9.2.2).
func (o operation) Idempotent() bool {
	return o.Reads() || o.Method == http.MethodPut || o.Method == http.MethodDelete
}

// Reads reports whether the operation changes nothing (RFC 9110, 9.2.1).
func (o operation) Reads() bool { return o.Method == http.MethodGet || o.Method == http.MethodHead }

// Success returns the schema of the JSON body of a success, nil if it has none.
func (o operation) Success() *openapi3.Schema {
	for _, status := range []int{http.StatusOK, http.StatusCreated, http.StatusAccepted} {
		if response := o.Responses.Status(status); response != nil {
			return jsonSchema(response.Value.Content)
		}
	}
	return nil
}

// essential reports whether a property is one that a mint can't do without, its secret or an id, which may not be empty, or holds one. A
// secret is one even if the document lets it be empty.
func essential(property *openapi3.Schema) bool {
	if property.Items != nil {
		return essential(property.Items.Value)
	}
	return property.MinLength > 0 || property.Format == "password" || slices.ContainsFunc(property.Required, func(name string) bool {
		return essential(property.Properties[name].Value)
	})
}

// Request returns the schema of the request's JSON body, nil if it has none.
func (o operation) Request() *openapi3.Schema {
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
func (o operation) PathNames() []string {
	var names []string
	for _, match := range pathName.FindAllStringSubmatch(o.Path, -1) {
		names = append(names, match[1])
	}
	return names
}

// Target returns the path with the examples of its parameters.
func (o operation) Target() string {
	return pathName.ReplaceAllStringFunc(o.Path, func(name string) string {
		return url.PathEscape(fmt.Sprint(o.Example(name[1 : len(name)-1])))
	})
}

// Body returns a request body with everything that it can have, by the document's examples; nil if there is none.
func (o operation) Body() []byte {
	if schema := o.Request(); schema != nil {
		return encode(exampleOf(schema))
	}
	return nil
}

// Example returns the document's example of a parameter.
func (o operation) Example(param string) any {
	for _, p := range o.Params {
		if p.Value.Name == param && p.Value.Example != nil {
			return p.Value.Example
		} else if p.Value.Name == param {
			return exampleOf(p.Value.Schema.Value)
		}
	}
	return nil
}

// exampleOf returns a value of a schema, by the document's examples. An object has every property, except one that contains the object
// itself.
func exampleOf(schema *openapi3.Schema) any { return example(schema, nil) }

func example(schema *openapi3.Schema, within []*openapi3.Schema) any {
	if slices.Contains(within, schema) {
		return nil
	}
	within = append(slices.Clip(within), schema)
	switch alternatives := slices.Concat(schema.OneOf, schema.AnyOf); {
	case schema.Example != nil:
		return schema.Example
	case len(schema.Enum) > 0:
		return schema.Enum[0]
	case schema.Type.Is("object") || len(schema.Properties) > 0:
		properties := map[string]any{}
		for name, property := range schema.Properties {
			if one := example(property.Value, within); one != nil {
				properties[name] = one
			}
		}
		return properties
	case schema.Type.Is("array"):
		if element := example(schema.Items.Value, within); element != nil {
			return []any{element}
		}
		return []any{}
	case len(alternatives) > 0:
		return example(alternatives[0].Value, within)
	}
	return nil
}

// Arguments returns the arguments of a call by the document's examples: the path's parameters, then the other parameters and the
// request body, as far as the method takes them.
func (o operation) Arguments() []any { return o.ArgumentsWith(o.Body()) }

// ArgumentsWith is Arguments with a request body.
func (o operation) ArgumentsWith(body []byte) []any {
	others := map[string]any{} // The parameters that aren't the path's.
	for _, param := range o.Params {
		if param.Value.In != openapi3.ParameterInPath {
			others[param.Value.Name] = o.Example(param.Value.Name)
		}
	}
	var args []any
	names := o.PathNames()
	for i := 2; i < o.call.Type().NumIn()-1; i++ {
		t := o.call.Type().In(i)
		switch params := strings.ToUpper(o.ID[:1]) + o.ID[1:] + "Params"; {
		case len(args) < len(names):
			args = append(args, decodeAs(t, encode(o.Example(names[len(args)]))))
		case t.Name() == params || t.Kind() == reflect.Pointer && t.Elem().Name() == params:
			args = append(args, decodeAs(t, encode(others)))
		default:
			args = append(args, decodeAs(t, body))
		}
	}
	return args
}

// Call calls the client's method. A nil pointer, and what a method doesn't return, is nil.
func (o operation) Call(ctx context.Context, c *keys.Client, args []any, opts ...keys.CallOption) (any, error) {
	in := []reflect.Value{reflect.ValueOf(c), reflect.ValueOf(ctx)}
	for _, arg := range args {
		in = append(in, reflect.ValueOf(arg))
	}
	for _, opt := range opts {
		in = append(in, reflect.ValueOf(opt))
	}
	out := o.call.Call(in)
	err, _ := out[len(out)-1].Interface().(error)
	if len(out) == 1 || out[0].Kind() == reflect.Pointer && out[0].IsNil() {
		return nil, err
	}
	return out[0].Interface(), err
}

// decodeAs reads JSON into a new value of a type.
func decodeAs(t reflect.Type, data []byte) any {
	decoded := reflect.New(t)
	if err := json.Unmarshal(data, decoded.Interface()); err != nil {
		panic(fmt.Sprintf("contract: the document's example %s isn't a %s: %v", data, t, err))
	}
	return decoded.Elem().Interface()
}
