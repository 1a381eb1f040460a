package keys

import (
	"errors"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	redactedText  = "[redacted]"
	maxTextLength = 1024 // Of a text that the gateway sent, in bytes.
	minSecret     = 8    // Shorter API keys are words, and hide nothing.
)

// keyText is anything that looks like more of a key than its public prefix of 14 characters (openapi.yaml,
// KeyDetails.key_prefix).
var keyText = regexp.MustCompile(`qai_[0-9A-Za-z_-]{11,}`)

// redact returns a text from outside fit to be printed: without the client's API key or anything that looks like a key,
// on one line, and of bounded length.
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
		text = text[:maxTextLength]
		for !utf8.ValidString(text) {
			text = text[:len(text)-1]
		}
		text += "…"
	}
	return text
}

// redacted returns err where its text is fit to be printed, and otherwise an error that has nothing but the redacted
// text. Errors of net/http may quote what a server sent.
func (c *Client) redacted(err error) error {
	text := err.Error()
	if clean := c.redact(text); clean != text {
		return errors.New(clean)
	}
	return err
}
