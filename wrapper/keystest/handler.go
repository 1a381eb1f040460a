// Package keystest is a mock of the Quantum AI gateway's keys API to test programs against.
//
// It keeps state: a key that is minted can be listed, authenticates, is held to its rate limit and endpoints, and is
// refused once it is revoked. It validates every request against openapi.yaml. It fails on demand: see [Fault]. It
// remembers what it was asked: see [Handler.Requests].
//
// It is a mock: it spends no money, and doesn't disable a key that reaches its spend cap.
package keystest

import (
	"cmp"
	"context"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/qaikeys/qaikeys/generated/server"
)

// requestIDHeader is X-QAI-Request-Id of openapi.yaml in the form that net/http has at hand.
const requestIDHeader = "X-Qai-Request-Id"

// Handler is the mock as an [http.Handler]. It is safe for concurrent use; make one with [NewHandler]. Handlers share
// nothing.
type Handler struct {
	*Account // The one that it was made with.

	cfg config
	doc *document
	mux *http.ServeMux // The API, made by the generated server.

	persistence Store // Nil where nothing is kept.

	mu          sync.Mutex // Guards what follows, and the accounts.
	accounts    []*Account
	credentials credentials
	broken      error // Why the state can't be persisted any more.
}

// NewHandler returns a mock with the state that opts ask for.
func NewHandler(opts ...Option) *Handler {
	h, _ := OpenHandler(nil, opts...) // Only a Store can fail.
	return h
}

// OpenHandler returns a mock with the state that store keeps, and where it keeps none, with the state that opts ask for.
// What a mock answers is in store by then, but for when keys were last used, which follows with a key's next change. The
// first account's credential, tier and rate limit are what opts say; its keys are store's. The error is store's, or says
// what is wrong with what it keeps.
func OpenHandler(store Store, opts ...Option) (*Handler, error) {
	cfg := defaults()
	for _, opt := range opts {
		opt(&cfg)
	}
	h := &Handler{cfg: cfg, doc: loadDocument(), mux: http.NewServeMux(), credentials: credentials{}, persistence: store}
	if err := h.load(cfg); err != nil {
		return nil, err
	}

	strict := server.NewStrictHandlerWithOptions(api{h}, nil, server.StrictHTTPServerOptions{
		RequestErrorHandlerFunc:  writeError,
		ResponseErrorHandlerFunc: writeFailure,
	})
	server.HandlerWithOptions(strict, server.StdHTTPServerOptions{
		BaseRouter:  h.mux,
		Middlewares: []server.MiddlewareFunc{h.perform, h.admit}, // The last is the outermost.
		ErrorHandlerFunc: func(w http.ResponseWriter, r *http.Request, err error) {
			exchangeOf(r.Context()).routed = true // There is an operation; its parameters are wrong.
			writeError(w, r, err)
		},
	})
	return h, nil
}

// ServeHTTP answers as the gateway would, or as a [Fault] says.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := h.begin(r)
	w.Header().Set(requestIDHeader, x.id)
	sw := &statusWriter{ResponseWriter: w}
	defer func() { x.note(func(entry *Request) { entry.Status = sw.status }) }()
	r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))

	if !sleep(r.Context(), h.cfg.latency) {
		return // The client has gone.
	}
	if err := h.Err(); err != nil {
		writeFailure(sw, r, err)
		return
	}
	if escaped := r.URL.EscapedPath(); path.Clean(escaped) != escaped {
		writeError(sw, r, failure(http.StatusNotFound, "there is no such path"))
		return
	}
	h.mux.ServeHTTP(&routeWriter{sw, x}, r) // By way of admit and perform to the operation in api.go.
	if !x.routed {
		writeError(sw, r, unrouted(w.Header().Get("Allow")))
	}
}

// unrouted is the error of a request for which the mux found no operation.
func unrouted(allow string) error {
	if allow == "" {
		return failure(http.StatusNotFound, "there is no such path")
	}
	return failure(http.StatusMethodNotAllowed, "the path has no operation for this method")
}

// routeWriter keeps what the mux says by itself, for want of an operation, from being sent: the gateway says it in JSON.
type routeWriter struct {
	*statusWriter

	x *exchange
}

// WriteHeader sends the status of an operation.
func (w *routeWriter) WriteHeader(status int) {
	if w.x.routed {
		w.statusWriter.WriteHeader(status)
	}
}

// Write sends a part of the body of an operation.
func (w *routeWriter) Write(p []byte) (int, error) {
	if !w.x.routed {
		return len(p), nil
	}
	return w.statusWriter.Write(p)
}

// admit lets a request through to its operation if the gateway would.
func (h *Handler) admit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(r.Context())
		op := h.doc.operations[r.Pattern]
		x.routed = true
		x.note(func(entry *Request) { entry.Operation = op.id() })
		credential, err := h.authenticate(x)
		if err == nil {
			id := credential.ID
			x.note(func(entry *Request) { entry.KeyID = id })
			err = cmp.Or(checkEndpoint(credential.Endpoints, r), x.account.checkTier(op.id()))
		}
		if err == nil {
			err = op.validate(w, r)
		}
		if err != nil {
			h.answer(w, r, op, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { writeError(w, r, err) }))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// answer lets from answer r, and holds the answer to the document where the mock does that.
func (h *Handler) answer(w http.ResponseWriter, r *http.Request, op *operation, from http.Handler) {
	if !h.cfg.validateAnswers {
		from.ServeHTTP(w, r)
		return
	}
	answer := newBuffer()
	from.ServeHTTP(answer, r)
	answer.header.Set(requestIDHeader, exchangeOf(r.Context()).id)
	if err := op.validateAnswer(r, answer); err != nil {
		writeError(w, r, failure(http.StatusInternalServerError, "the mock's answer isn't what openapi.yaml says: "+explain(err)))
		return
	}
	answer.send(w)
}

// perform lets the operation take effect and answer, or spoils that where a fault says so.
func (h *Handler) perform(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x, op := exchangeOf(r.Context()), h.doc.operations[r.Pattern]
		fault, err := faultOf(r)
		if err != nil {
			writeError(w, r, failure(http.StatusBadRequest, err.Error()))
			return
		}
		if fault == nil {
			fault = x.account.takeFault(op.id())
		}
		if fault == nil {
			h.answer(w, r, op, next)
			return
		}
		x.note(func(entry *Request) { entry.Fault = true })
		fault.spoil(w, r, next)
	})
}

// sleep waits for d, and reports whether the client is still there.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// underPrefix reports whether p is prefix or lies below it.
func underPrefix(p, prefix string) bool {
	prefix = strings.TrimSuffix(prefix, "/")
	return p == prefix || strings.HasPrefix(p, prefix+"/")
}
