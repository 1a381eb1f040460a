package keys

import (
	"cmp"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// RetryPolicy says how often and after which waits a failed attempt is made again. Only what HTTP allows is sent again (RFC 9110,
// 9.2.2): a GET, HEAD, PUT or DELETE after status 429, 502, 503 or 504, a lost connection or a timeout; a POST or PATCH only if
// nothing was done, which is after status 429 or if no connection was made.
//
// The wait before the n-th retry is random between 0 and BaseDelay doubled n-1 times. A Retry-After header takes its place. No wait is
// longer than MaxDelay. If a wait would outlast the context's deadline, the call fails at once.
type RetryPolicy struct {
	MaxRetries int           // How many attempts may follow the first. A Client's default is 3.
	BaseDelay  time.Duration // Zero means 500 ms.
	MaxDelay   time.Duration // Zero means 30 s.
}

func (p RetryPolicy) withDefaults() RetryPolicy {
	return RetryPolicy{p.MaxRetries, cmp.Or(p.BaseDelay, 500*time.Millisecond), cmp.Or(p.MaxDelay, 30*time.Second)}
}

// next reports whether another attempt follows the one that failed with err, and how long to wait before it.
func (p RetryPolicy) next(ctx context.Context, call *call, err error) (wait time.Duration, again bool) {
	retry := call.meta.Attempts // 1 before the first retry.
	if retry > p.MaxRetries || ctx.Err() != nil || !call.replayable(err) {
		return 0, false
	}
	wait = p.backoff(retry)
	if apiErr, ok := errors.AsType[*Error](err); ok && apiErr.RetryAfter > 0 {
		wait = min(apiErr.RetryAfter, p.MaxDelay)
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= wait {
		return 0, false
	}
	return wait, true
}

// backoff is exponential with full jitter, so that clients that failed together don't retry together.
func (p RetryPolicy) backoff(retry int) time.Duration {
	ceiling, most := p.BaseDelay, min(p.MaxDelay, math.MaxInt64-1)
	for i := 1; i < retry && ceiling < most; i++ {
		ceiling += min(ceiling, most-ceiling) // Doubled, without an overflow.
	}
	ceiling = min(ceiling, most)
	return rand.N(ceiling + 1) //nolint:gosec // Jitter needn't be secret.
}

// sleep waits for d, or until ctx is done, whose error it returns.
func (c *Client) sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return c.contextError(ctx)
	}
}

// retryAfter reads a Retry-After header, in seconds or as a date (RFC 9110, 10.2.3). It returns 0 if the header is absent, malformed,
// negative or in the past.
func retryAfter(h http.Header) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.ParseUint(value, 10, 64); err == nil {
		return time.Duration(min(seconds, math.MaxInt64/uint64(time.Second))) * time.Second
	} else if errors.Is(err, strconv.ErrRange) {
		return math.MaxInt64
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}
