package keys_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// vault is a store that fails where a test wants it to.
type vault struct {
	mu   sync.Mutex
	held map[string]string // Secrets by their key's ID.
	err  error
}

func (v *vault) store(_ context.Context, created *keys.CreatedKey) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.err != nil {
		return v.err
	}
	if v.held == nil {
		v.held = map[string]string{}
	}
	v.held[created.Details.ID] = created.Key.Reveal()
	return nil
}

// liveKeys returns the names of the mock's keys that aren't revoked.
func liveKeys(mock *keystest.Server) []string {
	names := []string{}
	for _, state := range mock.Keys() {
		if !state.Revoked {
			names = append(names, state.Name)
		}
	}
	return names
}

func TestMint(t *testing.T) {
	t.Parallel()
	full := errors.New("the vault is full")
	broken := errors.New("the disk is full")
	lost := keystest.Fault{Operation: "createKey", After: true, Drop: true}
	seed := keystest.WithSeed(1)
	first, err := keystest.NewServer(t, seed).Client().Create(t.Context(), keys.CreateParams{Name: "ci"})
	require.NoError(t, err)
	noID := keystest.Fault{Operation: "createKey", After: true, Body: `{"key":"` + first.Key.Reveal() + `","details":7}`}
	begin, advance, end := []string{"pending", "begin"}, []string{"begin", "settle"}, "settle"
	for name, c := range map[string]struct {
		faults  []keystest.Fault
		store   error            // What the store fails with.
		journal map[string]error // What the journal fails with.
		errs    []error          // What errors.Is finds; none if the mint succeeds.
		says    string           // The error.
		held    string           // The name of the stored key; empty if none is.
		live    []string         // The names of the live keys.
		named   []string         // The names in the journal.
		did     []string         // What the journal was asked for.
	}{
		"nothing goes wrong": {held: "ci", live: []string{"ci"}, did: append(append(append([]string{}, begin...), advance...), end)},
		"the response is lost": {
			faults: []keystest.Fault{lost}, held: "ci-2", live: []string{"ci-2"},
			did: []string{"pending", "begin", "settle", "begin", "begin", "settle", "settle"},
		},
		"the request is lost": {
			faults: []keystest.Fault{{Operation: "createKey", Drop: true}}, held: "ci-2", live: []string{"ci-2"}, named: []string{"ci"},
		},
		"the gateway fails afterwards": {faults: []keystest.Fault{{Operation: "createKey", After: true, Status: 500}, lost}, held: "ci-3", live: []string{"ci-3"}},
		"a proxy gives up, and nothing is found": {
			faults: []keystest.Fault{{Operation: "createKey", Status: 504}}, held: "ci-2", live: []string{"ci-2"}, named: []string{"ci"},
		},
		"a proxy gives up afterwards": {
			faults: []keystest.Fault{{Operation: "createKey", After: true, Status: 504}}, held: "ci-2", live: []string{"ci-2"},
		},
		"it is lost again and again": {
			faults: []keystest.Fault{lost, lost, lost}, errs: []error{keys.ErrOutcomeUnknown}, says: `nothing is left of the mint of "ci-3"`,
		},
		"orphans can't be listed": {
			faults: []keystest.Fault{lost, {Operation: "listKeys", Status: 403}}, errs: []error{keys.ErrOutcomeUnknown, keys.ErrOrphansUnknown, keys.ErrForbidden},
			says: "the journal still names it", live: []string{"ci"}, named: []string{"ci"},
		},
		"orphans can't be revoked": {
			faults: []keystest.Fault{lost, {Operation: "revokeKey", Status: 403}}, errs: []error{keys.ErrOutcomeUnknown, keys.ErrForbidden},
			says: `key "key_01" can't be revoked`, live: []string{"ci"}, named: []string{"ci"},
		},
		"refused": {faults: []keystest.Fault{{Operation: "createKey", Status: 403}}, errs: []error{keys.ErrForbidden}, did: []string{"pending", "begin", "settle"}},
		"refused, and the journal can't be written": {
			faults: []keystest.Fault{{Operation: "createKey", Status: 403}}, journal: map[string]error{"settle 1": broken},
			errs: []error{keys.ErrForbidden, broken}, named: []string{"ci"},
		},
		"a neighbour of the secret is malformed": {
			faults: []keystest.Fault{{Operation: "createKey", Body: `{"key":"` + secret + `","details":{"id":"x","name":7}}`}}, held: "x",
		},
		"the id can't be read, and is found": {faults: []keystest.Fault{noID}, held: "ci", live: []string{"ci"}},
		"the id can't be found": {
			faults: []keystest.Fault{noID, {Operation: "listKeys", Status: 403}}, held: "?", live: []string{"ci"},
		},
		"the id can't be found, and the store fails": {
			faults: []keystest.Fault{noID, {Operation: "listKeys", Status: 403}}, store: full, errs: []error{full}, says: "since its id can't be found",
			live: []string{"ci"}, named: []string{"ci"},
		},
		"the store fails": {store: full, errs: []error{full}, says: `the key "key_01" can't be stored, and was revoked`},
		"the store fails, and the key can't be revoked": {
			store: full, faults: []keystest.Fault{{Operation: "revokeKey", Status: 403}}, errs: []error{full, keys.ErrForbidden},
			says: "the journal still names it", live: []string{"ci"}, named: []string{"ci"},
		},
		"the store fails, and the key is gone": {store: full, faults: []keystest.Fault{{Operation: "revokeKey", After: true, Status: 404}}, errs: []error{full}},
		"the mint can't be recorded": {
			journal: map[string]error{"begin 1": broken}, errs: []error{broken}, says: "nothing was sent", did: begin,
		},
		"the journal can't be read":         {journal: map[string]error{"pending 1": broken}, errs: []error{broken}, says: "nothing was sent"},
		"the key can't be recorded":         {journal: map[string]error{"begin 2": broken}, errs: []error{broken}, says: "was revoked"},
		"its first record can't be settled": {journal: map[string]error{"settle 1": broken}, errs: []error{broken}, says: "was revoked"},
		"the last record can't be settled": {
			journal: map[string]error{"settle 2": broken}, errs: []error{broken}, says: "the journal still names", held: "ci", live: []string{"ci"}, named: []string{"ci"},
		},
		"a lost mint can't be settled": {
			faults: []keystest.Fault{lost}, journal: map[string]error{"settle 1": broken}, held: "ci-2", live: []string{"ci-2"}, named: []string{"ci"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := keystest.NewServer(t, seed)
			mock.Inject(c.faults...)
			journal, store := &memory{fail: c.journal}, &vault{err: c.store}
			created, err := mock.Client().Mint(t.Context(), keys.CreateParams{Name: "ci"}, journal, store.store)
			if len(c.errs) == 0 {
				require.NoError(t, err)
			}
			for _, want := range c.errs {
				require.ErrorIs(t, err, want)
				require.ErrorContains(t, err, c.says)
			}
			if c.held == "" {
				assert.Nil(t, created)
				assert.Empty(t, store.held)
			} else {
				require.NotNil(t, created)
				assert.Len(t, store.held, 1)
				assert.Equal(t, created.Key.Reveal(), store.held[created.Details.ID])
				assert.Contains(t, []string{created.Details.Name, created.Details.ID, "?"}, c.held)
			}
			assert.ElementsMatch(t, c.live, liveKeys(mock))
			names := []string{}
			for _, p := range journal.pending {
				names = append(names, p.Name)
			}
			assert.ElementsMatch(t, c.named, names, "what the journal names")
			if c.did != nil {
				assert.Equal(t, c.did, journal.did)
			}
			if c.held == "" {
				require.NoError(t, mock.Client().Recover(t.Context(), journal), "what wasn't stored can be revoked")
				assert.Empty(t, liveKeys(mock))
				assert.Empty(t, journal.pending)
			}
		})
	}
}

