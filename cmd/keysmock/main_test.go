package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// program is keysmock running in this process.
type program struct {
	url, apiKey    string
	caFile, socket string
	stop           func() (code int, stderr string)
}

// start runs keysmock on a free port until the test ends.
func start(t *testing.T, args ...string) *program {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	out, stdout := io.Pipe()
	var stderr strings.Builder
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, append([]string{"-addr", "127.0.0.1:0", "-validate", "both"}, args...), stdout, &stderr)
		_ = stdout.Close()
	}()
	lines := bufio.NewScanner(out)
	values := map[string]string{}
	wanted := 2
	if slices.Contains(args, "-tls") {
		wanted++
	}
	if slices.ContainsFunc(args, func(arg string) bool { return strings.HasPrefix(arg, "unix:") }) {
		wanted++
	}
	for len(values) < wanted && lines.Scan() {
		name, value, ok := strings.Cut(lines.Text(), "=")
		require.True(t, ok, lines.Text())
		values[name] = value
	}
	p := &program{url: values["QAI_BASE_URL"], apiKey: values["QAI_API_KEY"], caFile: values["QAI_CA_FILE"], socket: values["QAI_SOCKET"]}
	stopped := false
	p.stop = func() (int, string) {
		stopped = true
		cancel()
		return <-code, stderr.String()
	}
	t.Cleanup(func() {
		if !stopped {
			p.stop()
		}
	})
	require.NotEmpty(t, p.url)
	return p
}

func (p *program) client(t *testing.T) *keys.Client {
	t.Helper()
	client, err := keys.New(p.apiKey, keys.WithBaseURL(p.url), keys.WithRetry(keys.RetryPolicy{}))
	require.NoError(t, err)
	return client
}

// call sends a request, and returns the status, type and body of the response.
func (p *program) call(t *testing.T, method, path, body string) (status int, contentType, response string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, p.url+path, strings.NewReader(body))
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	read, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, resp.Header.Get("Content-Type"), string(read)
}

func TestTheAPIIsServed(t *testing.T) {
	t.Parallel()
	p := start(t, "-keys", "2", "-api-key", "qai_account", "-log", "json")
	assert.Equal(t, "qai_account", p.apiKey)
	list, err := p.client(t).List(t.Context())
	require.NoError(t, err)
	assert.Len(t, list, 2)
	code, stderr := p.stop()
	assert.Zero(t, code)
	var line struct {
		Method, Path string
		Status       int
		RequestID    string `json:"request_id"`
	}
	require.NoError(t, json.Unmarshal([]byte(stderr), &line), stderr)
	assert.Equal(t, "GET", line.Method)
	assert.Equal(t, "/qai/v1/keys", line.Path)
	assert.Equal(t, 200, line.Status)
	assert.NotEmpty(t, line.RequestID)
	assert.NotContains(t, stderr, "qai_account")
}

func TestWhatItServesBesideTheAPI(t *testing.T) {
	t.Parallel()
	p := start(t, "-log", "off")
	status, _, body := p.call(t, "GET", "/healthz", "")
	assert.Equal(t, 200, status)
	assert.Equal(t, "ok\n", body)
	status, contentType, body := p.call(t, "GET", "/openapi.yaml", "")
	assert.Equal(t, 200, status)
	assert.Equal(t, "application/yaml", contentType)
	assert.Equal(t, string(qaikeys.OpenAPI), body)
	status, contentType, _ = p.call(t, "GET", "/elsewhere", "")
	assert.Equal(t, 404, status)
	assert.Equal(t, "application/json", contentType)
}

