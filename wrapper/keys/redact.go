package keys

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

const (
	redactedText  = "[redacted]"
	maxTextLength = 1024                 // Of a text from outside, in bytes.
	maxTextRead   = 64 << 10             // What is looked at of one.
	maxConcealed  = 4 << 10              // The longest secret that is looked for, in bytes.
	minSecret     = 8                    // A shorter API key may be a common word, so it isn't redacted.
	shortestKey   = len("qai_eph_") + 20 // The shortest text that wholeKey matches. What is shorter may be a name.
)

var (
	// keyText matches what looks like a key and is longer than its public prefix of 14 characters (schema KeyDetails, property key_prefix).
	keyText = regexp.MustCompile(`qai_eph_[!-~]{7,}|qai_[0-9a-z_-]{11,}`)
	// wholeKey matches what can only be a key or an ephemeral token, while a name may look like one: after the qai_eph_ of a name there is an
	// underscore among the first 20 characters, and less than 40 characters follow.
	wholeKey = regexp.MustCompile(`qai_k_[0-9a-f]{64}|qai_eph_(?:[^\s"\\<>_]{20}[^\s"\\<>]*|[^\s"\\<>]{40,})`)
)

// concealed are the texts that a client must not show: its API key, the headers that it was given, and the password of its proxy. Each
// is folded, and so are the words of each.
type concealed struct {
	texts   []string // All of them.
	own     []string // The API key.
	apiKey  []byte   // As it is.
	folded  string   // The API key, folded.
	likeKey bool     // It starts like a key.
}

// publicHeaders are no credentials: the last one asks the mock for a fault.
var publicHeaders = map[string]bool{"User-Agent": true, appHeader: true, "X-Mock-Fault": true}

// conceals returns what a client of apiKey and cfg conceals. It is known when the first text has to be redacted, since a program may set
// http.DefaultTransport later than it makes a client. A function, like in types.Secret.
func conceals(apiKey string, cfg *config, server *url.URL) func() *concealed {
	base, headers := cfg.http.Transport, cfg.headers
	return sync.OnceValue(func() *concealed {
		own := secretWords(append(strings.Fields(apiKey), apiKey)...)
		c := &concealed{texts: slices.Clone(own), own: own, apiKey: []byte(apiKey), folded: fold(apiKey).text, likeKey: strings.HasPrefix(apiKey, "qai_")}
		for name, value := range headers {
			if !publicHeaders[name] {
				c.texts = append(c.texts, headerWords(name, value.Reveal())...)
			}
		}
		refuser, _ := base.(redirectRefuser)
		if transport, ok := refuser.transport().(*http.Transport); ok {
			for name, values := range transport.ProxyConnectHeader {
				c.texts = append(c.texts, headerWords(name, strings.Join(values, " "))...)
			}
			c.texts = append(c.texts, proxyPassword(transport, server)...)
		}
		return c
	})
}

// proxyPassword returns what a transport sends to authenticate with its proxy, if it has one. A function that takes the proxy from a
// request of its own may not know one for this.
func proxyPassword(transport *http.Transport, server *url.URL) []string {
	if transport.Proxy == nil {
		return nil
	}
	defer func() { _ = recover() }()
	proxy, err := transport.Proxy(&http.Request{Method: http.MethodGet, URL: server, Host: server.Host, Header: http.Header{}})
	if err != nil || proxy == nil || proxy.User == nil {
		return nil
	}
	password, _ := proxy.User.Password()
	pair := proxy.User.Username() + ":" + password
	return secretWords(proxy.User.Username(), password, pair, base64.StdEncoding.EncodeToString([]byte(pair)))
}

// secretWords returns texts as they are looked for: in lower case, and folded. Those are left out that are too short to be a secret, or so
// long that nothing shows them.
func secretWords(texts ...string) (found []string) {
	for _, text := range texts {
		for _, form := range []string{foldAround(text, nil).text, fold(text).text} {
			if len(form) >= minSecret && len(form) <= maxConcealed && !slices.Contains(found, form) {
				found = append(found, form)
			}
		}
	}
	return found
}

