package keys_test

import (
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAMalformedHeaderCostsNothing(t *testing.T) {
	t.Parallel()
	var meta keys.Meta
	transport := new(script).then(200, minted, "X-QAI-Cost-Ticks: 99999999999999999999", "X-QAI-Balance-After: -", "X-QAI-Request-Id: req\x01id", "Content-Type: nonsense; ;")
	created, err := newClient(t, transport).Create(t.Context(), keys.CreateParams{Name: "ci"}, keys.CaptureMeta(&meta))
	require.NoError(t, err)
	assert.Equal(t, secret, created.Key.Reveal())
	assert.Equal(t, keys.Meta{RequestID: "req id", StatusCode: 200, Attempts: 1}, meta)
}

// TestOfMembersWithTheSameNameTheLastCounts, but a list that appears twice is an error (TestAListIsNeverShortWithoutAnError).
func TestOfMembersWithTheSameNameTheLastCounts(t *testing.T) {
	t.Parallel()
	body := strings.Replace(minted, `{"key"`, `{"x":1,"x":2,"key":"another","key"`, 1)
	created, err := newClient(t, new(script).then(200, body)).Create(t.Context(), keys.CreateParams{Name: "ci"})
	require.NoError(t, err)
	assert.Equal(t, secret, created.Key.Reveal())
	list, err := newClient(t, new(script).then(200, `{"x":{"y":1,"y":2},"x":3,"keys":[{"id":"a","name":"n","key_prefix":"p","id":"b","name":""}]}`)).List(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []keys.Key{{ID: "b", KeyPrefix: "p"}}, list)
}

// TestTextThatIsNotUTF8 never changes a secret, and doesn't cost a list its other keys.
func TestTextThatIsNotUTF8(t *testing.T) {
	t.Parallel()
	for _, broken := range []string{"\xff", `\ud800`, "\xe2\x82"} {
		created, err := newClient(t, new(script).then(200, strings.Replace(minted, `"name":"ci"`, `"name":"`+broken+`"`, 1))).Create(t.Context(), keys.CreateParams{Name: "ci"})
		require.NoError(t, err)
		assert.Equal(t, secret, created.Key.Reveal())
		assert.Equal(t, "key_01", created.Details.ID)
		assert.Empty(t, created.Details.Name)
		ephemeral, err := newClient(t, new(script).then(200, `{"expires_at":"2026-09-01T13:34:56Z","x":"`+broken+`","token":"`+token+`"}`)).CreateEphemeral(t.Context(), keys.EphemeralParams{})
		require.NoError(t, err)
		assert.Equal(t, token, ephemeral.Token.Reveal())
		_, err = newClient(t, new(script).then(200, `{"expires_at":"2026-09-01T13:34:56Z","token":"`+token+broken+`"}`)).CreateEphemeral(t.Context(), keys.EphemeralParams{})
		require.ErrorIs(t, err, keys.ErrOutcomeUnknown, "another text isn't the secret")
		list, err := newClient(t, new(script).then(200, `{"keys":[{"id":"a","name":"`+broken+`","key_prefix":"p"},`+keyB+`]}`)).List(t.Context())
		require.NoError(t, err)
		require.Len(t, list, 2)
		assert.Contains(t, list[0].Name, "\ufffd")
		_, err = newClient(t, new(script).then(404, `{"error":{"message":"m`+broken+`"}}`)).Revoke(t.Context(), "a")
		assert.ErrorContains(t, err, "m\ufffd")
	}
}

func TestRevoke(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]*keys.Status{
		`{"status":"revoked"}`:                                 {Status: "revoked"},
		`{"status":"ok","message":"done","added":{"later":1}}`: {Status: "ok", Message: "done"},
		`{"status":"deleted","message":null}`:                  {Status: "deleted"},
	} {
		status, err := newClient(t, new(script).then(200, body)).Revoke(t.Context(), "key_01")
		require.NoError(t, err)
		assert.Equal(t, want, status)
	}
	for body, says := range map[string]string{
		``: "not JSON", `:`: "not JSON", `x:`: "not JSON", `{}`: "status is missing", `{"status":5}`: "status is a JSON number", `[]`: "the body is a JSON array", `{"status":null}`: "status is missing",
		`{"status":"` + strings.Repeat("x", 2<<20) + `"}`: "too large",
	} {
		status, err := newClient(t, new(script).then(200, body, "X-QAI-Request-Id: req_9"), keys.WithMaxResponseBytes(1<<20)).Revoke(t.Context(), "key_01")
		require.ErrorIs(t, err, keys.ErrDecode)
		assert.ErrorContains(t, err, says)
		assert.ErrorContains(t, err, "req_9")
		assert.Nil(t, status)
	}
}

