// Package client provides primitives to interact with the openapi HTTP API.
//
// Code generated from openapi.yaml (SHA-256 32ebc31c07b6e27a) by codegen; DO NOT EDIT.
package client

import (
	"bytes"
	"context"
	"encoding/json"
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
	openapi_types "github.com/oapi-codegen/runtime/types"
	"github.com/qaikeys/qaikeys/types"
)

// Defines values for Region.
const (
	Americas Region = "americas"
	Asia     Region = "asia"
	Europe   Region = "europe"
)

// Valid indicates whether the value is a known member of the Region enum.
func (e Region) Valid() bool {
	switch e {
	case Americas:
		return true
	case Asia:
		return true
	case Europe:
		return true
	default:
		return false
	}
}

// CreateEphemeralKeyRequest How long the token is valid and what it may do. An option that isn't set is left out, never null.
type CreateEphemeralKeyRequest struct {
	// Endpoints Restricts the token to these endpoints: short names (`chat`) or path prefixes (`/qai/v1/chat`). Left out, the
	// token isn't restricted.
	//
	// Example: ["chat"]
	Endpoints []string `json:"endpoints,omitzero"`

	// RateLimit The most requests that the token may make, in requests a minute. Left out, it has no limit of its own.
	//
	// Example: 20
	RateLimit *int32 `json:"rate_limit,omitempty"`

	// SpendCap The most that the token may spend, in US dollars. Left out, there is no cap; 0 means that it may spend nothing.
	//
	// Example: 1
	SpendCap *float64 `json:"spend_cap,omitempty"`

	// TTL How long the token is valid, in seconds; at most 86,400. Left out means 3,600.
	//
	// Example: 600
	TTL *int `json:"ttl,omitempty"`

	// UserRef The caller's own reference to the end user. Optional.
	//
	// Example: user_42
	UserRef string `json:"user_ref,omitempty,omitzero"`
}

// CreateKeyRequest The new key's name and what it may do. An option that isn't set is left out, never null.
type CreateKeyRequest struct {
	// Endpoints Restricts the key to these endpoints: short names (`chat`) or path prefixes (`/qai/v1/chat`). Left out, the
	// key isn't restricted.
	//
	// Example: ["chat"]
	Endpoints []string `json:"endpoints,omitzero"`

	// Name Name of the key, for people. It needn't be unique.
	//
	// Example: ci
	Name string `json:"name"`

	// RateLimit The most requests that the key may make, in requests a minute. Left out, the key has no limit of its own.
	//
	// Example: 60
	RateLimit *int32 `json:"rate_limit,omitempty"`

	// Region Where the key's requests are served. Left out, the gateway decides. Send one of `americas`, `europe` and `asia`: the gateway
	// also takes their aliases, in any case and with white space around them, and **for any other text it mints a key without a
	// region, without an error**.
	//
	// Example: europe
	Region Region `json:"region,omitempty,omitzero"`

	// SpendCapUSD The most that the key may spend before it is disabled, in US dollars. Left out, there is no cap; 0 means
	// that it may spend nothing.
	//
	// Example: 25
	SpendCapUSD *float64 `json:"spend_cap_usd,omitempty"`
}

// CreatePartnerKeyRequest Who the key is for and what it may do. An option that isn't set is left out, never null.
type CreatePartnerKeyRequest struct {
	// Endpoints Restricts the key to these endpoints: short names (`chat`) or path prefixes (`/qai/v1/chat`). Left out, the
	// key isn't restricted.
	//
	// Example: ["chat","images"]
	Endpoints []string `json:"endpoints,omitzero"`

	// Name Name of the key, for people. Left out, it is `partner:` and `partner_ref`.
	//
	// Example: customer nine
	Name string `json:"name,omitempty,omitzero"`

	// PartnerID Identifies the partner.
	//
	// Example: partner_1
	PartnerID string `json:"partner_id"`

	// PartnerRef The partner's own reference to its customer.
	//
	// Example: customer-9
	PartnerRef string `json:"partner_ref"`

	// RateLimit The most requests that the key may make, in requests a minute. Left out, the key has no limit of its own.
	//
	// Example: 120
	RateLimit *int32 `json:"rate_limit,omitempty"`

	// SpendCapUSD The most that the key may spend before it is disabled, in US dollars. Left out, there is no cap; 0 means
	// that it may spend nothing.
	//
	// Example: 100
	SpendCapUSD *float64 `json:"spend_cap_usd,omitempty"`
}

