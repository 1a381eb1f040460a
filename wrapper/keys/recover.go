package keys

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
)

// Recover deals with what a crash has left in the journal. Call it when the program starts. For each Pending of a create it revokes the
// live keys that nobody holds, then settles it. It leaves out the names that Mint is working on with the same journal in this process.
//
// These stay in the journal, and are in the error, which Recover returns after it has dealt with the others:
//
//   - An [ErrOrphansUnknown], or an error of the API: it can't be known which keys there are, or they can't be revoked. Recover again.
//   - A key that was being stored, which is a Pending of a create with an ID: the key's, or its prefix if that couldn't be read. If your
//     store holds it, Settle it. If not, [Client.RevokeOrphans], then Settle it. A program that can ask its store does so for each of
//     journal.Pending, in place of Recover.
//   - A rotation that took place: rotate the key that [Client.Orphans] lists, store its secret, then Settle it.
//
// The client must be of the account that the journal's mints were made with: in another account there is nothing to find, and all is
// settled. A gateway that is still at work on a request when Recover looks may make a key later.
func (c *Client) Recover(ctx context.Context, journal Journal) error {
	switch {
	case c == nil || c.http == nil:
		return errNotMade
	case ctx == nil:
		return errNoContext
	case journal == nil:
		return invalid("the journal is nil")
	}
	pending, err := journal.Pending(ctx)
	if err != nil {
		return fmt.Errorf("keys: the journal can't be read: %w", err)
	}
	var errs []error
	done := map[string]bool{}
	for _, p := range pending {
		if release, ok := claim(journal, p.Name); ok && !done[p.Name] {
			done[p.Name] = true
			errs = append(errs, c.recoverNames(ctx, journal, p.Name)) // Which reads the journal again, now that nobody else works on the name.
			release()
		}
	}
	return errors.Join(errs...)
}

// recoverNames recovers the mints of names that the caller has claimed.
func (c *Client) recoverNames(ctx context.Context, journal Journal, names ...string) error {
	pending, err := journal.Pending(ctx)
	if err != nil {
		return fmt.Errorf("keys: the journal can't be read: %w", err)
	}
	var errs []error
	for _, p := range pending {
		if !slices.Contains(names, p.Name) {
			continue
		}
		err := c.recoverPending(ctx, p)
		if err == nil {
			err = journal.Settle(ctx, p)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("keys: the journal still names the %s of %q: %w", c.redact(p.Operation), c.redact(p.Name), err))
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
		return fmt.Errorf("the key %q was replaced by %q, whose secret is lost: rotate that, then Settle", c.redact(p.ID), c.redact(orphans[0].ID))
	case p.ID != "":
		return fmt.Errorf("the key %q may be in your store: Settle if it is, RevokeOrphans and Settle if it isn't", c.redact(p.ID))
	}
	_, err = c.RevokeOrphans(ctx, p)
	return err
}

// claims are the names that Mint and Recover are working on, each with its journal.
var claims sync.Map

// claim keeps this process from minting or recovering a name of a journal twice at the same time.
func claim(journal Journal, name string) (release func(), ok bool) {
	id := any(journal)
	if !reflect.ValueOf(journal).Comparable() {
		id = reflect.TypeOf(journal)
	}
	key := [2]any{id, name}
	if _, taken := claims.LoadOrStore(key, nil); taken {
		return nil, false
	}
	return func() { claims.Delete(key) }, true
}
