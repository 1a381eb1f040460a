package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/document"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/qaikeys/qaikeys/wrapper/memnet"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// runningProxy is keysmock proxy running in this process.
type runningProxy struct {
	program

	report string // Its file.
}

// startProxy runs keysmock proxy in front of an upstream until the test ends.
func startProxy(t *testing.T, upstream http.Handler, args ...string) *runningProxy {
	t.Helper()
	server := httptest.NewServer(upstream)
	t.Cleanup(server.Close)
	return startProxyOf(t, server.URL, args...)
}

func startProxyOf(t *testing.T, upstream string, args ...string) *runningProxy {
	t.Helper()
	p := &runningProxy{report: filepath.Join(t.TempDir(), "report")}
	args = append([]string{"proxy", "-upstream", upstream, "-addr", "127.0.0.1:0", "-report", p.report}, args...)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	out, stdout := io.Pipe()
	var stderr strings.Builder
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, args, stdout, &stderr)
		_ = stdout.Close()
	}()
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan())
	url, ok := strings.CutPrefix(lines.Text(), "QAI_BASE_URL=")
	require.True(t, ok)
	p.url = url
	p.stop = sync.OnceValues(func() (int, string) {
		cancel()
		return <-code, stderr.String()
	})
	t.Cleanup(func() { p.stop() })
	return p
}

// waitFor waits until the journal has n exchanges: the last may still be running when its response is there.
func (p *runningProxy) waitFor(t *testing.T, n int) {
	t.Helper()
	for got := 0; got < n && t.Context().Err() == nil; {
		_, _, body := p.call(t, "GET", "/_mock/requests", "")
		var list struct{ Requests []exchange }
		require.NoError(t, json.Unmarshal([]byte(body), &list), body)
		got = len(list.Requests)
	}
}

// found is what a proxy says it found.
type found struct {
	exchanges []exchange
	summary   summary
	log, text string // Of the log, and of everything that it said.
}

// end ends the proxy, and returns what it found.
func (p *runningProxy) end(t *testing.T) (f found) {
	t.Helper()
	_, _, page := p.call(t, "GET", "/", "")
	_, _, journal := p.call(t, "GET", "/_mock/requests", "")
	code, log := p.stop()
	assert.Zero(t, code)
	f = readReport(t, p.report)
	f.log, f.text = log, page+journal+log+f.text
	return f
}

// readReport returns what the file of a report has.
func readReport(t *testing.T, path string) (f found) {
	t.Helper()
	report, err := os.ReadFile(path)
	require.NoError(t, err)
	f.text = string(report)
	lines := strings.Split(strings.TrimSuffix(f.text, "\n"), "\n")
	for i, line := range lines {
		if i < len(lines)-1 {
			var x exchange
			require.NoError(t, json.Unmarshal([]byte(line), &x), line)
			f.exchanges = append(f.exchanges, x)
		}
	}
	last := struct{ Summary *summary }{&f.summary}
	require.NoError(t, json.Unmarshal([]byte(lines[len(lines)-1]), &last))
	return f
}

// violations are those of all exchanges.
func (f found) violations() (all []string) {
	for _, x := range f.exchanges {
		all = append(all, x.Violations...)
	}
	return all
}

// send sends a request with headers, like "X-A: b".
func (p *runningProxy) send(t *testing.T, method, path, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, p.url+path, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("X-Api-Key", "qai_test_credential")
	req.Header.Set("Authorization", "Bearer qai_test_credential")
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		req.Header.Set(name, value)
	}
	resp, err := (&http.Transport{DisableCompression: true, DisableKeepAlives: true}).RoundTrip(req)
	require.NoError(t, err)
	read, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return resp, "cut off"
	}
	return resp, string(read)
}

