package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/oapi-codegen/runtime"
	api "github.com/qaikeys/qaikeys/generated/control"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
)

// controlDocument describes the routes below /_mock.
var controlDocument = api.OpenAPI

// control is the control API of a mock.
type control struct {
	mock  *keystest.Handler
	clock *clock // Of all accounts that have none of their own.

	mu     sync.Mutex                   // Guards clocks, and is held while something is added of which there may be so many.
	clocks map[*keystest.Account]*clock // Of accounts whose clocks were moved.
}

// clock is a clock that tests move: the mock's, or that of one of its accounts.
type clock struct {
	follows func() time.Time // Nil for the real one.
	moved   atomic.Pointer[move]
}

// move is what tests did to a clock.
type move struct {
	stopped *time.Time    // Where it stands, or nil if it goes on.
	ahead   time.Duration // Of the clock that it follows.
}

func (c *clock) now() time.Time {
	now := time.Now
	if c.follows != nil {
		now = c.follows
	}
	switch m := c.moved.Load(); {
	case m == nil:
		return now()
	case m.stopped != nil:
		return *m.stopped
	default:
		return now().Add(m.ahead)
	}
}

// maxSeconds is the longest duration of whole seconds, about 292 years.
const maxSeconds = int64(math.MaxInt64 / time.Second)

// move stops the clock at a time, unless that is nil, and advances it, which a clock that goes on doesn't stop. Two moves can't be made at
// the same time.
func (c *clock) move(to *time.Time, advance time.Duration) error {
	m := move{stopped: to}
	if before := c.moved.Load(); to == nil && before != nil {
		m = *before
	}
	now := c.now().Add(advance)
	if m.stopped != nil {
		now = m.stopped.UTC().Add(advance) // In its own zone, it might be one that RFC 3339 can't express.
		m.stopped = &now
	} else if m.ahead += advance; m.ahead < 0 { // It wrapped around.
		return fmt.Errorf("advance_seconds: the clock would be ahead by more than %d seconds in all", maxSeconds)
	}
	if err := checkTime(now); err != nil {
		return err
	}
	c.moved.Store(&m)
	return nil
}

// checkTime returns an error if responses can't have a clock's time.
func checkTime(now time.Time) error {
	if year := now.UTC().Year(); year < 0 || year > 9999 {
		return errors.New("now: RFC 3339 can't express the clock's time, which isn't within the years 0 to 9999: " +
			"use another, or make it real again")
	}
	return nil
}

// route adds the operations of control.yaml to a mux.
func (c *control) route(mux *http.ServeMux) {
	options := api.StrictHTTPServerOptions{RequestErrorHandlerFunc: c.fail, ResponseErrorHandlerFunc: c.fail}
	strict := api.NewStrictHandlerWithOptions(c, nil, options)
	api.HandlerWithOptions(strict, api.StdHTTPServerOptions{BaseRouter: checkedMux{mux, c}, ErrorHandlerFunc: c.fail})
}

// checkedMux is a mux of operations, which get what the document says and the account that it is about.
type checkedMux struct {
	*http.ServeMux

	control *control
}

func (m checkedMux) HandleFunc(pattern string, operation func(http.ResponseWriter, *http.Request)) {
	m.ServeMux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		var account *keystest.Account
		err := checkRequest(r, pattern)
		if apiKey := r.Header.Get("X-Api-Key"); apiKey != "" && operations()[pattern].Responses.Value("404") != nil {
			if account = m.control.mock.AccountOf(apiKey); account == nil {
				err = errNoAccount
			}
		}
		if err != nil {
			m.control.fail(w, r, err)
			return
		}
		operation(w, r.WithContext(context.WithValue(r.Context(), accountKey{}, account)))
	})
}

// accountKey is the key of the account that a request names, in its context.
type accountKey struct{}

// named returns the account that a request names, or nil.
func named(ctx context.Context) *keystest.Account {
	account, _ := ctx.Value(accountKey{}).(*keystest.Account)
	return account
}

