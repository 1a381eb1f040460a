//go:build go1.22

// Package server provides primitives to interact with the openapi HTTP API.
//
// Code generated from openapi.yaml (SHA-256 32ebc31c07b6e27a) by codegen; DO NOT EDIT.
package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/oapi-codegen/runtime"
	openapi_types "github.com/oapi-codegen/runtime/types"
)

// CreateEphemeralKeyRequest How long the token is valid and what it may do. An option that isn't set is left out, never null.
type CreateEphemeralKeyRequest struct {
	// Endpoints Restricts the token to these endpoints: short names (`chat`) or path prefixes (`/qai/v1/chat`). Left out, the
	// token isn't restricted.
	//
	// Example: ["chat"]
	Endpoints *[]string `json:"endpoints,omitempty"`

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
	UserRef *string `json:"user_ref,omitempty"`
}

// CreateKeyRequest The new key's name and what it may do. An option that isn't set is left out, never null.
type CreateKeyRequest struct {
	// Endpoints Restricts the key to these endpoints: short names (`chat`) or path prefixes (`/qai/v1/chat`). Left out, the
	// key isn't restricted.
	//
	// Example: ["chat"]
	Endpoints *[]string `json:"endpoints,omitempty"`

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
	Region *Region `json:"region,omitempty"`

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
	Endpoints *[]string `json:"endpoints,omitempty"`

	// Name Name of the key, for people. Left out, it is `partner:` and `partner_ref`.
	//
	// Example: customer nine
	Name *string `json:"name,omitempty"`

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
	Key string `json:"key"`
}

// DeviceKey A key that was minted for a device.
type DeviceKey struct {
	// CreatedAt When the key was minted (RFC 3339). Absent or null if unknown.
	//
	// Example: 2026-09-01T12:34:56Z
	CreatedAt *time.Time `json:"created_at,omitempty"`

	// DeviceID Identifies the device. Absent or null if unknown.
	//
	// Example: device_3f
	DeviceID *string `json:"device_id,omitempty"`

	// KeyID Identifies the key in this API. Not a secret.
	//
	// Example: key_07
	KeyID string `json:"key_id"`

	// KeyPrefix The first 14 characters of the key, which may be shown. Absent or null if unknown.
	//
	// Example: qai_k_90be11d2
	KeyPrefix *string `json:"key_prefix,omitempty"`

	// LastUsed When the key was last used (RFC 3339). Absent or null if it was never used.
	//
	// Example: 2026-09-02T01:02:03.456Z
	LastUsed *time.Time `json:"last_used,omitempty"`
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
	BaseURL *string `json:"base_url,omitempty"`

	// ExpiresAt When the token expires (RFC 3339).
	//
	// Example: 2026-09-01T13:34:56Z
	ExpiresAt time.Time `json:"expires_at"`

	// Token The full token, shown only this once: `qai_eph_` and more characters of a bearer token (RFC 6750, 2.1), the last not a
	// dot, as a mask may end in dots. Use it like an API key.
	//
	// Example: qai_eph_0c5d41aa77be02c3d1f6a94e02bd5531c8e7906a4fd21b83957ec0aa64d1f20b
	Token string `json:"token"`
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
	Code *ErrorCode `json:"code,omitempty"`

	// Message What went wrong, for people.
	//
	// Example: name: property is missing
	Message *string `json:"message,omitempty"`

	// Type The kind of error. Serves as the code where `code` is absent or null.
	//
	// Example: invalid_request
	Type *string `json:"type,omitempty"`
}

// FlatError The other form of an error.
type FlatError struct {
	// Error An error's code, for programs: one of those below, or another, since new ones may come at any time. There are two generations.
	// Most errors with a 4xx status have the older codes, which are in lower case and also in `type`. Newer codes are in upper case, and
	// none is ever given another meaning. A code doesn't determine the status.
	//
	// Example: invalid_request
	Error *ErrorCode `json:"error,omitempty"`

	// Message What went wrong, for people.
	//
	// Example: the account's balance is used up
	Message *string `json:"message,omitempty"`
}

// KeyDetails A key without its full text.
type KeyDetails struct {
	// CreatedAt When the key was minted (RFC 3339). Absent or null if unknown.
	//
	// Example: 2026-09-01T12:34:56Z
	CreatedAt *time.Time `json:"created_at,omitempty"`

	// ID Identifies the key in this API. Not a secret.
	//
	// Example: key_01
	ID string `json:"id"`

	// KeyPrefix The first 14 characters of the key, which may be shown. Absent or null if unknown.
	//
	// Example: qai_k_4f1c09aa
	KeyPrefix *string `json:"key_prefix,omitempty"`

	// LastUsed When the key was last used (RFC 3339). In lists only; absent or null if it was never used.
	//
	// Example: 2026-09-02T01:02:03.456Z
	LastUsed *time.Time `json:"last_used,omitempty"`

	// Name Name of the key, for people. It needn't be unique.
	//
	// Example: ci
	Name string `json:"name"`

	// Revoked Whether the key was revoked. Absent or null means false.
	//
	// Example: false
	Revoked *bool `json:"revoked,omitempty"`

	// Scope What a key is restricted to. Any JSON value, null too; usually an object, whose shape differs between releases of the
	// gateway. `scope.region`, if present, is the key's region.
	//
	// Example: {"endpoints":["chat"]}
	Scope *KeyScope `json:"scope,omitempty"`

	// SpentTicks What the key has spent, in ticks (10,000,000,000 to the US dollar). Absent or null means 0.
	//
	// Example: 25000000000
	SpentTicks *int64 `json:"spent_ticks,omitempty"`
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
type KeyScope struct {
	union json.RawMessage
}

// KeyScope0 defines model for KeyScope.0.
type KeyScope0 = map[string]interface{}

// KeyScope1 defines model for KeyScope.1.
type KeyScope1 = []KeyScope

// KeyScope2 defines model for KeyScope.2.
type KeyScope2 = string

// KeyScope3 defines model for KeyScope.3.
type KeyScope3 = float64

// KeyScope4 defines model for KeyScope.4.
type KeyScope4 = bool

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
	Error *ErrorDetails `json:"error,omitempty"`
}

// PartnerKey A new key for a partner's customer with its full text, which is shown only here.
type PartnerKey struct {
	// BaseURL The base URL to use the key with. Absent or null means the one that this request was sent to.
	//
	// Example: https://api.quantumencoding.ai
	BaseURL *string `json:"base_url,omitempty"`

	// Details A key without its full text.
	Details KeyDetails `json:"details"`

	// Key The full key, shown only this once: `qai_k_` and 64 lower-case hexadecimal digits.
	//
	// Example: qai_k_b7750aa45be0c3d27718f6a94e02bd5531c8e7906a4fd21b83957ec0aa64d1f2
	Key string `json:"key"`
}

// Region Where the key's requests are served. Left out, the gateway decides. Send one of `americas`, `europe` and `asia`: the gateway
// also takes their aliases, in any case and with white space around them, and **for any other text it mints a key without a
// region, without an error**.
//
// Example: europe
type Region = string

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
	Key string `json:"key"`

	// OldKeyID Identifies the key that was replaced. Absent or null if unknown.
	//
	// Example: key_01
	OldKeyID *string `json:"old_key_id,omitempty"`
}

// Status The outcome of a request.
type Status struct {
	// Message The outcome in words, for people. May be absent or null.
	//
	// Example: key revoked
	Message *string `json:"message,omitempty"`

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
	InputTokens *int64 `json:"input_tokens,omitempty"`

	// OutputTokens Number of output tokens. Absent or null means 0.
	//
	// Example: 810
	OutputTokens *int64 `json:"output_tokens,omitempty"`

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

// App defines model for App.
type App = string

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

// ListKeysParams defines parameters for ListKeys.
type ListKeysParams struct {
	// XQuantumApp Name of the calling application. The gateway chooses the application's paywall and quota by it, and refuses a key that is
	// restricted to another application (403, `APP_SCOPE_MISMATCH`). Optional.
	XQuantumApp *App `json:"X-Quantum-App,omitempty"`
}

// CreateKeyParams defines parameters for CreateKey.
type CreateKeyParams struct {
	// XQuantumApp Name of the calling application. The gateway chooses the application's paywall and quota by it, and refuses a key that is
	// restricted to another application (403, `APP_SCOPE_MISMATCH`). Optional.
	XQuantumApp *App `json:"X-Quantum-App,omitempty"`
}

// ListDeviceKeysParams defines parameters for ListDeviceKeys.
type ListDeviceKeysParams struct {
	// XQuantumApp Name of the calling application. The gateway chooses the application's paywall and quota by it, and refuses a key that is
	// restricted to another application (403, `APP_SCOPE_MISMATCH`). Optional.
	XQuantumApp *App `json:"X-Quantum-App,omitempty"`
}

// CreateEphemeralKeyParams defines parameters for CreateEphemeralKey.
type CreateEphemeralKeyParams struct {
	// XQuantumApp Name of the calling application. The gateway chooses the application's paywall and quota by it, and refuses a key that is
	// restricted to another application (403, `APP_SCOPE_MISMATCH`). Optional.
	XQuantumApp *App `json:"X-Quantum-App,omitempty"`
}

// CreatePartnerKeyParams defines parameters for CreatePartnerKey.
type CreatePartnerKeyParams struct {
	// XQuantumApp Name of the calling application. The gateway chooses the application's paywall and quota by it, and refuses a key that is
	// restricted to another application (403, `APP_SCOPE_MISMATCH`). Optional.
	XQuantumApp *App `json:"X-Quantum-App,omitempty"`
}

// RevokeKeyParams defines parameters for RevokeKey.
type RevokeKeyParams struct {
	// XQuantumApp Name of the calling application. The gateway chooses the application's paywall and quota by it, and refuses a key that is
	// restricted to another application (403, `APP_SCOPE_MISMATCH`). Optional.
	XQuantumApp *App `json:"X-Quantum-App,omitempty"`
}

// RotateKeyParams defines parameters for RotateKey.
type RotateKeyParams struct {
	// XQuantumApp Name of the calling application. The gateway chooses the application's paywall and quota by it, and refuses a key that is
	// restricted to another application (403, `APP_SCOPE_MISMATCH`). Optional.
	XQuantumApp *App `json:"X-Quantum-App,omitempty"`
}

// GetKeyUsageParams defines parameters for GetKeyUsage.
type GetKeyUsageParams struct {
	// XQuantumApp Name of the calling application. The gateway chooses the application's paywall and quota by it, and refuses a key that is
	// restricted to another application (403, `APP_SCOPE_MISMATCH`). Optional.
	XQuantumApp *App `json:"X-Quantum-App,omitempty"`
}

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

// AsKeyScope0 returns the union data inside the KeyScope as a KeyScope0
func (t KeyScope) AsKeyScope0() (KeyScope0, error) {
	var body KeyScope0
	err := json.Unmarshal(t.union, &body)
	return body, err
}

// FromKeyScope0 overwrites any union data inside the KeyScope as the provided KeyScope0
func (t *KeyScope) FromKeyScope0(v KeyScope0) error {
	b, err := json.Marshal(v)
	t.union = b
	return err
}

// MergeKeyScope0 performs a merge with any union data inside the KeyScope, using the provided KeyScope0
func (t *KeyScope) MergeKeyScope0(v KeyScope0) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}

	merged, err := runtime.JSONMerge(t.union, b)
	t.union = merged
	return err
}

// AsKeyScope1 returns the union data inside the KeyScope as a KeyScope1
func (t KeyScope) AsKeyScope1() (KeyScope1, error) {
	var body KeyScope1
	err := json.Unmarshal(t.union, &body)
	return body, err
}

// FromKeyScope1 overwrites any union data inside the KeyScope as the provided KeyScope1
func (t *KeyScope) FromKeyScope1(v KeyScope1) error {
	b, err := json.Marshal(v)
	t.union = b
	return err
}

// MergeKeyScope1 performs a merge with any union data inside the KeyScope, using the provided KeyScope1
func (t *KeyScope) MergeKeyScope1(v KeyScope1) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}

	merged, err := runtime.JSONMerge(t.union, b)
	t.union = merged
	return err
}

// AsKeyScope2 returns the union data inside the KeyScope as a KeyScope2
func (t KeyScope) AsKeyScope2() (KeyScope2, error) {
	var body KeyScope2
	err := json.Unmarshal(t.union, &body)
	return body, err
}

// FromKeyScope2 overwrites any union data inside the KeyScope as the provided KeyScope2
func (t *KeyScope) FromKeyScope2(v KeyScope2) error {
	b, err := json.Marshal(v)
	t.union = b
	return err
}

// MergeKeyScope2 performs a merge with any union data inside the KeyScope, using the provided KeyScope2
func (t *KeyScope) MergeKeyScope2(v KeyScope2) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}

	merged, err := runtime.JSONMerge(t.union, b)
	t.union = merged
	return err
}

// AsKeyScope3 returns the union data inside the KeyScope as a KeyScope3
func (t KeyScope) AsKeyScope3() (KeyScope3, error) {
	var body KeyScope3
	err := json.Unmarshal(t.union, &body)
	return body, err
}

// FromKeyScope3 overwrites any union data inside the KeyScope as the provided KeyScope3
func (t *KeyScope) FromKeyScope3(v KeyScope3) error {
	b, err := json.Marshal(v)
	t.union = b
	return err
}

// MergeKeyScope3 performs a merge with any union data inside the KeyScope, using the provided KeyScope3
func (t *KeyScope) MergeKeyScope3(v KeyScope3) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}

	merged, err := runtime.JSONMerge(t.union, b)
	t.union = merged
	return err
}

// AsKeyScope4 returns the union data inside the KeyScope as a KeyScope4
func (t KeyScope) AsKeyScope4() (KeyScope4, error) {
	var body KeyScope4
	err := json.Unmarshal(t.union, &body)
	return body, err
}

// FromKeyScope4 overwrites any union data inside the KeyScope as the provided KeyScope4
func (t *KeyScope) FromKeyScope4(v KeyScope4) error {
	b, err := json.Marshal(v)
	t.union = b
	return err
}

// MergeKeyScope4 performs a merge with any union data inside the KeyScope, using the provided KeyScope4
func (t *KeyScope) MergeKeyScope4(v KeyScope4) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}

	merged, err := runtime.JSONMerge(t.union, b)
	t.union = merged
	return err
}

func (t KeyScope) MarshalJSON() ([]byte, error) {
	b, err := t.union.MarshalJSON()
	return b, err
}

func (t *KeyScope) UnmarshalJSON(b []byte) error {
	err := t.union.UnmarshalJSON(b)
	return err
}

// ServerInterface represents all server handlers.
type ServerInterface interface {
	// ListKeys List the keys
	// (GET /qai/v1/keys)
	ListKeys(w http.ResponseWriter, r *http.Request, params ListKeysParams)
	// CreateKey Mint a key
	// (POST /qai/v1/keys)
	CreateKey(w http.ResponseWriter, r *http.Request, params CreateKeyParams)
	// ListDeviceKeys List the keys of devices
	// (GET /qai/v1/keys/devices)
	ListDeviceKeys(w http.ResponseWriter, r *http.Request, params ListDeviceKeysParams)
	// CreateEphemeralKey Mint an ephemeral key
	// (POST /qai/v1/keys/ephemeral)
	CreateEphemeralKey(w http.ResponseWriter, r *http.Request, params CreateEphemeralKeyParams)
	// CreatePartnerKey Mint a key for a partner
	// (POST /qai/v1/keys/partner)
	CreatePartnerKey(w http.ResponseWriter, r *http.Request, params CreatePartnerKeyParams)
	// RevokeKey Revoke a key
	// (DELETE /qai/v1/keys/{id})
	RevokeKey(w http.ResponseWriter, r *http.Request, id KeyID, params RevokeKeyParams)
	// RotateKey Rotate a key
	// (POST /qai/v1/keys/{id}/rotate)
	RotateKey(w http.ResponseWriter, r *http.Request, id KeyID, params RotateKeyParams)
	// GetKeyUsage Get a key's usage
	// (GET /qai/v1/keys/{id}/usage)
	GetKeyUsage(w http.ResponseWriter, r *http.Request, id KeyID, params GetKeyUsageParams)
}

// ServerInterfaceWrapper converts contexts to parameters.
type ServerInterfaceWrapper struct {
	Handler            ServerInterface
	HandlerMiddlewares []MiddlewareFunc
	ErrorHandlerFunc   func(w http.ResponseWriter, r *http.Request, err error)
}

type MiddlewareFunc func(http.Handler) http.Handler

// ListKeys operation middleware
func (siw *ServerInterfaceWrapper) ListKeys(w http.ResponseWriter, r *http.Request) {

	var err error
	_ = err

	// Parameter object where we will unmarshal all parameters from the context
	var params ListKeysParams

	headers := r.Header

	// ------------- Optional header parameter "X-Quantum-App" -------------
	if valueList, found := headers[http.CanonicalHeaderKey("X-Quantum-App")]; found {
		var XQuantumApp App
		n := len(valueList)
		if n != 1 {
			siw.ErrorHandlerFunc(w, r, &TooManyValuesForParamError{ParamName: "X-Quantum-App", Count: n})
			return
		}

		err = runtime.BindStyledParameterWithOptions("simple", "X-Quantum-App", valueList[0], &XQuantumApp, runtime.BindStyledParameterOptions{ParamLocation: runtime.ParamLocationHeader, Explode: false, Required: false, Type: "string", Format: ""})
		if err != nil {
			siw.ErrorHandlerFunc(w, r, &InvalidParamFormatError{ParamName: "X-Quantum-App", Err: err})
			return
		}

		params.XQuantumApp = &XQuantumApp

	}

	handler := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		siw.Handler.ListKeys(w, r, params)
	}))

	for _, middleware := range siw.HandlerMiddlewares {
		handler = middleware(handler)
	}

	handler.ServeHTTP(w, r)
}