// answer is an upstream that gives one response.
func answer(status int, contentType, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("X-QAI-Request-Id", "req_1")
		for _, header := range headers {
			if name, value, set := strings.Cut(header, ": "); set {
				w.Header().Set(name, value)
			} else {
				w.Header().Del(name)
			}
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

const (
	secret = "qai_k_4f1c09aa5be0c3d27718f6a94e02bd5531c8e7906a4fd21b83957ec0aa64d1f2"
	minted = `{"key":"` + secret + `","details":{"id":"key_01","name":"ci"}}`
)

// TestTheLifeOfAKeyThroughAProxy uses every operation, and tests that the proxy finds no violation, changes nothing and shows no secret.
func TestTheLifeOfAKeyThroughAProxy(t *testing.T) {
	t.Parallel()
	const credential = "a credential of no form"
	for _, args := range [][]string{nil, {"-errors"}, {"-log", "json"}, {"-tls"}} {
		mock := keystest.NewHandler(keystest.WithAPIKey(credential), keystest.WithTier("internal"), keystest.WithDevices(2))
		p := startProxy(t, mock, args...)
		opts := []keys.Option{keys.WithBaseURL(p.url)}
		if len(args) > 0 && args[0] == "-tls" {
			transport := http.DefaultTransport.(*http.Transport).Clone()
			transport.TLSClientConfig.InsecureSkipVerify = true
			opts = append(opts, keys.WithHTTPClient(&http.Client{Transport: transport}))
		}
		client, err := keys.New(credential, opts...)
		require.NoError(t, err)
		ctx := t.Context()
		created, err := client.Create(ctx, keys.CreateParams{Name: "ci", Endpoints: []string{"chat"}})
		require.NoError(t, err)
		list, err := client.List(ctx)
		require.NoError(t, err)
		assert.Len(t, list, 3)
		rotated, err := client.Rotate(ctx, created.Details.ID, keys.RotateParams{})
		require.NoError(t, err)
		_, err = client.Usage(ctx, rotated.Details.ID)
		require.NoError(t, err)
		devices, err := client.ListDevices(ctx)
		require.NoError(t, err)
		assert.Len(t, devices, 2)
		ephemeral, err := client.CreateEphemeral(ctx, keys.EphemeralParams{})
		require.NoError(t, err)
		partner, err := client.CreatePartner(ctx, keys.PartnerParams{PartnerID: "p", PartnerRef: "r"})
		require.NoError(t, err)
		_, err = client.Revoke(ctx, rotated.Details.ID)
		require.NoError(t, err)
		dead, err := client.WithKey(rotated.Key)
		require.NoError(t, err)
		_, err = dead.List(ctx)
		require.ErrorIs(t, err, keys.ErrUnauthorized)

		if len(args) > 0 && args[0] == "-tls" {
			code, log := p.stop()
			assert.Zero(t, code)
			assert.NotContains(t, log, "violation:")
			continue
		}
		f := p.end(t)
		assert.Len(t, f.exchanges, 9)
		assert.Empty(t, f.violations())
		assert.Len(t, f.summary.Statuses, 8, "every operation")
		assert.Equal(t, map[int]int{200: 1, 401: 1}, f.summary.Statuses["listKeys"])
		assert.Zero(t, f.summary.Violating)
		assert.Empty(t, f.summary.Unknown)
		assert.Contains(t, f.summary.NeverSeen, "FlatError.message")
		assert.NotContains(t, f.summary.NeverSeen, "KeyDetails.scope")
		for _, held := range []string{credential, created.Key.Reveal(), rotated.Key.Reveal(), ephemeral.Token.Reveal(), partner.Key.Reveal()} {
			assert.NotContains(t, f.text, held)
			assert.NotContains(t, f.text, held[8:])
		}
	}
}

// TestTheProxyFindsViolations tests that each is named in the log, the report, the journal and the page, that the response comes through as
// it was, and that it becomes an error with -errors.
func TestTheProxyFindsViolations(t *testing.T) {
	t.Parallel()
	const list, js = "GET /qai/v1/keys", "application/json"
	for name, c := range map[string]struct {
		request  string
		upstream http.HandlerFunc
		want     string
	}{
		"an undocumented status":   {list, answer(201, js, `{"keys":[]}`), "the status 201 isn't documented"},
		"a redirect":               {list, answer(307, js, `{}`, "Location: http://192.0.2.1/"), "the status 307 isn't documented"},
		"a missing header":         {list, answer(200, js, `{"keys":[]}`, "X-QAI-Request-Id"), `response header "X-QAI-Request-Id" missing`},
		"a 429 without a wait":     {list, answer(429, js, `{}`), `response header "Retry-After" missing`},
		"a header of another type": {list, answer(200, js, `{"keys":[]}`, "X-QAI-Cost-Ticks: much"), `unable to decode header "X-QAI-Cost-Ticks" value`},
		"a login page":             {list, answer(200, "text/html", `<html>`), `the Content-Type "text/html" isn't documented`},
		"no JSON":                  {list, answer(200, js, `{`), "the body ends early or can't be decoded"},
		"a missing property":       {list, answer(200, js, `{}`), `keys: property is missing`},
		"a wrong type":             {list, answer(200, js, `{"keys":[{"id":1,"name":"ci"}]}`), "keys.0.id: value must be a string"},
		"a null that may not be":   {list, answer(200, js, `{"keys":[{"id":null,"name":"ci"}]}`), "keys.0.id: Value is not nullable"},
		"a property twice":         {list, answer(200, js, `{"keys":[],"keys":[]}`), "the body isn't JSON, or has a property twice"},
		"another status's body":    {"DELETE /qai/v1/keys/a%2Fb", answer(200, js, `{"keys":[]}`), `status: property is missing`},
		"a status without a text":  {"DELETE /qai/v1/keys/a", answer(200, js, `{"status":""}`), "status: minimum string length is 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			method, path, _ := strings.Cut(c.request, " ")
			direct := httptest.NewRecorder()
			c.upstream(direct, httptest.NewRequest(method, path, nil))

			p := startProxy(t, c.upstream)
			resp, body := p.send(t, method, path, "")
			assert.Equal(t, direct.Code, resp.StatusCode)
			assert.Equal(t, direct.Body.String(), body)
			assert.Equal(t, direct.Header()["Location"], resp.Header["Location"], "it isn't followed")
			p.waitFor(t, 1)
			_, _, page := p.call(t, "GET", "/", "")
			assert.Contains(t, page, "response: ")
			f := p.end(t)
			assert.Equal(t, []string{"response: " + c.want}, f.violations())
			assert.Equal(t, 1, strings.Count(f.log, "msg=violation"), f.log)
			assert.Contains(t, f.log, "operation="+f.exchanges[0].Operation)
			assert.Equal(t, 1, f.summary.Violating)

			p = startProxy(t, c.upstream, "-errors")
			resp, body = p.send(t, method, path, "")
			assert.Equal(t, 502, resp.StatusCode)
			var problem struct{ Error struct{ Message string } }
			require.NoError(t, json.Unmarshal([]byte(body), &problem), body)
			assert.Equal(t, "keysmock proxy: the upstream's response violates the API's document: response: "+c.want, problem.Error.Message)
			assert.Equal(t, []string{"response: " + c.want}, p.end(t).violations())
		})
	}
}

// TestRequestsThatViolate tests that they are forwarded all the same, and aren't with -errors.
func TestRequestsThatViolate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		method, path, body string
		headers            []string
		want               string
	}{
		"a missing property":     {"POST", "/qai/v1/keys", `{}`, nil, `request: name: property is missing`},
		"no body":                {"POST", "/qai/v1/keys", "", []string{"Content-Type: application/json"}, "request: the body is missing"},
		"an unknown property":    {"POST", "/qai/v1/keys", `{"name":"ci","spend_cap":1}`, nil, `request: property "spend_cap" is unsupported`},
		"a secret as a name":     {"POST", "/qai/v1/keys", `{"name":"ci","` + secret + `":1}`, nil, `request: property "[redacted]" is unsupported`},
		"no JSON":                {"POST", "/qai/v1/keys", `{`, nil, "request: the body ends early or can't be decoded"},
		"another type":           {"POST", "/qai/v1/keys", `{"name":"ci"}`, []string{"Content-Type: text/plain"}, `request: the Content-Type "text/plain" isn't documented`},
		"no credential":          {"GET", "/qai/v1/keys", "", []string{"X-Api-Key: ", "Authorization: "}, "request: there is no credential in X-API-Key or Authorization"},
		"an unknown path":        {"GET", "/elsewhere/qai_test_credential", "", nil, "the document has no operation with this method and path"},
		"an unknown method":      {"PATCH", "/qai/v1/keys", "{}", nil, "the document has no operation with this method and path"},
		"a path that is spelled": {"POST", "/qai/v1/keys/devices", "{}", nil, "the document has no operation with this method and path"},
		"a session's token": {
			"GET", "/elsewhere/the-token-of-a-session", "", []string{"X-Api-Key: ", "Authorization: Bearer the-token-of-a-session"},
			"the document has no operation with this method and path",
		},
		"a cookie, escaped": {
			"GET", "/elsewhere/THE-t%6Fken-of-a-session", "", []string{"Cookie: the-token-of-a-session"},
			"the document has no operation with this method and path",
		},
		"a path that isn't clean": {"GET", "/qai//v1/keys", "", nil, "the document has no operation with this method and path"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got atomic.Pointer[string]
			upstream := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				got.Store(new(r.Method + " " + r.RequestURI + " " + string(body)))
				answer(400, "application/json", "{}")(w, r)
			})
			p := startProxy(t, upstream)
			resp, _ := p.send(t, c.method, c.path, c.body, c.headers...)
			assert.Equal(t, 400, resp.StatusCode)
			require.NotNil(t, got.Load())
			assert.Equal(t, c.method+" "+c.path+" "+c.body, *got.Load())
			f := p.end(t)
			assert.Equal(t, []string{c.want}, f.violations())
			for _, held := range []string{"qai_test_credential", secret, "the-token-of-a-session", "ken-of-a-session"} {
				assert.NotContains(t, f.text, held)
			}

			got.Store(nil)
			p = startProxy(t, upstream, "-errors")
			resp, body := p.send(t, c.method, c.path, c.body, c.headers...)
			assert.Equal(t, 502, resp.StatusCode)
			assert.Contains(t, body, "keysmock proxy: the request was not forwarded, because it violates the API's document: ")
			assert.NotContains(t, body, secret)
			assert.Nil(t, got.Load())
		})
	}
}

// TestAnEchoedCredentialIsRedacted tests that whatever part of a request's credential an upstream sends back, it shows nowhere.
func TestAnEchoedCredentialIsRedacted(t *testing.T) {
	t.Parallel()
	const token = "the-token-of-a-session"
	for header, echo := range map[string]string{
		"X-Api-Key: " + token:                           token,
		"Authorization: Bearer " + token:                token,
		"Authorization: bearer  " + token:               "bearer  " + token,
		"Authorization: Bearer \t" + token:              token,
		"Authorization: Token of\t" + token:             token,
		"Authorization: Scheme of it " + token:          "of it " + token,
		"Proxy-Authorization: Basic " + token:           token,
		"Cookie: a=b; session=" + token:                 token,
		"Cookie: session=" + token + "; a=b":            "session=" + token,
		"Cookie: session=\"" + token + "\";a=b":         token,
		"Cookie: " + token:                              token,
		"Cookie: session=of/" + token + "==":            "of%2F" + token + "==",
		"Cookie: session=" + token + "; other=of it":    "session=" + token + "; other=of it",
		"Cookie: session = " + token + " ; other=of it": token,
	} {
		p := startProxy(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			contentType := "text/" + echo
			if r.URL.Path == "/qai/v1/keys" {
				contentType = "application/json" // Otherwise the names of properties aren't looked at.
			}
			answer(200, contentType, `{"keys":[],"`+strings.Repeat("n", 40)+echo+`":1}`, "X-QAI-Request-Id: "+echo)(w, r)
		}))
		for _, path := range []string{"/qai/v1/keys", "/qai/v1/keys/devices", "/elsewhere/" + url.PathEscape(echo)} {
			_, _ = p.send(t, "GET", path, "", "X-Api-Key: ", "Authorization: ", header)
		}
		p.waitFor(t, 3)
		f := p.end(t)
		assert.Len(t, f.summary.Unknown, 1)
		assert.Contains(t, f.log, "request_id=[redacted]", header)
		assert.NotContains(t, f.text, "the-to", header)
		assert.NotContains(t, f.text, "session", header)
	}
}

// TestALargeRequest tests that its body is forwarded as it comes, and isn't validated, which is no violation.
func TestALargeRequest(t *testing.T) {
	t.Parallel()
	body := `{"name":"` + strings.Repeat("n", 2*document.MaxBody) + `"}`
	var got atomic.Pointer[string]
	p := startProxy(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		read, _ := io.ReadAll(r.Body)
		got.Store(new(string(read)))
		answer(400, "application/json", "{}")(w, r)
	}), "-errors")
	resp, _ := p.send(t, "POST", "/qai/v1/keys", body)
	assert.Equal(t, 400, resp.StatusCode)
	assert.Equal(t, body, *got.Load(), "as it was sent")
	f := p.end(t)
	assert.Empty(t, f.violations())
	assert.Equal(t, []string{"request: the body is larger than 1048576 bytes"}, f.exchanges[0].Unchecked)
}

