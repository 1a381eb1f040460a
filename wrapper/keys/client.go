// Package keys mints, lists, rotates and revokes API keys of the Quantum AI gateway.
//
// A key is a secret that is shown once, and the gateway never dedupes a mint. So a mint is sent at most once unless it is
// certain that nothing was done; its secret reaches the caller however malformed its surroundings; where nobody can say
// whether a key was made, the error says exactly that ([OutcomeUnknownError]); and no error, log or printed value ever
// holds a credential or a minted secret.
//
// The types of requests and answers are those that are generated from openapi.yaml, which tells the facts of the API.
// Test against [github.com/qaikeys/qaikeys/wrapper/keystest].
package keys

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/qaikeys/qaikeys/generated/client"
	"github.com/qaikeys/qaikeys/types"
)

// DefaultBaseURL is the production gateway (openapi.yaml, servers).
const DefaultBaseURL = "https://api.quantumencoding.ai"

// Client calls the keys API. It is safe for concurrent use and starts no goroutine of its own; make one with [New] or
// [NewFromEnv] and keep it. There is nothing to close.
type Client struct {
	apiKey    types.Secret
	bearer    types.Secret // The same as Authorization has it.
	server    *url.URL
	app       string
	headers   []header
	http      *http.Client
	timeout   time.Duration
	retry     RetryPolicy
	log       *slog.Logger
	maxAnswer int64
}

// New returns a client that authenticates with apiKey. It does no I/O. The error is an [ErrInvalidArgument]: an API key
// that is empty or can't be sent (a newline read from a file is the usual case), or an option that can't be used.
func New(apiKey string, opts ...Option) (*Client, error) {
	cfg := defaults()
	errs := []error{checkAPIKey(apiKey)}
	for _, opt := range opts {
		errs = append(errs, opt(&cfg))
	}
	server, err := parseBaseURL(cfg.baseURL, cfg.insecureHTTP)
	errs = append(errs, err)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	cfg.apiKey, cfg.bearer = types.NewSecret(apiKey), types.NewSecret("Bearer "+apiKey)
	cfg.server = server
	return &cfg.Client, nil
}

// NewFromEnv is [New] with the API key from QAI_API_KEY and, where it is set, the base URL from QAI_BASE_URL. An option
// goes before the environment.
func NewFromEnv(opts ...Option) (*Client, error) {
	apiKey := os.Getenv("QAI_API_KEY")
	if apiKey == "" {
		return nil, invalid("QAI_API_KEY is not set: set it to an API key")
	}
	if server := os.Getenv("QAI_BASE_URL"); server != "" {
		opts = append([]Option{WithBaseURL(server)}, opts...)
	}
	return New(apiKey, opts...)
}

// String returns the client's base URL and nothing secret.
func (c *Client) String() string {
	if c == nil || c.server == nil {
		return "keys.Client()"
	}
	return "keys.Client(" + c.server.String() + ")"
}

// call is one call of an operation.
type call struct {
	client.Call // Makes the request, anew for each attempt.

	operation *client.Operation   // What the document says of it.
	pending   pending             // What its caller must know where the outcome of a mint is unknown.
	read      func(*answer) error // Reads a 2xx answer.
	delivered bool                // The caller has received part of an answer; don't replay.
	doubtful  bool                // An earlier attempt may have been carried out.
	meta      Meta
}

func newCall(request client.Call) *call {
	return &call{Call: request, operation: request.Describe()}
}

// newMint returns a call that mints a secret.
func newMint(request client.Call, p pending) *call {
	call := newCall(request)
	call.pending = p
	return call
}

// fetch makes a call whose success is a T.
func fetch[T any](ctx context.Context, c *Client, call *call, opts []CallOption) (*T, error) {
	var value *T
	call.read = func(a *answer) (err error) {
		value, err = decode[T](a)
		return err
	}
	err := c.do(ctx, call, opts)
	return value, err
}

// do is the whole way of a call: attempts, and the waits between them, until one settles it.
func (c *Client) do(ctx context.Context, call *call, opts []CallOption) error {
	defer call.capture(opts)
	if c == nil || c.http == nil {
		return invalid("the client was not made by New")
	}
	if err := checkCall(call.Call); err != nil {
		return err
	}
	call.pending.started = time.Now()
	for attempts := 1; ; attempts++ {
		call.meta = Meta{Attempts: attempts}
		err := c.attempt(ctx, call)
		c.logAttempt(ctx, call, err)
		if err == nil {
			return nil
		}
		wait, again := c.retry.next(ctx, call, err)
		if !again {
			return call.outcome(err)
		}
		call.doubtful = call.doubtful || mayBeDone(err)
		if stopped := sleep(ctx, wait); stopped != nil {
			return fmt.Errorf("%w (while waiting to retry: %w)", err, stopped)
		}
	}
}

// attempt sends the request once and reads its answer.
func (c *Client) attempt(ctx context.Context, call *call) error {
	if err := contextError(ctx); err != nil {
		return &sendError{operation: call.operation.ID, err: err}
	}
	watch := c.watch(ctx) // Ends the attempt when it makes no progress.
	defer watch.stop()
	trace := new(connTrace)                                    // Tells whether the request can have left.
	req, err := call.NewRequest(trace.on(watch.ctx), c.server) // As the document has it, escaped and encoded.
	if err != nil {
		return invalid("%s: %v", call.operation.ID, c.redacted(err))
	}
	if name := unsendableHeader(req); name != "" {
		return invalid("%s: the parameter %s holds a character that a header can't carry", call.operation.ID, name)
	}
	c.addHeaders(req, call.operation)
	if !call.operation.Idempotent {
		forbidReplay(req)
	}
	resp, err := c.http.Do(req) // Never follows a redirect: see transport.go.
	if err != nil {
		return c.sendError(call, watch, trace, err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer := c.newAnswer(call, resp, watch.body(resp.Body))
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return answer.apiError()
	}
	return call.read(answer)
}
