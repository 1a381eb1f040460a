package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// play runs the program against mock and returns its exit status and what it printed.
func play(t *testing.T, mock *keystest.Server, stdin string, args ...string) (code int, out string) {
	t.Helper()
	t.Setenv("QAI_BASE_URL", mock.URL)
	t.Setenv("QAI_API_KEY", mock.APIKey)
	var stdout, stderr strings.Builder
	code = run(t.Context(), args, strings.NewReader(stdin), &stdout, &stderr, false)
	return code, stdout.String() + stderr.String()
}

func revoked(mock *keystest.Server) int {
	count := 0
	for _, state := range mock.Keys() {
		if state.Revoked {
			count++
		}
	}
	return count
}

func TestADryRunComesFirst(t *testing.T) {
	mock := keystest.NewServer(t, keystest.WithKeys(20))
	created, err := mock.Client().Create(t.Context(), keys.CreateParams{Name: "leaked"})
	require.NoError(t, err)
	code, out := play(t, mock, created.Key.Reveal()+"\n")
	assert.Zero(t, code)
	assert.Contains(t, out, `key_21 (`+created.Details.KeyPrefix+`…, "leaked") is live`)
	assert.Contains(t, out, "Nothing was revoked")
	assert.NotContains(t, out, created.Key.Reveal())
	assert.Zero(t, revoked(mock))

	code, out = play(t, mock, created.Key.Reveal()+"\n", "-yes")
	assert.Zero(t, code)
	assert.Contains(t, out, "Revoked key_21")
	assert.NotContains(t, out, created.Key.Reveal())
	assert.Equal(t, 1, revoked(mock))

	code, out = play(t, mock, created.Details.KeyPrefix, "-yes")
	assert.Zero(t, code, "again")
	assert.Contains(t, out, "already revoked")
}

func TestItIsResumed(t *testing.T) {
	mock := keystest.NewServer(t, keystest.WithKeys(40))
	var leaked strings.Builder
	for _, state := range mock.Keys() {
		fmt.Fprintln(&leaked, state.KeyPrefix)
	}
	mock.Inject(keystest.Fault{Operation: keys.OperationRevokeKey, Status: 403, Times: 15})
	code, out := play(t, mock, leaked.String(), "-yes", "-parallel", "4")
	assert.Equal(t, 1, code)
	assert.Contains(t, out, "run it again")
	assert.Equal(t, 25, revoked(mock))
	code, _ = play(t, mock, leaked.String(), "-yes", "-parallel", "4")
	assert.Zero(t, code)
	assert.Equal(t, 40, revoked(mock))
	mock.AssertCalls(t, keys.OperationRevokeKey, 40+15) // Only what was left.
}

func TestTheCredentialItselfGoesLast(t *testing.T) {
	mock := keystest.NewServer(t)
	own, err := mock.Client().Create(t.Context(), keys.CreateParams{Name: "own"})
	require.NoError(t, err)
	other, err := mock.Client().Create(t.Context(), keys.CreateParams{Name: "other"})
	require.NoError(t, err)
	mock.APIKey = own.Key.Reveal()
	code, out := play(t, mock, own.Key.Reveal()+"\n"+other.Key.Reveal()+"\n", "-yes")
	assert.Zero(t, code, out)
	assert.Equal(t, 2, revoked(mock))
}

func TestUnknownPrefixesAreReported(t *testing.T) {
	mock := keystest.NewServer(t, keystest.WithKeys(1))
	code, out := play(t, mock, "qai_k_00000000", "-yes")
	assert.Equal(t, 1, code)
	assert.Contains(t, out, "qai_k_00000000… isn't a key of this account.")
	mock.Inject(keystest.Fault{Body: `{"keys":[{"id":"key_01","name":"a"},{"id":"key_02","name":"b","key_prefix":null},` +
		`{"id":"key_03","name":"c","key_prefix":"***"},{"id":"key_04","name":"d","key_prefix":"qai_k_00…"},{"id":"key_05","name":"e","key_prefix":"qai_k_4f1c09aa"}]}`})
	code, out = play(t, mock, "qai_k_00000000", "-yes")
	assert.Equal(t, 1, code)
	assert.Contains(t, out, "qai_k_00000000… isn't a key of this account, unless it is one of the 4 whose prefix isn't told in whole.")
}

func TestBadInput(t *testing.T) {
	mock := keystest.NewServer(t, keystest.WithKeys(1))
	for stdin, says := range map[string]string{
		"": "standard input", "qai_k_0": "line 1", "\n\nsk-a-secret-of-another-kind": "line 3", strings.Repeat("x", 1<<20): "too long",
	} {
		code, out := play(t, mock, stdin)
		assert.Equal(t, 2, code)
		assert.Contains(t, out, says)
		assert.NotContains(t, out, "another-kind")
	}
	code, _ := play(t, mock, "qai_k_00000000", "-parallel", "0")
	assert.Equal(t, 2, code)
	code, _ = play(t, mock, "qai_k_00000000", "-nonsense")
	assert.Equal(t, 2, code)
	mock.Inject(keystest.Fault{Body: `{"keys":[{"id":5}]}`})
	code, out := play(t, mock, "qai_k_00000000")
	assert.Equal(t, 1, code)
	assert.Contains(t, out, "may be missing")
}

func TestProgressIsForTerminals(t *testing.T) {
	mock := keystest.NewServer(t, keystest.WithKeys(2000))
	t.Setenv("QAI_BASE_URL", mock.URL)
	t.Setenv("QAI_API_KEY", mock.APIKey)
	var stdout, stderr strings.Builder
	assert.Zero(t, run(t.Context(), []string{"-yes"}, strings.NewReader(mock.Keys()[0].KeyPrefix), &stdout, &stderr, true))
	assert.Contains(t, stderr.String(), "2000 keys looked at")
	assert.Contains(t, stderr.String(), "1 of 1 revoked")
}
