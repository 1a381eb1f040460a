package keys

import (
	"bytes"
	"iter"
	"reflect"
	"regexp"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/qaikeys/qaikeys/generated/client"
	"github.com/qaikeys/qaikeys/types"
)

// salvage reads what it can of a mint's response that is cut off or malformed, which is failure. The mint has succeeded if that includes
// the secret and the ids. Without an id it returns both the value and failure, and without a secret only failure.
func salvage[T any](r *response, data []byte, failure *DecodeError) (*T, error) {
	operation := r.call.operation
	secret := findSecret(data, operation.Secret, r.client.apiKey)
	if secret.IsZero() {
		return nil, failure
	}
	value := new(T)
	v := reflect.ValueOf(value).Elem()
	fill(v, data)
	if i := slices.Index(namesOf(v.Type()), operation.Secret); i >= 0 {
		v.Field(i).Set(reflect.ValueOf(secret))
	}
	if isComplete(v, essential(operation.Properties)) {
		r.call.meta.Malformed = failure
		return value, nil
	}
	failure.Created = new(CreatedKey)
	fill(reflect.ValueOf(failure.Created).Elem(), data)
	failure.Created.Key = secret
	return value, failure
}

// essential returns the required properties that may not be empty, which are the secret and the ids, and those that hold them.
func essential(properties []client.Property) []client.Property {
	var found []client.Property
	for _, p := range properties {
		p.Properties = essential(p.Properties)
		if p.Required && (p.NotEmpty || len(p.Properties) > 0) {
			found = append(found, p)
		}
	}
	return found
}

// fill sets the fields of v, a struct, to what can be read of an object. The others stay zero.
func fill(v reflect.Value, object []byte) {
	names := namesOf(v.Type())
	for name, value := range members(object) {
		i := slices.Index(names, name)
		if i < 0 || name == "" { // A type that reads itself, like a time, has fields without names.
			continue
		}
		field := v.Field(i)
		if unmarshal(value, field.Addr().Interface(), strict) != nil {
			field.SetZero() // It may have been read in part.
			if field.Kind() == reflect.Struct {
				fill(field, value)
			}
		}
	}
}

// findSecret returns the secret in a mint's response: the property that the API's document names, or else anything that looks like a
// key, or else a property with another usual name. The client's own API key, which a proxy may echo, is not a secret that was minted.
func findSecret(data []byte, property string, own types.Secret) types.Secret {
	found := texts(data, strict)
	for _, text := range []string{found[property], quotedKey(data, own), found["key"], found["token"], found["secret"], found["api_key"]} {
		if secret := types.NewSecret(text); text != "" && !own.Equal(secret) {
			return secret
		}
	}
	return types.Secret{}
}

// quoted is a whole JSON string that is a key or an ephemeral token: a name that starts like one isn't.
var quoted = regexp.MustCompile(`"(qai_(?:k|eph)_[0-9a-f]{32,})"`)

// quotedKey returns the first string in data that looks like a key and isn't own.
func quotedKey(data []byte, own types.Secret) string {
	for _, match := range quoted.FindAllSubmatch(data, -1) {
		if text := string(match[1]); !own.Equal(types.NewSecret(text)) {
			return text
		}
	}
	return ""
}

// texts returns the members of a JSON object that are strings.
func texts(object []byte, options json.Options) map[string]string {
	found := map[string]string{}
	for name, value := range members(object) {
		var text string
		_ = json.Unmarshal(value, &text, options)
		found[name] = text
	}
	return found
}

// members iterates over the members of a JSON object as far as it can be read. Where it is cut off or malformed inside a member
// that is an object itself, that member comes last, with the rest of the data.
func members(object []byte) iter.Seq2[string, jsontext.Value] {
	return func(yield func(string, jsontext.Value) bool) {
		dec := jsontext.NewDecoder(bytes.NewBuffer(object), lenient)
		if start, err := dec.ReadToken(); err != nil || start.Kind() != jsontext.KindBeginObject {
			return
		}
		for dec.PeekKind() == jsontext.KindString {
			token, err := dec.ReadToken()
			if err != nil {
				return
			}
			name := token.String()
			value := jsontext.Value(bytes.TrimLeft(object[dec.InputOffset():], ": \t\r\n"))
			whole, err := dec.ReadValue()
			if err == nil {
				value = value[:len(whole):len(whole)]
			} else if value.Kind() != jsontext.KindBeginObject {
				return
			}
			cut := dec.InputOffset() == int64(len(object)) && value.Kind() == jsontext.KindNumber // Digits may be missing.
			if cut || !yield(name, value) || err != nil {
				return
			}
		}
	}
}
