package document

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// Verdict is what holding a request or response to the document found.
type Verdict struct {
	Violation string // The first that isn't as the document says; empty for nothing.
	Unchecked string // Why the body, or a part of it, wasn't validated; empty if it was.
}

// Seen is called with each property that has a value, like "KeyDetails.id", and whether the document has it. What a schema leaves open,
// like the members of a scope, isn't looked into. Nil is called for none; a call may not block.
type Seen func(property string, documented bool)

// JudgeRequest holds a request to the document, until the request's context ends. The body is nil if it is larger than MaxBody.
func (o *Operation) JudgeRequest(r *http.Request, params map[string]string, body []byte, seen Seen) (v Verdict) {
	input := &openapi3filter.RequestValidationInput{
		Request: r.WithContext(r.Context()), PathParams: params, Route: o.route,
		Options: &openapi3filter.Options{
			SkipSettingDefaults: true, AuthenticationFunc: hasCredential, ExcludeRequestBody: body == nil || len(body) > 0,
		},
	}
	input.Request.Body = http.NoBody
	err := openapi3filter.ValidateRequest(r.Context(), input)
	switch {
	case body == nil:
		v.Unchecked = fmt.Sprintf("the body is larger than %d bytes", MaxBody)
	case o.RequestBody != nil && len(body) > 0:
		v = judgeBody(r.Context(), o.RequestBody.Value.Content, r.Header, bytes.NewReader(body), openapi3.VisitAsRequest(), seen)
	}
	return v.behind(err)
}

// JudgeResponse holds a response to the document. It reads the body to its end, unless there is a reason to end earlier: a violation, a
// part that can't be validated, or the end of ctx, which has to end a Read of the body, too. A body that is larger than MaxBody is
// validated only if it is an object with lists, element by element, and only its first 64 MiB. As many bodies as there are processors are
// parsed and validated at a time.
func (o *Operation) JudgeResponse(ctx context.Context, status int, header http.Header, body io.Reader, seen Seen) Verdict {
	response := o.Responses.Status(status)
	if response == nil { // kin-openapi takes some redirects for documented.
		return Verdict{Violation: fmt.Sprintf("the status %d isn't documented", status)}
	}
	err := openapi3filter.ValidateResponse(ctx, &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: &http.Request{Method: o.Method}, Route: o.route},
		Status:                 status, Header: header, Options: &openapi3filter.Options{ExcludeResponseBody: true},
	})
	return judgeBody(ctx, response.Value.Content, header, body, openapi3.VisitAsResponse(), seen).behind(err)
}

// behind returns the verdict on a body that comes behind what has an error, or nil.
func (v Verdict) behind(head error) Verdict {
	if head != nil {
		v.Violation = Explain(head)
	}
	return v
}

func hasCredential(_ context.Context, input *openapi3filter.AuthenticationInput) error {
	probe := &http.Request{Header: http.Header{}}
	Authorize(probe.Header, input.SecurityScheme, "")
	for name, values := range probe.Header {
		sent, scheme := input.RequestValidationInput.Request.Header.Get(name), values[0] // Whose case is free (RFC 9110, 11.1).
		if sent == "" || !strings.HasPrefix(strings.ToLower(sent), strings.ToLower(scheme)) {
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

// Explain returns which part of a request or response is wrong, and why, without quoting a value.
func Explain(err error) string { return explain(err, nil) }

// explain returns what Explain does, of what where leads to.
func explain(err error, where []string) string {
	reason := ""
	if request, ok := errors.AsType[*openapi3filter.RequestError](err); ok {
		reason = request.Reason
		if request.Parameter != nil {
			where = append(where, request.Parameter.Name)
		} else if errors.Is(err, openapi3filter.ErrInvalidRequired) {
			reason = "the body is missing"
		}
	}
	if response, ok := errors.AsType[*openapi3filter.ResponseError](err); ok {
		reason = response.Reason
	}
	if _, security := errors.AsType[*openapi3filter.SecurityRequirementsError](err); security {
		reason = "there is no credential in X-API-Key or Authorization"
	}
	if schema, ok := errors.AsType[*openapi3.SchemaError](err); ok {
		reason = schema.Reason
		switch {
		case schema.SchemaField == "format":
			reason, _, _ = strings.Cut(reason, " (") // Of a date, what follows quotes the value.
		case schema.SchemaField == "required":
			reason = "property is missing"
		case errors.Is(schema.Origin, strconv.ErrRange):
			reason = "the number is out of range"
		}
		where = append(where, schema.JSONPointer()...)
	}
	reason = cmp.Or(reason, "it isn't what the API's document says")
	if len(where) == 0 {
		return reason
	}
	return strings.Join(where, ".") + ": " + reason
}
