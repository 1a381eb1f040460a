package contract_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/generated/client"
	"github.com/qaikeys/qaikeys/generated/server"
	"github.com/qaikeys/qaikeys/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const wireSecret = "qai_k_4f1c09aa5be0c3d27718f6a94e02bd5531c8e7906a4fd21b83957ec0aa64d1f2"

// The API's worked bodies: absent, null and unknown properties among them.
const (
	wireCreated = `{"key":"` + wireSecret + `","details":{"id":"key_01","name":"ci","key_prefix":"qai_k_4f1c09aa","scope":{"endpoints":["chat"]},"spent_ticks":0,"revoked":false,"created_at":"2026-09-01T12:34:56Z"}}`
	wireListed  = `{"keys":[{"id":"key_01","name":"ci","key_prefix":"qai_k_4f1c09aa"},{"id":"key_02","name":"old","key_prefix":"qai_k_77aa01bc","scope":null,"spent_ticks":25000000000,"revoked":true,"created_at":null,"last_used":"2026-09-02T01:02:03.456Z","added_later":{"x":1}}]}`
	wireStatus  = `{"status":"revoked"}`
)

var (
	made = time.Date(2026, 9, 1, 12, 34, 56, 0, time.UTC)
	used = time.Date(2026, 9, 2, 1, 2, 3, 456e6, time.UTC)
)

// read decodes a body.
func read[T any](t *testing.T, body string) T {
	t.Helper()
	var value T
	require.NoError(t, json.Unmarshal([]byte(body), &value))
	return value
}

func TestTheWorkedBodiesOnTheClientsSide(t *testing.T) {
	t.Parallel()
	created := read[client.CreatedKey](t, wireCreated)
	assert.Equal(t, wireSecret, created.Key.Reveal())
	assert.Equal(t, client.KeyDetails{
		ID: "key_01", Name: "ci", KeyPrefix: "qai_k_4f1c09aa", Scope: types.JSON(`{"endpoints":["chat"]}`), CreatedAt: made,
	}, created.Details)

	list := read[client.KeyList](t, wireListed).Keys
	require.Len(t, list, 2)
	assert.Equal(t, client.KeyDetails{ID: "key_01", Name: "ci", KeyPrefix: "qai_k_4f1c09aa"}, list[0])
	assert.Equal(t, client.KeyDetails{
		ID: "key_02", Name: "old", KeyPrefix: "qai_k_77aa01bc", SpentTicks: types.Ticks(25_000_000_000), Revoked: true, LastUsed: used,
	}, list[1])

	assert.Equal(t, client.Status{Status: "revoked"}, read[client.Status](t, wireStatus))
}

func TestTheWorkedBodiesOnTheServersSide(t *testing.T) {
	t.Parallel()
	created := read[server.CreatedKey](t, wireCreated)
	var scope server.KeyScope
	require.NoError(t, json.Unmarshal([]byte(`{"endpoints":["chat"]}`), &scope))
	assert.Equal(t, server.CreatedKey{Key: wireSecret, Details: server.KeyDetails{
		ID: "key_01", Name: "ci", KeyPrefix: new("qai_k_4f1c09aa"), Scope: &scope, SpentTicks: new(int64), Revoked: new(bool), CreatedAt: &made,
	}}, created)
	list := read[server.KeyList](t, wireListed).Keys
	assert.Equal(t, []server.KeyDetails{
		{ID: "key_01", Name: "ci", KeyPrefix: new("qai_k_4f1c09aa")},
		{ID: "key_02", Name: "old", KeyPrefix: new("qai_k_77aa01bc"), SpentTicks: new(int64(25_000_000_000)), Revoked: new(true), LastUsed: &used},
	}, list)
	assert.Equal(t, server.Status{Status: "revoked"}, read[server.Status](t, wireStatus))
}

// TestTheWorkedBodiesAreWhatTheDocumentSays judges them by the document itself.
func TestTheWorkedBodiesAreWhatTheDocumentSays(t *testing.T) {
	t.Parallel()
	schemas := loadDocument(t).Components.Schemas
	for name, body := range map[string]string{"CreatedKey": wireCreated, "KeyList": wireListed, "Status": wireStatus} {
		assert.NoError(t, schemas[name].Value.VisitJSON(read[any](t, body)), name)
	}
	for _, body := range []string{
		`{"error":{"message":"m","type":"t","code":"c"}}`, `{"error":{"message":"m"}}`, `{"error":{"message":"m","type":null,"added":1}}`,
		`{"error":"INSUFFICIENT_BALANCE","message":"m"}`, `{"error":"A_LATER_ONE"}`, `{"error":{}}`, `{"error":null}`, `{}`,
	} {
		assert.NoError(t, schemas["Error"].Value.VisitJSON(read[any](t, body)), body)
	}
	for _, body := range []string{`{"error":5}`, `{"error":{"code":5}}`, `"x"`, `null`} {
		assert.Error(t, schemas["Error"].Value.VisitJSON(read[any](t, body)), body)
	}
}
