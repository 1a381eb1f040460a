package keystest

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Serve responds as the fault says. It calls operation, and changes its response on the way or discards it, unless the fault replaces the
// operation; with Garble, Gzip or Reset, or if nothing but headers is removed, it holds the whole response in memory. It panics with
// [http.ErrAbortHandler] to close the connection. It is what the mock does, for a server of your own. Of what says which requests meet the
// fault, it heeds Probability alone.
func (f *Fault) Serve(w http.ResponseWriter, r *http.Request, operation http.Handler) {
	drawn := f.drawn(rand.Float64)
	if drawn == nil {
		operation.ServeHTTP(w, r)
		return
	}
	drawn.serve(w, r, operation)
}

// drawn returns the fault with what is random about it decided, or nil if a request doesn't meet it. An invalid one stays as it is.
func (f *Fault) drawn(random func() float64) *Fault {
	decided := *f
	if f.Validate() != nil {
		return &decided
	}
	if f.Probability > 0 && f.Probability < 1 && random() >= f.Probability {
		return nil
	}
	decided.Probability = 0
	if f.Jitter > 0 {
		more := 1 + time.Duration(random()*float64(f.Jitter-1)) // At least 1, since a fault without an effect is invalid.
		decided.Delay, decided.Jitter = f.Delay+min(more, math.MaxInt64-f.Delay), 0
	}
	return &decided
}

func (f *Fault) serve(w http.ResponseWriter, r *http.Request, operation http.Handler) {
	exchangeOf(r.Context()).note(func(entry *Request) { entry.Fault = true })
	err := f.Validate()
	if err == nil && (f.Raw != "" || f.Reset) && !canHijack(w) {
		err = errors.New("raw and reset need a connection of HTTP/1")
	}
	if err != nil {
		invalid(err).ServeHTTP(w, r)
		return
	}
	if !f.After && !sleep(r.Context(), f.Delay) {
		return
	}
	out := &faultWriter{ResponseWriter: w, fault: f, ctx: r.Context(), left: max(f.Truncate, 0)}
	switch {
	case f.Status != 0 || f.Body != "" || f.Empty || f.Raw != "" || f.Drop:
		f.replace(out, r, operation)
	case f.Garble != "" || f.Gzip != 0 || f.Reset && f.Truncate == 0 || f.onlyRemoves():
		response := httptest.NewRecorder()
		operation.ServeHTTP(held{response}, r)
		f.change(out, r, response)
	default:
		out.serve(r, operation)
	}
	if out.WriteHeader(http.StatusOK); out.ended || f.Stall || f.Reset {
		f.end(out, r)
	}
}

// replace responds in place of an operation, which is called only with After.
func (f *Fault) replace(w *faultWriter, r *http.Request, operation http.Handler) {
	response := httptest.NewRecorder()
	if f.After {
		response.Body = nil // What is written is discarded.
		operation.ServeHTTP(held{response}, r)
	}
	if f.Drop || f.Raw != "" {
		w.wait()
		w.ended = true
		return
	}
	if f.Status != 0 {
		e := failure(f.Status, cmp.Or(f.Message, "injected by the test"))
		e.legacy, e.canonical = cmp.Or(f.Code, e.legacy), cmp.Or(f.Code, e.canonical)
		e.flat, e.retryAfter = f.Flat, f.RetryAfter
		response = httptest.NewRecorder()
		e.ServeHTTP(response, r)
	}
	if f.Body != "" || f.Empty {
		setBody(response, []byte(f.Body))
		response.Header().Set("Content-Type", "application/json")
	}
	f.change(w, r, response)
}

// held records a response, but not what comes before it (1xx).
type held struct{ *httptest.ResponseRecorder }

func (w held) WriteHeader(status int) {
	if status >= http.StatusOK {
		w.ResponseRecorder.WriteHeader(status)
	}
}

// invalid is the response to a request that meets an invalid fault.
func invalid(err error) *apiError {
	return failure(http.StatusInternalServerError, "the injected Fault is invalid: "+err.Error())
}