// TestAMintIsNeverLost tests that a client gets what the upstream responds to a mint, whatever that is: it may have a new key.
func TestAMintIsNeverLost(t *testing.T) {
	t.Parallel()
	mints := map[string]string{
		"/qai/v1/keys": `{"name":"ci"}`, "/qai/v1/keys/x/rotate": `{"grace_seconds":0}`, "/qai/v1/keys/ephemeral": `{}`,
		"/qai/v1/keys/partner": `{"partner_id":"p","partner_ref":"r"}`,
	}
	for _, args := range [][]string{nil, {"-errors"}} {
		for name, upstream := range map[string]http.HandlerFunc{
			"a success":               answer(200, "application/json", `{"key":"`+secret+`"}`),
			"another status":          answer(201, "application/json", minted),
			"a redirect":              answer(302, "application/json", minted, "Location: http://192.0.2.1/"),
			"an undocumented error":   answer(410, "application/json", minted),
			"an error of a proxy":     answer(500, "text/plain", secret),
			"a status without a name": answer(999, "", secret),
			"no request id":           answer(200, "application/json", minted, "X-QAI-Request-Id"),
			"an unknown encoding":     answer(200, "application/json", minted, "Content-Encoding: br"),
			"no gzip":                 answer(200, "application/json", minted, "Content-Encoding: gzip"),
			"a large one":             answer(200, "application/json", minted+strings.Repeat(" ", 2*document.MaxBody)+"}"),
		} {
			p := startProxy(t, upstream, args...)
			for path, body := range mints {
				direct := httptest.NewRecorder()
				upstream(direct, httptest.NewRequest(http.MethodPost, path, strings.NewReader(body)))
				resp, got := p.send(t, "POST", path, body)
				assert.Equal(t, direct.Code, resp.StatusCode, name)
				assert.Equal(t, direct.Body.String(), got, name)
				resp.Header.Del("Date")
				resp.Header.Del("Content-Length")
				resp.Header.Del("Connection")
				assert.Equal(t, direct.Header(), resp.Header, name)
			}
			f := p.end(t)
			assert.Len(t, f.exchanges, len(mints))
			for _, x := range f.exchanges {
				assert.NotEmpty(t, append(x.Violations, x.Unchecked...), name)
			}
			assert.NotContains(t, f.text, secret)
		}
		p := startProxy(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, minted)
		}), args...)
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(p.url, "http://"))
		require.NoError(t, err)
		_, err = io.WriteString(conn, "POST /qai/v1/keys HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Api-Key: a\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n"+`{"name":"ci"}`)
		require.NoError(t, err)
		all, _ := io.ReadAll(conn)
		assert.Contains(t, string(all), secret, "what there is of a response that is cut off")
		f := p.end(t)
		assert.Len(t, f.violations(), 1)
		assert.True(t, f.exchanges[0].CutOff)
		assert.NotContains(t, f.text, secret)
	}
}

// roundTripper is a transport that is a function.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestAMintWithLargeHeaders tests that the proxy takes those that a client of net/http takes.
func TestAMintWithLargeHeaders(t *testing.T) {
	t.Parallel()
	p := startProxy(t, answer(200, "application/json", minted, "X-Large: "+strings.Repeat("x", 2<<20)))
	resp, body := p.send(t, "POST", "/qai/v1/keys", `{"name":"ci"}`)
	assert.Equal(t, 200, resp.StatusCode)
	assert.Len(t, resp.Header.Get("X-Large"), 2<<20)
	assert.JSONEq(t, minted, body)
}

// TestAStatusThatCannotBeSent tests that the body of a mint comes through all the same, and that any other response becomes a 502.
func TestAStatusThatCannotBeSent(t *testing.T) {
	t.Parallel()
	for _, status := range []int{-1, 0, 7, 99, 1000} { // Over HTTP/2 net/http takes any number, over HTTP/1 those with three digits.
		for _, replaces := range []bool{false, true} {
			p, err := newProxy(&url.URL{Scheme: "test", Host: "upstream"}, replaces, slog.New(slog.DiscardHandler))
			require.NoError(t, err)
			p.upward.RegisterProtocol("test", roundTripper(func(r *http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: status, Header: http.Header{"X-A": {"b"}}, Body: io.NopCloser(strings.NewReader(minted)), Request: r}, nil
			}))
			server := httptest.NewServer(p)
			t.Cleanup(server.Close)
			running := &runningProxy{program: program{url: server.URL}}
			resp, body := running.send(t, "POST", "/qai/v1/keys", `{"name":"ci"}`)
			assert.Equal(t, 502, resp.StatusCode)
			assert.JSONEq(t, minted, body)
			assert.Equal(t, "b", resp.Header.Get("X-A"))
			for _, path := range []string{"/qai/v1/keys", "/elsewhere"} {
				resp, body = running.send(t, "GET", path, "")
				assert.Equal(t, 502, resp.StatusCode)
				if path == "/qai/v1/keys" || !replaces {
					assert.Contains(t, body, fmt.Sprintf("response: the status %d isn't documented", status))
				}
			}
			server.Close()
			assert.Equal(t, []string{fmt.Sprintf("response: the status %d isn't documented", status)}, p.exchanges()[0].Violations)
		}
	}
	p := startProxyOf(t, rawUpstream(t, "HTTP/1.1 099 x\r\nContent-Length: "+strconv.Itoa(len(minted))+"\r\n\r\n"+minted))
	_, body := p.send(t, "POST", "/qai/v1/keys", `{"name":"ci"}`)
	assert.JSONEq(t, minted, body)
}

// TestAVerdictOutlivesItsClient: a client may close its connection once it has as many bytes as Content-Length says.
func TestAVerdictOutlivesItsClient(t *testing.T) {
	t.Parallel()
	list := `{"keys":[` + strings.Repeat(`{"id":"k","name":"n"},`, 10_000) + `{"id":1}]}`
	p := startProxy(t, answer(200, "application/json", list, "Content-Length: "+strconv.Itoa(len(list))))
	const times = 10
	for range times {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(p.url, "http://"))
		require.NoError(t, err)
		_, err = io.WriteString(conn, "GET /qai/v1/keys HTTP/1.1\r\nHost: localhost\r\nX-API-Key: qai_test_credential\r\n\r\n")
		require.NoError(t, err)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err)
		_, err = io.ReadFull(resp.Body, make([]byte, len(list)))
		require.NoError(t, err)
		require.NoError(t, conn.Close())
	}
	p.waitFor(t, times)
	f := p.end(t)
	for _, x := range f.exchanges {
		assert.Len(t, x.Violations, 1, x.Unchecked)
	}
}

// TestAClientDoesNotWaitForTheVerdict: it has the whole response before its last part is judged.
func TestAClientDoesNotWaitForTheVerdict(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, pipe := io.Pipe()
		verdict := make(chan document.Verdict)
		x := &exchange{ctx: t.Context(), flush: func() { go func() { verdict <- document.Verdict{Violation: "v"} }() }}
		upstream := &timedBody{ReadCloser: http.NoBody, x: x, cancel: func(error) {}}
		body := forwardedBody{ReadCloser: upstream, judge: &responseJudge{x: x, pipe: pipe, stop: func() {}, verdict: verdict}, err: io.EOF}
		require.NoError(t, body.Close())
		assert.Equal(t, []string{"response: v"}, x.Violations)
	})
}

// TestInterimResponses tests that a client gets those that it can know, and that none takes the place of the response.
func TestInterimResponses(t *testing.T) {
	t.Parallel()
	p, err := newProxy(&url.URL{Scheme: "test", Host: "upstream"}, false, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	p.upward.RegisterProtocol("test", roundTripper(func(r *http.Request) (*http.Response, error) {
		for _, status := range []int{103, 101, 102} { // Over HTTP/2 net/http takes 101 for one.
			if err := httptrace.ContextClientTrace(r.Context()).Got1xxResponse(status, textproto.MIMEHeader{"X-A": {"b"}}); err != nil {
				return nil, err
			}
		}
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(minted)), Request: r}, nil
	}))
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	for version, interim := range map[string]string{
		"1.0": "", "1.1": "HTTP/1.1 103 Early Hints\r\nX-A: b\r\n\r\nHTTP/1.1 102 Processing\r\nX-A: b\r\n\r\n",
	} {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(server.URL, "http://"))
		require.NoError(t, err)
		_, err = io.WriteString(conn, "POST /qai/v1/keys HTTP/"+version+"\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}")
		require.NoError(t, err)
		all, err := io.ReadAll(conn)
		require.NoError(t, err)
		rest, found := strings.CutPrefix(string(all), interim)
		assert.True(t, found, string(all))
		assert.True(t, strings.HasPrefix(rest, "HTTP/"+version+" 200 OK\r\n"), string(all))
		assert.Contains(t, rest, minted)
	}
	server.Close()
	assert.Equal(t, 200, p.exchanges()[0].Status)
}

