package keystest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/qaikeys/qaikeys"
	"github.com/qaikeys/qaikeys/types"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// send sends a request with these headers ("Name: value") and returns the answer and its body.
func send(t *testing.T, mock *keystest.Server, method, path, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, mock.URL+path, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Add(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp, string(answer)
}

// once is a client that doesn't retry.
func once(mock *keystest.Server) *keys.Client {
	return mock.Client(keys.WithRetry(keys.RetryPolicy{}))
}

// as is a client with a minted key that doesn't retry.
func as(t *testing.T, mock *keystest.Server, secret types.Secret) *keys.Client {
	t.Helper()
	client, err := keys.New(secret.Reveal(), keys.WithBaseURL(mock.URL), keys.WithRetry(keys.RetryPolicy{}))
	require.NoError(t, err)
	return client
}

func mint(t *testing.T, mock *keystest.Server, params keys.CreateParams) *keys.CreatedKey {
	t.Helper()
	created, err := mock.Client().Create(t.Context(), params)
	require.NoError(t, err)
	return created
}

func TestAKeysLife(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	created := mint(t, mock, keys.CreateParams{Name: "ci"})
	assert.Regexp(t, `^qai_k_[0-9a-f]{64}$`, created.Key.Reveal())
	assert.Equal(t, created.Key.Reveal()[:14], created.Details.KeyPrefix)
	assert.WithinDuration(t, time.Now(), created.Details.CreatedAt, time.Minute)

	own := as(t, mock, created.Key)
	list, err := own.List(t.Context())
	require.NoError(t, err, "a minted key authenticates")
	require.Len(t, list, 1)
	assert.Equal(t, created.Details.ID, list[0].ID)
	assert.False(t, list[0].LastUsed.IsZero(), "and was used by that")

	require.NoError(t, mock.Use(created.Details.ID, 25_000_000_000))
	list, err = mock.Client().List(t.Context())
	require.NoError(t, err)
	assert.Equal(t, types.Ticks(25_000_000_000), list[0].SpentTicks)

	for range 2 {
		status, err := mock.Client().Revoke(t.Context(), created.Details.ID)
		require.NoError(t, err, "a revoked key stays revoked")
		assert.Equal(t, "revoked", status.Status)
	}
	_, err = own.List(t.Context())
	require.ErrorIs(t, err, keys.ErrUnauthorized)
	list, err = mock.Client().List(t.Context())
	require.NoError(t, err)
	assert.True(t, list[0].Revoked)
	_, err = once(mock).Revoke(t.Context(), "key_99")
	assert.ErrorIs(t, err, keys.ErrNotFound)
}

func TestKeysComeInTheOrderInWhichTheyWereMade(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithKeys(12))
	mint(t, mock, keys.CreateParams{Name: "last"})
	list, err := mock.Client().List(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 13)
	assert.Equal(t, "key 1", list[0].Name)
	assert.Equal(t, "key 12", list[11].Name)
	assert.Equal(t, "last", list[12].Name)
	for i, state := range mock.Keys() {
		assert.Equal(t, list[i].ID, state.ID)
	}
}

func TestAuthentication(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithAPIKey("qai_account"))
	for name, c := range map[string]struct {
		headers []string
		status  int
	}{
		"none":                       {nil, 401},
		"both":                       {[]string{"X-API-Key: qai_account", "Authorization: Bearer qai_account"}, 200},
		"X-API-Key alone":            {[]string{"X-API-Key: qai_account"}, 200},
		"bearer alone":               {[]string{"Authorization: Bearer qai_account"}, 200},
		"bearer in lower case":       {[]string{"Authorization: bearer qai_account"}, 200},
		"X-API-Key goes first":       {[]string{"X-API-Key: qai_other", "Authorization: Bearer qai_account"}, 401},
		"the bearer isn't looked at": {[]string{"X-API-Key: qai_account", "Authorization: Bearer qai_other"}, 200},
		"unknown":                    {[]string{"X-API-Key: qai_other"}, 401},
		"another scheme":             {[]string{"Authorization: Basic qai_account"}, 401},
		"no scheme":                  {[]string{"Authorization: qai_account"}, 401},
		"empty":                      {[]string{"X-API-Key: "}, 401},
	} {
		resp, body := send(t, mock, "GET", "/qai/v1/keys", "", c.headers...)
		assert.Equal(t, c.status, resp.StatusCode, name)
		assert.NotEmpty(t, resp.Header.Get("X-QAI-Request-Id"), name)
		if c.status == 401 {
			assert.Contains(t, body, `"code":"authentication_error"`, name)
			assert.Equal(t, "application/json", resp.Header.Get("Content-Type"), name)
		}
	}
}