// CreatedKey A new key with its full text, which is shown only here.
type CreatedKey struct {
	// Details A key without its full text.
	Details KeyDetails `json:"details"`

	// Key The full key, shown only this once: `qai_k_` and 64 lower-case hexadecimal digits.
	//
	// Example: qai_k_4f1c09aa5be0c3d27718f6a94e02bd5531c8e7906a4fd21b83957ec0aa64d1f2
	Key types.Secret `json:"key"`
}

// DeviceKey A key that was minted for a device.
type DeviceKey struct {
	// CreatedAt When the key was minted (RFC 3339). Absent or null if unknown.
	//
	// Example: 2026-09-01T12:34:56Z
	CreatedAt time.Time `json:"created_at,omitempty,omitzero"`

	// DeviceID Identifies the device. Absent or null if unknown.
	//
	// Example: device_3f
	DeviceID string `json:"device_id,omitempty,omitzero"`

	// KeyID Identifies the key in this API. Not a secret.
	//
	// Example: key_07
	KeyID string `json:"key_id"`

	// KeyPrefix The first 14 characters of the key, which may be shown. Absent or null if unknown.
	//
	// Example: qai_k_90be11d2
	KeyPrefix string `json:"key_prefix,omitempty,omitzero"`

	// LastUsed When the key was last used (RFC 3339). Absent or null if it was never used.
	//
	// Example: 2026-09-02T01:02:03.456Z
	LastUsed time.Time `json:"last_used,omitempty,omitzero"`
}

// DeviceKeyList Every device's key.
type DeviceKeyList struct {
	// Devices Every key that was minted for a device. Null means that there are none.
	Devices []DeviceKey `json:"devices"`
}

// EphemeralKey A token that expires, with its full text, which is shown only here.
type EphemeralKey struct {
	// BaseURL The base URL to use the token with. Absent or null means the one that this request was sent to.
	//
	// Example: https://api.quantumencoding.ai
	BaseURL string `json:"base_url,omitempty,omitzero"`

	// ExpiresAt When the token expires (RFC 3339).
	//
	// Example: 2026-09-01T13:34:56Z
	ExpiresAt time.Time `json:"expires_at"`

	// Token The full token, shown only this once: `qai_eph_` and more characters of a bearer token (RFC 6750, 2.1), the last not a
	// dot, as a mask may end in dots. Use it like an API key.
	//
	// Example: qai_eph_0c5d41aa77be02c3d1f6a94e02bd5531c8e7906a4fd21b83957ec0aa64d1f20b
	Token types.Secret `json:"token"`
}

// Error Why a request failed, in one of two forms. The error's code is `error.code`, else `error.type`, else the flat
// form's `error`, else the status text. Any part of either form may be absent or null.
type Error struct {
	union json.RawMessage
}

// ErrorCode An error's code, for programs: one of those below, or another, since new ones may come at any time. There are two generations.
// Most errors with a 4xx status have the older codes, which are in lower case and also in `type`. Newer codes are in upper case, and
// none is ever given another meaning. A code doesn't determine the status.
//
// Example: invalid_request
type ErrorCode = string

// ErrorDetails What went wrong.
type ErrorDetails struct {
	// Code An error's code, for programs: one of those below, or another, since new ones may come at any time. There are two generations.
	// Most errors with a 4xx status have the older codes, which are in lower case and also in `type`. Newer codes are in upper case, and
	// none is ever given another meaning. A code doesn't determine the status.
	//
	// Example: invalid_request
	Code ErrorCode `json:"code,omitempty,omitzero"`

	// Message What went wrong, for people.
	//
	// Example: name: property is missing
	Message string `json:"message,omitempty,omitzero"`

	// Type The kind of error. Serves as the code where `code` is absent or null.
	//
	// Example: invalid_request
	Type string `json:"type,omitempty,omitzero"`
}

