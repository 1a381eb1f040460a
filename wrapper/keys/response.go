package keys

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
)

// maxPart bounds the body of an error and an element of a list, in bytes.
const maxPart = 1 << 20

// errTooLarge is what reading beyond a bound fails with.
var errTooLarge = errors.New("too large: see WithMaxResponseBytes")

// response is a response whose body hasn't been read yet.
type response struct {
	call   *call
	client *Client
	status int
	header http.Header
	body   io.Reader
}

// read returns the body. With an error it returns what was read before.
func (r *response) read(limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r.body, limit+1))
	if int64(len(data)) > limit {
		return data[:limit], errTooLarge
	}
	return data, err
}

// decode reads a body that is a T and has every property that the API's document requires. Of a mint's body that isn't, it returns what
// can be read.
func decode[T any](r *response) (*T, error) {
	operation := r.call.operation
	data, err := r.read(r.client.maxResponse)
	value := new(T)
	if err = cmp.Or(err, unmarshal(data, value, strict)); err == nil {
		err = checkComplete(value, data, operation.Properties)
	}
	if err == nil {
		return value, nil
	}
	if operation.Secret != "" {
		return salvage[T](r, data, r.decodeError(err))
	}
	return nil, r.decodeError(err)
}

// decodeError returns what is wrong with the response.
func (r *response) decodeError(err error) *DecodeError {
	failure := &DecodeError{Operation: r.call.operation.ID, RequestID: r.call.meta.RequestID}
	var lost *readError
	if failure.cut = errors.As(err, &lost); failure.cut {
		failure.Err = fmt.Errorf("cut off: %w", r.client.redacted(lost.err))
	} else {
		failure.Err = describe(err)
	}
	return failure
}

// apiError reads a response that isn't a 2xx.
func (r *response) apiError() *Error {
	data, _ := r.read(min(maxPart, r.client.maxResponse)) // What can't be read costs the texts, not the status.
	flat, nested := texts(data, lenient), texts(maps.Collect(members(data))["error"], lenient)
	redact := r.client.redact
	return &Error{
		Operation: r.call.operation.ID, StatusCode: r.status, RequestID: r.call.meta.RequestID, RetryAfter: retryAfter(r.header),
		Code:    redact(cmp.Or(nested["code"], nested["type"], flat["error"], http.StatusText(r.status))),
		Type:    redact(nested["type"]),
		Message: redact(cmp.Or(nested["message"], flat["message"])),
	}
}
