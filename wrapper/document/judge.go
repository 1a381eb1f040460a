package document

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

func init() { //nolint:gochecknoinits // kin-openapi's registry is global and not safe for concurrent use.
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.PlainBodyDecoder)
}

// CheckRequest returns why a request of the operation, with these parameters of its path and this body, isn't what the document says, or
// nil. Without a credential it isn't; whether a
// credential is good only the server knows.
func (o *Operation) CheckRequest(r *http.Request, params map[string]string, body []byte) error {
	input := &openapi3filter.RequestValidationInput{
		Request: r.Clone(r.Context()), PathParams: params, Route: o.route,
		Options: &openapi3filter.Options{SkipSettingDefaults: true, AuthenticationFunc: hasCredential},
	}
	input.Request.Body = io.NopCloser(bytes.NewReader(body))
	return openapi3filter.ValidateRequest(r.Context(), input)
}

func hasCredential(_ context.Context, input *openapi3filter.AuthenticationInput) error {
	probe := &http.Request{Header: http.Header{}}
	Authorize(probe.Header, input.SecurityScheme, "")
	for name, values := range probe.Header {
		if sent := input.RequestValidationInput.Request.Header.Get(name); sent == "" || !strings.HasPrefix(sent, values[0]) {
			return fmt.Errorf("the header %s is missing", name)
		}
	}
	return nil
}

// Authorize adds a credential to a request's headers as a security scheme of the document has it.
func Authorize(header http.Header, scheme *openapi3.SecurityScheme, credential string) {
	switch {
	case scheme.Type == "apiKey" && scheme.In == openapi3.ParameterInHeader:
		header.Set(scheme.Name, credential)
	case scheme.Type == "http" && strings.EqualFold(scheme.Scheme, "bearer"):
		header.Set("Authorization", "Bearer "+credential)
	}
}

// CheckResponse returns why a response isn't what the document says of the operation, or nil.
func (o *Operation) CheckResponse(status int, header http.Header, body []byte) error {
	if o.Responses.Status(status) == nil { // kin-openapi takes some redirects for documented.
		return &openapi3filter.ResponseError{Reason: fmt.Sprintf("the status %d isn't documented", status)}
	}
	return openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: &http.Request{Method: o.Method}, Route: o.route},
		Status:                 status, Header: header, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
}

// Explain returns which part of a request or response is wrong, and why, without quoting it.
func Explain(err error) string {
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