func TestMintRefuses(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	client, journal, store := mock.Client(), new(memory), new(vault)
	_, err := client.Mint(t.Context(), keys.CreateParams{}, journal, store.store)
	require.ErrorIs(t, err, keys.ErrInvalidArgument)
	_, err = client.Mint(t.Context(), keys.CreateParams{Name: "ci"}, journal, nil)
	require.ErrorIs(t, err, keys.ErrInvalidArgument)
	_, err = new(keys.Client).Mint(t.Context(), keys.CreateParams{Name: "ci"}, journal, store.store)
	require.ErrorIs(t, err, keys.ErrInvalidArgument)
	require.ErrorIs(t, client.Recover(t.Context(), nil), keys.ErrInvalidArgument)
	mock.AssertCalls(t, "", 0)
	assert.Empty(t, journal.did)

	_, err = client.Mint(t.Context(), keys.CreateParams{Name: "ci"}, nil, func(ctx context.Context, _ *keys.CreatedKey) error {
		_, err := client.Mint(ctx, keys.CreateParams{Name: "ci"}, nil, store.store)
		require.ErrorIs(t, err, keys.ErrInvalidArgument, "while a key of that name is being minted")
		_, err = client.Mint(ctx, keys.CreateParams{Name: "another"}, nil, store.store)
		require.NoError(t, err)
		account, err := mock.NewAccount()
		require.NoError(t, err)
		other, err := client.WithKey(keys.NewSecret(account.APIKey))
		require.NoError(t, err)
		_, err = other.Mint(ctx, keys.CreateParams{Name: "ci"}, nil, store.store)
		return err
	})
	require.NoError(t, err, "the journal may be nil")
	_, err = client.Mint(t.Context(), keys.CreateParams{Name: "ci"}, nil, store.store)
	require.NoError(t, err, "a name can be used again afterwards")
	assert.Len(t, liveKeys(mock), 3)
}

