package keystest_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTheJournalHasNoCredential sends every kind of credential in every part of a request.
func TestTheJournalHasNoCredential(t *testing.T) {
	t.Parallel()
	mock := keystest.NewHandler(keystest.WithAPIKey("qai_own"), keystest.WithTier("internal"), keystest.WithRedacted("a program's+token"))
	explicit, err := mock.NewAccount(keystest.WithAPIKey("s3cret/with <every>&thing"))
	require.NoError(t, err)
	random, err := mock.NewAccount()
	require.NoError(t, err)
	minted := mintAs(t, mock, mock.APIKey)
	revoked := mintAs(t, mock, mock.APIKey)
	require.Equal(t, 200, do(mock, mock.APIKey, "DELETE", "/qai/v1/keys/key_02", "").Code)
	var token struct{ Token string }
	require.NoError(t, json.Unmarshal(do(mock, mock.APIKey, "POST", "/qai/v1/keys/ephemeral", `{}`).Body.Bytes(), &token))
	unknown := "qai_k_" + strings.Repeat("0a", 32)

	for name, secret := range map[string]string{
		"own": mock.APIKey, "another account's": explicit.APIKey, "a random one": random.APIKey,
		"minted": minted, "revoked": revoked, "ephemeral": token.Token, "unknown": unknown,
		"the program's": "a program's+token",
	} {
		asJSON, err := json.Marshal(secret)
		require.NoError(t, err)
		query := url.QueryEscape(secret)
		twice := "%25" + strings.ReplaceAll(fmt.Sprintf("% X", secret), " ", "%25")
		escaped := `\u00` + strings.ReplaceAll(fmt.Sprintf("% X", secret), " ", `\u00`) // As JSON may have it.
		inner := base64.RawStdEncoding.EncodeToString([]byte(secret))[:8]
		everyByte := "%" + strings.ReplaceAll(fmt.Sprintf("% x", secret), " ", "%")
		for place, change := range map[string]func(*http.Request){
			"X-API-Key":           func(r *http.Request) { r.Header.Set("X-API-Key", secret) },
			"Authorization":       func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+secret) },
			"another scheme":      func(r *http.Request) { r.Header.Set("Authorization", "Token token="+secret) },
			"Proxy-Authorization": func(r *http.Request) { r.Header.Set("Proxy-Authorization", "Bearer "+secret) },
			"cookie":              func(r *http.Request) { r.Header.Add("Cookie", "key="+secret) },
			"Set-Cookie":          func(r *http.Request) { r.Header.Add("Set-Cookie", "key="+secret) },
			"a header's name":     func(r *http.Request) { r.Header.Set("X-"+secret, "a"); r.Header["Y-"+query] = []string{"a"} },
			"another case":        func(r *http.Request) { r.Header.Set("X-Key", "a="+strings.ToUpper(secret)) },
			"a stray percent":     func(r *http.Request) { r.Header.Set("X-Key", "50% done "+everyByte) },
			"encoded twice":       func(r *http.Request) { r.Header.Set("X-Key", twice) },
			"not canonical":       func(r *http.Request) { r.Header["x-api-key"] = []string{"a", secret} },
			"another header":      func(r *http.Request) { r.Header["X-Key"] = []string{"a", "b=" + secret + "; c"} },
			"Referer":             func(r *http.Request) { r.Header.Set("Referer", "http://localhost/?key="+query) },
			"a fault":             func(r *http.Request) { r.Header.Set("X-Mock-Fault", secret) },
			"path":                func(r *http.Request) { r.Method, r.URL.Path = "DELETE", "/qai/v1/keys/"+secret },
			"percent-encoded path": func(r *http.Request) {
				r.Method, r.URL.Path, r.URL.RawPath = "DELETE", "/qai/v1/keys/"+secret, "/qai/v1/keys/"+everyByte
			},
			"base64 in the path": func(r *http.Request) {
				r.Method, r.URL.Path = "DELETE", "/qai/v1/keys/"+base64.RawURLEncoding.EncodeToString([]byte("a:"+secret))
			},
			"base64 in the body": func(r *http.Request) {
				encoded := base64.StdEncoding.EncodeToString([]byte(secret))
				r.Body = httptest.NewRequest("POST", "/", strings.NewReader(`{"name":"`+encoded+`"}`)).Body
			},
			"query": func(r *http.Request) { r.URL.RawQuery = "key=" + query },
			"body": func(r *http.Request) {
				r.Body = httptest.NewRequest("POST", "/", strings.NewReader(`{"name":`+string(asJSON)+`}`)).Body
			},
			"escaped body": func(r *http.Request) {
				r.Body = httptest.NewRequest("POST", "/", strings.NewReader(`{"name":"`+escaped+`"}`)).Body
			},
			"wrong body": func(r *http.Request) { r.Body = httptest.NewRequest("POST", "/", strings.NewReader(secret)).Body },
		} {
			r := httptest.NewRequest("POST", "/qai/v1/keys", strings.NewReader(`{"name":"ci"}`))
			r.Header.Set("X-API-Key", mock.APIKey)
			r.Header.Set("Content-Type", "application/json")
			change(r)
			mock.ServeHTTP(httptest.NewRecorder(), r)
			accounts := mock.Accounts()
			shown := strings.ToLower(fmt.Sprintf("%+v %+v %+v", accounts[0].Requests(), accounts[1].Requests(), accounts[2].Requests()))
			for _, form := range []string{secret, query, url.PathEscape(secret), everyByte, strings.Trim(string(asJSON), `"`), twice, escaped, inner} {
				assert.NotContains(t, shown, strings.ToLower(form), "%s in %s", name, place)
			}
			require.Contains(t, shown, "[redacted]", "%s in %s", name, place)
		}
	}
	assert.Contains(t, fmt.Sprintf("%+v", mock.Requests()), "/qai/v1/keys/[redacted]", "the rest of the text stays")
}

