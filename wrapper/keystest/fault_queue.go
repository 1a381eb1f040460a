package keystest

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// waitingFault is a fault that waits for requests.
type waitingFault struct {
	Fault

	met     bool
	invalid bool
}

// Inject adds faults. A request meets the first one that applies to it and isn't used up. The next request, of any operation, meets
// an invalid fault, and with [NewServer] the test fails.
func (a *account) Inject(faults ...Fault) {
	waiting := make([]*waitingFault, len(faults))
	for i, fault := range faults {
		fault.Times = cmp.Or(fault.Times, 1)
		fault.Header = fault.Header.Clone()
		err := fault.Validate()
		if tb := a.handler.tb; tb != nil && err != nil {
			tb.Helper()
			tb.Errorf("keystest: the injected Fault is invalid: %v", err)
		}
		waiting[i] = &waitingFault{Fault: fault, invalid: err != nil}
	}
	a.handler.mu.Lock()
	defer a.handler.mu.Unlock()
	a.faults = append(a.faults, waiting...)
}

// Faults returns the faults that requests may still meet, in the order in which they were injected. Their Times are what is left.
func (a *account) Faults() []Fault {
	a.handler.mu.Lock()
	defer a.handler.mu.Unlock()
	faults := make([]Fault, len(a.faults))
	for i, waiting := range a.faults {
		faults[i] = waiting.Fault
		faults[i].Header = waiting.Header.Clone()
	}
	return faults
}

// takeFault returns the fault that a request of an operation meets, or nil. The lock is held.
func (a *account) takeFault(operation string) *Fault {
	for i, waiting := range a.faults {
		if !waiting.invalid && waiting.Operation != "" && waiting.Operation != operation {
			continue
		}
		waiting.met = true
		if waiting.Times > 0 {
			waiting.Times--
		}
		if waiting.Times == 0 {
			a.faults = slices.Delete(a.faults, i, i+1)
		}
		return &waiting.Fault
	}
	return nil
}

// WithUnmetFaults lets a test pass though a fault that it injected is left over. Default, and only with [NewServer]: a test that would
// pass fails if a fault was met less often than its Times say, or, if they are negative, by no request. It has no effect on an account.
func WithUnmetFaults() Option { return func(c *config) { c.unmetFaults = true } }

// failUnmet fails the mock's test if it would pass and a fault is left over.
func (h *Handler) failUnmet() {
	h.tb.Helper()
	if h.cfg.unmetFaults || h.tb.Failed() || h.tb.Skipped() {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	var unmet []string
	for _, a := range h.accounts {
		for _, waiting := range a.faults {
			if waiting.Times > 0 || !waiting.met {
				unmet = append(unmet, "Fault{"+cut(h.Redact(waiting.describe()), maxText)+"}")
			}
		}
	}
	if n := len(unmet); n > 0 {
		h.tb.Errorf("keystest: the test ended before requests met %d of its faults: send them, see that none of them is refused, or use "+
			"WithUnmetFaults. What is left:\n\t%s", n, strings.Join(unmet[:min(n, shownFaults)], "\n\t"))
	}
}

// shownFaults is how many unmet faults a failure shows.
const shownFaults = 10

// describe returns the fields that are set, as in Go.
func (f *Fault) describe() string {
	var set []string
	for field, value := range reflect.ValueOf(*f).Fields() {
		switch {
		case value.IsZero():
		case value.Kind() == reflect.String:
			set = append(set, fmt.Sprintf("%s: %q", field.Name, value))
		default:
			set = append(set, fmt.Sprintf("%s: %v", field.Name, value))
		}
	}
	return strings.Join(set, ", ")
}

// failTest has the mock fail a test: at once for an invalid fault, and in the end for an unmet one.
func (h *Handler) failTest(tb testing.TB) {
	tb.Helper()
	h.tb = tb
	tb.Cleanup(h.failUnmet)
}
