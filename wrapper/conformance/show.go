package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// How much of an exchange is shown, in bytes.
const (
	maxShown  = 2 << 10 // Of a body.
	maxHeader = 200     // Of a header's value.
)

// secretText finds the text of any key, known to the run or not. The first 14 characters may be shown.
var secretText = regexp.MustCompile(`(qai_[!#-&(-;=?-\[\]-~]{10})[!#-&(-;=?-\[\]-~]+`)

// hide makes redact show a name instead of a secret, also where it is written in JSON.
func (s *suite) hide(secret, name string) {
	s.secrets[secret], s.secrets[strings.Trim(asJSON(secret), `"`)] = name, name
}

// redact replaces every secret in a text.
func (s *suite) redact(text string) string {
	for _, secret := range slices.Sorted(maps.Keys(s.secrets)) {
		text = strings.ReplaceAll(text, secret, s.secrets[secret])
	}
	return secretText.ReplaceAllString(text, "$1…")
}

// show returns what results have of an exchange.
func (s *suite) show(x *exchange) *Exchange {
	if x == nil {
		return nil
	}
	shown := &Exchange{Request: s.curl(x), Status: x.status, Header: http.Header{}, Body: cut(s.redact(s.shownBody(x)), maxShown)}
	for name, values := range x.header {
		for _, value := range values {
			if value = cut(s.redact(value), maxHeader); name == "Set-Cookie" {
				value = "(not shown)"
			}
			shown.Header.Add(name, value)
		}
	}
	return shown
}

// curl returns a request as a command of a shell. Variables stand for credentials.
func (s *suite) curl(x *exchange) string {
	words := []string{"curl", "-sS", "--path-as-is", "-X", x.sent.Method}
	for _, name := range slices.Sorted(maps.Keys(x.sent.Header)) {
		header := s.redact(name + ": " + x.sent.Header.Get(name))
		if strings.Contains(header, "$") {
			words = append(words, "-H", `"`+header+`"`)
		} else {
			words = append(words, "-H", quoted(header))
		}
	}
	if x.body != nil {
		words = append(words, "-d", quoted(cut(s.redact(string(x.body)), maxShown)))
	}
	return strings.Join(append(words, quoted(cut(s.redact(x.sent.URL.String()), maxShown))), " ")
}

// quoted quotes a word for a shell.
func quoted(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }

// shownBody returns a response's body. Of one that may hold a new secret it has what the document knows and says is none.
func (s *suite) shownBody(x *exchange) string {
	switch _, mints := x.op.Mints(); {
	case len(x.raw) == 0:
		return ""
	case x.value == nil && mints:
		return fmt.Sprintf("(%d bytes that aren't a JSON object; not shown, since they may hold a secret)", len(x.raw))
	case x.value == nil:
		return string(x.raw[:min(len(x.raw), 32*maxShown)])
	case mints:
		return asJSON(masked(x.op.Response(x.status), x.value))
	}
	return asJSON(x.value) // Without the escapes that may hide a secret.
}

// asJSON returns a value that came as JSON, or a text.
func asJSON(value any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // It can't fail.
	return strings.TrimSpace(b.String())
}

// masked returns a value without the texts that schema doesn't know or that are secrets. A nil schema knows nothing.
func masked(schema *openapi3.Schema, value any) any {
	switch value := value.(type) {
	case map[string]any:
		shown := map[string]any{}
		for name, member := range value {
			shown[name] = masked(propertyOf(schema, name), member)
		}
		return shown
	case []any:
		shown := []any{}
		for _, element := range value {
			shown = append(shown, masked(nil, element))
		}
		return shown
	case string:
		if schema == nil || schema.Format == "password" {
			return "(not shown)"
		}
	}
	return value
}

// propertyOf returns the schema of a property, also of one that only an alternative has; nil if there is none.
func propertyOf(schema *openapi3.Schema, name string) *openapi3.Schema {
	if schema == nil {
		return nil
	}
	if property := schema.Properties[name]; property != nil {
		return property.Value
	}
	for _, alternative := range slices.Concat(schema.AnyOf, schema.OneOf) {
		if property := propertyOf(alternative.Value, name); property != nil {
			return property
		}
	}
	return nil
}

// cut shortens a text to about n bytes.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n], "") + fmt.Sprintf("… (%d bytes)", len(text))
}
