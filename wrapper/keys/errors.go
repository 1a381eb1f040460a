package keys

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// What can go wrong, for [errors.Is].
var (
	// ErrInvalidArgument: an argument or option was refused before anything was sent.
	ErrInvalidArgument = errors.New("keys: invalid argument")
	// ErrInvalidRequest: the gateway refused the request as malformed (400, 422).
	ErrInvalidRequest = errors.New("keys: invalid request")
	// ErrUnauthorized: the client's API key is unknown or revoked (401).
	ErrUnauthorized = errors.New("keys: unauthorized")
	// ErrInsufficientBalance: the account's balance doesn't cover the request, which was not carried out (402, or the
	// code INSUFFICIENT_BALANCE).
	ErrInsufficientBalance = errors.New("keys: insufficient balance")
	// ErrForbidden: the account or its API key may not do this (403).
	ErrForbidden = errors.New("keys: forbidden")
	// ErrNotFound: there is no such key (404).
	ErrNotFound = errors.New("keys: not found")
	// ErrConflict: the key's state doesn't allow this (409).
	ErrConflict = errors.New("keys: conflict")
	// ErrRateLimited: too many requests, nothing was done (429).
	ErrRateLimited = errors.New("keys: rate limited")
	// ErrServer: the gateway, or a proxy in front of it, failed (5xx).
	ErrServer = errors.New("keys: server error")
	// ErrOutcomeUnknown: a mint was sent and nobody can say whether it happened; see [OutcomeUnknownError].
	ErrOutcomeUnknown = errors.New("keys: outcome unknown")
	// ErrDecode: an answer isn't what openapi.yaml says; see [DecodeError].
	ErrDecode = errors.New("keys: unexpected answer")
)

// Error is the API's refusal: an answer with a status other than 2xx. It never holds the answer's body, and its texts are
// stripped of anything that looks like a key.
type Error struct {
	Operation  string        // operationId in openapi.yaml, like "createKey".
	StatusCode int           // The HTTP status.
	Code       string        // The body's code, else its type, else the flat form's error, else the status text.
	Type       string        // The body's error.type, where it has one.
	Message    string        // What went wrong, for people; empty where the body doesn't tell.
	RequestID  string        // X-QAI-Request-Id, empty where a proxy answered.
	RetryAfter time.Duration // How long the answer asks to wait; 0 where it doesn't.
}

// Error tells the operation, the status and what else is known.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "keys: %s: status %d", e.Operation, e.StatusCode)
	for _, text := range []string{e.Code, e.Message} {
		if text != "" {
			fmt.Fprintf(&b, ": %s", text)
		}
	}
	if e.RetryAfter > 0 {
		fmt.Fprintf(&b, " (retry after %s)", e.RetryAfter)
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, " (request %s)", e.RequestID)
	}
	return b.String()
}

// Is reports whether target is the ErrXxx of the error's status or code.
func (e *Error) Is(target error) bool {
	switch target {
	case ErrInvalidRequest:
		return e.StatusCode == http.StatusBadRequest || e.StatusCode == http.StatusUnprocessableEntity
	case ErrUnauthorized:
		return e.StatusCode == http.StatusUnauthorized
	case ErrInsufficientBalance:
		return e.StatusCode == http.StatusPaymentRequired || e.Code == "INSUFFICIENT_BALANCE"
	case ErrForbidden:
		return e.StatusCode == http.StatusForbidden
	case ErrNotFound:
		return e.StatusCode == http.StatusNotFound
	case ErrConflict:
		return e.StatusCode == http.StatusConflict
	case ErrRateLimited:
		return e.StatusCode == http.StatusTooManyRequests
	case ErrServer:
		return e.StatusCode >= 500
	}
	return false
}

// OutcomeUnknownError says that a mint was sent and that nobody can say whether it happened: the connection was lost, the
// call timed out or was cancelled, the answer was a 5xx, or a 2xx from which no secret can be read. The mint was not
// replayed. Pass the error to [Client.Orphans] to find what it may have made, revoke that, and mint again.
type OutcomeUnknownError struct {
	Operation string    // operationId in openapi.yaml, like "createKey".
	Name      string    // The name that was asked for; empty where the operation takes none.
	ID        string    // Of the key that was to be rotated; empty for other operations.
	Started   time.Time // When the call began, by this machine's clock.
	Err       error     // What went wrong: an *Error, a *DecodeError, context.Canceled, a network error.
}

// Error tells what may have happened and what to do.
func (e *OutcomeUnknownError) Error() string {
	what := fmt.Sprintf("a key named %q may exist (look for it with Orphans before minting again)", e.Name)
	switch e.Operation {
	case rotateOperation:
		what = fmt.Sprintf("key %q may have been rotated (look for the new one with Orphans before going on)", e.ID)
	case ephemeralOperation:
		what = "a token may exist until its time is over, and nothing lists it"
	}
	return fmt.Sprintf("keys: %s: outcome unknown, %s: %v", e.Operation, what, e.Err)
}

// Is reports whether target is [ErrOutcomeUnknown].
func (e *OutcomeUnknownError) Is(target error) bool { return target == ErrOutcomeUnknown }

// Unwrap returns what went wrong.
func (e *OutcomeUnknownError) Unwrap() error { return e.Err }

// DecodeError says that a 2xx answer isn't what openapi.yaml says: it isn't JSON, was cut off, is too large, has a value
// of the wrong type, or lacks what is required. What was asked for was done.
type DecodeError struct {
	Operation string // operationId in openapi.yaml, like "createKey".
	RequestID string // X-QAI-Request-Id.
	Err       error  // What is wrong, without a byte of the answer; a network or context error where it was cut off.

	// Created is what could be read of a mint's answer: always the new key's secret, and whatever else. It is nil for
	// an operation that doesn't mint; a mint whose secret can't be read is an [OutcomeUnknownError].
	Created *CreatedKey

	cut bool // The answer was cut off, so that another attempt may get the whole of it.
}

// Error tells what is wrong with the answer.
func (e *DecodeError) Error() string {
	text := "keys: " + e.Operation + ": unexpected answer: " + e.Err.Error()
	if e.RequestID != "" {
		text += " (request " + e.RequestID + ")"
	}
	if e.Created != nil {
		text += " (the key was minted, and its secret is in Created)"
	}
	return text
}

// Is reports whether target is [ErrDecode].
func (e *DecodeError) Is(target error) bool { return target == ErrDecode }

// Unwrap returns what is wrong with the answer.
func (e *DecodeError) Unwrap() error { return e.Err }

// sendError says that a request got no answer.
type sendError struct {
	operation string
	err       error
	sent      bool // The request may have reached the gateway.
	final     bool // Another attempt would fail alike.
}

func (e *sendError) Error() string { return "keys: " + e.operation + ": " + e.err.Error() }
func (e *sendError) Unwrap() error { return e.err }

// pending is what the caller of a mint must know where its outcome is unknown.
type pending struct {
	name    string // That was asked for.
	id      string // Of the key that is to be rotated.
	started time.Time
}

// outcome turns the error of a call's last attempt into what its caller must know of it.
func (call *call) outcome(err error) error {
	if call.operation.Secret == "" {
		return err
	}
	switch failure := err.(type) { //nolint:errorlint // An attempt's error itself, not what it wraps.
	case *DecodeError:
		if failure.Created != nil {
			return err
		}
	case *Error, *sendError:
		if !mayBeDone(err) {
			return err
		}
	default: // Refused before anything was sent.
		return err
	}
	p := call.pending
	return &OutcomeUnknownError{Operation: call.operation.ID, Name: p.name, ID: p.id, Started: p.started, Err: err}
}
