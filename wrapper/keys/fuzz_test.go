package keys_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/qaikeys/qaikeys/generated/client"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fuzzResponse returns a transport with a response that may be cut off.
func fuzzResponse(status int, body string, cut bool) roundTrip {
	return func(*http.Request) (*http.Response, error) {
		if cut {
			return cutOff(status, body, io.ErrUnexpectedEOF), nil
		}
		return response(status, body), nil
	}
}

// FuzzCreate responds to a mint: the error tells its outcome, and a secret that is whole in the body reaches the caller.
func FuzzCreate(f *testing.F) {
	for _, body := range []string{
		minted, minted[:40], minted[:90], "", "{", `{"key":null}`, `{"key":"` + secret + `","details":5}`, `{"api_key":"` + secret + `"}`, "<html>",
		`{"error":{"message":"m"}}`, `{"details":{"id":"a"},"key":"` + secret + `"}x`,
	} {
		f.Add(200, body, false)
		f.Add(200, body, true)
		f.Add(502, body, false)
		f.Add(404, body, true)
	}
	f.Fuzz(func(t *testing.T, status int, body string, cut bool) {
		if status < 200 || status > 999 {
			return // net/http accepts no other status.
		}
		client := newClient(t, fuzzResponse(status, body, cut), keys.WithRetry(keys.RetryPolicy{}))
		created, err := client.Create(t.Context(), keys.CreateParams{Name: "ci"})
		holdsSecret := strings.Contains(body, `"key":"`+secret+`"`)
		switch {
		case err == nil:
			require.False(t, created.Key.IsZero())
			require.NotEmpty(t, created.Details.ID)
			require.Less(t, status, 300)
		case status >= 300 && holdsSecret:
			var unknown *keys.OutcomeUnknownError
			require.ErrorAs(t, err, &unknown)
			require.True(t, created.Key.Equal(unknown.Created.Key))
		case holdsSecret:
			var decodeErr *keys.DecodeError
			require.ErrorAs(t, err, &decodeErr)
			require.NotNil(t, decodeErr.Created)
			require.False(t, created.Key.IsZero())
			require.True(t, created.Key.Equal(decodeErr.Created.Key))
		case status < 300:
			require.ErrorIs(t, err, keys.ErrDecode)
		case status >= 500:
			require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
		}
		assert.NotContains(t, fmt.Sprintf("%v %+v", err, created), "4f1c09aa5be0")
	})
}

// FuzzList responds to a list: without an error, it is what encoding/json reads.
func FuzzList(f *testing.F) {
	for _, body := range []string{
		listed, listed[:60], "", "{}", `{"keys":[]}`, `{"keys":null}`, `{"keys":[{"id":5},{"id":"a"}]}`, `{"x":[1,{"keys":[2]}],"keys":[{"id":"a"}],"y":1e999}`,
		`{"keys":[{"id":"a","scope":[1e400,{"a":null}]}]} `, `{"keys":[],"keys":[{"id":"b"}]}`, `{"Keys":5,"keys":[{"id":"a","ID":"b"}]}`,
	} {
		f.Add(body, false)
		f.Add(body, true)
	}
	f.Fuzz(func(t *testing.T, body string, cut bool) {
		client := newClient(t, fuzzResponse(200, body, cut), keys.WithRetry(keys.RetryPolicy{}))
		list, err := client.List(t.Context())
		var streamed []keys.Key
		incomplete := false
		for key, err := range client.All(t.Context()) {
			require.False(t, incomplete, "ErrIncomplete comes last")
			incomplete = errors.Is(err, keys.ErrIncomplete)
			if err == nil {
				streamed = append(streamed, key)
			}
		}
		assert.Equal(t, list, streamed)
		assert.Equal(t, errors.Is(err, keys.ErrIncomplete), incomplete)
		if err != nil {
			require.ErrorIs(t, err, keys.ErrDecode)
			return
		}
		require.False(t, cut && !json.Valid([]byte(body)))
		var object map[string]json.RawMessage
		var want []map[string]json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(body), &object))
		require.NoError(t, json.Unmarshal(object["keys"], &want))
		require.Len(t, list, len(want))
		for i, key := range list {
			var id string
			require.NoError(t, json.Unmarshal(want[i]["id"], &id))
			assert.Equal(t, id, key.ID)
		}
	})
}

// FuzzRevoke responds to a revocation.
func FuzzRevoke(f *testing.F) {
	for _, body := range []string{`{"status":"revoked"}`, `{"status":"ok","message":null,"x":1}`, "", "[]", `{"status":5}`, `{"status":"`} {
		f.Add(200, body, false)
		f.Add(404, body, true)
	}
	f.Fuzz(func(t *testing.T, status int, body string, cut bool) {
		if status < 200 || status > 999 {
			return
		}
		client := newClient(t, fuzzResponse(status, body, cut), keys.WithRetry(keys.RetryPolicy{}))
		got, err := client.Revoke(t.Context(), "key_01")
		if err == nil {
			require.NotEmpty(t, got.Status)
			require.Less(t, status, 300)
			return
		}
		require.Nil(t, got)
		if status > 299 {
			var apiErr *keys.Error
			require.ErrorAs(t, err, &apiErr)
			require.Equal(t, status, apiErr.StatusCode)
		}
	})
}

