package conformance_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys/generated/server"
	"github.com/qaikeys/qaikeys/wrapper/conformance"
	"github.com/qaikeys/qaikeys/wrapper/document"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// cleanupOf runs the suite and returns the result of the cleanup.
func cleanupOf(t *testing.T, g *gateway) conformance.Result {
	t.Helper()
	report := check(t, g.target())
	return resultOf(t, report, "cleanup")
}

// revoking makes a revocation respond without an effect.
func revoking(status int) func(http.Handler) http.Handler {
	return answering("revokeKey", func(w http.ResponseWriter) { respond(w, status) })
}

// TestTheCleanupReadsWhetherItRevoked: a response to a revocation isn't believed.
func TestTheCleanupReadsWhetherItRevoked(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(http.Handler) http.Handler{
		"a success without an effect": revoking(200),
		"not found":                   revoking(404),
	} {
		g := newGateway(fault)
		result := cleanupOf(t, g)
		assert.Equal(t, conformance.Failed, result.Outcome, name)
		require.NotEmpty(t, live(g), name)
		for _, id := range live(g) {
			assert.Contains(t, result.Reason, `"`+id+`"`, name)
		}
	}
}

// refusedOnce makes the first revocation of each key besides the first have no effect.
func refusedOnce(refuse func(w http.ResponseWriter)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		tried := map[string]bool{"/qai/v1/keys/key_04": true}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if operationOf(r) == "revokeKey" && strings.Contains(r.URL.Path, "/key_") && !tried[r.URL.Path] {
				tried[r.URL.Path] = true
				refuse(w)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// TestTheCleanupTriesAgain where a proxy refused, or the connection was lost, and waits as long as it is asked to.
func TestTheCleanupTriesAgain(t *testing.T) {
	t.Parallel()
	for name, refuse := range map[string]func(http.ResponseWriter){
		"502":               func(w http.ResponseWriter) { respond(w, 502) },
		"503":               func(w http.ResponseWriter) { respond(w, 503) },
		"504":               func(w http.ResponseWriter) { respond(w, 504) },
		"a lost connection": func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
	} {
		synctest.Test(t, func(t *testing.T) {
			mock := keystest.NewHandler(keystest.WithAPIKey(master), keystest.WithTier("internal"), keystest.WithKeys(2), keystest.WithDevices(1))
			report := check(t, serve(t, refusedOnce(refuse)(mock)))
			result := resultOf(t, report, "cleanup")
			assert.Equal(t, conformance.Passed, result.Outcome, "%s: %s", name, result.Reason)
			for _, key := range mock.Keys()[3:] {
				assert.True(t, key.Revoked, "%s: %s", name, key.ID)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		over := time.Time{}
		g := newGateway(nil)
		g.spoiled = refusedOnce(func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", "20")
			respond(w, 503)
			over = time.Now().Add(20 * time.Second)
		})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if operationOf(r) == "revokeKey" && time.Now().Before(over) {
				respond(w, 503)
				return
			}
			g.mock.ServeHTTP(w, r)
		}))
		assert.Equal(t, conformance.Passed, cleanupOf(t, g).Outcome)
		assertNothingLeft(t, g)
	})
}

// TestTheCleanupReadsTheListAgain where its last one was refused by a proxy, or has a key that was minted meanwhile.
func TestTheCleanupReadsTheListAgain(t *testing.T) {
	t.Parallel()
	for name, refused := range map[string]bool{"refused": true, "a new key": false} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			g := newGateway(nil)
			var late *http.Request
			revoked, done := false, false
			g.spoiled = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				r.Body = io.NopCloser(bytes.NewReader(body))
				switch operation := operationOf(r); {
				case !refused && operation == "createKey" && late == nil && onlyName.Match(body) && len(g.mock.Keys()) > len(g.before):
					late = r.Clone(context.WithoutCancel(r.Context()))
					respond(w, http.StatusInternalServerError)
					return
				case operation == "revokeKey":
					revoked = revoked || ctx.Err() != nil
				case operation == "listKeys" && revoked && !done:
					if done = true; refused {
						respond(w, http.StatusServiceUnavailable)
						return
					}
					g.mock.ServeHTTP(httptest.NewRecorder(), late)
				}
				g.mock.ServeHTTP(w, r)
			})
			report, err := conformance.Check(ctx, g.target(), func(result conformance.Result) {
				if result.Name == "createPartnerKey/unknown_property" { // There are many keys now.
					cancel()
				}
			})
			require.ErrorIs(t, err, context.Canceled)
			require.True(t, done, name)
			result := resultOf(t, report, "cleanup")
			assert.Equal(t, conformance.Passed, result.Outcome, "%s: %s", name, result.Reason)
			assertNothingLeft(t, g)
		})
	}
}

