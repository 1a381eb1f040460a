package keystest

import (
	"cmp"
	crand "crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/qaikeys/qaikeys/types"
	"github.com/qaikeys/qaikeys/wrapper/keys"
)

// State is what the mock knows about a key. It doesn't include the secret, of which the mock keeps only a hash.
type State struct {
	ID          string      `json:"id"`
	Name        string      `json:"name"`
	KeyPrefix   string      `json:"key_prefix"`    // The first 14 characters of the secret.
	Endpoints   []string    `json:"endpoints"`     // Nil if the key isn't restricted.
	SpendCapUSD *float64    `json:"spend_cap_usd"` // In US dollars; nil if there is no cap.
	RateLimit   *int32      `json:"rate_limit"`    // In requests a minute; nil if there is no limit.
	Region      string      `json:"region"`        // The name of one, never an alias; empty for none.
	DeviceID    string      `json:"device_id"`     // Empty if the key isn't a device's.
	SpentTicks  types.Ticks `json:"spent_ticks"`
	Revoked     bool        `json:"revoked"` // By RevokeKey, or by a rotation whose grace is over.
	CreatedAt   time.Time   `json:"created_at"`
	LastUsed    time.Time   `json:"last_used,omitzero"`  // Zero if the key was never used.
	ExpiresAt   time.Time   `json:"expires_at,omitzero"` // When a rotated key is refused; zero if it wasn't rotated.
}

// The kinds of keys, which begin the names of their records in a Store.
const (
	own       = "account" // The account's own credential.
	listed    = "key"
	ephemeral = "token" // No list has it.
)

// key is a key of a keyring. The account's own credential is one too, outside the list and without an ID. As JSON it is what a
// Store holds.
type key struct {
	State

	Hash hash  // Of its secret.
	Uses []use `json:",omitempty"`

	ring        *keyring
	kind        string    // With number, names its record in a Store.
	number      int       // In the order in which keys of the kind were made, from 1.
	windowStart time.Time // Of the minute in which requests are counted.
	requests    int
}

// keyring holds the keys of an account. Its methods need the handler's lock.
type keyring struct {
	account *account
	random  io.Reader
	chance  *rand.Rand // For faults.

	own    *key   // The account's own credential.
	keys   []*key // In the order in which they were made.
	tokens int    // How many ephemeral keys were made.
	size   int    // How many keys there are, own and tokens too, by their weight.
}

// newKeyring returns a keyring without keys. It gives the account a random credential if it has none. Accounts with the same seed
// have secrets of their own: those of each follow from the seed and from how many accounts before it have the same.
func newKeyring(a *account) *keyring {
	r := &keyring{account: a, random: crand.Reader, chance: newChance(rand.Uint64(), rand.Uint64())} //nolint:gosec // No secret.
	if a.cfg.Seed != nil {
		var seed [32]byte
		binary.LittleEndian.PutUint64(seed[:], *a.cfg.Seed)
		before := uint64(0)
		for _, other := range a.handler.accounts[:a.number-1] {
			if other.cfg.Seed != nil && *other.cfg.Seed == *a.cfg.Seed {
				before++
			}
		}
		binary.LittleEndian.PutUint64(seed[8:], before)
		r.random = rand.NewChaCha8(seed)
		r.chance = newChance(*a.cfg.Seed, 0) // Without before: how many tests had the seed on a shared mock differs from run to run.
	}
	// Drawn even if it isn't needed, so that a seed gives the same secrets with and without WithAPIKey.
	drawn, _ := r.newSecret("qai_k_")
	a.cfg.APIKey = cmp.Or(a.cfg.APIKey, drawn)
	r.own, r.size = &key{ring: r, Hash: hashOf(a.cfg.APIKey), kind: own}, 1
	if limit := a.cfg.RateLimit; limit > 0 {
		r.own.RateLimit = new(int32(min(limit, 1<<30)))
	}
	return r
}

func newChance(seed, more uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, more)) } //nolint:gosec // It is for faults.

// newSecret returns prefix and 64 hexadecimal digits that no credential has, and their hash. After a restart, a seed begins with
// secrets that the loaded keys have.
func (r *keyring) newSecret(prefix string) (secret string, sum hash) {
	for {
		random := make([]byte, 32)
		_, _ = io.ReadFull(r.random, random) // Neither source fails.
		secret = prefix + hex.EncodeToString(random)
		if sum = hashOf(secret); !r.taken(sum) {
			return secret, sum
		}
	}
}

// taken reports whether a credential has this hash. Keys of a keyring that this one replaces don't count.
func (r *keyring) taken(sum hash) bool {
	k := r.account.handler.credentials[sum]
	replaced := k != nil && k.ring.account == r.account && k.ring != r
	return k != nil && !replaced || r.own != nil && sum == r.own.Hash
}

