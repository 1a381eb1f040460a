package keystest_test

import (
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestConnectSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ baseURL, token, says string }{
		"a token with a newline":       {"http://keysmock:8787", "secret\nvalue", "the token can't be sent in a header"},
		"a token with a space":         {"http://keysmock:8787", "secret value", "the token can't be sent in a header"},
		"a token that isn't ASCII":     {"http://keysmock:8787", "secretä", "the token can't be sent in a header"},
		"no base URL":                  {"", "", "the base URL isn't absolute"},
		"no scheme":                    {"keysmock:8787", "", "the base URL"},
		"another scheme":               {"ftp://keysmock", "", "scheme"},
		"a credential in the base URL": {"http://secret:secret@keysmock", "", "the base URL has credentials"},
	} {
		_, err := keystest.Connect(c.baseURL, c.token)
		require.ErrorContains(t, err, c.says, name)
		assert.True(t, strings.HasPrefix(err.Error(), "keystest: "), err)
		assert.NotContains(t, err.Error(), "secret", name)
	}
}

// answer connects to a server that isn't keysmock, with a token, and returns the requests that it got.
func answer(t *testing.T, handler http.HandlerFunc) *keystest.Remote {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	remote, err := keystest.Connect(server.URL+"/", "control_token")
	require.NoError(t, err)
	return remote
}

func TestTheTokenIsABearer(t *testing.T) {
	t.Parallel()
	remote := answer(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "/_mock/clock", r.URL.Path)
		assert.Equal(t, []string{"Bearer control_token"}, r.Header["Authorization"])
		body, _ := io.ReadAll(r.Body)
		assert.JSONEq(t, `{"advance_seconds":1.5}`, string(body))
		_, _ = io.WriteString(w, `{"now":"2026-09-01T12:00:00Z"}`)
	})
	require.NoError(t, remote.Advance(t.Context(), 1500*time.Millisecond))
}

func TestWhatARemoteRefusesIsSaid(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		respond http.HandlerFunc
		says    string
	}{
		"keysmock's words, without the token": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, `{"error":{"message":"control_token isn't the one"}}`)
		}, "keystest: keysmock refused setClock with 403: [redacted] isn't the one"},
		"a redirect isn't followed": {func(w http.ResponseWriter, r *http.Request) {
			assert.Equal(t, "/_mock/clock", r.URL.Path)
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, "keystest: keysmock refused setClock with 307"},
		"a server that closes the connection": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "keystest: keysmock can't be reached: "},
		"a response that is cut off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9")
			_, _ = io.WriteString(w, "{")
		}, "keystest: the response of setClock can't be read to its end: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := answer(t, c.respond).SetTime(t.Context(), time.Now())
			require.ErrorContains(t, err, c.says)
			assert.NotContains(t, err.Error(), "control_token")
		})
	}
}

func TestARemoteEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	remote := answer(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // Otherwise the end of the connection isn't seen.
		cancel()
		<-r.Context().Done()
	})
	require.ErrorIs(t, remote.Advance(ctx, time.Second), context.Canceled)
}