// CreateKey operation middleware
func (siw *ServerInterfaceWrapper) CreateKey(w http.ResponseWriter, r *http.Request) {

	var err error
	_ = err

	// Parameter object where we will unmarshal all parameters from the context
	var params CreateKeyParams

	headers := r.Header

	// ------------- Optional header parameter "X-Quantum-App" -------------
	if valueList, found := headers[http.CanonicalHeaderKey("X-Quantum-App")]; found {
		var XQuantumApp App
		n := len(valueList)
		if n != 1 {
			siw.ErrorHandlerFunc(w, r, &TooManyValuesForParamError{ParamName: "X-Quantum-App", Count: n})
			return
		}

		err = runtime.BindStyledParameterWithOptions("simple", "X-Quantum-App", valueList[0], &XQuantumApp, runtime.BindStyledParameterOptions{ParamLocation: runtime.ParamLocationHeader, Explode: false, Required: false, Type: "string", Format: ""})
		if err != nil {
			siw.ErrorHandlerFunc(w, r, &InvalidParamFormatError{ParamName: "X-Quantum-App", Err: err})
			return
		}

		params.XQuantumApp = &XQuantumApp

	}

	handler := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		siw.Handler.CreateKey(w, r, params)
	}))

	for _, middleware := range siw.HandlerMiddlewares {
		handler = middleware(handler)
	}

	handler.ServeHTTP(w, r)
}

// ListDeviceKeys operation middleware
func (siw *ServerInterfaceWrapper) ListDeviceKeys(w http.ResponseWriter, r *http.Request) {

	var err error
	_ = err

	// Parameter object where we will unmarshal all parameters from the context
	var params ListDeviceKeysParams

	headers := r.Header

	// ------------- Optional header parameter "X-Quantum-App" -------------
	if valueList, found := headers[http.CanonicalHeaderKey("X-Quantum-App")]; found {
		var XQuantumApp App
		n := len(valueList)
		if n != 1 {
			siw.ErrorHandlerFunc(w, r, &TooManyValuesForParamError{ParamName: "X-Quantum-App", Count: n})
			return
		}

		err = runtime.BindStyledParameterWithOptions("simple", "X-Quantum-App", valueList[0], &XQuantumApp, runtime.BindStyledParameterOptions{ParamLocation: runtime.ParamLocationHeader, Explode: false, Required: false, Type: "string", Format: ""})
		if err != nil {
			siw.ErrorHandlerFunc(w, r, &InvalidParamFormatError{ParamName: "X-Quantum-App", Err: err})
			return
		}

		params.XQuantumApp = &XQuantumApp

	}

	handler := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		siw.Handler.ListDeviceKeys(w, r, params)
	}))

	for _, middleware := range siw.HandlerMiddlewares {
		handler = middleware(handler)
	}

	handler.ServeHTTP(w, r)
}

// CreateEphemeralKey operation middleware
func (siw *ServerInterfaceWrapper) CreateEphemeralKey(w http.ResponseWriter, r *http.Request) {

	var err error
	_ = err

	// Parameter object where we will unmarshal all parameters from the context
	var params CreateEphemeralKeyParams

	headers := r.Header

	// ------------- Optional header parameter "X-Quantum-App" -------------
	if valueList, found := headers[http.CanonicalHeaderKey("X-Quantum-App")]; found {
		var XQuantumApp App
		n := len(valueList)
		if n != 1 {
			siw.ErrorHandlerFunc(w, r, &TooManyValuesForParamError{ParamName: "X-Quantum-App", Count: n})
			return
		}

		err = runtime.BindStyledParameterWithOptions("simple", "X-Quantum-App", valueList[0], &XQuantumApp, runtime.BindStyledParameterOptions{ParamLocation: runtime.ParamLocationHeader, Explode: false, Required: false, Type: "string", Format: ""})
		if err != nil {
			siw.ErrorHandlerFunc(w, r, &InvalidParamFormatError{ParamName: "X-Quantum-App", Err: err})
			return
		}

		params.XQuantumApp = &XQuantumApp

	}

	handler := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		siw.Handler.CreateEphemeralKey(w, r, params)
	}))

	for _, middleware := range siw.HandlerMiddlewares {
		handler = middleware(handler)
	}

	handler.ServeHTTP(w, r)
}

// CreatePartnerKey operation middleware
func (siw *ServerInterfaceWrapper) CreatePartnerKey(w http.ResponseWriter, r *http.Request) {

	var err error
	_ = err

	// Parameter object where we will unmarshal all parameters from the context
	var params CreatePartnerKeyParams

	headers := r.Header

	// ------------- Optional header parameter "X-Quantum-App" -------------
	if valueList, found := headers[http.CanonicalHeaderKey("X-Quantum-App")]; found {
		var XQuantumApp App
		n := len(valueList)
		if n != 1 {
			siw.ErrorHandlerFunc(w, r, &TooManyValuesForParamError{ParamName: "X-Quantum-App", Count: n})
			return
		}

		err = runtime.BindStyledParameterWithOptions("simple", "X-Quantum-App", valueList[0], &XQuantumApp, runtime.BindStyledParameterOptions{ParamLocation: runtime.ParamLocationHeader, Explode: false, Required: false, Type: "string", Format: ""})
		if err != nil {
			siw.ErrorHandlerFunc(w, r, &InvalidParamFormatError{ParamName: "X-Quantum-App", Err: err})
			return
		}

		params.XQuantumApp = &XQuantumApp

	}

	handler := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		siw.Handler.CreatePartnerKey(w, r, params)
	}))

	for _, middleware := range siw.HandlerMiddlewares {
		handler = middleware(handler)
	}

	handler.ServeHTTP(w, r)
}

// RevokeKey operation middleware
func (siw *ServerInterfaceWrapper) RevokeKey(w http.ResponseWriter, r *http.Request) {

	var err error
	_ = err

	// ------------- Path parameter "id" -------------
	var id KeyID

	err = runtime.BindStyledParameterWithOptions("simple", "id", r.PathValue("id"), &id, runtime.BindStyledParameterOptions{ParamLocation: runtime.ParamLocationPath, Explode: false, Required: true, Type: "string", Format: "", ValueIsUnescaped: true})
	if err != nil {
		siw.ErrorHandlerFunc(w, r, &InvalidParamFormatError{ParamName: "id", Err: err})
		return
	}

	// Parameter object where we will unmarshal all parameters from the context
	var params RevokeKeyParams

	headers := r.Header

	// ------------- Optional header parameter "X-Quantum-App" -------------
	if valueList, found := headers[http.CanonicalHeaderKey("X-Quantum-App")]; found {
		var XQuantumApp App
		n := len(valueList)
		if n != 1 {
			siw.ErrorHandlerFunc(w, r, &TooManyValuesForParamError{ParamName: "X-Quantum-App", Count: n})
			return
		}

		err = runtime.BindStyledParameterWithOptions("simple", "X-Quantum-App", valueList[0], &XQuantumApp, runtime.BindStyledParameterOptions{ParamLocation: runtime.ParamLocationHeader, Explode: false, Required: false, Type: "string", Format: ""})
		if err != nil {
			siw.ErrorHandlerFunc(w, r, &InvalidParamFormatError{ParamName: "X-Quantum-App", Err: err})
			return
		}

		params.XQuantumApp = &XQuantumApp

	}

	handler := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		siw.Handler.RevokeKey(w, r, id, params)
	}))

	for _, middleware := range siw.HandlerMiddlewares {
		handler = middleware(handler)
	}

	handler.ServeHTTP(w, r)
}

// RotateKey operation middleware
func (siw *ServerInterfaceWrapper) RotateKey(w http.ResponseWriter, r *http.Request) {

	var err error
	_ = err

	// ------------- Path parameter "id" -------------
	var id KeyID

	err = runtime.BindStyledParameterWithOptions("simple", "id", r.PathValue("id"), &id, runtime.BindStyledParameterOptions{ParamLocation: runtime.ParamLocationPath, Explode: false, Required: true, Type: "string", Format: "", ValueIsUnescaped: true})
	if err != nil {
		siw.ErrorHandlerFunc(w, r, &InvalidParamFormatError{ParamName: "id", Err: err})
		return
	}

	// Parameter object where we will unmarshal all parameters from the context
	var params RotateKeyParams

	headers := r.Header

	// ------------- Optional header parameter "X-Quantum-App" -------------
	if valueList, found := headers[http.CanonicalHeaderKey("X-Quantum-App")]; found {
		var XQuantumApp App
		n := len(valueList)
		if n != 1 {
			siw.ErrorHandlerFunc(w, r, &TooManyValuesForParamError{ParamName: "X-Quantum-App", Count: n})
			return
		}

		err = runtime.BindStyledParameterWithOptions("simple", "X-Quantum-App", valueList[0], &XQuantumApp, runtime.BindStyledParameterOptions{ParamLocation: runtime.ParamLocationHeader, Explode: false, Required: false, Type: "string", Format: ""})
		if err != nil {
			siw.ErrorHandlerFunc(w, r, &InvalidParamFormatError{ParamName: "X-Quantum-App", Err: err})
			return
		}

		params.XQuantumApp = &XQuantumApp

	}

	handler := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		siw.Handler.RotateKey(w, r, id, params)
	}))

	for _, middleware := range siw.HandlerMiddlewares {
		handler = middleware(handler)
	}

	handler.ServeHTTP(w, r)
}

// GetKeyUsage operation middleware
func (siw *ServerInterfaceWrapper) GetKeyUsage(w http.ResponseWriter, r *http.Request) {

	var err error
	_ = err

	// ------------- Path parameter "id" -------------
	var id KeyID

	err = runtime.BindStyledParameterWithOptions("simple", "id", r.PathValue("id"), &id, runtime.BindStyledParameterOptions{ParamLocation: runtime.ParamLocationPath, Explode: false, Required: true, Type: "string", Format: "", ValueIsUnescaped: true})
	if err != nil {
		siw.ErrorHandlerFunc(w, r, &InvalidParamFormatError{ParamName: "id", Err: err})
		return
	}

	// Parameter object where we will unmarshal all parameters from the context
	var params GetKeyUsageParams

	headers := r.Header

	// ------------- Optional header parameter "X-Quantum-App" -------------
	if valueList, found := headers[http.CanonicalHeaderKey("X-Quantum-App")]; found {
		var XQuantumApp App
		n := len(valueList)
		if n != 1 {
			siw.ErrorHandlerFunc(w, r, &TooManyValuesForParamError{ParamName: "X-Quantum-App", Count: n})
			return
		}

		err = runtime.BindStyledParameterWithOptions("simple", "X-Quantum-App", valueList[0], &XQuantumApp, runtime.BindStyledParameterOptions{ParamLocation: runtime.ParamLocationHeader, Explode: false, Required: false, Type: "string", Format: ""})
		if err != nil {
			siw.ErrorHandlerFunc(w, r, &InvalidParamFormatError{ParamName: "X-Quantum-App", Err: err})
			return
		}

		params.XQuantumApp = &XQuantumApp

	}

	handler := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		siw.Handler.GetKeyUsage(w, r, id, params)
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

	m.HandleFunc(http.MethodGet+" "+options.BaseURL+"/qai/v1/keys", wrapper.ListKeys)
	m.HandleFunc(http.MethodPost+" "+options.BaseURL+"/qai/v1/keys", wrapper.CreateKey)
	m.HandleFunc(http.MethodGet+" "+options.BaseURL+"/qai/v1/keys/devices", wrapper.ListDeviceKeys)
	m.HandleFunc(http.MethodPost+" "+options.BaseURL+"/qai/v1/keys/ephemeral", wrapper.CreateEphemeralKey)
	m.HandleFunc(http.MethodPost+" "+options.BaseURL+"/qai/v1/keys/partner", wrapper.CreatePartnerKey)
	m.HandleFunc(http.MethodDelete+" "+options.BaseURL+"/qai/v1/keys/{id}", wrapper.RevokeKey)
	m.HandleFunc(http.MethodPost+" "+options.BaseURL+"/qai/v1/keys/{id}/rotate", wrapper.RotateKey)
	m.HandleFunc(http.MethodGet+" "+options.BaseURL+"/qai/v1/keys/{id}/usage", wrapper.GetKeyUsage)

	return m
}

type BadGatewayResponseHeaders struct {
	XQAIRequestID *string
}
type BadGatewayJSONResponse struct {
	Body Error

	Headers BadGatewayResponseHeaders
}
type BadGatewayTextHTMLResponse struct {
	Body io.Reader

	Headers       BadGatewayResponseHeaders
	ContentLength int64
}
type BadGatewayTextResponse struct {
	Body string

	Headers BadGatewayResponseHeaders
}

type ConflictResponseHeaders struct {
	XQAIRequestID string
}
type ConflictJSONResponse struct {
	Body Error

	Headers ConflictResponseHeaders
}

type ForbiddenResponseHeaders struct {
	XQAIRequestID string
}
type ForbiddenJSONResponse struct {
	Body Error

	Headers ForbiddenResponseHeaders
}

type GatewayTimeoutResponseHeaders struct {
	XQAIRequestID *string
}
type GatewayTimeoutJSONResponse struct {
	Body Error

	Headers GatewayTimeoutResponseHeaders
}
type GatewayTimeoutTextHTMLResponse struct {
	Body io.Reader

	Headers       GatewayTimeoutResponseHeaders
	ContentLength int64
}
type GatewayTimeoutTextResponse struct {
	Body string

	Headers GatewayTimeoutResponseHeaders
}

type InsufficientBalanceResponseHeaders struct {
	XQAIRequestID string
}
type InsufficientBalanceJSONResponse struct {
	Body Error

	Headers InsufficientBalanceResponseHeaders
}

type InternalErrorResponseHeaders struct {
	XQAIRequestID string
}
type InternalErrorJSONResponse struct {
	Body Error

	Headers InternalErrorResponseHeaders
}

type InvalidRequestResponseHeaders struct {
	XQAIRequestID string
}
type InvalidRequestJSONResponse struct {
	Body Error

	Headers InvalidRequestResponseHeaders
}

type NotFoundResponseHeaders struct {
	XQAIRequestID string
}
type NotFoundJSONResponse struct {
	Body Error

	Headers NotFoundResponseHeaders
}

type RateLimitedResponseHeaders struct {
	RetryAfter    int64
	XQAIRequestID string
}
type RateLimitedJSONResponse struct {
	Body Error

	Headers RateLimitedResponseHeaders
}

type ServiceUnavailableResponseHeaders struct {
	XQAIRequestID *string
}
type ServiceUnavailableJSONResponse struct {
	Body Error

	Headers ServiceUnavailableResponseHeaders
}
type ServiceUnavailableTextHTMLResponse struct {
	Body io.Reader

	Headers       ServiceUnavailableResponseHeaders
	ContentLength int64
}
type ServiceUnavailableTextResponse struct {
	Body string

	Headers ServiceUnavailableResponseHeaders
}

type UnauthorizedResponseHeaders struct {
	XQAIRequestID string
}
type UnauthorizedJSONResponse struct {
	Body Error

	Headers UnauthorizedResponseHeaders
}

type ListKeysRequestObject struct {
	Params ListKeysParams
}

type ListKeysResponseObject interface {
	VisitListKeysResponse(w http.ResponseWriter) error
}

type ListKeys200ResponseHeaders struct {
	XQAIBalanceAfter *int64
	XQAICostTicks    *int64
	XQAIModel        *string
	XQAIRequestID    string
}

type ListKeys200JSONResponse struct {
	Body    KeyList
	Headers ListKeys200ResponseHeaders
}

func (response ListKeys200JSONResponse) VisitListKeysResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIBalanceAfter != nil {
		w.Header().Set("X-QAI-Balance-After", fmt.Sprint(*response.Headers.XQAIBalanceAfter))
	}
	if response.Headers.XQAICostTicks != nil {
		w.Header().Set("X-QAI-Cost-Ticks", fmt.Sprint(*response.Headers.XQAICostTicks))
	}
	if response.Headers.XQAIModel != nil {
		w.Header().Set("X-QAI-Model", fmt.Sprint(*response.Headers.XQAIModel))
	}
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(200)
	_, err := buf.WriteTo(w)
	return err
}

type ListKeys400JSONResponse struct{ InvalidRequestJSONResponse }

func (response ListKeys400JSONResponse) VisitListKeysResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(400)
	_, err := buf.WriteTo(w)
	return err
}

type ListKeys401JSONResponse struct{ UnauthorizedJSONResponse }

func (response ListKeys401JSONResponse) VisitListKeysResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(401)
	_, err := buf.WriteTo(w)
	return err
}

type ListKeys402JSONResponse struct {
	InsufficientBalanceJSONResponse
}

func (response ListKeys402JSONResponse) VisitListKeysResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(402)
	_, err := buf.WriteTo(w)
	return err
}

type ListKeys403JSONResponse struct{ ForbiddenJSONResponse }

func (response ListKeys403JSONResponse) VisitListKeysResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(403)
	_, err := buf.WriteTo(w)
	return err
}

type ListKeys429JSONResponse struct{ RateLimitedJSONResponse }

func (response ListKeys429JSONResponse) VisitListKeysResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Retry-After", fmt.Sprint(response.Headers.RetryAfter))
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(429)
	_, err := buf.WriteTo(w)
	return err
}

type ListKeys500JSONResponse struct{ InternalErrorJSONResponse }

func (response ListKeys500JSONResponse) VisitListKeysResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(500)
	_, err := buf.WriteTo(w)
	return err
}

type ListKeys502JSONResponse struct{ BadGatewayJSONResponse }

func (response ListKeys502JSONResponse) VisitListKeysResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)
	_, err := buf.WriteTo(w)
	return err
}

type ListKeys502TextHTMLResponse struct{ BadGatewayTextHTMLResponse }

func (response ListKeys502TextHTMLResponse) VisitListKeysResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type ListKeys502TextResponse struct{ BadGatewayTextResponse }

func (response ListKeys502TextResponse) VisitListKeysResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

type ListKeys503JSONResponse struct{ ServiceUnavailableJSONResponse }

func (response ListKeys503JSONResponse) VisitListKeysResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)
	_, err := buf.WriteTo(w)
	return err
}

type ListKeys503TextHTMLResponse struct {
	ServiceUnavailableTextHTMLResponse
}

func (response ListKeys503TextHTMLResponse) VisitListKeysResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type ListKeys503TextResponse struct{ ServiceUnavailableTextResponse }

