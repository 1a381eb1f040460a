package contract_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/qaikeys/qaikeys"
	"github.com/qaikeys/qaikeys/contract"
	"github.com/qaikeys/qaikeys/wrapper/document"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/require"
)

// loadDocument reads openapi.yaml.
func loadDocument(t *testing.T) *document.Document {
	t.Helper()
	doc, err := document.Load(qaikeys.OpenAPI)
	require.NoError(t, err)
	return doc
}

// operation is an operation of the document, and how the client calls it.
type operation struct {
	*document.Operation

	call reflect.Value // The method of keys.Client; see Methods.
}

// operationsOf returns the operations of a document that have a method in contract.Methods, in the order of their IDs. For each of the
// others it returns a text that says what to do.
func operationsOf(doc *document.Document) (found []operation, problems []string) {
	for _, op := range doc.Operations {
		o := operation{op, reflect.ValueOf(contract.Methods[op.ID])}
		if problem := o.problem(); problem != "" {
			problems = append(problems, problem)
		} else {
			found = append(found, o)
		}
	}
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
	for id := range contract.Methods {
		if doc.Operation(id) == nil {
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

// Body returns a request body with everything that it can have, by the document's examples; nil if there is none.
func (o operation) Body() []byte {
	if schema := o.Request(); schema != nil {
		return encode(document.Example(schema))
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