// TestMintFinishesThoughTheCallerGivesUp: a cancelled context leaves no key behind.
func TestMintFinishesThoughTheCallerGivesUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		inStore  bool // The store cancels, and fails.
		after    bool // The gateway makes the key before the caller gives up.
		named    int
		requests int
	}{
		"in the store":                    {inStore: true, after: true, requests: 2},
		"while the gateway is at work":    {named: 1, requests: 1},
		"while the response is under way": {after: true, requests: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := keystest.NewServer(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if c.inStore || r.Method != http.MethodPost {
					mock.ServeHTTP(w, r)
					return
				}
				if c.after {
					mock.ServeHTTP(httptest.NewRecorder(), r)
				}
				cancel()
				panic(http.ErrAbortHandler)
			}))
			t.Cleanup(gateway.Close)
			journal, store := new(memory), new(vault)
			client := mock.Client(keys.WithBaseURL(gateway.URL))
			created, err := client.Mint(ctx, keys.CreateParams{Name: "ci"}, journal, func(ctx context.Context, created *keys.CreatedKey) error {
				cancel()
				return errors.Join(ctx.Err(), store.store(ctx, created))
			})
			require.ErrorIs(t, err, context.Canceled)
			assert.Equal(t, !c.inStore, errors.Is(err, keys.ErrOutcomeUnknown), err)
			assert.Nil(t, created)
			assert.Empty(t, liveKeys(mock))
			assert.Len(t, journal.pending, c.named, "the gateway may make the key later")
			mock.AssertCalls(t, "", c.requests) // It isn't minted again.
			require.NoError(t, client.Recover(t.Context(), journal))
			assert.Empty(t, journal.pending)
		})
	}
}

// TestAPanicInTheStoreIsNamed: the key isn't lost track of.
func TestAPanicInTheStoreIsNamed(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	journal, client := new(memory), mock.Client()
	assert.PanicsWithValue(t, "boom", func() {
		_, _ = client.Mint(t.Context(), keys.CreateParams{Name: "ci"}, journal, func(context.Context, *keys.CreatedKey) error { panic("boom") })
	})
	require.Len(t, journal.pending, 1)
	assert.Equal(t, "key_01", journal.pending[0].ID)
	_, err := client.Mint(t.Context(), keys.CreateParams{Name: "ci"}, journal, new(vault).store)
	require.ErrorContains(t, err, `the key "key_01" may be in your store`, "no second key while one of that name may be in use")
	assert.Len(t, liveKeys(mock), 1)
}