func (response ListKeys503TextResponse) VisitListKeysResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

type ListKeys504JSONResponse struct{ GatewayTimeoutJSONResponse }

func (response ListKeys504JSONResponse) VisitListKeysResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)
	_, err := buf.WriteTo(w)
	return err
}

type ListKeys504TextHTMLResponse struct{ GatewayTimeoutTextHTMLResponse }

func (response ListKeys504TextHTMLResponse) VisitListKeysResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type ListKeys504TextResponse struct{ GatewayTimeoutTextResponse }

func (response ListKeys504TextResponse) VisitListKeysResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

type CreateKeyRequestObject struct {
	Params CreateKeyParams
	Body   *CreateKeyJSONRequestBody
}

type CreateKeyResponseObject interface {
	VisitCreateKeyResponse(w http.ResponseWriter) error
}

type CreateKey200ResponseHeaders struct {
	XQAIBalanceAfter *int64
	XQAICostTicks    *int64
	XQAIModel        *string
	XQAIRequestID    string
}

type CreateKey200JSONResponse struct {
	Body    CreatedKey
	Headers CreateKey200ResponseHeaders
}

func (response CreateKey200JSONResponse) VisitCreateKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIBalanceAfter != nil {
		w.Header().Set("X-QAI-Balance-After", fmt.Sprint(*response.Headers.XQAIBalanceAfter))
	}
	if response.Headers.XQAICostTicks != nil {
		w.Header().Set("X-QAI-Cost-Ticks", fmt.Sprint(*response.Headers.XQAICostTicks))
	}
	if response.Headers.XQAIModel != nil {
		w.Header().Set("X-QAI-Model", fmt.Sprint(*response.Headers.XQAIModel))
	}
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(200)
	_, err := buf.WriteTo(w)
	return err
}

type CreateKey400JSONResponse struct{ InvalidRequestJSONResponse }

func (response CreateKey400JSONResponse) VisitCreateKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(400)
	_, err := buf.WriteTo(w)
	return err
}

type CreateKey401JSONResponse struct{ UnauthorizedJSONResponse }

func (response CreateKey401JSONResponse) VisitCreateKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(401)
	_, err := buf.WriteTo(w)
	return err
}

type CreateKey402JSONResponse struct {
	InsufficientBalanceJSONResponse
}

func (response CreateKey402JSONResponse) VisitCreateKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(402)
	_, err := buf.WriteTo(w)
	return err
}

type CreateKey403JSONResponse struct{ ForbiddenJSONResponse }

func (response CreateKey403JSONResponse) VisitCreateKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(403)
	_, err := buf.WriteTo(w)
	return err
}

type CreateKey429JSONResponse struct{ RateLimitedJSONResponse }

func (response CreateKey429JSONResponse) VisitCreateKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Retry-After", fmt.Sprint(response.Headers.RetryAfter))
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(429)
	_, err := buf.WriteTo(w)
	return err
}

type CreateKey500JSONResponse struct{ InternalErrorJSONResponse }

func (response CreateKey500JSONResponse) VisitCreateKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(500)
	_, err := buf.WriteTo(w)
	return err
}

type CreateKey502JSONResponse struct{ BadGatewayJSONResponse }

func (response CreateKey502JSONResponse) VisitCreateKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)
	_, err := buf.WriteTo(w)
	return err
}

type CreateKey502TextHTMLResponse struct{ BadGatewayTextHTMLResponse }

func (response CreateKey502TextHTMLResponse) VisitCreateKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type CreateKey502TextResponse struct{ BadGatewayTextResponse }

func (response CreateKey502TextResponse) VisitCreateKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

type CreateKey503JSONResponse struct{ ServiceUnavailableJSONResponse }

func (response CreateKey503JSONResponse) VisitCreateKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)
	_, err := buf.WriteTo(w)
	return err
}

type CreateKey503TextHTMLResponse struct {
	ServiceUnavailableTextHTMLResponse
}

func (response CreateKey503TextHTMLResponse) VisitCreateKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type CreateKey503TextResponse struct{ ServiceUnavailableTextResponse }

func (response CreateKey503TextResponse) VisitCreateKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

type CreateKey504JSONResponse struct{ GatewayTimeoutJSONResponse }

func (response CreateKey504JSONResponse) VisitCreateKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)
	_, err := buf.WriteTo(w)
	return err
}

type CreateKey504TextHTMLResponse struct{ GatewayTimeoutTextHTMLResponse }

func (response CreateKey504TextHTMLResponse) VisitCreateKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type CreateKey504TextResponse struct{ GatewayTimeoutTextResponse }

func (response CreateKey504TextResponse) VisitCreateKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

type ListDeviceKeysRequestObject struct {
	Params ListDeviceKeysParams
}

type ListDeviceKeysResponseObject interface {
	VisitListDeviceKeysResponse(w http.ResponseWriter) error
}

type ListDeviceKeys200ResponseHeaders struct {
	XQAIBalanceAfter *int64
	XQAICostTicks    *int64
	XQAIModel        *string
	XQAIRequestID    string
}

type ListDeviceKeys200JSONResponse struct {
	Body    DeviceKeyList
	Headers ListDeviceKeys200ResponseHeaders
}

func (response ListDeviceKeys200JSONResponse) VisitListDeviceKeysResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIBalanceAfter != nil {
		w.Header().Set("X-QAI-Balance-After", fmt.Sprint(*response.Headers.XQAIBalanceAfter))
	}
	if response.Headers.XQAICostTicks != nil {
		w.Header().Set("X-QAI-Cost-Ticks", fmt.Sprint(*response.Headers.XQAICostTicks))
	}
	if response.Headers.XQAIModel != nil {
		w.Header().Set("X-QAI-Model", fmt.Sprint(*response.Headers.XQAIModel))
	}
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(200)
	_, err := buf.WriteTo(w)
	return err
}

type ListDeviceKeys400JSONResponse struct{ InvalidRequestJSONResponse }

func (response ListDeviceKeys400JSONResponse) VisitListDeviceKeysResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(400)
	_, err := buf.WriteTo(w)
	return err
}

type ListDeviceKeys401JSONResponse struct{ UnauthorizedJSONResponse }

func (response ListDeviceKeys401JSONResponse) VisitListDeviceKeysResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(401)
	_, err := buf.WriteTo(w)
	return err
}

type ListDeviceKeys402JSONResponse struct {
	InsufficientBalanceJSONResponse
}

func (response ListDeviceKeys402JSONResponse) VisitListDeviceKeysResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(402)
	_, err := buf.WriteTo(w)
	return err
}

type ListDeviceKeys403JSONResponse struct{ ForbiddenJSONResponse }

func (response ListDeviceKeys403JSONResponse) VisitListDeviceKeysResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(403)
	_, err := buf.WriteTo(w)
	return err
}

type ListDeviceKeys429JSONResponse struct{ RateLimitedJSONResponse }

func (response ListDeviceKeys429JSONResponse) VisitListDeviceKeysResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Retry-After", fmt.Sprint(response.Headers.RetryAfter))
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(429)
	_, err := buf.WriteTo(w)
	return err
}

type ListDeviceKeys500JSONResponse struct{ InternalErrorJSONResponse }

func (response ListDeviceKeys500JSONResponse) VisitListDeviceKeysResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(500)
	_, err := buf.WriteTo(w)
	return err
}

type ListDeviceKeys502JSONResponse struct{ BadGatewayJSONResponse }

func (response ListDeviceKeys502JSONResponse) VisitListDeviceKeysResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)
	_, err := buf.WriteTo(w)
	return err
}

type ListDeviceKeys502TextHTMLResponse struct{ BadGatewayTextHTMLResponse }

func (response ListDeviceKeys502TextHTMLResponse) VisitListDeviceKeysResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type ListDeviceKeys502TextResponse struct{ BadGatewayTextResponse }

func (response ListDeviceKeys502TextResponse) VisitListDeviceKeysResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

type ListDeviceKeys503JSONResponse struct{ ServiceUnavailableJSONResponse }

func (response ListDeviceKeys503JSONResponse) VisitListDeviceKeysResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)
	_, err := buf.WriteTo(w)
	return err
}

type ListDeviceKeys503TextHTMLResponse struct {
	ServiceUnavailableTextHTMLResponse
}

func (response ListDeviceKeys503TextHTMLResponse) VisitListDeviceKeysResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type ListDeviceKeys503TextResponse struct{ ServiceUnavailableTextResponse }

func (response ListDeviceKeys503TextResponse) VisitListDeviceKeysResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

type ListDeviceKeys504JSONResponse struct{ GatewayTimeoutJSONResponse }

func (response ListDeviceKeys504JSONResponse) VisitListDeviceKeysResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)
	_, err := buf.WriteTo(w)
	return err
}

type ListDeviceKeys504TextHTMLResponse struct{ GatewayTimeoutTextHTMLResponse }

func (response ListDeviceKeys504TextHTMLResponse) VisitListDeviceKeysResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type ListDeviceKeys504TextResponse struct{ GatewayTimeoutTextResponse }

func (response ListDeviceKeys504TextResponse) VisitListDeviceKeysResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

type CreateEphemeralKeyRequestObject struct {
	Params CreateEphemeralKeyParams
	Body   *CreateEphemeralKeyJSONRequestBody
}

type CreateEphemeralKeyResponseObject interface {
	VisitCreateEphemeralKeyResponse(w http.ResponseWriter) error
}

type CreateEphemeralKey200ResponseHeaders struct {
	XQAIBalanceAfter *int64
	XQAICostTicks    *int64
	XQAIModel        *string
	XQAIRequestID    string
}

type CreateEphemeralKey200JSONResponse struct {
	Body    EphemeralKey
	Headers CreateEphemeralKey200ResponseHeaders
}

func (response CreateEphemeralKey200JSONResponse) VisitCreateEphemeralKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIBalanceAfter != nil {
		w.Header().Set("X-QAI-Balance-After", fmt.Sprint(*response.Headers.XQAIBalanceAfter))
	}
	if response.Headers.XQAICostTicks != nil {
		w.Header().Set("X-QAI-Cost-Ticks", fmt.Sprint(*response.Headers.XQAICostTicks))
	}
	if response.Headers.XQAIModel != nil {
		w.Header().Set("X-QAI-Model", fmt.Sprint(*response.Headers.XQAIModel))
	}
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(200)
	_, err := buf.WriteTo(w)
	return err
}

type CreateEphemeralKey400JSONResponse struct{ InvalidRequestJSONResponse }

func (response CreateEphemeralKey400JSONResponse) VisitCreateEphemeralKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(400)
	_, err := buf.WriteTo(w)
	return err
}

type CreateEphemeralKey401JSONResponse struct{ UnauthorizedJSONResponse }

func (response CreateEphemeralKey401JSONResponse) VisitCreateEphemeralKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(401)
	_, err := buf.WriteTo(w)
	return err
}

type CreateEphemeralKey402JSONResponse struct {
	InsufficientBalanceJSONResponse
}

func (response CreateEphemeralKey402JSONResponse) VisitCreateEphemeralKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(402)
	_, err := buf.WriteTo(w)
	return err
}

type CreateEphemeralKey403JSONResponse struct{ ForbiddenJSONResponse }

func (response CreateEphemeralKey403JSONResponse) VisitCreateEphemeralKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(403)
	_, err := buf.WriteTo(w)
	return err
}

type CreateEphemeralKey429JSONResponse struct{ RateLimitedJSONResponse }

func (response CreateEphemeralKey429JSONResponse) VisitCreateEphemeralKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Retry-After", fmt.Sprint(response.Headers.RetryAfter))
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(429)
	_, err := buf.WriteTo(w)
	return err
}

type CreateEphemeralKey500JSONResponse struct{ InternalErrorJSONResponse }

func (response CreateEphemeralKey500JSONResponse) VisitCreateEphemeralKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(500)
	_, err := buf.WriteTo(w)
	return err
}

type CreateEphemeralKey502JSONResponse struct{ BadGatewayJSONResponse }

func (response CreateEphemeralKey502JSONResponse) VisitCreateEphemeralKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)
	_, err := buf.WriteTo(w)
	return err
}

type CreateEphemeralKey502TextHTMLResponse struct{ BadGatewayTextHTMLResponse }

func (response CreateEphemeralKey502TextHTMLResponse) VisitCreateEphemeralKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type CreateEphemeralKey502TextResponse struct{ BadGatewayTextResponse }

func (response CreateEphemeralKey502TextResponse) VisitCreateEphemeralKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

type CreateEphemeralKey503JSONResponse struct{ ServiceUnavailableJSONResponse }

func (response CreateEphemeralKey503JSONResponse) VisitCreateEphemeralKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)
	_, err := buf.WriteTo(w)
	return err
}

type CreateEphemeralKey503TextHTMLResponse struct {
	ServiceUnavailableTextHTMLResponse
}

func (response CreateEphemeralKey503TextHTMLResponse) VisitCreateEphemeralKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type CreateEphemeralKey503TextResponse struct{ ServiceUnavailableTextResponse }

func (response CreateEphemeralKey503TextResponse) VisitCreateEphemeralKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

type CreateEphemeralKey504JSONResponse struct{ GatewayTimeoutJSONResponse }

func (response CreateEphemeralKey504JSONResponse) VisitCreateEphemeralKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)
	_, err := buf.WriteTo(w)
	return err
}

type CreateEphemeralKey504TextHTMLResponse struct{ GatewayTimeoutTextHTMLResponse }

func (response CreateEphemeralKey504TextHTMLResponse) VisitCreateEphemeralKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type CreateEphemeralKey504TextResponse struct{ GatewayTimeoutTextResponse }

func (response CreateEphemeralKey504TextResponse) VisitCreateEphemeralKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

type CreatePartnerKeyRequestObject struct {
	Params CreatePartnerKeyParams
	Body   *CreatePartnerKeyJSONRequestBody
}

type CreatePartnerKeyResponseObject interface {
	VisitCreatePartnerKeyResponse(w http.ResponseWriter) error
}

type CreatePartnerKey200ResponseHeaders struct {
	XQAIBalanceAfter *int64
	XQAICostTicks    *int64
	XQAIModel        *string
	XQAIRequestID    string
}

type CreatePartnerKey200JSONResponse struct {
	Body    PartnerKey
	Headers CreatePartnerKey200ResponseHeaders
}

func (response CreatePartnerKey200JSONResponse) VisitCreatePartnerKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIBalanceAfter != nil {
		w.Header().Set("X-QAI-Balance-After", fmt.Sprint(*response.Headers.XQAIBalanceAfter))
	}
	if response.Headers.XQAICostTicks != nil {
		w.Header().Set("X-QAI-Cost-Ticks", fmt.Sprint(*response.Headers.XQAICostTicks))
	}
	if response.Headers.XQAIModel != nil {
		w.Header().Set("X-QAI-Model", fmt.Sprint(*response.Headers.XQAIModel))
	}
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(200)
	_, err := buf.WriteTo(w)
	return err
}

type CreatePartnerKey400JSONResponse struct{ InvalidRequestJSONResponse }

func (response CreatePartnerKey400JSONResponse) VisitCreatePartnerKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(400)
	_, err := buf.WriteTo(w)
	return err
}

type CreatePartnerKey401JSONResponse struct{ UnauthorizedJSONResponse }

func (response CreatePartnerKey401JSONResponse) VisitCreatePartnerKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(401)
	_, err := buf.WriteTo(w)
	return err
}

type CreatePartnerKey402JSONResponse struct {
	InsufficientBalanceJSONResponse
}

func (response CreatePartnerKey402JSONResponse) VisitCreatePartnerKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(402)
	_, err := buf.WriteTo(w)
	return err
}

type CreatePartnerKey403JSONResponse struct{ ForbiddenJSONResponse }

func (response CreatePartnerKey403JSONResponse) VisitCreatePartnerKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(403)
	_, err := buf.WriteTo(w)
	return err
}

type CreatePartnerKey429JSONResponse struct{ RateLimitedJSONResponse }

func (response CreatePartnerKey429JSONResponse) VisitCreatePartnerKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Retry-After", fmt.Sprint(response.Headers.RetryAfter))
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(429)
	_, err := buf.WriteTo(w)
	return err
}

type CreatePartnerKey500JSONResponse struct{ InternalErrorJSONResponse }

func (response CreatePartnerKey500JSONResponse) VisitCreatePartnerKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(500)
	_, err := buf.WriteTo(w)
	return err
}

type CreatePartnerKey502JSONResponse struct{ BadGatewayJSONResponse }

func (response CreatePartnerKey502JSONResponse) VisitCreatePartnerKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)
	_, err := buf.WriteTo(w)
	return err
}

type CreatePartnerKey502TextHTMLResponse struct{ BadGatewayTextHTMLResponse }

func (response CreatePartnerKey502TextHTMLResponse) VisitCreatePartnerKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type CreatePartnerKey502TextResponse struct{ BadGatewayTextResponse }

func (response CreatePartnerKey502TextResponse) VisitCreatePartnerKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

type CreatePartnerKey503JSONResponse struct{ ServiceUnavailableJSONResponse }

func (response CreatePartnerKey503JSONResponse) VisitCreatePartnerKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)
	_, err := buf.WriteTo(w)
	return err
}

type CreatePartnerKey503TextHTMLResponse struct {
	ServiceUnavailableTextHTMLResponse
}

func (response CreatePartnerKey503TextHTMLResponse) VisitCreatePartnerKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type CreatePartnerKey503TextResponse struct{ ServiceUnavailableTextResponse }

func (response CreatePartnerKey503TextResponse) VisitCreatePartnerKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

type CreatePartnerKey504JSONResponse struct{ GatewayTimeoutJSONResponse }

func (response CreatePartnerKey504JSONResponse) VisitCreatePartnerKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)
	_, err := buf.WriteTo(w)
	return err
}

type CreatePartnerKey504TextHTMLResponse struct{ GatewayTimeoutTextHTMLResponse }

func (response CreatePartnerKey504TextHTMLResponse) VisitCreatePartnerKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type CreatePartnerKey504TextResponse struct{ GatewayTimeoutTextResponse }

