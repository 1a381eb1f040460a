package keystest

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// waitingFault is a fault that waits for requests.
type waitingFault struct {
	Fault

	invalid bool
	met     bool      // By a request, or its Probability decided that it wasn't.
	until   time.Time // By the mock's clock; zero means always.
}

// unmet reports whether requests were to meet the fault and didn't. Where that depends on more than Times, one is enough.
func (f *waitingFault) unmet() bool {
	return !f.met || f.Times > 0 && f.For == 0 && (f.Probability == 0 || f.Probability == 1)
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
			tb.Errorf("keystest: the injected Fault is invalid: %s", a.handler.Redact(err.Error()))
		}
		waiting[i] = &waitingFault{Fault: fault, invalid: err != nil}
	}
	a.handler.mu.Lock()
	defer a.handler.mu.Unlock()
	for _, fault := range waiting {
		if fault.For > 0 {
			fault.until = a.keyring.now().Add(fault.For)
		}
		a.faults = append(a.faults, fault)
	}
}

// expire drops the faults whose time is over. Some that no request met are kept for [Handler.failUnmet]. The lock is held.
func (a *account) expire() {
	if len(a.faults) == 0 {
		return
	}
	now := a.keyring.now()
	a.faults = slices.DeleteFunc(a.faults, func(fault *waitingFault) bool {
		over := !fault.until.IsZero() && !now.Before(fault.until)
		if over && !fault.met && len(a.expired) < shownFaults {
			a.expired = append(a.expired, fault)
		}
		return over
	})
}

// Faults returns the faults that requests may still meet, in the order in which they were injected. Their Times are what is left.
func (a *account) Faults() []Fault {
	a.handler.mu.Lock()
	defer a.handler.mu.Unlock()
	a.expire()
	faults := make([]Fault, len(a.faults))
	for i, waiting := range a.faults {
		faults[i] = waiting.Fault
		faults[i].Header = waiting.Header.Clone()
	}
	return faults
}

// TakeFault returns the fault that a request of an operation meets, or nil, and counts it as met, as the mock does with each request that
// it doesn't refuse. It is for a server of your own, with [Fault.Serve]. Of an operation that the API doesn't have it returns nil, and with
// [NewServer] the test fails.
func (a *account) TakeFault(operation string) *Fault {
	if !slices.Contains(operationIDs(), operation) {
		if tb := a.handler.tb; tb != nil {
			tb.Helper()
			tb.Errorf("keystest: TakeFault: %s", a.handler.Redact(noSuchOperation(operation).Error()))
		}
		return nil
	}
	a.handler.mu.Lock()
	defer a.handler.mu.Unlock()
	return a.takeFault(operation)
}

// takeFault returns the fault that a request of an operation meets, or nil. The lock is held.
func (a *account) takeFault(operation string) *Fault {
	a.expire()
	for i, waiting := range a.faults {
		if !waiting.invalid && waiting.Operation != "" && waiting.Operation != operation {
			continue
		}
		waiting.met = true
		fault := waiting.drawn(a.keyring.chance.Float64)
		if fault == nil {
			continue
		}
		if waiting.Times > 0 {
			waiting.Times--
		}
		if waiting.Times == 0 {
			a.faults = slices.Delete(a.faults, i, i+1)
		}
		return fault
	}
	return nil
}

// WithUnmetFaults lets a test pass though a fault that it injected is left over. Default, and only with [NewServer]: a test that would
// pass fails if a fault was met less often than its Times say, or, if they are negative or it has For or a Probability, if no request came
// for it. It has no effect on an account, other than one of [Remote.NewAccount].
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
		for _, waiting := range slices.Concat(a.expired, a.faults) {
			if waiting.unmet() {
				unmet = append(unmet, "Fault{"+cut(h.Redact(waiting.describe()), maxText)+"}")
			}
		}
	}
	reportUnmet(h.tb, unmet)
}

// reportUnmet fails a test if there are unmet faults.
func reportUnmet(tb testing.TB, unmet []string) {
	tb.Helper()
	if n := len(unmet); n > 0 {
		tb.Errorf("keystest: the test ended before requests met %d of its faults: send them, see that none of them is refused, or use "+
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
