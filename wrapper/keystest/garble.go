package keystest

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json/jsontext"
)

// checkGarble returns that nothing can be garbled.
func (f *Fault) checkGarble() error {
	if f.Garble == "" || f.garblesAProperty() {
		return nil
	}
	return fmt.Errorf("garble: no response of %s has a property %q", cmp.Or(f.Operation, "the API"), f.Garble)
}

// garblesAProperty reports whether a success of the fault's operation, or of any, has the property that is to be garbled.
func (f *Fault) garblesAProperty() bool {
	for _, route := range loadOperations() {
		if f.Operation != "" && f.Operation != route.Operation.OperationID {
			continue
		}
		for status, response := range route.Operation.Responses.Map() {
			media := response.Value.Content.Get("application/json")
			if strings.HasPrefix(status, "2") && media != nil && hasProperty(media.Schema.Value, strings.Split(f.Garble, ".")) {
				return true
			}
		}
	}
	return false
}

// hasProperty reports whether an object, or the elements of a list, may have the property at a path.
func hasProperty(schema *openapi3.Schema, path []string) bool {
	for schema.Items != nil {
		schema = schema.Items.Value
	}
	if len(path) == 0 {
		return true
	}
	if property := schema.Properties[path[0]]; property != nil && hasProperty(property.Value, path[1:]) {
		return true
	}
	return slices.ContainsFunc(schema.AllOf, func(part *openapi3.SchemaRef) bool { return hasProperty(part.Value, path) })
}

// garble replaces the values of a property with some of another type. All other bytes stay as they are. The error says that there is none.
func garble(body []byte, property string) ([]byte, error) {
	var garbled []byte
	decoder := jsontext.NewDecoder(bytes.NewReader(body))
	copied := 0
	for {
		switch _, err := decoder.ReadToken(); {
		case errors.Is(err, io.EOF) && copied > 0:
			return append(garbled, body[copied:]...), nil
		case errors.Is(err, io.EOF):
			return nil, fmt.Errorf("garble: the response has no property %q", property)
		case err != nil:
			return nil, errors.New("garble: the response isn't JSON")
		}
		if pathOf(decoder) != property { // Otherwise it has just read the name.
			continue
		}
		value, err := decoder.ReadValue()
		if err != nil {
			return nil, errors.New("garble: the response isn't JSON")
		}
		end := int(decoder.InputOffset())
		garbled = append(garbled, body[copied:end-len(value)]...)
		if value.Kind() == jsontext.KindString {
			garbled = append(garbled, `["garbled"]`...)
		} else {
			garbled = append(garbled, `"garbled"`...)
		}
		copied = end
	}
}

// pathOf returns the names of the properties that lead to what a decoder read last, with dots between them. A list's elements have none.
func pathOf(decoder *jsontext.Decoder) string {
	var names []string
	level := 0
	for token := range decoder.StackPointer().Tokens() {
		level++
		if kind, _ := decoder.StackIndex(level); kind == jsontext.KindBeginObject {
			names = append(names, token)
		}
	}
	return strings.Join(names, ".")
}
