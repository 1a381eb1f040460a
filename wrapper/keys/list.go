package keys

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/qaikeys/qaikeys/generated/client"
)

// List returns every key of the account, revoked ones included, in the gateway's order (listKeys). If some can't be read, it returns
// the others and a [DecodeError] for each of those, joined; of more than ten, for the first ten, with the number of all. If the list is
// cut off, it returns the keys before the cut and an error. An [ErrIncomplete] is in every error after which other keys may exist: it
// tells a list that is cut off from one with keys that can't be read.
func (c *Client) List(ctx context.Context, opts ...CallOption) ([]Key, error) {
	return list[Key](ctx, c, newCall(client.ListKeysCall{}), opts)
}

// All iterates over the keys that [Client.List] returns while they arrive, in constant memory. The caller may take any time for a key.
//
// For a key that can't be read, it yields the zero Key and a [DecodeError], and goes on. An [ErrIncomplete] is the last thing that it
// yields: the list isn't whole, and other keys may exist. Test for it first, since it may be a DecodeError too. Each range over the
// sequence makes a request. After the first key, a lost connection isn't retried.
func (c *Client) All(ctx context.Context, opts ...CallOption) iter.Seq2[Key, error] {
	return func(yield func(Key, error) bool) {
		call := newCall(client.ListKeysCall{})
		call.read = func(r *response) error {
			return each(r, func(key Key, err error) bool {
				call.delivered = true
				return yield(key, err)
			})
		}
		if err := c.do(ctx, call, opts); err != nil {
			yield(Key{}, &incompleteError{err})
		}
	}
}

// list makes a call that returns a list, and collects the elements and the errors of those that can't be read.
func list[T any](ctx context.Context, c *Client, call *call, opts []CallOption) ([]T, error) {
	var (
		elements []T
		failed   failures
	)
	call.read = func(r *response) error {
		elements, failed = nil, failures{} // Of an earlier attempt.
		return each(r, func(element T, err error) bool {
			if err != nil {
				failed.add(err)
			} else {
				elements = append(elements, element)
			}
			return true
		})
	}
	if err := c.do(ctx, call, opts); err != nil {
		failed.last = &incompleteError{err}
	}
	return elements, failed.join()
}

// failures are errors whose number a server chooses. It keeps the first ten.
type failures struct {
	kept  []error
	total int
	last  error // Of the whole, if it failed.
}

func (f *failures) add(err error) {
	if f.total++; f.total <= 10 {
		f.kept = append(f.kept, err)
	}
}

// join returns nil if there are no errors.
func (f *failures) join() error {
	errs := f.kept
	if others := f.total - len(f.kept); others > 0 {
		errs = append(errs, fmt.Errorf("keys: and %d others, %d in total", others, f.total))
	}
	return errors.Join(append(errs, f.last)...)
}

// incompleteError is an error after which a list isn't whole.
type incompleteError struct{ error }

func (*incompleteError) Is(target error) bool { return target == ErrIncomplete }
func (e *incompleteError) Unwrap() error      { return e.error }
