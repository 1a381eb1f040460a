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

// Close sends what the client hasn't got yet, which the end of the exchange may cut off.
func (b *timedBody) Close() error {
	b.x.flush()
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

// clientGone is why a client gets no whole response, or none.
var clientGone = fmt.Sprintf("the client went away, or read nothing for %v", stallTime)

// fail responds with why a request has no response of the upstream. It doesn't quote the upstream, which may have sent a secret.
func (p *proxy) fail(w http.ResponseWriter, r *http.Request, err error) {
	x := exchangeOf(r.Context())
	status := http.StatusBadGateway
	_, violates := errors.AsType[violatingError](err)
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
