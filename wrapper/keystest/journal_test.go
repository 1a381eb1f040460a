package keystest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/qaikeys/qaikeys/types"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheStateOfAMintedKey(t *testing.T) {
	t.Parallel()
	clock := newClock()
	mock := keystest.NewServer(t, clock.option(), keystest.WithSeed(7))
	created := mint(t, mock, keys.CreateParams{Name: "ci", Endpoints: []string{"chat"}, SpendCapUSD: new(25.0), RateLimit: new(int32(60))})
	assert.Equal(t, []keystest.State{{
		ID: "key_01", Name: "ci", KeyPrefix: created.Key.Reveal()[:14], Endpoints: []string{"chat"},
		SpendCapUSD: new(25.0), RateLimit: new(int32(60)), CreatedAt: clock.now,
	}}, mock.Keys())
	assert.JSONEq(t, `{"endpoints":["chat"],"spend_cap_usd":25,"rate_limit":60}`, string(created.Details.Scope))
	assert.NotContains(t, fmt.Sprintf("%+v %+v", mock.Keys(), mock.Requests()), created.Key.Reveal())
	assert.Nil(t, mint(t, mock, keys.CreateParams{Name: "free"}).Details.Scope)
}

func TestUseOfAnUnknownKeyOrOfLessThanNothing(t *testing.T) {
	t.Parallel()
	mock := keystest.NewHandler(keystest.WithKeys(1))
	require.ErrorContains(t, mock.Use("key_99", 1), "no key")
	require.ErrorContains(t, mock.Use("key_01", -1), "negative")
	require.NoError(t, mock.Use("key_01", 5))
	require.NoError(t, mock.Use("key_01", 6))
	assert.Equal(t, types.Ticks(11), mock.Keys()[0].SpentTicks)
	assert.False(t, mock.Keys()[0].LastUsed.IsZero())
}

func TestTheJournal(t *testing.T) {
	t.Parallel()
	clock := newClock()
	mock := keystest.NewServer(t, clock.option())
	var meta keys.Meta
	created, err := mock.Client(keys.WithApp("deploy-bot")).Create(t.Context(), keys.CreateParams{Name: "ci"}, keys.CaptureMeta(&meta))
	require.NoError(t, err)
	_, err = as(t, mock, created.Key).Revoke(t.Context(), "a b")
	require.Error(t, err)
	mock.Inject(keystest.Fault{Drop: true})
	_, err = once(mock).Create(t.Context(), keys.CreateParams{Name: "lost"})
	require.Error(t, err)

	requests := mock.Requests()
	require.Len(t, requests, 3)
	first := requests[0]
	assert.Equal(t, "deploy-bot", first.Header.Get("X-Quantum-App"))
	assert.Equal(t, "[redacted]", first.Header.Get("Authorization"))
	assert.Equal(t, "[redacted]", first.Header.Get("X-Api-Key"))
	first.Header = nil
	assert.Equal(t, keystest.Request{
		ID: meta.RequestID, Time: clock.now, Method: "POST", Path: "/qai/v1/keys", Body: `{"name":"ci"}`, Operation: "createKey", Status: 200,
	}, first)
	assert.Equal(t, created.Details.ID, requests[1].KeyID)
	assert.Equal(t, "/qai/v1/keys/a%20b", requests[1].Path)
	assert.Equal(t, 404, requests[1].Status)
	assert.Equal(t, "there is no key with this id", requests[1].Error)
	assert.True(t, requests[2].Fault)
	assert.Zero(t, requests[2].Status)
	for _, secret := range []string{mock.APIKey, created.Key.Reveal()} {
		assert.NotContains(t, fmt.Sprintf("%+v", requests), secret)
	}
}

// TestTheJournalNamesTheKeyOfARefusedRequest: a test that asks which key was refused finds it. Neither an ephemeral token nor the
// account's own credential has an id.
func TestTheJournalNamesTheKeyOfARefusedRequest(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		headers func(*refusing) []string
		status  int
		keyID   string
	}{
		"revoked":              {revoked, 401, "key_04"},
		"rotated":              {rotated, 401, "key_04"},
		"at its rate limit":    {limited, 429, "key_04"},
		"restricted":           {restricted, 403, "key_04"},
		"an expired token":     {expired, 401, ""},
		"the account's own":    {bare("X-API-Key: qai_account"), 200, ""},
		"an unknown one":       {bare("X-API-Key: qai_unknown"), 401, ""},
		"no credential at all": {bare(), 401, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newRefusing(t)
			headers := c.headers(s)
			resp, _ := send(t, s.mock, "GET", "/qai/v1/keys", "", headers...)
			assert.Equal(t, c.status, resp.StatusCode)
			for _, account := range s.mock.Accounts() {
				requests := account.Requests()
				assert.Equal(t, c.keyID, requests[len(requests)-1].KeyID)
			}
			_, _ = send(t, s.mock, "GET", "/elsewhere", "", headers...)
			assert.Equal(t, c.keyID, last(s.mock).KeyID, "of a path that the API doesn't have")
		})
	}
}

func TestTheJournalIsBounded(t *testing.T) {
	t.Parallel()
	mock := keystest.NewHandler()
	for range 1_001 {
		mock.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	}
	requests := mock.Requests()
	assert.Len(t, requests, 1_000)
	assert.Equal(t, "req_000002", requests[0].ID)
}
