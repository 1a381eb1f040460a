package keys_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// selfSigned returns a certificate for 127.0.0.1 and the host pinging that ends at notAfter, and the roots that it is trusted by.
func selfSigned(notAfter time.Time) (tls.Certificate, *x509.CertPool, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: notAfter,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{pinging}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots, err
}

// tlsServer serves with a certificate for 127.0.0.1 that ends at notAfter, and counts requests.
func tlsServer(t *testing.T, notAfter time.Time) (server *httptest.Server, roots *x509.CertPool, requests *atomic.Int32) {
	t.Helper()
	certificate, roots, err := selfSigned(notAfter)
	require.NoError(t, err)
	requests = new(atomic.Int32)
	server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		_, _ = w.Write([]byte(minted))
	}))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS13}
	server.Config.ErrorLog = discardLog
	server.StartTLS()
	t.Cleanup(server.Close)
	return server, roots, requests
}

// trusting is a transport that trusts roots and connects to addr whatever the host.
func trusting(t *testing.T, roots *x509.CertPool, addr string) *http.Transport {
	t.Helper()
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, addr)
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// TestCertificates: a bad certificate is refused, and no option turns that off.
func TestCertificates(t *testing.T) {
	t.Parallel()
	tomorrow := time.Now().Add(24 * time.Hour)
	everyOption := []keys.Option{
		keys.WithInsecureHTTP(), keys.WithTimeout(0), keys.WithRetry(keys.RetryPolicy{}), keys.WithApp("a"), keys.WithUserAgent("a"),
		keys.WithHeader("X-A", "a"), keys.WithLogger(slog.New(slog.DiscardHandler)), keys.WithMaxResponseBytes(1 << 20),
	}
	for name, c := range map[string]struct {
		notAfter time.Time
		trusted  bool
		host     string
		good     bool
	}{
		"a good one":         {tomorrow, true, "127.0.0.1", true},
		"of an unknown root": {tomorrow, false, "127.0.0.1", false},
		"expired":            {time.Now().Add(-24 * time.Hour), true, "127.0.0.1", false},
		"for another host":   {tomorrow, true, "gateway.example", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, roots, requests := tlsServer(t, c.notAfter)
			if !c.trusted {
				roots = x509.NewCertPool()
			}
			opts := append([]keys.Option{
				keys.WithBaseURL("https://" + c.host), keys.WithHTTPClient(&http.Client{Transport: trusting(t, roots, server.Listener.Addr().String())}),
			}, everyOption...)
			client, err := keys.New(credential, opts...)
			require.NoError(t, err)
			err = create(t.Context(), client)
			if c.good {
				require.NoError(t, err)
				return
			}
			var bad *tls.CertificateVerificationError
			require.ErrorAs(t, err, &bad)
			assert.NotErrorIs(t, err, keys.ErrOutcomeUnknown, "nothing was sent")
			assert.Zero(t, requests.Load())
		})
	}
}
