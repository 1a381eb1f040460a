package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const controlToken = "a-control/token+of=tests"

// TestTheControlToken tests that whoever sends the token controls the mock and sees its pages, from any machine and by any name, and that
// nobody else does, on this machine either.
func TestTheControlToken(t *testing.T) {
	t.Parallel()
	mock := keystest.NewHandler()
	handler := routes(mock, new(clock), guard{controlToken})
	_, err := mock.NewAccount(keystest.WithAPIKey("qai_second"), keystest.WithKeys(2))
	require.NoError(t, err)
	for authorization, want := range map[string]int{
		"Bearer " + controlToken: 200, "bearer " + controlToken: 200, "": 401, controlToken: 401, "Basic " + controlToken: 401,
		"Bearer": 401, "Bearer  " + controlToken: 401, "Bearer " + controlToken[1:]: 401, "Bearer " + controlToken + "x": 401,
		"Bearer " + strings.ToUpper(controlToken): 401, "Bearer " + mock.APIKey: 401, "Bearer " + "": 401,
	} {
		for _, peer := range []string{"127.0.0.1:5", "192.0.2.1:5"} {
			for _, host := range []string{"127.0.0.1:8787", "keysmock:8787", "evil.example"} {
				for _, path := range []string{"/_mock/keys", "/_mock/clock", "/", "/_mock/page/requests/req_000001"} {
					w := httptest.NewRecorder()
					r := httptest.NewRequest(http.MethodGet, path, nil)
					r.RemoteAddr, r.Host = peer, host
					r.Header = http.Header{"Authorization": {authorization}, "X-Api-Key": {"qai_second"}}
					handler.ServeHTTP(w, r)
					if strings.Contains(path, "req_") && want == 200 {
						assert.Equal(t, 404, w.Code, "there is no such request")
						continue
					}
					assert.Equal(t, want, w.Code, "%q %s %s %s", authorization, peer, host, path)
					assert.NotContains(t, w.Body.String(), controlToken)
					if path == "/_mock/keys" && want == 200 {
						assert.Equal(t, 2, strings.Count(w.Body.String(), `"id"`), "X-API-Key names the account")
					}
					if want == 401 {
						assert.Equal(t, `Bearer realm="keysmock"`, w.Header().Get("WWW-Authenticate"))
						assert.Contains(t, w.Body.String(), "control token")
						assert.NotContains(t, w.Body.String(), "Account 1")
					}
				}
			}
		}
	}
}

// TestAPageElsewhereCannotUseTheControlToken tests that the browser's word on where a request comes from counts with a token, too.
func TestAPageElsewhereCannotUseTheControlToken(t *testing.T) {
	t.Parallel()
	p := start(t, "-log", "off", "-api-key", "qai_first", "-control-token", controlToken)
	bearer := "Authorization: Bearer " + controlToken
	status, _ := p.api(t, "POST", "/_mock/reset", "qai_first", "", bearer, "Sec-Fetch-Site: cross-site", "Origin: https://elsewhere.example")
	assert.Equal(t, 403, status)
	status, _ = p.api(t, "POST", "/_mock/reset", "qai_first", "", bearer, "Sec-Fetch-Site: same-origin")
	assert.Equal(t, 204, status)
	status, _ = p.api(t, "POST", "/_mock/reset", "qai_first", "", "Sec-Fetch-Site: same-origin")
	assert.Equal(t, 401, status)
}

// TestWhatNeedsNoControlToken is what says nothing about the mock's state. The page to try the API has no API key filled in.
func TestWhatNeedsNoControlToken(t *testing.T) {
	t.Parallel()
	p := start(t, "-log", "off", "-control-token", controlToken)
	for _, path := range []string{"/healthz", "/openapi.yaml", "/docs", "/docs/control.yaml", "/_mock/openapi.yaml", "/_mock/page/style.css", "/_mock/page/live.js"} {
		status, _, body := p.call(t, "GET", path, "")
		assert.Equal(t, 200, status, path)
		assert.NotContains(t, body, p.apiKey, path)
	}
	_, err := p.client(t).List(t.Context())
	require.NoError(t, err)
}

// TestTheControlTokenShowsNowhere sends it where it belongs and where it doesn't, and looks for it in what the mock shows.
func TestTheControlTokenShowsNowhere(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{}, {"proxy"}} {
		var p *program
		if len(args) > 0 {
			p = &startProxy(t, http.NotFoundHandler(), "-control-token", controlToken).program
		} else {
			p = start(t, "-control-token", controlToken)
		}
		bearer := "Authorization: Bearer " + controlToken
		var shown strings.Builder
		for _, path := range []string{"/qai/v1/keys", "/elsewhere/" + controlToken, "/elsewhere/" + url.PathEscape(controlToken), "//x", "/_mock/" + controlToken} {
			for _, header := range []string{bearer, "X-Elsewhere: " + controlToken} {
				status, body := p.api(t, "POST", path, p.apiKey, `{"name":"`+controlToken+`"}`, header)
				if status == 502 || path == "/_mock/"+controlToken {
					shown.WriteString(body)
				}
			}
		}
		for _, path := range []string{"/", "/_mock/requests", "/_mock/page/requests/req_000001", "/_mock/page/requests/req_000002"} {
			_, body := p.api(t, "GET", path, p.apiKey, "", bearer)
			shown.WriteString(body)
		}
		_, stderr := p.stop()
		shown.WriteString(stderr)
		assert.Contains(t, shown.String(), "[redacted]")
		for _, form := range []string{controlToken, url.PathEscape(controlToken), url.QueryEscape(controlToken)} {
			assert.NotContains(t, shown.String(), form, args)
		}
	}
}

