//go:build go1.22

// Package control provides primitives to interact with the openapi HTTP API.
//
// Code generated from cmd/keysmock/control.yaml (SHA-256 a112f43ff86b98d8) by codegen; DO NOT EDIT.
package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
	"github.com/oapi-codegen/runtime"
	"github.com/qaikeys/qaikeys/types"
)

// Account An account.
type Account struct {
	// APIKey Its credential.
	//
	// Example: qai_test_1
	APIKey string `json:"api_key"`
}

// AccountOptions What an account is made with.
type AccountOptions struct {
	// APIKey Its credential; empty means a random one.
	//
	// Example: qai_test_1
	APIKey string `json:"api_key,omitempty,omitzero"`

	// Devices How many keys of devices it starts with in addition, at most 10,000 with the others.
	//
	// Example: 1
	Devices int `json:"devices,omitempty,omitzero"`

	// Keys How many keys it starts with; their secrets are unknown.
	//
	// Example: 3
	Keys int `json:"keys,omitempty,omitzero"`

	// RateLimit How many requests its own credential may make, in requests a minute; 0 means no limit.
	//
	// Example: 60
	RateLimit int `json:"rate_limit,omitempty,omitzero"`

	// Seed Makes the secrets of its keys the same in every run, other than those of accounts before it with the same seed, and the
	// chance of its faults. Left out, they are random.
	//
	// Example: 1
	Seed *uint64 `json:"seed,omitempty"`

	// Tier Its tier; ephemeral and partner keys need `internal` or `admin`.
	//
	// Example: internal
	Tier string `json:"tier,omitempty,omitzero"`
}

// Clock A clock.
type Clock struct {
	// Now The time (RFC 3339).
	//
	// Example: 2026-09-01T12:34:56Z
	Now time.Time `json:"now"`
}

// ClockChange A change of the clock, either `real`, or `now` or `advance_seconds` or both.
type ClockChange struct {
	// AdvanceSeconds How far to advance the clock, in seconds. It stays as it is otherwise, stopped or not.
	//
	// Example: 3600
	AdvanceSeconds float64 `json:"advance_seconds,omitempty,omitzero"`

	// Now Stop the clock at this time (RFC 3339).
	//
	// Example: 2026-09-01T12:34:56Z
	Now *time.Time `json:"now,omitempty"`

	// Real Make it the real clock again, or an account's that of the mock.
	//
	// Example: false
	Real bool `json:"real,omitempty,omitzero"`
}

// Fault Something that goes wrong with a request. With `status`, `body`, `empty`, `raw` or `drop` it replaces the operation: nothing
// is done, unless `after` is set. Any other fault changes the operation's own response. Faults can be combined: first the response is
// made, then its body and headers are changed, and then sent in the way that `truncate`, `dribble`, `stall` and `reset` say. A
// property that can't have an effect beside the others is refused, and so is a fault without one, like `{"after":true}`.
type Fault struct {
	// After The operation takes effect although its response is replaced. One that isn't always does.
	//
	// Example: true
	After bool `json:"after,omitempty,omitzero"`

	// Body The body of the response; empty means the operation's own, or an error body.
	//
	// Example: <html>Bad Gateway</html>
	Body string `json:"body,omitempty,omitzero"`

	// Code The code of the error body; empty means the usual one of the status, with `-codes canonical` in upper case. It needs a
	// `status`.
	//
	// Example: internal
	Code string `json:"code,omitempty,omitzero"`

	// DelaySeconds How long to wait before the operation, or with `after` between it and the response, in seconds.
	//
	// Example: 0.5
	DelaySeconds float64 `json:"delay_seconds,omitempty,omitzero"`

	// Dribble Send the body in parts of this many bytes; 0 means as a whole.
	//
	// Example: 10
	Dribble int `json:"dribble,omitempty,omitzero"`

	// Drop Close the connection without a response. Over HTTP/2, only the stream is closed, with RST_STREAM and the code
	// INTERNAL_ERROR.
	//
	// Example: false
	Drop bool `json:"drop,omitempty,omitzero"`

	// Empty The response has no body.
	//
	// Example: false
	Empty bool `json:"empty,omitempty,omitzero"`

	// EverySeconds The time between two parts, in seconds. It needs `dribble`.
	//
	// Example: 0.1
	EverySeconds float64 `json:"every_seconds,omitempty,omitzero"`

	// Flat The error body has the flat form. It needs a `status`.
	//
	// Example: false
	Flat bool `json:"flat,omitempty,omitzero"`

	// ForSeconds How long requests meet it from now on, by the mock's clock, in seconds; 0 means always.
	//
	// Example: 60
	ForSeconds float64 `json:"for_seconds,omitempty,omitzero"`

	// Garble A property of the operation's own response, like `details` or `keys.name` (of each key), whose value gets a wrong type: a
	// text becomes a list, anything else a text. All other bytes stay, so that a new secret can still be read.
	//
	// Example: details
	Garble string `json:"garble,omitempty,omitzero"`

	// Gzip How many times the body is compressed, which `Content-Encoding` says unless `header` says otherwise.
	//
	// Example: 2
	Gzip int `json:"gzip,omitempty,omitzero"`

	// Header Headers that replace those of the response, other than `Transfer-Encoding` and `Connection`; a name without values is
	// removed. If `Content-Length` is more than the body's, less is sent than it says, and the connection is closed; if it is less,
	// nothing is sent, as with `drop`. A `Content-Encoding` changes nothing of the body.
	Header map[string][]string `json:"header,omitempty,omitzero"`

	// JitterSeconds The delay is longer by a random part of this, in seconds. With the account's `seed`, it is the same in every run.
	//
	// Example: 0.2
	JitterSeconds float64 `json:"jitter_seconds,omitempty,omitzero"`

	// Message The message of the error body; empty means one that says that it was injected. It needs a `status`.
	//
	// Example: try later
	Message string `json:"message,omitempty,omitzero"`

	// Operation The operationId in openapi.yaml; empty means any.
	//
	// Example: createKey
	Operation string `json:"operation,omitempty,omitzero"`

	// Probability How likely a request meets it; 0 means 1. A request that doesn't may meet a later one. With the account's `seed`, the same
	// requests meet it in every run.
	//
	// Example: 0.5
	Probability float64 `json:"probability,omitempty,omitzero"`

	// Raw Sent instead of a response of HTTP; then the connection is closed. Only over HTTP/1.
	//
	// Example: nonsense
	Raw string `json:"raw,omitempty,omitzero"`

	// Reset Close the connection with a TCP reset (RST), where `drop` or `truncate` would close it, or after the whole response. Only
	// over HTTP/1.
	//
	// Example: false
	Reset bool `json:"reset,omitempty,omitzero"`

	// RetryAfterSeconds Retry-After, in seconds, rounded up. It needs a `status`.
	//
	// Example: 5
	RetryAfterSeconds float64 `json:"retry_after_seconds,omitempty,omitzero"`

	// Stall Send nothing more instead of closing the connection, until the client has gone or the mock ends. It needs `drop`, for no
	// response at all, or `truncate`.
	//
	// Example: false
	Stall bool `json:"stall,omitempty,omitzero"`

	// Status The status of the response, from 200 to 599; 0 means the operation's own, or 200.
	//
	// Example: 503
	Status int `json:"status,omitempty,omitzero"`

	// Times How many requests meet it; 0 means 1, and a negative number means every request.
	//
	// Example: 1
	Times int `json:"times,omitempty,omitzero"`

	// Truncate Close it, like `drop`, after this many bytes of the body; a negative number means before the first, 0 not at all. A body that
	// isn't longer is sent whole, and then the connection is closed.
	//
	// Example: 20
	Truncate int `json:"truncate,omitempty,omitzero"`
}

// Faults The faults that wait for a request.
type Faults struct {
	// Faults The faults, in the order in which they were injected.
	Faults []Fault `json:"faults"`
}

// Journal The recorded requests.
type Journal struct {
	// Requests The requests, oldest first.
	Requests []Request `json:"requests"`
}

// KeyState What the mock knows about a key. It keeps only a hash of the secret.
type KeyState struct {
	// CreatedAt When it was minted (RFC 3339).
	//
	// Example: 2026-09-01T12:34:56Z
	CreatedAt time.Time `json:"created_at"`

	// DeviceID The device that it was minted for; empty if it wasn't.
	//
	// Example: device_01
	DeviceID string `json:"device_id"`

	// Endpoints What the key is restricted to; null if it isn't.
	Endpoints []string `json:"endpoints"`

	// ExpiresAt When a rotated key is refused (RFC 3339); absent if it wasn't rotated.
	//
	// Example: 2026-09-02T01:02:03Z
	ExpiresAt time.Time `json:"expires_at,omitempty,omitzero"`

	// ID Identifies the key.
	//
	// Example: key_01
	ID string `json:"id"`

	// KeyPrefix The first 14 characters of the key.
	//
	// Example: qai_k_4f1c09aa
	KeyPrefix string `json:"key_prefix"`

	// LastUsed When it was last used (RFC 3339); absent if it never was.
	//
	// Example: 2026-09-02T01:02:03Z
	LastUsed time.Time `json:"last_used,omitempty,omitzero"`

	// Name Name of the key.
	//
	// Example: ci
	Name string `json:"name"`

	// RateLimit The most requests that it may make, in requests a minute; null if there is no limit.
	//
	// Example: 60
	RateLimit *int32 `json:"rate_limit"`

	// Region The name of its region, never an alias; empty if it has none.
	//
	// Example: europe
	Region string `json:"region"`

	// Revoked Whether it is refused because it was revoked or because its grace is over.
	//
	// Example: false
	Revoked bool `json:"revoked"`

	// SpendCapUSD The most that it may spend, in US dollars; null if there is no cap.
	//
	// Example: 25
	SpendCapUSD *float64 `json:"spend_cap_usd"`

	// SpentTicks What it has spent, in ticks (10,000,000,000 to the US dollar).
	//
	// Example: 25000000000
	SpentTicks types.Ticks `json:"spent_ticks"`
}

// KeyStates The state of the keys.
type KeyStates struct {
	// Keys The keys, in the order in which they were made.
	Keys []KeyState `json:"keys"`
}

// Problem What is wrong.
type Problem struct {
	// Error What is wrong.
	Error struct {
		// Message What is wrong, for people.
		//
		// Example: status 42 isn't from 200 to 599
		Message string `json:"message"`
	} `json:"error"`
}

// Request A request and its outcome.
type Request struct {
	// Body The body as it was sent, as far as the mock read it; up to 16 KiB.
	//
	// Example: {"name":"ci"}
	Body string `json:"body"`

	// Error The message of the error in the response; up to 1 KiB.
	//
	// Example: name: value must be a string
	Error string `json:"error"`

	// Fault Whether it met a fault.
	//
	// Example: false
	Fault bool `json:"fault"`

	// Header The headers, up to 1 KiB of a value and 8 KiB in all; `…` says how many values are left out.
	Header map[string][]string `json:"header"`

	// ID `X-QAI-Request-Id` of the response.
	//
	// Example: req_000001
	ID string `json:"id"`

	// Ignored The properties of the body that the mock ignored, as the gateway does: unknown ones with `-lenient`, and `region` if it
	// names none. They are paths; up to 20 of 128 bytes, and `…` says how many are left out. Absent if there are none.
	//
	// Example: ["spend_cap_uds"]
	Ignored []string `json:"ignored,omitempty,omitzero"`

	// KeyID The id of the key that it came with, also if the request was refused. Empty for an account's own credential, for an
	// ephemeral token, which has none, and for an unknown credential.
	//
	// Example: key_01
	KeyID string `json:"key_id"`

	// Method The method.
	//
	// Example: POST
	Method string `json:"method"`

	// Operation The operationId in openapi.yaml; empty if the path or method is unknown.
	//
	// Example: createKey
	Operation string `json:"operation"`

	// Path The path as it was sent, percent-encoded, without the query; up to 1 KiB.
	//
	// Example: /qai/v1/keys
	Path string `json:"path"`

	// Status The status of the response; 0 while there is none, and if the connection was closed instead.
	//
	// Example: 200
	Status int `json:"status"`

	// Time When it arrived, by the mock's clock (RFC 3339).
	//
	// Example: 2026-09-01T12:34:56Z
	Time time.Time `json:"time"`
}

