package keys

import (
	"context"
	"errors"

	"github.com/qaikeys/qaikeys/generated/client"
)

// Revoke revokes the key with this id for good (revokeKey). Revoking a revoked key succeeds. The id is the ID of a [Key], not its text,
// and may have any characters; one that holds the text of a key or another credential is an [ErrInvalidArgument]. A key with the id
// "devices", "ephemeral" or "partner" can't be revoked, since its path is another operation's: the [Error] has status 405.
//
// Status 404 in a later attempt is a success if the gateway may have executed an earlier one: the key is gone.
func (c *Client) Revoke(ctx context.Context, id string, opts ...CallOption) (*Status, error) {
	revoke := newCall(client.RevokeKeyCall{ID: id})
	status, err := fetch[Status](ctx, c, revoke, opts)
	if revoke.doubtful && errors.Is(err, ErrNotFound) {
		return &Status{Status: "revoked", Message: "the key is gone"}, nil
	}
	return status, err
}
