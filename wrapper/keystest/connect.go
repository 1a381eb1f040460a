package keystest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/qaikeys/qaikeys/generated/control"
	"github.com/qaikeys/qaikeys/types"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/redact"
)

// Remote is a keysmock that runs elsewhere, in another process or container. Make one with [Connect]. It is safe for concurrent use. From a
// testing/synctest bubble it can't be reached: see [WithInMemory].
type Remote struct {
	server *url.URL
	token  string
	http   *http.Client
}

// What a request to the control API may take.
const (
	controlTime     = 30 * time.Second
	controlResponse = 64 << 20 // Bytes; a full journal has 27 MiB at most.
)

// Connect returns the keysmock at baseURL, like "http://keysmock:8787". Token is what its flag -control-token says, or empty for a keysmock
// on the same machine without one. Nothing is sent yet. The error says what is wrong with baseURL or token, and quotes neither.
func Connect(baseURL, token string) (*Remote, error) {
	if _, err := keys.New("qai_connect", keys.WithBaseURL(baseURL), keys.WithInsecureHTTP()); err != nil {
		return nil, fmt.Errorf("keystest: %w", err)
	}
	server, err := url.Parse(baseURL)
	if err != nil {
		return nil, errors.New("keystest: the base URL can't be parsed")
	}
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, errors.New("keystest: the token can't be sent in a header: it has a space, a newline or a character that isn't ASCII")
	}
	transport := http.DefaultTransport
	if standard, ok := transport.(*http.Transport); ok {
		own := standard.Clone() // So that a test can close its connections, and no others.
		own.MaxIdleConnsPerHost = max(own.MaxIdleConnsPerHost, 100)
		transport = own
	}
	return &Remote{server, token, &http.Client{
		Transport:     transport,
		Timeout:       controlTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // The token is for this server alone.
	}}, nil
}

// SetTime sets keysmock's clock, which its accounts follow, and stops it. The zero time makes it the real clock again.
func (r *Remote) SetTime(ctx context.Context, now time.Time) error {
	return r.send(ctx, "", clockAt(now), nil)
}

// Advance moves keysmock's clock, which its accounts follow, ahead by d, and lets it go on if it wasn't stopped. D can't be negative.
func (r *Remote) Advance(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	return r.send(ctx, "", clockAhead(d), nil)
}

// clockAt is the call that stops a clock at a time, or where that is zero gives it back what it follows.
func clockAt(now time.Time) control.SetClockCall {
	if now.IsZero() {
		return control.SetClockCall{Body: control.ClockChange{Real: true}}
	}
	return control.SetClockCall{Body: control.ClockChange{Now: &now}}
}

// clockAhead is the call that advances a clock by d.
func clockAhead(d time.Duration) control.SetClockCall {
	return control.SetClockCall{Body: control.ClockChange{AdvanceSeconds: d.Seconds()}}
}

