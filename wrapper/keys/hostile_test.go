package keys_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestHostileBodiesTakeLittle responds to mints with bodies that took minutes, or gigabytes, when each of many texts was compared with
// each other.
func TestHostileBodiesTakeLittle(t *testing.T) {
	t.Parallel()
	var many strings.Builder
	for i := range 20_000 {
		_, _ = fmt.Fprintf(&many, `"qai_eph_%06d",`, i)
	}
	for name, body := range map[string]string{
		"a secret of many words": `{"key":"` + strings.Repeat("bbbbbbbb,", 15_000) + `","details":{"id":"a","name":"` + strings.Repeat("bbbbbbbb", 15_000) + `\\","key_prefix":"p"}}`,
		"a secret that repeats":  `{"key":"bbbbbbbb","details":{"id":"a","name":"` + strings.Repeat("bbbbbbbb", 30_000) + `\\","key_prefix":"p"}}`,
		"many secrets":           `[` + many.String() + `"x"]`,
		"many members":           `{` + strings.Repeat(`"1a":0,`, 40_000) + `"x":1}`,
	} {
		client := newClient(t, new(script).then(200, body))
		_, err := client.Create(t.Context(), keys.CreateParams{Name: "ci"})
		require.ErrorIs(t, err, keys.ErrDecode, name)
		_, err = client.CreateEphemeral(t.Context(), keys.EphemeralParams{})
		require.ErrorIs(t, err, keys.ErrDecode, name)
	}
}

// TestAMaskIsNoSecret: what stands in the secret's place and isn't sure to be it comes with an error, and Mint revokes the key.
func TestAMaskIsNoSecret(t *testing.T) {
	t.Parallel()
	for _, mask := range []string{"***", "[REDACTED]", "qai_k_****************", "qai_k_0123…", "n", `\\`, `\u0001`, "sk-another-form"} {
		body := `{"key":"` + mask + `","details":` + keyA + `}`
		created, err := newClient(t, new(script).then(200, body)).Create(t.Context(), keys.CreateParams{Name: "n"})
		var failure *keys.DecodeError
		require.ErrorAs(t, err, &failure, mask)
		require.NotErrorIs(t, err, keys.ErrOutcomeUnknown, "the response is right otherwise")
		require.NotNil(t, created)
		assert.True(t, created.Key.Equal(failure.Created.Key))
		assert.Equal(t, "a", created.Details.ID)

		revoked := new(script).then(200, body).then(200, `{"status":"revoked"}`)
		_, err = newClient(t, revoked).Mint(t.Context(), keys.CreateParams{Name: "n"}, nil, func(context.Context, *keys.CreatedKey) error {
			assert.Fail(t, "a mask is stored")
			return nil
		})
		require.ErrorIs(t, err, keys.ErrDecode, mask)
		require.ErrorContains(t, err, "was revoked")
		require.Len(t, revoked.requests, 2)
		assert.Equal(t, http.MethodDelete, revoked.requests[1].Method)
	}
	for _, mask := range []string{"***", "qai_eph_", "qai_eph_...", "qai_eph_abcdef...", "qai_eph_abcdef.=", "qai_eph_abcdef…", "qai_eph_abc***", "job-123"} {
		created, err := newClient(t, new(script).then(200, `{"token":"`+mask+`","expires_at":"2026-09-01T12:34:56Z"}`)).CreateEphemeral(t.Context(), keys.EphemeralParams{})
		require.ErrorIs(t, err, keys.ErrDecode, mask)
		require.NotErrorIs(t, err, keys.ErrOutcomeUnknown)
		require.NotNil(t, created)
		assert.Equal(t, mask, created.Token.Reveal())
	}
	_, err := newClient(t, new(script).then(200, `{"key":"\\","details":{"id":"..","name":"n","key_prefix":"p"}}`)).
		Mint(t.Context(), keys.CreateParams{Name: "n"}, nil, func(context.Context, *keys.CreatedKey) error { return errors.New("full") })
	require.ErrorContains(t, err, "full", "nothing can be cut from a text that is nothing but an escape")
}

