package keys

import (
	"context"

	"github.com/qaikeys/qaikeys/generated/client"
)

// Create mints a key (createKey). Its text, the returned Key, is never shown again: store it before you look at the error.
//
//   - A result and no error: the secret and the id are there. What is malformed beside them is zero and reported in [Meta], Malformed.
//   - A result and an error, a [DecodeError]: the secret is there, but the id can't be read, and [Client.ByPrefix] finds the key later. If
//     the id can be read, the secret isn't sure to be one: it may be masked.
//   - A result and an error, an [OutcomeUnknownError]: a new secret came with the status of an error, so it isn't known whether it
//     works.
//   - No result: after an [OutcomeUnknownError] a key may exist whose secret is lost; after any other error no key was made.
//
// A region is sent by its own name ([ParseRegion]). One that isn't known is an [ErrInvalidArgument], because the gateway would mint a key
// without a region and say nothing. Whether the key has what else was asked for, [CheckScope] tells.
//
// The request is sent again only if it is certain that nothing was done: after status 429, or if no connection was made.
func (c *Client) Create(ctx context.Context, params CreateParams, opts ...CallOption) (*CreatedKey, error) {
	params.Region = regionOf(string(params.Region))
	return fetch[CreatedKey](ctx, c, newMint(client.CreateKeyCall{Body: params}, Pending{Name: params.Name}), opts)
}
