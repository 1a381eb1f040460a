package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/qaikeys/qaikeys"
	"github.com/qaikeys/qaikeys/types"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
)

// controlDocument describes what is below /_mock.
//
//go:embed control.yaml
var controlDocument []byte

// routes returns the mock with what the program adds to it.
func routes(mock *keystest.Handler, clock *clock) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", mock)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
	mux.HandleFunc("GET /openapi.yaml", yaml(qaikeys.OpenAPI))

	c := &control{mock, clock}
	local := http.NewServeMux()
	local.HandleFunc("GET /_mock/openapi.yaml", yaml(controlDocument))
	local.HandleFunc("GET /_mock/requests", c.account(c.requests))
	local.HandleFunc("GET /_mock/keys", c.account(c.keys))
	local.HandleFunc("POST /_mock/faults", c.account(c.inject))
	local.HandleFunc("POST /_mock/use", c.account(c.use))
	local.HandleFunc("POST /_mock/reset", c.account(c.reset))
	local.HandleFunc("POST /_mock/accounts", c.newAccount)
	local.HandleFunc("GET /_mock/page/{name}", pageAsset)
	local.HandleFunc("POST /_mock/page/fault", c.pageFault)
	local.HandleFunc("POST /_mock/page/reset", c.pageReset)
	local.HandleFunc("GET /_mock/clock", c.tellTime)
	local.HandleFunc("POST /_mock/clock", c.setTime)
	mux.HandleFunc("GET /docs", docsHandler)
	mux.Handle("GET /{$}", localOnly(http.HandlerFunc(c.livePage)))
	mux.Handle("/_mock/", localOnly(http.NewCrossOriginProtection().Handler(local))) // Nor a page from elsewhere in a browser.
	return mux
}

func yaml(document []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/yaml")
		_, _ = w.Write(document)
	}
}

// control is what control.yaml describes.
type control struct {
	mock  *keystest.Handler
	clock *clock
}

// account finds the account that a request is about: that of its X-API-Key, else the first.
func (c *control) account(next func(*keystest.Account, http.ResponseWriter, *http.Request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		account := c.mock.Account
		if apiKey := r.Header.Get("X-Api-Key"); apiKey != "" {
			if account = c.mock.AccountOf(apiKey); account == nil {
				writeProblem(w, http.StatusNotFound, "there is no account with this X-API-Key: POST /_mock/accounts makes one")
				return
			}
		}
		next(account, w, r)
	}
}

func (c *control) requests(account *keystest.Account, w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"requests": convert(account.Requests(), newRequest)})
}

func (c *control) keys(account *keystest.Account, w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"keys": convert(account.Keys(), newKey)})
}

func (c *control) inject(account *keystest.Account, w http.ResponseWriter, r *http.Request) {
	var f fault
	if !read(w, r, &f) {
		return
	}
	inject, err := f.convert()
	if err != nil {
		writeProblem(w, http.StatusBadRequest, err.Error())
		return
	}
	account.Inject(inject)
	w.WriteHeader(http.StatusNoContent)
}

// recordedUse is a use of a key as JSON.
type recordedUse struct {
	ID           string      `json:"id"`
	Ticks        types.Ticks `json:"ticks"`
	Model        string      `json:"model"`
	InputTokens  int64       `json:"input_tokens"`
	OutputTokens int64       `json:"output_tokens"`
}