// send sends a call about the account with an API key, or about none, and reads a success into a value, if that isn't nil.
func (r *Remote) send(ctx context.Context, apiKey string, call control.Call, into any) error {
	if inBubble() {
		return errors.New("keystest: use NewServer with WithInMemory in a testing/synctest bubble, " +
			"whose time stands still while anything waits for a socket")
	}
	id := call.Describe().ID
	req, err := call.NewRequest(ctx, r.server)
	if err != nil {
		return fmt.Errorf("keystest: %s can't be sent: %w", id, err)
	}
	if apiKey != "" {
		req.Header.Set("X-API-Key", apiKey) //nolint:canonicalheader // Its name in the document.
	}
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	resp, err := r.http.Do(req)
	if err != nil {
		return fmt.Errorf("keystest: keysmock can't be reached: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, controlResponse))
	if err != nil {
		return fmt.Errorf("keystest: the response of %s can't be read to its end: %w", id, err)
	}
	if resp.StatusCode/100 != 2 {
		var problem control.Problem
		_ = json.Unmarshal(body, &problem) // Otherwise its message is empty.
		return fmt.Errorf("keystest: keysmock refused %s with %d: %s", id, resp.StatusCode, r.redact(problem.Error.Message, apiKey))
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("keystest: the response of %s isn't keysmock's: use the base URL of keysmock", id)
	}
	return nil
}

// redact returns a text without the token and an API key, cut to what an error may have of it.
func (r *Remote) redact(text, apiKey string) string {
	own := redact.Replacer(slices.Concat(redact.Forms(r.token), redact.Forms(apiKey)))
	return cut(redact.Text(text, own), maxText)
}

// RemoteAccount is an account of a [Remote] for one test. Its methods are those of a [Server], and mean the same, but for its clock, which is
// set and advanced instead of being a function. If keysmock can't be reached or refuses what is asked for, they fail the test at once, other
// than Use, which returns an error; so they are for the test's own goroutine.
type RemoteAccount struct {
	URL    string // The base URL.
	APIKey string // The account's own credential, which may do everything.

	remote   *Remote
	tb       testing.TB
	injected atomic.Bool
}

// NewAccount makes an account with keys, faults and recorded requests of its own, so that tests can share a keysmock. It lives as long as
// keysmock's state. The options are those of [Handler.NewAccount]. If it can't be made, the test fails at once. The test also fails if a
// [Fault] was met less often than its Times say: see [WithUnmetFaults]. Negative Times, For and a Probability tell nothing of that.
func (r *Remote) NewAccount(tb testing.TB, opts ...Option) *RemoteAccount {
	tb.Helper()
	var cfg config
	cfg.set(opts)
	a := &RemoteAccount{URL: r.server.String(), remote: r, tb: tb}
	var made control.Account
	a.must(control.CreateAccountCall{Body: control.AccountOptions{
		APIKey: cfg.APIKey, Tier: cfg.Tier, Seed: cfg.Seed,
		Keys: max(cfg.Keys, 0), Devices: max(cfg.Devices, 0), RateLimit: max(cfg.RateLimit, 0),
	}}, &made)
	a.APIKey = made.APIKey
	tb.Cleanup(r.http.CloseIdleConnections)
	if !cfg.unmetFaults {
		tb.Cleanup(a.failUnmet)
	}
	return a
}

// send sends a call about the account. It also does when the test has ended and its cleanup runs.
func (a *RemoteAccount) send(call control.Call, into any) error {
	return a.remote.send(context.WithoutCancel(a.tb.Context()), a.APIKey, call, into)
}

func (a *RemoteAccount) must(call control.Call, into any) {
	a.tb.Helper()
	if err := a.send(call, into); err != nil {
		a.tb.Fatal(err)
	}
}

// Client returns a client of the mock with the account's own credential. The options override the base URL and the [http.Client] that it
// sets, whose idle connections are closed when the test ends. If they are invalid, the test fails.
func (a *RemoteAccount) Client(opts ...keys.Option) *keys.Client {
	a.tb.Helper()
	own := []keys.Option{
		keys.WithBaseURL(a.URL), keys.WithInsecureHTTP(), // In a network of containers, names aren't loopback.
		keys.WithHTTPClient(&http.Client{Transport: a.remote.http.Transport}),
	}
	client, err := keys.New(a.APIKey, append(own, opts...)...)
	if err != nil {
		a.tb.Fatal(err)
	}
	return client
}

// AssertCalls fails the test unless the account got want requests of an operation, as a [Server]'s does, whose journal must not be full: it
// has the last 1,000 requests since the account was made or reset.
func (a *RemoteAccount) AssertCalls(tb testing.TB, operation string, want int, match ...func(Request) bool) {
	tb.Helper()
	requests := a.Requests()
	if len(requests) >= maxJournal {
		tb.Errorf("keystest: the journal has the last %d requests, and older ones may be missing: call Reset between the parts of the test",
			maxJournal)
		return
	}
	redacted := func(text string) string { return a.remote.redact(text, a.APIKey) }
	assertCalls(tb, redacted, requests, operation, want, match)
}

// Requests returns the account's last 1,000 requests, oldest first.
func (a *RemoteAccount) Requests() []Request {
	a.tb.Helper()
	var journal control.Journal
	a.must(control.ListRequestsCall{}, &journal)
	requests := make([]Request, len(journal.Requests))
	for i, r := range journal.Requests {
		requests[i] = Request{
			ID: r.ID, Time: r.Time, Method: r.Method, Path: r.Path, Header: r.Header, Body: r.Body, Operation: r.Operation, KeyID: r.KeyID,
			Status: r.Status, Error: r.Error, Fault: r.Fault, Ignored: r.Ignored,
		}
	}
	return requests
}

// Keys returns the state of every key, in the order in which they were made.
func (a *RemoteAccount) Keys() []State {
	a.tb.Helper()
	var list control.KeyStates
	a.must(control.ListStateCall{}, &list)
	states := make([]State, len(list.Keys))
	for i, k := range list.Keys {
		states[i] = State{
			ID: k.ID, Name: k.Name, KeyPrefix: k.KeyPrefix, Endpoints: k.Endpoints, SpendCapUSD: k.SpendCapUSD, RateLimit: k.RateLimit,
			Region: k.Region, DeviceID: k.DeviceID, SpentTicks: k.SpentTicks, Revoked: k.Revoked,
			CreatedAt: k.CreatedAt, LastUsed: k.LastUsed, ExpiresAt: k.ExpiresAt,
		}
	}
	return states
}

// Inject adds faults. A request meets the first one that applies to it and isn't used up. The test fails if one is invalid, or if a text
// of it, like Raw, isn't UTF-8: as JSON it would be another.
func (a *RemoteAccount) Inject(faults ...Fault) {
	a.tb.Helper()
	for _, f := range faults {
		err := f.Validate()
		if err == nil && !utf8.ValidString(f.texts()) {
			err = errors.New("a text isn't UTF-8, and can't be sent to keysmock: use a mock in the test's own process")
		}
		if err != nil {
			a.tb.Fatal("keystest: the injected Fault is invalid: " + a.remote.redact(err.Error(), a.APIKey))
		}
		header := map[string][]string{}
		for name, values := range f.Header {
			header[name] = append([]string{}, values...) // Nil would be null.
		}
		a.must(control.InjectFaultCall{Body: control.Fault{
			Operation: f.Operation, Times: f.Times, Probability: f.Probability, ForSeconds: f.For.Seconds(), After: f.After,
			Status: f.Status, Code: f.Code, Message: f.Message, Flat: f.Flat, RetryAfterSeconds: f.RetryAfter.Seconds(),
			Body: f.Body, Empty: f.Empty, Raw: f.Raw, Garble: f.Garble, Gzip: f.Gzip, Header: header,
			DelaySeconds: f.Delay.Seconds(), JitterSeconds: f.Jitter.Seconds(), Dribble: f.Dribble, EverySeconds: f.Every.Seconds(),
			Drop: f.Drop, Truncate: f.Truncate, Stall: f.Stall, Reset: f.Reset,
		}}, nil)
		a.injected.Store(true)
	}
}

// texts returns all texts of the fault.
func (f *Fault) texts() string { return fmt.Sprint(f.Code, f.Message, f.Body, f.Raw, f.Header) }

// Faults returns the faults that requests may still meet, in the order in which they were injected. Their Times are what is left.
func (a *RemoteAccount) Faults() []Fault {
	a.tb.Helper()
	var list control.Faults
	a.must(control.ListFaultsCall{}, &list)
	faults := make([]Fault, len(list.Faults))
	for i, f := range list.Faults {
		faults[i] = Fault{
			Operation: f.Operation, Times: f.Times, Probability: f.Probability, For: duration(f.ForSeconds), After: f.After,
			Status: f.Status, Code: f.Code, Message: f.Message, Flat: f.Flat, RetryAfter: duration(f.RetryAfterSeconds),
			Body: f.Body, Empty: f.Empty, Raw: f.Raw, Garble: f.Garble, Gzip: f.Gzip, Header: f.Header,
			Delay: duration(f.DelaySeconds), Jitter: duration(f.JitterSeconds), Dribble: f.Dribble, Every: duration(f.EverySeconds),
			Drop: f.Drop, Truncate: f.Truncate, Stall: f.Stall, Reset: f.Reset,
		}
	}
	return faults
}

// duration returns a number of seconds as a duration, to the nanosecond.
func duration(n float64) time.Duration { return time.Duration(math.Round(n * float64(time.Second))) }

// failUnmet fails the test if it would pass and a fault is left over that so many requests were to meet.
func (a *RemoteAccount) failUnmet() {
	a.tb.Helper()
	if !a.injected.Load() || a.tb.Failed() || a.tb.Skipped() {
		return
	}
	var unmet []string
	for _, f := range a.Faults() {
		if waiting := (&waitingFault{Fault: f, met: true}); waiting.unmet() {
			unmet = append(unmet, "Fault{"+a.remote.redact(f.describe(), a.APIKey)+"}")
		}
	}
	reportUnmet(a.tb, unmet)
}

// Use records that the key with this id made a request today, by the mock's clock, and spent an amount in ticks (10,000,000,000 to the US
// dollar). The error says why it can't be, or that keysmock can't be reached.
func (a *RemoteAccount) Use(id string, ticks types.Ticks, opts ...UseOption) error {
	u := newUse(ticks, opts)
	return a.send(control.RecordUseCall{Body: control.Use{
		ID: id, Ticks: u.Ticks, Model: u.Model, InputTokens: u.InputTokens, OutputTokens: u.OutputTokens,
	}}, nil)
}

// SetTime sets the account's own clock, and stops it. The zero time makes it keysmock's again, and so does Reset.
func (a *RemoteAccount) SetTime(now time.Time) {
	a.tb.Helper()
	a.must(clockAt(now), nil)
}

// Advance moves the account's own clock ahead by d, and lets it go on if it wasn't stopped. D can't be negative.
func (a *RemoteAccount) Advance(d time.Duration) {
	a.tb.Helper()
	if d != 0 {
		a.must(clockAhead(d), nil)
	}
}

// Reset puts the account back into the state in which it was made, with its keys, and forgets its requests, faults and clock.
func (a *RemoteAccount) Reset() {
	a.tb.Helper()
	a.must(control.ResetCall{}, nil)
}
