package conformance_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/conformance"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/qaikeys/qaikeys/wrapper/memnet"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// failed returns the rules that failed.
func failed(report *conformance.Report) []string {
	var names []string
	for _, result := range report.Results {
		if result.Outcome == conformance.Failed {
			names = append(names, result.Name)
		}
	}
	return names
}

// resultOf returns the result of a rule.
func resultOf(t *testing.T, report *conformance.Report, name string) conformance.Result {
	t.Helper()
	for _, result := range report.Results {
		if result.Name == name {
			return result
		}
	}
	t.Fatalf("no rule is named %q", name)
	return conformance.Result{}
}

func ignore(conformance.Result) {}

func TestRun(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithTier("internal"), keystest.WithKeys(2))
	conformance.Run(t, conformance.Target{BaseURL: mock.URL + "/", APIKey: mock.APIKey})
	assert.NotEmpty(t, mock.Keys())
}

func TestTheReportOfAMock(t *testing.T) {
	t.Parallel()
	g := newGateway(nil)
	var told []conformance.Result
	report, err := conformance.Check(t.Context(), g.target(), func(result conformance.Result) { told = append(told, result) })
	require.NoError(t, err)
	assert.Equal(t, report.Results, told)
	assert.Equal(t, len(g.sent), report.Requests)
	assert.Less(t, report.Requests, 32*len(doc().Operations), "a run isn't polite any more")
	assert.Equal(t, "cleanup", told[len(told)-1].Name)

	coverage := map[string]conformance.Coverage{}
	for _, cell := range report.Cells {
		switch cell.Status {
		case 402, 500, 502, 503, 504:
			assert.Equal(t, conformance.Unreached, cell.Coverage, "%+v", cell)
		case 400: // Nothing that a client sends to the operations without a body.
		default:
			assert.Equal(t, conformance.Conforming, cell.Coverage, "%+v", cell)
			assert.Positive(t, cell.Responses, "%+v", cell)
		}
		coverage[cell.Operation] = cell.Coverage
	}
	for _, op := range doc().Operations {
		assert.Contains(t, coverage, op.ID)
		assert.Equal(t, conformance.NotReached, resultOf(t, report, op.ID+"/402").Outcome)
	}
	assert.Contains(t, report.String(), "| operation | 200 |")
	assert.Contains(t, report.String(), "\n| rotateKey | ✓ |")
}

func TestADeviationIsShown(t *testing.T) {
	t.Parallel()
	g := newGateway(spoil("createKey", 200, func(_ *http.Request, resp *response) {
		delete(resp.body["details"].(map[string]any), "id")
		resp.body["second"] = resp.body["key"]
		resp.header.Set("Set-Cookie", "session=1")
	}))
	report := check(t, g.target())
	result := resultOf(t, report, "createKey/200")
	require.Equal(t, conformance.Failed, result.Outcome)
	assert.Contains(t, result.Reason, `the response isn't what the document says: details.id: property is missing`)
	assert.Contains(t, result.Exchange.Request, `curl -sS -i --path-as-is -X POST -H "Authorization: Bearer $QAI_API_KEY"`)
	assert.Contains(t, result.Exchange.Request, `-H "X-Api-Key: $QAI_API_KEY" -d '{`)
	assert.Equal(t, 200, result.Exchange.Status)
	assert.Regexp(t, `^\(\d+ bytes; not shown, since they may hold a secret\)$`, result.Exchange.Body)
	assert.Equal(t, "application/json", result.Exchange.Header.Get("Content-Type"))
	assert.Equal(t, "req_", result.Exchange.Header.Get("X-QAI-Request-Id")[:4])
	assert.NotContains(t, result.Exchange.Header, "Set-Cookie")
	assert.Contains(t, result.String(), "200 OK")
}

