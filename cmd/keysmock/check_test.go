package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"unicode"

	"github.com/qaikeys/qaikeys/wrapper/conformance"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const checkCredential = "qai_k_the-credential-of-the-target"

// gateway is a server that is checked: a mock behind what a test makes of it.
type gateway struct {
	*keystest.Handler

	url  string
	sent chan struct{} // Has one element for each request.
}

// startGateway starts a mock whose account may do everything. The function, which may be nil, changes it.
func startGateway(t *testing.T, change func(http.Handler) http.Handler, opts ...keystest.Option) *gateway {
	t.Helper()
	opts = append([]keystest.Option{keystest.WithAPIKey(checkCredential), keystest.WithTier("internal"), keystest.WithKeys(2)}, opts...)
	g := &gateway{Handler: keystest.NewHandler(opts...), sent: make(chan struct{}, 10_000)}
	handler := http.Handler(g.Handler)
	if change != nil {
		handler = change(handler)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.sent <- struct{}{}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	g.url = server.URL
	return g
}

// live returns how many keys of checks aren't revoked.
func (g *gateway) live() (n int) {
	for _, key := range g.Keys() {
		if !key.Revoked && strings.Contains(key.Name, "conformance") {
			n++
		}
	}
	return n
}

// noStatus stands for the status 000, which net/http doesn't send.
const noStatus = -1

// rewrite changes each response, which the function gets with its request.
func rewrite(change func(r *http.Request, resp *httptest.ResponseRecorder)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			resp := httptest.NewRecorder()
			next.ServeHTTP(resp, r)
			change(r, resp)
			for name, values := range resp.Header() {
				w.Header()[name] = values
			}
			w.Header().Del("Content-Length")
			if resp.Code == noStatus {
				hijack(w, "HTTP/1.1 000 None\r\nContent-Length: 0\r\n\r\n")
				return
			}
			w.WriteHeader(resp.Code)
			_, _ = w.Write(resp.Body.Bytes())
		})
	}
}

// created makes each mint with createKey a 201, which the document doesn't have.
func created(r *http.Request, resp *httptest.ResponseRecorder) {
	if r.Method == http.MethodPost && r.URL.Path == "/qai/v1/keys" && resp.Code == 200 {
		resp.Code = 201
	}
}

// checked is what a check has printed.
type checked struct {
	code           int
	stdout, stderr string
}

func runCheck(ctx context.Context, args ...string) checked {
	var stdout, stderr strings.Builder
	code := check(ctx, checkCredential, args, &stdout, &stderr)
	return checked{code, stdout.String(), stderr.String()}
}

// files returns the paths of two results, and the flags that write them.
func files(t *testing.T) (junit, page string, flags []string) {
	t.Helper()
	dir := t.TempDir()
	junit, page = filepath.Join(dir, "results.xml"), filepath.Join(dir, "results.html")
	return junit, page, []string{"-junit", junit, "-html", page}
}

// readJUnit reads a JUnit file. Its text is in the form in which a parser sees it.
func readJUnit(t *testing.T, path string) (report junitReport) {
	t.Helper()
	require.NoError(t, xml.Unmarshal(readFile(t, path), &report))
	return report
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	for _, entry := range entries {
		assert.False(t, strings.HasPrefix(entry.Name(), "."), "%s is left", entry.Name())
	}
	return data
}

func TestCheckOfAServerThatConforms(t *testing.T) {
	t.Parallel()
	g := startGateway(t, nil, keystest.WithDevices(1))
	junit, page, flags := files(t)
	got := runCheck(t.Context(), append(flags, "-base-url", g.url)...)
	assert.Zero(t, got.code, got)
	assert.Regexp(t, `^\| operation          \| 200 \|.*\n\|-+\|(:---:\|)+\n(\| \w+ +\|(  [✓· ]  \|)+\n){8}\n`+
		`http://127\.0\.0\.1:\d+ conforms: of \d+ rules \d+ passed, \d+ not reached \(\d+: a client can't provoke it\); \d+ requests were sent\.\n$`, got.stdout)
	assert.Regexp(t, `^(\w+ +\d+ passed, \d+ not reached\n){8}cleanup             1 passed\n$`, got.stderr, "without a terminal, a line for each operation")
	assert.Zero(t, g.live(), "it has revoked its keys")

	report := readJUnit(t, junit)
	require.Len(t, report.Suites, 9)
	for _, suite := range report.Suites {
		assert.Len(t, suite.Cases, suite.Tests, suite.Name)
		assert.Zero(t, suite.Failures+suite.Errors, suite.Name)
	}
	shown := string(readFile(t, page))
	assert.Contains(t, shown, `<th scope="row">rotateKey</th><td>✓<span class="spoken"> conforming</span></td>`)
	assert.NotContains(t, shown, "Deviations")
}

