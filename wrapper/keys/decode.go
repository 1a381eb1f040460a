package keys

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// lacking says that an answer lacks what openapi.yaml requires of it.
func lacking(property string) error { return problem(property + " is missing") }

// problem is something wrong with a body, told without a byte of it.
type problem string

func (p problem) Error() string { return string(p) }

// describe tells what is wrong with a body without a byte of it: what encoding/json and time quote may be a secret.
func describe(err error) error {
	var (
		known     problem
		malformed *syntaxError
	)
	switch {
	case errors.As(err, &known), errors.As(err, &malformed), errors.Is(err, errTooLarge):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("the JSON ends too early: %w", io.ErrUnexpectedEOF)
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return &syntaxError{int(syntax.Offset)}
	}
	return problem("not what openapi.yaml says")
}

// each reads an answer that is a list under property, element by element, and hands each of them, or what is wrong with
// it, to visit until that returns false. The error is of the list as a whole.
func each[T any](a *answer, property string, complete func(*T) error, visit func(T, error) bool) error {
	stream := newStream(a.body, min(maxPart, a.client.maxAnswer))
	found := false
	err := stream.object(func(name string) error {
		switch {
		case name != property:
			return stream.skip()
		case found:
			return problem(property + " stands there twice")
		}
		found = true
		var element T
		return stream.elements(&element, func(err error) error {
			if err == nil {
				err = complete(&element)
			}
			if err != nil {
				err = a.decodeError(err)
			}
			if !visit(element, err) {
				return errEnough
			}
			return nil
		})
	})
	switch {
	case err == errEnough: //nolint:errorlint // It is never wrapped.
		return nil
	case err == nil && !found:
		err = lacking(property)
	}
	if err != nil {
		return a.decodeError(err)
	}
	return nil
}

// errEnough ends the reading of a list whose reader has had enough.
var errEnough = errors.New("enough")

// collect gathers the elements of a list, and what is wrong with those that can't be read.
func collect[T any](elements *[]T, errs *[]error) func(T, error) bool {
	*elements, *errs = nil, nil // An attempt starts anew.
	return func(element T, err error) bool {
		if err != nil {
			*errs = append(*errs, err)
		} else {
			*elements = append(*elements, element)
		}
		return true
	}
}

// completeKey checks that a key can be told from others, and makes null and absent the same.
func completeKey(key *Key) error {
	if string(key.Scope) == "null" {
		key.Scope = nil
	}
	if key.ID == "" {
		return lacking("id")
	}
	return nil
}
