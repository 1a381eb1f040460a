package keys_test

import (
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestANullListIsAnEmptyOne for every method that reads a list: its result is the same, with no error. An absent list is an error.
func TestANullListIsAnEmptyOne(t *testing.T) {
	t.Parallel()
	for name, read := range map[string]func(*keys.Client) (any, error){
		"List":        func(c *keys.Client) (any, error) { return c.List(t.Context()) },
		"ListDevices": func(c *keys.Client) (any, error) { return c.ListDevices(t.Context()) },
		"Usage":       func(c *keys.Client) (any, error) { return c.Usage(t.Context(), "key_01") },
		"Ping":        func(c *keys.Client) (any, error) { return nil, c.Ping(t.Context()) },
		"Orphans": func(c *keys.Client) (any, error) {
			return c.Orphans(t.Context(), keys.Pending{Operation: "createKey", Name: "ci"})
		},
		"RevokeOrphans": func(c *keys.Client) (any, error) {
			return c.RevokeOrphans(t.Context(), keys.Pending{Operation: "createKey", Name: "ci"})
		},
		"All": func(c *keys.Client) (any, error) {
			yielded, last := 0, error(nil)
			for _, last = range c.All(t.Context()) {
				yielded++
			}
			if last != nil {
				yielded--
			}
			return yielded, last
		},
	} {
		empty, err := read(newClient(t, new(script).then(200, `{"keys":[],"devices":[],"days":[],"models":[],"total_cost_usd":0}`)))
		require.NoError(t, err, name)
		got, err := read(newClient(t, new(script).then(200, `{"x":null,"keys":null,"devices":null,"days":null,"models":null,"total_cost_usd":0.5}`)))
		require.NoError(t, err, name)
		if usage, ok := got.(*keys.KeyUsage); ok {
			assert.InDelta(t, 0.5, usage.TotalCostUSD, 0)
			usage.TotalCostUSD = 0
		}
		assert.Equal(t, empty, got, "%s: nil or not, too", name)
		got, err = read(newClient(t, new(script).then(200, `{"total_cost_usd":0}`)))
		require.ErrorIs(t, err, keys.ErrDecode, name)
		assert.ErrorContains(t, err, "is missing", name)
		if name != "Ping" && name != "Usage" { // They return no list.
			require.ErrorIs(t, err, keys.ErrIncomplete, name)
			assert.Empty(t, got, name)
		}
	}
}

// TestASearchOfANullListFindsNothing: every key was read, so that is certain.
func TestASearchOfANullListFindsNothing(t *testing.T) {
	t.Parallel()
	client := newClient(t, new(script).then(200, `{"keys":null}`))
	_, err := client.Find(t.Context(), func(keys.Key) bool { return true })
	require.ErrorIs(t, err, keys.ErrNotFound)
	_, err = client.ByPrefix(t.Context(), keys.NewSecret(secret))
	require.ErrorIs(t, err, keys.ErrNotFound)
}

// TestANullListEndsLikeAnyOther: what follows it is read, and has to be right.
func TestANullListEndsLikeAnyOther(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"keys":null`, `{"keys":null,`, `{"keys":null}}`, `{"keys":null,"keys":[]}`, `{"keys":null,"keys":null}`, `{"keys":nul}`, `{"keys":null} 1`} {
		list, err := newClient(t, new(script).then(200, body)).List(t.Context())
		require.ErrorIs(t, err, keys.ErrIncomplete, body)
		assert.Empty(t, list, body)
	}
}

// TestAKeyWithoutAPrefix, which the gateway may leave out or send as null, is a key like any other.
func TestAKeyWithoutAPrefix(t *testing.T) {
	t.Parallel()
	const bare, null = `{"id":"a","name":"ci"}`, `{"id":"b","name":"ci","key_prefix":null}`
	client := newClient(t, new(script).then(200, `{"keys":[`+bare+`,`+null+`]}`))
	want := []keys.Key{{ID: "a", Name: "ci"}, {ID: "b", Name: "ci"}}
	list, err := client.List(t.Context())
	require.NoError(t, err)
	assert.Equal(t, want, list)
	orphans, err := client.Orphans(t.Context(), keys.Pending{Operation: "createKey", Name: "ci"})
	require.NoError(t, err)
	assert.Equal(t, want, orphans)
	orphans, err = client.Orphans(t.Context(), keys.Pending{Operation: "createKey", Name: "ci", ID: "b"})
	require.NoError(t, err)
	assert.Equal(t, want[1:], orphans)

	var meta keys.Meta
	created, err := newClient(t, new(script).then(200, `{"key":"`+secret+`","details":`+bare+`}`)).
		Create(t.Context(), keys.CreateParams{Name: "ci"}, keys.CaptureMeta(&meta))
	require.NoError(t, err)
	assert.Equal(t, want[0], created.Details)
	assert.NoError(t, meta.Malformed)
}

// TestByPrefixOfKeysWithoutAPrefix: such a key doesn't match, and is no proof that the key doesn't exist.
func TestByPrefixOfKeysWithoutAPrefix(t *testing.T) {
	t.Parallel()
	const other, own = `{"id":"a","name":"n","key_prefix":"qai_k_77aa01bc"}`, `{"id":"b","name":"n","key_prefix":"qai_k_4f1c09aa"}`
	for _, unknown := range []string{`{"id":"c","name":"n"}`, `{"id":"c","name":"n","key_prefix":null}`, `{"id":"c","name":"n","key_prefix":""}`,
		`{"id":"c","name":"n","key_prefix":"qai_k_4f1c09a"}`, `{"id":"c","name":"n","key_prefix":"qai_k_5"}`, `{"id":"c","name":"n","key_prefix":"***"}`,
		`{"id":"c","name":"n","key_prefix":"qai_k_4f1c09…"}`, `{"id":"c","name":"n","key_prefix":"qai_k_********"}`, `{"id":"c","name":"n","revoked":true}`,
	} {
		key, err := newClient(t, new(script).then(200, `{"keys":[`+other+`,`+unknown+`,`+own+`]}`)).ByPrefix(t.Context(), keys.NewSecret(secret))
		require.NoError(t, err, unknown)
		assert.Equal(t, "b", key.ID, unknown)
		_, err = newClient(t, new(script).then(200, `{"keys":[`+other+`,`+unknown+`]}`)).ByPrefix(t.Context(), keys.NewSecret(secret))
		require.ErrorContains(t, err, `the prefix of 1, revoked ones included, isn't told in whole, like that of "c"`, unknown)
		require.NotErrorIs(t, err, keys.ErrNotFound, unknown)
		require.NotErrorIs(t, err, keys.ErrDecode, "the response is what the document says")
	}
}

