package keystest

import "time"

// Option configures a mock or an account of it. A nil option is ignored.
type Option func(*config)

// config is what options set.
type config struct {
	// What an account is made with, and saved with.
	APIKey    string
	Keys      int
	Devices   int
	RateLimit int
	Tier      string
	Seed      *uint64

	// What all accounts of a handler share.
	validateResponses bool
	canonicalCodes    bool
	nullLists         bool
	lenient           bool
	inMemory          bool
	unmetFaults       bool
	latency           time.Duration
	clock             func() time.Time
	redacted          string
}

func (c *config) set(opts []Option) {
	for _, opt := range opts {
		if opt != nil {
			opt(c)
		}
	}
}

// WithAPIKey sets the account's own credential; default a random one.
func WithAPIKey(apiKey string) Option { return func(c *config) { c.APIKey = apiKey } }

// WithKeys starts with n keys, whose secrets are unknown; default none.
func WithKeys(n int) Option { return func(c *config) { c.Keys = n } }

// WithDevices starts with n keys of devices in addition to those of [WithKeys]; default none.
func WithDevices(n int) Option { return func(c *config) { c.Devices = n } }

// WithTier sets the account's tier. Ephemeral and partner keys need "internal" or "admin"; default a tier that may not mint them.
func WithTier(tier string) Option { return func(c *config) { c.Tier = tier } }

// WithRateLimit limits the account's own credential to a number of requests a minute; default, and for 0 or less, no limit.
// Minted keys have the limits that they are minted with.
func WithRateLimit(perMinute int) Option { return func(c *config) { c.RateLimit = perMinute } }

// WithSeed makes the secrets of the minted keys the same in every run, and the account's own credential too unless
// [WithAPIKey] sets it; default they are random. Accounts with the same seed have secrets of their own, which follow from the order in
// which they are made. Chance is the same for all of them: which requests meet a [Fault] with a Probability, and each Jitter.
func WithSeed(seed uint64) Option { return func(c *config) { c.Seed = &seed } }

// WithInMemory makes [NewServer] serve without a socket; default it listens on a loopback port. In a testing/synctest bubble all time is then
// the bubble's, and virtual: the client's waits and timeouts, latency and delays, and the mock's clock. NewServer has to be called in
// the bubble, with the bubble's [testing.T]. Only [Server.Client] and [Server.HTTPClient] reach such a mock; anything else that connects to its
// URL is refused.
func WithInMemory() Option { return func(c *config) { c.inMemory = true } }

// WithLatency delays every response by d; default not at all.
func WithLatency(d time.Duration) Option { return func(c *config) { c.latency = d } }

// WithClock sets the clock that the mock reads, and that its Date header shows; default, and for nil, [time.Now]. The function can't call
// the mock, which waits for it. Latency and the delays of faults pass in the program's time: see [WithInMemory]. While it shows a time that
// isn't within the years 0 to 9999 (UTC), which RFC 3339 can't express, every response is a 500 that says so, and nothing is done. Keys
// expire by the end of that range at the latest.
func WithClock(now func() time.Time) Option {
	return func(c *config) {
		if c.clock = now; now == nil {
			c.clock = time.Now
		}
	}
}

// WithResponsesValidated also validates the mock's own responses against the API's document: an invalid one becomes a 500 that
// says what is wrong. Responses that a [Fault] changes aren't validated. Default off; it is for changes of the mock or of the
// document.
func WithResponsesValidated() Option { return func(c *config) { c.validateResponses = true } }

// WithCanonicalCodes makes errors have the gateway's upper-case codes, which tell reasons apart: a 401 is AUTH_HEADER_MISSING,
// AUTH_HEADER_EMPTY, KEY_BEARER_MALFORMED, KEY_NOT_FOUND, KEY_REVOKED_BY_OWNER, KEY_ROTATED or EPHEMERAL_EXPIRED, for example. Default
// are the older codes in lower case, which the gateway sends today for most requests that it refuses: every 401 is an
// authentication_error, and every 403 is forbidden. The messages say why with either.
//
// Which status has which upper-case code is the mock's choice where the gateway isn't known to send one. A key that can't be rotated any
// more is an invalid_state with either, the only code that the gateway is known to send for it. A [Fault] without a Code has the usual
// code of its status: of a 401 KEY_NOT_FOUND, of a 403 PERMISSION_DENIED, of a 502, 503 or 504 SERVICE_UNAVAILABLE.
func WithCanonicalCodes() Option { return func(c *config) { c.canonicalCodes = true } }

// WithNullLists sends null in place of each list of keys, devices, days and models without elements, as the gateway may; default an empty
// list.
func WithNullLists() Option { return func(c *config) { c.nullLists = true } }

// WithLenientRequests ignores unknown properties of a request, as the gateway does, and names them in [Request.Ignored]; default they are
// refused, so that a typo fails a test. A known property still has to be what the API's document says, and none may be there twice.
func WithLenientRequests() Option { return func(c *config) { c.lenient = true } }

// WithRedacted makes [Handler.Redact] and the journal replace text, too, a credential of the program around the mock for example. It has no
// effect if text is shorter than eight characters and doesn't begin with "qai_".
func WithRedacted(text string) Option { return func(c *config) { c.redacted = text } }
