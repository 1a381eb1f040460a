package keys

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/qaikeys/qaikeys/types"
)

// unmarshal is [json.Unmarshal] for the generated types, with two differences. Names match in their case, as JSON's do:
// encoding/json takes "KEY" for "key", so that an unknown property of a later gateway could stand in for one that is known,
// even for a secret. And it reads once, where encoding/json reads twice and looks every name up twice: a list takes a fraction of
// the time (docs/benchmarks.md). Values that aren't of the plainest form are left to encoding/json.
func unmarshal(data []byte, into any) error {
	r := reader{data: data}
	err := r.read(targetOf(into))
	if isMalformed(err) {
		return err
	}
	if r.space(); r.at < len(r.data) {
		return r.broken()
	}
	return err
}

// target is what a value is read into.
type target struct {
	reflect.Value

	leaf bool
}

// targetOf returns what into points to.
func targetOf(into any) target {
	v := reflect.ValueOf(into).Elem()
	return target{v, isLeaf(v.Type())}
}

// syntaxError says where JSON is malformed.
type syntaxError struct{ at int }

func (e *syntaxError) Error() string { return fmt.Sprintf("not JSON (at byte %d)", e.at) }

func isMalformed(err error) bool {
	_, malformed := err.(*syntaxError) //nolint:errorlint // It is never wrapped.
	return malformed
}

// maxDepth is how deep values may be nested, as in encoding/json.
const maxDepth = 10_000

// reader reads JSON that is in memory.
type reader struct {
	data     []byte
	at       int
	depth    int
	mismatch error  // What is wrong with the first value that is JSON and isn't what it should be.
	path     string // Where it is, like "details.id".
}

func (r *reader) broken() error { return &syntaxError{r.at} }

func (r *reader) space() {
	for r.at < len(r.data) && (r.data[r.at] == ' ' || r.data[r.at] == '\n' || r.data[r.at] == '\t' || r.data[r.at] == '\r') {
		r.at++
	}
}

// take skips b where it is next, after any space.
func (r *reader) take(b byte) bool {
	r.space()
	if r.at < len(r.data) && r.data[r.at] == b {
		r.at++
		return true
	}
	return false
}

// read reads a value into t. The error is a [syntaxError] or says what isn't as it should be.
func (r *reader) read(t target) error {
	if err := r.fill(t); err != nil {
		return err
	}
	if r.mismatch != nil {
		return describeMismatch(r.mismatch, r.path)
	}
	return nil
}

// fill reads a value into t and notes a mismatch. The error is a [syntaxError].
func (r *reader) fill(t target) error {
	r.space()
	if !t.leaf && r.at < len(r.data) {
		switch first := r.data[r.at]; {
		case first == '{' && t.Kind() == reflect.Struct:
			return r.object(t.Value)
		case first == '[' && t.Kind() == reflect.Slice:
			return r.array(t.Value)
		}
	}
	raw, plain, err := r.value()
	if err != nil {
		return err
	}
	if err := setLeaf(t.Value, raw, plain); err != nil && r.mismatch == nil {
		r.mismatch = err
	}
	return nil
}

// object reads an object into a struct. A property that stands there twice has the last of its values.
func (r *reader) object(v reflect.Value) error {
	fields := fieldsOf(v.Type())
	return r.members(func(name []byte) error {
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == string(name) })
		if i < 0 {
			_, _, err := r.value()
			return err
		}
		sound := r.mismatch == nil
		err := r.fill(target{v.Field(i), fields[i].leaf})
		if sound && r.mismatch != nil {
			r.path = strings.TrimSuffix(string(name)+"."+r.path, ".")
		}
		return err
	})
}

// array reads an array into a slice.
func (r *reader) array(v reflect.Value) error {
	v.SetLen(0)
	leaf := isLeaf(v.Type().Elem())
	err := r.elements(func() error {
		v.Grow(1)
		v.SetLen(v.Len() + 1)
		element := v.Index(v.Len() - 1)
		element.SetZero()
		return r.fill(target{element, leaf})
	})
	if v.IsNil() {
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	}
	return err
}

// setLeaf sets v from a whole JSON value: by itself where both are of the plainest kind, else by encoding/json. The value is
// plain where it is a string of ASCII without escapes.
func setLeaf(v reflect.Value, raw []byte, plain bool) error {
	into := v.Addr().Interface()
	switch into := into.(type) {
	case *string:
		if plain {
			*into = string(raw[1 : len(raw)-1])
			return nil
		}
	case *types.Secret:
		if plain {
			*into = types.NewSecret(string(raw[1 : len(raw)-1]))
			return nil
		}
	case *json.RawMessage:
		if *into = nil; string(raw) != "null" { // Null is the same as absent.
			*into = bytes.Clone(raw)
		}
		return nil
	case *bool:
		if raw[0] == 't' || raw[0] == 'f' {
			*into = raw[0] == 't'
			return nil
		}
	case *types.Ticks:
		if number, ok := smallNumber(raw); ok {
			*into = types.Ticks(number)
			return nil
		}
	case *int64:
		if number, ok := smallNumber(raw); ok {
			*into = number
			return nil
		}
	case *float64:
		if number, err := strconv.ParseFloat(string(raw), 64); err == nil {
			*into = number
			return nil
		}
	case json.Unmarshaler: // Times, for one.
		return into.UnmarshalJSON(raw)
	}
	return json.Unmarshal(raw, into)
}

// smallNumber is a whole number of up to 18 digits, which fits 64 bits.
func smallNumber(raw []byte) (number int64, ok bool) {
	if len(raw) > 18 {
		return 0, false
	}
	for _, b := range raw {
		if b < '0' || b > '9' {
			return 0, false
		}
		number = number*10 + int64(b-'0')
	}
	return number, true
}

// describeMismatch tells what is wrong with a value without a byte of it: what encoding/json and time quote may be a secret.
func describeMismatch(err error, path string) error {
	if path == "" {
		path = "the body"
	}
	if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		kind, _, _ := strings.Cut(mismatch.Value, " ") // "number 1e400" is of kind number.
		return problem(fmt.Sprintf("%s is a JSON %s, which is not what the API's document says", path, kind))
	}
	if _, ok := errors.AsType[*time.ParseError](err); ok {
		return problem(path + " isn't a time or date of RFC 3339")
	}
	return problem(path + " is not what the API's document says")
}

// field is a field of a struct.
type field struct {
	name string // In JSON.
	leaf bool
}

var (
	plans       sync.Map // Of []field by reflect.Type: the fields of a struct.
	unmarshaler = reflect.TypeFor[json.Unmarshaler]()

	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

func fieldsOf(t reflect.Type) []field {
	if known, ok := plans.Load(t); ok {
		return known.([]field)
	}
	fields := make([]field, t.NumField())
	for i := range fields {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		fields[i] = field{name, isLeaf(t.Field(i).Type)}
	}
	plans.Store(t, fields)
	return fields
}

// isLeaf returns whether a type reads a whole value by itself.
func isLeaf(t reflect.Type) bool {
	switch t.Kind() { //nolint:exhaustive // The others have no parts.
	case reflect.Struct:
		return reflect.PointerTo(t).Implements(unmarshaler) || reflect.PointerTo(t).Implements(textUnmarshaler)
	case reflect.Slice:
		return isLeaf(t.Elem())
	}
	return true
}
