package types_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"testing"

	"github.com/qaikeys/qaikeys/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const canary = "qai_k_canary00112233445566778899"

// holder is a struct of another package. Printers don't call the methods of a Secret in an unexported field.
type holder struct {
	Exported   types.Secret
	unexported types.Secret
	pointer    *types.Secret
	list       []types.Secret
	table      map[string]types.Secret
}

func newHolder() *holder {
	s := types.NewSecret(canary)
	return &holder{s, s, &s, []types.Secret{s}, map[string]types.Secret{"s": s}}
}

func TestSecretShowsInNoVerb(t *testing.T) {
	t.Parallel()
	secret := types.NewSecret(canary)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%p", "%T", "%t", "%b", "%o", "%c", "%U", "%e", "%g", "%w", "%10.3s"} {
		for name, value := range map[string]any{
			"value": secret, "pointer": &secret, "slice": []types.Secret{secret},
			"holder": *newHolder(), "pointer to holder": newHolder(), "in any": []any{newHolder(), secret},
		} {
			printed := fmt.Sprintf(verb, value)
			assert.NotContains(t, printed, "canary", "%s of %s", verb, name)
			assert.NotContains(t, printed, fmt.Sprintf("%x", "canary"), "%s of %s", verb, name)
		}
	}
	assert.Equal(t, "[redacted]", secret.String())
	assert.Equal(t, "key=[redacted]", fmt.Sprintf("key=%s", secret))
}

func TestSecretShowsInNoLog(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Info("msg", "secret", types.NewSecret(canary), "holder", newHolder(), "value", *newHolder())
	}
	assert.Contains(t, out.String(), "[redacted]")
	assert.NotContains(t, out.String(), "canary")
}

// failure collects what testify prints of a failed assertion.
type failure struct{ text string }

func (f *failure) Errorf(format string, args ...any) { f.text += fmt.Sprintf(format, args...) }

func TestSecretShowsInNoDiff(t *testing.T) {
	t.Parallel()
	var f failure
	assert.Equal(&f, &holder{}, newHolder())
	assert.Equal(&f, 1, *newHolder())
	assert.Contains(&f, []any{newHolder()}, 1)
	assert.Nil(&f, newHolder())
	require.NotEmpty(t, f.text)
	assert.NotContains(t, f.text, "canary")
}

func TestSecretShowsInNoPanic(t *testing.T) {
	t.Parallel()
	// What the runtime prints of a panic is what String returns.
	defer func() { assert.NotContains(t, fmt.Sprint(recover()), "canary") }()
	panic(types.NewSecret(canary))
}

func TestEncodingASecretFailsLoudly(t *testing.T) {
	t.Parallel()
	type document struct {
		Name string
		Key  types.Secret
	}
	doc := document{"ci", types.NewSecret(canary)}
	for name, encode := range map[string]func() ([]byte, error){
		"json":       func() ([]byte, error) { return json.Marshal(doc) },
		"json value": func() ([]byte, error) { return json.Marshal(doc.Key) },
		"xml":        func() ([]byte, error) { return xml.Marshal(doc) },
	} {
		encoded, err := encode()
		require.ErrorIs(t, err, types.ErrSecretEncoding, name)
		assert.NotContains(t, string(encoded)+err.Error(), "canary", name)
	}
	var out bytes.Buffer
	require.Error(t, gob.NewEncoder(&out).Encode(doc))
	assert.NotContains(t, out.String(), "canary")
}

func TestSecretDecodes(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{`"` + canary + `"`: canary, `"\u0071ai_"`: "qai_", `""`: "", `null`: ""} {
		var secret types.Secret
		require.NoError(t, json.Unmarshal([]byte(body), &secret), body)
		assert.Equal(t, want, secret.Reveal(), body)
		assert.Equal(t, want == "", secret.IsZero(), body)
	}
	var secret types.Secret
	err := json.Unmarshal([]byte(`123456789`), &secret)
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "123456789")
}

func TestSecretEqual(t *testing.T) {
	t.Parallel()
	assert.True(t, types.NewSecret(canary).Equal(types.NewSecret(canary)))
	assert.False(t, types.NewSecret(canary).Equal(types.NewSecret(canary+"x")))
	assert.False(t, types.NewSecret(canary).Equal(types.Secret{}))
	assert.True(t, types.NewSecret("").Equal(types.Secret{}))
}

func ExampleSecret() {
	secret := types.NewSecret("qai_k_0123")
	fmt.Println(secret)
	fmt.Println(secret.Reveal())
	// Output:
	// [redacted]
	// qai_k_0123
}
