package conformance

import (
	"fmt"
	"strings"
)

// expectations are the known failures.
type expectations []*expectation

type expectation struct {
	name           string
	left           int // How many of its rules weren't tried yet.
	passed, failed int
	told           bool // By the rule that has its name.
}

func newExpectations(names []string, rules []rule) (expectations, error) {
	var all expectations
	for _, name := range names {
		e := &expectation{name: strings.TrimSuffix(name, "/")}
		for _, rule := range rules {
			if e.covers(rule.name()) {
				e.left++
			}
		}
		if e.left == 0 {
			return nil, fmt.Errorf("%w: no rule is named %q: correct the known failures", ErrInvalidTarget, name)
		}
		all = append(all, e)
	}
	return all, nil
}

func (e *expectation) covers(rule string) bool {
	return rule == e.name || strings.HasPrefix(rule, e.name+"/")
}

// apply changes a result to what it means for the known failures.
func (all expectations) apply(result Result) Result {
	for _, e := range all {
		if !e.covers(result.Name) {
			continue
		}
		e.left--
		switch result.Outcome { //nolint:exhaustive // The others say nothing.
		case Failed, KnownFailure:
			e.failed++
			result.Outcome = KnownFailure
		case Passed:
			e.passed++
		}
		if e.passes() && result.Name == e.name && result.Outcome == Passed {
			result.Outcome, result.Reason, e.told = UnexpectedPass, e.remedy(), true
		}
	}
	return result
}

// passes reports whether every rule was tried, and none failed, but not only because none was reached.
func (e *expectation) passes() bool { return e.left == 0 && e.failed == 0 && e.passed > 0 }

func (e *expectation) remedy() string {
	return fmt.Sprintf("nothing fails any more: remove %q from the known failures", e.name)
}

// stale returns the results of those that pass, though no rule of their name said so: they stand for the rules below it.
func (all expectations) stale() (results []Result) {
	for _, e := range all {
		if e.passes() && !e.told {
			op, rule, _ := strings.Cut(e.name, "/")
			results = append(results, Result{Name: e.name, Operation: op, Rule: rule, Outcome: UnexpectedPass, Reason: e.remedy()})
		}
	}
	return results
}