// TestTheKeysOfAnUnreadableMintAreFound: they are in the list, under the run's names.
func TestTheKeysOfAnUnreadableMintAreFound(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{"half a body": `{"key":"qai_`, "no id": `{"key":"qai_k_x","details":{}}`, "an error": `{"error":{}}`,
		"the id of another": `{"key":"qai_k_x","details":{"id":"key_01"}}`} {
		g := newGateway(spoil("createKey", 200, func(_ *http.Request, resp *response) {
			resp.raw = raw
			if name == "an error" {
				resp.status = 500
			}
		}))
		report := check(t, g.target())
		assert.Equal(t, conformance.Failed, resultOf(t, report, "createKey/200").Outcome, name)
		if cleaned := resultOf(t, report, "cleanup"); name == "the id of another" {
			assert.Equal(t, `not revoked, since they aren't the run's, though mints returned their ids: "key_01"`, cleaned.Reason)
		} else {
			assert.Equal(t, conformance.Passed, cleaned.Outcome, name)
		}
		assert.Greater(t, len(g.mock.Keys()), len(g.before), name)
		assertNothingLeft(t, g)
	}
}

func TestARunThatEndsEarlyCleansUp(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(cancel context.CancelFunc){
		"cancelled": func(cancel context.CancelFunc) { cancel() },
		"FailNow":   func(context.CancelFunc) { runtime.Goexit() },
	} {
		g := newGateway(nil)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		done := make(chan struct{})
		var failure error
		var last conformance.Result
		go func() {
			defer close(done)
			_, failure = conformance.Check(ctx, g.target(), func(result conformance.Result) {
				if last = result; result.Name == "rotateKey/grace" {
					end(cancel)
				}
			})
		}()
		<-done
		if name == "cancelled" {
			assert.ErrorIs(t, failure, context.Canceled)
		}
		assert.Equal(t, conformance.Result{Name: "cleanup", Rule: "cleanup", Outcome: conformance.Passed}, last, name)
		assert.Greater(t, len(g.mock.Keys()), len(g.before), name)
		assert.Less(t, len(g.sent), 100, name)
		assertNothingLeft(t, g)
	}
}

// TestNothingIsSentAboutAKeyOfBefore: not even where its id is a path, or one that is unlikely.
func TestNothingIsSentAboutAKeyOfBefore(t *testing.T) {
	t.Parallel()
	ids := []string{"devices", "partner", "ephemeral", "a/b", "%", "key_04"}
	g := newGateway(spoil("listKeys", 200, func(_ *http.Request, resp *response) {
		for _, id := range ids {
			resp.body["keys"] = append(resp.body["keys"].([]any), map[string]any{"id": id, "name": "before"})
		}
	}))
	check(t, g.target())
	for _, r := range g.sent {
		segments := strings.Split(r.URL.EscapedPath(), "/")
		for _, id := range ids {
			if len(segments) > 4 && segments[4] == url.PathEscape(id) && r.Method == http.MethodDelete {
				t.Errorf("%s %s was sent", r.Method, r.URL)
			}
		}
	}
}