// TestAMintIsStreamed tests that a client gets each part of a response to a mint before the upstream sends the next.
func TestAMintIsStreamed(t *testing.T) {
	t.Parallel()
	for i, args := range [][]string{nil, {"-errors"}, nil} {
		var length []string
		if i == 2 {
			length = []string{"Content-Length: " + strconv.Itoa(len(secret)+1)}
		}
		more := make(chan bool)
		p := startProxy(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer(500, "text/plain", secret, length...)(w, r)
			_ = http.NewResponseController(w).Flush()
			<-more
			_, _ = io.WriteString(w, ".")
		}), args...)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.url+"/qai/v1/keys", strings.NewReader(`{"name":"ci"}`))
		require.NoError(t, err)
		req.Header = http.Header{"X-Api-Key": {"a"}, "Content-Type": {"application/json"}}
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		got := make([]byte, len(secret))
		_, err = io.ReadFull(resp.Body, got)
		require.NoError(t, err)
		assert.Equal(t, secret, string(got))
		close(more)
		_ = resp.Body.Close()
	}
}

// TestAProxiedListIsStreamed tests that a client gets elements before the upstream has sent the last, however large the list is, and that
// the violation of a later one is found.
func TestAProxiedListIsStreamed(t *testing.T) {
	t.Parallel()
	const n = 20_000
	more := make(chan bool, 1)
	upstream := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer(200, "application/json", `{"keys":[`)(w, r)
		for i := range n {
			_, _ = fmt.Fprintf(w, `{"id":"key_%d","name":"%s"},`, i, strings.Repeat("n", 500))
			if i == 0 || i == n-2 {
				_ = http.NewResponseController(w).Flush()
				<-more
			}
		}
		_, _ = io.WriteString(w, `{"id":7,"name":"bad"}]}`)
	})
	for _, args := range [][]string{nil, {"-errors"}} {
		p := startProxy(t, upstream, args...)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+"/qai/v1/keys", nil)
		require.NoError(t, err)
		req.Header.Set("X-Api-Key", "a")
		if args != nil {
			more <- true // It is held until it is large.
		}
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		reader := bufio.NewReader(resp.Body)
		_, err = reader.ReadString('}')
		require.NoError(t, err)
		if args == nil {
			more <- true // The client had the first before the upstream sent the second.
		}
		for range n - 2 {
			_, err = reader.ReadString('}')
			require.NoError(t, err)
		}
		more <- true
		_, err = io.ReadAll(reader)
		_ = resp.Body.Close()
		assert.Equal(t, args != nil, err != nil, "-errors cuts it off")
		f := p.end(t)
		assert.Equal(t, []string{"response: keys.20000.id: value must be a string"}, f.violations())
	}
}

// TestWhatIsForwarded tests that a request and its response come through as they were, but for what is between two hops.
func TestWhatIsForwarded(t *testing.T) {
	t.Parallel()
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = io.WriteString(w, `{"keys":[{"id":7}]}`)
	_ = w.Close()
	var got http.Header
	var target string
	upstream := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, target = r.Header.Clone(), r.Host+" "+r.RequestURI
		answer(200, "application/json", zipped.String(), "Content-Encoding: gzip", "Keep-Alive: 5", "X-A: b")(w, r)
	})
	server := httptest.NewServer(upstream)
	t.Cleanup(server.Close)
	p := startProxyOf(t, server.URL)
	resp, body := p.send(t, "GET", "/qai/v1/keys?a;b=%zz", "", "X-Forwarded-For: 192.0.2.1", "User-Agent: x", "Accept-Encoding: br", "Connection: X-Hop, close",
		"X-Hop: 1", "Keep-Alive: 1", "Proxy-Authorization: Basic x", "Te: trailers", "Upgrade: h2c", "X-Quantum-App: app", "Idempotency-Key: k", "Expect: 100-continue", "CDN-Loop: other")
	assert.Equal(t, zipped.String(), body)
	assert.Equal(t, "gzip", resp.Header.Get("Content-Encoding"))
	assert.Equal(t, "b", resp.Header.Get("X-A"))
	assert.Empty(t, resp.Header.Get("Keep-Alive"))
	assert.Equal(t, strings.TrimPrefix(server.URL, "http://")+" /qai/v1/keys?a;b=%zz", target)
	require.Len(t, got["Cdn-Loop"], 2)
	assert.Equal(t, "other", got["Cdn-Loop"][0])
	assert.Regexp(t, "^keysmock-[A-Z0-9]{26}$", got["Cdn-Loop"][1])
	delete(got, "Cdn-Loop")
	assert.Equal(t, http.Header{
		"X-Forwarded-For": {"192.0.2.1"}, "User-Agent": {"x"}, "Accept-Encoding": {"br"}, "X-Quantum-App": {"app"}, "Idempotency-Key": {"k"}, "Te": {"trailers"},
		"X-Api-Key": {"qai_test_credential"}, "Authorization": {"Bearer qai_test_credential"},
	}, got)
	_, body = p.send(t, "GET", "/qai/v1/keys", "")
	assert.Equal(t, zipped.String(), body)
	assert.Empty(t, got["Accept-Encoding"], "a client that doesn't say what it accepts")
	const violation = "response: keys.0.id: value must be a string"
	assert.Equal(t, []string{violation, violation}, p.end(t).violations(), "it was unpacked to be validated")
}

// TestAnUpstreamThatIsTheProxy tests that a request whose way leads back ends, also through another proxy.
func TestAnUpstreamThatIsTheProxy(t *testing.T) {
	t.Parallel()
	for n := range 3 {
		var proxies []*proxy
		var servers []*httptest.Server
		for i := range n + 1 {
			p, err := newProxy(nil, i == 1, slog.New(slog.DiscardHandler))
			require.NoError(t, err)
			proxies, servers = append(proxies, p), append(servers, httptest.NewServer(p))
			t.Cleanup(servers[i].Close)
		}
		for i, p := range proxies {
			upstream, err := url.Parse(servers[(i+1)%len(servers)].URL)
			require.NoError(t, err)
			p.upstream = upstream
		}
		resp, body := (&runningProxy{program: program{url: servers[0].URL}}).send(t, "POST", "/qai/v1/keys", `{"name":"ci"}`, "CDN-Loop: other")
		assert.Equal(t, 508, resp.StatusCode)
		assert.Contains(t, body, "keysmock proxy: the request has come back: -upstream leads to this proxy itself")
		for i, server := range servers {
			server.Close()
			assert.Len(t, proxies[i].exchanges(), map[bool]int{true: 2, false: 1}[i == 0], "the first forwards once")
		}
	}
}

// TestAMintIsForwardedOnce tests that nothing makes net/http send it again, also not on a connection that was idle and that the upstream
// closes after it has read the request.
func TestAMintIsForwardedOnce(t *testing.T) {
	t.Parallel()
	for _, request := range []string{"POST /qai/v1/keys", "POST /qai/v1/keys/x/rotate", "POST /elsewhere", "PATCH /qai/v1/keys"} {
		for _, body := range []string{"{}", ""} {
			var mints, lists atomic.Int32
			p := startProxy(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				if r.Method == http.MethodGet {
					lists.Add(1)
					answer(200, "application/json", `{"keys":[]}`)(w, r)
					return
				}
				mints.Add(1)
				conn, _, err := http.NewResponseController(w).Hijack()
				if err == nil {
					_ = conn.Close()
				}
			}))
			_, _ = p.send(t, "GET", "/qai/v1/keys", "") // Leaves an idle connection.
			p.waitFor(t, 1)
			method, path, _ := strings.Cut(request, " ")
			resp, problem := p.send(t, method, path, body, "Idempotency-Key: k", "X-Idempotency-Key: k")
			assert.Equal(t, 502, resp.StatusCode)
			assert.Contains(t, problem, "closed the connection without a response, or sent one that isn't HTTP; it may have carried out the request")
			assert.EqualValues(t, 1, mints.Load(), request)
			assert.EqualValues(t, 1, lists.Load())
		}
	}
}

