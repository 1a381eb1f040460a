package keystest_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/types"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAKeysLife(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	created := mint(t, mock, keys.CreateParams{Name: "ci"})
	assert.Regexp(t, `^qai_k_[0-9a-f]{64}$`, created.Key.Reveal())
	assert.Equal(t, created.Key.Reveal()[:14], created.Details.KeyPrefix)
	assert.WithinDuration(t, time.Now(), created.Details.CreatedAt, time.Minute)

	own := as(t, mock, created.Key)
	list, err := own.List(t.Context())
	require.NoError(t, err, "a minted key authenticates")
	require.Len(t, list, 1)
	assert.Equal(t, created.Details.ID, list[0].ID)
	assert.False(t, list[0].LastUsed.IsZero(), "and was used by that")

	require.NoError(t, mock.Use(created.Details.ID, 25_000_000_000))
	list, err = mock.Client().List(t.Context())
	require.NoError(t, err)
	assert.Equal(t, types.Ticks(25_000_000_000), list[0].SpentTicks)

	for range 2 {
		status, err := mock.Client().Revoke(t.Context(), created.Details.ID)
		require.NoError(t, err, "a revoked key stays revoked")
		assert.Equal(t, "revoked", status.Status)
	}
	_, err = own.List(t.Context())
	require.ErrorIs(t, err, keys.ErrUnauthorized)
	list, err = mock.Client().List(t.Context())
	require.NoError(t, err)
	assert.True(t, list[0].Revoked)
	_, err = once(mock).Revoke(t.Context(), "key_99")
	assert.ErrorIs(t, err, keys.ErrNotFound)
}

func TestKeysComeInTheOrderInWhichTheyWereMade(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithKeys(12))
	mint(t, mock, keys.CreateParams{Name: "last"})
	list, err := mock.Client().List(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 13)
	assert.Equal(t, "key 1", list[0].Name)
	assert.Equal(t, "key 12", list[11].Name)
	assert.Equal(t, "last", list[12].Name)
	for i, state := range mock.Keys() {
		assert.Equal(t, list[i].ID, state.ID)
	}
}

func TestReset(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithKeys(2), keystest.WithTier("internal"))
	before, apiKey := mock.Keys(), mock.APIKey
	created := mint(t, mock, keys.CreateParams{Name: "ci"})
	ephemeral, err := mock.Client().CreateEphemeral(t.Context(), keys.EphemeralParams{})
	require.NoError(t, err)
	_, err = mock.Client().Revoke(t.Context(), "key_01")
	require.NoError(t, err)
	mock.Inject(keystest.Fault{Status: 500, Times: -1})
	mock.Reset()
	assert.Empty(t, mock.Requests())
	assert.Equal(t, apiKey, mock.APIKey)
	require.Len(t, mock.Keys(), len(before))
	assert.False(t, mock.Keys()[0].Revoked)
	_, err = once(mock).List(t.Context())
	require.NoError(t, err)
	for _, secret := range []keys.Secret{created.Key, ephemeral.Token} {
		_, err = as(t, mock, secret).List(t.Context())
		require.ErrorIs(t, err, keys.ErrUnauthorized)
	}
}

func TestASeedMakesRunsTheSame(t *testing.T) {
	t.Parallel()
	run := func(opts ...keystest.Option) (apiKey, first, second string) {
		mock := keystest.NewServer(t, opts...)
		first = mint(t, mock, keys.CreateParams{Name: "a"}).Key.Reveal()
		mock.Reset()
		second = mint(t, mock, keys.CreateParams{Name: "a"}).Key.Reveal()
		return mock.APIKey, first, second
	}
	api1, first1, again1 := run(keystest.WithSeed(1))
	api2, first2, _ := run(keystest.WithSeed(1))
	api3, first3, _ := run(keystest.WithSeed(2))
	assert.Equal(t, api1, api2)
	assert.Equal(t, first1, first2)
	assert.NotEqual(t, api1, api3)
	assert.NotEqual(t, first1, first3)
	assert.NotEqual(t, api1, first1)
	assert.Equal(t, first1, again1, "and after a reset")
	apiA, firstA, _ := run()
	apiB, firstB, _ := run()
	assert.NotEqual(t, apiA, apiB)
	assert.NotEqual(t, firstA, firstB)
}

func TestServersShareNothing(t *testing.T) {
	t.Parallel()
	one, two := keystest.NewServer(t), keystest.NewServer(t)
	created := mint(t, one, keys.CreateParams{Name: "ci"})
	assert.Empty(t, two.Keys())
	_, err := as(t, two, created.Key).List(t.Context())
	assert.ErrorIs(t, err, keys.ErrUnauthorized)
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	client := mock.Client()
	failures := make(chan error, 64)
	for i := range 16 {
		go func() {
			name := fmt.Sprintf("worker %d", i)
			created, err := client.Create(context.WithoutCancel(t.Context()), keys.CreateParams{Name: name})
			failures <- err
			_, err = client.List(context.WithoutCancel(t.Context()))
			failures <- err
			_ = mock.Requests()
			failures <- mock.Use(created.Details.ID, 1)
			_, err = client.Revoke(context.WithoutCancel(t.Context()), created.Details.ID)
			failures <- err
		}()
	}
	for range 64 {
		require.NoError(t, <-failures)
	}
	states := mock.Keys()
	require.Len(t, states, 16)
	names := map[string]bool{}
	for _, state := range states {
		assert.True(t, state.Revoked)
		assert.Equal(t, types.Ticks(1), state.SpentTicks)
		names[state.Name] = true
	}
	assert.Len(t, names, 16)
}

func TestNilOptionsAreIgnored(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, nil, keystest.WithKeys(1))
	account, err := mock.NewAccount(keystest.WithKeys(1), nil)
	require.NoError(t, err)
	require.NoError(t, account.Use("key_01", 1, nil, keystest.WithModel("a")))
	account.AssertCalls(t, "", 0, nil)
	found := failures(t, func(tb *stub) { mock.AssertCalls(tb, "", 1, nil) })
	require.Len(t, found, 1)
	assert.NotContains(t, found[0], "that match")
}

// stub is a testing.TB that notes what it failed with.
type stub struct {
	testing.TB

	failures []string
}

func (s *stub) Helper() {}

func (s *stub) Errorf(format string, args ...any) {
	s.failures = append(s.failures, fmt.Sprintf(format, args...))
}

func (s *stub) Fatal(args ...any) {
	s.failures = append(s.failures, fmt.Sprint(args...))
	runtime.Goexit()
}

// failures returns what a test fails with.
func failures(t *testing.T, test func(*stub)) []string {
	t.Helper()
	tb, done := &stub{TB: t}, make(chan struct{})
	go func() {
		defer close(done)
		test(tb)
	}()
	<-done
	return tb.failures
}

func TestAClientThatCannotBeMadeFailsTheTest(t *testing.T) {
	t.Parallel()
	found := failures(t, func(tb *stub) { keystest.NewServer(tb).Client(keys.WithTimeout(-1)) })
	assert.Len(t, found, 1)
}
