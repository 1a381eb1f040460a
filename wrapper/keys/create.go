package keys

import (
	"context"

	"github.com/qaikeys/qaikeys/generated/client"
)

// Create mints a key (createKey). Its text is in the returned Key, and nowhere ever again: store it.
//
// A mint is never sent twice unless it is certain that nothing was done: after a 429, or where no connection was made.
// Where nobody can say whether a key was made, the error is an [OutcomeUnknownError]. Where the answer is malformed but
// the secret in it can be read, the error is a [DecodeError] that holds it in Created. Any other error means that no key
// was made.
func (c *Client) Create(ctx context.Context, params CreateParams, opts ...CallOption) (*CreatedKey, error) {
	return fetch[CreatedKey](ctx, c, newMint(client.CreateKeyCall{Body: params}, pending{name: params.Name}), opts)
}
