package keystest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// last returns the newest request of the journal.
func last(mock *keystest.Server) keystest.Request {
	requests := mock.Requests()
	return requests[len(requests)-1]
}

// TestUnknownPropertiesAreIgnored as the gateway ignores them, but not by default.
func TestUnknownPropertiesAreIgnored(t *testing.T) {
	t.Parallel()
	lenient := keystest.NewServer(t, keystest.WithLenientRequests(), keystest.WithTier("internal"), keystest.WithKeys(1))
	strict := keystest.NewServer(t, keystest.WithTier("internal"), keystest.WithKeys(1))
	for _, c := range []struct {
		path, body string
		ignored    []string
	}{
		{"/qai/v1/keys", `{"name":"typo","spend_cap_uds":5}`, []string{"spend_cap_uds"}},
		{"/qai/v1/keys", `{"name":"typescript","endpoints":["chat"],"scopes":["chat"],"expires_at":"2026-12-31T00:00:00Z"}`, []string{"expires_at", "scopes"}},
		{"/qai/v1/keys", `{"name":"case","Name":"b","SPEND_CAP_USD":5}`, []string{"Name", "SPEND_CAP_USD"}},
		{"/qai/v1/keys", `{"":null,"x":{"name":[1e400]},"name":"any value","y":1e400}`, []string{"", "x", "y"}},
		{"/qai/v1/keys/ephemeral", `{"region":"europe"}`, []string{"region"}},
		{"/qai/v1/keys/partner", `{"partner_id":"p","partner_ref":"r","region":"europe"}`, []string{"region"}},
		{"/qai/v1/keys/key_01/rotate", `{"grace_seconds":0,"grace":1}`, []string{"grace"}},
	} {
		resp, body := send(t, lenient, "POST", c.path, c.body, "X-API-Key: "+lenient.APIKey)
		assert.Equal(t, 200, resp.StatusCode, "%s: %s", c.body, body)
		assert.Equal(t, c.ignored, last(lenient).Ignored, c.body)
		assert.Equal(t, c.body, last(lenient).Body)
		resp, body = send(t, strict, "POST", c.path, c.body, "X-API-Key: "+strict.APIKey)
		assert.Equal(t, 400, resp.StatusCode, "%s: %s", c.body, body)
		assert.Nil(t, last(strict).Ignored)
	}
	typo := lenient.Keys()[1]
	assert.Equal(t, "typo", typo.Name)
	assert.Nil(t, typo.SpendCapUSD)
	assert.Equal(t, []string{"chat"}, lenient.Keys()[2].Endpoints)
	assert.Equal(t, "case", lenient.Keys()[3].Name)
	assert.Nil(t, lenient.Keys()[3].SpendCapUSD)

	resp, _ := send(t, lenient, "POST", "/qai/v1/keys", `{"name":"<é> & 1","spend_cap_usd":0.1,"rate_limit":2147483647}`, "X-API-Key: "+lenient.APIKey)
	assert.Equal(t, 200, resp.StatusCode)
	assert.Nil(t, last(lenient).Ignored, "all is known")
}

// TestALenientMockRefusesWrongValues: of a known property, and of the body.
func TestALenientMockRefusesWrongValues(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithLenientRequests())
	for body, says := range map[string]string{
		`{"name":5,"x":1}`:                         "name: value must be a string",
		`{"x":1}`:                                  "name",
		`{"Name":"a"}`:                             "name",
		`{"name":"a","x":1,"rate_limit":null}`:     "rate_limit: ",
		`{"name":"a","x":1,"rate_limit":1.5}`:      "rate_limit: ",
		`{"name":"a","x":1,"spend_cap_usd":1e400}`: "spend_cap_usd: ",
		`{"name":"a","x":1,"endpoints":["a",{}]}`:  "endpoints.1: ",
		`null`: "not nullable", `[{"x":1}]`: "object", `{"x":1`: "isn't JSON", `{"x":1} {}`: "isn't JSON",
	} {
		resp, response := send(t, mock, "POST", "/qai/v1/keys", body, "X-API-Key: "+mock.APIKey)
		assert.Equal(t, 400, resp.StatusCode, body)
		assert.Contains(t, strings.ReplaceAll(response, `\"`, ``), says, body)
	}
	assert.Empty(t, mock.Keys())
}