// TestAConnectionThatMintedIsNotIdle tests that nothing can come behind the response of a mint, which net/http would print.
func TestAConnectionThatMintedIsNotIdle(t *testing.T) {
	t.Parallel()
	closes := make(chan bool, 2)
	p := startProxy(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		closes <- r.Close
		answer(200, "application/json", minted)(w, r)
	}))
	p.send(t, "GET", "/qai/v1/keys", "")
	assert.False(t, <-closes)
	p.send(t, "POST", "/qai/v1/keys", `{"name":"ci"}`)
	assert.True(t, <-closes)
}

// TestAResponseThatIsCutOff tests that the exchange has a reason for it, however large the response is and whatever is judged of it.
func TestAResponseThatIsCutOff(t *testing.T) {
	t.Parallel()
	ends := func(n int, start string) http.HandlerFunc { // Early.
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(n+len(start)+1))
			answer(200, "application/json", start+strings.Repeat(" ", n))(w, r)
		}
	}
	const early = "the upstream ended its response early"
	for name, c := range map[string]struct {
		request  string
		upstream http.HandlerFunc
		flag     string
		want     string
	}{
		"early":                        {"GET /qai/v1/keys", ends(10, `{"keys":[`), "-log=off", early},
		"early and large":              {"GET /qai/v1/keys", ends(3*document.MaxBody, `{"keys":[`), "-log=off", early},
		"early, after a wrong element": {"GET /qai/v1/keys", ends(3*document.MaxBody, `{"keys":[7,`), "-log=off", early},
		"early, not judged":            {"GET /elsewhere", ends(10, ""), "-log=off", early},
		"an early mint":                {"POST /qai/v1/keys", ends(10, minted), "-errors", early},
		"an early large mint":          {"POST /qai/v1/keys", ends(3*document.MaxBody, minted), "-errors", early},
		"a wrong element": {"GET /qai/v1/keys", answer(200, "application/json", `{"keys":[`+strings.Repeat(`{"id":"x","name":"y"},`, 100_000)+"7]}"), "-errors",
			"it was cut off, because it violates the API's document"},
		"a fault": {"GET /qai/v1/keys?fault", answer(200, "application/json", `{"keys":[]}`), "-log=off", "a fault cut it off"},
	} {
		p := startProxy(t, c.upstream, c.flag)
		method, path, _ := strings.Cut(c.request, " ")
		path, faulty := strings.CutSuffix(path, "?fault")
		body, header := "", "X-A: b"
		if method == "POST" {
			body = `{"name":"ci"}`
		}
		if faulty {
			header = "X-Mock-Fault: truncate=3"
		}
		_, got := p.send(t, method, path, body, header)
		assert.Equal(t, "cut off", got, name)
		x := p.end(t).exchanges[0]
		assert.True(t, x.CutOff, name)
		assert.Equal(t, c.want, x.Error, name)
	}
}

// TestAClientThatHasTheWhole tests that one that goes as soon as it has it takes no verdict with it.
func TestAClientThatHasTheWhole(t *testing.T) {
	t.Parallel()
	gone := make(chan bool)
	p, err := newProxy(&url.URL{Scheme: "test", Host: "upstream"}, false, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	p.upward.RegisterProtocol("test", roundTripper(func(r *http.Request) (*http.Response, error) {
		body := io.MultiReader(strings.NewReader("{}"), readerFunc(func([]byte) (int, error) {
			close(gone)
			<-r.Context().Done()
			return 0, io.EOF
		}))
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Length": {"2"}}, Body: io.NopCloser(body), Request: r}, nil
	}))
	done := make(chan bool)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(done)
		p.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(server.URL, "http://"))
	require.NoError(t, err)
	_, err = io.WriteString(conn, request("GET", "/qai/v1/keys")+empty)
	require.NoError(t, err)
	<-gone
	require.NoError(t, conn.Close())
	<-done
	x := p.exchanges()[0]
	assert.Len(t, x.Violations, 1)
	assert.Empty(t, x.Unchecked)
	assert.Empty(t, x.Error)
	assert.False(t, x.CutOff)
}

// TestAClientThatGoesAway tests that its request to the upstream ends, which is no violation.
func TestAClientThatGoesAway(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ method, body, sends string }{
		{"GET", "", ""}, {"GET", "", `{"keys":[`}, {"POST", `{"name":"ci"}`, ""}, {"POST", `{"name":"ci"}`, minted[:20]},
	} {
		started, ended := make(chan bool), make(chan bool)
		p := startProxy(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			if c.sends != "" {
				answer(200, "application/json", c.sends)(w, r)
				_ = http.NewResponseController(w).Flush()
			}
			close(started)
			<-r.Context().Done()
			close(ended)
		}))
		ctx, cancel := context.WithCancel(t.Context())
		req, err := http.NewRequestWithContext(ctx, c.method, p.url+"/qai/v1/keys", strings.NewReader(c.body))
		require.NoError(t, err)
		req.Header = http.Header{"X-Api-Key": {"a"}, "Content-Type": {"application/json"}}
		go func() { <-started; cancel() }()
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			_, err = io.ReadAll(resp.Body)
			_ = resp.Body.Close()
		}
		require.ErrorIs(t, err, context.Canceled)
		<-ended
		f := p.end(t)
		assert.Empty(t, f.violations())
		assert.True(t, f.exchanges[0].CutOff)
		assert.Equal(t, "the client went away, or read nothing for 5m0s", f.exchanges[0].Error)
		assert.Contains(t, f.log, "cut off")
	}
}

// rawUpstream is the URL of a server that sends a text to whatever comes.
func rawUpstream(t *testing.T, response string) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				if r, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					_, _ = io.Copy(io.Discard, r.Body)
				}
				_, _ = io.WriteString(conn, response)
				if tcp, ok := conn.(*net.TCPConn); ok {
					_ = tcp.CloseWrite()
				}
				_, _ = io.Copy(io.Discard, conn) // What comes unread, like a TLS handshake, would reset the connection.
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

// TestAnUpstreamThatFails tests that the client and the log get a clear sentence.
func TestAnUpstreamThatFails(t *testing.T) {
	t.Parallel()
	raw := func(response string) string { return rawUpstream(t, response) }
	const unsent = "the upstream can't be reached, so nothing was sent"
	untrusted := httptest.NewUnstartedServer(http.NotFoundHandler())
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	untrusted.StartTLS()
	t.Cleanup(untrusted.Close)
	const unclear = "the upstream closed the connection without a response, or sent one that isn't HTTP; it may have carried out the request"
	for name, c := range map[string]struct{ upstream, says string }{
		"is down":             {"http://127.0.0.1:1", "the upstream can't be reached, so nothing was sent: dial tcp 127.0.0.1:"},
		"has no address":      {"https://nowhere.invalid", "the upstream can't be reached, so nothing was sent: "},
		"doesn't speak TLS":   {"https" + strings.TrimPrefix(raw(secret), "http"), unsent + ": tls: first record does not look like a TLS handshake"},
		"ends the handshake":  {"https" + strings.TrimPrefix(raw(""), "http"), unsent},
		"isn't trusted":       {untrusted.URL, "the upstream's certificate isn't trusted, so nothing was sent: tls: failed to verify certificate"},
		"says nothing":        {raw(""), unclear},
		"doesn't speak HTTP":  {raw("qai_" + secret[4:] + "\r\n\r\n"), unclear},
		"sends half a header": {raw("HTTP/1.1 200 OK\r\nX-A: " + secret), unclear},
	} {
		for _, args := range [][]string{nil, {"-errors"}} {
			p := startProxyOf(t, c.upstream, args...)
			resp, body := p.send(t, "GET", "/qai/v1/keys", "")
			assert.Equal(t, 502, resp.StatusCode, name)
			assert.Equal(t, "application/json", resp.Header.Get("Content-Type"), name)
			assert.Contains(t, body, `{"error":{"message":"keysmock proxy: `+c.says, name)
			f := p.end(t)
			assert.Contains(t, f.exchanges[0].Error, c.says, name)
			assert.Contains(t, f.log, c.says, name)
			assert.NotContains(t, f.text+body, secret[9:], name)
		}
	}
	p := startProxyOf(t, raw("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"))
	resp, body := p.send(t, "GET", "/qai/v1/keys", "", "Upgrade: x", "Connection: Upgrade")
	assert.Equal(t, 502, resp.StatusCode)
	assert.Contains(t, body, "response: the status 101 isn't documented")
	const half = "HTTP/1.1 200 OK\r\nX-QAI-Request-Id: r\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{\"keys\":["
	p = startProxyOf(t, raw(half))
	_, body = p.send(t, "GET", "/qai/v1/keys", "")
	assert.Equal(t, "cut off", body)
	assert.Equal(t, []string{"response: the body ends early or can't be decoded"}, p.end(t).violations())
	p = startProxyOf(t, raw(half), "-errors")
	resp, _ = p.send(t, "GET", "/qai/v1/keys", "")
	assert.Equal(t, 502, resp.StatusCode)
}