// TestTheListDecides which keys are left, and not the responses to their revocations.
func TestTheListDecides(t *testing.T) {
	t.Parallel()
	for _, status := range []int{403, 500, 503} {
		synctest.Test(t, func(t *testing.T) {
			g := newGateway(spoil("revokeKey", 200, func(r *http.Request, resp *response) {
				if !strings.HasSuffix(r.URL.Path, "/key_04") {
					resp.status = status
				}
			}))
			result := cleanupOf(t, g)
			assert.Equal(t, conformance.Passed, result.Outcome, result.Reason)
			assertNothingLeft(t, g)
		})
	}
}

// TestWhoMayNotRevokeMintsOnlyOneKey: the first key tells.
func TestWhoMayNotRevokeMintsOnlyOneKey(t *testing.T) {
	t.Parallel()
	g := newGateway(revoking(403))
	report := check(t, g.target())
	assert.Equal(t, []string{"key_04"}, live(g))
	assert.Contains(t, resultOf(t, report, "cleanup").Reason, `revoke them by hand: "key_04"`)
	assert.Equal(t, "it needs a key: no more keys are minted: the run's first one couldn't be revoked (status 403)",
		resultOf(t, report, "createKey/endpoints").Reason)
}

// TestTheIDsOfKeysThatAreLeftCanBeUsed: they are quoted and whole, also if they look like a secret or end a line.
func TestTheIDsOfKeysThatAreLeftCanBeUsed(t *testing.T) {
	t.Parallel()
	refused := revoking(500)
	for prefix, shown := range map[string]string{"qai_key_0000000000": `"qai_key_0000000000_04"`, `\n\u001b[2J,`: `"\n\x1b[2J,_04"`} {
		g := newGateway(nil)
		spoiled := refused(g.mock)
		g.spoiled = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			recorder := httptest.NewRecorder()
			spoiled.ServeHTTP(recorder, r)
			recorder.Body = bytes.NewBufferString(strings.ReplaceAll(recorder.Body.String(), `"id":"key`, `"id":"`+prefix))
			replay(w, recorder)
		})
		report := check(t, g.target())
		assert.Contains(t, resultOf(t, report, "cleanup").Reason, "revoke them by hand: "+shown)
	}
}

// TestAnIDThatHasASecretIsNotShown, in whatever form: the position in the list is.
func TestAnIDThatHasASecretIsNotShown(t *testing.T) {
	t.Parallel()
	const credential = "sess.0123456789abcdefSecret"
	for name, encode := range map[string]func(string) string{
		"plain": func(text string) string { return text }, "upper": strings.ToUpper, "percents": lettersAsPercents, "entities": lettersAsEntities,
		"long": func(text string) string { return strings.Repeat("x", 2040) + text },
	} {
		g := newGateway(nil, keystest.WithAPIKey(credential))
		spoiled := revoking(500)(g.mock)
		g.spoiled = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			recorder := httptest.NewRecorder()
			spoiled.ServeHTTP(recorder, r)
			recorder.Body = bytes.NewBufferString(strings.ReplaceAll(recorder.Body.String(), `"id":"key_04"`, `"id":"`+encode(credential)+`"`))
			replay(w, recorder)
		})
		report, err := conformance.Check(t.Context(), g.target(), ignore)
		require.NoError(t, err)
		reason := resultOf(t, report, "cleanup").Reason
		assert.Regexp(t, `^these keys couldn't be revoked, revoke them by hand: \[redacted\] \(number 4 in the list\); `+
			`revoke every key whose name has "qaikeys-conformance-[0-9a-f]{12}" in it$`, reason, name)
	}
}

// TestALostKeyIsTold: a mint succeeded without a readable id, and nothing in the list has a name of the run.
func TestALostKeyIsTold(t *testing.T) {
	t.Parallel()
	noID := spoil("createKey", 200, func(_ *http.Request, resp *response) { delete(resp.body["details"].(map[string]any), "id") })
	for name, c := range map[string]struct {
		fault func(http.Handler) http.Handler
		says  string
	}{
		"an empty list": {spoil("listKeys", 200, func(_ *http.Request, resp *response) { resp.body["keys"] = nil }), "keys that may have been minted weren't found"},
		"other names": {misread("createKey", func(_ *http.Request, body map[string]any) int {
			if body["name"] != nil {
				body["name"] = "unnamed"
			}
			return 0
		}), `revoke by hand those that nobody else minted: "key_04"`},
	} {
		g := newGateway(func(next http.Handler) http.Handler { return noID(c.fault(next)) })
		result := cleanupOf(t, g)
		assert.Equal(t, conformance.Failed, result.Outcome, name)
		assert.Contains(t, result.Reason, c.says, name)
		assert.Regexp(t, `revoke every key whose name has "qaikeys-conformance-[0-9a-f]{12}" in it`, result.Reason, name)
	}
}

