package keys

import (
	"context"
	"errors"
	"iter"

	"github.com/qaikeys/qaikeys/generated/client"
)

// List returns every key of the account, revoked ones included, in the gateway's order (listKeys). Where some can't be
// read, it returns all that can, and the errors joined: a [DecodeError] each. A list that is cut off is an error
// together with the keys that came before the cut, never a short list without one.
func (c *Client) List(ctx context.Context, opts ...CallOption) ([]Key, error) {
	return list[Key](ctx, c, newCall(client.ListKeysCall{}), opts)
}

// All iterates over the keys of the account, as [Client.List] returns them, while they arrive: in constant memory, and
// without a bound on the time that the caller takes for each. It yields a [DecodeError] with the zero Key for each key
// that can't be read, and goes on; any other error, and one that says that the list was cut off, is the last thing that
// it yields. Each range over it is a request of its own. Once a key was yielded, a lost connection isn't replayed.
func (c *Client) All(ctx context.Context, opts ...CallOption) iter.Seq2[Key, error] {
	return func(yield func(Key, error) bool) {
		call := newCall(client.ListKeysCall{})
		call.read = func(a *answer) error {
			return each(a, func(key Key, err error) bool {
				call.delivered = true
				if err != nil {
					key = Key{}
				}
				return yield(key, err)
			})
		}
		if err := c.do(ctx, call, opts); err != nil {
			yield(Key{}, err)
		}
	}
}

// list makes a call whose success is a list, and collects its items and the errors of those that can't be read.
func list[T any](ctx context.Context, c *Client, call *call, opts []CallOption) ([]T, error) {
	var (
		items []T
		errs  []error
	)
	call.read = func(a *answer) error {
		items, errs = nil, nil // An attempt starts anew.
		return each(a, func(item T, err error) bool {
			if err != nil {
				errs = append(errs, err)
			} else {
				items = append(items, item)
			}
			return true
		})
	}
	err := c.do(ctx, call, opts)
	return items, errors.Join(append(errs, err)...)
}
