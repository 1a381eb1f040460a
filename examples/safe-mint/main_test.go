package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// live returns the names of the keys that aren't revoked.
func live(mock *keystest.Server) []string {
	names := []string{}
	for _, state := range mock.Keys() {
		if !state.Revoked {
			names = append(names, state.Name)
		}
	}
	return names
}

func TestSafeMint(t *testing.T) {
	t.Parallel()
	lost := keystest.Fault{Operation: keys.OperationCreateKey, After: true, Drop: true}
	scoped := func(scope string) []keystest.Fault { // The gateway mints the key and tells this scope.
		return []keystest.Fault{{
			Operation: keys.OperationCreateKey, After: true, Status: 200,
			Body: `{"key":"qai_k_` + strings.Repeat("4f1c", 16) + `",` +
				`"details":{"id":"key_01","name":"ci","key_prefix":"qai_k_4f1c4f1c","scope":` + scope + `}}`,
		}}
	}
	for name, c := range map[string]struct {
		faults []keystest.Fault
		taken  bool // The file exists, so that storing fails.
		live   []string
		says   string // The error, if there is one.
	}{
		"nothing goes wrong":         {live: []string{"ci"}},
		"the response is lost":       {faults: []keystest.Fault{lost}, live: []string{"ci-2"}},
		"refused":                    {faults: []keystest.Fault{{Status: 403}}, live: []string{}, says: "forbidden"},
		"the secret can't be stored": {taken: true, live: []string{}, says: "was revoked"},
		"the cap is higher":          {faults: scoped(`{"endpoints":["chat"],"spend_cap_usd":100}`), live: []string{}, says: "asked 25, got 100"},
		"the cap isn't told":         {faults: scoped(`{"endpoints":["chat"]}`), live: []string{}, says: "was revoked: keys: scope unknown"},
		"as strict as asked":         {faults: scoped(`{"endpoints":["chat"],"spend_cap_usd":25}`), live: []string{"ci"}},
		"orphans can't be listed":    {faults: []keystest.Fault{lost, {Operation: keys.OperationListKeys, Status: 403}}, live: []string{"ci"}, says: "the journal still names it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, dir := keystest.NewServer(t), t.TempDir()
			mock.Inject(c.faults...)
			file := filepath.Join(dir, "ci")
			if c.taken {
				require.NoError(t, os.WriteFile(file, nil, 0o600))
			}
			created, err := mint(t.Context(), mock.Client(), dir, "ci")
			assert.Equal(t, c.live, live(mock))
			if c.says != "" {
				require.ErrorContains(t, err, c.says)
				return
			}
			require.NoError(t, err)
			stored, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, created.Key.Reveal(), string(stored))
		})
	}
}

func TestAnEarlierRunIsRecovered(t *testing.T) {
	t.Parallel()
	mock, dir := keystest.NewServer(t), t.TempDir()
	journal := keys.FileJournal(filepath.Join(dir, "journal"))
	require.NoError(t, journal.Begin(t.Context(), keys.Pending{Operation: keys.OperationCreateKey, Name: "crashed", Started: time.Now()}))
	_, err := mock.Client().Create(t.Context(), keys.CreateParams{Name: "crashed"})
	require.NoError(t, err)
	_, err = mint(t.Context(), mock.Client(), dir, "ci")
	require.NoError(t, err)
	assert.Equal(t, []string{"ci"}, live(mock))
}
