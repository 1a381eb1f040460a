package keystest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/qaikeys/qaikeys/generated/server"
	"github.com/qaikeys/qaikeys/wrapper/document"
	"github.com/qaikeys/qaikeys/wrapper/keys"
)

// maxBody is the largest body of a request, in bytes.
const maxBody = 1 << 20

// loadOperations reads the document once, since neither it nor an operation changes. The operations are by their pattern in
// the generated server, like "DELETE /qai/v1/keys/{id}".
var loadOperations = sync.OnceValue(func() map[string]*routers.Route {
	spec, err := openapi3.NewLoader().LoadFromData(server.OpenAPI)
	if err != nil {
		panic("keystest: the embedded document can't be read: " + err.Error()) // In no build that passes its tests.
	}
	operations := map[string]*routers.Route{}
	for path, item := range spec.Paths.Map() {
		for method, op := range item.Operations() {
			op.Security = &openapi3.SecurityRequirements{} // auth.go does that.
			operations[method+" "+path] = &routers.Route{Spec: spec, Path: path, PathItem: item, Method: method, Operation: op}
		}
	}
	return operations
})

var requestOptions = &openapi3filter.Options{SkipSettingDefaults: true}

// validate returns why a request isn't what the document says, or nil. Its body can be read again afterwards.
func validate(w http.ResponseWriter, r *http.Request, op *routers.Route) *apiError {
	if op.Operation.RequestBody != nil {
		if err := readBody(w, r, op.Operation.RequestBody.Value); err != nil {
			return err
		}
	}
	input := &openapi3filter.RequestValidationInput{Request: r, Route: op, Options: requestOptions}
	for _, params := range [...]openapi3.Parameters{op.PathItem.Parameters, op.Operation.Parameters} {
		for _, param := range params {
			if param.Value.In == openapi3.ParameterInPath {
				if input.PathParams == nil {
					input.PathParams = map[string]string{}
				}
				input.PathParams[param.Value.Name] = r.PathValue(param.Value.Name)
			}
		}
	}
	if err := openapi3filter.ValidateRequest(r.Context(), input); err != nil {
		if schema, ok := errors.AsType[*openapi3.SchemaError](err); ok && schema.SchemaField == "required" {
			return refusal(keys.CodeMissingRequiredField, document.Explain(err))
		}
		return failure(http.StatusBadRequest, document.Explain(err))
	}
	return nil
}

// respond sends the response of from, and validates it first if the mock was asked to.
func (h *Handler) respond(w http.ResponseWriter, r *http.Request, op *routers.Route, from http.Handler) {
	if !h.cfg.validateResponses {
		from.ServeHTTP(w, r)
		return
	}
	response := httptest.NewRecorder()
	from.ServeHTTP(response, r)
	response.Header().Set(requestIDHeader, exchangeOf(r.Context()).entry.ID)
	err := openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: op},
		Status:                 response.Code, Header: response.Header(), Body: io.NopCloser(bytes.NewReader(response.Body.Bytes())),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
	if err != nil {
		failure(http.StatusInternalServerError, "the mock's response isn't what the API's document says: "+document.Explain(err)).ServeHTTP(w, r)
		return
	}
	send(w, response)
}

// readBody reads the body of a request, and returns why it isn't JSON, isn't sent as that or has a property twice, or nil. A lenient mock
// goes on with what of it is known.
func readBody(w http.ResponseWriter, r *http.Request, op *openapi3.RequestBody) *apiError {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	x := exchangeOf(r.Context())
	kept := cut(x.account.handler.Redact(string(body)), maxKeptBody)
	x.note(func(entry *Request) { entry.Body = kept })
	if err != nil {
		return failure(http.StatusBadRequest, fmt.Sprintf("the body can't be read to its end, or is larger than %d bytes", maxBody))
	}
	err = json.Unmarshal(body, new(jsontext.Value), jsontext.AllowInvalidUTF8(true))
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok && errors.Is(err, jsontext.ErrDuplicateName) {
		path := strings.Join(slices.Collect(syntax.JSONPointer.Tokens()), ".")
		return failure(http.StatusBadRequest, path+": it is there twice") // Readers differ in which they take.
	}
	if err != nil {
		return refusal(keys.CodeInvalidRequestBody, "the body isn't JSON")
	}
	media := op.Content.Get(r.Header.Get("Content-Type"))
	if media == nil {
		return failure(http.StatusBadRequest, "Content-Type: send application/json")
	}
	if x.account.handler.cfg.lenient && media.Schema != nil {
		body = x.ignoreUnknown(body, media.Schema.Value)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}
