package keys

import (
	"context"

	"github.com/qaikeys/qaikeys/generated/client"
)

// Rotate mints a key that replaces the one with this id (rotateKey). The old key works for params.GraceSeconds more and is refused
// afterwards. Store the new key's text, the returned Key: it is never shown again. A key can be rotated once; the second time the
// error is an [ErrConflict].
//
// It is a mint, and the rules of [Client.Create] apply. After an unknown outcome the old key may stop working after its grace:
// [Client.Orphans] finds the key that replaces it, and rotating that key returns a new secret.
func (c *Client) Rotate(ctx context.Context, id string, params RotateParams, opts ...CallOption) (*RotatedKey, error) {
	return fetch[RotatedKey](ctx, c, newMint(client.RotateKeyCall{ID: id, Body: params}, pending{id: id}), opts)
}