// TestAnIDThatIsReturnedTwice: it is that of one key, and the list hides the other.
func TestAnIDThatIsReturnedTwice(t *testing.T) {
	t.Parallel()
	oneID := spoil("createKey", 200, func(_ *http.Request, resp *response) { resp.body["details"].(map[string]any)["id"] = "key_04" })
	hiding := spoil("listKeys", 200, func(_ *http.Request, resp *response) {
		keys := resp.body["keys"].([]any)
		resp.body["keys"] = keys[:min(len(keys), 4)]
	})
	result := cleanupOf(t, newGateway(func(next http.Handler) http.Handler { return oneID(hiding(next)) }))
	assert.Equal(t, conformance.Failed, result.Outcome)
	assert.Regexp(t, `^\d+ keys that may have been minted weren't found; `, result.Reason)
}

// late mints a key as long after the nth request for it has been cancelled, and counts them.
func late(g *gateway, nth int, after time.Duration, cancel func()) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		if operationOf(r) == "createKey" {
			if nth--; nth == 0 {
				body, _ := io.ReadAll(r.Body)
				go func() {
					time.Sleep(after) // In the time of synctest.
					again := r.Clone(context.WithoutCancel(r.Context()))
					again.Body = io.NopCloser(strings.NewReader(string(body)))
					g.mock.ServeHTTP(httptest.NewRecorder(), again)
				}()
				cancel()
				<-r.Context().Done()
				return nil, r.Context().Err()
			}
		}
		return g.RoundTrip(r)
	}
}

// TestAMintThatEndsLate: the client has given up, and the server mints nevertheless.
func TestAMintThatEndsLate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		after  time.Duration
		cancel bool
		want   conformance.Outcome
	}{
		"soon after the cancellation": {4 * time.Second, true, conformance.Passed},
		"soon after the timeout":      {34 * time.Second, false, conformance.Passed},
		"long after the cancellation": {time.Minute, true, conformance.Failed},
	} {
		synctest.Test(t, func(t *testing.T) {
			g := newGateway(nil)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			end := cancel
			if !c.cancel {
				end = func() {}
			}
			target := g.target()
			target.HTTPClient.Transport = late(g, 5, c.after, end)
			report, err := conformance.Check(ctx, target, ignore)
			assert.Equal(t, c.cancel, err != nil, name)
			result := resultOf(t, report, "cleanup")
			assert.Equal(t, c.want, result.Outcome, "%s: %s", name, result.Reason)
			time.Sleep(2 * time.Minute) // In the time of synctest.
			if c.want == conformance.Passed {
				assertNothingLeft(t, g)
			} else {
				assert.Contains(t, result.Reason, `1 keys that may have been minted weren't found; revoke every key whose name has "qaikeys-conformance-`, name)
			}
		})
	}
}

var onlyName = regexp.MustCompile(`^{"name":"qaikeys-conformance-[^"]*"}$`)

// delayed answers each mint with only a name of the run, besides the first, with a status, and mints after a while.
func delayed(status int, after time.Duration) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		first := true // The key that shows that keys can be revoked.
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			again := r.Clone(context.WithoutCancel(r.Context()))
			again.Body = io.NopCloser(bytes.NewReader(body))
			if operationOf(r) != "createKey" || first || !onlyName.Match(body) {
				first = first && operationOf(r) != "createKey"
				next.ServeHTTP(w, again)
				return
			}
			go func() {
				time.Sleep(after) // In the time of synctest.
				next.ServeHTTP(httptest.NewRecorder(), again)
			}()
			respond(w, status)
		})
	}
}

