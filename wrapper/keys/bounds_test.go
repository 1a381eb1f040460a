package keys_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// foreign is a context of a type that package context doesn't know: each that is derived from it has a goroutine until it is cancelled.
type foreign struct {
	context.Context //nolint:containedctx // It is one.

	done chan struct{}
}

func (f foreign) Done() <-chan struct{} { return f.done }

// TestNothingIsLeftOfACall: the bubble fails where a goroutine is left.
func TestNothingIsLeftOfACall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, err := newClient(t, new(script).then(200, listed)).List(foreign{t.Context(), make(chan struct{})})
		require.NoError(t, err)
	})
}

// TestWaitsGrow: the longest wait before each retry is twice that before the last, with full jitter.
func TestWaitsGrow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var (
			longest [3]time.Duration
			last    time.Time
			attempt int
		)
		client := newClient(t, roundTrip(func(*http.Request) (*http.Response, error) {
			if attempt > 0 {
				longest[attempt-1] = max(longest[attempt-1], time.Since(last))
			}
			attempt, last = attempt+1, time.Now()
			return answer(503, ""), nil
		}), keys.WithRetry(keys.RetryPolicy{MaxRetries: 3, BaseDelay: time.Second, MaxDelay: time.Minute}))
		for range 200 {
			attempt = 0
			_, err := client.List(t.Context())
			require.ErrorIs(t, err, keys.ErrServer)
		}
		for i, ceiling := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
			assert.LessOrEqual(t, longest[i], ceiling)
			assert.Greater(t, longest[i], ceiling*3/4)
		}
	})
}

// counted counts what is read of a body.
type counted struct {
	io.Reader

	n *int
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	*c.n += n
	return n, err
}

func TestALittleOfAnErrorIsRead(t *testing.T) {
	t.Parallel()
	read := 0
	_, err := newClient(t, roundTrip(func(*http.Request) (*http.Response, error) {
		resp := answer(400, "")
		resp.Body = io.NopCloser(counted{strings.NewReader(strings.Repeat(" ", 5<<20)), &read})
		return resp, nil
	})).List(t.Context())
	require.ErrorIs(t, err, keys.ErrInvalidRequest)
	assert.LessOrEqual(t, read, 1<<20+1)
}

// TestWhichTextIsTheSecret of an answer that isn't what the document says.
func TestWhichTextIsTheSecret(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"other":"` + secret + `","key":"another-form","details":5}`:            "another-form",
		`{"key":"` + credential + `","details":5}`:                               "",
		`{"key":"` + credential + `","secret":"another-form","details":5}`:       "another-form",
		`{"key":"` + secret + `","details":{"id":"a","scope":null,"revoked":7}}`: secret,
	} {
		_, err := newClient(t, new(script).then(200, body)).Create(t.Context(), keys.CreateParams{Name: "ci"})
		var failure *keys.DecodeError
		require.ErrorAs(t, err, &failure)
		if want == "" {
			require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
			assert.Nil(t, failure.Created)
			continue
		}
		require.NotNil(t, failure.Created, body)
		assert.Equal(t, want, failure.Created.Key.Reveal())
		assert.Nil(t, failure.Created.Details.Scope)
	}
}

func TestAStallIsATimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, err := newClient(t, roundTrip(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}), keys.WithTimeout(time.Second), keys.WithRetry(keys.RetryPolicy{})).List(t.Context())
		require.ErrorIs(t, err, context.DeadlineExceeded)
		var timeout net.Error
		require.ErrorAs(t, err, &timeout)
		assert.True(t, timeout.Timeout())
	})
}

func TestAnErrorTellsHowLongToWait(t *testing.T) {
	t.Parallel()
	_, err := newClient(t, new(script).then(429, `{"error":"rate_limit","message":"too many"}`, "Retry-After: 7"), keys.WithRetry(keys.RetryPolicy{})).List(t.Context())
	require.EqualError(t, err, "keys: listKeys: status 429: rate_limit: too many (retry after 7s)")
}

func TestAKeyOfExactlyTheBound(t *testing.T) {
	t.Parallel()
	for extra, keysRead := range map[int]int{0: 1, 1: 0} {
		element := `{"id":"` + strings.Repeat("x", 63+extra) + `","name":"n","key_prefix":"p"}`
		body := `{"keys":[` + element + `]}`
		for _, transport := range []http.RoundTripper{new(script).then(200, body), byteByByte(200, body)} {
			list, err := newClient(t, transport, keys.WithMaxResponseBytes(100)).List(t.Context())
			assert.Equal(t, keysRead == 1, err == nil, "%d bytes: %v", len(element), err)
			assert.Len(t, list, keysRead)
		}
	}
}

// TestWhatAListHasBesideItsKeysIsBounded: a single token may be no larger than a key, and of many none is kept.
func TestWhatAListHasBesideItsKeysIsBounded(t *testing.T) {
	t.Parallel()
	for name, part := range map[string]string{
		"white space": strings.Repeat(" ", 5<<20), "a string": `"` + strings.Repeat("x", 5<<20), "a name": `{"` + strings.Repeat("x", 5<<20),
		"a number": strings.Repeat("1", 5<<20), "a string deep inside": `[{"a":["` + strings.Repeat("x", 5<<20),
	} {
		for _, body := range []string{`{"x":` + part, `{"keys":[` + part, `{"keys":[],"x":` + part} {
			read := 0
			_, err := newClient(t, roundTrip(func(*http.Request) (*http.Response, error) {
				resp := answer(200, "")
				resp.Body = io.NopCloser(counted{strings.NewReader(body), &read})
				return resp, nil
			})).List(t.Context())
			require.ErrorIs(t, err, keys.ErrDecode, name)
			assert.ErrorContains(t, err, "too large", name)
			assert.LessOrEqual(t, read, 1<<20+100, name)
		}
	}
}

// TestNamesThatAreSkippedAreNotKept, however many an unknown object has.
func TestNamesThatAreSkippedAreNotKept(t *testing.T) { //nolint:paralleltest // It measures the process.
	live := func(names int) uint64 {
		body, members := io.Pipe()
		during := make(chan uint64, 1)
		go func() {
			_, _ = io.WriteString(members, `{"x":{"":0`)
			for i := range names {
				_, _ = fmt.Fprintf(members, `,"the name of this member is %d":{"%d":0}`, i, i)
			}
			during <- liveHeap()
			_, _ = io.WriteString(members, `},"keys":[]}`)
			_ = members.Close()
		}()
		_, err := newClient(t, roundTrip(func(*http.Request) (*http.Response, error) {
			resp := answer(200, "")
			resp.Body = body
			return resp, nil
		})).List(t.Context())
		require.NoError(t, err)
		return <-during
	}
	few := live(100)
	assert.Less(t, live(50_000), few+1<<20)
}