// FlatError The other form of an error.
type FlatError struct {
	// Error An error's code, for programs: one of those below, or another, since new ones may come at any time. There are two generations.
	// Most errors with a 4xx status have the older codes, which are in lower case and also in `type`. Newer codes are in upper case, and
	// none is ever given another meaning. A code doesn't determine the status.
	//
	// Example: invalid_request
	Error ErrorCode `json:"error,omitempty,omitzero"`

	// Message What went wrong, for people.
	//
	// Example: the account's balance is used up
	Message string `json:"message,omitempty,omitzero"`
}

// KeyDetails A key without its full text.
type KeyDetails struct {
	// CreatedAt When the key was minted (RFC 3339). Absent or null if unknown.
	//
	// Example: 2026-09-01T12:34:56Z
	CreatedAt time.Time `json:"created_at,omitempty,omitzero"`

	// ID Identifies the key in this API. Not a secret.
	//
	// Example: key_01
	ID string `json:"id"`

	// KeyPrefix The first 14 characters of the key, which may be shown. Absent or null if unknown.
	//
	// Example: qai_k_4f1c09aa
	KeyPrefix string `json:"key_prefix,omitempty,omitzero"`

	// LastUsed When the key was last used (RFC 3339). In lists only; absent or null if it was never used.
	//
	// Example: 2026-09-02T01:02:03.456Z
	LastUsed time.Time `json:"last_used,omitempty,omitzero"`

	// Name Name of the key, for people. It needn't be unique.
	//
	// Example: ci
	Name string `json:"name"`

	// Revoked Whether the key was revoked. Absent or null means false.
	//
	// Example: false
	Revoked bool `json:"revoked,omitempty,omitzero"`

	// Scope What a key is restricted to. Any JSON value, null too; usually an object, whose shape differs between releases of the
	// gateway. `scope.region`, if present, is the key's region.
	//
	// Example: {"endpoints":["chat"]}
	Scope KeyScope `json:"scope,omitempty,omitzero"`

	// SpentTicks What the key has spent, in ticks (10,000,000,000 to the US dollar). Absent or null means 0.
	//
	// Example: 25000000000
	SpentTicks types.Ticks `json:"spent_ticks,omitempty,omitzero"`
}

// KeyList Every key of the account.
type KeyList struct {
	// Keys Every key of the account, including revoked ones. Null means that there are none.
	Keys []KeyDetails `json:"keys"`
}

// KeyScope What a key is restricted to. Any JSON value, null too; usually an object, whose shape differs between releases of the
// gateway. `scope.region`, if present, is the key's region.
//
// Example: {"endpoints":["chat"]}
type KeyScope = types.JSON

// KeyUsage A key's usage, by day and by model.
type KeyUsage struct {
	// Days The days on which the key was used. Null means that there are none.
	Days []UsageDay `json:"days"`

	// Models The models that the key was used with. Null means that there are none.
	Models []UsageModel `json:"models"`

	// TotalCostUSD The key's total cost, in US dollars.
	//
	// Example: 0.8
	TotalCostUSD float64 `json:"total_cost_usd"`
}

// NestedError The usual form of an error.
type NestedError struct {
	// Error What went wrong.
	Error ErrorDetails `json:"error,omitempty,omitzero"`
}

// PartnerKey A new key for a partner's customer with its full text, which is shown only here.
type PartnerKey struct {
	// BaseURL The base URL to use the key with. Absent or null means the one that this request was sent to.
	//
	// Example: https://api.quantumencoding.ai
	BaseURL string `json:"base_url,omitempty,omitzero"`

	// Details A key without its full text.
	Details KeyDetails `json:"details"`

	// Key The full key, shown only this once: `qai_k_` and 64 lower-case hexadecimal digits.
	//
	// Example: qai_k_b7750aa45be0c3d27718f6a94e02bd5531c8e7906a4fd21b83957ec0aa64d1f2
	Key types.Secret `json:"key"`
}