// TestCheckFindsDeviations: what is printed of one is first the request that shows it, and then what is wrong.
func TestCheckFindsDeviations(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*http.Request, *httptest.ResponseRecorder)
		says   string
	}{
		"another status": {created, "createKey\n\n  curl -sS -i --path-as-is -X POST .*'\n  createKey/200: the status is 201, not 200\n"},
		"a status that isn't one": {func(r *http.Request, resp *httptest.ResponseRecorder) {
			if strings.HasSuffix(r.URL.Path, "/usage") && resp.Code == 200 {
				resp.Code = noStatus
			}
		}, `^\| operation          \| 000 \| 200 \|.*\n\|-+\|(:---:\|)+\n(\| \w+ +\|(  [✓✗· ]  \|)+\n){8}\n`},
		"a missing header": {func(r *http.Request, resp *httptest.ResponseRecorder) {
			if strings.HasSuffix(r.URL.Path, "/usage") {
				resp.Header().Del("X-QAI-Request-Id")
			}
		}, "getKeyUsage\n\n(  .*\n\n?)*  curl -sS .*/usage'\n  getKeyUsage/200: the response isn't what the document says: .*(?i)x-qai-request-id"},
		"a key that works after its revocation": {func(r *http.Request, resp *httptest.ResponseRecorder) {
			if r.Method == http.MethodGet && r.URL.Path == "/qai/v1/keys" && strings.Contains(resp.Body.String(), "revoked") && resp.Code == 401 {
				resp.Code, resp.Body = 200, bytes.NewBufferString(`{"keys":[]}`)
			}
		}, "  curl .*\n  listKeys/401/revoked_key: the status is 200, not 401\n"},
	} {
		g := startGateway(t, rewrite(c.change))
		junit, page, flags := files(t)
		got := runCheck(t.Context(), append(flags, "-base-url", g.url)...)
		assert.Equal(t, exitDeviating, got.code, name)
		assert.Regexp(t, c.says, got.stdout, name)
		assert.Regexp(t, `"X-Api-Key: \$(QAI_API|MINTED)_KEY"`, got.stdout, name)
		for _, variable := range []string{"$MINTED_KEY", "$UNKNOWN_KEY"} {
			used := strings.Contains(got.stdout, variable+`"`)
			assert.Equal(t, used, strings.Contains(got.stdout, "\n"+variable+" in a command is "), name)
			assert.Equal(t, used, strings.Contains(string(readFile(t, page)), variable+" in a command is "), name)
		}
		assert.Contains(t, got.stdout, "✗", name)
		assert.Regexp(t, `\nhttp://\S+ deviates: of \d+ rules .* \d+ failed, .*\.\n$`, got.stdout, name)
		assert.Contains(t, got.stderr, "failed", name)
		assert.Zero(t, g.live(), name)
		failures := 0
		for _, suite := range readJUnit(t, junit).Suites {
			for _, tested := range suite.Cases {
				if tested.Failure != nil {
					failures++
					assert.Contains(t, tested.Failure.Text, "curl -sS", name)
				}
			}
		}
		assert.Positive(t, failures, name)
		shown := string(readFile(t, page))
		assert.Contains(t, shown, "<pre>curl -sS", name)
		assert.Equal(t, failures, strings.Count(shown, "<h3 "), name)
	}
}

