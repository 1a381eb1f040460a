package keys_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// at returns a key of a list, made at that time.
func at(id, name string, created time.Time) string {
	return fmt.Sprintf(`{"id":%q,"name":%q,"key_prefix":"p","created_at":%q}`, id, name, created.Format(time.RFC3339Nano))
}

// listOf returns the body of a list.
func listOf(keys ...string) string { return `{"keys":[` + strings.Join(keys, ",") + `]}` }

func ids(list []keys.Key) []string {
	found := []string{}
	for _, key := range list {
		found = append(found, key.ID)
	}
	return found
}

// TestOrphans is in a bubble, where the gateway's clock and this machine's differ by as much as the test says.
func TestOrphans(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	create := keys.Pending{Operation: "createKey", Name: "ci"}
	rotate := keys.Pending{Operation: "rotateKey", ID: "old"}
	exact := keys.Pending{Operation: "createKey", Name: "ci", ID: "b"}
	revoked := `{"id":"revoked","name":"ci","key_prefix":"p","revoked":true}`
	for name, c := range map[string]struct {
		pending keys.Pending
		started time.Duration                // Before now; 0 means that Started isn't known.
		keys    func(now time.Time) []string // By the gateway's clock.
		skew    time.Duration                // How far the gateway's clock is ahead.
		noDate  bool
		ids     []string
		unknown bool
	}{
		"since it started": {pending: create, started: time.Hour, ids: []string{"a", "b", "c", "d"}, keys: func(now time.Time) []string {
			return []string{
				at("early", "ci", now.Add(-time.Hour-3*time.Second)), at("a", "ci", now.Add(-time.Hour-time.Second)), at("b", "ci", now), revoked,
				at("other", "CI", now), `{"id":"c","name":"ci","key_prefix":"p"}`, `{"id":"d","name":"ci","key_prefix":"p","created_at":null}`,
			}
		}},
		"none": {pending: create, started: time.Hour, keys: func(now time.Time) []string {
			return []string{at("early", "ci", now.Add(-2*time.Hour)), at("other", "CI", now), revoked}
		}},
		"at any time": {pending: create, ids: []string{"a"}, keys: func(now time.Time) []string {
			return []string{at("a", "ci", now.Add(-1000*day)), at("other", "CI", now), revoked}
		}},
		"the gateway's clock is slow": {pending: create, started: time.Hour, skew: -3 * day, ids: []string{"a"}, keys: func(now time.Time) []string {
			return []string{at("early", "ci", now.Add(-time.Hour-3*time.Second)), at("a", "ci", now.Add(-time.Hour))}
		}},
		"the gateway's clock is fast": {pending: create, started: time.Hour, skew: 3 * day, ids: []string{"a"}, keys: func(now time.Time) []string {
			return []string{at("early", "ci", now.Add(-time.Hour-3*time.Second)), at("a", "ci", now.Add(-time.Hour))}
		}},
		"without Date": {pending: create, started: time.Hour, noDate: true, ids: []string{"a"}, keys: func(now time.Time) []string {
			return []string{at("years ago", "ci", now.Add(-1000*day)), at("a", "ci", now.Add(-time.Hour-time.Minute))}
		}},
		"without Date, an earlier key": {pending: create, started: time.Hour, noDate: true, unknown: true, keys: func(now time.Time) []string {
			return []string{at("early", "ci", now.Add(-2*time.Hour))}
		}},
		"without Date, an earlier key and a later one": {pending: create, started: time.Hour, noDate: true, unknown: true, ids: []string{"a"}, keys: func(now time.Time) []string {
			return []string{at("early", "ci", now.Add(-2*time.Hour)), at("a", "ci", now)}
		}},
		"it started in the future": {pending: create, started: -2 * time.Hour, unknown: true, keys: func(now time.Time) []string {
			return []string{at("a", "ci", now)}
		}},
		"it started days in the future": {pending: create, started: -48 * time.Hour, unknown: true, keys: func(now time.Time) []string {
			return []string{at("a", "ci", now.Add(-100*time.Hour))}
		}},
		"it started in the future, and no key has the name": {pending: create, started: -2 * time.Hour, keys: func(now time.Time) []string {
			return []string{at("a", "other", now)}
		}},
		"the new key's id is known": {pending: exact, started: time.Hour, ids: []string{"b"}, keys: func(now time.Time) []string {
			return []string{at("a", "ci", now), at("b", "renamed", now.Add(-day)), at("c", "ci", now)}
		}},
		"the new key is gone": {pending: exact, started: time.Hour, keys: func(now time.Time) []string { return []string{at("a", "ci", now)} }},
		"a rotation": {pending: rotate, started: time.Hour, ids: []string{"a"}, keys: func(now time.Time) []string {
			return []string{at("a", "ci", now), at("old", "ci", now), at("b", "other", now), at("early", "ci", now.Add(-2*time.Hour))}
		}},
		"another operation that makes a key from one": {
			pending: keys.Pending{Operation: "copyKey", ID: "old"}, started: time.Hour, ids: []string{"a"}, keys: func(now time.Time) []string {
				return []string{at("a", "ci", now), at("old", "ci", now), at("b", "other", now)}
			},
		},
		"a rotation that wasn't done": {pending: rotate, started: time.Hour, keys: func(now time.Time) []string {
			return []string{at("b", "other", now), at("old", "ci", now)}
		}},
		"a rotation whose old key isn't listed": {pending: keys.Pending{Operation: "rotateKey", ID: "old", Name: "ci"}, started: time.Hour, unknown: true, ids: []string{"a"}, keys: func(now time.Time) []string {
			return []string{at("a", "ci", now)}
		}},
		"an element can't be read": {pending: create, started: time.Hour, unknown: true, ids: []string{"a"}, keys: func(now time.Time) []string {
			return []string{`{"id":7,"name":"ci"}`, at("a", "ci", now)}
		}},
		"an ephemeral token": {pending: keys.Pending{Operation: "createEphemeralKey"}, unknown: true, keys: func(time.Time) []string { return nil }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				local := time.Now()
				gateway := local.Add(c.skew)
				headers := []string{"Date: " + gateway.UTC().Format(http.TimeFormat)}
				if c.noDate {
					headers = nil
				}
				if c.started != 0 {
					c.pending.Started = local.Add(-c.started)
				}
				orphans, err := newClient(t, new(script).then(200, listOf(c.keys(gateway)...), headers...)).Orphans(t.Context(), c.pending)
				if c.unknown {
					require.ErrorIs(t, err, keys.ErrOrphansUnknown)
				} else {
					require.NoError(t, err)
				}
				assert.ElementsMatch(t, c.ids, ids(orphans))
			})
		})
	}
}

