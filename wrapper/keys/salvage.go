package keys

import (
	"bytes"
	"cmp"
	"iter"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/qaikeys/qaikeys/generated/client"
	"github.com/qaikeys/qaikeys/types"
)

// decodeMint reads the response to a mint, whatever its status. If one that is cut off or malformed has a secret and the ids, that is a
// success. Without an id it returns both the value and a *DecodeError, and if the secret is beside the status of an error, both the value
// and an *OutcomeUnknownError.
func decodeMint[T any](r *response) (*T, error) {
	operation, value := r.call.operation, new(T)
	v := reflect.ValueOf(value).Elem()
	raw, data, err := r.readUnpacked()
	if !r.ok() {
		secret := r.findSecret(v.Type(), raw, data)
		if secret.IsZero() {
			return nil, r.apiError(data)
		}
		return value, &OutcomeUnknownError{Pending: r.call.pending, Err: r.apiError(data), Created: r.fillMint(v, data, secret)}
	}
	var trusted types.Secret // Of a response that is right otherwise.
	if err = cmp.Or(err, r.readWhole(value, data)); err == nil {
		if trusted, err = r.checkSecret(secretField(v, operation.Secret)); err == nil {
			return value, nil
		}
	}
	failure := r.decodeError(err)
	secret := r.findSecret(v.Type(), raw, data)
	if secret.IsZero() {
		secret = trusted
	}
	if secret.IsZero() {
		return nil, failure
	}
	created := r.fillMint(v, data, secret)
	if isComplete(v, essential(operation.Properties)) {
		r.call.meta.Malformed = failure
		return value, nil
	}
	failure.Created = created
	return value, failure
}

// fillMint sets v, a struct, to what can be read of data, and its secret. It returns the same as a CreatedKey.
func (r *response) fillMint(v reflect.Value, data []byte, secret types.Secret) *CreatedKey {
	created := new(CreatedKey)
	fill(reflect.ValueOf(created).Elem(), data)
	created.Key = secret
	fill(v, data)
	secretField(v, r.call.operation.Secret).Set(reflect.ValueOf(secret))
	_, _ = r.cleanse(created, data), r.cleanse(v.Addr().Interface(), data) // An id that holds a secret is missing.
	return created
}

// secretField returns the field of v, a struct, that holds the secret.
func secretField(v reflect.Value, property string) reflect.Value {
	return v.Field(slices.Index(namesOf(v.Type()), property))
}

// checkSecret returns what is wrong with the secret in a field, if anything, and the secret unless it is the client's own API key.
func (r *response) checkSecret(field reflect.Value) (types.Secret, error) {
	secret := field.Interface().(types.Secret)
	switch property := r.call.operation.Secret; {
	case r.client.isOwn(secret.Reveal()):
		return types.Secret{}, &flaw{property, "is the client's own API key"}
	case r.call.operation.SecretPattern != nil && !r.hasForm(secret.Reveal()):
		return secret, &flaw{property, "isn't of the form that the API's document gives"}
	}
	return secret, nil
}

// anySecret is the form of a secret whose form the API's document doesn't give.
var anySecret = regexp.MustCompile(`^qai_[0-9A-Za-z_-]{32,}$`)

// hasForm reports whether text has the secret's form.
func (r *response) hasForm(text string) bool {
	return cmp.Or(r.call.operation.SecretPattern, anySecret).MatchString(text)
}

// begins reports whether text begins as the secret's form does. The gateway may change its length.
func (r *response) begins(text string) bool {
	pattern := r.call.operation.SecretPattern
	if pattern == nil {
		return text != ""
	}
	prefix, _ := pattern.LiteralPrefix()
	return len(text) > len(prefix) && strings.HasPrefix(text, prefix)
}

// isOwn reports whether text is the client's API key, which a proxy may echo, or has it in it.
func (c *Client) isOwn(text string) bool {
	text, own := strings.ToLower(strings.TrimSpace(text)), strings.ToLower(c.apiKey.Reveal())
	return text == own || len(own) >= minSecret && strings.Contains(text, own)
}

// findSecret returns the secret in a response of type t that isn't what the API's document says: a text of the secret's form in its place,
// whatever surrounds it. In a success it may also be elsewhere, if it is the only one and in no property that holds something else, or
// be a text in its place that only begins as its form does.
func (r *response) findSecret(t reflect.Type, bodies ...[]byte) types.Secret {
	operation := r.call.operation
	var inPlace, begun string
	var elsewhere []string
	for _, body := range bodies {
		switch text := texts(body, strict)[operation.Secret]; {
		case r.client.isOwn(text):
		case r.hasForm(text):
			return types.NewSecret(text)
		case r.ok() && r.begins(text):
			begun = text
		}
		for name, text := range r.candidates(body) {
			switch {
			case name == operation.Secret:
				inPlace = text
			case r.ok() && !hasProperty(t, name) && !slices.Contains(elsewhere, text):
				elsewhere = append(elsewhere, text)
			}
		}
	}
	if len(elsewhere) != 1 {
		elsewhere = []string{""}
	}
	return types.NewSecret(cmp.Or(inPlace, elsewhere[0], begun))
}

// hasProperty reports whether t, or an object in it, has a property with this JSON name.
func hasProperty(t reflect.Type, name string) bool {
	if t.Kind() != reflect.Struct || name == "" {
		return false
	}
	names := namesOf(t)
	for i := range names {
		if names[i] == name || hasProperty(t.Field(i).Type, name) {
			return true
		}
	}
	return false
}

// candidates iterates over the texts of the secret's form in data: those between quotes, be they escaped, and one that is the whole of it.
// Before each comes its member's name, empty if it isn't a member's value. A text that is cut off, and may have been longer, is left out.
func (r *response) candidates(data []byte) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		var before, last string
		for rest := string(data); rest != ""; {
			text, after := rest, ""
			if i := strings.IndexAny(rest, `"\`); i >= 0 {
				text, after = rest[:i], rest[i:]
			}
			rest = after[min(1, len(after)):]
			if text = strings.TrimSpace(text); text == "" {
				continue
			}
			name := ""
			if last == ":" {
				name = before
			}
			whole := strings.HasPrefix(strings.TrimLeft(after, `\`), `"`) || after == "" && !r.hasForm(text+"0")
			if whole && r.hasForm(text) && !r.client.isOwn(text) && !yield(name, text) {
				return
			}
			before, last = last, text
		}
	}
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
