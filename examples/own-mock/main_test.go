package main

import (
	"net/http/httptest"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheClientWorksWithIt(t *testing.T) {
	t.Parallel()
	gateway := httptest.NewServer(routes())
	t.Cleanup(gateway.Close)
	client, err := keys.New("qai_any", keys.WithBaseURL(gateway.URL))
	require.NoError(t, err)

	_, err = client.Create(t.Context(), keys.CreateParams{Name: "ci"})
	require.ErrorIs(t, err, keys.ErrForbidden)
	assert.ErrorContains(t, err, "no more keys can be minted")
	list, err := client.List(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "the one", list[0].Name)
	status, err := client.Revoke(t.Context(), "a/b")
	require.NoError(t, err)
	_, err = client.Usage(t.Context(), "key_01")
	require.ErrorIs(t, err, keys.ErrNotFound, "what it doesn't offer isn't there")
	assert.Equal(t, &keys.Status{Status: "deleted", Message: "a/b is gone"}, status)
}
