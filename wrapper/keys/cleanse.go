package keys

import (
	"bytes"
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/qaikeys/qaikeys/types"
)

// cleanse removes from the texts of *value, which was read from data, what is certainly a secret: the client's API key, whole keys
// and tokens, and the secret that value holds. An id that has one becomes empty, and is named by the error, since it can't be used.
func (r *response) cleanse(value any, data []byte) error {
	known := r.client.conceals()
	minted := ""
	if r.call.operation.Secret != "" {
		minted = secretOf(value, r.call.operation.Secret)
		text := []byte(minted)
		before, after, _ := bytes.Cut(data, text) // Where it is meant to be.
		once := minted == "" || bytes.Count(data, text[len(minted)-len(withoutPrefix(minted)):]) == 1
		if once && !known.maybeIn(before) && !known.maybeIn(after) {
			return nil // The usual case.
		}
	} else if !known.maybeIn(data) {
		return nil // The usual case, and a fast one: a list asks for each element.
	}
	return cleanse(reflect.ValueOf(value).Elem(), "", append(mintedWords(minted), known.own...))
}

// secretOf returns the secret in *value that is the property of this name, if there is one.
func secretOf(value any, property string) string {
	v := reflect.ValueOf(value).Elem()
	i := slices.Index(namesOf(v.Type()), property)
	if i < 0 {
		return ""
	}
	secret, _ := v.Field(i).Interface().(types.Secret)
	return secret.Reveal()
}

// maybeIn reports whether data may have a string that holds the API key or what wholeKey matches.
func (c *concealed) maybeIn(data []byte) bool {
	if bytes.IndexByte(data, '\\') >= 0 || !c.likeKey && bytes.Contains(data, c.apiKey) {
		return true
	}
	for {
		i := bytes.IndexByte(data, 'q') // Which is rare.
		if i < 0 {
			return false
		}
		data = data[i:]
		if bytes.HasPrefix(data, []byte("qai_")) && (bytes.IndexByte(data[:min(len(data), shortestKey)], '"') < 0 || c.likeKey && bytes.HasPrefix(data, c.apiKey)) {
			return true
		}
		data = data[1:]
	}
}

// cleanse removes secrets and whole keys from the texts of v.
func cleanse(v reflect.Value, path string, secrets []string) (err error) {
	switch v.Kind() { //nolint:exhaustive // The others are no texts.
	case reflect.Struct:
		for i, name := range namesOf(v.Type()) {
			if name != "" { // A type that reads itself, like a time or a Secret, has fields without names.
				err = cmp.Or(err, cleanse(v.Field(i), join(path, name), secrets))
			}
		}
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[types.JSON]() {
			text := string(v.Bytes())
			if clean := conceal(text, secrets, wholeKey); clean != text {
				if !jsontext.Value(clean).IsValid() {
					clean = `"` + redactedText + `"`
				}
				v.SetBytes([]byte(clean))
			}
			return nil
		}
		for i := range v.Len() {
			err = cmp.Or(err, cleanse(v.Index(i), path+"["+strconv.Itoa(i)+"]", secrets))
		}
	case reflect.String:
		clean := conceal(v.String(), secrets, wholeKey)
		switch {
		case clean == v.String():
		case path == "id" || strings.HasSuffix(path, ".id") || strings.HasSuffix(path, "_id"):
			v.SetZero()
			return &flaw{path, "holds a secret"}
		case strings.HasSuffix(path, "key_prefix") && looksLikeKey(v.String()):
			v.SetString(v.String()[:prefixLength]) // Which is public, and by which the key is found.
		default:
			v.SetString(clean)
		}
	}
	return err
}