// Region Where the key's requests are served. Left out, the gateway decides. Send one of `americas`, `europe` and `asia`: the gateway
// also takes their aliases, in any case and with white space around them, and **for any other text it mints a key without a
// region, without an error**.
//
// Example: europe
type Region string

// RotateKeyRequest How a key is rotated.
type RotateKeyRequest struct {
	// GraceSeconds How long the old key keeps working, in seconds. 0 means that it is refused immediately.
	//
	// Example: 3600
	GraceSeconds int64 `json:"grace_seconds"`
}

// RotatedKey The key that replaces another, with its full text, which is shown only here.
type RotatedKey struct {
	// Details A key without its full text.
	Details KeyDetails `json:"details"`

	// Key The full text of the new key, shown only this once: `qai_k_` and 64 lower-case hexadecimal digits.
	//
	// Example: qai_k_c2018e3f5be0c3d27718f6a94e02bd5531c8e7906a4fd21b83957ec0aa64d1f2
	Key types.Secret `json:"key"`

	// OldKeyID Identifies the key that was replaced. Absent or null if unknown.
	//
	// Example: key_01
	OldKeyID string `json:"old_key_id,omitempty,omitzero"`
}

// Status The outcome of a request.
type Status struct {
	// Message The outcome in words, for people. May be absent or null.
	//
	// Example: key revoked
	Message string `json:"message,omitempty,omitzero"`

	// Status The outcome, `ok`, `deleted` or `revoked`.
	//
	// Example: revoked
	Status string `json:"status"`
}

// UsageDay A key's usage on a day.
type UsageDay struct {
	// CostUSD Cost of the requests, in US dollars.
	//
	// Example: 0.75
	CostUSD float64 `json:"cost_usd"`

	// Day The day (RFC 3339, full-date).
	//
	// Example: 2026-09-01
	Day openapi_types.Date `json:"day"`

	// InputTokens Number of input tokens. Absent or null means 0.
	//
	// Example: 5200
	InputTokens int64 `json:"input_tokens,omitempty,omitzero"`

	// OutputTokens Number of output tokens. Absent or null means 0.
	//
	// Example: 810
	OutputTokens int64 `json:"output_tokens,omitempty,omitzero"`

	// Requests Number of requests.
	//
	// Example: 12
	Requests int64 `json:"requests"`
}

// UsageModel A key's usage with a model.
type UsageModel struct {
	// CostUSD Cost of the requests, in US dollars.
	//
	// Example: 0.7
	CostUSD float64 `json:"cost_usd"`

	// Model Name of the model.
	//
	// Example: qai-large
	Model string `json:"model"`

	// Requests Number of requests.
	//
	// Example: 10
	Requests int64 `json:"requests"`
}

// KeyID defines model for KeyId.
type KeyID = string

// BadGateway Why a request failed, in one of two forms. The error's code is `error.code`, else `error.type`, else the flat
// form's `error`, else the status text. Any part of either form may be absent or null.
type BadGateway = Error

// Conflict Why a request failed, in one of two forms. The error's code is `error.code`, else `error.type`, else the flat
// form's `error`, else the status text. Any part of either form may be absent or null.
type Conflict = Error

// Forbidden Why a request failed, in one of two forms. The error's code is `error.code`, else `error.type`, else the flat
// form's `error`, else the status text. Any part of either form may be absent or null.
type Forbidden = Error

// GatewayTimeout Why a request failed, in one of two forms. The error's code is `error.code`, else `error.type`, else the flat
// form's `error`, else the status text. Any part of either form may be absent or null.
type GatewayTimeout = Error

// InsufficientBalance Why a request failed, in one of two forms. The error's code is `error.code`, else `error.type`, else the flat
// form's `error`, else the status text. Any part of either form may be absent or null.
type InsufficientBalance = Error

// InternalError Why a request failed, in one of two forms. The error's code is `error.code`, else `error.type`, else the flat
// form's `error`, else the status text. Any part of either form may be absent or null.
type InternalError = Error

// InvalidRequest Why a request failed, in one of two forms. The error's code is `error.code`, else `error.type`, else the flat
// form's `error`, else the status text. Any part of either form may be absent or null.
type InvalidRequest = Error