func (response CreatePartnerKey504TextResponse) VisitCreatePartnerKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

type RevokeKeyRequestObject struct {
	ID     KeyID `json:"id"`
	Params RevokeKeyParams
}

type RevokeKeyResponseObject interface {
	VisitRevokeKeyResponse(w http.ResponseWriter) error
}

type RevokeKey200ResponseHeaders struct {
	XQAIBalanceAfter *int64
	XQAICostTicks    *int64
	XQAIModel        *string
	XQAIRequestID    string
}

type RevokeKey200JSONResponse struct {
	Body    Status
	Headers RevokeKey200ResponseHeaders
}

func (response RevokeKey200JSONResponse) VisitRevokeKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIBalanceAfter != nil {
		w.Header().Set("X-QAI-Balance-After", fmt.Sprint(*response.Headers.XQAIBalanceAfter))
	}
	if response.Headers.XQAICostTicks != nil {
		w.Header().Set("X-QAI-Cost-Ticks", fmt.Sprint(*response.Headers.XQAICostTicks))
	}
	if response.Headers.XQAIModel != nil {
		w.Header().Set("X-QAI-Model", fmt.Sprint(*response.Headers.XQAIModel))
	}
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(200)
	_, err := buf.WriteTo(w)
	return err
}

type RevokeKey400JSONResponse struct{ InvalidRequestJSONResponse }

func (response RevokeKey400JSONResponse) VisitRevokeKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(400)
	_, err := buf.WriteTo(w)
	return err
}

type RevokeKey401JSONResponse struct{ UnauthorizedJSONResponse }

func (response RevokeKey401JSONResponse) VisitRevokeKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(401)
	_, err := buf.WriteTo(w)
	return err
}

type RevokeKey402JSONResponse struct {
	InsufficientBalanceJSONResponse
}

func (response RevokeKey402JSONResponse) VisitRevokeKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(402)
	_, err := buf.WriteTo(w)
	return err
}

type RevokeKey403JSONResponse struct{ ForbiddenJSONResponse }

func (response RevokeKey403JSONResponse) VisitRevokeKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(403)
	_, err := buf.WriteTo(w)
	return err
}

type RevokeKey404JSONResponse struct{ NotFoundJSONResponse }

func (response RevokeKey404JSONResponse) VisitRevokeKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(404)
	_, err := buf.WriteTo(w)
	return err
}

type RevokeKey429JSONResponse struct{ RateLimitedJSONResponse }

func (response RevokeKey429JSONResponse) VisitRevokeKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Retry-After", fmt.Sprint(response.Headers.RetryAfter))
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(429)
	_, err := buf.WriteTo(w)
	return err
}

type RevokeKey500JSONResponse struct{ InternalErrorJSONResponse }

func (response RevokeKey500JSONResponse) VisitRevokeKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(500)
	_, err := buf.WriteTo(w)
	return err
}

type RevokeKey502JSONResponse struct{ BadGatewayJSONResponse }

func (response RevokeKey502JSONResponse) VisitRevokeKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)
	_, err := buf.WriteTo(w)
	return err
}

type RevokeKey502TextHTMLResponse struct{ BadGatewayTextHTMLResponse }

func (response RevokeKey502TextHTMLResponse) VisitRevokeKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type RevokeKey502TextResponse struct{ BadGatewayTextResponse }

func (response RevokeKey502TextResponse) VisitRevokeKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

type RevokeKey503JSONResponse struct{ ServiceUnavailableJSONResponse }

func (response RevokeKey503JSONResponse) VisitRevokeKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)
	_, err := buf.WriteTo(w)
	return err
}

type RevokeKey503TextHTMLResponse struct {
	ServiceUnavailableTextHTMLResponse
}

func (response RevokeKey503TextHTMLResponse) VisitRevokeKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type RevokeKey503TextResponse struct{ ServiceUnavailableTextResponse }

func (response RevokeKey503TextResponse) VisitRevokeKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

type RevokeKey504JSONResponse struct{ GatewayTimeoutJSONResponse }

func (response RevokeKey504JSONResponse) VisitRevokeKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)
	_, err := buf.WriteTo(w)
	return err
}

type RevokeKey504TextHTMLResponse struct{ GatewayTimeoutTextHTMLResponse }

func (response RevokeKey504TextHTMLResponse) VisitRevokeKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type RevokeKey504TextResponse struct{ GatewayTimeoutTextResponse }

func (response RevokeKey504TextResponse) VisitRevokeKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

type RotateKeyRequestObject struct {
	ID     KeyID `json:"id"`
	Params RotateKeyParams
	Body   *RotateKeyJSONRequestBody
}

type RotateKeyResponseObject interface {
	VisitRotateKeyResponse(w http.ResponseWriter) error
}

type RotateKey200ResponseHeaders struct {
	XQAIBalanceAfter *int64
	XQAICostTicks    *int64
	XQAIModel        *string
	XQAIRequestID    string
}

type RotateKey200JSONResponse struct {
	Body    RotatedKey
	Headers RotateKey200ResponseHeaders
}

func (response RotateKey200JSONResponse) VisitRotateKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIBalanceAfter != nil {
		w.Header().Set("X-QAI-Balance-After", fmt.Sprint(*response.Headers.XQAIBalanceAfter))
	}
	if response.Headers.XQAICostTicks != nil {
		w.Header().Set("X-QAI-Cost-Ticks", fmt.Sprint(*response.Headers.XQAICostTicks))
	}
	if response.Headers.XQAIModel != nil {
		w.Header().Set("X-QAI-Model", fmt.Sprint(*response.Headers.XQAIModel))
	}
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(200)
	_, err := buf.WriteTo(w)
	return err
}

type RotateKey400JSONResponse struct{ InvalidRequestJSONResponse }

func (response RotateKey400JSONResponse) VisitRotateKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(400)
	_, err := buf.WriteTo(w)
	return err
}

type RotateKey401JSONResponse struct{ UnauthorizedJSONResponse }

func (response RotateKey401JSONResponse) VisitRotateKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(401)
	_, err := buf.WriteTo(w)
	return err
}

type RotateKey402JSONResponse struct {
	InsufficientBalanceJSONResponse
}

func (response RotateKey402JSONResponse) VisitRotateKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(402)
	_, err := buf.WriteTo(w)
	return err
}

type RotateKey403JSONResponse struct{ ForbiddenJSONResponse }

func (response RotateKey403JSONResponse) VisitRotateKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(403)
	_, err := buf.WriteTo(w)
	return err
}

type RotateKey404JSONResponse struct{ NotFoundJSONResponse }

func (response RotateKey404JSONResponse) VisitRotateKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(404)
	_, err := buf.WriteTo(w)
	return err
}

type RotateKey409JSONResponse struct{ ConflictJSONResponse }

func (response RotateKey409JSONResponse) VisitRotateKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(409)
	_, err := buf.WriteTo(w)
	return err
}

type RotateKey429JSONResponse struct{ RateLimitedJSONResponse }

func (response RotateKey429JSONResponse) VisitRotateKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Retry-After", fmt.Sprint(response.Headers.RetryAfter))
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(429)
	_, err := buf.WriteTo(w)
	return err
}

type RotateKey500JSONResponse struct{ InternalErrorJSONResponse }

func (response RotateKey500JSONResponse) VisitRotateKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(500)
	_, err := buf.WriteTo(w)
	return err
}

type RotateKey502JSONResponse struct{ BadGatewayJSONResponse }

func (response RotateKey502JSONResponse) VisitRotateKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)
	_, err := buf.WriteTo(w)
	return err
}

type RotateKey502TextHTMLResponse struct{ BadGatewayTextHTMLResponse }

func (response RotateKey502TextHTMLResponse) VisitRotateKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type RotateKey502TextResponse struct{ BadGatewayTextResponse }

func (response RotateKey502TextResponse) VisitRotateKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

type RotateKey503JSONResponse struct{ ServiceUnavailableJSONResponse }

func (response RotateKey503JSONResponse) VisitRotateKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)
	_, err := buf.WriteTo(w)
	return err
}

type RotateKey503TextHTMLResponse struct {
	ServiceUnavailableTextHTMLResponse
}

func (response RotateKey503TextHTMLResponse) VisitRotateKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type RotateKey503TextResponse struct{ ServiceUnavailableTextResponse }

func (response RotateKey503TextResponse) VisitRotateKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

type RotateKey504JSONResponse struct{ GatewayTimeoutJSONResponse }

func (response RotateKey504JSONResponse) VisitRotateKeyResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)
	_, err := buf.WriteTo(w)
	return err
}

type RotateKey504TextHTMLResponse struct{ GatewayTimeoutTextHTMLResponse }

func (response RotateKey504TextHTMLResponse) VisitRotateKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type RotateKey504TextResponse struct{ GatewayTimeoutTextResponse }

func (response RotateKey504TextResponse) VisitRotateKeyResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

type GetKeyUsageRequestObject struct {
	ID     KeyID `json:"id"`
	Params GetKeyUsageParams
}

type GetKeyUsageResponseObject interface {
	VisitGetKeyUsageResponse(w http.ResponseWriter) error
}

type GetKeyUsage200ResponseHeaders struct {
	XQAIBalanceAfter *int64
	XQAICostTicks    *int64
	XQAIModel        *string
	XQAIRequestID    string
}

type GetKeyUsage200JSONResponse struct {
	Body    KeyUsage
	Headers GetKeyUsage200ResponseHeaders
}

func (response GetKeyUsage200JSONResponse) VisitGetKeyUsageResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIBalanceAfter != nil {
		w.Header().Set("X-QAI-Balance-After", fmt.Sprint(*response.Headers.XQAIBalanceAfter))
	}
	if response.Headers.XQAICostTicks != nil {
		w.Header().Set("X-QAI-Cost-Ticks", fmt.Sprint(*response.Headers.XQAICostTicks))
	}
	if response.Headers.XQAIModel != nil {
		w.Header().Set("X-QAI-Model", fmt.Sprint(*response.Headers.XQAIModel))
	}
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(200)
	_, err := buf.WriteTo(w)
	return err
}

type GetKeyUsage400JSONResponse struct{ InvalidRequestJSONResponse }

func (response GetKeyUsage400JSONResponse) VisitGetKeyUsageResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(400)
	_, err := buf.WriteTo(w)
	return err
}

type GetKeyUsage401JSONResponse struct{ UnauthorizedJSONResponse }

func (response GetKeyUsage401JSONResponse) VisitGetKeyUsageResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(401)
	_, err := buf.WriteTo(w)
	return err
}

type GetKeyUsage402JSONResponse struct {
	InsufficientBalanceJSONResponse
}

func (response GetKeyUsage402JSONResponse) VisitGetKeyUsageResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(402)
	_, err := buf.WriteTo(w)
	return err
}

type GetKeyUsage403JSONResponse struct{ ForbiddenJSONResponse }

func (response GetKeyUsage403JSONResponse) VisitGetKeyUsageResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(403)
	_, err := buf.WriteTo(w)
	return err
}

type GetKeyUsage404JSONResponse struct{ NotFoundJSONResponse }

func (response GetKeyUsage404JSONResponse) VisitGetKeyUsageResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(404)
	_, err := buf.WriteTo(w)
	return err
}

type GetKeyUsage429JSONResponse struct{ RateLimitedJSONResponse }

func (response GetKeyUsage429JSONResponse) VisitGetKeyUsageResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Retry-After", fmt.Sprint(response.Headers.RetryAfter))
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(429)
	_, err := buf.WriteTo(w)
	return err
}

type GetKeyUsage500JSONResponse struct{ InternalErrorJSONResponse }

func (response GetKeyUsage500JSONResponse) VisitGetKeyUsageResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Request-Id", fmt.Sprint(response.Headers.XQAIRequestID))
	w.WriteHeader(500)
	_, err := buf.WriteTo(w)
	return err
}

type GetKeyUsage502JSONResponse struct{ BadGatewayJSONResponse }

func (response GetKeyUsage502JSONResponse) VisitGetKeyUsageResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)
	_, err := buf.WriteTo(w)
	return err
}

type GetKeyUsage502TextHTMLResponse struct{ BadGatewayTextHTMLResponse }

func (response GetKeyUsage502TextHTMLResponse) VisitGetKeyUsageResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type GetKeyUsage502TextResponse struct{ BadGatewayTextResponse }

func (response GetKeyUsage502TextResponse) VisitGetKeyUsageResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(502)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

type GetKeyUsage503JSONResponse struct{ ServiceUnavailableJSONResponse }

func (response GetKeyUsage503JSONResponse) VisitGetKeyUsageResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)
	_, err := buf.WriteTo(w)
	return err
}

type GetKeyUsage503TextHTMLResponse struct {
	ServiceUnavailableTextHTMLResponse
}

func (response GetKeyUsage503TextHTMLResponse) VisitGetKeyUsageResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type GetKeyUsage503TextResponse struct{ ServiceUnavailableTextResponse }

func (response GetKeyUsage503TextResponse) VisitGetKeyUsageResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(503)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

type GetKeyUsage504JSONResponse struct{ GatewayTimeoutJSONResponse }

func (response GetKeyUsage504JSONResponse) VisitGetKeyUsageResponse(w http.ResponseWriter) error {

	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(response.Body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)
	_, err := buf.WriteTo(w)
	return err
}

type GetKeyUsage504TextHTMLResponse struct{ GatewayTimeoutTextHTMLResponse }

func (response GetKeyUsage504TextHTMLResponse) VisitGetKeyUsageResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/html")
	if response.ContentLength != 0 {
		w.Header().Set("Content-Length", fmt.Sprint(response.ContentLength))
	}
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)

	if closer, ok := response.Body.(io.ReadCloser); ok {
		defer closer.Close()
	}
	_, err := io.Copy(w, response.Body)
	return err
}

type GetKeyUsage504TextResponse struct{ GatewayTimeoutTextResponse }

func (response GetKeyUsage504TextResponse) VisitGetKeyUsageResponse(w http.ResponseWriter) error {

	w.Header().Set("Content-Type", "text/plain")
	if response.Headers.XQAIRequestID != nil {
		w.Header().Set("X-QAI-Request-Id", fmt.Sprint(*response.Headers.XQAIRequestID))
	}
	w.WriteHeader(504)

	_, err := w.Write([]byte(fmt.Sprint(response.Body)))
	return err
}

// StrictServerInterface represents all server handlers.
type StrictServerInterface interface {
	// ListKeys List the keys
	// (GET /qai/v1/keys)
	ListKeys(ctx context.Context, request ListKeysRequestObject) (ListKeysResponseObject, error)
	// CreateKey Mint a key
	// (POST /qai/v1/keys)
	CreateKey(ctx context.Context, request CreateKeyRequestObject) (CreateKeyResponseObject, error)
	// ListDeviceKeys List the keys of devices
	// (GET /qai/v1/keys/devices)
	ListDeviceKeys(ctx context.Context, request ListDeviceKeysRequestObject) (ListDeviceKeysResponseObject, error)
	// CreateEphemeralKey Mint an ephemeral key
	// (POST /qai/v1/keys/ephemeral)
	CreateEphemeralKey(ctx context.Context, request CreateEphemeralKeyRequestObject) (CreateEphemeralKeyResponseObject, error)
	// CreatePartnerKey Mint a key for a partner
	// (POST /qai/v1/keys/partner)
	CreatePartnerKey(ctx context.Context, request CreatePartnerKeyRequestObject) (CreatePartnerKeyResponseObject, error)
	// RevokeKey Revoke a key
	// (DELETE /qai/v1/keys/{id})
	RevokeKey(ctx context.Context, request RevokeKeyRequestObject) (RevokeKeyResponseObject, error)
	// RotateKey Rotate a key
	// (POST /qai/v1/keys/{id}/rotate)
	RotateKey(ctx context.Context, request RotateKeyRequestObject) (RotateKeyResponseObject, error)
	// GetKeyUsage Get a key's usage
	// (GET /qai/v1/keys/{id}/usage)
	GetKeyUsage(ctx context.Context, request GetKeyUsageRequestObject) (GetKeyUsageResponseObject, error)
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

// ListKeys operation middleware
func (sh *strictHandler) ListKeys(w http.ResponseWriter, r *http.Request, params ListKeysParams) {
	var request ListKeysRequestObject

	request.Params = params

	handler := func(ctx context.Context, w http.ResponseWriter, r *http.Request, request interface{}) (interface{}, error) {
		return sh.ssi.ListKeys(ctx, request.(ListKeysRequestObject))
	}
	for _, middleware := range sh.middlewares {
		handler = middleware(handler, "ListKeys")
	}

	response, err := handler(r.Context(), w, r, request)

	if err != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, err)
	} else if validResponse, ok := response.(ListKeysResponseObject); ok {
		if err := validResponse.VisitListKeysResponse(w); err != nil {
			sh.options.ResponseErrorHandlerFunc(w, r, err)
		}
	} else if response != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, fmt.Errorf("unexpected response type: %T", response))
	}
}

// CreateKey operation middleware
func (sh *strictHandler) CreateKey(w http.ResponseWriter, r *http.Request, params CreateKeyParams) {
	var request CreateKeyRequestObject

	request.Params = params

	var body CreateKeyJSONRequestBody
	if err := runtime.BindJSONBody(r, &body); err != nil {
		sh.options.RequestErrorHandlerFunc(w, r, fmt.Errorf("can't decode JSON body: %w", err))
		return
	}
	request.Body = &body

	handler := func(ctx context.Context, w http.ResponseWriter, r *http.Request, request interface{}) (interface{}, error) {
		return sh.ssi.CreateKey(ctx, request.(CreateKeyRequestObject))
	}
	for _, middleware := range sh.middlewares {
		handler = middleware(handler, "CreateKey")
	}

	response, err := handler(r.Context(), w, r, request)

	if err != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, err)
	} else if validResponse, ok := response.(CreateKeyResponseObject); ok {
		if err := validResponse.VisitCreateKeyResponse(w); err != nil {
			sh.options.ResponseErrorHandlerFunc(w, r, err)
		}
	} else if response != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, fmt.Errorf("unexpected response type: %T", response))
	}
}

