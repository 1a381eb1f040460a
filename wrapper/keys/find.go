package keys

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// prefixLength is the length of a key's public prefix, in bytes (schema KeyDetails, property key_prefix).
const prefixLength = 14

// Find returns the first key for which match returns true, in the gateway's order, revoked ones included (see [Live]). It reads the list
// no further.
//
// The error is an [ErrNotFound] only if every key was read and none matches. If the list isn't whole, it is an [ErrIncomplete]; if keys
// can't be read, it is a [DecodeError] for each of them, joined as by [Client.List].
func (c *Client) Find(ctx context.Context, match func(Key) bool, opts ...CallOption) (*Key, error) {
	if match == nil {
		return nil, invalid("the function that a key has to match is nil")
	}
	var failed failures
	for key, err := range c.All(ctx, opts...) {
		switch {
		case errors.Is(err, ErrIncomplete):
			failed.last = err
		case err != nil:
			failed.add(err)
		case match(key):
			return &key, nil
		}
	}
	if err := failed.join(); err != nil {
		return nil, &searchError{err}
	}
	return nil, fmt.Errorf("%w: no key of the account matches", ErrNotFound)
}

// ByPrefix finds the key that has secret, or its first 14 characters, as its text. Its result is that of [Client.Find]. A key whose
// KeyPrefix the gateway doesn't tell, or not in whole, for example masked, doesn't match. If no other does, the error is no [ErrNotFound],
// since it may be the one, and names it.
func (c *Client) ByPrefix(ctx context.Context, secret Secret, opts ...CallOption) (*Key, error) {
	text := secret.Reveal()
	if len(text) < prefixLength {
		return nil, invalid("the secret has fewer than the %d characters of a key's prefix", prefixLength)
	}
	unknown, one := 0, "" // How many keys it may be, for all that their prefixes tell, and the ID of one.
	key, err := c.Find(ctx, func(key Key) bool {
		if !isWholePrefix(key.KeyPrefix) {
			unknown, one = unknown+1, key.ID
		}
		return len(key.KeyPrefix) >= prefixLength && strings.HasPrefix(text, key.KeyPrefix)
	}, opts...)
	if errors.Is(err, ErrNotFound) && unknown > 0 {
		return nil, fmt.Errorf("keys: no key is listed with this prefix, but the prefix of %d, revoked ones included, isn't told in whole, "+
			"like that of %q: it may be one of them", unknown, c.redact(one))
	}
	return key, err
}

// isWholePrefix reports whether text is a key's prefix as the API's document describes it, by which keys are told from each other.
func isWholePrefix(text string) bool {
	return len(text) == prefixLength && !strings.ContainsFunc(text, func(r rune) bool { return !keyCharacter(r) })
}

// searchError is the error of a search that didn't see every key. It isn't an ErrNotFound, even after status 404.
type searchError struct{ err error }

func (e *searchError) Error() string        { return e.err.Error() }
func (e *searchError) Is(target error) bool { return target != ErrNotFound && errors.Is(e.err, target) }
func (e *searchError) As(target any) bool   { return errors.As(e.err, target) }
