package keystest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Fault is something that goes wrong with a request. A request that is refused for its credential, endpoint, tier, rate limit or form
// (with a 401, 403, 429 or 400) meets none. One about a key that doesn't exist, or can't be rotated, does.
//
// A fault with a Status, a Body or Drop replaces the operation: nothing is done, unless After is set. Any other fault changes
// the operation's own response.
//
// A request can ask for its own fault with the header X-Mock-Fault: "status=503;after", "drop", "truncate=20",
// "delay=0.5" (seconds), "status=429;retry-after=7;flat;code=C;message=M", "body=nonsense".
type Fault struct {
	Operation string `json:"operation"` // An operationId of the API's document, like [keys.OperationCreateKey]; empty means any.
	Times     int    `json:"times"`     // How many requests meet the fault; 0 means 1, and a negative number means every request.
	After     bool   `json:"after"`     // The operation takes effect before its response is replaced.

	Status int    `json:"status"` // The status of the response, from 200 to 599; 0 means the operation's own, or 200.
	Body   string `json:"body"`   // The body of the response; default an error body if Status is set.
	// These four need a Status.
	Code       string        `json:"code"`    // The code of the error body; default the usual one of Status: see [WithCanonicalCodes].
	Message    string        `json:"message"` // The message of the error body; default one that says that it was injected.
	Flat       bool          `json:"flat"`    // The error body has the flat form.
	RetryAfter time.Duration `json:"-"`       // Retry-After, in whole seconds, rounded up. A 429 always has it, if only as 0.

	// Headers that replace those of the response; a name without values is removed. If Content-Length isn't the body's, less is sent
	// than it says, and the connection is closed.
	Header http.Header `json:"header"`

	Delay    time.Duration `json:"-"`        // How long to wait before the operation, or with After between it and the response.
	Drop     bool          `json:"drop"`     // Close the connection without a response.
	Truncate int           `json:"truncate"` // Close the connection after this many bytes of the body; negative means before the first.
}

// What a header's name and value may be (RFC 9110, 5.1 and 5.5).
var (
	headerName  = regexp.MustCompile("^[-0-9A-Za-z!#$%&'*+.^_`|~]+$")
	headerValue = regexp.MustCompile(`^[\t\x20-\x7e\x80-\x{10ffff}]*$`)
)

// Validate returns an error that names a field that isn't as its comment says or has no effect, or that says that the fault has none. A
// request that meets an invalid fault gets a 500 that says so.
func (f *Fault) Validate() error {
	switch {
	case f.Operation != "" && !slices.Contains(operationIDs(), f.Operation):
		return fmt.Errorf("operation: the API has no operation %q: it has %s", f.Operation, strings.Join(operationIDs(), ", "))
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("status %d isn't from 200 to 599", f.Status)
	case f.Delay < 0 || f.RetryAfter < 0:
		return errors.New("a delay can't be negative")
	}
	for _, part := range []struct {
		name string
		set  bool
	}{{"code", f.Code != ""}, {"message", f.Message != ""}, {"flat", f.Flat}, {"retry-after", f.RetryAfter != 0}} {
		if part.set && f.Status == 0 {
			return fmt.Errorf("%s: it has no effect without a status", part.name)
		}
	}
	for name, values := range f.Header {
		if !headerName.MatchString(name) || !headerValue.MatchString(strings.Join(values, "")) {
			return fmt.Errorf("the header %q can't be sent", name)
		}
		if canonical := http.CanonicalHeaderKey(name); canonical == "Transfer-Encoding" || canonical == "Connection" {
			return fmt.Errorf("the header %q can't be set: it says how the response is sent, which net/http decides; use Drop or Truncate", name)
		}
	}
	if !f.hasEffect() {
		return errors.New("it has no effect: set what goes wrong, like a status or drop")
	}
	return nil
}

// hasEffect reports whether the fault has more than what says which requests meet it.
func (f *Fault) hasEffect() bool {
	what := *f
	what.Operation, what.Times, what.After = "", 0, false
	if len(what.Header) == 0 {
		what.Header = nil
	}
	return !reflect.ValueOf(what).IsZero()
}

// operationIDs returns the API's operations, sorted.
var operationIDs = sync.OnceValue(func() []string {
	var ids []string
	for _, op := range loadOperations() {
		ids = append(ids, op.Operation.OperationID)
	}
	slices.Sort(ids)
	return ids
})

