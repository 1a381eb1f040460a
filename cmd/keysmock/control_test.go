package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// judge validates exchanges with the control API against control.yaml, and records which responses it saw.
type judge struct {
	doc    *openapi3.T
	router routers.Router

	mu   sync.Mutex
	seen map[string]bool // Like "setClock 200".
}

var newJudge = sync.OnceValue(func() *judge {
	doc, err := openapi3.NewLoader().LoadFromData(controlDocument)
	if err != nil {
		panic(err)
	}
	doc.Servers = nil // The mock listens on another port.
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		panic(err)
	}
	return &judge{doc: doc, router: router, seen: map[string]bool{}}
})

// control sends a request to the control API, and validates it and the response against control.yaml; the request only where
// the response is a success.
func (p *program) control(t *testing.T, method, path, apiKey, body string) (status int, response string) {
	t.Helper()
	j := newJudge()
	request := func() *http.Request {
		req, err := http.NewRequestWithContext(t.Context(), method, p.url+path, strings.NewReader(body))
		require.NoError(t, err)
		if body != "" {
			req.Header.Set("Content-Type", "application/json")
		}
		if apiKey != "" {
			req.Header.Set("X-API-Key", apiKey)
		}
		return req
	}
	resp, err := http.DefaultClient.Do(request())
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	read, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	route, params, err := j.router.FindRoute(request())
	require.NoError(t, err)
	options := &openapi3filter.Options{IncludeResponseStatus: true, SkipSettingDefaults: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}
	input := &openapi3filter.RequestValidationInput{Request: request(), PathParams: params, Route: route, Options: options}
	if resp.StatusCode < 300 {
		require.NoError(t, openapi3filter.ValidateRequest(t.Context(), input))
	}
	require.NoError(t, openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: resp.StatusCode, Header: resp.Header, Body: io.NopCloser(strings.NewReader(string(read))), Options: options,
	}), string(read))
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seen[fmt.Sprint(route.Operation.OperationID, " ", resp.StatusCode)] = true
	return resp.StatusCode, string(read)
}

// api sends a request to the API as any language would.
func (p *program) api(t *testing.T, method, path, apiKey, body string, headers ...string) (status int, response string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, p.url+path, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-API-Key", apiKey)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	read, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(read)
}

// TestTheControlRoutes gets every response that control.yaml has.
func TestTheControlRoutes(t *testing.T) {
	t.Parallel()
	p := start(t, "-api-key", "qai_first", "-keys", "1", "-log", "off")
	accounts(t, p)
	recordUse(t, p)
	moveClock(t, p)
	moveAnAccountsClock(t, p)
	leaveTheRange(t, p)
	filterJournal(t, p)
	refusals(t, p)
	unsaved(t)
	for _, item := range newJudge().doc.Paths.Map() {
		for _, op := range item.Operations() {
			for status := range op.Responses.Map() {
				if status != "401" && status != "403" { // TestTheControlToken, TestOnlyAPeerOnTheSameMachineControlsTheMock.
					assert.True(t, newJudge().seen[op.OperationID+" "+status], "%s never responded with %s", op.OperationID, status)
				}
			}
		}
	}
}

