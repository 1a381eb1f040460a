package conformance

import (
	"errors"
	"fmt"
)

// rule is something that a server has to do.
type rule struct {
	op    string
	title string
	check func() error // Nil, a *finding, or why no request could be sent.
}

func (r rule) name() string { return r.op + "/" + r.title }

// try tries a rule.
func (s *suite) try(r rule) Result {
	result := Result{Name: r.name(), Operation: r.op, Rule: r.title, Outcome: Passed}
	err := r.check()
	if s.panicked != nil {
		err, s.panicked = s.panicked, nil
	}
	if err != nil {
		result.Outcome, result.Reason = Failed, cut(s.redact(err.Error()), maxShown)
		if f, ok := errors.AsType[*finding](err); ok {
			result.Outcome, result.Exchange = f.outcome, s.show(f.exchange)
			s.tell(f)
		} else if s.ctx.Err() != nil {
			result.Outcome = NotReached
		}
	}
	return result
}

// finding is why a rule isn't kept, or wasn't reached.
type finding struct {
	outcome  Outcome
	reason   string
	exchange *exchange // That shows it; may be nil.
}

func (f *finding) Error() string { return f.reason }

func deviates(x *exchange, format string, args ...any) error {
	return &finding{Failed, fmt.Sprintf(format, args...), x}
}

func notReached(format string, args ...any) error {
	return &finding{NotReached, fmt.Sprintf(format, args...), nil}
}
