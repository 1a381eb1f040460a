package keys

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"
)

// errStalled ends an attempt that makes no progress.
var errStalled = fmt.Errorf("no progress within the client's timeout: %w", context.DeadlineExceeded)

// watchdog ends an attempt that makes no progress within the client's timeout.
type watchdog struct {
	client  *Client
	parent  context.Context
	ctx     context.Context // The attempt's.
	cancel  context.CancelCauseFunc
	timeout time.Duration
	timer   *time.Timer
}

// watch returns a watchdog that waits for a response's headers.
func (c *Client) watch(parent context.Context) *watchdog {
	w := &watchdog{client: c, parent: parent, timeout: cmp.Or(c.timeout, math.MaxInt64)}
	w.ctx, w.cancel = context.WithCancelCause(parent)
	w.timer = time.AfterFunc(w.timeout, func() { w.cancel(errStalled) })
	return w
}

func (w *watchdog) stop() {
	w.timer.Stop()
	w.cancel(nil)
}

// reason returns the error of the context or the timeout that caused err, or else err.
func (w *watchdog) reason(err error) error {
	if ctxErr := w.client.contextError(w.parent); ctxErr != nil {
		return ctxErr
	}
	if cause := context.Cause(w.ctx); errors.Is(cause, errStalled) {
		return cause
	}
	return err
}

// closeAtEnd closes a body when the attempt's context ends, until stop is called.
func (w *watchdog) closeAtEnd(body io.Closer) (stop func() bool) {
	return context.AfterFunc(w.ctx, func() { _ = body.Close() })
}

// watchedReader is a body that the watchdog watches during each read, but not between two reads.
type watchedReader struct {
	*watchdog

	body io.Reader
}

var errImpossibleRead = errors.New("the response's body claims to have read more than it was asked for")

// maxEmptyReads is how many reads in a row may return neither a byte nor an error.
const maxEmptyReads = 100

func (r *watchedReader) Read(p []byte) (int, error) {
	r.timer.Reset(r.timeout)
	defer r.timer.Stop()
	for range maxEmptyReads {
		n, err := r.body.Read(p)
		if n < 0 || n > len(p) {
			return 0, &readError{errImpossibleRead}
		}
		if err != nil && err != io.EOF {
			err = &readError{r.reason(err)}
		}
		if n > 0 || err != nil {
			return n, err
		}
		if r.ctx.Err() != nil {
			break
		}
	}
	return 0, &readError{r.reason(io.ErrNoProgress)}
}

// readError is an error of reading a body, as opposed to one of what was read.
type readError struct{ err error }

func (e *readError) Error() string { return e.err.Error() }
func (e *readError) Unwrap() error { return e.err }
