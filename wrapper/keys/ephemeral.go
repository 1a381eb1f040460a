package keys

import (
	"context"

	"github.com/qaikeys/qaikeys/generated/client"
)

// CreateEphemeral mints a token that expires, after an hour unless params says otherwise (createEphemeralKey). Its text is the returned
// Token, which is never shown again. The account must have the internal tier; otherwise the error is an [ErrForbidden].
//
// It is a mint, and the rules of [Client.Create] apply. Ephemeral keys can't be listed, so [Client.Orphans] can't find a lost one: keep
// their time to live short.
func (c *Client) CreateEphemeral(ctx context.Context, params EphemeralParams, opts ...CallOption) (*EphemeralKey, error) {
	return fetch[EphemeralKey](ctx, c, newMint(client.CreateEphemeralKeyCall{Body: params}, pending{}), opts)
}