// FuzzElement responds with a list of any elements: the client accepts what encoding/json accepts, and reads the same,
// however many bytes arrive at a time.
func FuzzElement(f *testing.F) {
	for _, element := range []string{
		`{"id":"key_01","name":"ci","key_prefix":"qai_k_4f1c09aa","scope":{"endpoints":["chat"]},"spent_ticks":0,"revoked":false,"created_at":"2026-09-01T12:34:56Z"}`,
		`{"id":"\u00e9\n","name":"é\ud800","key_prefix":"p","scope":[null,1e9,-0.5,"x",true]} , {"id":"2","name":"n","key_prefix":"p","spent_ticks":-1,"revoked":true,"last_used":null,"scope":null}`,
		`{"id":"1","name":"n","key_prefix":"p","spent_ticks":9223372036854775807}`, `{"id":"1","name":"n","key_prefix":"p","spent_ticks":01}`, `{"id":"1","name":"n","key_prefix":"p","spent_ticks":1e3}`, `{"id":"1","name":"n","key_prefix":"p",}`, `{"id":"1"}{}`,
		`{"id":"1","name":"n","key_prefix":"p","x":{"y":[[],{}]},"id":"2","name":"n","key_prefix":"p"}`, `{"id":"1" "name":"2"}`, `{"id":"1","name":"n","key_prefix":"p","scope":[1 2]}`, `{"id" "1"}`, `{"id":"1\"}]","name":"n","key_prefix":"p"}`, `{"id":"1","name":"n","key_prefix":"p","x":"\x"}`, `{"id":"1","name":"n","key_prefix":"p","x":"\u12g4"}`, `{"id":"1","name":"n","key_prefix":"p","scope":[1,]}`, `{"id":"1","name":"n","key_prefix":"p","revoked":"false"}`, "{\"id\":\"\t\",\"name\":\"n\",\"key_prefix\":\"p\"}", `{"id":"1\x"}`, `null`, `nullx`, `1`, `0x`, `[`, `tru`, `{"id":"1"`, "{\"id\":\"\xff\",\"name\":\"n\",\"key_prefix\":\"p\"}",
	} {
		f.Add([]byte(element))
	}
	f.Fuzz(func(t *testing.T, elements []byte) {
		body := `{"keys":[` + string(elements) + `]}`
		list, err := newClient(t, new(script).then(200, body)).List(t.Context())
		slow, slowErr := newClient(t, byteByByte(200, body)).List(t.Context())
		require.Equal(t, list, slow)
		require.Equal(t, fmt.Sprint(err), fmt.Sprint(slowErr))
		var (
			want client.KeyList
			tree any
		)
		reference := json.Unmarshal([]byte(body), &want)
		if json.Unmarshal([]byte(body), &tree) == nil && hasLookalikes(tree) {
			return // encoding/json takes those for what they look like.
		}
		if reference != nil {
			require.Error(t, err)
			return
		}
		if !jsontext.Value(body).IsValid(jsontext.AllowInvalidUTF8(true)) {
			return // Of members with the same name encoding/json takes the last that isn't null.
		}
		var complete []keys.Key
		for i, element := range tree.(map[string]any)["keys"].([]any) {
			if key := want.Keys[i]; isWhole(element) {
				if string(key.Scope) == "null" {
					key.Scope = nil
				}
				complete = append(complete, key)
			}
		}
		require.Equal(t, len(complete) == len(want.Keys), err == nil, "%v", err)
		require.Equal(t, complete, list)
	})
}

// isWhole returns whether an element of a list has what every key must have.
func isWhole(element any) bool {
	key, _ := element.(map[string]any)
	return key["id"] != nil && key["id"] != "" && key["name"] != nil
}

// hasLookalikes returns whether a name somewhere in a value has letters that aren't lower-case ASCII.
func hasLookalikes(value any) bool {
	switch value := value.(type) {
	case []any:
		return slices.ContainsFunc(value, hasLookalikes)
	case map[string]any:
		for name, member := range value {
			if strings.ContainsFunc(name, func(r rune) bool { return unicode.IsUpper(r) || r >= 0x80 }) || hasLookalikes(member) {
				return true
			}
		}
	}
	return false
}

