package keystest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/qaikeys/qaikeys/types"
)

// ErrAPIKeyTaken is the error of an account whose API key another account or key has.
var ErrAPIKeyTaken = errors.New("keystest: another account or key has this API key")

// Account is an account of a mock, with its own keys, faults and recorded requests. A [Handler] starts with one;
// [Handler.NewAccount] adds others, so that tests can share a server and nothing else.
type Account struct {
	APIKey string // The account's own credential, which may do everything. Don't change it.

	account
}

// account has the methods that Account and Handler share. Go's documentation lists them under both, since its name isn't exported.
type account struct {
	handler  *Handler
	cfg      config
	number   int // In the order in which accounts were made, from 1.
	keyring  *keyring
	faults   []*waitingFault
	expired  []*waitingFault  // Some that no request met in their time.
	requests int              // How many there were.
	journal  []*Request       // The last ones.
	clock    func() time.Time // Nil for the handler's.
}

// NewAccount adds an account. [WithLatency], [WithClock], [WithResponsesValidated], [WithCanonicalCodes], [WithNullLists],
// [WithLenientRequests] and [WithRedacted] have no effect: all accounts share the handler's. The error is [ErrAPIKeyTaken], or says that the
// account can't be saved, that the handler would have more than 2,000,000 accounts and keys (a key counts once more for each KiB of its name
// and endpoints), or that its clock is out of range.
func (h *Handler) NewAccount(opts ...Option) (*Account, error) {
	var cfg config
	cfg.set(opts)
	h.mu.Lock()
	defer h.mu.Unlock()
	if cfg.APIKey != "" && h.keyOf(cfg.APIKey) != nil {
		return nil, ErrAPIKeyTaken
	}
	if err := checkTime(h.cfg.clock()); err != nil {
		return nil, err
	}
	if err := h.room(1 + max(cfg.Keys, 0) + max(cfg.Devices, 0)); err != nil {
		return nil, err
	}
	return h.addAccount(cfg, (*account).reset)
}

// addAccount adds an account, whose keyring start makes. The lock is held.
func (h *Handler) addAccount(cfg config, start func(*account) error) (*Account, error) {
	a := &Account{account: account{handler: h, cfg: cfg, number: len(h.accounts) + 1}}
	if err := start(&a.account); err != nil {
		return nil, err
	}
	a.APIKey = a.cfg.APIKey
	h.accounts = append(h.accounts, a)
	h.redactOwnKey(a.APIKey)
	return a, nil
}

// Accounts returns all accounts, in the order in which they were made. The first is the one that the handler was made with.
func (h *Handler) Accounts() []*Account {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.accounts)
}

// AccountOf returns the account that apiKey belongs to, or nil. It may be the account's own credential or a minted key.
func (h *Handler) AccountOf(apiKey string) *Account {
	h.mu.Lock()
	defer h.mu.Unlock()
	if k := h.keyOf(apiKey); k != nil {
		return h.accounts[k.ring.account.number-1]
	}
	return nil
}

// Keys returns the state of every key, in the order in which they were made.
func (a *account) Keys() []State {
	a.handler.mu.Lock()
	defer a.handler.mu.Unlock()
	states := make([]State, len(a.keyring.keys))
	for i, k := range a.keyring.keys {
		states[i] = k.State
		states[i].Endpoints = slices.Clone(k.Endpoints)
		states[i].Revoked = a.keyring.refuses(k)
	}
	return states
}

// UseOption adds details to a recorded use. A nil option is ignored.
type UseOption func(*use)

// WithModel sets the model that was used; default, and for "", it is "default".
func WithModel(name string) UseOption { return func(u *use) { u.Model = name } }

// WithTokens sets how many tokens were read and written; default none.
func WithTokens(input, output int64) UseOption {
	return func(u *use) { u.InputTokens, u.OutputTokens = input, output }
}

