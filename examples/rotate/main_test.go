package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const day = 24 * time.Hour

// night is a mock with a key that is two days old, and a job for it.
type night struct {
	*job

	mock     *keystest.Server
	failing  error // Of the next deployment.
	deployed keys.Secret
}

// newNight is for a synctest bubble, where the two days pass at once.
func newNight(t *testing.T) *night {
	t.Helper()
	n := &night{mock: keystest.NewServer(t, keystest.WithInMemory(), keystest.WithKeys(1))}
	time.Sleep(2 * day)
	n.job = &job{
		client: n.mock.Client(), journal: keys.FileJournal(t.TempDir()), older: day, grace: time.Hour,
		deploy: func(_ context.Context, _ string, secret keys.Secret) error {
			err := n.failing
			if n.failing = nil; err == nil {
				n.deployed = secret
			}
			return err
		},
	}
	return n
}

// check requires that the secret that was deployed last works, that no other key lasts, and that nothing is left to do.
func (n *night) check(t *testing.T) {
	t.Helper()
	fresh, err := n.client.WithKey(n.deployed)
	require.NoError(t, err)
	require.NoError(t, fresh.Ping(t.Context()))
	lasting := 0
	for _, state := range n.mock.Keys() {
		if !state.Revoked && state.ExpiresAt.IsZero() {
			lasting++
		}
	}
	assert.Equal(t, 1, lasting)
	pending, err := n.journal.Pending(t.Context())
	require.NoError(t, err)
	assert.Empty(t, pending)
}

func TestTheNextRunDoesWhatOneLeaves(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault  *keystest.Fault // Of the first rotation; nil for none.
		deploy error
		fails  string // What the first run says, if it fails.
	}{
		"nothing goes wrong":        {},
		"the response is lost":      {fault: &keystest.Fault{After: true, Drop: true}, fails: "the next run replaces it"},
		"the request is lost":       {fault: &keystest.Fault{Drop: true}, fails: "the next run replaces it"},
		"the response is malformed": {fault: &keystest.Fault{Truncate: 320}},
		"refused":                   {fault: &keystest.Fault{Status: 403}, fails: "forbidden"},
		"a timeout says conflict":   {fault: &keystest.Fault{After: true, Status: 408, Code: "conflict"}, fails: "the next run replaces it"},
		"deploying says conflict":   {deploy: keys.ErrConflict, fails: "the next run replaces it"},
		"deploying fails":           {deploy: errors.New("no cluster"), fails: "no cluster"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				n := newNight(t)
				if c.fault != nil {
					c.fault.Operation = keys.OperationRotateKey
					n.mock.Inject(*c.fault)
				}
				n.failing = c.deploy
				err := n.run(t.Context())
				if c.fails == "" {
					require.NoError(t, err)
					n.check(t)
				} else {
					require.ErrorContains(t, err, c.fails)
				}
				require.NoError(t, n.run(t.Context()), "the old key works until its grace is over, and isn't rotated again")
				n.check(t)
			})
		})
	}
}

func TestAKeyThatDoesNotWorkIsNotDeployed(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]error{401: keys.ErrUnauthorized, 409: keys.ErrConflict} {
		synctest.Test(t, func(t *testing.T) {
			n := newNight(t)
			n.mock.Inject(keystest.Fault{Operation: keys.OperationListKeys, Status: status})
			require.ErrorIs(t, n.rotate(t.Context(), "key_01"), want)
			assert.True(t, n.deployed.IsZero())
			require.NoError(t, n.run(t.Context()))
			n.check(t)
		})
	}
}

func TestAKeyThatMayNotListKeysIsDeployed(t *testing.T) {
	t.Parallel()
	for code, deployed := range map[string]bool{keys.CodeLegacyForbidden: true, keys.CodeKeyFrozenByBudget: false} {
		synctest.Test(t, func(t *testing.T) {
			n := newNight(t)
			n.mock.Inject(keystest.Fault{Operation: keys.OperationListKeys, Status: 403, Code: code})
			err := n.rotate(t.Context(), "key_01")
			assert.Equal(t, deployed, err == nil, "%s: %v", code, err)
			assert.Equal(t, deployed, !n.deployed.IsZero(), code)
		})
	}
}

func TestAListThatIsCutOffIsAnError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNight(t)
		n.mock.Inject(keystest.Fault{Operation: keys.OperationListKeys, Truncate: -1, Times: -1})
		require.ErrorIs(t, n.run(t.Context()), keys.ErrIncomplete)
	})
}

func TestTheProgram(t *testing.T) {
	mock := keystest.NewServer(t, keystest.WithKeys(2))
	t.Setenv("QAI_BASE_URL", mock.URL)
	t.Setenv("QAI_API_KEY", mock.APIKey)
	dir := t.TempDir()
	var stdout, stderr strings.Builder
	args := []string{"-older", "1ns", "-journal", filepath.Join(dir, "journal"), "-deploy"}
	require.Zero(t, run(t.Context(), append(args, "cat > "+dir+"/$OLD_KEY_ID"), &stdout, &stderr), stderr.String())
	for _, id := range []string{"key_01", "key_02"} {
		secret, err := os.ReadFile(filepath.Join(dir, id))
		require.NoError(t, err)
		assert.Regexp(t, `^qai_k_[0-9a-f]{64}$`, string(secret))
		assert.NotContains(t, stdout.String(), string(secret))
		assert.Contains(t, stdout.String(), "Rotated "+id)
	}
	assert.Equal(t, 1, run(t.Context(), append(args, "exit 3"), &stdout, &stderr))
	assert.Contains(t, stderr.String(), "the deploy command: exit status 3")
	for _, args := range []string{"", "-journal x", "-journal x -deploy y -grace 0s", "-nonsense"} {
		assert.Equal(t, 2, run(t.Context(), strings.Fields(args), &stdout, &stderr), args)
	}
	t.Setenv("QAI_API_KEY", "")
	assert.Equal(t, 2, run(t.Context(), []string{"-journal", "x", "-deploy", "y"}, &stdout, &stderr))
}
