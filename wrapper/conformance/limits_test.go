package conformance_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/conformance"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// limited responds to each request of an operation that its limit is reached.
func limited(id, retryAfter string, requests *int) func(http.Handler) http.Handler {
	return answering(id, func(w http.ResponseWriter) {
		*requests++
		w.Header().Set("Retry-After", retryAfter)
		respond(w, http.StatusTooManyRequests)
	})
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
			report := check(t, newGateway(limited(id, "0", &requests)).target())
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
	assert.Contains(t, result.Reason, "revoke them by hand: \"endless_0\", \"endless_1\", ")
	assert.Contains(t, result.Reason, ", and 2950 more; ")
	assert.Contains(t, result.Reason, "since the list of keys can't be read: the run has sent 2000 requests, and sends no more: find out why")
	assert.Regexp(t, `; revoke every key whose name has "qaikeys-conformance-[0-9a-f]{12}" in it`, result.Reason)
	assert.Less(t, len(result.Reason), 2_000)
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
	report := check(t, g.target())
	assert.Equal(t, conformance.Passed, resultOf(t, report, "createKey/200").Outcome)
	assertNothingLeft(t, g)
}

// TestTheCleanupGoesOn as long as it revokes keys, also of a target that takes few requests a minute. It has time of its own to wait.
func TestTheCleanupGoesOn(t *testing.T) {
	t.Parallel()
	for _, perMinute := range []int{1, 2, 5, 10, 30} {
		synctest.Test(t, func(t *testing.T) {
			mock := keystest.NewHandler(keystest.WithAPIKey(master), keystest.WithTier("internal"), keystest.WithRateLimit(perMinute))
			start := time.Now()
			report := check(t, serve(t, mock))
			t.Log(perMinute, time.Since(start), len(mock.Keys()), report.Requests)
			result := resultOf(t, report, "cleanup")
			assert.Equal(t, conformance.Passed, result.Outcome, "%d a minute: %s", perMinute, result.Reason)
			require.NotEmpty(t, mock.Keys())
			for _, key := range mock.Keys() {
				assert.True(t, key.Revoked, "%d a minute: %s", perMinute, key.ID)
			}
		})
	}
}

// TestTheCleanupEnds: after two minutes in which nothing succeeds, and after fifteen in any case.
func TestTheCleanupEnds(t *testing.T) {
	t.Parallel()
	tries := 0
	for name, c := range map[string]struct {
		most    time.Duration
		respond func(next http.Handler, w http.ResponseWriter, r *http.Request)
	}{
		"a target that hangs": {2*time.Minute + time.Second, func(_ http.Handler, _ http.ResponseWriter, r *http.Request) {
			_, _ = io.ReadAll(r.Body) // Before the client goes: otherwise the server doesn't see that it has gone.
			<-r.Context().Done()
		}},
		"a limit that never ends": {2*time.Minute + time.Second, func(_ http.Handler, w http.ResponseWriter, _ *http.Request) { respond(w, http.StatusTooManyRequests) }},
		"a target that is as slow as it can be": {15*time.Minute + time.Second, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
			time.Sleep(29 * time.Second) // In the time of synctest.
			if tries++; tries%3 != 0 {
				w.Header().Set("Retry-After", "15")
				respond(w, http.StatusTooManyRequests)
			} else {
				next.ServeHTTP(w, r)
			}
		}},
	} {
		synctest.Test(t, func(t *testing.T) {
			tries = 0
			mock := keystest.NewHandler(keystest.WithAPIKey(master), keystest.WithTier("internal"))
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			target := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if ctx.Err() != nil {
					c.respond(mock, w, r)
				} else {
					mock.ServeHTTP(w, r)
				}
			}))
			var start time.Time
			report, err := conformance.Check(ctx, target, func(result conformance.Result) {
				if result.Name == "createPartnerKey/unknown_property" { // There are many keys now.
					start = time.Now()
					cancel()
				}
			})
			require.ErrorIs(t, err, context.Canceled)
			t.Log(name, time.Since(start), len(mock.Keys()))
			assert.Less(t, time.Since(start), c.most, name)
			result := resultOf(t, report, "cleanup")
			assert.Equal(t, conformance.Failed, result.Outcome, name)
			assert.Regexp(t, `revoke them by hand: "key_0`, result.Reason, name)
			assert.Regexp(t, `revoke every key whose name has "qaikeys-conformance-[0-9a-f]{12}" in it`, result.Reason, name)
		})
	}
}

// TestALargeResponseIsBounded: its body, the values in it, and its headers, of which a result has fifty.
func TestALargeResponseIsBounded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ operation, body, reason string }{
		{"listKeys", strings.Repeat(" ", 16<<20) + "{}", "the body is larger than 16 MiB"},
		{"rotateKey", strings.Repeat(" ", 1<<20) + "{}", "the body is larger than 1 MiB"},
		{"getKeyUsage", `{"a":[` + strings.Repeat("0,", 1<<20+1) + `0]}`, "the body has more than 1048576 commas"},
	} {
		requests := 0
		g := newGateway(func(next http.Handler) http.Handler {
			large := answering(c.operation, func(w http.ResponseWriter) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = io.WriteString(w, c.body)
			})(next)
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if operationOf(r) == c.operation {
					requests++
				}
				if requests == 2 { // The first list has to be one.
					requests++
					large.ServeHTTP(w, r)
				} else {
					next.ServeHTTP(w, r)
				}
			})
		})
		result := resultOf(t, check(t, g.target()), c.operation+"/200")
		assert.Equal(t, c.reason, result.Reason, c.operation)
		assert.Regexp(t, `^\(\d+ bytes; not shown`, result.Exchange.Body, c.operation)
	}

	g := newGateway(answering("getKeyUsage", func(w http.ResponseWriter) {
		for i := range 100 {
			w.Header().Add("X-Many", strconv.Itoa(i))
			w.Header().Set(fmt.Sprint("X-", i), "")
		}
		w.Header().Set("A-"+strings.Repeat("a", 1000), strings.Repeat("b", 1000))
		w.WriteHeader(http.StatusTeapot)
	}))
	x := resultOf(t, check(t, readOnly(g)), "getKeyUsage/200").Exchange
	values := 0
	for name, all := range x.Header {
		values += len(all)
		assert.Less(t, len(name)+len(all[0]), 450)
	}
	assert.Equal(t, 50, values)
}

// TestTheHeadersOfAResponseAreBounded, where the suite makes the client.
func TestTheHeadersOfAResponseAreBounded(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Large", strings.Repeat("x", 100_000))
	}))
	defer server.Close()
	_, err := conformance.Check(t.Context(), conformance.Target{BaseURL: server.URL, APIKey: master}, ignore)
	require.ErrorIs(t, err, conformance.ErrUnreachable)
	assert.ErrorContains(t, err, "server response headers exceeded 65536 bytes")
}
