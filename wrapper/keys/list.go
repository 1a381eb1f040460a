package keys

import (
	"context"
	"errors"
	"iter"

	"github.com/qaikeys/qaikeys/generated/client"
)

// List returns every key of the account, revoked ones included, in the gateway's order (listKeys). If some can't be read, it returns
// the others and a [DecodeError] for each of those, joined. If the list is cut off, it returns the keys before the cut and an error.
func (c *Client) List(ctx context.Context, opts ...CallOption) ([]Key, error) {
	return list[Key](ctx, c, newCall(client.ListKeysCall{}), opts)
}

// All iterates over the keys that [Client.List] returns while they arrive, in constant memory. The caller may take any time for a key.
//
// For a key that can't be read, it yields the zero Key and a [DecodeError], and goes on. Any other error, one that says that the list
// was cut off included, is the last thing that it yields. Each range over the sequence makes a request. After the first key, a lost
// connection isn't retried.
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
			yield(Key{}, err)
		}
	}
}

// list makes a call that returns a list, and collects the elements and the errors of those that can't be read.
func list[T any](ctx context.Context, c *Client, call *call, opts []CallOption) ([]T, error) {
	var (
		elements []T
		errs     []error
	)
	call.read = func(r *response) error {
		elements, errs = nil, nil // Of an earlier attempt.
		return each(r, func(element T, err error) bool {
			if err != nil {
				errs = append(errs, err)
			} else {
				elements = append(elements, element)
			}
			return true
		})
	}
	err := c.do(ctx, call, opts)
	return elements, errors.Join(append(errs, err)...)
}