// accountOf returns the account that a request is about: the first if it names none.
func (c *control) accountOf(ctx context.Context) *keystest.Account {
	return cmp.Or(named(ctx), c.mock.Accounts()[0])
}

// errNoAccount is the error of a request about an account that doesn't exist.
var errNoAccount = errors.New("there is no account with this X-API-Key: make one with POST /_mock/accounts")

// fail responds with what is wrong with a request, or with the mock.
func (c *control) fail(w http.ResponseWriter, _ *http.Request, err error) {
	switch {
	case errors.Is(err, errNoAccount):
		writeProblem(w, http.StatusNotFound, err)
	case errors.Is(err, keystest.ErrAPIKeyTaken):
		writeProblem(w, http.StatusConflict, errors.New("api_key: another account or key has it"))
	case c.mock.Err() != nil:
		writeProblem(w, http.StatusInternalServerError, err)
	default:
		writeProblem(w, http.StatusBadRequest, inJSON(err))
	}
}

// ListRequests responds with the requests that have what each parameter says.
func (c *control) ListRequests(ctx context.Context, r api.ListRequestsRequestObject) (api.ListRequestsResponseObject, error) {
	if operation := r.Params.Operation; operation != nil {
		named := keystest.Fault{Operation: *operation, Drop: true} // Which is invalid if there is no such operation.
		if err := named.Validate(); err != nil {
			return nil, err
		}
	}
	requests := []api.Request{}
	for _, request := range c.accountOf(ctx).Requests() {
		if is(r.Params.Operation, request.Operation) && is(r.Params.Key, request.KeyID) && is(r.Params.Status, request.Status) {
			requests = append(requests, api.Request{
				ID: request.ID, Time: request.Time, Method: request.Method, Path: request.Path, Header: request.Header, Body: request.Body,
				Operation: request.Operation, KeyID: request.KeyID, Status: request.Status, Error: request.Error, Fault: request.Fault,
				Ignored: request.Ignored,
			})
		}
	}
	return api.ListRequests200JSONResponse{Requests: requests}, nil
}

// is reports whether a parameter, if there is one, is a value.
func is[T comparable](param *T, value T) bool { return param == nil || *param == value }

// ListState responds with the state of the keys.
func (c *control) ListState(ctx context.Context, _ api.ListStateRequestObject) (api.ListStateResponseObject, error) {
	states := []api.KeyState{}
	for _, k := range c.accountOf(ctx).Keys() {
		states = append(states, api.KeyState{
			ID: k.ID, Name: k.Name, KeyPrefix: k.KeyPrefix, Endpoints: k.Endpoints, SpendCapUSD: k.SpendCapUSD, RateLimit: k.RateLimit,
			Region: k.Region, DeviceID: k.DeviceID, SpentTicks: k.SpentTicks, Revoked: k.Revoked,
			CreatedAt: k.CreatedAt, LastUsed: k.LastUsed, ExpiresAt: k.ExpiresAt,
		})
	}
	return api.ListState200JSONResponse{Keys: states}, nil
}

// InjectFault adds a fault.
func (c *control) InjectFault(ctx context.Context, r api.InjectFaultRequestObject) (api.InjectFaultResponseObject, error) {
	fault, err := faultOf(r.Body)
	if err == nil {
		err = c.addFault(c.accountOf(ctx), fault)
	}
	return api.InjectFault204Response{}, err
}

// readFault reads the fault that a request injects.
func readFault(r *http.Request) (keystest.Fault, error) {
	var fault api.Fault
	err := checkRequest(r, "POST /_mock/faults")
	if err == nil {
		err = runtime.BindJSONBody(r, &fault)
	}
	if err != nil {
		return keystest.Fault{}, inJSON(err)
	}
	return faultOf(&fault)
}