func TestAStoresErrorHoldsNoSecret(t *testing.T) {
	t.Parallel()
	opaque := `{"key":"qai_k_opaque-secret","details":{"id":"x","name":"ci","key_prefix":"p"}}`
	mock := keystest.NewServer(t)
	mock.Inject(keystest.Fault{Operation: "createKey", Body: opaque}, keystest.Fault{Operation: "createKey", Body: `{"key":"qai_k_opaque-secret","details":{"id":"qai_k_opaque-secret"}}`})
	for range 2 {
		journal := new(memory)
		journal.fail = map[string]error{"settle 4": errors.New("no")}
		_, err := mock.Client().Mint(t.Context(), keys.CreateParams{Name: "ci"}, journal, func(_ context.Context, created *keys.CreatedKey) error {
			for _, p := range journal.pending {
				assert.NotContains(t, p.ID, "opaque-secret", "nor does the journal, but for the public prefix")
			}
			return errors.New("can't write " + created.Key.Reveal() + " nor " + secret[:40])
		})
		require.ErrorContains(t, err, "can't write [redacted] nor [redacted]")
		assert.NotContains(t, err.Error(), "opaque")
	}
}

// TestMintFinishesAnEarlierMint: what an earlier call or program left under the same name comes first.
func TestMintFinishesAnEarlierMint(t *testing.T) {
	t.Parallel()
	for name, left := range map[string]string{"the same name": "ci", "a name of a later try": "ci-3"} {
		mock := keystest.NewServer(t)
		client, journal, store := mock.Client(), new(memory), new(vault)
		p := keys.Pending{Operation: "createKey", Name: left, Started: time.Now().UTC().Round(0)}
		other := keys.Pending{Operation: "createKey", Name: "other", Started: p.Started}
		require.NoError(t, journal.Begin(t.Context(), p))
		require.NoError(t, journal.Begin(t.Context(), other))
		_, err := client.Create(t.Context(), keys.CreateParams{Name: left})
		require.NoError(t, err)
		mock.Inject(keystest.Fault{Operation: "listKeys", Status: 403})
		_, err = client.Mint(t.Context(), keys.CreateParams{Name: "ci"}, journal, store.store)
		require.ErrorIs(t, err, keys.ErrOrphansUnknown, "the earlier one may have a key: %s", name)
		require.ErrorContains(t, err, "nothing was sent")
		assert.Empty(t, store.held)

		_, err = client.Mint(t.Context(), keys.CreateParams{Name: "ci"}, journal, store.store)
		require.NoError(t, err, name)
		assert.Equal(t, []string{"ci"}, liveKeys(mock), "the earlier key is revoked: %s", name)
		assert.Equal(t, []keys.Pending{other}, journal.pending, name)
	}
}

