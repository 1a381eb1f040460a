package keys

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/qaikeys/qaikeys/generated/client"
)

// CreateEphemeral mints a token that dies by itself, after an hour where params doesn't say (createEphemeralKey). Its text
// is in the returned Token, and nowhere ever again. It needs an account of the internal tier: [ErrForbidden] otherwise.
//
// It is a mint: every rule of [Client.Create] for replays, unknown outcomes and malformed answers holds, but nothing lists
// ephemeral keys, so [Client.Orphans] can't find a lost one. It dies when its time is over: keep that short.
func (c *Client) CreateEphemeral(ctx context.Context, params EphemeralParams, opts ...CallOption) (*EphemeralKey, error) {
	if err := cmp.Or(
		checkText("UserRef", params.UserRef), checkAmount("SpendCap", params.SpendCap), checkText("Endpoints", params.Endpoints...),
	); err != nil {
		return nil, err
	}
	var created *EphemeralKey
	err := c.do(ctx, &call{
		operation: ephemeralOperation,
		mint:      &mint{secret: "token", started: time.Now()},
		request: func(ctx context.Context) (*http.Request, error) {
			return client.NewCreateEphemeralKeyRequest(ctx, c.server, &client.CreateEphemeralKeyParams{XQuantumApp: c.app}, params)
		},
		read: func(a *answer) (err error) {
			created, err = readMint(a, completeEphemeral)
			return err
		},
	}, opts)
	return created, err
}

func completeEphemeral(created *EphemeralKey) error {
	switch {
	case created.Token.IsZero():
		return lacking("token")
	case created.ExpiresAt.IsZero():
		return lacking("expires_at")
	}
	return nil
}
