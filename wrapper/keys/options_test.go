package keys_test

import (
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatNewRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		apiKey string
		opt    keys.Option
		says   string
	}{
		"no API key":                  {"", nil, "API key is empty"},
		"API key with a newline":      {credential + "\n", nil, "trim it"},
		"API key with a space before": {" " + credential, nil, "trim it"},
		"API key with a control":      {"qai_\x00x", nil, "can't have"},
		"API key outside ASCII":       {"qai_ü", nil, "can't have"},
		"relative base URL":           {credential, keys.WithBaseURL("/api"), "isn't absolute"},
		"base URL without a host":     {credential, keys.WithBaseURL("https://"), "isn't absolute"},
		"base URL with only a port":   {credential, keys.WithBaseURL("https://:443"), "isn't absolute"},
		"empty base URL":              {credential, keys.WithBaseURL(""), "isn't absolute"},
		"opaque base URL":             {credential, keys.WithBaseURL("https:api"), "isn't absolute"},
		"unparsable base URL":         {credential, keys.WithBaseURL("https://a b"), "isn't absolute"},
		"base URL of another scheme":  {credential, keys.WithBaseURL("ftp://h"), "neither https nor http"},
		"base URL with credentials":   {credential, keys.WithBaseURL("https://u:p@h"), "has credentials"},
		"base URL with a query":       {credential, keys.WithBaseURL("https://h/?a=b"), "query"},
		"base URL with a fragment":    {credential, keys.WithBaseURL("https://h/#a"), "fragment"},
		"base URL with the API key":   {credential, keys.WithBaseURL("https://h/" + credential + "/x"), "the text of an API key"},
		"base URL with another key":   {credential, keys.WithBaseURL("https://h/%71ai" + secret[3:]), "the text of an API key"},
		"http to another host":        {credential, keys.WithBaseURL("http://example.com"), "use https"},
		"http to a lookalike":         {credential, keys.WithBaseURL("http://localhost.example.com"), "use https"},
		"no HTTP client":              {credential, keys.WithHTTPClient(nil), "HTTP client is nil"},
		"negative timeout":            {credential, keys.WithTimeout(-1), "negative"},
		"negative retries":            {credential, keys.WithRetry(keys.RetryPolicy{MaxRetries: -1}), "negative"},
		"negative delay":              {credential, keys.WithRetry(keys.RetryPolicy{BaseDelay: -1}), "negative"},
		"negative longest delay":      {credential, keys.WithRetry(keys.RetryPolicy{MaxDelay: -1}), "negative"},
		"empty app":                   {credential, keys.WithApp(""), "empty"},
		"app with a newline":          {credential, keys.WithApp("a\r\nX: y"), "can't have"},
		"empty user agent":            {credential, keys.WithUserAgent(""), "empty"},
		"header without a name":       {credential, keys.WithHeader("", "x"), "can't be a header's name"},
		"header with a bad name":      {credential, keys.WithHeader("a b", "x"), "can't be a header's name"},
		"header with a bad value":     {credential, keys.WithHeader("X-A", "x\n"), "can't have"},
		"empty header":                {credential, keys.WithHeader("X-A", ""), "empty"},
		"no logger":                   {credential, keys.WithLogger(nil), "logger is nil"},
		"no room for a response":      {credential, keys.WithMaxResponseBytes(0), "positive"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			opts := []keys.Option{}
			if c.opt != nil {
				opts = append(opts, c.opt)
			}
			client, err := keys.New(c.apiKey, opts...)
			require.ErrorIs(t, err, keys.ErrInvalidArgument)
			assert.ErrorContains(t, err, c.says)
			assert.Nil(t, client)
			assert.NotContains(t, err.Error(), "credential0123")
			assert.NotContains(t, err.Error(), "u:p")
		})
	}
}

func TestReservedHeadersAreRefused(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Authorization", "x-api-key", "idempotency-key", "X-IDEMPOTENCY-KEY", "Host", "content-type", "accept-encoding", "Connection", "upgrade"} {
		_, err := keys.New(credential, keys.WithHeader(name, "x"))
		assert.ErrorIs(t, err, keys.ErrInvalidArgument, name)
	}
}

func TestEveryMistakeIsNamed(t *testing.T) {
	t.Parallel()
	_, err := keys.New("", keys.WithBaseURL("x"), keys.WithTimeout(-1))
	require.Error(t, err)
	for _, mistake := range []string{"API key", "base URL", "timeout"} {
		assert.ErrorContains(t, err, mistake)
	}
}

