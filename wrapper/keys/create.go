package keys

import (
	"context"

	"github.com/qaikeys/qaikeys/generated/client"
)

// Create mints a key (createKey). Store its text, the returned Key: it is never shown again.
//
// The request is sent again only if it is certain that nothing was done: after status 429, or if no connection was made. If it can't be
// known whether a key was made, the error is an [OutcomeUnknownError]. If the response is malformed but its secret can be read, the
// error is a [DecodeError] that holds it in Created. After any other error no key was made.
func (c *Client) Create(ctx context.Context, params CreateParams, opts ...CallOption) (*CreatedKey, error) {
	return fetch[CreatedKey](ctx, c, newMint(client.CreateKeyCall{Body: params}, pending{name: params.Name}), opts)
}
