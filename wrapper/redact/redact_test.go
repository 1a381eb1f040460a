package redact_test

import (
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/redact"
	"github.com/stretchr/testify/assert"
)

func TestText(t *testing.T) {
	t.Parallel()
	secret := "qai_k_" + strings.Repeat("0f", 32)
	own := redact.Replacer(append(redact.Forms("a credential, of its own"), redact.Forms("a credential")...))
	for text, want := range map[string]string{
		"":                                   "",
		"qai_k_00112233 is public":           "qai_k_00112233 is public",
		secret + ", " + secret[:20]:          "[redacted], [redacted]",
		strings.ToUpper(secret) + "!":        "[redacted]",
		"a qai_eph_Ab-cD.eF~012/+= b":        "a [redacted] b",
		"%71ai_k_" + secret[6:]:              "[redacted]",
		"x a credential, of its own y":       "x [redacted] y",
		"A%20CREDENTIAL%2C%20of%20its%20own": "[redacted]",
		`a\u0020credential`:                  "[redacted]",
		"%22a%5Cu0020credential%22":          "[redacted]",
		"a%252520credential":                 "[redacted]",
	} {
		assert.Equal(t, want, redact.Text(text, own), text)
	}
	assert.Equal(t, "a credential "+redact.Mark, redact.Text("a credential "+secret, nil))
}

func TestForms(t *testing.T) {
	t.Parallel()
	secret := "qai_k_" + strings.Repeat("0f", 32)
	assert.Empty(t, redact.Forms("ci"), "it may be an ordinary word")
	assert.Empty(t, redact.Forms(secret), "Text finds it by its form")
	assert.Contains(t, redact.Forms("qai_a"), "qai_a")
	assert.Subset(t, redact.Forms(`it's "Mine"`), []string{`it's "Mine"`, `it%27s%20%22Mine%22`, `it%27s+%22Mine%22`, `it's \"Mine\"`, `it's "mine"`})
}

// TestEncodings: wherever in a longer text the credential is.
func TestEncodings(t *testing.T) {
	t.Parallel()
	secret := "qai_k_" + strings.Repeat("0f", 32) + "~?>"
	own := redact.Replacer(redact.Encodings(secret))
	for _, before := range []string{"", "a", "ab", "abc", "user:"} {
		text := []byte(before + secret + before)
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
			shown := redact.Text(encoding.EncodeToString(text), own)
			assert.Contains(t, shown, redact.Mark)
			assert.Less(t, len(shown), 2*len(before)+len(redact.Mark)+8)
		}
		assert.Contains(t, redact.Text(hex.EncodeToString(text), own), redact.Mark)
		assert.Equal(t, redact.Mark, redact.Text(strings.ToUpper(hex.EncodeToString(text)), own))
	}
}

// TestAMintedKeyIsFoundEncoded: by its form, as nobody has told Text of it. Its public prefix stays.
func TestAMintedKeyIsFoundEncoded(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"qai_k_" + strings.Repeat("0f", 32), "qai_eph_Ab-cD.eF~012/+=xyz0123"} {
		for _, before := range []string{"", "a", "user:"} {
			for _, encode := range []func([]byte) string{
				hex.EncodeToString, base64.StdEncoding.EncodeToString, base64.RawURLEncoding.EncodeToString,
			} {
				shown := redact.Text("name="+encode([]byte(before+secret))+";", nil)
				assert.Contains(t, shown, redact.Mark)
				assert.Less(t, len(shown), 32)
				prefix := encode([]byte(before + secret[:14]))
				assert.Equal(t, prefix, redact.Text(prefix, nil))
			}
		}
	}
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, value string
		want        []string
	}{
		{"X-Api-Key", " a b ", []string{"a b"}},
		{"Authorization", "token", []string{"token"}},
		{"Authorization", "Bearer  token", []string{"Bearer  token", "token", "token"}},
		{"Proxy-Authorization", "Scheme\ta b", []string{"Scheme\ta b", "a b", "a", "b"}},
		{"Cookie", `a=b; c = "d=e" ;f`, []string{`a=b; c = "d=e" ;f`, "a=b", "b", `c = "d=e"`, "d=e", "f", ""}},
		{"Accept", "a b", nil},
	} {
		assert.Equal(t, c.want, redact.Credentials(http.Header{c.name: {c.value}}), c.value)
	}
	assert.ElementsMatch(t, []string{"a", "b", "c"}, redact.Credentials(http.Header{"X-Api-Key": {"a", "b"}, "Authorization": {"c"}}))
}
