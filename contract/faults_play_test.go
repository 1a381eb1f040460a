package contract_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/qaikeys/qaikeys/wrapper/memnet"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// canaryCredential doesn't look like a key, so that it is redacted for what it is.
const canaryCredential = "canary/credential+0123456789abcdefghijklmnop"

// cell is an operation under a fault.
type cell struct {
	t         *testing.T
	fault     *fault
	op        operation
	when      when
	mock      *keystest.Handler
	listener  *memnet.Listener
	transport *http.Transport
	counted   *bodies // A client's transport: c.transport with a count.
	ctx       context.Context
	cancel    context.CancelFunc

	mu      sync.Mutex
	sent    int
	secrets []string // That the mock's responses held.
	dialled map[string]bool
}

// newCell returns a cell with a mock that has a key, and a transport that connects to the cell's listener.
func newCell(t *testing.T, f *fault, w when, op operation) *cell {
	t.Helper()
	c := &cell{
		t: t, fault: f, op: op, when: w, listener: memnet.Listen(), dialled: map[string]bool{},
		mock: keystest.NewHandler(keystest.WithKeys(1), keystest.WithDevices(1), keystest.WithTier("internal"), keystest.WithAPIKey(canaryCredential)),
	}
	c.ctx, c.cancel = context.WithCancel(t.Context())
	c.transport = c.listener.Transport()
	c.counted = &bodies{Transport: c.transport}
	dial := c.transport.DialContext
	c.transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		c.dialled[addr] = true
		return dial(ctx, network, addr)
	}
	return c
}

// mints reports whether the operation returns a secret.
func (c *cell) mints() bool {
	_, ok := c.op.Mints()
	return ok
}

// lastSecret returns the last secret that the mock gave out, empty where it gave out none.
func (c *cell) lastSecret() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.secrets) == 0 {
		return ""
	}
	return c.secrets[len(c.secrets)-1]
}

// arrived counts a request that has arrived whole, and reports whether it is the first.
func (c *cell) arrived() (first bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent++
	return c.sent == 1
}

// perform has the mock carry out the request, and returns its response.
func (c *cell) perform(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	c.mock.ServeHTTP(w, r)
	var body map[string]any
	_ = json.Unmarshal(w.Body.Bytes(), &body)
	property, _ := c.op.Mints()
	if secret, ok := body[property].(string); ok {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.secrets = append(c.secrets, secret)
	}
	return w
}

// request returns the request that the client would send, for the raw HTTP/2 server to ask of the mock.
func (c *cell) request() *http.Request {
	body := c.op.Body()
	r := httptest.NewRequest(c.op.Method, c.op.Target(nil), bytes.NewReader(body))
	r.Header.Set("X-API-Key", c.mock.APIKey)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

// ServeHTTP strikes the first request and lets the mock respond to the others.
func (c *cell) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // It didn't arrive whole.
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if !c.arrived() || c.fault.strike == nil {
		replay(c.perform(r)).ServeHTTP(w, r)
		return
	}
	done := httptest.NewRecorder()
	if c.when == after { // Before it is known what strikes, since that may quote the response.
		done = c.perform(r)
	}
	fault := c.fault.strike(c, done.Body.String())
	fault.After = c.when == after
	assert.NoError(c.t, fault.Validate())
	fault.Serve(w, r, replay(done))
}

// replay responds as the mock did.
func replay(done *httptest.ResponseRecorder) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		maps.Copy(w.Header(), done.Header())
		w.WriteHeader(done.Code)
		_, _ = w.Write(done.Body.Bytes())
	}
}

// serve starts the cell's server, and returns what stops it.
func (c *cell) serve(protocol string) (stop func()) {
	server := &http.Server{Handler: c, ReadHeaderTimeout: time.Hour, ErrorLog: log.New(io.Discard, "", 0)}
	if protocol != "HTTP/1.1" {
		server.Protocols, c.transport.Protocols = new(http.Protocols), new(http.Protocols)
		server.Protocols.SetUnencryptedHTTP2(true)
		c.transport.Protocols.SetUnencryptedHTTP2(true)
	}
	if c.fault.raw != nil {
		go c.serveFrames()
	} else {
		go func() { _ = server.Serve(c.listener) }()
	}
	return func() {
		_ = server.Close()
		_ = c.listener.Close()
	}
}

// play takes an operation through a fault.
func play(t *testing.T, f *fault, w when, op operation, protocol string) {
	t.Helper()
	c := newCell(t, f, w, op)
	stop := c.serve(protocol)
	if f.network != nil {
		f.network(c)
	}
	var transport http.RoundTripper = c.counted
	if f.roundTrip != nil {
		transport = &firstAttempt{cell: c}
	}
	var logged strings.Builder
	client, err := keys.New(c.mock.APIKey, keys.WithBaseURL("http://localhost"), keys.WithHTTPClient(&http.Client{Transport: transport}),
		keys.WithMaxResponseBytes(1<<20), keys.WithLogger(slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	require.NoError(t, err)

	keysBefore := c.mock.Keys()
	var got result
	start := time.Now()
	got.value, got.err = op.Call(c.ctx, client, op.Arguments(), keys.CaptureMeta(&got.meta))
	got.took = time.Since(start)
	c.cancel()
	synctest.Wait() // The server, too, is done with what it was sent.
	c.check(got)
	c.checkEffects(keysBefore)
	c.checkSecret(got)

	// No connection is left in use, and no goroutine: synctest fails where one is still there at the end.
	c.transport.CloseIdleConnections()
	synctest.Wait()
	assert.Zero(t, c.counted.open.Load(), "response bodies are still open after the call: see that attempt closes them")
	stop()
	synctest.Wait()
	c.leaks(client, got.value, got.err, got.meta, logged.String()) // Last, as it looks into everything.
}

// firstAttempt is a transport whose first round trip is the fault's.
type firstAttempt struct {
	*cell

	begun bool
}

func (t *firstAttempt) RoundTrip(r *http.Request) (*http.Response, error) {
	if !t.begun {
		t.begun = true
		return t.fault.roundTrip(t.cell, r)
	}
	return t.counted.RoundTrip(r)
}

// bodies is a transport that counts the bodies that are still open.
type bodies struct {
	*http.Transport

	open atomic.Int32
}

func (b *bodies) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.Transport.RoundTrip(r)
	if err == nil {
		b.open.Add(1)
		resp.Body = &countedBody{ReadCloser: resp.Body, open: &b.open}
	}
	return resp, err
}

type countedBody struct {
	io.ReadCloser

	open *atomic.Int32
	once sync.Once
}

func (b *countedBody) Close() error {
	b.once.Do(func() { b.open.Add(-1) })
	return b.ReadCloser.Close()
}
