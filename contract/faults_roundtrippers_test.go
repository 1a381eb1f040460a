package contract_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
)

// TestRoundTrippers plays every operation with RoundTrippers that break their contract in the first attempt, most of them after the gateway
// carried the request out: no mint is sent again, and its secret is delivered or its outcome unknown.
func TestRoundTrippers(t *testing.T) {
	t.Parallel()
	for _, f := range roundTripperFaults() {
		for _, op := range callable(t) {
			t.Run(f.name+"/"+op.ID, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { play(t, &f, f.when[0], op, "HTTP/1.1") })
			})
		}
	}
}

var (
	errLost    = errors.New("connection lost")
	errRefused = &net.OpError{Op: "dial", Net: "mem", Err: errors.New("connection refused")}
)

// untraced is a context without values, and so without hooks.
type untraced struct{ context.Context } //nolint:containedctx // It is one.

func (untraced) Value(any) any { return nil }

// roundTripperFaults are what the RoundTrippers do in the first attempt.
func roundTripperFaults() []fault {
	carriesOut := func(send func(*cell, *http.Request) (*http.Response, error)) func(*cell, *http.Request) (*http.Response, error) {
		return func(c *cell, r *http.Request) (*http.Response, error) {
			resp, err := c.transport.RoundTrip(r.WithContext(untraced{r.Context()}))
			if !assert.NoError(c.t, err) {
				return nil, err
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
			return send(c, r)
		}
	}
	returns := func(resp *http.Response, err error) func(*cell, *http.Request) (*http.Response, error) {
		return func(*cell, *http.Request) (*http.Response, error) {
			if resp == nil {
				return nil, err
			}
			own := *resp // Net/http writes into the response of each call.
			return &own, err
		}
	}
	rows := []fault{
		{name: "neither a response nor an error", mint: lost(plain), idempotent: retried, roundTrip: carriesOut(returns(nil, nil))},
		{name: "a response without anything", mint: lost(refusal), idempotent: refusedWith(0), roundTrip: carriesOut(returns(new(http.Response), nil))},
		{name: "a response without headers and body", mint: lost(decode), idempotent: malformed,
			roundTrip: carriesOut(returns(&http.Response{StatusCode: http.StatusOK}, nil))},
		{name: "a length without a body", mint: lost(plain), idempotent: retried,
			roundTrip: carriesOut(returns(&http.Response{StatusCode: http.StatusOK, ContentLength: 7}, nil))},
		{name: "an error with the response", mint: lost(plain), idempotent: retried,
			roundTrip: func(c *cell, r *http.Request) (*http.Response, error) {
				resp, err := c.counted.RoundTrip(r)
				assert.NoError(c.t, err)
				return resp, errLost
			}},
		{name: "an error of dialling", mint: lost(plain), idempotent: retried, roundTrip: carriesOut(returns(nil, errRefused))},
		{name: "an error that wraps one of dialling", mint: lost(plain), idempotent: retried,
			roundTrip: carriesOut(returns(nil, errors.Join(errRefused, io.ErrUnexpectedEOF)))},
		{name: "an error that quotes everything", mint: lost(plain), idempotent: retried,
			roundTrip: carriesOut(func(c *cell, _ *http.Request) (*http.Response, error) { return nil, errors.New(c.echo()) })},
		{name: "hooks of a connection that failed", mint: lost(plain), idempotent: retried,
			roundTrip: func(c *cell, r *http.Request) (*http.Response, error) {
				trace := httptrace.ContextClientTrace(r.Context())
				trace.GetConn("localhost:80")
				return carriesOut(returns(nil, errRefused))(c, r)
			}},
		{name: "sent again, without a connection", mint: lost(plain), idempotent: retried,
			roundTrip: func(c *cell, r *http.Request) (*http.Response, error) {
				var body []byte
				if r.Body != nil {
					body, _ = io.ReadAll(r.Body)
					r.Body = io.NopCloser(bytes.NewReader(body))
				}
				return carriesOut(func(_ *cell, r *http.Request) (*http.Response, error) {
					again := r.Clone(r.Context())
					again.Body = io.NopCloser(bytes.NewReader(body))
					refusing := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, errRefused }}
					return refusing.RoundTrip(again)
				})(c, r)
			}},
		{name: "a request that is spoiled", mint: lost(plain), idempotent: retried,
			roundTrip: carriesOut(func(_ *cell, r *http.Request) (*http.Response, error) {
				clear(r.Header)
				r.Method, r.URL.Path, r.Body, r.GetBody = "BREW", "/teapot", http.NoBody, nil
				return nil, errLost
			})},
	}
	for i := range rows {
		rows[i].when = onlyAfter
	}
	return append(rows,
		fault{name: "a body that is closed unread", when: onlyBefore, mint: want{outcome: unknown, cause: plain},
			idempotent: want{outcome: succeeds, sent: 1, most: oneRetry},
			roundTrip: func(_ *cell, r *http.Request) (*http.Response, error) {
				if r.Body != nil {
					_ = r.Body.Close()
				}
				return nil, errRefused
			}},
		fault{name: "a request that is changed", when: onlyAfter, mint: worked, idempotent: worked,
			roundTrip: func(c *cell, r *http.Request) (*http.Response, error) {
				r.Header.Set("X-Other", strings.Repeat("x", 100))
				r.Header.Add("Accept", "text/plain")
				return c.counted.RoundTrip(r)
			}})
}
