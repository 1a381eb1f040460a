// Code generated from openapi.yaml by codegen; DO NOT EDIT.

package keys

import (
	"reflect"

	"github.com/qaikeys/qaikeys/generated/client"
)

// The operations, by which errors name them.
const (
	OperationCreateEphemeralKey = "createEphemeralKey"
	OperationCreateKey          = "createKey"
	OperationCreatePartnerKey   = "createPartnerKey"
	OperationGetKeyUsage        = "getKeyUsage"
	OperationListDeviceKeys     = "listDeviceKeys"
	OperationListKeys           = "listKeys"
	OperationRevokeKey          = "revokeKey"
	OperationRotateKey          = "rotateKey"
)

// There is no credential (AUTH_HEADER_MISSING), an empty one (AUTH_HEADER_EMPTY) or a malformed one
// (KEY_BEARER_MALFORMED). The older codes don't tell these from an unknown or a dead credential.
const (
	CodeAuthHeaderMissing         = "AUTH_HEADER_MISSING"
	CodeAuthHeaderEmpty           = "AUTH_HEADER_EMPTY"
	CodeKeyBearerMalformed        = "KEY_BEARER_MALFORMED"
	CodeLegacyAuthenticationError = "authentication_error"
	CodeLegacyUnauthorized        = "unauthorized"
	CodeLegacyAuthError           = "auth_error"
)

// The gateway doesn't know the credential.
const (
	CodeKeyNotFound      = "KEY_NOT_FOUND"
	CodeLegacyInvalidKey = "invalid_key"
)

// The credential worked once, and never will again: it expired (KEY_EXPIRED, EPHEMERAL_EXPIRED, SESSION_EXPIRED), was
// revoked (KEY_REVOKED_BY_OWNER, KEY_REVOKED_BY_ADMIN) or was rotated and its grace is over (KEY_ROTATED), or its account
// is gone (ACCOUNT_DELETED).
const (
	CodeKeyExpired        = "KEY_EXPIRED"
	CodeKeyRevokedByOwner = "KEY_REVOKED_BY_OWNER"
	CodeKeyRevokedByAdmin = "KEY_REVOKED_BY_ADMIN"
	CodeKeyRotated        = "KEY_ROTATED"
	CodeEphemeralExpired  = "EPHEMERAL_EXPIRED"
	CodeSessionExpired    = "SESSION_EXPIRED"
	CodeAccountDeleted    = "ACCOUNT_DELETED"
)

// The credential is frozen: the partner's budget is used up, while the user's account is fine (KEY_FROZEN_BY_BUDGET), the
// partner rejected it (KEY_PARTNER_REJECTED), or the budget froze it while a request was running (BUDGET_FROZEN).
const (
	CodeKeyFrozenByBudget  = "KEY_FROZEN_BY_BUDGET"
	CodeKeyPartnerRejected = "KEY_PARTNER_REJECTED"
	CodeBudgetFrozen       = "BUDGET_FROZEN"
)

// The credential may not do this: it is restricted to other endpoints (SCOPE_ENDPOINT_DENIED) or to another application
// (APP_SCOPE_MISMATCH), or the operation is for admins (ADMIN_REQUIRED), for service accounts
// (SERVICE_ACCOUNT_REQUIRED) or for others (PERMISSION_DENIED).
const (
	CodeScopeEndpointDenied    = "SCOPE_ENDPOINT_DENIED"
	CodeAppScopeMismatch       = "APP_SCOPE_MISMATCH"
	CodeAdminRequired          = "ADMIN_REQUIRED"
	CodeServiceAccountRequired = "SERVICE_ACCOUNT_REQUIRED"
	CodePermissionDenied       = "PERMISSION_DENIED"
	CodeLegacyForbidden        = "forbidden"
	CodeLegacyPermissionError  = "permission_error"
)

