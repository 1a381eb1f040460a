package keystest_test

import (
	"errors"
	"maps"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// memory is a store that can be told to fail.
type memory struct {
	records map[string][]byte
	fails   error
}

func (m *memory) Load() (map[string][]byte, error) { return m.records, m.fails }

func (m *memory) Save(changes map[string][]byte) error {
	if m.fails != nil {
		return m.fails
	}
	if m.records == nil {
		m.records = map[string][]byte{}
	}
	for name, value := range changes {
		if value == nil {
			delete(m.records, name)
		} else {
			m.records[name] = value
		}
	}
	return nil
}

// open starts a mock with store and returns it with a client that doesn't retry.
func open(t *testing.T, store keystest.Store, opts ...keystest.Option) (*keystest.Handler, *keys.Client) {
	t.Helper()
	mock, err := keystest.OpenHandler(store, opts...)
	require.NoError(t, err)
	server := httptest.NewServer(mock)
	t.Cleanup(server.Close)
	client, err := keys.New(mock.APIKey, keys.WithBaseURL(server.URL), keys.WithRetry(keys.RetryPolicy{}))
	require.NoError(t, err)
	return mock, client
}

func TestAStoreKeepsEverything(t *testing.T) {
	t.Parallel()
	store := &memory{}
	mock, client := open(t, store, keystest.WithKeys(2), keystest.WithTier("internal"))
	_, err := client.Create(t.Context(), keys.CreateParams{Name: "ci", RateLimit: new(int32(5))})
	require.NoError(t, err)
	_, err = client.Rotate(t.Context(), "key_01", keys.RotateParams{GraceSeconds: 60})
	require.NoError(t, err)
	_, err = client.Revoke(t.Context(), "key_02")
	require.NoError(t, err)
	_, err = client.CreateEphemeral(t.Context(), keys.EphemeralParams{})
	require.NoError(t, err)
	require.NoError(t, mock.Use("key_03", 7, keystest.WithModel("m")))
	other, err := mock.NewAccount(keystest.WithKeys(3), keystest.WithRateLimit(9))
	require.NoError(t, err)

	again, _ := open(t, store, keystest.WithKeys(99))
	assert.Equal(t, mock.APIKey, again.APIKey)
	assert.Equal(t, mock.Keys(), again.Keys())
	require.Len(t, again.Accounts(), 2)
	assert.Equal(t, other.Keys(), again.AccountOf(other.APIKey).Keys())

	again.Reset()
	assert.Len(t, again.Keys(), 2, "as it was made")
	assert.Len(t, store.records, 7, "two accounts with two and three keys, and no record of what was minted")
	once, _ := open(t, store)
	assert.Len(t, once.Keys(), 2)
	assert.Len(t, once.Accounts()[1].Keys(), 3)

	renamed, _ := open(t, store, keystest.WithAPIKey("qai_another"))
	assert.Equal(t, "qai_another", renamed.APIKey)
	assert.Nil(t, renamed.AccountOf(mock.APIKey))
	assert.Len(t, renamed.Keys(), 2)

	_, err = keystest.OpenHandler(store, keystest.WithAPIKey(other.APIKey))
	assert.ErrorIs(t, err, keystest.ErrAPIKeyTaken)
}

// TestASeedGivesNoSecretTwice tests a mock that is opened again with the seed that its keys were made with.
func TestASeedGivesNoSecretTwice(t *testing.T) {
	t.Parallel()
	store := &memory{}
	open(t, store, keystest.WithKeys(2), keystest.WithSeed(1))
	again, client := open(t, store, keystest.WithSeed(1))
	_, err := client.Create(t.Context(), keys.CreateParams{Name: "ci"})
	require.NoError(t, err)
	prefixes := map[string]bool{}
	for _, state := range again.Keys() {
		prefixes[state.KeyPrefix] = true
	}
	assert.Len(t, prefixes, 3)
}

// TestAStoreThatFails tests that nothing changes that can't be saved, and that the mock then responds with errors alone and saves
// nothing more, even if it could.
func TestAStoreThatFails(t *testing.T) {
	t.Parallel()
	full := errors.New("the disk is full")
	changes := map[string]func(*keystest.Handler, *keys.Client) error{
		"mint": func(_ *keystest.Handler, c *keys.Client) error {
			return failed(c.Create(t.Context(), keys.CreateParams{Name: "ci"}))
		},
		"partner": func(_ *keystest.Handler, c *keys.Client) error {
			return failed(c.CreatePartner(t.Context(), keys.PartnerParams{}))
		},
		"token": func(_ *keystest.Handler, c *keys.Client) error {
			return failed(c.CreateEphemeral(t.Context(), keys.EphemeralParams{}))
		},
		"rotate": func(_ *keystest.Handler, c *keys.Client) error {
			return failed(c.Rotate(t.Context(), "key_01", keys.RotateParams{}))
		},
		"revoke":  func(_ *keystest.Handler, c *keys.Client) error { return failed(c.Revoke(t.Context(), "key_01")) },
		"use":     func(m *keystest.Handler, _ *keys.Client) error { return m.Use("key_01", 5) },
		"account": func(m *keystest.Handler, _ *keys.Client) error { return failed(m.NewAccount()) },
		"reset":   func(m *keystest.Handler, _ *keys.Client) error { m.Reset(); return m.Err() },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := &memory{}
			mock, client := open(t, store, keystest.WithKeys(1), keystest.WithTier("internal"))
			before := mock.Keys()
			store.fails = full
			require.Error(t, change(mock, client))
			assert.Equal(t, before[0].Revoked, mock.Keys()[0].Revoked)
			assert.Equal(t, before[0].SpentTicks, mock.Keys()[0].SpentTicks)
			assert.Len(t, mock.Keys(), 1)
			assert.Len(t, mock.Accounts(), 1)
			require.ErrorIs(t, mock.Err(), full)
			store.fails = nil
			saved := maps.Clone(store.records)
			for again, change := range changes {
				require.ErrorContains(t, change(mock, client), "the disk is full", again)
				assert.Equal(t, saved, store.records, again)
			}
			_, err := client.List(t.Context())
			require.ErrorIs(t, err, keys.ErrServer)
			assert.ErrorContains(t, err, "the disk is full")
		})
	}
	_, err := keystest.OpenHandler(&memory{fails: full})
	require.ErrorIs(t, err, full)
}