// TestAmbiguousSecrets: of several texts that may be the secret, it is none.
func TestAmbiguousSecrets(t *testing.T) {
	t.Parallel()
	const another = "qai_k_00000000000000000000000000000000000000000000000000000000000000ff"
	escaped := strings.Replace(credential, "qai", `\u0071ai`, 1)
	for _, body := range []string{
		`{"data":{"key":"` + secret + `","details":{"id":"a","previous":{"key":"` + another + `"}}}}`,
		`{"error":{"message":"exists","conflicting":"` + another + `"}}`,
		`{"key":"***","old_key":"` + another + `","details":5}`,
		`{"key":"` + credential[:len(credential)-1] + `","details":` + keyA + `}`,
		`{"key":"` + escaped + `","details":` + keyA + `}`,
		`{"key":"` + url.QueryEscape(strings.Replace(credential, "_", "%5f", 1)) + `","details":` + keyA + `}`,
	} {
		created, err := newClient(t, new(script).then(200, body)).Create(t.Context(), keys.CreateParams{Name: "ci"})
		require.ErrorIs(t, err, keys.ErrOutcomeUnknown, body)
		assert.Nil(t, created)
	}
}

// TestAMintedSecretShowsNowhereElse: the server echoes what it minted, also without its prefix.
func TestAMintedSecretShowsNowhereElse(t *testing.T) {
	t.Parallel()
	const dotted = "qai_eph_ab.cdefGHIJ~0123456789/secretpart"
	for _, minted := range []string{dotted, token, "qai_eph_" + strings.Repeat("x-", 10) + ".secretpart"} {
		echo := "token " + minted + " or " + strings.TrimPrefix(minted, "qai_eph_")
		for _, status := range []int{200, 500} {
			var logged strings.Builder
			var meta keys.Meta
			client := newClient(t, new(script).then(status, `{"token":"`+minted+`","error":{"message":"`+echo+`","code":"`+echo+`"},"base_url":"`+echo+`"}`, "X-QAI-Request-Id: "+echo, "X-QAI-Model: "+echo),
				keys.WithLogger(slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))))
			created, err := client.CreateEphemeral(t.Context(), keys.EphemeralParams{}, keys.CaptureMeta(&meta))
			require.NotNil(t, created, "%v", err)
			assert.Equal(t, minted, created.Token.Reveal())
			shown := fmt.Sprintf("%v %+v %+v %v", err, meta, *created, meta.Malformed)
			for _, part := range []string{minted[8:], minted[12:], minted[len(minted)-10:]} {
				assert.NotContains(t, shown, part, "%d", status)
				assert.NotContains(t, logged.String(), part, "%d", status)
			}
			assert.Contains(t, shown, "[redacted]")
		}
	}
}

// TestAHeaderShowsInNoID: a server lists the value of a header as an id.
func TestAHeaderShowsInNoID(t *testing.T) {
	t.Parallel()
	const value = "S3cr3tHeaderValue-abcdefghijklmnop"
	body := `{"keys":[{"id":"` + value + `","name":"n","key_prefix":"p"},{"id":"` + strings.Repeat("long", 10_000) + `","name":"n","key_prefix":"p"}]}`
	client := newClient(t, new(script).then(200, body).then(403, ""), keys.WithHeader("X-Proxy-Token", value))
	_, err := client.RevokeOrphans(t.Context(), keys.Pending{Operation: "createKey", Name: "n"})
	require.ErrorIs(t, err, keys.ErrForbidden)
	assert.NotContains(t, err.Error(), value)
	assert.Less(t, len(err.Error()), 4096, "an id is shown up to a line's length")
}

// TestRedactionOfLongAndEscapedTexts: neither a cut in a secret nor an escape beside it or in it shows a part of it.
func TestRedactionOfLongAndEscapedTexts(t *testing.T) {
	t.Parallel()
	const value = "abc%3Ddefghijklmnop"
	for _, message := range []string{
		"v=%" + value + ` and \\u00` + value + " and " + value,
		"qai_" + strings.Repeat("a", 65_500) + " " + value + value,
		strings.Repeat("a", 64<<10-10) + value,
	} {
		err := revoke(t.Context(), newClient(t, new(script).then(400, `{"error":{"message":"`+message+`"}}`), keys.WithHeader("X-Proxy-Token", value)))
		require.ErrorIs(t, err, keys.ErrInvalidRequest)
		assert.NotContains(t, err.Error(), "defghijk")
		assert.NotContains(t, err.Error(), "abc%3D")
	}
}

// TestOrdinaryWordsOfAHeaderShow: only the whole of a header, a credential after its scheme and the values of cookies are hidden.
func TestOrdinaryWordsOfAHeaderShow(t *testing.T) {
	t.Parallel()
	client := newClient(t, new(script).then(400, `{"error":{"message":"the connection pool is empty; secret-token-1 session-secret-1"}}`), keys.WithHeader("X-Reason", "connection pool warmup"),
		keys.WithHeader("X-Forwarded-Auth", "Token secret-token-1"), keys.WithHeader("Cookie", "a=session-secret-1; b=2"))
	err := revoke(t.Context(), client)
	require.ErrorContains(t, err, "the connection pool is empty; [redacted] [redacted]")
}

