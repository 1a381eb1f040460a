package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheReferenceTellsTheDocument(t *testing.T) {
	t.Parallel()
	status, contentType, page := start(t).call(t, "GET", "/docs", "")
	require.Equal(t, 200, status)
	assert.Equal(t, "text/html; charset=utf-8", contentType)
	for _, says := range []string{
		`id="createKey"`, `id="getKeyUsage"`, `id="KeyDetails"`, "The first 14 characters of the key", "/qai/v1/keys/{id}/rotate",
		"list of UsageDay", "integer (int64)", "<strong>A key is shown once.</strong>", "spend_cap_usd&#34;: 25", "X-Quantum-App",
	} {
		assert.Contains(t, page, says)
	}
	assert.NotContains(t, page, "<script", "it is readable without JavaScript")
	assert.NotContains(t, page, `src="http`)
}

func TestTheLivePage(t *testing.T) {
	t.Parallel()
	p := start(t, "-keys", "60", "-api-key", "qai_account_0123456789")
	client := p.client(t)
	_, err := client.Create(t.Context(), keys.CreateParams{Name: "<script>alert(1)</script>"})
	require.NoError(t, err)
	status, _ := p.api(t, "POST", "/qai/v1/keys", p.apiKey, `{"name":5}`)
	require.Equal(t, 400, status)
	_, _, page := p.call(t, "GET", "/", "")
	for _, says := range []string{"A mock of", "key_61", "and 11 earlier ones", "name: value must be a string", "POST /qai/v1/keys", "&lt;script&gt;alert"} {
		assert.Contains(t, page, says)
	}
	assert.NotContains(t, page, "<script>alert")
	assert.NotContains(t, page, p.apiKey, "credentials aren't shown")

	press := func(path string, form url.Values) int {
		resp, err := http.PostForm(p.url+path, form)
		require.NoError(t, err)
		_ = resp.Body.Close()
		return resp.StatusCode
	}
	assert.Equal(t, 200, press("/_mock/page/fault", url.Values{"account": {"1"}, "fault": {"1"}}), "back on the page")
	_, err = client.List(t.Context())
	require.ErrorIs(t, err, keys.ErrServer)
	for i := range pageFaults {
		require.Equal(t, 200, press("/_mock/page/fault", url.Values{"account": {"1"}, "fault": {string(rune('0' + i))}}))
	}
	assert.Equal(t, 200, press("/_mock/page/reset", url.Values{"account": {"1"}}))
	list, err := client.List(t.Context())
	require.NoError(t, err, "the faults are gone")
	assert.Len(t, list, 60)
	for _, form := range []url.Values{{}, {"account": {"2"}}, {"account": {"x"}}, {"account": {"1"}, "fault": {"99"}}, {"account": {"1"}, "fault": {"-1"}}} {
		assert.Equal(t, 400, press("/_mock/page/fault", form), form)
	}
	assert.Equal(t, 400, press("/_mock/page/reset", url.Values{"account": {"0"}}))
}

func TestThePagesAssets(t *testing.T) {
	t.Parallel()
	p := start(t)
	for name, contentType := range map[string]string{"style.css": "text/css", "live.js": "text/javascript"} {
		status, got, body := p.call(t, "GET", "/_mock/page/"+name, "")
		assert.Equal(t, 200, status, name)
		assert.True(t, strings.HasPrefix(got, contentType), got)
		assert.NotEmpty(t, body)
	}
	status, _, _ := p.call(t, "GET", "/_mock/page/nothing", "")
	assert.Equal(t, 404, status)
}
