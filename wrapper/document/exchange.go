package document

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/go-json-experiment/json/jsontext"
)

// What may be wrong with a body as a whole.
const (
	endsEarly = "the body ends early or can't be decoded"
	notJSON   = "the body isn't JSON, or has a property twice"
)

// MaxBody is how much of a body is held in memory, in bytes: a whole body, or an element of a list in a larger one.
const MaxBody = 1 << 20

// Verdict is what holding a request or response to the document found.
type Verdict struct {
	Violation string // What isn't as the document says; empty for nothing.
	Unchecked string // Why the body wasn't validated; empty if it was.
}

// Seen is called with each property that has a value, like "KeyDetails.id", and whether the document has it. What a schema leaves open, like
// the members of a scope, isn't looked into.
type Seen func(property string, documented bool)

// JudgeRequest holds a request to the document. The body is nil if it is larger than MaxBody.
func (o *Operation) JudgeRequest(r *http.Request, params map[string]string, body []byte, seen Seen) (v Verdict) {
	input := &openapi3filter.RequestValidationInput{
		Request: r.Clone(r.Context()), PathParams: params, Route: o.route,
		Options: &openapi3filter.Options{SkipSettingDefaults: true, AuthenticationFunc: hasCredential, ExcludeRequestBody: body == nil},
	}
	input.Request.Body = io.NopCloser(bytes.NewReader(body))
	err := openapi3filter.ValidateRequest(r.Context(), input)
	if _, security := errors.AsType[*openapi3filter.SecurityRequirementsError](err); security {
		v.Violation = "there is no credential in X-API-Key or Authorization"
	} else if err != nil {
		v.Violation = explain(err)
	}
	switch {
	case body == nil:
		v.Unchecked = fmt.Sprintf("the body is larger than %d bytes", MaxBody)
	case o.Request() != nil && len(body) > 0:
		v.add(look(o.RequestBody.Value.Content.Get("application/json").Schema, body, seen))
	}
	return v
}

// JudgeResponse reads the body of a response to its end, unless there is a reason to end earlier, and holds the response to the document. A
// body that is larger than MaxBody is validated only if it is an object with lists, element by element.
func (o *Operation) JudgeResponse(status int, header http.Header, body io.Reader, seen Seen) Verdict {
	plain, err := decoded(header, body)
	if plain == nil {
		v := Verdict{Unchecked: fmt.Sprintf("the body has the Content-Encoding %q", header.Get("Content-Encoding"))}
		if err != nil {
			v = Verdict{Violation: endsEarly}
		}
		return o.judgeHead(status, header, v)
	}
	start, err := io.ReadAll(io.LimitReader(plain, MaxBody+1))
	var schema *openapi3.SchemaRef
	if response := o.Responses.Status(status); response != nil {
		if media := response.Value.Content.Get(header.Get("Content-Type")); media != nil {
			schema = media.Schema
		}
	}
	switch {
	case err != nil:
		return o.judgeHead(status, header, Verdict{Violation: endsEarly})
	case len(start) <= MaxBody:
		v := Verdict{}
		if err := o.CheckResponse(status, header, start); err != nil {
			v.Violation = explain(err)
		}
		if schema != nil && strings.Contains(header.Get("Content-Type"), "json") {
			v.add(look(schema, start, seen))
		}
		return v
	case schema == nil || !hasLists(schema.Value):
		return o.judgeHead(status, header, Verdict{Unchecked: fmt.Sprintf("the body is larger than %d bytes", MaxBody)})
	}
	rest, v := judgeLists(schema, io.MultiReader(bytes.NewReader(start), plain), seen)
	if v != (Verdict{}) {
		return o.judgeHead(status, header, v)
	}
	if err := o.CheckResponse(status, header, rest); err != nil {
		v.Violation = explain(err)
	}
	return v
}

// explain returns what Explain does, also of a missing body.
func explain(err error) string { return cmp.Or(Explain(err), "the body is missing") }

// add adds a violation, unless there is one.
func (v *Verdict) add(violation string) {
	if v.Violation == "" {
		v.Violation = violation
	}
}

// judgeHead holds what comes before the body of a response to the document. What it violates comes first.
func (o *Operation) judgeHead(status int, header http.Header, v Verdict) Verdict {
	response := o.Responses.Status(status)
	if response == nil {
		v.Violation = fmt.Sprintf("the status %d isn't documented", status)
		return v
	}
	err := openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: &http.Request{Method: o.Method}, Route: o.route},
		Status:                 status, Header: header, Options: &openapi3filter.Options{ExcludeResponseBody: true},
	})
	if err != nil {
		v.Violation = explain(err)
	} else if mime := header.Get("Content-Type"); response.Value.Content.Get(mime) == nil {
		v.Violation = fmt.Sprintf("the Content-Type %q isn't documented", mime)
	}
	return v
}

// decoded returns a body without its Content-Encoding; nil if that is unknown or, with an error, isn't what the body has.
func decoded(header http.Header, body io.Reader) (io.Reader, error) {
	switch strings.ToLower(strings.Join(header.Values("Content-Encoding"), ",")) {
	case "", "identity":
		return body, nil
	case "gzip", "x-gzip":
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			return nil, err
		}
		return unzipped, nil
	}
	return nil, nil
}

// look calls seen for the properties of a JSON body, and returns what of its JSON is wrong; empty for nothing.
func look(schema *openapi3.SchemaRef, body []byte, seen Seen) string {
	if !jsontext.Value(body).IsValid() {
		return notJSON
	}
	value := parse(body)
	walk(schema, value, seen, maxDepth)
	return ""
}

// parse returns the value of valid JSON.
func parse(text []byte) (value any) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	_ = decoder.Decode(&value) // It is valid.
	return value
}

// maxDepth is how deep properties are looked for.
const maxDepth = 10

// walk calls seen for the properties of value, at any depth.
func walk(schema *openapi3.SchemaRef, value any, seen Seen, depth int) {
	if schema == nil || depth == 0 {
		return
	}
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			walk(schema.Value.Items, element, seen, depth-1)
		}
	case map[string]any:
		parts := partsOf(schema, value)
		open := !slices.ContainsFunc(parts, func(part *openapi3.SchemaRef) bool { return len(part.Value.Properties) > 0 })
		for name, member := range value {
			documented := open
			for _, part := range parts {
				if property := part.Value.Properties[name]; property != nil {
					documented = true
					if member != nil {
						seen(nameOf(part)+"."+name, true)
						walk(property, member, seen, depth-1)
					}
				}
			}
			if !documented {
				seen(nameOf(schema)+"."+name, false)
			}
		}
	}
}

// partsOf returns a schema and those of its alternatives that value is of.
func partsOf(schema *openapi3.SchemaRef, value any) []*openapi3.SchemaRef {
	parts := []*openapi3.SchemaRef{schema}
	for _, part := range slices.Concat(schema.Value.AllOf, schema.Value.AnyOf, schema.Value.OneOf) {
		if part.Value.VisitJSON(value) == nil {
			parts = append(parts, partsOf(part, value)...)
		}
	}
	return parts
}

// nameOf returns the name of a schema of the document's components; empty if it is none.
func nameOf(schema *openapi3.SchemaRef) string {
	return schema.Ref[strings.LastIndex(schema.Ref, "/")+1:]
}

// Properties returns the properties of the document's schemas, as Seen has them, in order.
func (d *Document) Properties() (names []string) {
	for schema, ref := range d.Components.Schemas {
		for property := range ref.Value.Properties {
			names = append(names, schema+"."+property)
		}
	}
	slices.Sort(names)
	return names
}
