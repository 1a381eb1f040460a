package keys

import (
	"context"
	"errors"
	"net/http"

	"github.com/qaikeys/qaikeys/generated/client"
)

// Revoke revokes the key with this id for good (revokeKey); a key that is revoked already stays so. The id is
// [Key].ID, not the key's text, and reaches the gateway as it is, whatever characters it holds.
//
// Where an attempt may have been carried out and the next is answered with a 404, the key is gone, as was asked for: that
// is a success.
func (c *Client) Revoke(ctx context.Context, id string, opts ...CallOption) (*Status, error) {
	if err := checkID(id); err != nil {
		return nil, err
	}
	var status *Status
	revoke := &call{
		operation: "revokeKey",
		request: func(ctx context.Context) (*http.Request, error) {
			return client.NewRevokeKeyRequest(ctx, c.server, id, &client.RevokeKeyParams{XQuantumApp: c.app})
		},
		read: func(a *answer) (err error) {
			status, err = decode(a, completeStatus)
			return err
		},
	}
	err := c.do(ctx, revoke, opts)
	if revoke.doubtful && errors.Is(err, ErrNotFound) {
		return &Status{Status: "revoked", Message: "the key is gone"}, nil
	}
	return status, err
}

func completeStatus(status *Status) error {
	if status.Status == "" {
		return lacking("status")
	}
	return nil
}
