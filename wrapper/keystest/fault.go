package keystest

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// Fault is something that goes wrong with a request. A request that is refused for its credential, endpoint, tier, rate limit or form
// (with a 401, 403, 429 or 400) meets none. One about a key that doesn't exist, or can't be rotated, does.
//
// A fault with a Status, a Body, Empty, Raw or Drop replaces the operation: nothing is done, unless After is set. Any other fault changes
// the operation's own response. Faults can be combined: first the response is made, then its body and headers are changed, and then
// sent in the way that Truncate, Dribble, Stall and Reset say.
//
// A request can ask for its own fault with the header X-Mock-Fault: "status=503;after", "drop", "truncate=20",
// "delay=0.5" (seconds), "status=429;retry-after=7;flat;code=C;message=M", "body=nonsense". It has no operation, times, for and header.
type Fault struct {
	Operation string `json:"operation,omitzero"` // The operationId, like [keys.OperationCreateKey]; empty means any.
	Times     int    `json:"times,omitzero"`     // How many requests meet the fault; 0 means 1, a negative number every request.
	After     bool   `json:"after,omitzero"`     // The operation takes effect before its response is replaced.
	// How likely a request meets the fault, up to 1; 0 means 1. One that doesn't may meet a later fault.
	Probability float64       `json:"probability,omitzero"`
	For         time.Duration `json:"-"` // How long from Inject on requests meet the fault, by the mock's clock; 0 means always.

	Status int    `json:"status,omitzero"` // The status of the response, from 200 to 599; 0 means the operation's own, or 200.
	Body   string `json:"body,omitzero"`   // The body of the response; default an error body if Status is set.
	Empty  bool   `json:"empty,omitzero"`  // The response has no body.
	Raw    string `json:"raw,omitzero"`    // Sent instead of a response of HTTP; then the connection is closed. Only over HTTP/1.
	// These four need a Status.
	Code       string        `json:"code,omitzero"`    // Of the error body; default the usual one of Status: see [WithCanonicalCodes].
	Message    string        `json:"message,omitzero"` // Of the error body; default one that says that it was injected.
	Flat       bool          `json:"flat,omitzero"`    // The error body has the flat form.
	RetryAfter time.Duration `json:"-"`                // Retry-After, in whole seconds, rounded up. A 429 always has it, if only as 0.

	// Garble names a property of the operation's own response, like "details" or "keys.name" (of each key), whose value gets a wrong type:
	// a text becomes a list, anything else a text. All other bytes stay, so that a new secret can still be read.
	Garble string `json:"garble,omitzero"`
	Gzip   int    `json:"gzip,omitzero"` // How many times the body is compressed, up to 10, which Content-Encoding says.
	// Headers that replace those of the response; a name without values is removed. If Content-Length isn't the body's, less is sent
	// than it says, and the connection is closed. A Content-Encoding changes nothing of the body.
	Header http.Header `json:"header,omitzero"`

	Delay   time.Duration `json:"-"`                // How long to wait before the operation, or with After between it and the response.
	Jitter  time.Duration `json:"-"`                // Delay is longer by a random part of it.
	Dribble int           `json:"dribble,omitzero"` // The body is sent in parts of this many bytes.
	Every   time.Duration `json:"-"`                // The time between two parts. It needs Dribble.

	// Drop closes the connection without a response, and Truncate after that many bytes of the body; a negative number means before the
	// first. Over HTTP/2, only the stream is closed, with RST_STREAM and the code INTERNAL_ERROR.
	Drop     bool `json:"drop,omitzero"`
	Truncate int  `json:"truncate,omitzero"`
	// Stall sends nothing more instead, until the client has gone or the server closes. It needs Drop or Truncate.
	Stall bool `json:"stall,omitzero"`
	// Reset closes the connection with a TCP reset (RST), where Drop or Truncate would close it, or after the whole response. A client
	// may then lose what it hasn't read. Only over HTTP/1; a connection that isn't of TCP is closed.
	Reset bool `json:"reset,omitzero"`
}

// What a header's name and value may be (RFC 9110, 5.1 and 5.5).
var (
	headerName  = regexp.MustCompile("^[-0-9A-Za-z!#$%&'*+.^_`|~]+$")
	headerValue = regexp.MustCompile(`^[\t\x20-\x7e\x80-\x{10ffff}]*$`)
)

