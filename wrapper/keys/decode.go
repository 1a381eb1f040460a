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
	"github.com/qaikeys/qaikeys/generated/client"
)

var (
	// Of members with the same name the last counts, as with encoding/json. To refuse them, a decoder keeps every name of an
	// object.
	lastCounts = jsontext.AllowDuplicateNames(true)
	// strict is for what may hold a secret, which must not be changed: text that isn't valid UTF-8 is refused.
	strict = json.JoinOptions(lastCounts, nullIsZero)
	// lenient is for other text: what isn't valid UTF-8 becomes U+FFFD, as with encoding/json.
	lenient = json.JoinOptions(strict, jsontext.AllowInvalidUTF8(true))
)

// unmarshal reads data, a JSON value and nothing else, into *into. The error may be a [flaw].
func unmarshal(data []byte, into any, options json.Options) error {
	err := json.Unmarshal(data, into, options)
	if mismatch, ok := errors.AsType[*json.SemanticError](err); ok {
		return flawOf(mismatch, into)
	}
	return err
}

// flaw is what is wrong with a value that is JSON, without a byte of it: what the errors of other packages quote may be a secret.
type flaw struct {
	path string // Where it is, like "details.id"; empty where it is the whole value.
	what string
}

func (f *flaw) Error() string { return cmp.Or(f.path, "the body") + " " + f.what }

// missing says that a response lacks what the document requires of it.
func missing(path string) error { return &flaw{path, "is missing"} }

// wrongKind says that a value is of a kind that it can't be of, or out of the range of its type.
func wrongKind(path string, kind jsontext.Kind) error {
	name := kind.String()
	switch kind {
	case jsontext.KindBeginObject:
		name = "object"
	case jsontext.KindBeginArray:
		name = "array"
	case jsontext.KindTrue, jsontext.KindFalse:
		name = "boolean"
	}
	return &flaw{path, "is a JSON " + name + ", which is not what the API's document says"}
}

// flawOf tells of a mismatch in a value that was to be read into *into.
func flawOf(mismatch *json.SemanticError, into any) error {
	path := pathOf(mismatch.JSONPointer, reflect.TypeOf(into))
	if _, ok := errors.AsType[*time.ParseError](mismatch); ok {
		return &flaw{path, "isn't a time or date of RFC 3339"}
	}
	return wrongKind(path, mismatch.JSONKind)
}

// pathOf returns where a pointer leads in a value of type t, like "days[2].day". It stops at a map, whose names are the body's own.
func pathOf(pointer jsontext.Pointer, t reflect.Type) (path string) {
	for token := range pointer.Tokens() {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch t.Kind() { //nolint:exhaustive // The others end the path.
		case reflect.Slice:
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

// describe tells what is wrong with a body without a byte of it.
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

// each reads a response that is a list, element by element, and hands each of them, or what is wrong with it, to visit until that
// returns false. The error is of the list as a whole.
func each[T any](a *answer, visit func(T, error) bool) error {
	list := listOf(a.call.operation)
	s := newStream(a.body, min(maxPart, a.client.maxAnswer))
	defer s.free()
	found := false
	err := s.object(func(name string) error {
		switch {
		case name != list.Name:
			return s.skip()
		case found:
			return &flaw{name, "stands there twice"}
		}
		found = true
		var item T
		return s.array(name, func(i int) error {
			item = *new(T)
			data, err := s.decode(&item)
			if err == nil {
				err = checkComplete(&item, data, list.Properties)
			}
			if wrong, ok := errors.AsType[*flaw](err); ok {
				wrong.path = join(fmt.Sprintf("%s[%d]", name, i), wrong.path)
				err = a.decodeError(wrong)
			} else if err != nil {
				return err
			}
			if !visit(item, err) {
				return errEnough
			}
			return nil
		})
	})
	switch {
	case err == errEnough: //nolint:errorlint // It is never wrapped.
		return nil
	case err == nil && !found:
		err = missing(list.Name)
	}
	if err != nil {
		return a.decodeError(err)
	}
	return nil
}

// listOf returns the property of an operation's success that is the list.
func listOf(operation *client.Operation) client.Property {
	i := slices.IndexFunc(operation.Properties, func(p client.Property) bool { return p.Name == operation.Items })
	if i < 0 {
		return client.Property{Name: operation.Items}
	}
	return operation.Properties[i]
}

// errEnough ends the reading of a list whose reader has had enough.
var errEnough = errors.New("enough")