// TestWrongUsageOfCheck: it is found before anything is sent, and no credential in an argument or file is shown.
func TestWrongUsageOfCheck(t *testing.T) {
	t.Parallel()
	g := startGateway(t, nil)
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	require.NoError(t, os.Symlink("missing", filepath.Join(dir, "link")))
	to := []string{"-base-url", g.url}
	for name, c := range map[string]struct {
		args       []string
		credential string
		says       string
	}{
		"no base URL":                  {nil, checkCredential, "-base-url is missing: it is the server to test"},
		"no credential":                {to, "", "QAI_API_KEY is not set"},
		"a credential with a line end": {to, checkCredential + "\n", "API key"},
		"a credential with a space":    {to, "a b", "keysmock: the API key in QAI_API_KEY can't be sent in a header: it has a space"},
		"an unknown flag":              {[]string{"-api-key", checkCredential}, checkCredential, "not defined: -api-key"},
		"the credential as argument":   {append(to, checkCredential), checkCredential, "the credential from QAI_API_KEY"},
		"http":                         {[]string{"-base-url", "http://gateway.test"}, checkCredential, "unencrypted over a network: use https\n"},
		"a user in the URL":            {[]string{"-base-url", "https://a:" + checkCredential + "@x"}, checkCredential, "its base URL must not have a user, a query or a fragment\n"},
		"a query":                      {[]string{"-base-url", "https://x?a=b"}, checkCredential, "its base URL must not have a user, a query or a fragment\n"},
		"no URL":                       {[]string{"-base-url", "://"}, checkCredential, "its base URL must be like https://api.example.com\n"},
		"no such list of failures":     {append(to, "-known-failures", filepath.Join(dir, "none")), checkCredential, "no such file"},
		"an unknown rule":              {append(to, "-known-failures", file("a", "listKeys/200\nlistKeys/20\n")), checkCredential, `no rule is named "listKeys/20"`},
		"another file":                 {append(to, "-known-failures", file("b", "# x\nQAI_API_KEY="+checkCredential)), checkCredential, "line 2: it isn't a rule, like createKey/400"},
		"a file of credentials":        {append(to, "-known-failures", file("c", checkCredential)), checkCredential, "line 1: it isn't a rule"},
		"no such folder":               {append(to, "-junit", filepath.Join(dir, "none", "x.xml")), checkCredential, `x.xml" can't be written: `},
		"a folder":                     {append(to, "-html", dir), checkCredential, "it isn't a regular file"},
		"a device":                     {append(to, "-junit", os.DevNull), checkCredential, "it isn't a regular file"},
		"a large file":                 {append(to, "-known-failures", file("e", strings.Repeat("#", 1<<20+1))), checkCredential, "it is larger than 1 MiB"},
		"too long a name":              {append(to, "-junit", filepath.Join(dir, strings.Repeat("x", 300))), checkCredential, "can't be written: "},
		"the same file twice":          {append(to, "-junit", filepath.Join(dir, "x"), "-html", dir+"/./x"), checkCredential, "the same file as that of -junit"},
		"the same by a link":           {append(to, "-junit", filepath.Join(dir, "link"), "-html", filepath.Join(dir, "missing")), checkCredential, "the same file as that of -junit"},
		"the list of failures":         {append(to, "-known-failures", file("d", ""), "-html", filepath.Join(dir, "d")), checkCredential, "the same file as that of -known-failures"},
	} {
		var stdout, stderr strings.Builder
		assert.Equal(t, exitUsage, check(t.Context(), c.credential, c.args, &stdout, &stderr), name)
		assert.Contains(t, stderr.String(), c.says, name)
		assert.Empty(t, stdout.String(), name)
		for _, hidden := range []string{"the-credential", "WithInsecureHTTP", "KnownFailures"} {
			assert.NotContains(t, stderr.String(), hidden, name)
		}
	}
	assert.Empty(t, g.sent)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 6, "nothing is left")
}

