package document

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json/jsontext"
)

// MaxBody is how much of a body is held in memory, in bytes: a whole body, or an element of a list in a larger one.
const MaxBody = 1 << 20

// maxJudged is how much of a body is judged, in bytes, once it is decompressed.
const maxJudged = 64 << 20

// violationError is the error of a body that isn't what the document says.
type violationError string

func (e violationError) Error() string { return string(e) }

// uncheckedError is the error of a body that isn't validated, or not any further.
type uncheckedError string

func (e uncheckedError) Error() string { return string(e) }

const (
	errNotJSON   = violationError("the body isn't JSON, or has a property twice")
	errEndsEarly = violationError("the body ends early or can't be decoded")
)

var (
	errTooLarge = uncheckedError(fmt.Sprintf("the body is larger than %d bytes, and isn't a list of smaller elements", MaxBody))
	errTooLong  = uncheckedError(fmt.Sprintf("the body is larger than %d bytes, and was validated up to there", maxJudged))
	errEnded    = uncheckedError("the exchange ended before its body was validated")
)

// maxSmall is the size of JSON that is judged at once, in bytes.
const maxSmall = 64 << 10

// turns bounds how many larger bodies are parsed and validated at a time, which takes many times their size in memory.
var turns = make(chan struct{}, runtime.GOMAXPROCS(0))

// reading is a body that is held to the document while it is read.
type reading struct {
	ctx  context.Context
	body *boundedReader
	as   openapi3.SchemaValidationOption
	seen Seen
}

// judgeBody reads a body and holds it to the document.
func judgeBody(
	ctx context.Context, content openapi3.Content, header http.Header, body io.Reader, as openapi3.SchemaValidationOption, seen Seen,
) Verdict {
	if len(content) == 0 {
		return Verdict{}
	}
	mime := header.Get("Content-Type")
	media := content.Get(mime)
	if media == nil {
		return Verdict{Violation: fmt.Sprintf("the Content-Type %q isn't documented", mime)}
	}
	if seen == nil {
		seen = func(string, bool) {}
	}
	plain, err := decoded(header, body)
	if err == nil {
		r := &reading{ctx, &boundedReader{plain, MaxBody + 1, maxJudged + 1}, as, seen}
		err = r.read(media.Schema, strings.Contains(strings.ToLower(mime), "json"))
	}
	violation, violates := errors.AsType[violationError](err)
	unchecked, limited := errors.AsType[uncheckedError](err)
	_, malformed := errors.AsType[*jsontext.SyntacticError](err)
	switch {
	case err == nil:
		return Verdict{}
	case violates:
		return Verdict{Violation: string(violation)}
	case ctx.Err() != nil:
		return Verdict{Unchecked: string(errEnded)}
	case limited:
		return Verdict{Unchecked: string(unchecked)}
	case malformed && !errors.Is(err, io.ErrUnexpectedEOF):
		return Verdict{Violation: string(errNotJSON)}
	}
	return Verdict{Violation: string(errEndsEarly)}
}

// decoded returns a body without its Content-Encoding.
func decoded(header http.Header, body io.Reader) (io.Reader, error) {
	switch encoding := strings.ToLower(strings.Join(header.Values("Content-Encoding"), ",")); encoding {
	case "", "identity":
		return body, nil
	case "gzip", "x-gzip":
		return gzip.NewReader(body)
	default:
		return nil, uncheckedError(fmt.Sprintf("the body has the Content-Encoding %q", encoding))
	}
}

// boundedReader fails when it has read left bytes, and total bytes. Left begins again with each element of a list.
type boundedReader struct {
	io.Reader

	left, total int
}

func (b *boundedReader) more() { b.left = MaxBody + 1 }

func (b *boundedReader) Read(p []byte) (int, error) {
	switch {
	case b.left == 0:
		return 0, errTooLarge
	case b.total == 0:
		return 0, errTooLong
	}
	n, err := b.Reader.Read(p[:min(len(p), b.left, b.total)])
	b.left -= n
	b.total -= n
	return n, err
}