// Use A use of a key.
type Use struct {
	// ID The key's id.
	//
	// Example: key_01
	ID string `json:"id"`

	// InputTokens How many tokens were read.
	//
	// Example: 5200
	InputTokens int64 `json:"input_tokens,omitempty,omitzero"`

	// Model The model that was used, in up to 256 bytes; empty means `default`.
	//
	// Example: qai-large
	Model string `json:"model,omitempty,omitzero"`

	// OutputTokens How many tokens were written.
	//
	// Example: 810
	OutputTokens int64 `json:"output_tokens,omitempty,omitzero"`

	// Ticks What it cost, in ticks (10,000,000,000 to the US dollar).
	//
	// Example: 25000000000
	Ticks types.Ticks `json:"ticks,omitempty,omitzero"`
}

// Invalid What is wrong.
type Invalid = Problem

// NoAccount What is wrong.
type NoAccount = Problem

// NoToken What is wrong.
type NoToken = Problem

// Remote What is wrong.
type Remote = Problem

// Unsaved What is wrong.
type Unsaved = Problem

// ListRequestsParams defines parameters for ListRequests.
type ListRequestsParams struct {
	// Operation The `operation`, an operationId of openapi.yaml.
	Operation *string `form:"operation,omitempty" json:"operation,omitempty"`

	// Key The `key_id`, of a key that the request came with.
	Key *string `form:"key,omitempty" json:"key,omitempty"`

	// Status The `status` of the response; 0 for requests without one.
	Status *int `form:"status,omitempty" json:"status,omitempty"`
}

// CreateAccountJSONRequestBody defines body for CreateAccount for application/json ContentType.
type CreateAccountJSONRequestBody = AccountOptions

// SetClockJSONRequestBody defines body for SetClock for application/json ContentType.
type SetClockJSONRequestBody = ClockChange

// InjectFaultJSONRequestBody defines body for InjectFault for application/json ContentType.
type InjectFaultJSONRequestBody = Fault

// RecordUseJSONRequestBody defines body for RecordUse for application/json ContentType.
type RecordUseJSONRequestBody = Use

// Operation is what the document says about an operation.
type Operation struct {
	// ID is the operationId.
	ID string
	// Method is the HTTP method, and Path the path's template.
	Method, Path string
	// Idempotent reports whether a request may be sent again when its outcome is unknown (RFC 9110, 9.2.2).
	Idempotent bool
	// Headers are the names of the header parameters.
	Headers []string
	// Secret is the property of a success (format: password) that holds the secret that the operation mints; empty if it
	// mints none.
	Secret string
	// SecretPattern matches each text that the secret may be; nil if the document has no pattern for it.
	SecretPattern *regexp.Regexp
	// Items is the property of a success that holds the list, if the success is a list of objects.
	Items string
	// Properties are the properties of a success that are required or that contain a required one.
	Properties []Property
}

// Property is a property of a response.
type Property struct {
	Name       string
	Required   bool       // The response must have it.
	Nullable   bool       // It may be null.
	NotEmpty   bool       // It is a string that has at least one character.
	Properties []Property // Of the object that it is, or of each of its elements.
}

// Call is a call of an operation. Its types are named for the operationId.
type Call interface {
	// Describe returns what the document says about the operation.
	Describe() *Operation
	// NewRequest returns a request to the server with this base URL.
	NewRequest(ctx context.Context, server *url.URL) (*http.Request, error)
}

// request is a request that is being built. It keeps the first error.
type request struct {
	query  []string
	header http.Header
	err    error
}

func (r *request) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// style returns a parameter in its style, escaped for its place.
func (r *request) style(place runtime.ParamLocation, style string, explode bool, name, kind, format string, value any) string {
	text, err := runtime.StyleParamWithOptions(style, explode, name, value, runtime.StyleParamOptions{ParamLocation: place, Type: kind, Format: format})
	r.fail(err)
	return text
}

// numbers encodes a json.Number as encoding/json does.
var numbers = jsonv2.WithMarshalers(jsonv2.MarshalFunc(func(n json.Number) ([]byte, error) {
	if n == "" {
		return []byte("0"), nil
	}
	return []byte(n), nil
}))

// json returns value as JSON. It is encoded as by encoding/json, but for text that isn't valid UTF-8, which is an error, except in a type
// that encodes itself.
func (r *request) json(value any) []byte {
	encoded, err := jsonv2.Marshal(value, jsonv1.DefaultOptionsV1(), jsonv1.ReportErrorsWithLegacySemantics(false), jsontext.AllowInvalidUTF8(false), numbers)
	r.fail(err)
	return encoded
}

// form returns an object as application/x-www-form-urlencoded: an array has its name once for each element, and an object
// inside is name[property].
func (r *request) form(value any) string {
	decoder := json.NewDecoder(bytes.NewReader(r.json(value)))
	decoder.UseNumber()
	var properties map[string]any
	r.fail(decoder.Decode(&properties))
	values := url.Values{}
	for name, property := range properties {
		addField(values, name, property)
	}
	return values.Encode()
}

func addField(values url.Values, name string, value any) {
	switch value := value.(type) {
	case nil:
	case map[string]any:
		for property, inner := range value {
			addField(values, name+"["+property+"]", inner)
		}
	case []any:
		for i, element := range value {
			if _, isObject := element.(map[string]any); isObject {
				addField(values, fmt.Sprintf("%s[%d]", name, i), element)
			} else {
				addField(values, name, element)
			}
		}
	default:
		values.Add(name, fmt.Sprint(value))
	}
}

var delimiters = strings.NewReplacer(" ", "%20", "|", "%7C")

// addQuery adds a parameter to the query. Its values are escaped; the delimiters between them may not be.
func (r *request) addQuery(styled string) {
	if styled != "" {
		r.query = append(r.query, delimiters.Replace(styled))
	}
}

// addCookie adds a cookie. A request has one Cookie header at most (RFC 6265, 5.4).
func (r *request) addCookie(name, value string) {
	cookie := &http.Cookie{Name: name, Value: value}
	if err := cookie.Valid(); err != nil {
		r.fail(fmt.Errorf("cookie %s: %w", name, err))
		return
	}
	pair := cookie.String()
	if others := r.header.Get("Cookie"); others != "" {
		pair = others + "; " + pair
	}
	r.header.Set("Cookie", pair)
}