// NotFound Why a request failed, in one of two forms. The error's code is `error.code`, else `error.type`, else the flat
// form's `error`, else the status text. Any part of either form may be absent or null.
type NotFound = Error

// RateLimited Why a request failed, in one of two forms. The error's code is `error.code`, else `error.type`, else the flat
// form's `error`, else the status text. Any part of either form may be absent or null.
type RateLimited = Error

// ServiceUnavailable Why a request failed, in one of two forms. The error's code is `error.code`, else `error.type`, else the flat
// form's `error`, else the status text. Any part of either form may be absent or null.
type ServiceUnavailable = Error

// Unauthorized Why a request failed, in one of two forms. The error's code is `error.code`, else `error.type`, else the flat
// form's `error`, else the status text. Any part of either form may be absent or null.
type Unauthorized = Error

// CreateKeyJSONRequestBody defines body for CreateKey for application/json ContentType.
type CreateKeyJSONRequestBody = CreateKeyRequest

// CreateEphemeralKeyJSONRequestBody defines body for CreateEphemeralKey for application/json ContentType.
type CreateEphemeralKeyJSONRequestBody = CreateEphemeralKeyRequest

// CreatePartnerKeyJSONRequestBody defines body for CreatePartnerKey for application/json ContentType.
type CreatePartnerKeyJSONRequestBody = CreatePartnerKeyRequest

// RotateKeyJSONRequestBody defines body for RotateKey for application/json ContentType.
type RotateKeyJSONRequestBody = RotateKeyRequest

// AsNestedError returns the union data inside the Error as a NestedError
func (t Error) AsNestedError() (NestedError, error) {
	var body NestedError
	err := json.Unmarshal(t.union, &body)
	return body, err
}

// FromNestedError overwrites any union data inside the Error as the provided NestedError
func (t *Error) FromNestedError(v NestedError) error {
	b, err := json.Marshal(v)
	t.union = b
	return err
}

// MergeNestedError performs a merge with any union data inside the Error, using the provided NestedError
func (t *Error) MergeNestedError(v NestedError) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}

	merged, err := runtime.JSONMerge(t.union, b)
	t.union = merged
	return err
}

// AsFlatError returns the union data inside the Error as a FlatError
func (t Error) AsFlatError() (FlatError, error) {
	var body FlatError
	err := json.Unmarshal(t.union, &body)
	return body, err
}

// FromFlatError overwrites any union data inside the Error as the provided FlatError
func (t *Error) FromFlatError(v FlatError) error {
	b, err := json.Marshal(v)
	t.union = b
	return err
}

// MergeFlatError performs a merge with any union data inside the Error, using the provided FlatError
func (t *Error) MergeFlatError(v FlatError) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}

	merged, err := runtime.JSONMerge(t.union, b)
	t.union = merged
	return err
}

func (t Error) MarshalJSON() ([]byte, error) {
	b, err := t.union.MarshalJSON()
	return b, err
}

func (t *Error) UnmarshalJSON(b []byte) error {
	err := t.union.UnmarshalJSON(b)
	return err
}

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

var listKeysOperation = Operation{
	ID: "listKeys", Method: http.MethodGet, Path: "/qai/v1/keys", Idempotent: true,
	Headers: []string{"X-Quantum-App"},
	Items:   "keys",
	Properties: []Property{
		{Name: "keys", Required: true, Nullable: true, Properties: []Property{
			{Name: "id", Required: true, NotEmpty: true},
			{Name: "name", Required: true},
		}},
	},
}

// ListKeysCall is a call of listKeys.
type ListKeysCall struct {
}

// Describe returns what the document says about listKeys.
func (ListKeysCall) Describe() *Operation { return &listKeysOperation }

// NewRequest returns a request to the server with this base URL.
func (call ListKeysCall) NewRequest(ctx context.Context, server *url.URL) (*http.Request, error) {
	var r request
	return r.to(ctx, http.MethodGet, server, "/qai/v1/keys", "", nil)
}