// TestAMintThatEndsAfterAnError: a proxy gives up, or the gateway says that it failed, and there is a key nevertheless.
func TestAMintThatEndsAfterAnError(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		after  time.Duration
		want   conformance.Outcome
	}{
		{500, 2 * time.Second, conformance.Passed}, {504, 4 * time.Second, conformance.Passed}, {502, 9 * time.Second, conformance.Passed},
		{504, time.Minute, conformance.Failed}, {503, time.Minute, conformance.Failed},
	} {
		synctest.Test(t, func(t *testing.T) {
			g := newGateway(delayed(c.status, c.after))
			result := cleanupOf(t, g)
			assert.Equal(t, c.want, result.Outcome, "%d after %v: %s", c.status, c.after, result.Reason)
			time.Sleep(2 * time.Minute) // In the time of synctest.
			assert.Greater(t, len(g.mock.Keys()), len(g.before)+1)
			if c.want == conformance.Passed {
				assertNothingLeft(t, g)
			} else {
				assert.Regexp(t, `^\d+ keys that may have been minted weren't found; revoke every key whose name has "qaikeys-conformance-`, result.Reason)
			}
		})
	}
}

// TestAnErrorThatMintsANamelessKey: it isn't revoked, since it may be somebody else's, but told.
func TestAnErrorThatMintsANamelessKey(t *testing.T) {
	t.Parallel()
	for name, mints := range map[string]bool{"a key": true, "no key": false} {
		synctest.Test(t, func(t *testing.T) {
			g := newGateway(func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					body, _ := io.ReadAll(r.Body)
					r.Body = io.NopCloser(bytes.NewReader(body))
					if operationOf(r) != "createKey" || bytes.Contains(body, []byte("qaikeys-conformance-")) {
						next.ServeHTTP(w, r)
						return
					}
					if mints {
						r.Body, r.ContentLength = io.NopCloser(strings.NewReader(`{"name":"unnamed"}`)), -1
						next.ServeHTTP(httptest.NewRecorder(), r)
					}
					respond(w, http.StatusInternalServerError)
				})
			})
			result := cleanupOf(t, g)
			if !mints {
				assert.Equal(t, conformance.Passed, result.Outcome, result.Reason)
				assertNothingLeft(t, g)
				return
			}
			assert.Equal(t, conformance.Failed, result.Outcome, name)
			require.NotEmpty(t, live(g))
			assert.Contains(t, result.Reason, `not revoked, since nothing shows that they are the run's, though they are new, and a mint of the run may `+
				`have made them: look at them, and revoke by hand those that nobody else minted: "`+strings.Join(live(g), `", "`)+`"`)
		})
	}
}

// TestAPanicOfTheClientIsAResult: also if it comes within a mint, after which there is a key.
func TestAPanicOfTheClientIsAResult(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"getKeyUsage", "createKey"} {
		g := newGateway(nil)
		target := g.target()
		calls := 0
		target.HTTPClient.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			resp, err := g.RoundTrip(r)
			if operationOf(r) != operation {
				return resp, err
			}
			if calls++; calls == 3 {
				panic("a bug with " + master)
			} else if calls == 4 {
				resp.Body = panics{}
			}
			return resp, err
		})
		report := check(t, target)
		require.Len(t, failed(report), 2)
		for _, name := range failed(report) {
			assert.Contains(t, resultOf(t, report, name).Reason, "the HTTP client panicked: a bug with [redacted]")
		}
		assertNothingLeft(t, g)
	}
}

// panics is a body that can't be read.
type panics struct{ io.ReadCloser }

func (panics) Read([]byte) (int, error) { panic("a bug with " + master) }
func (panics) Close() error             { return nil }

// slowly makes TestRunEndsBeforeTheTimeout the slow run that it watches.
const slowly = "QAIKEYS_TEST_SLOW_RUN"

// TestRunEndsBeforeTheTimeout: the flag -timeout ends a test binary without any cleanup, so a run ends, and cleans up, before.
func TestRunEndsBeforeTheTimeout(t *testing.T) {
	t.Parallel()
	if os.Getenv(slowly) != "" {
		mock := keystest.NewServer(t, keystest.WithTier("internal"), keystest.WithLatency(20*time.Millisecond))
		conformance.Run(t, conformance.Target{BaseURL: mock.URL, APIKey: mock.APIKey})
		for _, key := range mock.Keys() {
			t.Log("key revoked:", key.Revoked)
		}
		return
	}
	run := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.timeout=2s", "-test.v")
	run.Env = append(os.Environ(), slowly+"=1")
	out, err := run.CombinedOutput()
	require.Error(t, err)
	assert.Contains(t, string(out), "context deadline exceeded")
	assert.Contains(t, string(out), "key revoked: true")
	assert.NotContains(t, string(out), "key revoked: false")
	assert.NotContains(t, string(out), "panic: ")
}

