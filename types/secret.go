// Package types has the Go types of formats in the API's OpenAPI document.
package types

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// redacted is printed instead of a [Secret].
const redacted = "[redacted]"

// ErrSecretEncoding is the error of encoding a [Secret].
var ErrSecretEncoding = errors.New("types: a Secret can't be encoded: call Reveal to store its text")

// Secret holds a text that must not be printed, such as an API key (format: password). The zero value holds no text.
//
// Only [Secret.Reveal] returns the text. Every verb of fmt, every handler of log/slog and a panic print "[redacted]". Encoding a Secret
// as JSON or text fails with [ErrSecretEncoding], since a secret that is silently stored as "[redacted]" is lost. Decoding one from a
// JSON string works.
//
// Secrets can't be compared with ==, and [reflect.DeepEqual] finds no two of them equal. Use [Secret.Equal], which go-cmp uses too. A
// Secret is safe for concurrent use.
type Secret struct {
	// A function, since printers that ignore methods, like testify's diffs, show a string and follow a pointer, but call no function.
	reveal func() string
}

// NewSecret returns a Secret that holds text.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{reveal: func() string { return text }}
}

// Reveal returns the text. It is empty for the zero Secret.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsZero reports whether s holds no text.
func (s Secret) IsZero() bool { return s.reveal == nil }

// Equal reports whether s and other hold the same text. The time it takes shows only whether their lengths are the same.
func (s Secret) Equal(other Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(other.Reveal())) == 1
}

// String returns "[redacted]".
func (s Secret) String() string { return redacted }

// Format writes "[redacted]" for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue returns "[redacted]".
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText returns [ErrSecretEncoding]. encoding/json and encoding/xml call it.
func (s Secret) MarshalText() ([]byte, error) { return nil, ErrSecretEncoding }

// UnmarshalText sets the text. encoding/json calls it for a string.
func (s *Secret) UnmarshalText(text []byte) error {
	*s = NewSecret(string(text))
	return nil
}
