package keystest_test

import (
	"encoding/json"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestResponsesAreValidated(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithResponsesValidated(), keystest.WithTier("internal"))
	c := once(mock)
	_, err := c.Create(t.Context(), keys.CreateParams{Name: "ci"})
	require.NoError(t, err)
	_, err = c.List(t.Context())
	require.NoError(t, err)
	_, err = c.Revoke(t.Context(), "key_99")
	require.ErrorIs(t, err, keys.ErrNotFound, "refusals pass")
	mock.Inject(keystest.Fault{Body: "<html>"})
	_, err = c.List(t.Context())
	require.ErrorIs(t, err, keys.ErrDecode, "the response of a fault isn't validated")
}

// TestNullLists: an empty list is null only if the mock was asked for it, and a valid response.
func TestNullLists(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opts []keystest.Option
		want string // Of each empty list.
	}{
		"by default":      {nil, "[]"},
		"with null lists": {[]keystest.Option{keystest.WithNullLists()}, "null"},
	} {
		mock := keystest.NewServer(t, append(c.opts, keystest.WithResponsesValidated())...)
		lists := func(path string) map[string]string {
			resp, body := send(t, mock, "GET", path, "", "X-API-Key: "+mock.APIKey)
			require.Equal(t, 200, resp.StatusCode, body)
			var members map[string]json.RawMessage
			require.NoError(t, json.Unmarshal([]byte(body), &members), body)
			found := map[string]string{}
			for member, value := range members {
				found[member] = string(value)
			}
			return found
		}
		assert.Equal(t, map[string]string{"keys": c.want}, lists("/qai/v1/keys"), name)
		assert.Equal(t, map[string]string{"devices": c.want}, lists("/qai/v1/keys/devices"), name)
		created := mint(t, mock, keys.CreateParams{Name: "ci"})
		usage := map[string]string{"days": c.want, "models": c.want, "total_cost_usd": "0"}
		assert.Equal(t, usage, lists("/qai/v1/keys/"+created.Details.ID+"/usage"), name)
		list, err := mock.Client().List(t.Context())
		require.NoError(t, err, "a list with an element is none that is null")
		assert.Len(t, list, 1)
		require.NoError(t, mock.Use(created.Details.ID, 1))
		used, err := mock.Client().Usage(t.Context(), created.Details.ID)
		require.NoError(t, err)
		assert.Len(t, append(used.Models, keys.UsageModel{}), 2)
		assert.Len(t, used.Days, 1)
	}
}
