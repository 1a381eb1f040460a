package keys_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/qaikeys/qaikeys"
	"github.com/qaikeys/qaikeys/wrapper/internal/memnet"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The fault matrix: every operation of the document × every fault × before or after the operation took effect, over
// HTTP/1.1 and HTTP/2. What a cell must show is stated by its fault and the kind of its operation; how often the operation
// took effect is read from the mock's state. Time is virtual and the network is in memory.

var update = flag.Bool("update", false, "write docs/faults.md anew")

// faultTable is where the rendered matrix is kept.
const faultTable = "../../docs/faults.md"

// faultOperation is how the matrix calls an operation.
type faultOperation struct {
	mints   bool
	reads   bool // It has no effect.
	call    func(context.Context, *keys.Client, ...keys.CallOption) (any, error)
	request func() *http.Request              // What the raw HTTP/2 server asks of the mock in the client's stead.
	effects func(*cell, []keystest.State) int // How often it took effect since the mock's state was so.
	secret  func(any) keys.Secret             // Of what a mint returned.
}

var faultOperations = map[string]faultOperation{
	"createKey": {
		mints: true, effects: moreKeys, request: mintRequest("/qai/v1/keys", `{"name":"ci"}`),
		call: func(ctx context.Context, c *keys.Client, opts ...keys.CallOption) (any, error) {
			return pass(c.Create(ctx, keys.CreateParams{Name: "ci"}, opts...))
		},
		secret: func(v any) keys.Secret { return v.(*keys.CreatedKey).Key },
	},
	"rotateKey": {
		mints: true, effects: moreKeys, request: mintRequest("/qai/v1/keys/key_01/rotate", `{"grace_seconds":60}`),
		call: func(ctx context.Context, c *keys.Client, opts ...keys.CallOption) (any, error) {
			return pass(c.Rotate(ctx, "key_01", keys.RotateParams{GraceSeconds: 60}, opts...))
		},
		secret: func(v any) keys.Secret { return v.(*keys.RotatedKey).Key },
	},
	"createPartnerKey": {
		mints: true, effects: moreKeys, request: mintRequest("/qai/v1/keys/partner", `{"partner_id":"p","partner_ref":"r"}`),
		call: func(ctx context.Context, c *keys.Client, opts ...keys.CallOption) (any, error) {
			return pass(c.CreatePartner(ctx, keys.PartnerParams{PartnerID: "p", PartnerRef: "r"}, opts...))
		},
		secret: func(v any) keys.Secret { return v.(*keys.PartnerKey).Key },
	},
	"createEphemeralKey": {
		mints: true, request: mintRequest("/qai/v1/keys/ephemeral", `{}`),
		// Nothing lists ephemeral keys, so they are counted by the secrets that the mock gave out.
		effects: func(c *cell, _ []keystest.State) int { return len(c.secrets) },
		call: func(ctx context.Context, c *keys.Client, opts ...keys.CallOption) (any, error) {
			return pass(c.CreateEphemeral(ctx, keys.EphemeralParams{}, opts...))
		},
		secret: func(v any) keys.Secret { return v.(*keys.EphemeralKey).Token },
	},
	"listKeys": {
		reads: true, effects: noEffect, request: readRequest("/qai/v1/keys"),
		call: func(ctx context.Context, c *keys.Client, opts ...keys.CallOption) (any, error) {
			return pass(c.List(ctx, opts...))
		},
	},
	"listDeviceKeys": {
		reads: true, effects: noEffect, request: readRequest("/qai/v1/keys/devices"),
		call: func(ctx context.Context, c *keys.Client, opts ...keys.CallOption) (any, error) {
			return pass(c.ListDevices(ctx, opts...))
		},
	},
	"getKeyUsage": {
		reads: true, effects: noEffect, request: readRequest("/qai/v1/keys/key_01/usage"),
		call: func(ctx context.Context, c *keys.Client, opts ...keys.CallOption) (any, error) {
			return pass(c.Usage(ctx, "key_01", opts...))
		},
	},
	"revokeKey": {
		request: func() *http.Request { return httptest.NewRequest(http.MethodDelete, "/qai/v1/keys/key_01", nil) },
		effects: func(c *cell, _ []keystest.State) int {
			if c.mock.Keys()[0].Revoked {
				return 1
			}
			return 0
		},
		call: func(ctx context.Context, c *keys.Client, opts ...keys.CallOption) (any, error) {
			return pass(c.Revoke(ctx, "key_01", opts...))
		},
	},
}

