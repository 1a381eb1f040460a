package keys

import "time"

// Live reports whether key can be used: it isn't revoked. A key that was rotated is live until its grace is over. The API's keys don't
// expire today; if they do one day, now is the time at which key is to be live.
func Live(key Key, _ time.Time) bool { return !key.Revoked }

// Age returns how long key has existed at now. It is 0 if the time of its creation is unknown, or later than now by a clock that differs.
func Age(key Key, now time.Time) time.Duration {
	if key.CreatedAt.IsZero() {
		return 0
	}
	return max(0, now.Sub(key.CreatedAt))
}
