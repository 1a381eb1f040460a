package keys

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// The kinds of errors, for [errors.Is]. An [Error] is of the kind of its status, and where the comment says so of the kind of its code,
// like [CodeSpendCapExceeded], whichever of the codes of that meaning it is. A program may take ErrNotFound and ErrConflict for "done
// already", so they are of the status alone, and not if the code says that something else is the matter.
var (
	ErrInvalidArgument     = errors.New("keys: invalid argument")     // An argument or option was refused before anything was sent.
	ErrInvalidRequest      = errors.New("keys: invalid request")      // 400, 422, or by the code: the gateway refused the request as malformed.
	ErrUnauthorized        = errors.New("keys: unauthorized")         // 401, or by the code: the API key is missing, or isn't accepted.
	ErrKeyUnknown          = errors.New("keys: unknown API key")      // By the code: the gateway doesn't know the client's API key.
	ErrKeyDead             = errors.New("keys: dead API key")         // By the code: it is revoked, rotated or expired, and needs to be replaced.
	ErrKeyFrozen           = errors.New("keys: frozen API key")       // By the code: it is frozen by a budget or a partner, and a new one may be, too.
	ErrInsufficientBalance = errors.New("keys: insufficient balance") // 402, or by the code: the balance, a cap, a trial or a subscription is used up.
	ErrForbidden           = errors.New("keys: forbidden")            // 403, or by the code: the account or its API key may not do this.
	ErrNotFound            = errors.New("keys: not found")            // 404: there is no such key.
	ErrConflict            = errors.New("keys: conflict")             // 409: the key's state doesn't allow this.
	ErrRateLimited         = errors.New("keys: rate limited")         // 429, or by the code: too many requests; this one was not carried out.
	ErrServer              = errors.New("keys: server error")         // 5xx: the gateway, or a proxy in front of it, failed.
	ErrOutcomeUnknown      = errors.New("keys: outcome unknown")      // See [OutcomeUnknownError].
	ErrOrphansUnknown      = errors.New("keys: orphans unknown")      // It can't be known which keys a mint made: see [Client.Orphans].
	ErrDecode              = errors.New("keys: unexpected response")  // See [DecodeError].
	ErrIncomplete          = errors.New("keys: incomplete list")      // Of a list, whatever the cause: there may be other elements.
	ErrScopeLooser         = errors.New("keys: scope too loose")      // A key may do more than was asked for: see [CheckScope].
	ErrScopeUnknown        = errors.New("keys: scope unknown")        // It isn't told whether a key may do more: see [CheckScope].
)

// Error is a response with a status other than 2xx. It doesn't hold the body, and anything that looks like a key is removed from its
// texts.
type Error struct {
	Operation  string        // The operationId, like "createKey".
	StatusCode int           // The HTTP status.
	Code       string        // The body's error.code, or else error.type, or else error of the flat form, or else the status text.
	Type       string        // The body's error.type, if it has one.
	Message    string        // What went wrong, for people; empty if the body doesn't tell.
	RequestID  string        // X-QAI-Request-Id; empty if a proxy responded.
	RetryAfter time.Duration // From the Retry-After header; 0 without one.

	executed bool // A new secret came with it: it may have been carried out, whatever the status says.
}

// Error returns the operation, the status and the fields that are set.
func (e *Error) Error() string {
	text := fmt.Sprintf("keys: %s: status %d", e.Operation, e.StatusCode)
	if e.Code != "" {
		text += ": " + e.Code
	}
	if e.Message != "" {
		text += ": " + e.Message
	}
	if e.StatusCode >= 300 && e.StatusCode < 400 {
		text += " (redirects aren't followed: check the base URL)"
	}
	if e.RetryAfter > 0 {
		text += fmt.Sprintf(" (retry after %s)", e.RetryAfter)
	}
	return text + inRequest(e.RequestID)
}

// inRequest returns the end of an error's text: the request's id, if it is known.
func inRequest(id string) string {
	if id == "" {
		return ""
	}
	return " (request " + id + ")"
}

// kinds are the errors for a single status. ErrServer is for all 5xx.
var kinds = map[int]error{
	http.StatusBadRequest:          ErrInvalidRequest,
	http.StatusUnprocessableEntity: ErrInvalidRequest,
	http.StatusUnauthorized:        ErrUnauthorized,
	http.StatusPaymentRequired:     ErrInsufficientBalance,
	http.StatusForbidden:           ErrForbidden,
	http.StatusNotFound:            ErrNotFound,
	http.StatusConflict:            ErrConflict,
	http.StatusTooManyRequests:     ErrRateLimited,
}

