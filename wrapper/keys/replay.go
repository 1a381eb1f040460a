package keys

import (
	"crypto/tls"
	"errors"
	"net/http"
	"net/url"
)

// sendError is the error of an attempt that got no response.
type sendError struct {
	operation string
	err       error
	sent      bool // The request may have reached the gateway.
	final     bool // Another attempt would fail in the same way.
}

func (e *sendError) Error() string { return "keys: " + e.operation + ": " + e.err.Error() }
func (e *sendError) Unwrap() error { return e.err }

// replayable reports whether the request may be sent again after an attempt that failed with err (RFC 9110, 9.2.2).
func (call *call) replayable(err error) bool {
	idempotent := call.operation.Idempotent
	switch failure := err.(type) { //nolint:errorlint // An attempt's error itself, not what it wraps.
	case *Error:
		switch failure.StatusCode {
		case http.StatusTooManyRequests:
			return true
		case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			return idempotent
		}
	case *sendError:
		return !failure.final && (idempotent || !failure.sent)
	case *DecodeError:
		return failure.cut && idempotent && !call.delivered
	}
	return false
}

// mayHaveExecuted reports whether the gateway may have executed an attempt that failed with err.
func mayHaveExecuted(err error) bool {
	switch failure := err.(type) { //nolint:errorlint // An attempt's error itself, not what it wraps.
	case *Error:
		return !refuses(failure.StatusCode)
	case *sendError:
		return failure.sent
	case *DecodeError:
		return true
	}
	return false // It was refused before anything was sent.
}

// refuses reports whether a status says that the request wasn't carried out (RFC 9110, 15). A 307 or 308 asks to send it elsewhere, while
// the other 3xx may follow its execution. A 408 or a status that isn't registered, like 499, may come from a proxy that gave up waiting.
func refuses(status int) bool {
	switch {
	case status == http.StatusTemporaryRedirect || status == http.StatusPermanentRedirect:
		return true
	case status == http.StatusRequestTimeout || http.StatusText(status) == "":
		return false
	}
	return status >= 400 && status <= 499
}

// outcome returns the error of a call whose last attempt failed with err.
func (call *call) outcome(err error) error {
	salvaged, ok := err.(*DecodeError) //nolint:errorlint // An attempt's error itself, not what it wraps.
	if call.operation.Secret == "" || !mayHaveExecuted(err) || ok && salvaged.Created != nil {
		return err // An *OutcomeUnknownError, too.
	}
	return &OutcomeUnknownError{Pending: call.pending, Err: err}
}

// newSendError returns the error of an attempt that got no response because of err.
func (c *Client) newSendError(call *call, err error, watch *watchdog, sending *sending) error {
	_, badCertificate := errors.AsType[*tls.CertificateVerificationError](err)
	failure := &sendError{
		operation: call.operation.ID,
		sent:      !sending.proveUnsent(),
		final:     badCertificate || errors.Is(err, http.ErrSchemeMismatch),
	}
	if urlErr, ok := errors.AsType[*url.Error](err); ok {
		err = urlErr.Err // Without the URL, which holds the id.
	}
	failure.err = watch.reason(c.redacted(err))
	return failure
}
