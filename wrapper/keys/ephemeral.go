package keys

import (
	"context"

	"github.com/qaikeys/qaikeys/generated/client"
)

// CreateEphemeral mints a token that expires, after an hour unless params says otherwise (createEphemeralKey). Its text, the returned
// Token, is never shown again.
//
//   - A result and no error: the secret is there; a token has no id. What is malformed beside it is zero and reported in [Meta], Malformed.
//   - A result and a [DecodeError]: the secret isn't sure to be one; it may be masked.
//   - A result and an [OutcomeUnknownError]: a new secret came with the status of an error, so it isn't known whether it works.
//   - No result and an [OutcomeUnknownError]: a token may exist whose text is lost.
//   - No result and any other error: no token was made.
//
// It is sent again as [Client.Create] is. Ephemeral keys can't be listed, so [Client.Orphans] can't find a lost one: keep their time to
// live short. The account must have the internal tier or be an admin's; otherwise the error is an [ErrForbidden].
func (c *Client) CreateEphemeral(ctx context.Context, params EphemeralParams, opts ...CallOption) (*EphemeralKey, error) {
	return fetch[EphemeralKey](ctx, c, newMint(client.CreateEphemeralKeyCall{Body: params}, Pending{}), opts)
}
