// Package keys mints, lists, rotates and revokes API keys of the Quantum AI gateway.
//
// A key is a secret that is shown once, and the gateway doesn't dedupe mints. So the package makes these promises:
//
//   - A mint is sent again only if it is certain that nothing was done. If it can't be known whether a key was made, the error is an
//     [OutcomeUnknownError].
//   - A mint succeeds if its secret and its id can be read, whatever is malformed beside them. A result has what the response has in the
//     secret's place, even with an error: store it first. With a [DecodeError] that may be a mask instead of the secret.
//   - [Client.Mint] stores the key that it mints, or revokes it: even after a crash, each live key is in the store or in a [Journal].
//   - No error, log or printed value holds a credential or a minted secret; of a result, only a [Secret] does.
//
// The types of requests and responses are generated from the API's OpenAPI document. Test programs with
// [github.com/qaikeys/qaikeys/wrapper/keystest].
package keys

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"

	"github.com/qaikeys/qaikeys/generated/client"
	"github.com/qaikeys/qaikeys/types"
)

// DefaultBaseURL is the production gateway.
const DefaultBaseURL = "https://api.quantumencoding.ai"

// Client calls the keys API. Make one with [New] or [NewFromEnv] and keep it: it is safe for concurrent use and needs no closing.
type Client struct {
	config

	apiKey   types.Secret
	header   func() http.Header // What every request has, the credential included. A function, like in types.Secret.
	conceals func() *concealed  // What no error may show.
	server   *url.URL
}

// New returns a client that authenticates with apiKey. It does no I/O. It returns an [ErrInvalidArgument] for an API key that is empty
// or can't be sent (a newline read from a file is the usual case) and for an option that can't be used. A nil option is ignored.
func New(apiKey string, opts ...Option) (*Client, error) {
	cfg := defaults()
	errs := []error{checkAPIKey(apiKey)}
	for _, opt := range opts {
		if opt != nil {
			errs = append(errs, opt(&cfg))
		}
	}
	server, err := parseBaseURL(cfg.baseURL, apiKey, cfg.insecureHTTP)
	errs = append(errs, err)
	if err := errors.Join(errs...); err != nil {
		return nil, someone.withoutSecret(err, types.NewSecret(apiKey)) // A header's name may have changed places with its value.
	}
	c := &Client{config: cfg, server: server}
	c.setAPIKey(types.NewSecret(apiKey))
	return c, nil
}

// NewFromEnv is [New] with the API key from QAI_API_KEY and, if it is set, the base URL from QAI_BASE_URL. Options override the
// environment.
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

// WithKey returns a client that authenticates with another API key and shares everything else with c, its connections included. Like
// [New] it does no I/O, and returns an [ErrInvalidArgument] for an API key that is empty or can't be sent.
func (c *Client) WithKey(apiKey Secret) (*Client, error) {
	if c == nil || c.http == nil {
		return nil, errNotMade
	}
	_, err := parseBaseURL(c.baseURL, apiKey.Reveal(), c.insecureHTTP) // Which may not hold it.
	if err := cmp.Or(checkAPIKey(apiKey.Reveal()), err); err != nil {
		return nil, err
	}
	own := *c
	own.setAPIKey(apiKey)
	return &own, nil
}

func (c *Client) setAPIKey(apiKey Secret) {
	c.apiKey, c.header = apiKey, commonHeader(apiKey.Reveal())
	c.conceals = conceals(apiKey.Reveal(), &c.config, c.server)
}

// errNotMade is the error of using a Client's zero value.
var errNotMade = invalid("the client was not made by New")

// errNoContext is the error of a nil context.
var errNoContext = invalid("the context is nil: pass context.Background() for one that never ends")

// String returns the client's base URL and nothing secret.
func (c *Client) String() string {
	if c == nil || c.server == nil {
		return "keys.Client()"
	}
	return "keys.Client(" + c.server.String() + ")"
}

// call is one call of an operation.
type call struct {
	client.Call // Makes a request for each attempt.

	operation *client.Operation     // What the API's document says of it.
	pending   Pending               // For a mint.
	read      func(*response) error // Reads a 2xx response; of a mint, any response.
	delivered bool                  // The caller has received part of the response; don't retry.
	doubtful  bool                  // The gateway may have executed an earlier attempt.
	meta      Meta
	captures  []*Meta // To be filled with meta when the call ends.
}

func newCall(request client.Call) *call {
	return &call{Call: request, operation: request.Describe()}
}

// newMint returns a call that mints a secret.
func newMint(request client.Call, p Pending) *call {
	mint := newCall(request)
	mint.pending = p
	mint.pending.Operation = mint.operation.ID
	return mint
}

// fetch makes a call that returns a T.
func fetch[T any](ctx context.Context, c *Client, call *call, opts []CallOption) (*T, error) {
	var value *T
	call.read = func(r *response) (err error) {
		value, err = decode[T](r)
		return err
	}
	err := c.do(ctx, call, opts)
	return value, err
}

// do makes a call: it makes attempts, and waits between them, until one succeeds or no other may follow.
func (c *Client) do(ctx context.Context, call *call, opts []CallOption) error {
	for _, opt := range opts {
		if opt != nil {
			opt(call)
		}
	}
	defer func() {
		for _, meta := range call.captures {
			*meta = call.meta
		}
	}()
	switch {
	case c == nil || c.http == nil:
		return errNotMade
	case ctx == nil:
		return errNoContext
	}
	if err := c.checkCall(call.Call); err != nil {
		return err
	}
	call.pending.Started = now()
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
		call.doubtful = call.doubtful || mayHaveExecuted(err)
		if stopped := c.sleep(ctx, wait); stopped != nil {
			return fmt.Errorf("%w (while waiting to retry: %w)", err, stopped)
		}
	}
}

// attempt sends the request once and reads its response.
func (c *Client) attempt(ctx context.Context, call *call) error {
	if err := c.contextError(ctx); err != nil {
		return &sendError{operation: call.operation.ID, err: err}
	}
	watch := c.watch(ctx) // Ends the attempt if it makes no progress.
	defer watch.stop()
	sending := new(sending) // Whether the request was sent.
	req, err := call.NewRequest(httptrace.WithClientTrace(watch.ctx, sending.trace()), c.server)
	if err != nil {
		return unsendable(c.redacted(err))
	}
	if name := unsendableHeader(req); name != "" {
		return invalid("%s: the parameter %s has a character that a header can't have", call.operation.ID, name)
	}
	c.addHeaders(req, call.operation)
	req.Close = mintsLastingKey(call.operation)
	if !call.operation.Idempotent {
		sending.forbidReplay(req)
	}
	resp, err := c.http.Do(req) // Follows no redirect: see transport.go.
	if err != nil {
		return c.newSendError(call, err, watch, sending)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode == http.StatusSwitchingProtocols { // Its body is the connection, which doesn't end with the context.
		defer watch.closeAtEnd(resp.Body)()
	}
	call.meta.note(c, resp)
	received := &response{call, c, resp.StatusCode, resp.Header, &watchedReader{watch, resp.Body}}
	if !received.ok() && call.operation.Secret == "" {
		data, _ := received.read(min(maxPart, c.maxResponse)) // What can't be read costs the texts, not the status.
		return received.apiError(data)
	}
	return call.read(received)
}
