package keystest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// ignoreUnknown returns a request's body, which is JSON, without the properties that its schema doesn't have, and records those.
func (x *exchange) ignoreUnknown(body []byte, schema *openapi3.Schema) []byte {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber() // So that each number stays as it was sent.
	var value any
	_ = decoder.Decode(&value)
	unknown := removeUnknown(value, schema, "")
	if len(unknown) == 0 {
		return body
	}
	x.note(func(*Request) { x.ignore(unknown) })
	body, _ = json.Marshal(value) // It came as JSON, so it can't fail.
	return body
}

// ignore records the paths of ignored properties, before those that were recorded already. The lock is held.
func (x *exchange) ignore(paths []string) {
	x.ignored = append(paths, x.ignored...)
	var kept []string
	for _, path := range x.ignored[:min(len(x.ignored), maxIgnored)] {
		kept = append(kept, cut(x.account.handler.Redact(path), maxPath))
	}
	if others := len(x.ignored) - maxIgnored; others > 0 {
		kept = append(kept, fmt.Sprintf("…[%d more]", others))
	}
	x.entry.Ignored = kept
}

// removeUnknown removes the properties that a schema doesn't allow from the objects in value, at any depth, and returns their paths.
func removeUnknown(value any, schema *openapi3.Schema, path string) (removed []string) {
	switch value := value.(type) {
	case []any:
		for i, element := range value {
			if schema.Items != nil {
				removed = append(removed, removeUnknown(element, schema.Items.Value, join(path, strconv.Itoa(i)))...)
			}
		}
	case map[string]any:
		known, open := membersOf(schema)
		for _, name := range slices.Sorted(maps.Keys(value)) {
			switch property := cmp.Or(known[name], schema.AdditionalProperties.Schema); {
			case property != nil:
				removed = append(removed, removeUnknown(value[name], property.Value, join(path, name))...)
			case !open:
				removed = append(removed, join(path, name))
				delete(value, name)
			}
		}
	}
	return removed
}

// membersOf returns the properties that a schema describes, in all its parts, and whether an object may have others.
func membersOf(schema *openapi3.Schema) (known openapi3.Schemas, open bool) {
	known, open = openapi3.Schemas{}, schema.AdditionalProperties.Has == nil || *schema.AdditionalProperties.Has
	maps.Copy(known, schema.Properties)
	for _, part := range slices.Concat(schema.AllOf, schema.AnyOf, schema.OneOf) {
		inner, more := membersOf(part.Value)
		maps.Copy(known, inner)
		open = open && more
	}
	return known, open
}

// join joins the parts of a property's path, as explain does.
func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
