package keystest

import (
	"cmp"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

const redacted = "[redacted]"

var (
	// mintedForm matches more of a minted key than its public prefix.
	mintedForm = regexp.MustCompile(`(?i)qai_(?:k|eph)_[0-9a-f]{9,}`)

	// redactedHeaders have nothing but credentials, known or not.
	redactedHeaders = map[string]bool{"Authorization": true, "Proxy-Authorization": true, "X-Api-Key": true, "Cookie": true}
)

// Redact returns text with what is a credential of the mock replaced by "[redacted]": the accounts' own API keys, other than those that
// are shorter than eight characters and don't begin with "qai_", and what has the form of a minted key.
func (h *Handler) Redact(text string) string {
	text = h.redact(text)
	if strings.Contains(text, "%") {
		if plain, err := url.PathUnescape(text); err == nil && h.redact(plain) != plain {
			return redacted // Characters of a credential are percent-encoded that needn't be.
		}
	}
	return text
}

func (h *Handler) redact(text string) string {
	if own := h.replacer.Load(); own != nil {
		text = own.Replace(text)
	}
	if strings.Contains(text, "ai_") {
		text = mintedForm.ReplaceAllLiteralString(text, redacted)
	}
	return text
}

// redactOwnKey makes Redact replace an account's own API key, as it is and as URLs and JSON have it. The lock is held.
func (h *Handler) redactOwnKey(apiKey string) {
	ordinary := len(apiKey) < 8 && !strings.HasPrefix(apiKey, "qai_")
	if ordinary || mintedForm.FindString(apiKey) == apiKey {
		return
	}
	asJSON, _ := json.Marshal(apiKey) // A string can't fail.
	h.ownKeys = append(h.ownKeys, apiKey, url.PathEscape(apiKey), url.QueryEscape(apiKey), string(asJSON[1:len(asJSON)-1]))
	longestFirst := func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) } // It may contain others.
	slices.SortFunc(h.ownKeys, longestFirst)
	h.ownKeys = slices.Compact(h.ownKeys)
	var pairs []string
	for _, form := range h.ownKeys {
		pairs = append(pairs, form, redacted)
	}
	h.replacer.Store(strings.NewReplacer(pairs...))
}
