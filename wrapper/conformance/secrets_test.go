package conformance_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/qaikeys/qaikeys/wrapper/conformance"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// paste runs a command in a shell whose curl does nothing but print its arguments, and returns those.
func paste(t *testing.T, dir, command string) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "bash", "-c", `curl() { printf '%s\0' "$@"; }`+"\n"+command)
	cmd.Dir, cmd.Env = dir, []string{"QAI_API_KEY=the-credential", "MINTED_KEY=the-minted", "UNKNOWN_KEY=the-unknown"}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, command)
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

// TestACommandThatIsShownRunsNothingElse: whatever the target minted, and whatever its URL is.
func TestACommandThatIsShownRunsNothingElse(t *testing.T) {
	t.Parallel()
	for _, hostile := range []string{
		"$(>pwned)", "`>pwned`", `";>pwned;"`, `';>pwned;'`, "$QAI_API_KEY;>pwned", "\n>pwned\n", `\";>pwned;#`, "${x:=$(>pwned)}", "!!", "&>pwned&",
	} {
		fault := spoil("createKey", 200, func(r *http.Request, resp *response) {
			resp.body["key"] = r.Header.Get("X-Api-Key") + hostile
			details := resp.body["details"].(map[string]any)
			details["id"] = fmt.Sprint(details["id"], hostile)
		})
		g := newGateway(fault, keystest.WithAPIKey("sess."+strings.ReplaceAll(hostile, "\n", "")+"0123456789"))
		target := g.target()
		target.BaseURL += "/" + url.PathEscape(hostile) + "'$(>pwned)`>pwned`"
		target.HTTPClient.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			_, path, _ := strings.Cut(r.URL.EscapedPath(), "/qai/v1/")
			clone := r.Clone(r.Context())
			at, err := r.URL.Parse("/qai/v1/" + path)
			clone.URL = at
			if err != nil {
				return nil, err
			}
			return g.RoundTrip(clone)
		})
		report := check(t, target)
		dir, commands := t.TempDir(), 0
		var all strings.Builder
		for _, result := range report.Results {
			if result.Exchange != nil {
				commands++
				all.WriteString(result.Exchange.Request + "\nprintf '\\n\\0'\n")
			}
		}
		require.Positive(t, commands, hostile)
		shown := strings.Split(strings.Join(paste(t, dir, all.String()), "\x00"), "\n\x00")
		for _, args := range shown {
			if args != "" {
				assert.Regexp(t, `^-sS\x00-i\x00--path-as-is\x00-X\x00[A-Z]+\x00`, args, hostile)
			}
		}
		assert.Contains(t, strings.Join(shown, ""), "\x00X-Api-Key: the-credential\x00", hostile)
		entries, err := exec.CommandContext(t.Context(), "ls", "-A", dir).Output()
		require.NoError(t, err)
		assert.Empty(t, string(entries), hostile)
	}
}

// TestACommandIsWhatWasSent: with the variables set it is the request of the suite.
func TestACommandIsWhatWasSent(t *testing.T) {
	t.Parallel()
	g := newGateway(misread("createKey", func(*http.Request, map[string]any) int { return 418 }))
	report := check(t, g.target())
	args := paste(t, t.TempDir(), resultOf(t, report, "createKey/400/name_null").Exchange.Request)
	assert.Equal(t, []string{
		"-sS", "-i", "--path-as-is", "-X", "POST", "-H", "Authorization: Bearer the-credential", "-H", "Content-Type: application/json", "-H", "X-Api-Key: the-credential", "-d", `{"name":null}`, "http://gateway.test/qai/v1/keys",
	}, args)
}

// TestACommandThatIsCutIsNone: a shell takes it for a comment.
func TestACommandThatIsCutIsNone(t *testing.T) {
	t.Parallel()
	g := newGateway(instead(404, 500))
	target, base := g.target(), "/"+strings.Repeat("long", 1000)
	target.BaseURL += base
	target.HTTPClient.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		below := r.Clone(r.Context())
		below.URL.Path, below.URL.RawPath = strings.TrimPrefix(r.URL.Path, base), strings.TrimPrefix(r.URL.RawPath, base)
		return g.RoundTrip(below)
	})
	report := check(t, target)
	cut := 0
	for _, result := range report.Results {
		if result.Exchange != nil && strings.HasSuffix(result.Name, "odd_id/long") {
			cut++
			assert.True(t, strings.HasPrefix(result.Exchange.Request, "# It is cut, and can't be run: curl "), result.Exchange.Request)
			assert.Equal(t, []string{""}, paste(t, t.TempDir(), result.Exchange.Request))
		}
	}
	assert.Positive(t, cut)
}

