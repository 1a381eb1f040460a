package keystest_test

import (
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnswersAreValidated(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	mock := keystest.NewServer(t, keystest.WithAnswersValidated(), keystest.WithClock(func() time.Time { return now }), keystest.WithTier("internal"))
	c := once(mock)
	_, err := c.Create(t.Context(), keys.CreateParams{Name: "ci"})
	require.NoError(t, err)
	_, err = c.List(t.Context())
	require.NoError(t, err)
	_, err = c.Revoke(t.Context(), "key_99")
	require.ErrorIs(t, err, keys.ErrNotFound, "refusals pass")
	mock.Inject(keystest.Fault{Body: "<html>"})
	_, err = c.List(t.Context())
	require.ErrorIs(t, err, keys.ErrDecode, "what a fault spoils is spared")
	now = time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC) // RFC 3339 can't tell it.
	_, err = c.Create(t.Context(), keys.CreateParams{Name: "ci"})
	require.ErrorIs(t, err, keys.ErrServer, "what the mock can't answer isn't the client's fault")
	assert.ErrorContains(t, err, "can't answer")
}
