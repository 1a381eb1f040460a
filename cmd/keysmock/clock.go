package main

import (
	"sync"
	"time"
)

// clock is the mock's clock: the real one, until a test sets it.
type clock struct {
	mu    sync.Mutex
	fixed time.Time // Zero while it is the real one.
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.read()
}

func (c *clock) read() time.Time {
	if c.fixed.IsZero() {
		return time.Now()
	}
	return c.fixed
}

// change sets the clock to now, where that isn't nil, and moves it on; then it stands still. Or it makes it the real one.
func (c *clock) change(now *time.Time, advance time.Duration, toReal bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if toReal {
		c.fixed = time.Time{}
		return
	}
	c.fixed = c.read()
	if now != nil {
		c.fixed = *now
	}
	c.fixed = c.fixed.Add(advance)
}
