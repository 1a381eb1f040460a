package keystest

import (
	crand "crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/qaikeys/qaikeys/types"
)

// State is what the mock knows of a key. The secret isn't part of it: the mock stores nothing but its hash.
type State struct {
	ID          string
	Name        string
	KeyPrefix   string   // The first 14 characters of the secret.
	Endpoints   []string // Nil where the key isn't restricted.
	SpendCapUSD *float64 // In US dollars, nil where there is no cap.
	RateLimit   *int32   // In requests a minute, nil where there is no limit.
	Region      string   // Empty where none was asked for.
	DeviceID    string   // Empty where the key isn't a device's.
	SpentTicks  types.Ticks
	Revoked     bool // By RevokeKey, or by a rotation whose grace is over.
	CreatedAt   time.Time
	LastUsed    time.Time // Zero where the key was never used.
	ExpiresAt   time.Time // When the key is refused by itself, as it was rotated; zero where it wasn't.
}

// key is a key of the store. The account's own credential is one too, outside the list and without an ID.
type key struct {
	State

	account     *Account
	hash        hash      // Of its secret.
	record      string    // Under which it is persisted.
	windowStart time.Time // Of the minute in which requests are counted.
	requests    int
	uses        []use
}

// use is a recorded use of a key.
type use struct {
	day                       string // Like "2026-09-01".
	model                     string
	ticks                     types.Ticks
	inputTokens, outputTokens int64
}

// store holds the keys of an account. Its user locks it.
type store struct {
	account *Account
	apiKey  string
	now     func() time.Time
	random  io.Reader

	keys   []*key // In the order in which they were made.
	byID   map[string]*key
	tokens int // How many ephemeral keys were made.
}

// newStore returns an account's keys as they are at the start. They are neither persisted nor known as credentials yet.
func newStore(a *Account) *store {
	cfg := a.cfg
	s := &store{account: a, apiKey: cfg.apiKey, now: cfg.clock, random: crand.Reader, byID: map[string]*key{}}
	if cfg.seed != nil {
		var seed [32]byte
		binary.LittleEndian.PutUint64(seed[:], *cfg.seed)
		s.random = rand.NewChaCha8(seed)
	}
	// Drawn even where it isn't needed, so that the secrets after it are the same, and never that of the account.
	if drawn := s.secret(); s.apiKey == "" {
		s.apiKey = drawn
	}
	for i := range cfg.keys {
		_, made := s.make(State{Name: fmt.Sprintf("key %d", i+1)})
		s.insert(made)
	}
	for i := range cfg.devices {
		_, made := s.make(State{Name: fmt.Sprintf("device %d", i+1), DeviceID: fmt.Sprintf("device_%02d", i+1)})
		s.insert(made)
	}
	return s
}

// own is the account's own credential.
func (s *store) own() *key {
	own := &key{account: s.account, hash: hashOf(s.apiKey)}
	if limit := s.account.cfg.rateLimit; limit > 0 {
		own.RateLimit = new(int32(min(limit, 1<<30)))
	}
	return own
}

// secret returns the text of a new key.
func (s *store) secret() string { return s.random64("qai_k_") }

// random64 returns prefix and 64 hexadecimal digits that no credential has. A seed that begins anew after a restart would
// give one out again.
func (s *store) random64(prefix string) string {
	for {
		random := make([]byte, 32)
		_, _ = io.ReadFull(s.random, random) // Neither source fails.
		text := prefix + hex.EncodeToString(random)
		if s.account.handler.credentials.find(text) == nil {
			return text
		}
	}
}

// make returns a key of what state says, and its secret. It is in no list yet.
func (s *store) make(state State) (secret string, made *key) {
	secret = s.secret()
	number := len(s.keys) + 1
	state.ID, state.KeyPrefix, state.CreatedAt = fmt.Sprintf("key_%02d", number), secret[:14], s.timestamp()
	return secret, &key{State: state, account: s.account, hash: hashOf(secret), record: s.account.recordOf("key", number)}
}

// insert puts a new key into the list.
func (s *store) insert(made *key) {
	s.keys = append(s.keys, made)
	s.byID[made.ID] = made
	s.account.handler.credentials[made.hash] = made
}

// mint makes a key of what state says, and returns it with its secret.
func (s *store) mint(state State) (secret string, made *key, err error) {
	secret, made = s.make(state)
	if err := s.account.persist(made); err != nil {
		return "", nil, err
	}
	s.insert(made)
	return secret, made, nil
}

// mintEphemeral makes a token that dies after ttl. No list shows it.
func (s *store) mintEphemeral(state State, ttl time.Duration) (token string, expires time.Time, err error) {
	token = s.random64("qai_e_")
	state.CreatedAt = s.timestamp()
	state.ExpiresAt = state.CreatedAt.Add(ttl)
	made := &key{State: state, account: s.account, hash: hashOf(token), record: s.account.recordOf("token", s.tokens+1)}
	if err := s.account.persist(made); err != nil {
		return "", time.Time{}, err
	}
	s.tokens++
	s.account.handler.credentials[made.hash] = made
	return token, state.ExpiresAt, nil
}

// rotate makes the key that takes k's place; k dies after grace.
func (s *store) rotate(k *key, grace time.Duration) (secret string, made *key, err error) {
	state := k.State
	state.SpentTicks, state.LastUsed = 0, time.Time{}
	secret, made = s.make(state)
	old := *k
	old.ExpiresAt = s.timestamp().Add(grace)
	if err := s.account.persist(made, &old); err != nil {
		return "", nil, err
	}
	*k = old
	s.insert(made)
	return secret, made, nil
}

// revoke revokes k.
func (s *store) revoke(k *key) error {
	revoked := *k
	revoked.Revoked = true
	if err := s.account.persist(&revoked); err != nil {
		return err
	}
	*k = revoked
	return nil
}

// dead reports whether k is refused.
func (s *store) dead(k *key) bool {
	return k.Revoked || !k.ExpiresAt.IsZero() && !s.now().Before(k.ExpiresAt)
}

// admit counts a request of k, and reports whether k's rate limit allows it.
func (s *store) admit(k *key) bool {
	now := s.now()
	if elapsed := now.Sub(k.windowStart); elapsed < 0 || elapsed >= time.Minute {
		k.windowStart, k.requests = now, 0
	}
	if k.RateLimit != nil && k.requests >= int(*k.RateLimit) {
		return false
	}
	k.requests++
	k.LastUsed = s.timestamp()
	return true
}

func (s *store) use(id string, u use) error {
	k := s.byID[id]
	switch {
	case k == nil:
		return fmt.Errorf("keystest: there is no key with the id %q", id)
	case u.ticks < 0 || u.inputTokens < 0 || u.outputTokens < 0:
		return errors.New("keystest: a use can't be negative")
	}
	used := *k
	used.LastUsed = s.timestamp()
	u.day = used.LastUsed.Format(time.DateOnly)
	used.SpentTicks += u.ticks
	used.uses = append(used.uses, u)
	if err := s.account.persist(&used); err != nil {
		return err
	}
	*k = used
	return nil
}

// timestamp is the time as answers tell it.
func (s *store) timestamp() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

func (s *store) states() []State {
	states := make([]State, len(s.keys))
	for i, k := range s.keys {
		states[i] = k.State
		states[i].Endpoints = slices.Clone(k.Endpoints)
		states[i].Revoked = s.dead(k)
	}
	return states
}
