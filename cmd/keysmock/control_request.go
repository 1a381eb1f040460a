package main

import (
	"bytes"
	"cmp"
	encoding "encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// operations reads control.yaml once. Its operations are by their pattern, like "POST /_mock/use". What a body may leave out may also be
// null, other than a number of seconds.
var operations = sync.OnceValue(func() map[string]*openapi3.Operation {
	doc, err := openapi3.NewLoader().LoadFromData(controlDocument)
	if err != nil {
		panic("keysmock: control.yaml can't be read: " + err.Error()) // In no build that passes its tests.
	}
	all := map[string]*openapi3.Operation{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			all[method+" "+path] = op
			if schema := bodyOf(op); schema != nil {
				for name, property := range schema.Properties {
					property.Value.Nullable = !slices.Contains(schema.Required, name) && !property.Value.Type.Is("number")
				}
			}
		}
	}
	return all
})

// bodyOf returns the schema of the body that an operation takes, or nil.
func bodyOf(op *openapi3.Operation) *openapi3.Schema {
	if op.RequestBody == nil {
		return nil
	}
	return op.RequestBody.Value.Content["application/json"].Schema.Value
}

// maxBody is the largest body of a request to the control API, in bytes.
const maxBody = 1 << 20

// checkRequest returns why a request isn't what control.yaml says of the operation with a pattern, or nil. Whatever its Content-Type, its
// body is JSON, which can be read again afterwards.
func checkRequest(r *http.Request, pattern string) error {
	op := operations()[pattern]
	schema := bodyOf(op)
	if err := checkQuery(r.URL.RawQuery, op.Parameters); err != nil || schema == nil {
		return err
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return fmt.Errorf("the body is larger than %d bytes", maxBody)
	}
	var value any
	if err == nil {
		err = json.Unmarshal(body, &value)
	}
	huge, isJSON := errors.AsType[*json.SemanticError](err)
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return errors.New("the body has a property twice")
	case isJSON: // A number beyond all.
		return otherThan(strings.Join(slices.Collect(huge.JSONPointer.Tokens()), "."), "number", "a smaller number")
	case err != nil:
		return errors.New("the body isn't JSON")
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return inJSON(schema.VisitJSON(value))
}

// checkQuery returns why a query isn't what the parameters of an operation say, or nil. An operation without any takes every query.
func checkQuery(query string, params openapi3.Parameters) error {
	if len(params) == 0 {
		return nil
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return errors.New("the query can't be parsed")
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		value := values[name][0]
		param := params.GetByInAndName(openapi3.ParameterInQuery, name)
		switch {
		case param == nil:
			return fmt.Errorf("there is no parameter %q: use operation, key or status", name)
		case len(values[name]) > 1 || value == "":
			return fmt.Errorf("%s: it needs one value", name)
		case param.Schema.Value.Type.Is("integer"):
			schema := param.Schema.Value
			if n, err := strconv.Atoi(value); err != nil || schema.VisitJSON(float64(n)) != nil {
				return fmt.Errorf("%s: %q isn't from %v to %v", name, value, *schema.Min, *schema.Max)
			}
		}
	}
	return nil
}

// inJSON returns an error of a body in the words of JSON, since the client needn't know Go. Any other error stays as it is.
func inJSON(err error) error {
	if wrong, ok := errors.AsType[*encoding.UnmarshalTypeError](err); ok { // To a schema, 60.0 and a number of any size are integers.
		return otherThan(wrong.Field, "number", wholeNumber)
	}
	wrong, ok := errors.AsType[*openapi3.SchemaError](err)
	if !ok {
		return err
	}
	schema, field, name := wrong.Schema, wrong.SchemaField, strings.Join(wrong.JSONPointer(), ".")
	switch {
	case field == "properties":
		return errors.New("there is no " + strings.TrimSuffix(wrong.Reason, " is unsupported"))
	case field == "required":
		return errors.New(name + ": it is missing")
	case field == "maxLength":
		return fmt.Errorf("%s: it is longer than %d characters", name, *schema.MaxLength)
	case schema.Max != nil && strings.HasSuffix(name, "_seconds"):
		return fmt.Errorf("%s: it isn't a number of seconds from %.0f to %.0f", name, *schema.Min, *schema.Max)
	case schema.Max != nil && (field == "minimum" || field == "maximum"):
		return fmt.Errorf("%s: %.10g isn't from %.0f to %.0f", name, wrong.Value, *schema.Min, *schema.Max)
	}
	text, _ := json.Marshal(wrong.Value) // Which was JSON.
	kind := jsontext.Value(text).Kind()
	return otherThan(name, cmp.Or(map[jsontext.Kind]string{'{': "object", '[': "array"}[kind], kind.String()), formOf(schema, field))
}

const wholeNumber = "a whole number like 42"

// formOf returns what to use for a value that breaks a keyword of its schema.
func formOf(schema *openapi3.Schema, keyword string) string {
	switch {
	case keyword == "minimum":
		return "one that isn't negative"
	case schema.Format == "date-time":
		return "a time like 2026-09-01T12:00:00Z"
	case schema.Type.Is("integer"):
		return wholeNumber
	case schema.Type.Is("number"):
		return "a number"
	case schema.Type.Is("boolean"):
		return "true or false"
	case schema.Type.Is("string"):
		return "a text"
	case schema.Type.Is("array"):
		return "an array"
	}
	return "an object"
}

// otherThan returns an error of a part of a body, whose kind or form is another than the document says, and what to use.
func otherThan(name, kind, use string) error {
	return fmt.Errorf("%s: this JSON %s isn't what the control API's document says: use %s", cmp.Or(name, "the body"), kind, use)
}
