package keys

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	openapi_types "github.com/oapi-codegen/runtime/types"
)

// How responses are read; docs/architecture.md gives the reasons.
var (
	// strict is for every response but lists and errors: text that isn't valid UTF-8 is an error. The last of several members with the
	// same name counts.
	strict = jsontext.AllowDuplicateNames(true)
	// lenient is for lists and errors, and for looking into what was read before: what isn't valid UTF-8 becomes U+FFFD.
	lenient = json.JoinOptions(strict, jsontext.AllowInvalidUTF8(true))
	// nullIsZero makes null the zero value of the types whose UnmarshalJSON refuses it, as it is of all others. It costs time.
	nullIsZero = json.WithUnmarshalers(json.JoinUnmarshalers(nullAsZero[openapi_types.Date](), nullAsZero[openapi_types.Email]()))
)

func nullAsZero[T any]() *json.Unmarshalers {
	return json.UnmarshalFromFunc(func(dec *jsontext.Decoder, into *T) error {
		if dec.PeekKind() != jsontext.KindNull {
			return errors.ErrUnsupported // T reads it.
		}
		*into = *new(T)
		return dec.SkipValue()
	})
}

// unmarshal reads data, a single JSON value, into *into. The error may be a [flaw].
func unmarshal(data []byte, into any, options json.Options) error {
	err := json.Unmarshal(data, into, options)
	if !isMismatch(err) {
		return err
	}
	err = json.Unmarshal(data, into, options, nullIsZero)
	if mismatch, ok := errors.AsType[*json.SemanticError](err); ok {
		return flawOf(mismatch, into)
	}
	return err
}

// isMismatch reports whether err is that of a JSON value which a Go type can't hold.
func isMismatch(err error) bool {
	_, mismatch := errors.AsType[*json.SemanticError](err)
	return mismatch
}

// flaw is what is wrong with a JSON value. It holds no byte of the value, which the errors of package json may quote.
type flaw struct {
	path string // Like "details.id"; empty for the value itself.
	what string
}

func (f *flaw) Error() string { return cmp.Or(f.path, "the body") + " " + f.what }

func missing(path string) error { return &flaw{path, "is missing"} }

// kindNames are the words for a value's kind.
var kindNames = map[jsontext.Kind]string{'{': "object", '[': "array", 't': "boolean", 'f': "boolean", '"': "string", '0': "number", 'n': "null"}

// wrongKind returns the flaw of a value of the wrong kind, or out of its type's range.
func wrongKind(path string, kind jsontext.Kind) error {
	return &flaw{path, "is a JSON " + kindNames[kind] + ", which is not what the API's document says"}
}

// flawOf returns the flaw of a value that can't be read into *into.
func flawOf(mismatch *json.SemanticError, into any) error {
	path := pathOf(mismatch.JSONPointer, reflect.TypeOf(into))
	if _, ok := errors.AsType[*time.ParseError](mismatch); ok {
		return &flaw{path, "isn't an RFC 3339 time or date"}
	}
	return wrongKind(path, mismatch.JSONKind)
}

// pathOf returns where pointer leads in a value of type t, like "days[2].day". The path ends at a map, whose names come from the body.
func pathOf(pointer jsontext.Pointer, t reflect.Type) (path string) {
	for token := range pointer.Tokens() {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch t.Kind() { //nolint:exhaustive // The others end the path.
		case reflect.Slice, reflect.Array:
			path, t = path+"["+token+"]", t.Elem()
		case reflect.Struct:
			i := slices.Index(namesOf(t), token)
			if i < 0 {
				return path
			}
			path, t = join(path, token), t.Field(i).Type
		default:
			return path
		}
	}
	return path
}

// describe returns an error that says what is wrong with a body, without a byte of it.
func describe(err error) error {
	if known, ok := errors.AsType[*flaw](err); ok {
		return known
	}
	malformed, ok := errors.AsType[*jsontext.SyntacticError](err)
	switch {
	case errors.Is(err, errTooLarge):
		return errTooLarge
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("not JSON: it ends too early: %w", io.ErrUnexpectedEOF)
	case ok:
		return fmt.Errorf("not JSON (at byte %d)", malformed.ByteOffset)
	}
	return errors.New("not what the API's document says")
}
