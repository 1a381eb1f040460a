package contract_test

import (
	"flag"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// The fault matrix: every operation of the document × every fault × before or after the operation took effect, over HTTP/1.1
// and HTTP/2. The operations come from the document, so a new one needs no change here. What a call must show is stated by the
// fault for each kind of operation (faults_rows_test.go); how often the operation took effect is read from the mock's state. Time
// is virtual and the network is in memory.

var update = flag.Bool("update", false, "write docs/faults.md")

// when says whether a fault strikes before or after the operation took effect.
type when string

const (
	before when = "before"
	after  when = "after"
)

// outcome is what the caller gets; see classify.
type outcome string

const (
	succeeds outcome = "succeeds"
	partial  outcome = "succeeds in part" // Meta.Malformed says what is malformed.
	unknown  outcome = "outcome unknown"  // An *OutcomeUnknownError.
	salvaged outcome = "secret salvaged"  // A value with the secret and a *DecodeError that holds it too.
	doubtful outcome = "secret in doubt"  // A value with the secret and an *OutcomeUnknownError that holds it too.
	decode   outcome = "`*DecodeError`"
	refusal  outcome = "`*Error`"
	ended    outcome = "context's error" // By errors.Is. The client's own timeout is context.DeadlineExceeded, too.
	plain    outcome = "plain error"     // None of these.
)

// want is what a call must show.
type want struct {
	outcome outcome
	cause   outcome       // Of what the *OutcomeUnknownError wraps, where the outcome is unknown.
	matches []error       // What errors.Is must find.
	status  int           // Of the *Error, where there is one.
	parts   bool          // What is wrong with a list is wrong with some of its elements.
	none    bool          // The lists of the result have no elements.
	sent    int           // Requests that reached the server.
	least   time.Duration // How long the call may take.
	most    time.Duration
}

// matching returns w with what errors.Is must find.
func (w want) matching(errs ...error) want {
	w.matches = errs
	return w
}

// within returns w with how long the call may take.
func (w want) within(least, most time.Duration) want {
	w.least, w.most = least, most
	return w
}

// fault is a fault that strikes the first request of a call.
type fault struct {
	name  string
	row   string // In the table, where faults that mean the same share a row; empty means name.
	when  []when
	http2 bool // It can be played over HTTP/2 too, by the same handler.
	only2 bool // It can't be played over HTTP/1.1.
	ids   bool // It takes a response that has an id.
	other bool // It takes a response that has something besides a secret and ids.
	lists bool // It takes a response that has a list, which may be null.
	fixed bool // It leaves a secret that is whole only if its length is fixed.

	strike  strike                  // What the request that is struck meets; nil where none arrives.
	network func(*cell)             // Prepares the network or the caller's context.
	raw     func(*cell, *rawStream) // Responds to the stream that is struck, on the raw HTTP/2 server; nil where strike does.

	roundTrip func(*cell, *http.Request) (*http.Response, error) // Is the first attempt, see faults_roundtrippers_test.go.

	mint       want
	idempotent want
	neither    *want // Of an operation that is neither, where it doesn't follow from mint.
}

// want returns what a call of op must show. An operation that neither mints nor is idempotent is retried no more than a mint,
// and gets the error that a mint's *OutcomeUnknownError wraps. It has no secret to salvage. A mint without an id needs only its secret.
func (f *fault) want(op operation) want {
	if _, mints := op.Mints(); mints {
		mint := f.mint
		if mint.outcome == salvaged && !hasID(op) {
			mint.outcome = partial
		}
		if f.fixed && !hasFixedLength(op) {
			mint.outcome, mint.cause = unknown, decode
		}
		return mint
	}
	if op.Idempotent() {
		return f.idempotent
	}
	if f.neither != nil {
		return *f.neither
	}
	other := f.mint
	switch other.outcome {
	case unknown, doubtful:
		other.outcome = other.cause
	case partial, salvaged:
		other.outcome = decode
	}
	return other
}

// hasID reports whether a success has an id.
func hasID(op operation) bool {
	secret, _ := op.Mints()
	for name, property := range op.Success().Properties {
		if name != secret && essential(property.Value) {
			return true
		}
	}
	return false
}

// hasOther reports whether a value of the schema has something besides a secret and ids that can be of a wrong type.
func hasOther(schema *openapi3.Schema) bool {
	if schema.Items != nil {
		return hasOther(schema.Items.Value)
	}
	for _, property := range schema.Properties {
		if essential(property.Value) {
			if hasOther(property.Value) {
				return true
			}
		} else if property.Value.Type != nil {
			return true
		}
	}
	return false
}

// strikes reports whether the fault can strike op.
func (f *fault) strikes(op operation) bool {
	return (!f.ids || hasID(op)) && (!f.other || hasOther(op.Success())) && (!f.lists || len(listsOf(op)) > 0)
}

// listsOf returns the names of the lists that a success must have and that may be null.
func listsOf(op operation) (names []string) {
	if success := op.Success(); success != nil {
		for _, name := range success.Required {
			if property := success.Properties[name]; property != nil && property.Value.Type.Is("array") && property.Value.Nullable {
				names = append(names, name)
			}
		}
	}
	return names
}

// hasFixedLength reports whether a text of the secret's form can't be longer.
func hasFixedLength(op operation) bool {
	secret, _ := op.Mints()
	schema := op.Success().Properties[secret].Value
	return !regexp.MustCompile(schema.Pattern).MatchString(fmt.Sprint(schema.Example, "0"))
}

// wantEffects returns how often op must have taken effect.
func (f *fault) wantEffects(op operation, w when) int {
	if op.Reads() || w == before && f.want(op).outcome != succeeds {
		return 0
	}
	return 1
}

// protocols returns the protocols over which the fault is played.
func (f *fault) protocols() []string {
	switch {
	case f.raw != nil:
		return []string{"HTTP/2 frames"}
	case f.only2:
		return []string{"HTTP/2"}
	case f.http2:
		return []string{"HTTP/1.1", "HTTP/2"}
	}
	return []string{"HTTP/1.1"}
}

// rowName returns the name of the fault's row in the table.
func (f *fault) rowName() string {
	if f.row != "" {
		return f.row
	}
	return f.name
}

// line is a line of an operation's table.
type line struct {
	operation string
	row       string
	when      when
}

// TestFaultMatrix plays every cell and compares the rendered matrix with docs/faults.md.
func TestFaultMatrix(t *testing.T) {
	t.Parallel()
	ops := callable(t)
	require.NotEmpty(t, ops, "callable finds no operation that the client can call")
	faults := faults()
	var (
		mu     sync.Mutex
		cells  int
		passed int
		played = map[line]int{}
	)
	t.Run("cells", func(t *testing.T) {
		for _, f := range faults {
			for _, w := range f.when {
				for _, op := range ops {
					if !f.strikes(op) {
						continue
					}
					for _, protocol := range f.protocols() {
						cells++
						t.Run(strings.Join([]string{f.name, string(w), op.ID, protocol}, "/"), func(t *testing.T) {
							t.Parallel()
							synctest.Test(t, func(t *testing.T) { play(t, &f, w, op, protocol) })
							if t.Failed() {
								return
							}
							mu.Lock()
							defer mu.Unlock()
							passed++
							played[line{op.ID, f.rowName(), w}]++
						})
					}
				}
			}
		}
	})
	if passed < cells {
		t.Logf("docs/faults.md is neither compared nor written: %d of %d cells failed or weren't run", cells-passed, cells)
		return
	}
	comparePage(t, render(faults, ops, played))
}
