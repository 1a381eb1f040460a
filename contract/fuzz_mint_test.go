package contract_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys"
	"github.com/qaikeys/qaikeys/wrapper/document"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/memnet"
	"github.com/stretchr/testify/require"
)

// FuzzMintBytes and FuzzMintFrames play an input as the server of a mint, and hold the client to what package keys promises of every
// mint. What a server did is taken from net/http or from the input: nothing here reads a response in the client's place.

// In an input these bytes stand for texts that a mutation would hardly come up with.
const (
	theSecret          = "\x01"
	theCredential      = "\x02"
	theDetails         = "\x03" // What is told of the new key besides its secret.
	theBody            = "\x04" // Of an ordinary response.
	theLength          = "\x05" // Of theBody, in decimal.
	theBodyZipped      = "\x06"
	theID              = "\x0e"
	theSecretEscaped   = "\x0f" // As JSON may write it.
	theCredentialSpelt = "\x10" // The same.
)

// fuzzedMint is an operation that mints.
type fuzzedMint struct {
	operation

	property string // That holds the secret.
	secret   string
	args     []any
	texts    map[byte]string // What the bytes of an input stand for.
}

// fuzzedMints returns the document's operations that mint.
func fuzzedMints(f *testing.F) []fuzzedMint {
	f.Helper()
	doc, err := document.Load(qaikeys.OpenAPI)
	require.NoError(f, err)
	ops, _ := operationsOf(doc)
	var mints []fuzzedMint
	for _, op := range ops {
		if property, ok := op.Mints(); ok {
			mints = append(mints, newFuzzedMint(op, property))
		}
	}
	require.NotEmpty(f, mints)
	return mints
}

func newFuzzedMint(op operation, property string) fuzzedMint {
	example := normal(encode(document.Example(op.Success()))).(map[string]any)
	secret, body, id := example[property].(string), string(encode(example)), ""
	if details, ok := example["details"].(map[string]any); ok {
		id = details["id"].(string)
	}
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = io.WriteString(w, body)
	_ = w.Close()
	escaped := func(text string) string { return fmt.Sprintf(`\u%04x%s`, text[0], text[1:]) }
	return fuzzedMint{op, property, secret, op.Arguments(), map[byte]string{
		theSecret[0]: secret, theCredential[0]: canaryCredential, theDetails[0]: string(encode(example["details"])),
		theBody[0]: body, theLength[0]: strconv.Itoa(len(body)), theBodyZipped[0]: zipped.String(), theID[0]: id,
		theSecretEscaped[0]: escaped(secret), theCredentialSpelt[0]: escaped(canaryCredential),
	}}
}

// expand puts what its bytes stand for into a part of an input.
func (m *fuzzedMint) expand(part []byte) []byte {
	var b bytes.Buffer
	for _, c := range part {
		if text, ok := m.texts[c]; ok {
			b.WriteString(text)
		} else {
			b.WriteByte(c)
		}
	}
	return b.Bytes()
}

// How a call is made. The first byte of an input is the sum of these, times the number of mints, plus which mint is called.
const (
	observing = 1  // A RoundTripper of the test's own observes what the client reads. Otherwise the client has net/http's.
	retrying  = 2  // It retries three times.
	early     = 4  // The server doesn't wait for the whole request, but only for its headers.
	first     = 8  // The server doesn't wait for a request.
	deaf      = 16 // The server reads only the beginning of a request. Over HTTP/1; over HTTP/2, net/http may hang for ever.
)

// What a server does at a step.
const (
	send byte = iota
	hangUp
	pause  // For longer than the client's timeout.
	cancel // The caller's context.
)

// step is something that the server does.
type step struct {
	action byte
	data   []byte // To send.
	frame  frame  // Of data, over HTTP/2.
}

// scene is what the server does when a request or a connection arrives.
type scene struct {
	text  []byte // Of the input.
	steps []step
}

// duel is a mint and the server that it meets.
type duel struct {
	mint    *fuzzedMint
	options byte
	cancel  context.CancelFunc // Ends the caller's context.
	over    context.Context    // Ends with the duel.

	mu       sync.Mutex
	script   []scene // What is left of it.
	arrived  int     // How many requests the server has read whole.
	limited  int     // How many attempts got a 429, or may have.
	attempts []*attempt
}

// attempt is what the client was given in an attempt.
type attempt struct {
	status int // 0 without a response.
	body   bytes.Buffer
	closed bool
}

// protocol is how a target's server is made of an input.
type protocol struct {
	parse func(m *fuzzedMint, input []byte) []scene
	serve func(d *duel, conn net.Conn)
	http2 bool
}

