package keys

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// RetryPolicy says when an attempt is made again. Only what HTTP allows is replayed (RFC 9110, 9.2.2): a GET, HEAD, PUT or
// DELETE after a 429, 502, 503 or 504, a lost connection or a timeout; a POST or PATCH only where nothing was done, after a
// 429 or where no connection was made.
//
// The wait before the n-th retry is random between 0 and BaseDelay doubled n-1 times, or what the answer's Retry-After
// asks for, never more than MaxDelay. Where it would outlast the context's deadline, the call fails at once.
type RetryPolicy struct {
	MaxRetries int           // How many attempts may follow the first. A Client's default is 3.
	BaseDelay  time.Duration // Zero means 500 ms.
	MaxDelay   time.Duration // Zero means 30 s.
}

func (p RetryPolicy) withDefaults() RetryPolicy {
	if p.BaseDelay == 0 {
		p.BaseDelay = 500 * time.Millisecond
	}
	if p.MaxDelay == 0 {
		p.MaxDelay = 30 * time.Second
	}
	return p
}

// next tells whether another attempt follows the one that failed with err, and how long to wait before it.
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

// backoff is exponential with full jitter, so that clients that failed together don't come back together.
func (p RetryPolicy) backoff(retry int) time.Duration {
	ceiling := p.BaseDelay
	for range retry - 1 {
		if ceiling >= p.MaxDelay {
			break
		}
		ceiling *= 2
	}
	ceiling = min(ceiling, p.MaxDelay, math.MaxInt64-1)
	return rand.N(ceiling + 1) //nolint:gosec // Jitter is no secret.
}

// replayable reports whether the request may be sent again after err.
func (call *call) replayable(err error) bool {
	idempotent := call.operation.Idempotent
	switch failure := err.(type) { //nolint:errorlint // An attempt's error itself, not what it wraps.
	case *Error:
		switch failure.StatusCode {
		case http.StatusTooManyRequests:
			return true
		case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			return idempotent
		}
	case *sendError:
		return !failure.final && (idempotent || !failure.sent)
	case *DecodeError:
		return failure.cut && idempotent && !call.delivered
	}
	return false
}

// mayBeDone reports whether what was asked for may have been done by an attempt that failed with err.
func mayBeDone(err error) bool {
	switch failure := err.(type) { //nolint:errorlint // An attempt's error itself, not what it wraps.
	case *Error:
		return failure.StatusCode < 300 || failure.StatusCode >= 500
	case *sendError:
		return failure.sent
	}
	return true
}

// sleep waits for d or for the end of ctx, whose error it returns.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return contextError(ctx)
	}
}

// contextError returns ctx's error together with its cause, nil while ctx goes on.
func contextError(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if err == nil || errors.Is(cause, err) {
		return cause
	}
	return fmt.Errorf("%w: %w", err, cause)
}

// retryAfter reads a Retry-After header, in seconds or as a date (RFC 9110, 10.2.3). One that is absent, malformed,
// negative or past is 0.
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
