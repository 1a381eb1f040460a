package keys

import (
	"bytes"
	"iter"
	"regexp"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/qaikeys/qaikeys/types"
)

// salvage reads what it can of a mint's answer that is cut off or malformed, nil where there is no secret in it. The secret
// is what stands under its property, else anything that looks like a key, else what stands under another usual name. The
// client's own API key, which a proxy may echo, isn't one.
func salvage(data []byte, property string, own types.Secret) *CreatedKey {
	var created CreatedKey
	named := map[string]string{}
	for name, raw := range members(data) {
		var text string
		_ = unmarshal(raw, &text, strict)
		named[name] = text
		if name == "details" {
			for name, raw := range members(raw) {
				_ = unmarshal(object(name, raw), &created.Details, strict)
			}
		}
	}
	for _, text := range []string{
		named[property], quotedKey(data, own), named["key"], named["token"], named["secret"], named["api_key"],
	} {
		if text != "" && !own.Equal(types.NewSecret(text)) {
			created.Key = types.NewSecret(text)
			return &created
		}
	}
	return nil
}

// quoted is a JSON string that holds more of a key than its public prefix of 14 characters, and its end.
var quoted = regexp.MustCompile(`"(qai_[^"\\[:cntrl:]]{11,})"`)

// quotedKey returns the first string anywhere in data, under whatever name, that is a key and not own.
func quotedKey(data []byte, own types.Secret) string {
	for _, match := range quoted.FindAllSubmatch(data, -1) {
		if text := string(match[1]); !own.Equal(types.NewSecret(text)) {
			return text
		}
	}
	return ""
}

// object returns the JSON object with a single member.
func object(name string, value []byte) []byte {
	text, _ := jsontext.AppendQuote([]byte("{"), name)
	return append(append(append(text, ':'), value...), '}')
}

// members iterates over the members of a JSON object as far as it can be read. The last member of one that is cut off or
// malformed comes with all that is left.
func members(data []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		dec := jsontext.NewDecoder(bytes.NewBuffer(data), lenient)
		if start, err := dec.ReadToken(); err != nil || start.Kind() != jsontext.KindBeginObject {
			return
		}
		for dec.PeekKind() == jsontext.KindString {
			token, err := dec.ReadToken()
			if err != nil {
				return
			}
			name := token.String()
			left := bytes.TrimLeft(data[dec.InputOffset():], ": \t\r\n")
			value, err := dec.ReadValue()
			if err != nil {
				value = left
			}
			if !yield(name, value) || err != nil {
				return
			}
		}
	}
}
