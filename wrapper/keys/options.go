package keys

import (
	"log/slog"
	"math"
	"net/http"
	"time"

	"github.com/qaikeys/qaikeys/types"
)

// Option configures a [Client]. If it can't be used, [New] returns an [ErrInvalidArgument].
type Option func(*config) error

// config is what options set.
type config struct {
	baseURL      string
	insecureHTTP bool
	app          string
	headers      map[string]types.Secret // By canonical name.
	http         *http.Client
	timeout      time.Duration
	retry        RetryPolicy
	log          *slog.Logger
	maxResponse  int64 // In bytes.
}

func defaults() config {
	return config{
		baseURL:     DefaultBaseURL,
		http:        refusingRedirects(http.DefaultClient),
		headers:     map[string]types.Secret{"User-Agent": types.NewSecret("qaikeys-go")},
		timeout:     60 * time.Second,
		retry:       RetryPolicy{MaxRetries: 3}.withDefaults(),
		log:         slog.New(slog.DiscardHandler),
		maxResponse: 10 << 20,
	}
}

// option returns an option that calls set or, if it isn't valid, fails with what is wrong and what to do.
func option(valid bool, problem string, set func(*config)) Option {
	return func(c *config) error {
		if !valid {
			return invalid("%s", problem)
		}
		set(c)
		return nil
	}
}

// WithBaseURL sets the gateway's base URL. The default is [DefaultBaseURL]. It must be absolute, without credentials, query or
// fragment. It must be https, or http to a loopback host; [WithInsecureHTTP] allows other hosts. Its path precedes the API's.
func WithBaseURL(url string) Option {
	return option(true, "", func(c *config) { c.baseURL = url }) // New checks it, when it is known whether http is allowed.
}

// WithHTTPClient makes the client send through a copy of hc, with its Transport, Jar and Timeout. Its CheckRedirect isn't used, since
// no redirect is followed. The default is [http.DefaultClient] with a larger pool of idle connections: its transport is a copy of
// [http.DefaultTransport] as that is when it is first used, or the RoundTripper that the program has replaced that with.
//
// Set HTTP2.WriteByteTimeout of an [http.Transport] of your own, as the default does (5 s): without it, a server that stops reading can
// hang calls past their timeouts and contexts.
//
// A RoundTripper of your own must pass a request's context and body on to an [http.Transport], or call the hooks GetConn and GotConn of
// package httptrace itself: otherwise every request that fails counts as sent, and a mint that can't connect is an [ErrOutcomeUnknown].
// It must return, and let reads return, when the context ends.
func WithHTTPClient(hc *http.Client) Option {
	valid := hc != nil && hc.Transport != http.RoundTripper((*http.Transport)(nil))
	return option(valid, "the HTTP client is nil, or its transport is a nil pointer: leave it out for the default", func(c *config) { c.http = refusingRedirects(hc) })
}

// WithTimeout sets how long an attempt may go without progress: until the response's headers arrive, then during each read of its
// body. The default is 60 s; zero means no timeout. The error is a [context.DeadlineExceeded]. Bound a whole call with its context.
func WithTimeout(d time.Duration) Option {
	return option(d >= 0, "the timeout is negative: use 0 for none", func(c *config) { c.timeout = d })
}

// WithRetry sets when an attempt is made again; see [RetryPolicy] for the defaults. With RetryPolicy{} every call is a single attempt.
func WithRetry(policy RetryPolicy) Option {
	valid := policy.MaxRetries >= 0 && policy.BaseDelay >= 0 && policy.MaxDelay >= 0
	return option(valid, "the retry policy has a negative field: use 0 retries for none", func(c *config) { c.retry = policy.withDefaults() })
}

// WithApp names the calling application in the X-Quantum-App header, by which the gateway applies the application's own paywall and quota.
// It refuses an API key that is scoped to another application: an [ErrForbidden] with the code APP_SCOPE_MISMATCH, for [Client.Ping],
// too. The default is none.
func WithApp(name string) Option {
	return func(c *config) error {
		c.app = name
		return checkHeader(appHeader, name)
	}
}

// WithUserAgent sets the User-Agent header. The default is "qaikeys-go".
func WithUserAgent(userAgent string) Option {
	return func(c *config) error { return c.setHeader("User-Agent", userAgent) }
}

// WithHeader sends a header with every request. The last one with a name is sent, and a call's own parameter overrides it; cookies
// are joined. Headers that carry the credential (Authorization, X-API-Key), that allow Go's transport to replay a mint
// (Idempotency-Key, X-Idempotency-Key) or that the client has to set itself are refused. Values of at least eight characters don't show
// in errors.
func WithHeader(name, value string) Option {
	return func(c *config) error {
		if name := http.CanonicalHeaderKey(name); reservedHeaders[name] {
			return invalid("the header %s is set by the client itself", name)
		}
		return c.setHeader(name, value)
	}
}

// WithLogger logs how each attempt ended, without headers and bodies: at warn level a mint whose response is malformed in part (see
// [Meta]), at debug level all others. The default is no logging.
func WithLogger(logger *slog.Logger) Option {
	return option(logger != nil && logger.Handler() != nil, "the logger is nil: leave WithLogger out for no logging", func(c *config) { c.log = logger })
}

// WithMaxResponseBytes bounds a response, in bytes after decompression. The default is 10 MiB. A list may be of any size, since it is
// streamed; there the bound is for each element. The bodies of errors and mints and the elements of lists are never read beyond 1 MiB.
func WithMaxResponseBytes(n int64) Option {
	return option(n > 0, "the bound of a response must be positive", func(c *config) {
		c.maxResponse = min(n, math.MaxInt64-1) // A byte more is read, to see whether there is one.
	})
}

// WithInsecureHTTP allows an http base URL with a host other than loopback. The API key then crosses the network unencrypted.
func WithInsecureHTTP() Option {
	return option(true, "", func(c *config) { c.insecureHTTP = true })
}
