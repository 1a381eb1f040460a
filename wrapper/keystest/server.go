package keystest

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/memnet"
)

// Server is a mock that a test starts. It has the methods of [Handler].
type Server struct {
	*Handler

	URL    string // Like "http://127.0.0.1:43210"; with [WithInMemory] "http://127.0.0.1:0".
	APIKey string // The first account's own credential, which may do everything.

	tb   testing.TB
	http *http.Client
}

// NewServer starts a mock that listens on a free loopback port, or in memory: see [WithInMemory]. When the test ends, it stops and closes its
// connections, idle ones too. The test fails if a [Fault] is invalid, or if no request met it: see [WithUnmetFaults].
func NewServer(tb testing.TB, opts ...Option) *Server {
	tb.Helper()
	h := NewHandler(opts...)
	h.failTest(tb) // Once it has stopped.
	memory := memnet.Listen()
	srv := &httptest.Server{Listener: memory, Config: &http.Server{Handler: h}} //nolint:gosec // Its only client is the test.
	if !h.cfg.inMemory {
		if inBubble() {
			tb.Fatal("keystest: use WithInMemory in a testing/synctest bubble, whose time stands still while anything waits for a socket")
		}
		srv = httptest.NewUnstartedServer(h)
	}
	ctx, end := context.WithCancel(context.Background())
	srv.Config.BaseContext = func(net.Listener) context.Context { return ctx }
	srv.Config.DisableGeneralOptionsHandler = true // The mock answers OPTIONS *, too.
	srv.Start()
	if h.cfg.inMemory {
		srv.Client().Transport = memory.Transport()
	}
	tb.Cleanup(func() {
		end() // Of delays that are still running.
		srv.CloseClientConnections()
		srv.Close()
	})
	return &Server{h, srv.URL, h.APIKey, tb, srv.Client()}
}

// inBubble reports whether the caller is in a testing/synctest bubble, where alone the current time has no monotonic clock reading.
func inBubble() bool {
	now := time.Now()
	return now == now.Round(0) //nolint:staticcheck // Equal would ignore that reading.
}

// HTTPClient returns the client that reaches the mock, in memory too; there, every host is the mock. Its connections are closed when the test
// ends.
func (s *Server) HTTPClient() *http.Client { return s.http }

// Client returns a client of the mock with the first account's own credential. The options override the base URL and the
// [http.Client] that it sets. If they are invalid, the test fails.
func (s *Server) Client(opts ...keys.Option) *keys.Client {
	s.tb.Helper()
	own := []keys.Option{keys.WithBaseURL(s.URL), keys.WithHTTPClient(s.http)}
	client, err := keys.New(s.APIKey, append(own, opts...)...)
	if err != nil {
		s.tb.Fatal(err)
	}
	return client
}