// TestAShortSecretHidesNothingElse: a text that may be any word is no secret, and neither hides the credential's nor mangles others.
func TestAShortSecretHidesNothingElse(t *testing.T) {
	t.Parallel()
	const credential = "sess.Zm9vYmFyMDEyMzQ1Njc4OXNlY3JldA"
	for _, short := range []string{"e", "0", "sess", "sess.Zm", "qai_", "qai_k_", credential[:20], credential[:len(credential)-1]} {
		fault := spoil("createKey", 200, func(_ *http.Request, resp *response) { resp.body["key"] = short })
		g := newGateway(fault, keystest.WithAPIKey(credential))
		report := check(t, g.target())
		for _, result := range report.Results {
			assert.NotContains(t, result.String(), credential[8:], short)
		}
		result := resultOf(t, report, "createKey/200")
		assert.Contains(t, result.Reason, `key: string doesn't match the regular expression "^qai_k_[`, short)
		assert.Contains(t, result.Exchange.Request, `"X-Api-Key: $QAI_API_KEY"`, short)
		request := resultOf(t, report, "createKey/authenticates").Exchange.Request
		assert.Contains(t, request, `-H "X-Api-Key: $MINTED_KEY" 'http://gateway.test/qai/v1/keys'`, short)
	}
}

// everywhere returns a server of one operation that writes a text into the headers and the body of each response.
func everywhere(id string, status int, contentType string, text func(*http.Request) string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if operationOf(r) != id {
				next.ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(httptest.NewRecorder(), r)
			shown := text(r)
			for _, name := range []string{"Location", "X-Debug", "X-Qai-Debug", "X-Qai-Request-Id", "Www-Authenticate", "X-" + url.QueryEscape(shown)} {
				w.Header()[http.CanonicalHeaderKey(name)] = []string{"<" + strings.ReplaceAll(shown, "\n", "") + ">"}
			}
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "<p>"+shown+"</p>")
		})
	}
}

func lettersAsEntities(text string) string {
	var b strings.Builder
	for _, r := range text {
		fmt.Fprintf(&b, "&#x%x;", r)
	}
	return b.String()
}

func lettersAsEscapes(text string) string {
	var b strings.Builder
	for _, r := range text {
		fmt.Fprintf(&b, `\u%04x`, r)
	}
	return b.String()
}

func lettersAsPercents(text string) string {
	return regexp.MustCompile(`.`).ReplaceAllStringFunc(text, func(char string) string { return fmt.Sprintf("%%%02X", char) })
}

// TestNoSecretIsShownInAnyEncoding: nor in other letters.
func TestNoSecretIsShownInAnyEncoding(t *testing.T) {
	t.Parallel()
	encodings := map[string]func(string) string{
		"plain": func(text string) string { return text }, "upper": strings.ToUpper, "lower": strings.ToLower,
		"query": url.QueryEscape, "path": url.PathEscape, "percents": lettersAsPercents, "JSON": quote, "escapes": lettersAsEscapes,
		"HTML":     html.EscapeString,
		"entities": lettersAsEntities, "named entities": strings.NewReplacer("&", "&amp;", `"`, "&quot;", "/", "&sol;", "+", "&plus;").Replace,
		"hex":        func(text string) string { return hex.EncodeToString([]byte(text)) },
		"base64":     func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) },
		"Basic":      func(text string) string { return base64.StdEncoding.EncodeToString([]byte("a:" + text)) },
		"base64 URL": func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte("a:b:" + text + ";?>~")) },
		"HTML twice": func(text string) string { return html.EscapeString(html.EscapeString(text)) },
	}
	for _, credential := range []string{"abc+def/ghi=JKLmno", `se"cret&token<x>`, "qai_k_0123456789abcdefsecret", "sess.0123456789abcdefSecret"} {
		for name, encode := range encodings {
			for _, contentType := range []string{"text/html", "application/json"} {
				fault := everywhere("getKeyUsage", 302, contentType, func(*http.Request) string { return encode(credential) })
				report := check(t, readOnly(newGateway(fault, keystest.WithAPIKey(credential))))
				result := resultOf(t, report, "getKeyUsage/200")
				require.Equal(t, 302, result.Exchange.Status)
				assert.NotEmpty(t, result.Exchange.Body)
				shown, err := json.Marshal(result)
				require.NoError(t, err)
				for _, text := range []string{result.String(), string(shown)} {
					for _, form := range []string{credential, encode(credential), credential[4:]} {
						assert.NotContains(t, strings.ToLower(text), strings.ToLower(form), "%s in %s", name, contentType)
					}
				}
			}
		}
	}
}

