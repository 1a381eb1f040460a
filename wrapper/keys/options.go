package keys

import (
	"log/slog"
	"net/http"
	"time"
)

// Option configures a [Client]. One that can't be used fails [New] with [ErrInvalidArgument].
type Option func(*config) error

// config is a client in the making.
type config struct {
	Client

	baseURL      string
	insecureHTTP bool
}

const (
	defaultTimeout   = 60 * time.Second
	defaultMaxAnswer = 10 << 20
	defaultUserAgent = "qaikeys-go"
)

func defaults() config {
	return config{baseURL: DefaultBaseURL, Client: Client{
		http:      refusingRedirects(http.DefaultClient),
		headers:   []header{newHeader("User-Agent", defaultUserAgent)},
		timeout:   defaultTimeout,
		retry:     RetryPolicy{MaxRetries: 3}.withDefaults(),
		log:       slog.New(slog.DiscardHandler),
		maxAnswer: defaultMaxAnswer,
	}}
}

// WithBaseURL sets the gateway's base URL; default [DefaultBaseURL]. It must be absolute, without credentials, query or
// fragment, and https, or http to a loopback host ([WithInsecureHTTP] lifts that). A path in it goes before the API's.
func WithBaseURL(url string) Option {
	return func(c *config) error {
		c.baseURL = url // Checked by New, when it is known whether http is allowed.
		return nil
	}
}

// WithHTTPClient makes the client send through a copy of hc; default [http.DefaultClient]. Its Transport, Jar and Timeout
// hold; its CheckRedirect doesn't, since no redirect is ever followed.
func WithHTTPClient(hc *http.Client) Option {
	return func(c *config) error {
		if hc == nil {
			return invalid("the HTTP client is nil: leave WithHTTPClient out for the default")
		}
		c.http = refusingRedirects(hc)
		return nil
	}
}

// WithTimeout sets how long an attempt may go without progress: to the answer's headers, then between two reads of its
// body; default 60 s. Zero means for ever. The error is a [context.DeadlineExceeded]. Bound a call as a whole by its
// context.
func WithTimeout(d time.Duration) Option {
	return func(c *config) error {
		if d < 0 {
			return invalid("the timeout is negative: use 0 for none")
		}
		c.timeout = d
		return nil
	}
}

// WithRetry sets when an attempt is made again; see [RetryPolicy] for the defaults. RetryPolicy{} makes every call a
// single attempt.
func WithRetry(policy RetryPolicy) Option {
	return func(c *config) error {
		if policy.MaxRetries < 0 || policy.BaseDelay < 0 || policy.MaxDelay < 0 {
			return invalid("the retry policy has a negative field: use 0 retries for none")
		}
		c.retry = policy.withDefaults()
		return nil
	}
}

// WithApp names the calling application in X-Quantum-App; default none.
func WithApp(name string) Option {
	return func(c *config) error {
		c.app = name
		return checkHeader(appHeader, name)
	}
}

// WithUserAgent sets the User-Agent header; default "qaikeys-go".
func WithUserAgent(userAgent string) Option {
	return func(c *config) error { return c.setHeader("User-Agent", userAgent) }
}

// WithHeader sends a header of the caller's own with every request; the last of a name counts, and a call's own parameter of that
// name before it. Those that carry the
// credential (Authorization, X-API-Key), that make Go's transport replay a mint (Idempotency-Key, X-Idempotency-Key) or
// that the client itself must set are refused.
func WithHeader(name, value string) Option {
	return func(c *config) error {
		if reservedHeaders[http.CanonicalHeaderKey(name)] {
			return invalid("the header %s is the client's own to set", http.CanonicalHeaderKey(name))
		}
		return c.setHeader(name, value)
	}
}

// WithLogger makes the client log how each attempt ended, at debug level; default no logging. Neither headers nor bodies
// are logged.
func WithLogger(logger *slog.Logger) Option {
	return func(c *config) error {
		if logger == nil {
			return invalid("the logger is nil: leave WithLogger out for no logging")
		}
		c.log = logger
		return nil
	}
}

// WithMaxResponseBytes sets how large an answer may be, in bytes after decompression; default 10 MiB. A list may be of
// any size, since it is streamed: there the bound is for each of its keys. Error bodies and the keys of a list are never
// read beyond 1 MiB.
func WithMaxResponseBytes(n int64) Option {
	return func(c *config) error {
		if n <= 0 {
			return invalid("the largest answer is %d bytes: it must be positive", n)
		}
		c.maxAnswer = n
		return nil
	}
}

// WithInsecureHTTP allows a base URL that is http to a host other than loopback. The API key then crosses the network in
// the clear.
func WithInsecureHTTP() Option {
	return func(c *config) error {
		c.insecureHTTP = true
		return nil
	}
}
