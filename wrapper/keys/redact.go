package keys

import (
	"errors"
	"regexp"
	"strings"
	"unicode"
)

const (
	redactedText  = "[redacted]"
	maxTextLength = 1024 // Of a text from the gateway, in bytes.
	minSecret     = 8    // A shorter API key may be a common word, so it isn't redacted.
)

// keyText matches what looks like a key and is longer than its public prefix of 14 characters (schema KeyDetails, property key_prefix).
var keyText = regexp.MustCompile(`qai_[0-9A-Za-z_-]{11,}`)

// redact makes a text from the gateway safe to print: it removes the client's API key and anything that looks like a key, and returns a
// single line of bounded length.
func (c *Client) redact(text string) string {
	if apiKey := c.apiKey.Reveal(); len(apiKey) >= minSecret {
		text = strings.ReplaceAll(text, apiKey, redactedText)
	}
	if strings.Contains(text, "qai_") {
		text = keyText.ReplaceAllLiteralString(text, redactedText)
	}
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
	if len(text) > maxTextLength {
		text = strings.ToValidUTF8(text[:maxTextLength], "") + "…"
	}
	return text
}

// redacted returns err, or an error with nothing but its redacted text if that differs. Errors of net/http may quote a response.
func (c *Client) redacted(err error) error {
	text := err.Error()
	if clean := c.redact(text); clean != text {
		return errors.New(clean)
	}
	return err
}