// ListDeviceKeys operation middleware
func (sh *strictHandler) ListDeviceKeys(w http.ResponseWriter, r *http.Request, params ListDeviceKeysParams) {
	var request ListDeviceKeysRequestObject

	request.Params = params

	handler := func(ctx context.Context, w http.ResponseWriter, r *http.Request, request interface{}) (interface{}, error) {
		return sh.ssi.ListDeviceKeys(ctx, request.(ListDeviceKeysRequestObject))
	}
	for _, middleware := range sh.middlewares {
		handler = middleware(handler, "ListDeviceKeys")
	}

	response, err := handler(r.Context(), w, r, request)

	if err != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, err)
	} else if validResponse, ok := response.(ListDeviceKeysResponseObject); ok {
		if err := validResponse.VisitListDeviceKeysResponse(w); err != nil {
			sh.options.ResponseErrorHandlerFunc(w, r, err)
		}
	} else if response != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, fmt.Errorf("unexpected response type: %T", response))
	}
}

// CreateEphemeralKey operation middleware
func (sh *strictHandler) CreateEphemeralKey(w http.ResponseWriter, r *http.Request, params CreateEphemeralKeyParams) {
	var request CreateEphemeralKeyRequestObject

	request.Params = params

	var body CreateEphemeralKeyJSONRequestBody
	if err := runtime.BindJSONBody(r, &body); err != nil {
		sh.options.RequestErrorHandlerFunc(w, r, fmt.Errorf("can't decode JSON body: %w", err))
		return
	}
	request.Body = &body

	handler := func(ctx context.Context, w http.ResponseWriter, r *http.Request, request interface{}) (interface{}, error) {
		return sh.ssi.CreateEphemeralKey(ctx, request.(CreateEphemeralKeyRequestObject))
	}
	for _, middleware := range sh.middlewares {
		handler = middleware(handler, "CreateEphemeralKey")
	}

	response, err := handler(r.Context(), w, r, request)

	if err != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, err)
	} else if validResponse, ok := response.(CreateEphemeralKeyResponseObject); ok {
		if err := validResponse.VisitCreateEphemeralKeyResponse(w); err != nil {
			sh.options.ResponseErrorHandlerFunc(w, r, err)
		}
	} else if response != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, fmt.Errorf("unexpected response type: %T", response))
	}
}

// CreatePartnerKey operation middleware
func (sh *strictHandler) CreatePartnerKey(w http.ResponseWriter, r *http.Request, params CreatePartnerKeyParams) {
	var request CreatePartnerKeyRequestObject

	request.Params = params

	var body CreatePartnerKeyJSONRequestBody
	if err := runtime.BindJSONBody(r, &body); err != nil {
		sh.options.RequestErrorHandlerFunc(w, r, fmt.Errorf("can't decode JSON body: %w", err))
		return
	}
	request.Body = &body

	handler := func(ctx context.Context, w http.ResponseWriter, r *http.Request, request interface{}) (interface{}, error) {
		return sh.ssi.CreatePartnerKey(ctx, request.(CreatePartnerKeyRequestObject))
	}
	for _, middleware := range sh.middlewares {
		handler = middleware(handler, "CreatePartnerKey")
	}

	response, err := handler(r.Context(), w, r, request)

	if err != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, err)
	} else if validResponse, ok := response.(CreatePartnerKeyResponseObject); ok {
		if err := validResponse.VisitCreatePartnerKeyResponse(w); err != nil {
			sh.options.ResponseErrorHandlerFunc(w, r, err)
		}
	} else if response != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, fmt.Errorf("unexpected response type: %T", response))
	}
}

// RevokeKey operation middleware
func (sh *strictHandler) RevokeKey(w http.ResponseWriter, r *http.Request, id KeyID, params RevokeKeyParams) {
	var request RevokeKeyRequestObject

	request.ID = id
	request.Params = params

	handler := func(ctx context.Context, w http.ResponseWriter, r *http.Request, request interface{}) (interface{}, error) {
		return sh.ssi.RevokeKey(ctx, request.(RevokeKeyRequestObject))
	}
	for _, middleware := range sh.middlewares {
		handler = middleware(handler, "RevokeKey")
	}

	response, err := handler(r.Context(), w, r, request)

	if err != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, err)
	} else if validResponse, ok := response.(RevokeKeyResponseObject); ok {
		if err := validResponse.VisitRevokeKeyResponse(w); err != nil {
			sh.options.ResponseErrorHandlerFunc(w, r, err)
		}
	} else if response != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, fmt.Errorf("unexpected response type: %T", response))
	}
}

// RotateKey operation middleware
func (sh *strictHandler) RotateKey(w http.ResponseWriter, r *http.Request, id KeyID, params RotateKeyParams) {
	var request RotateKeyRequestObject

	request.ID = id
	request.Params = params

	var body RotateKeyJSONRequestBody
	if err := runtime.BindJSONBody(r, &body); err != nil {
		sh.options.RequestErrorHandlerFunc(w, r, fmt.Errorf("can't decode JSON body: %w", err))
		return
	}
	request.Body = &body

	handler := func(ctx context.Context, w http.ResponseWriter, r *http.Request, request interface{}) (interface{}, error) {
		return sh.ssi.RotateKey(ctx, request.(RotateKeyRequestObject))
	}
	for _, middleware := range sh.middlewares {
		handler = middleware(handler, "RotateKey")
	}

	response, err := handler(r.Context(), w, r, request)

	if err != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, err)
	} else if validResponse, ok := response.(RotateKeyResponseObject); ok {
		if err := validResponse.VisitRotateKeyResponse(w); err != nil {
			sh.options.ResponseErrorHandlerFunc(w, r, err)
		}
	} else if response != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, fmt.Errorf("unexpected response type: %T", response))
	}
}

