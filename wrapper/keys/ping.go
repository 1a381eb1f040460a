package keys

import (
	"context"
	"net/http"
	"slices"

	"github.com/qaikeys/qaikeys/generated/client"
)

// restricted are the codes of a 403 whose credential is known and live, but may not list keys. The codes of older gateways, like
// forbidden, aren't among them: they also stand for a key that is frozen or another application's.
var restricted = []string{CodeScopeEndpointDenied, CodePermissionDenied, CodeAdminRequired, CodeServiceAccountRequired}

// Ping returns nil if the gateway accepts the client's API key, even one that may not list keys. It requests the list (listKeys) and
// reads no further than its first key. An [ErrUnauthorized] says that the API key is unknown, revoked or expired, and an [ErrForbidden]
// that it may not be used here, for example because it is frozen, or that an older gateway doesn't say why it may not list keys. Any
// other error says nothing of the API key.
func (c *Client) Ping(ctx context.Context, opts ...CallOption) error {
	call := newCall(client.ListKeysCall{})
	call.read = func(r *response) error {
		return each(r, func(Key, error) bool { return false })
	}
	err := c.do(ctx, call, opts)
	if refused, ok := err.(*Error); ok && refused.StatusCode == http.StatusForbidden && slices.Contains(restricted, refused.Code) { //nolint:errorlint // The call's error itself.
		return nil
	}
	return err
}
