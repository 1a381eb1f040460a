package keystest

import (
	"cmp"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

const redacted = "[redacted]"

var (
	// mintedForm matches more of a minted key than its public prefix, also of a gateway's token, which may have any character of a bearer
	// token (RFC 6750, 2.1).
	mintedForm = regexp.MustCompile(`(?i)qai_k_[0-9a-f]{9,}|qai_eph_[-0-9a-z._~+/=]{9,}`)

	// redactedHeaders have nothing but credentials, known or not.
	redactedHeaders = map[string]bool{
		"Authorization": true, "Proxy-Authorization": true, "X-Api-Key": true, "Cookie": true, "Set-Cookie": true,
	}
)

// Redact returns text with what is a credential of the mock replaced by "[redacted]": the accounts' own API keys, other than those that
// are shorter than eight characters and don't begin with "qai_", and what has the form of a minted key. If a credential is in other
// letters (upper or lower case), or has escapes of URLs or JSON that it doesn't need, "[redacted]" replaces the whole text.
func (h *Handler) Redact(text string) string {
	shown := h.redact(text)
	for _, plain := range []func(string) string{strings.ToLower, unescape, unescapeTwice} {
		form := plain(text)
		if clean := h.redact(form); clean != form && clean != plain(shown) {
			return redacted
		}
		if !strings.ContainsAny(text, `%\`) {
			break // There is nothing to unescape.
		}
	}
	return shown
}

// escapes matches the escapes of URLs and JSON, also where they were applied several times.
var escapes = regexp.MustCompile(`%(?:25)*([0-9A-Fa-f]{2})|\\+u([0-9A-Fa-f]{4})|\\+`)

// unescape returns a text in lower case and without escapes. What isn't one stays, other than a backslash.
func unescape(text string) string {
	return strings.ToLower(escapes.ReplaceAllStringFunc(text, func(escape string) string {
		match := escapes.FindStringSubmatch(escape)
		if char, _ := hex.DecodeString(match[2]); len(char) == 2 {
			return string(rune(char[0])<<8 | rune(char[1]))
		}
		char, _ := hex.DecodeString(match[1])
		return string(char) // Empty for a backslash alone.
	}))
}

// unescapeTwice is for JSON in a URL, whose backslashes are escaped.
func unescapeTwice(text string) string { return unescape(unescape(text)) }

func (h *Handler) redact(text string) string {
	if own := h.replacer.Load(); own != nil {
		text = own.Replace(text)
	}
	if strings.Contains(text, "ai_") {
		text = mintedForm.ReplaceAllLiteralString(text, redacted)
	}
	return text
}

// redactOwnKey makes Redact replace an account's own API key, as it is, as URLs and JSON have it, and as Redact looks for it. The lock
// is held.
func (h *Handler) redactOwnKey(apiKey string) {
	ordinary := func(text string) bool { return len(text) < 8 && !strings.HasPrefix(text, "qai_") }
	if ordinary(apiKey) || mintedForm.FindString(apiKey) == apiKey {
		return
	}
	asJSON, _ := json.Marshal(apiKey) // A string can't fail.
	for _, form := range []string{apiKey, url.PathEscape(apiKey), url.QueryEscape(apiKey), string(asJSON[1 : len(asJSON)-1])} {
		h.ownKeys = append(h.ownKeys, form)
		if plain := unescape(form); !ordinary(plain) {
			h.ownKeys = append(h.ownKeys, plain)
		}
	}
	longestFirst := func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) } // It may contain others.
	slices.SortFunc(h.ownKeys, longestFirst)
	h.ownKeys = slices.Compact(h.ownKeys)
	var pairs []string
	for _, form := range h.ownKeys {
		pairs = append(pairs, form, redacted)
	}
	h.replacer.Store(strings.NewReplacer(pairs...))
}
