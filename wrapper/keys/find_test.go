package keys_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// endless returns a transport with a list that begins with these keys and has no end, and counts what is read and closed.
func endless(body *closeCounter, read *int, first string) roundTrip {
	more := strings.NewReader(strings.Repeat(`,`+keyC, 50_000))
	body.Reader = counted{io.MultiReader(strings.NewReader(`{"keys":[`+first), more), read}
	return func(*http.Request) (*http.Response, error) {
		resp := response(200, "")
		resp.Body = body
		return resp, nil
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	var (
		read int
		body closeCounter
		meta keys.Meta
		seen []string
	)
	client := newClient(t, endless(&body, &read, `{"id":5},`+keyA+`,`+keyB))
	key, err := client.Find(t.Context(), func(key keys.Key) bool {
		seen = append(seen, key.ID)
		return key.ID == "b"
	}, keys.CaptureMeta(&meta))
	require.NoError(t, err, "another key that can't be read doesn't matter to a key that is found")
	assert.Equal(t, &keys.Key{ID: "b", Name: "n", KeyPrefix: "p"}, key)
	assert.Equal(t, []string{"a", "b"}, seen)
	assert.Less(t, read, 100_000, "the rest of the list isn't read")
	assert.Equal(t, 1, body.closed)
	assert.Equal(t, 200, meta.StatusCode)
}

// TestAKeyThatIsNotFound: only a whole list says that there is no such key.
func TestAKeyThatIsNotFound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		transport  *script
		is         error
		incomplete bool
	}{
		"not in the list":     {new(script).then(200, `{"keys":[`+keyA+`]}`), keys.ErrNotFound, false},
		"no keys":             {new(script).then(200, `{"keys":[]}`), keys.ErrNotFound, false},
		"a key is unreadable": {new(script).then(200, `{"keys":[`+keyA+`,{"id":7}]}`), keys.ErrDecode, false},
		"cut off":             {new(script).thenCut(`{"keys":[` + keyA + `,`), io.ErrUnexpectedEOF, true},
		"a page of HTML":      {new(script).then(200, `<html>`), keys.ErrDecode, true},
		"another server":      {new(script).then(404, ``), keys.ErrIncomplete, true},
		"refused":             {new(script).then(401, ``), keys.ErrUnauthorized, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key, err := newClient(t, c.transport).Find(t.Context(), func(key keys.Key) bool { return key.ID == "b" })
			assert.Nil(t, key)
			require.ErrorIs(t, err, c.is)
			if c.incomplete {
				require.ErrorIs(t, err, keys.ErrIncomplete)
			} else {
				require.NotErrorIs(t, err, keys.ErrIncomplete)
			}
			if c.is != keys.ErrNotFound { //nolint:errorlint // The value of the table.
				require.NotErrorIs(t, err, keys.ErrNotFound)
			}
		})
	}
	_, err := newClient(t, new(script).then(404, `{"error":"CODE"}`)).Find(t.Context(), func(keys.Key) bool { return true })
	var apiErr *keys.Error
	require.ErrorAs(t, err, &apiErr)
	assert.Equal(t, "CODE", apiErr.Code)
	require.ErrorContains(t, err, "status 404")
	_, err = newClient(t, new(script)).Find(t.Context(), nil)
	require.ErrorIs(t, err, keys.ErrInvalidArgument)
}

func TestByPrefix(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithKeys(20))
	created, err := mock.Client().Create(t.Context(), keys.CreateParams{Name: "ci"})
	require.NoError(t, err)
	for _, text := range []keys.Secret{created.Key, keys.NewSecret(created.Details.KeyPrefix)} {
		key, err := mock.Client().ByPrefix(t.Context(), text)
		require.NoError(t, err)
		assert.Equal(t, created.Details.ID, key.ID)
	}
	_, err = mock.Client().ByPrefix(t.Context(), keys.NewSecret(secret))
	require.ErrorIs(t, err, keys.ErrNotFound)
	assert.NotContains(t, err.Error(), "4f1c09aa5")

	for _, text := range []string{"", "qai_k_4f1c09a"} {
		_, err = mock.Client().ByPrefix(t.Context(), keys.NewSecret(text))
		require.ErrorIs(t, err, keys.ErrInvalidArgument)
	}
}

// TestASecretWithoutAnIDIsRevoked shows what to do with a mint's result that has no id.
func TestASecretWithoutAnIDIsRevoked(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	spoilID := roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err == nil && r.Method == http.MethodPost {
			body, _ := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			resp.Body = io.NopCloser(strings.NewReader(strings.Replace(string(body), `"id":"key_01"`, `"id":null`, 1)))
			resp.ContentLength = -1
		}
		return resp, err
	})
	client := mock.Client(keys.WithHTTPClient(&http.Client{Transport: spoilID}))
	created, err := client.Create(t.Context(), keys.CreateParams{Name: "ci"})
	require.ErrorIs(t, err, keys.ErrDecode)
	require.NotNil(t, created)
	key, err := client.ByPrefix(t.Context(), created.Key)
	require.NoError(t, err)
	_, err = client.Revoke(t.Context(), key.ID)
	require.NoError(t, err)
	assert.True(t, mock.Keys()[0].Revoked)
}

func TestLiveAndAge(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	assert.True(t, keys.Live(keys.Key{}, now))
	assert.False(t, keys.Live(keys.Key{Revoked: true}, now))
	assert.True(t, keys.Live(keys.Key{CreatedAt: now.Add(time.Minute)}, now), "a clock that is behind hides no key")
	assert.Equal(t, time.Hour, keys.Age(keys.Key{CreatedAt: now.Add(-time.Hour)}, now))
	assert.Zero(t, keys.Age(keys.Key{CreatedAt: now.Add(time.Hour)}, now))
	assert.Zero(t, keys.Age(keys.Key{}, now))
}

func TestGrace(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]int64{
		0: 0, 1: 1, 900 * time.Millisecond: 1, time.Second: 1, time.Second + 1: 2, time.Hour: 3600,
		-1: 0, -time.Hour: 0, -1 << 63: 0, 1<<63 - 1: 9_223_372_037,
	} {
		assert.Equal(t, keys.RotateParams{GraceSeconds: want}, keys.Grace(d), d)
	}
}
