package contract_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/qaikeys/qaikeys/contract"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func init() { //nolint:gochecknoinits // kin-openapi's registry is global and not safe for concurrent use.
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.PlainBodyDecoder)
}

// judge is a transport that holds each exchange to the document and notes which answers it saw.
type judge struct {
	t    assert.TestingT
	next http.RoundTripper
	*record
}

// record is what a judge knows and saw.
type record struct {
	router routers.Router

	mu         sync.Mutex
	seen       map[string]map[int]int // By operation and status.
	properties map[string]bool        // That had a value in some request or answer, like "KeyDetails.scope".
}

func newJudge(t *testing.T) *judge {
	t.Helper()
	doc := loadDocument(t)
	doc.Servers = nil // The mock listens elsewhere.
	router, err := gorillamux.NewRouter(doc)
	require.NoError(t, err)
	return &judge{t, http.DefaultTransport, &record{router: router, seen: map[string]map[int]int{}, properties: map[string]bool{}}}
}

// watch is the same judge for another test and another way.
func (j *judge) watch(t assert.TestingT, next http.RoundTripper) *judge {
	return &judge{t, next, j.record}
}

// RoundTrip fails the test where the request or its answer isn't what the document says.
func (j *judge) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		_ = r.Body.Close()
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	route, params, err := j.router.FindRoute(r)
	if !assert.NoError(j.t, err, "%s %s", r.Method, r.URL) {
		return nil, err
	}
	credentials := 0
	input := &openapi3filter.RequestValidationInput{
		Request: r.Clone(r.Context()), PathParams: params, Route: route,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, SkipSettingDefaults: true, AuthenticationFunc: func(context.Context, *openapi3filter.AuthenticationInput) error {
			credentials++
			return nil
		}},
	}
	input.Request.Body = io.NopCloser(bytes.NewReader(body))
	requestFault := openapi3filter.ValidateRequest(r.Context(), input)
	if r.Context().Value(wrongRequest{}) == nil {
		assert.NoError(j.t, requestFault, "the request of %s", route.Operation.OperationID)
		assert.Positive(j.t, credentials)
	}

	resp, err := j.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(answer))
	responseFault := openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: resp.StatusCode, Header: resp.Header,
		Body: io.NopCloser(bytes.NewReader(answer)), Options: input.Options,
	})
	assert.NoError(j.t, responseFault, "the answer %d to %s: %s", resp.StatusCode, route.Operation.OperationID, answer)
	j.keep(contract.Exchange{
		Method: r.Method, URL: r.URL.String(), Header: r.Header, Body: body, RequestFault: text(requestFault),
		Status: resp.StatusCode, Answer: resp.Header, AnswerBody: answer, ResponseFault: text(responseFault),
	})
	if resp.StatusCode < 300 {
		assert.Equal(j.t, "0", resp.Header.Get("X-QAI-Cost-Ticks"), "what the request cost is told, though a client needn't be")
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if request := route.Operation.RequestBody; request != nil {
		j.noteProperties(request.Value.Content.Get("application/json"), body)
	}
	j.noteProperties(route.Operation.Responses.Status(resp.StatusCode).Value.Content.Get("application/json"), answer)
	if j.seen[route.Operation.OperationID] == nil {
		j.seen[route.Operation.OperationID] = map[int]int{}
	}
	j.seen[route.Operation.OperationID][resp.StatusCode]++
	return resp, nil
}

// exchanges is a file for contract/second.
var exchanges = flag.String("exchanges", "", "append each exchange to this file, one JSON line each")

// appending is held while a line is written.
var appending sync.Mutex

// keep writes an exchange to the file of -exchanges.
func (j *judge) keep(exchange contract.Exchange) {
	if *exchanges == "" {
		return
	}
	appending.Lock()
	defer appending.Unlock()
	file, err := os.OpenFile(*exchanges, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if assert.NoError(j.t, err) {
		assert.NoError(j.t, json.NewEncoder(file).Encode(exchange))
		assert.NoError(j.t, file.Close())
	}
}

// text is an error's text, empty for nil.
func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// noteProperties notes which properties of the document have a value in a body.
func (j *judge) noteProperties(content *openapi3.MediaType, body []byte) {
	var value any
	if content != nil && json.Unmarshal(body, &value) == nil {
		j.walk(content.Schema, value)
	}
}

func (j *judge) walk(schema *openapi3.SchemaRef, value any) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			if schema.Value.Items != nil {
				j.walk(schema.Value.Items, element)
			}
		}
	case map[string]any:
		for _, alternative := range schema.Value.OneOf {
			if alternative.Value.VisitJSON(value) == nil {
				j.walk(alternative, value)
			}
		}
		for name, property := range schema.Value.Properties {
			if element := value[name]; element != nil {
				j.properties[schema.Ref+"."+name] = true
				j.walk(property, element)
			}
		}
	}
}

