package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/http/httputil"
	"net/textproto"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/document"
)

// faultHeader asks for a fault, and is for the proxy only.
const faultHeader = "X-Mock-Fault"

// loopHeader has the names of those that have forwarded a request (RFC 8586).
const loopHeader = "Cdn-Loop"

// rewrite makes the request to the upstream of one that came: the same, without what was for the proxy.
func (p *proxy) rewrite(pr *httputil.ProxyRequest) {
	x, out := exchangeOf(pr.In.Context()), pr.Out
	out.URL.Scheme, out.URL.Host, out.Host = p.upstream.Scheme, p.upstream.Host, p.upstream.Host
	out.URL.RawQuery = pr.In.URL.RawQuery // As it came. ReverseProxy removes what Go doesn't parse, and these headers.
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
		if values, sent := pr.In.Header[name]; sent {
			out.Header[name] = values
		}
	}
	for _, name := range []string{"Connection", "Upgrade", "Expect", faultHeader} {
		out.Header.Del(name)
	}
	out.Header.Add(loopHeader, p.name)
	if len(x.body) > 0 {
		out.Body = io.NopCloser(bytes.NewReader(x.body)) // Which net/http sends in one packet with the headers.
	}
	if !idempotent(out.Method) {
		// Without GetBody, net/http can't send a request with a body again, and it takes this one for a body, whatever the headers say.
		out.GetBody = nil
		if out.Body == nil || out.Body == http.NoBody {
			out.Body = io.NopCloser(bytes.NewReader(nil))
		}
	}
	// net/http prints what comes on an idle connection behind the end of a response, which may be a secret.
	out.Close = x.mints()
}

// idempotent reports whether a request may be sent again when its outcome is unknown (RFC 9110, 9.2.2).
func idempotent(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace, http.MethodPut, http.MethodDelete:
		return true
	}
	return false
}

// stall is how long the upstream may send nothing.
const stall = time.Minute

var errStalled = fmt.Errorf("the upstream sent nothing for %v", stall)

// upward is the transport to the upstream, which bounds the time without progress.
type upward struct{ *http.Transport }

func newUpward() *upward {
	standard, _ := http.DefaultTransport.(*http.Transport)
	t := standard.Clone()
	t.DisableCompression = true // What the client accepts is for the upstream to know.
	t.MaxIdleConnsPerHost = 100
	t.OnProxyConnectResponse = func(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
		if resp.StatusCode != http.StatusOK { // Otherwise the error would quote what the proxy says.
			return &net.OpError{Op: "proxyconnect", Net: "tcp", Err: fmt.Errorf("the proxy responded with the status %d", resp.StatusCode)}
		}
		return nil
	}
	return &upward{t}
}

// unsentError is the error of a request of which nothing was sent.
type unsentError struct{ error }

func (e unsentError) Unwrap() error { return e.error }

// RoundTrip ends a request whose upstream doesn't send the headers, an interim response or the next part of the body in time.
func (u *upward) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(r.Context())
	timer := time.AfterFunc(stall, func() { cancel(errStalled) })
	var connected atomic.Bool
	resp, err := u.Transport.RoundTrip(r.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }, // After any handshake, and before the request is sent.
		Got1xxResponse: func(int, textproto.MIMEHeader) error {
			timer.Reset(stall)
			return nil
		},
	})))
	timer.Stop()
	if err != nil {
		err = cmp.Or(context.Cause(ctx), err)
		cancel(nil)
		if !connected.Load() {
			err = unsentError{err}
		}
		return nil, err
	}
	resp.Body = &timedBody{resp.Body, exchangeOf(ctx), ctx, cancel, timer}
	return resp, nil
}

// timedBody is the body of a response that has to make progress.
type timedBody struct {
	io.ReadCloser

	x      *exchange
	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer
}

func (b *timedBody) Read(p []byte) (int, error) {
	b.timer.Reset(stall)
	n, err := b.ReadCloser.Read(p)
	b.timer.Stop()
	if err == nil || errors.Is(err, io.EOF) { // A client that has the whole may go.
		return n, err
	}
	err = cmp.Or(context.Cause(b.ctx), err)
	switch {
	case b.x.ctx.Err() != nil:
		b.x.Error = clientGone
	case errors.Is(err, errStalled):
		b.x.Error = errStalled.Error()
	default:
		b.x.Error = "the upstream ended its response early"
	}
	return n, err
}

func (b *timedBody) Close() error {
	b.cancel(nil)
	return b.ReadCloser.Close()
}

// forwardWriter is a response to a client, which gets interim ones (1xx) only if it can know them, and never a 101 that comes as one.
type forwardWriter struct {
	*statusWriter

	interim bool
}

func (w forwardWriter) WriteHeader(status int) {
	switch {
	case status >= http.StatusOK:
		w.statusWriter.WriteHeader(status)
	case w.interim && status != http.StatusSwitchingProtocols:
		w.ResponseWriter.WriteHeader(status)
	}
}

// violationError is the error of a response that may not be forwarded.
type violationError string

func (e violationError) Error() string {
	return "the upstream's response violates the API's document: " + string(e)
}