// headerWords returns what is looked for of a header: the whole of it, what comes after the scheme of a credential, and the values of
// cookies. Basic authentication is decoded too.
func headerWords(name, value string) []string {
	texts := []string{value}
	if scheme, credential, ok := strings.Cut(value, " "); ok && !strings.Contains(credential, " ") {
		texts = append(texts, credential)
		if strings.EqualFold(scheme, "Basic") {
			pair, _ := base64.StdEncoding.DecodeString(credential)
			_, password, _ := strings.Cut(string(pair), ":")
			texts = append(texts, string(pair), password)
		}
	}
	if cookies, err := http.ParseCookie(value); name == "Cookie" && err == nil {
		for _, cookie := range cookies {
			texts = append(texts, cookie.Value)
		}
	}
	return secretWords(texts...)
}

// folded is a text without what may happen to a secret on its way here: escapes, the case of a header's name, line breaks.
type folded struct {
	text       string
	start, end []int // Where each byte of text comes from. Nil if it is the original.
}

// escapes matches the escapes of JSON, Go and URLs, also where they were applied twice.
var escapes = regexp.MustCompile(`\\+(?:x|u00)([0-9A-Fa-f]{2})|%(?:25)*([0-9A-Fa-f]{2})|\\+`)

func fold(text string) folded {
	if !strings.ContainsAny(text, `\%`) {
		return foldAround(text, nil) // Much faster.
	}
	return foldAround(text, escapes.FindAllStringSubmatchIndex(text, -1))
}

// foldAround folds a text that has escapes at these places.
func foldAround(text string, escaped [][]int) folded {
	plain := true
	for i := 0; i < len(text) && plain; i++ {
		plain = ' ' <= text[i] && text[i] <= '~' && text[i] != '\\' && text[i] != '%' && (text[i] < 'A' || text[i] > 'Z')
	}
	if plain {
		return folded{text: text} // The usual case, and the fast one.
	}
	var f folded
	letters := make([]byte, 0, len(text))
	put := func(b byte, start, end int) {
		if 'A' <= b && b <= 'Z' {
			b += 'a' - 'A'
		}
		letters, f.start, f.end = append(letters, b), append(f.start, start), append(f.end, end)
	}
	i := 0
	for _, m := range append(escaped, []int{len(text), len(text), -1, -1, -1, -1}) {
		for i < m[0] {
			r, n := utf8.DecodeRuneInString(text[i:])
			for j := i; j < i+n && unicode.IsPrint(r); j++ {
				put(text[j], j, j+1)
			}
			i += n
		}
		if hex := max(m[2], m[4]); hex >= 0 {
			if b, _ := strconv.ParseUint(text[hex:hex+2], 16, 8); b >= ' ' && b != 0x7f && b != '\\' {
				put(byte(b), m[0], m[1])
			}
		}
		i = m[1]
	}
	f.text = string(letters)
	return f
}

// conceal replaces each part of text that is one of the secrets, which are folded, or matches pattern.
func conceal(text string, secrets []string, pattern *regexp.Regexp) string {
	text = concealFolded(text, foldAround(text, nil), secrets, pattern) // Something before a secret may only look like an escape.
	if !strings.ContainsAny(text, `\%`) {
		return text
	}
	return concealFolded(text, fold(text), secrets, pattern)
}

func concealFolded(text string, f folded, secrets []string, pattern *regexp.Regexp) string {
	var spans [][]int
	for _, secret := range secrets { // They are few.
		for from := 0; ; {
			i := strings.Index(f.text[from:], secret)
			if i < 0 {
				break
			}
			from += i + len(secret)
			if last := len(spans) - 1; i == 0 && last >= 0 && spans[last][1] == from-len(secret) {
				spans[last][1] = from // A repetition, which has no end in a hostile text.
				continue
			}
			spans = append(spans, []int{from - len(secret), from})
		}
	}
	if strings.Contains(f.text, "qai_") {
		spans = append(spans, pattern.FindAllStringIndex(f.text, -1)...)
	}
	if spans == nil {
		return text
	}
	slices.SortFunc(spans, slices.Compare)
	var out strings.Builder
	done, covered := 0, 0 // In text and in f.text.
	for _, span := range spans {
		start, end := span[0], span[1]
		if f.start != nil {
			start, end = f.start[start], f.end[end-1]
		}
		if span[0] >= covered {
			out.WriteString(text[done:start] + redactedText)
		}
		done, covered = max(done, end), max(covered, span[1])
	}
	out.WriteString(text[done:])
	return out.String()
}

