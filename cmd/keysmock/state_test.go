package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"
)

var kills = flag.Int("kills", 5, "how often TestKills kills the program")

func TestTheStateLasts(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	p := start(t, "-state", file, "-keys", "2", "-tier", "internal", "-seed", "1")
	client := p.client(t)
	created, err := client.Create(t.Context(), keys.CreateParams{Name: "ci", Endpoints: []string{"keys"}, SpendCapUSD: new(2.5), RateLimit: new(int32(60)), Region: keys.RegionAsia})
	require.NoError(t, err)
	token, err := client.CreateEphemeral(t.Context(), keys.EphemeralParams{})
	require.NoError(t, err)
	rotated, err := client.Rotate(t.Context(), "key_01", keys.RotateParams{GraceSeconds: 3600})
	require.NoError(t, err)
	_, err = client.Revoke(t.Context(), "key_02")
	require.NoError(t, err)
	status, _ := p.control(t, "POST", "/_mock/use", "", `{"id":"key_03","ticks":5,"model":"m","input_tokens":1}`)
	require.Equal(t, 204, status)
	status, _ = p.control(t, "POST", "/_mock/accounts", "", `{"api_key":"qai_other","keys":1}`)
	require.Equal(t, 201, status)
	_, before := p.control(t, "GET", "/_mock/keys", "", "")
	usage, err := client.Usage(t.Context(), "key_03")
	require.NoError(t, err)
	code, _ := p.stop()
	require.Zero(t, code)

	again := start(t, "-state", file, "-keys", "7", "-seed", "1", "-tier", "internal")
	assert.Equal(t, p.apiKey, again.apiKey)
	_, after := again.control(t, "GET", "/_mock/keys", "", "")
	assert.JSONEq(t, before, after)
	usedAgain, err := again.client(t).Usage(t.Context(), "key_03")
	require.NoError(t, err)
	assert.Equal(t, usage, usedAgain)
	for name, secret := range map[string]keys.Secret{"minted": created.Key, "rotated": rotated.Key, "ephemeral": token.Token} {
		own, err := keys.New(secret.Reveal(), keys.WithBaseURL(again.url), keys.WithRetry(keys.RetryPolicy{}))
		require.NoError(t, err)
		_, err = own.List(t.Context())
		assert.NoError(t, err, name)
	}
	status, _ = again.api(t, "GET", "/qai/v1/keys", "qai_other", "")
	assert.Equal(t, 200, status)
	fresh, err := again.client(t).Create(t.Context(), keys.CreateParams{Name: "new"})
	require.NoError(t, err)
	assert.False(t, fresh.Key.Equal(created.Key), "a seed doesn't give a secret twice")
	assert.Equal(t, "key_05", fresh.Details.ID)

	content, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.NotContains(t, string(content), created.Key.Reveal(), "a minted secret is saved as a hash")

	status, _ = again.control(t, "POST", "/_mock/reset", "", "")
	assert.Equal(t, 204, status)
	again.stop()
	last := start(t, "-state", file)
	list, err := last.client(t).List(t.Context())
	require.NoError(t, err)
	assert.Len(t, list, 2, "the keys that the account started with")
}