func accounts(t *testing.T, p *program) {
	t.Helper()
	status, response := p.control(t, "POST", "/_mock/accounts", "", `{"api_key":"qai_second","keys":2,"devices":1,"tier":"internal","rate_limit":100,"seed":7}`)
	require.Equal(t, 201, status)
	assert.JSONEq(t, `{"api_key":"qai_second"}`, response)
	_, response = p.control(t, "GET", "/_mock/keys", "qai_second", "")
	assert.Equal(t, 3, strings.Count(response, `"id"`))
	status, _ = p.api(t, "POST", "/qai/v1/keys/ephemeral", "qai_second", `{}`)
	assert.Equal(t, 200, status)

	status, _ = p.control(t, "POST", "/_mock/faults", "qai_second", `{"operation":"listKeys","status":503,"times":1,"retry_after_seconds":2,"delay_seconds":0.001,"header":{"X-A":["b"]}}`)
	require.Equal(t, 204, status)
	status, _ = p.api(t, "GET", "/qai/v1/keys", "qai_first", "")
	assert.Equal(t, 200, status, "another account's fault")
	status, response = p.control(t, "GET", "/_mock/faults", "qai_second", "")
	assert.Equal(t, 200, status)
	assert.JSONEq(t, `{"faults":[{"operation":"listKeys","times":1,"status":503,"retry_after_seconds":2,"delay_seconds":0.001,"header":{"X-A":["b"]}}]}`, response)
	_, response = p.control(t, "GET", "/_mock/faults", "", "")
	assert.JSONEq(t, `{"faults":[]}`, response)
	status, _ = p.api(t, "GET", "/qai/v1/keys", "qai_second", "")
	assert.Equal(t, 503, status)
	_, response = p.control(t, "GET", "/_mock/requests", "qai_second", "")
	assert.Equal(t, 2, strings.Count(response, `"operation"`))

	status, _ = p.api(t, "GET", "/qai/v1/keys", "qai_second", "", "X-Mock-Fault: status=418")
	assert.Equal(t, 418, status, "a fault for this request")
	status, _ = p.control(t, "POST", "/_mock/reset", "qai_second", "")
	assert.Equal(t, 204, status)
	_, response = p.control(t, "GET", "/_mock/requests", "qai_second", "")
	assert.JSONEq(t, `{"requests":[]}`, response)

	status, response = p.control(t, "POST", "/_mock/accounts", "", `{}`)
	require.Equal(t, 201, status)
	assert.Contains(t, response, "qai_k_")
	status, response = p.control(t, "POST", "/_mock/accounts", "", `{"api_key":"qai_second"}`)
	assert.Equal(t, 409, status)
	assert.JSONEq(t, `{"error":{"message":"api_key: another account or key has it"}}`, response)
}

func recordUse(t *testing.T, p *program) {
	t.Helper()
	status, response := p.control(t, "POST", "/_mock/use", "", `{"id":"key_01","ticks":25000000000,"model":"qai-large","input_tokens":3,"output_tokens":4}`)
	require.Equal(t, 204, status, response)
	status, _ = p.control(t, "POST", "/_mock/use", "", `{"id":"key_01"}`)
	require.Equal(t, 204, status)
	_, response = p.api(t, "GET", "/qai/v1/keys/key_01/usage", "qai_first", "")
	var usage struct {
		TotalCostUSD float64 `json:"total_cost_usd"`
		Models       []struct{ Model string }
	}
	require.NoError(t, json.Unmarshal([]byte(response), &usage))
	assert.InDelta(t, 2.5, usage.TotalCostUSD, 0)
	require.Len(t, usage.Models, 2)
	assert.Equal(t, "default", usage.Models[0].Model)
	status, response = p.control(t, "POST", "/_mock/use", "", `{"id":"key_99","ticks":1}`)
	assert.Equal(t, 400, status)
	assert.Contains(t, response, "key_99")
}

func moveClock(t *testing.T, p *program) {
	t.Helper()
	now := func(response string) time.Time {
		var clock struct{ Now time.Time }
		require.NoError(t, json.Unmarshal([]byte(response), &clock))
		return clock.Now
	}
	_, response := p.control(t, "GET", "/_mock/clock", "", "")
	assert.WithinDuration(t, time.Now(), now(response), time.Minute)
	noon := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	_, response = p.control(t, "POST", "/_mock/clock", "", `{"now":"2026-09-01T12:00:00Z"}`)
	assert.Equal(t, noon, now(response))

	// An ephemeral token expires as the clock advances.
	_, response = p.control(t, "POST", "/_mock/accounts", "", `{"tier":"internal"}`)
	var account struct {
		APIKey string `json:"api_key"`
	}
	require.NoError(t, json.Unmarshal([]byte(response), &account))
	_, response = p.api(t, "POST", "/qai/v1/keys/ephemeral", account.APIKey, `{"ttl":60}`)
	var token struct{ Token string }
	require.NoError(t, json.Unmarshal([]byte(response), &token))
	status, _ := p.api(t, "GET", "/qai/v1/keys", token.Token, "")
	assert.Equal(t, 200, status)
	_, response = p.control(t, "POST", "/_mock/clock", "", `{"advance_seconds":60}`)
	assert.Equal(t, noon.Add(time.Minute), now(response))
	status, _ = p.api(t, "GET", "/qai/v1/keys", token.Token, "")
	assert.Equal(t, 401, status)

	_, response = p.control(t, "POST", "/_mock/clock", "", `{"now":"2026-01-01T00:00:00Z","advance_seconds":0.5}`)
	assert.Equal(t, time.Date(2026, 1, 1, 0, 0, 0, 5e8, time.UTC), now(response))
	// Its time of day needn't be one that the zone of the request can express.
	late := time.Date(9999, 12, 31, 20, 0, 0, 0, time.UTC)
	status, response = p.control(t, "POST", "/_mock/clock", "", `{"now":"9999-12-31T23:00:00+05:00","advance_seconds":7200}`)
	require.Equal(t, 200, status)
	assert.Equal(t, late, now(response))
	_, response = p.control(t, "GET", "/_mock/clock", "", "")
	assert.Equal(t, late, now(response))
	_, response = p.control(t, "POST", "/_mock/clock", "", `{"real":true}`)
	assert.WithinDuration(t, time.Now(), now(response), time.Minute)
}