// kindsOfCodes are the errors for the codes of a meaning, by its schema in the API's document.
var kindsOfCodes = map[string]error{
	"UnauthorizedCode":        ErrUnauthorized,
	"KeyUnknownCode":          ErrKeyUnknown,
	"KeyDeadCode":             ErrKeyDead,
	"KeyFrozenCode":           ErrKeyFrozen,
	"ForbiddenCode":           ErrForbidden,
	"InsufficientBalanceCode": ErrInsufficientBalance,
	"RateLimitedCode":         ErrRateLimited,
	"InvalidRequestCode":      ErrInvalidRequest,
}

// ofAccount are the kinds that a code tells of with any status. The others say that the request was refused, and not every status does.
var ofAccount = []error{ErrInsufficientBalance, ErrKeyUnknown, ErrKeyDead, ErrKeyFrozen}

// Is reports whether target is the kind of the error's status or code.
func (e *Error) Is(target error) bool {
	kind := kindsOfCodes[meaningsOfErrorCode[e.Code]]
	switch {
	case target == ErrServer:
		return e.StatusCode >= 500
	case e.executed || target == nil:
		return false
	case target == kind && (refuses(e.StatusCode) || slices.Contains(ofAccount, kind)):
		return true
	case kind != nil && (target == ErrNotFound || target == ErrConflict):
		return false
	}
	return target == kinds[e.StatusCode]
}

// OutcomeUnknownError is the error of a mint that was sent and of which it can't be known whether a key was made: the connection was
// lost, the call timed out or was cancelled, the response was 2xx and no secret can be read, or its status doesn't say that nothing was
// done. Such are 5xx, 3xx but 307 and 308, 408, and any that isn't registered, like a proxy's 499 (RFC 9110, 15). The mint was not sent
// again. Pass its Pending to [Client.RevokeOrphans], which revokes what it may have made, and mint again. [Client.Mint] does all of that.
type OutcomeUnknownError struct {
	Pending // What to look for.

	Err error // The cause: an *Error, a *DecodeError, context.Canceled or an error of the network.

	// Created is what can be read of a response that has a new secret, though its status is that of an error: the key may be live, or may
	// not. It holds the same secret as the result that the mint returns with this error, and is nil for any other response.
	Created *CreatedKey
}

// Error says what may have happened and what to do.
func (e *OutcomeUnknownError) Error() string {
	what := fmt.Sprintf("a key named %q may exist (revoke it with RevokeOrphans before minting again)", e.Name)
	switch e.Operation {
	case rotateOperation:
		what = fmt.Sprintf("key %q may have been rotated (look for the new one with Orphans first)", e.ID)
	case ephemeralOperation:
		what = "a token may exist until it expires, and it can't be listed"
	}
	text := fmt.Sprintf("keys: %s: outcome unknown, %s: %v", e.Operation, what, e.Err)
	if e.Created != nil {
		text += " (a secret came with it, which is in the result and in Created)"
	}
	return text
}

// Is reports whether target is [ErrOutcomeUnknown].
func (e *OutcomeUnknownError) Is(target error) bool { return target == ErrOutcomeUnknown }

// Unwrap returns the cause.
func (e *OutcomeUnknownError) Unwrap() error { return e.Err }

// DecodeError is the error of a 2xx response that isn't what the API's document says: it is cut off, too large or not JSON, or a value
// is missing or has the wrong type. The gateway has carried out the request.
type DecodeError struct {
	Operation string // The operationId, like "createKey".
	RequestID string // X-QAI-Request-Id.
	Err       error  // What is wrong, without a byte of the body; an error of the network or context if it is cut off.

	// Created is what can be read of a mint's response that has a secret and no id, or an id and in the secret's place a text that isn't
	// sure to be it, like "***". It holds the same secret as the result that the mint returns with this error, and is nil for an operation
	// that doesn't mint. If the secret of a mint can't be read, the error is an [OutcomeUnknownError].
	Created *CreatedKey

	cut bool // The response is cut off, so another attempt may succeed.
}

// Error says what is wrong with the response.
func (e *DecodeError) Error() string {
	text := "keys: " + e.Operation + ": unexpected response: " + e.Err.Error() + inRequest(e.RequestID)
	if e.Created != nil {
		text += " (the key was minted, and its secret is in the result and in Created)"
	}
	return text
}

// Is reports whether target is [ErrDecode].
func (e *DecodeError) Is(target error) bool { return target == ErrDecode }

// Unwrap returns what is wrong with the response.
func (e *DecodeError) Unwrap() error { return e.Err }