// TestAProxyOnTheWayThatFails tests that it is known that nothing was sent, and that what it responded shows nowhere.
func TestAProxyOnTheWayThatFails(t *testing.T) {
	t.Parallel()
	for between, says := range map[string]string{
		"http://127.0.0.1:1": ": proxyconnect tcp: dial tcp 127.0.0.1:",
		rawUpstream(t, "HTTP/1.1 407 Give me the-password-of-the-proxy\r\n\r\n"):         `: proxyconnect tcp: the proxy responded with the status 407"`,
		rawUpstream(t, "the-password-of-the-proxy\r\n\r\n"):                              `"`,
		rawUpstream(t, "HTTP/1.1 200 OK\r\n\r\nthe-password-of-the-proxy, not a server"): `"`,
	} {
		p, err := newProxy(&url.URL{Scheme: "https", Host: "upstream.invalid"}, false, slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		target, err := url.Parse(between)
		require.NoError(t, err)
		target.User = url.UserPassword("me", "the-password-of-the-proxy")
		p.upward.Proxy = http.ProxyURL(target)
		server := httptest.NewServer(p)
		t.Cleanup(server.Close)
		resp, body := (&runningProxy{program: program{url: server.URL}}).send(t, "POST", "/qai/v1/keys", `{"name":"ci"}`)
		assert.Equal(t, 502, resp.StatusCode)
		assert.Contains(t, body, "keysmock proxy: the upstream can't be reached, so nothing was sent"+says)
		assert.NotContains(t, body, "password")
	}
}

// TestFaultsOfAProxy tests that proxied requests meet them.
func TestFaultsOfAProxy(t *testing.T) {
	t.Parallel()
	mock := keystest.NewHandler(keystest.WithAPIKey("qai_test_credential"))
	var asked atomic.Int32
	p := startProxy(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Mock-Fault") != "" {
			asked.Add(1)
		}
		mock.ServeHTTP(w, r)
	}))
	status := func(path, body string, headers ...string) string {
		resp, text := p.send(t, "POST", path, body, headers...)
		return fmt.Sprintf("%d %s", resp.StatusCode, text)
	}
	const create, name = "/qai/v1/keys", `{"name":"ci"}`
	assert.Contains(t, status(create, name, "X-Mock-Fault: status=429;retry-after=7"), "429 ")
	assert.Empty(t, mock.Keys(), "it wasn't forwarded")
	assert.Contains(t, status(create, name, "X-Mock-Fault: after;status=503"), "503 ")
	assert.Len(t, mock.Keys(), 1)
	assert.Equal(t, "200 cut off", status(create, name, "X-Mock-Fault: truncate=20"))
	assert.Equal(t, "200 cut off", status(create, name, "X-Mock-Fault: truncate=20;reset"))
	assert.Len(t, mock.Keys(), 3)
	assert.Contains(t, status(create, name, "X-Mock-Fault: nonsense"), `400 {"error":{"message":"keysmock proxy: X-Mock-Fault: there is no \"nonsense\"`)
	assert.Contains(t, status(create, `{"nam":""}`, "X-Mock-Fault: status=503"), "400 ", "a wrong request meets no fault")

	assert.Contains(t, status("/_mock/faults", `{"operation":"createKey","status":418,"times":2}`), "204")
	assert.Contains(t, status("/_mock/faults", `{"status":500,"times":-1}`), "204")
	assert.Contains(t, status("/_mock/faults", `{"status":403,"times":-1,"for_seconds":1e-9}`), "204")
	_, waiting := p.send(t, "GET", "/_mock/faults", "")
	assert.JSONEq(t, `{"faults":[{"operation":"createKey","status":418,"times":2},{"status":500,"times":-1}]}`, waiting, "the last one's time is over")
	assert.Contains(t, status("/_mock/faults", `{"operation":"x"}`), `400 {"error":{"message":"operation: the API has no operation \"x\": it has `)
	for range 2 {
		assert.Contains(t, status(create, name), "418 ")
	}
	assert.Contains(t, status(create, name), "500 ")
	assert.Contains(t, status(create, name), "500 ")
	assert.Contains(t, status("/_mock/reset", ""), "204")
	assert.Contains(t, status(create, name), "200 ")
	assert.Contains(t, status("/_mock/page/press", "", "Content-Type: application/x-www-form-urlencoded"), "400 ")
	resp, _ := p.send(t, "POST", "/_mock/page/press", "button=3", "Content-Type: application/x-www-form-urlencoded")
	assert.Equal(t, 303, resp.StatusCode)
	assert.Contains(t, status(create, name), "500 ")
	resp, _ = p.send(t, "POST", "/_mock/page/press", "button=reset", "Content-Type: application/x-www-form-urlencoded")
	assert.Equal(t, 303, resp.StatusCode)
	for range maxFaults {
		assert.Contains(t, status("/_mock/faults", `{"operation":"revokeKey","drop":true}`), "204")
	}
	assert.Contains(t, status("/_mock/faults", `{"drop":true}`), "400 ")
	assert.Zero(t, asked.Load(), "the header is for the proxy")
	cut := 0
	for _, x := range p.end(t).exchanges { // A client may send the next request before one that was cut off is recorded.
		byFault := x.CutOff || x.Status != 200 && x.Status != 400 // The mock and the proxy respond with these.
		assert.Equal(t, byFault, x.Fault, "%+v", x)
		if x.CutOff {
			assert.Equal(t, "a fault cut it off", x.Error)
			cut++
		}
	}
	assert.Equal(t, 2, cut)
}

// TestAFaultOfALargeResponse tests that it is held nowhere: a fault ends one without an end, and one that changes no body loses no key.
func TestAFaultOfALargeResponse(t *testing.T) {
	t.Parallel()
	part := strings.Repeat(`{"id":"x","name":"`+strings.Repeat("n", 100_000)+`"},`, 10)
	p := startProxy(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer(200, "application/json", `{"keys":[`)(w, r)
		for r.Context().Err() == nil { // Without an end.
			_, _ = io.WriteString(w, part)
		}
	}))
	resp, body := p.send(t, "GET", "/qai/v1/keys", "", "X-Mock-Fault: truncate=20")
	assert.Equal(t, 200, resp.StatusCode)
	assert.Equal(t, "cut off", body)
	assert.Equal(t, "a fault cut it off", p.end(t).exchanges[0].Error)

	large := minted + strings.Repeat(" ", 11<<20)
	p = startProxy(t, answer(200, "application/json", large))
	resp, body = p.send(t, "POST", "/qai/v1/keys", `{"name":"ci"}`, "X-Mock-Fault: delay=0.001;after")
	assert.Equal(t, 200, resp.StatusCode)
	assert.Len(t, body, len(large))
	assert.True(t, strings.HasPrefix(body, minted))
	resp, _ = p.send(t, "POST", "/qai/v1/keys", `{"name":"ci"}`, "X-Mock-Fault: after;status=503")
	assert.Equal(t, 503, resp.StatusCode)
	_, body = p.send(t, "POST", "/qai/v1/keys", `{"name":"ci"}`, "X-Mock-Fault: after;body={}")
	assert.Equal(t, "{}", body)
}

func TestTheControlAPIOfAProxy(t *testing.T) {
	t.Parallel()
	p := startProxy(t, http.NotFoundHandler())
	for path, want := range map[string]int{
		"/healthz": 200, "/openapi.yaml": 200, "/docs": 200, "/_mock/openapi.yaml": 200, "/_mock/requests": 200, "/": 200, "/_mock/page/style.css": 200,
		"/_mock/keys": 404, "/_mock/clock": 404, "/_mock/accounts": 404, "/_mock/nothing": 404,
	} {
		status, _, body := p.call(t, "GET", path, "")
		assert.Equal(t, want, status, path)
		assert.Equal(t, want == 404, strings.Contains(body, "a proxy has no accounts, keys or clock"), path)
	}
	resp, _ := p.send(t, "GET", "/_mock/requests", "", "Sec-Fetch-Site: cross-site", "Origin: http://evil.example")
	assert.Equal(t, 200, resp.StatusCode)
	resp, _ = p.send(t, "POST", "/_mock/reset", "", "Sec-Fetch-Site: cross-site", "Origin: http://evil.example")
	assert.Equal(t, 403, resp.StatusCode)
	f := p.end(t)
	assert.Empty(t, f.exchanges, "none of it is forwarded")
}

