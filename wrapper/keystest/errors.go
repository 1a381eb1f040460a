package keystest

import (
	"encoding/json"
	"errors"
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

// failure returns the error that the gateway answers with that status.
func failure(status int, message string) *apiError {
	return &apiError{status: status, code: codeOf(status), message: message}
}

// codeOf is the usual code of a status.
func codeOf(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "authentication_error"
	case http.StatusPaymentRequired:
		return "INSUFFICIENT_BALANCE"
	case http.StatusForbidden:
		return "forbidden"
	case http.StatusNotFound:
		return "not_found"
	case http.StatusConflict:
		return "invalid_state"
	case http.StatusTooManyRequests:
		return "rate_limit"
	case http.StatusBadGateway:
		return "provider_error"
	}
	if status >= http.StatusInternalServerError {
		return "internal"
	}
	return "invalid_request"
}

// writeFailure answers with err, which is the API's or else the mock's own fault.
func writeFailure(w http.ResponseWriter, r *http.Request, err error) {
	if _, ok := errors.AsType[*apiError](err); !ok {
		err = failure(http.StatusInternalServerError, "the mock can't answer: "+err.Error())
	}
	writeError(w, r, err)
}

// writeError answers with err. What the generated code found wrong with a request is a 400.
func writeError(w http.ResponseWriter, r *http.Request, err error) {
	var e *apiError
	if !errors.As(err, &e) {
		e = failure(http.StatusBadRequest, err.Error())
	}
	if x := exchangeOf(r.Context()); x != nil {
		x.note(func(entry *Request) { entry.Error = e.message })
	}
	w.Header().Set("Content-Type", "application/json")
	if e.status == http.StatusTooManyRequests || e.retryAfter > 0 {
		seconds := (e.retryAfter + time.Second - 1) / time.Second
		w.Header().Set("Retry-After", strconv.FormatInt(int64(seconds), 10))
	}
	w.WriteHeader(e.status)
	_, _ = w.Write(e.body())
}

// body is the error in its nested or flat form.
func (e *apiError) body() []byte {
	var body any = server.NestedError{Error: server.ErrorDetails{Message: e.message, Type: &e.code, Code: &e.code}}
	if e.flat {
		body = server.FlatError{Error: e.code, Message: e.message}
	}
	encoded, _ := json.Marshal(body) // Strings alone: it can't fail.
	return append(encoded, '\n')
}
