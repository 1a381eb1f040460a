package keystest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Store persists the state of a mock as named records. Its methods are called one at a time.
type Store interface {
	// Load returns every record that was saved and not deleted.
	Load() (map[string][]byte, error)
	// Save makes changes durable, all of them or none. A nil value deletes a record.
	Save(changes map[string][]byte) error
}

// Err returns why the mock's state can't be saved any more, or nil. After that, every response is a 500, since the mock would
// forget what it responds, and what the Store holds stays as it is.
func (h *Handler) Err() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.broken
}

// record returns the name of a key's record. Names sort by kind ("account", "key", "token"), then by number.
func (k *key) record() string {
	return fmt.Sprintf("%s/%06d/%012d", k.kind, k.ring.account.number, k.number)
}

// save makes changes durable before they take effect in memory. A record's value is encoded as JSON; nil deletes the record. Once it
// has failed, it saves nothing more, since the store may work again, but the change before is missing in it.
func (h *Handler) save(changes map[string]any) error {
	if h.store == nil || h.broken != nil {
		return h.broken
	}
	encoded := make(map[string][]byte, len(changes))
	for name, value := range changes {
		if value == nil {
			encoded[name] = nil
			continue
		}
		text, err := json.Marshal(value)
		if err != nil {
			return err // A time that RFC 3339 can't express.
		}
		encoded[name] = text
	}
	if err := h.store.Save(encoded); err != nil {
		h.broken = fmt.Errorf("the state can't be saved: %w", err)
	}
	return h.broken
}

// saveKeys saves new or changed keys.
func (a *account) saveKeys(keys ...*key) error {
	if a.handler.store == nil {
		return nil
	}
	changes := map[string]any{}
	for _, k := range keys {
		changes[k.record()] = k
	}
	return a.handler.save(changes)
}

// load makes the accounts that the store has, or the first one.
func (h *Handler) load() error {
	if h.store != nil {
		records, err := h.store.Load()
		if err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(records)) {
			if err := h.loadRecord(name, records[name]); err != nil {
				return fmt.Errorf("the record %s can't be used: %w", name, err)
			}
		}
	}
	if len(h.accounts) == 0 {
		_, err := h.addAccount(h.cfg, (*account).reset)
		return err
	}
	if k := h.keyOf(h.accounts[0].APIKey); k != h.accounts[0].keyring.own {
		return ErrAPIKeyTaken
	}
	return nil
}

// loadRecord makes an account, or adds a key to its account.
func (h *Handler) loadRecord(name string, encoded []byte) error {
	var account, number int
	kind, numbers, _ := strings.Cut(name, "/")
	if _, err := fmt.Sscanf(numbers, "%d/%d", &account, &number); err != nil {
		return errors.New("its name is unknown")
	}
	if kind == own {
		return h.loadAccount(account, encoded)
	}
	if account < 1 || account > len(h.accounts) {
		return errors.New("its account is missing")
	}
	ring := h.accounts[account-1].keyring
	k := &key{ring: ring, kind: kind, number: number}
	if err := json.Unmarshal(encoded, k); err != nil || k.Hash == (hash{}) {
		return errors.New("it isn't a key")
	}
	next := map[string]int{listed: len(ring.keys) + 1, ephemeral: ring.tokens + 1}
	switch {
	case next[kind] == 0 || name != k.record():
		return errors.New("its name is unknown")
	case number != next[kind]:
		return errors.New("keys before it are missing")
	case h.credentials[k.Hash] != nil:
		return errors.New("another record has its credential")
	}
	ring.add(k)
	h.credentials[k.Hash] = k
	return nil
}

// loadAccount makes an account without keys. The first has the credential, tier and rate limit of the handler's options.
func (h *Handler) loadAccount(number int, encoded []byte) error {
	var cfg config
	if err := json.Unmarshal(encoded, &cfg); err != nil {
		return err
	}
	if number != len(h.accounts)+1 {
		return errors.New("accounts before it are missing")
	}
	if number == 1 {
		cfg.APIKey, cfg.RateLimit, cfg.Tier = cmp.Or(h.cfg.APIKey, cfg.APIKey), h.cfg.RateLimit, h.cfg.Tier
	}
	_, err := h.addAccount(cfg, func(a *account) error {
		a.setKeyring(newKeyring(a))
		return nil
	})
	return err
}
