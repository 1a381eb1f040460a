package contract

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

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/qaikeys/qaikeys"
	"github.com/qaikeys/qaikeys/wrapper/keys"
)

// Load reads the embedded document.
func Load() (*openapi3.T, error) { return openapi3.NewLoader().LoadFromData(qaikeys.OpenAPI) }

// Operation is an operation of the document, and how the client calls it.
type Operation struct {
	*openapi3.Operation

	ID     string // The operationId.
	Method string // The HTTP method.
	Path   string // The path's template.
	Params openapi3.Parameters

	method reflect.Value // Of keys.Client; see Methods.
}

// Operations returns the operations of a document that have a method in [Methods], in the order of their IDs. What is wrong
// with the others comes as a text for each that says what to do.
func Operations(doc *openapi3.T) (found []Operation, problems []string) {
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			o := Operation{
				Operation: op, ID: op.OperationID, Method: method, Path: path,
				Params: slices.Concat(item.Parameters, op.Parameters), method: reflect.ValueOf(Methods[op.OperationID]),
			}
			if problem := o.problem(); problem != "" {
				problems = append(problems, problem)
				continue
			}
			found = append(found, o)
		}
	}
	slices.SortFunc(found, func(a, b Operation) int { return cmp.Compare(a.ID, b.ID) })
	slices.Sort(problems)
	return found, problems
}

// problem says why the operation can't be called, and what to do; it is empty where it can.
func (o Operation) problem() string {
	if !o.method.IsValid() {
		return fmt.Sprintf("%s (%s %s) has no method: write one in wrapper/keys, and add %q to Methods in contract/methods.go", o.ID, o.Method, o.Path, o.ID)
	}
	t := o.method.Type()
	fixed := 2 + len(o.PathNames()) // The client, the context and the path's parameters.
	if t.Kind() != reflect.Func || t.NumIn() <= fixed || !t.IsVariadic() || t.NumOut() < 1 || t.NumOut() > 2 {
		return fmt.Sprintf("%s: the method in contract/methods.go must be like func(*keys.Client, context.Context, path parameters, parameters or body, ...keys.CallOption) (value, error), or return an error alone", o.ID)
	}
	return ""
}

// Mints reports whether a success has a property with a secret (format: password), and its name.
func (o Operation) Mints() (property string, ok bool) {
	schema := o.Success()
	if schema == nil {
		return "", false
	}
	for name, value := range schema.Properties {
		if value.Value.Format == "password" {
			return name, true
		}
	}
	return "", false
}

// Idempotent reports whether a request may be sent again when its outcome is unknown (RFC 9110, 9.2.2).
func (o Operation) Idempotent() bool {
	return o.Reads() || o.Method == http.MethodPut || o.Method == http.MethodDelete
}

// Reads reports whether the operation changes nothing (RFC 9110, 9.2.1).
func (o Operation) Reads() bool { return o.Method == http.MethodGet || o.Method == http.MethodHead }

// Success returns the schema of the JSON body of a success, nil where it has none.
func (o Operation) Success() *openapi3.Schema {
	for _, status := range []int{http.StatusOK, http.StatusCreated, http.StatusAccepted} {
		if response := o.Responses.Status(status); response != nil {
			return jsonSchema(response.Value.Content)
		}
	}
	return nil
}