// to returns the request to an escaped path below server.
func (r *request) to(ctx context.Context, method string, server *url.URL, path, contentType string, body io.Reader) (*http.Request, error) {
	if r.err != nil {
		return nil, r.err
	}
	req, err := http.NewRequestWithContext(ctx, method, "", body)
	if err != nil {
		return nil, err
	}
	if r.header != nil {
		req.Header = r.header
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	*req.URL = *server
	if req.URL.Path, err = url.PathUnescape(path); err != nil {
		return nil, err
	}
	if strings.IndexByte(path, '%') >= 0 || server.RawPath != "" {
		req.URL.RawPath = strings.TrimSuffix(server.EscapedPath(), "/") + path
	}
	req.URL.Path = strings.TrimSuffix(server.Path, "/") + req.URL.Path
	req.URL.RawQuery = strings.Join(r.query, "&")
	return req, nil
}

var createAccountOperation = Operation{
	ID: "createAccount", Method: http.MethodPost, Path: "/_mock/accounts", Idempotent: false,
	Properties: []Property{
		{Name: "api_key", Required: true},
	},
}

// CreateAccountCall is a call of createAccount with a body of application/json.
type CreateAccountCall struct {
	Body CreateAccountJSONRequestBody
}

// Describe returns what the document says about createAccount.
func (CreateAccountCall) Describe() *Operation { return &createAccountOperation }

// NewRequest returns a request to the server with this base URL.
func (call CreateAccountCall) NewRequest(ctx context.Context, server *url.URL) (*http.Request, error) {
	var r request
	body := bytes.NewReader(r.json(call.Body))
	return r.to(ctx, http.MethodPost, server, "/_mock/accounts", "application/json", body)
}

var getClockOperation = Operation{
	ID: "getClock", Method: http.MethodGet, Path: "/_mock/clock", Idempotent: true,
	Properties: []Property{
		{Name: "now", Required: true},
	},
}

// GetClockCall is a call of getClock.
type GetClockCall struct {
}

// Describe returns what the document says about getClock.
func (GetClockCall) Describe() *Operation { return &getClockOperation }

// NewRequest returns a request to the server with this base URL.
func (call GetClockCall) NewRequest(ctx context.Context, server *url.URL) (*http.Request, error) {
	var r request
	return r.to(ctx, http.MethodGet, server, "/_mock/clock", "", nil)
}

var setClockOperation = Operation{
	ID: "setClock", Method: http.MethodPost, Path: "/_mock/clock", Idempotent: false,
	Properties: []Property{
		{Name: "now", Required: true},
	},
}

// SetClockCall is a call of setClock with a body of application/json.
type SetClockCall struct {
	Body SetClockJSONRequestBody
}

// Describe returns what the document says about setClock.
func (SetClockCall) Describe() *Operation { return &setClockOperation }

// NewRequest returns a request to the server with this base URL.
func (call SetClockCall) NewRequest(ctx context.Context, server *url.URL) (*http.Request, error) {
	var r request
	body := bytes.NewReader(r.json(call.Body))
	return r.to(ctx, http.MethodPost, server, "/_mock/clock", "application/json", body)
}

var listFaultsOperation = Operation{
	ID: "listFaults", Method: http.MethodGet, Path: "/_mock/faults", Idempotent: true,
	Items: "faults",
	Properties: []Property{
		{Name: "faults", Required: true},
	},
}

// ListFaultsCall is a call of listFaults.
type ListFaultsCall struct {
}

// Describe returns what the document says about listFaults.
func (ListFaultsCall) Describe() *Operation { return &listFaultsOperation }

// NewRequest returns a request to the server with this base URL.
func (call ListFaultsCall) NewRequest(ctx context.Context, server *url.URL) (*http.Request, error) {
	var r request
	return r.to(ctx, http.MethodGet, server, "/_mock/faults", "", nil)
}

var injectFaultOperation = Operation{
	ID: "injectFault", Method: http.MethodPost, Path: "/_mock/faults", Idempotent: false,
}

// InjectFaultCall is a call of injectFault with a body of application/json.
type InjectFaultCall struct {
	Body InjectFaultJSONRequestBody
}

// Describe returns what the document says about injectFault.
func (InjectFaultCall) Describe() *Operation { return &injectFaultOperation }

// NewRequest returns a request to the server with this base URL.
func (call InjectFaultCall) NewRequest(ctx context.Context, server *url.URL) (*http.Request, error) {
	var r request
	body := bytes.NewReader(r.json(call.Body))
	return r.to(ctx, http.MethodPost, server, "/_mock/faults", "application/json", body)
}

var listStateOperation = Operation{
	ID: "listState", Method: http.MethodGet, Path: "/_mock/keys", Idempotent: true,
	Items: "keys",
	Properties: []Property{
		{Name: "keys", Required: true, Properties: []Property{
			{Name: "created_at", Required: true},
			{Name: "device_id", Required: true},
			{Name: "endpoints", Required: true, Nullable: true},
			{Name: "id", Required: true},
			{Name: "key_prefix", Required: true},
			{Name: "name", Required: true},
			{Name: "rate_limit", Required: true, Nullable: true},
			{Name: "region", Required: true},
			{Name: "revoked", Required: true},
			{Name: "spend_cap_usd", Required: true, Nullable: true},
			{Name: "spent_ticks", Required: true},
		}},
	},
}

// ListStateCall is a call of listState.
type ListStateCall struct {
}

// Describe returns what the document says about listState.
func (ListStateCall) Describe() *Operation { return &listStateOperation }

// NewRequest returns a request to the server with this base URL.
func (call ListStateCall) NewRequest(ctx context.Context, server *url.URL) (*http.Request, error) {
	var r request
	return r.to(ctx, http.MethodGet, server, "/_mock/keys", "", nil)
}

var listRequestsOperation = Operation{
	ID: "listRequests", Method: http.MethodGet, Path: "/_mock/requests", Idempotent: true,
	Items: "requests",
	Properties: []Property{
		{Name: "requests", Required: true, Properties: []Property{
			{Name: "body", Required: true},
			{Name: "error", Required: true},
			{Name: "fault", Required: true},
			{Name: "header", Required: true},
			{Name: "id", Required: true},
			{Name: "key_id", Required: true},
			{Name: "method", Required: true},
			{Name: "operation", Required: true},
			{Name: "path", Required: true},
			{Name: "status", Required: true},
			{Name: "time", Required: true},
		}},
	},
}

// ListRequestsCall is a call of listRequests.
type ListRequestsCall struct {
	Params *ListRequestsParams
}

// Describe returns what the document says about listRequests.
func (ListRequestsCall) Describe() *Operation { return &listRequestsOperation }

// NewRequest returns a request to the server with this base URL.
func (call ListRequestsCall) NewRequest(ctx context.Context, server *url.URL) (*http.Request, error) {
	var r request
	if call.Params != nil {
		if call.Params.Operation != nil {
			r.addQuery(r.style(runtime.ParamLocationQuery, "form", true, "operation", "string", "", *call.Params.Operation))
		}
		if call.Params.Key != nil {
			r.addQuery(r.style(runtime.ParamLocationQuery, "form", true, "key", "string", "", *call.Params.Key))
		}
		if call.Params.Status != nil {
			r.addQuery(r.style(runtime.ParamLocationQuery, "form", true, "status", "integer", "", *call.Params.Status))
		}
	}
	return r.to(ctx, http.MethodGet, server, "/_mock/requests", "", nil)
}

var resetOperation = Operation{
	ID: "reset", Method: http.MethodPost, Path: "/_mock/reset", Idempotent: false,
}

// ResetCall is a call of reset.
type ResetCall struct {
}

// Describe returns what the document says about reset.
func (ResetCall) Describe() *Operation { return &resetOperation }

// NewRequest returns a request to the server with this base URL.
func (call ResetCall) NewRequest(ctx context.Context, server *url.URL) (*http.Request, error) {
	var r request
	return r.to(ctx, http.MethodPost, server, "/_mock/reset", "", nil)
}

var recordUseOperation = Operation{
	ID: "recordUse", Method: http.MethodPost, Path: "/_mock/use", Idempotent: false,
}

// RecordUseCall is a call of recordUse with a body of application/json.
type RecordUseCall struct {
	Body RecordUseJSONRequestBody
}

// Describe returns what the document says about recordUse.
func (RecordUseCall) Describe() *Operation { return &recordUseOperation }

// NewRequest returns a request to the server with this base URL.
func (call RecordUseCall) NewRequest(ctx context.Context, server *url.URL) (*http.Request, error) {
	var r request
	body := bytes.NewReader(r.json(call.Body))
	return r.to(ctx, http.MethodPost, server, "/_mock/use", "application/json", body)
}

// ServerInterface represents all server handlers.
type ServerInterface interface {
	// CreateAccount Make an account
	// (POST /_mock/accounts)
	CreateAccount(w http.ResponseWriter, r *http.Request)
	// GetClock Get the time
	// (GET /_mock/clock)
	GetClock(w http.ResponseWriter, r *http.Request)
	// SetClock Set the clock
	// (POST /_mock/clock)
	SetClock(w http.ResponseWriter, r *http.Request)
	// ListFaults List the faults that wait for a request
	// (GET /_mock/faults)
	ListFaults(w http.ResponseWriter, r *http.Request)
	// InjectFault Inject a fault
	// (POST /_mock/faults)
	InjectFault(w http.ResponseWriter, r *http.Request)
	// ListState List the state of the keys
	// (GET /_mock/keys)
	ListState(w http.ResponseWriter, r *http.Request)
	// ListRequests List the recorded requests
	// (GET /_mock/requests)
	ListRequests(w http.ResponseWriter, r *http.Request, params ListRequestsParams)
	// Reset Reset the account
	// (POST /_mock/reset)
	Reset(w http.ResponseWriter, r *http.Request)
	// RecordUse Record the use of a key
	// (POST /_mock/use)
	RecordUse(w http.ResponseWriter, r *http.Request)
}

// ServerInterfaceWrapper converts contexts to parameters.
type ServerInterfaceWrapper struct {
	Handler            ServerInterface
	HandlerMiddlewares []MiddlewareFunc
	ErrorHandlerFunc   func(w http.ResponseWriter, r *http.Request, err error)
}

type MiddlewareFunc func(http.Handler) http.Handler

// CreateAccount operation middleware
func (siw *ServerInterfaceWrapper) CreateAccount(w http.ResponseWriter, r *http.Request) {

	handler := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		siw.Handler.CreateAccount(w, r)
	}))

	for _, middleware := range siw.HandlerMiddlewares {
		handler = middleware(handler)
	}

	handler.ServeHTTP(w, r)
}

// GetClock operation middleware
func (siw *ServerInterfaceWrapper) GetClock(w http.ResponseWriter, r *http.Request) {

	handler := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		siw.Handler.GetClock(w, r)
	}))

	for _, middleware := range siw.HandlerMiddlewares {
		handler = middleware(handler)
	}

	handler.ServeHTTP(w, r)
}

// SetClock operation middleware
func (siw *ServerInterfaceWrapper) SetClock(w http.ResponseWriter, r *http.Request) {

	handler := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		siw.Handler.SetClock(w, r)
	}))

	for _, middleware := range siw.HandlerMiddlewares {
		handler = middleware(handler)
	}

	handler.ServeHTTP(w, r)
}

// ListFaults operation middleware
func (siw *ServerInterfaceWrapper) ListFaults(w http.ResponseWriter, r *http.Request) {

	handler := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		siw.Handler.ListFaults(w, r)
	}))

	for _, middleware := range siw.HandlerMiddlewares {
		handler = middleware(handler)
	}

	handler.ServeHTTP(w, r)
}

// InjectFault operation middleware
func (siw *ServerInterfaceWrapper) InjectFault(w http.ResponseWriter, r *http.Request) {

	handler := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		siw.Handler.InjectFault(w, r)
	}))

	for _, middleware := range siw.HandlerMiddlewares {
		handler = middleware(handler)
	}

	handler.ServeHTTP(w, r)
}

// ListState operation middleware
func (siw *ServerInterfaceWrapper) ListState(w http.ResponseWriter, r *http.Request) {

	handler := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		siw.Handler.ListState(w, r)
	}))

	for _, middleware := range siw.HandlerMiddlewares {
		handler = middleware(handler)
	}

	handler.ServeHTTP(w, r)
}

// ListRequests operation middleware
func (siw *ServerInterfaceWrapper) ListRequests(w http.ResponseWriter, r *http.Request) {

	var err error
	_ = err

	// Parameter object where we will unmarshal all parameters from the context
	var params ListRequestsParams

	// ------------- Optional query parameter "operation" -------------

	err = runtime.BindQueryParameterWithOptions("form", true, false, "operation", r.URL.Query(), &params.Operation, runtime.BindQueryParameterOptions{Type: "string", Format: ""})
	if err != nil {
		var requiredError *runtime.RequiredParameterError
		if errors.As(err, &requiredError) {
			siw.ErrorHandlerFunc(w, r, &RequiredParamError{ParamName: "operation"})
		} else {
			siw.ErrorHandlerFunc(w, r, &InvalidParamFormatError{ParamName: "operation", Err: err})
		}
		return
	}

	// ------------- Optional query parameter "key" -------------

	err = runtime.BindQueryParameterWithOptions("form", true, false, "key", r.URL.Query(), &params.Key, runtime.BindQueryParameterOptions{Type: "string", Format: ""})
	if err != nil {
		var requiredError *runtime.RequiredParameterError
		if errors.As(err, &requiredError) {
			siw.ErrorHandlerFunc(w, r, &RequiredParamError{ParamName: "key"})
		} else {
			siw.ErrorHandlerFunc(w, r, &InvalidParamFormatError{ParamName: "key", Err: err})
		}
		return
	}

	// ------------- Optional query parameter "status" -------------

	err = runtime.BindQueryParameterWithOptions("form", true, false, "status", r.URL.Query(), &params.Status, runtime.BindQueryParameterOptions{Type: "integer", Format: ""})
	if err != nil {
		var requiredError *runtime.RequiredParameterError
		if errors.As(err, &requiredError) {
			siw.ErrorHandlerFunc(w, r, &RequiredParamError{ParamName: "status"})
		} else {
			siw.ErrorHandlerFunc(w, r, &InvalidParamFormatError{ParamName: "status", Err: err})
		}
		return
	}

	handler := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		siw.Handler.ListRequests(w, r, params)
	}))

	for _, middleware := range siw.HandlerMiddlewares {
		handler = middleware(handler)
	}

	handler.ServeHTTP(w, r)
}

// Reset operation middleware
func (siw *ServerInterfaceWrapper) Reset(w http.ResponseWriter, r *http.Request) {

	handler := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		siw.Handler.Reset(w, r)
	}))

	for _, middleware := range siw.HandlerMiddlewares {
		handler = middleware(handler)
	}

	handler.ServeHTTP(w, r)
}

// RecordUse operation middleware
func (siw *ServerInterfaceWrapper) RecordUse(w http.ResponseWriter, r *http.Request) {

	handler := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		siw.Handler.RecordUse(w, r)
	}))

	for _, middleware := range siw.HandlerMiddlewares {
		handler = middleware(handler)
	}

	handler.ServeHTTP(w, r)
}

type UnescapedCookieParamError struct {
	ParamName string
	Err       error
}

func (e *UnescapedCookieParamError) Error() string {
	return fmt.Sprintf("error unescaping cookie parameter '%s'", e.ParamName)
}

func (e *UnescapedCookieParamError) Unwrap() error {
	return e.Err
}

type UnmarshalingParamError struct {
	ParamName string
	Err       error
}

func (e *UnmarshalingParamError) Error() string {
	return fmt.Sprintf("Error unmarshaling parameter %s as JSON: %s", e.ParamName, e.Err.Error())
}

func (e *UnmarshalingParamError) Unwrap() error {
	return e.Err
}

type RequiredParamError struct {
	ParamName string
}

func (e *RequiredParamError) Error() string {
	return fmt.Sprintf("Query argument %s is required, but not found", e.ParamName)
}

type RequiredHeaderError struct {
	ParamName string
	Err       error
}

func (e *RequiredHeaderError) Error() string {
	return fmt.Sprintf("Header parameter %s is required, but not found", e.ParamName)
}

func (e *RequiredHeaderError) Unwrap() error {
	return e.Err
}

type InvalidParamFormatError struct {
	ParamName string
	Err       error
}

func (e *InvalidParamFormatError) Error() string {
	return fmt.Sprintf("Invalid format for parameter %s: %s", e.ParamName, e.Err.Error())
}

func (e *InvalidParamFormatError) Unwrap() error {
	return e.Err
}

