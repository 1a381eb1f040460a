package keystest_test

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestARotatedKeyWorksForItsGrace(t *testing.T) {
	t.Parallel()
	clock := newClock()
	mock := keystest.NewServer(t, clock.option())
	old := mint(t, mock, keys.CreateParams{Name: "ci", Endpoints: []string{"keys"}, Region: keys.RegionAsia})
	rotated, err := mock.Client().Rotate(t.Context(), old.Details.ID, keys.RotateParams{GraceSeconds: 60})
	require.NoError(t, err)
	assert.Equal(t, old.Details.ID, rotated.OldKeyID)
	assert.Equal(t, "ci", rotated.Details.Name)
	assert.JSONEq(t, string(old.Details.Scope), string(rotated.Details.Scope))
	scope, ok := keys.ScopeOf(rotated.Details)
	assert.True(t, ok)
	assert.Equal(t, keys.RegionAsia, scope.Region)

	clock.now = clock.now.Add(59 * time.Second)
	_, err = as(t, mock, old.Key).List(t.Context())
	require.NoError(t, err, "within the grace")
	assert.False(t, mock.Keys()[0].Revoked)
	clock.now = clock.now.Add(time.Second)
	_, err = as(t, mock, old.Key).List(t.Context())
	require.ErrorIs(t, err, keys.ErrUnauthorized, "afterwards")
	_, err = as(t, mock, rotated.Key).List(t.Context())
	require.NoError(t, err)
	assert.True(t, mock.Keys()[0].Revoked)
	list, err := mock.Client().List(t.Context())
	require.NoError(t, err)
	assert.True(t, list[0].Revoked)
	assert.False(t, list[1].Revoked)
}

func TestWhatCannotBeRotated(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithKeys(2))
	c := once(mock)
	_, err := c.Rotate(t.Context(), "key_01", keys.RotateParams{GraceSeconds: math.MaxInt64})
	require.NoError(t, err)
	_, err = c.Rotate(t.Context(), "key_01", keys.RotateParams{})
	var apiErr *keys.Error
	require.ErrorAs(t, err, &apiErr)
	require.ErrorIs(t, err, keys.ErrConflict, "a second time")
	assert.Equal(t, "invalid_state", apiErr.Code)
	_, err = c.Revoke(t.Context(), "key_02")
	require.NoError(t, err)
	_, err = c.Rotate(t.Context(), "key_02", keys.RotateParams{})
	require.ErrorIs(t, err, keys.ErrConflict, "a revoked key")
	_, err = c.Rotate(t.Context(), "key_99", keys.RotateParams{})
	require.ErrorIs(t, err, keys.ErrNotFound)
	_, err = c.Rotate(t.Context(), "key_03", keys.RotateParams{GraceSeconds: -1})
	require.ErrorIs(t, err, keys.ErrInvalidRequest)
	assert.ErrorContains(t, err, "grace_seconds")
	assert.Len(t, mock.Keys(), 3)
	assert.False(t, mock.Keys()[0].Revoked, "the longest grace there is isn't over")
}

func TestWithoutGraceTheOldKeyIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	old := mint(t, mock, keys.CreateParams{Name: "ci"})
	_, err := mock.Client().Rotate(t.Context(), old.Details.ID, keys.RotateParams{})
	require.NoError(t, err)
	_, err = as(t, mock, old.Key).List(t.Context())
	assert.ErrorIs(t, err, keys.ErrUnauthorized)
}

func TestAnEphemeralTokenDies(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ttl  *int
		want time.Duration
	}{"by default after an hour": {nil, time.Hour}, "after its ttl": {new(10), 10 * time.Second}} {
		clock := newClock()
		mock := keystest.NewServer(t, clock.option(), keystest.WithTier("internal"))
		created, err := mock.Client().CreateEphemeral(t.Context(), keys.EphemeralParams{TTL: c.ttl, RateLimit: new(int32(1))})
		require.NoError(t, err, name)
		assert.Equal(t, clock.now.Add(c.want), created.ExpiresAt, name)
		assert.Equal(t, mock.URL, created.BaseURL, name)
		own := as(t, mock, created.Token)
		_, err = own.List(t.Context())
		require.NoError(t, err, name)
		_, err = own.List(t.Context())
		require.ErrorIs(t, err, keys.ErrRateLimited, "it keeps to its limit")
		clock.now = clock.now.Add(c.want)
		_, err = own.List(t.Context())
		require.ErrorIs(t, err, keys.ErrUnauthorized, name)
		assert.Empty(t, mock.Keys(), "nothing lists it")
	}
}

