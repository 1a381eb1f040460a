package keystest_test

import (
	"encoding/json"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/types"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// at returns a mock whose clock shows a time.
func at(t *testing.T, now *time.Time, opts ...keystest.Option) *keystest.Server {
	t.Helper()
	opts = append(opts, keystest.WithClock(func() time.Time { return *now }), keystest.WithTier("internal"), keystest.WithResponsesValidated())
	return keystest.NewServer(t, opts...)
}

var (
	firstTime = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	lastTime  = time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
)

// TestEveryTimeOfTheClock runs every operation at times that are at the edges of something.
func TestEveryTimeOfTheClock(t *testing.T) {
	t.Parallel()
	ahead, behind := time.FixedZone("", 14*3600), time.FixedZone("", -12*3600)
	for name, now := range map[string]time.Time{
		"the first":                        firstTime,
		"the last":                         lastTime,
		"the last, where it is year 10000": lastTime.In(ahead),
		"the first, where it is year -1":   firstTime.In(behind),
		"the zero time":                    {},
		"just after the zero time":         time.Time{}.Add(999_999),
		"just before the zero time":        time.Time{}.Add(-1),
		"before the zero time":             time.Time{}.Add(-time.Hour),
		"the beginning of Unix time":       time.Unix(0, 0),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := at(t, &now, keystest.WithKeys(1), keystest.WithDevices(1))
			created := mint(t, mock, keys.CreateParams{Name: "ci", RateLimit: new(int32(2))})
			assert.WithinDuration(t, now, created.Details.CreatedAt, time.Millisecond)
			assert.False(t, created.Details.CreatedAt.IsZero())
			own := as(t, mock, created.Key)
			require.NoError(t, own.Ping(t.Context()))
			require.NoError(t, mock.Use("key_01", 5))
			list, err := own.List(t.Context())
			require.NoError(t, err)
			require.Len(t, list, 3)
			assert.False(t, list[0].LastUsed.IsZero(), "it was used")
			assert.WithinDuration(t, now, list[2].LastUsed, time.Millisecond)
			_, err = own.List(t.Context())
			require.ErrorIs(t, err, keys.ErrRateLimited)
			_, err = mock.Client().ListDevices(t.Context())
			require.NoError(t, err)
			usage, err := mock.Client().Usage(t.Context(), "key_01")
			require.NoError(t, err)
			require.Len(t, usage.Days, 1)
			assert.Equal(t, now.UTC().Format(time.DateOnly), usage.Days[0].Day.String())
			_, err = mock.Client().CreatePartner(t.Context(), keys.PartnerParams{})
			require.NoError(t, err)

			for _, grace := range []int64{0, 3600, math.MaxInt64} {
				old := mint(t, mock, keys.CreateParams{Name: "old"})
				_, err = mock.Client().Rotate(t.Context(), old.Details.ID, keys.RotateParams{GraceSeconds: grace})
				require.NoError(t, err)
				_, err = once(mock).Rotate(t.Context(), old.Details.ID, keys.RotateParams{GraceSeconds: grace})
				require.ErrorIs(t, err, keys.ErrConflict, "it is rotated")
			}
			token, err := mock.Client().CreateEphemeral(t.Context(), keys.EphemeralParams{TTL: new(3600)})
			require.NoError(t, err)
			assert.False(t, token.ExpiresAt.IsZero())
			for _, state := range []any{mock.Keys(), mock.Requests()} {
				_, err := json.Marshal(state)
				require.NoError(t, err)
			}
			for _, status := range statuses(mock) {
				assert.NotEqual(t, 500, status)
			}
		})
	}
}

func statuses(mock *keystest.Server) []int {
	var all []int
	for _, entry := range mock.Requests() {
		all = append(all, entry.Status)
	}
	return all
}

// TestATokenThatExpiresAtAnEdge mints a token that would expire at the zero time, and one that would after the last time.
func TestATokenThatExpiresAtAnEdge(t *testing.T) {
	t.Parallel()
	now := time.Time{}.Add(-time.Hour)
	mock := at(t, &now)
	token, err := mock.Client().CreateEphemeral(t.Context(), keys.EphemeralParams{TTL: new(3600)})
	require.NoError(t, err)
	require.NoError(t, as(t, mock, token.Token).Ping(t.Context()))
	now = time.Time{}.Add(time.Second)
	require.ErrorIs(t, as(t, mock, token.Token).Ping(t.Context()), keys.ErrUnauthorized)

	now = lastTime.Add(-time.Minute)
	token, err = mock.Client().CreateEphemeral(t.Context(), keys.EphemeralParams{TTL: new(3600)})
	require.NoError(t, err)
	assert.Equal(t, lastTime.Truncate(time.Millisecond), token.ExpiresAt)
	now = lastTime.Add(-time.Second)
	require.NoError(t, as(t, mock, token.Token).Ping(t.Context()))
}