// TestCheckOfWhatIsNotTheAPI: nothing is minted, and the files say why.
func TestCheckOfWhatIsNotTheAPI(t *testing.T) {
	t.Parallel()
	respond := func(status int, contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.Header().Set("X-QAI-Request-Id", "req_1")
			w.Header().Set("Location", "/login")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		says    string
	}{
		"down":         {nil, "the target is unreachable: GET /qai/v1/keys: no response: "},
		"a login page": {respond(200, "text/html\u009b31m", "<form>"), "the target isn't the keys API: GET /qai/v1/keys: status 200 with a body of the type"},
		"a redirect":   {respond(302, "text/html", ""), "is redirected (status 302), maybe to a login page"},
		"half a body": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"ke`)
		}, "the body ends early"},
		"a proxy":        {respond(502, "text/html", "<h1>"), "status 502"},
		"another key":    {respond(401, "application/json", `{"error":{"message":"no"}}`), "doesn't accept the credential (status 401): it is unknown, revoked or expired"},
		"a narrow key":   {respond(403, "application/json", `{"error":{"message":"no"}}`), "doesn't accept the credential (status 403): it may not list keys"},
		"no HTTP at all": {func(w http.ResponseWriter, _ *http.Request) { hijack(w, "220 mail.test ESMTP\r\n") }, "the target is unreachable"},
	} {
		server := httptest.NewServer(c.handler)
		if c.handler == nil {
			server.Close()
		}
		junit, page, flags := files(t)
		got := runCheck(t.Context(), append(flags, "-base-url", server.URL)...)
		server.Close()
		assert.Equal(t, exitNoTarget, got.code, name)
		assert.Regexp(t, "^keysmock: [^\n]*"+regexp.QuoteMeta(c.says)+"[^\n]*\n$", got.stderr, name)
		assert.NotContains(t, got.stderr, "\u009b", name)
		assert.Empty(t, got.stdout, name)
		report := readJUnit(t, junit)
		require.Len(t, report.Suites, 1, name)
		assert.Contains(t, report.Suites[0].Cases[0].Error.Message, c.says, name)
		shown := string(readFile(t, page))
		assert.Contains(t, shown, "The run was cut short: ", name)
		assert.Contains(t, shown, "wasn&#39;t tested.", name)
	}
}

func hijack(w http.ResponseWriter, text string) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_, _ = io.WriteString(conn, text)
		_ = conn.Close()
	}
}

// TestAnInterruptedCheck: it revokes its keys and writes what it has found until then, also if the server hangs.
func TestAnInterruptedCheck(t *testing.T) {
	t.Parallel()
	for name, hangs := range map[string]bool{"between requests": false, "in a request that hangs": true} {
		ctx, cancel := context.WithCancel(t.Context())
		var n atomic.Int32
		g := startGateway(t, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if n.Add(1) == 40 {
					body, _ := io.ReadAll(r.Body) // Before the client goes: otherwise the server doesn't see that it has gone.
					r.Body = io.NopCloser(bytes.NewReader(body))
					cancel()
					if hangs {
						<-r.Context().Done()
						return
					}
				}
				next.ServeHTTP(w, r)
			})
		})
		junit, page, flags := files(t)
		got := runCheck(ctx, append(flags, "-base-url", g.url)...)
		cancel()
		assert.Equal(t, exitDeviating, got.code, name)
		assert.Contains(t, got.stderr, "keysmock: the run was interrupted before its end\n", name)
		assert.Regexp(t, ` was tested in part: of \d+ rules `, got.stdout, name)
		assert.NotEmpty(t, g.Keys(), name)
		assert.Zero(t, g.live(), name)
		suites := readJUnit(t, junit).Suites
		require.Greater(t, len(suites), 2, name)
		assert.Equal(t, "the run was interrupted before its end", suites[len(suites)-1].Cases[0].Error.Message, name)
		assert.Contains(t, string(readFile(t, page)), "The run was cut short: the run was interrupted before its end.", name)
	}
}

// TestACheckWhoseServerGoesAway: the keys that are left are named.
func TestACheckWhoseServerGoesAway(t *testing.T) {
	t.Parallel()
	var n atomic.Int32
	g := startGateway(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if n.Add(1) > 40 {
				panic(http.ErrAbortHandler)
			}
			next.ServeHTTP(w, r)
		})
	})
	junit, _, flags := files(t)
	got := runCheck(t.Context(), append(flags, "-base-url", g.url)...)
	assert.Equal(t, exitNoTarget, got.code)
	assert.Contains(t, got.stderr, "keysmock: the target is unreachable: 3 requests in a row failed: no response: EOF\n")
	assert.Contains(t, got.stdout, "cleanup: these keys couldn't be revoked, revoke them by hand: \"key_")
	assert.Contains(t, string(readFile(t, junit)), "revoke them by hand: &#34;key_")
}