// moveAnAccountsClock tests that it goes on after it was advanced, and that other accounts keep theirs.
func moveAnAccountsClock(t *testing.T, p *program) {
	t.Helper()
	clock := func(method, apiKey, body string) time.Time {
		status, response := p.control(t, method, "/_mock/clock", apiKey, body)
		require.Equal(t, 200, status, response)
		var clock struct{ Now time.Time }
		require.NoError(t, json.Unmarshal([]byte(response), &clock))
		return clock.Now
	}
	for _, apiKey := range []string{"qai_traveller", "qai_other"} {
		_, _ = p.control(t, "POST", "/_mock/accounts", "", fmt.Sprintf(`{"api_key":%q}`, apiKey))
	}
	const minute, hour = time.Minute, time.Hour
	advanced := clock("POST", "qai_traveller", `{"advance_seconds":3600}`)
	assert.WithinDuration(t, time.Now().Add(hour), advanced, minute)
	assert.True(t, clock("GET", "qai_traveller", "").After(advanced), "it goes on")
	assert.WithinDuration(t, time.Now().Add(2*hour), clock("POST", "qai_traveller", `{"advance_seconds":3600}`), minute)
	for _, apiKey := range []string{"", "qai_other"} {
		assert.WithinDuration(t, time.Now(), clock("GET", apiKey, ""), minute)
	}
	_, response := p.api(t, "POST", "/qai/v1/keys", "qai_traveller", `{"name":"ci"}`)
	var created struct{ Key string }
	require.NoError(t, json.Unmarshal([]byte(response), &created))
	_, response = p.control(t, "GET", "/_mock/keys", created.Key, "")
	var state struct{ Keys []keystest.State }
	require.NoError(t, json.Unmarshal([]byte(response), &state))
	require.Len(t, state.Keys, 1, "a minted key names its account, too")
	assert.WithinDuration(t, time.Now().Add(2*hour), state.Keys[0].CreatedAt, minute)

	// The grace of a rotated key passes for its account alone.
	status, _ := p.api(t, "POST", "/qai/v1/keys/key_01/rotate", "qai_traveller", `{"grace_seconds":3600}`)
	require.Equal(t, 200, status)
	_ = clock("POST", "qai_other", `{"advance_seconds":7200}`)
	status, _ = p.api(t, "GET", "/qai/v1/keys", created.Key, "")
	assert.Equal(t, 200, status)
	_ = clock("POST", "qai_traveller", `{"advance_seconds":3600}`)
	status, _ = p.api(t, "GET", "/qai/v1/keys", created.Key, "")
	assert.Equal(t, 401, status)

	// It follows the mock's clock, until it is stopped; and again once it is real, or the account is reset.
	noon := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	_ = clock("POST", "", `{"now":"2026-09-01T12:00:00Z"}`)
	assert.Equal(t, noon.Add(3*hour), clock("GET", "qai_traveller", ""))
	assert.Equal(t, noon.Add(2*hour), clock("GET", "qai_other", ""))
	assert.Equal(t, noon.Add(-hour), clock("POST", "qai_traveller", `{"now":"2026-09-01T11:00:00Z"}`))
	assert.Equal(t, noon, clock("POST", "qai_traveller", `{"advance_seconds":3600}`), "it stands")
	_ = clock("POST", "", `{"advance_seconds":60}`)
	assert.Equal(t, noon, clock("GET", "qai_traveller", ""))
	assert.Equal(t, noon.Add(minute), clock("POST", "qai_traveller", `{"real":true}`))
	_, _ = p.control(t, "POST", "/_mock/reset", "qai_other", "")
	assert.Equal(t, noon.Add(minute), clock("GET", "qai_other", ""))
	_ = clock("POST", "", `{"real":true}`)

	// The mock's goes on, too, and no clock wraps around.
	advanced = clock("POST", "", `{"advance_seconds":60}`)
	assert.True(t, clock("GET", "qai_other", "").After(advanced))
	_ = clock("POST", "qai_other", `{"advance_seconds":9223372036}`)
	status, response = p.control(t, "POST", "/_mock/clock", "qai_other", `{"advance_seconds":9223372036}`)
	assert.Equal(t, 400, status)
	assert.Contains(t, response, "advance_seconds: the clock would be ahead by more than 9223372036 seconds in all")
	_, _ = p.control(t, "POST", "/_mock/reset", "qai_other", "")
	_ = clock("POST", "", `{"real":true}`)
}

