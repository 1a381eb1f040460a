package keystest

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Fault is something that goes wrong with the answer to a request that the gateway would carry out. One that is refused
// (a 401, a 400) doesn't meet a fault.
//
// A fault with a Status, a Body or Drop takes the place of the operation: nothing is done, unless After says that it is
// done first. Any other fault leaves the answer as it is but for what it says.
//
// A request can ask for a fault for itself alone, by the header X-Mock-Fault: "status=503;after", "drop", "truncate=20",
// "delay=0.5" (seconds), "status=429;retry-after=7;flat;code=C;message=M", "body=nonsense".
type Fault struct {
	Operation string // operationId in openapi.yaml, like "createKey"; empty means any.
	Times     int    // How many requests meet the fault; 0 means 1, and a negative number means every one.
	After     bool   // The operation takes effect before its answer is spoilt.

	Status     int           // Answer with this status; 0 means that of the answer, or 200.
	Code       string        // Code of the error body; default the usual one of Status.
	Message    string        // Message of the error body; default one that says that it was injected.
	Flat       bool          // The error body is in the flat form.
	RetryAfter time.Duration // Retry-After, in whole seconds, rounded up. A 429 always has it, if only as 0.
	Body       string        // The answer's body, whatever it is; default an error body where Status is set.
	Header     http.Header   // These headers take the place of the answer's, as they are; one without values is left out.

	Delay    time.Duration // Wait so long before the answer: before the operation, or between it and the answer with After.
	Drop     bool          // Close the connection without an answer.
	Truncate int           // Close the connection after so many bytes of the body; a negative number means none of it.
}

// Inject adds faults. Each request meets the first that is for it and isn't used up.
func (a *Account) Inject(faults ...Fault) {
	a.handler.mu.Lock()
	defer a.handler.mu.Unlock()
	for _, fault := range faults {
		if fault.Times == 0 {
			fault.Times = 1
		}
		fault.Header = fault.Header.Clone()
		a.faults = append(a.faults, &fault)
	}
}

// takeFault returns the fault that a request of this operation meets, nil where there is none.
func (a *Account) takeFault(operation string) *Fault {
	a.handler.mu.Lock()
	defer a.handler.mu.Unlock()
	for _, fault := range a.faults {
		if fault.Times == 0 || fault.Operation != "" && fault.Operation != operation {
			continue
		}
		if fault.Times > 0 {
			fault.Times--
		}
		return fault
	}
	return nil
}

// spoil answers r as the fault says.
func (f *Fault) spoil(w http.ResponseWriter, r *http.Request, operation http.Handler) {
	if !f.After && !sleep(r.Context(), f.Delay) {
		return
	}
	answer := newBuffer()
	replaced := f.Status != 0 || f.Body != "" || f.Drop
	if f.After || !replaced {
		operation.ServeHTTP(answer, r)
	}
	if f.After && !sleep(r.Context(), f.Delay) || f.Drop {
		panic(http.ErrAbortHandler) // The way to close a connection; net/http recovers it.
	}
	if replaced {
		f.replace(answer, r)
	}
	for name, values := range f.Header {
		answer.header.Del(name)
		answer.header[http.CanonicalHeaderKey(name)] = values
	}
	f.send(w, answer)
}

// replace makes answer what the fault says.
func (f *Fault) replace(answer *buffer, r *http.Request) {
	done := answer.status
	answer.reset()
	switch {
	case f.Status == 0 && done != 0:
		answer.WriteHeader(done)
	case f.Status == 0:
		answer.WriteHeader(http.StatusOK)
	case f.Status < 200 || f.Status > 999:
		writeError(answer, r, failure(http.StatusInternalServerError, fmt.Sprintf("the Fault's Status %d isn't that of an answer", f.Status)))
	default:
		e := failure(f.Status, "injected by the test")
		e.flat, e.retryAfter = f.Flat, f.RetryAfter
		if f.Code != "" {
			e.code = f.Code
		}
		if f.Message != "" {
			e.message = f.Message
		}
		writeError(answer, r, e)
	}
	if f.Body != "" {
		answer.header.Set("Content-Type", "application/json")
		answer.body.Reset()
		answer.body.WriteString(f.Body)
	}
}

// send writes the answer.
func (b *buffer) send(w http.ResponseWriter) {
	for name, values := range b.header {
		w.Header()[name] = values
	}
	w.WriteHeader(b.status)
	_, _ = w.Write(b.body.Bytes())
}

// send writes answer, or the part of it that the fault leaves.
func (f *Fault) send(w http.ResponseWriter, answer *buffer) {
	for name, values := range answer.header {
		w.Header()[name] = values
	}
	if answer.status == http.StatusNoContent || answer.status == http.StatusNotModified {
		answer.body.Reset() // They have no body (RFC 9110, 15.3.5 and 15.4.5).
	}
	body := answer.body.Bytes()
	if _, set := w.Header()["Content-Length"]; !set {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(answer.status)
	if f.Truncate == 0 {
		_, _ = w.Write(body)
		return
	}
	_, _ = w.Write(body[:min(max(f.Truncate, 0), len(body))])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// buffer holds an answer back.
type buffer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newBuffer() *buffer { return &buffer{header: http.Header{}} }

func (b *buffer) reset() { *b = buffer{header: http.Header{}} }

// Header returns the answer's headers.
func (b *buffer) Header() http.Header { return b.header }

// WriteHeader sets the answer's status.
func (b *buffer) WriteHeader(status int) { b.status = status }

// Write adds to the answer's body.
func (b *buffer) Write(p []byte) (int, error) { return b.body.Write(p) }