// fuzzMints plays inputs to mints.
func fuzzMints(f *testing.F, p protocol, seeds []string) {
	f.Helper()
	var others fuzzLog
	log.SetOutput(&others)
	f.Cleanup(func() { log.SetOutput(os.Stderr) })
	mints := fuzzedMints(f)
	count := byte(len(mints))
	add := func(seed string, mint int, options byte) {
		f.Add(append([]byte{options*count + byte(mint%len(mints))}, seed...))
	}
	for i, seed := range seeds {
		for mint := range mints {
			add(seed, mint, []byte{0, observing | retrying}[(i+mint)%2])
		}
		add(seed, i, []byte{early | retrying, first | observing, deaf | retrying}[i%3])
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		if len(input) == 0 || len(input) > 4096 {
			return
		}
		_ = others.take()
		mint, options := &mints[input[0]%count], input[0]/count
		kept := false
		defer func() {
			if !kept { // It failed or panicked.
				t.Logf("%s under the input %q", mint.ID, input)
			}
		}()
		hanging := time.AfterFunc(time.Minute, func() { panic(fmt.Sprintf("%s hangs under the input %q", mint.ID, input)) })
		defer hanging.Stop() // In real time: the virtual one waits for whoever waits for a mutex.
		synctest.Test(t, func(t *testing.T) {
			d := &duel{mint: mint, options: options, script: p.parse(mint, input[1:])}
			d.play(t, p)
		})
		// net/http prints what arrives on a connection while no request is under way: before the first one, and between two. The mint of
		// a lasting key uses its connection up.
		if hasID(mint.operation) && options&first == 0 {
			mint.hidden(t, "the standard log", others.take())
		}
		kept = true
	})
}

// fuzzLog keeps what is logged.
type fuzzLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *fuzzLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// take returns what was logged since the last take.
func (l *fuzzLog) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.text.Reset()
	return l.text.String()
}

// play calls the mint, and checks what comes of it.
func (d *duel) play(t *testing.T, p protocol) {
	t.Helper()
	listener := memnet.Listen()
	var end context.CancelFunc
	d.over, end = context.WithCancel(t.Context())
	defer end()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				if p.http2 { // Its transport forgets a connection after a GOAWAY, and leaves it to the server to close it.
					stop := context.AfterFunc(d.over, func() { _ = conn.Close() })
					defer stop()
				}
				p.serve(d, conn)
			}()
		}
	}()
	transport := listener.Transport()
	if p.http2 {
		transport.Protocols = new(http.Protocols)
		transport.Protocols.SetUnencryptedHTTP2(true)
	}
	httpClient := &http.Client{Transport: transport}
	if d.options&observing != 0 {
		httpClient.Transport = &observer{transport, d}
	}
	var policy keys.RetryPolicy
	if d.options&retrying != 0 {
		policy.MaxRetries = 3
	}
	var logged strings.Builder
	client, err := keys.New(canaryCredential, keys.WithBaseURL("http://localhost"), keys.WithHTTPClient(httpClient), keys.WithRetry(policy),
		keys.WithLogger(slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	require.NoError(t, err)
	var ctx context.Context
	ctx, d.cancel = context.WithCancel(t.Context())
	defer d.cancel()
	var meta keys.Meta
	start := time.Now()
	value, err := d.mint.Call(ctx, client, d.mint.args, keys.CaptureMeta(&meta))
	require.LessOrEqual(t, time.Since(start), 4*stallTime+3*30*time.Second, "four attempts stall, and the server has it wait in between")

	time.Sleep(1000 * time.Hour) // The server has done everything.
	transport.CloseIdleConnections()
	_ = listener.Close()
	synctest.Wait() // The server has seen it. If a connection is left, so is its goroutine, and synctest fails.
	d.check(t, value, err)
	for _, e := range slices.Backward(chain(errors.Join(err, meta.Malformed))) {
		d.mint.hidden(t, fmt.Sprintf("a %T", e), printed(e))
	}
	d.mint.hidden(t, "the client's log", logged.String())
	d.mint.hidden(t, "the result", printed(value))
	d.mint.hidden(t, "Meta", printed(meta))
}

// next returns what the server does next.
func (d *duel) next() []step {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.script) == 0 {
		return nil
	}
	next := d.script[0]
	d.script = d.script[1:]
	if d.options&observing == 0 && bytes.Contains(next.text, []byte("429")) {
		d.limited++
	}
	return next.steps
}

// act takes the server through the next part of its script. It reports whether the connection is still open.
func (d *duel) act(write func(step) error) bool {
	for _, s := range d.next() {
		switch s.action {
		case hangUp:
			return false
		case pause:
			time.Sleep(61 * time.Second)
		case cancel:
			d.cancel()
		default:
			if write(s) != nil {
				return false
			}
		}
	}
	return true
}

