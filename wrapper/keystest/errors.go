package keystest

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/qaikeys/qaikeys/generated/server"
	"github.com/qaikeys/qaikeys/wrapper/keys"
)

// apiError is an error of the API.
type apiError struct {
	code

	message    string
	flat       bool
	retryAfter time.Duration
}

func (e *apiError) Error() string { return e.message }

// code is the code of an error with a status, in both generations: see [WithCanonicalCodes].
type code struct {
	status            int
	legacy, canonical string
}

// codes are the codes of the mock's errors. The first of a status is the one of a failure that has no other.
var codes = []code{
	{http.StatusBadRequest, keys.CodeLegacyInvalidRequest, keys.CodeInvalidRequest},
	{http.StatusBadRequest, keys.CodeLegacyInvalidJSON, keys.CodeInvalidRequestBody},
	{http.StatusBadRequest, keys.CodeLegacyInvalidRequest, keys.CodeMissingRequiredField},
	{http.StatusUnauthorized, keys.CodeLegacyAuthenticationError, keys.CodeKeyNotFound},
	{http.StatusUnauthorized, keys.CodeLegacyAuthenticationError, keys.CodeAuthHeaderMissing},
	{http.StatusUnauthorized, keys.CodeLegacyAuthenticationError, keys.CodeAuthHeaderEmpty},
	{http.StatusUnauthorized, keys.CodeLegacyAuthenticationError, keys.CodeKeyBearerMalformed},
	{http.StatusUnauthorized, keys.CodeLegacyAuthenticationError, keys.CodeKeyRevokedByOwner},
	{http.StatusUnauthorized, keys.CodeLegacyAuthenticationError, keys.CodeKeyRotated},
	{http.StatusUnauthorized, keys.CodeLegacyAuthenticationError, keys.CodeEphemeralExpired},
	{http.StatusPaymentRequired, keys.CodeInsufficientBalance, keys.CodeInsufficientBalance},
	{http.StatusForbidden, keys.CodeLegacyForbidden, keys.CodePermissionDenied},
	{http.StatusForbidden, keys.CodeLegacyForbidden, keys.CodeScopeEndpointDenied},
	{http.StatusForbidden, keys.CodeLegacyForbidden, keys.CodeAdminRequired},
	{http.StatusNotFound, keys.CodeLegacyNotFound, keys.CodeNotFound},
	{http.StatusConflict, keys.CodeLegacyInvalidState, keys.CodeLegacyInvalidState}, // The gateway is known to send no other.
	{http.StatusTooManyRequests, keys.CodeLegacyRateLimit, keys.CodeRateLimitedPerKey},
	{http.StatusInternalServerError, keys.CodeLegacyInternal, keys.CodeInternalError},
	{http.StatusBadGateway, keys.CodeLegacyProviderError, keys.CodeServiceUnavailable},
	{http.StatusServiceUnavailable, keys.CodeLegacyInternal, keys.CodeServiceUnavailable},
	{http.StatusGatewayTimeout, keys.CodeLegacyInternal, keys.CodeServiceUnavailable},
}

// failure returns an error with the usual code of its status.
func failure(status int, message string) *apiError {
	usual := code{status, keys.CodeLegacyInvalidRequest, keys.CodeInvalidRequest}
	if i := slices.IndexFunc(codes, func(c code) bool { return c.status == status }); i >= 0 {
		usual = codes[i]
	} else if status >= http.StatusInternalServerError {
		usual = code{status, keys.CodeLegacyInternal, keys.CodeInternalError}
	}
	return &apiError{code: usual, message: message}
}

// refusal returns the error with a canonical code, which codes has.
func refusal(canonical, message string) *apiError {
	i := slices.IndexFunc(codes, func(c code) bool { return c.canonical == canonical })
	return &apiError{code: codes[i], message: message}
}

// errorWriter returns a function that responds with an error: an apiError as it is, any other with this status.
func errorWriter(status int) func(http.ResponseWriter, *http.Request, error) {
	return func(w http.ResponseWriter, r *http.Request, err error) {
		if errors.Is(err, http.ErrAbortHandler) { // Of a fault that ended the response.
			panic(http.ErrAbortHandler)
		}
		e, ok := errors.AsType[*apiError](err)
		if !ok {
			e = failure(status, err.Error())
		}
		e.ServeHTTP(w, r)
	}
}

// writeBadRequest responds with why a request that is what the document says can't be read into the generated types.
func writeBadRequest(w http.ResponseWriter, r *http.Request, err error) {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok { // To a schema, 60.0 and a number of any size are integers.
		err = errors.New(wrong.Field + ": it isn't a whole number that fits, or has a point or an exponent")
	}
	errorWriter(http.StatusBadRequest)(w, r, err)
}

// ServeHTTP responds with the error, and records it.
func (e *apiError) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	code, sent := e.legacy, e.message
	if x := exchangeOf(r.Context()); x != nil { // A fault may be played in front of another server.
		message := cut(x.account.handler.Redact(e.message), maxText)
		x.note(func(entry *Request) { entry.Error = message })
		if !x.entry.Fault { // Whose message is sent as the test wrote it.
			sent = message
		}
		if x.account.handler.cfg.canonicalCodes {
			code = e.canonical
		}
	}
	w.Header().Set("Content-Type", "application/json")
	if e.status == http.StatusTooManyRequests || e.retryAfter > 0 {
		seconds := min(int64(math.Ceil(e.retryAfter.Seconds())), maxSeconds) // So that a client can take it for a duration.
		w.Header().Set("Retry-After", strconv.FormatInt(seconds, 10))
	}
	w.WriteHeader(e.status)
	var body any = server.NestedError{Error: &server.ErrorDetails{Message: &sent, Type: &code, Code: &code}}
	if e.flat {
		body = server.FlatError{Error: &code, Message: &sent}
	}
	_ = json.NewEncoder(w).Encode(body) // Fails if the client has gone.
}