func TestARefusedRequestChangesNothingAndNamesTheField(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	for body, c := range map[string]struct{ code, says string }{
		``:                                     {"invalid_json", "isn't JSON"},
		`{`:                                    {"invalid_json", "isn't JSON"},
		`{"name":"a"} {}`:                      {"invalid_json", "isn't JSON"},
		`null`:                                 {"invalid_request", "not nullable"},
		`[]`:                                   {"invalid_request", "object"},
		`{}`:                                   {"invalid_request", "name"},
		`{"name":5}`:                           {"invalid_request", "name: "},
		`{"name":null}`:                        {"invalid_request", "name: "},
		`{"name":"a","endpoints":"chat"}`:      {"invalid_request", "endpoints: "},
		`{"name":"a","endpoints":["a",5]}`:     {"invalid_request", "endpoints.1: "},
		`{"name":"a","spend_cap_usd":"5"}`:     {"invalid_request", "spend_cap_usd: "},
		`{"name":"a","spend_cap_usd":1e400}`:   {"invalid_request", "spend_cap_usd: "},
		`{"name":"a","rate_limit":1.5}`:        {"invalid_request", "rate_limit: "},
		`{"name":"a","rate_limit":2147483648}`: {"invalid_request", "rate_limit: "},
		`{"name":"a","rate_limit":null}`:       {"invalid_request", "rate_limit: "},
		`{"name":"a","colour":"red"}`:          {"invalid_request", "colour"},
		`{"name":"a","Name":"b"}`:              {"invalid_request", "Name"},
		strings.Repeat(" ", 1<<20) + `{"name":""}`: {"invalid_request", "larger than 1048576 bytes"},
		strings.Repeat(`[`, 100_000):               {"invalid_json", "isn't JSON"},
	} {
		resp, answer := send(t, mock, "POST", "/qai/v1/keys", body, "X-API-Key: "+mock.APIKey)
		name := body[:min(len(body), 50)]
		assert.Equal(t, 400, resp.StatusCode, name)
		assert.Contains(t, answer, `"code":"`+c.code+`"`, name)
		assert.Contains(t, strings.ReplaceAll(answer, `\"`, ``), c.says, name)
	}
	resp, answer := send(t, mock, "POST", "/qai/v1/keys", `{"name":"a"}`, "X-API-Key: "+mock.APIKey, "Content-Type: text/plain")
	assert.Equal(t, 200, resp.StatusCode, "the first Content-Type counts: %s", answer)
	mock.Reset()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, mock.URL+"/qai/v1/keys", strings.NewReader(`{"name":"a"}`))
	require.NoError(t, err)
	req.Header.Set("X-API-Key", mock.APIKey)
	resp, err = http.DefaultClient.Do(req)
	require.NoError(t, err)
	_ = resp.Body.Close()
	assert.Equal(t, 400, resp.StatusCode, "no Content-Type")
	assert.Empty(t, mock.Keys())
}

func TestUnknownPathsAndMethods(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	for request, want := range map[string]string{
		"GET /":                   "404",
		"GET /qai/v1/other":       "404",
		"GET /qai/v1/keys/":       "404",
		"GET /qai/v1//keys":       "404",
		"DELETE /qai/v1/keys/..":  "404",
		"DELETE /qai/v1/keys/a/b": "404",
	} {
		method, path, _ := strings.Cut(request, " ")
		resp, body := send(t, mock, method, path, "")
		assert.Equal(t, want, strings.TrimSpace(strconv.Itoa(resp.StatusCode)+" "+resp.Header.Get("Allow")), request)
		assert.Contains(t, body, `"message"`, request)
		assert.NotEmpty(t, resp.Header.Get("X-QAI-Request-Id"), request)
	}
	for _, entry := range mock.Requests() {
		assert.Empty(t, entry.Operation)
		assert.NotEmpty(t, entry.Error)
	}
}

