package keystest

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
)

// Server is a mock that listens on a free loopback port.
type Server struct {
	*Handler

	URL string // Like "http://127.0.0.1:43210".

	tb   testing.TB
	http *http.Client
}

// NewServer starts a mock, which stops with the test.
func NewServer(tb testing.TB, opts ...Option) *Server {
	tb.Helper()
	h := NewHandler(opts...)
	srv := httptest.NewServer(h)
	tb.Cleanup(func() {
		srv.CloseClientConnections() // Ends a delay that is still going on.
		srv.Close()
	})
	return &Server{h, srv.URL, tb, srv.Client()}
}

// Client returns a client of the mock with the account's own credential; opts override what it sets by itself. The test
// fails where they can't be used.
func (s *Server) Client(opts ...keys.Option) *keys.Client {
	s.tb.Helper()
	own := []keys.Option{keys.WithBaseURL(s.URL), keys.WithHTTPClient(s.http)}
	client, err := keys.New(s.APIKey, append(own, opts...)...)
	if err != nil {
		s.tb.Fatal(err)
	}
	return client
}