func TestACheckThatMayNotMint(t *testing.T) {
	t.Parallel()
	g := startGateway(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost && r.URL.Path == "/qai/v1/keys" && r.Header.Get("X-API-Key") == checkCredential {
				w.Header().Set("Content-Type", "application/json")
				w.Header().Set("X-QAI-Request-Id", "req_1")
				w.WriteHeader(http.StatusForbidden)
				_, _ = io.WriteString(w, `{"error":{"message":"no"}}`)
				return
			}
			next.ServeHTTP(w, r)
		})
	}, keystest.WithTier("free"))
	got := runCheck(t.Context(), "-base-url", g.url)
	assert.Zero(t, got.code, got.stdout)
	assert.Contains(t, got.stdout, "the credential may not mint one with createKey (status 403)")
	assert.Zero(t, g.live())
}

func TestAReadOnlyCheckOfThousandsOfKeys(t *testing.T) {
	t.Parallel()
	g := startGateway(t, nil, keystest.WithKeys(3_000))
	got := runCheck(t.Context(), "-read-only", "-base-url", g.url)
	assert.Zero(t, got.code, got.stdout)
	assert.Contains(t, got.stdout, ": the run is read-only")
	assert.Len(t, g.Keys(), 3_000)
}

func TestKnownFailures(t *testing.T) {
	t.Parallel()
	g := startGateway(t, rewrite(created))
	list := filepath.Join(t.TempDir(), "known")
	for known, c := range map[string]struct {
		code int
		says string
	}{
		"\ufeffcreateKey/200": {exitConforming, "1 known failure"},
		"# Until it is mended:\n\n  createKey/200\t# a 201\r\n": {exitConforming, "1 known failure"},
		"createKey":                      {exitConforming, "known failure"},
		"createKey/":                     {exitConforming, "known failure"},
		"createKey/200/":                 {exitConforming, "known failure"},
		"createKey/200\nrotateKey/409\n": {exitDeviating, `rotateKey/409: nothing fails any more: remove "rotateKey/409"`},
		"":                               {exitDeviating, "createKey/200: the status is 201, not 200"},
	} {
		require.NoError(t, os.WriteFile(list, []byte(known), 0o600))
		junit, page, flags := files(t)
		got := runCheck(t.Context(), append(flags, "-known-failures", list, "-base-url", g.url)...)
		assert.Equal(t, c.code, got.code, "%q\n%s", known, got.stdout)
		assert.Contains(t, got.stdout, c.says, known)
		assert.NotContains(t, got.stdout, "KnownFailures", known)
		if c.code == exitConforming {
			assert.Contains(t, string(readFile(t, page)), "<h2>Known failures</h2>", known)
			assert.NotContains(t, string(readFile(t, junit)), "<failure", known)
		}
	}
}

// TestWhatAHostileServerSends changes neither a terminal nor a file, and shows no secret.
func TestWhatAHostileServerSends(t *testing.T) {
	t.Parallel()
	var minted sync.Map
	g := startGateway(t, rewrite(func(r *http.Request, resp *httptest.ResponseRecorder) {
		var body map[string]any
		_ = json.Unmarshal(resp.Body.Bytes(), &body)
		for _, property := range []string{"key", "token"} {
			if secret, ok := body[property].(string); ok {
				minted.Store(secret, true)
			}
		}
		if strings.HasSuffix(r.URL.Path, "/devices") || resp.Code == 400 {
			text := "\x00\x1b]0;owned\x07<script>alert(1)</script>]]>\"'&\xff\xfe\u202e\u009b31m\ufffe" + checkCredential
			minted.Range(func(secret, _ any) bool { text += secret.(string); return len(text) < 600 })
			resp.Header().Set("Content-Type", "text/html")
			resp.Header().Set("X-Hostile", "<script>\u009b"+checkCredential)
			resp.Body = bytes.NewBufferString(text)
		}
	}))
	junit, page, flags := files(t)
	got := runCheck(t.Context(), append(flags, "-base-url", g.url)...)
	assert.Equal(t, exitDeviating, got.code)
	readJUnit(t, junit)
	written := map[string]string{"stdout": got.stdout, "stderr": got.stderr, "JUnit": string(readFile(t, junit)), "page": string(readFile(t, page))}
	assert.Contains(t, written["page"], "&lt;script&gt;alert(1)&lt;/script&gt;")
	assert.Contains(t, written["page"], `<table class="coverage">`)
	assert.NotRegexp(t, `<script|<link|<img| src=| href=`, written["page"])
	for where, text := range written {
		assert.NotContains(t, text, "the-credential", where)
		minted.Range(func(secret, _ any) bool { return assert.NotContains(t, text, secret, where) })
		for _, r := range text {
			require.True(t, unicode.IsPrint(r) || r == '\n', "%s has %q", where, r)
		}
	}
}

