package keys

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/qaikeys/qaikeys/generated/client"
)

// clockSkew is how far the gateway's clock may be behind this machine's.
const clockSkew = time.Minute

// The operations whose unknown outcome needs a search of its own.
var (
	rotateOperation    = client.RotateKeyCall{}.Describe().ID
	ephemeralOperation = client.CreateEphemeralKeyCall{}.Describe().ID
)

// Orphans lists the live keys that a mint of unknown outcome may have made: those with its name whose time of creation is unknown or not
// before its start, less a minute for clocks that differ. After [Client.Rotate] the name is that of the key that was to be rotated. If the
// list can't be read to its end, Orphans returns what it found and the error.
//
// A key that another call made with the same name at the same time is listed too, so give each key its own name. A gateway that is
// still at work may make the key after it has sent the list, so repeat a search that finds nothing. Ephemeral keys can't be listed:
// after [Client.CreateEphemeral] the error is an [ErrInvalidArgument].
func (c *Client) Orphans(ctx context.Context, unknown *OutcomeUnknownError) ([]Key, error) {
	switch {
	case unknown == nil:
		return nil, invalid("the OutcomeUnknownError is nil")
	case unknown.Operation == ephemeralOperation:
		return nil, invalid("an ephemeral key can't be listed: wait until it expires")
	case unknown.Operation == rotateOperation && unknown.ID == "":
		return nil, invalid("the OutcomeUnknownError has no ID of the key that was to be rotated")
	}
	var (
		candidates []Key
		errs       []error
		name       = unknown.Name
		earliest   = unknown.Started.Add(-clockSkew)
	)
	for key, err := range c.All(ctx) {
		switch {
		case err != nil:
			errs = append(errs, err)
		case unknown.ID != "" && key.ID == unknown.ID:
			name = key.Name // The name of the key that was to be rotated, which the new key has too.
		case !key.Revoked && (key.CreatedAt.IsZero() || !key.CreatedAt.Before(earliest)):
			if unknown.ID != "" || key.Name == name {
				candidates = append(candidates, key)
			}
		}
	}
	orphans := slices.DeleteFunc(candidates, func(key Key) bool { return key.Name != name })
	return orphans, errors.Join(errs...)
}
