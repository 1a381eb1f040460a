package main

import (
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/qaikeys/qaikeys/types"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
)

// controlDocument describes the routes below /_mock.
//
//go:embed control.yaml
var controlDocument []byte

// control has the operations of control.yaml.
type control struct {
	mock  *keystest.Handler
	clock *clock
	mu    sync.Mutex // Held while the clock is changed, and while something is added of which there may be so many.
}

// clock is the mock's clock: the real one, or a fixed time that a test set.
type clock struct{ set atomic.Pointer[time.Time] }

func (c *clock) now() time.Time {
	if set := c.set.Load(); set != nil {
		return *set
	}
	return time.Now()
}

// errNoAccount is the error of a request about an account that doesn't exist.
var errNoAccount = errors.New("there is no account with this X-API-Key: make one with POST /_mock/accounts")

// handle serves an operation, whose success has a status and, if it isn't nil, a value.
func (c *control) handle(success int, operation func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		value, err := operation(r)
		switch {
		case errors.Is(err, errNoAccount):
			writeProblem(w, http.StatusNotFound, err)
		case errors.Is(err, keystest.ErrAPIKeyTaken):
			writeProblem(w, http.StatusConflict, errors.New("api_key: another account or key has it"))
		case err != nil && c.mock.Err() != nil:
			writeProblem(w, http.StatusInternalServerError, err)
		case err != nil:
			writeProblem(w, http.StatusBadRequest, err)
		case value == nil:
			w.WriteHeader(success)
		default:
			writeJSON(w, success, value)
		}
	}
}

// ofAccount serves an operation on an account: that of the X-API-Key, or the first.
func (c *control) ofAccount(success int, operation func(*keystest.Account, *http.Request) (any, error)) http.HandlerFunc {
	return c.handle(success, func(r *http.Request) (any, error) {
		account := c.mock.Accounts()[0]
		if apiKey := r.Header.Get("X-Api-Key"); apiKey != "" {
			account = c.mock.AccountOf(apiKey)
		}
		if account == nil {
			return nil, errNoAccount
		}
		return operation(account, r)
	})
}

func (c *control) requests(account *keystest.Account, r *http.Request) (any, error) {
	filters, err := filtersOf(r.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	requests := slices.DeleteFunc(account.Requests(), func(request keystest.Request) bool {
		return slices.ContainsFunc(filters, func(keeps func(keystest.Request) bool) bool { return !keeps(request) })
	})
	return map[string]any{"requests": requests}, nil
}

// filtersOf returns which requests a query asks for: those that all filters keep.
func filtersOf(query string) (filters []func(keystest.Request) bool, err error) {
	params, err := url.ParseQuery(query)
	if err != nil {
		return nil, errors.New("the query can't be parsed")
	}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		value := params[name][0]
		status, notNumber := strconv.Atoi(value)
		named := keystest.Fault{Operation: value, Drop: true} // Which is invalid if there is no such operation.
		switch {
		case !slices.Contains([]string{"key", "operation", "status"}, name):
			return nil, fmt.Errorf("there is no parameter %q: use operation, key or status", name)
		case len(params[name]) > 1 || value == "":
			return nil, fmt.Errorf("%s: it needs one value", name)
		case name == "key":
			filters = append(filters, func(r keystest.Request) bool { return r.KeyID == value })
		case name == "operation" && named.Validate() != nil:
			return nil, named.Validate()
		case name == "operation":
			filters = append(filters, func(r keystest.Request) bool { return r.Operation == value })
		case notNumber != nil || status < 0 || status > 599:
			return nil, fmt.Errorf("status: %q isn't from 0 to 599", value)
		default:
			filters = append(filters, func(r keystest.Request) bool { return r.Status == status })
		}
	}
	return filters, nil
}

func (c *control) keys(account *keystest.Account, _ *http.Request) (any, error) {
	return map[string]any{"keys": account.Keys()}, nil
}

func (c *control) inject(account *keystest.Account, r *http.Request) (any, error) {
	fault, err := readFault(r)
	if err != nil {
		return nil, err
	}
	return nil, c.addFault(account, fault)
}

func (c *control) faults(account *keystest.Account, _ *http.Request) (any, error) {
	return writtenFaults(account.Faults()), nil
}

// faultJSON is a fault in JSON.
type faultJSON struct {
	keystest.Fault

	For        seconds `json:"for_seconds,omitzero"`
	RetryAfter seconds `json:"retry_after_seconds,omitzero"`
	Delay      seconds `json:"delay_seconds,omitzero"`
	Jitter     seconds `json:"jitter_seconds,omitzero"`
	Every      seconds `json:"every_seconds,omitzero"`
}

// durations returns the durations of the fault, and those of the JSON, in the same order.
func (f *faultJSON) durations() ([]*time.Duration, []*seconds) {
	return []*time.Duration{&f.Fault.For, &f.Fault.RetryAfter, &f.Fault.Delay, &f.Fault.Jitter, &f.Fault.Every},
		[]*seconds{&f.For, &f.RetryAfter, &f.Delay, &f.Jitter, &f.Every}
}

// readFault reads the fault that a request injects.
func readFault(r *http.Request) (keystest.Fault, error) {
	var fault faultJSON
	if err := read(r, &fault); err != nil {
		return keystest.Fault{}, err
	}
	durations, inJSON := fault.durations()
	for i, d := range durations {
		*d = time.Duration(*inJSON[i])
	}
	return fault.Fault, fault.Validate()
}

// writtenFaults returns the faults that wait for a request as a response has them, with what is set of each.
func writtenFaults(faults []keystest.Fault) any {
	written := make([]faultJSON, len(faults))
	for i, fault := range faults {
		written[i].Fault = fault
		durations, inJSON := written[i].durations()
		for i, d := range durations {
			*inJSON[i] = seconds(*d)
		}
	}
	return map[string]any{"faults": written}
}

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

