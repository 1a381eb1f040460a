package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
)

// job rotates the keys that are due. What a run leaves undone, by an error or a crash, the journal names, and the next run does.
type job struct {
	client  *keys.Client
	journal keys.Journal
	deploy  func(ctx context.Context, oldID string, secret keys.Secret) error // Replaces the old key's secret where it is used.
	older   time.Duration                                                     // The age at which a key is due.
	grace   time.Duration                                                     // How long an old key works after its rotation.
}

// run first does what earlier runs left undone. It goes on after an error.
func (j *job) run(ctx context.Context) error {
	pending, err := j.journal.Pending(ctx)
	errs := []error{err}
	for _, p := range pending {
		errs = append(errs, j.resume(ctx, p))
	}
	for key, err := range j.client.All(ctx) {
		if now := time.Now(); err == nil && keys.Live(key, now) && keys.Age(key, now) >= j.older {
			err = j.rotate(ctx, key.ID)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// rotate rotates a key and deploys the new one.
func (j *job) rotate(ctx context.Context, id string) error {
	p := keys.Pending{Operation: keys.OperationRotateKey, ID: id, Started: time.Now()}
	if err := j.journal.Begin(ctx, p); err != nil {
		return err
	}
	rotated, err := j.client.Rotate(ctx, id, keys.Grace(j.grace))
	lost := false // There may be a new key that isn't in use.
	switch {
	case rotated != nil: // Even with an error, it has the secret.
		err = j.use(ctx, id, rotated.Key)
		lost = err != nil
	case errors.Is(err, keys.ErrOutcomeUnknown):
		lost = true
	case errors.Is(err, keys.ErrConflict): // It was rotated before, and works until its grace is over.
		err = nil
	}
	if lost {
		return fmt.Errorf("the key that replaces %s isn't in use, and the next run replaces it: %w", id, err)
	}
	return errors.Join(err, j.journal.Settle(ctx, p))
}

// use deploys a new secret that works. A key that may not list keys is known to the gateway, even to one that doesn't say why it refuses.
func (j *job) use(ctx context.Context, oldID string, secret keys.Secret) error {
	fresh, err := j.client.WithKey(secret)
	if err == nil {
		err = fresh.Ping(ctx)
	}
	if err == nil || errors.Is(err, keys.ErrForbidden) && !errors.Is(err, keys.ErrKeyFrozen) {
		err = j.deploy(ctx, oldID, secret)
	}
	return err
}

// resume replaces what a rotation made that failed or crashed: its secret is lost, or may not be deployed.
func (j *job) resume(ctx context.Context, p keys.Pending) error {
	orphans, err := j.client.Orphans(ctx, p)
	for _, orphan := range orphans {
		err = errors.Join(err, j.rotate(ctx, orphan.ID))
	}
	if err != nil {
		return err
	}
	return j.journal.Settle(ctx, p)
}