// TestResultsThatCannotBeWritten: that the disk fails while the run goes on is told, and the exit status isn't that of success.
func TestResultsThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "results")
	require.NoError(t, os.Mkdir(dir, 0o700))
	g := startGateway(t, rewrite(func(*http.Request, *httptest.ResponseRecorder) { _ = os.RemoveAll(dir) }))
	got := runCheck(t.Context(), "-base-url", g.url, "-html", filepath.Join(dir, "x.html"))
	assert.Equal(t, exitDeviating, got.code)
	assert.Contains(t, got.stdout, " conforms: ")
	assert.Contains(t, got.stderr, `keysmock: the file "`+filepath.Join(dir, "x.html")+`" can't be written: `)

	var stderr strings.Builder
	assert.Equal(t, exitDeviating, check(t.Context(), checkCredential, []string{"-read-only", "-base-url", g.url}, brokenPipe{}, &stderr))
	assert.Contains(t, stderr.String(), "keysmock: the results can't be printed: broken pipe\n")
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

// TestFilesThatAreWritten: what is there keeps its permissions, its name and the links to it, also a link to a file that isn't there yet.
func TestFilesThatAreWritten(t *testing.T) {
	t.Parallel()
	g := startGateway(t, nil)
	dir := t.TempDir()
	file, link, dangling := filepath.Join(dir, "results.xml"), filepath.Join(dir, "link"), filepath.Join(dir, "dangling")
	require.NoError(t, os.WriteFile(file, bytes.Repeat([]byte("of before"), 10_000), 0o600))
	require.NoError(t, os.Symlink(file, link))
	require.NoError(t, os.Symlink("results.html", dangling))
	require.Zero(t, runCheck(t.Context(), "-read-only", "-base-url", g.url, "-junit", link, "-html", dangling).code)
	assert.NotEmpty(t, readJUnit(t, file).Suites)
	assert.Contains(t, string(readFile(t, filepath.Join(dir, "results.html"))), "</html>")
	info, err := os.Stat(file)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode())
	for path, to := range map[string]string{link: file, dangling: "results.html"} {
		target, err := os.Readlink(path)
		require.NoError(t, err)
		assert.Equal(t, to, target)
	}
}

// TestAFileThatIsStdout: the table isn't overwritten.
func TestAFileThatIsStdout(t *testing.T) {
	t.Parallel()
	g := startGateway(t, nil)
	path := filepath.Join(t.TempDir(), "out")
	stdout, err := os.Create(path)
	require.NoError(t, err)
	defer func() { _ = stdout.Close() }()
	var text strings.Builder
	assert.Equal(t, exitUsage, check(t.Context(), checkCredential, []string{"-base-url", g.url, "-junit", path}, stdout, &text))
	assert.Contains(t, text.String(), `out" is the same file as that of stdout: each needs its own`)
	assert.Empty(t, readFile(t, path))
	assert.Empty(t, g.sent)
}

func TestHelpOfCheck(t *testing.T) {
	t.Parallel()
	var stdout, stderr strings.Builder
	assert.Zero(t, run(t.Context(), []string{"check", "-h"}, &stdout, &stderr))
	for _, text := range []string{"Usage: keysmock check -base-url URL", "QAI_API_KEY", "-read-only", "-known-failures", "-junit", "-html", "3 the server is unreachable"} {
		assert.Contains(t, stderr.String(), text)
	}
}