func failed[T any](_ T, err error) error { return err }

func TestRecordsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	store := &memory{}
	open(t, store, keystest.WithKeys(3))
	for name, c := range map[string]struct {
		record, value string
		says          string
	}{
		"an account that isn't one":  {"account/000001/000000000000", "{", "account/000001"},
		"an account that is missing": {"account/000003/000000000000", "{}", "accounts before it are missing"},
		"a key that isn't one":       {"key/000001/000000000002", "[]", "isn't a key"},
		"a key without a hash":       {"key/000001/000000000002", "{}", "isn't a key"},
		"a key that is missing":      {"key/000001/000000000002", "", "keys before it are missing"},
		"a key of no account":        {"key/000009/000000000001", "{}", "its account is missing"},
		"another kind":               {"something", "{}", "its name is unknown"},
		"a kind of key that isn't":   {"thing/000001/000000000000", `{"Hash":"` + strings.Repeat("0a", 32) + `"}`, "its name is unknown"},
		"a name of another form":     {"key/1/4", `{"Hash":"` + strings.Repeat("0a", 32) + `"}`, "its name is unknown"},
		"a hash that is too short":   {"key/000001/000000000002", `{"Hash":"0a"}`, "isn't a key"},
	} {
		damaged := &memory{records: maps.Clone(store.records)}
		damaged.records[c.record] = []byte(c.value)
		if c.value == "" {
			delete(damaged.records, c.record)
		}
		if strings.HasPrefix(c.record, "key/000009") {
			damaged.records[c.record] = store.records["key/000001/000000000001"]
		}
		_, err := keystest.OpenHandler(damaged)
		require.ErrorContains(t, err, c.says, name)
	}
}