// TestTheReport tests its bounds, and what it says of what the document lacks.
func TestTheReport(t *testing.T) {
	t.Parallel()
	var list strings.Builder
	for i := range 300 {
		_, _ = fmt.Fprintf(&list, `"%03d%s":1,`, i, strings.Repeat("é", 100))
	}
	p := startProxy(t, answer(200, "application/json", `{"`+secret+`":null,"later":1,`+list.String()+`"keys":[]}`))
	for range 3 {
		p.send(t, "GET", "/qai/v1/keys", "")
	}
	f := p.end(t)
	assert.Equal(t, 3, f.summary.Exchanges)
	assert.Equal(t, map[string]map[int]int{"listKeys": {200: 3}}, f.summary.Statuses)
	assert.LessOrEqual(t, len(f.summary.Unknown), 100)
	for _, name := range f.summary.Unknown {
		assert.LessOrEqual(t, len([]rune(name)), 65)
	}
	assert.NotContains(t, f.text, secret)
	assert.Contains(t, f.log, "listKeys 200 × 3")

	var stdout, stderr strings.Builder
	args := []string{"proxy", "-upstream", "https://localhost", "-addr", "127.0.0.1:0", "-report"}
	assert.Equal(t, 1, run(t.Context(), append(args, filepath.Join(t.TempDir(), "nowhere", "report")), &stdout, &stderr))
	assert.Contains(t, stderr.String(), "keysmock: -report: open ")
	assert.Empty(t, stdout.String())
}

// TestARequestThatIsRefused tests that the report says why the proxy itself did, and that nothing is forwarded: also not a path that net/http
// would send on as another one.
func TestARequestThatIsRefused(t *testing.T) {
	t.Parallel()
	const body = "Content-Type: application/json\r\nContent-Length: 13\r\n\r\n" + `{"name":"ci"}`
	for sends, want := range map[string]string{
		request("POST", "/qai/v1/keys", "X-Mock-Fault: nonsense") + body:              `400 X-Mock-Fault: there is no "nonsense"`,
		request("POST", "/qai/v1/keys", "Transfer-Encoding: chunked") + "\r\nxyz\r\n": "400 the request's body can't be read to its end",
		request("CONNECT", "other.example:443") + empty:                               "405 a proxy of an API opens no tunnels",
		request("GET", `/qai/v1/keys/a%2Fb"/usage`) + empty:                           "400 the path has a character that has to be percent-encoded",
		request("DELETE", `/qai/v1/keys%2Fa^`) + empty:                                "400 the path has a character that has to be percent-encoded",
		request("GET", `/qai/v1/keys/a|b/usage`) + empty:                              "400 the path has a character that has to be percent-encoded",
	} {
		p := startProxy(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was forwarded") }))
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(p.url, "http://"))
		require.NoError(t, err)
		_, err = io.WriteString(conn, sends)
		require.NoError(t, err)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err)
		text, _ := io.ReadAll(resp.Body)
		_ = conn.Close()
		var problem struct{ Error struct{ Message string } }
		require.NoError(t, json.Unmarshal(text, &problem), string(text))
		p.waitFor(t, 1)
		f := p.end(t)
		assert.Equal(t, "keysmock proxy: "+f.exchanges[0].Error, problem.Error.Message, sends)
		assert.Contains(t, fmt.Sprintf("%d %s", f.exchanges[0].Status, f.exchanges[0].Error), want, sends)
		assert.Equal(t, strings.Contains(want, "X-Mock") || strings.Contains(want, "body") || strings.Contains(sends, "usage"), f.exchanges[0].Operation != "", sends)
	}
}

// TestAnExchangeHoldsFewProperties tests that those that the document lacks are bounded, of which a large list may have millions.
func TestAnExchangeHoldsFewProperties(t *testing.T) {
	t.Parallel()
	p, _ := proxyInMemory(t, false, nil)
	x := p.begin(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/qai/v1/keys", nil))
	for i := range 10 * maxUnknown {
		x.note("KeyDetails."+strconv.Itoa(i), false)
	}
	x.note("KeyDetails.id", true)
	assert.Len(t, x.seen, 2*maxUnknown+1)
}

// TestTheEndWaitsForExchanges tests that a mint that is under way when the server is closed is recorded, or at least counted.
func TestTheEndWaitsForExchanges(t *testing.T) {
	t.Parallel()
	for takes, recorded := range map[time.Duration]bool{endTime - 1: true, endTime + 1: false} {
		synctest.Test(t, func(t *testing.T) {
			p, conn := proxyInMemory(t, false, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				select {
				case <-time.After(takes):
				case <-r.Context().Done():
				}
				answer(200, "application/json", minted)(w, r)
			})
			_, err := io.WriteString(conn, request("POST", "/qai/v1/keys")+"Content-Type: application/json\r\nContent-Length: 13\r\n\r\n"+`{"name":"ci"}`)
			require.NoError(t, err)
			go func() { _, _ = io.Copy(io.Discard, conn) }()
			synctest.Wait()
			p.end()
			if recorded {
				assert.Equal(t, map[string]map[int]int{"createKey": {200: 1}}, p.report.Statuses)
				assert.Zero(t, p.report.Unrecorded)
			} else {
				assert.Empty(t, p.report.Statuses)
				assert.Equal(t, 1, p.report.Unrecorded)
			}
		})
	}
}

// TestAStartThatFailsLeavesTheReport tests that it keeps what another proxy has written, and says nothing of exchanges.
func TestAStartThatFailsLeavesTheReport(t *testing.T) {
	t.Parallel()
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = taken.Close() })
	report := filepath.Join(t.TempDir(), "report")
	require.NoError(t, os.WriteFile(report, []byte("earlier\n"), 0o600))
	for addr, says := range map[string]string{taken.Addr().String(): "address already in use", "unix:/nowhere/socket": "no such file"} {
		var stdout, stderr strings.Builder
		assert.Equal(t, 1, run(t.Context(), []string{"proxy", "-upstream", "https://localhost", "-addr", addr, "-report", report}, &stdout, &stderr))
		assert.Contains(t, stderr.String(), says)
		assert.Equal(t, 1, strings.Count(stderr.String(), "\n"), stderr.String())
		assert.Empty(t, stdout.String())
		kept, err := os.ReadFile(report)
		require.NoError(t, err)
		assert.Equal(t, "earlier\n", string(kept))
	}
}

// TestAReportThatIsInUse tests that a second proxy leaves the file to the first, and that a later one may have it.
func TestAReportThatIsInUse(t *testing.T) {
	t.Parallel()
	upstream := answer(200, "application/json", `{"keys":[]}`)
	p := startProxy(t, upstream)
	p.send(t, "GET", "/qai/v1/keys", "")
	p.waitFor(t, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second) // Ends a proxy that starts against expectation.
	defer cancel()
	var stdout, stderr strings.Builder
	assert.Equal(t, 1, run(ctx, []string{"proxy", "-upstream", "https://localhost", "-addr", "127.0.0.1:0", "-report", p.report}, &stdout, &stderr))
	assert.Equal(t, fmt.Sprintf("keysmock: -report: another keysmock writes %q: name another file\n", p.report), stderr.String())
	assert.Empty(t, stdout.String())
	assert.Len(t, p.end(t).exchanges, 1)

	again := startProxy(t, upstream, "-report", p.report)
	again.report = p.report
	assert.Empty(t, again.end(t).exchanges)
}

func TestWrongFlagsOfAProxy(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // So that nothing is served.
	for args, says := range map[string]string{
		"":                                    "-upstream is missing",
		"-upstream api.example.com":           "-upstream isn't an http or https URL",
		"-upstream localhost:80":              "-upstream isn't an http or https URL",
		"-upstream https://":                  "-upstream isn't an http or https URL",
		"-upstream ftp://x":                   "-upstream isn't an http or https URL",
		"-upstream http://%":                  "-upstream isn't an http or https URL",
		"-upstream https://me:secret@x":       "-upstream can't have a user or password",
		"-upstream https://x/qai":             "-upstream can't have a path",
		"-upstream https://x?":                "-upstream can't have a path",
		"-upstream https://x?key=secret":      "-upstream can't have a path",
		"-upstream https://x#a":               "-upstream can't have a path",
		"-upstream https://x#":                "-upstream can't have a path",
		"-upstream http://example.com":        "use https",
		"-upstream https://x:99999":           "-upstream has a port that isn't from 1 to 65535",
		"-upstream https://x:0":               "-upstream has a port that isn't from 1 to 65535",
		"-upstream https://x -keys 1":         "flag provided but not defined: -keys",
		"-upstream https://x -addr 0.0.0.0:0": "add -public",
		"-upstream https://x -log loud":       "use text, json or off",
		"-upstream https://x extra":           `unexpected argument "extra"`,
	} {
		var stdout, stderr strings.Builder
		assert.Equal(t, 2, run(ctx, append([]string{"proxy"}, strings.Fields(args)...), &stdout, &stderr), args)
		assert.Contains(t, stderr.String(), says, args)
		assert.NotContains(t, stderr.String(), "secret", args)
		assert.Empty(t, stdout.String(), args)
	}
	for _, upstream := range []string{"https://x", "https://x/", "http://localhost:80", "http://127.0.0.1", "http://[::1]:8", "https://[2001:db8::1]"} {
		var stdout, stderr strings.Builder
		assert.Zero(t, run(ctx, []string{"proxy", "-upstream", upstream, "-addr", "127.0.0.1:0"}, &stdout, &stderr), upstream)
	}
}

