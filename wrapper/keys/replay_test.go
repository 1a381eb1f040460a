package keys_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestWhatIsReplayed responds with a failure, then with a success, and counts the requests.
func TestWhatIsReplayed(t *testing.T) {
	t.Parallel()
	failures := map[string]struct {
		fail       func(*script) *script
		idempotent int // Requests where the operation is idempotent.
		mint       int // Requests where it mints.
	}{
		"400":                  {func(s *script) *script { return s.then(400, "") }, 1, 1},
		"401":                  {func(s *script) *script { return s.then(401, "") }, 1, 1},
		"404":                  {func(s *script) *script { return s.then(404, "") }, 1, 1},
		"429":                  {func(s *script) *script { return s.then(429, "") }, 2, 2},
		"500":                  {func(s *script) *script { return s.then(500, "") }, 1, 1},
		"501":                  {func(s *script) *script { return s.then(501, "") }, 1, 1},
		"502":                  {func(s *script) *script { return s.then(502, "") }, 2, 1},
		"503":                  {func(s *script) *script { return s.then(503, "") }, 2, 1},
		"504":                  {func(s *script) *script { return s.then(504, "") }, 2, 1},
		"307":                  {func(s *script) *script { return s.then(307, "") }, 1, 1},
		"lost connection":      {func(s *script) *script { return s.thenFail(errLost) }, 2, 1},
		"a word for it":        {func(s *script) *script { return s.thenFail(refused) }, 2, 1},
		"reset connection":     {func(s *script) *script { return s.thenFail(reset) }, 2, 1},
		"no connection":        {func(s *script) *script { return s.thenRefuse() }, 2, 2},
		"a body cut off":       {func(s *script) *script { return s.thenCut(`{`) }, 2, 1},
		"a malformed response": {func(s *script) *script { return s.then(200, `nonsense`) }, 1, 1},
	}
	operations := map[string]struct {
		call func(context.Context, *keys.Client) error
		good string
		mint bool
	}{
		"create": {create, minted, true},
		"list":   {list, listed, false},
		"revoke": {revoke, `{"status":"revoked"}`, false},
	}
	for failure, f := range failures {
		for operation, op := range operations {
			t.Run(operation+"/"+failure, func(t *testing.T) {
				t.Parallel()
				want := f.idempotent
				if op.mint {
					want = f.mint
				}
				transport := f.fail(new(script)).then(200, op.good)
				err := op.call(t.Context(), newClient(t, transport))
				assert.Len(t, transport.requests, want)
				if want == 2 {
					require.NoError(t, err)
				} else {
					require.Error(t, err)
				}
			})
		}
	}
}

// TestOutcomeUnknown responds to mints in ways that don't tell whether a key was made.
func TestOutcomeUnknown(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		transport *script
		cause     error
	}{
		"lost connection":        {new(script).thenFail(errLost), errLost},
		"500":                    {new(script).then(500, `{"error":"internal"}`), keys.ErrServer},
		"502":                    {new(script).then(502, "<html>"), keys.ErrServer},
		"503":                    {new(script).then(503, ""), keys.ErrServer},
		"504":                    {new(script).then(504, "", "Retry-After: 1"), keys.ErrServer},
		"599":                    {new(script).then(599, ""), keys.ErrServer},
		"empty 200":              {new(script).then(200, ""), keys.ErrDecode},
		"204":                    {new(script).then(204, ""), keys.ErrDecode},
		"HTML":                   {new(script).then(200, "<html>signed in</html>"), keys.ErrDecode},
		"no secret":              {new(script).then(200, `{"details":{"id":"key_01","key_prefix":"qai_k_4f1c09aa"}}`), keys.ErrDecode},
		"null secret":            {new(script).then(200, `{"key":null,"details":{"id":"key_01"}}`), keys.ErrDecode},
		"empty secret":           {new(script).then(200, `{"key":"","details":{"id":"key_01"}}`), keys.ErrDecode},
		"our credential":         {new(script).then(200, `{"echo":"`+credential+`"}`), keys.ErrDecode},
		"cut off in the secret":  {new(script).thenCut(minted[:40]), io.ErrUnexpectedEOF},
		"cut off before it":      {new(script).thenCut(`{"ke`), keys.ErrDecode},
		"error that holds a key": {new(script).then(500, `{"error":{"message":"could not write `+secret+`"}}`), keys.ErrServer},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := time.Now()
			_, err := newClient(t, c.transport).Create(t.Context(), keys.CreateParams{Name: "ci"})
			require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
			require.ErrorIs(t, err, c.cause)
			var unknown *keys.OutcomeUnknownError
			require.ErrorAs(t, err, &unknown)
			assert.Equal(t, "createKey", unknown.Operation)
			assert.Equal(t, "ci", unknown.Name)
			assert.WithinRange(t, unknown.Started, before, time.Now())
			assert.Len(t, c.transport.requests, 1, "a mint is never replayed")
			assert.NotContains(t, err.Error(), "qai_k_4f1c09aa5")
			assert.Contains(t, err.Error(), "Orphans")
		})
	}
}

