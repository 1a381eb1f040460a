package keys

import (
	"context"
	"errors"
	"net/http"

	"github.com/qaikeys/qaikeys/generated/client"
)

// ListDevices returns the keys that were minted for devices (listDeviceKeys). As with [Client.List], those that can be read
// come together with the errors of those that can't.
func (c *Client) ListDevices(ctx context.Context, opts ...CallOption) ([]DeviceKey, error) {
	var (
		devices []DeviceKey
		errs    []error
	)
	err := c.do(ctx, &call{
		operation: "listDeviceKeys",
		request: func(ctx context.Context) (*http.Request, error) {
			return client.NewListDeviceKeysRequest(ctx, c.server, &client.ListDeviceKeysParams{XQuantumApp: c.app})
		},
		read: func(a *answer) error {
			return each(a, "devices", completeDevice, collect(&devices, &errs))
		},
	}, opts)
	return devices, errors.Join(append(errs, err)...)
}

func completeDevice(device *DeviceKey) error {
	if device.KeyID == "" {
		return lacking("key_id")
	}
	return nil
}