func TestTheLimitsOfAnEphemeralToken(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithTier("internal"))
	_, err := once(mock).CreateEphemeral(t.Context(), keys.EphemeralParams{TTL: new(86_401)})
	require.ErrorIs(t, err, keys.ErrInvalidRequest)
	assert.ErrorContains(t, err, "ttl")
	_, err = once(mock).CreateEphemeral(t.Context(), keys.EphemeralParams{TTL: new(86_400)})
	require.NoError(t, err)
	restricted, err := once(mock).CreateEphemeral(t.Context(), keys.EphemeralParams{Endpoints: []string{"chat"}})
	require.NoError(t, err)
	_, err = as(t, mock, restricted.Token).List(t.Context())
	require.ErrorIs(t, err, keys.ErrForbidden)
	dead, err := once(mock).CreateEphemeral(t.Context(), keys.EphemeralParams{TTL: new(0)})
	require.NoError(t, err)
	_, err = as(t, mock, dead.Token).List(t.Context())
	require.ErrorIs(t, err, keys.ErrUnauthorized)
}

func TestPartnerKeys(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithTier("internal"))
	created, err := mock.Client().CreatePartner(t.Context(), keys.PartnerParams{PartnerID: "p", PartnerRef: "r", SpendCapUSD: new(5.0)})
	require.NoError(t, err)
	assert.Equal(t, "partner:r", created.Details.Name)
	named, err := mock.Client().CreatePartner(t.Context(), keys.PartnerParams{PartnerID: "p", PartnerRef: "r", Name: "n"})
	require.NoError(t, err)
	assert.Equal(t, "n", named.Details.Name)
	assert.Len(t, mock.Keys(), 2)
	_, err = as(t, mock, created.Key).List(t.Context())
	assert.NoError(t, err)
}

func TestTheTierIsCheckedBeforeTheBodyIsRead(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	for _, path := range []string{"/qai/v1/keys/ephemeral", "/qai/v1/keys/partner"} {
		resp, body := send(t, mock, http.MethodPost, path, "not JSON", "X-API-Key: "+mock.APIKey)
		assert.Equal(t, 403, resp.StatusCode, path)
		assert.Contains(t, body, "internal or admin tier", path)
	}
	for _, entry := range mock.Requests() {
		assert.Empty(t, entry.Body)
	}
}

func TestTheTiersThatMayMintEphemeralAndPartnerKeys(t *testing.T) {
	t.Parallel()
	for tier, may := range map[string]bool{"internal": true, "admin": true, "": false, "pro": false, "Admin": false} {
		mock := keystest.NewServer(t, keystest.WithTier(tier))
		_, ephemeral := mock.Client().CreateEphemeral(t.Context(), keys.EphemeralParams{})
		_, partner := mock.Client().CreatePartner(t.Context(), keys.PartnerParams{PartnerID: "p", PartnerRef: "r"})
		if may {
			require.NoError(t, errors.Join(ephemeral, partner), tier)
		} else {
			require.ErrorIs(t, ephemeral, keys.ErrForbidden, tier)
			require.ErrorIs(t, partner, keys.ErrForbidden, tier)
		}
	}
}

func TestDevicesAreNotMistakenForAnID(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithKeys(1), keystest.WithDevices(2))
	devices, err := mock.Client().ListDevices(t.Context())
	require.NoError(t, err)
	require.Len(t, devices, 2)
	assert.Equal(t, "key_02", devices[0].KeyID)
	assert.Equal(t, "device_01", devices[0].DeviceID)
	assert.True(t, devices[0].LastUsed.IsZero())
	list, err := mock.Client().List(t.Context())
	require.NoError(t, err)
	assert.Len(t, list, 3)
}