// TestOrphansByThePrefixOfKeysWithoutAPrefix: a key of the name may be the one that is looked for.
func TestOrphansByThePrefixOfKeysWithoutAPrefix(t *testing.T) {
	t.Parallel()
	p := keys.Pending{Operation: "createKey", Name: "ci", ID: secret[:14], Started: time.Now()}
	for body, unknown := range map[string]bool{
		`{"id":"a","name":"ci"}`:                                     true,
		`{"id":"a","name":"ci","key_prefix":null}`:                   true,
		`{"id":"a","name":"ci","key_prefix":"qai_k_4f1c09a"}`:        true,
		`{"id":"a","name":"ci","created_at":"2999-09-01T12:34:56Z"}`: true,
		`{"id":"a","name":"ci","created_at":"1999-09-01T12:34:56Z"}`: false,
		`{"id":"a","name":"ci","revoked":true}`:                      false,
		`{"id":"a","name":"other"}`:                                  false,
		`{"id":"a","name":"ci","key_prefix":"qai_k_5"}`:              true,
		`{"id":"a","name":"ci","key_prefix":"***"}`:                  true,
		`{"id":"a","name":"ci","key_prefix":"qai_k_4f1c09…"}`:        true,
		`{"id":"a","name":"ci","key_prefix":"qai_k_********"}`:       true,
		`{"id":"a","name":"ci","key_prefix":"qai_k_77aa01bc"}`:       false,
	} {
		orphans, err := newClient(t, new(script).then(200, `{"keys":[`+body+`]}`)).Orphans(t.Context(), p)
		assert.Empty(t, orphans, body)
		if !unknown {
			require.NoError(t, err, body)
			continue
		}
		require.ErrorIs(t, err, keys.ErrOrphansUnknown, body)
		assert.ErrorContains(t, err, "has no whole prefix", body)
	}
	orphans, err := newClient(t, new(script).then(200, `{"keys":[{"id":"a","name":"ci"}]}`)).Orphans(t.Context(), keys.Pending{Operation: "createKey", Name: "ci", ID: "key_000000007"})
	require.NoError(t, err, "by its id, a key is found whether it has a prefix or not")
	assert.Empty(t, orphans)
	own := `{"id":"b","name":"ci","key_prefix":"` + secret[:14] + `"}`
	orphans, err = newClient(t, new(script).then(200, `{"keys":[{"id":"a","name":"ci"},`+own+`]}`)).Orphans(t.Context(), p)
	require.NoError(t, err, "the key was found")
	require.Len(t, orphans, 1)
	assert.Equal(t, "b", orphans[0].ID)
}
