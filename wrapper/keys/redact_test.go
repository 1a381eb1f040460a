package keys_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/memnet"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// assertNoSecret checks that no secret shows in an error, in what it wraps and in a log of it.
func assertNoSecret(t *testing.T, err error, secrets ...string) {
	t.Helper()
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Error("failed", "error", err)
	texts := []string{strings.TrimSpace(logged.String()), fmt.Sprintf("%v %+v %#v %q", err, err, err, err)}
	var walk func(error)
	walk = func(err error) {
		texts = append(texts, fmt.Sprintf("%v %#v", err, err))
		switch wrapper := err.(type) { //nolint:errorlint // It goes through the tree itself.
		case interface{ Unwrap() error }:
			if wrapped := wrapper.Unwrap(); wrapped != nil {
				walk(wrapped)
			}
		case interface{ Unwrap() []error }:
			for _, wrapped := range wrapper.Unwrap() {
				walk(wrapped)
			}
		}
	}
	walk(err)
	for _, text := range texts {
		for _, secret := range secrets {
			assert.NotContains(t, strings.ToLower(text), strings.ToLower(secret))
		}
	}
}

// forms are what may happen to a secret on its way into an error.
var forms = map[string]func(string) string{
	"as it is":           func(s string) string { return s },
	"behind no escape":   func(s string) string { return "%" + s + `\x` + s + `\u00` + s },
	"quoted":             func(s string) string { return fmt.Sprintf("%q", s) },
	"quoted twice":       func(s string) string { return fmt.Sprintf("%q", fmt.Sprintf("%q", s)) },
	"upper case":         strings.ToUpper,
	"a header's name":    textproto.CanonicalMIMEHeaderKey,
	"in a path":          url.PathEscape,
	"in a path, twice":   func(s string) string { return url.PathEscape(url.PathEscape(s)) },
	"JSON":               func(s string) string { text, _ := json.Marshal(s); return string(text) },
	"broken into lines":  func(s string) string { return s[:6] + "\r\n" + s[6:] },
	"with a soft hyphen": func(s string) string { return s[:6] + "\u00ad" + s[6:] },
	"escaped":            func(s string) string { return strings.ReplaceAll(s, "0", `\u0030`) },
	"escaped by Go":      func(s string) string { return strings.ReplaceAll(s, "0", `\x30`) },
	"a URL's query":      func(s string) string { return strings.ReplaceAll(s, "0", `%30`) },
}

// TestACredentialShowsInNoForm: whatever happens to it between the client and an error's text.
func TestACredentialShowsInNoForm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ credential, mark string }{
		{credential, "credential0123"}, {`quo"te\d-credential-0123`, "credential"}, {"session-0123456789", "0123456789"}, {"per%cent/and+plus=0123", "plus"}, {"a two-words 0123456789", "two-words"}, {"canary-0123456789", "canary"},
	} {
		for name, form := range forms {
			text := form(c.credential)
			body, err := json.Marshal(map[string]any{"error": map[string]string{"message": "no " + text + " here", "code": text, "type": text}})
			require.NoError(t, err)
			for where, transport := range map[string]*script{
				"the error of a transport": new(script).thenFail(errors.New("no " + text + " here")),
				"a wrapped error":          new(script).thenFail(&net.OpError{Op: "read", Err: errors.New("no " + text + " here")}),
				"a body":                   new(script).then(404, string(body), "X-QAI-Request-Id: "+text),
			} {
				var logged bytes.Buffer
				logger := slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
				client, err := keys.New(c.credential, keys.WithHTTPClient(&http.Client{Transport: transport}), keys.WithRetry(keys.RetryPolicy{}), keys.WithLogger(logger))
				require.NoError(t, err)
				var meta keys.Meta
				err = client.Ping(t.Context(), keys.CaptureMeta(&meta))
				require.ErrorContains(t, err, "no ", "%s in %s, %s", c.credential, where, name)
				require.ErrorContains(t, err, "[redacted]", "%s in %s, %s", c.credential, where, name)
				require.ErrorContains(t, err, " here", "%s in %s, %s", c.credential, where, name)
				assertNoSecret(t, err, c.credential, c.mark)
				assert.NotContains(t, fmt.Sprintf("%+v", meta), c.mark)
				assert.NotContains(t, strings.ToLower(logged.String()), c.mark)
				assert.Contains(t, logged.String(), "[redacted]")
			}
		}
	}
}

// TestWhatLooksLikeAKeyShowsInNoForm, though it isn't the client's own.
func TestWhatLooksLikeAKeyShowsInNoForm(t *testing.T) {
	t.Parallel()
	for name, form := range forms {
		for _, key := range []string{secret, token, "qai_eph_" + "0Ab.cD~" + token[15:], "qai_0Primary" + token[12:]} {
			err := list(t.Context(), newClient(t, new(script).thenFail(errors.New("no "+form(key)+" here")), keys.WithRetry(keys.RetryPolicy{})))
			require.ErrorContains(t, err, "no ", name)
			require.ErrorContains(t, err, "[redacted]", name)
			require.ErrorContains(t, err, " here", name)
			assertNoSecret(t, err, key[20:40], key[40:60])
		}
	}
}

