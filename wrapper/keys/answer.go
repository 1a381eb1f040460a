package keys

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/go-json-experiment/json"
)

// maxPart is how much is read of an error's body, or of one key of a list, in bytes.
const maxPart = 1 << 20

// errTooLarge says that an answer is larger than the client reads.
var errTooLarge = errors.New("too large: see WithMaxResponseBytes")

// answer is an answer whose body isn't read yet.
type answer struct {
	call   *call
	client *Client
	resp   *http.Response
	body   io.Reader
}

// newAnswer notes what an answer's headers tell.
func (c *Client) newAnswer(call *call, resp *http.Response, body io.Reader) *answer {
	call.meta.note(c, resp)
	return &answer{call, c, resp, body}
}

// read returns the body, as much of it as came, and why there isn't more.
func (a *answer) read(limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(a.body, limit+1))
	if int64(len(data)) > limit {
		return data[:limit], errTooLarge
	}
	return data, err
}

// decode reads a body that is a T with everything that the document requires of it. Where a mint's body isn't that, the
// secret and whatever else can be read are salvaged: a malformed neighbour never costs the secret.
func decode[T any](a *answer) (*T, error) {
	operation := a.call.operation
	data, err := a.read(a.client.maxAnswer)
	value := new(T)
	if err = cmp.Or(err, unmarshal(data, value, strict)); err == nil {
		err = checkComplete(value, data, operation.Properties)
	}
	if err == nil {
		return value, nil
	}
	failure := a.decodeError(err)
	if operation.Secret != "" {
		failure.Created = salvage(data, operation.Secret, a.client.apiKey)
	}
	return nil, failure
}

// decodeError tells what is wrong with the answer.
func (a *answer) decodeError(err error) *DecodeError {
	failure := &DecodeError{Operation: a.call.operation.ID, RequestID: a.call.meta.RequestID}
	var lost *readError
	if failure.cut = errors.As(err, &lost); failure.cut {
		failure.Err = fmt.Errorf("cut off: %w", a.client.redacted(lost.err))
	} else {
		failure.Err = describe(err)
	}
	return failure
}

// apiError reads an answer that isn't a 2xx. Its status survives any body.
func (a *answer) apiError() *Error {
	data, _ := a.read(min(maxPart, a.client.maxAnswer))
	nested, flat := errorMembers(data)
	e := &Error{
		Operation: a.call.operation.ID, StatusCode: a.resp.StatusCode, RequestID: a.call.meta.RequestID,
		RetryAfter: retryAfter(a.resp.Header),
		Type:       a.client.redact(nested["type"]),
		Message:    a.client.redact(cmp.Or(nested["message"], flat["message"])),
	}
	e.Code = a.client.redact(cmp.Or(nested["code"], nested["type"], flat["error"], http.StatusText(a.resp.StatusCode)))
	return e
}

// errorMembers returns the strings of an error's body, those inside of "error" and those beside it.
func errorMembers(body []byte) (nested, flat map[string]string) {
	nested, flat = map[string]string{}, map[string]string{}
	for name, raw := range members(body) {
		flat[name] = stringOf(raw)
		if name == "error" {
			for name, raw := range members(raw) {
				nested[name] = stringOf(raw)
			}
		}
	}
	return nested, flat
}

// stringOf returns the JSON string raw, empty where it is anything else.
func stringOf(raw []byte) string {
	var text string
	_ = json.Unmarshal(raw, &text, lenient)
	return text
}