// leaveTheRange moves the mock's clock so far that an account's, which is ahead of it, is out of range.
func leaveTheRange(t *testing.T, p *program) {
	t.Helper()
	_, _ = p.control(t, "POST", "/_mock/accounts", "", `{"api_key":"qai_ahead"}`)
	for _, undo := range []string{"/_mock/reset", "/_mock/clock"} {
		status, response := p.control(t, "POST", "/_mock/clock", "qai_ahead", `{"advance_seconds":31536000}`)
		require.Equal(t, 200, status, response)
		status, response = p.control(t, "POST", "/_mock/clock", "", `{"now":"9999-12-31T00:00:00Z"}`)
		require.Equal(t, 200, status, response)
		for method, body := range map[string]string{"GET": "", "POST": `{"advance_seconds":1}`} {
			status, response = p.control(t, method, "/_mock/clock", "qai_ahead", body)
			assert.Equal(t, 400, status, method)
			assert.JSONEq(t, `{"error":{"message":"now: RFC 3339 can't express the clock's time, which isn't within the years 0 to 9999: use another, or make it real again"}}`, response)
		}
		status, response = p.control(t, "POST", undo, "qai_ahead", `{"real":true}`)
		require.Less(t, status, 300, response)
		status, response = p.control(t, "GET", "/_mock/clock", "qai_ahead", "")
		assert.Equal(t, 200, status)
		assert.JSONEq(t, `{"now":"9999-12-31T00:00:00Z"}`, response)
		_, _ = p.control(t, "POST", "/_mock/clock", "", `{"real":true}`)
	}
}

func filterJournal(t *testing.T, p *program) {
	t.Helper()
	_, _ = p.control(t, "POST", "/_mock/accounts", "", `{"api_key":"qai_filtered"}`)
	_, response := p.api(t, "POST", "/qai/v1/keys", "qai_filtered", `{"name":"ci"}`)
	var created struct{ Key string }
	require.NoError(t, json.Unmarshal([]byte(response), &created))
	_, _ = p.api(t, "GET", "/qai/v1/keys", created.Key, "", "X-Mock-Fault: status=503")
	_, _ = p.api(t, "GET", "/qai/v1/keys", created.Key, "")
	_, _ = p.api(t, "GET", "/elsewhere", "qai_filtered", "")
	for query, want := range map[string][]string{
		"":                    {"req_000001", "req_000002", "req_000003", "req_000004"},
		"?operation=listKeys": {"req_000002", "req_000003"},
		"?status=503":         {"req_000002"},
		"?status=0":           {},
		"?key=key_01":         {"req_000002", "req_000003"},
		"?key=key_02":         {},
		"?operation=listKeys&key=key_01&status=200": {"req_000003"},
		"?operation=createKey&status=503":           {},
	} {
		status, response := p.control(t, "GET", "/_mock/requests"+query, "qai_filtered", "")
		require.Equal(t, 200, status, query)
		var journal struct{ Requests []struct{ ID string } }
		require.NoError(t, json.Unmarshal([]byte(response), &journal))
		ids := []string{}
		for _, request := range journal.Requests {
			_, number, _ := strings.Cut(strings.TrimPrefix(request.ID, "req_"), "_") // Of the account's.
			ids = append(ids, "req_"+number)
		}
		assert.Equal(t, want, ids, query)
	}
	for query, says := range map[string]string{
		"?operation=createkey": `no operation \"createkey\"`, "?operations=createKey": `there is no parameter \"operations\": use operation, key or status`,
		"?operation=": "operation: it needs one value", "?key": "key: it needs one value", "?status=200&status=503": "status: it needs one value",
		"?status=2xx": `status: \"2xx\" isn't from 0 to 599`, "?status=-1": "status:", "?status=600": "status:", "?key=%zz": "the query can't be parsed",
	} {
		status, response := p.control(t, "GET", "/_mock/requests"+query, "", "")
		assert.Equal(t, 400, status, query)
		assert.Contains(t, response, says, query)
	}
}

