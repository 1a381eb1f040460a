// Package keystest is a mock of the Quantum AI gateway's keys API to test programs against.
//
// It keeps state: a minted key can be listed, authenticates, is held to its rate limit and endpoints, and is refused once it
// is revoked. It validates every request against the API's document. It fails on demand: see [Fault]. It records the requests
// that it receives: the method AssertCalls counts them, and Requests returns them.
//
// [NewServer] starts one for a test; [NewHandler] is the mock as an [http.Handler]. With [WithInMemory] a test in a testing/synctest bubble
// waits for hours in milliseconds. [Connect] gives a test an account of a keysmock that runs elsewhere.
//
// It spends no money, and doesn't disable a key that reaches its spend cap.
package keystest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/routers"
	"github.com/qaikeys/qaikeys/generated/server"
)

// requestIDHeader is X-QAI-Request-Id in the form in which net/http keeps it.
const requestIDHeader = "X-Qai-Request-Id"

// Handler is the mock as an [http.Handler]. Make one with [NewHandler]. It is safe for concurrent use, and shares nothing with
// other handlers. Its methods AssertCalls, Faults, Inject, Keys, Requests, Reset, SetClock and Use are about its first account;
// [Handler.NewAccount] adds others.
type Handler struct {
	APIKey string // The first account's own credential, which may do everything. Don't change it.

	*account // The first one.

	cfg        config
	operations map[string]*routers.Route // By their pattern, like "DELETE /qai/v1/keys/{id}".
	router     router                    // To the operations of the generated server.
	store      Store                     // Nil if nothing is persisted.
	tb         testing.TB                // The test that a wrong use fails; nil if there is none.

	mu          sync.Mutex // Guards what follows, and the accounts.
	accounts    []*Account
	credentials map[hash]*key // The keys of all accounts, by the hash of their secrets.
	capacity    int           // How many accounts and keys there may be.
	ownKeys     []string      // The accounts' own API keys, and WithRedacted's text, in every form that Redact replaces.
	broken      error         // Why the state can't be saved any more.

	replacer atomic.Pointer[strings.Replacer] // Of ownKeys; nil if there are none.
}

// maxKeys is how many accounts and keys a handler may have: 3.3 GB in a full keysmock. Only NewHandler and OpenHandler make more.
const maxKeys = 2_000_000

// room returns an error if there isn't room for n more accounts and keys. The lock is held.
func (h *Handler) room(n int) error {
	there := 0
	for _, a := range h.accounts {
		there += a.keyring.size
	}
	if n < 0 || n > h.capacity-there {
		return fmt.Errorf("the mock is full: it holds at most %d accounts and keys; reset or restart it", h.capacity)
	}
	return nil
}

// NewHandler returns a mock in the state that opts ask for. An [http.Server] answers "OPTIONS *" itself, without the mock, unless its
// DisableGeneralOptionsHandler is set.
func NewHandler(opts ...Option) *Handler {
	h, _ := OpenHandler(nil, opts...) // Only a Store can fail.
	return h
}

// OpenHandler returns a mock in the state that store holds, or, if it holds none, in the state that opts ask for. Every
// change is saved before the mock responds; only the time at which a key was last used is saved with the key's next change.
// The first account's credential, tier and rate limit come from opts, its keys from store. The error is the store's, or says
// what is wrong with its records.
func OpenHandler(store Store, opts ...Option) (*Handler, error) {
	cfg := config{clock: time.Now}
	cfg.set(opts)
	h := &Handler{
		cfg: cfg, operations: loadOperations(), router: newRouter(), store: store, credentials: map[hash]*key{}, capacity: maxKeys,
	}
	h.redactOwnKey(cfg.redacted)
	if err := h.load(); err != nil {
		return nil, err
	}
	h.account, h.APIKey = &h.accounts[0].account, h.accounts[0].APIKey

	strict := server.NewStrictHandlerWithOptions(api{h}, []server.StrictMiddlewareFunc{h.lock}, server.StrictHTTPServerOptions{
		RequestErrorHandlerFunc:  writeBadRequest,
		ResponseErrorHandlerFunc: errorWriter(http.StatusInternalServerError),
	})
	server.HandlerWithOptions(strict, server.StdHTTPServerOptions{
		BaseRouter: h.router, Middlewares: []server.MiddlewareFunc{h.gateway}, ErrorHandlerFunc: errorWriter(http.StatusBadRequest),
	})
	return h, nil
}

// ServeHTTP responds as the gateway would, or as a [Fault] says.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := h.begin(r)
	header := w.Header() // Set would look at each letter of the names.
	header[requestIDHeader] = []string{x.entry.ID}
	header["Date"] = []string{x.entry.Time.Format(http.TimeFormat)} // By the clock that created_at is taken from.
	sw := &statusWriter{w, x}
	r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))

	if !sleep(r.Context(), h.cfg.latency) {
		return // The client has gone.
	}
	if err := errors.Join(h.Err(), checkTime(x.now)); err != nil {
		failure(http.StatusInternalServerError, err.Error()).ServeHTTP(sw, r)
		return
	}
	// ServeMux would redirect, or take a path with a character that should be escaped for another, with a / for %2F.
	escaped := r.URL.EscapedPath()
	if sent := cmp.Or(r.URL.RawPath, escaped); !strings.HasPrefix(sent, "/") || path.Clean(sent) != escaped {
		errNoSuchPath.ServeHTTP(sw, r)
		return
	}
	h.router.ServeHTTP(sw, r) // Through gateway to the operation in api.go.
}

// gateway refuses what the gateway would refuse, and applies the fault that a request meets.
func (h *Handler) gateway(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		op := h.operations[r.Pattern]
		fault, refused := h.check(w, r, op)
		switch {
		case refused != nil:
			h.respond(w, r, op, refused)
		case fault != nil:
			fault.serve(w, r, next)
		default:
			h.respond(w, r, op, next)
		}
	})
}

// check returns why the gateway would refuse a request, in the gateway's order, or else the fault that the request meets, if any.
func (h *Handler) check(w http.ResponseWriter, r *http.Request, op *routers.Route) (*Fault, *apiError) {
	x, id := exchangeOf(r.Context()), op.Operation.OperationID
	endpoints, err := h.authenticate(x, r, id)
	if err == nil {
		err = cmp.Or(checkEndpoint(endpoints, r), x.account.checkTier(id))
	}
	if err == nil {
		err = validate(w, r, op)
	}
	if err != nil {
		return nil, err
	}
	switch fault, err := RequestedFault(r.Header); {
	case err != nil:
		return nil, failure(http.StatusBadRequest, err.Error())
	case fault != nil:
		h.mu.Lock()
		defer h.mu.Unlock()
		return fault.drawn(x.account.keyring.chance.Float64), nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if x.current() == nil { // It was forgotten meanwhile, and a refused request meets no fault.
		return nil, unknownKey()
	}
	return x.account.takeFault(id), nil
}

// sleep waits for d, and reports whether the client is still there.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
