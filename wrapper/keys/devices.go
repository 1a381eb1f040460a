package keys

import (
	"context"

	"github.com/qaikeys/qaikeys/generated/client"
)

// ListDevices returns the keys that were minted for devices (listDeviceKeys). Its errors are those of [Client.List],
// [ErrIncomplete] included.
func (c *Client) ListDevices(ctx context.Context, opts ...CallOption) ([]DeviceKey, error) {
	return list[DeviceKey](ctx, c, newCall(client.ListDeviceKeysCall{}), opts)
}