type TooManyValuesForParamError struct {
	ParamName string
	Count     int
}

func (e *TooManyValuesForParamError) Error() string {
	return fmt.Sprintf("Expected one value for %s, got %d", e.ParamName, e.Count)
}

// Handler creates http.Handler with routing matching OpenAPI spec.
func Handler(si ServerInterface) http.Handler {
	return HandlerWithOptions(si, StdHTTPServerOptions{})
}

// ServeMux is an abstraction of [http.ServeMux].
type ServeMux interface {
	HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request))
	http.Handler
}

type StdHTTPServerOptions struct {
	BaseURL          string
	BaseRouter       ServeMux
	Middlewares      []MiddlewareFunc
	ErrorHandlerFunc func(w http.ResponseWriter, r *http.Request, err error)
}

// HandlerFromMux creates http.Handler with routing matching OpenAPI spec based on the provided mux.
func HandlerFromMux(si ServerInterface, m ServeMux) http.Handler {
	return HandlerWithOptions(si, StdHTTPServerOptions{
		BaseRouter: m,
	})
}

func HandlerFromMuxWithBaseURL(si ServerInterface, m ServeMux, baseURL string) http.Handler {
	return HandlerWithOptions(si, StdHTTPServerOptions{
		BaseURL:    baseURL,
		BaseRouter: m,
	})
}

// HandlerWithOptions creates http.Handler with additional options
func HandlerWithOptions(si ServerInterface, options StdHTTPServerOptions) http.Handler {
	m := options.BaseRouter

	if m == nil {
		m = http.NewServeMux()
	}
	if options.ErrorHandlerFunc == nil {
		options.ErrorHandlerFunc = func(w http.ResponseWriter, r *http.Request, err error) {
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
	}

	wrapper := ServerInterfaceWrapper{
		Handler:            si,
		HandlerMiddlewares: options.Middlewares,
		ErrorHandlerFunc:   options.ErrorHandlerFunc,
	}

	m.HandleFunc(http.MethodPost+" "+options.BaseURL+"/_mock/accounts", wrapper.CreateAccount)
	m.HandleFunc(http.MethodGet+" "+options.BaseURL+"/_mock/clock", wrapper.GetClock)
	m.HandleFunc(http.MethodPost+" "+options.BaseURL+"/_mock/clock", wrapper.SetClock)
	m.HandleFunc(http.MethodGet+" "+options.BaseURL+"/_mock/faults", wrapper.ListFaults)
	m.HandleFunc(http.MethodPost+" "+options.BaseURL+"/_mock/faults", wrapper.InjectFault)
	m.HandleFunc(http.MethodGet+" "+options.BaseURL+"/_mock/keys", wrapper.ListState)
	m.HandleFunc(http.MethodGet+" "+options.BaseURL+"/_mock/requests", wrapper.ListRequests)
	m.HandleFunc(http.MethodPost+" "+options.BaseURL+"/_mock/reset", wrapper.Reset)
	m.HandleFunc(http.MethodPost+" "+options.BaseURL+"/_mock/use", wrapper.RecordUse)

	return m
}

type InvalidJSONResponse Problem

type NoAccountJSONResponse Problem

type NoTokenJSONResponse Problem

type RemoteJSONResponse Problem

type UnsavedJSONResponse Problem

type CreateAccountRequestObject struct {
	Body *CreateAccountJSONRequestBody
}

type CreateAccountResponseObject interface {
	VisitCreateAccountResponse(w http.ResponseWriter) error
}

type CreateAccount201JSONResponse Account

func (response CreateAccount201JSONResponse) VisitCreateAccountResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(201)
	_, err := buf.WriteTo(w)
	return err
}

type CreateAccount400JSONResponse struct{ InvalidJSONResponse }

func (response CreateAccount400JSONResponse) VisitCreateAccountResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(400)
	_, err := buf.WriteTo(w)
	return err
}

type CreateAccount401JSONResponse struct{ NoTokenJSONResponse }

func (response CreateAccount401JSONResponse) VisitCreateAccountResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(401)
	_, err := buf.WriteTo(w)
	return err
}

type CreateAccount403JSONResponse struct{ RemoteJSONResponse }

func (response CreateAccount403JSONResponse) VisitCreateAccountResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(403)
	_, err := buf.WriteTo(w)
	return err
}

type CreateAccount409JSONResponse Problem

func (response CreateAccount409JSONResponse) VisitCreateAccountResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(409)
	_, err := buf.WriteTo(w)
	return err
}

type CreateAccount500JSONResponse struct{ UnsavedJSONResponse }

func (response CreateAccount500JSONResponse) VisitCreateAccountResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(500)
	_, err := buf.WriteTo(w)
	return err
}

type GetClockRequestObject struct {
}

type GetClockResponseObject interface {
	VisitGetClockResponse(w http.ResponseWriter) error
}

type GetClock200JSONResponse Clock

func (response GetClock200JSONResponse) VisitGetClockResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(200)
	_, err := buf.WriteTo(w)
	return err
}

type GetClock400JSONResponse Problem

func (response GetClock400JSONResponse) VisitGetClockResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(400)
	_, err := buf.WriteTo(w)
	return err
}

type GetClock401JSONResponse struct{ NoTokenJSONResponse }

func (response GetClock401JSONResponse) VisitGetClockResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(401)
	_, err := buf.WriteTo(w)
	return err
}

type GetClock403JSONResponse struct{ RemoteJSONResponse }

func (response GetClock403JSONResponse) VisitGetClockResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(403)
	_, err := buf.WriteTo(w)
	return err
}

type GetClock404JSONResponse struct{ NoAccountJSONResponse }

func (response GetClock404JSONResponse) VisitGetClockResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(404)
	_, err := buf.WriteTo(w)
	return err
}

type SetClockRequestObject struct {
	Body *SetClockJSONRequestBody
}

type SetClockResponseObject interface {
	VisitSetClockResponse(w http.ResponseWriter) error
}

type SetClock200JSONResponse Clock

func (response SetClock200JSONResponse) VisitSetClockResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(200)
	_, err := buf.WriteTo(w)
	return err
}

type SetClock400JSONResponse struct{ InvalidJSONResponse }

func (response SetClock400JSONResponse) VisitSetClockResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(400)
	_, err := buf.WriteTo(w)
	return err
}

type SetClock401JSONResponse struct{ NoTokenJSONResponse }

func (response SetClock401JSONResponse) VisitSetClockResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(401)
	_, err := buf.WriteTo(w)
	return err
}

type SetClock403JSONResponse struct{ RemoteJSONResponse }

func (response SetClock403JSONResponse) VisitSetClockResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(403)
	_, err := buf.WriteTo(w)
	return err
}

type SetClock404JSONResponse struct{ NoAccountJSONResponse }

func (response SetClock404JSONResponse) VisitSetClockResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(404)
	_, err := buf.WriteTo(w)
	return err
}

type SetClock500JSONResponse struct{ UnsavedJSONResponse }

func (response SetClock500JSONResponse) VisitSetClockResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(500)
	_, err := buf.WriteTo(w)
	return err
}

type ListFaultsRequestObject struct {
}

type ListFaultsResponseObject interface {
	VisitListFaultsResponse(w http.ResponseWriter) error
}

type ListFaults200JSONResponse Faults

func (response ListFaults200JSONResponse) VisitListFaultsResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(200)
	_, err := buf.WriteTo(w)
	return err
}

type ListFaults401JSONResponse struct{ NoTokenJSONResponse }

func (response ListFaults401JSONResponse) VisitListFaultsResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(401)
	_, err := buf.WriteTo(w)
	return err
}

type ListFaults403JSONResponse struct{ RemoteJSONResponse }

func (response ListFaults403JSONResponse) VisitListFaultsResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(403)
	_, err := buf.WriteTo(w)
	return err
}

type ListFaults404JSONResponse struct{ NoAccountJSONResponse }

func (response ListFaults404JSONResponse) VisitListFaultsResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(404)
	_, err := buf.WriteTo(w)
	return err
}

type InjectFaultRequestObject struct {
	Body *InjectFaultJSONRequestBody
}

type InjectFaultResponseObject interface {
	VisitInjectFaultResponse(w http.ResponseWriter) error
}

type InjectFault204Response struct {
}

func (response InjectFault204Response) VisitInjectFaultResponse(w http.ResponseWriter) error {
	w.WriteHeader(204)
	return nil
}

type InjectFault400JSONResponse struct{ InvalidJSONResponse }

func (response InjectFault400JSONResponse) VisitInjectFaultResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(400)
	_, err := buf.WriteTo(w)
	return err
}

type InjectFault401JSONResponse struct{ NoTokenJSONResponse }

func (response InjectFault401JSONResponse) VisitInjectFaultResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(401)
	_, err := buf.WriteTo(w)
	return err
}

type InjectFault403JSONResponse struct{ RemoteJSONResponse }

func (response InjectFault403JSONResponse) VisitInjectFaultResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(403)
	_, err := buf.WriteTo(w)
	return err
}

type InjectFault404JSONResponse struct{ NoAccountJSONResponse }

func (response InjectFault404JSONResponse) VisitInjectFaultResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(404)
	_, err := buf.WriteTo(w)
	return err
}

type InjectFault500JSONResponse struct{ UnsavedJSONResponse }

func (response InjectFault500JSONResponse) VisitInjectFaultResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(500)
	_, err := buf.WriteTo(w)
	return err
}

type ListStateRequestObject struct {
}

type ListStateResponseObject interface {
	VisitListStateResponse(w http.ResponseWriter) error
}

type ListState200JSONResponse KeyStates

func (response ListState200JSONResponse) VisitListStateResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(200)
	_, err := buf.WriteTo(w)
	return err
}

type ListState401JSONResponse struct{ NoTokenJSONResponse }

func (response ListState401JSONResponse) VisitListStateResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(401)
	_, err := buf.WriteTo(w)
	return err
}

type ListState403JSONResponse struct{ RemoteJSONResponse }

func (response ListState403JSONResponse) VisitListStateResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(403)
	_, err := buf.WriteTo(w)
	return err
}

type ListState404JSONResponse struct{ NoAccountJSONResponse }

func (response ListState404JSONResponse) VisitListStateResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(404)
	_, err := buf.WriteTo(w)
	return err
}

type ListRequestsRequestObject struct {
	Params ListRequestsParams
}

type ListRequestsResponseObject interface {
	VisitListRequestsResponse(w http.ResponseWriter) error
}

type ListRequests200JSONResponse Journal

func (response ListRequests200JSONResponse) VisitListRequestsResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(200)
	_, err := buf.WriteTo(w)
	return err
}

type ListRequests400JSONResponse struct{ InvalidJSONResponse }

func (response ListRequests400JSONResponse) VisitListRequestsResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(400)
	_, err := buf.WriteTo(w)
	return err
}

type ListRequests401JSONResponse struct{ NoTokenJSONResponse }

func (response ListRequests401JSONResponse) VisitListRequestsResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(401)
	_, err := buf.WriteTo(w)
	return err
}

type ListRequests403JSONResponse struct{ RemoteJSONResponse }

func (response ListRequests403JSONResponse) VisitListRequestsResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(403)
	_, err := buf.WriteTo(w)
	return err
}

type ListRequests404JSONResponse struct{ NoAccountJSONResponse }

func (response ListRequests404JSONResponse) VisitListRequestsResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(404)
	_, err := buf.WriteTo(w)
	return err
}

type ResetRequestObject struct {
}

type ResetResponseObject interface {
	VisitResetResponse(w http.ResponseWriter) error
}

type Reset204Response struct {
}

func (response Reset204Response) VisitResetResponse(w http.ResponseWriter) error {
	w.WriteHeader(204)
	return nil
}

