package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPathsAreAnsweredAsInThePackage sends requests that net/http or its ServeMux would answer on their own.
func TestPathsAreAnsweredAsInThePackage(t *testing.T) {
	t.Parallel()
	p, mock := start(t, "-log", "off", "-api-key", "qai_first"), keystest.NewServer(t, keystest.WithAPIKey("qai_first"))
	for _, target := range []string{
		"GET //qai/v1/keys", "POST //qai/v1/keys", "GET /qai//v1/keys", "GET /qai/v1/./keys", "GET /qai/v1/../v1/keys",
		"GET /qai/v1/keys/", "GET //", "GET /.", "GET /..", "GET //healthz", "GET /docs/../qai/v1/keys", "OPTIONS *", "GET *",
		"OPTIONS /qai/v1/keys", "OPTIONS /", "CONNECT localhost:80", "CONNECT /qai/v1/keys", "TRACE /qai/v1/keys", "HEAD /qai/v1/keys",
		"HEAD //qai/v1/keys", "PUT /healthz", "GET http://localhost/qai/v1/keys", "GET http://localhost//qai/v1/keys",
		"GET http://localhost", "GET /qai/v1/keys/%2e%2e", "GET /qai%2Fv1/keys", "get /qai/v1/keys", "GET /qai/v1/keys?a=//",
		"GET /_mock", "GET /docs/../healthz",
	} {
		want, body := raw(t, mock.URL, target)
		status, response := raw(t, p.url, target)
		assert.Equal(t, want, status, target)
		assert.Equal(t, body, response, target)
		if status != 200 && !strings.HasPrefix(target, "HEAD") {
			assert.True(t, json.Valid([]byte(response)), "%s: %s", target, response)
		}
	}
	for path, want := range map[string]int{"/docs/": 200, "/docs": 200, "/": 200, "/healthz": 200, "/_mock/clock": 200, "/_mock/page/style.css": 200} {
		status, _ := raw(t, p.url, "GET "+path)
		assert.Equal(t, want, status, path)
	}
}

// raw sends a request line, with any method and target.
func raw(t *testing.T, baseURL, line string) (status int, body string) {
	t.Helper()
	host := strings.TrimPrefix(baseURL, "http://")
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", host)
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	_, err = io.WriteString(conn, line+" HTTP/1.1\r\nHost: "+host+"\r\nX-API-Key: qai_first\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	require.NoError(t, err)
	method, _, _ := strings.Cut(line, " ")
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	require.NoError(t, err, line)
	defer func() { _ = resp.Body.Close() }()
	read, err := io.ReadAll(resp.Body)
	require.NoError(t, err, line)
	return resp.StatusCode, string(read)
}
