package keystest_test

import (
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bubble is a test in virtual time, with a mock.
type bubble struct {
	*testing.T

	mock *keystest.Server
}

// TestVirtualTime tests that everything that takes time takes that of the bubble: exactly as long, and none in fact.
func TestVirtualTime(t *testing.T) {
	t.Parallel()
	const minute = time.Minute
	for name, test := range map[string]struct {
		opts []keystest.Option
		run  func(t bubble)
		want time.Duration
	}{
		"latency": {[]keystest.Option{keystest.WithLatency(3 * time.Second)}, func(t bubble) {
			require.NoError(t, t.mock.Client().Ping(t.Context()))
		}, 3 * time.Second},
		"a delay before the operation": {nil, func(t bubble) {
			t.mock.Inject(keystest.Fault{Delay: minute / 2})
			require.NoError(t, t.mock.Client().Ping(t.Context()))
		}, minute / 2},
		"a delay after it, longer than the client waits": {nil, func(t bubble) {
			t.mock.Inject(keystest.Fault{Operation: "createKey", After: true, Delay: time.Hour})
			_, err := t.mock.Client(keys.WithTimeout(minute)).Create(t.Context(), keys.CreateParams{Name: "ci"})
			require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
			assert.Len(t, t.mock.Keys(), 1)
		}, minute},
		"a Retry-After that is obeyed": {nil, func(t bubble) {
			t.mock.Inject(keystest.Fault{Status: 429, RetryAfter: 20 * time.Second})
			require.NoError(t, t.mock.Client().Ping(t.Context()))
		}, 20 * time.Second},
		"the window of a rate limit": {[]keystest.Option{keystest.WithRateLimit(2)}, func(t bubble) {
			for range 2 {
				require.NoError(t, once(t.mock).Ping(t.Context()))
			}
			require.ErrorIs(t, once(t.mock).Ping(t.Context()), keys.ErrRateLimited)
			time.Sleep(minute)
			require.NoError(t, once(t.mock).Ping(t.Context()))
		}, minute},
		"a rotation's grace": {nil, func(t bubble) {
			old := mint(t.T, t.mock, keys.CreateParams{Name: "ci"})
			_, err := t.mock.Client().Rotate(t.Context(), old.Details.ID, keys.Grace(time.Hour))
			require.NoError(t, err)
			time.Sleep(time.Hour - time.Nanosecond)
			require.NoError(t, as(t.T, t.mock, old.Key).Ping(t.Context()))
			time.Sleep(time.Nanosecond)
			require.ErrorIs(t, as(t.T, t.mock, old.Key).Ping(t.Context()), keys.ErrUnauthorized)
		}, time.Hour},
		"the days of usage": {[]keystest.Option{keystest.WithKeys(1)}, func(t bubble) {
			require.NoError(t, t.mock.Use("key_01", 1))
			time.Sleep(24 * time.Hour)
			require.NoError(t, t.mock.Use("key_01", 1))
			usage, err := t.mock.Client().Usage(t.Context(), "key_01")
			require.NoError(t, err)
			require.Len(t, usage.Days, 2)
		}, 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				mock := keystest.NewServer(t, append(test.opts, keystest.WithInMemory())...)
				start := time.Now()
				test.run(bubble{t, mock})
				assert.Equal(t, test.want, time.Since(start))
			})
		})
	}
}

// TestTheExampleOfVirtualTime runs the example, which go test doesn't.
func TestTheExampleOfVirtualTime(t *testing.T) {
	t.Parallel()
	testRotation(t)
}

// TestNothingIsLeftOfAServer: a bubble fails a test that leaves a goroutine.
func TestNothingIsLeftOfAServer(t *testing.T) {
	t.Parallel()
	for name, run := range map[string]func(t bubble){
		"that no request reached": func(bubble) {},
		"whose connections are idle": func(t bubble) {
			for range 2 {
				require.NoError(t, t.mock.Client().Ping(t.Context()))
			}
		},
		"whose response isn't read": func(t bubble) {
			require.NoError(t, t.mock.Client().Ping(t.Context()))
			resp, err := t.mock.HTTPClient().Get(t.mock.URL)
			require.NoError(t, err)
			t.Cleanup(func() { _ = resp.Body.Close() })
		},
		"that is being asked through another transport": func(t bubble) {
			transport := t.mock.HTTPClient().Transport.(*http.Transport).Clone()
			require.NoError(t, t.mock.Client(keys.WithHTTPClient(&http.Client{Transport: transport})).Ping(t.Context()))
		},
		"whose response to a mint nobody waits for": func(t bubble) {
			t.mock.Inject(keystest.Fault{Delay: 1 << 60})
			_, err := t.mock.Client(keys.WithTimeout(1)).Create(t.Context(), keys.CreateParams{Name: "ci"})
			require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				t.Cleanup(func() { assert.LessOrEqual(t, time.Since(start), time.Second, "the end waits for nobody") })
				run(bubble{t, keystest.NewServer(t, keystest.WithInMemory())})
			})
		})
	}
}

// TestTheEndOfATestWaitsForNoLatency: net/http doesn't notice that a client has gone before its request's body is read.
func TestTheEndOfATestWaitsForNoLatency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		t.Cleanup(func() { assert.LessOrEqual(t, time.Since(start), time.Second) })
		mock := keystest.NewServer(t, keystest.WithInMemory(), keystest.WithLatency(time.Hour))
		_, err := mock.Client(keys.WithTimeout(1)).Create(t.Context(), keys.CreateParams{Name: "ci"})
		require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
	})
}

// TestHTTPClient reaches the mock either way, with what isn't a client of keys.
func TestHTTPClient(t *testing.T) {
	t.Parallel()
	for _, opts := range [][]keystest.Option{nil, {keystest.WithInMemory()}} {
		mock := keystest.NewServer(t, opts...)
		resp, err := mock.HTTPClient().Get(mock.URL + "/qai/v1/keys")
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, 401, resp.StatusCode)
	}
}

// TestAServerInMemoryHasNoSocket: without its HTTPClient a program is refused, instead of reaching something else.
func TestAServerInMemoryHasNoSocket(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithInMemory())
	client, err := keys.New(mock.APIKey, keys.WithBaseURL(mock.URL), keys.WithRetry(keys.RetryPolicy{}))
	require.NoError(t, err)
	require.ErrorContains(t, client.Ping(t.Context()), "127.0.0.1:0")
	mock.AssertCalls(t, "", 0)
}

// TestASocketInABubble: virtual time would stand still while anything waits for the socket, so that the test would hang. That is said in each
// year of the bubble.
func TestASocketInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for range 2 {
			found := failures(t, func(tb *stub) { keystest.NewServer(tb) })
			assert.Equal(t, []string{"keystest: use WithInMemory in a testing/synctest bubble, whose time stands still while anything waits for a socket"}, found)
			time.Sleep(400 * 24 * time.Hour) // Of virtual time, which passes at once.
		}
	})
}

// TestARemoteInABubble: no remote keysmock is reached from there, also from an account that was made before.
func TestARemoteInABubble(t *testing.T) {
	t.Parallel()
	const says = "keystest: use NewServer with WithInMemory in a testing/synctest bubble, whose time stands still while anything waits for a socket"
	remote, err := keystest.Connect("http://127.0.0.1:1", "")
	require.NoError(t, err)
	synctest.Test(t, func(t *testing.T) {
		assert.Equal(t, []string{says}, failures(t, func(tb *stub) { remote.NewAccount(tb) }))
		require.EqualError(t, remote.Advance(t.Context(), time.Hour), says)
	})
}