// raw returns a client of a server that responds to each request with response, which needn't be HTTP.
func raw(t *testing.T, credential string, respond func(*http.Request) string, opts ...keys.Option) *keys.Client {
	t.Helper()
	listener := memnet.Listen()
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				request, err := http.ReadRequest(bufio.NewReader(conn))
				if err != nil {
					return
				}
				_, _ = io.Copy(io.Discard, request.Body)
				_, _ = io.WriteString(conn, respond(request))
			}()
		}
	}()
	own := []keys.Option{keys.WithBaseURL("http://localhost"), keys.WithHTTPClient(&http.Client{Transport: listener.Transport()}), keys.WithRetry(keys.RetryPolicy{})}
	client, err := keys.New(credential, append(own, opts...)...)
	require.NoError(t, err)
	return client
}

// TestAMalformedResponseShowsNoCredential, wherever it is in what net/http quotes.
func TestAMalformedResponseShowsNoCredential(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ credential, mark string }{
		{credential, "credential0123"}, {`quo"te\d-credential`, "credential"}, {"session-0123456789", "0123456789"}, {"a two-words-credential", "two-words"}, {"Upper-Case-Token", "Case-Token"},
	} {
		for _, response := range []string{
			"%s\r\n\r\n", "%s 200 OK\r\n\r\n", "HTTP/1.1 %s\r\n\r\n", "HTTP/1.1 2%s OK\r\n\r\n", "HTTP/1.1 200 OK\r\n%s\r\n\r\n", "HTTP/1.1 200 OK\r\n%s : x\r\n\r\n",
			"HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: %s\r\n\r\n", "HTTP/1.1 200 OK\r\nX: a\r\n\t%s\r\n: y\r\n\r\n",
			"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: %s\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%s\r\n",
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Content-Length, %s\r\n\r\n0\r\n\r\n", "HTTP/1.1 404 %s\r\nContent-Length: 0\r\n\r\n",
		} {
			err := create(t.Context(), raw(t, c.credential, func(*http.Request) string { return strings.ReplaceAll(response, "%s", c.credential) }))
			require.Error(t, err, response)
			assertNoSecret(t, err, c.credential, c.mark)
		}
	}
}

// TestASecretOfEscapesAlone has nothing to look for, and hides no other text.
func TestASecretOfEscapesAlone(t *testing.T) {
	t.Parallel()
	for _, credential := range []string{`\\\\\\\\`, "%0a%0a%0a", `\x00\x00%7f`} {
		transport := new(script).then(404, `{"error":"c","message":"no \\\\ %0a"}`)
		client, err := keys.New(credential, keys.WithHTTPClient(&http.Client{Transport: transport}), keys.WithHeader("X-Token", credential))
		require.NoError(t, err)
		require.ErrorContains(t, list(t.Context(), client), `no \\ %0a`)
	}
}

// TestTheHeadersOfACallerAreRedacted: they may be credentials for a proxy. The agent and the app are no secrets.
func TestTheHeadersOfACallerAreRedacted(t *testing.T) {
	t.Parallel()
	basic := base64.StdEncoding.EncodeToString([]byte("somebody:their-password"))
	opts := []keys.Option{
		keys.WithHeader("Proxy-Authorization", "Basic "+basic), keys.WithHeader("X-Token", "proxy-token-1"), keys.WithHeader("Cookie", "a=b; session=cookie-0123"),
		keys.WithUserAgent("our-agent/1.0"), keys.WithApp("deploy-bot"), keys.WithHeader("X-Team", "a team"),
	}
	for text, want := range map[string]string{
		"no Basic " + basic: "no [redacted]", "no " + basic: "no [redacted]", "no somebody:their-password": "no [redacted]", "no their-password": "no [redacted]",
		"no proxy-token-1.": "no [redacted].", "no a=b; session=cookie-0123": "no [redacted]", "no session of cookie-0123": "no session of [redacted]",
		"no our-agent/1.0 of deploy-bot": "no our-agent/1.0 of deploy-bot", "no a team": "no a team",
	} {
		body, err := json.Marshal(map[string]string{"error": "c", "message": text})
		require.NoError(t, err)
		apiErr, ok := errors.AsType[*keys.Error](list(t.Context(), newClient(t, new(script).then(404, string(body)), opts...)))
		require.True(t, ok)
		assert.Equal(t, want, apiErr.Message)
	}
}