func TestUsageAddsUpWhatUseRecorded(t *testing.T) {
	t.Parallel()
	clock := newClock()
	mock := keystest.NewServer(t, clock.option(), keystest.WithKeys(2))
	empty, err := mock.Client().Usage(t.Context(), "key_01")
	require.NoError(t, err)
	assert.Equal(t, &keys.KeyUsage{Days: []keys.UsageDay{}, Models: []keys.UsageModel{}}, empty)

	large := keystest.WithModel("qai-large")
	require.NoError(t, mock.Use("key_01", 5_000_000_000, large, keystest.WithTokens(10, 20)))
	require.NoError(t, mock.Use("key_01", 2_500_000_000))
	clock.now = clock.now.Add(24 * time.Hour)
	require.NoError(t, mock.Use("key_01", 10_000_000_000, large, keystest.WithTokens(1, 2)))
	require.NoError(t, mock.Use("key_02", 1))
	require.ErrorContains(t, mock.Use("key_01", 1, keystest.WithTokens(-1, 0)), "negative")

	usage, err := mock.Client().Usage(t.Context(), "key_01")
	require.NoError(t, err)
	require.Len(t, usage.Days, 2)
	first := usage.Days[0]
	assert.Equal(t, "2026-09-01", first.Day.String())
	assert.Equal(t, int64(2), first.Requests)
	assert.InDelta(t, 0.75, first.CostUSD, 1e-12)
	assert.Equal(t, int64(10), first.InputTokens)
	assert.Equal(t, int64(20), first.OutputTokens)
	assert.Equal(t, "2026-09-02", usage.Days[1].Day.String())
	assert.Equal(t, []keys.UsageModel{{Model: "default", Requests: 1, CostUSD: 0.25}, {Model: "qai-large", Requests: 2, CostUSD: 1.5}}, usage.Models)
	assert.InDelta(t, 1.75, usage.TotalCostUSD, 1e-12)
	_, err = mock.Client().Usage(t.Context(), "key_99")
	require.ErrorIs(t, err, keys.ErrNotFound)
}

func TestRegions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"americas": "americas", "us": "americas", " America\n": "americas", "europe": "europe", "EU": "europe", "eea": "europe",
		"asia": "asia", "apac": "asia", "Asia-Pacific": "asia",
		"": "", " ": "", "antarctica": "", "eu-west-1": "", // The gateway mints a key without a region.
	} {
		mock := keystest.NewServer(t, keystest.WithResponsesValidated())
		body, err := json.Marshal(map[string]string{"name": "ci", "region": text})
		require.NoError(t, err)
		resp, _ := send(t, mock, "POST", "/qai/v1/keys", string(body), "X-API-Key: "+mock.APIKey)
		require.Equal(t, 200, resp.StatusCode, "%q", text)
		assert.Equal(t, want, mock.Keys()[0].Region, "%q", text)
		list, err := mock.Client().List(t.Context())
		require.NoError(t, err)
		told, _ := keys.ScopeOf(list[0])
		assert.Equal(t, want, string(told.Region), "%q", text)
		if want == "" {
			assert.Nil(t, list[0].Scope, "%q", text)
		}
		if want == "" && text != "" {
			assert.Equal(t, []string{"region"}, mock.Requests()[0].Ignored, "%q", text)
		} else {
			assert.Empty(t, mock.Requests()[0].Ignored, "%q", text)
		}
	}
}

func TestARegionThatIsntAskedForIsntIgnored(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	assert.Nil(t, mint(t, mock, keys.CreateParams{Name: "ci"}).Details.Scope)
	assert.Empty(t, mock.Requests()[0].Ignored)
}

func TestARotatedKeyHasSpentNothing(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithKeys(1))
	require.NoError(t, mock.Use("key_01", 5))
	_, err := mock.Client().Rotate(t.Context(), "key_01", keys.RotateParams{})
	require.NoError(t, err)
	made := mock.Keys()[1]
	assert.Zero(t, made.SpentTicks)
	assert.Zero(t, made.LastUsed)
}

// TestAnIDIsTakenAsItIs tests that no other spelling of an id finds its key.
func TestAnIDIsTakenAsItIs(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithKeys(1))
	for _, id := range []string{"1", "01", "key_1", "key_001", "key_+1", "KEY_01", "key_01 "} {
		_, err := mock.Client().Revoke(t.Context(), id)
		require.ErrorIs(t, err, keys.ErrNotFound, id)
	}
	assert.False(t, mock.Keys()[0].Revoked)
}
