package keystest

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/redact"
)

// Fault is something that goes wrong with a request. A request that is refused for its credential, endpoint, tier, rate limit or form
// (with a 401, 403, 429 or 400) meets none. One about a key that doesn't exist, or can't be rotated, does.
//
// A fault with a Status, a Body, Empty, Raw or Drop replaces the operation: nothing is done, unless After is set. Any other fault changes
// the operation's own response. Faults can be combined: first the response is made, then its body and headers are changed, and then
// sent in the way that Truncate, Dribble, Stall and Reset say. One with a field that can't have an effect beside the others is invalid: see
// [Fault.Validate].
//
// A request can ask for its own fault with the header X-Mock-Fault: "status=503;after", "drop", "truncate=20",
// "delay=0.5" (seconds), "status=429;retry-after=7;flat;code=C;message=M", "body=nonsense". Its names are those of the fields in lower case,
// each there once at most. It has no operation, times, for and header.
type Fault struct {
	Operation string `json:"operation,omitzero"` // The operationId, like [keys.OperationCreateKey]; empty means any.
	Times     int    `json:"times,omitzero"`     // How many requests meet the fault; 0 means 1, a negative number every request.
	After     bool   `json:"after,omitzero"`     // The operation takes effect although its response is replaced. One that isn't always does.
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
	// Headers that replace those of the response; a name without values is removed. If Content-Length is more than the body's, less is
	// sent than it says, and the connection is closed; if it is less, nothing is sent, as with Drop. A Content-Encoding changes nothing of the
	// body. A response without any header that is to be removed is replaced by a 500 if the fault does nothing else.
	Header http.Header `json:"header,omitzero"`

	Delay   time.Duration `json:"-"`                // How long to wait before the operation, or with After between it and the response.
	Jitter  time.Duration `json:"-"`                // Delay is longer by a random part of it.
	Dribble int           `json:"dribble,omitzero"` // The body is sent in parts of this many bytes.
	Every   time.Duration `json:"-"`                // The time between two parts. It needs Dribble.

	// Drop closes the connection without a response, and Truncate after that many bytes of the body; a negative number means before the
	// first. A body that isn't longer is sent whole, and then the connection is closed. Over HTTP/2, only the stream is closed, with
	// RST_STREAM and the code INTERNAL_ERROR.
	Drop     bool `json:"drop,omitzero"`
	Truncate int  `json:"truncate,omitzero"`
	// Stall sends nothing more instead, until the client has gone or the server closes. It needs Drop or Truncate.
	Stall bool `json:"stall,omitzero"`
	// Reset closes the connection with a TCP reset (RST), where Drop or Truncate would close it, or after the whole response. A client
	// may then lose what it hasn't read. Only over HTTP/1; a connection that isn't of TCP is closed.
	Reset bool `json:"reset,omitzero"`
}

// maxGzip is how many times a body may be compressed.
const maxGzip = 10

// Validate returns an error that says which field isn't as its comment says or can't have an effect beside the others, or that the fault
// has none. It names a field as the control API of keysmock does, RetryAfter for example retry_after_seconds. A request that meets an
// invalid fault gets a 500 that says so.
func (f *Fault) Validate() error {
	if err := cmp.Or(f.checkValues(), f.checkParts(), f.checkHeader(), f.checkGarble()); err != nil {
		return errors.New(redact.Text(err.Error(), nil))
	}
	if !f.hasEffect() {
		return errors.New("it has no effect: set what goes wrong, like a status or drop")
	}
	return nil
}

// checkValues returns which field can't have its value, whatever the others are.
func (f *Fault) checkValues() error {
	switch {
	case f.Operation != "" && !slices.Contains(operationIDs(), f.Operation):
		return fmt.Errorf("operation: %w", noSuchOperation(f.Operation))
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("status %d isn't from 200 to 599", f.Status)
	case !(f.Probability >= 0 && f.Probability <= 1): // NaN neither.
		return fmt.Errorf("probability: %v isn't from 0 to 1", f.Probability)
	case f.Gzip < 0 || f.Gzip > maxGzip:
		return fmt.Errorf("gzip: %d isn't from 0 to %d", f.Gzip, maxGzip)
	case f.Dribble < 0:
		return errors.New("dribble: a part can't have a negative number of bytes")
	}
	for name, field := range f.fields() {
		if field.Kind() == reflect.Int64 && field.Int() < 0 { // A duration.
			return fmt.Errorf("%s: %v is negative", name, field)
		}
	}
	return nil
}

