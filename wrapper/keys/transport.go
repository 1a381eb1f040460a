package keys

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/qaikeys/qaikeys/generated/client"
)

// appHeader names the calling application, where the document has it.
const appHeader = "X-Quantum-App"

// addHeaders adds what a request carries beside its arguments.
func (c *Client) addHeaders(req *http.Request, operation *client.Operation) {
	if c.app != "" && slices.Contains(operation.Headers, appHeader) {
		req.Header.Set(appHeader, c.app)
	}
	for _, h := range c.headers {
		switch own := req.Header.Get(h.name); {
		case own == "":
			req.Header.Set(h.name, h.value())
		case h.name == "Cookie":
			req.Header.Set(h.name, own+"; "+h.value())
		} // Otherwise the call's own value counts.
	}
	req.Header.Set("Authorization", c.bearer.Reveal())
	req.Header.Set("X-Api-Key", c.apiKey.Reveal()) // Some proxies consume Authorization.
	req.Header.Set("Accept", "application/json")
}

// forbidReplay keeps net/http from sending req again by itself, whatever a peer says: it can't rewind the body.
func forbidReplay(req *http.Request) {
	req.GetBody = nil
	if req.Body == nil {
		req.Body = io.NopCloser(strings.NewReader("")) // A request without any body is sent again.
	}
}

// refusingRedirects returns a copy of hc that follows no redirect.
func refusingRedirects(hc *http.Client) *http.Client {
	own := *hc
	own.Transport = redirectRefuser{hc.Transport}
	return &own
}

// redirectRefuser hides where a redirect leads, so that http.Client returns the 3xx as it is. http.Client would forward
// X-API-Key to another host, and its CheckRedirect comes too late for a Location that can't be parsed.
type redirectRefuser struct{ base http.RoundTripper }

func (t redirectRefuser) transport() http.RoundTripper {
	if t.base == nil {
		return defaultTransport()
	}
	return t.base
}

// idleConnections is how many connections to the gateway are kept for the next calls. net/http keeps two, so that many calls at once
// would make a connection for almost each.
const idleConnections = 100

var pools sync.Map // Of *http.Transport: the ones that were made from http.DefaultTransport, by what that was.

// defaultTransport is [http.DefaultTransport] with more idle connections, shared by all clients; or what somebody put in its place.
func defaultTransport() http.RoundTripper {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	pool, ok := pools.Load(standard)
	if !ok {
		own := standard.Clone()
		own.MaxIdleConnsPerHost = max(own.MaxIdleConnsPerHost, idleConnections)
		pool, _ = pools.LoadOrStore(standard, own)
	}
	return pool.(http.RoundTripper)
}

// RoundTrip sends req through the caller's transport.
func (t redirectRefuser) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.transport().RoundTrip(req)
	if resp != nil {
		resp.Header.Del("Location")
	}
	return resp, err
}

// errStalled ends an attempt that makes no progress.
var errStalled error = stalledError{}

type stalledError struct{}

func (stalledError) Error() string        { return "no progress within the client's timeout" }
func (stalledError) Is(target error) bool { return target == context.DeadlineExceeded }
func (stalledError) Timeout() bool        { return true }
func (stalledError) Temporary() bool      { return true } // As net.Error has it.

// watchdog ends an attempt that goes without progress for too long.
type watchdog struct {
	parent  context.Context
	ctx     context.Context // The attempt's.
	cancel  context.CancelCauseFunc
	timeout time.Duration
	timer   *time.Timer // Nil where there is no timeout.
}

// watch starts to wait for an answer's headers.
func (c *Client) watch(parent context.Context) *watchdog {
	w := &watchdog{parent: parent, timeout: c.timeout}
	w.ctx, w.cancel = context.WithCancelCause(parent)
	if w.timeout > 0 {
		w.timer = time.AfterFunc(w.timeout, func() { w.cancel(errStalled) })
	}
	return w
}

func (w *watchdog) start() {
	if w.timer != nil {
		w.timer.Reset(w.timeout)
	}
}

func (w *watchdog) pause() {
	if w.timer != nil {
		w.timer.Stop()
	}
}

func (w *watchdog) stop() {
	w.pause()
	w.cancel(nil)
}

// reason returns why err came about, as far as a context is behind it.
func (w *watchdog) reason(err error) error {
	if ctxErr := contextError(w.parent); ctxErr != nil {
		return ctxErr
	}
	if errors.Is(context.Cause(w.ctx), errStalled) {
		return errStalled
	}
	return err
}

// body returns r with the watchdog over each read, and not over the time that a caller takes between two reads.
func (w *watchdog) body(r io.Reader) io.Reader {
	w.pause()
	return &watchedReader{w, r}
}

type watchedReader struct {
	*watchdog

	r io.Reader
}

func (r *watchedReader) Read(p []byte) (int, error) {
	r.start()
	n, err := r.r.Read(p)
	r.pause()
	if err != nil && err != io.EOF {
		err = &readError{r.reason(err)}
	}
	return n, err
}

// readError marks an error of a body's reader, as opposed to one of what was read.
type readError struct{ err error }

func (e *readError) Error() string { return e.err.Error() }
func (e *readError) Unwrap() error { return e.err }

// connTrace notes whether an attempt got a connection.
type connTrace struct{ connected atomic.Bool }

func (t *connTrace) on(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { t.connected.Store(true) }})
}

// neverSent reports whether it is certain that nothing was sent: no connection was got, by the word of net/http's own
// Transport, or because dialling failed. Another RoundTripper needn't tell, so its other errors prove nothing.
func (t *connTrace) neverSent(c *Client, err error) bool {
	if t.connected.Load() {
		return false
	}
	refuser, _ := c.http.Transport.(redirectRefuser)
	_, plain := refuser.transport().(*http.Transport)
	opErr, ok := errors.AsType[*net.OpError](err)
	return plain || ok && opErr.Op == "dial"
}

// sendError tells why an attempt got no answer.
func (c *Client) sendError(call *call, watch *watchdog, trace *connTrace, err error) error {
	final := permanent(err)
	sent := !trace.neverSent(c, err)
	if urlErr, ok := errors.AsType[*url.Error](err); ok {
		err = urlErr.Err // Without the URL, which holds the id.
	}
	return &sendError{operation: call.operation.ID, err: c.redacted(watch.reason(err)), sent: sent, final: final}
}

// permanent reports whether err says that the server isn't one to talk to.
func permanent(err error) bool {
	_, badCertificate := errors.AsType[*tls.CertificateVerificationError](err)
	return badCertificate || errors.Is(err, http.ErrSchemeMismatch)
}
