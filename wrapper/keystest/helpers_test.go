package keystest_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/types"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/require"
)

// send sends a request with these headers ("Name: value"), and returns the response and its body.
func send(t *testing.T, mock *keystest.Server, method, path, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, mock.URL+path, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Add(name, value)
	}
	resp, err := mock.HTTPClient().Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	read, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp, string(read)
}

// ask sends a request with the first account's credential to a mock without a server.
func ask(mock *keystest.Handler, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header = http.Header{"X-Api-Key": {mock.APIKey}, "Content-Type": {"application/json"}}
	w := httptest.NewRecorder()
	mock.ServeHTTP(w, r)
	return w
}

// once is a client that doesn't retry.
func once(mock *keystest.Server) *keys.Client {
	return mock.Client(keys.WithRetry(keys.RetryPolicy{}))
}

// as is a client with a minted key that doesn't retry.
func as(t *testing.T, mock *keystest.Server, secret types.Secret) *keys.Client {
	t.Helper()
	client, err := keys.New(secret.Reveal(), keys.WithBaseURL(mock.URL), keys.WithHTTPClient(mock.HTTPClient()), keys.WithRetry(keys.RetryPolicy{}))
	require.NoError(t, err)
	return client
}

func mint(t *testing.T, mock *keystest.Server, params keys.CreateParams) *keys.CreatedKey {
	t.Helper()
	created, err := mock.Client().Create(t.Context(), params)
	require.NoError(t, err)
	return created
}

// clock is a clock that a test sets.
type clock struct{ now time.Time }

func newClock() *clock { return &clock{time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) option() keystest.Option {
	return keystest.WithClock(func() time.Time { return c.now })
}
