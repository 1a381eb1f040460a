package keys

import (
	"cmp"
	"context"

	"github.com/qaikeys/qaikeys/generated/client"
)

// CreatePartner mints a key for a partner's customer (createPartnerKey). Its text is in the returned Key, and nowhere ever
// again: store it. It needs an account of the internal tier: [ErrForbidden] otherwise.
//
// It is a mint: every rule of [Client.Create] holds, and [Client.Orphans] finds a lost one by its name, which is "partner:"
// and PartnerRef where params has none.
func (c *Client) CreatePartner(ctx context.Context, params PartnerParams, opts ...CallOption) (*PartnerKey, error) {
	name := cmp.Or(params.Name, "partner:"+params.PartnerRef)
	return fetch[PartnerKey](ctx, c, newMint(client.CreatePartnerKeyCall{Body: params}, pending{name: name}), opts)
}