func (c *control) use(account *keystest.Account, r *http.Request) (any, error) {
	var use struct {
		ID           string      `json:"id"`
		Ticks        types.Ticks `json:"ticks"`
		Model        string      `json:"model"`
		InputTokens  int64       `json:"input_tokens"`
		OutputTokens int64       `json:"output_tokens"`
	}
	if err := read(r, &use); err != nil {
		return nil, err
	}
	model := keystest.WithModel(cmp.Or(use.Model, "default"))
	return nil, account.Use(use.ID, use.Ticks, model, keystest.WithTokens(use.InputTokens, use.OutputTokens))
}

func (c *control) reset(account *keystest.Account, _ *http.Request) (any, error) {
	account.Reset()
	return nil, c.mock.Err()
}

// What there may be of something that requests make.
const (
	maxAccounts = 1_000
	maxKeys     = 10_000 // That an account starts with, of devices or not. -keys may be more.
	maxRate     = 1_000_000
)

func (c *control) newAccount(r *http.Request) (any, error) {
	var options accountOptions
	if err := read(r, &options); err != nil {
		return nil, err
	}
	if err := options.check(); err != nil {
		return nil, err
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
	return map[string]string{"api_key": account.APIKey}, nil
}

// check returns what of the options a request may not ask for, or nil.
func (o *accountOptions) check() error {
	for _, number := range []struct {
		name         string
		value, limit int
	}{{"keys", o.Keys, maxKeys}, {"devices", o.Devices, maxKeys}, {"rate_limit", o.RateLimit, maxRate}} {
		if number.value < 0 || number.value > number.limit {
			return fmt.Errorf("%s: %d isn't from 0 to %d", number.name, number.value, number.limit)
		}
	}
	switch {
	case o.Keys+o.Devices > maxKeys:
		return fmt.Errorf("devices: %d and the keys are more than %d", o.Devices, maxKeys)
	case len(o.Tier) > 100:
		return errors.New("tier: it is longer than 100 characters")
	case len(o.APIKey) > 1_000:
		return errors.New("api_key: it is longer than 1000 characters")
	case !o.sendable():
		return errors.New("api_key: it can't be sent in a header")
	}
	return nil
}

func (c *control) time(*http.Request) (any, error) {
	return map[string]time.Time{"now": c.clock.now()}, nil
}

func (c *control) setTime(r *http.Request) (any, error) {
	var change struct {
		Now     *time.Time `json:"now"`
		Advance seconds    `json:"advance_seconds"`
		Real    bool       `json:"real"`
	}
	if err := read(r, &change); err != nil {
		return nil, err
	}
	if set := change.Now != nil || change.Advance != 0; set == change.Real {
		return nil, errors.New("use either real, or now or advance_seconds or both")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if change.Real {
		c.clock.set.Store(nil)
		return c.time(r)
	}
	if change.Now == nil {
		change.Now = new(c.clock.now())
	}
	now := change.Now.UTC().Add(time.Duration(change.Advance)) // In its own zone, it might be one that RFC 3339 can't express.
	if year := now.Year(); year < 0 || year > 9999 {
		return nil, errors.New("now: RFC 3339 can't express this time")
	}
	c.clock.set.Store(&now)
	return c.time(r)
}

// seconds is a duration, in JSON a number of seconds.
type seconds time.Duration

// maxSeconds is the longest duration of whole seconds, about 292 years.
const maxSeconds = int64(math.MaxInt64 / time.Second)

func (s *seconds) UnmarshalJSON(text []byte) error {
	value, err := strconv.ParseFloat(string(text), 64)
	if err != nil || value < 0 || value > float64(maxSeconds) {
		return fmt.Errorf("it isn't a number of seconds from 0 to %d", maxSeconds)
	}
	*s = seconds(value * float64(time.Second))
	return nil
}

func (s seconds) MarshalJSONTo(e *jsontext.Encoder) error {
	return e.WriteToken(jsontext.Float(time.Duration(s).Seconds()))
}

// maxBody is the largest body of a request to the control API, in bytes.
const maxBody = 1 << 20

// read reads a JSON body without unknown properties. The error is in the words of JSON, since the client needn't know Go.
func read(r *http.Request, into any) error {
	value := into // JSON's null makes it nil, and leaves what into points to as it is.
	err := json.UnmarshalRead(http.MaxBytesReader(nil, r.Body, maxBody), &value, json.RejectUnknownMembers(true))
	_, tooLarge := errors.AsType[*http.MaxBytesError](err)
	wrong, isJSON := errors.AsType[*json.SemanticError](err)
	switch {
	case err == nil && value == nil:
		return errors.New("the body: this JSON null isn't what the control API's document says")
	case err == nil:
		return nil
	case tooLarge:
		return fmt.Errorf("the body is larger than %d bytes", maxBody)
	case errors.Is(err, jsontext.ErrDuplicateName):
		return errors.New("the body has a property twice")
	case !isJSON:
		return errors.New("the body isn't JSON")
	}
	name := cmp.Or(strings.Join(slices.Collect(wrong.JSONPointer.Tokens()), "."), "the body")
	if errors.Is(err, json.ErrUnknownName) {
		return fmt.Errorf("there is no property %q", name)
	}
	if wrong.GoType == reflect.TypeFor[seconds]() {
		return fmt.Errorf("%s: %w", name, wrong.Err)
	}
	kind := cmp.Or(map[jsontext.Kind]string{'{': "object", '[': "array"}[wrong.JSONKind], wrong.JSONKind.String())
	return fmt.Errorf("%s: this JSON %s isn't what the control API's document says", name, kind)
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