// TestATestFailsWithItsRemoteAccount runs tests whose keysmock isn't one, or whose faults aren't met.
func TestATestFailsWithItsRemoteAccount(t *testing.T) {
	t.Parallel()
	faults, reset := "", false
	remote := answer(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.Method + " " + r.URL.Path {
		case "POST /_mock/accounts":
			_, _ = io.WriteString(w, `{"api_key":"qai_account_1"}`)
		case "POST /_mock/faults":
			w.WriteHeader(http.StatusNoContent)
		case "GET /_mock/faults":
			_, _ = io.WriteString(w, faults)
		case "POST /_mock/reset":
			reset = true
			w.WriteHeader(http.StatusNoContent)
		case "GET /_mock/requests":
			requests := strings.Repeat(`{"method":"GET"},`, 999) + `{}`
			if reset {
				requests = ""
			}
			_, _ = io.WriteString(w, `{"requests":[`+requests+`]}`)
		default:
			_, _ = io.WriteString(w, "<html>")
		}
	})
	for _, c := range []struct {
		name, left string
		opts       []keystest.Option
		test       func(testing.TB, *keystest.RemoteAccount)
		says       string
	}{
		{"another server", "", nil, func(_ testing.TB, a *keystest.RemoteAccount) { a.Keys() }, "the response of listState isn't keysmock's"},
		{"a full journal", "", nil, count, "older ones may be missing: call Reset"},
		{"a credential for an operation", "", nil, func(tb testing.TB, a *keystest.RemoteAccount) {
			tb.Helper()
			a.Reset()
			a.AssertCalls(tb, a.APIKey, 1)
		}, `the API has no operation "[redacted]"`},
		{"no fault", "<html>", nil, func(testing.TB, *keystest.RemoteAccount) {}, ""},
		{"an unmet fault", `{"faults":[{"times":2,"body":"qai_account_1"}]}`, nil, inject, `What is left:` + "\n\t" + `Fault{Times: 2, Body: "[redacted]"}`},
		{"an unmet fault, which is right", `{"faults":[{"times":2,"drop":true}]}`, []keystest.Option{keystest.WithUnmetFaults()}, inject, ""},
		{"a fault for every request", `{"faults":[{"times":-1,"drop":true}]}`, nil, inject, ""},
		{"an invalid fault", "", nil, func(_ testing.TB, a *keystest.RemoteAccount) {
			a.Inject(keystest.Fault{Drop: true, Probability: math.NaN()})
		}, "keystest: the injected Fault is invalid: probability: NaN isn't from 0 to 1"},
		{"a credential in a fault", "", nil, func(_ testing.TB, a *keystest.RemoteAccount) {
			a.Inject(keystest.Fault{Garble: "qai_account_1"})
		}, `has a property "[redacted]"`},
		{"bytes that aren't a text", "", nil, func(_ testing.TB, a *keystest.RemoteAccount) {
			a.Inject(keystest.Fault{Raw: "\xff"})
		}, "a text isn't UTF-8, and can't be sent to keysmock"},
		{"bytes that aren't a header", "", nil, func(_ testing.TB, a *keystest.RemoteAccount) {
			a.Inject(keystest.Fault{Header: http.Header{"X-A": {"\xff"}}})
		}, "a text isn't UTF-8, and can't be sent to keysmock"},
		{"a fault for a time", `{"faults":[{"times":1,"for_seconds":60,"drop":true}]}`, nil, inject, ""},
	} {
		faults, reset = c.left, false
		tb := &stopped{observed{TB: t}}
		done := make(chan struct{})
		go func() {
			defer close(done)
			c.test(tb, remote.NewAccount(tb, c.opts...))
		}()
		<-done
		if said := strings.Join(tb.end(), "\n"); c.says == "" {
			assert.Empty(t, said, c.name)
		} else {
			assert.Contains(t, said, c.says, c.name)
		}
	}
}

// stopped is a testing.TB that Fatal stops, too.
type stopped struct{ observed }

func (s *stopped) Fatal(args ...any) {
	s.Errorf("%s", fmt.Sprint(args...))
	runtime.Goexit()
}

func count(tb testing.TB, a *keystest.RemoteAccount) {
	tb.Helper()
	a.AssertCalls(tb, "", 1000)
}

func inject(_ testing.TB, a *keystest.RemoteAccount) { a.Inject(keystest.Fault{Drop: true}) }

// TestNothingIsLeftOfARemoteAccount: the end of its test closes the connections, of its client too.
func TestNothingIsLeftOfARemoteAccount(t *testing.T) {
	t.Parallel()
	mock := keystest.NewHandler(keystest.WithAPIKey("qai_account"))
	var open sync.WaitGroup
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method + " " + r.URL.Path {
		case "POST /_mock/accounts":
			_, _ = io.WriteString(w, `{"api_key":"qai_account"}`)
		case "GET /_mock/keys":
			_, _ = io.WriteString(w, `{"keys":[]}`)
		default:
			mock.ServeHTTP(w, r)
		}
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			open.Add(1)
		case http.StateClosed:
			open.Done()
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	remote, err := keystest.Connect(server.URL, "")
	require.NoError(t, err)
	tb := &observed{TB: t}
	account := remote.NewAccount(tb, nil)
	assert.Empty(t, account.Keys())
	require.NoError(t, account.Client().Ping(t.Context()))
	require.Empty(t, tb.end())
	closed := make(chan struct{})
	go func() { open.Wait(); close(closed) }()
	select {
	case <-closed:
	case <-time.After(10 * time.Second):
		assert.Fail(t, "a connection is still open")
	}
}
