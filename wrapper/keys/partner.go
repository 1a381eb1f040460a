package keys

import (
	"cmp"
	"context"

	"github.com/qaikeys/qaikeys/generated/client"
)

// CreatePartner mints a key for a partner's customer (createPartnerKey). Store its text, the returned Key: it is never shown again. The
// account must have the internal tier; otherwise the error is an [ErrForbidden].
//
// It is a mint, and the rules of [Client.Create] apply. Without a Name in params, the key's name is "partner:" and PartnerRef.
func (c *Client) CreatePartner(ctx context.Context, params PartnerParams, opts ...CallOption) (*PartnerKey, error) {
	name := cmp.Or(params.Name, "partner:"+params.PartnerRef)
	return fetch[PartnerKey](ctx, c, newMint(client.CreatePartnerKeyCall{Body: params}, pending{name: name}), opts)
}
