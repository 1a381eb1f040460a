package keystest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/qaikeys/qaikeys/types"
)

// Store keeps what a mock knows beyond its process. Its methods are called one at a time.
type Store interface {
	// Load returns every record that was saved and not deleted.
	Load() (map[string][]byte, error)
	// Save makes changes durable, all of them or none. A nil value deletes a record.
	Save(changes map[string][]byte) error
}

// accountRecord is an account as it is persisted, with its credential in the clear: it is a mock's, and must be known to whom
// it starts for.
type accountRecord struct {
	APIKey    string
	Keys      int
	Devices   int
	RateLimit int
	Tier      string
	Seed      *uint64
}

// keyRecord is a key as it is persisted.
type keyRecord struct {
	State

	Hash []byte
	Uses []useRecord `json:",omitempty"`
}

type useRecord struct {
	Day, Model                string
	Ticks                     types.Ticks
	InputTokens, OutputTokens int64
}

// Err returns why the mock's state can't be persisted any more, nil where it can. From then on the mock answers every request
// with a 500, since it would forget what it answers.
func (h *Handler) Err() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.broken
}

// recordOf is the name of an account's record; the names of a kind sort by number.
func (a *Account) recordOf(kind string, number int) string {
	return fmt.Sprintf("%s/%06d/%012d", kind, a.number, number)
}

// persist saves keys before they change in memory.
func (a *Account) persist(changed ...*key) error {
	if a.handler.persistence == nil {
		return nil
	}
	changes := map[string][]byte{}
	if err := encodeAll(changes, changed); err != nil {
		return err
	}
	return a.handler.save(changes)
}

// persistAnew saves an account as it is at its start, in the place of what it was.
func (a *Account) persistAnew(fresh *store) error {
	if a.handler.persistence == nil {
		return nil
	}
	changes := map[string][]byte{}
	if a.store != nil {
		for number := range a.store.tokens {
			changes[a.recordOf("token", number+1)] = nil
		}
		for _, k := range a.store.keys {
			changes[k.record] = nil
		}
	}
	cfg := a.cfg
	record := accountRecord{fresh.apiKey, cfg.keys, cfg.devices, cfg.rateLimit, cfg.tier, cfg.seed}
	changes[a.recordOf("account", 0)], _ = json.Marshal(record) //nolint:gosec // A mock's credential; it can't fail either.
	if err := encodeAll(changes, fresh.keys); err != nil {
		return err
	}
	return a.handler.save(changes)
}

func encodeAll(changes map[string][]byte, keys []*key) (err error) {
	for _, k := range keys {
		if changes[k.record], err = k.encode(); err != nil {
			return err
		}
	}
	return nil
}

// save makes changes durable. Where that fails, the mock answers no more.
func (h *Handler) save(changes map[string][]byte) error {
	if err := h.persistence.Save(changes); err != nil {
		h.broken = fmt.Errorf("the state can't be saved: %w", err)
		return h.broken
	}
	return nil
}

// encode returns k as it is persisted. The error is of a time that RFC 3339 can't tell.
func (k *key) encode() ([]byte, error) {
	record := keyRecord{State: k.State, Hash: k.hash[:]}
	for _, u := range k.uses {
		record.Uses = append(record.Uses, useRecord{u.day, u.model, u.ticks, u.inputTokens, u.outputTokens})
	}
	return json.Marshal(record)
}

// load makes the accounts that the store keeps, or the first one.
func (h *Handler) load(cfg config) error {
	var records map[string][]byte
	if h.persistence != nil {
		var err error
		if records, err = h.persistence.Load(); err != nil {
			return err
		}
	}
	names := slices.Sorted(maps.Keys(records))
	for _, name := range names {
		if strings.HasPrefix(name, "account/") {
			if err := h.loadAccount(name, records[name], cfg); err != nil {
				return err
			}
		}
	}
	if h.Account == nil {
		account, err := h.newAccount(cfg)
		h.Account = account
		return err
	}
	for _, name := range names {
		if !strings.HasPrefix(name, "account/") {
			if err := h.loadKey(name, records[name]); err != nil {
				return err
			}
		}
	}
	return nil
}

// loadAccount makes an account without its keys.
func (h *Handler) loadAccount(name string, encoded []byte, first config) error {
	var record accountRecord
	if err := json.Unmarshal(encoded, &record); err != nil {
		return fmt.Errorf("the record %s can't be read: %w", name, err)
	}
	a := &Account{handler: h, number: len(h.accounts) + 1}
	h.accounts = append(h.accounts, a)
	if a.recordOf("account", 0) != name {
		return fmt.Errorf("the record %s is out of order: accounts are missing", name)
	}
	a.cfg = config{
		apiKey: record.APIKey, keys: record.Keys, devices: record.Devices, rateLimit: record.RateLimit, tier: record.Tier,
		seed: record.Seed, clock: first.clock,
	}
	if h.Account == nil {
		h.Account = a
		apiKey := record.APIKey
		if first.apiKey != "" {
			apiKey = first.apiKey
		}
		a.cfg.apiKey, a.cfg.rateLimit, a.cfg.tier = apiKey, first.rateLimit, first.tier
	}
	withoutKeys := *a
	withoutKeys.cfg.keys, withoutKeys.cfg.devices = 0, 0
	s := newStoreApart(&withoutKeys)
	s.account = a
	a.adopt(s)
	return nil
}

// loadKey puts a key into its account.
func (h *Handler) loadKey(name string, encoded []byte) error {
	var record keyRecord
	var account, number int
	kind, rest, _ := strings.Cut(name, "/")
	if _, err := fmt.Sscanf(rest, "%d/%d", &account, &number); err != nil {
		return fmt.Errorf("there is a record of another kind: %q", name)
	}
	if err := json.Unmarshal(encoded, &record); err != nil || len(record.Hash) != len(hash{}) {
		return fmt.Errorf("the record %s can't be read: it isn't that of a key", name)
	}
	if account < 1 || account > len(h.accounts) {
		return fmt.Errorf("the record %s belongs to no account", name)
	}
	a := h.accounts[account-1]
	k := &key{State: record.State, account: a, hash: hash(record.Hash), record: name}
	for _, u := range record.Uses {
		k.uses = append(k.uses, use{u.Day, u.Model, u.Ticks, u.InputTokens, u.OutputTokens})
	}
	switch {
	case kind == "token":
		a.store.tokens = number
		h.credentials[k.hash] = k
	case kind == "key" && number == len(a.store.keys)+1:
		a.store.insert(k)
	default:
		return fmt.Errorf("the record %s is out of order: keys are missing", name)
	}
	return nil
}