func TestKeysThatCannotBeRevokedAreNamed(t *testing.T) {
	t.Parallel()
	g := newGateway(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodDelete && strings.HasSuffix(r.URL.Path, "/key_05") {
				respond(w, http.StatusInternalServerError)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	report := check(t, g.target())
	result := resultOf(t, report, "cleanup")
	assert.Equal(t, conformance.Failed, result.Outcome)
	assert.Contains(t, result.Reason, `revoke them by hand: "key_05"`)
	assert.Contains(t, result.Exchange.Request, "-X DELETE")
}

// TestAKeyThatCannotBeFoundIsTold: the response to its mint was lost, and so was the list.
func TestAKeyThatCannotBeFoundIsTold(t *testing.T) {
	t.Parallel()
	noID := spoil("createKey", 200, func(_ *http.Request, resp *response) { resp.raw = "{" })
	first := true
	noNames := spoil("listKeys", 200, func(_ *http.Request, resp *response) {
		for _, key := range listOf(resp.body) {
			if !first {
				delete(key, "name")
			}
		}
		first = false
	})
	g := newGateway(func(next http.Handler) http.Handler { return noID(noNames(next)) })
	report := check(t, g.target())
	assert.Contains(t, resultOf(t, report, "cleanup").Reason, `revoke every key whose name has "qaikeys-conformance-`)

	first = true
	g = newGateway(noNames)
	report = check(t, g.target())
	assert.Equal(t, conformance.Passed, resultOf(t, report, "cleanup").Outcome, "every id is known")
}

// TestReadOnly: nothing is sent that could change anything, whatever the server does with it.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	g := newGateway(nil)
	target := g.target()
	target.ReadOnly = true
	report := check(t, target)
	for _, r := range g.sent {
		switch body := readBody(t, r); r.Method {
		case http.MethodGet:
			assert.Empty(t, body)
		case http.MethodDelete:
			assert.Contains(t, r.URL.Path, "/qaikeys-conformance-")
		default:
			t.Errorf("%s %s was sent", r.Method, r.URL)
		}
	}
	assert.Len(t, g.mock.Keys(), 3)
	for _, name := range []string{"listKeys/200", "getKeyUsage/200", "getKeyUsage/404", "revokeKey/404", "listKeys/401"} {
		assert.Equal(t, conformance.Passed, resultOf(t, report, name).Outcome, name)
	}
	for _, name := range []string{"createKey/200", "createKey/400", "createKey/405", "createEphemeralKey/405"} {
		assert.Equal(t, "the run is read-only", resultOf(t, report, name).Reason, name)
	}
	assert.Empty(t, failed(report))
}

func readBody(t *testing.T, r *http.Request) string {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	return string(body)
}

func TestACredentialThatMayNotMint(t *testing.T) {
	t.Parallel()
	g := newGateway(misread("createKey", func(r *http.Request, _ map[string]any) int {
		if r.Header.Get("X-Api-Key") == master {
			return 403
		}
		return 0
	}), keystest.WithTier("free"))
	report := check(t, g.target())
	assert.Empty(t, failed(report))
	assert.Len(t, g.mock.Keys(), 3)
	for _, name := range []string{"createKey/200", "createEphemeralKey/200", "createPartnerKey/400/partner_ref_missing", "createKey/400"} {
		result := resultOf(t, report, name)
		assert.Equal(t, conformance.NotReached, result.Outcome, name)
		assert.Equal(t, "the credential may not do this (status 403)", result.Reason, name)
	}
	assert.Equal(t, "it needs a key, and the credential may not mint one with createKey (status 403)", resultOf(t, report, "rotateKey/grace").Reason)
	for _, name := range []string{"createPartnerKey/403", "createKey/403", "getKeyUsage/200", "getKeyUsage/404"} {
		assert.Equal(t, conformance.Passed, resultOf(t, report, name).Outcome, name)
	}
}

func TestKnownFailures(t *testing.T) {
	t.Parallel()
	fault := misread("createKey", func(_ *http.Request, body map[string]any) int {
		if _, ok := body["name"]; !ok && body != nil {
			return 422
		}
		return 0
	})
	for name, c := range map[string]struct {
		known []string
		want  map[string]conformance.Outcome
	}{
		"the rule":       {[]string{"createKey/400/name_missing"}, map[string]conformance.Outcome{"createKey/400/name_missing": conformance.KnownFailure}},
		"those above it": {[]string{"createKey/400"}, map[string]conformance.Outcome{"createKey/400/name_missing": conformance.KnownFailure}},
		"another": {[]string{"createKey/200"}, map[string]conformance.Outcome{
			"createKey/400/name_missing": conformance.Failed, "createKey/200": conformance.UnexpectedPass,
		}},
		"one that isn't reached": {[]string{"createKey/503", "createKey"}, map[string]conformance.Outcome{"createKey/400/name_missing": conformance.KnownFailure}},
		"a group that passes": {[]string{"rotateKey/400", "createKey/400"}, map[string]conformance.Outcome{
			"createKey/400/name_missing": conformance.KnownFailure, "rotateKey/400": conformance.UnexpectedPass,
		}},
	} {
		target := newGateway(fault).target()
		target.KnownFailures = c.known
		report := check(t, target)
		got := map[string]conformance.Outcome{}
		for _, result := range report.Results {
			if result.Outcome != conformance.Passed && result.Outcome != conformance.NotReached {
				got[result.Name] = result.Outcome
			}
		}
		assert.Equal(t, c.want, got, name)
	}
}

func TestTargetsThatCannotBeTested(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*conformance.Target){
		"no URL":                   func(target *conformance.Target) { target.BaseURL = "" },
		"no scheme":                func(target *conformance.Target) { target.BaseURL = "gateway.test" },
		"a user in the URL":        func(target *conformance.Target) { target.BaseURL = "https://a:secret@gateway.test" },
		"no key":                   func(target *conformance.Target) { target.APIKey = "" },
		"a key with a line's end":  func(target *conformance.Target) { target.APIKey += "\n" },
		"an unknown known failure": func(target *conformance.Target) { target.KnownFailures = []string{"createKey/20"} },
	} {
		g := newGateway(nil)
		target := g.target()
		change(&target)
		report, err := conformance.Check(t.Context(), target, ignore)
		require.ErrorIs(t, err, conformance.ErrInvalidTarget, name)
		assert.Nil(t, report, name)
		assert.Empty(t, g.sent, name)
	}
}