// maxGzip is how many times a body may be compressed.
const maxGzip = 10

// Validate returns an error that names a field that isn't as its comment says or has no effect, or that says that the fault has none. A
// request that meets an invalid fault gets a 500 that says so.
func (f *Fault) Validate() error {
	switch {
	case f.Operation != "" && !slices.Contains(operationIDs(), f.Operation):
		return fmt.Errorf("operation: the API has no operation %q: it has %s", f.Operation, strings.Join(operationIDs(), ", "))
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("status %d isn't from 200 to 599", f.Status)
	case !(f.Probability >= 0 && f.Probability <= 1): // NaN neither.
		return fmt.Errorf("probability: %v isn't from 0 to 1", f.Probability)
	case f.Gzip < 0 || f.Gzip > maxGzip:
		return fmt.Errorf("gzip: %d isn't from 0 to %d", f.Gzip, maxGzip)
	case f.Dribble < 0:
		return errors.New("dribble: a part can't have a negative number of bytes")
	case f.Delay < 0 || f.RetryAfter < 0:
		return errors.New("a delay can't be negative")
	case f.Jitter < 0 || f.Every < 0 || f.For < 0:
		return errors.New("jitter, every and for can't be negative")
	}
	if err := cmp.Or(f.checkParts(), f.checkHeader()); err != nil {
		return err
	}
	if f.Garble != "" && !f.garblesAProperty() {
		return fmt.Errorf("garble: no response of %s has a property %q", cmp.Or(f.Operation, "the API"), f.Garble)
	}
	if !f.hasEffect() {
		return errors.New("it has no effect: set what goes wrong, like a status or drop")
	}
	return nil
}

// checkParts returns which field has no effect without, or beside, another one.
func (f *Fault) checkParts() error {
	none := f.Drop || f.Raw != "" // No response of HTTP.
	for _, part := range []struct {
		name    string
		useless bool
		since   string
	}{
		{"code", f.Code != "" && f.Status == 0, "without a status"},
		{"message", f.Message != "" && f.Status == 0, "without a status"},
		{"flat", f.Flat && f.Status == 0, "without a status"},
		{"retry-after", f.RetryAfter != 0 && f.Status == 0, "without a status"},
		{"empty", f.Empty && f.Body != "", "beside body"},
		{"garble", f.Garble != "" && (f.Status != 0 || f.Body != "" || f.Empty),
			"beside status, body and empty, since it changes the operation's own response"},
		{"garble", f.Garble != "" && none, "beside drop and raw"},
		{"gzip", f.Gzip != 0 && none, "beside drop and raw"},
		{"dribble", f.Dribble != 0 && none, "beside drop and raw"},
		{"every", f.Every != 0 && f.Dribble == 0, "without dribble"},
		{"raw", f.Raw != "" && (f.Drop || f.Status != 0 || f.Body != "" || f.Empty || f.Truncate != 0 || len(f.Header) > 0),
			"beside drop, status, body, empty, truncate and header"},
		{"stall", f.Stall && !f.Drop && f.Truncate == 0, "without drop, which sends nothing, or truncate, which sends a part"},
		{"reset", f.Reset && f.Stall, "beside stall"},
	} {
		if part.useless {
			return fmt.Errorf("%s: it has no effect %s", part.name, part.since)
		}
	}
	return nil
}

// checkHeader returns which header can't be sent.
func (f *Fault) checkHeader() error {
	for name, values := range f.Header {
		if !headerName.MatchString(name) || !headerValue.MatchString(strings.Join(values, "")) {
			return fmt.Errorf("the header %q can't be sent", name)
		}
		if canonical := http.CanonicalHeaderKey(name); canonical == "Transfer-Encoding" || canonical == "Connection" {
			return fmt.Errorf("the header %q can't be set: it says how the response is sent, which net/http decides; use Drop or Truncate", name)
		}
	}
	return nil
}

// hasEffect reports whether the fault has more than what says which requests meet it.
func (f *Fault) hasEffect() bool {
	what := *f
	what.Operation, what.Times, what.Probability, what.For, what.After = "", 0, 0, 0, false
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
