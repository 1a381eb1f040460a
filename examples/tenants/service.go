package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/qaikeys/qaikeys/wrapper/keys"
)

// vault keeps a key for each tenant. Any of its methods may fail.
type vault interface {
	put(ctx context.Context, tenant string, created *keys.CreatedKey) error
	has(ctx context.Context, tenant string) (bool, error) // A key of the tenant.
	holds(ctx context.Context, id string) (bool, error)   // The key with this id, or whose text starts so.
}

// service mints a key for each tenant.
type service struct {
	client  *keys.Client
	journal keys.Journal
	vault   vault
}

// start deals with what a crash has left in the journal. The vault tells whether a key that was being stored is in it, so this takes
// the place of keys.Client.Recover.
func (s *service) start(ctx context.Context) error {
	pending, err := s.journal.Pending(ctx)
	errs := []error{err}
	for _, p := range pending {
		held, err := s.vault.holds(ctx, p.ID)
		if err == nil && !held {
			_, err = s.client.RevokeOrphans(ctx, p)
		}
		if err == nil {
			err = s.journal.Settle(ctx, p)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// provision sees that the vault has a key for a tenant. Whatever fails, it can be called again.
func (s *service) provision(ctx context.Context, tenant string) error {
	if has, err := s.vault.has(ctx, tenant); err != nil || has {
		return err
	}
	params := keys.CreateParams{Name: "tenant " + tenant, Endpoints: []string{"chat"}, SpendCapUSD: new(100.0)}
	_, err := s.client.Mint(ctx, params, s.journal, func(ctx context.Context, created *keys.CreatedKey) error {
		if err := keys.CheckScope(params, created.Details); err != nil {
			return err // Mint revokes the key.
		}
		return s.vault.put(ctx, tenant, created)
	})
	if err != nil {
		return fmt.Errorf("tenant %s: %w", tenant, err)
	}
	return nil
}
