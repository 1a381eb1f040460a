package main

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/qaikeys/qaikeys/types"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
)

// controlDocument describes the routes below /_mock.
//
//go:embed control.yaml
var controlDocument []byte

// control has the operations of control.yaml.
type control struct {
	mock    *keystest.Handler
	clock   *clock
	clockMu sync.Mutex // Held while the clock is changed.
}

// clock is the mock's clock: the real one, or a fixed time that a test set.
type clock struct{ set atomic.Pointer[time.Time] }

func (c *clock) now() time.Time {
	if set := c.set.Load(); set != nil {
		return *set
	}
	return time.Now()
}

// problem is an error of an operation with a status of its own.
type problem struct {
	status  int
	message string
}

func (p *problem) Error() string { return p.message }

// handle serves an operation, which returns the status and, if it isn't nil, the value of the response. Its errors are
// problems, or else have the status 400.
func handle(operation func(*http.Request) (int, any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		status, value, err := operation(r)
		p, isProblem := errors.AsType[*problem](err)
		switch {
		case isProblem:
			writeProblem(w, p.status, p.message)
		case err != nil:
			writeProblem(w, http.StatusBadRequest, strings.TrimPrefix(err.Error(), "keystest: "))
		case value == nil:
			w.WriteHeader(status)
		default:
			writeJSON(w, status, value)
		}
	}
}

// ofAccount serves an operation on an account: that of the X-API-Key, or the first.
func (c *control) ofAccount(operation func(*keystest.Account, *http.Request) (int, any, error)) http.HandlerFunc {
	return handle(func(r *http.Request) (int, any, error) {
		account := c.mock.Accounts()[0]
		if apiKey := r.Header.Get("X-Api-Key"); apiKey != "" {
			if account = c.mock.AccountOf(apiKey); account == nil {
				return 0, nil, &problem{http.StatusNotFound, "there is no account with this X-API-Key: make one with POST /_mock/accounts"}
			}
		}
		return operation(account, r)
	})
}

func (c *control) requests(account *keystest.Account, _ *http.Request) (int, any, error) {
	return http.StatusOK, map[string]any{"requests": account.Requests()}, nil
}

func (c *control) keys(account *keystest.Account, _ *http.Request) (int, any, error) {
	return http.StatusOK, map[string]any{"keys": account.Keys()}, nil
}

func (c *control) inject(account *keystest.Account, r *http.Request) (int, any, error) {
	var fault struct {
		keystest.Fault

		RetryAfterSeconds float64 `json:"retry_after_seconds"`
		DelaySeconds      float64 `json:"delay_seconds"`
	}
	err := read(r, &fault)
	if err == nil {
		fault.RetryAfter, err = seconds("retry_after_seconds", fault.RetryAfterSeconds)
	}
	if err == nil {
		fault.Delay, err = seconds("delay_seconds", fault.DelaySeconds)
	}
	if err == nil {
		err = fault.Validate()
	}
	if err == nil {
		account.Inject(fault.Fault)
	}
	return http.StatusNoContent, nil, err
}

func (c *control) use(account *keystest.Account, r *http.Request) (int, any, error) {
	var use struct {
		ID           string      `json:"id"`
		Ticks        types.Ticks `json:"ticks"`
		Model        string      `json:"model"`
		InputTokens  int64       `json:"input_tokens"`
		OutputTokens int64       `json:"output_tokens"`
	}
	if err := read(r, &use); err != nil {
		return 0, nil, err
	}
	opts := []keystest.UseOption{keystest.WithTokens(use.InputTokens, use.OutputTokens)}
	if use.Model != "" {
		opts = append(opts, keystest.WithModel(use.Model))
	}
	return http.StatusNoContent, nil, account.Use(use.ID, use.Ticks, opts...)
}

func (c *control) reset(account *keystest.Account, _ *http.Request) (int, any, error) {
	account.Reset()
	return http.StatusNoContent, nil, c.broken()
}

// broken returns why the state can't be saved any more, or nil.
func (c *control) broken() error {
	if err := c.mock.Err(); err != nil {
		return &problem{http.StatusInternalServerError, err.Error()}
	}
	return nil
}