type Reset401JSONResponse struct{ NoTokenJSONResponse }

func (response Reset401JSONResponse) VisitResetResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(401)
	_, err := buf.WriteTo(w)
	return err
}

type Reset403JSONResponse struct{ RemoteJSONResponse }

func (response Reset403JSONResponse) VisitResetResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(403)
	_, err := buf.WriteTo(w)
	return err
}

type Reset404JSONResponse struct{ NoAccountJSONResponse }

func (response Reset404JSONResponse) VisitResetResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(404)
	_, err := buf.WriteTo(w)
	return err
}

type Reset500JSONResponse struct{ UnsavedJSONResponse }

func (response Reset500JSONResponse) VisitResetResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(500)
	_, err := buf.WriteTo(w)
	return err
}

type RecordUseRequestObject struct {
	Body *RecordUseJSONRequestBody
}

type RecordUseResponseObject interface {
	VisitRecordUseResponse(w http.ResponseWriter) error
}

type RecordUse204Response struct {
}

func (response RecordUse204Response) VisitRecordUseResponse(w http.ResponseWriter) error {
	w.WriteHeader(204)
	return nil
}

type RecordUse400JSONResponse struct{ InvalidJSONResponse }

func (response RecordUse400JSONResponse) VisitRecordUseResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(400)
	_, err := buf.WriteTo(w)
	return err
}

type RecordUse401JSONResponse struct{ NoTokenJSONResponse }

func (response RecordUse401JSONResponse) VisitRecordUseResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(401)
	_, err := buf.WriteTo(w)
	return err
}

type RecordUse403JSONResponse struct{ RemoteJSONResponse }

func (response RecordUse403JSONResponse) VisitRecordUseResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(403)
	_, err := buf.WriteTo(w)
	return err
}

type RecordUse404JSONResponse struct{ NoAccountJSONResponse }

func (response RecordUse404JSONResponse) VisitRecordUseResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(404)
	_, err := buf.WriteTo(w)
	return err
}

type RecordUse500JSONResponse struct{ UnsavedJSONResponse }

func (response RecordUse500JSONResponse) VisitRecordUseResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(500)
	_, err := buf.WriteTo(w)
	return err
}

// StrictServerInterface represents all server handlers.
type StrictServerInterface interface {
	// CreateAccount Make an account
	// (POST /_mock/accounts)
	CreateAccount(ctx context.Context, request CreateAccountRequestObject) (CreateAccountResponseObject, error)
	// GetClock Get the time
	// (GET /_mock/clock)
	GetClock(ctx context.Context, request GetClockRequestObject) (GetClockResponseObject, error)
	// SetClock Set the clock
	// (POST /_mock/clock)
	SetClock(ctx context.Context, request SetClockRequestObject) (SetClockResponseObject, error)
	// ListFaults List the faults that wait for a request
	// (GET /_mock/faults)
	ListFaults(ctx context.Context, request ListFaultsRequestObject) (ListFaultsResponseObject, error)
	// InjectFault Inject a fault
	// (POST /_mock/faults)
	InjectFault(ctx context.Context, request InjectFaultRequestObject) (InjectFaultResponseObject, error)
	// ListState List the state of the keys
	// (GET /_mock/keys)
	ListState(ctx context.Context, request ListStateRequestObject) (ListStateResponseObject, error)
	// ListRequests List the recorded requests
	// (GET /_mock/requests)
	ListRequests(ctx context.Context, request ListRequestsRequestObject) (ListRequestsResponseObject, error)
	// Reset Reset the account
	// (POST /_mock/reset)
	Reset(ctx context.Context, request ResetRequestObject) (ResetResponseObject, error)
	// RecordUse Record the use of a key
	// (POST /_mock/use)
	RecordUse(ctx context.Context, request RecordUseRequestObject) (RecordUseResponseObject, error)
}

type StrictHandlerFunc func(ctx context.Context, w http.ResponseWriter, r *http.Request, request any) (any, error)
type StrictMiddlewareFunc func(f StrictHandlerFunc, operationID string) StrictHandlerFunc

type StrictHTTPServerOptions struct {
	RequestErrorHandlerFunc  func(w http.ResponseWriter, r *http.Request, err error)
	ResponseErrorHandlerFunc func(w http.ResponseWriter, r *http.Request, err error)
}

func NewStrictHandler(ssi StrictServerInterface, middlewares []StrictMiddlewareFunc) ServerInterface {
	return &strictHandler{ssi: ssi, middlewares: middlewares, options: StrictHTTPServerOptions{
		RequestErrorHandlerFunc: func(w http.ResponseWriter, r *http.Request, err error) {
			http.Error(w, err.Error(), http.StatusBadRequest)
		},
		ResponseErrorHandlerFunc: func(w http.ResponseWriter, r *http.Request, err error) {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		},
	}}
}

func NewStrictHandlerWithOptions(ssi StrictServerInterface, middlewares []StrictMiddlewareFunc, options StrictHTTPServerOptions) ServerInterface {
	if options.RequestErrorHandlerFunc == nil {
		options.RequestErrorHandlerFunc = func(w http.ResponseWriter, r *http.Request, err error) {
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
	}
	if options.ResponseErrorHandlerFunc == nil {
		options.ResponseErrorHandlerFunc = func(w http.ResponseWriter, r *http.Request, err error) {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}
	return &strictHandler{ssi: ssi, middlewares: middlewares, options: options}
}

type strictHandler struct {
	ssi         StrictServerInterface
	middlewares []StrictMiddlewareFunc
	options     StrictHTTPServerOptions
}

// CreateAccount operation middleware
func (sh *strictHandler) CreateAccount(w http.ResponseWriter, r *http.Request) {
	var request CreateAccountRequestObject

	var body CreateAccountJSONRequestBody
	if err := runtime.BindJSONBody(r, &body); err != nil {
		sh.options.RequestErrorHandlerFunc(w, r, fmt.Errorf("can't decode JSON body: %w", err))
		return
	}
	request.Body = &body

	handler := func(ctx context.Context, w http.ResponseWriter, r *http.Request, request interface{}) (interface{}, error) {
		return sh.ssi.CreateAccount(ctx, request.(CreateAccountRequestObject))
	}
	for _, middleware := range sh.middlewares {
		handler = middleware(handler, "CreateAccount")
	}

	response, err := handler(r.Context(), w, r, request)

	if err != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, err)
	} else if validResponse, ok := response.(CreateAccountResponseObject); ok {
		if err := validResponse.VisitCreateAccountResponse(w); err != nil {
			sh.options.ResponseErrorHandlerFunc(w, r, err)
		}
	} else if response != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, fmt.Errorf("unexpected response type: %T", response))
	}
}

// GetClock operation middleware
func (sh *strictHandler) GetClock(w http.ResponseWriter, r *http.Request) {
	var request GetClockRequestObject

	handler := func(ctx context.Context, w http.ResponseWriter, r *http.Request, request interface{}) (interface{}, error) {
		return sh.ssi.GetClock(ctx, request.(GetClockRequestObject))
	}
	for _, middleware := range sh.middlewares {
		handler = middleware(handler, "GetClock")
	}

	response, err := handler(r.Context(), w, r, request)

	if err != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, err)
	} else if validResponse, ok := response.(GetClockResponseObject); ok {
		if err := validResponse.VisitGetClockResponse(w); err != nil {
			sh.options.ResponseErrorHandlerFunc(w, r, err)
		}
	} else if response != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, fmt.Errorf("unexpected response type: %T", response))
	}
}

// SetClock operation middleware
func (sh *strictHandler) SetClock(w http.ResponseWriter, r *http.Request) {
	var request SetClockRequestObject

	var body SetClockJSONRequestBody
	if err := runtime.BindJSONBody(r, &body); err != nil {
		sh.options.RequestErrorHandlerFunc(w, r, fmt.Errorf("can't decode JSON body: %w", err))
		return
	}
	request.Body = &body

	handler := func(ctx context.Context, w http.ResponseWriter, r *http.Request, request interface{}) (interface{}, error) {
		return sh.ssi.SetClock(ctx, request.(SetClockRequestObject))
	}
	for _, middleware := range sh.middlewares {
		handler = middleware(handler, "SetClock")
	}

	response, err := handler(r.Context(), w, r, request)

	if err != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, err)
	} else if validResponse, ok := response.(SetClockResponseObject); ok {
		if err := validResponse.VisitSetClockResponse(w); err != nil {
			sh.options.ResponseErrorHandlerFunc(w, r, err)
		}
	} else if response != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, fmt.Errorf("unexpected response type: %T", response))
	}
}

// ListFaults operation middleware
func (sh *strictHandler) ListFaults(w http.ResponseWriter, r *http.Request) {
	var request ListFaultsRequestObject

	handler := func(ctx context.Context, w http.ResponseWriter, r *http.Request, request interface{}) (interface{}, error) {
		return sh.ssi.ListFaults(ctx, request.(ListFaultsRequestObject))
	}
	for _, middleware := range sh.middlewares {
		handler = middleware(handler, "ListFaults")
	}

	response, err := handler(r.Context(), w, r, request)

	if err != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, err)
	} else if validResponse, ok := response.(ListFaultsResponseObject); ok {
		if err := validResponse.VisitListFaultsResponse(w); err != nil {
			sh.options.ResponseErrorHandlerFunc(w, r, err)
		}
	} else if response != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, fmt.Errorf("unexpected response type: %T", response))
	}
}

// InjectFault operation middleware
func (sh *strictHandler) InjectFault(w http.ResponseWriter, r *http.Request) {
	var request InjectFaultRequestObject

	var body InjectFaultJSONRequestBody
	if err := runtime.BindJSONBody(r, &body); err != nil {
		sh.options.RequestErrorHandlerFunc(w, r, fmt.Errorf("can't decode JSON body: %w", err))
		return
	}
	request.Body = &body

	handler := func(ctx context.Context, w http.ResponseWriter, r *http.Request, request interface{}) (interface{}, error) {
		return sh.ssi.InjectFault(ctx, request.(InjectFaultRequestObject))
	}
	for _, middleware := range sh.middlewares {
		handler = middleware(handler, "InjectFault")
	}

	response, err := handler(r.Context(), w, r, request)

	if err != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, err)
	} else if validResponse, ok := response.(InjectFaultResponseObject); ok {
		if err := validResponse.VisitInjectFaultResponse(w); err != nil {
			sh.options.ResponseErrorHandlerFunc(w, r, err)
		}
	} else if response != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, fmt.Errorf("unexpected response type: %T", response))
	}
}

// ListState operation middleware
func (sh *strictHandler) ListState(w http.ResponseWriter, r *http.Request) {
	var request ListStateRequestObject

	handler := func(ctx context.Context, w http.ResponseWriter, r *http.Request, request interface{}) (interface{}, error) {
		return sh.ssi.ListState(ctx, request.(ListStateRequestObject))
	}
	for _, middleware := range sh.middlewares {
		handler = middleware(handler, "ListState")
	}

	response, err := handler(r.Context(), w, r, request)

	if err != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, err)
	} else if validResponse, ok := response.(ListStateResponseObject); ok {
		if err := validResponse.VisitListStateResponse(w); err != nil {
			sh.options.ResponseErrorHandlerFunc(w, r, err)
		}
	} else if response != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, fmt.Errorf("unexpected response type: %T", response))
	}
}