func TestRedact(t *testing.T) {
	t.Parallel()
	secret := "qai_k_" + strings.Repeat("0a", 32)
	mock := keystest.NewHandler(keystest.WithAPIKey("qai_own"))
	_, err := mock.NewAccount(keystest.WithAPIKey("short"))
	require.NoError(t, err)
	_, err = mock.NewAccount(keystest.WithAPIKey("qai_own_longer"))
	require.NoError(t, err)
	_, err = mock.NewAccount(keystest.WithAPIKey("A_Mixed_Case"))
	require.NoError(t, err)
	for text, want := range map[string]string{
		"X-a_mixed_CASE":                  "[redacted]",
		"a%20_%6Dixed_case":               "a%20_%6Dixed_case",
		"":                                "",
		"a key":                           "a key",
		"100 %":                           "100 %",
		"key_01 qai_k_0a0a0a0a":           "key_01 qai_k_0a0a0a0a", // A public prefix.
		"x" + secret + "y":                "x[redacted]y",
		secret + "," + secret[:20]:        "[redacted],[redacted]",
		"qai_eph_" + secret[6:] + "\n":    "[redacted]\n",
		"a qai_own_longer or qai_own":     "a [redacted] or [redacted]",
		"short, as an ordinary word is":   "short, as an ordinary word is",
		"a%20%71ai_k_" + secret[6:]:       "[redacted]",
		"Qai_k_" + secret[6:] + ": value": "[redacted]: value",
		"a qai_eph_Ab-cD.eF~012/+= b":     "a [redacted] b", // A gateway's own token, whose form isn't the mock's.
		`{"a":"qai_eph_Ab-cD_eF0","b":1}`: `{"a":"[redacted]","b":1}`,
		"qai_eph_4f1c09 qai_eph_europe":   "qai_eph_4f1c09 qai_eph_europe", // A public prefix, and a name.
		"50% done %71ai_own":              "[redacted]",                    // A percent sign that escapes nothing.
		`C:\new %20 "\u00e4" 50% X`:       `C:\new %20 "\u00e4" 50% X`,
		`{"name":"\u0071ai_own"}`:         "[redacted]",
		`{"name":"\\u0071ai\u005Fown"}`:   "[redacted]", // JSON in JSON.
		"?q=%22%5Cu0071ai_own%22":         "[redacted]", // JSON in a URL.
		"%252525252571ai_own":             "[redacted]",
		"%2525%71ai%255fown":              "[redacted]",
		`qai_own\u005flonger`:             "[redacted]", // And not what is left of the longer one.
		"X-Qai_Own":                       "[redacted]",
		strings.ToUpper(secret):           "[redacted]",
		"s%c3%a4cret_\\u00D6 s\u00e4cret": "s%c3%a4cret_\\u00D6 s\u00e4cret",
	} {
		assert.Equal(t, want, mock.Redact(text))
	}
}

