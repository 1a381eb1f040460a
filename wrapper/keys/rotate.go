package keys

import (
	"context"
	"time"

	"github.com/qaikeys/qaikeys/generated/client"
)

// Rotate mints a key that replaces the one with this id (rotateKey). With RotateParams{} the old key is refused at once: pass [Grace] to
// give its users time to change. The new key's text, the returned Key, is never shown again: store it before you look at the error.
//
//   - A result and no error: the secret and the id are there. What is malformed beside them is zero and reported in [Meta], Malformed.
//   - A result and an error, a [DecodeError]: the secret is there, but the id can't be read, and [Client.ByPrefix] finds the key later. If
//     the id can be read, the secret isn't sure to be one: it may be masked.
//   - A result and an error, an [OutcomeUnknownError]: a new secret came with the status of an error, so it isn't known whether it
//     works.
//   - No result: after an [OutcomeUnknownError] a key may exist whose secret is lost; after any other error nothing was rotated.
//
// It is sent again as [Client.Create] is. A key can be rotated once; the second time the error is an [ErrConflict]. After an unknown
// outcome the old key may stop working after its grace: [Client.Orphans] finds the key that replaces it, and rotating that key returns a
// new secret.
func (c *Client) Rotate(ctx context.Context, id string, params RotateParams, opts ...CallOption) (*RotatedKey, error) {
	return fetch[RotatedKey](ctx, c, newMint(client.RotateKeyCall{ID: id, Body: params}, Pending{ID: id}), opts)
}

// Grace returns the parameters of a rotation after which the old key works for d more, rounded up to whole seconds. If d is zero or
// negative, the old key is refused at once.
func Grace(d time.Duration) RotateParams {
	seconds := d / time.Second
	if d%time.Second > 0 {
		seconds++
	}
	return RotateParams{GraceSeconds: int64(max(0, seconds))}
}
