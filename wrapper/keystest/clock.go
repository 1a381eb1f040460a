package keystest

import (
	"errors"
	"time"
)

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