// ListRequests operation middleware
func (sh *strictHandler) ListRequests(w http.ResponseWriter, r *http.Request, params ListRequestsParams) {
	var request ListRequestsRequestObject

	request.Params = params

	handler := func(ctx context.Context, w http.ResponseWriter, r *http.Request, request interface{}) (interface{}, error) {
		return sh.ssi.ListRequests(ctx, request.(ListRequestsRequestObject))
	}
	for _, middleware := range sh.middlewares {
		handler = middleware(handler, "ListRequests")
	}

	response, err := handler(r.Context(), w, r, request)

	if err != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, err)
	} else if validResponse, ok := response.(ListRequestsResponseObject); ok {
		if err := validResponse.VisitListRequestsResponse(w); err != nil {
			sh.options.ResponseErrorHandlerFunc(w, r, err)
		}
	} else if response != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, fmt.Errorf("unexpected response type: %T", response))
	}
}

// Reset operation middleware
func (sh *strictHandler) Reset(w http.ResponseWriter, r *http.Request) {
	var request ResetRequestObject

	handler := func(ctx context.Context, w http.ResponseWriter, r *http.Request, request interface{}) (interface{}, error) {
		return sh.ssi.Reset(ctx, request.(ResetRequestObject))
	}
	for _, middleware := range sh.middlewares {
		handler = middleware(handler, "Reset")
	}

	response, err := handler(r.Context(), w, r, request)

	if err != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, err)
	} else if validResponse, ok := response.(ResetResponseObject); ok {
		if err := validResponse.VisitResetResponse(w); err != nil {
			sh.options.ResponseErrorHandlerFunc(w, r, err)
		}
	} else if response != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, fmt.Errorf("unexpected response type: %T", response))
	}
}

// RecordUse operation middleware
func (sh *strictHandler) RecordUse(w http.ResponseWriter, r *http.Request) {
	var request RecordUseRequestObject

	var body RecordUseJSONRequestBody
	if err := runtime.BindJSONBody(r, &body); err != nil {
		sh.options.RequestErrorHandlerFunc(w, r, fmt.Errorf("can't decode JSON body: %w", err))
		return
	}
	request.Body = &body

	handler := func(ctx context.Context, w http.ResponseWriter, r *http.Request, request interface{}) (interface{}, error) {
		return sh.ssi.RecordUse(ctx, request.(RecordUseRequestObject))
	}
	for _, middleware := range sh.middlewares {
		handler = middleware(handler, "RecordUse")
	}

	response, err := handler(r.Context(), w, r, request)

	if err != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, err)
	} else if validResponse, ok := response.(RecordUseResponseObject); ok {
		if err := validResponse.VisitRecordUseResponse(w); err != nil {
			sh.options.ResponseErrorHandlerFunc(w, r, err)
		}
	} else if response != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, fmt.Errorf("unexpected response type: %T", response))
	}
}

