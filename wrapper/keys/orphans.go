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

// The operations of which an unknown outcome is looked for in a way of its own.
var (
	rotateOperation    = client.RotateKeyCall{}.Describe().ID
	ephemeralOperation = client.CreateEphemeralKeyCall{}.Describe().ID
)

// Orphans lists the live keys that a mint of unknown outcome may have made: those with its name, made at or after its
// start less a minute of clock skew, or at an unknown time. A key that somebody else made with the same name at the same
// time is among them: give keys names of their own. A gateway that is still at work may make the key after it answered the
// list: look again before you take an empty answer for good. Where the list can't be read to its end, it returns what it
// found and the error; then there may be more.
//
// After [Client.Rotate] the name is that of the key that was to be rotated. An ephemeral key can't be found, since nothing
// lists it: that is [ErrInvalidArgument].
func (c *Client) Orphans(ctx context.Context, unknown *OutcomeUnknownError) ([]Key, error) {
	switch {
	case unknown == nil:
		return nil, invalid("there is no OutcomeUnknownError to look for orphans of")
	case unknown.Operation == ephemeralOperation:
		return nil, invalid("an ephemeral key isn't listed: it dies when its time is over")
	case unknown.Operation == rotateOperation && unknown.ID == "":
		return nil, invalid("the OutcomeUnknownError doesn't tell which key was to be rotated")
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
			name = key.Name // The key that was to be rotated tells what the new one is called.
		case !key.Revoked && (key.CreatedAt.IsZero() || !key.CreatedAt.Before(earliest)):
			if unknown.ID != "" || key.Name == name {
				candidates = append(candidates, key)
			}
		}
	}
	orphans := slices.DeleteFunc(candidates, func(key Key) bool { return key.Name != name })
	return orphans, errors.Join(errs...)
}
