package keystest

import (
	"slices"

	"github.com/qaikeys/qaikeys/wrapper/redact"
)

// Redact returns text with what is a credential of the mock replaced by "[redacted]", also in hexadecimal and base64: the accounts' own API
// keys, other than those that are shorter than eight characters and don't begin with "qai_", and what has the form of a minted key. If a
// credential is in other letters (upper or lower case), or has escapes of URLs or JSON that it doesn't need, "[redacted]" replaces the whole
// text.
func (h *Handler) Redact(text string) string { return redact.Text(text, h.replacer.Load()) }

// redactOwnKey makes Redact replace an account's own API key. The lock is held.
func (h *Handler) redactOwnKey(apiKey string) {
	forms := redact.Forms(apiKey)
	if len(forms) == 0 {
		return
	}
	forms = append(forms, redact.Encodings(apiKey)...)
	slices.Sort(forms)
	h.ownKeys = append(h.ownKeys, slices.Compact(forms)...)
	h.replacer.Store(redact.Replacer(slices.Clone(h.ownKeys)))
}