// Use records that the key with this id made a request today, by the account's clock, and spent an amount in ticks (10,000,000,000 to
// the US dollar). The error says that there is no such key, that a number is negative, that the key's sum of it doesn't fit into an
// int64, that the model's name has more than 256 bytes, that the key was used on 1,000 days (or with as many models), or that the clock
// is out of range.
func (a *account) Use(id string, ticks types.Ticks, opts ...UseOption) error {
	u := newUse(ticks, opts)
	if u.Ticks < 0 || u.InputTokens < 0 || u.OutputTokens < 0 {
		return errors.New("keystest: a use can't be negative")
	}
	if len(u.Model) > maxModel {
		return fmt.Errorf("keystest: the model's name is longer than %d bytes", maxModel)
	}
	a.handler.mu.Lock()
	defer a.handler.mu.Unlock()
	if err := checkTime(a.keyring.now()); err != nil {
		return err
	}
	k := a.keyring.byID(id)
	if k == nil {
		return fmt.Errorf("keystest: there is no key with the id %q", cut(a.handler.Redact(id), maxText))
	}
	sum := u
	for _, past := range k.Uses {
		sum = sum.plus(past)
	}
	if sum.Ticks < 0 || sum.InputTokens < 0 || sum.OutputTokens < 0 { // It wrapped around.
		return errors.New("keystest: the sum of the key's uses would be larger than an int64")
	}
	now := a.keyring.timestamp()
	u.Day = now.Format(time.DateOnly)
	uses := slices.Clone(k.Uses) // What k has stays as it is if the change can't be saved.
	if i := slices.IndexFunc(uses, func(past use) bool { return past.Day == u.Day && past.Model == u.Model }); i >= 0 {
		uses[i] = uses[i].plus(u)
	} else if uses = append(uses, u); len(uses) > maxUses {
		return fmt.Errorf("keystest: the key has %d uses of another day or model, which is the most it can have", maxUses)
	}
	return a.keyring.change(k, func(k *key) {
		k.LastUsed, k.Uses = now, uses
		k.SpentTicks += u.Ticks
	})
}

// Reset puts the account back into the state in which it was made, with its keys, and forgets its requests, faults and clock.
func (a *account) Reset() {
	a.handler.mu.Lock()
	defer a.handler.mu.Unlock()
	a.clock = nil
	if err := a.reset(); err != nil {
		a.handler.broken = err
	}
}

// reset gives the account the keys that it starts with, or leaves it as it is if that can't be saved.
func (a *account) reset() error {
	fresh := newKeyring(a)
	for i := range a.cfg.Keys {
		_, made := fresh.newKey(listed, State{Name: fmt.Sprintf("key %d", i+1)})
		fresh.add(made)
	}
	for i := range a.cfg.Devices {
		_, made := fresh.newKey(listed, State{Name: fmt.Sprintf("device %d", i+1), DeviceID: fmt.Sprintf("device_%02d", i+1)})
		fresh.add(made)
	}
	if err := a.saveFresh(fresh); err != nil {
		return err
	}
	a.setKeyring(fresh)
	a.faults, a.expired, a.requests, a.journal = nil, nil, 0, nil
	return nil
}

// saveFresh saves the account with the keys of fresh instead of its own.
func (a *account) saveFresh(fresh *keyring) error {
	if a.handler.store == nil {
		return nil
	}
	changes := map[string]any{}
	for _, k := range a.handler.credentials {
		if k.ring.account == a {
			changes[k.record()] = nil
		}
	}
	changes[fresh.own.record()] = a.cfg
	for _, k := range fresh.keys {
		changes[k.record()] = k
	}
	return a.handler.save(changes)
}

// setKeyring replaces the account's keys, which authenticate from now on.
func (a *account) setKeyring(r *keyring) {
	for hash, k := range a.handler.credentials {
		if k.ring.account == a {
			delete(a.handler.credentials, hash)
		}
	}
	a.keyring = r
	for _, k := range append(r.keys, r.own) {
		a.handler.credentials[k.Hash] = k
	}
}
