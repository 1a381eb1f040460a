package keys_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pendings returns a few that differ in one field each.
func pendings() []keys.Pending {
	started := time.Date(2026, 9, 1, 12, 0, 0, 123456789, time.UTC)
	return []keys.Pending{
		{Operation: "createKey", Name: "ci", Started: started},
		{Operation: "createKey", Name: "ci", Started: started.Add(1)},
		{Operation: "createKey", Name: "../ci\n", Started: started},
		{Operation: "createPartnerKey", Name: "ci", Started: started},
		{Operation: "rotateKey", ID: "key_01", Started: started},
		{Operation: "createKey", Name: "ci"},
	}
}

// named returns what a journal holds.
func named(t *testing.T, journal keys.Journal) []keys.Pending {
	t.Helper()
	pending, err := journal.Pending(t.Context())
	require.NoError(t, err)
	return pending
}

func TestFileJournal(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "journal")
	journal := keys.FileJournal(dir)
	assert.Empty(t, named(t, journal), "before the directory is made")
	require.NoError(t, journal.Settle(t.Context(), pendings()[0]), "what isn't there is no error")
	for i, p := range pendings() {
		require.NoError(t, journal.Begin(t.Context(), p))
		assert.ElementsMatch(t, pendings()[:i+1], named(t, keys.FileJournal(dir)), "another journal reads it from the same directory")
		require.ErrorIs(t, journal.Begin(t.Context(), p), os.ErrExist, "one that is there isn't begun again")
	}
	info, err := os.Stat(dir)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, len(pendings()), "nothing temporary is left")
	for _, entry := range entries {
		info, err := entry.Info()
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
	for i, p := range pendings() {
		require.NoError(t, journal.Settle(t.Context(), p))
		require.NoError(t, journal.Settle(t.Context(), p), "twice")
		assert.ElementsMatch(t, pendings()[i+1:], named(t, journal))
	}
}

// TestAJournalTakesTimesAsTheyAre: a monotonic reading and a zone make no other Pending.
func TestAJournalTakesTimesAsTheyAre(t *testing.T) {
	t.Parallel()
	journal := keys.FileJournal(t.TempDir())
	p := keys.Pending{Operation: "createKey", Name: "ci", Started: time.Now()}
	require.NoError(t, journal.Begin(t.Context(), p))
	found := named(t, journal)
	require.Len(t, found, 1)
	assert.True(t, p.Started.Equal(found[0].Started))
	p.Started = p.Started.In(time.FixedZone("there", 3600))
	require.NoError(t, journal.Settle(t.Context(), p))
	assert.Empty(t, named(t, journal))
}

func TestAFileJournalThatCantBeRead(t *testing.T) {
	t.Parallel()
	begun := pendings()[0]
	for name, damage := range map[string]func(t *testing.T, file string){
		"cut short": func(t *testing.T, file string) { t.Helper(); require.NoError(t, os.Truncate(file, 10)) },
		"changed": func(t *testing.T, file string) {
			t.Helper()
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(data), "ci", "cd", 1)), 0o600))
		},
		"a directory": func(t *testing.T, file string) {
			t.Helper()
			require.NoError(t, os.Remove(file))
			require.NoError(t, os.Mkdir(file, 0o700))
		},
		"a link to nothing": func(t *testing.T, file string) {
			t.Helper()
			require.NoError(t, os.Remove(file))
			require.NoError(t, os.Symlink(file+".gone", file))
		},
	} {
		dir := t.TempDir()
		journal := keys.FileJournal(dir)
		require.NoError(t, journal.Begin(t.Context(), begun))
		files, err := filepath.Glob(filepath.Join(dir, "*.json"))
		require.NoError(t, err)
		require.Len(t, files, 1)
		damage(t, files[0])
		require.NoError(t, journal.Begin(t.Context(), pendings()[1]))
		pending, err := journal.Pending(t.Context())
		require.ErrorContains(t, err, files[0], name)
		assert.Equal(t, pendings()[1:2], pending, "the others are returned: %s", name)
	}

	dir := t.TempDir()
	journal := keys.FileJournal(dir)
	require.NoError(t, os.WriteFile(filepath.Join(dir, ".begin-123"), []byte(`{"oper`), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "notes"), []byte("mine"), 0o600))
	assert.Empty(t, named(t, journal), "what a crash left of a Begin, or somebody else's")

	file := filepath.Join(dir, "notes")
	require.Error(t, keys.FileJournal(file).Begin(t.Context(), begun), "a file isn't a directory")
	_, err := keys.FileJournal(file).Pending(t.Context())
	require.Error(t, err)
	require.Error(t, keys.FileJournal("").Begin(t.Context(), begun))
	_, err = keys.FileJournal("").Pending(t.Context())
	require.Error(t, err, "an empty name is a mistake, not an empty journal")
	require.Error(t, journal.Begin(t.Context(), keys.Pending{Name: "\xff"}), "what JSON can't hold")
}

