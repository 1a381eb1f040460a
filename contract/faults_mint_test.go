package contract_test

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMintUnderEveryFault plays the faults of the matrix with Mint in the place of Create: when the gateway is done, each live key is in
// the store or named by the journal, and when Recover is, each is in the store.
func TestMintUnderEveryFault(t *testing.T) {
	t.Parallel()
	ops := callable(t)
	i := slices.IndexFunc(ops, func(op operation) bool { return op.ID == "createKey" })
	require.GreaterOrEqual(t, i, 0)
	for _, f := range faults() {
		if f.raw != nil {
			continue // That server sends the frames of a single request.
		}
		for _, w := range f.when {
			if f.want(ops[i]).outcome == refusal && w == after {
				continue // By its own word, a gateway that refuses a request made no key.
			}
			for _, protocol := range f.protocols() {
				t.Run(strings.Join([]string{f.name, string(w), protocol}, "/"), func(t *testing.T) {
					t.Parallel()
					journal := keys.FileJournal(t.TempDir())
					synctest.Test(t, func(t *testing.T) { playMint(t, newCell(t, &f, w, ops[i]), protocol, journal) })
				})
			}
		}
	}
}

func playMint(t *testing.T, c *cell, protocol string, journal keys.Journal) {
	t.Helper()
	stop := c.serve(protocol)
	defer stop()
	defer c.transport.CloseIdleConnections()
	if c.fault.network != nil {
		c.fault.network(c)
	}
	var logged strings.Builder
	client, err := keys.New(c.mock.APIKey, keys.WithBaseURL("http://localhost"), keys.WithHTTPClient(&http.Client{Transport: c.transport}),
		keys.WithMaxResponseBytes(1<<20), keys.WithLogger(slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	require.NoError(t, err)
	stored := map[string]bool{} // By the key's ID.
	created, err := client.Mint(c.ctx, keys.CreateParams{Name: "ci"}, journal, func(_ context.Context, created *keys.CreatedKey) error {
		stored[created.Details.ID] = true
		return nil
	})
	c.cancel()
	synctest.Wait() // The gateway is done, too.

	assert.Equal(t, created != nil, len(stored) == 1, "a key is returned if it is stored, here with the error %v", err)
	assert.True(t, created != nil || err != nil)
	onlyNamed := func() (names []string) {
		pending, err := journal.Pending(t.Context())
		require.NoError(t, err)
		for _, state := range c.mock.Keys() {
			if state.Revoked || !strings.HasPrefix(state.Name, "ci") || stored[state.ID] {
				continue
			}
			names = append(names, state.Name)
			assert.True(t, slices.ContainsFunc(pending, func(p keys.Pending) bool { return p.Name == state.Name }),
				"%s is live, and neither stored nor named", state.Name)
		}
		return names
	}
	onlyNamed()
	require.NoError(t, client.Recover(t.Context(), journal))
	assert.Empty(t, onlyNamed(), "live keys that nobody holds")
	c.leaks(client, created, err, keys.Meta{}, logged.String())
}