// ListFaults responds with the faults that wait for a request.
func (c *control) ListFaults(ctx context.Context, _ api.ListFaultsRequestObject) (api.ListFaultsResponseObject, error) {
	return api.ListFaults200JSONResponse(writtenFaults(c.accountOf(ctx).Faults())), nil
}

// faultOf returns the fault that a request describes.
func faultOf(f *api.Fault) (keystest.Fault, error) {
	fault := keystest.Fault{
		Operation: f.Operation, Times: f.Times, Probability: f.Probability, For: seconds(f.ForSeconds), After: f.After,
		Status: f.Status, Code: f.Code, Message: f.Message, Flat: f.Flat, RetryAfter: seconds(f.RetryAfterSeconds),
		Body: f.Body, Empty: f.Empty, Raw: f.Raw, Garble: f.Garble, Gzip: f.Gzip, Header: f.Header,
		Delay: seconds(f.DelaySeconds), Jitter: seconds(f.JitterSeconds), Dribble: f.Dribble, Every: seconds(f.EverySeconds),
		Drop: f.Drop, Truncate: f.Truncate, Stall: f.Stall, Reset: f.Reset,
	}
	return fault, fault.Validate()
}

// writtenFaults returns faults as a response has them.
func writtenFaults(faults []keystest.Fault) api.Faults {
	written := api.Faults{Faults: make([]api.Fault, len(faults))}
	for i, f := range faults {
		written.Faults[i] = api.Fault{
			Operation: f.Operation, Times: f.Times, Probability: f.Probability, ForSeconds: f.For.Seconds(), After: f.After,
			Status: f.Status, Code: f.Code, Message: f.Message, Flat: f.Flat, RetryAfterSeconds: f.RetryAfter.Seconds(),
			Body: f.Body, Empty: f.Empty, Raw: f.Raw, Garble: f.Garble, Gzip: f.Gzip, Header: f.Header,
			DelaySeconds: f.Delay.Seconds(), JitterSeconds: f.Jitter.Seconds(), Dribble: f.Dribble, EverySeconds: f.Every.Seconds(),
			Drop: f.Drop, Truncate: f.Truncate, Stall: f.Stall, Reset: f.Reset,
		}
	}
	return written
}

// seconds returns a number of seconds as a duration.
func seconds(n float64) time.Duration { return time.Duration(math.Round(n * float64(time.Second))) }

// What the faults of an account that wait for a request may be: how many, and of how many bytes.
const (
	maxFaults     = 100
	maxFaultBytes = 4 << 20
)

func (c *control) addFault(account *keystest.Account, fault keystest.Fault) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := checkFaults(account.Faults(), fault); err != nil {
		return err
	}
	account.Inject(fault)
	return nil
}

// checkFaults returns why a fault may not wait for a request beside others, or nil.
func checkFaults(waiting []keystest.Fault, fault keystest.Fault) error {
	if len(waiting) >= maxFaults {
		return fmt.Errorf("%d faults wait for a request, which is the most that may: reset the account", maxFaults)
	}
	size := 0
	for _, f := range append(waiting, fault) {
		size += faultSize(&f)
	}
	if size > maxFaultBytes {
		return fmt.Errorf("the faults that wait for a request would have more than %d bytes, which is the most that they may: reset the account",
			maxFaultBytes)
	}
	return nil
}

// faultSize returns about how many bytes the texts of a fault take.
func faultSize(f *keystest.Fault) int {
	size := len(f.Code) + len(f.Message) + len(f.Body) + len(f.Raw) + len(f.Garble)
	for name, values := range f.Header {
		size += 32 + len(name)
		for _, value := range values {
			size += 32 + len(value)
		}
	}
	return size
}

// RecordUse records the use of a key.
func (c *control) RecordUse(ctx context.Context, r api.RecordUseRequestObject) (api.RecordUseResponseObject, error) {
	model, tokens := keystest.WithModel(r.Body.Model), keystest.WithTokens(r.Body.InputTokens, r.Body.OutputTokens)
	err := c.accountOf(ctx).Use(r.Body.ID, r.Body.Ticks, model, tokens)
	return api.RecordUse204Response{}, err
}

