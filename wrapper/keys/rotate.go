package keys

import (
	"context"

	"github.com/qaikeys/qaikeys/generated/client"
)

// Rotate mints a key that takes the place of the one with this id, which keeps working for params.GraceSeconds and is
// refused afterwards (rotateKey). The new key's text is in the returned Key, and nowhere ever again: store it. A key can be
// rotated once; a second time is [ErrConflict].
//
// It is a mint: every rule of [Client.Create] for replays, unknown outcomes and malformed answers holds. After an unknown
// outcome the old key may die at the end of its grace: [Client.Orphans] finds the key that took its place, and rotating
// that one gives a secret that you hold.
func (c *Client) Rotate(ctx context.Context, id string, params RotateParams, opts ...CallOption) (*RotatedKey, error) {
	return fetch[RotatedKey](ctx, c, newMint(client.RotateKeyCall{ID: id, Body: params}, pending{id: id}), opts)
}