// TestMethodsThatAPathDoesNotHave tries every method on every path of the document.
func TestMethodsThatAPathDoesNotHave(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(qaikeys.OpenAPI)
	require.NoError(t, err)
	mock := keystest.NewServer(t)
	for path := range doc.Paths.Map() {
		allowed := methodsOf(doc, path)
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			if slices.Contains(allowed, method) {
				continue
			}
			resp, body := send(t, mock, method, strings.ReplaceAll(path, "{id}", "key_01"), "")
			assert.Equal(t, http.StatusMethodNotAllowed, resp.StatusCode, "%s %s", method, path)
			assert.Equal(t, strings.Join(allowed, ", "), resp.Header.Get("Allow"), "%s %s", method, path)
			assert.Contains(t, body, `"message"`, "%s %s", method, path)
		}
	}
	for _, entry := range mock.Requests() {
		assert.Empty(t, entry.Operation)
	}
}

// methodsOf returns the methods that the document has for a path, by a template of the same form, too. HEAD comes with GET.
func methodsOf(doc *openapi3.T, path string) []string {
	var methods []string
	for template, item := range doc.Paths.Map() {
		if pattern := regexp.MustCompile(`{[^}]+}`).ReplaceAllString(template, `[^/]+`); !regexp.MustCompile("^" + pattern + "$").MatchString(path) {
			continue
		}
		for method := range item.Operations() {
			if methods = append(methods, method); method == http.MethodGet {
				methods = append(methods, http.MethodHead)
			}
		}
	}
	slices.Sort(methods)
	return slices.Compact(methods)
}

func TestIDsArriveAsTheyAre(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	for _, id := range []string{"a/b", "a b", "50%", "a\nb", "ключ", "..."} {
		_, err := mock.Client().Revoke(t.Context(), id)
		require.ErrorIs(t, err, keys.ErrNotFound, id)
		requests := mock.Requests()
		assert.Equal(t, "revokeKey", requests[len(requests)-1].Operation, id)
	}
	before := len(mock.Requests())
	_, err := mock.Client().Revoke(t.Context(), "..")
	require.ErrorIs(t, err, keys.ErrInvalidArgument)
	assert.Len(t, mock.Requests(), before)
}

func TestARateLimitIsKept(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	mock := keystest.NewServer(t, keystest.WithClock(func() time.Time { return now }))
	limited := as(t, mock, mint(t, mock, keys.CreateParams{Name: "two", RateLimit: new(int32(2))}).Key)
	none := as(t, mock, mint(t, mock, keys.CreateParams{Name: "none", RateLimit: new(int32(0))}).Key)
	for range 2 {
		_, err := limited.List(t.Context())
		require.NoError(t, err)
	}
	_, err := limited.List(t.Context())
	var apiErr *keys.Error
	require.ErrorAs(t, err, &apiErr)
	require.ErrorIs(t, err, keys.ErrRateLimited)
	assert.Equal(t, 5*time.Second, apiErr.RetryAfter)
	assert.Equal(t, "rate_limit", apiErr.Code)
	_, err = none.List(t.Context())
	require.ErrorIs(t, err, keys.ErrRateLimited, "a limit of 0 isn't no limit")
	now = now.Add(time.Minute)
	_, err = limited.List(t.Context())
	require.NoError(t, err, "the next minute")
	now = now.Add(-time.Hour)
	_, err = limited.List(t.Context())
	require.NoError(t, err, "a clock that goes back")
}

func TestTheAccountsRateLimit(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithRateLimit(1))
	_, err := once(mock).List(t.Context())
	require.NoError(t, err)
	_, err = once(mock).List(t.Context())
	require.ErrorIs(t, err, keys.ErrRateLimited)
}

func TestAKeysEndpointsAreKept(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	for _, c := range []struct {
		endpoints []string
		allowed   bool
	}{
		{nil, true},
		{[]string{}, false},
		{[]string{"chat"}, false},
		{[]string{"chat", "keys"}, true},
		{[]string{"/qai/v1/keys"}, true},
		{[]string{"/qai/v1/"}, true},
		{[]string{"/qai"}, true},
		{[]string{"/"}, true},
		{[]string{"/qai/v1/key"}, false},
		{[]string{"/qai/v1/keys/key_01"}, false},
		{[]string{""}, false},
		{[]string{"qai/v1/keys"}, false},
	} {
		_, err := as(t, mock, mint(t, mock, keys.CreateParams{Name: "ci", Endpoints: c.endpoints}).Key).List(t.Context())
		if c.allowed {
			require.NoError(t, err, "%q", c.endpoints)
		} else {
			require.ErrorIs(t, err, keys.ErrForbidden, "%q", c.endpoints)
		}
	}
}

