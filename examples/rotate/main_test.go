package main

import (
	"context"
	"errors"
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

func TestRotation(t *testing.T) {
	t.Parallel()
	lost := keystest.Fault{Operation: "rotateKey", After: true, Drop: true}
	for name, c := range map[string]struct {
		faults   []keystest.Fault
		deploy   error
		fails    string
		oldWorks bool
		live     int // Keys beside the old one.
	}{
		"nothing goes wrong":           {live: 1},
		"deploying fails":              {deploy: errors.New("no cluster"), fails: "Revoke the new key key_02", oldWorks: true, live: 1},
		"the new key doesn't work":     {faults: []keystest.Fault{{Operation: "listKeys", Status: 401}}, fails: "Revoke the new key key_02", oldWorks: true, live: 1},
		"the response is lost":         {faults: []keystest.Fault{lost}, live: 1},
		"nothing was done":             {faults: []keystest.Fault{{Operation: "rotateKey", Status: 503}}, fails: "run this again", oldWorks: true},
		"the response is malformed":    {faults: []keystest.Fault{{Operation: "rotateKey", Truncate: 320}}, live: 1},
		"refused":                      {faults: []keystest.Fault{{Operation: "rotateKey", Status: 403}}, fails: "forbidden", oldWorks: true},
		"the keys can't be listed":     {faults: []keystest.Fault{lost, {Operation: "listKeys", Status: 403}}, fails: "can't be listed", oldWorks: true, live: 1},
		"the orphan can't be rotated":  {faults: []keystest.Fault{lost, {Operation: "rotateKey", Status: 403}}, fails: "key_02 replaced it", oldWorks: true, live: 1},
		"the old key can't be revoked": {faults: []keystest.Fault{{Operation: "revokeKey", Status: 403}}, fails: "revoke it", oldWorks: true, live: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := keystest.NewServer(t, keystest.WithKeys(1))
			mock.Inject(c.faults...)
			var out strings.Builder
			deployed := ""
			r := rotation{
				client: mock.Client(), out: &out,
				deploy: func(_ context.Context, secret keys.Secret) error { deployed = secret.Reveal(); return c.deploy },
			}
			err := r.rotate(t.Context(), "key_01", time.Hour)
			if c.fails == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, c.fails)
				out.WriteString(err.Error())
			}
			states := mock.Keys()
			assert.Equal(t, c.oldWorks, !states[0].Revoked)
			live := 0
			for _, state := range states[1:] {
				if !state.Revoked {
					live++
				}
			}
			assert.Equal(t, c.live, live)
			if deployed != "" {
				assert.NotContains(t, out.String(), deployed)
			}
		})
	}
}

func TestTheProgram(t *testing.T) {
	mock := keystest.NewServer(t, keystest.WithKeys(2))
	t.Setenv("QAI_BASE_URL", mock.URL)
	t.Setenv("QAI_API_KEY", mock.APIKey)
	file := filepath.Join(t.TempDir(), "secret")
	var stdout, stderr strings.Builder
	require.Zero(t, run(t.Context(), []string{"-id", "key_01", "-deploy", "cat > " + file}, &stdout, &stderr), stderr.String())
	secret, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Regexp(t, `^qai_k_[0-9a-f]{64}$`, string(secret))
	assert.NotContains(t, stdout.String(), string(secret))
	assert.True(t, mock.Keys()[0].Revoked)

	assert.Equal(t, 1, run(t.Context(), []string{"-id", "key_02", "-deploy", "exit 3"}, &stdout, &stderr))
	assert.Contains(t, stderr.String(), "The old key key_02 still works")
	for _, args := range []string{"", "-id x", "-id x -deploy y -grace 0s", "-nonsense"} {
		assert.Equal(t, 2, run(t.Context(), strings.Fields(args), &stdout, &stderr), args)
	}
	t.Setenv("QAI_API_KEY", "")
	assert.Equal(t, 2, run(t.Context(), []string{"-id", "x", "-deploy", "y"}, &stdout, &stderr))
}