// TestWhatTheJournalKeeps sends a request of which every part is long.
func TestWhatTheJournalKeeps(t *testing.T) {
	t.Parallel()
	mock := keystest.NewHandler()
	long := strings.Repeat("ä", 500_000)
	r := httptest.NewRequest("POST", "/qai/v1/keys", strings.NewReader(`{"name":"`+long[:900_000]+`","x":"y"}`))
	r.Header.Set("X-API-Key", mock.APIKey)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Mine", "mine")
	r.Header.Set("Set-Cookie", "session=1")
	r.Header.Set("X-Long", long)
	r.Header["A"+long] = []string{"a"}
	for i := range 1_000 {
		r.Header.Add("Y", fmt.Sprint("value ", i))
	}
	mock.ServeHTTP(httptest.NewRecorder(), r)
	r = httptest.NewRequest("POST", "/qai/v1/keys", strings.NewReader(`{"name":"ci"}`))
	r.Header.Set("X-API-Key", mock.APIKey)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Mock-Fault", "status=503;message="+long)
	mock.ServeHTTP(httptest.NewRecorder(), r)
	r = httptest.NewRequest("GET", "/"+strings.Repeat("ab/", 5_000), nil)
	r.Method = strings.Repeat("M", 5_000)
	mock.ServeHTTP(httptest.NewRecorder(), r)

	entries := mock.Requests()
	require.Len(t, entries, 3)
	for _, entry := range entries {
		text, err := json.Marshal(entry)
		require.NoError(t, err)
		assert.Less(t, len(text), 30<<10)
		assert.True(t, utf8.ValidString(entry.Body+entry.Error+entry.Header.Get("X-Long")), "no character is cut in half")
	}
	header := entries[0].Header
	assert.Equal(t, "mine", header.Get("X-Mine"))
	assert.Equal(t, []string{"[redacted]"}, header["X-Api-Key"])
	assert.Equal(t, []string{"[redacted]"}, header["Set-Cookie"])
	assert.Equal(t, strings.Repeat("ä", 512)+"…[998976 more bytes]", header.Get("X-Long"))
	assert.Equal(t, "value 0", header["Y"][0])
	omitted := 1 + 1_000 - len(header["Y"]) // And the one with the long name.
	assert.Greater(t, omitted, 1)
	assert.Equal(t, []string{fmt.Sprintf("[%d more values]", omitted)}, header["…"])
	assert.Equal(t, `{"name":"`+long[:16384-10]+"…[883636 more bytes]", entries[0].Body)
	assert.Equal(t, long[:1024]+"…[998976 more bytes]", entries[1].Error)
	assert.Equal(t, "/"+strings.Repeat("ab/", 341)+"…[13977 more bytes]", entries[2].Path)
	assert.Equal(t, strings.Repeat("M", 32)+"…[4968 more bytes]", entries[2].Method)

	r = httptest.NewRequest("GET", "/"+strings.Repeat("p", 1023), nil)
	mock.ServeHTTP(httptest.NewRecorder(), r)
	assert.Len(t, mock.Requests()[3].Path, 1024, "what isn't too long is kept whole")
}

// TestNoTextIsCutInsideTheMask of a credential, of which half would look like a part of the text.
func TestNoTextIsCutInsideTheMask(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithLenientRequests())
	minted := "qai_k_" + strings.Repeat("0f", 32) + "/more"
	for room := range 20 { // For the mask.
		name, path := strings.Repeat("n", 128-room), "/"+strings.Repeat("p", 1024-1-room)
		ignored, sent := name+"…[15 more bytes]", path+"…[15 more bytes]"
		if room >= len("[redacted]") {
			end := "/more"[:min(room, 15)-10]
			if end != "/more" {
				end += fmt.Sprintf("…[%d more bytes]", 15-room)
			}
			ignored, sent = name+"[redacted]"+end, path+"[redacted]"+end
		}
		_, _ = send(t, mock, "POST", "/qai/v1/keys", `{"name":"a","`+name+minted+`":1}`, "X-API-Key: "+mock.APIKey)
		assert.Equal(t, []string{ignored}, last(mock).Ignored)
		_, _ = send(t, mock, "GET", path+minted, "")
		assert.Equal(t, sent, last(mock).Path)
	}
}

// TestTheJournalTakesLittleMemory sends many requests as large as net/http lets them be.
func TestTheJournalTakesLittleMemory(t *testing.T) { //nolint:paralleltest // It measures the process.
	mock := keystest.NewServer(t)
	before := heap()
	for range 15 {
		req, err := http.NewRequestWithContext(t.Context(), "GET", mock.URL+"/?"+strings.Repeat("q", 400_000), nil)
		require.NoError(t, err)
		req.Close = true
		req.Header.Set("X-Long", strings.Repeat("h", 300_000))
		for i := range 100 { // Go 1.27 refuses many.
			req.Header.Set(fmt.Sprint("X-", i), "value")
		}
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.Equal(t, 404, resp.StatusCode)
		require.NoError(t, resp.Body.Close())
	}
	assert.Less(t, int64(heap())-int64(before), int64(4<<20))
	assert.Len(t, mock.Requests(), 15)
	runtime.KeepAlive(mock)
}