// redact makes a text from outside safe to print: it removes what the client conceals, what was minted and anything that looks like a key,
// and returns a single line of bounded length. Everything from outside that is shown goes through it. A nil Client conceals what looks like a key.
func (c *Client) redact(text string, minted ...Secret) string {
	var secrets []string
	for _, secret := range minted {
		secrets = append(secrets, mintedWords(secret.Reveal())...)
	}
	if text = c.concealIn(text, secrets...); !sendable(text) {
		text = strings.Map(func(r rune) rune {
			if !unicode.IsPrint(r) {
				return ' '
			}
			return r
		}, text)
	}
	if len(text) > maxTextLength {
		text = strings.ToValidUTF8(text[:maxTextLength], "") + "…"
	}
	return text
}

// concealIn removes secrets from a text, and the end of a very long one.
func (c *Client) concealIn(text string, secrets ...string) string {
	switch {
	case text == "":
		return ""
	case c == nil || c.conceals == nil: // There is nothing of its own.
	case secrets == nil:
		secrets = c.conceals().texts
	default:
		secrets = append(secrets, c.conceals().texts...)
	}
	if len(text) <= maxTextRead {
		return conceal(text, secrets, keyText)
	}
	text = conceal(text[:maxTextRead], secrets, keyText)
	return text[:max(0, len(text)-maxConcealed)] + "…" // A secret may begin before the cut.
}

// redacted returns err if its text, and that of each error that it wraps, is safe to print, since all of them are printed. Otherwise it
// returns an error with err's redacted text. That is still what err is for errors.Is, and also for errors.As if it holds no secret.
func (c *Client) redacted(err error) error {
	return redactedError(err, func(text string) string { return c.redact(text) }, func(text string) string { return c.concealIn(text) })
}

// contextError returns ctx's error together with its cause, redacted. It is nil while ctx isn't done.
func (c *Client) contextError(ctx context.Context) error {
	if ctx == nil {
		return errNoContext
	}
	err, cause := ctx.Err(), c.redacted(context.Cause(ctx))
	if err == nil || errors.Is(cause, err) {
		return cause
	}
	return fmt.Errorf("%w: %w", err, cause)
}

// redactedError returns err, or an error with the text that redact makes of err's; conceal makes that without what is a secret.
func redactedError(err error, redact, conceal func(string) string) error {
	changes := func(by func(string) string) bool {
		return anyError(err, func(err error) bool { text := err.Error(); return by(text) != text })
	}
	if !changes(redact) {
		return err
	}
	safe := &textError{text: redact(err.Error()), is: func(target error) bool { return errors.Is(err, target) }}
	if !changes(conceal) {
		safe.as = func(target any) bool { return errors.As(err, target) }
	}
	return safe
}

// withoutSecret returns err, or an error with what is left of its text if it quotes the secret or another.
func (c *Client) withoutSecret(err error, secret Secret) error {
	hide := func(text string) string { return c.concealIn(text, mintedWords(secret.Reveal())...) }
	return redactedError(err, hide, hide)
}

// mintedWords returns what is looked for of a minted secret: the whole of it, and what follows the prefix that each has.
func mintedWords(secret string) []string {
	return secretWords(secret, withoutPrefix(secret))
}

// withoutPrefix returns what follows the "qai_k_" or "qai_eph_" of a secret.
func withoutPrefix(secret string) string {
	return strings.TrimPrefix(strings.TrimPrefix(secret, "qai_k_"), "qai_eph_")
}

// looksLikeKey reports whether the whole of text looks like a key, and is longer than its public prefix.
func looksLikeKey(text string) bool {
	plain := fold(text).text
	return len(text) > prefixLength && keyText.FindString(plain) == plain
}

// textError is an error whose text was redacted. It holds the original in functions, which no printer calls.
type textError struct {
	text string
	is   func(error) bool
	as   func(any) bool // Nil if the original holds a secret.
}

func (e *textError) Error() string        { return e.text }
func (e *textError) Is(target error) bool { return e.is(target) }
func (e *textError) As(target any) bool   { return e.as != nil && e.as(target) }

// anyError reports whether is returns true for err or for an error that it wraps.
func anyError(err error, is func(error) bool) bool {
	switch wrapper := err.(type) { //nolint:errorlint // It goes through the tree itself.
	case nil:
		return false
	case interface{ Unwrap() error }:
		return is(err) || anyError(wrapper.Unwrap(), is)
	case interface{ Unwrap() []error }:
		return is(err) || slices.ContainsFunc(wrapper.Unwrap(), func(err error) bool { return anyError(err, is) })
	}
	return is(err)
}
