package keystest

import (
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAMockThatIsFull gives a handler room for few credentials.
func TestAMockThatIsFull(t *testing.T) {
	t.Parallel()
	mock := NewHandler(WithKeys(1), WithTier("internal"))
	mock.capacity = 5
	do := func(method, path, body string) int {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("X-API-Key", mock.APIKey)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		mock.ServeHTTP(w, r)
		return w.Code
	}
	for _, opts := range [][]Option{{WithKeys(3)}, {WithDevices(3)}, {WithKeys(2), WithDevices(1)}, {WithKeys(math.MaxInt), WithDevices(math.MaxInt)}} {
		_, err := mock.NewAccount(opts...)
		require.ErrorContains(t, err, "the mock is full: it holds at most 5 accounts and keys")
	}
	_, err := mock.NewAccount(WithKeys(-9))
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, do("POST", "/qai/v1/keys", `{"name":"ci"}`))
	assert.Equal(t, http.StatusOK, do("POST", "/qai/v1/keys/ephemeral", `{}`))
	for path, body := range map[string]string{"": `{"name":"ci"}`, "/ephemeral": `{}`, "/partner": `{"partner_id":"a","partner_ref":"b"}`, "/key_01/rotate": `{"grace_seconds":0}`} {
		assert.Equal(t, http.StatusForbidden, do("POST", "/qai/v1/keys"+path, body), path)
	}
	assert.Len(t, mock.Keys(), 2)
	assert.Equal(t, http.StatusOK, do("DELETE", "/qai/v1/keys/key_01", ""), "the rest works")
	mock.Reset()
	for _, body := range []string{`{"name":"` + strings.Repeat("x", 3<<10) + `"}`, `{"name":"ci","endpoints":[` + strings.Repeat(`"",`, 256) + `""]}`} {
		assert.Equal(t, http.StatusForbidden, do("POST", "/qai/v1/keys", body), "a key of many bytes counts as several")
	}
	assert.Equal(t, http.StatusOK, do("POST", "/qai/v1/keys", `{"name":"ci"}`))
}
