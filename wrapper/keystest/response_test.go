package keystest_test

import (
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
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
