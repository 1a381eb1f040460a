package contract_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
)

// stranger is a struct of another package. Printers don't call the methods of values in its unexported fields.
type stranger struct {
	value  any
	err    error
	client *keys.Client
	secret keys.Secret
}

// failureText collects what testify prints of failed assertions.
type failureText struct{ strings.Builder }

func (f *failureText) Errorf(format string, args ...any) { _, _ = fmt.Fprintf(f, format, args...) }

// leaks prints everything that came out of a call in every way, and fails where the credential or a secret shows.
func (c *cell) leaks(client *keys.Client, value any, err error, meta keys.Meta, logged string) {
	var out bytes.Buffer
	out.WriteString(logged)
	property, _ := c.op.Mints()
	secret := secretOf(value, property)
	values := []any{value, err, client, meta, stranger{value, err, client, secret}, &stranger{value, err, client, secret}}
	for e := err; e != nil; { // What an error wraps is printed too.
		values = append(values, e)
		switch wrapper := e.(type) { //nolint:errorlint // Each error of the chain itself.
		case interface{ Unwrap() error }:
			e = wrapper.Unwrap()
		case interface{ Unwrap() []error }:
			for _, inner := range wrapper.Unwrap() {
				values = append(values, inner)
			}
			e = nil
		default:
			e = nil
		}
	}
	text := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true}))
	jsonl := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var failures failureText
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%p", "%T"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		text.Debug("value", "v", v)
		jsonl.Debug("value", "v", v)
		encoded, encodeErr := json.Marshal(v)
		fmt.Fprintln(&out, string(encoded), encodeErr)
		assert.Equal(&failures, "something else", v)
		assert.Nil(&failures, v)
		func() {
			defer func() { fmt.Fprintln(&out, recover()) }()
			panic(v)
		}()
	}
	out.WriteString(failures.String())
	printed := out.String()
	for name, canary := range map[string]string{"credential": c.mock.APIKey, "minted secret": c.lastSecret()} {
		if canary == "" {
			continue
		}
		hidden := canary[14:] // The first 14 characters are public.
		for form, text := range map[string]string{"text": hidden[:20], "hexadecimal": fmt.Sprintf("%x", hidden[:20]), "HEXADECIMAL": fmt.Sprintf("%X", hidden[:20])} {
			if i := strings.Index(printed, text); i >= 0 {
				c.t.Errorf("the %s shows as %s: …%s…", name, form, printed[max(0, i-200):i])
			}
		}
	}
}