func TestTheMockIsControlledOverHTTP(t *testing.T) {
	t.Parallel()
	p := start(t, "-seed", "3")
	client := p.client(t)
	status, _, response := p.call(t, "POST", "/_mock/faults", `{"operation":"createKey","after":true,"status":503,"flat":true,"retry_after_seconds":1.5,"delay_seconds":0.001,"header":{"X-A":["b"]}}`)
	require.Equal(t, 204, status, response)
	_, err := client.Create(t.Context(), keys.CreateParams{Name: "ci", Endpoints: []string{"chat"}})
	require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
	var apiErr *keys.Error
	require.ErrorAs(t, err, &apiErr)
	assert.Equal(t, 503, apiErr.StatusCode)
	assert.Equal(t, "2s", apiErr.RetryAfter.String())

	status, contentType, response := p.call(t, "GET", "/_mock/keys", "")
	assert.Equal(t, 200, status)
	assert.Equal(t, "application/json", contentType)
	var state struct{ Keys []keystest.State }
	require.NoError(t, json.Unmarshal([]byte(response), &state))
	require.Len(t, state.Keys, 1)
	assert.Equal(t, "ci", state.Keys[0].Name)
	assert.Equal(t, []string{"chat"}, state.Keys[0].Endpoints)

	_, _, response = p.call(t, "GET", "/_mock/requests", "")
	var journal struct{ Requests []keystest.Request }
	require.NoError(t, json.Unmarshal([]byte(response), &journal))
	require.Len(t, journal.Requests, 1)
	assert.Equal(t, "createKey", journal.Requests[0].Operation)
	assert.Equal(t, 503, journal.Requests[0].Status)
	assert.True(t, journal.Requests[0].Fault)
	assert.NotContains(t, response, p.apiKey)

	status, _, _ = p.call(t, "POST", "/_mock/reset", "")
	assert.Equal(t, 204, status)
	_, _, response = p.call(t, "GET", "/_mock/keys", "")
	assert.JSONEq(t, `{"keys":[]}`, response)
	status, _, _ = p.call(t, "DELETE", "/_mock/keys", "")
	assert.Equal(t, 405, status)
}

func TestAWrongFaultIsRefused(t *testing.T) {
	t.Parallel()
	p := start(t)
	operations := []string{
		keys.OperationCreateEphemeralKey, keys.OperationCreateKey, keys.OperationCreatePartnerKey, keys.OperationGetKeyUsage,
		keys.OperationListDeviceKeys, keys.OperationListKeys, keys.OperationRevokeKey, keys.OperationRotateKey,
	}
	for body, says := range map[string]string{
		``: "the body isn't JSON", `{`: "the body isn't JSON", `{} {}`: "the body isn't JSON", `{"code":` + "\"\xff\"}": "the body isn't JSON",
		`[]`:                           "the body: this JSON array isn't what the control API's document says: use an object",
		`"x"`:                          "the body: this JSON string isn't what the control API's document says: use an object",
		`{"stauts":503}`:               `there is no property "stauts"`,
		`{"Fault":{}}`:                 `there is no property "Fault"`,
		`{"status":1,"status":2}`:      "the body has a property twice",
		`{"status":"503"}`:             "status: this JSON string isn't what the control API's document says: use a whole number like 42",
		`{"status":{}}`:                "status: this JSON object isn't what the control API's document says: use a whole number like 42",
		`{"status":1e99}`:              "status: this JSON number isn't what the control API's document says: use a whole number like 42",
		`{"after":1}`:                  "after: this JSON number isn't what the control API's document says: use true or false",
		`{"header":{"X-A":"b"}}`:       "header.X-A: this JSON string isn't what the control API's document says: use an array",
		`{"header":{"X-A":[true]}}`:    "header.X-A.0: this JSON true isn't what the control API's document says: use a text",
		`{"status":42}`:                "status 42 isn't from 200 to 599",
		`{"operation":"x"}`:            `operation: the API has no operation "x": it has ` + strings.Join(operations, ", "),
		`{"header":{"X A":[]}}`:        "the header \"X A\" can't be sent: a name has ASCII letters, digits and some of !#$%&'*+-.^_`|~",
		`{"delay_seconds":-1}`:         "delay_seconds: it isn't a number of seconds from 0 to 9223372036",
		`{"delay_seconds":null}`:       "delay_seconds: it isn't a number of seconds from 0 to 9223372036",
		`{"retry_after_seconds":1e99}`: "retry_after_seconds: it isn't a number of seconds from 0 to 9223372036",
		`{"body":"` + strings.Repeat("x", 1<<20) + `"}`: "the body is larger than 1048576 bytes",
	} {
		status, _, response := p.call(t, "POST", "/_mock/faults", body)
		assert.Equal(t, 400, status, body[:min(len(body), 40)])
		var problem struct{ Error struct{ Message string } }
		require.NoError(t, json.Unmarshal([]byte(response), &problem), response)
		assert.Equal(t, says, problem.Error.Message)
	}
	_, err := p.client(t).List(t.Context())
	require.NoError(t, err, "none of them took effect")
}

func TestOnlyAPeerOnTheSameMachineControlsTheMock(t *testing.T) {
	t.Parallel()
	handler := routes(keystest.NewHandler(), new(clock), guard{})
	for peer, want := range map[string]int{"127.0.0.1:5": 200, "[::1]:5": 200, "192.0.2.1:5": 403, "[2001:db8::1]:5": 403, "": 403} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/_mock/keys", nil)
		r.RemoteAddr, r.Host = peer, "127.0.0.1:8787"
		handler.ServeHTTP(w, r)
		assert.Equal(t, want, w.Code, peer)
		assert.Equal(t, want == 403, strings.Contains(w.Body.String(), "only programs on the same machine may control the mock"))
	}
}