var createKeyOperation = Operation{
	ID: "createKey", Method: http.MethodPost, Path: "/qai/v1/keys", Idempotent: false,
	Headers:       []string{"X-Quantum-App"},
	Secret:        "key",
	SecretPattern: regexp.MustCompile("^qai_k_[0-9a-f]{64}$"),
	Properties: []Property{
		{Name: "details", Required: true, Properties: []Property{
			{Name: "id", Required: true, NotEmpty: true},
			{Name: "name", Required: true},
		}},
		{Name: "key", Required: true, NotEmpty: true},
	},
}

// CreateKeyCall is a call of createKey with a body of application/json.
type CreateKeyCall struct {
	Body CreateKeyJSONRequestBody
}

// Describe returns what the document says about createKey.
func (CreateKeyCall) Describe() *Operation { return &createKeyOperation }

// NewRequest returns a request to the server with this base URL.
func (call CreateKeyCall) NewRequest(ctx context.Context, server *url.URL) (*http.Request, error) {
	var r request
	body := bytes.NewReader(r.json(call.Body))
	return r.to(ctx, http.MethodPost, server, "/qai/v1/keys", "application/json", body)
}

var listDeviceKeysOperation = Operation{
	ID: "listDeviceKeys", Method: http.MethodGet, Path: "/qai/v1/keys/devices", Idempotent: true,
	Headers: []string{"X-Quantum-App"},
	Items:   "devices",
	Properties: []Property{
		{Name: "devices", Required: true, Nullable: true, Properties: []Property{
			{Name: "key_id", Required: true, NotEmpty: true},
		}},
	},
}

// ListDeviceKeysCall is a call of listDeviceKeys.
type ListDeviceKeysCall struct {
}

// Describe returns what the document says about listDeviceKeys.
func (ListDeviceKeysCall) Describe() *Operation { return &listDeviceKeysOperation }

// NewRequest returns a request to the server with this base URL.
func (call ListDeviceKeysCall) NewRequest(ctx context.Context, server *url.URL) (*http.Request, error) {
	var r request
	return r.to(ctx, http.MethodGet, server, "/qai/v1/keys/devices", "", nil)
}

var createEphemeralKeyOperation = Operation{
	ID: "createEphemeralKey", Method: http.MethodPost, Path: "/qai/v1/keys/ephemeral", Idempotent: false,
	Headers:       []string{"X-Quantum-App"},
	Secret:        "token",
	SecretPattern: regexp.MustCompile("^qai_eph_[-0-9A-Za-z._~+/]*[-0-9A-Za-z_~+/]=*$"),
	Properties: []Property{
		{Name: "expires_at", Required: true},
		{Name: "token", Required: true, NotEmpty: true},
	},
}

// CreateEphemeralKeyCall is a call of createEphemeralKey with a body of application/json.
type CreateEphemeralKeyCall struct {
	Body CreateEphemeralKeyJSONRequestBody
}

// Describe returns what the document says about createEphemeralKey.
func (CreateEphemeralKeyCall) Describe() *Operation { return &createEphemeralKeyOperation }

// NewRequest returns a request to the server with this base URL.
func (call CreateEphemeralKeyCall) NewRequest(ctx context.Context, server *url.URL) (*http.Request, error) {
	var r request
	body := bytes.NewReader(r.json(call.Body))
	return r.to(ctx, http.MethodPost, server, "/qai/v1/keys/ephemeral", "application/json", body)
}

var createPartnerKeyOperation = Operation{
	ID: "createPartnerKey", Method: http.MethodPost, Path: "/qai/v1/keys/partner", Idempotent: false,
	Headers:       []string{"X-Quantum-App"},
	Secret:        "key",
	SecretPattern: regexp.MustCompile("^qai_k_[0-9a-f]{64}$"),
	Properties: []Property{
		{Name: "details", Required: true, Properties: []Property{
			{Name: "id", Required: true, NotEmpty: true},
			{Name: "name", Required: true},
		}},
		{Name: "key", Required: true, NotEmpty: true},
	},
}

// CreatePartnerKeyCall is a call of createPartnerKey with a body of application/json.
type CreatePartnerKeyCall struct {
	Body CreatePartnerKeyJSONRequestBody
}

// Describe returns what the document says about createPartnerKey.
func (CreatePartnerKeyCall) Describe() *Operation { return &createPartnerKeyOperation }

