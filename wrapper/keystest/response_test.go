package keystest_test

import (
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestResponsesAreValidated(t *testing.T) {
	t.Parallel()
	clock := newClock()
	mock := keystest.NewServer(t, keystest.WithResponsesValidated(), clock.option(), keystest.WithTier("internal"))
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
	clock.now = time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC) // RFC 3339 can't express it.
	_, err = c.Create(t.Context(), keys.CreateParams{Name: "ci"})
	require.ErrorIs(t, err, keys.ErrServer, "a response that can't be encoded is the mock's error")
	assert.ErrorContains(t, err, "year outside of range")
}
