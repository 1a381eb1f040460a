package keys

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/qaikeys/qaikeys/generated/client"
)

// checkComplete returns what value, which was read from data, lacks of what the document requires, at any depth.
func checkComplete(value any, data []byte, properties []client.Property) error {
	if isComplete(reflect.ValueOf(value), properties) {
		return nil // The usual case: nothing that is required is zero.
	}
	if path := firstMissing(data, properties); path != "" {
		return missing(path)
	}
	return nil
}

// isComplete reports whether no required property of v, or of the elements of v, has its zero value, which may be absent.
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
		for _, p := range properties {
			i := slices.Index(names, p.Name)
			if i < 0 {
				return false
			}
			switch f := v.Field(i); {
			case f.IsZero():
				if p.Required || len(p.Properties) > 0 { // An object that is there may decode to zero, too.
					return false
				}
			case len(p.Properties) > 0 && !isComplete(f, p.Properties):
				return false
			}
		}
		return true
	}
	return false
}

// known has the JSON names of the fields of struct types: a []string by reflect.Type.
var known sync.Map

func namesOf(t reflect.Type) []string {
	if names, ok := known.Load(t); ok {
		return names.([]string)
	}
	names := make([]string, t.NumField())
	for i := range names {
		names[i], _, _ = strings.Cut(t.Field(i).Tag.Get("json"), ",")
	}
	known.Store(t, names)
	return names
}

// firstMissing returns the path of the first required property that the JSON object data, or an element of the JSON array
// data, doesn't have; empty where it has all of them.
func firstMissing(data []byte, properties []client.Property) string {
	if jsontext.Value(data).Kind() == jsontext.KindBeginArray {
		var elements []jsontext.Value
		_ = json.Unmarshal(data, &elements, lenient) // It was read before.
		for i, element := range elements {
			if path := firstMissing(element, properties); path != "" {
				return fmt.Sprintf("[%d].%s", i, path)
			}
		}
		return ""
	}
	var object map[string]jsontext.Value
	_ = json.Unmarshal(data, &object, lenient) // What isn't an object has no properties.
	for _, p := range properties {
		raw := string(object[p.Name])
		absent := raw == "" || raw == "null"
		if p.Required && (raw == "" || raw == "null" && !p.Nullable || raw == `""` && p.NotEmpty) {
			return p.Name
		}
		if absent || len(p.Properties) == 0 {
			continue
		}
		if path := firstMissing([]byte(raw), p.Properties); path != "" {
			return join(p.Name, path)
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