func TestRecover(t *testing.T) {
	t.Parallel()
	started := time.Now().Add(-time.Second).UTC().Round(0)
	create := keys.Pending{Operation: "createKey", Name: "ci", Started: started}
	stored := keys.Pending{Operation: "createKey", Name: "ci", ID: "key_02", Started: started}
	rotate := keys.Pending{Operation: "rotateKey", ID: "key_01", Started: started}
	for name, c := range map[string]struct {
		pending []keys.Pending
		make    func(ctx context.Context, c *keys.Client) error // key_01 is "key 1" of another day.
		faults  []keystest.Fault
		live    []string
		named   []keys.Pending
		says    string
		errs    []error
	}{
		"an empty journal":          {live: []string{"key 1"}},
		"a create that wasn't done": {pending: []keys.Pending{create}, live: []string{"key 1"}},
		"a create that was done":    {pending: []keys.Pending{create}, make: createCI, live: []string{"key 1"}},
		"a partner's key": {
			pending: []keys.Pending{{Operation: "createPartnerKey", Name: "partner:r", Started: started}}, live: []string{"key 1"},
			make: func(ctx context.Context, c *keys.Client) error {
				_, err := c.CreatePartner(ctx, keys.PartnerParams{PartnerID: "p", PartnerRef: "r"})
				return err
			},
		},
		"a key that wasn't being stored yet": {pending: []keys.Pending{create, stored}, make: createCI, live: []string{"key 1"}},
		"a key that was being stored": {
			pending: []keys.Pending{stored}, make: createCI, live: []string{"key 1", "ci"}, named: []keys.Pending{stored},
			says: `the key "key_02" may be in your store: Settle if it is, RevokeOrphans and Settle if it isn't`,
		},
		"a key that was being stored and is revoked": {
			pending: []keys.Pending{stored}, live: []string{"key 1"}, make: func(ctx context.Context, c *keys.Client) error {
				err := createCI(ctx, c)
				_, failed := c.Revoke(ctx, "key_02")
				return errors.Join(err, failed)
			},
		},
		"a rotation that wasn't done": {pending: []keys.Pending{rotate}, live: []string{"key 1"}},
		"a rotation that was done": {
			pending: []keys.Pending{rotate}, live: []string{"key 1"}, named: []keys.Pending{rotate}, says: `"key_01" was replaced by "key_02"`,
			make: func(ctx context.Context, c *keys.Client) error {
				_, err := c.Rotate(ctx, "key_01", keys.RotateParams{})
				return err
			},
		},
		"one can't be known, another can": {
			pending: []keys.Pending{{Operation: "createEphemeralKey"}, create}, make: createCI, live: []string{"key 1"},
			named: []keys.Pending{{Operation: "createEphemeralKey"}}, errs: []error{keys.ErrOrphansUnknown},
		},
		"the keys can't be listed": {
			pending: []keys.Pending{create}, make: createCI, faults: []keystest.Fault{{Operation: "listKeys", Status: 403}}, live: []string{"key 1", "ci"},
			named: []keys.Pending{create}, errs: []error{keys.ErrOrphansUnknown, keys.ErrForbidden},
		},
		"the key can't be revoked": {
			pending: []keys.Pending{create}, make: createCI, faults: []keystest.Fault{{Operation: "revokeKey", Status: 403}}, live: []string{"key 1", "ci"},
			named: []keys.Pending{create}, errs: []error{keys.ErrForbidden}, says: `the journal still names the createKey of "ci"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			yesterday := true
			mock := keystest.NewServer(t, keystest.WithKeys(1), keystest.WithTier("internal"), keystest.WithClock(func() time.Time {
				if yesterday {
					return time.Now().Add(-24 * time.Hour)
				}
				return time.Now()
			}))
			yesterday = false
			client := mock.Client()
			if c.make != nil {
				require.NoError(t, c.make(t.Context(), client))
			}
			mock.Inject(c.faults...)
			journal := &memory{pending: c.pending}
			err := client.Recover(t.Context(), journal)
			if c.named == nil {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, c.says)
			}
			for _, want := range c.errs {
				require.ErrorIs(t, err, want)
			}
			assert.Equal(t, c.live, liveKeys(mock))
			assert.ElementsMatch(t, c.named, journal.pending)
		})
	}
}

func createCI(ctx context.Context, c *keys.Client) error {
	_, err := c.Create(ctx, keys.CreateParams{Name: "ci"})
	return err
}

func TestRecoverOfAJournalThatFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is full")
	p := keys.Pending{Operation: "createKey", Name: "ci"}
	for _, failure := range []string{"pending 1", "pending 2", "settle 1"} {
		mock := keystest.NewServer(t)
		journal := &memory{pending: []keys.Pending{p}, fail: map[string]error{failure: broken}}
		require.ErrorIs(t, mock.Client().Recover(t.Context(), journal), broken, failure)
		assert.Len(t, journal.pending, 1)
		require.NoError(t, mock.Client().Recover(t.Context(), journal))
		assert.Empty(t, journal.pending)
	}
}

// TestRecoverLeavesWhatIsUnderWay: it may be called while the client mints.
func TestRecoverLeavesWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	client, journal, store := mock.Client(), new(memory), new(vault)
	recoverNow := func() { assert.NoError(t, client.Recover(t.Context(), journal)) }
	gateway := http.DefaultTransport
	minting, err := keys.New(mock.APIKey, keys.WithBaseURL(mock.URL), keys.WithHTTPClient(&http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := gateway.RoundTrip(r)
		if strings.HasSuffix(r.URL.Path, "/keys") && r.Method == http.MethodPost {
			recoverNow() // The key is made, and the client doesn't know it yet.
		}
		return resp, err
	})}))
	require.NoError(t, err)
	client = minting
	_, err = minting.Mint(t.Context(), keys.CreateParams{Name: "ci"}, journal, func(ctx context.Context, created *keys.CreatedKey) error {
		recoverNow()
		return store.store(ctx, created)
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"ci"}, liveKeys(mock))
	assert.Empty(t, journal.pending)

	// A mint that ends between Recover's reading of the journal and its search is not taken for a lost one.
	p := keys.Pending{Operation: "createKey", Name: "ci", Started: time.Now().Add(-time.Hour)}
	stale := &memory{pending: []keys.Pending{p}}
	stale.before = func(what string) {
		if what == "pending 2" {
			stale.pending = nil
		}
	}
	require.NoError(t, client.Recover(t.Context(), stale))
	assert.Equal(t, []string{"ci"}, liveKeys(mock))
}

// TestAStoredKeyWithoutAnIDIsLeftAlone: its prefix names it, which is public.
func TestAStoredKeyWithoutAnIDIsLeftAlone(t *testing.T) {
	t.Parallel()
	seed := keystest.WithSeed(1)
	first, err := keystest.NewServer(t, seed).Client().Create(t.Context(), keys.CreateParams{Name: "ci"})
	require.NoError(t, err)
	for _, id := range []string{"", "."} {
		mock, journal := keystest.NewServer(t, seed), new(memory)
		client := mock.Client()
		mock.Inject(
			keystest.Fault{Operation: "createKey", After: true, Body: `{"key":"` + first.Key.Reveal() + `","details":{"id":"` + id + `"}}`},
			keystest.Fault{Operation: "listKeys", Status: 403},
		)
		assert.PanicsWithValue(t, "boom", func() {
			_, _ = client.Mint(t.Context(), keys.CreateParams{Name: "ci"}, journal, func(context.Context, *keys.CreatedKey) error { panic("boom") })
		})
		require.ErrorContains(t, client.Recover(t.Context(), journal), "may be in your store")
		assert.Equal(t, []string{"ci"}, liveKeys(mock))
		require.Len(t, journal.pending, 1)
		assert.Equal(t, first.Key.Reveal()[:14], journal.pending[0].ID)
		orphans, err := client.RevokeOrphans(t.Context(), journal.pending[0])
		require.NoError(t, err)
		assert.Len(t, orphans, 1, "the prefix finds it")
	}
}

// TestAKeyThatIsMadeLateIsNamed: a proxy gives up, or drops the connection, while the gateway is still at work.
func TestAKeyThatIsMadeLateIsNamed(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{context.Canceled, errors.New("shutting down"), errors.Join(errors.New("two"), errors.New("lines"))} {
		mock, journal, store := keystest.NewServer(t), new(memory), new(vault)
		ctx, cancel := context.WithCancelCause(t.Context())
		client := mock.Client(keys.WithHTTPClient(&http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodPost {
				cancel(cause)
				return nil, r.Context().Err() // The request goes on without its caller.
			}
			return http.DefaultTransport.RoundTrip(r)
		})}))
		_, err := client.Mint(ctx, keys.CreateParams{Name: "ci"}, journal, store.store)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, cause, "the text of a cause has any form")
		_, err = mock.Client().Create(t.Context(), keys.CreateParams{Name: "ci"})
		require.NoError(t, err)
		require.Len(t, journal.pending, 1)
		require.NoError(t, client.Recover(t.Context(), journal))
		assert.Empty(t, liveKeys(mock))
	}
}

// TestTwoClientsShareAJournal: what one is minting, another neither recovers nor mints.
func TestTwoClientsShareAJournal(t *testing.T) {
	t.Parallel()
	mock, store := keystest.NewServer(t), new(vault)
	dir := t.TempDir()
	other, err := mock.Client().WithKey(keys.NewSecret(mock.APIKey))
	require.NoError(t, err)
	_, err = mock.Client().Mint(t.Context(), keys.CreateParams{Name: "ci"}, keys.FileJournal(dir), func(ctx context.Context, created *keys.CreatedKey) error {
		require.NoError(t, other.Recover(ctx, keys.FileJournal(dir)))
		for _, name := range []string{"ci", "ci-2"} {
			_, err := other.Mint(ctx, keys.CreateParams{Name: name}, keys.FileJournal(dir), store.store)
			require.ErrorIs(t, err, keys.ErrInvalidArgument)
		}
		_, err := other.Mint(ctx, keys.CreateParams{Name: "another"}, keys.FileJournal(dir), store.store)
		require.NoError(t, err)
		return store.store(ctx, created)
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"ci", "another"}, liveKeys(mock))
	assert.Len(t, store.held, 2)
}

// sliceJournal can't be compared, and isn't a key of a map.
type sliceJournal struct {
	*memory

	_ []int
}

func TestAnyJournalCanBeUsed(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	_, err := mock.Client().Mint(t.Context(), keys.CreateParams{Name: "ci"}, sliceJournal{memory: new(memory)}, new(vault).store)
	require.NoError(t, err)
}