// unseen lists the properties of the document that had no value in any request or answer.
func (j *judge) unseen(doc *openapi3.T) []string {
	var missing []string
	for name, schema := range doc.Components.Schemas {
		for property := range schema.Value.Properties {
			if !j.properties["#/components/schemas/"+name+"."+property] {
				missing = append(missing, name+"."+property)
			}
		}
	}
	slices.Sort(missing)
	return missing
}

// wrongRequest marks, in a context, a request that isn't meant to be what the document says.
type wrongRequest struct{}

// once is a wrapper client of mock that the judge watches, without retries.
func (j *judge) once(t *testing.T, mock *keystest.Server, apiKey string) *keys.Client {
	t.Helper()
	c, err := keys.New(apiKey, keys.WithBaseURL(mock.URL), keys.WithHTTPClient(&http.Client{Transport: j}), keys.WithRetry(keys.RetryPolicy{}), keys.WithApp("contract"))
	require.NoError(t, err)
	return c
}

// TestEveryExchange takes each operation to each of its statuses and holds every request and answer to the document. A cell of the table operation × status that was never reached fails it.
func TestEveryExchange(t *testing.T) {
	t.Parallel()
	j := newJudge(t)
	doc := loadDocument(t)
	t.Run("exchanges", func(t *testing.T) {
		for _, op := range callable(t) {
			t.Run(op.ID+"/success", func(t *testing.T) {
				t.Parallel()
				mock := newMock(t)
				_, err := op.Call(t.Context(), j.once(t, mock, mock.APIKey), op.Arguments())
				require.NoError(t, err)
			})
			for status := range op.Responses.Map() {
				if status >= "400" {
					t.Run(op.ID+"/"+status, func(t *testing.T) {
						t.Parallel()
						fail(t, j, op, status)
					})
				}
			}
			t.Run(op.ID+"/as the mock itself refuses", func(t *testing.T) {
				t.Parallel()
				refuse(t, j, op)
			})
		}
		t.Run("invalid requests", func(t *testing.T) {
			t.Parallel()
			invalidRequests(t, j)
		})
		t.Run("worth listing", func(t *testing.T) {
			t.Parallel()
			fullList(t, j)
		})
	})
	table, missing := j.table(callable(t))
	t.Log("\n" + table)
	assert.Empty(t, missing, "cells that were never reached")
	assert.Empty(t, j.unseen(doc), "properties that had no value in any request or answer")
}

// newMock is a mock that can carry out every operation.
func newMock(t *testing.T) *keystest.Server {
	t.Helper()
	mock := keystest.NewServer(t, keystest.WithKeys(3), keystest.WithDevices(1), keystest.WithTier("internal"), keystest.WithResponsesValidated())
	require.NoError(t, mock.Use("key_01", 5, keystest.WithModel("qai-large"), keystest.WithTokens(3, 4)))
	require.NoError(t, mock.Use("key_04", 5))
	return mock
}

// fail has the mock answer with status in every form that the document has for it.
func fail(t *testing.T, j *judge, op contract.Operation, status string) {
	t.Helper()
	var code int
	_, err := fmt.Sscan(status, &code)
	require.NoError(t, err)
	mock := newMock(t)
	faults := []keystest.Fault{
		{Status: code}, {Status: code, Flat: true}, {Status: code, After: true, RetryAfter: time.Second}, {Status: code, Code: "c", Message: "m"},
	}
	for contentType := range op.Responses.Value(status).Value.Content {
		if contentType != "application/json" {
			faults = append(faults, keystest.Fault{Status: code, Body: "<h1>x</h1>", Header: http.Header{"Content-Type": {contentType}, "X-Qai-Request-Id": nil}})
		}
	}
	for _, fault := range faults {
		mock.Inject(fault)
		_, err := op.Call(t.Context(), j.once(t, mock, mock.APIKey), op.Arguments())
		var apiErr *keys.Error
		require.ErrorAs(t, err, &apiErr)
		assert.Equal(t, code, apiErr.StatusCode)
		assert.Equal(t, op.ID, apiErr.Operation)
	}
}

// refuse has the mock refuse by itself: without a credential, beyond a limit, outside of the endpoints, an unknown id.
func refuse(t *testing.T, j *judge, op contract.Operation) {
	t.Helper()
	mock := newMock(t)
	for want, params := range map[error]keys.CreateParams{
		keys.ErrRateLimited: {Name: "limited", RateLimit: new(int32(0))},
		keys.ErrForbidden:   {Name: "restricted", Endpoints: []string{"chat"}},
	} {
		created, err := mock.Client().Create(t.Context(), params)
		require.NoError(t, err)
		_, err = op.Call(t.Context(), j.once(t, mock, created.Key.Reveal()), op.Arguments())
		require.ErrorIs(t, err, want)
	}
	_, err := op.Call(t.Context(), j.once(t, mock, "qai_unknown"), op.Arguments())
	require.ErrorIs(t, err, keys.ErrUnauthorized)
	if op.Responses.Status(http.StatusNotFound) != nil && len(op.PathNames()) > 0 {
		args := op.Arguments()
		args[0] = unknownID(args[0])
		_, err := op.Call(t.Context(), j.once(t, mock, mock.APIKey), args)
		require.ErrorIs(t, err, keys.ErrNotFound)
	}
}