// mintRequest is what the raw HTTP/2 server asks of the mock for a mint.
func mintRequest(path, body string) func() *http.Request {
	return func() *http.Request {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		return r
	}
}

func readRequest(path string) func() *http.Request {
	return func() *http.Request { return httptest.NewRequest(http.MethodGet, path, nil) }
}

func moreKeys(c *cell, before []keystest.State) int { return len(c.mock.Keys()) - len(before) }
func noEffect(*cell, []keystest.State) int          { return 0 }

// pass returns a nil value as nil.
func pass[T any](value T, err error) (any, error) {
	if v := reflect.ValueOf(value); v.IsNil() {
		return nil, err
	}
	return value, err
}

// when says whether a fault strikes before or after the operation took effect.
type when string

const (
	before when = "before"
	after  when = "after"
)

// outcome is what the caller gets.
type outcome string

const (
	succeeds outcome = "succeeds"
	unknown  outcome = "outcome unknown" // An *OutcomeUnknownError.
	salvaged outcome = "secret salvaged" // A *DecodeError that holds the secret.
	decode   outcome = "*DecodeError"
	refusal  outcome = "*Error"
	ended    outcome = "context's error" // By errors.Is. The client's own timeout is context.DeadlineExceeded, too.
	plain    outcome = "plain error"     // None of these.
)

// want is what a cell must show.
type want struct {
	outcome outcome
	is      []error       // What errors.Is must find.
	status  int           // Of the *Error, where there is one.
	sent    int           // Requests that reached the server.
	least   time.Duration // How long the call may take.
	most    time.Duration
}

// The waits of a retry policy of 500 ms: one retry takes up to 0.5 s, three up to 3.5 s.
const (
	oneRetry     = 500 * time.Millisecond
	threeRetries = 3500 * time.Millisecond
	stallTime    = 60 * time.Second // The client's default timeout.
)

// fault is a row of the matrix.
type fault struct {
	name  string
	when  []when
	http2 bool // It can be played over HTTP/2 too, by the same handler.

	answer  func(*cell, http.ResponseWriter, *http.Request) // Answers the request that is struck; nil where none arrives.
	network func(*cell)                                     // Prepares the network or the caller's context.
	raw     func(*cell, *rawStream)                         // Answers the stream that is struck, on the raw HTTP/2 server.

	mint       want
	idempotent want
}

// cell is an operation under a fault.
type cell struct {
	t         *testing.T
	fault     *fault
	op        faultOperation
	when      when
	mock      *keystest.Handler
	listener  *memnet.Listener
	transport *http.Transport
	ctx       context.Context
	cancel    context.CancelFunc

	mu      sync.Mutex
	sent    int
	secrets []string // Of keys that the mock made.
	dialled map[string]bool
}

// lastSecret is the text of the last key that was made.
func (c *cell) lastSecret() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.secrets) == 0 {
		return ""
	}
	return c.secrets[len(c.secrets)-1]
}

var wholeKey = regexp.MustCompile(`qai_[ke]_[0-9a-f]{64}`)

// perform has the mock carry out the request, and returns its answer.
func (c *cell) perform(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	c.mock.ServeHTTP(w, r)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.secrets = append(c.secrets, wholeKey.FindAllString(w.Body.String(), -1)...)
	return w
}

// ServeHTTP strikes the first request and lets the mock answer the others.
func (c *cell) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // It didn't arrive whole.
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	c.mu.Lock()
	c.sent++
	first := c.sent == 1
	c.mu.Unlock()
	if first && c.fault.answer != nil {
		c.fault.answer(c, w, r)
		return
	}
	copyAnswer(w, c.perform(r))
}

func copyAnswer(w http.ResponseWriter, from *httptest.ResponseRecorder) {
	for name, values := range from.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(from.Code)
	_, _ = w.Write(from.Body.Bytes())
}

// echo is a text of an evil or debugging server: it holds the credential and the newest secret.
func (c *cell) echo() string { return "credential " + c.mock.APIKey + " secret " + c.lastSecret() }

// afterwards carries the operation out where the fault strikes after it.
func (c *cell) afterwards(r *http.Request) {
	if c.when == after {
		c.perform(r)
	}
}

// drop closes the connection without an answer.
func drop(c *cell, _ http.ResponseWriter, r *http.Request) {
	c.afterwards(r)
	panic(http.ErrAbortHandler)
}

// stall doesn't answer.
func stall(c *cell, _ http.ResponseWriter, r *http.Request) {
	c.afterwards(r)
	<-r.Context().Done()
}