// TestAClockThatIsOutOfRange tests that every request says so, and that nothing is done.
func TestAClockThatIsOutOfRange(t *testing.T) {
	t.Parallel()
	for _, wrong := range []time.Time{lastTime.Add(1), firstTime.Add(-1), lastTime.AddDate(1e6, 0, 0), firstTime.AddDate(-1e6, 0, 0)} {
		now := wrong
		mock := at(t, &now, keystest.WithKeys(1))
		for _, request := range []string{
			`POST /qai/v1/keys {"name":"ci"}`, `POST /qai/v1/keys/ephemeral {}`, `POST /qai/v1/keys/key_01/rotate {"grace_seconds":0}`,
			"GET /qai/v1/keys ", "DELETE /qai/v1/keys/key_01 ", "GET /other ",
		} {
			part := strings.SplitN(request, " ", 3)
			resp, body := send(t, mock, part[0], part[1], part[2], "X-API-Key: "+mock.APIKey)
			assert.Equal(t, http.StatusInternalServerError, resp.StatusCode, request)
			assert.Contains(t, body, "the mock's clock isn't within the years 0 to 9999", request)
		}
		require.ErrorContains(t, mock.Use("key_01", 1), "clock")
		_, err := mock.NewAccount()
		require.ErrorContains(t, err, "clock")
		assert.Len(t, mock.Accounts(), 1)
		for _, state := range []any{mock.Keys(), mock.Requests()} {
			_, err := json.Marshal(state)
			require.NoError(t, err)
		}
		now = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
		require.Len(t, mock.Keys(), 1)
		assert.False(t, mock.Keys()[0].Revoked)
		assert.Equal(t, types.Ticks(0), mock.Keys()[0].SpentTicks)
		require.NoError(t, mock.Client().Ping(t.Context()))
	}
}

// TestAStoreAndAClockThatIsOutOfRange resets an account while the clock is out of range.
func TestAStoreAndAClockThatIsOutOfRange(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	store := &memory{}
	clock := keystest.WithClock(func() time.Time { return now })
	mock, client := open(t, store, keystest.WithKeys(1), clock)
	now = lastTime.Add(time.Hour)
	mock.Reset()
	now = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	require.NoError(t, mock.Err())
	require.NoError(t, client.Ping(t.Context()))
	_, err := keystest.OpenHandler(store, clock)
	require.NoError(t, err)
}

// TestAnAccountsClock tests that it is the account's alone, and that a reset and nil take it away.
func TestAnAccountsClock(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	mock := at(t, &noon, keystest.WithKeys(1))
	other, err := mock.NewAccount(keystest.WithKeys(1))
	require.NoError(t, err)
	created := mint(t, mock, keys.CreateParams{Name: "ci"})
	_, err = mock.Client().Rotate(t.Context(), created.Details.ID, keys.Grace(time.Hour))
	require.NoError(t, err)
	own := as(t, mock, created.Key)
	require.NoError(t, own.Ping(t.Context()))
	later := func() time.Time { return noon.Add(time.Hour) }
	other.SetClock(later)
	require.NoError(t, own.Ping(t.Context()))
	mock.SetClock(later)
	require.ErrorIs(t, own.Ping(t.Context()), keys.ErrUnauthorized, "the grace is over")
	require.NoError(t, mock.Use("key_01", 1))
	assert.Equal(t, later(), mock.Keys()[0].LastUsed)
	assert.Equal(t, later(), mock.Requests()[len(mock.Requests())-1].Time)
	mock.SetClock(nil)
	require.NoError(t, own.Ping(t.Context()))
	other.Reset()
	assert.Equal(t, noon, other.Keys()[0].CreatedAt)
}

// TestTheLongestDelays tests that no number of seconds wraps around.
func TestTheLongestDelays(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	mock.Inject(keystest.Fault{Status: 429, RetryAfter: math.MaxInt64})
	resp, _ := send(t, mock, "GET", "/qai/v1/keys", "", "X-API-Key: "+mock.APIKey)
	assert.Equal(t, "9223372036", resp.Header.Get("Retry-After"), "as many seconds as a time.Duration can have")
	for header, status := range map[string]int{
		"retry-after=9223372036": 429, "retry-after=9223372035.8": 429, "retry-after=9223372036.8": 400, "retry-after=9223372037": 400,
		"retry-after=1e300": 400, "retry-after=Inf": 400, "retry-after=-0.1": 400,
	} {
		resp, _ := send(t, mock, "GET", "/qai/v1/keys", "", "X-API-Key: "+mock.APIKey, "X-Mock-Fault: status=429;"+header)
		assert.Equal(t, status, resp.StatusCode, header)
		assert.NotContains(t, resp.Header.Get("Retry-After"), "-")
		if status == 429 {
			assert.Equal(t, "9223372036", resp.Header.Get("Retry-After"), header)
		}
	}
}
