package keystest

import "time"

// Option configures a mock.
type Option func(*config)

type config struct {
	apiKey  string
	keys    int
	devices int
	tier    string

	validateAnswers bool
	rateLimit       int
	latency         time.Duration
	clock           func() time.Time
	seed            *uint64
}

func defaults() config { return config{clock: time.Now} }

// WithAPIKey sets the account's own credential; default a random one.
func WithAPIKey(apiKey string) Option { return func(c *config) { c.apiKey = apiKey } }

// WithKeys starts with n keys, whose secrets nobody holds; default none.
func WithKeys(n int) Option { return func(c *config) { c.keys = n } }

// WithDevices starts with n keys of devices beside those of [WithKeys]; default none.
func WithDevices(n int) Option { return func(c *config) { c.devices = n } }

// WithTier sets the account's tier. Ephemeral and partner keys need "internal"; default a tier that may not mint them.
func WithTier(tier string) Option { return func(c *config) { c.tier = tier } }

// WithRateLimit limits the account's own credential to so many requests a minute; default, and for 0 or less, no limit.
// Minted keys have the limits that they are minted with.
func WithRateLimit(perMinute int) Option { return func(c *config) { c.rateLimit = perMinute } }

// WithLatency answers every request d later; default at once.
func WithLatency(d time.Duration) Option { return func(c *config) { c.latency = d } }

// WithClock sets where the mock reads the time from; default [time.Now]. Latency and faults' delays pass in real time.
func WithClock(now func() time.Time) Option {
	return func(c *config) {
		if now != nil {
			c.clock = now
		}
	}
}

// WithAnswersValidated holds the mock's own answers to openapi.yaml, too: one that isn't what it says becomes a 500 that names
// what is wrong. Answers that a [Fault] spoils are spared. Default off; it is for those who change the mock or the document.
func WithAnswersValidated() Option { return func(c *config) { c.validateAnswers = true } }

// WithSeed makes the secrets of the keys that are minted, and of the account where [WithAPIKey] doesn't set it, the same
// in every run; default they are random.
func WithSeed(seed uint64) Option { return func(c *config) { c.seed = &seed } }
