package keystest_test

import (
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAuthentication(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithAPIKey("qai_account"))
	for name, c := range map[string]struct {
		headers []string
		status  int
	}{
		"none":                  {nil, 401},
		"both":                  {[]string{"X-API-Key: qai_account", "Authorization: Bearer qai_account"}, 200},
		"X-API-Key alone":       {[]string{"X-API-Key: qai_account"}, 200},
		"bearer alone":          {[]string{"Authorization: Bearer qai_account"}, 200},
		"bearer in lower case":  {[]string{"Authorization: bearer qai_account"}, 200},
		"X-API-Key comes first": {[]string{"X-API-Key: qai_other", "Authorization: Bearer qai_account"}, 401},
		"the bearer is ignored": {[]string{"X-API-Key: qai_account", "Authorization: Bearer qai_other"}, 200},
		"unknown":               {[]string{"X-API-Key: qai_other"}, 401},
		"another scheme":        {[]string{"Authorization: Basic qai_account"}, 401},
		"no scheme":             {[]string{"Authorization: qai_account"}, 401},
		"empty":                 {[]string{"X-API-Key: "}, 401},
	} {
		resp, body := send(t, mock, "GET", "/qai/v1/keys", "", c.headers...)
		assert.Equal(t, c.status, resp.StatusCode, name)
		assert.NotEmpty(t, resp.Header.Get("X-QAI-Request-Id"), name)
		if c.status == 401 {
			assert.Contains(t, body, `"code":"authentication_error"`, name)
			assert.Equal(t, "application/json", resp.Header.Get("Content-Type"), name)
		}
	}
}

func TestAKeysRateLimit(t *testing.T) {
	t.Parallel()
	clock := newClock()
	mock := keystest.NewServer(t, clock.option())
	limited := as(t, mock, mint(t, mock, keys.CreateParams{Name: "two", RateLimit: new(int32(2))}).Key)
	none := as(t, mock, mint(t, mock, keys.CreateParams{Name: "none", RateLimit: new(int32(0))}).Key)
	for range 2 {
		_, err := limited.List(t.Context())
		require.NoError(t, err)
	}
	_, err := limited.List(t.Context())
	var apiErr *keys.Error
	require.ErrorAs(t, err, &apiErr)
	require.ErrorIs(t, err, keys.ErrRateLimited)
	assert.Equal(t, 5*time.Second, apiErr.RetryAfter)
	assert.Equal(t, "rate_limit", apiErr.Code)
	_, err = none.List(t.Context())
	require.ErrorIs(t, err, keys.ErrRateLimited, "a limit of 0 isn't no limit")
	clock.now = clock.now.Add(time.Minute)
	_, err = limited.List(t.Context())
	require.NoError(t, err, "the next minute")
	clock.now = clock.now.Add(-time.Hour)
	_, err = limited.List(t.Context())
	require.NoError(t, err, "a clock that goes back")
}

func TestTheAccountsRateLimit(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithRateLimit(1))
	_, err := once(mock).List(t.Context())
	require.NoError(t, err)
	_, err = once(mock).List(t.Context())
	require.ErrorIs(t, err, keys.ErrRateLimited)
}

func TestAKeysEndpoints(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	for _, c := range []struct {
		endpoints []string
		allowed   bool
	}{
		{nil, true},
		{[]string{}, false},
		{[]string{"chat"}, false},
		{[]string{"chat", "keys"}, true},
		{[]string{"/qai/v1/keys"}, true},
		{[]string{"/qai/v1/"}, true},
		{[]string{"/qai"}, true},
		{[]string{"/"}, true},
		{[]string{"/qai/v1/key"}, false},
		{[]string{"/qai/v1/keys/key_01"}, false},
		{[]string{""}, false},
		{[]string{"qai/v1/keys"}, false},
	} {
		_, err := as(t, mock, mint(t, mock, keys.CreateParams{Name: "ci", Endpoints: c.endpoints}).Key).List(t.Context())
		if c.allowed {
			require.NoError(t, err, "%q", c.endpoints)
		} else {
			require.ErrorIs(t, err, keys.ErrForbidden, "%q", c.endpoints)
		}
	}
}
