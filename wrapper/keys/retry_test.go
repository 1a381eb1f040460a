package keys_test

import (
	"context"
	"errors"
	"io"
	"math"
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

// refused is what net/http returns where no connection is made.
var refused = &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}

// reset is what it returns where a connection broke.
var reset = &net.OpError{Op: "read", Net: "tcp", Err: errors.New("connection reset by peer")}

func create(ctx context.Context, c *keys.Client) error {
	_, err := c.Create(ctx, keys.CreateParams{Name: "ci"})
	return err
}

func list(ctx context.Context, c *keys.Client) error {
	_, err := c.List(ctx)
	return err
}

func revoke(ctx context.Context, c *keys.Client) error {
	_, err := c.Revoke(ctx, "key_01")
	return err
}

// TestWhatIsReplayed serves one failure, then a good answer, and counts the requests.
func TestWhatIsReplayed(t *testing.T) {
	t.Parallel()
	failures := map[string]struct {
		fail       func(*script) *script
		idempotent int // Requests where the operation is idempotent.
		mint       int // Requests where it mints.
	}{
		"400":                {func(s *script) *script { return s.then(400, "") }, 1, 1},
		"401":                {func(s *script) *script { return s.then(401, "") }, 1, 1},
		"404":                {func(s *script) *script { return s.then(404, "") }, 1, 1},
		"429":                {func(s *script) *script { return s.then(429, "") }, 2, 2},
		"500":                {func(s *script) *script { return s.then(500, "") }, 1, 1},
		"501":                {func(s *script) *script { return s.then(501, "") }, 1, 1},
		"502":                {func(s *script) *script { return s.then(502, "") }, 2, 1},
		"503":                {func(s *script) *script { return s.then(503, "") }, 2, 1},
		"504":                {func(s *script) *script { return s.then(504, "") }, 2, 1},
		"307":                {func(s *script) *script { return s.then(307, "") }, 1, 1},
		"lost connection":    {func(s *script) *script { return s.thenFail(errLost) }, 2, 1},
		"reset connection":   {func(s *script) *script { return s.thenFail(reset) }, 2, 1},
		"no connection":      {func(s *script) *script { return s.thenFail(refused) }, 2, 2},
		"a body cut off":     {func(s *script) *script { return s.thenCut(`{`) }, 2, 1},
		"a malformed answer": {func(s *script) *script { return s.then(200, `nonsense`) }, 1, 1},
	}
	operations := map[string]struct {
		call func(context.Context, *keys.Client) error
		good string
		mint bool
	}{
		"create": {create, minted, true},
		"list":   {list, listed, false},
		"revoke": {revoke, `{"status":"revoked"}`, false},
	}
	for failure, f := range failures {
		for operation, op := range operations {
			t.Run(operation+"/"+failure, func(t *testing.T) {
				t.Parallel()
				want := f.idempotent
				if op.mint {
					want = f.mint
				}
				transport := f.fail(new(script)).then(200, op.good)
				err := op.call(t.Context(), newClient(t, transport))
				assert.Len(t, transport.requests, want)
				if want == 2 {
					require.NoError(t, err)
				} else {
					require.Error(t, err)
				}
			})
		}
	}
}

func TestRetriesAreBounded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opts []keys.Option
		want int
	}{
		"as by default": {nil, 4},
		"none":          {[]keys.Option{keys.WithRetry(keys.RetryPolicy{})}, 1},
		"seven":         {[]keys.Option{keys.WithRetry(keys.RetryPolicy{MaxRetries: 7, BaseDelay: 1, MaxDelay: 1})}, 8},
	} {
		transport := new(script).then(429, `{"error":{"message":"m"}}`)
		var meta keys.Meta
		_, err := newClient(t, transport, c.opts...).List(t.Context(), keys.CaptureMeta(&meta))
		require.ErrorIs(t, err, keys.ErrRateLimited, name)
		assert.Len(t, transport.requests, c.want, name)
		assert.Equal(t, keys.Meta{StatusCode: 429, Attempts: c.want}, meta, name)
	}
}