// respond answers with status and body, both of which echo what must not leak.
func respond(status int, body func(*cell) string, headers ...string) func(*cell, http.ResponseWriter, *http.Request) {
	return func(c *cell, w http.ResponseWriter, r *http.Request) {
		c.afterwards(r)
		w.Header().Set("X-QAI-Request-Id", c.echo())
		w.Header().Set("X-QAI-Model", c.echo())
		w.Header().Set("Content-Type", "application/json")
		for _, h := range headers {
			name, value, _ := strings.Cut(h, ": ")
			w.Header().Set(name, value)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body(c))
	}
}

func nested(c *cell) string {
	return fmt.Sprintf(`{"error":{"message":%q,"type":%q,"code":%q}}`, c.echo(), c.echo(), c.echo())
}

func flat(c *cell) string { return fmt.Sprintf(`{"error":%q,"message":%q}`, c.echo(), c.echo()) }
func html(c *cell) string { return "<html><body>" + c.echo() + "</body></html>" }
func empty(*cell) string  { return "" }

// spoil carries the operation out and changes the body of its answer.
func spoil(change func(c *cell, body string) string, headers ...string) func(*cell, http.ResponseWriter, *http.Request) {
	return func(c *cell, w http.ResponseWriter, r *http.Request) {
		done := c.perform(r)
		done.Header().Del("Content-Length")
		for _, h := range headers {
			name, value, _ := strings.Cut(h, ": ")
			done.Header().Set(name, value)
		}
		body := change(c, done.Body.String())
		done.Body.Reset()
		done.Body.WriteString(body)
		copyAnswer(w, done)
	}
}

// position is where in a body something happens.
type position struct {
	name     string
	of       func(c *cell, body string) int
	salvages bool // The secret stands whole before it.
}

// positions are the interesting bytes of an answer; in one without a secret they are spread over it.
var positions = []position{
	{"before the first byte", func(_ *cell, _ string) int { return 0 }, false},
	{"after the first byte", func(_ *cell, _ string) int { return 1 }, false},
	{"right before the secret", func(c *cell, body string) int { return c.at(body, 0, len(body)/4) }, false},
	{"after the secret's prefix", func(c *cell, body string) int { return c.at(body, 14, len(body)/3) }, false},
	{"inside of the secret", func(c *cell, body string) int { return c.at(body, 40, len(body)/2) }, false},
	{"before the secret's closing quote", func(c *cell, body string) int { return c.at(body, 70, len(body)/2+1) }, false},
	{"after the secret's closing quote", func(c *cell, body string) int { return c.at(body, 71, len(body)*2/3) }, true},
	{"behind the secret", func(c *cell, body string) int { return c.at(body, 73, len(body)*3/4) }, true},
	{"before the last brace", func(_ *cell, body string) int { return len(strings.TrimSpace(body)) - 1 }, true},
}

// at returns where offset bytes into the secret are, or otherwise where there is no secret.
func (c *cell) at(body string, offset, otherwise int) int {
	secret := c.lastSecret()
	i := strings.Index(body, secret)
	if secret == "" || i < 0 {
		return otherwise
	}
	return min(i+offset, len(body)-1)
}

// part carries the operation out and sends a part of its answer, then does the rest.
func part(p position, rest func(*http.Request)) func(*cell, http.ResponseWriter, *http.Request) {
	return func(c *cell, w http.ResponseWriter, r *http.Request) {
		done := c.perform(r)
		body := done.Body.String()
		for name, values := range done.Header() {
			w.Header()[name] = values
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = io.WriteString(w, body[:p.of(c, body)])
		_ = http.NewResponseController(w).Flush()
		rest(r)
	}
}

func abort(*http.Request)          { panic(http.ErrAbortHandler) }
func hang(r *http.Request)         { <-r.Context().Done() }
func padding() string              { return strings.Repeat("x", 2<<20) }
func until(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }

var madeAt = regexp.MustCompile(`"(created|expires)_at":"[^"]*"`)

// misplace puts what must not leak where errors like to quote what they found.
func misplace(c *cell, body string) string {
	if madeAt.MatchString(body) {
		return madeAt.ReplaceAllLiteralString(body, fmt.Sprintf(`"created_at":%q,"expires_at":%q`, c.echo(), c.echo()))
	}
	return fmt.Sprintf(`{"status":[%q],"days":%q}`, c.echo(), c.echo())
}

// zipped is text, compressed.
func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.String()
}

