package keys

import (
	"context"
	"net/http"

	"github.com/qaikeys/qaikeys/generated/client"
)

// Usage tells what the key with this id was used for, by day and by model (getKeyUsage).
func (c *Client) Usage(ctx context.Context, id string, opts ...CallOption) (*KeyUsage, error) {
	if err := checkID(id); err != nil {
		return nil, err
	}
	var usage *KeyUsage
	err := c.do(ctx, &call{
		operation: "getKeyUsage",
		request: func(ctx context.Context) (*http.Request, error) {
			return client.NewGetKeyUsageRequest(ctx, c.server, id, &client.GetKeyUsageParams{XQuantumApp: c.app})
		},
		read: func(a *answer) (err error) {
			usage, err = decode(a, completeUsage)
			return err
		},
	}, opts)
	return usage, err
}

func completeUsage(usage *KeyUsage) error {
	switch {
	case usage.Days == nil:
		return lacking("days")
	case usage.Models == nil:
		return lacking("models")
	}
	return nil
}
