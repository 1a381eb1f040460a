package keys

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/qaikeys/qaikeys/generated/client"
)

// finishTime is how long each of Mint's last steps may go on after its context has ended.
const finishTime = time.Minute

// Mint mints a key and stores it: it calls [Client.Create], then store, which has to put the secret where it lasts before it returns nil.
// Whatever fails, a crash included, each live key that Mint made is in the store or named by the journal.
//
//   - No error: the returned key is stored. Its ID is empty if neither the response nor the list of keys tells it.
//   - The outcome is unknown: [Client.RevokeOrphans] revokes what the request made, and Mint tries again with "-2", then "-3", after the
//     name. If it finds nothing, the gateway may still be at work, so the journal goes on naming the lost mint. After the third, or if
//     what was made can't be found or revoked, the error is an [ErrOutcomeUnknown].
//   - The text in the secret's place isn't sure to be it, a mask for example: the key is revoked, and the error is a [DecodeError].
//   - store fails: the key is revoked, and the error wraps store's, unless that quotes a secret. If the key can't be revoked, the error
//     says so. So store can refuse a key that may do more than was asked for, by [CheckScope].
//   - A key and an error: the key is stored, but the journal can't be written.
//   - Any other error: no key was made. It is an [ErrInvalidArgument] if the name is empty or is being minted already.
//
// Give each mint a name of its own, and leave the names with "-2" and "-3" after it to Mint: a lost key is found by its name and time, and
// another key of that name that was made just before, as [Client.Orphans] judges it, is taken for it, and revoked. What the journal says of
// the name is settled first, as by [Client.Recover]; if that fails, nothing is sent.
//
// The journal names the mint from before the request until the key is stored or nothing is left of it, or else for Recover: call that when
// the program starts. If the journal is nil, a crash may leave a live key that nobody holds, and so may an error that says that the
// journal still names a mint.
//
// store gets ctx. When ctx ends, what is left to finish or undo goes on; each such step takes a minute at most.
func (c *Client) Mint(ctx context.Context, params CreateParams, journal Journal, store func(context.Context, *CreatedKey) error) (*CreatedKey, error) {
	switch {
	case c == nil || c.http == nil:
		return nil, errNotMade
	case ctx == nil:
		return nil, errNoContext
	case store == nil:
		return nil, invalid("the store is nil: give Mint a function that stores the secret")
	}
	if err := c.checkCall(client.CreateKeyCall{Body: params}); err != nil {
		return nil, err // Before the journal has the name.
	}
	if journal == nil {
		journal = noJournal{c}
	}
	names := []string{params.Name, params.Name + "-2", params.Name + "-3"}
	for _, name := range names {
		release, ok := claim(journal, name)
		if !ok {
			return nil, invalid("a key named %q is being minted already: names must be unique", name)
		}
		defer release()
	}
	if err := c.recoverNames(ctx, journal, names...); err != nil {
		return nil, fmt.Errorf("keys: %q can't be minted before the journal is settled, so nothing was sent: %w", params.Name, err)
	}
	m := mint{c, journal, store}
	for i := 0; ; i++ {
		params.Name = names[i]
		created, again, err := m.try(ctx, params)
		if !again || i == len(names)-1 || ctx.Err() != nil {
			return created, err
		}
	}
}

// noJournal is a journal that forgets. Each client has its own.
type noJournal struct{ client *Client }

func (noJournal) Begin(context.Context, Pending) error       { return nil }
func (noJournal) Settle(context.Context, Pending) error      { return nil }
func (noJournal) Pending(context.Context) ([]Pending, error) { return nil, nil }

// mint is a call of Mint.
type mint struct {
	client  *Client
	journal Journal
	store   func(context.Context, *CreatedKey) error
}

// try mints a key of one name. It reports whether one may be minted under another name, since no live key is known to be left.
func (m *mint) try(ctx context.Context, params CreateParams) (created *CreatedKey, again bool, err error) {
	p := Pending{Operation: createOperation, Name: params.Name, Started: now()}
	if err := m.journal.Begin(ctx, p); err != nil {
		return nil, false, fmt.Errorf("keys: the journal can't record the mint of %q, so nothing was sent: %w", params.Name, err)
	}
	created, err = m.client.Create(ctx, params)
	lost, unknown := errors.AsType[*OutcomeUnknownError](err)
	switch {
	case unknown: // Even with a secret, which the gateway may have taken back.
		created = nil
		lost.Pending = p // As the journal has it.
		again, err = m.abandon(ctx, lost)
	case created != nil && m.usableID(created) != "" && err != nil: // What is in the secret's place isn't sure to be it.
		created, err = nil, m.revoke(ctx, p, p, created.Details.ID, err)
	case created != nil:
		created, err = m.keep(ctx, p, created)
	default:
		err = errors.Join(err, m.settle(ctx, p))
	}
	return created, again, err
}