func refusals(t *testing.T, p *program) {
	t.Helper()
	for route, bodies := range map[string]map[string]string{
		"/_mock/faults":   {`null`: "the body: this JSON null isn't what", `{"stauts":503}`: `there is no property \"stauts\"`, `{"status":42}`: "status 42", `{}`: "it has no effect", `{"operation":"createKey","after":true}`: "it has no effect", `{"operation":"createkey","drop":true}`: `operation: the API has no operation \"createkey\": it has createEphemeralKey, createKey,`, `{"header":{"connection":["close"]}}`: "can't be set", ``: "the body isn't JSON"},
		"/_mock/use":      {`null`: "the body: this JSON null isn't what", `{}`: "id: it is missing", `{"id":"key_01","ticks":-1}`: "negative", `{"id":"key_01","ticks":9223372036854775807}`: "int64", `[]`: "array", `{"ticks":"1"}`: "ticks: this JSON string"},
		"/_mock/accounts": {`null`: "the body: this JSON null isn't what", `{"keys":-1}`: "keys: -1 isn't from 0 to 10000", `{"rate_limit":-5}`: "rate_limit: -5 isn't from 0 to 1000000", `{"api_key":"a\nb"}`: "api_key: it can't be sent in a header", `{"seed":-1}`: "seed: this JSON number isn't"},
		"/_mock/clock":    {`null`: "the body: this JSON null isn't what", `{}`: "use either", `{"real":true,"advance_seconds":1}`: "use either", `{"advance_seconds":-1}`: "advance_seconds: it isn't a number of seconds", `{"advance_seconds":9223372036.8}`: "advance_seconds: it isn't", `{"now":"0000-01-01T00:00:00+00:01"}`: "RFC 3339", `{"now":"noon"}`: "now: this JSON string isn't", `{"now":"9999-12-31T23:59:59Z","advance_seconds":1}`: "RFC 3339"},
	} {
		for body, says := range bodies {
			status, response := p.control(t, "POST", route, "", body)
			assert.Equal(t, 400, status, "%s %s", route, body)
			assert.Contains(t, response, says, "%s %s", route, body)
			assert.NotRegexp(t, `Go |jsontext|main\.|types\.|unmarshal`, response, "%s %s", route, body)
		}
	}
	for _, route := range []string{"GET /_mock/requests", "GET /_mock/keys", "GET /_mock/faults", "POST /_mock/faults", "POST /_mock/use", "POST /_mock/reset", "GET /_mock/clock", "POST /_mock/clock"} {
		method, path, _ := strings.Cut(route, " ")
		status, response := p.control(t, method, path, "qai_nobody", "")
		assert.Equal(t, 404, status, route)
		assert.NotContains(t, response, "qai_nobody", route)
	}
}

// TestWhatTheControlAPILacks: it says what there is, in the form of every other error.
func TestWhatTheControlAPILacks(t *testing.T) {
	t.Parallel()
	p := start(t, "-log", "off")
	for request, c := range map[string]struct {
		status      int
		allow, says string
	}{
		"GET /_mock/nope":           {404, "", "no such path: it has GET /_mock/clock, GET /_mock/faults, "},
		"GET /_mock/":               {404, "", "no such path: it has GET /_mock/clock, GET /_mock/faults, "},
		"GET /_mock/faults/":        {404, "", "POST /_mock/use"},
		"POST /_mock/page/requests": {404, "", "POST /_mock/use"},
		"DELETE /_mock/faults":      {405, "GET, HEAD, POST", "no operation with this method: use GET, HEAD, POST"},
		"GET /_mock/use":            {405, "POST", "no operation with this method: use POST"},
		"PUT /_mock/page/press":     {405, "POST", "no operation with this method: use POST"},
	} {
		method, path, _ := strings.Cut(request, " ")
		req, err := http.NewRequestWithContext(t.Context(), method, p.url+path, nil)
		require.NoError(t, err)
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		var problem struct{ Error struct{ Message string } }
		require.NoError(t, json.NewDecoder(resp.Body).Decode(&problem), request)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, c.status, resp.StatusCode, request)
		assert.Equal(t, c.allow, resp.Header.Get("Allow"), request)
		assert.Equal(t, "application/json", resp.Header.Get("Content-Type"), request)
		assert.Contains(t, problem.Error.Message, c.says, request)
	}
}

