package keys_test

import (
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOrphans(t *testing.T) {
	t.Parallel()
	started := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	at := func(d time.Duration) string { return started.Add(d).Format(time.RFC3339Nano) }
	body := fmt.Sprintf(`{"keys":[
		{"id":"now","name":"ci","key_prefix":"p","created_at":%q},
		{"id":"later","name":"ci","key_prefix":"p","created_at":%q},
		{"id":"within the skew","name":"ci","key_prefix":"p","created_at":%q},
		{"id":"too early","name":"ci","key_prefix":"p","created_at":%q},
		{"id":"unknown time","name":"ci","key_prefix":"p"},
		{"id":"null time","name":"ci","key_prefix":"p","created_at":null},
		{"id":"other name","name":"CI","key_prefix":"p","created_at":%q},
		{"id":"revoked","name":"ci","key_prefix":"p","revoked":true,"created_at":%q}
	]}`, at(0), at(time.Hour), at(-time.Minute), at(-time.Minute-1), at(0), at(0))
	unknown := &keys.OutcomeUnknownError{Operation: "createKey", Name: "ci", Started: started}

	orphans, err := newClient(t, new(script).then(200, body)).Orphans(t.Context(), unknown)
	require.NoError(t, err)
	var ids []string
	for _, key := range orphans {
		ids = append(ids, key.ID)
	}
	assert.Equal(t, []string{"now", "later", "within the skew", "unknown time", "null time"}, ids)
}

func TestOrphansOfAListThatFails(t *testing.T) {
	t.Parallel()
	unknown := &keys.OutcomeUnknownError{Name: "ci"}
	transport := new(script).thenCut(`{"keys":[{"id":"a","name":"ci","key_prefix":"p"},{"id":7},{"id":"b","name":"ci","key_prefix":"p"},`)
	orphans, err := newClient(t, transport).Orphans(t.Context(), unknown)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.ErrorIs(t, err, keys.ErrDecode)
	assert.Len(t, orphans, 2, "what was found isn't lost")
}

// TestOrphansOfConcurrentMintsOfTheSameName: the keys that callers hold are listed too, and one other.
func TestOrphansOfConcurrentMintsOfTheSameName(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	client := mock.Client()
	mock.Inject(keystest.Fault{Operation: "createKey", After: true, Status: 502})
	type result struct {
		created *keys.CreatedKey
		err     error
	}
	results := make(chan result)
	for range 16 {
		go func() {
			created, err := client.Create(t.Context(), keys.CreateParams{Name: "ci"})
			results <- result{created, err}
		}()
	}
	held := map[string]bool{}
	var unknown *keys.OutcomeUnknownError
	for range 16 {
		if r := <-results; r.err == nil {
			held[r.created.Details.ID] = true
		} else {
			require.ErrorAs(t, r.err, &unknown)
		}
	}
	require.Len(t, held, 15)
	orphans, err := client.Orphans(t.Context(), unknown)
	require.NoError(t, err)
	require.Len(t, orphans, 16)
	orphans = slices.DeleteFunc(orphans, func(key keys.Key) bool { return held[key.ID] })
	assert.Len(t, orphans, 1)
}

func TestOrphansUnderClockSkew(t *testing.T) {
	t.Parallel()
	for skew, found := range map[time.Duration]int{
		0: 1, 10 * time.Minute: 1, 24 * time.Hour: 1, -50 * time.Second: 1,
		-2 * time.Minute: 0, // More than the minute that Orphans allows for.
	} {
		mock := keystest.NewServer(t, keystest.WithClock(func() time.Time { return time.Now().Add(skew) }))
		mock.Inject(keystest.Fault{Operation: "createKey", After: true, Drop: true})
		_, err := mock.Client().Create(t.Context(), keys.CreateParams{Name: "ci"})
		var unknown *keys.OutcomeUnknownError
		require.ErrorAs(t, err, &unknown)
		orphans, err := mock.Client().Orphans(t.Context(), unknown)
		require.NoError(t, err)
		assert.Len(t, orphans, found, "the gateway's clock is off by %s", skew)
	}
}

func TestOrphansInAListOf10000(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithKeys(10_000))
	mock.Inject(keystest.Fault{Operation: "createKey", After: true, Truncate: 20})
	_, err := mock.Client().Create(t.Context(), keys.CreateParams{Name: "key 77"})
	var unknown *keys.OutcomeUnknownError
	require.ErrorAs(t, err, &unknown)
	// The 77th has the name too, and was made at the same time: another caller may have made it.
	orphans, err := mock.Client().Orphans(t.Context(), unknown)
	require.NoError(t, err)
	require.Len(t, orphans, 2)
	assert.Equal(t, "key_10001", orphans[1].ID)
}

func TestAnOrphanIsFoundAndRevoked(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithKeys(3))
	client := mock.Client()
	mock.Inject(keystest.Fault{Operation: "createKey", After: true, Drop: true})
	_, err := client.Create(t.Context(), keys.CreateParams{Name: "ci"})
	var unknown *keys.OutcomeUnknownError
	require.ErrorAs(t, err, &unknown)

	orphans, err := client.Orphans(t.Context(), unknown)
	require.NoError(t, err)
	require.Len(t, orphans, 1)
	assert.Equal(t, mock.Keys()[3].ID, orphans[0].ID)
	_, err = client.Revoke(t.Context(), orphans[0].ID)
	require.NoError(t, err)
	orphans, err = client.Orphans(t.Context(), unknown)
	require.NoError(t, err)
	assert.Empty(t, orphans)
}
