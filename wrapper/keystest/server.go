package keystest

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
)

// Server is a mock that listens on a free loopback port. It has the methods of [Handler].
type Server struct {
	*Handler

	URL    string // Like "http://127.0.0.1:43210".
	APIKey string // The first account's own credential, which may do everything.

	tb   testing.TB
	http *http.Client
}

// NewServer starts a mock, which stops with the test.
func NewServer(tb testing.TB, opts ...Option) *Server {
	tb.Helper()
	h := NewHandler(opts...)
	srv := httptest.NewUnstartedServer(h)
	srv.Config.DisableGeneralOptionsHandler = true // The mock answers OPTIONS *, too.
	srv.Start()
	tb.Cleanup(func() {
		srv.CloseClientConnections() // Ends delays that are still running.
		srv.Close()
	})
	return &Server{h, srv.URL, h.APIKey, tb, srv.Client()}
}

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
