package conformance_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/conformance"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// instead changes each response that answers with a status, whatever it answers.
func instead(from, to int) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			recorder := httptest.NewRecorder()
			next.ServeHTTP(recorder, r)
			if recorder.Code == from {
				respond(w, to)
				return
			}
			replay(w, recorder)
		})
	}
}

// scoped changes the cap that a new key's scope has.
func scoped(change func(any) any) func(http.Handler) http.Handler {
	return spoil("createKey", 200, func(_ *http.Request, resp *response) {
		if scope, ok := resp.body["details"].(map[string]any)["scope"].(map[string]any); ok {
			scope["spend_cap_usd"] = change(scope["spend_cap_usd"])
		}
	})
}

// keysMayNotManage refuses a minted key wherever another may go, and where its limit is used up.
func keysMayNotManage(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		if r.Header.Get("X-Api-Key") != master && r.Header.Get("X-Api-Key") != "" {
			next.ServeHTTP(recorder, r.Clone(r.Context()))
			if recorder.Code < 300 || recorder.Code == 429 {
				respond(w, 403)
				return
			}
			replay(w, recorder)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// replay writes a response that was recorded.
func replay(w http.ResponseWriter, recorder *httptest.ResponseRecorder) {
	for name, values := range recorder.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(recorder.Code)
	_, _ = w.Write(recorder.Body.Bytes())
}

// shortest refuses tokens that live for less than this, in seconds, and makes those that live for an hour or more fatal.
func shortest(least float64) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return spoil("createEphemeralKey", 200, func(_ *http.Request, resp *response) {
			if expiry, err := time.Parse(time.RFC3339, resp.body["expires_at"].(string)); err != nil || time.Until(expiry) > 59*time.Minute {
				resp.status = 500
			}
		})(misread("createEphemeralKey", func(_ *http.Request, body map[string]any) int {
			ttl, ok := body["ttl"].(float64)
			return when(ok && ttl < least, 400)
		})(next))
	}
}

// TestNoFalseAlarm: what the document leaves open is no deviation, and a rule that can't be judged then says why.
func TestNoFalseAlarm(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		plant   func(http.Handler) http.Handler
		reasons map[string]string // Of rules that aren't reached.
	}{
		"a server that doesn't know the method": {instead(405, 501), map[string]string{"createKey/405": "the target answers 501"}},
		"a router without 405":                  {instead(405, 404), map[string]string{"createKey/405": "the target answers 404"}},
		"a path that has another method": {instead(405, 200), map[string]string{
			"getKeyUsage/405": "the target has an operation that the document lacks",
		}},
		"a 405 that isn't JSON and allows more": {spoil("", 405, func(_ *http.Request, resp *response) {
			resp.raw = "Method Not Allowed\n"
			resp.header.Set("Content-Type", "text/plain")
			resp.header.Set("Allow", "GET, HEAD, POST, DELETE, TRACE")
		}), nil},
		"null is taken for absent": {misread("", func(_ *http.Request, body map[string]any) int {
			for name, value := range body {
				if value == nil {
					delete(body, name)
				}
			}
			return 0
		}), nil},
		"a scope without a cap of 0": {scoped(func(value any) any {
			if value == 0.0 {
				return nil
			}
			return value
		}), map[string]string{"createKey/zero_cap": "the target doesn't tell caps as numbers in scope.spend_cap_usd"}},
		"a scope with caps as text": {scoped(func(value any) any { return fmt.Sprint(value) }), map[string]string{
			"createKey/zero_cap": "the target doesn't tell caps as numbers in scope.spend_cap_usd",
		}},
		"a scope with caps as objects": {scoped(func(value any) any { return map[string]any{"amount": value} }), map[string]string{
			"createKey/zero_cap": "the target doesn't tell caps as numbers in scope.spend_cap_usd",
		}},
		"keys that may not manage keys": {keysMayNotManage, map[string]string{
			"createKey/authenticates": "the key authenticates, but may not list keys (status 403)",
			"createKey/endpoints":     "the target's keys may not list keys (status 403)",
			"rotateKey/grace":         "the target's keys may not list keys (status 403)",
			"listKeys/429":            "the target's keys may not list keys (status 403)",
		}},
		"no money for what costs": {misread("createKey", func(_ *http.Request, body map[string]any) int {
			return when(body["spend_cap_usd"] == 0.0, 402)
		}), map[string]string{"createKey/zero_cap": "it needs a key, and the credential may not mint one with createKey (status 402)"}},
		"tokens that live for a minute at least": {shortest(60), nil},
		"tokens that live for ten at least":      {shortest(600), nil},
		"a credential that may not see usage": {misread("getKeyUsage", func(r *http.Request, _ map[string]any) int {
			return when(r.Header.Get("X-Api-Key") == master, 403)
		}), map[string]string{
			"getKeyUsage/200":            "the credential may not do this (status 403)",
			"getKeyUsage/404":            "the credential may not do this (status 403)",
			"getKeyUsage/odd_id/percent": "the credential may not do this (status 403)",
		}},
		"ids that a path has to escape": {strangeIDs, nil},
		"another minute begins": {func(next http.Handler) http.Handler {
			told := 0
			return spoil("listDeviceKeys", 429, func(_ *http.Request, resp *response) {
				if told++; told <= 2 {
					resp.status, resp.body = 200, map[string]any{"devices": []any{}}
				}
			})(next)
		}, nil},
		"a router that cleans paths": {func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.Contains(r.URL.Path, "/..") {
					http.Redirect(w, r, "/qai/v1", http.StatusMovedPermanently)
					return
				}
				next.ServeHTTP(w, r)
			})
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGateway(c.plant)
			report := check(t, g.target())
			for _, rule := range failed(report) {
				t.Errorf("%s %s", rule, resultOf(t, report, rule))
			}
			for _, rule := range []string{"createKey/200", "rotateKey/200", "revokeKey/again"} {
				assert.Equal(t, conformance.Passed, resultOf(t, report, rule).Outcome, rule)
			}
			for rule, reason := range c.reasons {
				result := resultOf(t, report, rule)
				assert.Equal(t, conformance.NotReached, result.Outcome, rule)
				assert.Equal(t, reason, result.Reason, rule)
			}
			assertNothingLeft(t, g)
		})
	}
}