// TestTheProxysPasswordIsRedacted where a proxy echoes it, in its own response or in that to CONNECT.
func TestTheProxysPasswordIsRedacted(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"http://localhost", "https://example.com"} {
		for _, user := range []*url.Userinfo{url.UserPassword("us er", "pa/ss"), url.UserPassword("somebody", "their-password")} {
			proxies := 0
			listener := memnet.Listen()
			t.Cleanup(func() { _ = listener.Close() })
			server := &http.Server{ReadHeaderTimeout: time.Hour, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				proxies++
				sent := r.Header.Get("Proxy-Authorization")
				password, _ := user.Password()
				if r.Method != http.MethodConnect {
					w.WriteHeader(http.StatusProxyAuthRequired)
					_ = json.NewEncoder(w).Encode(map[string]string{"error": "c", "message": "no " + sent + " " + user.String() + " " + user.Username() + ":" + password})
					return
				}
				conn, _, err := w.(http.Hijacker).Hijack()
				if assert.NoError(t, err) {
					_, _ = io.WriteString(conn, "HTTP/1.1 407 no "+sent+" "+user.String()+"\r\nContent-Length: 0\r\n\r\n")
					_ = conn.Close()
				}
			})}
			go func() { _ = server.Serve(listener) }()
			t.Cleanup(func() { _ = server.Close() })
			transport := listener.Transport()
			transport.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: "proxy", User: user})
			client, err := keys.New(credential, keys.WithBaseURL(base), keys.WithHTTPClient(&http.Client{Transport: transport}), keys.WithRetry(keys.RetryPolicy{}))
			require.NoError(t, err)
			err = list(t.Context(), client)
			require.ErrorContains(t, err, "no Basic [redacted] [redacted]")
			require.Equal(t, 1, proxies)
			password, _ := user.Password()
			assertNoSecret(t, err, password, base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password)), user.String())
		}
	}
}

// TestAnErrorStaysWhatItIs: errors.Is goes on through redaction, and errors.As unless a secret is hidden.
func TestAnErrorStaysWhatItIs(t *testing.T) {
	t.Parallel()
	badCertificate := &tls.CertificateVerificationError{Err: errors.New("the name is\nlong: " + strings.Repeat("x", 5000))}
	for name, c := range map[string]struct {
		err, is error
		as      bool
	}{
		"clean":                        {&net.OpError{Op: "read", Err: net.ErrClosed}, net.ErrClosed, true},
		"two lines":                    {errors.Join(&net.OpError{Op: "read", Err: net.ErrClosed}, io.EOF), net.ErrClosed, true},
		"with a secret":                {fmt.Errorf("%s %w", secret, context.DeadlineExceeded), context.DeadlineExceeded, false},
		"with a secret in another":     {silentError{&net.OpError{Op: secret, Err: context.Canceled}}, context.Canceled, false},
		"with a control character":     {fmt.Errorf("\x1b %w", &net.OpError{Op: "read", Err: net.ErrClosed}), net.ErrClosed, true},
		"a certificate of many names":  {badCertificate, badCertificate, true},
		"a secret beside another text": {errors.Join(errors.New(credential), net.ErrClosed), net.ErrClosed, false},
	} {
		err := list(t.Context(), newClient(t, new(script).thenFail(c.err)))
		require.ErrorIs(t, err, c.is, name)
		_, isOp := errors.AsType[*net.OpError](err)
		_, isTLS := errors.AsType[*tls.CertificateVerificationError](err)
		assert.Equal(t, c.as, isOp || isTLS, name)
		assertNoSecret(t, err, "4f1c09aa5be0", "credential0123", "\x1b", "\n")
		assert.Less(t, len(err.Error()), 2000, name)
	}
}

// silentError is an error whose text leaves out what it wraps.
type silentError struct{ error }

func (silentError) Error() string   { return "failed" }
func (e silentError) Unwrap() error { return e.error }

// TestACauseOfCancellationIsRedacted at each stage of a call, and the error is still the context's.
func TestACauseOfCancellationIsRedacted(t *testing.T) {
	t.Parallel()
	for name, cause := range map[string]error{
		"with a secret": errors.New("no more " + secret), "with the credential": errors.New("no more " + credential), "of two lines": errors.Join(io.EOF, errors.New("no\nmore")),
	} {
		for stage, handler := range map[string]http.HandlerFunc{
			"before the call": nil,
			"while waiting": func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "9")
				w.WriteHeader(http.StatusTooManyRequests)
			},
			"in flight": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
			"in the body": func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.WriteString(w, "{")
				_ = http.NewResponseController(w).Flush()
				<-r.Context().Done()
			},
		} {
			t.Run(name+", "+stage, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					client, _ := serve(t, handler)
					ctx, cancel := context.WithCancelCause(t.Context())
					if handler == nil {
						cancel(cause)
					} else {
						time.AfterFunc(time.Second, func() { cancel(cause) })
					}
					for call, err := range map[string]error{"create": create(ctx, client), "list": list(ctx, client), "journal": keys.FileJournal(".").Settle(ctx, keys.Pending{})} {
						require.ErrorIs(t, err, context.Canceled, call)
						require.ErrorIs(t, err, cause, call)
						if call == "journal" {
							assertNoSecret(t, err, secret, "\n")
						} else {
							assertNoSecret(t, err, secret, credential, "no\nmore")
						}
					}
				})
			})
		}
	}
}
