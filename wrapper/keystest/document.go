package keystest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/qaikeys/qaikeys/generated/server"
)

// maxBody is the largest body of a request, in bytes.
const maxBody = 1 << 20

// operation is an operation of the API's document, ready to validate requests.
type operation struct {
	route  *routers.Route
	params [][]string // The names of the path's parameters: matches of pathParam.
}

var pathParam = regexp.MustCompile(`{([^}]+)}`)

// loadOperations reads the document once, since neither it nor an operation changes. The operations are by their pattern in
// the generated server's mux, like "DELETE /qai/v1/keys/{id}".
var loadOperations = sync.OnceValue(func() map[string]*operation {
	spec, err := openapi3.NewLoader().LoadFromData(server.OpenAPI)
	if err != nil {
		panic("keystest: the embedded document can't be read: " + err.Error()) // In no build that passes its tests.
	}
	operations := map[string]*operation{}
	for path, item := range spec.Paths.Map() {
		for method, op := range item.Operations() {
			op.Security = &openapi3.SecurityRequirements{} // auth.go does that.
			route := &routers.Route{Spec: spec, Path: path, PathItem: item, Method: method, Operation: op}
			operations[method+" "+path] = &operation{route, pathParam.FindAllStringSubmatch(path, -1)}
		}
	}
	return operations
})

func (op *operation) id() string { return op.route.Operation.OperationID }

var requestOptions = &openapi3filter.Options{SkipSettingDefaults: true}

// validate returns why a request isn't what the document says, or nil. Its body can be read again afterwards.
func (op *operation) validate(w http.ResponseWriter, r *http.Request) *apiError {
	if err := op.readBody(w, r); err != nil {
		return err
	}
	params := map[string]string{}
	for _, param := range op.params {
		params[param[1]] = r.PathValue(param[1])
	}
	err := openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: op.route, Options: requestOptions,
	})
	if err != nil {
		return failure(http.StatusBadRequest, explain(err))
	}
	return nil
}

// validateResponse returns why a response to r isn't what the document says, or nil.
func (op *operation) validateResponse(r *http.Request, response *httptest.ResponseRecorder) error {
	return openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: op.route},
		Status:                 response.Code, Header: response.Header(), Body: io.NopCloser(bytes.NewReader(response.Body.Bytes())),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
}

// readBody reads the body of a request with one, and returns why it isn't JSON, or nil.
func (op *operation) readBody(w http.ResponseWriter, r *http.Request) *apiError {
	if op.route.Operation.RequestBody == nil {
		return nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	exchangeOf(r.Context()).note(func(entry *Request) { entry.Body = string(body) })
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return failure(http.StatusBadRequest, fmt.Sprintf("the body is larger than %d bytes", maxBody))
	}
	if err != nil {
		return failure(http.StatusBadRequest, "the body can't be read to its end")
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if !json.Valid(body) {
		err := failure(http.StatusBadRequest, "the body isn't JSON")
		err.code = "invalid_json"
		return err
	}
	return nil
}

// explain returns which part of a request or response is wrong, and why, without quoting it.
func explain(err error) string {
	reason := "it isn't what the API's document says"
	var where []string
	if request, ok := errors.AsType[*openapi3filter.RequestError](err); ok {
		reason = request.Reason
		if request.Parameter != nil {
			where = append(where, request.Parameter.Name)
		}
	}
	if response, ok := errors.AsType[*openapi3filter.ResponseError](err); ok {
		reason = response.Reason
	}
	if schema, ok := errors.AsType[*openapi3.SchemaError](err); ok {
		reason = schema.Reason
		where = append(where, schema.JSONPointer()...)
	}
	if len(where) == 0 {
		return reason
	}
	return strings.Join(where, ".") + ": " + reason
}