// NewRequest returns a request to the server with this base URL.
func (call CreatePartnerKeyCall) NewRequest(ctx context.Context, server *url.URL) (*http.Request, error) {
	var r request
	body := bytes.NewReader(r.json(call.Body))
	return r.to(ctx, http.MethodPost, server, "/qai/v1/keys/partner", "application/json", body)
}

var revokeKeyOperation = Operation{
	ID: "revokeKey", Method: http.MethodDelete, Path: "/qai/v1/keys/{id}", Idempotent: true,
	Headers: []string{"X-Quantum-App"},
	Properties: []Property{
		{Name: "status", Required: true, NotEmpty: true},
	},
}

// RevokeKeyCall is a call of revokeKey.
type RevokeKeyCall struct {
	ID KeyID
}

// Describe returns what the document says about revokeKey.
func (RevokeKeyCall) Describe() *Operation { return &revokeKeyOperation }

// NewRequest returns a request to the server with this base URL.
func (call RevokeKeyCall) NewRequest(ctx context.Context, server *url.URL) (*http.Request, error) {
	var r request
	return r.to(ctx, http.MethodDelete, server, fmt.Sprintf("/qai/v1/keys/%s", r.style(runtime.ParamLocationPath, "simple", false, "id", "string", "", call.ID)), "", nil)
}

var rotateKeyOperation = Operation{
	ID: "rotateKey", Method: http.MethodPost, Path: "/qai/v1/keys/{id}/rotate", Idempotent: false,
	Headers:       []string{"X-Quantum-App"},
	Secret:        "key",
	SecretPattern: regexp.MustCompile("^qai_k_[0-9a-f]{64}$"),
	Properties: []Property{
		{Name: "details", Required: true, Properties: []Property{
			{Name: "id", Required: true, NotEmpty: true},
			{Name: "name", Required: true},
		}},
		{Name: "key", Required: true, NotEmpty: true},
	},
}

// RotateKeyCall is a call of rotateKey with a body of application/json.
type RotateKeyCall struct {
	ID   KeyID
	Body RotateKeyJSONRequestBody
}

// Describe returns what the document says about rotateKey.
func (RotateKeyCall) Describe() *Operation { return &rotateKeyOperation }

// NewRequest returns a request to the server with this base URL.
func (call RotateKeyCall) NewRequest(ctx context.Context, server *url.URL) (*http.Request, error) {
	var r request
	body := bytes.NewReader(r.json(call.Body))
	return r.to(ctx, http.MethodPost, server, fmt.Sprintf("/qai/v1/keys/%s/rotate", r.style(runtime.ParamLocationPath, "simple", false, "id", "string", "", call.ID)), "application/json", body)
}

var getKeyUsageOperation = Operation{
	ID: "getKeyUsage", Method: http.MethodGet, Path: "/qai/v1/keys/{id}/usage", Idempotent: true,
	Headers: []string{"X-Quantum-App"},
	Properties: []Property{
		{Name: "days", Required: true, Nullable: true, Properties: []Property{
			{Name: "cost_usd", Required: true},
			{Name: "day", Required: true},
			{Name: "requests", Required: true},
		}},
		{Name: "models", Required: true, Nullable: true, Properties: []Property{
			{Name: "cost_usd", Required: true},
			{Name: "model", Required: true},
			{Name: "requests", Required: true},
		}},
		{Name: "total_cost_usd", Required: true},
	},
}

// GetKeyUsageCall is a call of getKeyUsage.
type GetKeyUsageCall struct {
	ID KeyID
}

// Describe returns what the document says about getKeyUsage.
func (GetKeyUsageCall) Describe() *Operation { return &getKeyUsageOperation }

// NewRequest returns a request to the server with this base URL.
func (call GetKeyUsageCall) NewRequest(ctx context.Context, server *url.URL) (*http.Request, error) {
	var r request
	return r.to(ctx, http.MethodGet, server, fmt.Sprintf("/qai/v1/keys/%s/usage", r.style(runtime.ParamLocationPath, "simple", false, "id", "string", "", call.ID)), "", nil)
}
