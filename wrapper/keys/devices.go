package keys

import (
	"context"

	"github.com/qaikeys/qaikeys/generated/client"
)

// ListDevices returns the keys that were minted for devices (listDeviceKeys). As with [Client.List], those that can be read
// come together with the errors of those that can't.
func (c *Client) ListDevices(ctx context.Context, opts ...CallOption) ([]DeviceKey, error) {
	return list[DeviceKey](ctx, c, newCall(client.ListDeviceKeysCall{}), opts)
}
