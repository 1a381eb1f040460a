package keys

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"

	"github.com/qaikeys/qaikeys/types"
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
func (r *response) read(limit int64) ([]byte, error) { return readBounded(r.body, limit) }

// readBounded reads up to limit bytes. With an error it returns what was read before.
func readBounded(from io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(from, limit+1))
	if int64(len(data)) > limit {
		return data[:limit], errTooLarge
	}
	return data, err
}

// ok reports whether the status is that of a success.
func (r *response) ok() bool { return r.status >= 200 && r.status <= 299 }

// decode reads a body that is a T and has every property that the API's document requires.
func decode[T any](r *response) (*T, error) {
	if r.call.operation.Secret != "" {
		return decodeMint[T](r)
	}
	data, err := r.read(r.client.maxResponse)
	value := new(T)
	if err = cmp.Or(err, r.readWhole(value, data)); err != nil {
		return nil, r.decodeError(err)
	}
	return value, nil
}

// readWhole reads data into *value and checks that it has the properties that the API's document requires, and no text that is a secret.
func (r *response) readWhole(value any, data []byte) error {
	if err := unmarshal(data, value, strict); err != nil {
		return err
	}
	return cmp.Or(checkComplete(value, data, r.call.operation.Properties), r.cleanse(value, data))
}

// decodeError returns what is wrong with the response.
func (r *response) decodeError(err error, minted ...types.Secret) *DecodeError {
	failure := &DecodeError{Operation: r.call.operation.ID, RequestID: r.client.redact(r.call.meta.RequestID, minted...)}
	var lost *readError
	if failure.cut = errors.As(err, &lost); failure.cut {
		failure.Err = fmt.Errorf("cut off: %w", r.client.redacted(lost.err))
	} else {
		failure.Err = describe(err)
	}
	return failure
}

// apiError returns the error of a response that isn't a 2xx and has this body.
func (r *response) apiError(data []byte, minted ...types.Secret) *Error {
	flat, nested := texts(data, lenient), texts(maps.Collect(members(data))["error"], lenient)
	redact := func(text string) string { return r.client.redact(text, minted...) }
	return &Error{
		Operation: r.call.operation.ID, StatusCode: r.status, RequestID: redact(r.call.meta.RequestID), RetryAfter: retryAfter(r.header),
		Code:    redact(cmp.Or(nested["code"], nested["type"], flat["error"], http.StatusText(r.status))),
		Type:    redact(nested["type"]),
		Message: redact(cmp.Or(nested["message"], flat["message"])),
	}
}
