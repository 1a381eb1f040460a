package main

import (
	"context"
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// live counts the keys that aren't revoked.
func live(mock *keystest.Server) int {
	count := 0
	for _, state := range mock.Keys() {
		if !state.Revoked {
			count++
		}
	}
	return count
}

func TestSafeMint(t *testing.T) {
	t.Parallel()
	lost := keystest.Fault{Operation: "createKey", After: true, Drop: true}
	for name, c := range map[string]struct {
		faults []keystest.Fault
		held   bool
		live   int
		says   string // In the output or the error.
	}{
		"nothing goes wrong":        {nil, true, 1, ""},
		"the response is lost":      {[]keystest.Fault{lost}, true, 1, "Revoked key_01"},
		"nothing was done":          {[]keystest.Fault{{Status: 502}}, true, 1, "It is unknown whether"},
		"the response is malformed": {[]keystest.Fault{{After: true, Body: `{"key":"qai_k_00112233445566778899"}`}}, true, 1, ""},
		"refused":                   {[]keystest.Fault{{Status: 403}}, false, 0, "forbidden"},
		"lost again and again":      {[]keystest.Fault{lost, lost, lost}, false, 0, "unknown outcome 3 times"},
		"orphans can't be listed":   {[]keystest.Fault{lost, {Operation: "listKeys", Status: 403}}, false, 1, "may exist whose secret is lost"},
		"orphans can't be revoked":  {[]keystest.Fault{lost, {Operation: "revokeKey", Status: 403}}, false, 1, "key_01"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := keystest.NewServer(t)
			mock.Inject(c.faults...)
			var out strings.Builder
			created, err := safeMint(t.Context(), &out, mock.Client(), keys.CreateParams{Name: "ci"})
			if c.held {
				require.NoError(t, err)
				assert.False(t, created.Key.IsZero())
			} else {
				require.Error(t, err)
				assert.Nil(t, created)
				out.WriteString(err.Error())
			}
			assert.Contains(t, out.String(), c.says)
			assert.Equal(t, c.live, live(mock))
		})
	}
}

func TestOrphansAreRevokedThoughTheCallerGivesUp(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	mock.Inject(keystest.Fault{Operation: "createKey", After: true, Drop: true})
	var out cancelling
	out.cancel = cancel
	_, err := safeMint(ctx, &out, mock.Client(), keys.CreateParams{Name: "ci"})
	require.ErrorIs(t, err, context.Canceled)
	assert.Len(t, mock.Keys(), 1)
	assert.Zero(t, live(mock))
}

// cancelling cancels as soon as something is written to it.
type cancelling struct{ cancel func() }

func (c *cancelling) Write(p []byte) (int, error) { c.cancel(); return len(p), nil }
