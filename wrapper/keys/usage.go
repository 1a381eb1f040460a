package keys

import (
	"context"

	"github.com/qaikeys/qaikeys/generated/client"
)

// Usage returns what the key with this id was used for, by day and by model (getKeyUsage).
func (c *Client) Usage(ctx context.Context, id string, opts ...CallOption) (*KeyUsage, error) {
	return fetch[KeyUsage](ctx, c, newCall(client.GetKeyUsageCall{ID: id}), opts)
}
