package keys_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// repeated is a transport with a list whose elements are all the same.
func repeated(element string, n int) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		list := "keys"
		if strings.HasSuffix(r.URL.Path, "/devices") {
			list = "devices"
		}
		resp := response(200, "")
		resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"`+list+`":[`), &repeater{element + ",", n - 1, ""}, strings.NewReader(element+"]}")))
		return resp, nil
	}
}

// repeater reads a text n times.
type repeater struct {
	text string
	n    int
	left string
}

func (r *repeater) Read(p []byte) (int, error) {
	if r.left == "" {
		if r.n == 0 {
			return 0, io.EOF
		}
		many := min(r.n, 1000)
		r.n, r.left = r.n-many, strings.Repeat(r.text, many)
	}
	n := copy(p, r.left)
	r.left = r.left[n:]
	return n, nil
}

// TestTheErrorOfManyElementsIsBounded: it has the first ten and the number of the others, and tells what it told before.
func TestTheErrorOfManyElementsIsBounded(t *testing.T) {
	t.Parallel()
	const n = 20_000
	lists := map[string]func(context.Context, *keys.Client) error{"list": list}
	for _, name := range []string{"ListDevices", "Find", "ByPrefix", "Orphans", "RevokeOrphans"} {
		lists[name] = func(ctx context.Context, c *keys.Client) error { return everyMethod[name](ctx, c) }
	}
	for name, call := range lists {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := call(t.Context(), newClient(t, repeated("0", n)))
			require.ErrorIs(t, err, keys.ErrDecode)
			require.NotErrorIs(t, err, keys.ErrIncomplete)
			require.NotErrorIs(t, err, keys.ErrNotFound)
			assert.Less(t, len(err.Error()), 4000)
			for i := range 10 {
				assert.ErrorContains(t, err, fmt.Sprintf("[%d] is a JSON number", i))
			}
			assert.NotContains(t, err.Error(), "[10]")
			assert.ErrorContains(t, err, "19990 others, 20000 in total")
			assert.LessOrEqual(t, countErrors(err), 30)
		})
	}
}

// countErrors counts an error and those that it wraps.
func countErrors(err error) int {
	n := 1
	switch wrapper := err.(type) { //nolint:errorlint // It goes through the tree itself.
	case interface{ Unwrap() error }:
		n += countErrors(wrapper.Unwrap())
	case interface{ Unwrap() []error }:
		for _, wrapped := range wrapper.Unwrap() {
			n += countErrors(wrapped)
		}
	}
	return n
}

// TestAListThatIsCutOffAfterManyElements is an ErrIncomplete, however many couldn't be read before.
func TestAListThatIsCutOffAfterManyElements(t *testing.T) {
	t.Parallel()
	client := newClient(t, new(script).then(200, `{"keys":[`+strings.Repeat("0,", 1000)))
	for _, err := range []error{list(t.Context(), client), second(client.Find(t.Context(), func(keys.Key) bool { return true })), second(client.Orphans(t.Context(), keys.Pending{Operation: "createKey", Name: "ci"}))} {
		require.ErrorIs(t, err, keys.ErrIncomplete)
		require.ErrorIs(t, err, keys.ErrDecode)
		assert.ErrorContains(t, err, "990 others")
		assert.ErrorContains(t, err, "ends too early")
	}
}

// TestTheErrorOfManyOrphansIsBounded, though each is tried.
func TestTheErrorOfManyOrphansIsBounded(t *testing.T) {
	t.Parallel()
	revoked := 0
	client := newClient(t, roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodGet {
			return repeated(`{"id":"a","name":"ci","key_prefix":"p"}`, 1000)(r)
		}
		revoked++
		return response(403, `{"error":"forbidden","message":"`+strings.Repeat("x", 2000)+`"}`), nil
	}))
	gone, err := client.RevokeOrphans(t.Context(), keys.Pending{Operation: "createKey", Name: "ci"})
	require.ErrorIs(t, err, keys.ErrForbidden)
	assert.ErrorContains(t, err, "990 others")
	assert.Less(t, len(err.Error()), 20_000)
	assert.Empty(t, gone)
	assert.Equal(t, 1000, revoked)
}

// TestHugeHeadersAreCut: what a response's headers say is kept in bounded length.
func TestHugeHeadersAreCut(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("9", 1<<20)
	var meta keys.Meta
	transport := new(script).then(429, `{"error":{"message":"`+long+`","code":"`+long[:1<<17]+`","type":"`+long[:1<<17]+`"}}`, "X-QAI-Request-Id: "+long, "X-QAI-Model: "+long, "Retry-After: "+long, "X-QAI-Cost-Ticks: "+long, "X-QAI-Balance-After: -"+long)
	_, err := newClient(t, transport, keys.WithRetry(keys.RetryPolicy{})).Revoke(t.Context(), "key_01", keys.CaptureMeta(&meta))
	require.ErrorIs(t, err, keys.ErrRateLimited)
	assert.Less(t, len(err.Error()), 5000)
	assert.Less(t, len(meta.RequestID)+len(meta.Model), 2100)
}
