package keys_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// regionNames are all that the gateway takes.
var regionNames = map[keys.Region][]string{
	keys.RegionAmericas: {"americas", "us", "america", "US", " Americas\n"},
	keys.RegionEurope:   {"europe", "eu", "eea", "EU", "\tEurope"},
	keys.RegionAsia:     {"asia", "apac", "asia-pacific", "APAC", "Asia-Pacific "},
}

// notRegions are texts for which the gateway would mint a key without a region.
var notRegions = []string{" ", "antarctica", "eu-west-1", "europe,asia", "asia pacific", "e u", "uk", "\xff", "\x00", "europe\u200b", secret}

func TestParseRegion(t *testing.T) {
	t.Parallel()
	for want, names := range regionNames {
		for _, name := range names {
			got, err := keys.ParseRegion(name)
			require.NoError(t, err, name)
			assert.Equal(t, want, got, name)
		}
	}
	for _, text := range append(notRegions, "") {
		got, err := keys.ParseRegion(text)
		require.ErrorIs(t, err, keys.ErrInvalidArgument, "%q", text)
		assert.Empty(t, got)
		assert.ErrorContains(t, err, "there is no such region: use one of americas (or us, america), europe (or eu, eea")
	}
}

// TestARegionIsSentByItsOwnName, so that no gateway takes it for none.
func TestARegionIsSentByItsOwnName(t *testing.T) {
	t.Parallel()
	for want, names := range regionNames {
		for _, name := range names {
			params := keys.CreateParams{Name: "ci", Region: keys.Region(name)}
			for how, call := range map[string]func(*keys.Client) error{
				"Create": func(c *keys.Client) error { _, err := c.Create(t.Context(), params); return err },
				"Mint":   func(c *keys.Client) error { _, err := c.Mint(t.Context(), params, nil, discard); return err },
			} {
				assert.JSONEq(t, `{"name":"ci","region":"`+string(want)+`"}`, sentBody(t, call), "%s of %q", how, name)
			}
		}
	}
}

// TestAnUnknownRegionIsntSent, since the gateway would mint a key without one.
func TestAnUnknownRegionIsntSent(t *testing.T) {
	t.Parallel()
	transport := new(script).then(200, minted)
	c := newClient(t, transport)
	for _, text := range notRegions {
		params := keys.CreateParams{Name: "ci", Region: keys.Region(text)}
		_, err := c.Create(t.Context(), params)
		require.ErrorIs(t, err, keys.ErrInvalidArgument, "%q", text)
		require.ErrorContains(t, err, "europe (or eu, eea")
		journal := filepath.Join(t.TempDir(), "journal")
		_, err = c.Mint(t.Context(), params, keys.FileJournal(journal), discard)
		require.ErrorIs(t, err, keys.ErrInvalidArgument, "%q", text)
		assert.NoDirExists(t, journal, "nothing was written")
	}
	assert.Empty(t, transport.requests)
}

// discard is a store that keeps nothing.
func discard(context.Context, *keys.CreatedKey) error { return nil }
