package keystest

import (
	"crypto/sha256"
	"errors"
	"slices"

	"github.com/qaikeys/qaikeys/types"
)

// Account is an account of a mock, with keys, faults and a journal of its own. A [Handler] is made with one, whose methods
// it has; [Handler.NewAccount] adds others, so that tests can share a server and nothing else.
type Account struct {
	// APIKey is the account's own credential, which may do everything. Don't change it.
	APIKey string

	handler *Handler
	cfg     config
	number  int // In the order in which accounts were made, from 1.
	store   *store
	faults  []*Fault
	journal journal
}

// NewAccount adds an account; [WithLatency] and [WithClock] are the handler's to say. The error says that there is an
// account with this API key, or that the account can't be persisted.
func (h *Handler) NewAccount(opts ...Option) (*Account, error) {
	cfg := config{clock: h.cfg.clock}
	for _, opt := range opts {
		opt(&cfg)
	}
	cfg.clock = h.cfg.clock
	h.mu.Lock()
	taken := cfg.apiKey != "" && h.credentials.find(cfg.apiKey) != nil
	h.mu.Unlock()
	if taken {
		return nil, errors.New("keystest: there is an account or key with this API key")
	}
	return h.newAccount(cfg)
}

func (h *Handler) newAccount(cfg config) (*Account, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	a := &Account{handler: h, cfg: cfg, number: len(h.accounts) + 1}
	if err := a.reset(); err != nil {
		return nil, err
	}
	h.accounts = append(h.accounts, a)
	return a, nil
}

// Accounts returns every account, in the order in which they were made.
func (h *Handler) Accounts() []*Account {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.accounts)
}

// AccountOf returns the account that apiKey belongs to, nil where there is none.
func (h *Handler) AccountOf(apiKey string) *Account {
	h.mu.Lock()
	defer h.mu.Unlock()
	if k := h.credentials.find(apiKey); k != nil {
		return k.account
	}
	return nil
}

// Keys returns the state of every key, in the order in which they were made.
func (a *Account) Keys() []State {
	a.handler.mu.Lock()
	defer a.handler.mu.Unlock()
	return a.store.states()
}

// UseOption tells more of a recorded use.
type UseOption func(*use)

// WithModel names the model that was used; default "default".
func WithModel(name string) UseOption { return func(u *use) { u.model = name } }

// WithTokens sets how many tokens were read and written; default none.
func WithTokens(input, output int64) UseOption {
	return func(u *use) { u.inputTokens, u.outputTokens = input, output }
}

// Use records that the key with this id made a request today, by the mock's clock, and spent ticks. The error says that
// there is no such key, or that a number is negative.
func (a *Account) Use(id string, ticks types.Ticks, opts ...UseOption) error {
	u := use{model: "default", ticks: ticks}
	for _, opt := range opts {
		opt(&u)
	}
	a.handler.mu.Lock()
	defer a.handler.mu.Unlock()
	return a.store.use(id, u)
}

// Reset puts the account back to how it was made: its keys, its journal, its faults and its counters.
func (a *Account) Reset() {
	a.handler.mu.Lock()
	defer a.handler.mu.Unlock()
	if err := a.reset(); err != nil {
		a.handler.broken = err
	}
}

// reset puts the account to its start, or leaves it as it is where that can't be persisted.
func (a *Account) reset() error {
	fresh := newStoreApart(a)
	if err := a.persistAnew(fresh); err != nil {
		return err
	}
	a.handler.credentials.forget(a)
	a.adopt(fresh)
	a.faults = nil
	a.journal = journal{}
	return nil
}

// adopt makes the keys of s the account's.
func (a *Account) adopt(s *store) {
	a.store = s
	a.APIKey, a.cfg.apiKey = s.apiKey, s.apiKey // A random one stays the same.
	own := s.own()
	a.handler.credentials[own.hash] = own
	for _, k := range s.keys {
		a.handler.credentials[k.hash] = k
	}
}

// newStoreApart is newStore without its credentials being known yet.
func newStoreApart(a *Account) *store {
	known := a.handler.credentials
	a.handler.credentials = credentials{}
	defer func() { a.handler.credentials = known }()
	return newStore(a)
}

// hash is what the mock keeps of a secret.
type hash [sha256.Size]byte

func hashOf(secret string) hash { return sha256.Sum256([]byte(secret)) }

// credentials finds the key that a credential belongs to by its hash, among those of all accounts.
type credentials map[hash]*key

func (c credentials) find(credential string) *key { return c[hashOf(credential)] }

func (c credentials) forget(a *Account) {
	for hash, k := range c {
		if k.account == a {
			delete(c, hash)
		}
	}
}