// Reset resets the account.
func (c *control) Reset(ctx context.Context, _ api.ResetRequestObject) (api.ResetResponseObject, error) {
	return api.Reset204Response{}, c.reset(c.accountOf(ctx))
}

func (c *control) reset(account *keystest.Account) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.clocks, account)
	account.Reset()
	return c.mock.Err()
}

// What there may be of something that requests make.
const (
	maxAccounts = 1_000
	maxKeys     = 10_000 // That an account starts with, of devices or not. -keys may be more.
)

// CreateAccount makes an account.
func (c *control) CreateAccount(_ context.Context, r api.CreateAccountRequestObject) (api.CreateAccountResponseObject, error) {
	options := accountOptions(*r.Body)
	switch {
	case options.Keys+options.Devices > maxKeys:
		return nil, fmt.Errorf("devices: %d and the keys are more than %d", options.Devices, maxKeys)
	case !options.sendable():
		return nil, errors.New("api_key: it can't be sent in a header")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.mock.Accounts()) >= maxAccounts {
		return nil, fmt.Errorf("there are %d accounts, which is the most there may be: reset one and use it, or restart keysmock", maxAccounts)
	}
	account, err := c.mock.NewAccount(options.options()...)
	if err != nil {
		return nil, err
	}
	return api.CreateAccount201JSONResponse{APIKey: account.APIKey}, nil
}

// GetClock responds with the time.
func (c *control) GetClock(ctx context.Context, _ api.GetClockRequestObject) (api.GetClockResponseObject, error) {
	now := c.timeOf(named(ctx))
	return api.GetClock200JSONResponse{Now: now}, checkTime(now) // An account's may follow the mock's out of the range.
}

// SetClock moves the clock of an account, or of the mock.
func (c *control) SetClock(ctx context.Context, r api.SetClockRequestObject) (api.SetClockResponseObject, error) {
	account := named(ctx)
	if err := c.setTime(account, r.Body); err != nil {
		return nil, err
	}
	return api.SetClock200JSONResponse{Now: c.timeOf(account)}, nil
}

// clockOf returns the clock of an account, or of the mock if that is nil. The lock is held.
func (c *control) clockOf(account *keystest.Account) *clock {
	return cmp.Or(c.clocks[account], c.clock)
}

// timeOf returns the time by the clock of an account, or of the mock if that is nil.
func (c *control) timeOf(account *keystest.Account) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.clockOf(account).now()
}

func (c *control) setTime(account *keystest.Account, change *api.ClockChange) error {
	if set := change.Now != nil || change.AdvanceSeconds != 0; set == change.Real {
		return errors.New("use either real, or now or advance_seconds or both")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case change.Real && account == nil:
		c.clock.moved.Store(nil)
		return nil
	case change.Real:
		delete(c.clocks, account)
		account.SetClock(nil)
		return nil
	}
	moved := c.clockOf(account)
	if account != nil && moved == c.clock {
		moved = &clock{follows: c.clock.now}
	}
	if err := moved.move(change.Now, seconds(change.AdvanceSeconds)); err != nil || account == nil {
		return err
	}
	if c.clocks == nil {
		c.clocks = map[*keystest.Account]*clock{}
	}
	c.clocks[account] = moved
	account.SetClock(moved.now)
	return nil
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	text, err := json.Marshal(value, json.FormatNilSliceAsNull(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"error":{"message":"the response can't be expressed in JSON"}}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(text) // Fails if the client has gone.
}

// writeProblem responds with an error in the API's form.
func writeProblem(w http.ResponseWriter, status int, err error) {
	message := strings.TrimPrefix(err.Error(), "keystest: ")
	writeJSON(w, status, map[string]any{"error": map[string]string{"message": message}})
}
