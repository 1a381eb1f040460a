package keystest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/qaikeys/qaikeys"
)

// maxBody is how large the body of a request may be, in bytes.
const maxBody = 1 << 20

// document is openapi.yaml, ready to validate requests.
type document struct {
	operations map[string]*operation // By their pattern in the generated server's mux, like "DELETE /qai/v1/keys/{id}".
}

// operation is an operation of the document.
type operation struct {
	route  *routers.Route
	params []string // Names of the path's parameters.
}

// loadDocument reads the document once: it doesn't change, and validating with it doesn't either.
var loadDocument = sync.OnceValue(func() *document {
	spec, err := openapi3.NewLoader().LoadFromData(qaikeys.OpenAPI)
	if err != nil {
		panic("keystest: the embedded openapi.yaml can't be read: " + err.Error()) // No build that passes its tests.
	}
	doc := &document{operations: map[string]*operation{}}
	for path, item := range spec.Paths.Map() {
		for method, op := range item.Operations() {
			op.Security = &openapi3.SecurityRequirements{} // See auth.go.
			route := &routers.Route{Spec: spec, Path: path, PathItem: item, Method: method, Operation: op}
			doc.operations[method+" "+path] = &operation{route, pathParams(item, op)}
		}
	}
	return doc
})

func pathParams(item *openapi3.PathItem, op *openapi3.Operation) []string {
	var names []string
	for _, params := range []openapi3.Parameters{item.Parameters, op.Parameters} {
		for _, param := range params {
			if param.Value.In == openapi3.ParameterInPath {
				names = append(names, param.Value.Name)
			}
		}
	}
	return names
}

func (op *operation) id() string { return op.route.Operation.OperationID }

var requestOptions = &openapi3filter.Options{SkipSettingDefaults: true}

// validate returns why r isn't what the document says, and leaves its body to be read again.
func (op *operation) validate(w http.ResponseWriter, r *http.Request) error {
	if err := op.readBody(w, r); err != nil {
		return err
	}
	params := map[string]string{}
	for _, name := range op.params {
		params[name] = r.PathValue(name)
	}
	err := openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: op.route, Options: requestOptions,
	})
	if err != nil {
		return failure(http.StatusBadRequest, explain(err))
	}
	return nil
}

// validateAnswer returns why an answer to r isn't what the document says.
func (op *operation) validateAnswer(r *http.Request, answer *buffer) error {
	return openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: op.route},
		Status:                 answer.status, Header: answer.header, Body: io.NopCloser(bytes.NewReader(answer.body.Bytes())),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
}

// readBody reads a JSON body into memory.
func (op *operation) readBody(w http.ResponseWriter, r *http.Request) error {
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

// explain names the part of a request that is wrong, and why, without quoting it.
func explain(err error) string {
	reason := "the request isn't what openapi.yaml says"
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
