package keys

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Recover deals with what a crash has left in the journal. Call it when the program starts. For each Pending of a create it revokes the
// live keys that nobody holds, then settles it; other calls of the client go on meanwhile.
//
// These stay in the journal, and are in the error that is returned after the rest is done:
//
//   - An [ErrOrphansUnknown], or an error of the API: it can't be known which keys there are, or they can't be revoked. Recover again.
//   - A key that was being stored, which is a Pending with an ID. If your store holds it, Settle it. If not, [Client.RevokeOrphans], then
//     Settle it. A program whose store can tell does this for all of journal.Pending, instead of calling Recover.
//   - A rotation that took place: rotate the key that [Client.Orphans] lists, store its secret, then Settle it.
//
// A gateway that is still at work on a request when Recover looks may make a key later.
func (c *Client) Recover(ctx context.Context, journal Journal) error {
	if journal == nil {
		return invalid("the journal is nil")
	}
	return c.recoverEach(ctx, journal)
}

// recoverEach recovers the mints of these names, or all. It leaves out those that this client is making.
func (c *Client) recoverEach(ctx context.Context, journal Journal, names ...string) error {
	if c == nil || c.http == nil {
		return errNotMade
	}
	pending, err := journal.Pending(ctx)
	if err != nil {
		return fmt.Errorf("keys: the journal can't be read: %w", err)
	}
	var errs []error
	done := map[string]bool{}
	for _, p := range pending {
		if !done[p.Name] && (names == nil || slices.Contains(names, p.Name)) {
			done[p.Name] = true
			errs = append(errs, c.recoverName(ctx, journal, p.Name))
		}
	}
	return errors.Join(errs...)
}

// recoverName recovers the mints of a name. It reads the journal once more, when no other call can change what it says of them.
func (c *Client) recoverName(ctx context.Context, journal Journal, name string) error {
	release, ok := c.claim(name)
	if !ok {
		return nil
	}
	defer release()
	pending, err := journal.Pending(ctx)
	if err != nil {
		return fmt.Errorf("keys: the journal can't be read: %w", err)
	}
	var errs []error
	for _, p := range pending {
		if p.Name != name {
			continue
		}
		err := c.recoverPending(ctx, p)
		if err == nil {
			err = journal.Settle(ctx, p)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("keys: the journal still names the %s of %q: %w", p.Operation, name, err))
		}
	}
	return errors.Join(errs...)
}

// recoverPending returns nil if nothing is left of p.
func (c *Client) recoverPending(ctx context.Context, p Pending) error {
	orphans, err := c.Orphans(ctx, p)
	switch {
	case err != nil || len(orphans) == 0:
		return err
	case p.rotates():
		return fmt.Errorf("the key %q was replaced by %q, whose secret is lost: rotate that, then Settle", p.ID, orphans[0].ID)
	case p.ID != "":
		return fmt.Errorf("the key %q may be in your store: Settle if it is, RevokeOrphans and Settle if it isn't", p.ID)
	}
	_, err = c.RevokeOrphans(ctx, p)
	return err
}

// claim keeps this client from minting or recovering a name twice at the same time.
func (c *Client) claim(name string) (release func(), ok bool) {
	_, taken := c.minting.LoadOrStore(name, nil)
	return func() { c.minting.Delete(name) }, !taken
}
