package keys_test

import (
	"context"
	"math"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
		"a hundred doublings":     {"1", keys.RetryPolicy{MaxRetries: 100, MaxDelay: 1<<63 - 1}, 100 * time.Second, 100 * time.Second},
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
			return response(503, ""), nil
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
