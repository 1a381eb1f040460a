package keys_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestACredentialIsNoID, in whatever form a careless caller has it: nothing is sent.
func TestACredentialIsNoID(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ own, pasted string }{
		{credential, secret}, {credential, credential}, {credential, token}, {credential, "qai_primary0123"}, {credential, "qai_k_4f1c09aa5"}, {credential, "qai_eph_4f1c09aa5"},
		{"session-0123456789", "session-0123456789"}, {`quo"te\d %41-credential`, `quo"te\d %41-credential`}, {"short", "short"}, {credential, strings.ToUpper(secret)},
	} {
		for name, form := range map[string]func(string) string{
			"as it is":              func(s string) string { return s },
			"with white space":      func(s string) string { return "\t " + s + " \n" },
			"a bearer":              func(s string) string { return "Bearer " + s },
			"a bearer in lower":     func(s string) string { return "bearer  " + s },
			"a header":              func(s string) string { return "X-API-Key: " + s },
			"a header of curl":      func(s string) string { return `-H "Authorization: Bearer ` + s + `"` },
			"a variable":            func(s string) string { return "export QAI_API_KEY='" + s + "'" },
			"JSON":                  func(s string) string { return `{"key":"` + s + `"}` },
			"quoted":                func(s string) string { return fmt.Sprintf("%q", s) },
			"quoted by a shell":     func(s string) string { return "'" + s + "'" },
			"percent-encoded":       url.QueryEscape,
			"percent-encoded twice": func(s string) string { return url.PathEscape(url.PathEscape(s)) },
			"all percent-encoded": func(s string) string {
				var escaped strings.Builder
				for _, b := range []byte(s) {
					_, _ = fmt.Fprintf(&escaped, "%%%02x", b)
				}
				return escaped.String()
			},
			"in a URL":         func(s string) string { return "https://h/qai/v1/keys/" + s + "?x" },
			"in a query":       func(s string) string { return "?key=" + url.QueryEscape(s) },
			"a soft hyphen":    func(s string) string { return s[:3] + "\u00ad" + s[3:] },
			"in angles":        func(s string) string { return "<" + s + ">" },
			"beside something": func(s string) string { return "key_01 " + s },
		} {
			id := form(c.pasted)
			transport := new(script).then(200, everything)
			client, err := keys.New(c.own, keys.WithHTTPClient(&http.Client{Transport: transport}))
			require.NoError(t, err)
			for method, err := range map[string]error{
				"revoke":   second(client.Revoke(t.Context(), id)),
				"rotate":   second(client.Rotate(t.Context(), id, keys.RotateParams{})),
				"usage":    second(client.Usage(t.Context(), id)),
				"orphans":  second(client.Orphans(t.Context(), keys.Pending{Operation: "createKey", ID: id})),
				"rotated":  second(client.RevokeOrphans(t.Context(), keys.Pending{Operation: "rotateKey", ID: id})),
				"recovers": client.Recover(t.Context(), oneJournal{keys.Pending{Operation: "rotateKey", ID: id}}),
			} {
				require.ErrorIs(t, err, keys.ErrInvalidArgument, "%s %q, %s", method, id, name)
				assertNoSecret(t, err, c.pasted)
			}
			assert.Empty(t, transport.requests, "%q, %s", id, name)
		}
	}
	for _, id := range []string{"Bearer some-session-token", " authorization: Basic eA==", "X-Api-Key: x"} {
		_, err := newClient(t, new(script)).Revoke(t.Context(), id)
		require.ErrorIs(t, err, keys.ErrInvalidArgument, id)
	}
}

// TestIDsThatOnlyLookLikeCredentials are sent.
func TestIDsThatOnlyLookLikeCredentials(t *testing.T) {
	t.Parallel()
	for _, id := range []string{
		"key_01", "qai_k_4f1c09aa", "qai_eph_4f1c09", "QAI_K_4F1C09AA", "qai_", "key_qai_backend_production", strings.Repeat("0123456789abcdef", 4), "bearer", "bearer-of-news", "the bearer", "api-key: 7",
		"x-api-key", "50%", "%41", " a ", `"a"`, "authorization", "f47ac10b-58cc-4372-a567-0e02b2c3d479", "Ω≈ç", "shorter",
	} {
		transport := new(script).then(200, everything)
		client, err := keys.New("short", keys.WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(t, err)
		require.NoError(t, second(client.Revoke(t.Context(), id)), id)
		assert.Equal(t, "/qai/v1/keys/"+id, transport.requests[0].URL.Path)
		_, err = client.Orphans(t.Context(), keys.Pending{Operation: "createKey", ID: id})
		require.NoError(t, err, id)
	}
}

// TestNoArgumentIsASecret: a name is shown in lists, errors and journals.
func TestNoArgumentIsASecret(t *testing.T) {
	t.Parallel()
	for _, text := range []string{credential, secret, token, underscored, "our " + secret} {
		transport := new(script).then(200, everything)
		client, journal := newClient(t, transport), keys.FileJournal(t.TempDir())
		for name, err := range map[string]error{
			"name":       second(client.Create(t.Context(), keys.CreateParams{Name: text})),
			"endpoint":   second(client.Create(t.Context(), keys.CreateParams{Name: "ci", Endpoints: []string{"chat", text}})),
			"partner":    second(client.CreatePartner(t.Context(), keys.PartnerParams{PartnerID: "p", PartnerRef: text})),
			"user":       second(client.CreateEphemeral(t.Context(), keys.EphemeralParams{UserRef: text})),
			"orphans":    second(client.Orphans(t.Context(), keys.Pending{Operation: "createKey", Name: text})),
			"mint":       second(client.Mint(t.Context(), keys.CreateParams{Name: text}, journal, func(context.Context, *keys.CreatedKey) error { return nil })),
			"the header": second(keys.New(credential, keys.WithHeader(text, "x"), keys.WithHeader(text, ""))),
		} {
			require.ErrorIs(t, err, keys.ErrInvalidArgument, "%s %q", name, text)
			assertNoSecret(t, err, text)
		}
		pending, err := journal.Pending(t.Context())
		require.NoError(t, err)
		assert.Empty(t, pending)
		assert.Empty(t, transport.requests)
	}
	for _, name := range []string{"qai_backend_production", "qai_k_4f1c09aa", "Bearer of news", "50% \x00"} {
		require.NoError(t, second(newClient(t, new(script).then(200, everything)).Create(t.Context(), keys.CreateParams{Name: name})))
	}
}

func second[T any](_ T, err error) error { return err }

// oneJournal is a journal with one Pending.
type oneJournal struct{ p keys.Pending }

func (oneJournal) Begin(context.Context, keys.Pending) error         { return nil }
func (oneJournal) Settle(context.Context, keys.Pending) error        { return nil }
func (j oneJournal) Pending(context.Context) ([]keys.Pending, error) { return []keys.Pending{j.p}, nil }
