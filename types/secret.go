// Package types holds what formats of openapi.yaml become in Go.
package types

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// redacted is what every way of printing a [Secret] shows.
const redacted = "[redacted]"

// ErrSecretEncoding is what encoding a [Secret] fails with.
var ErrSecretEncoding = errors.New("types: a Secret can't be encoded: call Reveal where its text is meant to be stored")

// Secret holds a text that must not be printed: an API key (`format: password` in openapi.yaml).
//
// [Secret.Reveal] is the one way to the text. Every verb of fmt, every handler of log/slog and a panic print
// "[redacted]". Encoding one as JSON or text fails with [ErrSecretEncoding], since a secret that is silently stored as
// "[redacted]" is lost; decoding one from a JSON string works. A printer that ignores methods and follows pointers, as
// testify's diffs do, finds the address of a function.
//
// The zero value holds no text. Secrets can't be compared with ==, and [reflect.DeepEqual] finds no two of them equal:
// use [Secret.Equal], which go-cmp finds by itself. A Secret is safe for concurrent use.
type Secret struct {
	// A function, because no printer calls one: a string would be shown where a Secret stands in an unexported
	// field, and a pointer would be followed.
	reveal func() string
}

// NewSecret returns a Secret that holds text.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{reveal: func() string { return text }}
}

// Reveal returns the text, empty for the zero Secret.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsZero reports whether s holds no text.
func (s Secret) IsZero() bool { return s.reveal == nil }

// Equal reports whether s and other hold the same text. The time it takes tells nothing but whether their lengths are
// the same.
func (s Secret) Equal(other Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(other.Reveal())) == 1
}

// String returns "[redacted]".
func (s Secret) String() string { return redacted }

// Format writes "[redacted]" whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue returns "[redacted]".
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText fails with [ErrSecretEncoding]. encoding/json and encoding/xml call it.
func (s Secret) MarshalText() ([]byte, error) { return nil, ErrSecretEncoding }

// UnmarshalText makes s hold text. encoding/json calls it for a string.
func (s *Secret) UnmarshalText(text []byte) error {
	*s = NewSecret(string(text))
	return nil
}