// change sends a whole response, whose body is changed as Garble and Gzip say.
func (f *Fault) change(w http.ResponseWriter, r *http.Request, response *httptest.ResponseRecorder) {
	body, codings := response.Body.Bytes(), slices.Clone(response.Header()["Content-Encoding"])
	if f.Garble != "" {
		var err error
		if body, err = garble(body, f.Garble); err != nil {
			invalid(err).ServeHTTP(w, r)
			return
		}
	}
	if f.onlyRemoves() && !f.removesOneOf(w.Header(), response.Header()) {
		invalid(errors.New("header: the response has none of those that are removed")).ServeHTTP(w, r)
		return
	}
	for range f.Gzip {
		var zipped bytes.Buffer
		z := gzip.NewWriter(&zipped)
		_, _ = z.Write(body) // A buffer takes everything.
		_ = z.Close()
		body, codings = zipped.Bytes(), append(codings, "gzip")
	}
	if f.Garble != "" || f.Gzip != 0 {
		setBody(response, body)
	}
	if len(codings) > 0 {
		response.Header().Set("Content-Encoding", strings.Join(codings, ", ")) // Some clients read only the first line.
	}
	send(w, response)
}

// end ends a response where it is.
func (f *Fault) end(w *faultWriter, r *http.Request) {
	if w.begun {
		w.Flush()
	}
	if f.Stall {
		_, _ = io.Copy(io.Discard, r.Body) // Before that, net/http doesn't see that the client has gone.
		<-r.Context().Done()
	}
	if f.Raw != "" || f.Reset {
		closeHijacked(w.ResponseWriter, f.Raw, f.Reset)
	}
	panic(http.ErrAbortHandler) // Makes net/http close the connection.
}

// rawTime is how long a client may take to read what isn't HTTP.
const rawTime = time.Minute

// closeHijacked sends a text and closes the connection.
func closeHijacked(w http.ResponseWriter, text string, reset bool) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	_ = conn.SetDeadline(time.Now().Add(rawTime))
	_, _ = io.WriteString(conn, text)
	if wrapper, ok := conn.(interface{ NetConn() net.Conn }); ok && reset { // Like a *tls.Conn, which would say that it closes.
		conn = wrapper.NetConn()
	}
	if socket, ok := conn.(interface{ SetLinger(sec int) error }); ok && reset {
		_ = socket.SetLinger(0)
	}
	_ = conn.Close()
}

// canHijack reports whether the connection of a response can be taken from its server, as a connection of HTTP/2 can't.
func canHijack(w http.ResponseWriter) bool {
	for {
		switch wrapper := w.(type) {
		case http.Hijacker:
			return true
		case interface{ Unwrap() http.ResponseWriter }:
			w = wrapper.Unwrap()
		default:
			return false
		}
	}
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
	"Content-Digest", "Content-Encoding", "Content-Length", "Content-MD5", "Content-Range", "Digest", "ETag", "Last-Modified", "Repr-Digest",
	"Trailer",
}

// setBody gives a response another body.
func setBody(response *httptest.ResponseRecorder, body []byte) {
	for _, name := range aboutBody {
		response.Header().Del(name)
	}
	response.Body = bytes.NewBuffer(body)
}

// faultWriter is a response that a fault changes.
type faultWriter struct {
	http.ResponseWriter

	fault *Fault
	ctx   context.Context // Of the request.
	left  int             // How many bytes Truncate leaves.
	begun bool            // Whether the headers are sent.
	ended bool            // Whether the response is, so that the connection is to be closed.

	dribbles bool // Whether a part of the body is sent.
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
	if w.ended {
		return 0, http.ErrAbortHandler
	}
	cut := w.fault.Truncate != 0 && len(data) > w.left
	if cut {
		data = data[:w.left]
	}
	w.left -= len(data)
	n, err := w.dribble(data)
	if w.ended = w.ended || cut; w.ended {
		w.Flush()
		return n, http.ErrAbortHandler
	}
	return n, err
}

// dribble sends some of the body, in the parts that Dribble says.
func (w *faultWriter) dribble(data []byte) (sent int, err error) {
	if w.fault.Dribble == 0 {
		return w.ResponseWriter.Write(data)
	}
	for part := range slices.Chunk(data, w.fault.Dribble) {
		if w.dribbles && !sleep(w.ctx, w.fault.Every) {
			w.ended = true // The client has gone.
			return sent, http.ErrAbortHandler
		}
		w.dribbles = true
		n, err := w.ResponseWriter.Write(part)
		if sent += n; err != nil {
			return sent, err
		}
		w.Flush()
	}
	return sent, nil
}

// serve has an operation respond. It may panic, as a proxy does, when it can't write any more.
func (w *faultWriter) serve(r *http.Request, operation http.Handler) {
	defer func() {
		if fault := recover(); fault != nil && (fault != http.ErrAbortHandler || !w.ended) { //nolint:errorlint // It is that very one.
			panic(fault)
		}
	}()
	operation.ServeHTTP(w, r)
}

func (w *faultWriter) Flush() {
	w.WriteHeader(http.StatusOK)
	_ = http.NewResponseController(w.ResponseWriter).Flush()
}