// read reads the body to its end, and holds it to its schema: an object's lists element by element.
func (r *reading) read(schema *openapi3.SchemaRef, isJSON bool) error {
	if !isJSON {
		text, err := io.ReadAll(r.body)
		if err != nil {
			return err
		}
		quoted, _ := jsontext.AppendQuote(nil, text) // Its encoding isn't JSON's.
		return r.hold(schema, quoted)
	}
	decoder := jsontext.NewDecoder(r.body)
	var text []byte
	var err error
	if decoder.PeekKind() == '{' {
		text, err = r.readObject(decoder, schema)
	} else {
		text, err = decoder.ReadValue()
	}
	if err == nil {
		err = r.hold(schema, text)
	}
	if err != nil {
		return err
	}
	if _, err = decoder.ReadToken(); err == nil {
		return errNotJSON
	} else if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// readObject holds the elements of an object's lists to their schemas, and returns the object with empty lists.
func (r *reading) readObject(decoder *jsontext.Decoder, schema *openapi3.SchemaRef) (rest []byte, err error) {
	if _, err := decoder.ReadToken(); err != nil {
		return nil, err
	}
	rest = append(rest, '{')
	for decoder.PeekKind() != '}' {
		quoted, err := decoder.ReadValue()
		if err != nil {
			return nil, err
		}
		rest = append(append(rest, quoted...), ':')
		name, _ := jsontext.AppendUnquote(nil, quoted) // It is valid.
		value := []byte("[]")
		if property := schema.Value.Properties[string(name)]; property != nil && property.Value.Items != nil && decoder.PeekKind() == '[' {
			err = r.readList(decoder, property.Value.Items, string(name))
		} else {
			value, err = decoder.ReadValue()
		}
		if err != nil {
			return nil, err
		}
		rest = append(append(rest, value...), ',')
	}
	_, err = decoder.ReadToken()
	return append(bytes.TrimSuffix(rest, []byte(",")), '}'), err
}

func (r *reading) readList(decoder *jsontext.Decoder, items *openapi3.SchemaRef, name string) error {
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	for i := 0; decoder.PeekKind() != ']'; i++ {
		text, err := decoder.ReadValue()
		if err != nil {
			return err
		}
		if err := r.hold(items, text, name, strconv.Itoa(i)); err != nil {
			return err
		}
		r.body.more()
	}
	_, err := decoder.ReadToken()
	r.body.more()
	return err
}

// hold holds JSON, which where leads to, to its schema when its turn comes.
func (r *reading) hold(schema *openapi3.SchemaRef, text []byte, where ...string) error {
	if len(text) > maxSmall {
		select {
		case turns <- struct{}{}:
			defer func() { <-turns }()
		case <-r.ctx.Done():
		}
	}
	if err := r.ctx.Err(); err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	_ = decoder.Decode(&value) // It is valid.
	if err := schema.Value.VisitJSON(value, r.as); err != nil {
		return violationError(explain(err, where))
	}
	return r.walk(schema, value, where)
}

// walk calls seen for the properties of a valid value, at any depth, and finds integers that are too large.
func (r *reading) walk(schema *openapi3.SchemaRef, value any, where []string) error {
	switch value := value.(type) {
	case json.Number:
		if schema.Value.Type.Is("integer") && schema.Value.Format == "int64" && !fits(value) {
			return violationError(strings.Join(where, ".") + `: integer doesn't match the format "int64"`)
		}
	case []any:
		if schema.Value.Items == nil {
			return nil
		}
		for i, element := range value {
			if err := r.walk(schema.Value.Items, element, append(where, strconv.Itoa(i))); err != nil {
				return err
			}
		}
	case map[string]any:
		parts := partsOf(schema, value)
		open := !slices.ContainsFunc(parts, func(part *openapi3.SchemaRef) bool { return len(part.Value.Properties) > 0 })
		for _, name := range slices.Sorted(maps.Keys(value)) {
			documented := open
			for _, part := range parts {
				property := part.Value.Properties[name]
				if property == nil {
					continue
				}
				documented = true
				if value[name] != nil {
					r.seen(nameOf(part)+"."+name, true)
					if err := r.walk(property, value[name], append(where, name)); err != nil {
						return err
					}
				}
			}
			if !documented {
				r.seen(nameOf(schema)+"."+name, false)
			}
		}
	}
	return nil
}

// fits reports whether an integer of about 64 bits fits in them. kin-openapi compares it as a float64, which rounds it.
func fits(number json.Number) bool {
	_, err := number.Int64()
	if errors.Is(err, strconv.ErrSyntax) { // It has a fraction or an exponent.
		value, _ := number.Float64()
		return value < 1<<63
	}
	return err == nil
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