// pad puts a property of 2 MiB behind the others of a body.
func pad(body string) string {
	return strings.TrimSuffix(strings.TrimSpace(body), "}") + `,"padding":"` + padding() + `"}`
}

var (
	both     = []when{before, after}
	lostMint = want{outcome: unknown, sent: 1}
	replayed = want{outcome: succeeds, sent: 2, most: oneRetry}
)

// statusFaults are the rows of statuses that mean the same; their answers take turns in having each form of body.
func statusFaults() []fault {
	var rows []fault
	group := func(name string, statuses []int, mint, idempotent want) {
		forms := []func(*cell) string{nested, flat, html, empty}
		for i, status := range statuses {
			mint.status, idempotent.status = status, status
			rows = append(rows, fault{
				name: name + ", in either body, as HTML or without a body#" + strconv.Itoa(status), when: both, http2: true,
				answer: respond(status, forms[i%len(forms)]), mint: mint, idempotent: idempotent,
			})
		}
	}
	meaningful := func(from, to int, but ...int) []int {
		var statuses []int
		for status := from; status <= to; status++ {
			if http.StatusText(status) != "" && !slices.Contains(but, status) {
				statuses = append(statuses, status)
			}
		}
		return statuses
	}
	refused := want{outcome: refusal, sent: 1}
	failed := want{outcome: unknown, sent: 1, is: []error{keys.ErrServer}}
	group("status 300–308", meaningful(300, 308, 304), refused, refused)
	group("status 400–499 but 429", append(meaningful(400, 499, 429), 499), refused, refused)
	group("status 500–599 but 502–504", append(meaningful(500, 599, 502, 503, 504), 520, 522, 524, 599), failed, refused)
	group("status 502–504", []int{502, 503, 504, 502, 503, 504, 502, 503, 504, 502, 503, 504}, failed, replayed)
	return rows
}

