package keys

import (
	"cmp"
	"context"

	"github.com/qaikeys/qaikeys/generated/client"
)

// CreatePartner mints a key for a partner's customer (createPartnerKey). Its text, the returned Key, is never shown again: store it before
// you look at the error.
//
//   - A result and no error: the secret and the id are there. What is malformed beside them is zero and reported in [Meta], Malformed.
//   - A result and an error, a [DecodeError]: the secret is there, but the id can't be read, and [Client.ByPrefix] finds the key later. If
//     the id can be read, the secret isn't sure to be one: it may be masked.
//   - A result and an error, an [OutcomeUnknownError]: a new secret came with the status of an error, so it isn't known whether it
//     works.
//   - No result: after an [OutcomeUnknownError] a key may exist whose secret is lost; after any other error no key was made.
//
// It is sent again as [Client.Create] is. Without a Name in params, the key's name is "partner:" and PartnerRef. The account must have the
// internal tier or be an admin's; otherwise the error is an [ErrForbidden].
func (c *Client) CreatePartner(ctx context.Context, params PartnerParams, opts ...CallOption) (*PartnerKey, error) {
	name := cmp.Or(params.Name, "partner:"+params.PartnerRef)
	return fetch[PartnerKey](ctx, c, newMint(client.CreatePartnerKeyCall{Body: params}, Pending{Name: name}), opts)
}