func TestSubcommands(t *testing.T) {
	t.Parallel()
	for args, flag := range map[string]string{"-h": "-tier", "serve -h": "-tier", "proxy -h": "-report"} {
		var stdout, stderr strings.Builder
		assert.Zero(t, run(t.Context(), strings.Fields(args), &stdout, &stderr))
		assert.Contains(t, stderr.String(), flag)
		assert.Contains(t, stderr.String(), "-addr")
		for _, usage := range []string{"keysmock [serve] [flags] ", "keysmock proxy -upstream URL [flags] ", "keysmock check -base-url URL [flags] "} {
			assert.Contains(t, stderr.String(), usage, args)
		}
	}
	for _, name := range []string{"serv", "", "Proxy"} {
		var stdout, stderr strings.Builder
		assert.Equal(t, 2, run(t.Context(), []string{name}, &stdout, &stderr))
		assert.Equal(t, fmt.Sprintf("keysmock: there is no subcommand %q: use serve (the default), proxy, check or health\n", name), stderr.String())
	}
}

// proxyInMemory returns a proxy in front of an upstream, both in memory and in a bubble, and a connection to it.
func proxyInMemory(t *testing.T, replaces bool, upstream http.HandlerFunc) (*proxy, net.Conn) {
	t.Helper()
	listener := memnet.Listen()
	server := &http.Server{Handler: upstream}
	go func() { _ = server.Serve(listener) }()
	p, err := newProxy(&url.URL{Scheme: "http", Host: "upstream"}, replaces, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	p.upward.Proxy = nil
	p.upward.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) { return listener.Dial(ctx) }
	t.Cleanup(func() {
		p.end()
		_ = server.Close()
	})
	conn, _ := connect(t, p, 0)
	return p, conn
}

// TestAProxyHoldsLittle tests that an upstream that sends more than the client reads has to wait, whatever is validated meanwhile.
func TestAProxyHoldsLittle(t *testing.T) {
	t.Parallel()
	for replaces, most := range map[bool]int64{false: 200_000, true: document.MaxBody + 200_000} {
		synctest.Test(t, func(t *testing.T) {
			var sent atomic.Int64
			_, conn := proxyInMemory(t, replaces, func(w http.ResponseWriter, r *http.Request) {
				answer(200, "application/json", `{"keys":[`)(w, r)
				for r.Context().Err() == nil { // Without an end.
					n, _ := io.WriteString(w, `{"id":"x","name":"`+strings.Repeat("n", 10_000)+`"},`)
					sent.Add(int64(n))
				}
			})
			_, err := io.WriteString(conn, request("GET", "/qai/v1/keys")+empty)
			require.NoError(t, err)
			for range 3 {
				before := sent.Load()
				read, err := io.CopyN(io.Discard, conn, 2*document.MaxBody)
				require.NoError(t, err)
				synctest.Wait()
				assert.Less(t, sent.Load()-before, read+most)
			}
			assert.Greater(t, sent.Load(), int64(6*document.MaxBody))
		})
	}
}

// TestAnUpstreamThatStalls tests that it has a minute for each part of a response, and as long as it likes for the whole.
func TestAnUpstreamThatStalls(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pauses []time.Duration // Before the headers, and before each part of the body.
		status string
		why    string
	}{
		"slow headers":     {[]time.Duration{59 * time.Second}, "200", ""},
		"no headers":       {[]time.Duration{61 * time.Second}, "504", "the upstream sent nothing for 1m0s; it may have carried out the request"},
		"slow parts":       {slices.Repeat([]time.Duration{59 * time.Second}, 10), "200", ""},
		"a part that ends": {[]time.Duration{0, time.Second, 61 * time.Second}, "200 cut off", "the upstream sent nothing for 1m0s"},
	} {
		synctest.Test(t, func(t *testing.T) {
			p, conn := proxyInMemory(t, false, func(w http.ResponseWriter, r *http.Request) {
				for i, pause := range c.pauses {
					select {
					case <-time.After(pause):
					case <-r.Context().Done():
						return
					}
					if i == 0 {
						answer(200, "application/json", `{"keys":[`)(w, r)
					}
					_, _ = io.WriteString(w, " ")
					_ = http.NewResponseController(w).Flush()
				}
				_, _ = io.WriteString(w, "]}")
			})
			_, err := io.WriteString(conn, request("GET", "/qai/v1/keys")+empty)
			require.NoError(t, err)
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			require.NoError(t, err, name)
			status := strconv.Itoa(resp.StatusCode)
			if _, err = io.ReadAll(resp.Body); err != nil {
				status += " cut off"
			}
			assert.Equal(t, c.status, status, name)
			synctest.Wait()
			x := p.exchanges()[0]
			assert.Equal(t, c.why, x.Error, name)
			assert.Len(t, x.Violations, strings.Count(status, "cut off"), name)
		})
	}
}

// TestAnUpstreamThatSaysItWorks tests that an interim response counts as something sent.
func TestAnUpstreamThatSaysItWorks(t *testing.T) {
	t.Parallel()
	for after, want := range map[time.Duration]int{59 * time.Second: 200, 61 * time.Second: 504} {
		synctest.Test(t, func(t *testing.T) {
			_, conn := proxyInMemory(t, false, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				for _, pause := range append(slices.Repeat([]time.Duration{59 * time.Second}, 10), after) {
					w.WriteHeader(http.StatusProcessing)
					select {
					case <-time.After(pause):
					case <-r.Context().Done():
						return
					}
				}
				answer(200, "application/json", minted)(w, r)
			})
			_, err := io.WriteString(conn, request("POST", "/qai/v1/keys")+"Content-Length: 2\r\n\r\n{}")
			require.NoError(t, err)
			reader := bufio.NewReader(conn)
			for status := http.StatusProcessing; status == http.StatusProcessing; {
				resp, err := http.ReadResponse(reader, nil)
				require.NoError(t, err)
				if status = resp.StatusCode; status != http.StatusProcessing {
					assert.Equal(t, want, status)
					_, err = io.ReadAll(resp.Body)
					require.NoError(t, err)
				}
			}
		})
	}
}

// TestAnEncryptedUpstream tests that its certificate is verified, over HTTP/1 and HTTP/2.
func TestAnEncryptedUpstream(t *testing.T) {
	t.Parallel()
	for want, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2.0": true} {
		var got atomic.Pointer[string]
		upstream := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got.Store(new(r.Proto))
			if r.Method == http.MethodPost {
				panic(http.ErrAbortHandler)
			}
			answer(200, "application/json", `{"keys":[]}`)(w, r)
		}))
		upstream.EnableHTTP2 = http2
		upstream.Config.ErrorLog = log.New(io.Discard, "", 0)
		upstream.StartTLS()
		t.Cleanup(upstream.Close)
		target, err := url.Parse(upstream.URL)
		require.NoError(t, err)
		for _, trusted := range []bool{false, true} {
			p, err := newProxy(target, false, slog.New(slog.DiscardHandler))
			require.NoError(t, err)
			if trusted {
				roots := x509.NewCertPool()
				roots.AddCert(upstream.Certificate())
				p.upward.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
			}
			server := httptest.NewServer(p)
			running := &runningProxy{program: program{url: server.URL}}
			resp, _ := running.send(t, "GET", "/qai/v1/keys", "")
			_, failed := running.send(t, "POST", "/qai/v1/keys", `{"name":"ci"}`)
			assert.Equal(t, trusted, strings.Contains(failed, "it may have carried out the request"), failed)
			server.Close()
			p.end()
			if trusted {
				assert.Equal(t, 200, resp.StatusCode)
				assert.Equal(t, want, *got.Load())
			} else {
				assert.Equal(t, 502, resp.StatusCode)
				assert.Nil(t, got.Load(), "nothing was sent")
			}
		}
	}
}