// faults are the rows of the matrix.
func faults() []fault {
	rows := []fault{
		{name: "connection refused, always", when: []when{before}, network: func(c *cell) { _ = c.listener.Close() },
			mint:       want{outcome: plain, is: []error{net.ErrClosed}, most: threeRetries},
			idempotent: want{outcome: plain, is: []error{net.ErrClosed}, most: threeRetries}},
		{name: "connection refused, once", when: []when{before}, network: refuseOnce,
			mint: want{outcome: succeeds, sent: 1, most: oneRetry}, idempotent: want{outcome: succeeds, sent: 1, most: oneRetry}},
		{name: "reset before the request", when: []when{before}, network: func(c *cell) { c.breakConn(0) },
			mint: want{outcome: unknown}, idempotent: want{outcome: succeeds, sent: 1, most: oneRetry}},
		{name: "reset in the request", when: []when{before}, network: func(c *cell) { c.breakConn(20) },
			mint: want{outcome: unknown}, idempotent: want{outcome: succeeds, sent: 1, most: oneRetry}},
		{name: "closed without an answer", when: both, http2: true, answer: drop, mint: lostMint, idempotent: replayed},
		{name: "nonsense instead of an answer", when: both, answer: nonsense, mint: lostMint, idempotent: replayed},
		{name: "a stall before the headers", when: both, http2: true, answer: stall,
			mint:       want{outcome: unknown, is: []error{context.DeadlineExceeded}, sent: 1, least: stallTime, most: stallTime},
			idempotent: want{outcome: succeeds, sent: 2, least: stallTime, most: stallTime + oneRetry}},
		{name: "malformed JSON", when: []when{after}, http2: true, answer: spoil(func(_ *cell, body string) string { return body + "}" }),
			mint: want{outcome: salvaged, sent: 1}, idempotent: want{outcome: decode, sent: 1}},
		{name: "malformed JSON before the secret", when: []when{after}, http2: true,
			answer: spoil(func(_ *cell, body string) string { return `{"x":,` + body[1:] }),
			mint:   want{outcome: salvaged, sent: 1}, idempotent: want{outcome: decode, sent: 1}},
		{name: "secrets where other things belong", when: []when{after}, http2: true, answer: spoil(misplace),
			mint: want{outcome: salvaged, sent: 1}, idempotent: want{outcome: decode, sent: 1}},
		{name: "a wrong content type", when: []when{after}, http2: true,
			answer: spoil(func(_ *cell, body string) string { return body }, "Content-Type: text/plain"),
			mint:   want{outcome: succeeds, sent: 1}, idempotent: want{outcome: succeeds, sent: 1}},
		{name: "malformed headers", when: []when{after}, http2: true,
			answer: spoil(func(_ *cell, body string) string { return body }, "X-QAI-Cost-Ticks: much", "X-QAI-Balance-After: 1e3", "Retry-After: never", "Content-Type: "),
			mint:   want{outcome: succeeds, sent: 1}, idempotent: want{outcome: succeeds, sent: 1}},
		{name: "HTML from a proxy, status 200", when: both, http2: true, answer: respond(200, func(*cell) string { return "<html>Sign in</html>" }, "Content-Type: text/html"),
			mint: want{outcome: unknown, is: []error{keys.ErrDecode}, sent: 1}, idempotent: want{outcome: decode, sent: 1}},
		{name: "an empty body, status 200", when: both, http2: true, answer: respond(200, empty),
			mint: want{outcome: unknown, is: []error{keys.ErrDecode}, sent: 1}, idempotent: want{outcome: decode, sent: 1}},
		{name: "status 204", when: both, http2: true, answer: respond(204, empty),
			mint: want{outcome: unknown, is: []error{keys.ErrDecode}, sent: 1}, idempotent: want{outcome: decode, sent: 1}},
		{name: "a body over the bound", when: []when{after}, http2: true, answer: spoil(func(_ *cell, body string) string { return pad(body) }),
			mint: want{outcome: salvaged, sent: 1}, idempotent: want{outcome: decode, sent: 1}},
		{name: "a body over the bound, compressed", when: []when{after}, http2: true,
			answer: spoil(func(_ *cell, body string) string { return zipped(pad(body)) }, "Content-Encoding: gzip"),
			mint:   want{outcome: salvaged, sent: 1}, idempotent: want{outcome: decode, sent: 1}},
		{name: "a redirect to another host", when: both, http2: true, answer: respond(307, nested, "Location: http://elsewhere.example/steal"),
			mint: want{outcome: refusal, status: 307, sent: 1}, idempotent: want{outcome: refusal, status: 307, sent: 1}},
		{name: "429 without Retry-After", when: []when{before}, http2: true, answer: respond(429, nested), mint: replayed, idempotent: replayed},
	}
	for _, form := range []struct {
		name, value string
		least, most time.Duration
	}{
		{"5", "5", 5 * time.Second, 5 * time.Second},
		{"a date in 7 s", "date", 7 * time.Second, 7 * time.Second},
		{"86400", "86400", 30 * time.Second, 30 * time.Second},
		{"10²⁴", "1" + strings.Repeat("0", 24), 30 * time.Second, 30 * time.Second},
		{"-5", "-5", 0, oneRetry},
		{"a past date", "Fri, 01 Jan 1999 00:00:00 GMT", 0, oneRetry},
		{"nonsense", "soon", 0, oneRetry},
	} {
		answer := func(status int) func(*cell, http.ResponseWriter, *http.Request) {
			return func(c *cell, w http.ResponseWriter, r *http.Request) {
				value := form.value
				if value == "date" {
					value = until(7 * time.Second)
				}
				respond(status, nested, "Retry-After: "+value)(c, w, r)
			}
		}
		again := want{outcome: succeeds, sent: 2, least: form.least, most: form.most}
		rows = append(rows,
			fault{name: "429, Retry-After: " + form.name, when: []when{before}, http2: true, answer: answer(429), mint: again, idempotent: again},
			fault{name: "503, Retry-After: " + form.name, when: both, http2: true, answer: answer(503),
				mint: want{outcome: unknown, is: []error{keys.ErrServer}, status: 503, sent: 1}, idempotent: again})
	}
	for _, p := range positions {
		mint := want{outcome: unknown, is: []error{keys.ErrDecode}, sent: 1}
		if p.salvages {
			mint.outcome = salvaged
		}
		stalled := mint
		stalled.least, stalled.most, stalled.is = stallTime, stallTime, []error{context.DeadlineExceeded}
		cancelled := mint
		cancelled.least, cancelled.most, cancelled.is = time.Second, time.Second, []error{context.Canceled}
		rows = append(rows,
			fault{name: "cut off " + p.name, when: []when{after}, http2: true, answer: part(p, abort), mint: mint, idempotent: replayed},
			fault{name: "a stall " + p.name, when: []when{after}, http2: true, answer: part(p, hang), mint: stalled,
				idempotent: want{outcome: succeeds, sent: 2, least: stallTime, most: stallTime + oneRetry}},
			fault{name: "cancelled " + p.name, when: []when{after}, http2: true, answer: part(p, hang), network: cancelAfter(time.Second), mint: cancelled,
				idempotent: want{outcome: decode, is: []error{keys.ErrDecode, context.Canceled}, sent: 1, least: time.Second, most: time.Second}})
	}
	for _, end := range []struct {
		name string
		by   func(time.Duration) func(*cell)
		is   error
	}{{"cancelled", cancelAfter, context.Canceled}, {"deadline", deadlineAfter, context.DeadlineExceeded}} {
		atOnce := want{outcome: ended, is: []error{end.is}}
		inTime := want{outcome: ended, is: []error{end.is}, least: time.Second, most: time.Second}
		midway := want{outcome: ended, is: []error{end.is}, sent: 1, least: time.Second, most: time.Second}
		midwayMint := midway
		midwayMint.outcome = unknown
		waiting := want{outcome: refusal, status: 429, is: []error{keys.ErrRateLimited, end.is}, sent: 1, least: time.Second, most: time.Second}
		if end.is == context.DeadlineExceeded { //nolint:errorlint // The value of the table itself.
			waiting = want{outcome: refusal, status: 429, is: []error{keys.ErrRateLimited}, sent: 1} // At once: the wait would outlast it.
		}
		rows = append(rows,
			fault{name: end.name + " before the call", when: []when{before}, http2: true, network: end.by(0), mint: atOnce, idempotent: atOnce},
			fault{name: end.name + " while connecting", when: []when{before}, http2: true, network: dialFor(end.by), mint: inTime, idempotent: inTime},
			fault{name: end.name + " before the headers", when: both, http2: true, network: end.by(time.Second), answer: stall, mint: midwayMint, idempotent: midway},
			fault{name: end.name + " while waiting to retry", when: []when{before}, http2: true, network: end.by(time.Second), answer: respond(429, nested, "Retry-After: 5"),
				mint: waiting, idempotent: waiting})
	}
	rows = append(rows, statusFaults()...)
	return append(rows, rawFaults()...)
}