func TestTheStateTellsWhatAKeyWasMintedWith(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	mock := keystest.NewServer(t, keystest.WithClock(func() time.Time { return now }), keystest.WithSeed(7))
	created := mint(t, mock, keys.CreateParams{Name: "ci", Endpoints: []string{"chat"}, SpendCapUSD: new(25.0), RateLimit: new(int32(60))})
	assert.Equal(t, []keystest.State{{
		ID: "key_01", Name: "ci", KeyPrefix: created.Key.Reveal()[:14], Endpoints: []string{"chat"},
		SpendCapUSD: new(25.0), RateLimit: new(int32(60)), CreatedAt: now,
	}}, mock.Keys())
	assert.JSONEq(t, `{"endpoints":["chat"],"spend_cap_usd":25,"rate_limit":60}`, string(created.Details.Scope))
	assert.NotContains(t, fmt.Sprintf("%+v %+v", mock.Keys(), mock.Requests()), created.Key.Reveal())
	assert.Nil(t, mint(t, mock, keys.CreateParams{Name: "free"}).Details.Scope)
}

func TestUseIsHeldToWhatExists(t *testing.T) {
	t.Parallel()
	mock := keystest.NewHandler(keystest.WithKeys(1))
	require.ErrorContains(t, mock.Use("key_99", 1), "no key")
	require.ErrorContains(t, mock.Use("key_01", -1), "negative")
	require.NoError(t, mock.Use("key_01", 5))
	require.NoError(t, mock.Use("key_01", 6))
	assert.Equal(t, types.Ticks(11), mock.Keys()[0].SpentTicks)
	assert.False(t, mock.Keys()[0].LastUsed.IsZero())
}

func TestTheJournal(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	mock := keystest.NewServer(t, keystest.WithClock(func() time.Time { return now }))
	var meta keys.Meta
	created, err := mock.Client(keys.WithApp("deploy-bot")).Create(t.Context(), keys.CreateParams{Name: "ci"}, keys.CaptureMeta(&meta))
	require.NoError(t, err)
	_, err = as(t, mock, created.Key).Revoke(t.Context(), "a b")
	require.Error(t, err)
	mock.Inject(keystest.Fault{Drop: true})
	_, err = once(mock).Create(t.Context(), keys.CreateParams{Name: "lost"})
	require.Error(t, err)

	requests := mock.Requests()
	require.Len(t, requests, 3)
	first := requests[0]
	assert.Equal(t, "deploy-bot", first.Header.Get("X-Quantum-App"))
	assert.Equal(t, "[redacted]", first.Header.Get("Authorization"))
	assert.Equal(t, "[redacted]", first.Header.Get("X-Api-Key"))
	first.Header = nil
	assert.Equal(t, keystest.Request{
		ID: meta.RequestID, Time: now, Method: "POST", Path: "/qai/v1/keys", Body: `{"name":"ci"}`, Operation: "createKey", Status: 200,
	}, first)
	assert.Equal(t, created.Details.ID, requests[1].KeyID)
	assert.Equal(t, "/qai/v1/keys/a%20b", requests[1].Path)
	assert.Equal(t, 404, requests[1].Status)
	assert.Equal(t, "there is no key with this id", requests[1].Error)
	assert.True(t, requests[2].Fault)
	assert.Zero(t, requests[2].Status)
	for _, secret := range []string{mock.APIKey, created.Key.Reveal()} {
		assert.NotContains(t, fmt.Sprintf("%+v", requests), secret)
	}
}

func TestTheJournalIsBounded(t *testing.T) {
	t.Parallel()
	mock := keystest.NewHandler()
	for range 1_001 {
		mock.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	}
	requests := mock.Requests()
	assert.Len(t, requests, 1_000)
	assert.Equal(t, "req_000002", requests[0].ID)
}

