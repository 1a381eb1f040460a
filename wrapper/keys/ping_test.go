package keys_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		transport *script
		is        error // Nil: the API key works.
	}{
		"a list":            {new(script).then(200, listed), nil},
		"no keys":           {new(script).then(200, `{"keys":[]}`), nil},
		"an unreadable key": {new(script).then(200, `{"keys":[{"id":7}`), nil},
		"other endpoints":   {new(script).then(403, `{"error":{"code":"SCOPE_ENDPOINT_DENIED"}}`), nil},
		"no permission":     {new(script).then(403, `{"error":"PERMISSION_DENIED","message":"m"}`), nil},
		"an older gateway":  {new(script).then(403, `{"error":{"type":"forbidden"}}`), keys.ErrForbidden},
		"its flat form":     {new(script).then(403, `{"error":"permission_error","message":"m"}`), keys.ErrForbidden},
		"after a 503":       {new(script).then(503, "").then(200, listed), nil},
		"frozen":            {new(script).then(403, `{"error":{"code":"KEY_FROZEN_BY_BUDGET"}}`), keys.ErrForbidden},
		"another app's":     {new(script).then(403, `{"error":"APP_SCOPE_MISMATCH","message":"m"}`), keys.ErrForbidden},
		"a firewall":        {new(script).then(403, `<html>`), keys.ErrForbidden},
		"revoked":           {new(script).then(401, `{"error":{"code":"forbidden"}}`), keys.ErrUnauthorized},
		"a sign-in page":    {new(script).then(200, `<html>`), keys.ErrDecode},
		"another API":       {new(script).then(200, `{"status":"ok"}`), keys.ErrDecode},
		"another server":    {new(script).then(404, ``), keys.ErrNotFound},
		"unreachable":       {new(script).thenFail(refused), refused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var meta keys.Meta
			err := newClient(t, c.transport).Ping(t.Context(), keys.CaptureMeta(&meta))
			if c.is == nil {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, c.is)
			}
			assert.NotZero(t, meta.Attempts)
			assert.Equal(t, "GET /qai/v1/keys", c.transport.requests[0].Method+" "+c.transport.requests[0].URL.Path)
		})
	}
	var (
		read int
		body closeCounter
	)
	require.NoError(t, newClient(t, endless(&body, &read, keyA)).Ping(t.Context()))
	assert.Less(t, read, 100_000, "the list isn't read")
	assert.Equal(t, 1, body.closed)
}

// TestPingOfAKeyThatMayNotListKeys tests that only a gateway whose code says so makes it a key that works.
func TestPingOfAKeyThatMayNotListKeys(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opts []keystest.Option
		is   error
	}{"an older code": {nil, keys.ErrForbidden}, "its own code": {[]keystest.Option{keystest.WithCanonicalCodes()}, nil}} {
		mock := keystest.NewServer(t, c.opts...)
		created, err := mock.Client().Create(t.Context(), keys.CreateParams{Name: "ci", Endpoints: []string{"chat"}})
		require.NoError(t, err, name)
		own, err := mock.Client().WithKey(created.Key)
		require.NoError(t, err, name)
		require.ErrorIs(t, own.Ping(t.Context()), c.is, name)
	}
}

// TestWithKey verifies a new key, revokes it and sees that it is refused, over the first client's connections.
func TestWithKey(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithCanonicalCodes())
	var sent []http.Header
	through := roundTrip(func(r *http.Request) (*http.Response, error) {
		sent = append(sent, r.Header.Clone())
		return http.DefaultTransport.RoundTrip(r)
	})
	client := mock.Client(keys.WithHTTPClient(&http.Client{Transport: through}), keys.WithUserAgent("ours"))
	created, err := client.Create(t.Context(), keys.CreateParams{Name: "ci", Endpoints: []string{"chat"}})
	require.NoError(t, err)
	own, err := client.WithKey(created.Key)
	require.NoError(t, err)
	require.NoError(t, own.Ping(t.Context()), "a key that is restricted to other endpoints works")
	require.NoError(t, client.Ping(t.Context()))
	for i, want := range []string{mock.APIKey, created.Key.Reveal(), mock.APIKey} {
		assert.Equal(t, want, sent[i].Get("X-API-Key"))
		assert.Equal(t, "Bearer "+want, sent[i].Get("Authorization"))
		assert.Equal(t, "ours", sent[i].Get("User-Agent"))
	}
	assert.Equal(t, client.String(), own.String())
	_, err = client.Revoke(t.Context(), created.Details.ID)
	require.NoError(t, err)
	require.ErrorIs(t, own.Ping(t.Context()), keys.ErrUnauthorized)

	for _, text := range []string{"", "qai_k_0123\n", "qai_k_é"} {
		_, err := client.WithKey(keys.NewSecret(text))
		require.ErrorIs(t, err, keys.ErrInvalidArgument)
	}
	for _, unmade := range []*keys.Client{nil, {}} {
		_, err := unmade.WithKey(created.Key)
		require.ErrorIs(t, err, keys.ErrInvalidArgument)
	}
}

// TestEachClientRedactsItsOwnKey: a server that echoes a client's API key doesn't get it into an error.
func TestEachClientRedactsItsOwnKey(t *testing.T) {
	t.Parallel()
	echo := roundTrip(func(r *http.Request) (*http.Response, error) {
		return response(400, `{"error":{"message":"`+r.Header.Get("X-API-Key")+`"}}`), nil
	})
	own, err := newClient(t, echo).WithKey(keys.NewSecret("another/credential"))
	require.NoError(t, err)
	err = own.Ping(t.Context())
	require.ErrorContains(t, err, "[redacted]")
	assert.NotContains(t, err.Error(), "another/credential")
}

func TestAnErrorAboutARedirectSaysWhy(t *testing.T) {
	t.Parallel()
	for status, says := range map[int]bool{300: true, 301: true, 308: true, 399: true, 400: false, 404: false} {
		_, err := newClient(t, new(script).then(status, "")).Revoke(t.Context(), "key_01")
		apiErr, ok := errors.AsType[*keys.Error](err)
		require.True(t, ok)
		assert.Equal(t, status, apiErr.StatusCode)
		if says {
			assert.ErrorContains(t, err, "redirects aren't followed")
		} else {
			assert.NotContains(t, err.Error(), "redirects")
		}
	}
}