// keep stores a key, or revokes it.
func (m *mint) keep(ctx context.Context, p Pending, created *CreatedKey) (*CreatedKey, error) {
	if m.usableID(created) == "" {
		_ = finish(ctx, func(ctx context.Context) error {
			key, err := m.client.ByPrefix(ctx, created.Key)
			if err == nil {
				created.Details = *key
			}
			return err
		})
	}
	storing := p
	if storing.ID = m.usableID(created); storing.ID == "" && looksLikeKey(created.Key.Reveal()) {
		storing.ID = created.Key.Reveal()[:prefixLength] // Which is public.
	}
	failed := m.replace(ctx, p, storing)
	if failed == nil {
		stored := *created // The store may wipe it.
		if failed = m.store(ctx, &stored); failed != nil {
			_ = m.replace(ctx, storing, p) // So that Recover may revoke it. If this fails, Recover asks whether it was stored.
		}
	}
	if failed != nil {
		return nil, m.revoke(ctx, p, storing, m.usableID(created), m.client.withoutSecret(failed, created.Key))
	}
	return created, m.settle(ctx, storing)
}

// usableID returns the id of a new key, empty if there is none that can be sent and shown.
func (m *mint) usableID(created *CreatedKey) string {
	id := created.Details.ID
	if m.client.checkID(id) != nil {
		return ""
	}
	return id
}

// revoke revokes a key that wasn't stored because of cause.
func (m *mint) revoke(ctx context.Context, p, storing Pending, id string, cause error) error {
	if id == "" {
		return fmt.Errorf("keys: the key named %q can't be stored: %w; nor revoked, since its id can't be found: the journal still names it", p.Name, cause)
	}
	failed := finish(ctx, func(ctx context.Context) error { return m.client.revokeGone(ctx, id) })
	if failed != nil {
		return fmt.Errorf("keys: the key %q can't be stored: %w; nor revoked, so that the journal still names it: %w", m.client.redact(id), cause, failed)
	}
	return errors.Join(fmt.Errorf("keys: the key %q can't be stored, and was revoked: %w", m.client.redact(id), cause), m.settle(ctx, p), m.settle(ctx, storing))
}

// abandon revokes what a mint of unknown outcome made. It reports whether a key may be minted under another name.
func (m *mint) abandon(ctx context.Context, lost *OutcomeUnknownError) (bool, error) {
	var revoked []Key
	failed := finish(ctx, func(ctx context.Context) (err error) {
		revoked, err = m.client.RevokeOrphans(ctx, lost.Pending)
		return err
	})
	switch {
	case failed != nil:
		return false, fmt.Errorf("%w; what was made can't be revoked, so that the journal still names it: %w", lost, failed)
	case len(revoked) == 0: // The gateway may still be at work.
		return true, lost
	}
	err := fmt.Errorf("%w, and nothing is left of the mint of %q: %w", ErrOutcomeUnknown, lost.Name, lost.Err)
	return true, errors.Join(err, m.settle(ctx, lost.Pending))
}

// replace replaces a Pending of the journal.
func (m *mint) replace(ctx context.Context, old, fresh Pending) error {
	if old == fresh {
		return nil
	}
	err := finish(ctx, func(ctx context.Context) error { return m.journal.Begin(ctx, fresh) })
	if err != nil {
		return fmt.Errorf("the journal can't record it: %w", err)
	}
	return m.settle(ctx, old)
}

func (m *mint) settle(ctx context.Context, p Pending) error {
	err := finish(ctx, func(ctx context.Context) error { return m.journal.Settle(ctx, p) })
	if err != nil {
		return fmt.Errorf("keys: the journal still names the mint of %q, which is settled: %w", p.Name, err)
	}
	return nil
}

// finish calls f with a context that goes on for a while after ctx has ended.
func finish(ctx context.Context, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTime)
	defer cancel()
	return f(ctx)
}