func TestOrphansOfAListThatFails(t *testing.T) {
	t.Parallel()
	p := keys.Pending{Operation: "createKey", Name: "ci"}
	cut := `{"keys":[{"id":"a","name":"ci","key_prefix":"p"},{"id":7},{"id":"b","name":"ci","key_prefix":"p"},`
	transport := new(script).thenCut(cut)
	orphans, err := newClient(t, transport).Orphans(t.Context(), p)
	require.ErrorIs(t, err, keys.ErrOrphansUnknown)
	require.ErrorIs(t, err, keys.ErrIncomplete)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.ErrorIs(t, err, keys.ErrDecode)
	assert.Equal(t, []string{"a", "b"}, ids(orphans), "what was found isn't lost")
	assert.Len(t, transport.requests, 4, "a list that is cut off is requested again")

	orphans, err = newClient(t, new(script).thenCut(cut).then(200, listOf(at("a", "ci", time.Now())))).Orphans(t.Context(), p)
	require.NoError(t, err, "the second list is whole")
	assert.Equal(t, []string{"a"}, ids(orphans))

	_, err = newClient(t, new(script).then(403, "")).Orphans(t.Context(), p)
	require.ErrorIs(t, err, keys.ErrOrphansUnknown)
	assert.ErrorIs(t, err, keys.ErrForbidden)
	_, err = newClient(t, new(script).then(200, "<html>")).Orphans(t.Context(), p)
	assert.ErrorIs(t, err, keys.ErrOrphansUnknown)
}