// TestWhatIsNotTheAPI: the first response tells, and nothing is minted.
func TestWhatIsNotTheAPI(t *testing.T) {
	t.Parallel()
	page := func(status int, contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.Header().Set("Location", "https://login.test/")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	api := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Qai-Request-Id", "req_1")
			page(status, "application/json", body)(w, r)
		}
	}
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		want    error
		says    string
	}{
		"a login page":         {page(200, "text/html", "<form>"), conformance.ErrNotTheAPI, `status 200 with a body of the type "text/html" that isn't a JSON object`},
		"a redirect":           {page(302, "text/html", ""), conformance.ErrNotTheAPI, "is redirected (status 302), maybe to a login page"},
		"another API":          {page(200, "application/json", `{"data":[]}`), conformance.ErrNotTheAPI, "status 200 with JSON that the API doesn't send"},
		"no such path":         {page(404, "application/json", `{"error":{}}`), conformance.ErrNotTheAPI, "status 404"},
		"a list of JSON":       {page(200, "application/json", `[]`), conformance.ErrNotTheAPI, "isn't a JSON object"},
		"an unknown key":       {api(401, `{"error":{"message":"no"}}`), conformance.ErrCredential, "(status 401): it is unknown, revoked or expired"},
		"a restricted key":     {api(403, `{"error":{"message":"no"}}`), conformance.ErrCredential, "(status 403): it may not list keys"},
		"a proxy's error":      {page(502, "text/html", "<h1>"), conformance.ErrUnreachable, "status 502"},
		"a gateway that fails": {api(500, `{"error":{}}`), conformance.ErrUnreachable, "status 500"},
	} {
		requests := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { requests++; c.handler(w, r) }))
		report, err := conformance.Check(t.Context(), conformance.Target{BaseURL: server.URL, APIKey: "qai_k_0123456789abcdef"}, ignore)
		server.Close()
		require.ErrorIs(t, err, c.want, name)
		assert.ErrorContains(t, err, c.says, name)
		assert.NotContains(t, err.Error(), "0123456789abcdef", name)
		assert.Nil(t, report, name)
		assert.Equal(t, 1, requests, name)
	}
}

func TestAnUnreachableTarget(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	_, err := conformance.Check(t.Context(), conformance.Target{BaseURL: server.URL, APIKey: "qai_test"}, ignore)
	require.ErrorIs(t, err, conformance.ErrUnreachable)
	assert.ErrorContains(t, err, "no response: dial tcp")
}

// serve serves a handler in memory, in a bubble of virtual time.
func serve(t *testing.T, handler http.Handler) conformance.Target {
	t.Helper()
	listener := memnet.Listen()
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Hour}
	go func() { _ = server.Serve(listener) }()
	transport := listener.Transport()
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
	})
	return conformance.Target{BaseURL: "http://gateway.test", APIKey: master, HTTPClient: &http.Client{Transport: transport}}
}

func TestATargetThatHangs(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func(http.ResponseWriter){
		"without a response": func(http.ResponseWriter) {},
		"within its body": func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, `{"keys":[`)
			w.(http.Flusher).Flush()
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			target := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				begin(w)
				<-r.Context().Done()
			}))
			_, err := conformance.Check(t.Context(), target, ignore)
			require.ErrorIs(t, err, conformance.ErrUnreachable, name)
			assert.ErrorContains(t, err, "GET /qai/v1/keys: no whole response within 30s", name)
		})
	}
}

