package keystest

import (
	"errors"
	"time"
)

// SetClock gives the account a clock of its own, as [WithClock] gives one to the handler; nil gives it the handler's again, and so does
// Reset. A function that adds a duration to [time.Now] is a clock that was moved, and goes on. It can't call the mock, which waits for it.
func (a *account) SetClock(now func() time.Time) {
	a.handler.mu.Lock()
	defer a.handler.mu.Unlock()
	a.clock = now
}

// now returns the time by the account's clock. The lock is held.
func (a *account) now() time.Time {
	if a.clock != nil {
		return a.clock()
	}
	return a.handler.cfg.clock()
}

// What RFC 3339 can express, in milliseconds.
var (
	firstTime = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	lastTime  = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC).Add(-time.Millisecond)
)

// checkTime returns an error if responses can't have the clock's time.
func checkTime(now time.Time) error {
	if year := now.UTC().Year(); year < firstTime.Year() || year > lastTime.Year() {
		return errors.New("the mock's clock isn't within the years 0 to 9999")
	}
	return nil
}

// timestamp returns t in UTC, in milliseconds and as near as RFC 3339 can express. The zero time, which stands for none, becomes the
// millisecond after it.
func timestamp(t time.Time) time.Time {
	t = t.UTC().Truncate(time.Millisecond)
	switch {
	case t.Before(firstTime):
		return firstTime
	case t.After(lastTime):
		return lastTime
	case t.IsZero():
		return t.Add(time.Millisecond)
	}
	return t
}
