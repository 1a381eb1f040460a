package keys_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/types"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCreate(t *testing.T) {
	t.Parallel()
	transport := new(script).then(200, minted)
	created, err := newClient(t, transport).Create(t.Context(), keys.CreateParams{Name: "ci"})
	require.NoError(t, err)
	assert.Equal(t, secret, created.Key.Reveal())
	assert.Equal(t, keys.Key{
		ID: "key_01", Name: "ci", KeyPrefix: "qai_k_4f1c09aa", Scope: types.JSON(`{"endpoints":["chat"]}`),
		CreatedAt: time.Date(2026, 9, 1, 12, 34, 56, 0, time.UTC),
	}, created.Details)
}

func TestOptionsThatAreNotSetAreLeftOutAndZerosAreSent(t *testing.T) {
	t.Parallel()
	for want, params := range map[string]keys.CreateParams{
		`{"name":"ci"}`: {Name: "ci"},
		`{"name":"ci","spend_cap_usd":0,"rate_limit":0,"endpoints":[]}`:      {Name: "ci", SpendCapUSD: new(0.0), RateLimit: new(int32(0)), Endpoints: []string{}},
		`{"name":"ci","spend_cap_usd":25,"rate_limit":60,"endpoints":["a"]}`: {Name: "ci", SpendCapUSD: new(25.0), RateLimit: new(int32(60)), Endpoints: []string{"a"}},
	} {
		var sent []byte
		client := newClient(t, roundTrip(func(r *http.Request) (*http.Response, error) {
			sent, _ = io.ReadAll(r.Body)
			return response(200, minted), nil
		}))
		_, err := client.Create(t.Context(), params)
		require.NoError(t, err)
		assert.JSONEq(t, want, string(sent))
	}
}