func TestADamagedStateIsRefusedAndLeftAlone(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second) // Ends a mock that starts against expectation.
	defer cancel()
	file := filepath.Join(t.TempDir(), "state")
	p := start(t, "-state", file, "-keys", "100")
	_, err := p.client(t).Create(t.Context(), keys.CreateParams{Name: "canary"})
	require.NoError(t, err)

	var stdout, stderr strings.Builder
	assert.Equal(t, 1, run(ctx, []string{"-addr", "127.0.0.1:0", "-state", file}, &stdout, &stderr))
	assert.Contains(t, stderr.String(), "another keysmock uses it")
	p.stop()
	whole, err := os.ReadFile(file)
	require.NoError(t, err)

	middle := slices.Clone(whole)
	middle[strings.Index(string(whole), "canary")]++
	for name, damaged := range map[string][]byte{
		"text": []byte("my shopping list"), "cut short": whole[:len(whole)/2], "cut to a page": whole[:4096], "a byte changed": middle,
		"zeros": make([]byte, len(whole)), "no meta pages": append(make([]byte, 8192), whole[8192:]...),
	} {
		bad := filepath.Join(t.TempDir(), "state")
		require.NoError(t, os.WriteFile(bad, damaged, 0o600))
		stderr.Reset()
		assert.Equal(t, 1, run(ctx, []string{"-addr", "127.0.0.1:0", "-state", bad}, &stdout, &stderr), name)
		assert.Contains(t, stderr.String(), "move it away", name)
		left, err := os.ReadFile(bad)
		require.NoError(t, err)
		assert.Equal(t, damaged, left, name)
	}
	assert.Empty(t, stdout.String())
	stderr.Reset()
	assert.Equal(t, 1, run(ctx, []string{"-addr", "127.0.0.1:0", "-state", filepath.Join(t.TempDir(), "no", "such", "directory")}, &stdout, &stderr))
}

// TestAnEmptyFileIsAnEmptyState tests that a file of mktemp can be used.
func TestAnEmptyFileIsAnEmptyState(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	p := start(t, "-state", file, "-keys", "3")
	p.stop()
	again := start(t, "-state", file)
	assert.Equal(t, p.apiKey, again.apiKey)
	list, err := again.client(t).List(t.Context())
	require.NoError(t, err)
	assert.Len(t, list, 3)
}

// TestAStartThatWasKilledCanBeRepeated tests that a file that was made, and has no state yet, is an empty state.
func TestAStartThatWasKilledCanBeRepeated(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	unfinished, err := openState(file)
	require.NoError(t, err)
	require.NoError(t, unfinished.Close())
	list, err := start(t, "-state", file, "-keys", "3").client(t).List(t.Context())
	require.NoError(t, err)
	assert.Len(t, list, 3)
}

// TestOnlyTheStateFileIsWritten tests that nothing beside it is touched, whatever its name.
func TestOnlyTheStateFileIsWritten(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "it's a \"state\"\nfile")
	beside := []string{file + ".making", file + ".lock", file + "~", file + ".tmp", file + ".new"}
	for _, dir := range beside {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, "precious"), 0o700))
	}
	start(t, "-state", file).stop()
	entries, err := os.ReadDir(filepath.Dir(file))
	require.NoError(t, err)
	assert.Len(t, entries, 1+len(beside), "no file stays beside it")
	for _, dir := range beside {
		assert.DirExists(t, filepath.Join(dir, "precious"))
	}
}

// TestStartsAtOnce tests that of several processes with the same new file one gets it, and the others say that it is in use.
func TestStartsAtOnce(t *testing.T) {
	t.Parallel()
	for name, content := range map[string][]byte{"missing": nil, "empty": {}} {
		synctest.Test(t, func(t *testing.T) { // The others wait for a second of virtual time.
			file := filepath.Join(t.TempDir(), "state")
			if content != nil {
				require.NoError(t, os.WriteFile(file, content, 0o600))
			}
			const starts = 8
			states, failed := make(chan *stateFile, starts), make(chan error, starts)
			var group sync.WaitGroup
			for range starts {
				group.Go(func() {
					if state, err := openState(file); err != nil {
						failed <- err
					} else {
						states <- state
					}
				})
			}
			group.Wait()
			require.Len(t, states, 1, name)
			for range starts - 1 {
				assert.ErrorContains(t, <-failed, "another keysmock uses it", name)
			}
			state := <-states
			require.NoError(t, state.Save(map[string][]byte{"a": []byte("1")}))
			require.NoError(t, state.Close())
			again, err := openState(file)
			require.NoError(t, err)
			records, err := again.Load()
			require.NoError(t, err)
			assert.Equal(t, map[string][]byte{"a": []byte("1")}, records, "what the one saved is in the file")
			require.NoError(t, again.Close())
		})
	}
}

