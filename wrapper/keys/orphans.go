package keys

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/qaikeys/qaikeys/generated/client"
)

const (
	// dateTolerance is for times in whole seconds, like the Date header.
	dateTolerance = 2 * time.Second
	// clockSkew is how far the gateway's clock may be behind this machine's if no Date header tells.
	clockSkew = time.Minute
	// maxOrphans is how many keys of a name are kept, and believed to be a mint's.
	maxOrphans = 1000
	// worstSkew is how far it may be behind before a time is no evidence any more.
	worstSkew = 24 * time.Hour
)

// The operations whose unknown outcomes are searched for in different ways.
var (
	createOperation    = client.CreateKeyCall{}.Describe().ID
	rotateOperation    = client.RotateKeyCall{}.Describe().ID
	ephemeralOperation = client.CreateEphemeralKeyCall{}.Describe().ID
)

// Pending says what a mint was to make, so that it can be looked for after a lost response or a crash: see [Client.Orphans]. It holds no
// secret, and survives encoding/json unchanged.
type Pending struct {
	Operation string    `json:"operation"`        // The operationId, like "createKey".
	Name      string    `json:"name,omitempty"`   // The new key's name; empty if the operation takes none.
	ID        string    `json:"id,omitempty"`     // For rotateKey, the key to be rotated; for createKey, the new key, or its prefix, once [Client.Mint] knows it.
	Started   time.Time `json:"started,omitzero"` // When the call began, by this machine's clock; zero if that isn't known.
}

// Orphans lists the live keys that a mint may have made whose response was lost: those with p.Name that were created since p.Started, or
// at a time that isn't known. A zero Started means at any time. For a rotation the name is that of the rotated key. If p has the ID of a
// new key, Orphans lists that key alone.
//
// An empty list means that the mint had made no key when the list was sent. If that can't be known, the error is an [ErrOrphansUnknown],
// beside the keys that were found: the list can't be read to its end, the rotated key isn't in it, there are more than a thousand such
// keys, the new key's prefix is looked for and a key of its name has none, or not a whole one, or p is of an ephemeral token, which no list
// has. Two limits remain. A gateway that is still at work may make the key later, so repeat a search that finds nothing. A key that another
// call made with the same name since p.Started is listed too, so give each mint its own name.
//
// Times are compared by the gateway's clock, which the response's Date header tells, with a tolerance of two seconds. Without that
// header, this machine's clock counts, with a tolerance of a minute, and a key of that name made up to a day earlier is an
// ErrOrphansUnknown. If Started is in the future, it is one for any earlier key of that name.
func (c *Client) Orphans(ctx context.Context, p Pending, opts ...CallOption) ([]Key, error) {
	rotation := p.rotates()
	exact := p.ID != "" && !rotation // The new key's id is known.
	switch {
	case c == nil || c.http == nil:
		return nil, errNotMade
	case p.Operation == ephemeralOperation:
		return nil, fmt.Errorf("%w: an ephemeral token can't be listed: wait until it expires", ErrOrphansUnknown)
	case rotation && p.ID == "":
		return nil, invalid("the Pending has no ID of the key that was to be rotated")
	case !rotation && !exact && p.Name == "":
		return nil, invalid("the Pending has neither a Name nor an ID to look for")
	case c.isSecret(p.Name):
		return nil, invalid("the Name of the Pending holds the text of a key")
	}
	if p.ID != "" {
		if err := c.checkID(p.ID); err != nil {
			return nil, err
		}
	}
	var (
		live     []Key
		failed   failures
		name     string
		found    bool      // The rotated key is listed.
		many     bool      // There are more keys than one mint can have made.
		bare     bool      // A key of the name has no whole prefix, by which the new one is looked for.
		earliest time.Time // When the mint can have made a key, by the gateway's clock.
		doubtful time.Time // A key that is older than earliest, but not than this, is in doubt.
	)
	list := newCall(client.ListKeysCall{})
	list.read = func(r *response) error {
		live, failed, name, found, many, bare = nil, failures{}, p.Name, false, false, false // Of an earlier attempt.
		earliest, doubtful = p.earliest(r.header)
		return each(r, func(key Key, err error) bool {
			older := p.isOlder(key, earliest) && !key.CreatedAt.After(doubtful)
			switch {
			case err != nil:
				failed.add(err)
			case rotation && key.ID == p.ID:
				name, found = key.Name, true // The new key has it too.
			case !exact && older:
			case !key.Revoked && (rotation || exact && (key.ID == p.ID || key.KeyPrefix == p.ID) || !exact && key.Name == p.Name):
				if many = len(live) == maxOrphans && !rotation; !many {
					live = append(live, key)
				}
			case exact && !older && !key.Revoked && p.mayBe(key):
				bare = true
			}
			return true
		})
	}
	if err := c.do(ctx, list, opts); err != nil {
		failed.last = &incompleteError{err}
	}
	err := failed.join()

	var orphans []Key
	doubts := false
	for _, key := range live {
		switch {
		case rotation && key.Name != name:
		case exact, !p.isOlder(key, earliest):
			orphans = append(orphans, key)
		default:
			doubts = doubts || key.CreatedAt.After(doubtful)
		}
	}
	switch {
	case err != nil:
		err = fmt.Errorf("%w: the list of keys isn't whole: %w", ErrOrphansUnknown, err)
	case many:
		err = fmt.Errorf("%w: more than %d live keys are named %q: give each mint a name of its own", ErrOrphansUnknown, maxOrphans, c.redact(name))
	case rotation && !found:
		err = fmt.Errorf("%w: the rotated key %q isn't listed any more, so its name isn't known", ErrOrphansUnknown, c.redact(p.ID))
	case bare && len(orphans) == 0:
		err = fmt.Errorf("%w: a key named %q has no whole prefix in the list, so it may be the one: compare the keys of that name yourself",
			ErrOrphansUnknown, c.redact(name))
	case doubts:
		err = fmt.Errorf("%w: a key named %q seems to be older than the call, but the response has no Date header, or Started is in the future, "+
			"so that can't be known: compare the keys of that name yourself", ErrOrphansUnknown, name)
	}
	return orphans, err
}