func TestBaseURLs(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{
		"https://h":          "https://h/qai/v1/keys",
		"https://h/":         "https://h/qai/v1/keys",
		"https://h/gw":       "https://h/gw/qai/v1/keys",
		"https://h/gw/":      "https://h/gw/qai/v1/keys",
		"HTTPS://h":          "https://h/qai/v1/keys",
		"http://localhost:1": "http://localhost:1/qai/v1/keys",
		"http://127.8.9.1":   "http://127.8.9.1/qai/v1/keys",
		"http://[::1]:8":     "http://[::1]:8/qai/v1/keys",
		"https://h/a%2Fb":    "https://h/a%2Fb/qai/v1/keys",
		keys.DefaultBaseURL:  "https://api.quantumencoding.ai/qai/v1/keys",
	} {
		transport := new(script).then(200, listed)
		_, err := newClient(t, transport, keys.WithBaseURL(base)).List(t.Context())
		require.NoError(t, err, base)
		assert.Equal(t, want, transport.requests[0].URL.String(), base)
	}
	_, err := keys.New(credential, keys.WithBaseURL("http://example.com"), keys.WithInsecureHTTP())
	assert.NoError(t, err)
}

func TestWhatEveryRequestCarries(t *testing.T) {
	t.Parallel()
	transport := new(script).then(200, minted).then(200, listed).then(200, `{"status":"revoked"}`)
	client := newClient(t, transport, keys.WithApp("deploy-bot"), keys.WithHeader("x-team", "a"), keys.WithHeader("X-Team", "b"))
	_, err := client.Create(t.Context(), keys.CreateParams{Name: "ci"})
	require.NoError(t, err)
	_, err = client.List(t.Context())
	require.NoError(t, err)
	_, err = client.Revoke(t.Context(), "key_01")
	require.NoError(t, err)
	require.Len(t, transport.requests, 3)
	for _, r := range transport.requests {
		assert.Equal(t, "Bearer "+credential, r.Header.Get("Authorization"))
		assert.Equal(t, []string{credential}, r.Header.Values("X-API-Key"))
		assert.Equal(t, "deploy-bot", r.Header.Get("X-Quantum-App"))
		assert.Equal(t, []string{"b"}, r.Header.Values("X-Team"))
		assert.Equal(t, "qaikeys-go", r.Header.Get("User-Agent"))
		assert.Equal(t, "application/json", r.Header.Get("Accept"))
		assert.Empty(t, r.Header.Get("Idempotency-Key"))
		assert.Empty(t, r.Header.Get("X-Idempotency-Key"))
	}
}

func TestAnAppThatIsNotSetIsLeftOut(t *testing.T) {
	t.Parallel()
	transport := new(script).then(200, listed)
	_, err := newClient(t, transport, keys.WithUserAgent("mine/1")).List(t.Context())
	require.NoError(t, err)
	assert.NotContains(t, transport.requests[0].Header, "X-Quantum-App")
	assert.Equal(t, "mine/1", transport.requests[0].Header.Get("User-Agent"))
}

func TestTheCallersHTTPClientIsNotChanged(t *testing.T) {
	t.Parallel()
	transport := new(script).then(200, listed)
	own := &http.Client{Transport: transport, Timeout: time.Minute}
	_, err := keys.New(credential, keys.WithHTTPClient(own))
	require.NoError(t, err)
	assert.Same(t, transport, own.Transport)
	assert.Nil(t, own.CheckRedirect)
	assert.Nil(t, http.DefaultClient.Transport)
}

func TestNewFromEnv(t *testing.T) {
	t.Setenv("QAI_API_KEY", "")
	_, err := keys.NewFromEnv()
	require.ErrorIs(t, err, keys.ErrInvalidArgument)
	assert.ErrorContains(t, err, "QAI_API_KEY")

	t.Setenv("QAI_API_KEY", credential)
	client, err := keys.NewFromEnv()
	require.NoError(t, err)
	assert.Contains(t, client.String(), keys.DefaultBaseURL)

	t.Setenv("QAI_BASE_URL", "http://127.0.0.1:8787")
	client, err = keys.NewFromEnv()
	require.NoError(t, err)
	assert.Contains(t, client.String(), "http://127.0.0.1:8787")

	client, err = keys.NewFromEnv(keys.WithBaseURL("https://other"))
	require.NoError(t, err)
	assert.Contains(t, client.String(), "https://other")

	t.Setenv("QAI_BASE_URL", "nonsense")
	_, err = keys.NewFromEnv()
	assert.ErrorIs(t, err, keys.ErrInvalidArgument)
}