func TestAPageUnderANameOfItsOwnCannotControlTheMock(t *testing.T) {
	t.Parallel()
	handler := routes(keystest.NewHandler(), new(clock), guard{})
	for host, want := range map[string]int{
		"localhost": 200, "localhost:8787": 200, "LOCALHOST:8787": 200, "localhost.": 200, "Localhost.:8787": 200, "localhost..": 403, ".": 403,
		"localhost.evil.example": 403, "127.0.0.1": 200, "[::1]:8787": 200, "[::1]": 200, "evil.example": 403, "evil.example:8787": 403,
		"127.0.0.1.evil.example": 403, "192.0.2.1:8787": 403, "": 403, "unix": 403, "unix:8787": 403, "@": 403,
	} {
		for _, path := range []string{"/_mock/keys", "/"} {
			w := httptest.NewRecorder()
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.RemoteAddr, r.Host = "127.0.0.1:5", host
			handler.ServeHTTP(w, r)
			assert.Equal(t, want, w.Code, "%q %s", host, path)
			assert.Equal(t, want == 403, strings.Contains(w.Body.String(), "the Host header has to name this machine: use localhost"))
		}
	}
}

func TestWrongFlags(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // So that nothing is served.
	for args, says := range map[string]string{
		"-nonsense":             "nonsense",
		"-keys x":               "keys",
		"-keys -1":              "-keys -1 isn't from 0 to 1000000",
		"-keys 1000001":         "-keys 1000001 isn't from 0 to 1000000",
		"-latency -1s":          "-latency can't be negative",
		"-rate-limit -1":        "-rate-limit can't be negative",
		"-seed -1":              `"-1" for flag -seed: it isn't a whole number from 0 to 18446744073709551615`,
		"-seed x":               `"x" for flag -seed: it isn't a whole number from 0 to 18446744073709551615`,
		"-log loud":             "use text, json or off",
		"-validate nothing":     "use requests or both",
		"-codes":                "flag needs an argument: -codes",
		"-codes upper":          `-codes can't be "upper": use legacy or canonical`,
		"-api-key ü":            "-api-key can't be sent in a header",
		"-addr unix:":           `"unix:": use host:port`,
		"-public -addr unix:":   `"unix:": use host:port`,
		"-addr nonsense":        `"nonsense": use host:port`,
		"-addr 127.0.0.1":       `"127.0.0.1": use host:port`,
		"-addr 127.0.0.1:x":     `"127.0.0.1:x": use host:port`,
		"-addr 127.0.0.1:70000": "with a port from 0 to 65535",
		"-public -addr :-1":     "with a port from 0 to 65535",
		"-addr 0.0.0.0:0":       "add -public",
		"-addr :0":              "add -public",
		"-addr example.com:0":   "add -public",
		"extra":                 "extra",
	} {
		var stdout, stderr strings.Builder
		assert.Equal(t, 2, run(ctx, strings.Fields(args), &stdout, &stderr), args)
		assert.Contains(t, stderr.String(), says, args)
		assert.Empty(t, stdout.String(), args)
		assert.Equal(t, says == "add -public", strings.Contains(stderr.String(), "add -public"), args)
	}
}

func TestTheTier(t *testing.T) {
	t.Parallel()
	for _, tier := range []string{"internal", "admin"} {
		_, err := start(t, "-tier", tier).client(t).CreateEphemeral(t.Context(), keys.EphemeralParams{})
		require.NoError(t, err)
	}
	_, err := start(t).client(t).CreateEphemeral(t.Context(), keys.EphemeralParams{})
	require.ErrorIs(t, err, keys.ErrForbidden)
}

func TestTheCodes(t *testing.T) {
	t.Parallel()
	for codes, want := range map[string]string{"": "authentication_error", "legacy": "authentication_error", "canonical": "KEY_REVOKED_BY_OWNER"} {
		var args []string
		if codes != "" {
			args = append(args, "-codes", codes)
		}
		client := start(t, args...).client(t)
		created, err := client.Create(t.Context(), keys.CreateParams{Name: "ci"})
		require.NoError(t, err)
		_, err = client.Revoke(t.Context(), created.Details.ID)
		require.NoError(t, err)
		revoked, err := client.WithKey(created.Key)
		require.NoError(t, err)
		_, err = revoked.List(t.Context())
		var apiErr *keys.Error
		require.ErrorAs(t, err, &apiErr)
		assert.Equal(t, want, apiErr.Code)
	}
}