// FuzzError responds with errors: the status survives any body, and the texts are safe to print.
func FuzzError(f *testing.F) {
	for _, body := range []string{
		`{"error":{"message":"m","type":"t","code":"c"}}`, `{"error":"C","message":"m"}`, `{"error":{"message":"` + secret + `"}}`, "<html>", "",
		`{"error":{"message":"` + credential + "\x00" + `"}}`, `{"error":{"message":"\u001b[2J\n"}}`, `{"error":5}`,
	} {
		f.Add(404, body)
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 300 || status > 999 {
			return
		}
		_, err := newClient(t, fuzzResponse(status, body, false), keys.WithRetry(keys.RetryPolicy{})).List(t.Context())
		var apiErr *keys.Error
		require.ErrorAs(t, err, &apiErr)
		require.Equal(t, status, apiErr.StatusCode)
		for _, text := range []string{err.Error(), apiErr.Message, apiErr.Code, apiErr.Type} {
			assert.NotContains(t, text, credential)
			assert.NotContains(t, text, secret)
			assert.NotContains(t, text, "\n")
			assert.NotContains(t, text, "\x1b")
			assert.Less(t, len(text), 4000)
		}
	})
}

// FuzzHeaders sets a response's headers: no header costs the caller the result.
func FuzzHeaders(f *testing.F) {
	f.Add("5", "req_1", "25", "-7", "m")
	f.Add("Wed, 21 Oct 2015 07:28:00 GMT", "", "x", "99999999999999999999", "\x00")
	f.Add("-1", secret, "1e9", "", credential)
	f.Fuzz(func(t *testing.T, retryAfter, requestID, cost, balance, model string) {
		headers := []string{
			"Retry-After: " + retryAfter, "X-QAI-Request-Id: " + requestID, "X-QAI-Cost-Ticks: " + cost,
			"X-QAI-Balance-After: " + balance, "X-QAI-Model: " + model,
		}
		var meta keys.Meta
		transport := new(script).then(403, "", headers...).then(200, minted, headers...)
		client := newClient(t, transport)
		_, err := client.List(t.Context())
		var apiErr *keys.Error
		require.ErrorAs(t, err, &apiErr)
		require.GreaterOrEqual(t, int64(apiErr.RetryAfter), int64(0))
		created, err := client.Create(t.Context(), keys.CreateParams{Name: "ci"}, keys.CaptureMeta(&meta))
		require.NoError(t, err)
		require.Equal(t, secret, created.Key.Reveal())
		assert.NotContains(t, fmt.Sprintf("%+v %v", meta, apiErr), credential)
		assert.NotContains(t, fmt.Sprintf("%+v %v", meta, apiErr), secret)
	})
}

// FuzzID sends ids: each arrives unchanged as a segment of the path, or is refused.
func FuzzID(f *testing.F) {
	for _, id := range []string{"key_01", "..", ".", "", "a/b", "../..", "%2e%2e", "a?b#c", "ü\n", "\xff", "a;b", "//", "devices", secret} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		transport := new(script).then(200, `{"status":"revoked"}`)
		_, err := newClient(t, transport, keys.WithBaseURL("https://h/base")).Revoke(t.Context(), id)
		if err != nil {
			require.ErrorIs(t, err, keys.ErrInvalidArgument)
			require.Empty(t, transport.requests)
			return
		}
		escaped := transport.requests[0].URL.EscapedPath()
		segment, ok := strings.CutPrefix(escaped, "/base/qai/v1/keys/")
		require.True(t, ok, escaped)
		require.NotContains(t, segment, "/")
		got, err := url.PathUnescape(segment)
		require.NoError(t, err)
		require.Equal(t, id, got)
		require.Empty(t, transport.requests[0].URL.RawQuery)
	})
}

// FuzzBaseURL builds clients: one that is built sends the API key to the host that its base URL names, by https or to
// loopback.
func FuzzBaseURL(f *testing.F) {
	for _, base := range []string{
		keys.DefaultBaseURL, "http://localhost", "http://127.0.0.1:1/x", "http://[::1]", "http://example.com", "//h", "h:80", "https://u:p@h",
		"https://h?q", "https://h#f", "javascript:x", "https://h/../..", "https://h/%2e%2e/", "http://localhost@example.com", "https:///x", "http://[fe80::1%25en0]",
		"http://[::1%25\x94]",
	} {
		f.Add(base)
	}
	f.Fuzz(func(t *testing.T, base string) {
		transport := new(script).then(200, listed)
		client, err := keys.New(credential, keys.WithBaseURL(base), keys.WithHTTPClient(&http.Client{Transport: transport}))
		if err != nil {
			require.ErrorIs(t, err, keys.ErrInvalidArgument)
			return
		}
		_, err = client.List(t.Context())
		require.NoError(t, err)
		sent := transport.requests[0].URL
		want, err := url.Parse(base)
		require.NoError(t, err)
		require.Equal(t, want.Hostname(), sent.Hostname())
		require.True(t, strings.HasSuffix(sent.Path, "/qai/v1/keys"), sent.Path)
		require.Nil(t, sent.User)
		require.Empty(t, sent.RawQuery)
		if sent.Scheme != "https" {
			require.Equal(t, "http", sent.Scheme)
			host, _, _ := strings.Cut(sent.Hostname(), "%") // Without an IPv6 zone.
			require.True(t, strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback(), sent.Hostname())
		}
	})
}