// judge holds a response to the document on its way. With -errors, one that isn't of a mint and isn't large is judged before.
func (p *proxy) judge(resp *http.Response) error {
	x := exchangeOf(resp.Request.Context())
	x.requestID = resp.Header.Get("X-Qai-Request-Id")
	status := resp.StatusCode
	if status < http.StatusOK || status > 999 { // Which can't be sent. A 101 has no body, but a connection.
		if status == http.StatusSwitchingProtocols || !x.mints() {
			x.add("response: ", document.Verdict{Violation: fmt.Sprintf("the status %d isn't documented", status)})
			return violationError(x.Violations[len(x.Violations)-1])
		}
		resp.StatusCode = http.StatusBadGateway
	}
	if x.op == nil {
		return nil
	}
	body := &judgedBody{ReadCloser: resp.Body, x: x, verdict: make(chan document.Verdict, 1)}
	if body.cuts = p.errors && !x.mints(); body.cuts {
		start, err := io.ReadAll(io.LimitReader(resp.Body, document.MaxBody+1))
		if err != nil || len(start) <= document.MaxBody {
			return x.judgeHeld(resp, start, err)
		}
		body.ReadCloser = parts{io.MultiReader(bytes.NewReader(start), resp.Body), resp.Body}
	}
	read, write := io.Pipe()
	ctx, stop := context.WithCancel(context.WithoutCancel(x.ctx)) // A client that has the whole may go before there is a verdict.
	body.pipe, body.stop, resp.Body = write, stop, body
	go func() {
		body.verdict <- x.op.JudgeResponse(ctx, status, resp.Header, read, x.note)
		_ = read.Close() // What comes now isn't judged any more.
	}()
	return nil
}

// judgeHeld holds a response whose body, or what of it came before an error, is in memory to the document.
func (x *exchange) judgeHeld(resp *http.Response, body []byte, broken error) error {
	again := func() io.Reader {
		return io.MultiReader(bytes.NewReader(body), failing{cmp.Or(broken, io.EOF)})
	}
	x.take(x.op.JudgeResponse(x.ctx, resp.StatusCode, resp.Header, again(), x.note), broken)
	resp.Body = parts{again(), resp.Body}
	switch {
	case errors.Is(broken, errStalled):
		return broken
	case len(x.Violations) > 0:
		return violationError(x.Violations[0])
	}
	return nil
}

// failing is a reader that has nothing but an error.
type failing struct{ error }

func (f failing) Read([]byte) (int, error) { return 0, f.error }

// parts make a body of a reader and a closer.
type parts struct {
	io.Reader
	io.Closer
}

// judgedBody is the body of a response that is held to the document while it is forwarded.
type judgedBody struct {
	io.ReadCloser

	x       *exchange
	pipe    *io.PipeWriter // To the judge.
	stop    func()         // Ends the judge.
	last    []byte         // What was read and not yet judged.
	err     error          // How reading ended.
	verdict chan document.Verdict
	taken   bool
	cuts    bool // A violation ends it.
}

// Read reads a part. It is judged before it is forwarded if a violation ends the response, and otherwise after that.
func (b *judgedBody) Read(p []byte) (n int, err error) {
	if !b.cuts {
		b.judge()
	}
	n, b.err = b.ReadCloser.Read(p)
	b.last = append(b.last[:0], p[:n]...)
	if b.cuts {
		b.judge()
		if b.taken && len(b.x.Violations) > 0 {
			b.x.Error = cmp.Or(b.x.Error, "it was cut off, because it violates the API's document")
			return 0, violationError(b.x.Violations[0])
		}
	}
	return n, b.err
}

// judge gives the judge what was read, and takes the verdict once there is one.
func (b *judgedBody) judge() {
	var decided error
	if len(b.last) > 0 {
		_, decided = b.pipe.Write(b.last) // An error says that there is a verdict.
		b.last = b.last[:0]
	}
	if b.err != nil {
		_ = b.pipe.CloseWithError(b.err)
	}
	if errors.Is(b.err, errUnread) {
		b.stop()
	}
	if (b.err != nil || decided != nil) && !b.taken {
		b.taken = true
		b.x.take(<-b.verdict, b.err)
	}
}

// Close ends a response, also one that the client doesn't want any more.
func (b *judgedBody) Close() error {
	b.err = cmp.Or(b.err, errUnread)
	b.x.flush() // The client doesn't wait for the verdict.
	b.judge()
	b.stop()
	return b.ReadCloser.Close()
}

// clientGone is why a client gets no whole response, or none.
var clientGone = fmt.Sprintf("the client went away, or read nothing for %v", stallTime)

// errUnread is the error of a response that is closed before its end.
var errUnread = errors.New("the response wasn't read to its end")

// fail responds with why a request has no response of the upstream. It doesn't quote the upstream, which may have sent a secret.
func (p *proxy) fail(w http.ResponseWriter, r *http.Request, err error) {
	x := exchangeOf(r.Context())
	status := http.StatusBadGateway
	_, violates := errors.AsType[violationError](err)
	_, unsent := errors.AsType[unsentError](err)
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case r.Context().Err() != nil:
		x.Error = clientGone
		panic(http.ErrAbortHandler)
	case violates:
		x.problem(w, status, err.Error())
		return
	case untrusted:
		x.Error = "the upstream's certificate isn't trusted, so nothing was sent: " + err.Error()
	case unsent:
		x.Error = "the upstream can't be reached, so nothing was sent" + reason(err)
	case errors.Is(err, errStalled):
		status, x.Error = http.StatusGatewayTimeout, errStalled.Error()+"; it may have carried out the request"
	default:
		x.Error = "the upstream closed the connection without a response, or sent one that isn't HTTP; it may have carried out the request"
	}
	x.problem(w, status, x.Error)
}

// reason returns what net/http says of a connection, unless it may quote the other side.
func reason(err error) string {
	_, unresolved := errors.AsType[*net.DNSError](err)
	_, network := errors.AsType[*net.OpError](err)
	_, noTLS := errors.AsType[tls.RecordHeaderError](err)
	if unresolved || network || noTLS || errors.Is(err, errStalled) {
		return ": " + err.Error()
	}
	return ""
}