// readWhole notes that the server has read a request.
func (d *duel) readWhole() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.arrived++
}

// observer notes what the client is given.
type observer struct {
	*http.Transport

	duel *duel
}

func (o *observer) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := o.Transport.RoundTrip(r)
	seen := new(attempt)
	o.duel.attempts = append(o.duel.attempts, seen)
	if err == nil {
		seen.status = resp.StatusCode
		if seen.status == http.StatusTooManyRequests {
			o.duel.limited++
		}
		resp.Body = &observedBody{resp.Body, seen}
	}
	return resp, err
}

type observedBody struct {
	io.ReadCloser

	seen *attempt
}

func (b *observedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.seen.body.Write(p[:n])
	return n, err
}

func (b *observedBody) Close() error {
	b.seen.closed = true
	return b.ReadCloser.Close()
}

// check holds what the call returned to the promises.
func (d *duel) check(t *testing.T, value any, err error) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	secret := secretOf(value, d.mint.property).Reveal()
	malformed, _ := errors.AsType[*keys.DecodeError](err)
	lost, unknown := errors.AsType[*keys.OutcomeUnknownError](err)
	refusal, refused := errors.AsType[*keys.Error](err)

	require.LessOrEqual(t, d.arrived, 1+d.limited, "a mint was sent again, and the server had not refused it by a 429")
	require.True(t, value != nil || err != nil, "neither a result nor an error")
	require.Equal(t, value != nil, secret != "", "a result has a secret, and nothing else has")
	require.NotContains(t, strings.ToLower(secret), canaryCredential, "the secret of a result is the client's own")
	switch {
	case value != nil && unknown:
		require.Equal(t, secret, lost.Created.Key.Reveal())
	case value != nil && err != nil:
		require.NotNil(t, malformed, "a result with the error %v", err)
		require.Equal(t, secret, malformed.Created.Key.Reveal())
	case value == nil && !unknown && d.arrived > d.limited:
		require.True(t, refused, "the server has read the request, and the error is plain: %v", err)
		require.True(t, refusesMints(refusal.StatusCode), "after status %d a key may exist", refusal.StatusCode)
	}
	for _, seen := range d.attempts {
		require.True(t, seen.closed || seen.status == 0, "a body is open")
	}
	if len(d.attempts) == 0 {
		return // It wasn't observed.
	}
	last := d.attempts[len(d.attempts)-1]
	require.True(t, !refused || refusal.StatusCode == last.status, "the response had status %d: %v", last.status, err)
	require.True(t, value != nil || unknown || last.status/100 != 2, "after status %d a key exists: %v", last.status, err)
	if secretIn(last.body.Bytes(), d.mint.property) == d.mint.secret {
		require.Equal(t, d.mint.secret, secret, "a secret is lost: %v", err)
	}
}

// refusesMints reports whether a server that responds with status has made no key: see docs/architecture.md.
func refusesMints(status int) bool {
	switch status {
	case http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	case http.StatusRequestTimeout:
		return false
	}
	return status/100 == 4 && http.StatusText(status) != ""
}

// secretIn returns the secret of a well-formed body, which may be compressed.
func secretIn(body []byte, property string) (secret string) {
	if unzip, err := gzip.NewReader(bytes.NewReader(body)); err == nil {
		if body, err = io.ReadAll(unzip); err != nil {
			return ""
		}
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) == nil {
		_ = json.Unmarshal(members[property], &secret)
	}
	return secret
}

// chain returns err and everything that it wraps.
func chain(err error) []error {
	all := []error{err}
	switch wrapper := err.(type) { //nolint:errorlint // Each error of the chain itself.
	case nil:
		return nil
	case interface{ Unwrap() error }:
		return append(all, chain(wrapper.Unwrap())...)
	case interface{ Unwrap() []error }:
		for _, inner := range wrapper.Unwrap() {
			all = append(all, chain(inner)...)
		}
	}
	return all
}

func printed(value any) string {
	return fmt.Sprintf("%v\n%+v\n%#v\n%q", value, value, value, value)
}

// hidden fails where text shows the credential or the minted secret. The public part of a secret is its first 14 characters. The very
// first may be escaped; a text without the others comes from an input that took them away.
func (m *fuzzedMint) hidden(t *testing.T, where, text string) {
	t.Helper()
	text = strings.ToLower(text)
	for name, canary := range map[string]string{"credential": canaryCredential, "minted secret": m.secret} {
		if i := strings.Index(text, canary[1:34]); i >= 0 {
			t.Fatalf("the %s shows in %s of %s: …%s…", name, where, m.ID, text[max(0, i-200):i])
		}
	}
}
