package keys

import (
	"bytes"
	"iter"
	"maps"
	"reflect"
	"regexp"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/qaikeys/qaikeys/types"
)

// salvage reads what it can of a mint's response that is cut off or malformed. It returns nil if it finds no secret: not in the
// property that the API's document names, nor anything that looks like a key, nor in a property with another usual name. The
// client's own API key, which a proxy may echo, is not a secret that was minted.
func salvage(data []byte, secretProperty string, own types.Secret) *CreatedKey {
	var created CreatedKey
	details := reflect.ValueOf(&created.Details).Elem()
	names := namesOf(details.Type())
	for name, value := range members(maps.Collect(members(data))["details"]) {
		if i := slices.Index(names, name); i >= 0 {
			_ = unmarshal(value, details.Field(i).Addr().Interface(), strict)
		}
	}
	found := texts(data, strict)
	for _, text := range []string{
		found[secretProperty], quotedKey(data, own), found["key"], found["token"], found["secret"], found["api_key"],
	} {
		if text != "" && !own.Equal(types.NewSecret(text)) {
			created.Key = types.NewSecret(text)
			return &created
		}
	}
	return nil
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