// readOnly returns a gateway as a target that nothing changes.
func readOnly(g *gateway) conformance.Target {
	target := g.target()
	target.ReadOnly = true
	return target
}

// TestOfAMintOnlyKnownHeadersAreShown: whatever its status is, and in whatever form a new secret is elsewhere.
func TestOfAMintOnlyKnownHeadersAreShown(t *testing.T) {
	t.Parallel()
	const secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"
	for _, status := range []int{200, 201, 302, 400, 405, 500} {
		synctest.Test(t, func(t *testing.T) { // The cleanup waits after an error.
			fault := everywhere("createKey", status, "application/json", func(*http.Request) string { return secret })
			report := check(t, newGateway(fault).target())
			x := resultOf(t, report, "createKey/200").Exchange
			assert.Equal(t, status, x.Status)
			assert.NotContains(t, x.Body, secret[:8])
			for name := range x.Header {
				assert.Regexp(t, `^(Content-Type|Date|Allow|Retry-After|X-Qai-Request-Id)$`, name)
			}
			assert.Equal(t, "application/json", x.Header.Get("Content-Type"))
		})
	}
	// The API's own headers stay, but not with the secret.
	g := newGateway(spoil("createKey", 200, func(_ *http.Request, resp *response) {
		tail := strings.TrimPrefix(resp.body["key"].(string), "qai_k_")
		resp.header.Set("X-QAI-Request-Id", "req_"+tail)
		resp.header.Set("Date", strings.ToUpper(tail))
		delete(resp.body, "details")
	}))
	report := check(t, g.target())
	result := resultOf(t, report, "createKey/200")
	require.Equal(t, conformance.Failed, result.Outcome)
	assert.Equal(t, "req_[redacted]", result.Exchange.Header.Get("X-QAI-Request-Id"))
	assert.Equal(t, "[redacted]", result.Exchange.Header.Get("Date"))
}

// TestNoHalfOfASecretIsShown: what is shown is cut after its secrets are replaced.
func TestNoHalfOfASecretIsShown(t *testing.T) {
	t.Parallel()
	for before := range 100 {
		g := newGateway(answering("listKeys", func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "text/html; "+strings.Repeat("x", before)+master)
			_, _ = io.WriteString(w, "<html>")
		}))
		_, err := conformance.Check(t.Context(), g.target(), ignore)
		require.ErrorIs(t, err, conformance.ErrNotTheAPI)
		assert.NotContains(t, err.Error(), master[:7], before)
	}
}

// TestWhatIsShownHasNothingForATerminal: no control characters.
func TestWhatIsShownHasNothingForATerminal(t *testing.T) {
	t.Parallel()
	fault := everywhere("getKeyUsage", 500, "text/html\x1b[2J", func(*http.Request) string { return "a\x1b]0;title\a\r\x9b31m\u202eb" })
	report := check(t, readOnly(newGateway(fault)))
	result := resultOf(t, report, "getKeyUsage/200")
	assert.Contains(t, result.Exchange.Body, "<p>a ]0;title")
	assert.NotRegexp(t, `[^\n\t\PC]`, result.String())
}

// TestASecretInAResponseIsFound: in a header, in any text of JSON and with escapes, of the run's keys and of others, also where one is
// minted.
func TestASecretInAResponseIsFound(t *testing.T) {
	t.Parallel()
	other := "qai_k_" + strings.Repeat("0123456789abcdef", 4)
	toHeader := func(name string, encode func(string) string) func(*response, string) {
		return func(resp *response, secret string) { resp.header.Set(name, "/x?key="+encode(secret)) }
	}
	toBody := func(value func(secret string) any) func(*response, string) {
		return func(resp *response, secret string) { resp.body["debug"] = value(secret) }
	}
	plain := func(secret string) string { return secret }
	leaks := map[string]func(*response, string){
		"header": toHeader("X-Debug", plain), "escaped header": toHeader("Location", lettersAsPercents), "page": toHeader("X-Debug", lettersAsEntities),
		"text": toBody(func(secret string) any { return "the key " + secret + " is old" }),
		"list": toBody(func(secret string) any { return []any{1, map[string]any{"a": []string{secret}}} }),
		"name": toBody(func(secret string) any { return map[string]any{secret: nil} }),
		"escaped JSON": func(resp *response, secret string) {
			encoded, _ := json.Marshal(resp.body)
			resp.raw = `{"debug":"` + lettersAsEscapes(secret) + `",` + string(encoded[1:])
		},
		"HTML": toBody(func(secret string) any { return lettersAsEntities(secret) }),
	}
	for where, leak := range leaks {
		for _, id := range []string{"listKeys", "getKeyUsage", "revokeKey", "rotateKey", "createKey"} {
			for _, whose := range []string{"a previous key", "an unknown key", "the credential"} {
				if where != "text" && (id != "rotateKey" || whose != "a previous key") {
					continue
				}
				last := ""
				remember := spoil("createKey", 200, func(_ *http.Request, resp *response) { last, _ = resp.body["key"].(string) })
				fault := spoil(id, 200, func(_ *http.Request, resp *response) {
					secret := map[string]string{"a previous key": last, "an unknown key": other, "the credential": master}[whose]
					if secret != "" && secret != resp.body["key"] {
						leak(resp, secret)
					}
				})
				g := newGateway(func(next http.Handler) http.Handler { return remember(fault(next)) })
				report := check(t, g.target())
				name := fmt.Sprintf("%s in %s of %s", whose, where, id)
				assert.Equal(t, []string{id + "/no_secret"}, failed(report), name)
				assert.Equal(t, "the response has a secret that isn't that of a new key", resultOf(t, report, id+"/no_secret").Reason)
			}
		}
	}
}