// strangeIDs has ids that can't be in a path as they are.
func strangeIDs(next http.Handler) http.Handler {
	const strange = `%2F/'?#ключ `
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.Path, r.URL.RawPath = strings.ReplaceAll(r.URL.Path, strange, "key"), ""
		recorder := httptest.NewRecorder()
		next.ServeHTTP(recorder, r)
		recorder.Body = bytes.NewBufferString(strings.ReplaceAll(recorder.Body.String(), `id":"key_`, `id":"`+strange+"_"))
		replay(w, recorder)
	})
}

// when returns a status, or 0.
func when(condition bool, status int) int {
	if condition {
		return status
	}
	return 0
}

// TestNoMiss: what a server refuses though the document allows it, and what the document doesn't have, is found by the rule that is named
// for it, and by no other.
func TestNoMiss(t *testing.T) {
	t.Parallel()
	assertFound(t, map[string]deviation{
		"another method is fatal": {func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if operationOf(r) == "" && strings.HasSuffix(r.URL.Path, "/usage") {
					respond(w, 500)
					return
				}
				next.ServeHTTP(w, r)
			})
		}, []string{"getKeyUsage/405"}},
		"a status that the document lacks": {misread("createKey", func(_ *http.Request, body map[string]any) int {
			return when(body["qaikeys_conformance"] != nil, 418)
		}), []string{"createKey/undocumented_status"}},
		"an undocumented success": {misread("rotateKey", func(_ *http.Request, body map[string]any) int {
			return when(len(body) > 1, 202)
		}), []string{"cleanup", "rotateKey/undocumented_status"}}, // It may have minted a key.
		"every time to live is refused": {misread("createEphemeralKey", func(r *http.Request, body map[string]any) int {
			return when(body["ttl"] != nil && r.Header.Get("X-Api-Key") == master, 400)
		}), []string{"createEphemeralKey/200", "createEphemeralKey/200/required_only"}},
		"a cap of 0 is refused": {misread("createKey", func(_ *http.Request, body map[string]any) int {
			return when(body["spend_cap_usd"] == 0.0, 400)
		}), []string{"createKey/zero_cap"}},
		"no grace is refused": {misread("rotateKey", func(_ *http.Request, body map[string]any) int {
			return when(body["grace_seconds"] == 0.0, 400)
		}), []string{"rotateKey/no_grace"}},
		"an Idempotency-Key is refused": {misread("", func(r *http.Request, _ map[string]any) int {
			return when(r.Header.Get("Idempotency-Key") != "", 409)
		}), []string{
			"createKey/idempotency_key_ignored", "createEphemeralKey/idempotency_key_ignored", "createPartnerKey/idempotency_key_ignored",
		}},
		"a path among endpoints is refused": {misread("createKey", func(_ *http.Request, body map[string]any) int {
			return when(strings.Contains(fmt.Sprint(body["endpoints"]), "[/qai/v1/keys]"), 400)
		}), []string{"createKey/endpoints"}},
		"a limit of 1 is refused": {misread("createKey", func(_ *http.Request, body map[string]any) int {
			return when(body["rate_limit"] == 1.0, 400)
		}), []string{"createKey/429"}},
		"a restriction is refused": {misread("createKey", func(_ *http.Request, body map[string]any) int {
			return when(len(body) == 2 && fmt.Sprint(body["endpoints"]) == "[chat]", 400)
		}), []string{"createKey/403"}},
	})
}