// TestAnUnknownOutcomeIsNoRefusal: a status that says that nothing was done isn't believed beside a new secret.
func TestAnUnknownOutcomeIsNoRefusal(t *testing.T) {
	t.Parallel()
	for status, kind := range map[int]error{400: keys.ErrInvalidRequest, 401: keys.ErrUnauthorized, 402: keys.ErrInsufficientBalance, 403: keys.ErrForbidden, 409: keys.ErrConflict, 429: keys.ErrRateLimited} {
		_, err := newClient(t, new(script).then(status, minted)).Create(t.Context(), keys.CreateParams{Name: "ci"})
		require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
		assert.NotErrorIs(t, err, kind)
	}
}

// TestManyOrphans: a server that lists keys of the name without an end takes bounded memory.
func TestManyOrphans(t *testing.T) {
	t.Parallel()
	recent := strings.Repeat(`{"id":"a","name":"n","key_prefix":"p","created_at":"2999-01-01T00:00:00Z"},`, 1001)
	old := strings.Repeat(`{"id":"a","name":"n","key_prefix":"p","created_at":"1999-01-01T00:00:00Z"},`, 1001)
	p := keys.Pending{Operation: "createKey", Name: "n", Started: keys.Pending{}.Started.AddDate(2025, 0, 0)}
	orphans, err := newClient(t, new(script).then(200, `{"keys":[`+recent+keyA+`]}`)).Orphans(t.Context(), p)
	require.ErrorIs(t, err, keys.ErrOrphansUnknown)
	require.ErrorContains(t, err, "more than 1000")
	assert.Len(t, orphans, 1000)
	orphans, err = newClient(t, new(script).then(200, `{"keys":[`+old+keyA+`]}`)).Orphans(t.Context(), p)
	require.NoError(t, err, "older keys of the name are no orphans")
	assert.Len(t, orphans, 1)
}

// TestTransportsThatBreakTheirContract end in an error.
func TestTransportsThatBreakTheirContract(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 400} {
		client := newClient(t, roundTrip(func(*http.Request) (*http.Response, error) {
			resp := response(status, "")
			resp.Body = io.NopCloser(countsTooMany{})
			return resp, nil
		}))
		require.Error(t, create(t.Context(), client))
		require.Error(t, list(t.Context(), client))
	}
	_, err := keys.New(credential, keys.WithHTTPClient(&http.Client{Transport: (*http.Transport)(nil)}))
	require.ErrorIs(t, err, keys.ErrInvalidArgument)

	proxied := &http.Transport{Proxy: func(r *http.Request) (*url.URL, error) { return r.Context().Value(countsTooMany{}).(*url.URL), nil }}
	client, err := keys.New(credential, keys.WithBaseURL("http://127.0.0.1:1"), keys.WithRetry(keys.RetryPolicy{}), keys.WithHTTPClient(&http.Client{Transport: proxied}))
	require.NoError(t, err)
	dead := &url.URL{Scheme: "http", Host: "127.0.0.1:1"}
	require.Error(t, list(context.WithValue(t.Context(), countsTooMany{}, dead), client), "the proxy is known in a request of the program only")
}

// countsTooMany is a body that claims to have read more than it was asked for.
type countsTooMany struct{}

func (countsTooMany) Read(p []byte) (int, error) { return len(p) + 1, nil }

// TestAStoreThatWipesItsKey: the key can be revoked all the same.
func TestAStoreThatWipesItsKey(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	_, err := mock.Client().Mint(t.Context(), keys.CreateParams{Name: "ci"}, nil, func(_ context.Context, created *keys.CreatedKey) error {
		secret := created.Key.Reveal()
		*created = keys.CreatedKey{}
		return errors.New("can't write " + secret[len("qai_k_"):])
	})
	require.ErrorContains(t, err, "can't write [redacted]")
	require.ErrorContains(t, err, "was revoked")
	require.Len(t, mock.Keys(), 1)
	assert.True(t, mock.Keys()[0].Revoked)
}

// TestWithKeyChecksTheBaseURL as New does.
func TestWithKeyChecksTheBaseURL(t *testing.T) {
	t.Parallel()
	client, err := keys.New(credential, keys.WithBaseURL("http://127.0.0.1:1/other-credential-1"))
	require.NoError(t, err)
	_, err = client.WithKey(keys.NewSecret("other-credential-1"))
	require.ErrorIs(t, err, keys.ErrInvalidArgument)
	assert.NotContains(t, err.Error(), "other-credential-1")
}