func TestNullLists(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{`{"keys":[]}`: nil, `{"keys":null}`: {"-null-lists"}} {
		p := start(t, args...)
		status, body := p.api(t, "GET", "/qai/v1/keys", p.apiKey, "")
		assert.Equal(t, 200, status)
		assert.JSONEq(t, want, body)
		list, err := p.client(t).List(t.Context())
		require.NoError(t, err)
		assert.Empty(t, list)
	}
}

func TestLenient(t *testing.T) {
	t.Parallel()
	const typo = `{"name":"ci","spend_cap_uds":5,"<b>":1}`
	p := start(t)
	status, body := p.api(t, "POST", "/qai/v1/keys", p.apiKey, typo)
	assert.Equal(t, 400, status, body)
	_, journal := p.control(t, "GET", "/_mock/requests", "", "")
	assert.NotContains(t, journal, "ignored")

	p = start(t, "-lenient")
	status, body = p.api(t, "POST", "/qai/v1/keys", p.apiKey, typo)
	assert.Equal(t, 200, status, body)
	_, journal = p.control(t, "GET", "/_mock/requests", "", "")
	var recorded struct {
		Requests []struct {
			ID, Error string
			Ignored   []string
		}
	}
	require.NoError(t, json.Unmarshal([]byte(journal), &recorded), journal)
	require.Len(t, recorded.Requests, 1)
	assert.Equal(t, []string{"<b>", "spend_cap_uds"}, recorded.Requests[0].Ignored)
	for _, path := range []string{"/", "/_mock/page/requests/" + recorded.Requests[0].ID} {
		_, _, page := p.call(t, "GET", path, "")
		assert.Contains(t, page, "spend_cap_uds", path)
		assert.Contains(t, page, "&lt;b&gt;", path)
		assert.Contains(t, strings.ToLower(page), "ignored", path)
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	var stdout, stderr strings.Builder
	assert.Zero(t, run(t.Context(), []string{"-h"}, &stdout, &stderr))
	for _, flag := range []string{"-addr", "-api-key", "-keys", "-seed", "-latency", "-rate-limit", "-tier", "-codes", "-state", "-lenient", "-null-lists", "-log", "-public"} {
		assert.Contains(t, stderr.String(), flag)
	}
}

func TestAPortThatIsTaken(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	var stdout, stderr strings.Builder
	assert.Equal(t, 1, run(t.Context(), []string{"-addr", listener.Addr().String()}, &stdout, &stderr))
	assert.Equal(t, 1, strings.Count(stderr.String(), "\n"), stderr.String())
	assert.Contains(t, stderr.String(), "address already in use")
	assert.Empty(t, stdout.String())
}

func TestWhatAShellReads(t *testing.T) {
	t.Parallel()
	p := start(t, "-api-key", "it's $HOME", "-addr", "0.0.0.0:0", "-public")
	assert.Equal(t, `'it'\''s $HOME'`, p.apiKey)
	assert.Regexp(t, `^http://127\.0\.0\.1:\d+$`, p.url)
}

// TestWhereNobodyReadsTheAddress tests that a mock whose address can't be printed doesn't serve.
func TestWhereNobodyReadsTheAddress(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second) // Ends a mock that serves against expectation.
	defer cancel()
	out, stdout := io.Pipe()
	require.NoError(t, out.Close())
	var stderr strings.Builder
	path := filepath.Join(t.TempDir(), "mock.sock")
	assert.Equal(t, 1, run(ctx, []string{"-addr", "unix:" + path, "-tls"}, stdout, &stderr))
	assert.Contains(t, stderr.String(), "the address can't be printed: io: read/write on closed pipe")
	assert.NoFileExists(t, path)
}

// TestASignalDuringTheStart tests that the program ends then as it does later.
func TestASignalDuringTheStart(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, addr := range []string{"127.0.0.1:0", "localhost:0", "unix:" + filepath.Join(t.TempDir(), "mock.sock")} {
		var stdout, stderr strings.Builder
		assert.Zero(t, run(ctx, []string{"-addr", addr}, &stdout, &stderr), addr)
		assert.Empty(t, stderr.String(), addr)
		assert.Empty(t, stdout.String(), "it doesn't say that it serves")
	}
}