// rotates reports whether the ID of p is of the key that the new one is made from.
func (p Pending) rotates() bool {
	return p.Operation == rotateOperation || p.ID != "" && p.Operation != createOperation
}

// mayBe reports whether the ID of p is the new key's prefix, and key, of the same name, may have it for all that is known.
func (p Pending) mayBe(key Key) bool {
	return len(p.ID) == prefixLength && strings.HasPrefix(p.ID, "qai_") && key.Name == p.Name && !isWholePrefix(key.KeyPrefix)
}

// isOlder reports whether key is known to be older than p's can be.
func (p Pending) isOlder(key Key, earliest time.Time) bool {
	return !p.Started.IsZero() && !key.CreatedAt.IsZero() && key.CreatedAt.Before(earliest)
}

// earliest returns when p's key was created at the earliest, by the gateway's clock, and since when a key created before that is in doubt.
func (p Pending) earliest(h http.Header) (earliest, doubtful time.Time) {
	now := time.Now()
	date, err := http.ParseTime(h.Get("Date"))
	skew := date.Sub(now)
	switch {
	case p.Started.After(now): // This machine's clock was wrong, and it isn't known how far.
		return p.Started.Add(-clockSkew), time.Time{}
	case err != nil:
		return p.Started.Add(-clockSkew), p.Started.Add(-worstSkew)
	}
	earliest = p.Started.Add(skew - dateTolerance)
	return earliest, earliest
}

// RevokeOrphans revokes the keys that [Client.Orphans] lists, and returns them. One that is gone already counts as revoked. The errors
// of the search and of each key that can't be revoked are joined. The options apply to each request.
//
// After a rotation, think first: the old key stops working when its grace is over. Rotating the orphan keeps a key in use.
func (c *Client) RevokeOrphans(ctx context.Context, p Pending, opts ...CallOption) ([]Key, error) {
	orphans, err := c.Orphans(ctx, p, opts...)
	failed := failures{last: err}
	var revoked []Key
	for _, orphan := range orphans {
		if err := c.revokeGone(ctx, orphan.ID, opts...); err != nil {
			failed.add(err)
			continue
		}
		revoked = append(revoked, orphan)
	}
	return revoked, failed.join()
}

// revokeGone revokes a key that may be gone already.
func (c *Client) revokeGone(ctx context.Context, id string, opts ...CallOption) error {
	if _, err := c.Revoke(ctx, id, opts...); err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("key %q can't be revoked: %w", c.redact(id), err)
	}
	return nil
}

// now returns the time as encoding/json and databases keep it: in UTC, to the microsecond.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