// newKey returns a key of what state says, and its secret. It isn't in the keyring yet.
func (r *keyring) newKey(kind string, state State) (secret string, made *key) {
	prefix, number := "qai_k_", len(r.keys)+1
	state.ID = fmt.Sprintf("key_%02d", number)
	if kind == ephemeral {
		prefix, number, state.ID = "qai_eph_", r.tokens+1, ""
	}
	secret, sum := r.newSecret(prefix)
	state.KeyPrefix, state.CreatedAt = strings.Clone(secret[:14]), r.timestamp() // A part of it would keep the whole secret in memory.
	return secret, &key{State: state, Hash: sum, ring: r, kind: kind, number: number}
}

// byID returns the key with an id, or nil. Ids are "key_01" and so on, in the order in which keys were made.
func (r *keyring) byID(id string) *key {
	number, _ := strconv.Atoi(strings.TrimPrefix(id, "key_"))
	if number < 1 || number > len(r.keys) || r.keys[number-1].ID != id {
		return nil
	}
	return r.keys[number-1]
}

// weight is how many keys one counts as: another for each 1024 bytes of its texts.
func (s *State) weight() int {
	size := len(s.Name) + len(s.Region)
	for _, endpoint := range s.Endpoints {
		size += 16 + len(endpoint)
	}
	return 1 + size/1024
}

// add adds a key. It doesn't authenticate yet.
func (r *keyring) add(made *key) {
	r.size += made.weight()
	if made.ID == "" {
		r.tokens++
		return
	}
	r.keys = append(r.keys, made)
}

// mint adds a key of what state says, and returns it with its secret. Changed keys are saved with it, all or none.
func (r *keyring) mint(kind string, state State, changed ...*key) (secret string, made *key, err error) {
	if err := r.account.handler.room(state.weight()); err != nil {
		return "", nil, failure(http.StatusForbidden, err.Error())
	}
	secret, made = r.newKey(kind, state)
	if err := r.account.saveKeys(append(changed, made)...); err != nil {
		return "", nil, err
	}
	r.add(made)
	r.account.handler.credentials[made.Hash] = made
	return secret, made, nil
}

// rotate mints the key that replaces k, which is refused after grace.
func (r *keyring) rotate(k *key, grace time.Duration) (secret string, made *key, err error) {
	state, old := k.State, *k
	state.SpentTicks, state.LastUsed = 0, time.Time{}
	old.ExpiresAt = timestamp(r.now().Add(grace))
	secret, made, err = r.mint(listed, state, &old)
	if err == nil {
		*k = old
	}
	return secret, made, err
}

// change changes k, if that can be saved.
func (r *keyring) change(k *key, change func(*key)) error {
	changed := *k
	change(&changed)
	if err := r.account.saveKeys(&changed); err != nil {
		return err
	}
	*k = changed
	return nil
}

// refuses reports whether k is revoked or expired.
func (r *keyring) refuses(k *key) bool {
	return k.Revoked || !k.ExpiresAt.IsZero() && !r.now().Before(k.ExpiresAt)
}

// death returns why k is refused, if it is.
func (k *key) death() *apiError {
	switch {
	case k.Revoked:
		return refusal(keys.CodeKeyRevokedByOwner, "this API key is revoked")
	case k.kind == ephemeral:
		return refusal(keys.CodeEphemeralExpired, "this ephemeral token is expired")
	}
	return refusal(keys.CodeKeyRotated, "this API key was rotated, and its grace is over")
}

// count counts a request of k, and reports whether k's rate limit allows it.
func (r *keyring) count(k *key) bool {
	now := r.now()
	if elapsed := now.Sub(k.windowStart); elapsed < 0 || elapsed >= time.Minute {
		k.windowStart, k.requests = now, 0
	}
	if k.RateLimit != nil && k.requests >= int(*k.RateLimit) {
		return false
	}
	k.requests++
	k.LastUsed = timestamp(now)
	return true
}

func (r *keyring) now() time.Time { return r.account.now() }

// timestamp returns the time as responses have it.
func (r *keyring) timestamp() time.Time { return timestamp(r.now()) }

// hash is what the mock keeps of a secret: its SHA-256, as text in hexadecimal.
type hash [sha256.Size]byte

func hashOf(secret string) hash { return sha256.Sum256([]byte(secret)) }

func (h hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

func (h *hash) UnmarshalText(text []byte) error {
	if hex.DecodedLen(len(text)) != len(h) {
		return hex.ErrLength
	}
	_, err := hex.Decode(h[:], text)
	return err
}

// keyOf returns the key of any account that has this secret, or nil.
func (h *Handler) keyOf(secret string) *key { return h.credentials[hashOf(secret)] }