// checkParts returns which field can't have an effect without, or beside, others.
func (f *Fault) checkParts() error {
	set := map[string]bool{}
	for name, field := range f.fields() {
		set[name] = !field.IsZero() && (field.Kind() != reflect.Map || field.Len() > 0)
	}
	for _, rule := range []struct {
		holds   bool
		useless string // Fields, with spaces between them.
		since   string
	}{
		{!set["status"], "code message flat retry_after_seconds", "without a status"},
		{!set["drop"] && !set["truncate"], "stall", "without drop, which sends nothing, or truncate, which sends a part"},
		{!set["dribble"], "every_seconds", "without dribble"},
		{set["drop"], "raw", "beside drop"},
		{set["drop"] || set["raw"], "status body empty garble gzip header truncate dribble", "beside drop or raw, which send no response of HTTP"},
		{set["status"] || set["body"] || set["empty"], "garble", "beside status, body or empty, since it changes the operation's own response"},
		{f.hasNoBody(), "body empty code message flat gzip dribble", "beside a status of 204 or 304, which has no body"},
		{set["body"] || set["empty"], "code message flat", "beside body or empty, which replace the error body"},
		{set["body"], "empty", "beside body"},
		{set["empty"] && !set["gzip"], "dribble", "beside empty"},
		{f.Truncate < 0, "dribble", "beside a negative truncate, which sends no body"},
		{set["drop"] && set["stall"], "delay_seconds jitter_seconds", "beside drop and stall, which never respond"},
		{set["stall"], "reset", "beside stall"},
	} {
		if !rule.holds {
			continue
		}
		for name := range strings.FieldsSeq(rule.useless) {
			if set[name] {
				return fmt.Errorf("%s: it has no effect %s", name, rule.since)
			}
		}
	}
	return nil
}

// hasNoBody reports whether the fault's status is one that has no body (RFC 9110, 15.3.5 and 15.4.5).
func (f *Fault) hasNoBody() bool {
	return f.Status == http.StatusNoContent || f.Status == http.StatusNotModified
}

// fieldNames are the names of the fields in the control API, like "retry_after_seconds".
var fieldNames = sync.OnceValue(func() (names []string) {
	capital := regexp.MustCompile("([a-z])([A-Z])")
	for field := range reflect.TypeFor[Fault]().Fields() {
		name := strings.ToLower(capital.ReplaceAllString(field.Name, "${1}_$2"))
		if field.Type == reflect.TypeFor[time.Duration]() {
			name += "_seconds"
		}
		names = append(names, name)
	}
	return names
})

// fields returns the fields by their names in the control API.
func (f *Fault) fields() iter.Seq2[string, reflect.Value] {
	return func(yield func(string, reflect.Value) bool) {
		for i, name := range fieldNames() {
			if !yield(name, reflect.ValueOf(f).Elem().Field(i)) {
				return
			}
		}
	}
}

// What a header's name and value may be (RFC 9110, 5.1 and 5.5).
var (
	headerName  = regexp.MustCompile("^[-0-9A-Za-z!#$%&'*+.^_`|~]+$")
	headerValue = regexp.MustCompile(`^[\t\x20-\x7e\x80-\x{10ffff}]*$`)
)

// checkHeader returns which header can't be sent.
func (f *Fault) checkHeader() error {
	names := map[string]string{} // By their canonical form.
	for _, name := range slices.Sorted(maps.Keys(f.Header)) {
		values, canonical := f.Header[name], http.CanonicalHeaderKey(name)
		switch other, twice := names[canonical]; {
		case !headerName.MatchString(name):
			return fmt.Errorf("the header %q can't be sent: a name has ASCII letters, digits and some of !#$%%&'*+-.^_`|~", name)
		case !headerValue.MatchString(strings.Join(values, "")):
			return fmt.Errorf("the header %q can't be sent: its value has a control character, like a newline", name)
		case canonical == "Transfer-Encoding" || canonical == "Connection":
			return fmt.Errorf("the header %q can't be set: it says how the response is sent, which net/http decides; use drop or truncate", name)
		case twice:
			return fmt.Errorf("the headers %q and %q are the same one: give one of them all values", other, name)
		case canonical == "Content-Length" && len(values) > 0 && !isLength(values):
			return fmt.Errorf("the header %q can't be %q: it is one number of bytes, from 0 on", name, strings.Join(values, ", "))
		case f.hasNoBody() && canonical == "Content-Length" || f.Status == http.StatusNotModified && canonical == "Content-Type":
			return fmt.Errorf("header: %q has no effect beside a status of %d, which net/http sends without it", name, f.Status)
		case canonical == "Retry-After" && f.RetryAfter != 0:
			return fmt.Errorf("retry_after_seconds: it has no effect beside the header %q", name)
		}
		names[canonical] = name
	}
	return nil
}

// isLength reports whether net/http takes the values of Content-Length for one.
func isLength(values []string) bool {
	_, err := strconv.ParseUint(values[0], 10, 63)
	return err == nil && len(values) == 1
}

// onlyRemoves reports whether the fault has no other effect than that headers aren't there.
func (f *Fault) onlyRemoves() bool {
	what := *f
	what.Header = nil
	for _, values := range f.Header {
		if len(values) > 0 {
			return false
		}
	}
	return !what.hasEffect()
}

// removesOneOf reports whether one of a response's headers is removed. Net/http adds some.
func (f *Fault) removesOneOf(headers ...http.Header) bool {
	headers = append(headers, http.Header{"Date": nil, "Content-Length": nil, "Content-Type": nil})
	for name := range f.Header {
		if slices.ContainsFunc(headers, func(header http.Header) bool {
			_, there := header[http.CanonicalHeaderKey(name)]
			return there
		}) {
			return true
		}
	}
	return false
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

// noSuchOperation returns the error that the API doesn't have an operation.
func noSuchOperation(operation string) error {
	return fmt.Errorf("the API has no operation %q: it has %s", operation, strings.Join(operationIDs(), ", "))
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
