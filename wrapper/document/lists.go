package document

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json/jsontext"
)

// hasLists reports whether an object of the schema has lists that can be validated element by element.
func hasLists(schema *openapi3.Schema) bool {
	for _, property := range schema.Properties {
		if isList(property) {
			return true
		}
	}
	return false
}

func isList(property *openapi3.SchemaRef) bool { return property != nil && property.Value.Items != nil }

// errTooLarge is the error of a body of which more would be held in memory than may be.
var errTooLarge = errors.New("document: an element is too large")

// boundedReader reads at most MaxBody bytes, and again after each call of more, which is called for each element of a list.
type boundedReader struct {
	io.Reader

	left int
}

func (b *boundedReader) more() { b.left = MaxBody }

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, errTooLarge
	}
	n, err := b.Reader.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// judgeLists reads a JSON object, and validates the elements of its lists until one isn't what the schema says. It returns the object with
// empty lists.
func judgeLists(schema *openapi3.SchemaRef, body io.Reader, seen Seen) (rest []byte, v Verdict) {
	bounded := &boundedReader{Reader: body, left: MaxBody}
	object, violation, err := readObject(schema, bounded, seen)
	_, malformed := errors.AsType[*jsontext.SyntacticError](err)
	switch {
	case violation != "":
		return nil, Verdict{Violation: violation}
	case errors.Is(err, errTooLarge):
		return nil, Verdict{Unchecked: fmt.Sprintf("the body is larger than %d bytes, and so is a part of it", MaxBody)}
	case malformed && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil, Verdict{Violation: notJSON}
	case err != nil:
		return nil, Verdict{Violation: endsEarly}
	}
	walk(schema, object, seen, maxDepth)
	rest, _ = json.Marshal(object) // It came as JSON, so it can't fail.
	return rest, Verdict{}
}

func readObject(schema *openapi3.SchemaRef, body *boundedReader, seen Seen) (object map[string]any, violation string, err error) {
	decoder := jsontext.NewDecoder(body)
	if kind := decoder.PeekKind(); kind != '{' && kind != 0 {
		return nil, "the body isn't an object", nil
	}
	if _, err := decoder.ReadToken(); err != nil {
		return nil, "", err
	}
	object = map[string]any{}
	for decoder.PeekKind() != '}' {
		name, err := decoder.ReadToken()
		if err != nil {
			return nil, "", err
		}
		key := name.String()
		if property := schema.Value.Properties[key]; isList(property) && decoder.PeekKind() == '[' {
			if violation, err := readList(decoder, body, key, property.Value.Items, seen); violation != "" || err != nil {
				return nil, violation, err
			}
			object[key] = []any{}
			continue
		}
		text, err := decoder.ReadValue()
		if err != nil {
			return nil, "", err
		}
		object[key] = parse(text)
	}
	if _, err := decoder.ReadToken(); err != nil {
		return nil, "", err
	}
	body.more()
	if _, err := decoder.ReadToken(); err == nil {
		return nil, notJSON, nil
	} else if !errors.Is(err, io.EOF) {
		return nil, "", err
	}
	return object, "", nil
}

func readList(decoder *jsontext.Decoder, body *boundedReader, name string, items *openapi3.SchemaRef, seen Seen) (violation string, err error) {
	if _, err := decoder.ReadToken(); err != nil {
		return "", err
	}
	for i := 0; decoder.PeekKind() != ']'; i++ {
		text, err := decoder.ReadValue()
		if err != nil {
			return "", err
		}
		value := parse(text)
		if err := items.Value.VisitJSON(value, openapi3.VisitAsResponse()); err != nil {
			where := []string{name, strconv.Itoa(i)}
			if schema, ok := errors.AsType[*openapi3.SchemaError](err); ok {
				return strings.Join(append(where, schema.JSONPointer()...), ".") + ": " + schema.Reason, nil
			}
			return strings.Join(where, ".") + ": it isn't what the API's document says", nil
		}
		walk(items, value, seen, maxDepth)
		body.more()
	}
	_, err = decoder.ReadToken()
	body.more()
	return "", err
}