// TestWaits takes virtual time: what a caller waits for is exact.
func TestWaits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		retryAfter string
		policy     keys.RetryPolicy
		least      time.Duration
		most       time.Duration
	}{
		"as asked":                {"5", keys.RetryPolicy{MaxRetries: 1}, 5 * time.Second, 5 * time.Second},
		"as asked by a date":      {"date", keys.RetryPolicy{MaxRetries: 1}, 7 * time.Second, 7 * time.Second},
		"never longer than 30 s":  {"86400", keys.RetryPolicy{MaxRetries: 1}, 30 * time.Second, 30 * time.Second},
		"absurd":                  {"99999999999999999999999", keys.RetryPolicy{MaxRetries: 1}, 30 * time.Second, 30 * time.Second},
		"absurd, in range":        {"18446744073709551615", keys.RetryPolicy{MaxRetries: 1}, 30 * time.Second, 30 * time.Second},
		"negative":                {"-5", keys.RetryPolicy{MaxRetries: 1}, 0, 500 * time.Millisecond},
		"a past date":             {"Fri, 01 Jan 1999 00:00:00 GMT", keys.RetryPolicy{MaxRetries: 1}, 0, 500 * time.Millisecond},
		"nonsense":                {"soon", keys.RetryPolicy{MaxRetries: 1}, 0, 500 * time.Millisecond},
		"not asked":               {"", keys.RetryPolicy{MaxRetries: 1}, 0, 500 * time.Millisecond},
		"doubling":                {"", keys.RetryPolicy{MaxRetries: 3}, 0, 3500 * time.Millisecond},
		"bounded by the longest":  {"", keys.RetryPolicy{MaxRetries: 20, BaseDelay: time.Second, MaxDelay: 2 * time.Second}, 0, 39 * time.Second},
		"a longest of everything": {"", keys.RetryPolicy{MaxRetries: 1, BaseDelay: 1, MaxDelay: 1<<63 - 1}, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				retryAfter := c.retryAfter
				if retryAfter == "date" {
					retryAfter = time.Now().Add(7 * time.Second).UTC().Format(http.TimeFormat)
				}
				transport := new(script).then(429, "", "Retry-After: "+retryAfter)
				client := newClient(t, transport, keys.WithRetry(c.policy))
				start := time.Now()
				require.ErrorIs(t, create(t.Context(), client), keys.ErrRateLimited)
				waited := time.Since(start)
				assert.GreaterOrEqual(t, waited, c.least)
				assert.LessOrEqual(t, waited, c.most)
				assert.Len(t, transport.requests, c.policy.MaxRetries+1)
			})
		})
	}
}

func TestJitterSpreads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := newClient(t, new(script).then(429, ""), keys.WithRetry(keys.RetryPolicy{MaxRetries: 1}))
		seen := map[time.Duration]bool{}
		for range 50 {
			start := time.Now()
			require.Error(t, create(t.Context(), client))
			seen[time.Since(start)] = true
		}
		assert.Greater(t, len(seen), 40)
	})
}

func TestNoWaitOutlastsTheDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
		defer cancel()
		start := time.Now()
		patient := keys.WithRetry(keys.RetryPolicy{MaxRetries: 3})
		err := create(ctx, newClient(t, new(script).then(429, "", "Retry-After: 5"), patient))
		require.ErrorIs(t, err, keys.ErrRateLimited)
		require.NotErrorIs(t, err, keys.ErrOutcomeUnknown)
		var apiErr *keys.Error
		require.ErrorAs(t, err, &apiErr)
		assert.Equal(t, 5*time.Second, apiErr.RetryAfter)
		assert.Zero(t, time.Since(start))
	})
}

func TestCancellingAWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		err := create(ctx, newClient(t, new(script).then(429, "", "Retry-After: 5"), keys.WithRetry(keys.RetryPolicy{MaxRetries: 3})))
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, keys.ErrRateLimited)
		require.NotErrorIs(t, err, keys.ErrOutcomeUnknown, "a 429 says that nothing was done")
		assert.Equal(t, 1, strings.Count(err.Error(), "context canceled"), err)
		assert.Equal(t, time.Second, time.Since(start))
	})
}

func TestA404ThatAnswersAReplayOfARevoke(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		transport *script
		gone      bool
	}{
		"after a lost connection":  {new(script).thenFail(errLost).then(404, ""), true},
		"after a 503":              {new(script).then(503, "").then(404, ""), true},
		"after a body cut off":     {new(script).thenCut(`{"sta`).then(404, ""), true},
		"after both":               {new(script).then(503, "").then(429, "").then(404, ""), true},
		"at once":                  {new(script).then(404, ""), false},
		"after a 429":              {new(script).then(429, "").then(404, ""), false},
		"after a connection error": {new(script).thenFail(refused).then(404, ""), false},
	} {
		status, err := newClient(t, c.transport).Revoke(t.Context(), "key_01")
		if c.gone {
			require.NoError(t, err, name)
			assert.Equal(t, "revoked", status.Status, name)
		} else {
			require.ErrorIs(t, err, keys.ErrNotFound, name)
			assert.Nil(t, status, name)
		}
	}
}

func TestAListIsReplayedOnlyUntilAKeyWasYielded(t *testing.T) {
	t.Parallel()
	broken := `{"keys":[{"id":"a","name":"n","key_prefix":"p"},`
	client := newClient(t, new(script).thenCut(broken).then(200, `{"keys":[{"id":"a","name":"n","key_prefix":"p"},{"id":"b","name":"n","key_prefix":"p"}]}`))
	list, err := client.List(t.Context())
	require.NoError(t, err, "nothing was handed out, so the list is fetched again")
	assert.Len(t, list, 2)

	transport := new(script).thenCut(`{"keys":[`).thenCut(broken).then(200, listed)
	var ids []string
	var last error
	for key, err := range newClient(t, transport).All(t.Context()) {
		last = err
		if err == nil {
			ids = append(ids, key.ID)
		}
	}
	require.ErrorIs(t, last, io.ErrUnexpectedEOF)
	require.ErrorIs(t, last, keys.ErrDecode)
	assert.Equal(t, []string{"a"}, ids)
	assert.Len(t, transport.requests, 2)
}