// unknownID returns a value of a path parameter's type that nothing has.
func unknownID(arg any) any {
	value := reflect.New(reflect.TypeOf(arg)).Elem()
	switch {
	case value.Kind() == reflect.String:
		value.SetString("a/b %")
	case value.CanInt():
		value.SetInt(math.MaxInt32)
	}
	return value.Interface()
}

// invalidRequests sends what the document refuses.
func invalidRequests(t *testing.T, j *judge) {
	t.Helper()
	mock := keystest.NewServer(t)
	for _, body := range []string{`{`, `{}`, `{"name":5}`, `{"name":"a","x":1}`, `{"name":"a","rate_limit":null}`} {
		ctx := context.WithValue(t.Context(), wrongRequest{}, true)
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, mock.URL+"/qai/v1/keys", strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("X-API-Key", mock.APIKey)
		resp, err := (&http.Client{Transport: j}).Do(req)
		require.NoError(t, err)
		_ = resp.Body.Close()
		assert.Equal(t, http.StatusBadRequest, resp.StatusCode, body)
	}
	assert.Empty(t, mock.Keys())
}

// fullList lists keys with everything that they can have.
func fullList(t *testing.T, j *judge) {
	t.Helper()
	mock := keystest.NewServer(t)
	c := j.once(t, mock, mock.APIKey)
	created, err := c.Create(t.Context(), keys.CreateParams{Name: "full", Endpoints: []string{"keys"}, SpendCapUSD: new(2.5), RateLimit: new(int32(9))})
	require.NoError(t, err)
	require.NoError(t, mock.Use(created.Details.ID, 25_000_000_000))
	_, err = c.Revoke(t.Context(), created.Details.ID)
	require.NoError(t, err)
	list, err := c.List(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.True(t, list[0].Revoked)
	assert.Equal(t, keys.Ticks(25_000_000_000), list[0].SpentTicks)
}

// table renders how often each cell was reached, and lists those that never were.
func (j *judge) table(ops []contract.Operation) (rendered string, missing []string) {
	statuses := map[string]bool{}
	for _, op := range ops {
		for status := range op.Responses.Map() {
			statuses[status] = true
		}
	}
	columns := sorted(statuses)
	var b strings.Builder
	fmt.Fprintf(&b, "| operation | %s |\n|---|%s\n", strings.Join(columns, " | "), strings.Repeat("--:|", len(columns)))
	for _, op := range ops {
		fmt.Fprintf(&b, "| %s |", op.ID)
		for _, status := range columns {
			if op.Responses.Value(status) == nil {
				b.WriteString("  |")
				continue
			}
			code, _ := strconv.Atoi(status)
			count := j.seen[op.ID][code]
			if count == 0 {
				missing = append(missing, op.ID+" × "+status)
			}
			fmt.Fprintf(&b, " %d |", count)
		}
		b.WriteString("\n")
	}
	return b.String(), missing
}

func sorted[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// TestReplaysFollowHTTP walks every operation of the document: an idempotent method is replayed after a 429, 502, 503 or
// 504 and a lost connection, any other after a 429 alone (RFC 9110, 9.2.2).
func TestReplaysFollowHTTP(t *testing.T) {
	t.Parallel()
	for _, op := range callable(t) {
		for name, fault := range map[string]keystest.Fault{
			"400": {Status: 400}, "409": {Status: 409}, "429": {Status: 429}, "500": {Status: 500}, "502": {Status: 502},
			"503": {Status: 503}, "504": {Status: 504}, "lost": {Drop: true}, "lost after it": {Drop: true, After: true}, "cut off": {Truncate: -1},
		} {
			t.Run(op.ID+"/"+name, func(t *testing.T) {
				t.Parallel()
				if name == "cut off" && op.Success() == nil {
					return // There is no body to cut.
				}
				replayed := name == "429" || op.Idempotent() && !slices.Contains([]string{"400", "409", "500"}, name)
				mock := newMock(t)
				mock.Inject(fault)
				// A fresh connection each time, so that net/http itself has no reason to replay.
				transport := &http.Transport{DisableKeepAlives: true}
				_, err := op.Call(t.Context(), mock.Client(
					keys.WithHTTPClient(&http.Client{Transport: transport}), keys.WithRetry(keys.RetryPolicy{MaxRetries: 3, BaseDelay: 1, MaxDelay: 1})), op.Arguments())
				if replayed {
					require.NoError(t, err)
					assert.Len(t, mock.Requests(), 2)
					return
				}
				require.Error(t, err)
				assert.Len(t, mock.Requests(), 1)
				_, mints := op.Mints()
				unknown := mints && !slices.Contains([]string{"400", "409"}, name)
				assert.Equal(t, unknown, errors.Is(err, keys.ErrOutcomeUnknown))
			})
		}
	}
}