// TestAnIDOfAnotherKeyIsLeftAlone: a mint returns the id of a key that isn't the run's.
func TestAnIDOfAnotherKeyIsLeftAlone(t *testing.T) {
	t.Parallel()
	for name, id := range map[string]string{"of before": "key_01", "of a key that was minted during the run": "key_04"} {
		g := newGateway(nil)
		done := false
		inner := g.spoiled
		g.spoiled = spoil("createKey", 200, func(_ *http.Request, resp *response) { resp.body["details"].(map[string]any)["id"] = id })(
			http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if operationOf(r) == "createKey" && !done {
					done = true
					other := r.Clone(r.Context())
					other.Body = io.NopCloser(strings.NewReader(`{"name":"production"}`))
					other.ContentLength = -1
					inner.ServeHTTP(httptest.NewRecorder(), other)
				}
				inner.ServeHTTP(w, r)
			}))
		result := cleanupOf(t, g)
		for _, r := range g.sent {
			if strings.Contains(r.URL.Path+"/", "/"+id+"/") {
				assert.Equal(t, http.MethodGet, r.Method, name)
			}
		}
		assert.Equal(t, []string{"key_04"}, live(g), "%s: only production is left", name)
		assert.Equal(t, conformance.Failed, result.Outcome, name)
		assert.Equal(t, `not revoked, since they aren't the run's, though mints returned their ids: "`+id+`"`, result.Reason, name)
	}
}

// TestNoKeyIsMintedWhereTheListDoesNotTellTheOthers: nothing could show whose a key is.
func TestNoKeyIsMintedWhereTheListDoesNotTellTheOthers(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(map[string]any){
		"another envelope": func(body map[string]any) { body["data"] = body["keys"]; delete(body, "keys") },
		"no ids":           func(body map[string]any) { delete(listOf(body)[1], "id") },
		"no names":         func(body map[string]any) { delete(listOf(body)[1], "name") },
		"one id twice":     func(body map[string]any) { listOf(body)[1]["id"] = "key_01" },
	} {
		g := newGateway(spoil("listKeys", 200, func(_ *http.Request, resp *response) { change(resp.body) }))
		report := check(t, g.target())
		assert.Equal(t, g.before, g.mock.Keys(), name)
		assert.Equal(t, "no keys are minted, since the list doesn't tell the ids and names of those that aren't the run's",
			resultOf(t, report, "createKey/200").Reason, name)
	}
}

// TestAKeyOfBeforeWithTheRunsName: it isn't revoked, and nobody is told to do so.
func TestAKeyOfBeforeWithTheRunsName(t *testing.T) {
	t.Parallel()
	name := ""
	seen := misread("createKey", func(_ *http.Request, body map[string]any) int {
		if text, _ := body["name"].(string); strings.HasPrefix(text, "qaikeys-") {
			name = text
		}
		return 0
	})
	g := newGateway(func(next http.Handler) http.Handler {
		return seen(spoil("listKeys", 200, func(_ *http.Request, resp *response) {
			if name != "" {
				listOf(resp.body)[0]["name"] = name
			}
		})(next))
	})
	result := cleanupOf(t, g)
	assertNothingLeft(t, g)
	assert.Equal(t, `not revoked, though they have a name of the run: they were there before the run: "key_01"`, result.Reason)
}

// TestOnlyMethodsWithoutAnEffectAreRefused: a gateway may have grown, so that another method of a path has an effect.
func TestOnlyMethodsWithoutAnEffectAreRefused(t *testing.T) {
	t.Parallel()
	g := newGateway(nil)
	require.Equal(t, conformance.Passed, cleanupOf(t, g).Outcome)
	tried := 0
	for _, r := range g.sent {
		if operationOf(r) == "" && !strings.Contains(r.URL.EscapedPath(), "%2") {
			assert.Contains(t, []string{http.MethodGet, "QAIKEYS"}, r.Method, r.URL.Path)
			tried++
		}
	}
	assert.Greater(t, tried, 4)
}

// TestAMintByAnotherMethodIsRevoked: the server mints whatever the method.
func TestAMintByAnotherMethodIsRevoked(t *testing.T) {
	t.Parallel()
	g := newGateway(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == "QAIKEYS" && r.URL.Path == "/qai/v1/keys" {
				r.Method, r.Body = http.MethodPost, io.NopCloser(strings.NewReader(`{"name":"none"}`))
				r.ContentLength = -1
				r.Header.Set("Content-Type", "application/json")
			}
			next.ServeHTTP(w, r)
		})
	})
	report := check(t, g.target())
	assert.Empty(t, failed(report), "an operation that the document lacks")
	assertNothingLeft(t, g)
}

