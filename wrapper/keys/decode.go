package keys

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/qaikeys/qaikeys/generated/client"
)

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
	return problem("not what the API's document says")
}

// each reads an answer that is a list, item by item, and hands each of them, or what is wrong with it, to visit until that
// returns false. The error is of the list as a whole.
func each[T any](a *answer, visit func(T, error) bool) error {
	list := listOf(a.call.operation)
	stream := newStream(a.body, min(maxPart, a.client.maxAnswer))
	found := false
	err := stream.object(func(name string) error {
		switch {
		case name != list.Name:
			return stream.skip()
		case found:
			return problem(name + " stands there twice")
		}
		found = true
		var item T
		err := stream.elements(&item, func(data []byte, err error) error {
			if err == nil {
				err = checkComplete(&item, data, list.Properties)
			}
			if err != nil {
				err = a.decodeError(err)
			}
			if !visit(item, err) {
				return errEnough
			}
			return nil
		})
		if what, ok := err.(problem); ok { //nolint:errorlint // It is never wrapped.
			return problem(name+": ") + what
		}
		return err
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
