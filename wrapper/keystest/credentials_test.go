package keystest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// do sends a request to the handler itself, and returns its response.
func do(mock http.Handler, apiKey, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("X-API-Key", apiKey)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	mock.ServeHTTP(w, r)
	return w
}

// mintAs mints a key and returns its secret.
func mintAs(t *testing.T, mock http.Handler, apiKey string) string {
	t.Helper()
	w := do(mock, apiKey, "POST", "/qai/v1/keys", `{"name":"ci"}`)
	require.Equal(t, 200, w.Code, w.Body)
	_, rest, _ := strings.Cut(w.Body.String(), `"key":"`)
	secret, _, _ := strings.Cut(rest, `"`)
	return secret
}

func TestAnAPIKeyIsGivenToOneAccount(t *testing.T) {
	t.Parallel()
	mock := keystest.NewHandler()
	var made, taken atomic.Int32
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			_, err := mock.NewAccount(keystest.WithAPIKey("qai_explicit"))
			switch {
			case err == nil:
				made.Add(1)
			case assert.ErrorIs(t, err, keystest.ErrAPIKeyTaken):
				taken.Add(1)
			}
		})
	}
	group.Wait()
	assert.Equal(t, int32(1), made.Load())
	assert.Equal(t, int32(15), taken.Load())
}

// TestAccountsWithOneSeed tests that accounts with the same seed have secrets of their own, which are the same in every run
// whatever the others do.
func TestAccountsWithOneSeed(t *testing.T) {
	t.Parallel()
	run := func(order []int) [3][]string {
		mock := keystest.NewHandler(keystest.WithSeed(7))
		accounts := [3]*keystest.Account{mock.Accounts()[0]}
		for i := range 2 {
			_, err := mock.NewAccount(keystest.WithSeed(uint64(i))) // Others don't count.
			require.NoError(t, err)
			accounts[i+1], err = mock.NewAccount(keystest.WithSeed(7))
			require.NoError(t, err)
		}
		var secrets [3][]string
		for i, account := range accounts {
			secrets[i] = []string{account.APIKey}
		}
		for _, i := range order {
			secrets[i] = append(secrets[i], mintAs(t, mock, accounts[i].APIKey))
		}
		return secrets
	}
	secrets := run([]int{0, 1, 2, 0, 1, 2})
	assert.Equal(t, secrets, run([]int{2, 1, 2, 0, 0, 1}), "the order of their mints doesn't matter")
	distinct := map[string]bool{}
	for _, secret := range append(append(secrets[0], secrets[1]...), secrets[2]...) {
		distinct[secret] = true
	}
	assert.Len(t, distinct, 9)
}

// TestAnAPIKeyThatASeedWouldGive gives an account the secret that its own seed gives next.
func TestAnAPIKeyThatASeedWouldGive(t *testing.T) {
	t.Parallel()
	source := keystest.NewHandler(keystest.WithSeed(7))
	first, second := mintAs(t, source, source.APIKey), mintAs(t, source, source.APIKey)

	mock := keystest.NewHandler(keystest.WithSeed(7), keystest.WithAPIKey(first), keystest.WithKeys(1))
	for range 2 {
		assert.Equal(t, second[:14], mock.Keys()[0].KeyPrefix, "key_01 isn't the account's own credential")
		require.Equal(t, 200, do(mock, first, "DELETE", "/qai/v1/keys/key_01", "").Code)
		assert.Equal(t, 200, do(mock, first, "GET", "/qai/v1/keys", "").Code)
		mock.Reset()
	}
	same := keystest.NewHandler(keystest.WithSeed(7), keystest.WithAPIKey(source.APIKey))
	assert.Equal(t, first, mintAs(t, same, same.APIKey), "the seed's own credential, given explicitly, changes nothing")
}

// TestRecordsWithOneCredential opens a store in which two records have the same credential.
func TestRecordsWithOneCredential(t *testing.T) {
	t.Parallel()
	for _, to := range []string{"key/000001/000000000002", "key/000002/000000000001", "token/000001/000000000001"} {
		store := &memory{}
		mock, _ := open(t, store, keystest.WithKeys(2))
		_, err := mock.NewAccount(keystest.WithKeys(1))
		require.NoError(t, err)
		store.records[to] = store.records["key/000001/000000000001"]
		_, err = keystest.OpenHandler(store)
		assert.ErrorContains(t, err, "another record has its credential", to)
	}
	store := &memory{}
	mock, _ := open(t, store)
	_, err := mock.NewAccount()
	require.NoError(t, err)
	store.records["account/000002/000000000000"] = store.records["account/000001/000000000000"]
	_, err = keystest.OpenHandler(store)
	assert.Error(t, err)
}

