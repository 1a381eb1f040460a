package keys

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/qaikeys/qaikeys/generated/client"
)

// checkComplete returns an error that names a required property, at any depth, that is missing in data, from which value was read. If
// there is none, it makes the required lists that are null in data empty.
func checkComplete(value any, data []byte, properties []client.Property) error {
	v := reflect.ValueOf(value)
	if isComplete(v, properties) {
		return nil // The usual case, and the fast one.
	}
	if path := firstMissing(data, properties); path != "" {
		return missing(path)
	}
	emptyLists(v, properties)
	return nil
}

// emptyLists makes the required lists of v, or of its elements, that are nil empty.
func emptyLists(v reflect.Value, properties []client.Property) {
	switch v.Kind() { //nolint:exhaustive // The others have no properties.
	case reflect.Pointer:
		emptyLists(v.Elem(), properties)
	case reflect.Slice:
		for i := range v.Len() {
			emptyLists(v.Index(i), properties)
		}
	case reflect.Struct:
		names := namesOf(v.Type())
		for _, p := range properties {
			i := slices.Index(names, p.Name)
			if i < 0 {
				continue
			}
			field := v.Field(i)
			if p.Required && field.Kind() == reflect.Slice && field.IsNil() {
				field.Set(reflect.MakeSlice(field.Type(), 0, 0))
			}
			emptyLists(field, p.Properties)
		}
	}
}

// isComplete reports whether no required property of v, or of its elements, is zero. One that is zero may be missing.
func isComplete(v reflect.Value, properties []client.Property) bool {
	switch v.Kind() { //nolint:exhaustive // The others have no properties.
	case reflect.Pointer:
		return isComplete(v.Elem(), properties)
	case reflect.Slice:
		for i := range v.Len() {
			if !isComplete(v.Index(i), properties) {
				return false
			}
		}
		return true
	case reflect.Struct:
		names := namesOf(v.Type())
		for i := range properties {
			p := &properties[i]
			field := slices.Index(names, p.Name)
			if field < 0 || v.Field(field).IsZero() || len(p.Properties) > 0 && !isComplete(v.Field(field), p.Properties) {
				return false
			}
		}
		return true
	}
	return false
}

// jsonNames holds what namesOf returned: a []string by reflect.Type.
var jsonNames sync.Map

// namesOf returns the JSON names of a struct's fields.
func namesOf(t reflect.Type) []string {
	if names, ok := jsonNames.Load(t); ok {
		return names.([]string)
	}
	names := make([]string, t.NumField())
	for i := range names {
		names[i], _, _ = strings.Cut(t.Field(i).Tag.Get("json"), ",")
	}
	jsonNames.Store(t, names)
	return names
}

// firstMissing returns the path of the first required property that is missing in data, an object or an array of objects. It returns
// an empty path if there is none.
func firstMissing(data jsontext.Value, properties []client.Property) string {
	if data.Kind() == jsontext.KindBeginArray {
		var elements []jsontext.Value
		_ = json.Unmarshal(data, &elements, lenient) // It has been read before.
		for i, element := range elements {
			if path := firstMissing(element, properties); path != "" {
				return fmt.Sprintf("[%d].%s", i, path)
			}
		}
		return ""
	}
	object := maps.Collect(members(data))
	for _, p := range properties {
		value, present := object[p.Name]
		null := value.Kind() == jsontext.KindNull
		switch {
		case p.Required && (!present || null && !p.Nullable || p.NotEmpty && string(value) == `""`):
			return p.Name
		case present && !null && len(p.Properties) > 0:
			if path := firstMissing(value, p.Properties); path != "" {
				return join(p.Name, path)
			}
		}
	}
	return ""
}

// join joins two parts of a path, like "details" and "id", or "days" and "[2].day".
func join(name, path string) string {
	if name == "" || path == "" || path[0] == '[' {
		return name + path
	}
	return name + "." + path
}