// TestWhatControlClientsMaySend sends what the document doesn't promise, and clients may do all the same.
func TestWhatControlClientsMaySend(t *testing.T) {
	t.Parallel()
	p := start(t, "-log", "off", "-keys", "1")
	for _, request := range []struct{ method, path, body string }{
		{"POST", "/_mock/accounts", `{"api_key":null,"keys":null,"seed":null,"tier":null}`},
		{"POST", "/_mock/faults", `{"operation":null,"status":503,"header":null}`},
		{"POST", "/_mock/use", ` {"id":"key_01","model":null,"ticks":null} `},
		{"POST", "/_mock/clock", `{"now":null,"real":true}`},
		{"GET", "/_mock/keys?_=1", ""},
	} {
		status, _, response := p.call(t, request.method, request.path, request.body)
		assert.Less(t, status, 300, "%s: %s", request.path, response)
	}
	status, response := p.api(t, "POST", "/_mock/accounts", "qai_nobody", `{}`) // It isn't about an account.
	assert.Equal(t, 201, status, response)
	status, response = p.api(t, "POST", "/_mock/clock", "", `{"real":true}`, "Content-Type: application/x-www-form-urlencoded") // As curl -d does.
	assert.Equal(t, 200, status, response)
}

// TestWhatNoTypeCanHold sends what is right by the document's schemas, or nearly so.
func TestWhatNoTypeCanHold(t *testing.T) {
	t.Parallel()
	p := start(t, "-log", "off")
	for _, request := range []struct{ path, body, says string }{
		{"/_mock/accounts", `{"keys":1.0}`, "keys: this JSON number isn't"},
		{"/_mock/accounts", `{"seed":1e99}`, "seed: this JSON number isn't"},
		{"/_mock/use", `{"id":"key_01","ticks":1e999}`, "ticks: this JSON number isn't"},
		{"/_mock/faults", `{"status":60.5}`, "status: this JSON number isn't"},
		{"/_mock/clock", `{"now":"2026-02-31T00:00:00Z"}`, "now: this JSON string isn't"},
		{"/_mock/clock", `{"Real":true}`, `there is no property \"Real\"`},
	} {
		status, response := p.control(t, "POST", request.path, "", request.body)
		assert.Equal(t, 400, status, request.body)
		assert.Contains(t, response, request.says, request.body)
	}
}

// TestAnotherFormIsNamed: what to use, and not only that something is wrong.
func TestAnotherFormIsNamed(t *testing.T) {
	t.Parallel()
	p := start(t, "-log", "off")
	for _, request := range []struct{ path, body, use string }{
		{"/_mock/clock", `{"now":"yesterday"}`, "a time like 2026-09-01T12:00:00Z"},
		{"/_mock/clock", `{"now":"2026-02-31T00:00:00Z"}`, "a time like 2026-09-01T12:00:00Z"},
		{"/_mock/clock", `{"now":1788264000}`, "a time like 2026-09-01T12:00:00Z"},
		{"/_mock/clock", `{"real":"true"}`, "true or false"},
		{"/_mock/faults", `{"status":"500"}`, "a whole number like 42"},
		{"/_mock/faults", `{"status":60.5}`, "a whole number like 42"},
		{"/_mock/faults", `{"times":1e99}`, "a whole number like 42"},
		{"/_mock/faults", `{"probability":"0.5"}`, "a number"},
		{"/_mock/faults", `{"body":{}}`, "a text"},
		{"/_mock/faults", `{"header":["X-A"]}`, "an object"},
		{"/_mock/faults", `{"header":{"X-A":"b"}}`, "an array"},
		{"/_mock/faults", `{"header":{"X-A":[1]}}`, "a text"},
		{"/_mock/faults", `[]`, "an object"},
		{"/_mock/accounts", `{"keys":1.0}`, "a whole number like 42"},
		{"/_mock/use", `{"id":"key_01","ticks":1e999}`, "a smaller number"},
	} {
		status, response := p.control(t, "POST", request.path, "", request.body)
		assert.Equal(t, 400, status, request.body)
		assert.Contains(t, response, "isn't what the control API's document says: use "+request.use+`"`, request.body)
	}
}

// unsaved gets the responses of a mock whose store is full.
func unsaved(t *testing.T) {
	t.Helper()
	store := &fullStore{}
	mock, err := keystest.OpenHandler(store)
	require.NoError(t, err)
	server := httptest.NewServer(routes(mock, new(clock), guard{}))
	t.Cleanup(server.Close)
	store.full = true
	p := &program{url: server.URL}
	for _, path := range []string{"/_mock/reset", "/_mock/use", "/_mock/accounts", "/_mock/faults", "/_mock/clock"} {
		status, response := p.control(t, "POST", path, "", "")
		assert.Equal(t, 500, status, "%s: %s", path, response)
	}
}

