package keys

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/generated/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// headerCall is a call of an operation with header parameters, which the API's document doesn't have today.
type headerCall struct{ Header http.Header }

func (headerCall) Describe() *client.Operation { return &client.Operation{ID: "headerOperation"} }

func (c headerCall) NewRequest(ctx context.Context, server *url.URL) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.String(), nil)
	if err == nil {
		req.Header = c.Header.Clone()
	}
	return req, err
}

type recorder struct{ requests []*http.Request }

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	r.requests = append(r.requests, req)
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}"))}, nil
}

func headerClient(t *testing.T) (*Client, *recorder) {
	t.Helper()
	sent := new(recorder)
	c, err := New("qai_test", WithHTTPClient(&http.Client{Transport: sent}), WithHeader("X-Team", "client's"), WithHeader("Cookie", "a=client's"))
	require.NoError(t, err)
	return c, sent
}

func TestACallsOwnHeadersOverrideTheClients(t *testing.T) {
	t.Parallel()
	for name, own := range map[string]http.Header{
		"neither": {}, "a header": {"X-Team": {"call's"}}, "a cookie": {"Cookie": {"b=call's"}},
	} {
		c, sent := headerClient(t)
		_, err := fetch[struct{}](t.Context(), c, newCall(headerCall{own}), nil)
		require.NoError(t, err, name)
		team, cookie := "client's", "a=client's"
		if name == "a header" {
			team = "call's"
		}
		if name == "a cookie" {
			cookie = "b=call's; a=client's"
		}
		require.Len(t, sent.requests, 1)
		assert.Equal(t, []string{team}, sent.requests[0].Header.Values("X-Team"), name)
		assert.Equal(t, []string{cookie}, sent.requests[0].Header.Values("Cookie"), name)
	}
}

func TestAHeaderParameterThatCannotBeSentIsRefused(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"two\nlines", "\x00", "ü", "\x7f"} {
		c, sent := headerClient(t)
		_, err := fetch[struct{}](t.Context(), c, newCall(headerCall{http.Header{"X-Trace": {"fine", value}}}), nil)
		require.ErrorIs(t, err, ErrInvalidArgument)
		require.EqualError(t, err, "keys: invalid argument: headerOperation: the parameter X-Trace has a character that a header can't have")
		assert.Empty(t, sent.requests)
	}
}