func (c *control) use(account *keystest.Account, w http.ResponseWriter, r *http.Request) {
	var u recordedUse
	if !read(w, r, &u) {
		return
	}
	opts := []keystest.UseOption{keystest.WithTokens(u.InputTokens, u.OutputTokens)}
	if u.Model != "" {
		opts = append(opts, keystest.WithModel(u.Model))
	}
	if err := account.Use(u.ID, u.Ticks, opts...); err != nil {
		writeProblem(w, http.StatusBadRequest, strings.TrimPrefix(err.Error(), "keystest: "))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (c *control) reset(account *keystest.Account, w http.ResponseWriter, _ *http.Request) {
	account.Reset()
	if err := c.mock.Err(); err != nil {
		writeProblem(w, http.StatusInternalServerError, err.Error())
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// accountOptions is what an account is made with, as JSON.
type accountOptions struct {
	APIKey    string  `json:"api_key"`
	Keys      int     `json:"keys"`
	Devices   int     `json:"devices"`
	RateLimit int     `json:"rate_limit"`
	Tier      string  `json:"tier"`
	Seed      *uint64 `json:"seed"`
}

// maxKeys is how many keys an account may begin with over HTTP.
const maxKeys = 1_000_000

func (c *control) newAccount(w http.ResponseWriter, r *http.Request) {
	var o accountOptions
	if !read(w, r, &o) {
		return
	}
	for name, count := range map[string]int{"keys": o.Keys, "devices": o.Devices, "rate_limit": o.RateLimit} {
		if count < 0 || count > maxKeys {
			writeProblem(w, http.StatusBadRequest, fmt.Sprintf("%s: %d isn't from 0 to %d", name, count, maxKeys))
			return
		}
	}
	if o.APIKey != "" && !usable(o.APIKey) {
		writeProblem(w, http.StatusBadRequest, "api_key: it can't be sent in a header")
		return
	}
	opts := []keystest.Option{
		keystest.WithAPIKey(o.APIKey), keystest.WithKeys(o.Keys), keystest.WithDevices(o.Devices),
		keystest.WithRateLimit(o.RateLimit), keystest.WithTier(o.Tier),
	}
	if o.Seed != nil {
		opts = append(opts, keystest.WithSeed(*o.Seed))
	}
	account, err := c.mock.NewAccount(opts...)
	if broken := c.mock.Err(); broken != nil {
		writeProblem(w, http.StatusInternalServerError, broken.Error())
		return
	}
	if err != nil {
		writeProblem(w, http.StatusConflict, "api_key: an account or key has it already")
		return
	}
	writeJSON(w, http.StatusCreated, map[string]string{"api_key": account.APIKey})
}

func (c *control) tellTime(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]time.Time{"now": c.clock.now()})
}

// clockChange is a change of the clock as JSON.
type clockChange struct {
	Now            *time.Time `json:"now"`
	AdvanceSeconds float64    `json:"advance_seconds"`
	Real           bool       `json:"real"`
}

func (c *control) setTime(w http.ResponseWriter, r *http.Request) {
	var change clockChange
	if !read(w, r, &change) {
		return
	}
	advance, err := seconds("advance_seconds", change.AdvanceSeconds)
	if err != nil {
		writeProblem(w, http.StatusBadRequest, err.Error())
		return
	}
	if change.Real && (change.Now != nil || advance != 0) || change.Now == nil && advance == 0 && !change.Real {
		writeProblem(w, http.StatusBadRequest, "say either real, or now or advance_seconds or both")
		return
	}
	c.clock.change(change.Now, advance, change.Real)
	c.tellTime(w, r)
}

// read reads a JSON body, and answers the request where it isn't what it should be.
func read(w http.ResponseWriter, r *http.Request, into any) bool {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
	dec.DisallowUnknownFields()
	err := dec.Decode(into)
	if err == nil && dec.More() {
		err = errors.New("something follows it")
	}
	if err != nil {
		writeProblem(w, http.StatusBadRequest, "the body isn't what control.yaml says: "+err.Error())
	}
	return err == nil
}

// localOnly refuses peers on other machines, and pages that reach this one under a name of their own (DNS rebinding).
func localOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !local(r.RemoteAddr) || !localHost(r.Host) {
			writeProblem(w, http.StatusForbidden, "only a peer on the same machine may control the mock")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// localHost reports whether a Host header names this machine.
func localHost(host string) bool {
	if _, _, err := net.SplitHostPort(host); err != nil {
		host = net.JoinHostPort(strings.Trim(host, "[]"), "0")
	}
	return local(host)
}

// request is a keystest.Request as JSON.
type request struct {
	ID        string      `json:"id"`
	Time      time.Time   `json:"time"`
	Method    string      `json:"method"`
	Path      string      `json:"path"`
	Header    http.Header `json:"header"`
	Body      string      `json:"body"`
	Operation string      `json:"operation"`
	KeyID     string      `json:"key_id"`
	Status    int         `json:"status"`
	Error     string      `json:"error"`
	Fault     bool        `json:"fault"`
}

func newRequest(r keystest.Request) request { return request(r) }

// key is a keystest.State as JSON.
type key struct {
	ID          string      `json:"id"`
	Name        string      `json:"name"`
	KeyPrefix   string      `json:"key_prefix"`
	Endpoints   []string    `json:"endpoints"`
	SpendCapUSD *float64    `json:"spend_cap_usd"`
	RateLimit   *int32      `json:"rate_limit"`
	Region      string      `json:"region"`
	DeviceID    string      `json:"device_id"`
	SpentTicks  types.Ticks `json:"spent_ticks"`
	Revoked     bool        `json:"revoked"`
	CreatedAt   time.Time   `json:"created_at"`
	LastUsed    time.Time   `json:"last_used,omitzero"`
	ExpiresAt   time.Time   `json:"expires_at,omitzero"`
}

func newKey(s keystest.State) key { return key(s) }

func convert[From, To any](from []From, one func(From) To) []To {
	to := make([]To, len(from))
	for i, value := range from {
		to[i] = one(value)
	}
	return to
}

// fault is a keystest.Fault as JSON; a property that is left out is zero.
type fault struct {
	Operation         string      `json:"operation"`
	Times             int         `json:"times"`
	After             bool        `json:"after"`
	Status            int         `json:"status"`
	Code              string      `json:"code"`
	Message           string      `json:"message"`
	Flat              bool        `json:"flat"`
	RetryAfterSeconds float64     `json:"retry_after_seconds"`
	DelaySeconds      float64     `json:"delay_seconds"`
	Drop              bool        `json:"drop"`
	Truncate          int         `json:"truncate"`
	Body              string      `json:"body"`
	Header            http.Header `json:"header"`
}

// convert checks what JSON can't.
func (f *fault) convert() (keystest.Fault, error) {
	if f.Status != 0 && (f.Status < 200 || f.Status > 599) {
		return keystest.Fault{}, fmt.Errorf("status: %d isn't from 200 to 599", f.Status)
	}
	delay, err := seconds("delay_seconds", f.DelaySeconds)
	if err != nil {
		return keystest.Fault{}, err
	}
	retryAfter, err := seconds("retry_after_seconds", f.RetryAfterSeconds)
	return keystest.Fault{
		Operation: f.Operation, Times: f.Times, After: f.After, Status: f.Status, Code: f.Code, Message: f.Message, Flat: f.Flat,
		RetryAfter: retryAfter, Delay: delay, Drop: f.Drop, Truncate: f.Truncate, Body: f.Body, Header: f.Header,
	}, err
}

func seconds(name string, value float64) (time.Duration, error) {
	nanoseconds := value * float64(time.Second)
	if nanoseconds < 0 || nanoseconds >= math.MaxInt64 {
		return 0, fmt.Errorf("%s: %v isn't a wait", name, value)
	}
	return time.Duration(nanoseconds), nil
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // A client that has gone needs no answer.
}

// writeProblem answers with an error in the form that the API has.
func writeProblem(w http.ResponseWriter, status int, message string) {
	writeJSON(w, status, map[string]any{"error": map[string]string{"message": message}})
}

// logged logs each request once it is answered, where logger takes that.
func logged(logger *slog.Logger, next http.Handler) http.Handler {
	if !logger.Enabled(context.Background(), slog.LevelInfo) {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		sw := &statusWriter{ResponseWriter: w}
		defer func() {
			logger.LogAttrs(r.Context(), slog.LevelInfo, "request",
				slog.String("method", r.Method), slog.String("path", r.URL.EscapedPath()), slog.Int("status", sw.status),
				slog.String("request_id", w.Header().Get("X-QAI-Request-Id")), slog.Duration("took", time.Since(start)))
		}()
		next.ServeHTTP(sw, r)
	})
}

// statusWriter notes the status of an answer, 0 where the connection was closed instead.
type statusWriter struct {
	http.ResponseWriter

	status int
}

// WriteHeader notes the status and sends it.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Write sends a part of the body, with status 200 where none was set.
func (w *statusWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap gives http.ResponseController the writer below.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
