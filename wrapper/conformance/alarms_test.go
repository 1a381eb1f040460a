package conformance_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/conformance"
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
			for name, values := range recorder.Header() {
				w.Header()[name] = values
			}
			w.WriteHeader(recorder.Code)
			_, _ = w.Write(recorder.Body.Bytes())
		})
	}
}

// TestNoFalseAlarm: what the document leaves open is no deviation, and a rule that can't be judged then says why.
func TestNoFalseAlarm(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		plant   func(http.Handler) http.Handler
		reasons map[string]string // Of rules that aren't reached.
	}{
		"a router without 405": {instead(405, 404), map[string]string{"createKey/405": "the target answers 404"}},
		"a path that has another method": {instead(405, 200), map[string]string{
			"getKeyUsage/405": "the target has an operation that the document lacks",
		}},
		"a 405 that isn't JSON and allows more": {spoil("", 405, func(_ *http.Request, resp *response) {
			resp.raw = "Method Not Allowed\n"
			resp.header.Set("Content-Type", "text/plain")
			resp.header.Set("Allow", "GET, HEAD, POST, DELETE, TRACE")
		}), nil},
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
			before := g.mock.Keys()
			report, err := conformance.Check(t.Context(), g.target(), ignore)
			require.NoError(t, err)
			for _, rule := range failed(report) {
				t.Errorf("%s %s", rule, resultOf(t, report, rule))
			}
			for rule, reason := range c.reasons {
				result := resultOf(t, report, rule)
				assert.Equal(t, conformance.NotReached, result.Outcome, rule)
				assert.Equal(t, reason, result.Reason, rule)
			}
			assertNothingLeft(t, g, before)
		})
	}
}

// TestNoMiss: what a server refuses though the document allows it, and what the document doesn't have, is found by the rule that is named
// for it, and by no other.
func TestNoMiss(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		plant func(http.Handler) http.Handler
		found []string
	}{
		"another method is fatal": {func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if operationOf(r) == "" && strings.HasSuffix(r.URL.Path, "/usage") {
					respond(w, 500)
					return
				}
				next.ServeHTTP(w, r)
			})
		}, []string{"getKeyUsage/405"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGateway(c.plant)
			before := g.mock.Keys()
			report, err := conformance.Check(t.Context(), g.target(), ignore)
			require.NoError(t, err)
			assert.ElementsMatch(t, c.found, failed(report))
			assertNothingLeft(t, g, before)
			assertNoSecret(t, g, report)
		})
	}
}