// refuseOnce lets the first connection fail.
func refuseOnce(c *cell) {
	dial, first := c.transport.DialContext, true
	c.transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if first {
			first = false
			return nil, &net.OpError{Op: "dial", Net: network, Err: errors.New("connection refused")}
		}
		return dial(ctx, network, addr)
	}
}

// breakConn has the server's end of the first connection break after n bytes.
func (c *cell) breakConn(n int) {
	dial, first := c.transport.DialContext, true
	c.transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if !first {
			return dial(ctx, network, addr)
		}
		first = false
		client, server := net.Pipe()
		go func() {
			_, _ = io.CopyN(io.Discard, server, int64(n))
			_ = server.Close()
		}()
		return client, nil
	}
}

// nonsense answers with what isn't HTTP.
func nonsense(c *cell, w http.ResponseWriter, r *http.Request) {
	c.afterwards(r)
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	_, _ = io.WriteString(conn, c.echo()+"\r\n\r\n")
	_ = conn.Close()
}

func cancelAfter(d time.Duration) func(*cell) {
	return func(c *cell) {
		if d == 0 {
			c.cancel()
			return
		}
		stop := c.cancel
		timer := time.AfterFunc(d, stop)
		c.cancel = func() { timer.Stop(); stop() }
	}
}

func deadlineAfter(d time.Duration) func(*cell) {
	return func(c *cell) {
		stop := c.cancel
		ctx, cancel := context.WithTimeout(c.ctx, d)
		c.ctx, c.cancel = ctx, func() { cancel(); stop() }
	}
}

// dialFor makes connecting take for ever, and ends the call after a second.
func dialFor(end func(time.Duration) func(*cell)) func(*cell) {
	return func(c *cell) {
		end(time.Second)(c)
		c.transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, &net.OpError{Op: "dial", Net: network, Err: ctx.Err()}
		}
	}
}