func TestReset(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithKeys(2))
	before, apiKey := mock.Keys(), mock.APIKey
	created := mint(t, mock, keys.CreateParams{Name: "ci"})
	_, err := mock.Client().Revoke(t.Context(), "key_01")
	require.NoError(t, err)
	mock.Inject(keystest.Fault{Status: 500, Times: -1})
	mock.Reset()
	assert.Empty(t, mock.Requests())
	assert.Equal(t, apiKey, mock.APIKey)
	require.Len(t, mock.Keys(), len(before))
	assert.False(t, mock.Keys()[0].Revoked)
	_, err = once(mock).List(t.Context())
	require.NoError(t, err)
	_, err = as(t, mock, created.Key).List(t.Context())
	require.ErrorIs(t, err, keys.ErrUnauthorized)
}

func TestASeedMakesRunsTheSame(t *testing.T) {
	t.Parallel()
	run := func(opts ...keystest.Option) (apiKey, first, second string) {
		mock := keystest.NewServer(t, opts...)
		first = mint(t, mock, keys.CreateParams{Name: "a"}).Key.Reveal()
		mock.Reset()
		second = mint(t, mock, keys.CreateParams{Name: "a"}).Key.Reveal()
		return mock.APIKey, first, second
	}
	api1, first1, again1 := run(keystest.WithSeed(1))
	api2, first2, _ := run(keystest.WithSeed(1))
	api3, first3, _ := run(keystest.WithSeed(2))
	assert.Equal(t, api1, api2)
	assert.Equal(t, first1, first2)
	assert.NotEqual(t, api1, api3)
	assert.NotEqual(t, first1, first3)
	assert.NotEqual(t, api1, first1)
	assert.Equal(t, first1, again1, "and after a reset")
	apiA, firstA, _ := run()
	apiB, firstB, _ := run()
	assert.NotEqual(t, apiA, apiB)
	assert.NotEqual(t, firstA, firstB)
}

func TestServersShareNothing(t *testing.T) {
	t.Parallel()
	one, two := keystest.NewServer(t), keystest.NewServer(t)
	created := mint(t, one, keys.CreateParams{Name: "ci"})
	assert.Empty(t, two.Keys())
	_, err := as(t, two, created.Key).List(t.Context())
	assert.ErrorIs(t, err, keys.ErrUnauthorized)
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	client := mock.Client()
	failures := make(chan error, 64)
	for i := range 16 {
		go func() {
			name := fmt.Sprintf("worker %d", i)
			created, err := client.Create(context.WithoutCancel(t.Context()), keys.CreateParams{Name: name})
			failures <- err
			_, err = client.List(context.WithoutCancel(t.Context()))
			failures <- err
			_ = mock.Requests()
			failures <- mock.Use(created.Details.ID, 1)
			_, err = client.Revoke(context.WithoutCancel(t.Context()), created.Details.ID)
			failures <- err
		}()
	}
	for range 64 {
		require.NoError(t, <-failures)
	}
	states := mock.Keys()
	require.Len(t, states, 16)
	names := map[string]bool{}
	for _, state := range states {
		assert.True(t, state.Revoked)
		assert.Equal(t, types.Ticks(1), state.SpentTicks)
		names[state.Name] = true
	}
	assert.Len(t, names, 16)
}

// stub is a testing.TB that notes that it failed.
type stub struct {
	testing.TB

	failed bool
}

func (s *stub) Helper()        {}
func (s *stub) Cleanup(func()) {}
func (s *stub) Fatal(...any)   { s.failed = true }

func TestAClientThatCannotBeMadeFailsTheTest(t *testing.T) {
	t.Parallel()
	tb := &stub{TB: t}
	keystest.NewServer(tb).Client(keys.WithTimeout(-1))
	assert.True(t, tb.failed)
}

func TestABodyThatIsCutOffIsRefused(t *testing.T) {
	t.Parallel()
	mock := keystest.NewHandler(keystest.WithAPIKey("qai_account"))
	r := httptest.NewRequest(http.MethodPost, "/qai/v1/keys", io.MultiReader(strings.NewReader(`{"name":"a"}`), failing{}))
	r.Header.Set("X-API-Key", "qai_account")
	w := httptest.NewRecorder()
	mock.ServeHTTP(w, r)
	assert.Equal(t, 400, w.Code)
	assert.Empty(t, mock.Keys())
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("lost") }