// maxKeys is how many keys an account may start with over HTTP.
const maxKeys = 1_000_000

func (c *control) newAccount(r *http.Request) (int, any, error) {
	var options struct {
		APIKey    string  `json:"api_key"`
		Keys      int     `json:"keys"`
		Devices   int     `json:"devices"`
		RateLimit int     `json:"rate_limit"`
		Tier      string  `json:"tier"`
		Seed      *uint64 `json:"seed"`
	}
	if err := read(r, &options); err != nil {
		return 0, nil, err
	}
	for name, count := range map[string]int{"keys": options.Keys, "devices": options.Devices, "rate_limit": options.RateLimit} {
		if count < 0 || count > maxKeys {
			return 0, nil, fmt.Errorf("%s: %d isn't from 0 to %d", name, count, maxKeys)
		}
	}
	if options.APIKey != "" && !sendable(options.APIKey) {
		return 0, nil, errors.New("api_key: it can't be sent in a header")
	}
	opts := []keystest.Option{
		keystest.WithAPIKey(options.APIKey), keystest.WithKeys(options.Keys), keystest.WithDevices(options.Devices),
		keystest.WithRateLimit(options.RateLimit), keystest.WithTier(options.Tier),
	}
	if options.Seed != nil {
		opts = append(opts, keystest.WithSeed(*options.Seed))
	}
	account, err := c.mock.NewAccount(opts...)
	if broken := c.broken(); broken != nil {
		return 0, nil, broken
	}
	if err != nil {
		return 0, nil, &problem{http.StatusConflict, "api_key: an account or key has it already"}
	}
	return http.StatusCreated, map[string]string{"api_key": account.APIKey}, nil
}

func (c *control) time(*http.Request) (int, any, error) {
	return http.StatusOK, map[string]time.Time{"now": c.clock.now()}, nil
}

func (c *control) setTime(r *http.Request) (int, any, error) {
	var change struct {
		Now            *time.Time `json:"now"`
		AdvanceSeconds float64    `json:"advance_seconds"`
		Real           bool       `json:"real"`
	}
	if err := read(r, &change); err != nil {
		return 0, nil, err
	}
	advance, err := seconds("advance_seconds", change.AdvanceSeconds)
	if err != nil {
		return 0, nil, err
	}
	if set := change.Now != nil || advance != 0; set == change.Real {
		return 0, nil, errors.New("use either real, or now or advance_seconds or both")
	}
	c.clockMu.Lock()
	defer c.clockMu.Unlock()
	if change.Real {
		c.clock.set.Store(nil)
		return c.time(r)
	}
	if change.Now == nil {
		change.Now = new(c.clock.now())
	}
	now := change.Now.Add(advance)
	if year := now.UTC().Year(); year < 0 || year > 9999 {
		return 0, nil, errors.New("now: RFC 3339 can't express this time")
	}
	c.clock.set.Store(&now)
	return c.time(r)
}

// read reads a JSON body without unknown properties.
func read(r *http.Request, into any) error {
	dec := json.NewDecoder(http.MaxBytesReader(nil, r.Body, 1<<20))
	dec.DisallowUnknownFields()
	err := dec.Decode(into)
	if err == nil && dec.More() {
		err = errors.New("something follows the JSON")
	}
	if err != nil {
		return fmt.Errorf("the body isn't what the control API's document says: %w", err)
	}
	return nil
}

func seconds(name string, value float64) (time.Duration, error) {
	nanoseconds := value * float64(time.Second)
	if nanoseconds < 0 || nanoseconds >= math.MaxInt64 {
		return 0, fmt.Errorf("%s: %v isn't a duration from 0", name, value)
	}
	return time.Duration(nanoseconds), nil
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // Fails if the client has gone.
}

// writeProblem responds with an error in the API's form.
func writeProblem(w http.ResponseWriter, status int, message string) {
	writeJSON(w, status, map[string]any{"error": map[string]string{"message": message}})
}