// TestAProxyHasAControlToken, too.
func TestAProxyHasAControlToken(t *testing.T) {
	t.Parallel()
	p := startProxy(t, http.NotFoundHandler(), "-control-token", controlToken)
	for authorization, want := range map[string]int{"": 401, "Bearer " + controlToken: 200, "Bearer x": 401} {
		for _, path := range []string{"/", "/_mock/requests"} {
			status, _ := p.api(t, "GET", path, "", "", "Authorization: "+authorization)
			assert.Equal(t, want, status, "%q %s", authorization, path)
		}
	}
}

// TestAProxyKeepsItsControlToken tests that a request that would send it to the gateway isn't forwarded, and that others are.
func TestAProxyKeepsItsControlToken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		header    string
		forwarded bool
	}{
		{"Authorization: Bearer " + controlToken, false}, {"Authorization: bearer  " + controlToken, false},
		{"Authorization: " + controlToken, false},
		{"X-API-Key: " + controlToken, false}, {"X-API-Key: Bearer " + controlToken, false},
		{"Authorization: Bearer " + controlToken + "x", true}, {"Authorization: Bearer ", true}, {"X-API-Key: qai_x", true},
	} {
		for _, path := range []string{"//_mock/faults", "/_mock", "/qai/v1/keys", "/elsewhere"} {
			var reached atomic.Bool
			p := startProxy(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }), "-control-token", controlToken)
			status, body := p.api(t, "POST", path, "qai_x", `{"name":"ci"}`, c.header)
			assert.Equal(t, c.forwarded, reached.Load(), "%s %s", path, c.header)
			if !c.forwarded {
				assert.Equal(t, 400, status)
				assert.Contains(t, body, "this is the control token of the proxy: it was not forwarded; the control routes are below /_mock/")
			}
		}
	}
	var reached atomic.Bool
	p := startProxy(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	_, _ = p.api(t, "GET", "/qai/v1/keys", "", "", "Authorization: Bearer ")
	assert.True(t, reached.Load(), "without a control token")
}

// TestWithoutAControlToken tests that the refusals say what to do.
func TestWithoutAControlToken(t *testing.T) {
	t.Parallel()
	handler := routes(keystest.NewHandler(), new(clock), guard{})
	for name, c := range map[string]struct{ peer, host string }{
		"another machine": {"192.0.2.1:5", "127.0.0.1"}, "another name": {"127.0.0.1:5", "keysmock:8787"},
	} {
		for _, path := range []string{"/", "/_mock/keys"} {
			w := httptest.NewRecorder()
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.RemoteAddr, r.Host = c.peer, c.host
			r.Header.Set("Authorization", "Bearer ")
			handler.ServeHTTP(w, r)
			assert.Equal(t, 403, w.Code, name)
			assert.Contains(t, w.Body.String(), "start keysmock with -control-token (KEYSMOCK_CONTROL_TOKEN), and send it as Authorization: Bearer TOKEN", name)
		}
	}
}

// TestWrongControlTokens tests that they are refused without being shown.
func TestWrongControlTokens(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // So that nothing is served.
	const visible = "-control-token can have only visible ASCII characters: no space, no newline"
	const length = "-control-token needs from 16 to 1000 characters: use random ones, from openssl rand -hex 16 for example"
	for token, says := range map[string]string{
		"0123456789abcdef\n": visible, "0123456789 abcdef": visible, "0123456789\tabcdef": visible, "0123456789äabcdef": visible,
		"0123456789\x7fabcdef": visible, "0123456789\xffabcdef": visible, "0123456789\x00abcdef": visible,
		"0123456789abcde": length, "x": length, strings.Repeat("x", 1_001): length,
	} {
		for _, args := range [][]string{{"serve"}, {"proxy", "-upstream", "https://localhost"}} {
			var stdout, stderr strings.Builder
			assert.Equal(t, 2, run(ctx, append(args, "-control-token", token), &stdout, &stderr), "%q", token)
			assert.Equal(t, fmt.Sprintf("keysmock: %s\n", says), stderr.String(), "%q", token)
		}
	}
	for _, token := range []string{"", "0123456789abcdef", strings.Repeat("~", 1_000)} {
		var stdout, stderr strings.Builder
		assert.Zero(t, run(ctx, []string{"-control-token", token}, &stdout, &stderr), "%q", token)
	}
}