// TestASecretIsFoundWithoutAKeyOfTheRun: also by a run that mints none.
func TestASecretIsFoundWithoutAKeyOfTheRun(t *testing.T) {
	t.Parallel()
	fault := spoil("listKeys", 200, func(_ *http.Request, resp *response) { resp.body["debug"] = master })
	report := check(t, readOnly(newGateway(fault)))
	assert.Equal(t, []string{"listKeys/no_secret"}, failed(report))
}

// TestASecretInAnErrorIsFound: also of a mint, and where its property has the name of a new key's.
func TestASecretInAnErrorIsFound(t *testing.T) {
	t.Parallel()
	last := ""
	remember := spoil("createKey", 200, func(_ *http.Request, resp *response) { last, _ = resp.body["key"].(string) })
	for _, property := range []string{"key", "debug"} {
		fault := spoil("createKey", 400, func(_ *http.Request, resp *response) { resp.body[property] = last })
		g := newGateway(func(next http.Handler) http.Handler { return remember(fault(next)) })
		report := check(t, g.target())
		assert.Equal(t, []string{"createKey/no_secret"}, failed(report), property)
	}
}

// TestWhatIsNoSecretIsNotTakenForOne: the first characters of a key may be shown, also of one that has no more, and so may a new secret
// where it belongs.
func TestWhatIsNoSecretIsNotTakenForOne(t *testing.T) {
	t.Parallel()
	for _, credential := range []string{"qai_test", "sess-012345678"} {
		fault := everyResponse(func(resp *response) {
			resp.body["key_prefix"], resp.body["hint"] = credential, "qai_k_0123456789abcdef…"
		})
		report := check(t, newGateway(fault, keystest.WithAPIKey(credential)).target())
		for _, result := range report.Results {
			if strings.HasSuffix(result.Name, "/no_secret") {
				assert.Equal(t, conformance.Passed, result.Outcome, result.Name)
			}
		}
	}
}

// TestAHalfMintHasItsOwnSecret: which is where it belongs, as far as anyone can tell.
func TestAHalfMintHasItsOwnSecret(t *testing.T) {
	t.Parallel()
	g := newGateway(spoil("createPartnerKey", 200, func(_ *http.Request, resp *response) {
		resp.raw = `{"key":` + quote(resp.body["key"].(string)) + `,"deta`
	}))
	report := check(t, g.target())
	assert.Equal(t, conformance.Failed, resultOf(t, report, "createPartnerKey/200").Outcome)
	assert.NotContains(t, failed(report), "createPartnerKey/no_secret")
}

// TestASecretInAPageIsFound: also where a body is no JSON, or no object.
func TestASecretInAPageIsFound(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"<p>%s", `["%s"]`, `{} %s`, `"%s`} {
		g := newGateway(spoil("getKeyUsage", 200, func(r *http.Request, resp *response) {
			resp.raw = fmt.Sprintf(raw, r.Header.Get("X-Api-Key"))
		}))
		report := check(t, g.target())
		assert.Contains(t, failed(report), "getKeyUsage/no_secret", raw)
	}
}

// everyResponse changes the successes of every operation.
func everyResponse(change func(*response)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		for _, op := range doc().Operations {
			next = spoil(op.ID, 200, func(_ *http.Request, resp *response) { change(resp) })(next)
		}
		return next
	}
}