// Request returns the schema of the request's JSON body, nil where it has none.
func (o Operation) Request() *openapi3.Schema {
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
func (o Operation) PathNames() []string {
	var names []string
	for _, match := range pathName.FindAllStringSubmatch(o.Path, -1) {
		names = append(names, match[1])
	}
	return names
}

// Target returns the path with the examples of its parameters.
func (o Operation) Target() string {
	return pathName.ReplaceAllStringFunc(o.Path, func(name string) string {
		return url.PathEscape(fmt.Sprint(o.Example(name[1 : len(name)-1])))
	})
}

// Example returns the document's example of a parameter.
func (o Operation) Example(param string) any {
	for _, p := range o.Params {
		if p.Value.Name == param {
			if p.Value.Example != nil {
				return p.Value.Example
			}
			return Example(p.Value.Schema.Value)
		}
	}
	return nil
}

// Body returns a request body with everything that it can have, by the document's examples; nil where there is none.
func (o Operation) Body() []byte {
	schema := o.Request()
	if schema == nil {
		return nil
	}
	return encode(Example(schema))
}

// Example returns a value of a schema, by the document's examples: an object has every property, but for one that would be inside
// of itself.
func Example(schema *openapi3.Schema) any { return example(schema, nil) }

func example(schema *openapi3.Schema, within []*openapi3.Schema) any {
	if slices.Contains(within, schema) {
		return nil
	}
	within = append(slices.Clip(within), schema)
	switch {
	case schema.Example != nil:
		return schema.Example
	case len(schema.Enum) > 0:
		return schema.Enum[0]
	case schema.Type.Is("object") || len(schema.Properties) > 0:
		object := map[string]any{}
		for name, property := range schema.Properties {
			if value := example(property.Value, within); value != nil {
				object[name] = value
			}
		}
		return object
	case schema.Type.Is("array"):
		if element := example(schema.Items.Value, within); element != nil {
			return []any{element}
		}
		return []any{}
	case len(schema.OneOf) > 0:
		return example(schema.OneOf[0].Value, within)
	case len(schema.AnyOf) > 0:
		return example(schema.AnyOf[0].Value, within)
	}
	return nil
}

// Arguments returns the arguments of a call by the document's examples: the path's parameters, then the other parameters
// and the request body, as far as the method takes them.
func (o Operation) Arguments() []any { return o.ArgumentsWith(o.Body()) }

// ArgumentsWith is [Operation.Arguments] with a request body.
func (o Operation) ArgumentsWith(body []byte) []any {
	var args []any
	names := o.PathNames()
	for i := 2; i < o.method.Type().NumIn()-1; i++ {
		t := o.method.Type().In(i)
		switch parameters := strings.ToUpper(o.ID[:1]) + o.ID[1:] + "Params"; {
		case len(args) < len(names):
			args = append(args, decode(t, encode(o.Example(names[len(args)]))))
		case t.Name() == parameters || t.Kind() == reflect.Pointer && t.Elem().Name() == parameters:
			args = append(args, decode(t, encode(o.parameters())))
		default:
			args = append(args, decode(t, body))
		}
	}
	return args
}

// parameters returns the examples of the parameters that aren't the path's, by their names.
func (o Operation) parameters() map[string]any {
	examples := map[string]any{}
	for _, param := range o.Params {
		if param.Value.In != openapi3.ParameterInPath {
			examples[param.Value.Name] = o.Example(param.Value.Name)
		}
	}
	return examples
}

// Call calls the client's method. A nil pointer, and what a method doesn't return, is nil.
func (o Operation) Call(ctx context.Context, c *keys.Client, args []any, opts ...keys.CallOption) (any, error) {
	in := []reflect.Value{reflect.ValueOf(c), reflect.ValueOf(ctx)}
	for _, arg := range args {
		in = append(in, reflect.ValueOf(arg))
	}
	for _, opt := range opts {
		in = append(in, reflect.ValueOf(opt))
	}
	out := o.method.Call(in)
	err, _ := out[len(out)-1].Interface().(error)
	if value := out[0]; len(out) == 2 && (value.Kind() != reflect.Pointer || !value.IsNil()) {
		return value.Interface(), err
	}
	return nil, err
}

// decode reads JSON into a new value of a type.
func decode(t reflect.Type, data []byte) any {
	value := reflect.New(t)
	if err := json.Unmarshal(data, value.Interface()); err != nil {
		panic(fmt.Sprintf("contract: the document's example %s isn't a %s: %v", data, t, err))
	}
	return value.Elem().Interface()
}

func encode(value any) []byte {
	encoded, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return encoded
}
