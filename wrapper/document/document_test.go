package document_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys"
	"github.com/qaikeys/qaikeys/wrapper/document"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFind: a path that is spelled out comes before a template, whatever the method and however it is escaped.
func TestFind(t *testing.T) {
	t.Parallel()
	doc, err := document.Load(qaikeys.OpenAPI)
	require.NoError(t, err)
	for request, want := range map[[2]string]string{
		{"GET", "/qai/v1/keys"}:                "listKeys",
		{"POST", "/qai/v1/keys"}:               "createKey",
		{"DELETE", "/qai/v1/keys/a%2Fb%20"}:    "revokeKey",
		{"DELETE", "/qai/v1/keys/devices"}:     "",
		{"GET", "/qai/v1/keys/devices"}:        "listDeviceKeys",
		{"GET", "/qai/v1/keys/%64evices"}:      "listDeviceKeys",
		{"GET", "/qai/v1/keys/devices/usage"}:  "getKeyUsage",
		{"GET", "/qai/v1/keys/key_01/"}:        "",
		{"DELETE", "/qai/v1/keys/"}:            "",
		{"HEAD", "/qai/v1/keys"}:               "",
		{"GET", "/qai/v1/keys/key_01/usage/1"}: "",
	} {
		op, params := doc.Find(request[0], request[1])
		if want == "" {
			assert.Nil(t, op, request)
			continue
		}
		require.NotNil(t, op, request)
		assert.Equal(t, want, op.ID, request)
		if want == "revokeKey" {
			assert.Equal(t, map[string]string{"id": "a/b "}, params)
		}
	}
}

// TestCheckRequest: either credential is enough, and none isn't.
func TestCheckRequest(t *testing.T) {
	t.Parallel()
	doc, err := document.Load(qaikeys.OpenAPI)
	require.NoError(t, err)
	op := doc.Operation("createKey")
	for header, want := range map[string]bool{"X-API-Key: qai_x": true, "Authorization: Bearer qai_x": true, "Authorization: Basic x": false, "X-Other: qai_x": false} {
		r, err := http.NewRequestWithContext(t.Context(), op.Method, "http://gateway.test"+op.Path, http.NoBody)
		require.NoError(t, err)
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
		r.Header.Set("Content-Type", "application/json")
		failed := op.CheckRequest(r, nil, []byte(`{"name":"ci"}`))
		assert.Equal(t, want, failed == nil, "%s: %v", header, failed)
		failed = op.CheckRequest(r, nil, []byte(`{"name":5}`))
		require.Error(t, failed, header)
		if want {
			assert.Equal(t, "name: value must be a string", document.Explain(failed))
		}
	}
}

// TestCheckResponse: also a status that kin-openapi doesn't judge has to be documented.
func TestCheckResponse(t *testing.T) {
	t.Parallel()
	doc, err := document.Load(qaikeys.OpenAPI)
	require.NoError(t, err)
	op := doc.Operation("revokeKey")
	header := http.Header{"Content-Type": {"application/json"}, "X-Qai-Request-Id": {"req_1"}}
	require.NoError(t, op.CheckResponse(200, header, []byte(`{"status":"revoked","later":{}}`)))
	for says, c := range map[string]struct {
		status int
		header http.Header
		body   string
	}{
		"the status 301 isn't documented":             {301, header, ``},
		"the status 422 isn't documented":             {422, header, `{}`},
		`response header "X-QAI-Request-Id" missing`:  {200, http.Header{"Content-Type": {"application/json"}}, `{"status":"ok"}`},
		`status: property "status" is missing`:        {200, header, `{}`},
		"status: value must be a string":              {200, header, `{"status":{"qai_k_0":1}}`},
		"failed to decode response body":              {200, header, `{"status":`},
		`response header Content-Type has unexpected`: {404, http.Header{"Content-Type": {"text/html"}, "X-Qai-Request-Id": {"req_1"}}, `x`},
	} {
		failed := op.CheckResponse(c.status, c.header, []byte(c.body))
		require.Error(t, failed, says)
		assert.Contains(t, document.Explain(failed), says)
	}
}

// TestADeepScope: a scope may be any JSON, at any depth.
func TestADeepScope(t *testing.T) {
	t.Parallel()
	doc, err := document.Load(qaikeys.OpenAPI)
	require.NoError(t, err)
	scope := doc.Components.Schemas["KeyScope"].Value
	var value any
	for range 100 {
		require.NoError(t, scope.VisitJSON(value))
		value = []any{value, map[string]any{"in": nil}, 1.5, "x", true}
	}
}
