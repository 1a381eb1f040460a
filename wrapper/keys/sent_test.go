package keys_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAMintIsSentOnceByAnyTransport that loses its response, whatever it says of that.
func TestAMintIsSentOnceByAnyTransport(t *testing.T) {
	t.Parallel()
	for name, transport := range map[string]func(t *testing.T, send roundTrip) http.RoundTripper{
		"a protocol of the caller's, like HTTP/3": func(_ *testing.T, send roundTrip) http.RoundTripper {
			transport := &http.Transport{Protocols: new(http.Protocols)}
			transport.Protocols.SetHTTP1(true)
			transport.RegisterProtocol("https", send)
			return transport
		},
		"such a protocol, with an error of dialling": func(_ *testing.T, send roundTrip) http.RoundTripper {
			transport := &http.Transport{Protocols: new(http.Protocols)}
			transport.Protocols.SetHTTP1(true)
			transport.RegisterProtocol("https", roundTrip(func(r *http.Request) (*http.Response, error) {
				_, _ = send(r)
				return nil, refused
			}))
			return transport
		},
		"a connection taken over by TLSNextProto": func(t *testing.T, send roundTrip) http.RoundTripper {
			t.Helper()
			server := httptest.NewUnstartedServer(http.NotFoundHandler())
			server.EnableHTTP2 = true
			server.StartTLS()
			t.Cleanup(server.Close)
			transport := server.Client().Transport.(*http.Transport).Clone()
			t.Cleanup(transport.CloseIdleConnections)
			transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
			}
			transport.TLSClientConfig.ServerName = "example.com"
			transport.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{
				"h2": func(_ string, conn *tls.Conn) http.RoundTripper {
					t.Cleanup(func() { _ = conn.Close() })
					return send
				},
			}
			return transport
		},
		"an error that wraps one of dialling": func(_ *testing.T, send roundTrip) http.RoundTripper {
			return roundTrip(func(r *http.Request) (*http.Response, error) {
				_, err := send(r)
				return nil, errors.Join(refused, err)
			})
		},
		"a fallback that can't connect": func(_ *testing.T, send roundTrip) http.RoundTripper {
			return roundTrip(func(r *http.Request) (*http.Response, error) {
				body, _ := io.ReadAll(r.Body)
				_, _ = send(r)
				again := r.Clone(r.Context())
				again.Body = io.NopCloser(strings.NewReader(string(body)))
				return unreachable.RoundTrip(again)
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var sent atomic.Int32
			lose := func(*http.Request) (*http.Response, error) {
				sent.Add(1)
				return nil, io.ErrUnexpectedEOF
			}
			err := create(t.Context(), newClient(t, transport(t, lose)))
			require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
			assert.Equal(t, int32(1), sent.Load())
		})
	}
}

// TestAFailureToConnectIsAPlainError, with the program's own transport and around it.
func TestAFailureToConnectIsAPlainError(t *testing.T) {
	t.Parallel()
	type cancelKey struct{}
	hang := func(ctx context.Context, _, _ string) (net.Conn, error) {
		ctx.Value(cancelKey{}).(context.CancelFunc)()
		<-ctx.Done()
		return nil, ctx.Err()
	}
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	t.Cleanup(refusing.Close)
	proxy, err := url.Parse(refusing.URL)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		transport *http.Transport
		cause     error
		text      string
	}{
		"refused":        {unreachable, refused, ""},
		"refused by TLS": {&http.Transport{DialTLSContext: unreachable.DialContext}, refused, ""},
		"by a proxy":     {&http.Transport{Proxy: http.ProxyURL(proxy)}, nil, "Forbidden"},
		"cancelled":      {&http.Transport{DialContext: hang}, context.Canceled, ""},
		"not TLS": {&http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", refusing.Listener.Addr().String())
		}}, http.ErrSchemeMismatch, ""},
	} {
		for way, transport := range map[string]http.RoundTripper{"as it is": c.transport, "wrapped": roundTrip(c.transport.RoundTrip)} {
			t.Run(name+"/"+way, func(t *testing.T) {
				t.Parallel()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				err := create(context.WithValue(ctx, cancelKey{}, cancel), newClient(t, transport))
				require.NotErrorIs(t, err, keys.ErrOutcomeUnknown)
				if c.cause != nil {
					require.ErrorIs(t, err, c.cause)
				}
				assert.ErrorContains(t, err, c.text)
			})
		}
	}
}

// TestAMintThatIsTriedAgainIsGone: a transport that goes on with a request which it has reported as failed can't send it any more.
func TestAMintThatIsTriedAgainIsGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var late *http.Request
		client := newClient(t, roundTrip(func(r *http.Request) (*http.Response, error) {
			if late == nil {
				late = r
				return unreachable.RoundTrip(r)
			}
			return response(200, minted), nil
		}))
		require.NoError(t, create(t.Context(), client))
		body, err := io.ReadAll(late.Body)
		require.Error(t, err)
		assert.Empty(t, body)
	})
}
