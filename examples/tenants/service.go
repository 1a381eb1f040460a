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
	id(ctx context.Context, tenant string) (string, error) // Of the tenant's key; empty if there is none.
	holds(ctx context.Context, id string) (bool, error)
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
	if id, err := s.vault.id(ctx, tenant); err != nil || id != "" {
		return err
	}
	params := keys.CreateParams{Name: "tenant " + tenant, Endpoints: []string{"chat"}, SpendCapUSD: new(100.0)}
	_, err := s.client.Mint(ctx, params, s.journal, func(ctx context.Context, created *keys.CreatedKey) error {
		return s.vault.put(ctx, tenant, created)
	})
	if err != nil {
		return fmt.Errorf("tenant %s: %w", tenant, err)
	}
	return nil
}