// GetKeyUsage operation middleware
func (sh *strictHandler) GetKeyUsage(w http.ResponseWriter, r *http.Request, id KeyID, params GetKeyUsageParams) {
	var request GetKeyUsageRequestObject

	request.ID = id
	request.Params = params

	handler := func(ctx context.Context, w http.ResponseWriter, r *http.Request, request interface{}) (interface{}, error) {
		return sh.ssi.GetKeyUsage(ctx, request.(GetKeyUsageRequestObject))
	}
	for _, middleware := range sh.middlewares {
		handler = middleware(handler, "GetKeyUsage")
	}

	response, err := handler(r.Context(), w, r, request)

	if err != nil {
		sh.options.ResponseErrorHandlerFunc(w, r, err)
	} else if validResponse, ok := response.(GetKeyUsageResponseObject); ok {
		if err := validResponse.VisitGetKeyUsageResponse(w); err != nil {
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
	"  title: Quantum AI gateway, keys API\n",
	"  version: 0.1.0\n",
	"  description: |-\n",
	"    Mints, lists, rotates and revokes the API keys of an account of the Quantum AI gateway.\n",
	"\n",
	"    **A key is shown once.** The response that mints a key has its full text, and no other response ever does. If it is\n",
	"    lost, revoke the key and mint another.\n",
	"\n",
	"    **Minting is never deduplicated.** The gateway ignores `Idempotency-Key` on these operations. A `POST` that is sent\n",
	"    again can mint a second live key whose secret is lost, so it may be replayed only when it is certain that it wasn't\n",
	"    executed: after a 429, or when no connection was made. `GET` and `DELETE` may also be replayed after a 502, 503 or\n",
	"    504 and after a lost connection; a 404 response to a replayed `DELETE` means that the key is gone.\n",
	"\n",
	"    **Absent, null and zero.** In a response, a property that isn't required may be absent or null; both mean its\n",
	"    default, or that there is no value. A list may be null instead of empty; if it is required, its absence is an\n",
	"    error. In a request, an option that isn't set is left out: it is never null, and zero is a value (a spend cap of\n",
	"    0 isn't the same as no cap).\n",
	"\n",
	"    **Unknown properties** may appear in every response, at any depth; ignore them. In a request the gateway ignores\n",
	"    them, without an error, so a misspelt option is an option that isn't set: don't send any. The schemas of requests\n",
	"    don't allow them (`additionalProperties: false`), so that a validator or a mock finds the mistake.\n",
	"\n",
	"    **Amounts in ticks.** One US dollar is 10,000,000,000 ticks, and an amount in ticks is a whole number that fits 64\n",
	"    bits.\n",
	"  license:\n",
	"    name: MIT\n",
	"    url: https://opensource.org/license/mit\n",
	"  contact:\n",
	"    name: qaikeys\n",
	"    url: https://github.com/qaikeys/qaikeys\n",
	"\n",
	"servers:\n",
	"  - url: https://api.quantumencoding.ai\n",
	"    description: Production.\n",
	"\n",
	"tags:\n",
	"  - name: keys\n",
	"    description: API keys of the account that the credential belongs to.\n",
	"\n",
	"security:\n",
	"  - apiKeyHeader: []\n",
	"  - bearerToken: []\n",
	"\n",
	"paths:\n",
	"  /qai/v1/keys:\n",
	"    parameters:\n",
	"      - $ref: '#/components/parameters/App'\n",
	"    post:\n",
	"      operationId: createKey\n",
	"      summary: Mint a key\n",
	"      description: |-\n",
	"        Mints a key and returns its full text, only this once. Not idempotent: see the rule for replays at the top.\n",
	"        After a 5xx or a lost connection the key may exist; `listKeys` shows it.\n",
	"      tags: [keys]\n",
	"      requestBody:\n",
	"        required: true\n",
	"        content:\n",
	"          application/json:\n",
	"            schema:\n",
	"              $ref: '#/components/schemas/CreateKeyRequest'\n",
	"            examples:\n",
	"              named:\n",
	"                summary: A name and nothing else\n",
	"                value:\n",
	"                  name: ci\n",
	"              restricted:\n",
	"                summary: Chat only, 25 USD, 60 requests a minute\n",
	"                value:\n",
	"                  name: ci\n",
	"                  endpoints: [chat, /qai/v1/images]\n",
	"                  spend_cap_usd: 25\n",
	"                  rate_limit: 60\n",
	"                  region: europe\n",
	"      responses:\n",
	"        '200':\n",
	"          description: The key was minted.\n",
	"          headers:\n",
	"            X-QAI-Request-Id:\n",
	"              $ref: '#/components/headers/RequestId'\n",
	"            X-QAI-Cost-Ticks:\n",
	"              $ref: '#/components/headers/CostTicks'\n",
	"            X-QAI-Balance-After:\n",
	"              $ref: '#/components/headers/BalanceAfter'\n",
	"            X-QAI-Model:\n",
	"              $ref: '#/components/headers/Model'\n",
	"          content:\n",
	"            application/json:\n",
	"              schema:\n",
	"                $ref: '#/components/schemas/CreatedKey'\n",
	"              examples:\n",
	"                minted:\n",
	"                  summary: A key restricted to chat\n",
	"                  value:\n",
	"                    key: qai_k_4f1c09aa5be0c3d27718f6a94e02bd5531c8e7906a4fd21b83957ec0aa64d1f2\n",
	"                    details:\n",
	"                      id: key_01\n",
	"                      name: ci\n",
	"                      key_prefix: qai_k_4f1c09aa\n",
	"                      scope:\n",
	"                        endpoints: [chat]\n",
	"                      spent_ticks: 0\n",
	"                      revoked: false\n",
	"                      created_at: '2026-09-01T12:34:56Z'\n",
	"        '400':\n",
	"          $ref: '#/components/responses/InvalidRequest'\n",
	"        '401':\n",
	"          $ref: '#/components/responses/Unauthorized'\n",
	"        '402':\n",
	"          $ref: '#/components/responses/InsufficientBalance'\n",
	"        '403':\n",
	"          $ref: '#/components/responses/Forbidden'\n",
	"        '429':\n",
	"          $ref: '#/components/responses/RateLimited'\n",
	"        '500':\n",
	"          $ref: '#/components/responses/InternalError'\n",
	"        '502':\n",
	"          $ref: '#/components/responses/BadGateway'\n",
	"        '503':\n",
	"          $ref: '#/components/responses/ServiceUnavailable'\n",
	"        '504':\n",
	"          $ref: '#/components/responses/GatewayTimeout'\n",
	"    get:\n",
	"      operationId: listKeys\n",
	"      summary: List the keys\n",
	"      description: Lists every key of the account, including revoked ones, in one response. There is no paging.\n",
	"      tags: [keys]\n",
	"      responses:\n",
	"        '200':\n",
	"          description: Every key of the account.\n",
	"          headers:\n",
	"            X-QAI-Request-Id:\n",
	"              $ref: '#/components/headers/RequestId'\n",
	"            X-QAI-Cost-Ticks:\n",
	"              $ref: '#/components/headers/CostTicks'\n",
	"            X-QAI-Balance-After:\n",
	"              $ref: '#/components/headers/BalanceAfter'\n",
	"            X-QAI-Model:\n",
	"              $ref: '#/components/headers/Model'\n",
	"          content:\n",
	"            application/json:\n",
	"              schema:\n",
	"                $ref: '#/components/schemas/KeyList'\n",
	"              examples:\n",
	"                two:\n",
	"                  summary: A key with few properties, and a revoked one\n",
	"                  value:\n",
	"                    keys:\n",
	"                      - id: key_01\n",
	"                        name: ci\n",
	"                        key_prefix: qai_k_4f1c09aa\n",
	"                      - id: key_02\n",
	"                        name: old\n",
	"                        key_prefix: qai_k_77aa01bc\n",
	"                        scope: null\n",
	"                        spent_ticks: 25000000000\n",
	"                        revoked: true\n",
	"                        created_at: null\n",
	"                        last_used: '2026-09-02T01:02:03.456Z'\n",
	"                none:\n",
	"                  summary: An account without keys\n",
	"                  value:\n",
	"                    keys: []\n",
	"                'null':\n",
	"                  summary: An account without keys, in the other form\n",
	"                  value:\n",
	"                    keys: null\n",
	"        '400':\n",
	"          $ref: '#/components/responses/InvalidRequest'\n",
	"        '401':\n",
	"          $ref: '#/components/responses/Unauthorized'\n",
	"        '402':\n",
	"          $ref: '#/components/responses/InsufficientBalance'\n",
	"        '403':\n",
	"          $ref: '#/components/responses/Forbidden'\n",
	"        '429':\n",
	"          $ref: '#/components/responses/RateLimited'\n",
	"        '500':\n",
	"          $ref: '#/components/responses/InternalError'\n",
	"        '502':\n",
	"          $ref: '#/components/responses/BadGateway'\n",
	"        '503':\n",
	"          $ref: '#/components/responses/ServiceUnavailable'\n",
	"        '504':\n",
	"          $ref: '#/components/responses/GatewayTimeout'\n",
	"\n",
	"  /qai/v1/keys/devices:\n",
	"    parameters:\n",
	"      - $ref: '#/components/parameters/App'\n",
	"    get:\n",
	"      operationId: listDeviceKeys\n",
	"      summary: List the keys of devices\n",
	"      description: |-\n",
	"        Lists every key that was minted for a device, in one response. There is no paging.\n",
	"      tags: [keys]\n",
	"      responses:\n",
	"        '200':\n",
	"          description: Every device's key.\n",
	"          headers:\n",
	"            X-QAI-Request-Id:\n",
	"              $ref: '#/components/headers/RequestId'\n",
	"            X-QAI-Cost-Ticks:\n",
	"              $ref: '#/components/headers/CostTicks'\n",
	"            X-QAI-Balance-After:\n",
	"              $ref: '#/components/headers/BalanceAfter'\n",
	"            X-QAI-Model:\n",
	"              $ref: '#/components/headers/Model'\n",
	"          content:\n",
	"            application/json:\n",
	"              schema:\n",
	"                $ref: '#/components/schemas/DeviceKeyList'\n",
	"              examples:\n",
	"                two:\n",
	"                  summary: A device with every property, and one with few\n",
	"                  value:\n",
	"                    devices:\n",
	"                      - key_id: key_07\n",
	"                        device_id: device_3f\n",
	"                        key_prefix: qai_k_90be11d2\n",
	"                        created_at: '2026-09-01T12:34:56Z'\n",
	"                        last_used: '2026-09-02T01:02:03.456Z'\n",
	"                      - key_id: key_08\n",
	"                        device_id: null\n",
	"        '400':\n",
	"          $ref: '#/components/responses/InvalidRequest'\n",
	"        '401':\n",
	"          $ref: '#/components/responses/Unauthorized'\n",
	"        '402':\n",
	"          $ref: '#/components/responses/InsufficientBalance'\n",
	"        '403':\n",
	"          $ref: '#/components/responses/Forbidden'\n",
	"        '429':\n",
	"          $ref: '#/components/responses/RateLimited'\n",
	"        '500':\n",
	"          $ref: '#/components/responses/InternalError'\n",
	"        '502':\n",
	"          $ref: '#/components/responses/BadGateway'\n",
	"        '503':\n",
	"          $ref: '#/components/responses/ServiceUnavailable'\n",
	"        '504':\n",
	"          $ref: '#/components/responses/GatewayTimeout'\n",
	"\n",
	"  /qai/v1/keys/ephemeral:\n",
	"    parameters:\n",
	"      - $ref: '#/components/parameters/App'\n",
	"    post:\n",
	"      operationId: createEphemeralKey\n",
	"      summary: Mint an ephemeral key\n",
	"      description: |-\n",
	"        Mints a token that expires, for an end user's device, and returns its full text, only this once. Only for accounts of\n",
	"        the `internal` tier and for admins. Not idempotent: see the rule for replays at the top. No operation lists ephemeral keys, so a\n",
	"        lost one works until it expires.\n",
	"      tags: [keys]\n",
	"      requestBody:\n",
	"        required: true\n",
	"        content:\n",
	"          application/json:\n",
	"            schema:\n",
	"              $ref: '#/components/schemas/CreateEphemeralKeyRequest'\n",
	"            examples:\n",
	"              defaults:\n",
	"                summary: For an hour, without restrictions\n",
	"                value: {}\n",
	"              restricted:\n",
	"                summary: Ten minutes of chat for one user, at most 1 USD\n",
	"                value:\n",
	"                  ttl: 600\n",
	"                  user_ref: user_42\n",
	"                  spend_cap: 1\n",
	"                  endpoints: [chat]\n",
	"                  rate_limit: 20\n",
	"      responses:\n",
	"        '200':\n",
	"          description: The token was minted.\n",
	"          headers:\n",
	"            X-QAI-Request-Id:\n",
	"              $ref: '#/components/headers/RequestId'\n",
	"            X-QAI-Cost-Ticks:\n",
	"              $ref: '#/components/headers/CostTicks'\n",
	"            X-QAI-Balance-After:\n",
	"              $ref: '#/components/headers/BalanceAfter'\n",
	"            X-QAI-Model:\n",
	"              $ref: '#/components/headers/Model'\n",
	"          content:\n",
	"            application/json:\n",
	"              schema:\n",
	"                $ref: '#/components/schemas/EphemeralKey'\n",
	"              examples:\n",
	"                minted:\n",
	"                  summary: A token for an hour\n",
	"                  value:\n",
	"                    token: qai_eph_0c5d41aa77be02c3d1f6a94e02bd5531c8e7906a4fd21b83957ec0aa64d1f20b\n",
	"                    expires_at: '2026-09-01T13:34:56Z'\n",
	"                    base_url: https://api.quantumencoding.ai\n",
	"        '400':\n",
	"          $ref: '#/components/responses/InvalidRequest'\n",
	"        '401':\n",
	"          $ref: '#/components/responses/Unauthorized'\n",
	"        '402':\n",
	"          $ref: '#/components/responses/InsufficientBalance'\n",
	"        '403':\n",
	"          $ref: '#/components/responses/Forbidden'\n",
	"        '429':\n",
	"          $ref: '#/components/responses/RateLimited'\n",
	"        '500':\n",
	"          $ref: '#/components/responses/InternalError'\n",
	"        '502':\n",
	"          $ref: '#/components/responses/BadGateway'\n",
	"        '503':\n",
	"          $ref: '#/components/responses/ServiceUnavailable'\n",
	"        '504':\n",
	"          $ref: '#/components/responses/GatewayTimeout'\n",
	"\n",
	"  /qai/v1/keys/partner:\n",
	"    parameters:\n",
	"      - $ref: '#/components/parameters/App'\n",
	"    post:\n",
	"      operationId: createPartnerKey\n",
	"      summary: Mint a key for a partner\n",
	"      description: |-\n",
	"        Mints a key for a partner's customer and returns its full text, only this once. Only for accounts of the `internal` tier\n",
	"        and for admins. Not idempotent: see the rule for replays at the top.\n",
	"      tags: [keys]\n",
	"      requestBody:\n",
	"        required: true\n",
	"        content:\n",
	"          application/json:\n",
	"            schema:\n",
	"              $ref: '#/components/schemas/CreatePartnerKeyRequest'\n",
	"            examples:\n",
	"              named:\n",
	"                summary: A partner's customer and nothing else\n",
	"                value:\n",
	"                  partner_id: partner_1\n",
	"                  partner_ref: customer-9\n",
	"              restricted:\n",
	"                summary: With a name and restrictions\n",
	"                value:\n",
	"                  partner_id: partner_1\n",
	"                  partner_ref: customer-9\n",
	"                  name: customer nine\n",
	"                  spend_cap_usd: 100\n",
	"                  endpoints: [chat, images]\n",
	"                  rate_limit: 120\n",
	"      responses:\n",
	"        '200':\n",
	"          description: The key was minted.\n",
	"          headers:\n",
	"            X-QAI-Request-Id:\n",
	"              $ref: '#/components/headers/RequestId'\n",
	"            X-QAI-Cost-Ticks:\n",
	"              $ref: '#/components/headers/CostTicks'\n",
	"            X-QAI-Balance-After:\n",
	"              $ref: '#/components/headers/BalanceAfter'\n",
	"            X-QAI-Model:\n",
	"              $ref: '#/components/headers/Model'\n",
	"          content:\n",
	"            application/json:\n",
	"              schema:\n",
	"                $ref: '#/components/schemas/PartnerKey'\n",
	"              examples:\n",
	"                minted:\n",
	"                  summary: A key under its default name\n",
	"                  value:\n",
	"                    key: qai_k_b7750aa45be0c3d27718f6a94e02bd5531c8e7906a4fd21b83957ec0aa64d1f2\n",
	"                    details:\n",
	"                      id: key_05\n",
	"                      name: partner:customer-9\n",
	"                      key_prefix: qai_k_b7750aa4\n",
	"                      created_at: '2026-09-01T12:34:56Z'\n",
	"                    base_url: https://api.quantumencoding.ai\n",
	"        '400':\n",
	"          $ref: '#/components/responses/InvalidRequest'\n",
	"        '401':\n",
	"          $ref: '#/components/responses/Unauthorized'\n",
	"        '402':\n",
	"          $ref: '#/components/responses/InsufficientBalance'\n",
	"        '403':\n",
	"          $ref: '#/components/responses/Forbidden'\n",
	"        '429':\n",
	"          $ref: '#/components/responses/RateLimited'\n",
	"        '500':\n",
	"          $ref: '#/components/responses/InternalError'\n",
	"        '502':\n",
	"          $ref: '#/components/responses/BadGateway'\n",
	"        '503':\n",
	"          $ref: '#/components/responses/ServiceUnavailable'\n",
	"        '504':\n",
	"          $ref: '#/components/responses/GatewayTimeout'\n",
	"\n",
	"  /qai/v1/keys/{id}:\n",
	"    parameters:\n",
	"      - $ref: '#/components/parameters/KeyId'\n",
	"      - $ref: '#/components/parameters/App'\n",
	"    delete:\n",
	"      operationId: revokeKey\n",
	"      summary: Revoke a key\n",
	"      description: |-\n",
	"        Revokes a key permanently; from then on it is refused with a 401. Idempotent in effect: a revoked key stays\n",
	"        revoked.\n",
	"      tags: [keys]\n",
	"      responses:\n",
	"        '200':\n",
	"          description: The key is revoked.\n",
	"          headers:\n",
	"            X-QAI-Request-Id:\n",
	"              $ref: '#/components/headers/RequestId'\n",
	"            X-QAI-Cost-Ticks:\n",
	"              $ref: '#/components/headers/CostTicks'\n",
	"            X-QAI-Balance-After:\n",
	"              $ref: '#/components/headers/BalanceAfter'\n",
	"            X-QAI-Model:\n",
	"              $ref: '#/components/headers/Model'\n",
	"          content:\n",
	"            application/json:\n",
	"              schema:\n",
	"                $ref: '#/components/schemas/Status'\n",
	"              examples:\n",
	"                revoked:\n",
	"                  summary: Revoked\n",
	"                  value:\n",
	"                    status: revoked\n",
	"        '400':\n",
	"          $ref: '#/components/responses/InvalidRequest'\n",
	"        '401':\n",
	"          $ref: '#/components/responses/Unauthorized'\n",
	"        '402':\n",
	"          $ref: '#/components/responses/InsufficientBalance'\n",
	"        '403':\n",
	"          $ref: '#/components/responses/Forbidden'\n",
	"        '404':\n",
	"          $ref: '#/components/responses/NotFound'\n",
	"        '429':\n",
	"          $ref: '#/components/responses/RateLimited'\n",
	"        '500':\n",
	"          $ref: '#/components/responses/InternalError'\n",
	"        '502':\n",
	"          $ref: '#/components/responses/BadGateway'\n",
	"        '503':\n",
	"          $ref: '#/components/responses/ServiceUnavailable'\n",
	"        '504':\n",
	"          $ref: '#/components/responses/GatewayTimeout'\n",
	"\n",
	"  /qai/v1/keys/{id}/rotate:\n",
	"    parameters:\n",
	"      - $ref: '#/components/parameters/KeyId'\n",
	"      - $ref: '#/components/parameters/App'\n",
	"    post:\n",
	"      operationId: rotateKey\n",
	"      summary: Rotate a key\n",
	"      description: |-\n",
	"        Mints a key that replaces another and returns its full text, only this once. The old key keeps working for\n",
	"        `grace_seconds` and is refused afterwards. A key can be rotated once; a second time is a 409 (`invalid_state`). Not\n",
	"        idempotent: see the rule for replays at the top.\n",
	"      tags: [keys]\n",
	"      requestBody:\n",
	"        required: true\n",
	"        content:\n",
	"          application/json:\n",
	"            schema:\n",
	"              $ref: '#/components/schemas/RotateKeyRequest'\n",
	"            examples:\n",
	"              hour:\n",
	"                summary: The old key works for another hour\n",
	"                value:\n",
	"                  grace_seconds: 3600\n",
	"              now:\n",
	"                summary: The old key is refused at once\n",
	"                value:\n",
	"                  grace_seconds: 0\n",
	"      responses:\n",
	"        '200':\n",
	"          description: The new key was minted.\n",
	"          headers:\n",
	"            X-QAI-Request-Id:\n",
	"              $ref: '#/components/headers/RequestId'\n",
	"            X-QAI-Cost-Ticks:\n",
	"              $ref: '#/components/headers/CostTicks'\n",
	"            X-QAI-Balance-After:\n",
	"              $ref: '#/components/headers/BalanceAfter'\n",
	"            X-QAI-Model:\n",
	"              $ref: '#/components/headers/Model'\n",
	"          content:\n",
	"            application/json:\n",
	"              schema:\n",
	"                $ref: '#/components/schemas/RotatedKey'\n",
	"              examples:\n",
	"                rotated:\n",
	"                  summary: The key that replaces the old one\n",
	"                  value:\n",
	"                    key: qai_k_c2018e3f5be0c3d27718f6a94e02bd5531c8e7906a4fd21b83957ec0aa64d1f2\n",
	"                    details:\n",
	"                      id: key_03\n",
	"                      name: ci\n",
	"                      key_prefix: qai_k_c2018e3f\n",
	"                      created_at: '2026-10-01T00:00:00Z'\n",
	"                    old_key_id: key_01\n",
	"        '400':\n",
	"          $ref: '#/components/responses/InvalidRequest'\n",
	"        '401':\n",
	"          $ref: '#/components/responses/Unauthorized'\n",
	"        '402':\n",
	"          $ref: '#/components/responses/InsufficientBalance'\n",
	"        '403':\n",
	"          $ref: '#/components/responses/Forbidden'\n",
	"        '404':\n",
	"          $ref: '#/components/responses/NotFound'\n",
	"        '409':\n",
	"          $ref: '#/components/responses/Conflict'\n",
	"        '429':\n",
	"          $ref: '#/components/responses/RateLimited'\n",
	"        '500':\n",
	"          $ref: '#/components/responses/InternalError'\n",
	"        '502':\n",
	"          $ref: '#/components/responses/BadGateway'\n",
	"        '503':\n",
	"          $ref: '#/components/responses/ServiceUnavailable'\n",
	"        '504':\n",
	"          $ref: '#/components/responses/GatewayTimeout'\n",
	"\n",
	"  /qai/v1/keys/{id}/usage:\n",
	"    parameters:\n",
	"      - $ref: '#/components/parameters/KeyId'\n",
	"      - $ref: '#/components/parameters/App'\n",
	"    get:\n",
	"      operationId: getKeyUsage\n",
	"      summary: Get a key's usage\n",
	"      description: |-\n",
	"        Returns the requests and the cost of a key, by day and by model.\n",
	"      tags: [keys]\n",
	"      responses:\n",
	"        '200':\n",
	"          description: The key's usage.\n",
	"          headers:\n",
	"            X-QAI-Request-Id:\n",
	"              $ref: '#/components/headers/RequestId'\n",
	"            X-QAI-Cost-Ticks:\n",
	"              $ref: '#/components/headers/CostTicks'\n",
	"            X-QAI-Balance-After:\n",
	"              $ref: '#/components/headers/BalanceAfter'\n",
	"            X-QAI-Model:\n",
	"              $ref: '#/components/headers/Model'\n",
	"          content:\n",
	"            application/json:\n",
	"              schema:\n",
	"                $ref: '#/components/schemas/KeyUsage'\n",
	"              examples:\n",
	"                used:\n",
	"                  summary: Two days, two models\n",
	"                  value:\n",
	"                    days:\n",
	"                      - day: '2026-09-01'\n",
	"                        requests: 12\n",
	"                        cost_usd: 0.75\n",
	"                        input_tokens: 5200\n",
	"                        output_tokens: 810\n",
	"                      - day: '2026-09-02'\n",
	"                        requests: 3\n",
	"                        cost_usd: 0.05\n",
	"                    models:\n",
	"                      - model: qai-large\n",
	"                        requests: 10\n",
	"                        cost_usd: 0.7\n",
	"                      - model: qai-small\n",
	"                        requests: 5\n",
	"                        cost_usd: 0.1\n",
	"                    total_cost_usd: 0.8\n",
	"                unused:\n",
	"                  summary: A key that was never used\n",
	"                  value:\n",
	"                    days: []\n",
	"                    models: []\n",
	"                    total_cost_usd: 0\n",
	"        '400':\n",
	"          $ref: '#/components/responses/InvalidRequest'\n",
	"        '401':\n",
	"          $ref: '#/components/responses/Unauthorized'\n",
	"        '402':\n",
	"          $ref: '#/components/responses/InsufficientBalance'\n",
	"        '403':\n",
	"          $ref: '#/components/responses/Forbidden'\n",
	"        '404':\n",
	"          $ref: '#/components/responses/NotFound'\n",
	"        '429':\n",
	"          $ref: '#/components/responses/RateLimited'\n",
	"        '500':\n",
	"          $ref: '#/components/responses/InternalError'\n",
	"        '502':\n",
	"          $ref: '#/components/responses/BadGateway'\n",
	"        '503':\n",
	"          $ref: '#/components/responses/ServiceUnavailable'\n",
	"        '504':\n",
	"          $ref: '#/components/responses/GatewayTimeout'\n",
	"\n",
	"components:\n",
	"  securitySchemes:\n",
	"    apiKeyHeader:\n",
	"      type: apiKey\n",
	"      in: header\n",
	"      name: X-API-Key\n",
	"      description: |-\n",
	"        The API key. If present and not empty, `Authorization` is ignored. Clients send the key in both headers, because some\n",
	"        proxies consume `Authorization`.\n",
	"    bearerToken:\n",
	"      type: http\n",
	"      scheme: bearer\n",
	"      description: |-\n",
	"        The same API key as `Authorization: Bearer KEY`, used if there is no `X-API-Key`, or an empty one.\n",
	"\n",
	"  parameters:\n",
	"    App:\n",
	"      name: X-Quantum-App\n",
	"      in: header\n",
	"      required: false\n",
	"      description: |-\n",
	"        Name of the calling application. The gateway chooses the application's paywall and quota by it, and refuses a key that is\n",
	"        restricted to another application (403, `APP_SCOPE_MISMATCH`). Optional.\n",
	"      schema:\n",
	"        type: string\n",
	"      example: deploy-bot\n",
	"    KeyId:\n",
	"      name: id\n",
	"      in: path\n",
	"      required: true\n",
	"      description: |-\n",
	"        The key's `id`, percent-encoded as one path segment. Any text except the empty one, `.` and `..`, which can't be\n",
	"        a segment.\n",
	"      schema:\n",
	"        type: string\n",
	"        minLength: 1\n",
	"      example: key_01\n",
	"\n",
	"  headers:\n",
	"    RequestId:\n",
	"      description: Identifies the request in the gateway's logs. Every response of the gateway has it.\n",
	"      required: true\n",
	"      schema:\n",
	"        type: string\n",
	"      example: req_7f3a2c\n",
	"    ProxiedRequestId:\n",
	"      description: Identifies the request in the gateway's logs. Absent if a proxy sent the response.\n",
	"      required: false\n",
	"      schema:\n",
	"        type: string\n",
	"      example: req_7f3a2c\n",
	"    CostTicks:\n",
	"      description: What the request cost, in ticks (10,000,000,000 to the US dollar). Absent means 0.\n",
	"      required: false\n",
	"      schema:\n",
	"        type: integer\n",
	"        format: int64\n",
	"        default: 0\n",
	"      example: 0\n",
	"    BalanceAfter:\n",
	"      description: |-\n",
	"        The account's balance after the request, in ticks (10,000,000,000 to the US dollar); may be negative. Not sent\n",
	"        by these operations today.\n",
	"      required: false\n",
	"      schema:\n",
	"        type: integer\n",
	"        format: int64\n",
	"      example: 1250000000000\n",
	"    Model:\n",
	"      description: The model that served the request. Not sent by these operations today.\n",
	"      required: false\n",
	"      schema:\n",
	"        type: string\n",
	"      example: qai-large\n",
	"    RetryAfter:\n",
	"      description: |-\n",
	"        How long to wait before the next attempt, in seconds: 5 if a credential's limit was reached, 10 if an\n",
	"        address's was.\n",
	"      required: true\n",
	"      schema:\n",
	"        type: integer\n",
	"        format: int64\n",
	"        minimum: 0\n",
	"      example: 5\n",
	"\n",
	"  schemas:\n",
	"    CreateKeyRequest:\n",
	"      type: object\n",
	"      description: The new key's name and what it may do. An option that isn't set is left out, never null.\n",
	"      required: [name]\n",
	"      additionalProperties: false\n",
	"      properties:\n",
	"        name:\n",
	"          type: string\n",
	"          description: Name of the key, for people. It needn't be unique.\n",
	"          example: ci\n",
	"        endpoints:\n",
	"          type: array\n",
	"          description: |-\n",
	"            Restricts the key to these endpoints: short names (`chat`) or path prefixes (`/qai/v1/chat`). Left out, the\n",
	"            key isn't restricted.\n",
	"          items:\n",
	"            type: string\n",
	"          example: [chat]\n",
	"        spend_cap_usd:\n",
	"          type: number\n",
	"          format: double\n",
	"          description: |-\n",
	"            The most that the key may spend before it is disabled, in US dollars. Left out, there is no cap; 0 means\n",
	"            that it may spend nothing.\n",
	"          example: 25\n",
	"        rate_limit:\n",
	"          type: integer\n",
	"          format: int32\n",
	"          description: The most requests that the key may make, in requests a minute. Left out, the key has no limit of its own.\n",
	"          example: 60\n",
	"        region:\n",
	"          $ref: '#/components/schemas/Region'\n",
	"\n",
	"    Region:\n",
	"      description: |-\n",
	"        Where the key's requests are served. Left out, the gateway decides. Send one of `americas`, `europe` and `asia`: the gateway\n",
	"        also takes their aliases, in any case and with white space around them, and **for any other text it mints a key without a\n",
	"        region, without an error**.\n",
	"      anyOf:\n",
	"        - $ref: '#/components/schemas/RegionAmericas'\n",
	"        - $ref: '#/components/schemas/RegionEurope'\n",
	"        - $ref: '#/components/schemas/RegionAsia'\n",
	"        - type: string\n",
	"      example: europe\n",
	"\n",
	"    RegionAmericas:\n",
	"      type: string\n",
	"      description: North and South America. The first value is the name, the others are aliases.\n",
	"      enum: [americas, us, america]\n",
	"\n",
	"    RegionEurope:\n",
	"      type: string\n",
	"      description: Europe. The first value is the name, the others are aliases.\n",
	"      enum: [europe, eu, eea]\n",
	"\n",
	"    RegionAsia:\n",
	"      type: string\n",
	"      description: Asia and the Pacific. The first value is the name, the others are aliases.\n",
	"      enum: [asia, apac, asia-pacific]\n",
	"\n",
	"    CreatedKey:\n",
	"      type: object\n",
	"      description: A new key with its full text, which is shown only here.\n",
	"      required: [key, details]\n",
	"      properties:\n",
	"        key:\n",
	"          type: string\n",
	"          format: password\n",
	"          minLength: 1\n",
	"          pattern: ^qai_k_[0-9a-f]{64}$\n",
	"          description: |-\n",
	"            The full key, shown only this once: `qai_k_` and 64 lower-case hexadecimal digits.\n",
	"          example: qai_k_4f1c09aa5be0c3d27718f6a94e02bd5531c8e7906a4fd21b83957ec0aa64d1f2\n",
	"        details:\n",
	"          $ref: '#/components/schemas/KeyDetails'\n",
	"\n",
	"    KeyList:\n",
	"      type: object\n",
	"      description: Every key of the account.\n",
	"      required: [keys]\n",
	"      properties:\n",
	"        keys:\n",
	"          type: array\n",
	"          nullable: true\n",
	"          description: Every key of the account, including revoked ones. Null means that there are none.\n",
	"          items:\n",
	"            $ref: '#/components/schemas/KeyDetails'\n",
	"\n",
	"    KeyDetails:\n",
	"      type: object\n",
	"      description: A key without its full text.\n",
	"      required: [id, name]\n",
	"      properties:\n",
	"        id:\n",
	"          type: string\n",
	"          minLength: 1\n",
	"          description: Identifies the key in this API. Not a secret.\n",
	"          example: key_01\n",
	"        name:\n",
	"          type: string\n",
	"          description: Name of the key, for people. It needn't be unique.\n",
	"          example: ci\n",
	"        key_prefix:\n",
	"          type: string\n",
	"          nullable: true\n",
	"          description: The first 14 characters of the key, which may be shown. Absent or null if unknown.\n",
	"          example: qai_k_4f1c09aa\n",
	"        scope:\n",
	"          $ref: '#/components/schemas/KeyScope'\n",
	"        spent_ticks:\n",
	"          type: integer\n",
	"          format: int64\n",
	"          nullable: true\n",
	"          default: 0\n",
	"          description: What the key has spent, in ticks (10,000,000,000 to the US dollar). Absent or null means 0.\n",
	"          example: 25000000000\n",
	"        revoked:\n",
	"          type: boolean\n",
	"          nullable: true\n",
	"          default: false\n",
	"          description: Whether the key was revoked. Absent or null means false.\n",
	"          example: false\n",
	"        created_at:\n",
	"          type: string\n",
	"          format: date-time\n",
	"          nullable: true\n",
	"          description: When the key was minted (RFC 3339). Absent or null if unknown.\n",
	"          example: '2026-09-01T12:34:56Z'\n",
	"        last_used:\n",
	"          type: string\n",
	"          format: date-time\n",
	"          nullable: true\n",
	"          description: When the key was last used (RFC 3339). In lists only; absent or null if it was never used.\n",
	"          example: '2026-09-02T01:02:03.456Z'\n",
	"\n",
	"    KeyScope:\n",
	"      description: |-\n",
	"        What a key is restricted to. Any JSON value, null too; usually an object, whose shape differs between releases of the\n",
	"        gateway. `scope.region`, if present, is the key's region.\n",
	"      anyOf:\n",
	"        - type: object\n",
	"          nullable: true\n",
	"        - type: array\n",
	"          items:\n",
	"            $ref: '#/components/schemas/KeyScope'\n",
	"        - type: string\n",
	"        - type: number\n",
	"        - type: boolean\n",
	"      example:\n",
	"        endpoints: [chat]\n",
	"\n",
	"    Status:\n",
	"      type: object\n",
	"      description: The outcome of a request.\n",
	"      required: [status]\n",
	"      properties:\n",
	"        status:\n",
	"          type: string\n",
	"          minLength: 1\n",
	"          description: The outcome, `ok`, `deleted` or `revoked`.\n",
	"          example: revoked\n",
	"        message:\n",
	"          type: string\n",
	"          nullable: true\n",
	"          description: The outcome in words, for people. May be absent or null.\n",
	"          example: key revoked\n",
	"\n",
	"    DeviceKeyList:\n",
	"      type: object\n",
	"      description: Every device's key.\n",
	"      required: [devices]\n",
	"      properties:\n",
	"        devices:\n",
	"          type: array\n",
	"          nullable: true\n",
	"          description: Every key that was minted for a device. Null means that there are none.\n",
	"          items:\n",
	"            $ref: '#/components/schemas/DeviceKey'\n",
	"\n",
	"    DeviceKey:\n",
	"      type: object\n",
	"      description: A key that was minted for a device.\n",
	"      required: [key_id]\n",
	"      properties:\n",
	"        key_id:\n",
	"          type: string\n",
	"          minLength: 1\n",
	"          description: Identifies the key in this API. Not a secret.\n",
	"          example: key_07\n",
	"        device_id:\n",
	"          type: string\n",
	"          nullable: true\n",
	"          description: Identifies the device. Absent or null if unknown.\n",
	"          example: device_3f\n",
	"        key_prefix:\n",
	"          type: string\n",
	"          nullable: true\n",
	"          description: The first 14 characters of the key, which may be shown. Absent or null if unknown.\n",
	"          example: qai_k_90be11d2\n",
	"        created_at:\n",
	"          type: string\n",
	"          format: date-time\n",
	"          nullable: true\n",
	"          description: When the key was minted (RFC 3339). Absent or null if unknown.\n",
	"          example: '2026-09-01T12:34:56Z'\n",
	"        last_used:\n",
	"          type: string\n",
	"          format: date-time\n",
	"          nullable: true\n",
	"          description: When the key was last used (RFC 3339). Absent or null if it was never used.\n",
	"          example: '2026-09-02T01:02:03.456Z'\n",
	"\n",
	"    RotateKeyRequest:\n",
	"      type: object\n",
	"      description: How a key is rotated.\n",
	"      required: [grace_seconds]\n",
	"      additionalProperties: false\n",
	"      properties:\n",
	"        grace_seconds:\n",
	"          type: integer\n",
	"          format: int64\n",
	"          minimum: 0\n",
	"          description: How long the old key keeps working, in seconds. 0 means that it is refused immediately.\n",
	"          example: 3600\n",
	"\n",
	"    RotatedKey:\n",
	"      type: object\n",
	"      description: The key that replaces another, with its full text, which is shown only here.\n",
	"      required: [key, details]\n",
	"      properties:\n",
	"        key:\n",
	"          type: string\n",
	"          format: password\n",
	"          minLength: 1\n",
	"          pattern: ^qai_k_[0-9a-f]{64}$\n",
	"          description: |-\n",
	"            The full text of the new key, shown only this once: `qai_k_` and 64 lower-case hexadecimal digits.\n",
	"          example: qai_k_c2018e3f5be0c3d27718f6a94e02bd5531c8e7906a4fd21b83957ec0aa64d1f2\n",
	"        details:\n",
	"          $ref: '#/components/schemas/KeyDetails'\n",
	"        old_key_id:\n",
	"          type: string\n",
	"          nullable: true\n",
	"          description: Identifies the key that was replaced. Absent or null if unknown.\n",
	"          example: key_01\n",
	"\n",
	"    KeyUsage:\n",
	"      type: object\n",
	"      description: A key's usage, by day and by model.\n",
	"      required: [days, models, total_cost_usd]\n",
	"      properties:\n",
	"        days:\n",
	"          type: array\n",
	"          nullable: true\n",
	"          description: The days on which the key was used. Null means that there are none.\n",
	"          items:\n",
	"            $ref: '#/components/schemas/UsageDay'\n",
	"        models:\n",
	"          type: array\n",
	"          nullable: true\n",
	"          description: The models that the key was used with. Null means that there are none.\n",
	"          items:\n",
	"            $ref: '#/components/schemas/UsageModel'\n",
	"        total_cost_usd:\n",
	"          type: number\n",
	"          format: double\n",
	"          description: The key's total cost, in US dollars.\n",
	"          example: 0.8\n",
	"\n",
	"    UsageDay:\n",
	"      type: object\n",
	"      description: A key's usage on a day.\n",
	"      required: [day, requests, cost_usd]\n",
	"      properties:\n",
	"        day:\n",
	"          type: string\n",
	"          format: date\n",
	"          description: The day (RFC 3339, full-date).\n",
	"          example: '2026-09-01'\n",
	"        requests:\n",
	"          type: integer\n",
	"          format: int64\n",
	"          description: Number of requests.\n",
	"          example: 12\n",
	"        cost_usd:\n",
	"          type: number\n",
	"          format: double\n",
	"          description: Cost of the requests, in US dollars.\n",
	"          example: 0.75\n",
	"        input_tokens:\n",
	"          type: integer\n",
	"          format: int64\n",
	"          nullable: true\n",
	"          default: 0\n",
	"          description: Number of input tokens. Absent or null means 0.\n",
	"          example: 5200\n",
	"        output_tokens:\n",
	"          type: integer\n",
	"          format: int64\n",
	"          nullable: true\n",
	"          default: 0\n",
	"          description: Number of output tokens. Absent or null means 0.\n",
	"          example: 810\n",
	"\n",
	"    UsageModel:\n",
	"      type: object\n",
	"      description: A key's usage with a model.\n",
	"      required: [model, requests, cost_usd]\n",
	"      properties:\n",
	"        model:\n",
	"          type: string\n",
	"          description: Name of the model.\n",
	"          example: qai-large\n",
	"        requests:\n",
	"          type: integer\n",
	"          format: int64\n",
	"          description: Number of requests.\n",
	"          example: 10\n",
	"        cost_usd:\n",
	"          type: number\n",
	"          format: double\n",
	"          description: Cost of the requests, in US dollars.\n",
	"          example: 0.7\n",
	"\n",
	"    CreateEphemeralKeyRequest:\n",
	"      type: object\n",
	"      description: How long the token is valid and what it may do. An option that isn't set is left out, never null.\n",
	"      additionalProperties: false\n",
	"      properties:\n",
	"        ttl:\n",
	"          type: integer\n",
	"          minimum: 0\n",
	"          maximum: 86400\n",
	"          default: 3600\n",
	"          description: How long the token is valid, in seconds; at most 86,400. Left out means 3,600.\n",
	"          example: 600\n",
	"        user_ref:\n",
	"          type: string\n",
	"          description: The caller's own reference to the end user. Optional.\n",
	"          example: user_42\n",
	"        spend_cap:\n",
	"          type: number\n",
	"          format: double\n",
	"          description: The most that the token may spend, in US dollars. Left out, there is no cap; 0 means that it may spend nothing.\n",
	"          example: 1\n",
	"        endpoints:\n",
	"          type: array\n",
	"          description: |-\n",
	"            Restricts the token to these endpoints: short names (`chat`) or path prefixes (`/qai/v1/chat`). Left out, the\n",
	"            token isn't restricted.\n",
	"          items:\n",
	"            type: string\n",
	"          example: [chat]\n",
	"        rate_limit:\n",
	"          type: integer\n",
	"          format: int32\n",
	"          description: The most requests that the token may make, in requests a minute. Left out, it has no limit of its own.\n",
	"          example: 20\n",
	"\n",
	"    EphemeralKey:\n",
	"      type: object\n",
	"      description: A token that expires, with its full text, which is shown only here.\n",
	"      required: [token, expires_at]\n",
	"      properties:\n",
	"        token:\n",
	"          type: string\n",
	"          format: password\n",
	"          minLength: 1\n",
	"          pattern: ^qai_eph_[-0-9A-Za-z._~+/]*[-0-9A-Za-z_~+/]=*$\n",
	"          description: |-\n",
	"            The full token, shown only this once: `qai_eph_` and more characters of a bearer token (RFC 6750, 2.1), the last not a\n",
	"            dot, as a mask may end in dots. Use it like an API key.\n",
	"          example: qai_eph_0c5d41aa77be02c3d1f6a94e02bd5531c8e7906a4fd21b83957ec0aa64d1f20b\n",
	"        expires_at:\n",
	"          type: string\n",
	"          format: date-time\n",
	"          description: When the token expires (RFC 3339).\n",
	"          example: '2026-09-01T13:34:56Z'\n",
	"        base_url:\n",
	"          type: string\n",
	"          nullable: true\n",
	"          description: The base URL to use the token with. Absent or null means the one that this request was sent to.\n",
	"          example: https://api.quantumencoding.ai\n",
	"\n",
	"    CreatePartnerKeyRequest:\n",
	"      type: object\n",
	"      description: Who the key is for and what it may do. An option that isn't set is left out, never null.\n",
	"      required: [partner_id, partner_ref]\n",
	"      additionalProperties: false\n",
	"      properties:\n",
	"        partner_id:\n",
	"          type: string\n",
	"          description: Identifies the partner.\n",
	"          example: partner_1\n",
	"        partner_ref:\n",
	"          type: string\n",
	"          description: The partner's own reference to its customer.\n",
	"          example: customer-9\n",
	"        name:\n",
	"          type: string\n",
	"          description: Name of the key, for people. Left out, it is `partner:` and `partner_ref`.\n",
	"          example: customer nine\n",
	"        spend_cap_usd:\n",
	"          type: number\n",
	"          format: double\n",
	"          description: |-\n",
	"            The most that the key may spend before it is disabled, in US dollars. Left out, there is no cap; 0 means\n",
	"            that it may spend nothing.\n",
	"          example: 100\n",
	"        endpoints:\n",
	"          type: array\n",
	"          description: |-\n",
	"            Restricts the key to these endpoints: short names (`chat`) or path prefixes (`/qai/v1/chat`). Left out, the\n",
	"            key isn't restricted.\n",
	"          items:\n",
	"            type: string\n",
	"          example: [chat, images]\n",
	"        rate_limit:\n",
	"          type: integer\n",
	"          format: int32\n",
	"          description: The most requests that the key may make, in requests a minute. Left out, the key has no limit of its own.\n",
	"          example: 120\n",
	"\n",
	"    PartnerKey:\n",
	"      type: object\n",
	"      description: A new key for a partner's customer with its full text, which is shown only here.\n",
	"      required: [key, details]\n",
	"      properties:\n",
	"        key:\n",
	"          type: string\n",
	"          format: password\n",
	"          minLength: 1\n",
	"          pattern: ^qai_k_[0-9a-f]{64}$\n",
	"          description: |-\n",
	"            The full key, shown only this once: `qai_k_` and 64 lower-case hexadecimal digits.\n",
	"          example: qai_k_b7750aa45be0c3d27718f6a94e02bd5531c8e7906a4fd21b83957ec0aa64d1f2\n",
	"        details:\n",
	"          $ref: '#/components/schemas/KeyDetails'\n",
	"        base_url:\n",
	"          type: string\n",
	"          nullable: true\n",
	"          description: The base URL to use the key with. Absent or null means the one that this request was sent to.\n",
	"          example: https://api.quantumencoding.ai\n",
	"\n",
	"    Error:\n",
	"      description: |-\n",
	"        Why a request failed, in one of two forms. The error's code is `error.code`, else `error.type`, else the flat\n",
	"        form's `error`, else the status text. Any part of either form may be absent or null.\n",
	"      anyOf:\n",
	"        - $ref: '#/components/schemas/NestedError'\n",
	"        - $ref: '#/components/schemas/FlatError'\n",
	"\n",
	"    NestedError:\n",
	"      type: object\n",
	"      description: The usual form of an error.\n",
	"      properties:\n",
	"        error:\n",
	"          $ref: '#/components/schemas/ErrorDetails'\n",
	"\n",
	"    ErrorDetails:\n",
	"      type: object\n",
	"      nullable: true\n",
	"      description: What went wrong.\n",
	"      properties:\n",
	"        message:\n",
	"          type: string\n",
	"          nullable: true\n",
	"          description: What went wrong, for people.\n",
	"          example: 'name: property is missing'\n",
	"        type:\n",
	"          type: string\n",
	"          nullable: true\n",
	"          description: The kind of error. Serves as the code where `code` is absent or null.\n",
	"          example: invalid_request\n",
	"        code:\n",
	"          $ref: '#/components/schemas/ErrorCode'\n",
	"\n",
	"    FlatError:\n",
	"      type: object\n",
	"      description: The other form of an error.\n",
	"      properties:\n",
	"        error:\n",
	"          $ref: '#/components/schemas/ErrorCode'\n",
	"        message:\n",
	"          type: string\n",
	"          nullable: true\n",
	"          description: What went wrong, for people.\n",
	"          example: the account's balance is used up\n",
	"\n",
	"    ErrorCode:\n",
	"      description: |-\n",
	"        An error's code, for programs: one of those below, or another, since new ones may come at any time. There are two generations.\n",
	"        Most errors with a 4xx status have the older codes, which are in lower case and also in `type`. Newer codes are in upper case, and\n",
	"        none is ever given another meaning. A code doesn't determine the status.\n",
	"      anyOf:\n",
	"        - $ref: '#/components/schemas/UnauthorizedCode'\n",
	"        - $ref: '#/components/schemas/KeyUnknownCode'\n",
	"        - $ref: '#/components/schemas/KeyDeadCode'\n",
	"        - $ref: '#/components/schemas/KeyFrozenCode'\n",
	"        - $ref: '#/components/schemas/ForbiddenCode'\n",
	"        - $ref: '#/components/schemas/InsufficientBalanceCode'\n",
	"        - $ref: '#/components/schemas/RateLimitedCode'\n",
	"        - $ref: '#/components/schemas/InvalidRequestCode'\n",
	"        - $ref: '#/components/schemas/NotFoundCode'\n",
	"        - $ref: '#/components/schemas/ConflictCode'\n",
	"        - $ref: '#/components/schemas/InternalErrorCode'\n",
	"        - type: string\n",
	"          nullable: true\n",
	"      example: invalid_request\n",
	"\n",
	"    UnauthorizedCode:\n",
	"      type: string\n",
	"      description: |-\n",
	"        There is no credential (`AUTH_HEADER_MISSING`), an empty one (`AUTH_HEADER_EMPTY`) or a malformed one\n",
	"        (`KEY_BEARER_MALFORMED`). The older codes don't tell these from an unknown or a dead credential.\n",
	"      enum:\n",
	"        - AUTH_HEADER_MISSING\n",
	"        - AUTH_HEADER_EMPTY\n",
	"        - KEY_BEARER_MALFORMED\n",
	"        - authentication_error\n",
	"        - unauthorized\n",
	"        - auth_error\n",
	"\n",
	"    KeyUnknownCode:\n",
	"      type: string\n",
	"      description: The gateway doesn't know the credential.\n",
	"      enum:\n",
	"        - KEY_NOT_FOUND\n",
	"        - invalid_key\n",
	"\n",
	"    KeyDeadCode:\n",
	"      type: string\n",
	"      description: |-\n",
	"        The credential worked once, and never will again: it expired (`KEY_EXPIRED`, `EPHEMERAL_EXPIRED`, `SESSION_EXPIRED`), was\n",
	"        revoked (`KEY_REVOKED_BY_OWNER`, `KEY_REVOKED_BY_ADMIN`) or was rotated and its grace is over (`KEY_ROTATED`), or its account\n",
	"        is gone (`ACCOUNT_DELETED`).\n",
	"      enum:\n",
	"        - KEY_EXPIRED\n",
	"        - KEY_REVOKED_BY_OWNER\n",
	"        - KEY_REVOKED_BY_ADMIN\n",
	"        - KEY_ROTATED\n",
	"        - EPHEMERAL_EXPIRED\n",
	"        - SESSION_EXPIRED\n",
	"        - ACCOUNT_DELETED\n",
	"\n",
	"    KeyFrozenCode:\n",
	"      type: string\n",
	"      description: |-\n",
	"        The credential is frozen: the partner's budget is used up, while the user's account is fine (`KEY_FROZEN_BY_BUDGET`), the\n",
	"        partner rejected it (`KEY_PARTNER_REJECTED`), or the budget froze it while a request was running (`BUDGET_FROZEN`).\n",
	"      enum:\n",
	"        - KEY_FROZEN_BY_BUDGET\n",
	"        - KEY_PARTNER_REJECTED\n",
	"        - BUDGET_FROZEN\n",
	"\n",
	"    ForbiddenCode:\n",
	"      type: string\n",
	"      description: |-\n",
	"        The credential may not do this: it is restricted to other endpoints (`SCOPE_ENDPOINT_DENIED`) or to another application\n",
	"        (`APP_SCOPE_MISMATCH`), or the operation is for admins (`ADMIN_REQUIRED`), for service accounts\n",
	"        (`SERVICE_ACCOUNT_REQUIRED`) or for others (`PERMISSION_DENIED`).\n",
	"      enum:\n",
	"        - SCOPE_ENDPOINT_DENIED\n",
	"        - APP_SCOPE_MISMATCH\n",
	"        - ADMIN_REQUIRED\n",
	"        - SERVICE_ACCOUNT_REQUIRED\n",
	"        - PERMISSION_DENIED\n",
	"        - forbidden\n",
	"        - permission_error\n",
	"\n",
	"    InsufficientBalanceCode:\n",
	"      type: string\n",
	"      description: |-\n",
	"        Money is missing: the account's balance (`INSUFFICIENT_BALANCE`), the key's spend cap (`SPEND_CAP_EXCEEDED`), or the\n",
	"        account's trial (`TRIAL_EXPIRED`) or subscription (`SUBSCRIPTION_LAPSED`) is used up.\n",
	"      enum:\n",
	"        - INSUFFICIENT_BALANCE\n",
	"        - SPEND_CAP_EXCEEDED\n",
	"        - TRIAL_EXPIRED\n",
	"        - SUBSCRIPTION_LAPSED\n",
	"        - insufficient_balance\n",
	"        - insufficient_funds\n",
	"        - balance_zero\n",
	"\n",
	"    RateLimitedCode:\n",
	"      type: string\n",
	"      description: |-\n",
	"        Too many requests: of a key (`RATE_LIMITED_PER_KEY`), from an address (`RATE_LIMITED_PER_IP`), or for a quota\n",
	"        (`QUOTA_EXCEEDED`).\n",
	"      enum:\n",
	"        - RATE_LIMITED_PER_KEY\n",
	"        - RATE_LIMITED_PER_IP\n",
	"        - QUOTA_EXCEEDED\n",
	"        - rate_limited\n",
	"        - rate_limit_exceeded\n",
	"        - rate_limit\n",
	"\n",
	"    InvalidRequestCode:\n",
	"      type: string\n",
	"      description: |-\n",
	"        The request is wrong: as a whole (`INVALID_REQUEST`), its body (`INVALID_REQUEST_BODY`), a property that is missing\n",
	"        (`MISSING_REQUIRED_FIELD`) or one that is too long (`FIELD_TOO_LONG`).\n",
	"      enum:\n",
	"        - INVALID_REQUEST\n",
	"        - INVALID_REQUEST_BODY\n",
	"        - MISSING_REQUIRED_FIELD\n",
	"        - FIELD_TOO_LONG\n",
	"        - invalid_request\n",
	"        - invalid_request_error\n",
	"        - bad_request\n",
	"        - missing_fields\n",
	"        - field_too_long\n",
	"        - invalid_json\n",
	"\n",
	"    NotFoundCode:\n",
	"      type: string\n",
	"      description: What the request is about doesn't exist.\n",
	"      enum:\n",
	"        - NOT_FOUND\n",
	"        - not_found\n",
	"\n",
	"    ConflictCode:\n",
	"      type: string\n",
	"      description: What the request is about isn't in a state for it.\n",
	"      enum:\n",
	"        - IDEMPOTENCY_CONFLICT\n",
	"        - invalid_state\n",
	"        - conflict\n",
	"\n",
	"    InternalErrorCode:\n",
	"      type: string\n",
	"      description: The gateway, or what it depends on, failed.\n",
	"      enum:\n",
	"        - INTERNAL_ERROR\n",
	"        - SERVICE_UNAVAILABLE\n",
	"        - internal_error\n",
	"        - internal\n",
	"        - service_unavailable\n",
	"        - unavailable\n",
	"        - provider_error\n",
	"        - upstream_error\n",
	"\n",
	"  responses:\n",
	"    InvalidRequest:\n",
	"      description: |-\n",
	"        The request isn't what this document says (`invalid_request`), or its body isn't JSON (`invalid_json`).\n",
	"        The request wasn't executed.\n",
	"      headers:\n",
	"        X-QAI-Request-Id:\n",
	"          $ref: '#/components/headers/RequestId'\n",
	"      content:\n",
	"        application/json:\n",
	"          schema:\n",
	"            $ref: '#/components/schemas/Error'\n",
	"          examples:\n",
	"            nested:\n",
	"              summary: The usual form\n",
	"              value:\n",
	"                error:\n",
	"                  message: 'name: property is missing'\n",
	"                  type: invalid_request\n",
	"                  code: invalid_request\n",
	"            flat:\n",
	"              summary: The flat form\n",
	"              value:\n",
	"                error: invalid_request\n",
	"                message: 'name: property is missing'\n",
	"\n",
	"    Unauthorized:\n",
	"      description: |-\n",
	"        The credential is missing, malformed, unknown, revoked or expired (`authentication_error`; a code in upper case says\n",
	"        which). The request wasn't executed.\n",
	"      headers:\n",
	"        X-QAI-Request-Id:\n",
	"          $ref: '#/components/headers/RequestId'\n",
	"      content:\n",
	"        application/json:\n",
	"          schema:\n",
	"            $ref: '#/components/schemas/Error'\n",
	"          examples:\n",
	"            nested:\n",
	"              summary: The usual form\n",
	"              value:\n",
	"                error:\n",
	"                  message: 'the API key is unknown or revoked'\n",
	"                  type: authentication_error\n",
	"                  code: authentication_error\n",
	"            flat:\n",
	"              summary: The flat form\n",
	"              value:\n",
	"                error: authentication_error\n",
	"                message: 'the API key is unknown or revoked'\n",
	"\n",
	"    InsufficientBalance:\n",
	"      description: |-\n",
	"        The account's balance doesn't cover the request (`INSUFFICIENT_BALANCE`). The request wasn't executed.\n",
	"      headers:\n",
	"        X-QAI-Request-Id:\n",
	"          $ref: '#/components/headers/RequestId'\n",
	"      content:\n",
	"        application/json:\n",
	"          schema:\n",
	"            $ref: '#/components/schemas/Error'\n",
	"          examples:\n",
	"            nested:\n",
	"              summary: The usual form\n",
	"              value:\n",
	"                error:\n",
	"                  message: 'the account''s balance is used up'\n",
	"                  type: INSUFFICIENT_BALANCE\n",
	"                  code: INSUFFICIENT_BALANCE\n",
	"            flat:\n",
	"              summary: The flat form\n",
	"              value:\n",
	"                error: INSUFFICIENT_BALANCE\n",
	"                message: 'the account''s balance is used up'\n",
	"\n",
	"    Forbidden:\n",
	"      description: |-\n",
	"        The account or the credential may not do this (`forbidden`; a code in upper case says why). Ephemeral and partner keys\n",
	"        need an account of the `internal` tier, or an admin; otherwise they are refused before the body is read. The request\n",
	"        wasn't executed.\n",
	"      headers:\n",
	"        X-QAI-Request-Id:\n",
	"          $ref: '#/components/headers/RequestId'\n",
	"      content:\n",
	"        application/json:\n",
	"          schema:\n",
	"            $ref: '#/components/schemas/Error'\n",
	"          examples:\n",
	"            nested:\n",
	"              summary: The usual form\n",
	"              value:\n",
	"                error:\n",
	"                  message: 'this key is restricted to other endpoints'\n",
	"                  type: forbidden\n",
	"                  code: forbidden\n",
	"            flat:\n",
	"              summary: The flat form\n",
	"              value:\n",
	"                error: forbidden\n",
	"                message: 'this key is restricted to other endpoints'\n",
	"\n",
	"    NotFound:\n",
	"      description: |-\n",
	"        There is no such key (`not_found`).\n",
	"      headers:\n",
	"        X-QAI-Request-Id:\n",
	"          $ref: '#/components/headers/RequestId'\n",
	"      content:\n",
	"        application/json:\n",
	"          schema:\n",
	"            $ref: '#/components/schemas/Error'\n",
	"          examples:\n",
	"            nested:\n",
	"              summary: The usual form\n",
	"              value:\n",
	"                error:\n",
	"                  message: 'there is no key with this id'\n",
	"                  type: not_found\n",
	"                  code: not_found\n",
	"            flat:\n",
	"              summary: The flat form\n",
	"              value:\n",
	"                error: not_found\n",
	"                message: 'there is no key with this id'\n",
	"\n",
	"    Conflict:\n",
	"      description: |-\n",
	"        The key's state doesn't allow this, for example because it was rotated before (`invalid_state`). The request wasn't executed.\n",
	"      headers:\n",
	"        X-QAI-Request-Id:\n",
	"          $ref: '#/components/headers/RequestId'\n",
	"      content:\n",
	"        application/json:\n",
	"          schema:\n",
	"            $ref: '#/components/schemas/Error'\n",
	"          examples:\n",
	"            nested:\n",
	"              summary: The usual form\n",
	"              value:\n",
	"                error:\n",
	"                  message: 'the key''s state does not allow this'\n",
	"                  type: invalid_state\n",
	"                  code: invalid_state\n",
	"            flat:\n",
	"              summary: The flat form\n",
	"              value:\n",
	"                error: invalid_state\n",
	"                message: 'the key''s state does not allow this'\n",
	"\n",
	"    RateLimited:\n",
	"      description: |-\n",
	"        Too many requests (`rate_limit`). The request wasn't executed, so any request may be sent again after `Retry-After`.\n",
	"      headers:\n",
	"        X-QAI-Request-Id:\n",
	"          $ref: '#/components/headers/RequestId'\n",
	"        Retry-After:\n",
	"          $ref: '#/components/headers/RetryAfter'\n",
	"      content:\n",
	"        application/json:\n",
	"          schema:\n",
	"            $ref: '#/components/schemas/Error'\n",
	"          examples:\n",
	"            nested:\n",
	"              summary: The usual form\n",
	"              value:\n",
	"                error:\n",
	"                  message: 'too many requests, retry later'\n",
	"                  type: rate_limit\n",
	"                  code: rate_limit\n",
	"            flat:\n",
	"              summary: The flat form\n",
	"              value:\n",
	"                error: rate_limit\n",
	"                message: 'too many requests, retry later'\n",
	"\n",
	"    InternalError:\n",
	"      description: |-\n",
	"        The gateway failed (`internal`, `provider_error`). A key may have been minted nevertheless.\n",
	"      headers:\n",
	"        X-QAI-Request-Id:\n",
	"          $ref: '#/components/headers/RequestId'\n",
	"      content:\n",
	"        application/json:\n",
	"          schema:\n",
	"            $ref: '#/components/schemas/Error'\n",
	"          examples:\n",
	"            nested:\n",
	"              summary: The usual form\n",
	"              value:\n",
	"                error:\n",
	"                  message: 'the gateway failed'\n",
	"                  type: internal\n",
	"                  code: internal\n",
	"            flat:\n",
	"              summary: The flat form\n",
	"              value:\n",
	"                error: internal\n",
	"                message: 'the gateway failed'\n",
	"\n",
	"    BadGateway:\n",
	"      description: |-\n",
	"        The gateway, or a proxy in front of it, got no valid response. The request may have been executed. A proxy may\n",
	"        send HTML, plain text or no body.\n",
	"      headers:\n",
	"        X-QAI-Request-Id:\n",
	"          $ref: '#/components/headers/ProxiedRequestId'\n",
	"      content:\n",
	"        application/json:\n",
	"          schema:\n",
	"            $ref: '#/components/schemas/Error'\n",
	"          examples:\n",
	"            nested:\n",
	"              summary: The usual form\n",
	"              value:\n",
	"                error:\n",
	"                  message: 'no valid response from upstream'\n",
	"                  type: provider_error\n",
	"                  code: provider_error\n",
	"            flat:\n",
	"              summary: The flat form\n",
	"              value:\n",
	"                error: provider_error\n",
	"                message: 'no valid response from upstream'\n",
	"        text/html:\n",
	"          schema:\n",
	"            type: string\n",
	"          example: <html><body><h1>502 Bad Gateway</h1></body></html>\n",
	"        text/plain:\n",
	"          schema:\n",
	"            type: string\n",
	"          example: 502 Bad Gateway\n",
	"\n",
	"    ServiceUnavailable:\n",
	"      description: |-\n",
	"        The gateway is unavailable, or a proxy in front of it says so. The request may have been executed. A proxy may\n",
	"        send HTML, plain text or no body.\n",
	"      headers:\n",
	"        X-QAI-Request-Id:\n",
	"          $ref: '#/components/headers/ProxiedRequestId'\n",
	"      content:\n",
	"        application/json:\n",
	"          schema:\n",
	"            $ref: '#/components/schemas/Error'\n",
	"          examples:\n",
	"            nested:\n",
	"              summary: The usual form\n",
	"              value:\n",
	"                error:\n",
	"                  message: 'unavailable, retry later'\n",
	"                  type: internal\n",
	"                  code: internal\n",
	"            flat:\n",
	"              summary: The flat form\n",
	"              value:\n",
	"                error: internal\n",
	"                message: 'unavailable, retry later'\n",
	"        text/html:\n",
	"          schema:\n",
	"            type: string\n",
	"          example: <html><body><h1>503 Service Unavailable</h1></body></html>\n",
	"        text/plain:\n",
	"          schema:\n",
	"            type: string\n",
	"          example: 503 Service Unavailable\n",
	"\n",
	"    GatewayTimeout:\n",
	"      description: |-\n",
	"        The gateway, or a proxy in front of it, waited too long. The request may have been executed. A proxy may\n",
	"        send HTML, plain text or no body.\n",
	"      headers:\n",
	"        X-QAI-Request-Id:\n",
	"          $ref: '#/components/headers/ProxiedRequestId'\n",
	"      content:\n",
	"        application/json:\n",
	"          schema:\n",
	"            $ref: '#/components/schemas/Error'\n",
	"          examples:\n",
	"            nested:\n",
	"              summary: The usual form\n",
	"              value:\n",
	"                error:\n",
	"                  message: 'upstream did not respond in time'\n",
	"                  type: internal\n",
	"                  code: internal\n",
	"            flat:\n",
	"              summary: The flat form\n",
	"              value:\n",
	"                error: internal\n",
	"                message: 'upstream did not respond in time'\n",
	"        text/html:\n",
	"          schema:\n",
	"            type: string\n",
	"          example: <html><body><h1>504 Gateway Timeout</h1></body></html>\n",
	"        text/plain:\n",
	"          schema:\n",
	"            type: string\n",
	"          example: 504 Gateway Timeout\n",
}, ""))