// TestFaultMatrix plays every cell and compares the rendered matrix with docs/faults.md.
func TestFaultMatrix(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(qaikeys.OpenAPI)
	require.NoError(t, err)
	var ids []string
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			require.Contains(t, faultOperations, op.OperationID, "the document has an operation that the matrix doesn't call")
			ids = append(ids, op.OperationID)
		}
	}
	slices.Sort(ids)
	rows := faults()
	played := map[string]int{}
	var mu sync.Mutex
	t.Run("cells", func(t *testing.T) {
		for _, f := range rows {
			for _, w := range f.when {
				for _, id := range ids {
					for _, protocol := range f.protocols() {
						t.Run(strings.Join([]string{f.name, string(w), id, protocol}, "/"), func(t *testing.T) {
							t.Parallel()
							synctest.Test(t, func(t *testing.T) { play(t, &f, w, faultOperations[id], protocol) })
							mu.Lock()
							defer mu.Unlock()
							if !t.Failed() {
								played[f.row()+string(w)+id]++
							}
						})
					}
				}
			}
		}
	})
	rendered := render(rows, ids, played)
	if *update {
		require.NoError(t, os.WriteFile(faultTable, []byte(rendered), 0o600))
	}
	kept, err := os.ReadFile(faultTable)
	require.NoError(t, err)
	assert.Equal(t, string(kept), rendered, "make faults writes the table anew")
}

func (f *fault) protocols() []string {
	switch {
	case f.raw != nil:
		return []string{"HTTP/2 frames"}
	case f.http2:
		return []string{"HTTP/1.1", "HTTP/2"}
	}
	return []string{"HTTP/1.1"}
}

// row is the fault's name in the table, where statuses that mean the same share a row.
func (f *fault) row() string {
	row, _, _ := strings.Cut(f.name, "#")
	return row
}

// canaryCredential doesn't look like a key, so that it is redacted for what it is.
const canaryCredential = "canary/credential+0123456789abcdefghijklmnop"

// bodies is a transport that counts the bodies that are still open.
type bodies struct {
	*http.Transport

	open atomic.Int32
}

func (b *bodies) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.Transport.RoundTrip(r)
	if err == nil {
		b.open.Add(1)
		resp.Body = &countedBody{ReadCloser: resp.Body, open: &b.open}
	}
	return resp, err
}

type countedBody struct {
	io.ReadCloser

	open *atomic.Int32
	once sync.Once
}

func (b *countedBody) Close() error {
	b.once.Do(func() { b.open.Add(-1) })
	return b.ReadCloser.Close()
}

