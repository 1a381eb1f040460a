package keys

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/qaikeys/qaikeys/generated/client"
)

// CreatePartner mints a key for a partner's customer (createPartnerKey). Its text is in the returned Key, and nowhere ever
// again: store it. It needs an account of the internal tier: [ErrForbidden] otherwise.
//
// It is a mint: every rule of [Client.Create] holds, and [Client.Orphans] finds a lost one by its name, which is "partner:"
// and PartnerRef where params has none.
func (c *Client) CreatePartner(ctx context.Context, params PartnerParams, opts ...CallOption) (*PartnerKey, error) {
	if err := cmp.Or(
		checkText("PartnerID", params.PartnerID), checkText("PartnerRef", params.PartnerRef), checkText("Name", params.Name),
		checkAmount("SpendCapUSD", params.SpendCapUSD), checkText("Endpoints", params.Endpoints...),
	); err != nil {
		return nil, err
	}
	var created *PartnerKey
	err := c.do(ctx, &call{
		operation: "createPartnerKey",
		mint:      &mint{name: cmp.Or(params.Name, "partner:"+params.PartnerRef), secret: "key", started: time.Now()},
		request: func(ctx context.Context) (*http.Request, error) {
			return client.NewCreatePartnerKeyRequest(ctx, c.server, &client.CreatePartnerKeyParams{XQuantumApp: c.app}, params)
		},
		read: func(a *answer) (err error) {
			created, err = readMint(a, func(p *PartnerKey) error { return completeMint(p.Key, &p.Details) })
			return err
		},
	}, opts)
	return created, err
}
