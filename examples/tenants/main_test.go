package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// failingVault fails where a test wants it to.
type failingVault struct {
	vault

	before func() error // Fails a put before it is done.
	after  func() error // Fails a put that is done.
}

func (v *failingVault) put(ctx context.Context, tenant string, created *keys.CreatedKey) error {
	if v.before != nil {
		if err := v.before(); err != nil {
			return err
		}
	}
	err := v.vault.put(ctx, tenant, created)
	if v.after != nil {
		err = errors.Join(err, v.after())
	}
	return err
}

// live returns the IDs of the keys that aren't revoked.
func live(mock *keystest.Server) []string {
	ids := []string{}
	for _, state := range mock.Keys() {
		if !state.Revoked {
			ids = append(ids, state.ID)
		}
	}
	return ids
}

// TestEachTenantHasOneKey fails or crashes once, then starts the service again.
func TestEachTenantHasOneKey(t *testing.T) {
	t.Parallel()
	full := func() error { return errors.New("the vault is full") }
	crash := func() error { panic("the machine lost power") }
	lost := keystest.Fault{Operation: keys.OperationCreateKey, After: true, Drop: true}
	for name, c := range map[string]struct {
		faults        []keystest.Fault
		before, after func() error
		minted        int // Keys in the end, revoked ones included.
	}{
		"nothing goes wrong":                     {minted: 1},
		"the response is lost":                   {faults: []keystest.Fault{lost}, minted: 2},
		"the vault is full":                      {before: full, minted: 2},
		"the key can't be revoked then":          {before: full, faults: []keystest.Fault{{Operation: keys.OperationRevokeKey, Status: 403}}, minted: 2},
		"orphans can't be listed":                {faults: []keystest.Fault{lost, {Operation: keys.OperationListKeys, Status: 403}}, minted: 2},
		"a crash before the key is in the vault": {before: crash, minted: 2},
		"a crash when the key is in the vault":   {after: crash, minted: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, dir := keystest.NewServer(t), t.TempDir()
			mock.Inject(c.faults...)
			journal := keys.FileJournal(filepath.Join(dir, "journal"))
			s := service{mock.Client(), journal, &failingVault{fileVault(dir), c.before, c.after}}
			func() {
				defer func() { _ = recover() }()
				require.NoError(t, s.start(t.Context()))
				_ = s.provision(t.Context(), "acme")
			}()

			again := service{mock.Client(), journal, fileVault(dir)}
			require.NoError(t, again.start(t.Context()))
			for range 2 {
				require.NoError(t, again.provision(t.Context(), "acme"))
			}
			found, err := read(fileVault(dir).file("acme"))
			require.NoError(t, err)
			assert.Equal(t, []string{found.ID}, live(mock), "the one live key is the one in the vault")
			assert.Len(t, mock.Keys(), c.minted)
			pending, err := journal.Pending(t.Context())
			require.NoError(t, err)
			assert.Empty(t, pending)
		})
	}
}

func TestTheProgram(t *testing.T) {
	mock := keystest.NewServer(t)
	t.Setenv("QAI_BASE_URL", mock.URL)
	t.Setenv("QAI_API_KEY", mock.APIKey)
	dir := filepath.Join(t.TempDir(), "vault")
	var stdout, stderr strings.Builder
	require.Zero(t, run(t.Context(), []string{"-dir", dir, "acme", "globex", "acme"}, &stdout, &stderr), stderr.String())
	assert.Contains(t, stdout.String(), "Tenant globex has a key.")
	assert.Len(t, live(mock), 2)
	content, err := os.ReadFile(filepath.Join(dir, "acme.key"))
	require.NoError(t, err)
	assert.Regexp(t, `"id":"key_01","secret":"qai_k_[0-9a-f]{64}"`, string(content))

	mock.Inject(keystest.Fault{Operation: keys.OperationCreateKey, Status: 403})
	stdout.Reset()
	assert.Equal(t, 1, run(t.Context(), []string{"-dir", dir, "initech", "hooli"}, &stdout, &stderr))
	assert.Contains(t, stderr.String(), "tenant initech: keys: createKey: status 403")
	assert.Equal(t, "Tenant hooli has a key.\n", stdout.String(), "the others are provisioned all the same")

	require.NoError(t, os.WriteFile(filepath.Join(dir, "acme.key"), []byte("{"), 0o600))
	assert.Equal(t, 1, run(t.Context(), []string{"-dir", dir, "acme"}, &stdout, &stderr), "a damaged vault isn't an empty one")
	assert.Len(t, live(mock), 3)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "journal", "x.json"), []byte("{"), 0o600))
	assert.Equal(t, 1, run(t.Context(), []string{"-dir", dir}, &stdout, &stderr))

	for _, args := range []string{"../acme", "-nonsense"} {
		assert.Equal(t, 2, run(t.Context(), strings.Fields(args), &stdout, &stderr), args)
	}
	t.Setenv("QAI_API_KEY", "")
	assert.Equal(t, 2, run(t.Context(), []string{"-dir", dir, "acme"}, &stdout, &stderr))
}
