package keys_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/memnet"
	"github.com/stretchr/testify/require"
)

const (
	credential = "qai_k_credential0123456789"
	secret     = "qai_k_4f1c09aa5be0c3d27718f6a94e02bd5531c8e7906a4fd21b83957ec0aa64d1f2"
	minted     = `{"key":"` + secret + `","details":{"id":"key_01","name":"ci","key_prefix":"qai_k_4f1c09aa","scope":{"endpoints":["chat"]},"spent_ticks":0,"revoked":false,"created_at":"2026-09-01T12:34:56Z"}}`
	keyA       = `{"id":"a","name":"n","key_prefix":"p"}`
	keyB       = `{"id":"b","name":"n","key_prefix":"p"}`
	keyC       = `{"id":"c","name":"n","key_prefix":"p"}`
	listed     = `{"keys":[{"id":"key_01","name":"ci","key_prefix":"qai_k_4f1c09aa"},{"id":"key_02","name":"old","key_prefix":"qai_k_77aa01bc","scope":null,"spent_ticks":25000000000,"revoked":true,"created_at":null,"last_used":"2026-09-02T01:02:03.456Z","added_later":{"x":1}}]}`
)

var errLost = errors.New("connection lost")

// roundTrip is a transport without a network.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) {
	return f(r)
}

// response returns a response with these headers ("Name: value").
func response(status int, body string, headers ...string) *http.Response {
	resp := &http.Response{
		StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), ProtoMajor: 1, ProtoMinor: 1,
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		resp.Header.Add(name, value)
	}
	return resp
}

// byteByByte returns a transport with a response whose body arrives so.
func byteByByte(status int, body string) roundTrip {
	return func(*http.Request) (*http.Response, error) {
		resp := response(status, body)
		resp.Body = io.NopCloser(iotest.OneByteReader(resp.Body))
		return resp, nil
	}
}

// cutOff returns a response whose body ends in an error.
func cutOff(status int, body string, err error) *http.Response {
	resp := response(status, body)
	resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(body), failingReader{err}))
	return resp
}

type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }

// script is a transport that responds in turn, with the last response again and again, and keeps the requests.
type script struct {
	steps    []func() (*http.Response, error)
	requests []*http.Request
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	s.requests = append(s.requests, r)
	return s.steps[min(len(s.requests), len(s.steps))-1]()
}

func (s *script) then(status int, body string, headers ...string) *script {
	s.steps = append(s.steps, func() (*http.Response, error) { return response(status, body, headers...), nil })
	return s
}

func (s *script) thenFail(err error) *script {
	s.steps = append(s.steps, func() (*http.Response, error) { return nil, err })
	return s
}

// thenRefuse has net/http's own transport fail to connect.
func (s *script) thenRefuse() *script {
	s.steps = append(s.steps, func() (*http.Response, error) { return unreachable.RoundTrip(s.requests[len(s.requests)-1]) })
	return s
}

func (s *script) thenCut(body string) *script {
	s.steps = append(s.steps, func() (*http.Response, error) { return cutOff(200, body, io.ErrUnexpectedEOF), nil })
	return s
}

// newClient returns a client of transport that hardly waits before it retries.
func newClient(tb testing.TB, transport http.RoundTripper, opts ...keys.Option) *keys.Client {
	tb.Helper()
	fast := keys.WithRetry(keys.RetryPolicy{MaxRetries: 3, BaseDelay: 1, MaxDelay: 1})
	client, err := keys.New(credential, append([]keys.Option{fast, keys.WithHTTPClient(&http.Client{Transport: transport})}, opts...)...)
	require.NoError(tb, err)
	return client
}

// serve starts a server with an in-memory network, for use within a synctest bubble, and returns a client of it.
func serve(t *testing.T, handler http.HandlerFunc, opts ...keys.Option) (*keys.Client, *memnet.Listener) {
	t.Helper()
	listener := memnet.Listen()
	readFirst := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // Only then does net/http notice that a client goes away.
		handler(w, r)
	}
	server := &http.Server{Handler: http.HandlerFunc(readFirst), ReadHeaderTimeout: time.Hour}
	go func() { _ = server.Serve(listener) }()
	transport := listener.Transport()
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
	})
	own := []keys.Option{keys.WithBaseURL("http://localhost"), keys.WithHTTPClient(&http.Client{Transport: transport})}
	client, err := keys.New(credential, append(own, opts...)...)
	require.NoError(t, err)
	return client, listener
}

// refused is what net/http returns where no connection is made.
var refused = &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}

// unreachable is a transport of net/http's that can't connect.
var unreachable = &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, refused }}

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

// counted counts what is read of a body.
type counted struct {
	io.Reader

	n *int
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	*c.n += n
	return n, err
}