// TestAResetDuringARequest resets an account while a request with one of its keys is on its way.
func TestAResetDuringARequest(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{
		`POST /qai/v1/keys {"name":"late"}`, `POST /qai/v1/keys/key_01/rotate {"grace_seconds":0}`, "DELETE /qai/v1/keys/key_01 ", "GET /qai/v1/keys ",
	} {
		for name, c := range map[string]struct {
			opts  []keystest.Option
			fault []keystest.Fault
			again bool // The key is given to another account.
		}{
			"before it is authenticated": {[]keystest.Option{keystest.WithLatency(time.Second)}, nil, false},
			"before it is executed":      {nil, []keystest.Fault{{Delay: time.Second}}, false},
			"and its key is another's":   {nil, []keystest.Fault{{Delay: time.Second}}, true},
			"and that before it began":   {[]keystest.Option{keystest.WithLatency(time.Second)}, nil, true},
		} {
			t.Run(operation+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					mock := keystest.NewHandler(append(c.opts, keystest.WithKeys(1))...)
					key := mintAs(t, mock, mock.APIKey)
					mock.Inject(c.fault...)
					response := make(chan *httptest.ResponseRecorder)
					part := strings.SplitN(operation, " ", 3)
					go func() { response <- do(mock, key, part[0], part[1], part[2]) }()
					synctest.Wait()
					before := mock.Keys()[:1]
					mock.Reset()
					if c.again {
						other, err := mock.NewAccount(keystest.WithAPIKey(key))
						require.NoError(t, err)
						defer func() { assert.Empty(t, other.Keys()) }()
					}
					mock.Inject(keystest.Fault{Status: 418})
					assert.Equal(t, 401, (<-response).Code)
					before[0].CreatedAt, before[0].KeyPrefix = mock.Keys()[0].CreatedAt, mock.Keys()[0].KeyPrefix
					assert.Equal(t, before, mock.Keys())
					assert.Equal(t, 418, do(mock, mock.APIKey, "GET", "/qai/v1/keys", "").Code, "the fault waits for a request that counts")
				})
			})
		}
	}
}

// TestTheAccountsOwnKeySurvivesAReset resets an account while requests with its own credential are on their way.
func TestTheAccountsOwnKeySurvivesAReset(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mock := keystest.NewHandler(keystest.WithLatency(time.Second), keystest.WithRateLimit(1))
		mock.Inject(keystest.Fault{Delay: time.Minute})
		response := make(chan *httptest.ResponseRecorder)
		go func() { response <- do(mock, mock.APIKey, "POST", "/qai/v1/keys", `{"name":"ci"}`) }()
		synctest.Wait()
		mock.Reset()
		assert.Equal(t, 200, (<-response).Code)
		assert.Len(t, mock.Keys(), 1)
		assert.Equal(t, 429, do(mock, mock.APIKey, "GET", "/qai/v1/keys", "").Code, "it counts")
	})
}

// TestResetWhileEverythingElseRuns is for the race detector.
func TestResetWhileEverythingElseRuns(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithKeys(2), keystest.WithSeed(1), keystest.WithTier("internal"), keystest.WithResponsesValidated())
	var group sync.WaitGroup
	for _, run := range []func(){
		mock.Reset,
		func() {
			_, _ = once(mock).Create(t.Context(), keys.CreateParams{Name: "ci", Endpoints: []string{"keys"}})
		},
		func() { _, _ = once(mock).CreateEphemeral(t.Context(), keys.EphemeralParams{}) },
		func() { _, _ = once(mock).List(t.Context()) },
		func() { _, _ = mock.NewAccount(keystest.WithSeed(1), keystest.WithKeys(1)) },
		func() { mock.Inject(keystest.Fault{After: true, Status: 500, Header: http.Header{"X-A": {"b"}}}) },
		func() {
			for _, account := range mock.Accounts() {
				_ = fmt.Sprint(account.APIKey, account.Keys(), account.Requests(), mock.AccountOf(account.APIKey) == account)
			}
		},
		func() { _ = mock.Use("key_01", 1) },
	} {
		group.Go(func() {
			for range 20 {
				run()
			}
		})
	}
	group.Wait()
	mock.Reset()
	assert.Len(t, mock.Keys(), 2)
}