// Serve responds as the fault says. It calls operation, and changes its response on the way or discards it, unless the fault replaces the
// operation. It panics with [http.ErrAbortHandler] to close the connection. It is what the mock does, for a server of your own.
func (f *Fault) Serve(w http.ResponseWriter, r *http.Request, operation http.Handler) {
	exchangeOf(r.Context()).note(func(entry *Request) { entry.Fault = true })
	if err := f.Validate(); err != nil {
		failure(http.StatusInternalServerError, "the injected Fault is invalid: "+err.Error()).ServeHTTP(w, r)
		return
	}
	if !f.After && !sleep(r.Context(), f.Delay) {
		return
	}
	out := &faultWriter{ResponseWriter: w, fault: f, ctx: r.Context(), left: max(f.Truncate, 0)}
	if f.Status != 0 || f.Body != "" || f.Drop {
		f.replace(out, r, operation)
	} else {
		operation.ServeHTTP(out, r)
	}
	if out.WriteHeader(http.StatusOK); out.ended {
		panic(http.ErrAbortHandler) // Makes net/http close the connection.
	}
}

// replace responds in place of an operation, which is called only with After.
func (f *Fault) replace(w *faultWriter, r *http.Request, operation http.Handler) {
	response := httptest.NewRecorder()
	if f.After {
		response.Body = nil // What is written is discarded.
		operation.ServeHTTP(response, r)
	}
	if w.ended = f.Drop; w.ended {
		w.wait()
		return
	}
	if f.Status != 0 {
		e := failure(f.Status, cmp.Or(f.Message, "injected by the test"))
		e.legacy, e.canonical = cmp.Or(f.Code, e.legacy), cmp.Or(f.Code, e.canonical)
		e.flat, e.retryAfter = f.Flat, f.RetryAfter
		response = httptest.NewRecorder()
		e.ServeHTTP(response, r)
	}
	if f.Body != "" {
		for _, name := range aboutBody {
			response.Header().Del(name)
		}
		response.Header().Set("Content-Type", "application/json")
		response.Body = bytes.NewBufferString(f.Body)
	}
	send(w, response)
}

// send sends a whole response.
func send(w http.ResponseWriter, response *httptest.ResponseRecorder) {
	maps.Copy(w.Header(), response.Header())
	body := response.Body.Bytes()
	if response.Code == http.StatusNoContent || response.Code == http.StatusNotModified {
		body = nil // These have no body (RFC 9110, 15.3.5 and 15.4.5).
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(response.Code)
	_, _ = w.Write(body)
}

// aboutBody are the headers that say something of one body alone.
var aboutBody = []string{
	"Content-Digest", "Content-Encoding", "Content-Length", "Content-MD5", "Content-Range", "Digest", "ETag", "Last-Modified", "Repr-Digest", "Trailer",
}

// faultWriter is a response that a fault changes.
type faultWriter struct {
	http.ResponseWriter

	fault *Fault
	ctx   context.Context // Of the request.
	left  int             // How many bytes Truncate leaves.
	begun bool            // Whether the headers are sent.
	ended bool            // Whether the connection is to be closed.
}

// wait waits between an operation and its response.
func (w *faultWriter) wait() {
	if w.fault.After && !sleep(w.ctx, w.fault.Delay) {
		w.ended = true // The client has gone.
	}
}

func (w *faultWriter) WriteHeader(status int) {
	switch {
	case w.begun || w.ended:
		return
	case status >= http.StatusOK: // What comes before isn't the response.
		w.begun = true
		if w.wait(); w.ended {
			return
		}
		for name, values := range w.fault.Header {
			w.Header()[http.CanonicalHeaderKey(name)] = values
		}
		if w.fault.Truncate != 0 {
			w.Header().Set("Connection", "close")
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *faultWriter) Write(data []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	switch {
	case w.ended:
		return 0, http.ErrAbortHandler
	case w.fault.Truncate == 0 || len(data) <= w.left:
		w.left -= len(data)
		return w.ResponseWriter.Write(data)
	}
	n, _ := w.ResponseWriter.Write(data[:w.left])
	w.Flush()
	w.ended = true
	return n, http.ErrAbortHandler
}

func (w *faultWriter) Flush() {
	w.WriteHeader(http.StatusOK)
	_ = http.NewResponseController(w.ResponseWriter).Flush()
}