// play takes an operation through a fault.
func play(t *testing.T, f *fault, w when, op faultOperation, protocol string) {
	t.Helper()
	c := &cell{t: t, fault: f, op: op, when: w, mock: keystest.NewHandler(keystest.WithKeys(1), keystest.WithDevices(1), keystest.WithTier("internal"), keystest.WithAPIKey(canaryCredential)), listener: memnet.Listen(), dialled: map[string]bool{}}
	c.ctx, c.cancel = context.WithCancel(t.Context())
	c.transport = c.listener.Transport()
	dial := c.transport.DialContext
	c.transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		c.dialled[addr] = true
		return dial(ctx, network, addr)
	}
	server := &http.Server{Handler: c, ReadHeaderTimeout: time.Hour, ErrorLog: log.New(io.Discard, "", 0)}
	if protocol != "HTTP/1.1" {
		server.Protocols, c.transport.Protocols = new(http.Protocols), new(http.Protocols)
		server.Protocols.SetUnencryptedHTTP2(true)
		c.transport.Protocols.SetUnencryptedHTTP2(true)
	}
	if f.raw != nil {
		go c.serveFrames()
	} else {
		go func() { _ = server.Serve(c.listener) }()
	}
	if f.network != nil {
		f.network(c)
	}

	var transport http.RoundTripper = c.transport
	counted := &bodies{Transport: c.transport}
	if f.network == nil { // Otherwise it matters that net/http's own transport tells whether it got a connection.
		transport = counted
	}
	var logged strings.Builder
	client, err := keys.New(c.mock.APIKey, keys.WithBaseURL("http://localhost"), keys.WithHTTPClient(&http.Client{Transport: transport}),
		keys.WithMaxResponseBytes(1<<20), keys.WithLogger(slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	require.NoError(t, err)
	states := c.mock.Keys()
	var meta keys.Meta
	start := time.Now()
	value, err := op.call(c.ctx, client, keys.CaptureMeta(&meta))
	took := time.Since(start)
	c.cancel()
	synctest.Wait() // The server, too, is done with what it was sent.

	c.check(value, err, took, op.effects(c, states), meta)

	// No connection is left in use, and no goroutine: synctest fails where one is still there at the end.
	synctest.Wait()
	c.transport.CloseIdleConnections()
	synctest.Wait()
	assert.Zero(t, c.listener.Open(), "connections that are still in use")
	assert.Zero(t, counted.open.Load(), "bodies that were not closed")
	_ = server.Close()
	_ = c.listener.Close()
	synctest.Wait()
	c.leaks(client, value, err, meta, logged.String()) // Last, as it looks into everything.
}

// want is what the cell must show.
func (c *cell) want() want {
	if c.op.mints {
		return c.fault.mint
	}
	return c.fault.idempotent
}

// check compares what happened with what must.
func (c *cell) check(value any, err error, took time.Duration, effects int, meta keys.Meta) {
	t, want := c.t, c.want()
	assert.Equal(t, want.outcome, classify(err), "%v", err)
	for _, is := range want.is {
		assert.ErrorIs(t, err, is)
	}
	var apiErr *keys.Error
	if errors.As(err, &apiErr) {
		assert.Equal(t, want.status, apiErr.StatusCode)
	}
	assert.GreaterOrEqual(t, took, want.least)
	assert.LessOrEqual(t, took, want.most)
	assert.Equal(t, want.sent, c.sent, "requests sent")
	for addr := range c.dialled {
		assert.Equal(t, "localhost:80", addr, "another host was asked")
	}
	wantEffects := c.wantEffects()
	assert.Equal(t, wantEffects, effects, "how often the operation took effect")
	if c.op.mints {
		assert.LessOrEqual(t, effects, 1, "a mint happens at most once")
		holds := want.outcome == succeeds || want.outcome == salvaged
		if holds {
			var decodeErr *keys.DecodeError
			var held keys.Secret
			if errors.As(err, &decodeErr) {
				held = decodeErr.Created.Key
			} else {
				held = c.op.secret(value)
			}
			assert.Equal(t, c.lastSecret(), held.Reveal(), "the caller holds the secret")
		} else {
			assert.Nil(t, value)
		}
		assert.True(t, effects == 0 || holds || want.outcome == unknown || want.outcome == refusal, "a key that was made is held or told of")
	}
	if err == nil {
		assert.Equal(t, http.StatusOK, meta.StatusCode)
	}
}

// wantEffects is how often the operation must have taken effect.
func (c *cell) wantEffects() int {
	want := c.want()
	switch {
	case c.op.reads:
		return 0
	case c.when == after, want.outcome == succeeds:
		return 1
	}
	return 0
}

// classify returns which outcome an error is.
func classify(err error) outcome {
	var decodeErr *keys.DecodeError
	switch {
	case err == nil:
		return succeeds
	case errors.As(err, new(*keys.OutcomeUnknownError)):
		return unknown
	case errors.As(err, &decodeErr) && decodeErr.Created != nil:
		return salvaged
	case decodeErr != nil:
		return decode
	case errors.As(err, new(*keys.Error)):
		return refusal
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return ended
	}
	return plain
}

// render is the matrix as a page.
func render(rows []fault, ids []string, played map[string]int) string {
	var b strings.Builder
	b.WriteString(`# The fault matrix

Every operation of the document under every fault, before and after the operation took effect. Written by ` + "`make faults`" + `, which plays
each cell against the mock, in memory and in virtual time, and fails where one doesn't show what it says.

A cell says what the caller gets, how often the operation took effect by the mock's state, how many requests reached the server, how
long the call took, and in how many ways the cell was played (HTTP/1.1 and HTTP/2; each status of a range). A fault without a line
for "after" is one that says that nothing was done, or comes before anything can be; one without "before" is part of the answer to an
operation that was carried out.

`)
	fmt.Fprintf(&b, "| fault | strikes | %s |\n|---|---|%s\n", strings.Join(ids, " | "), strings.Repeat("---|", len(ids)))
	done := map[string]bool{}
	for _, f := range rows {
		for _, w := range f.when {
			if done[f.row()+string(w)] {
				continue
			}
			done[f.row()+string(w)] = true
			fmt.Fprintf(&b, "| %s | %s |", f.row(), w)
			for _, id := range ids {
				c := &cell{fault: &f, op: faultOperations[id], when: w}
				want := c.want()
				effect := fmt.Sprintf("%d× done", c.wantEffects())
				if c.op.reads {
					effect = "–"
				}
				fmt.Fprintf(&b, " %s · %s · %d sent · %s · played %d× |", want.outcome, effect, want.sent, duration(want), played[f.row()+string(w)+id])
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

// duration is how long a cell takes, in words.
func duration(w want) string {
	switch {
	case w.most == 0:
		return "at once"
	case w.least == w.most:
		return w.most.String()
	case w.least == 0:
		return "≤ " + w.most.String()
	}
	return w.least.String() + " – " + w.most.String()
}
