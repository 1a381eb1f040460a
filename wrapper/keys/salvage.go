package keys

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"iter"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/qaikeys/qaikeys/generated/client"
	"github.com/qaikeys/qaikeys/types"
)

// decodeMint reads the response to a mint, whatever its status. If one that is cut off or malformed has a secret and the ids, that is a
// success. It returns both the value and a *DecodeError if an id is missing, or if the secret is only the text in its place, and both the
// value and an *OutcomeUnknownError if the secret is beside the status of an error.
func decodeMint[T any](r *response) (*T, error) {
	operation, value := r.call.operation, new(T)
	v := reflect.ValueOf(value).Elem()
	raw, data, err := r.readUnpacked()
	if !r.ok() {
		secret := r.findSecret(v.Type(), raw, data)
		refusal := r.apiError(data, secret)
		if secret.IsZero() {
			return nil, refusal
		}
		refusal.executed = true
		return value, &OutcomeUnknownError{Pending: r.call.pending, Err: refusal, Created: r.fillMint(v, data, secret)}
	}
	var inPlace types.Secret // The text in the secret's place, of a response that is right otherwise.
	if err = cmp.Or(err, r.readWhole(value, data)); err == nil {
		if inPlace, err = r.checkSecret(secretField(v, operation.Secret)); err == nil {
			r.hide(inPlace)
			return value, nil
		}
	}
	secret := r.findSecret(v.Type(), raw, data)
	sure := !secret.IsZero()
	if !sure {
		secret = inPlace
	}
	failure := r.decodeError(err, secret)
	if secret.IsZero() {
		return nil, failure
	}
	created := r.fillMint(v, data, secret)
	if sure && isComplete(v, essential(operation.Properties)) {
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
	r.hide(secret)
	return created
}

// hide removes a minted secret, which a server may echo, from what is told of the call.
func (r *response) hide(secret types.Secret) {
	for _, text := range []*string{&r.call.meta.RequestID, &r.call.meta.Model} {
		if len(*text) >= len(withoutPrefix(secret.Reveal())) { // Otherwise it can't hold it.
			*text = r.client.redact(*text, secret)
		}
	}
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
	case !r.hasForm(secret.Reveal()) && !r.begins(secret.Reveal()):
		return secret, &flaw{property, "isn't of the form that the API's document gives"}
	}
	return secret, nil
}

// anySecret is the form of a secret whose form the API's document doesn't give.
var anySecret = regexp.MustCompile(`^qai_[0-9A-Za-z_-]{32,}$`)

// hasForm reports whether text has the secret's form.
func (r *response) hasForm(text string) bool {
	return len(text) <= maxConcealed && cmp.Or(r.call.operation.SecretPattern, anySecret).MatchString(text)
}

// begins reports whether text begins as the secret's form does and goes on like a key, which a mask like "***" doesn't. The gateway may
// change its length.
func (r *response) begins(text string) bool {
	if r.call.operation.SecretPattern == nil {
		return text != ""
	}
	unanchored, err := regexp.Compile(strings.TrimPrefix(r.call.operation.SecretPattern.String(), "^")) // An anchor may hide the prefix.
	if err != nil {
		return false
	}
	prefix, _ := unanchored.LiteralPrefix()
	rest, ok := strings.CutPrefix(text, prefix)
	return ok && rest != "" && !strings.ContainsFunc(rest, func(r rune) bool { return !keyCharacter(r) })
}

// keyCharacter reports whether a key may have r.
func keyCharacter(r rune) bool {
	return '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '_' || r == '-'
}

// isOwn reports whether text is the client's API key, which a proxy may echo, in any form, or has it in it, or is a part of it.
func (c *Client) isOwn(text string) bool {
	plain, own := fold(strings.TrimSpace(text)).text, c.conceals().folded
	return plain == own || len(own) >= minSecret && strings.Contains(plain, own) || len(plain) > prefixLength && strings.Contains(own, plain)
}

// findSecret returns the secret in a response of type t that isn't what the API's document says: a text of the secret's form in its place,
// whatever surrounds it, or else a text there that begins as its form does. If the place holds none, a success may have it elsewhere, in no
// property that holds something else, longer than a public prefix or a name, and not sent by the request. Of several texts that it may be,
// it is none.
func (r *response) findSecret(t reflect.Type, bodies ...[]byte) types.Secret {
	operation, sent := r.call.operation, sync.OnceValue(r.sent)
	var inPlace, elsewhere candidate
	for _, body := range bodies {
		top := texts(body, strict)
		text := top[operation.Secret]
		switch {
		case r.client.isOwn(text):
			text = ""
		case r.hasForm(text):
			return types.NewSecret(text)
		}
		_, failed := top["error"]
		for name, text := range r.candidates(body) {
			if name == operation.Secret {
				inPlace.add(text)
			} else if r.ok() && !failed && len(text) >= shortestKey && !hasProperty(t, name) && !strings.Contains(sent(), fold(text).text) {
				elsewhere.add(text)
			}
		}
		if inPlace.text == "" && r.ok() && text != "" {
			if r.begins(text) {
				return types.NewSecret(text)
			}
			return types.Secret{} // Something else is in its place.
		}
	}
	if inPlace.text != "" {
		elsewhere = inPlace
	}
	if elsewhere.several {
		return types.Secret{}
	}
	return types.NewSecret(elsewhere.text)
}

// sent returns the request's path and body, folded. A server may echo them.
func (r *response) sent() string {
	req, err := r.call.NewRequest(context.Background(), r.client.server)
	if err != nil {
		return "" // It was made before.
	}
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
	}
	return fold(req.URL.Path + " " + string(body)).text
}

// candidate is a text that may be the secret.
type candidate struct {
	text    string
	several bool // There are others.
}

func (c *candidate) add(text string) {
	c.several = c.several || c.text != "" && c.text != text
	c.text = text
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
		if value.Kind() == jsontext.KindString {
			_ = json.Unmarshal(value, &text, options)
		}
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