// TestALimitThatIsNotWaitedForAnyMore: what a rule didn't see because of the target's limit isn't a finding.
func TestALimitThatIsNotWaitedForAnyMore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		handler := keystest.NewHandler(keystest.WithAPIKey(master), keystest.WithTier("internal"), keystest.WithRateLimit(20))
		report := check(t, serve(t, handler))
		limited := 0
		for _, result := range report.Results {
			if result.Operation != "" { // The cleanup meets the limit, too.
				assert.NotEqual(t, conformance.Failed, result.Outcome, "%s %s", result.Name, result)
			}
			if result.Reason == "the target's rate limit" {
				limited++
			}
		}
		assert.Greater(t, limited, 20)
	})
}

// TestAKnownFailureThatPasses: an entry that isn't true any more is reported under its own name, and no rule beside it.
func TestAKnownFailureThatPasses(t *testing.T) {
	t.Parallel()
	for entry, want := range map[string]map[string]conformance.Outcome{
		"listKeys/credential":     {"listKeys/credential": conformance.UnexpectedPass, "listKeys/credential/bearerToken": conformance.Passed},
		"createKey":               {"createKey": conformance.UnexpectedPass, "createKey/undocumented_status": conformance.Passed, "createKey/503": conformance.NotReached},
		"createKey/200/":          {"createKey/200": conformance.UnexpectedPass, "createKey/200/required_only": conformance.Passed},
		"createKey/400/name_null": {"createKey/400/name_null": conformance.UnexpectedPass},
		"getKeyUsage/402":         {"getKeyUsage/402": conformance.NotReached},
	} {
		target := newGateway(nil).target()
		target.KnownFailures = []string{entry}
		report := check(t, target)
		names := map[string]bool{}
		for _, result := range report.Results {
			assert.False(t, names[result.Name], "%s is there twice", result.Name)
			names[result.Name] = true
		}
		for rule, outcome := range want {
			result := resultOf(t, report, rule)
			assert.Equal(t, outcome, result.Outcome, "%s: %s", entry, rule)
			assert.Contains(t, entry, result.Operation)
			assert.NotEmpty(t, result.Operation)
			if outcome == conformance.UnexpectedPass {
				assert.Contains(t, result.Reason, "remove")
				assert.Contains(t, result.Reason, strings.TrimSuffix(entry, "/"))
			}
		}
	}
}

// TestTheRulesOfExamples: what the documentation shows as the name of a rule is one.
func TestTheRulesOfExamples(t *testing.T) {
	t.Parallel()
	g := newGateway(nil)
	report := check(t, g.target())
	names, groups, operations := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, result := range report.Results {
		operations[result.Operation] = true
		for name := result.Name; strings.Contains(name, "/"); name = path.Dir(name) {
			names[name], groups[path.Dir(name)] = true, true
		}
	}
	delete(operations, "") // The cleanup's.
	rule := regexp.MustCompile(`\b(` + strings.Join(slices.Collect(maps.Keys(operations)), "|") + `)/[0-9A-Za-z_/]*[0-9A-Za-z_](/…)?`)
	for _, file := range []string{"conformance.go", "report.go", "example_test.go", "../../docs/keysmock.md"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, name := range rule.FindAllString(string(text), -1) {
			group, isGroup := strings.CutSuffix(name, "/…")
			assert.True(t, names[group], "%s shows %s, which isn't a rule", file, name)
			assert.True(t, groups[group] || !isGroup, "%s shows %s, and no rule is below it", file, name)
		}
	}
}

// TestTheReportCounts: a run that reached little says so.
func TestTheReportCounts(t *testing.T) {
	t.Parallel()
	target := newGateway(nil).target()
	target.ReadOnly = true
	target.KnownFailures = []string{"listKeys/200"}
	report := check(t, target)
	counts := map[conformance.Outcome]int{}
	for _, result := range report.Results[:len(report.Results)-1] { // Not the cleanup.
		counts[result.Outcome]++
	}
	require.Greater(t, counts[conformance.NotReached], 100)
	assert.Contains(t, report.String(), fmt.Sprintf("\n\nOf %d rules %d passed, 1 unexpected pass, %d not reached.\n",
		len(report.Results)-1, counts[conformance.Passed], counts[conformance.NotReached]))
	assert.Contains(t, (&conformance.Report{}).String(), "Of 0 rules 0 not reached.")
}