// TestAValueThatJSONCannotExpress tests that a response doesn't begin before it is known to have an end.
func TestAValueThatJSONCannotExpress(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	writeJSON(w, http.StatusOK, map[string]time.Time{"now": time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)})
	assert.Equal(t, 500, w.Code)
	assert.JSONEq(t, `{"error":{"message":"the response can't be expressed in JSON"}}`, w.Body.String())
}

func TestTheControlDocumentIsServedAndValid(t *testing.T) {
	t.Parallel()
	require.NoError(t, newJudge().doc.Validate(t.Context(), openapi3.EnableExamplesValidation()))
	status, contentType, body := start(t).call(t, "GET", "/_mock/openapi.yaml", "")
	assert.Equal(t, 200, status)
	assert.Equal(t, "application/yaml", contentType)
	assert.Equal(t, string(controlDocument), body)
}

// TestEveryControlOperationDocumentsItsRefusals: a request that names no account is refused only where the document has a 404.
func TestEveryControlOperationDocumentsItsRefusals(t *testing.T) {
	t.Parallel()
	aboutNoAccount := []string{"createAccount"}
	for pattern, op := range operations() {
		assert.NotNil(t, op.Responses.Value("401"), "%s: document a 401, NoToken", pattern)
		assert.NotNil(t, op.Responses.Value("403"), "%s: document a 403, Remote", pattern)
		assert.NotEqual(t, slices.Contains(aboutNoAccount, op.OperationID), op.Responses.Value("404") != nil,
			"%s: document a 404, NoAccount, or if it isn't about an account, name it in this test", pattern)
	}
}

func TestAPageElsewhereCannotControlTheMock(t *testing.T) {
	t.Parallel()
	p := start(t, "-log", "off", "-api-key", "qai_first")
	status, body := p.api(t, "POST", "/_mock/reset", "qai_first", "", "Sec-Fetch-Site: cross-site", "Origin: https://elsewhere.example")
	assert.JSONEq(t, `{"error":{"message":"web pages of another site may not control the mock: use a program, or the live page"}}`, body)
	assert.Equal(t, 403, status)
	status, _ = p.api(t, "POST", "/_mock/reset", "qai_first", "", "Sec-Fetch-Site: same-origin")
	assert.Equal(t, 204, status)
}

// TestParallelTestsShareAServer gives each goroutine an account.
func TestParallelTestsShareAServer(t *testing.T) {
	t.Parallel()
	p := start(t, "-log", "off")
	var group sync.WaitGroup
	counts := make([]int, 8)
	for i := range counts {
		group.Go(func() {
			apiKey := fmt.Sprintf("qai_parallel_%d", i)
			_, _ = p.control(t, "POST", "/_mock/accounts", "", fmt.Sprintf(`{"api_key":%q}`, apiKey))
			for range i + 1 {
				_, _ = p.api(t, "POST", "/qai/v1/keys", apiKey, `{"name":"ci"}`)
			}
			_, response := p.control(t, "GET", "/_mock/keys", apiKey, "")
			counts[i] = strings.Count(response, `"id"`)
		})
	}
	group.Wait()
	assert.True(t, slices.Equal(counts, []int{1, 2, 3, 4, 5, 6, 7, 8}), counts)
}