func TestA404ThatAnswersAReplayOfARevoke(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		transport *script
		gone      bool
	}{
		"after a lost connection":  {new(script).thenFail(errLost).then(404, ""), true},
		"after a 503":              {new(script).then(503, "").then(404, ""), true},
		"after a body cut off":     {new(script).thenCut(`{"sta`).then(404, ""), true},
		"after a dialler's word":   {new(script).thenFail(refused).then(404, ""), true},
		"after both":               {new(script).then(503, "").then(429, "").then(404, ""), true},
		"at once":                  {new(script).then(404, ""), false},
		"after a 429":              {new(script).then(429, "").then(404, ""), false},
		"after a connection error": {new(script).thenRefuse().then(404, ""), false},
	} {
		status, err := newClient(t, c.transport).Revoke(t.Context(), "key_01")
		if c.gone {
			require.NoError(t, err, name)
			assert.Equal(t, "revoked", status.Status, name)
		} else {
			require.ErrorIs(t, err, keys.ErrNotFound, name)
			assert.Nil(t, status, name)
		}
	}
}

// TestOnlyA404AboutTheKeySaysThatItIsGone: another may be about the client's own API key, and leaves the other alive.
func TestOnlyA404AboutTheKeySaysThatItIsGone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		code   string
	}{
		{404, keys.CodeKeyNotFound}, {404, keys.CodeKeyRevokedByOwner}, {404, keys.CodeAppScopeMismatch}, {404, keys.CodeLegacyForbidden},
		{400, keys.CodeNotFound}, {401, keys.CodeNotFound}, {403, keys.CodeLegacyNotFound}, {408, keys.CodeLegacyNotFound}, {303, keys.CodeNotFound},
	} {
		body := fmt.Sprintf(`{"error":{"code":%q}}`, c.code)
		_, err := newClient(t, new(script).then(503, "").then(c.status, body)).Revoke(t.Context(), "key_01")
		require.Error(t, err, "%d %s", c.status, c.code)

		orphan := new(script).then(200, listOf(at("a", "ci", time.Now()))).then(c.status, body)
		revoked, err := newClient(t, orphan).RevokeOrphans(t.Context(), keys.Pending{Operation: "createKey", Name: "ci"})
		require.ErrorContains(t, err, `key "a" can't be revoked`, "%d %s", c.status, c.code)
		assert.Empty(t, revoked, "%d %s", c.status, c.code)
	}
}

func TestAListIsReplayedOnlyUntilAKeyWasYielded(t *testing.T) {
	t.Parallel()
	broken := `{"keys":[` + keyA + `,`
	client := newClient(t, new(script).thenCut(broken).then(200, `{"keys":[`+keyA+`,`+keyB+`]}`))
	list, err := client.List(t.Context())
	require.NoError(t, err, "nothing was handed out, so the list is fetched again")
	assert.Len(t, list, 2)

	transport := new(script).thenCut(`{"keys":[`).thenCut(broken).then(200, listed)
	var ids []string
	var last error
	for key, err := range newClient(t, transport).All(t.Context()) {
		last = err
		if err == nil {
			ids = append(ids, key.ID)
		}
	}
	require.ErrorIs(t, last, io.ErrUnexpectedEOF)
	require.ErrorIs(t, last, keys.ErrDecode)
	assert.Equal(t, []string{"a"}, ids)
	assert.Len(t, transport.requests, 2)
}

func TestAServerThatRefusesConnections(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, listener := serve(t, nil)
		require.NoError(t, listener.Close())
		var meta keys.Meta
		_, err := client.Create(t.Context(), keys.CreateParams{Name: "ci"}, keys.CaptureMeta(&meta))
		require.Error(t, err)
		require.NotErrorIs(t, err, keys.ErrOutcomeUnknown, "a mint that never left is a plain error")
		require.ErrorIs(t, err, net.ErrClosed)
		assert.Equal(t, keys.Meta{Attempts: 4}, meta)
		assert.NotContains(t, err.Error(), "/qai/v1/keys")
	})
}
