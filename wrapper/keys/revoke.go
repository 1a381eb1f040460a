package keys

import (
	"context"
	"errors"

	"github.com/qaikeys/qaikeys/generated/client"
)

// Revoke revokes the key with this id for good (revokeKey); a key that is revoked already stays so. The id is
// [Key].ID, not the key's text, and reaches the gateway as it is, whatever characters it holds.
//
// Where an attempt may have been carried out and the next is answered with a 404, the key is gone, as was asked for: that
// is a success.
func (c *Client) Revoke(ctx context.Context, id string, opts ...CallOption) (*Status, error) {
	revoke := newCall(client.RevokeKeyCall{ID: id})
	status, err := fetch[Status](ctx, c, revoke, opts)
	if revoke.doubtful && errors.Is(err, ErrNotFound) {
		return &Status{Status: "revoked", Message: "the key is gone"}, nil
	}
	return status, err
}