// TestCheckAsAProcess: the credential is the environment's, and a signal ends it like a context.
func TestCheckAsAProcess(t *testing.T) {
	t.Parallel()
	for name, interrupted := range map[string]bool{"to its end": false, "interrupted": true} {
		arrived := make(chan struct{})
		var n atomic.Int32
		g := startGateway(t, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if n.Add(1) == 40 && interrupted {
					_, _ = io.ReadAll(r.Body)
					close(arrived)
					<-r.Context().Done() // Until the signal has arrived.
					return
				}
				next.ServeHTTP(w, r)
			})
		})
		binary, err := os.Executable()
		require.NoError(t, err)
		cmd := exec.CommandContext(t.Context(), binary, "check", "-base-url", g.url)
		cmd.Env = append(os.Environ(), asProgram+"=1", "QAI_API_KEY="+checkCredential)
		var stdout, stderr strings.Builder
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		require.NoError(t, cmd.Start())
		ended := make(chan struct{})
		go func() { _ = cmd.Wait(); close(ended) }()
		select {
		case <-arrived:
			assert.NoError(t, cmd.Process.Signal(os.Interrupt))
		case <-ended:
		}
		<-ended
		want := map[bool]int{false: exitConforming, true: exitDeviating}[interrupted]
		assert.Equal(t, want, cmd.ProcessState.ExitCode(), "%s\n%s%s", name, &stdout, &stderr)
		assert.Equal(t, interrupted, strings.Contains(stderr.String(), "interrupted"), name)
		assert.Zero(t, g.live(), name)
	}
}

// junitSchema is what readers of JUnit XML agree on: the elements and attributes that they know.
var junitSchema = map[string][]string{
	"testsuites": {"name"}, "testsuite": {"name", "tests", "failures", "errors", "skipped"}, "testcase": {"classname", "name"},
	"failure": {"message"}, "error": {"message"}, "skipped": {"message"},
}

// TestJUnit: a file is of the schema, its counts add up and its names are unique, whatever happened to the run.
func TestJUnit(t *testing.T) {
	t.Parallel()
	var f findings
	f.Target, f.Err = "http://x/\x00\x1b\ufffe]]>\xff", context.Canceled
	for _, outcome := range []conformance.Outcome{
		conformance.Passed, conformance.Failed, conformance.NotReached, conformance.KnownFailure, conformance.UnexpectedPass,
	} {
		result := conformance.Result{
			Name: "createKey/" + string(outcome), Operation: "createKey", Rule: string(outcome), Outcome: outcome, Reason: "\x00\x1b\ufffe]]>\xff\u2028",
			Exchange: &conformance.Exchange{Request: "curl \x01", Header: http.Header{"X-\x02": {"\x03\r\n"}}, Body: "\x04\ue000\uffff]]>"},
		}
		f.add(result)
	}
	f.add(conformance.Result{Name: "createKey", Operation: "createKey", Outcome: conformance.UnexpectedPass}) // As a whole list of known failures.
	f.add(conformance.Result{Name: "cleanup", Outcome: conformance.Failed, Reason: "left"})
	data, err := f.junit()
	require.NoError(t, err)
	for _, r := range string(data) {
		require.True(t, unicode.IsPrint(r) || r == '\n', "%q", r) // XML 1.0 has all of these.
	}
	decoder := xml.NewDecoder(bytes.NewReader(data))
	for token, err := decoder.Token(); !errors.Is(err, io.EOF); token, err = decoder.Token() {
		require.NoError(t, err)
		if element, ok := token.(xml.StartElement); ok {
			require.Contains(t, junitSchema, element.Name.Local)
			var names []string
			for _, attribute := range element.Attr {
				names = append(names, attribute.Name.Local)
			}
			assert.Equal(t, junitSchema[element.Name.Local], names, element.Name.Local)
		}
	}
	var report junitReport
	require.NoError(t, xml.Unmarshal(data, &report))
	names := map[string]bool{}
	for _, suite := range report.Suites {
		assert.False(t, names[suite.Name], suite.Name)
		names[suite.Name] = true
		failures, errs, skipped := 0, 0, 0
		for _, c := range suite.Cases {
			assert.NotEmpty(t, c.Name, suite.Name)
			assert.Equal(t, suite.Name, c.Class)
			assert.False(t, names[c.Class+"/"+c.Name], c)
			names[c.Class+"/"+c.Name] = true
			for _, reason := range []struct {
				*junitReason
				n *int
			}{{c.Failure, &failures}, {c.Error, &errs}, {c.Skipped, &skipped}} {
				if reason.junitReason != nil {
					*reason.n++
				}
			}
		}
		assert.Equal(t, []int{len(suite.Cases), failures, errs, skipped}, []int{suite.Tests, suite.Failures, suite.Errors, suite.Skipped}, suite.Name)
	}
	assert.Len(t, report.Suites, 3)
}