// TestAStalledServer lets a server hang at each stage; the client's timeout is for progress.
func TestAStalledServer(t *testing.T) {
	t.Parallel()
	stall := func(r *http.Request) { <-r.Context().Done() }
	t.Run("before the headers", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			client, _ := serve(t, func(_ http.ResponseWriter, r *http.Request) { stall(r) })
			start := time.Now()
			err := create(t.Context(), client)
			require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.ErrorContains(t, err, "no progress")
			assert.Equal(t, 60*time.Second, time.Since(start))
		})
	})
	t.Run("in the body", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.WriteString(w, minted[:100])
				_ = http.NewResponseController(w).Flush()
				stall(r)
			}, keys.WithTimeout(7*time.Second))
			start := time.Now()
			err := create(t.Context(), client)
			var decodeErr *keys.DecodeError
			require.ErrorAs(t, err, &decodeErr)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Equal(t, secret, decodeErr.Created.Key.Reveal())
			assert.Equal(t, 7*time.Second, time.Since(start))
		})
	})
	t.Run("idempotent operations try again", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			tries := 0
			client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if tries++; tries == 1 {
					stall(r)
				}
				_, _ = io.WriteString(w, listed)
			})
			require.NoError(t, list(t.Context(), client))
			assert.Equal(t, 2, tries)
		})
	})
	t.Run("not while there is progress, however slow", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			client, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				for _, part := range strings.SplitAfter(listed, ",") {
					<-time.After(50 * time.Second) // Virtual.
					_, _ = io.WriteString(w, part)
					_ = http.NewResponseController(w).Flush()
				}
			})
			require.NoError(t, list(t.Context(), client))
		})
	})
	t.Run("not while the caller takes its time", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			client, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				_, _ = io.WriteString(w, `{"keys":[{"id":"a","name":"n","key_prefix":"p"}`+strings.Repeat(`,{"id":"b","name":"n","key_prefix":"p"}`, 10_000)+`]}`)
			})
			count := 0
			for _, err := range client.All(t.Context()) {
				require.NoError(t, err)
				if count++; count < 5 {
					<-time.After(time.Hour) // Virtual.
				}
			}
			assert.Equal(t, 10_001, count)
		})
	})
	t.Run("for ever, with a timeout of zero", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			client, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				<-time.After(24 * time.Hour) // Virtual.
				_, _ = io.WriteString(w, listed)
			}, keys.WithTimeout(0))
			require.NoError(t, list(t.Context(), client))
		})
	})
}

// TestCancellation ends the caller's context at each stage of a mint.
func TestCancellation(t *testing.T) {
	t.Parallel()
	cause := errors.New("the pod is shutting down")
	for name, c := range map[string]struct {
		after   time.Duration
		handler http.HandlerFunc
		unknown bool
		salvage bool
	}{
		"before it began":    {0, nil, false, false},
		"before the headers": {time.Second, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, true, false},
		"in the body, before the secret": {time.Second, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, `{`)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, true, false},
		"in the body, after the secret": {time.Second, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, minted[:90])
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				requests := 0
				client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { requests++; c.handler(w, r) })
				ctx, cancel := context.WithCancelCause(t.Context())
				if c.after == 0 {
					cancel(cause)
				} else {
					time.AfterFunc(c.after, func() { cancel(cause) })
				}
				err := create(ctx, client)
				require.ErrorIs(t, err, context.Canceled)
				require.ErrorIs(t, err, cause)
				assert.Equal(t, c.unknown, errors.Is(err, keys.ErrOutcomeUnknown))
				var decodeErr *keys.DecodeError
				if c.salvage {
					require.ErrorAs(t, err, &decodeErr)
					assert.Equal(t, secret, decodeErr.Created.Key.Reveal())
				}
				if c.after == 0 {
					assert.Zero(t, requests)
				}
			})
		})
	}
}

func TestAServerThatRefusesConnections(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, listener := serve(t, nil)
		require.NoError(t, listener.Close())
		var meta keys.Meta
		_, err := client.Create(t.Context(), keys.CreateParams{Name: "ci"}, keys.CaptureMeta(&meta))
		require.Error(t, err)
		require.NotErrorIs(t, err, keys.ErrOutcomeUnknown, "a mint that never left is a plain error")
		require.ErrorIs(t, err, net.ErrClosed)
		assert.Equal(t, keys.Meta{Attempts: 4}, meta)
		assert.NotContains(t, err.Error(), "/qai/v1/keys")
	})
}

func TestRetryAfterIsTold(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]time.Duration{
		"": 0, "0": 0, "17": 17 * time.Second, "1.5": 0, "+1": 0, "-1": 0,
		"9223372036": 9223372036 * time.Second, "9223372037": 9223372036 * time.Second, "99999999999999999999": math.MaxInt64,
	} {
		_, err := newClient(t, new(script).then(403, "", "Retry-After: "+value)).List(t.Context())
		var apiErr *keys.Error
		require.ErrorAs(t, err, &apiErr)
		assert.Equal(t, want, apiErr.RetryAfter, value)
	}
}