// TestAFullDiskIsNoDamage tests that an error of the system isn't taken for a damaged file.
func TestAFullDiskIsNoDamage(t *testing.T) {
	t.Parallel()
	full := &os.PathError{Op: "write", Path: "state", Err: syscall.ENOSPC}
	err := describeState("a state", fmt.Errorf("the state can't be saved: %w", full))
	assert.EqualError(t, err, `the state file "a state" can't be used: the state can't be saved: write state: no space left on device`)
	assert.ErrorIs(t, err, syscall.ENOSPC)
}

// TestTheFileOfAnotherProgramIsRefused tests that a database of the same kind isn't taken for an empty state.
func TestTheFileOfAnotherProgramIsRefused(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	other, err := bbolt.Open(file, 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, other.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket([]byte("theirs"))
		return err
	}))
	require.NoError(t, other.Close())
	_, err = openState(file)
	assert.ErrorContains(t, err, "it has no records of keysmock")
}

// TestKills kills the program at random moments, while it mints and revokes, and starts it again: everything that had a response is
// still there.
func TestKills(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	var (
		mu      sync.Mutex
		minted  = map[string]keys.Secret{}
		revoked = map[string]bool{}
	)
	p := startProcess(t, nil, "-state", file)
	for n := range *kills {
		client := p.client(t)
		ctx, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		for worker := range 4 {
			group.Go(func() {
				for i := 0; ; i++ {
					created, err := client.Create(ctx, keys.CreateParams{Name: fmt.Sprintf("%d %d %d", n, worker, i)})
					if err != nil {
						return // It was killed.
					}
					mu.Lock()
					minted[created.Details.ID] = created.Key
					mu.Unlock()
					if i%2 == 0 {
						continue
					}
					if _, err := client.Revoke(ctx, created.Details.ID); err != nil {
						return
					}
					mu.Lock()
					revoked[created.Details.ID] = true
					mu.Unlock()
				}
			})
		}
		timer := time.NewTimer(rand.N(20 * time.Millisecond))
		<-timer.C
		require.NoError(t, p.cmd.Process.Kill())
		require.Error(t, p.cmd.Wait())
		group.Wait()
		cancel()
		apiKey := p.apiKey
		p = startProcess(t, nil, "-state", file)
		require.Equal(t, apiKey, p.apiKey)
		list, err := p.client(t).List(t.Context())
		require.NoError(t, err)
		known := map[string]keys.Key{}
		for _, key := range list {
			known[key.ID] = key
		}
		for id, secret := range minted {
			require.Contains(t, known, id, "kill %d: a key that had a response", n)
			require.Equal(t, secret.Reveal()[:14], known[id].KeyPrefix)
			require.True(t, !revoked[id] || known[id].Revoked, "kill %d: a revocation that had a response", n)
		}
		if len(list) > 2_000 { // Keeps the list short.
			status, _ := p.control(t, "POST", "/_mock/reset", "", "")
			require.Equal(t, 204, status)
			clear(minted)
			clear(revoked)
		}
	}
	list, err := p.client(t).List(t.Context())
	require.NoError(t, err)
	for _, key := range list { // One whose revocation had no response may be either.
		secret, known := minted[key.ID]
		if !known {
			continue
		}
		own, err := keys.New(secret.Reveal(), keys.WithBaseURL(p.url), keys.WithRetry(keys.RetryPolicy{}))
		require.NoError(t, err)
		_, err = own.Usage(t.Context(), key.ID)
		if key.Revoked {
			require.ErrorIs(t, err, keys.ErrUnauthorized)
		} else {
			require.NoError(t, err, "its secret works as before")
		}
	}
	t.Logf("%d kills; %d keys and %d revocations at the end", *kills, len(minted), len(revoked))
	require.NoError(t, p.cmd.Process.Kill())
	_ = p.cmd.Wait()
}