// TestASlowTargetIsCleanedUp: each key has its time.
func TestASlowTargetIsCleanedUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mock := keystest.NewHandler(keystest.WithAPIKey(master), keystest.WithTier("internal"), keystest.WithLatency(8*time.Second))
		report := check(t, serve(t, mock))
		assert.Equal(t, conformance.Passed, resultOf(t, report, "cleanup").Outcome, resultOf(t, report, "cleanup").Reason)
		for _, key := range mock.Keys() {
			assert.True(t, key.Revoked, key.ID)
		}
	})
}

// TestANewOperationCannotTouchWhatIsNotTheRuns: the document gets operations whose path the run has no value for, or that may do anything.
//
//nolint:paralleltest // It changes the document of the package.
func TestANewOperationCannotTouchWhatIsNotTheRuns(t *testing.T) {
	const others = `
    parameters: [{name: key_id, in: path, required: true, schema: {type: string}, example: key_01}]`
	operation := func(path, parameters, method, schema string) string {
		return "  " + path + ":" + parameters + `
    ` + method + `:
      operationId: added
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/CreateKeyRequest'}}}}
      responses:
        '200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/` + schema + `'}}}}
        '400': {$ref: '#/components/responses/InvalidRequest'}

`
	}
	for name, added := range map[string]string{
		"a mint about a key by another name": operation("/qai/v1/keys/{key_id}/clone", others, "post", "CreatedKey"),
		"a mint about an account":            operation("/qai/v1/accounts/{key_id}/reset", others, "post", "CreatedKey"),
		"a change of everything":             operation("/qai/v1/keys/revoke-all", "", "post", "Status"),
		"a change of another's":              operation("/qai/v1/keys/{key_id}", others, "patch", "Status"),
		"a deletion":                         operation("/qai/v1/keys/all", "", "delete", "Status"),
	} {
		const anchor = "components:\n  securitySchemes:"
		g := newGateway(nil)
		edited := withDocument(t, []string{anchor, added + anchor}, func() {
			for _, target := range []conformance.Target{g.target(), readOnly(g)} {
				assert.Equal(t, conformance.NotReached, resultOf(t, check(t, target), "added/400/name_missing").Outcome, name)
			}
		})
		op := edited.Operation("added")
		require.NotNil(t, op, name)
		for _, r := range g.sent {
			if found, _ := edited.Find(r.Method, r.URL.EscapedPath()); found == op {
				t.Errorf("%s: %s %s was sent", name, r.Method, r.URL)
			}
		}
		assert.False(t, g.mock.Keys()[0].Revoked, name)
	}
}

// withDocument runs a function while the document of the package, which is returned, is an edited one.
func withDocument(t *testing.T, edits []string, run func()) *document.Document {
	t.Helper()
	edited, err := document.Load([]byte(strings.NewReplacer(edits...).Replace(string(server.OpenAPI))))
	require.NoError(t, err)
	defer conformance.UseDocument(edited)()
	run()
	return edited
}

// TestTheRulesDoNotDependOnNames: a maintainer may rename what isn't sent. Without an operation that the rules need nothing is sent.
//
//nolint:paralleltest // It changes the document of the package.
func TestTheRulesDoNotDependOnNames(t *testing.T) {
	want := check(t, newGateway(nil).target())
	for _, edits := range [][]string{
		{"operationId: ", "operationId: the_"}, {"{id}", "{key_id}", "name: id\n", "name: key_id\n"}, {"apiKeyHeader:", "a:", "bearerToken:", "b:"},
	} {
		withDocument(t, edits, func() {
			report := check(t, newGateway(nil).target())
			assert.Empty(t, failed(report), edits)
			require.Len(t, report.Results, len(want.Results), edits)
			for i, result := range report.Results {
				assert.Equal(t, want.Results[i].Outcome, result.Outcome, "%s: %s", edits, result.Name)
			}
		})
	}
	withDocument(t, []string{"/qai/v1/keys/{id}/rotate:", "/qai/v1/keys/{id}/renew:"}, func() {
		g := newGateway(nil)
		_, err := conformance.Check(t.Context(), g.target(), ignore)
		require.ErrorContains(t, err, "the rules need operations that list, create, revoke and rotate keys, and the document lacks one")
		assert.Empty(t, g.sent)
	})
}