func TestAFileJournalHeedsTheContext(t *testing.T) {
	t.Parallel()
	journal := keys.FileJournal(t.TempDir())
	require.NoError(t, journal.Begin(t.Context(), pendings()[0]))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, journal.Begin(ctx, pendings()[1]), context.Canceled)
	require.ErrorIs(t, journal.Settle(ctx, pendings()[0]), context.Canceled)
	_, err := journal.Pending(ctx)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, pendings()[:1], named(t, journal))
}

// TestAFileJournalOfMany has goroutines use journals of the same directory while others read it.
func TestAFileJournalOfMany(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var group sync.WaitGroup
	for n := range 8 {
		group.Go(func() {
			journal := keys.FileJournal(dir)
			for i := range 10 {
				p := keys.Pending{Operation: "createKey", Name: fmt.Sprint(n, " ", i)}
				assert.NoError(t, journal.Begin(t.Context(), p))
				pending, err := journal.Pending(t.Context())
				assert.NoError(t, err)
				assert.Contains(t, pending, p)
				if i%2 == 0 {
					assert.NoError(t, journal.Settle(t.Context(), p))
				}
			}
		})
	}
	group.Wait()
	assert.Len(t, named(t, keys.FileJournal(dir)), 8*5)
}

// memory is a journal that fails where a test wants it to, and remembers what was done.
type memory struct {
	mu      sync.Mutex
	pending []keys.Pending
	did     []string
	fail    map[string]error // By what is done, like "begin 1" for the first Begin.
	before  func(what string)
	counts  map[string]int
}

// step counts what is done, and returns the error that it fails with.
func (m *memory) step(what string) error {
	if m.counts == nil {
		m.counts = map[string]int{}
	}
	m.counts[what]++
	numbered := fmt.Sprint(what, " ", m.counts[what])
	if m.before != nil {
		m.before(numbered)
	}
	m.did = append(m.did, what)
	return m.fail[numbered]
}

func (m *memory) Begin(ctx context.Context, p keys.Pending) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.step("begin"); err != nil || ctx.Err() != nil {
		return cmp.Or(err, ctx.Err())
	}
	encoded, err := json.Marshal(p)
	if err == nil {
		err = json.Unmarshal(encoded, &p)
	}
	if slices.Contains(m.pending, p) {
		return os.ErrExist
	}
	m.pending = append(m.pending, p)
	return err
}

func (m *memory) Settle(ctx context.Context, p keys.Pending) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.step("settle"); err != nil || ctx.Err() != nil {
		return cmp.Or(err, ctx.Err())
	}
	m.pending = slices.DeleteFunc(slices.Clone(m.pending), func(other keys.Pending) bool { return other == p })
	return nil
}

func (m *memory) Pending(ctx context.Context) ([]keys.Pending, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	err := m.step("pending")
	return slices.Clone(m.pending), cmp.Or(err, ctx.Err())
}
