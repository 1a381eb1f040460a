package keys

import (
	"context"

	"github.com/qaikeys/qaikeys/generated/client"
)

// CreateEphemeral mints a token that dies by itself, after an hour where params doesn't say (createEphemeralKey). Its text
// is in the returned Token, and nowhere ever again. It needs an account of the internal tier: [ErrForbidden] otherwise.
//
// It is a mint: every rule of [Client.Create] for replays, unknown outcomes and malformed answers holds, but nothing lists
// ephemeral keys, so [Client.Orphans] can't find a lost one. It dies when its time is over: keep that short.
func (c *Client) CreateEphemeral(ctx context.Context, params EphemeralParams, opts ...CallOption) (*EphemeralKey, error) {
	return fetch[EphemeralKey](ctx, c, newMint(client.CreateEphemeralKeyCall{Body: params}, pending{}), opts)
}
