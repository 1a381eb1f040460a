package conformance_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/conformance"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// limited responds to each request of an operation that its limit is reached.
func limited(id, retryAfter string, requests *int) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if operationOf(r) != id {
				next.ServeHTTP(w, r)
				return
			}
			*requests++
			w.Header().Set("Retry-After", retryAfter)
			respond(w, http.StatusTooManyRequests)
		})
	}
}

// TestALimitThatNeverEnds: one request is tried twenty times, at least a second apart, whatever the target says about the wait.
func TestALimitThatNeverEnds(t *testing.T) {
	t.Parallel()
	for retryAfter, wait := range map[string]time.Duration{
		"0": 19 * time.Second, "1": 19 * time.Second, "2": 38 * time.Second, "": 95 * time.Second, "-1": 95 * time.Second, "now": 95 * time.Second,
	} {
		synctest.Test(t, func(t *testing.T) {
			requests := 0
			start := time.Now()
			_, err := conformance.Check(t.Context(), newGateway(limited("listKeys", retryAfter, &requests)).target(), ignore)
			require.ErrorIs(t, err, conformance.ErrUnreachable)
			assert.ErrorContains(t, err, "GET /qai/v1/keys: status 429")
			assert.Equal(t, 20, requests, "%q", retryAfter)
			assert.Equal(t, wait, time.Since(start), "%q", retryAfter)
		})
	}
}

// TestALimitOfOneOperation: all waits of a run are bounded, and so are its requests.
func TestALimitOfOneOperation(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"getKeyUsage", "createKey", "revokeKey"} {
		synctest.Test(t, func(t *testing.T) {
			requests := 0
			start := time.Now()
			report, err := conformance.Check(t.Context(), newGateway(limited(id, "0", &requests)).target(), ignore)
			require.NoError(t, err)
			assert.Less(t, report.Requests, 32*len(doc().Operations)+180, id)
			assert.LessOrEqual(t, time.Since(start), 3*time.Minute, id)
			assert.NotContains(t, failed(report), id+"/200", "a limit is no deviation")
		})
	}
}

// TestTheRequestsOfARunAreBounded: also by a server whose list has any number of keys with the run's names.
func TestTheRequestsOfARunAreBounded(t *testing.T) {
	t.Parallel()
	const many = 3_000
	name := ""
	named := misread("createKey", func(_ *http.Request, body map[string]any) int {
		if text, ok := body["name"].(string); ok && strings.HasPrefix(text, "qaikeys-conformance-") {
			name = text
		}
		return 0
	})
	endless := spoil("listKeys", 200, func(_ *http.Request, resp *response) {
		if name == "" {
			return
		}
		keys := resp.body["keys"].([]any)
		for i := range many {
			keys = append(keys, map[string]any{"id": fmt.Sprint("endless_", i), "name": name})
		}
		resp.body["keys"] = keys
	})
	deleted := 0
	report, err := conformance.Check(t.Context(), newGateway(func(next http.Handler) http.Handler {
		next = named(endless(next))
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, "/endless_") {
				deleted++
				respond(w, http.StatusInternalServerError)
				return
			}
			next.ServeHTTP(w, r)
		})
	}).target(), ignore)
	require.NoError(t, err)
	assert.Equal(t, 2_000, report.Requests)
	assert.Positive(t, deleted)
	result := resultOf(t, report, "cleanup")
	assert.Equal(t, conformance.Failed, result.Outcome)
	assert.Contains(t, result.Reason, "revoke them by hand")
}

// TestADeepBody: a validator's time may grow with the depth of a scope as a power of two.
func TestADeepBody(t *testing.T) {
	t.Parallel()
	g := newGateway(spoil("createKey", 200, func(_ *http.Request, resp *response) {
		var scope any = []any{nil}
		for range 60 {
			scope = []any{scope}
		}
		resp.body["details"].(map[string]any)["scope"] = scope
	}))
	before := g.mock.Keys()
	report, err := conformance.Check(t.Context(), g.target(), ignore)
	require.NoError(t, err)
	assert.Equal(t, conformance.Passed, resultOf(t, report, "createKey/200").Outcome)
	assertNothingLeft(t, g, before)
}
