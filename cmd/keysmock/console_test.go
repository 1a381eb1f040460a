package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/qaikeys/qaikeys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTheConsolesKeyIsForThisMachineAlone fills the API key in if the page is requested from this machine under one of its names.
func TestTheConsolesKeyIsForThisMachineAlone(t *testing.T) {
	t.Parallel()
	handler := routes(keystest.NewHandler(keystest.WithAPIKey("qai_console")), new(clock), guard{})
	for name, c := range map[string]struct {
		peer, host string
		filled     bool
	}{
		"this machine":             {"127.0.0.1:5", "127.0.0.1:8787", true},
		"by IPv6":                  {"[::1]:5", "[::1]:8787", true},
		"another machine":          {"192.0.2.1:5", "127.0.0.1:8787", false},
		"another name (rebinding)": {"127.0.0.1:5", "evil.example:8787", false},
	} {
		for _, path := range []string{"/docs", "/docs/"} {
			w := httptest.NewRecorder()
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.RemoteAddr, r.Host = c.peer, c.host
			handler.ServeHTTP(w, r)
			assert.Equal(t, 200, w.Code, name)
			assert.Equal(t, c.filled, strings.Contains(w.Body.String(), "qai_console"), name)
			assert.Equal(t, "no-store", w.Header().Get("Cache-Control"), name)
			policy := w.Header().Get("Content-Security-Policy")
			assert.Contains(t, policy, "default-src 'self'; script-src 'self' 'sha256-")
			assert.Contains(t, policy, "frame-ancestors 'none'")
			assert.NotContains(t, policy, "http", "nothing from elsewhere")
		}
	}
}

// TestTheConsolesDocuments are the documents with this mock as their only server.
func TestTheConsolesDocuments(t *testing.T) {
	t.Parallel()
	p := start(t)
	for path, original := range map[string][]byte{"/docs/openapi.yaml": qaikeys.OpenAPI, "/docs/control.yaml": controlDocument} {
		_, contentType, text := p.call(t, "GET", path, "")
		assert.Equal(t, "application/yaml", contentType)
		here, err := openapi3.NewLoader().LoadFromData([]byte(text))
		require.NoError(t, err)
		doc, err := openapi3.NewLoader().LoadFromData(original)
		require.NoError(t, err)
		doc.Servers = openapi3.Servers{{URL: "/", Description: "This mock."}}
		want, err := doc.MarshalJSON()
		require.NoError(t, err)
		got, err := here.MarshalJSON()
		require.NoError(t, err)
		assert.JSONEq(t, string(want), string(got), path)
	}
	for name, contentType := range map[string]string{"swagger-ui.css": "css", "swagger-ui-bundle.js": "javascript"} {
		status, got, body := p.call(t, "GET", "/docs/"+name, "")
		assert.Equal(t, 200, status, name)
		assert.Contains(t, got, contentType)
		assert.Greater(t, len(body), 10_000, name)
	}
	status, _, _ := p.call(t, "GET", "/docs/nothing", "")
	assert.Equal(t, 404, status)
}