// TestEveryPropertyOfAFault tests that each is read and shown, and is in control.yaml and in keystest.Fault under the same name.
func TestEveryPropertyOfAFault(t *testing.T) {
	t.Parallel()
	p := start(t, "-log", "off")
	seen := map[string]bool{}
	for _, fault := range []string{
		`{"operation":"createKey","times":2,"probability":0.5,"for_seconds":60,"after":true,"delay_seconds":0.5,"jitter_seconds":0.25,
			"status":429,"code":"c","message":"m","flat":true,"retry_after_seconds":5,"gzip":2,"header":{"X-A":["b"]},
			"truncate":9,"stall":true,"dribble":3,"every_seconds":0.001}`,
		`{"times":1,"drop":true,"reset":true}`,
		`{"times":-1,"raw":"SSH-2.0\r\n"}`,
		`{"times":1,"garble":"details.name"}`,
		`{"times":1,"empty":true}`,
		`{"times":1,"body":"x"}`,
	} {
		status, response := p.control(t, "POST", "/_mock/faults", "", fault)
		require.Equal(t, 204, status, response)
		_, response = p.control(t, "GET", "/_mock/faults", "", "")
		assert.JSONEq(t, `{"faults":[`+fault+`]}`, response)
		_, _ = p.control(t, "POST", "/_mock/reset", "", "")
		var properties map[string]any
		require.NoError(t, json.Unmarshal([]byte(fault), &properties))
		for name := range properties {
			seen[name] = true
		}
	}
	described := newJudge().doc.Components.Schemas["Fault"].Value.Properties
	for name := range described {
		assert.True(t, seen[name], "%s: add it to one of the faults above", name)
	}
	fields := map[string]bool{}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[keystest.Fault]()) {
		name := strings.ToLower(regexp.MustCompile("([a-z])([A-Z])").ReplaceAllString(field.Name, "${1}_$2"))
		if field.Type == reflect.TypeFor[time.Duration]() {
			name += "_seconds"
		}
		fields[name] = true
		assert.Contains(t, described, name, "keystest.Fault has %s: add the property to the schema Fault of control.yaml, make generate, and copy it "+
			"in faultOf and writtenFaults of control.go, and in Inject and Faults of wrapper/keystest/connect.go", field.Name)
	}
	for name := range described {
		assert.True(t, fields[name], "control.yaml has %s: add the field to keystest.Fault (wrapper/keystest/fault.go)", name)
	}
}

// TestEveryPropertyOfARequestHasAnEffect sends the example of each property to a new mock, and looks at what it changes.
func TestEveryPropertyOfARequestHasAnEffect(t *testing.T) {
	t.Parallel()
	for schema, c := range map[string]struct {
		handler string
		base    map[string]any
		effect  func(t *testing.T, body string) string
	}{
		"AccountOptions": {"accountOptions.options", map[string]any{}, accountMade},
		"Use":            {"control.RecordUse", map[string]any{"id": "key_02"}, useRecorded},
	} {
		effect := func(body map[string]any) string {
			text, err := json.Marshal(body)
			require.NoError(t, err)
			return c.effect(t, string(text))
		}
		without := effect(c.base)
		require.Equal(t, without, effect(c.base))
		for name, property := range newJudge().doc.Components.Schemas[schema].Value.Properties {
			body := maps.Clone(c.base)
			body[name] = property.Value.Example
			assert.NotEqual(t, without, effect(body), "%s of %s has no effect that this test sees: handle it in %s, and look at it here",
				name, schema, c.handler)
		}
	}
}

// calls is a new mock, whose clock stands still.
func calls(t *testing.T, opts ...keystest.Option) func(method, path, apiKey, body string) string {
	t.Helper()
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	mock := keystest.NewHandler(append(opts, keystest.WithClock(func() time.Time { return now }))...)
	handler := routes(mock, new(clock), guard{})
	return func(method, path, apiKey, body string) string {
		r := httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
		r.RemoteAddr = "127.0.0.1:1"
		r.Header = http.Header{"X-Api-Key": {apiKey}, "Content-Type": {"application/json"}}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		require.Less(t, w.Code, 500, w.Body)
		return fmt.Sprintln(w.Code, w.Body)
	}
}

// accountMade returns what an account is seen to be made with.
func accountMade(t *testing.T, body string) string {
	t.Helper()
	var made []string
	var seen []string
	for range 2 {
		call := calls(t)
		var account struct {
			APIKey string `json:"api_key"`
		}
		_, response, _ := strings.Cut(call("POST", "/_mock/accounts", "", body), " ")
		require.NoError(t, json.Unmarshal([]byte(response), &account), response)
		made = append(made, account.APIKey)
		seen = []string{call("GET", "/_mock/keys", account.APIKey, ""), call("POST", "/qai/v1/keys/ephemeral", account.APIKey, "{}")[:3]}
		for range 61 {
			seen = append(seen, call("GET", "/qai/v1/keys", account.APIKey, ""))
		}
	}
	if made[0] != made[1] {
		made[0] = "a random API key"
	}
	return made[0] + strings.Join(seen, "")
}

// useRecorded returns what the use of a key is seen to change.
func useRecorded(t *testing.T, body string) string {
	t.Helper()
	call := calls(t, keystest.WithAPIKey("qai_own"), keystest.WithKeys(2), keystest.WithSeed(1))
	require.Equal(t, "204 \n", call("POST", "/_mock/use", "", body))
	return call("GET", "/_mock/keys", "", "") +
		call("GET", "/qai/v1/keys/key_01/usage", "qai_own", "") + call("GET", "/qai/v1/keys/key_02/usage", "qai_own", "")
}
