package keys

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// finishTime is how long each of Mint's last steps may go on after its context has ended.
const finishTime = time.Minute

// Mint mints a key and stores it: it calls [Client.Create], then store, which has to put the secret where it lasts before it returns nil.
// Whatever fails, a crash included, each live key that Mint made is in the store or named by the journal.
//
//   - No error: the returned key is stored.
//   - The response was lost: [Client.RevokeOrphans] revokes what the request made, and Mint tries again with "-2", then "-3", after the
//     name. If that fails, the error wraps both errors.
//   - store fails: the key is revoked, and the error wraps store's. If the key can't be revoked, the error says so.
//   - A key and an error: it is stored, but its id can't be found, which is a [DecodeError], or the journal can't be written.
//   - Any other error: no key was made.
//
// params.Name must be unique to what the key is for, since a lost key is found by its name and time. A key of that name that the journal
// names already is dealt with first, as [Client.Recover] would; if that fails, nothing is sent. So there are never two for one.
//
// The journal names the mint from before the request until the key is stored or nothing is left of it; longer if that can't be done or
// known, and if the call timed out or was cancelled, since the gateway may still be at work. It must be of the client's account, and of
// this program alone: call [Client.Recover] when that starts. Without a journal, nil, a crash may leave a live key that nobody holds, and
// nothing reminds of what an error named.
//
// When ctx ends, each step that is left to finish or undo a mint has a minute.
func (c *Client) Mint(ctx context.Context, params CreateParams, journal Journal, store func(context.Context, *CreatedKey) error) (*CreatedKey, error) {
	switch {
	case params.Name == "":
		return nil, invalid("the name is empty: Mint needs one to find a lost key by")
	case store == nil:
		return nil, invalid("the store is nil: give Mint a function that stores the secret")
	}
	if journal == nil {
		journal = noJournal{}
	}
	names := []string{params.Name, params.Name + "-2", params.Name + "-3"}
	if err := c.recoverEach(ctx, journal, names...); err != nil {
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

// noJournal is a journal that forgets.
type noJournal struct{}

func (noJournal) Begin(context.Context, Pending) error       { return nil }
func (noJournal) Settle(context.Context, Pending) error      { return nil }
func (noJournal) Pending(context.Context) ([]Pending, error) { return nil, nil }

// mint is a call of Mint.
type mint struct {
	client  *Client
	journal Journal
	store   func(context.Context, *CreatedKey) error
}

// try mints a key of one name. If the outcome was unknown and no key is left, it may be made again under another name.
func (m *mint) try(ctx context.Context, params CreateParams) (created *CreatedKey, again bool, err error) {
	release, ok := m.client.claim(params.Name)
	if !ok {
		return nil, false, invalid("a key named %q is being minted already: names must be unique", params.Name)
	}
	defer release()
	p := Pending{Operation: createOperation, Name: params.Name, Started: now()}
	if err := m.journal.Begin(ctx, p); err != nil {
		return nil, false, fmt.Errorf("keys: the journal can't record the mint of %q, so nothing was sent: %w", params.Name, err)
	}
	created, err = m.client.Create(ctx, params)
	lost, unknown := errors.AsType[*OutcomeUnknownError](err)
	switch {
	case created != nil:
		created, err = m.keep(ctx, p, created, err)
	case unknown:
		lost.Pending = p // As the journal has it.
		again, err = m.abandon(ctx, lost)
	default:
		err = errors.Join(err, m.settle(ctx, p))
	}
	return created, again, err
}

// keep stores a key, or revokes it. err is what is wrong with the response.
func (m *mint) keep(ctx context.Context, p Pending, created *CreatedKey, err error) (*CreatedKey, error) {
	if created.Details.ID == "" {
		_ = finish(ctx, func(ctx context.Context) error {
			key, notFound := m.client.ByPrefix(ctx, created.Key)
			if notFound == nil {
				created.Details, err = *key, nil
			}
			return notFound
		})
	}
	storing := p
	if id := created.Details.ID; checkID(id) == nil && id != created.Key.Reveal() {
		storing.ID = id
	}
	failed := m.replace(ctx, p, storing)
	if failed == nil {
		if failed = m.store(ctx, created); failed != nil {
			_ = m.replace(ctx, storing, p) // So that Recover may revoke it. If this fails, Recover asks whether it was stored.
		}
	}
	if failed != nil {
		return nil, m.revoke(ctx, p, storing, withoutSecret(failed, created.Key))
	}
	return created, errors.Join(err, m.settle(ctx, storing))
}

// revoke revokes a key that wasn't stored because of cause.
func (m *mint) revoke(ctx context.Context, p, storing Pending, cause error) error {
	if storing.ID == "" {
		return fmt.Errorf("keys: the key named %q can't be stored: %w; nor revoked, since its id can't be found: the journal still names it", p.Name, cause)
	}
	failed := finish(ctx, func(ctx context.Context) error { return m.client.revokeGone(ctx, storing.ID) })
	if failed != nil {
		return fmt.Errorf("keys: the key %q can't be stored: %w; nor revoked, so that the journal still names it: %w", storing.ID, cause, failed)
	}
	return errors.Join(fmt.Errorf("keys: the key %q can't be stored, and was revoked: %w", storing.ID, cause), m.settle(ctx, p), m.settle(ctx, storing))
}

// abandon revokes what a mint of unknown outcome made. It reports whether nothing is left of it.
func (m *mint) abandon(ctx context.Context, lost *OutcomeUnknownError) (bool, error) {
	var revoked []Key
	failed := finish(ctx, func(ctx context.Context) (err error) {
		revoked, err = m.client.RevokeOrphans(ctx, lost.Pending)
		return err
	})
	apiErr, _ := errors.AsType[*Error](lost.Err)
	stopped := errors.Is(lost.Err, context.DeadlineExceeded) || errors.Is(lost.Err, context.Canceled) ||
		apiErr != nil && apiErr.StatusCode == http.StatusGatewayTimeout
	switch {
	case failed != nil:
		return false, fmt.Errorf("%w; what was made can't be revoked, so that the journal still names it: %w", lost, failed)
	case len(revoked) == 0 && stopped: // The gateway may still be at work.
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

// withoutSecret returns err, or an error with nothing but its text if that has a secret in it.
func withoutSecret(err error, secret Secret) error {
	if text := err.Error(); strings.Contains(text, secret.Reveal()) {
		return errors.New(strings.ReplaceAll(text, secret.Reveal(), redactedText))
	}
	return err
}