// Money is missing: the account's balance (INSUFFICIENT_BALANCE), the key's spend cap (SPEND_CAP_EXCEEDED), or the
// account's trial (TRIAL_EXPIRED) or subscription (SUBSCRIPTION_LAPSED) is used up.
const (
	CodeInsufficientBalance       = "INSUFFICIENT_BALANCE"
	CodeSpendCapExceeded          = "SPEND_CAP_EXCEEDED"
	CodeTrialExpired              = "TRIAL_EXPIRED"
	CodeSubscriptionLapsed        = "SUBSCRIPTION_LAPSED"
	CodeLegacyInsufficientBalance = "insufficient_balance"
	CodeLegacyInsufficientFunds   = "insufficient_funds"
	CodeLegacyBalanceZero         = "balance_zero"
)

// Too many requests: of a key (RATE_LIMITED_PER_KEY), from an address (RATE_LIMITED_PER_IP), or for a quota
// (QUOTA_EXCEEDED).
const (
	CodeRateLimitedPerKey       = "RATE_LIMITED_PER_KEY"
	CodeRateLimitedPerIP        = "RATE_LIMITED_PER_IP"
	CodeQuotaExceeded           = "QUOTA_EXCEEDED"
	CodeLegacyRateLimited       = "rate_limited"
	CodeLegacyRateLimitExceeded = "rate_limit_exceeded"
	CodeLegacyRateLimit         = "rate_limit"
)

// The request is wrong: as a whole (INVALID_REQUEST), its body (INVALID_REQUEST_BODY), a property that is missing
// (MISSING_REQUIRED_FIELD) or one that is too long (FIELD_TOO_LONG).
const (
	CodeInvalidRequest            = "INVALID_REQUEST"
	CodeInvalidRequestBody        = "INVALID_REQUEST_BODY"
	CodeMissingRequiredField      = "MISSING_REQUIRED_FIELD"
	CodeFieldTooLong              = "FIELD_TOO_LONG"
	CodeLegacyInvalidRequest      = "invalid_request"
	CodeLegacyInvalidRequestError = "invalid_request_error"
	CodeLegacyBadRequest          = "bad_request"
	CodeLegacyMissingFields       = "missing_fields"
	CodeLegacyFieldTooLong        = "field_too_long"
	CodeLegacyInvalidJSON         = "invalid_json"
)

// What the request is about doesn't exist.
const (
	CodeNotFound       = "NOT_FOUND"
	CodeLegacyNotFound = "not_found"
)

// What the request is about isn't in a state for it.
const (
	CodeIdempotencyConflict = "IDEMPOTENCY_CONFLICT"
	CodeLegacyInvalidState  = "invalid_state"
	CodeLegacyConflict      = "conflict"
)

// The gateway, or what it depends on, failed.
const (
	CodeInternalError            = "INTERNAL_ERROR"
	CodeServiceUnavailable       = "SERVICE_UNAVAILABLE"
	CodeLegacyInternalError      = "internal_error"
	CodeLegacyInternal           = "internal"
	CodeLegacyServiceUnavailable = "service_unavailable"
	CodeLegacyUnavailable        = "unavailable"
	CodeLegacyProviderError      = "provider_error"
	CodeLegacyUpstreamError      = "upstream_error"
)