// TestATargetThatGoesAway: the run stops, and says which keys are left.
func TestATargetThatGoesAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // The cleanup tries again.
		g := newGateway(nil)
		target := g.target()
		target.HTTPClient.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			if len(g.sent) > 50 {
				return nil, errors.New("the network is down")
			}
			return g.RoundTrip(r)
		})
		report, err := conformance.Check(t.Context(), target, ignore)
		require.ErrorIs(t, err, conformance.ErrUnreachable)
		assert.ErrorContains(t, err, "3 requests in a row failed: no response: the network is down")
		assert.Contains(t, resultOf(t, report, "cleanup").Reason, `"key_05", `)
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestHalfABody(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		operation string
		want      error
	}{"of the first response": {"listKeys", conformance.ErrUnreachable}, "of another": {"getKeyUsage", nil}} {
		mock := keystest.NewServer(t)
		mock.Inject(keystest.Fault{Operation: c.operation, Truncate: 5, Times: -1})
		report, err := conformance.Check(t.Context(), conformance.Target{BaseURL: mock.URL, APIKey: mock.APIKey}, ignore)
		require.ErrorIs(t, err, c.want, name)
		if c.want == nil {
			assert.Equal(t, "the body ends early", resultOf(t, report, "getKeyUsage/200").Reason, name)
			for _, rule := range failed(report) {
				assert.Contains(t, rule, "getKeyUsage/")
			}
		}
	}
}

// TestALimitOfTheTargetIsWaitedFor: a credential with a limit is told to wait, and the run does.
func TestALimitOfTheTargetIsWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		target := serve(t, keystest.NewHandler(keystest.WithAPIKey(master), keystest.WithTier("internal"), keystest.WithRateLimit(120)))
		start := time.Now()
		report := check(t, target)
		assert.Empty(t, failed(report))
		assert.Less(t, time.Since(start), 4*time.Minute)
		assert.Greater(t, time.Since(start), 30*time.Second)
	})
}

// TestAListOfAThousand: the account's other keys are of any number, and are listed each time.
func TestAListOfAThousand(t *testing.T) {
	t.Parallel()
	g := newGateway(nil, keystest.WithKeys(1000))
	target := g.target()
	target.ReadOnly = true
	report := check(t, target)
	assert.Equal(t, conformance.Passed, resultOf(t, report, "listKeys/200").Outcome)
}

// TestNoSecretIsShown: neither the credential nor a new secret, whatever the server does with them and however it writes them.
func TestNoSecretIsShown(t *testing.T) {
	t.Parallel()
	const credential = `qai_k_"the\credential"&of<the>target`
	for name, echo := range map[string]func(*response){
		"in an error": func(resp *response) { resp.status, resp.raw = 400, `{"error":{"message":`+quote(credential)+`}}` },
		"escaped": func(resp *response) {
			resp.status, resp.raw = 400, `{"error":"\u0071ai_k_\"the\\credential\"\u0026of<the>target"}`
		},
		"in a page":   func(resp *response) { resp.raw = "<p>" + credential + "</p>" },
		"in a header": func(resp *response) { resp.status = 400; resp.header.Set("X-Debug", credential) },
		"in a refusal": func(resp *response) {
			resp.status, resp.body = 400, map[string]any{"new": "sk-0123456789", "error": nil}
		},
	} {
		g := newGateway(spoil("createKey", 200, func(_ *http.Request, resp *response) { echo(resp) }), keystest.WithAPIKey(credential))
		report := check(t, g.target())
		require.Equal(t, conformance.Failed, resultOf(t, report, "createKey/200").Outcome, name)
		for _, result := range report.Results {
			for _, part := range []string{"credential", "sk-0123456789"} {
				assert.NotContains(t, result.String(), part, name)
			}
		}
	}
}

func quote(text string) string {
	quoted, _ := json.Marshal(text)
	return string(quoted)
}
