package keys

import (
	"context"
	"errors"
	"iter"
	"net/http"

	"github.com/qaikeys/qaikeys/generated/client"
)

// List returns every key of the account, revoked ones included, in the gateway's order (listKeys). Where some can't be
// read, it returns all that can, and the errors joined: a [DecodeError] each. A list that is cut off is an error
// together with the keys that came before the cut, never a short list without one.
func (c *Client) List(ctx context.Context, opts ...CallOption) ([]Key, error) {
	var (
		keys []Key
		errs []error
	)
	err := c.do(ctx, c.listKeys(func(a *answer) error {
		return each(a, "keys", completeKey, collect(&keys, &errs))
	}), opts)
	return keys, errors.Join(append(errs, err)...)
}

// All iterates over the keys of the account, as [Client.List] returns them, while they arrive: in constant memory, and
// without a bound on the time that the caller takes for each. It yields a [DecodeError] with the zero Key for each key
// that can't be read, and goes on; any other error, and one that says that the list was cut off, is the last thing that
// it yields. Each range over it is a request of its own. Once a key was yielded, a lost connection isn't replayed.
func (c *Client) All(ctx context.Context, opts ...CallOption) iter.Seq2[Key, error] {
	return func(yield func(Key, error) bool) {
		var list *call
		list = c.listKeys(func(a *answer) error {
			return each(a, "keys", completeKey, func(key Key, err error) bool {
				list.delivered = true
				if err != nil {
					key = Key{}
				}
				return yield(key, err)
			})
		})
		if err := c.do(ctx, list, opts); err != nil {
			yield(Key{}, err)
		}
	}
}

// listKeys is the call of that operation.
func (c *Client) listKeys(read func(*answer) error) *call {
	return &call{
		operation: "listKeys",
		request: func(ctx context.Context) (*http.Request, error) {
			return client.NewListKeysRequest(ctx, c.server, &client.ListKeysParams{XQuantumApp: c.app})
		},
		read: read,
	}
}