// meaningsOfErrorCode are the schemas of the values of ErrorCode: which mean the same.
var meaningsOfErrorCode = map[string]string{
	CodeAuthHeaderMissing:         "UnauthorizedCode",
	CodeAuthHeaderEmpty:           "UnauthorizedCode",
	CodeKeyBearerMalformed:        "UnauthorizedCode",
	CodeLegacyAuthenticationError: "UnauthorizedCode",
	CodeLegacyUnauthorized:        "UnauthorizedCode",
	CodeLegacyAuthError:           "UnauthorizedCode",
	CodeKeyNotFound:               "KeyUnknownCode",
	CodeLegacyInvalidKey:          "KeyUnknownCode",
	CodeKeyExpired:                "KeyDeadCode",
	CodeKeyRevokedByOwner:         "KeyDeadCode",
	CodeKeyRevokedByAdmin:         "KeyDeadCode",
	CodeKeyRotated:                "KeyDeadCode",
	CodeEphemeralExpired:          "KeyDeadCode",
	CodeSessionExpired:            "KeyDeadCode",
	CodeAccountDeleted:            "KeyDeadCode",
	CodeKeyFrozenByBudget:         "KeyFrozenCode",
	CodeKeyPartnerRejected:        "KeyFrozenCode",
	CodeBudgetFrozen:              "KeyFrozenCode",
	CodeScopeEndpointDenied:       "ForbiddenCode",
	CodeAppScopeMismatch:          "ForbiddenCode",
	CodeAdminRequired:             "ForbiddenCode",
	CodeServiceAccountRequired:    "ForbiddenCode",
	CodePermissionDenied:          "ForbiddenCode",
	CodeLegacyForbidden:           "ForbiddenCode",
	CodeLegacyPermissionError:     "ForbiddenCode",
	CodeInsufficientBalance:       "InsufficientBalanceCode",
	CodeSpendCapExceeded:          "InsufficientBalanceCode",
	CodeTrialExpired:              "InsufficientBalanceCode",
	CodeSubscriptionLapsed:        "InsufficientBalanceCode",
	CodeLegacyInsufficientBalance: "InsufficientBalanceCode",
	CodeLegacyInsufficientFunds:   "InsufficientBalanceCode",
	CodeLegacyBalanceZero:         "InsufficientBalanceCode",
	CodeRateLimitedPerKey:         "RateLimitedCode",
	CodeRateLimitedPerIP:          "RateLimitedCode",
	CodeQuotaExceeded:             "RateLimitedCode",
	CodeLegacyRateLimited:         "RateLimitedCode",
	CodeLegacyRateLimitExceeded:   "RateLimitedCode",
	CodeLegacyRateLimit:           "RateLimitedCode",
	CodeInvalidRequest:            "InvalidRequestCode",
	CodeInvalidRequestBody:        "InvalidRequestCode",
	CodeMissingRequiredField:      "InvalidRequestCode",
	CodeFieldTooLong:              "InvalidRequestCode",
	CodeLegacyInvalidRequest:      "InvalidRequestCode",
	CodeLegacyInvalidRequestError: "InvalidRequestCode",
	CodeLegacyBadRequest:          "InvalidRequestCode",
	CodeLegacyMissingFields:       "InvalidRequestCode",
	CodeLegacyFieldTooLong:        "InvalidRequestCode",
	CodeLegacyInvalidJSON:         "InvalidRequestCode",
	CodeNotFound:                  "NotFoundCode",
	CodeLegacyNotFound:            "NotFoundCode",
	CodeIdempotencyConflict:       "ConflictCode",
	CodeLegacyInvalidState:        "ConflictCode",
	CodeLegacyConflict:            "ConflictCode",
	CodeInternalError:             "InternalErrorCode",
	CodeServiceUnavailable:        "InternalErrorCode",
	CodeLegacyInternalError:       "InternalErrorCode",
	CodeLegacyInternal:            "InternalErrorCode",
	CodeLegacyServiceUnavailable:  "InternalErrorCode",
	CodeLegacyUnavailable:         "InternalErrorCode",
	CodeLegacyProviderError:       "InternalErrorCode",
	CodeLegacyUpstreamError:       "InternalErrorCode",
}

// Region: Where the key's requests are served. Left out, the gateway decides. Send one of americas, europe and asia: the gateway
// also takes their aliases, in any case and with white space around them, and for any other text it mints a key without a
// region, without an error.
type Region = client.Region

// The values of Region.
const (
	RegionAmericas Region = "americas"
	RegionEurope   Region = "europe"
	RegionAsia     Region = "asia"
)

// openSets are the values that a request may have, by their types, each before its aliases.
var openSets = map[reflect.Type][][]string{
	reflect.TypeFor[Region](): {
		{"americas", "us", "america"},
		{"europe", "eu", "eea"},
		{"asia", "apac", "asia-pacific"},
	},
}
