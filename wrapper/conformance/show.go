package conformance

import (
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/qaikeys/qaikeys/wrapper/document"
	"github.com/qaikeys/qaikeys/wrapper/redact"
)

// How much of an exchange is shown, in bytes.
const (
	maxShown  = 2 << 10 // Of a body; twice as much of a command.
	maxHeader = 200     // Of a header's name, and of its value.

	maxRedacted = 1 << 20 // A larger body isn't shown.
	maxHeaders  = 50      // How many values of headers are shown.
)

// secretText finds keys that the document's pattern doesn't match.
var secretText = regexp.MustCompile(`(?i)qai_k_[-\w.~+/=]{9,}`)

// minSecret is how long a text is that is looked for in others. A shorter one, which isn't of the document's form, may be any word.
const minSecret = 8

// hide makes redact replace a secret, also without its prefix. The variable stands for it in commands.
func (s *suite) hide(secret, variable string) {
	if s.secrets[secret] == "" {
		s.secrets[secret] = variable
	}
	for _, text := range []string{secret, strings.TrimPrefix(strings.TrimPrefix(secret, "qai_k_"), "qai_eph_")} {
		if len(text) >= minSecret {
			s.forms = append(append(s.forms, redact.Forms(text)...), redact.Encodings(text)...)
		}
	}
	s.replacer = nil
}

// redact replaces every secret in a text, as conceal does, and what a terminal may take for a command.
func (s *suite) redact(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s.conceal(text))
}

// conceal replaces every secret in a text. If a secret is in an encoding of its own, nothing of the text is left.
func (s *suite) conceal(text string) string {
	if s.replacer == nil {
		s.replacer = redact.Replacer(slices.Clone(s.forms))
	}
	shown := redact.Text(text, s.replacer)
	escaped := shown
	for range 3 { // Times that HTML may have been escaped.
		plain := html.UnescapeString(escaped)
		if plain == escaped {
			break
		}
		if escaped = plain; redact.Text(plain, s.replacer) != plain {
			return redact.Mark
		}
	}
	return secretText.ReplaceAllLiteralString(shown, redact.Mark)
}

// mintHeaders are those that are shown of a response that may have a new secret, besides those of the API's document.
var mintHeaders = map[string]bool{"Allow": true, "Content-Type": true, "Date": true, "Retry-After": true}

// show returns what results have of an exchange.
func (s *suite) show(x *exchange) *Exchange {
	if x == nil {
		return nil
	}
	shown := &Exchange{Request: s.curl(x), Status: x.status, Header: http.Header{}, Body: s.shownBody(x)}
	left := maxHeaders
	for _, name := range slices.Sorted(maps.Keys(x.header)) {
		if mayHaveSecret(x) && !mintHeaders[name] && !documents(x.op, name) {
			continue
		}
		values := x.header[name]
		for _, value := range values[:min(len(values), left)] {
			if value = cut(s.redact(value), maxHeader); redact.Headers[name] {
				value = "(not shown)"
			}
			shown.Header.Add(cut(s.redact(name), maxHeader), value)
			left--
		}
	}
	return shown
}

// documents reports whether a response of an operation has a header by the document.
func documents(op *document.Operation, name string) bool {
	for _, response := range op.Responses.Map() {
		for documented := range response.Value.Headers {
			if http.CanonicalHeaderKey(documented) == name {
				return true
			}
		}
	}
	return false
}

// mayHaveSecret reports whether a response may have a new secret, also if the target takes another method for that of a mint.
func mayHaveSecret(x *exchange) bool {
	_, mints := x.op.Mints()
	return mints || x.sent.Method != x.op.Method
}

// curl returns a request as a command of a shell. Variables stand for credentials.
func (s *suite) curl(x *exchange) string {
	word := func(text string) string { return "'" + strings.ReplaceAll(s.redact(text), "'", `'\''`) + "'" }
	words := []string{"curl", "-sS", "-i", "--path-as-is", "-X", x.sent.Method}
	for _, name := range slices.Sorted(maps.Keys(x.sent.Header)) {
		for _, value := range x.sent.Header[name] {
			bearer, isBearer := strings.CutPrefix(value, "Bearer ")
			switch {
			case s.secrets[value] != "":
				words = append(words, "-H", `"`+name+": "+s.secrets[value]+`"`)
			case isBearer && s.secrets[bearer] != "":
				words = append(words, "-H", `"`+name+": Bearer "+s.secrets[bearer]+`"`)
			default:
				words = append(words, "-H", word(name+": "+value))
			}
		}
	}
	if x.body != nil {
		words = append(words, "-d", word(string(x.body)))
	}
	command := strings.Join(append(words, word(x.sent.URL.String())), " ")
	if len(command) > 2*maxShown {
		return "# It is cut, and can't be run: " + strings.ReplaceAll(cut(command, 2*maxShown), "\n", "\n# ")
	}
	return command
}

// shownBody returns a response's body, or why it isn't shown.
func (s *suite) shownBody(x *exchange) string {
	switch {
	case x.size == 0:
		return ""
	case mayHaveSecret(x):
		return fmt.Sprintf("(%d bytes; not shown, since they may hold a secret)", x.size)
	case x.size > maxRedacted:
		return fmt.Sprintf("(%d bytes; not shown, since they are many)", x.size)
	case x.value == nil:
		return cut(s.redact(string(x.raw)), maxShown)
	}
	return cut(s.redact(string(encode(x.value))), maxShown) // Without the escapes that may hide a secret.
}

// cut shortens a text to about n bytes.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n], "") + fmt.Sprintf("… (%d bytes)", len(text))
}

// wholeKey finds keys of the document's form, of which a list has the first publicPrefix bytes.
var wholeKey = regexp.MustCompile(`qai_k_[0-9a-f]{64}`)

const publicPrefix = 14

var percents = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

// hasSecret reports whether a response has a credential of the run, or a whole key of anyone, other than the secret that a mint is to
// return; also with the escapes of JSON, URLs or HTML.
func (s *suite) hasSecret(x *exchange) bool {
	body := any(x.value)
	property, mints := x.op.Mints()
	switch {
	case mints && x.succeeded():
		own := maps.Clone(x.value)
		delete(own, property)
		body = own
	case x.broken != "" || x.value == nil && json.Unmarshal(x.raw, &body) != nil:
		body = []any{x.value, string(x.raw)}
	}
	text := string(encode([]any{x.header, body}))
	unescaped := percents.ReplaceAllStringFunc(text, func(escape string) string {
		char, _ := strconv.ParseUint(escape[1:], 16, 8)
		return string([]byte{byte(char)})
	})
	return slices.ContainsFunc([]string{text, unescaped, html.UnescapeString(text)}, func(text string) bool {
		for secret := range s.secrets {
			escaped := strings.Trim(string(encode(secret)), `"`)
			if len(secret) > publicPrefix && (strings.Contains(text, secret) || strings.Contains(text, escaped)) {
				return true
			}
		}
		return wholeKey.MatchString(text)
	})
}
