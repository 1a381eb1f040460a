package contract_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// wrongRequest marks, in a context, a request that isn't meant to be what the document says.
type wrongRequest struct{}

// once returns a client of mock, without retries, that the judge watches.
func (j *judge) once(t *testing.T, mock *keystest.Server, apiKey string) *keys.Client {
	t.Helper()
	c, err := keys.New(apiKey, keys.WithBaseURL(mock.URL), keys.WithHTTPClient(&http.Client{Transport: j}), keys.WithRetry(keys.RetryPolicy{}), keys.WithApp("contract"))
	require.NoError(t, err)
	return c
}

// TestEveryExchange makes each operation respond with each of its statuses, and holds every request and response to the document. It
// fails if a cell of the table operation × status is never reached.
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
		}
		t.Run("invalid requests", func(t *testing.T) {
			t.Parallel()
			invalidRequests(t, j)
		})
		t.Run("list of keys with everything", func(t *testing.T) {
			t.Parallel()
			fullList(t, j)
		})
		t.Run("lists without elements", func(t *testing.T) {
			t.Parallel()
			emptyLists(t, j)
		})
	})
	table, missing := j.table(callable(t))
	t.Log("\n" + table)
	assert.Empty(t, missing, "cells that were never reached")
	assert.Empty(t, j.unseen(doc), "properties that had no value in any request or response")
}

// newMock returns a mock that can carry out every operation.
func newMock(t *testing.T) *keystest.Server {
	t.Helper()
	mock := keystest.NewServer(t, keystest.WithKeys(3), keystest.WithDevices(1), keystest.WithTier("internal"), keystest.WithResponsesValidated())
	require.NoError(t, mock.Use("key_01", 5, keystest.WithModel("qai-large"), keystest.WithTokens(3, 4)))
	require.NoError(t, mock.Use("key_04", 5))
	return mock
}

// fail has the mock respond with status in every form that the document has for it.
func fail(t *testing.T, j *judge, op operation, status string) {
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

// emptyLists reads lists that are empty, and lists that are null.
func emptyLists(t *testing.T, j *judge) {
	t.Helper()
	for _, mock := range []*keystest.Server{keystest.NewServer(t), keystest.NewServer(t, keystest.WithNullLists())} {
		c := j.once(t, mock, mock.APIKey)
		list, err := c.List(t.Context())
		require.NoError(t, err)
		assert.Empty(t, list)
		devices, err := c.ListDevices(t.Context())
		require.NoError(t, err)
		assert.Empty(t, devices)
		created, err := c.Create(t.Context(), keys.CreateParams{Name: "unused"})
		require.NoError(t, err)
		usage, err := c.Usage(t.Context(), created.Details.ID)
		require.NoError(t, err)
		assert.Empty(t, usage.Days)
		assert.Empty(t, usage.Models)
	}
}

// TestReplaysFollowHTTP walks every operation of the document: an idempotent method is replayed after a 429, 502, 503 or
// 504 and a lost connection, any other only after a 429 (RFC 9110, 9.2.2).
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
					mock.AssertCalls(t, op.ID, 2)
					return
				}
				require.Error(t, err)
				mock.AssertCalls(t, op.ID, 1)
				_, mints := op.Mints()
				unknown := mints && !slices.Contains([]string{"400", "409"}, name)
				assert.Equal(t, unknown, errors.Is(err, keys.ErrOutcomeUnknown))
			})
		}
	}
}