// TestNamesAreCaseSensitive: an unknown property isn't taken for a known one whose name differs in case.
func TestNamesAreCaseSensitive(t *testing.T) {
	t.Parallel()
	const lookalikes = `"KEY":"qai_k_ffffffffffffffffffffffff","Details":5,"\u004bey":7,"\u212aey":8,`
	for _, body := range []string{
		`{` + lookalikes + minted[1:],
		minted[:len(minted)-1] + `,` + lookalikes[:len(lookalikes)-1] + `}`,
		strings.Replace(minted, `"details":{`, `"details":{"ID":"other","Name":5,"CREATED_AT":"x","Scope" : {"KEY":1},`, 1),
	} {
		created, err := newClient(t, new(script).then(200, body)).Create(t.Context(), keys.CreateParams{Name: "ci"})
		require.NoError(t, err, body)
		assert.Equal(t, secret, created.Key.Reveal())
		assert.Equal(t, "key_01", created.Details.ID)
		assert.Equal(t, "ci", created.Details.Name)
		assert.JSONEq(t, `{"endpoints":["chat"]}`, string(created.Details.Scope))
	}
	list, err := newClient(t, new(script).then(200, `{"Keys":5,"keys":[{"id":"a","name":"n","key_prefix":"p","ID":"b","REVOKED":true,"\u0069D":3},{"ID":"c"}]}`)).List(t.Context())
	require.ErrorIs(t, err, keys.ErrDecode)
	assert.ErrorContains(t, err, "id is missing")
	assert.Equal(t, []keys.Key{{ID: "a", Name: "n", KeyPrefix: "p"}}, list)
	status, err := newClient(t, new(script).then(200, `{"STATUS":5,"status":"ok","Message":[]}`)).Revoke(t.Context(), "a")
	require.NoError(t, err)
	assert.Equal(t, &keys.Status{Status: "ok"}, status)
	usage, err := newClient(t, new(script).then(200, `{"days":[{"day":"2026-09-01","requests":1,"cost_usd":1,"DAY":5}],"models":[],"total_cost_usd":1,"Models":5}`)).Usage(t.Context(), "a")
	require.NoError(t, err)
	assert.Equal(t, int64(1), usage.Days[0].Requests)
}

func TestMetaTellsTheHeaders(t *testing.T) {
	t.Parallel()
	var one, two keys.Meta
	transport := new(script).then(200, listed, "X-QAI-Request-Id: req_1", "X-QAI-Cost-Ticks: 25", "X-QAI-Balance-After: -3", "X-QAI-Model: m")
	_, err := newClient(t, transport).List(t.Context(), keys.CaptureMeta(&one), keys.CaptureMeta(nil), keys.CaptureMeta(&two))
	require.NoError(t, err)
	assert.Equal(t, keys.Meta{RequestID: "req_1", CostTicks: 25, BalanceAfter: -3, Model: "m", StatusCode: 200, Attempts: 1}, one)
	assert.Equal(t, one, two)
}

func TestABodyMayHaveExactlyTheBound(t *testing.T) {
	t.Parallel()
	client := newClient(t, new(script).then(200, `{"status":"revoked"}`), keys.WithMaxResponseBytes(20))
	_, err := client.Revoke(t.Context(), "a")
	require.NoError(t, err)
	client = newClient(t, new(script).then(200, `{"status":"revoked"}`), keys.WithMaxResponseBytes(19))
	_, err = client.Revoke(t.Context(), "a")
	require.ErrorIs(t, err, keys.ErrDecode)
	assert.ErrorContains(t, err, "WithMaxResponseBytes")
}