// TestAPropertyThatIsThereTwice is refused in both modes, known or unknown: which of them counts is a matter of the reader's.
func TestAPropertyThatIsThereTwice(t *testing.T) {
	t.Parallel()
	for mode, mock := range map[string]*keystest.Server{
		"strict": keystest.NewServer(t), "lenient": keystest.NewServer(t, keystest.WithLenientRequests()),
	} {
		for body, path := range map[string]string{
			`{"name":"a","rate_limit":"x","rate_limit":5}`:         "rate_limit",
			`{"name":"a","rate_limit":"x","rate_limit":5,"u":1}`:   "rate_limit",
			`{"name":"a","name":"a"}`:                              "name",
			`{"name":"a","u":1,"u":1}`:                             "u",
			`{"name":"a","u":[{"v":{"w":1,"\u0077":2}}],"name":1}`: "u.0.v.w",
		} {
			resp, response := send(t, mock, "POST", "/qai/v1/keys", body, "X-API-Key: "+mock.APIKey)
			assert.Equal(t, 400, resp.StatusCode, "%s: %s", mode, body)
			assert.Contains(t, response, `"code":"invalid_request"`, "%s: %s", mode, body)
			assert.Equal(t, path+": it is there twice", last(mock).Error, "%s: %s", mode, body)
			assert.Nil(t, last(mock).Ignored, "%s: %s", mode, body)
		}
		assert.Empty(t, mock.Keys(), mode)
		for _, body := range []string{"{\"name\":\"\xff\"}", `{"name":"\ud800"}`} {
			resp, response := send(t, mock, "POST", "/qai/v1/keys", body, "X-API-Key: "+mock.APIKey)
			assert.Equal(t, 200, resp.StatusCode, "%s: %q: %s", mode, body, response)
		}
	}
}

// TestIgnoredPropertiesInTheJournal are few and short, and hold no credential.
func TestIgnoredPropertiesInTheJournal(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithLenientRequests(), keystest.WithAPIKey("qai_account_0123456789"))
	var many strings.Builder
	for i := range 1_000 {
		fmt.Fprintf(&many, `,"x%04d":1`, i)
	}
	resp, _ := send(t, mock, "POST", "/qai/v1/keys", `{"name":"a"`+many.String()+`}`, "X-API-Key: "+mock.APIKey)
	require.Equal(t, 200, resp.StatusCode)
	ignored := last(mock).Ignored
	require.Len(t, ignored, 21)
	assert.Equal(t, "x0019", ignored[19])
	assert.Equal(t, "…[980 more]", ignored[20])

	resp, _ = send(t, mock, "POST", "/qai/v1/keys", `{"name":"a","region":"atlantis"`+many.String()+`}`, "X-API-Key: "+mock.APIKey)
	require.Equal(t, 200, resp.StatusCode)
	ignored = last(mock).Ignored
	require.Len(t, ignored, 21)
	assert.Equal(t, "region", ignored[0], "it comes before what is left out")
	assert.Equal(t, "x0018", ignored[19])
	assert.Equal(t, "…[981 more]", ignored[20])

	long := strings.Repeat("é", 1_000)
	minted := "qai_k_" + strings.Repeat("0f", 32)
	resp, _ = send(t, mock, "POST", "/qai/v1/keys", `{"name":"a","`+long+`":1,"`+mock.APIKey+`":1,"my `+minted+`":1,"QAI_ACCOUNT_0123456789":1}`, "X-API-Key: "+mock.APIKey)
	require.Equal(t, 200, resp.StatusCode)
	ignored = last(mock).Ignored
	assert.Equal(t, []string{"[redacted]", "my [redacted]", "[redacted]", strings.Repeat("é", 64) + "…[1872 more bytes]"}, ignored)
	ignored[0] = "changed"
	assert.Equal(t, "[redacted]", last(mock).Ignored[0])
}
