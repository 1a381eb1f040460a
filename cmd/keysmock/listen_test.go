package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTLS(t *testing.T) {
	t.Parallel()
	p := start(t, "-tls", "-log", "off")
	assert.True(t, strings.HasPrefix(p.url, "https://127.0.0.1:"), p.url)
	certificate, err := os.ReadFile(p.caFile)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(certificate))
	protocol := ""
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	noting := roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := transport.RoundTrip(r)
		if err == nil {
			protocol = resp.Proto
		}
		return resp, err
	})
	for _, url := range []string{p.url, strings.Replace(p.url, "127.0.0.1", "localhost", 1)} {
		client, err := keys.New(p.apiKey, keys.WithBaseURL(url), keys.WithHTTPClient(&http.Client{Transport: noting}))
		require.NoError(t, err)
		_, err = client.List(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "HTTP/2.0", protocol)
	}
	_, err = p.client(t).List(t.Context())
	var bad *tls.CertificateVerificationError
	require.ErrorAs(t, err, &bad, "the certificate isn't trusted by default")
	code, _ := p.stop()
	assert.Zero(t, code)
	assert.NoFileExists(t, p.caFile)
}

// TestOnExitOnlyWhatItMadeIsRemoved tests that whatever else stands at the path of the socket or of the certificate stays.
func TestOnExitOnlyWhatItMadeIsRemoved(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mock.sock")
	p := start(t, "-addr", "unix:"+path, "-tls", "-log", "off")
	for _, made := range []string{path, p.caFile} {
		require.NoError(t, os.Remove(made))
		require.NoError(t, os.WriteFile(made, []byte("precious"), 0o600))
	}
	code, _ := p.stop()
	assert.Zero(t, code)
	for _, left := range []string{path, p.caFile} {
		content, err := os.ReadFile(left)
		require.NoError(t, err)
		assert.Equal(t, "precious", string(content))
		require.NoError(t, os.Remove(left))
	}

	p = start(t, "-addr", "unix:"+path, "-log", "off")
	require.NoError(t, os.Remove(path))
	again := start(t, "-addr", "unix:"+path, "-log", "off")
	p.stop()
	client, err := keys.New(again.apiKey, keys.WithBaseURL(again.url), keys.WithHTTPClient(overSocket(t, again)))
	require.NoError(t, err)
	_, err = client.List(t.Context())
	require.NoError(t, err, "the socket of another mock stays")
}

// TestWhatIsTakenForTheSameFile tests that neither another file of the same age nor a newer one with its inode is.
func TestWhatIsTakenForTheSameFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "made")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	made, err := os.Lstat(path)
	require.NoError(t, err)
	require.NoError(t, os.Chtimes(path, time.Time{}, made.ModTime().Add(time.Millisecond)))
	removeMade(path, made)
	assert.FileExists(t, path)
	require.NoError(t, os.Chtimes(path, time.Time{}, made.ModTime()))
	other := filepath.Join(t.TempDir(), "other")
	require.NoError(t, os.WriteFile(other, nil, 0o600))
	require.NoError(t, os.Chtimes(other, time.Time{}, made.ModTime()))
	removeMade(other, made)
	assert.FileExists(t, other)
	removeMade(path, made)
	assert.NoFileExists(t, path)
}

// TestASocketWhosePathIsTooLong tests that the error says so.
func TestASocketWhosePathIsTooLong(t *testing.T) {
	t.Parallel()
	var stdout, stderr strings.Builder
	path := filepath.Join(t.TempDir(), strings.Repeat("x", 120))
	assert.Equal(t, 1, run(t.Context(), []string{"-addr", "unix:" + path}, &stdout, &stderr))
	assert.Contains(t, stderr.String(), "the path may be too long: it can have about a hundred bytes")
	assert.Empty(t, stdout.String())
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// overSocket is a client of the mock on a unix socket.
func overSocket(t *testing.T, p *program) *http.Client {
	t.Helper()
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", p.socket)
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func TestAUnixSocket(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mock.sock")
	p := start(t, "-addr", "unix:"+path, "-log", "off")
	assert.Equal(t, "http://localhost", p.url)
	assert.Equal(t, path, p.socket)
	client, err := keys.New(p.apiKey, keys.WithBaseURL(p.url), keys.WithHTTPClient(overSocket(t, p)))
	require.NoError(t, err)
	_, err = client.List(t.Context())
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+"/_mock/keys", nil)
	require.NoError(t, err)
	resp, err := overSocket(t, p).Do(req)
	require.NoError(t, err)
	_ = resp.Body.Close()
	assert.Equal(t, 200, resp.StatusCode, "a program that can open the socket may control the mock")

	var stdout, stderr strings.Builder
	assert.Equal(t, 1, run(t.Context(), []string{"-addr", "unix:" + path}, &stdout, &stderr), "taken")
	assert.Contains(t, stderr.String(), "address already in use")
	code, _ := p.stop()
	assert.Zero(t, code)
	assert.NoFileExists(t, path)
}

// TestAClientWithASocketOfItsOwn tests that a client over a unix socket is on this machine, whatever its own address is.
func TestAClientWithASocketOfItsOwn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := start(t, "-addr", "unix:"+filepath.Join(dir, "mock.sock"), "-log", "off")
	own := &net.UnixAddr{Name: filepath.Join(dir, "client.sock"), Net: "unix"}
	conn, err := net.DialUnix("unix", own, &net.UnixAddr{Name: p.socket, Net: "unix"})
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	for host, want := range map[string]string{"localhost": "200 OK", "evil.example": "403 Forbidden"} {
		_, err = io.WriteString(conn, "GET /_mock/clock HTTP/1.1\r\nHost: "+host+"\r\n\r\n")
		require.NoError(t, err)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err)
		_, _ = io.Copy(io.Discard, resp.Body)
		assert.Equal(t, want, resp.Status, host)
	}
}

func TestASocketThatAKilledMockLeft(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mock.sock")
	left, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	require.NoError(t, err)
	left.SetUnlinkOnClose(false)
	require.NoError(t, left.Close())
	require.FileExists(t, path)
	p := start(t, "-addr", "unix:"+path)
	assert.Equal(t, path, p.socket)

	file := filepath.Join(t.TempDir(), "precious")
	require.NoError(t, os.WriteFile(file, []byte("x"), 0o600))
	var stdout, stderr strings.Builder
	assert.Equal(t, 1, run(t.Context(), []string{"-addr", "unix:" + file}, &stdout, &stderr))
	assert.FileExists(t, file, "a file that isn't a socket stays")
}
