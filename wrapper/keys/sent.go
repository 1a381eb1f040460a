package keys

import (
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
)

// sending is what is known of whether an attempt's request was sent.
type sending struct {
	sought atomic.Bool  // The transport looked for a connection.
	got    atomic.Bool  // It may have got one.
	body   *trackedBody // Of a request that isn't idempotent.
}

// trace returns the hooks by which a transport tells of its connections.
func (s *sending) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) { s.sought.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { s.got.Store(true) },
		TLSHandshakeDone: func(state tls.ConnectionState, _ error) {
			if state.NegotiatedProtocol != "" { // TLSNextProto may have taken the connection over, without a GotConn.
				s.got.Store(true)
			}
		},
	}
}

// proveUnsent reports whether it is certain that the request wasn't sent and never will be. What an error says is no proof, since a
// RoundTripper may have sent a request by other means before. This is one: the transport looked for a connection and got none, and nobody
// has read the body, which from now on nobody can.
func (s *sending) proveUnsent() bool {
	return s.sought.Load() && !s.got.Load() && (s.body == nil || s.body.withdraw())
}

// forbidReplay keeps net/http from sending req again by itself, whatever a server says: without GetBody it can't rewind the body.
func (s *sending) forbidReplay(req *http.Request) {
	req.GetBody = nil
	if req.Body == nil {
		req.Body = io.NopCloser(strings.NewReader("")) // net/http sends a request without a body again.
	}
	s.body = &trackedBody{ReadCloser: req.Body}
	req.Body = s.body
}

// trackedBody is a body that knows whether it was read.
type trackedBody struct {
	io.ReadCloser

	state atomic.Int32
}

// The states of a trackedBody.
const (
	unread int32 = iota
	begun
	withdrawn
)

var errWithdrawn = errors.New("the request was given up before its body was read")

func (b *trackedBody) Read(p []byte) (int, error) {
	if b.state.CompareAndSwap(unread, begun); b.state.Load() == withdrawn {
		return 0, errWithdrawn
	}
	return b.ReadCloser.Read(p)
}

// withdraw makes reads fail, unless one has begun. It reports whether they do.
func (b *trackedBody) withdraw() bool { return b.state.CompareAndSwap(unread, withdrawn) }