func TestNothingInvalidIsSent(t *testing.T) {
	t.Parallel()
	transport := new(script).then(200, minted)
	client := newClient(t, transport)
	for name, call := range map[string]func() error{
		"no id":       func() error { _, err := client.Revoke(t.Context(), ""); return err },
		"dot":         func() error { _, err := client.Revoke(t.Context(), "."); return err },
		"two dots":    func() error { _, err := client.Revoke(t.Context(), ".."); return err },
		"a key as id": func() error { _, err := client.Revoke(t.Context(), secret); return err },
		"NaN": func() error {
			_, err := client.Create(t.Context(), keys.CreateParams{SpendCapUSD: new(math.NaN())})
			return err
		},
		"infinite": func() error {
			_, err := client.Create(t.Context(), keys.CreateParams{SpendCapUSD: new(math.Inf(-1))})
			return err
		},
		"not UTF-8": func() error { _, err := client.Create(t.Context(), keys.CreateParams{Name: "\xff"}); return err },
		"bad endpoint": func() error {
			_, err := client.Create(t.Context(), keys.CreateParams{Endpoints: []string{"\xff"}})
			return err
		},
		"nothing to look for": func() error {
			_, err := client.Orphans(t.Context(), keys.Pending{Operation: "createKey"})
			return err
		},
		"no key that was rotated": func() error {
			_, err := client.Orphans(t.Context(), keys.Pending{Operation: "rotateKey", Name: "ci"})
			return err
		},
	} {
		err := call()
		require.ErrorIs(t, err, keys.ErrInvalidArgument, name)
		assert.NotContains(t, err.Error(), secret, name)
	}
	assert.Empty(t, transport.requests)
}

func TestAClientThatWasNotMadeByNew(t *testing.T) {
	t.Parallel()
	for _, client := range []*keys.Client{nil, {}} {
		require.ErrorIs(t, list(t.Context(), client), keys.ErrInvalidArgument)
		require.ErrorIs(t, create(t.Context(), client), keys.ErrInvalidArgument)
		require.ErrorIs(t, revoke(t.Context(), client), keys.ErrInvalidArgument)
	}
}

func TestIDsArriveAsTheyAre(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"key_01": "key_01", "a/b": "a%2Fb", "a b": "a%20b", "50%": "50%25", "a\nb": "a%0Ab", "ключ": "%D0%BA%D0%BB%D1%8E%D1%87",
		"...": "...", "../x": "..%2Fx", "%2e%2e": "%252e%252e", "a?b#c": "a%3Fb%23c", "a;b=c,d": "", "a+b": "", "@:&$": "",
	} {
		transport := new(script).then(200, `{"status":"revoked"}`)
		_, err := newClient(t, transport).Revoke(t.Context(), id)
		require.NoError(t, err, id)
		url := transport.requests[0].URL
		assert.Equal(t, "/qai/v1/keys/"+id, url.Path, id)
		if want != "" {
			assert.Equal(t, "/qai/v1/keys/"+want, url.EscapedPath(), id)
		}
	}
}

func TestTheLogTellsAttemptsAndNothingSecret(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	transport := new(script).then(429, "", "Retry-After: 0").then(200, minted, "X-QAI-Request-Id: req_7")
	_, err := newClient(t, transport, keys.WithLogger(logger)).Create(t.Context(), keys.CreateParams{Name: "ci"})
	require.NoError(t, err)
	assert.Equal(t, 2, strings.Count(out.String(), "operation=createKey"))
	assert.Contains(t, out.String(), "status=429")
	assert.Contains(t, out.String(), "request_id=req_7")
	assert.NotContains(t, out.String(), "qai_k_")
}

func TestPrintingAClientShowsNoSecret(t *testing.T) {
	t.Parallel()
	client := newClient(t, new(script), keys.WithHeader("X-Proxy-Token", "hidden-token"))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, value := range []any{client, *client, struct{ c *keys.Client }{client}} {
			printed := fmt.Sprintf(verb, value)
			assert.NotContains(t, printed, "credential0123")
			assert.NotContains(t, printed, "hidden-token")
		}
	}
}