// OpenAPI is the document that this package is generated from, byte for byte (YAML). Treat it as read-only.
var OpenAPI = []byte(strings.Join([]string{
	"openapi: 3.0.3\n",
	"\n",
	"info:\n",
	"  title: keysmock, control\n",
	"  version: 0.1.0\n",
	"  description: |-\n",
	"    Controls keysmock from tests in any language. Only programs on the same machine may call it, or those that\n",
	"    send the control token if keysmock was started with one.\n",
	"\n",
	"    **Accounts.** Each has its own keys, faults and recorded requests, so that parallel tests can share a server. A request is\n",
	"    about the account that its `X-API-Key` belongs to, and without one about the account that keysmock was started with.\n",
	"\n",
	"    **Faults for a single request** don't need this API: a request to the mocked API may have the header `X-Mock-Fault`, with\n",
	"    properties of `Fault` separated by semicolons: `status=503;after`, `drop`, `truncate=20;stall`, `delay=0.5;jitter=0.2`,\n",
	"    `status=429;retry-after=7;flat;code=C;message=M`, `body=nonsense`. It has no `operation`, `times`, `for_seconds` and `header`.\n",
	"\n",
	"    **A proxy** (`keysmock proxy`) has no accounts, keys and clock. It has `/_mock/faults`, `/_mock/reset` and `/_mock/requests`, which\n",
	"    takes no parameters and whose elements are the exchanges of its report.\n",
	"  license:\n",
	"    name: MIT\n",
	"    url: https://opensource.org/license/mit\n",
	"  contact:\n",
	"    name: qaikeys\n",
	"    url: https://github.com/qaikeys/qaikeys\n",
	"\n",
	"servers:\n",
	"  - url: http://127.0.0.1:8787\n",
	"    description: Where keysmock listens by default.\n",
	"\n",
	"tags:\n",
	"  - name: mock\n",
	"    description: Controls the mock.\n",
	"\n",
	"security:\n",
	"  - {}\n",
	"  - apiKeyHeader: []\n",
	"  - controlToken: []\n",
	"  - apiKeyHeader: []\n",
	"    controlToken: []\n",
	"\n",
	"paths:\n",
	"  /_mock/requests:\n",
	"    get:\n",
	"      operationId: listRequests\n",
	"      summary: List the recorded requests\n",
	"      description: |-\n",
	"        The account's last 1,000 requests, oldest first. Credentials are replaced by `[redacted]`: the values of `Authorization`,\n",
	"        `Proxy-Authorization`, `X-API-Key`, `Cookie` and `Set-Cookie`, and in every text what has the form of a minted key and the\n",
	"        accounts' own credentials (unless shorter than eight characters and not beginning with `qai_`), also in upper or lower case,\n",
	"        in hexadecimal, in base64, and with escapes of URLs or JSON. A text that is longer than what is kept of it is cut, and ends\n",
	"        like `…[1048000 more bytes]`.\n",
	"\n",
	"        With parameters only the requests that all of them say.\n",
	"      tags: [mock]\n",
	"      parameters:\n",
	"        - name: operation\n",
	"          in: query\n",
	"          description: The `operation`, an operationId of openapi.yaml.\n",
	"          schema:\n",
	"            type: string\n",
	"            minLength: 1\n",
	"          example: createKey\n",
	"        - name: key\n",
	"          in: query\n",
	"          description: The `key_id`, of a key that the request came with.\n",
	"          schema:\n",
	"            type: string\n",
	"            minLength: 1\n",
	"          example: key_01\n",
	"        - name: status\n",
	"          in: query\n",
	"          description: The `status` of the response; 0 for requests without one.\n",
	"          schema:\n",
	"            type: integer\n",
	"            minimum: 0\n",
	"            maximum: 599\n",
	"          example: 503\n",
	"      responses:\n",
	"        '200':\n",
	"          description: The journal.\n",
	"          content:\n",
	"            application/json:\n",
	"              schema:\n",
	"                $ref: '#/components/schemas/Journal'\n",
	"        '400':\n",
	"          $ref: '#/components/responses/Invalid'\n",
	"        '401':\n",
	"          $ref: '#/components/responses/NoToken'\n",
	"        '403':\n",
	"          $ref: '#/components/responses/Remote'\n",
	"        '404':\n",
	"          $ref: '#/components/responses/NoAccount'\n",
	"\n",
	"  /_mock/keys:\n",
	"    get:\n",
	"      operationId: listState\n",
	"      summary: List the state of the keys\n",
	"      description: The account's keys, in the order in which they were made.\n",
	"      tags: [mock]\n",
	"      responses:\n",
	"        '200':\n",
	"          description: The state.\n",
	"          content:\n",
	"            application/json:\n",
	"              schema:\n",
	"                $ref: '#/components/schemas/KeyStates'\n",
	"        '401':\n",
	"          $ref: '#/components/responses/NoToken'\n",
	"        '403':\n",
	"          $ref: '#/components/responses/Remote'\n",
	"        '404':\n",
	"          $ref: '#/components/responses/NoAccount'\n",
	"\n",
	"  /_mock/faults:\n",
	"    get:\n",
	"      operationId: listFaults\n",
	"      summary: List the faults that wait for a request\n",
	"      description: |-\n",
	"        The account's faults that requests may still meet, in the order in which they were injected. Ask at the end of a test: a fault\n",
	"        that is left was never met. Of each, `times` is what is left, and a property that isn't there has its default.\n",
	"      tags: [mock]\n",
	"      responses:\n",
	"        '200':\n",
	"          description: The faults.\n",
	"          content:\n",
	"            application/json:\n",
	"              schema:\n",
	"                $ref: '#/components/schemas/Faults'\n",
	"        '401':\n",
	"          $ref: '#/components/responses/NoToken'\n",
	"        '403':\n",
	"          $ref: '#/components/responses/Remote'\n",
	"        '404':\n",
	"          $ref: '#/components/responses/NoAccount'\n",
	"    post:\n",
	"      operationId: injectFault\n",
	"      summary: Inject a fault\n",
	"      description: |-\n",
	"        Adds a fault. A request meets the first fault that applies to it and isn't used up. At most 100 faults, of 4 MiB of texts in\n",
	"        all, may wait for a request.\n",
	"      tags: [mock]\n",
	"      requestBody:\n",
	"        required: true\n",
	"        content:\n",
	"          application/json:\n",
	"            schema:\n",
	"              $ref: '#/components/schemas/Fault'\n",
	"            examples:\n",
	"              lost:\n",
	"                summary: The next key is made, and the response is lost\n",
	"                value:\n",
	"                  operation: createKey\n",
	"                  after: true\n",
	"                  drop: true\n",
	"      responses:\n",
	"        '204':\n",
	"          description: The fault is added.\n",
	"        '400':\n",
	"          $ref: '#/components/responses/Invalid'\n",
	"        '401':\n",
	"          $ref: '#/components/responses/NoToken'\n",
	"        '403':\n",
	"          $ref: '#/components/responses/Remote'\n",
	"        '404':\n",
	"          $ref: '#/components/responses/NoAccount'\n",
	"        '500':\n",
	"          $ref: '#/components/responses/Unsaved'\n",
	"\n",
	"  /_mock/use:\n",
	"    post:\n",
	"      operationId: recordUse\n",
	"      summary: Record the use of a key\n",
	"      description: |-\n",
	"        Records that a key made a request today, by the mock's clock, and what it cost. A key may have uses on 1,000 days, or with as\n",
	"        many models.\n",
	"      tags: [mock]\n",
	"      requestBody:\n",
	"        required: true\n",
	"        content:\n",
	"          application/json:\n",
	"            schema:\n",
	"              $ref: '#/components/schemas/Use'\n",
	"      responses:\n",
	"        '204':\n",
	"          description: The use is recorded.\n",
	"        '400':\n",
	"          $ref: '#/components/responses/Invalid'\n",
	"        '401':\n",
	"          $ref: '#/components/responses/NoToken'\n",
	"        '403':\n",
	"          $ref: '#/components/responses/Remote'\n",
	"        '404':\n",
	"          $ref: '#/components/responses/NoAccount'\n",
	"        '500':\n",
	"          $ref: '#/components/responses/Unsaved'\n",
	"\n",
	"  /_mock/reset:\n",
	"    post:\n",
	"      operationId: reset\n",
	"      summary: Reset the account\n",
	"      description: Puts the account back into the state in which it was made, with its keys, and forgets its requests, faults and clock.\n",
	"      tags: [mock]\n",
	"      responses:\n",
	"        '204':\n",
	"          description: The account is reset.\n",
	"        '401':\n",
	"          $ref: '#/components/responses/NoToken'\n",
	"        '403':\n",
	"          $ref: '#/components/responses/Remote'\n",
	"        '404':\n",
	"          $ref: '#/components/responses/NoAccount'\n",
	"        '500':\n",
	"          $ref: '#/components/responses/Unsaved'\n",
	"\n",
	"  /_mock/accounts:\n",
	"    post:\n",
	"      operationId: createAccount\n",
	"      security:\n",
	"        - {}\n",
	"        - controlToken: []\n",
	"      summary: Make an account\n",
	"      description: |-\n",
	"        Makes an account with its own keys, faults and recorded requests, which lives as long as keysmock's state. There may be 1,000\n",
	"        accounts, and 2,000,000 accounts and keys in all; a key counts once more for each KiB of its name and endpoints.\n",
	"      tags: [mock]\n",
	"      requestBody:\n",
	"        required: true\n",
	"        content:\n",
	"          application/json:\n",
	"            schema:\n",
	"              $ref: '#/components/schemas/AccountOptions'\n",
	"      responses:\n",
	"        '201':\n",
	"          description: The account's credential.\n",
	"          content:\n",
	"            application/json:\n",
	"              schema:\n",
	"                $ref: '#/components/schemas/Account'\n",
	"        '400':\n",
	"          $ref: '#/components/responses/Invalid'\n",
	"        '401':\n",
	"          $ref: '#/components/responses/NoToken'\n",
	"        '403':\n",
	"          $ref: '#/components/responses/Remote'\n",
	"        '409':\n",
	"          description: Another account or key has this API key.\n",
	"          content:\n",
	"            application/json:\n",
	"              schema:\n",
	"                $ref: '#/components/schemas/Problem'\n",
	"        '500':\n",
	"          $ref: '#/components/responses/Unsaved'\n",
	"\n",
	"  /_mock/clock:\n",
	"    get:\n",
	"      operationId: getClock\n",
	"      summary: Get the time\n",
	"      description: The clock of the account, or without an `X-API-Key` of the mock.\n",
	"      tags: [mock]\n",
	"      responses:\n",
	"        '200':\n",
	"          description: The time.\n",
	"          content:\n",
	"            application/json:\n",
	"              schema:\n",
	"                $ref: '#/components/schemas/Clock'\n",
	"        '400':\n",
	"          description: |-\n",
	"            The account's clock, which follows the mock's, isn't within the years 0 to 9999. It is again once it is `real`, or the account\n",
	"            is reset.\n",
	"          content:\n",
	"            application/json:\n",
	"              schema:\n",
	"                $ref: '#/components/schemas/Problem'\n",
	"        '401':\n",
	"          $ref: '#/components/responses/NoToken'\n",
	"        '403':\n",
	"          $ref: '#/components/responses/Remote'\n",
	"        '404':\n",
	"          $ref: '#/components/responses/NoAccount'\n",
	"    post:\n",
	"      operationId: setClock\n",
	"      summary: Set the clock\n",
	"      description: |-\n",
	"        Moves the clock of the account, or without an `X-API-Key` that of the mock, which accounts follow: `advance_seconds` advances it\n",
	"        and lets it go on, `now` stops it at a time. An account whose own clock was advanced stays ahead of the mock's by as much; one\n",
	"        whose clock was stopped keeps it. A reset of the account undoes it. Latency and delays always pass in real time.\n",
	"      tags: [mock]\n",
	"      requestBody:\n",
	"        required: true\n",
	"        content:\n",
	"          application/json:\n",
	"            schema:\n",
	"              $ref: '#/components/schemas/ClockChange'\n",
	"      responses:\n",
	"        '200':\n",
	"          description: The time from now on.\n",
	"          content:\n",
	"            application/json:\n",
	"              schema:\n",
	"                $ref: '#/components/schemas/Clock'\n",
	"        '400':\n",
	"          $ref: '#/components/responses/Invalid'\n",
	"        '401':\n",
	"          $ref: '#/components/responses/NoToken'\n",
	"        '403':\n",
	"          $ref: '#/components/responses/Remote'\n",
	"        '404':\n",
	"          $ref: '#/components/responses/NoAccount'\n",
	"        '500':\n",
	"          $ref: '#/components/responses/Unsaved'\n",
	"\n",
	"components:\n",
	"  securitySchemes:\n",
	"    apiKeyHeader:\n",
	"      type: apiKey\n",
	"      in: header\n",
	"      name: X-API-Key\n",
	"      description: An API key of the account that the request is about; without it, it is the account that keysmock was started with.\n",
	"    controlToken:\n",
	"      type: http\n",
	"      scheme: bearer\n",
	"      description: What keysmock was started with as `-control-token` or `KEYSMOCK_CONTROL_TOKEN`; if it has one, every request needs it.\n",
	"\n",
	"  responses:\n",
	"    Invalid:\n",
	"      description: The request isn't what this document says, or there would be too much of something. Nothing was done.\n",
	"      content:\n",
	"        application/json:\n",
	"          schema:\n",
	"            $ref: '#/components/schemas/Problem'\n",
	"    NoToken:\n",
	"      description: keysmock was started with a control token, and the request doesn't have it.\n",
	"      content:\n",
	"        application/json:\n",
	"          schema:\n",
	"            $ref: '#/components/schemas/Problem'\n",
	"    Remote:\n",
	"      description: |-\n",
	"        keysmock was started without a control token, and the request comes from another machine or addresses another one; or it\n",
	"        is one of another site's web page.\n",
	"      content:\n",
	"        application/json:\n",
	"          schema:\n",
	"            $ref: '#/components/schemas/Problem'\n",
	"    Unsaved:\n",
	"      description: |-\n",
	"        Nothing was done, and the state can't be saved any more. From now on every response of the mocked API is a 500: restart\n",
	"        keysmock.\n",
	"      content:\n",
	"        application/json:\n",
	"          schema:\n",
	"            $ref: '#/components/schemas/Problem'\n",
	"    NoAccount:\n",
	"      description: There is no account with this `X-API-Key`.\n",
	"      content:\n",
	"        application/json:\n",
	"          schema:\n",
	"            $ref: '#/components/schemas/Problem'\n",
	"\n",
	"  schemas:\n",
	"    Problem:\n",
	"      type: object\n",
	"      description: What is wrong.\n",
	"      required: [error]\n",
	"      properties:\n",
	"        error:\n",
	"          type: object\n",
	"          description: What is wrong.\n",
	"          required: [message]\n",
	"          properties:\n",
	"            message:\n",
	"              type: string\n",
	"              description: What is wrong, for people.\n",
	"              example: 'status 42 isn''t from 200 to 599'\n",
	"\n",
	"    Journal:\n",
	"      type: object\n",
	"      description: The recorded requests.\n",
	"      required: [requests]\n",
	"      additionalProperties: false\n",
	"      properties:\n",
	"        requests:\n",
	"          type: array\n",
	"          description: The requests, oldest first.\n",
	"          items:\n",
	"            $ref: '#/components/schemas/Request'\n",
	"\n",
	"    Request:\n",
	"      type: object\n",
	"      description: A request and its outcome.\n",
	"      required: [id, time, method, path, header, body, operation, key_id, status, error, fault]\n",
	"      additionalProperties: false\n",
	"      properties:\n",
	"        id:\n",
	"          type: string\n",
	"          description: '`X-QAI-Request-Id` of the response.'\n",
	"          example: req_000001\n",
	"        time:\n",
	"          type: string\n",
	"          format: date-time\n",
	"          description: When it arrived, by the mock's clock (RFC 3339).\n",
	"          example: '2026-09-01T12:34:56Z'\n",
	"        method:\n",
	"          type: string\n",
	"          description: The method.\n",
	"          example: POST\n",
	"        path:\n",
	"          type: string\n",
	"          description: The path as it was sent, percent-encoded, without the query; up to 1 KiB.\n",
	"          example: /qai/v1/keys\n",
	"        header:\n",
	"          type: object\n",
	"          description: The headers, up to 1 KiB of a value and 8 KiB in all; `…` says how many values are left out.\n",
	"          additionalProperties:\n",
	"            type: array\n",
	"            items:\n",
	"              type: string\n",
	"        body:\n",
	"          type: string\n",
	"          description: The body as it was sent, as far as the mock read it; up to 16 KiB.\n",
	"          example: '{\"name\":\"ci\"}'\n",
	"        operation:\n",
	"          type: string\n",
	"          description: The operationId in openapi.yaml; empty if the path or method is unknown.\n",
	"          example: createKey\n",
	"        key_id:\n",
	"          type: string\n",
	"          description: |-\n",
	"            The id of the key that it came with, also if the request was refused. Empty for an account's own credential, for an\n",
	"            ephemeral token, which has none, and for an unknown credential.\n",
	"          example: key_01\n",
	"        status:\n",
	"          type: integer\n",
	"          description: The status of the response; 0 while there is none, and if the connection was closed instead.\n",
	"          example: 200\n",
	"        error:\n",
	"          type: string\n",
	"          description: The message of the error in the response; up to 1 KiB.\n",
	"          example: 'name: value must be a string'\n",
	"        fault:\n",
	"          type: boolean\n",
	"          description: Whether it met a fault.\n",
	"          example: false\n",
	"        ignored:\n",
	"          type: array\n",
	"          description: |-\n",
	"            The properties of the body that the mock ignored, as the gateway does: unknown ones with `-lenient`, and `region` if it\n",
	"            names none. They are paths; up to 20 of 128 bytes, and `…` says how many are left out. Absent if there are none.\n",
	"          items:\n",
	"            type: string\n",
	"          example: [spend_cap_uds]\n",
	"\n",
	"    KeyStates:\n",
	"      type: object\n",
	"      description: The state of the keys.\n",
	"      required: [keys]\n",
	"      additionalProperties: false\n",
	"      properties:\n",
	"        keys:\n",
	"          type: array\n",
	"          description: The keys, in the order in which they were made.\n",
	"          items:\n",
	"            $ref: '#/components/schemas/KeyState'\n",
	"\n",
	"    KeyState:\n",
	"      type: object\n",
	"      description: What the mock knows about a key. It keeps only a hash of the secret.\n",
	"      required: [id, name, key_prefix, endpoints, spend_cap_usd, rate_limit, region, device_id, spent_ticks, revoked, created_at]\n",
	"      additionalProperties: false\n",
	"      properties:\n",
	"        id:\n",
	"          type: string\n",
	"          description: Identifies the key.\n",
	"          example: key_01\n",
	"        name:\n",
	"          type: string\n",
	"          description: Name of the key.\n",
	"          example: ci\n",
	"        key_prefix:\n",
	"          type: string\n",
	"          description: The first 14 characters of the key.\n",
	"          example: qai_k_4f1c09aa\n",
	"        endpoints:\n",
	"          type: array\n",
	"          nullable: true\n",
	"          description: What the key is restricted to; null if it isn't.\n",
	"          items:\n",
	"            type: string\n",
	"        spend_cap_usd:\n",
	"          type: number\n",
	"          nullable: true\n",
	"          description: The most that it may spend, in US dollars; null if there is no cap.\n",
	"          example: 25\n",
	"        rate_limit:\n",
	"          type: integer\n",
	"          nullable: true\n",
	"          description: The most requests that it may make, in requests a minute; null if there is no limit.\n",
	"          example: 60\n",
	"        region:\n",
	"          type: string\n",
	"          description: The name of its region, never an alias; empty if it has none.\n",
	"          example: europe\n",
	"        device_id:\n",
	"          type: string\n",
	"          description: The device that it was minted for; empty if it wasn't.\n",
	"          example: device_01\n",
	"        spent_ticks:\n",
	"          type: integer\n",
	"          format: int64\n",
	"          description: What it has spent, in ticks (10,000,000,000 to the US dollar).\n",
	"          example: 25000000000\n",
	"        revoked:\n",
	"          type: boolean\n",
	"          description: Whether it is refused because it was revoked or because its grace is over.\n",
	"          example: false\n",
	"        created_at:\n",
	"          type: string\n",
	"          format: date-time\n",
	"          description: When it was minted (RFC 3339).\n",
	"          example: '2026-09-01T12:34:56Z'\n",
	"        last_used:\n",
	"          type: string\n",
	"          format: date-time\n",
	"          description: When it was last used (RFC 3339); absent if it never was.\n",
	"          example: '2026-09-02T01:02:03Z'\n",
	"        expires_at:\n",
	"          type: string\n",
	"          format: date-time\n",
	"          description: When a rotated key is refused (RFC 3339); absent if it wasn't rotated.\n",
	"          example: '2026-09-02T01:02:03Z'\n",
	"\n",
	"    Faults:\n",
	"      type: object\n",
	"      description: The faults that wait for a request.\n",
	"      required: [faults]\n",
	"      additionalProperties: false\n",
	"      properties:\n",
	"        faults:\n",
	"          type: array\n",
	"          description: The faults, in the order in which they were injected.\n",
	"          items:\n",
	"            $ref: '#/components/schemas/Fault'\n",
	"\n",
	"    Fault:\n",
	"      type: object\n",
	"      description: |-\n",
	"        Something that goes wrong with a request. With `status`, `body`, `empty`, `raw` or `drop` it replaces the operation: nothing\n",
	"        is done, unless `after` is set. Any other fault changes the operation's own response. Faults can be combined: first the response is\n",
	"        made, then its body and headers are changed, and then sent in the way that `truncate`, `dribble`, `stall` and `reset` say. A\n",
	"        property that can't have an effect beside the others is refused, and so is a fault without one, like `{\"after\":true}`.\n",
	"      additionalProperties: false\n",
	"      properties:\n",
	"        operation:\n",
	"          type: string\n",
	"          description: The operationId in openapi.yaml; empty means any.\n",
	"          default: ''\n",
	"          example: createKey\n",
	"        times:\n",
	"          type: integer\n",
	"          description: How many requests meet it; 0 means 1, and a negative number means every request.\n",
	"          default: 0\n",
	"          example: 1\n",
	"        probability:\n",
	"          type: number\n",
	"          minimum: 0\n",
	"          maximum: 1\n",
	"          description: |-\n",
	"            How likely a request meets it; 0 means 1. A request that doesn't may meet a later one. With the account's `seed`, the same\n",
	"            requests meet it in every run.\n",
	"          default: 0\n",
	"          example: 0.5\n",
	"        for_seconds:\n",
	"          type: number\n",
	"          minimum: 0\n",
	"          maximum: 9223372036\n",
	"          description: How long requests meet it from now on, by the mock's clock, in seconds; 0 means always.\n",
	"          default: 0\n",
	"          example: 60\n",
	"        after:\n",
	"          type: boolean\n",
	"          description: The operation takes effect although its response is replaced. One that isn't always does.\n",
	"          default: false\n",
	"          example: true\n",
	"        status:\n",
	"          type: integer\n",
	"          description: The status of the response, from 200 to 599; 0 means the operation's own, or 200.\n",
	"          default: 0\n",
	"          example: 503\n",
	"        code:\n",
	"          type: string\n",
	"          description: |-\n",
	"            The code of the error body; empty means the usual one of the status, with `-codes canonical` in upper case. It needs a\n",
	"            `status`.\n",
	"          default: ''\n",
	"          example: internal\n",
	"        message:\n",
	"          type: string\n",
	"          description: The message of the error body; empty means one that says that it was injected. It needs a `status`.\n",
	"          default: ''\n",
	"          example: try later\n",
	"        flat:\n",
	"          type: boolean\n",
	"          description: The error body has the flat form. It needs a `status`.\n",
	"          default: false\n",
	"          example: false\n",
	"        retry_after_seconds:\n",
	"          type: number\n",
	"          minimum: 0\n",
	"          maximum: 9223372036\n",
	"          description: Retry-After, in seconds, rounded up. It needs a `status`.\n",
	"          default: 0\n",
	"          example: 5\n",
	"        delay_seconds:\n",
	"          type: number\n",
	"          minimum: 0\n",
	"          maximum: 9223372036\n",
	"          description: How long to wait before the operation, or with `after` between it and the response, in seconds.\n",
	"          default: 0\n",
	"          example: 0.5\n",
	"        jitter_seconds:\n",
	"          type: number\n",
	"          minimum: 0\n",
	"          maximum: 9223372036\n",
	"          description: The delay is longer by a random part of this, in seconds. With the account's `seed`, it is the same in every run.\n",
	"          default: 0\n",
	"          example: 0.2\n",
	"        drop:\n",
	"          type: boolean\n",
	"          description: |-\n",
	"            Close the connection without a response. Over HTTP/2, only the stream is closed, with RST_STREAM and the code\n",
	"            INTERNAL_ERROR.\n",
	"          default: false\n",
	"          example: false\n",
	"        truncate:\n",
	"          type: integer\n",
	"          description: |-\n",
	"            Close it, like `drop`, after this many bytes of the body; a negative number means before the first, 0 not at all. A body that\n",
	"            isn't longer is sent whole, and then the connection is closed.\n",
	"          default: 0\n",
	"          example: 20\n",
	"        stall:\n",
	"          type: boolean\n",
	"          description: |-\n",
	"            Send nothing more instead of closing the connection, until the client has gone or the mock ends. It needs `drop`, for no\n",
	"            response at all, or `truncate`.\n",
	"          default: false\n",
	"          example: false\n",
	"        reset:\n",
	"          type: boolean\n",
	"          description: |-\n",
	"            Close the connection with a TCP reset (RST), where `drop` or `truncate` would close it, or after the whole response. Only\n",
	"            over HTTP/1.\n",
	"          default: false\n",
	"          example: false\n",
	"        dribble:\n",
	"          type: integer\n",
	"          minimum: 0\n",
	"          description: Send the body in parts of this many bytes; 0 means as a whole.\n",
	"          default: 0\n",
	"          example: 10\n",
	"        every_seconds:\n",
	"          type: number\n",
	"          minimum: 0\n",
	"          maximum: 9223372036\n",
	"          description: The time between two parts, in seconds. It needs `dribble`.\n",
	"          default: 0\n",
	"          example: 0.1\n",
	"        body:\n",
	"          type: string\n",
	"          description: The body of the response; empty means the operation's own, or an error body.\n",
	"          default: ''\n",
	"          example: <html>Bad Gateway</html>\n",
	"        empty:\n",
	"          type: boolean\n",
	"          description: The response has no body.\n",
	"          default: false\n",
	"          example: false\n",
	"        raw:\n",
	"          type: string\n",
	"          description: Sent instead of a response of HTTP; then the connection is closed. Only over HTTP/1.\n",
	"          default: ''\n",
	"          example: nonsense\n",
	"        garble:\n",
	"          type: string\n",
	"          description: |-\n",
	"            A property of the operation's own response, like `details` or `keys.name` (of each key), whose value gets a wrong type: a\n",
	"            text becomes a list, anything else a text. All other bytes stay, so that a new secret can still be read.\n",
	"          default: ''\n",
	"          example: details\n",
	"        gzip:\n",
	"          type: integer\n",
	"          minimum: 0\n",
	"          maximum: 10\n",
	"          description: How many times the body is compressed, which `Content-Encoding` says unless `header` says otherwise.\n",
	"          default: 0\n",
	"          example: 2\n",
	"        header:\n",
	"          type: object\n",
	"          description: |-\n",
	"            Headers that replace those of the response, other than `Transfer-Encoding` and `Connection`; a name without values is\n",
	"            removed. If `Content-Length` is more than the body's, less is sent than it says, and the connection is closed; if it is less,\n",
	"            nothing is sent, as with `drop`. A `Content-Encoding` changes nothing of the body.\n",
	"          additionalProperties:\n",
	"            type: array\n",
	"            items:\n",
	"              type: string\n",
	"\n",
	"    Use:\n",
	"      type: object\n",
	"      description: A use of a key.\n",
	"      required: [id]\n",
	"      additionalProperties: false\n",
	"      properties:\n",
	"        id:\n",
	"          type: string\n",
	"          description: The key's id.\n",
	"          example: key_01\n",
	"        ticks:\n",
	"          type: integer\n",
	"          format: int64\n",
	"          minimum: 0\n",
	"          description: What it cost, in ticks (10,000,000,000 to the US dollar).\n",
	"          default: 0\n",
	"          example: 25000000000\n",
	"        model:\n",
	"          type: string\n",
	"          maxLength: 256\n",
	"          description: The model that was used, in up to 256 bytes; empty means `default`.\n",
	"          default: ''\n",
	"          example: qai-large\n",
	"        input_tokens:\n",
	"          type: integer\n",
	"          format: int64\n",
	"          minimum: 0\n",
	"          description: How many tokens were read.\n",
	"          default: 0\n",
	"          example: 5200\n",
	"        output_tokens:\n",
	"          type: integer\n",
	"          format: int64\n",
	"          minimum: 0\n",
	"          description: How many tokens were written.\n",
	"          default: 0\n",
	"          example: 810\n",
	"\n",
	"    AccountOptions:\n",
	"      type: object\n",
	"      description: What an account is made with.\n",
	"      additionalProperties: false\n",
	"      properties:\n",
	"        api_key:\n",
	"          type: string\n",
	"          maxLength: 1000\n",
	"          description: Its credential; empty means a random one.\n",
	"          default: ''\n",
	"          example: qai_test_1\n",
	"        keys:\n",
	"          type: integer\n",
	"          minimum: 0\n",
	"          maximum: 10000\n",
	"          description: How many keys it starts with; their secrets are unknown.\n",
	"          default: 0\n",
	"          example: 3\n",
	"        devices:\n",
	"          type: integer\n",
	"          minimum: 0\n",
	"          maximum: 10000\n",
	"          description: How many keys of devices it starts with in addition, at most 10,000 with the others.\n",
	"          default: 0\n",
	"          example: 1\n",
	"        rate_limit:\n",
	"          type: integer\n",
	"          minimum: 0\n",
	"          maximum: 1000000\n",
	"          description: How many requests its own credential may make, in requests a minute; 0 means no limit.\n",
	"          default: 0\n",
	"          example: 60\n",
	"        tier:\n",
	"          type: string\n",
	"          maxLength: 100\n",
	"          description: Its tier; ephemeral and partner keys need `internal` or `admin`.\n",
	"          default: ''\n",
	"          example: internal\n",
	"        seed:\n",
	"          type: integer\n",
	"          minimum: 0\n",
	"          description: |-\n",
	"            Makes the secrets of its keys the same in every run, other than those of accounts before it with the same seed, and the\n",
	"            chance of its faults. Left out, they are random.\n",
	"          example: 1\n",
	"\n",
	"    Account:\n",
	"      type: object\n",
	"      description: An account.\n",
	"      required: [api_key]\n",
	"      additionalProperties: false\n",
	"      properties:\n",
	"        api_key:\n",
	"          type: string\n",
	"          description: Its credential.\n",
	"          example: qai_test_1\n",
	"\n",
	"    Clock:\n",
	"      type: object\n",
	"      description: A clock.\n",
	"      required: [now]\n",
	"      additionalProperties: false\n",
	"      properties:\n",
	"        now:\n",
	"          type: string\n",
	"          format: date-time\n",
	"          description: The time (RFC 3339).\n",
	"          example: '2026-09-01T12:34:56Z'\n",
	"\n",
	"    ClockChange:\n",
	"      type: object\n",
	"      description: A change of the clock, either `real`, or `now` or `advance_seconds` or both.\n",
	"      additionalProperties: false\n",
	"      properties:\n",
	"        now:\n",
	"          type: string\n",
	"          format: date-time\n",
	"          description: Stop the clock at this time (RFC 3339).\n",
	"          example: '2026-09-01T12:34:56Z'\n",
	"        advance_seconds:\n",
	"          type: number\n",
	"          minimum: 0\n",
	"          maximum: 9223372036\n",
	"          description: How far to advance the clock, in seconds. It stays as it is otherwise, stopped or not.\n",
	"          default: 0\n",
	"          example: 3600\n",
	"        real:\n",
	"          type: boolean\n",
	"          description: Make it the real clock again, or an account's that of the mock.\n",
	"          default: false\n",
	"          example: false\n",
}, ""))