func TestRevokeOrphans(t *testing.T) {
	t.Parallel()
	p := keys.Pending{Operation: "createKey", Name: "ci"}
	list := listOf(at("a", "ci", time.Now()), at("b", "ci", time.Now()), at("c", "ci", time.Now()))
	transport := new(script).then(200, list).then(200, `{"status":"revoked"}`).then(404, "").then(403, "")
	revoked, err := newClient(t, transport).RevokeOrphans(t.Context(), p)
	assert.Equal(t, []string{"a", "b"}, ids(revoked), "one that is gone already counts")
	require.ErrorIs(t, err, keys.ErrForbidden)
	assert.ErrorContains(t, err, `key "c" can't be revoked`)

	transport = new(script).then(200, listOf(`{"id":7}`, at("a", "ci", time.Now()))).then(200, `{"status":"revoked"}`)
	revoked, err = newClient(t, transport).RevokeOrphans(t.Context(), p)
	assert.Equal(t, []string{"a"}, ids(revoked), "what is found is revoked")
	require.ErrorIs(t, err, keys.ErrOrphansUnknown)
}

func TestPendingSurvivesJSON(t *testing.T) {
	t.Parallel()
	_, err := newClient(t, new(script).then(502, "")).Create(t.Context(), keys.CreateParams{Name: "ci"})
	var unknown *keys.OutcomeUnknownError
	require.ErrorAs(t, err, &unknown)
	for _, p := range []keys.Pending{unknown.Pending, {}, {Operation: "rotateKey", ID: "key_01"}} {
		encoded, err := json.Marshal(p)
		require.NoError(t, err)
		var decoded keys.Pending
		require.NoError(t, json.Unmarshal(encoded, &decoded))
		assert.Equal(t, p, decoded)
	}
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
	orphans, err := client.Orphans(t.Context(), unknown.Pending)
	require.NoError(t, err)
	require.Len(t, orphans, 16)
	orphans = slices.DeleteFunc(orphans, func(key keys.Key) bool { return held[key.ID] })
	assert.Len(t, orphans, 1)
}

func TestOrphansUnderClockSkew(t *testing.T) {
	t.Parallel()
	for _, skew := range []time.Duration{0, 10 * time.Minute, 24 * time.Hour, -50 * time.Second, -time.Hour, -1000 * time.Hour} {
		mock := keystest.NewServer(t, keystest.WithClock(func() time.Time { return time.Now().Add(skew) }))
		client := mock.Client()
		mock.Inject(keystest.Fault{Operation: "createKey", After: true, Drop: true})
		_, err := client.Create(t.Context(), keys.CreateParams{Name: "ci"})
		var unknown *keys.OutcomeUnknownError
		require.ErrorAs(t, err, &unknown)
		orphans, err := client.Orphans(t.Context(), unknown.Pending)
		require.NoError(t, err)
		assert.Len(t, orphans, 1, "the gateway's clock is off by %s", skew)
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
	orphans, err := mock.Client().Orphans(t.Context(), unknown.Pending)
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

	revoked, err := client.RevokeOrphans(t.Context(), unknown.Pending)
	require.NoError(t, err)
	require.Len(t, revoked, 1)
	assert.Equal(t, mock.Keys()[3].ID, revoked[0].ID)
	assert.True(t, mock.Keys()[3].Revoked)
	orphans, err := client.Orphans(t.Context(), unknown.Pending)
	require.NoError(t, err)
	assert.Empty(t, orphans)
}
