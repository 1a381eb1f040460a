package keystest

import (
	"cmp"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/qaikeys/qaikeys/generated/server"
)

// apiError is an error of the API.
type apiError struct {
	status        int
	code, message string
	flat          bool
	retryAfter    time.Duration
}

func (e *apiError) Error() string { return e.message }

// codes are the gateway's codes of the statuses that have one of their own.
var codes = map[int]string{
	http.StatusUnauthorized:    "authentication_error",
	http.StatusPaymentRequired: "INSUFFICIENT_BALANCE",
	http.StatusForbidden:       "forbidden",
	http.StatusNotFound:        "not_found",
	http.StatusConflict:        "invalid_state",
	http.StatusTooManyRequests: "rate_limit",
	http.StatusBadGateway:      "provider_error",
}

// failure returns the gateway's error of a status.
func failure(status int, message string) *apiError {
	code := "invalid_request"
	if status >= http.StatusInternalServerError {
		code = "internal"
	}
	return &apiError{status: status, code: cmp.Or(codes[status], code), message: message}
}

// errorWriter returns a function that responds with an error: an apiError as it is, any other with this status.
func errorWriter(status int) func(http.ResponseWriter, *http.Request, error) {
	return func(w http.ResponseWriter, r *http.Request, err error) {
		e, ok := errors.AsType[*apiError](err)
		if !ok {
			e = failure(status, err.Error())
		}
		e.ServeHTTP(w, r)
	}
}

// ServeHTTP responds with the error, and records it.
func (e *apiError) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := exchangeOf(r.Context())
	message := cut(x.account.handler.Redact(e.message), maxText)
	x.note(func(entry *Request) { entry.Error = message })
	w.Header().Set("Content-Type", "application/json")
	if e.status == http.StatusTooManyRequests || e.retryAfter > 0 {
		seconds := min(int64(math.Ceil(e.retryAfter.Seconds())), maxSeconds) // So that a client can take it for a duration.
		w.Header().Set("Retry-After", strconv.FormatInt(seconds, 10))
	}
	w.WriteHeader(e.status)
	var body any = server.NestedError{Error: &server.ErrorDetails{Message: &e.message, Type: &e.code, Code: &e.code}}
	if e.flat {
		body = server.FlatError{Error: &e.code, Message: &e.message}
	}
	_ = json.NewEncoder(w).Encode(body) // Fails if the client has gone.
}
