package main

import (
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAKeysLife(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	var out strings.Builder
	require.NoError(t, run(t.Context(), &out, mock.URL, mock.APIKey))
	for _, says := range []string{"1. Minted", "[redacted]", "key_01", "returned 200", `"revoked"`, "status 401"} {
		assert.Contains(t, out.String(), says)
	}
	assert.True(t, mock.Keys()[0].Revoked)
}

func TestFailuresAreTold(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	for _, operation := range []string{"createKey", "listKeys", "revokeKey"} {
		mock.Inject(keystest.Fault{Operation: operation, Status: 403})
		assert.ErrorContains(t, run(t.Context(), new(strings.Builder), mock.URL, mock.APIKey), operation)
	}
	assert.Error(t, run(t.Context(), new(strings.Builder), "nonsense", mock.APIKey))
}
