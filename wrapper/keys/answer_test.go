package keys_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCreate(t *testing.T) {
	t.Parallel()
	transport := new(script).then(200, minted)
	created, err := newClient(t, transport).Create(t.Context(), keys.CreateParams{Name: "ci"})
	require.NoError(t, err)
	assert.Equal(t, secret, created.Key.Reveal())
	assert.Equal(t, keys.Key{
		ID: "key_01", Name: "ci", KeyPrefix: "qai_k_4f1c09aa", Scope: json.RawMessage(`{"endpoints":["chat"]}`),
		CreatedAt: time.Date(2026, 9, 1, 12, 34, 56, 0, time.UTC),
	}, created.Details)
}

func TestOptionsThatAreNotSetAreLeftOutAndZerosAreSent(t *testing.T) {
	t.Parallel()
	for want, params := range map[string]keys.CreateParams{
		`{"name":"ci"}`: {Name: "ci"},
		`{"name":""}`:   {},
		`{"name":"ci","spend_cap_usd":0,"rate_limit":0,"endpoints":[]}`:      {Name: "ci", SpendCapUSD: new(0.0), RateLimit: new(int32(0)), Endpoints: []string{}},
		`{"name":"ci","spend_cap_usd":25,"rate_limit":60,"endpoints":["a"]}`: {Name: "ci", SpendCapUSD: new(25.0), RateLimit: new(int32(60)), Endpoints: []string{"a"}},
	} {
		var sent []byte
		client := newClient(t, roundTripFunc(func(r *http.Request) (*http.Response, error) {
			sent, _ = io.ReadAll(r.Body)
			return answer(200, minted), nil
		}))
		_, err := client.Create(t.Context(), params)
		require.NoError(t, err)
		assert.JSONEq(t, want, string(sent))
	}
}

// roundTripFunc is a transport that reads the request's body by itself.
type roundTripFunc func(*http.Request) (*http.Response, error)

func (f roundTripFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestASecretIsNeverLost serves mints whose answer isn't what the document says but holds the secret.
func TestASecretIsNeverLost(t *testing.T) {
	t.Parallel()
	const k = `"` + secret + `"`
	for name, c := range map[string]struct {
		answer *http.Response
		id     string // What else must be salvaged.
	}{
		"no details":               {answer(200, `{"key":`+k+`}`), ""},
		"details are null":         {answer(200, `{"key":`+k+`,"details":null}`), ""},
		"details are a string":     {answer(200, `{"key":`+k+`,"details":"x"}`), ""},
		"details without an id":    {answer(200, `{"key":`+k+`,"details":{"name":"ci"}}`), ""},
		"a bad time":               {answer(200, `{"key":`+k+`,"details":{"id":"key_01","created_at":"yesterday","name":"ci"}}`), "key_01"},
		"a bad time before the id": {answer(200, `{"key":`+k+`,"details":{"created_at":7,"id":"key_01"}}`), "key_01"},
		"a bad number":             {answer(200, `{"details":{"spent_ticks":1e99,"id":"key_01"},"key":`+k+`}`), "key_01"},
		"rubbish after":            {answer(200, minted+`}`), "key_01"},
		"rubbish before the key":   {answer(200, `{"details":{"id":"key_01",,},"key":`+k+`}`), "key_01"},
		"not JSON":                 {answer(200, `<p>key = `+k+`</p>`), ""},
		"JSON in an array":         {answer(200, `[{"key":`+k+`}]`), ""},
		"JSON in an envelope":      {answer(200, `{"data":{"key":`+k+`}}`), ""},
		"called api_key":           {answer(200, `{"api_key":`+k+`,"details":{"id":"key_01"}}`), "key_01"},
		"called token":             {answer(200, `{"token":"other-kind-of-secret","details":{"id":"key_01"}}`), "key_01"},
		"key is an object":         {answer(200, `{"key":{"value":`+k+`},"details":{"id":"key_01"}}`), "key_01"},
		"the credential echoed":    {answer(200, `{"sent":"`+credential+`","value":`+k+`}`), ""},
		"cut off after the key":    {cutOff(200, `{"key":`+k, io.ErrUnexpectedEOF), ""},
		"cut off in the details":   {cutOff(200, `{"key":`+k+`,"details":{"id":"key_01","na`, io.ErrUnexpectedEOF), "key_01"},
		"cut off after the JSON":   {cutOff(200, minted, errLost), "key_01"},
		"ended after the key":      {answer(201, `{"key":`+k+`,`), ""},
		"padded beyond the bound":  {answer(200, `{"key":`+k+`,"details":{"id":"key_01"},"x":"`+strings.Repeat("x", 2<<20)+`"}`), "key_01"},
		"malformed headers too":    {answer(200, `{"key":`+k+`}`, "X-QAI-Cost-Ticks: many", "Retry-After: x", "X-QAI-Balance-After: 1e9"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := &script{steps: []func() (*http.Response, error){func() (*http.Response, error) { return c.answer, nil }}}
			created, err := newClient(t, transport, keys.WithMaxResponseBytes(1<<20)).Create(t.Context(), keys.CreateParams{Name: "ci"})
			assert.Nil(t, created)
			require.ErrorIs(t, err, keys.ErrDecode)
			require.NotErrorIs(t, err, keys.ErrOutcomeUnknown)
			var decodeErr *keys.DecodeError
			require.ErrorAs(t, err, &decodeErr)
			require.NotNil(t, decodeErr.Created)
			want := secret
			if strings.Contains(name, "token") {
				want = "other-kind-of-secret"
			}
			assert.Equal(t, want, decodeErr.Created.Key.Reveal())
			assert.Equal(t, c.id, decodeErr.Created.Details.ID)
			assert.Len(t, transport.requests, 1, "a mint is never replayed")
			assert.NotContains(t, fmt.Sprintf("%v %+v", err, err), "qai_k_4f1c")
			assert.Contains(t, err.Error(), "Created")
		})
	}
}

func TestAMalformedHeaderCostsNothing(t *testing.T) {
	t.Parallel()
	var meta keys.Meta
	transport := new(script).then(200, minted, "X-QAI-Cost-Ticks: 99999999999999999999", "X-QAI-Balance-After: -", "X-QAI-Request-Id: req\x01id", "Content-Type: nonsense; ;")
	created, err := newClient(t, transport).Create(t.Context(), keys.CreateParams{Name: "ci"}, keys.CaptureMeta(&meta))
	require.NoError(t, err)
	assert.Equal(t, secret, created.Key.Reveal())
	assert.Equal(t, keys.Meta{RequestID: "req id", StatusCode: 200, Attempts: 1}, meta)
}

// TestOfMembersWithTheSameNameTheLastCounts, but a list that stands twice is an error (TestAListIsNeverShortWithoutAnError).
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
		var failure *keys.DecodeError
		_, err := newClient(t, new(script).then(200, strings.Replace(minted, `"name":"ci"`, `"name":"`+broken+`"`, 1))).Create(t.Context(), keys.CreateParams{Name: "ci"})
		require.ErrorAs(t, err, &failure)
		assert.Equal(t, secret, failure.Created.Key.Reveal())
		assert.Equal(t, "key_01", failure.Created.Details.ID)
		_, err = newClient(t, new(script).then(200, `{"expires_at":"2026-09-01T13:34:56Z","x":"`+broken+`","token":"another-form"}`)).CreateEphemeral(t.Context(), keys.EphemeralParams{})
		require.ErrorAs(t, err, &failure)
		assert.Equal(t, "another-form", failure.Created.Key.Reveal())
		_, err = newClient(t, new(script).then(200, `{"expires_at":"2026-09-01T13:34:56Z","token":"another`+broken+`form"}`)).CreateEphemeral(t.Context(), keys.EphemeralParams{})
		require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
		list, err := newClient(t, new(script).then(200, `{"keys":[{"id":"a","name":"`+broken+`","key_prefix":"p"},{"id":"b","name":"n","key_prefix":"p"}]}`)).List(t.Context())
		require.NoError(t, err)
		require.Len(t, list, 2)
		assert.Contains(t, list[0].Name, "\ufffd")
		_, err = newClient(t, new(script).then(404, `{"error":{"message":"m`+broken+`"}}`)).Revoke(t.Context(), "a")
		assert.ErrorContains(t, err, "m\ufffd")
	}
}

// TestAKeyOfAListIsNamedByItsPlace, which is all that the error tells of the body.
func TestAKeyOfAListIsNamedByItsPlace(t *testing.T) {
	t.Parallel()
	_, err := newClient(t, new(script).then(200, `{"keys":[{"id":"a","name":"n","key_prefix":"p"},{"id":"b","name":"n"},{"id":[]},7]}`)).List(t.Context())
	const unexpected, wrong = "keys: listKeys: unexpected answer: ", ", which is not what the API's document says"
	require.EqualError(t, err, unexpected+"keys[1].key_prefix is missing\n"+unexpected+"keys[2].id is a JSON array"+wrong+"\n"+unexpected+"keys[3] is a JSON number"+wrong)
	for body, says := range map[string]string{
		`{"keys":{}}`: "keys is a JSON object" + wrong, `[]`: "the body is a JSON array" + wrong, `{}`: "keys is missing",
		`{"keys":[]} 1`: "the body goes on after the JSON", `{"keys":[],"keys":[]}`: "keys stands there twice", `{"keys":[],}`: "not JSON (at byte 10)",
	} {
		_, err := newClient(t, new(script).then(200, body)).List(t.Context())
		require.EqualError(t, err, unexpected+says)
	}
}

// TestOutcomeUnknown serves mints of which nobody can say whether they happened.
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

func TestErrors(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ü", 5000)
	for name, c := range map[string]struct {
		status  int
		body    string
		is      error
		code    string
		kind    string
		message string
	}{
		"nested":               {400, `{"error":{"message":"m","type":"t","code":"c"}}`, keys.ErrInvalidRequest, "c", "t", "m"},
		"nested without code":  {422, `{"error":{"message":"m","type":"t"}}`, keys.ErrInvalidRequest, "t", "t", "m"},
		"nested, nulls":        {401, `{"error":{"message":"m","type":null,"code":null}}`, keys.ErrUnauthorized, "Unauthorized", "", "m"},
		"flat":                 {402, `{"error":"INSUFFICIENT_BALANCE","message":"m"}`, keys.ErrInsufficientBalance, "INSUFFICIENT_BALANCE", "", "m"},
		"by its code":          {400, `{"error":"INSUFFICIENT_BALANCE","message":"m"}`, keys.ErrInsufficientBalance, "INSUFFICIENT_BALANCE", "", "m"},
		"HTML":                 {403, `<html>nope</html>`, keys.ErrForbidden, "Forbidden", "", ""},
		"plain text":           {404, `not here`, keys.ErrNotFound, "Not Found", "", ""},
		"empty":                {409, ``, keys.ErrConflict, "Conflict", "", ""},
		"cut off":              {404, `{"error":{"message":"m","code":"gone","type":"x`, keys.ErrNotFound, "gone", "", "m"},
		"wrong types":          {404, `{"error":{"message":5,"code":["x"],"type":{}}}`, keys.ErrNotFound, "Not Found", "", ""},
		"an array":             {404, `[1]`, keys.ErrNotFound, "Not Found", "", ""},
		"other status":         {418, `{"error":{"message":"m"}}`, nil, "I'm a teapot", "", "m"},
		"unknown status":       {799, ``, keys.ErrServer, "", "", ""},
		"control characters":   {404, `{"error":{"message":"a\nb\u0000c\u001b[31m"}}`, keys.ErrNotFound, "Not Found", "", "a b c [31m"},
		"a key in the message": {404, `{"error":{"message":"no ` + secret + `","code":"` + credential + `"}}`, keys.ErrNotFound, "[redacted]", "", "no [redacted]"},
		"a public prefix":      {404, `{"error":{"message":"no qai_k_4f1c09aa"}}`, keys.ErrNotFound, "Not Found", "", "no qai_k_4f1c09aa"},
		"a long message":       {404, `{"error":{"message":"` + long + `"}}`, keys.ErrNotFound, "Not Found", "", long[:1024] + "…"},
		"a redirect":           {302, `{"error":{"message":"m"}}`, nil, "Found", "", "m"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := new(script).then(c.status, c.body, "X-QAI-Request-Id: req_1")
			var meta keys.Meta
			_, err := newClient(t, transport).Revoke(t.Context(), "key_01", keys.CaptureMeta(&meta))
			var apiErr *keys.Error
			require.ErrorAs(t, err, &apiErr)
			assert.Equal(t, &keys.Error{
				Operation: "revokeKey", StatusCode: c.status, Code: c.code, Type: c.kind, Message: c.message, RequestID: "req_1",
			}, apiErr)
			if c.is != nil {
				require.ErrorIs(t, err, c.is)
			}
			assert.Equal(t, keys.Meta{RequestID: "req_1", StatusCode: c.status, Attempts: 1}, meta)
			assert.NotContains(t, err.Error(), "credential0123")
			assert.Contains(t, err.Error(), strconv.Itoa(c.status))
		})
	}
}

func TestEachSentinelIsOfItsStatusAlone(t *testing.T) {
	t.Parallel()
	sentinels := map[error][]int{
		keys.ErrInvalidRequest: {400, 422}, keys.ErrUnauthorized: {401}, keys.ErrInsufficientBalance: {402}, keys.ErrForbidden: {403},
		keys.ErrNotFound: {404}, keys.ErrConflict: {409}, keys.ErrRateLimited: {429}, keys.ErrServer: {500, 501, 502, 503, 504, 599},
		keys.ErrOutcomeUnknown: {}, keys.ErrDecode: {}, keys.ErrInvalidArgument: {},
	}
	for sentinel, statuses := range sentinels {
		for status := 300; status < 600; status++ {
			want := false
			for _, s := range statuses {
				want = want || s == status
			}
			if sentinel == keys.ErrServer { //nolint:errorlint // The sentinel itself.
				want = status >= 500
			}
			assert.Equal(t, want, errors.Is(&keys.Error{StatusCode: status}, sentinel), "%v %d", sentinel, status)
		}
	}
}

func TestAnErrorSurvivesAHugeBody(t *testing.T) {
	t.Parallel()
	transport := new(script).then(500, `{"error":{"message":"m"},"x":"`+strings.Repeat("x", 3<<20)+`"}`)
	_, err := newClient(t, transport).List(t.Context())
	var apiErr *keys.Error
	require.ErrorAs(t, err, &apiErr)
	assert.Equal(t, "m", apiErr.Message)
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

func TestList(t *testing.T) {
	t.Parallel()
	list, err := newClient(t, new(script).then(200, listed)).List(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []keys.Key{
		{ID: "key_01", Name: "ci", KeyPrefix: "qai_k_4f1c09aa"},
		{ID: "key_02", Name: "old", KeyPrefix: "qai_k_77aa01bc", SpentTicks: 25_000_000_000, Revoked: true, LastUsed: time.Date(2026, 9, 2, 1, 2, 3, 456e6, time.UTC)},
	}, list)
}

// TestALongListKeepsEachScope: what was handed out isn't what the rest is read into.
func TestALongListKeepsEachScope(t *testing.T) {
	t.Parallel()
	var body strings.Builder
	for i := range 5_000 {
		_, _ = fmt.Fprintf(&body, `,{"id":"key_%04d","name":"n","key_prefix":"p","scope":{"n":%d}}`, i, i)
	}
	list, err := newClient(t, new(script).then(200, `{"keys":[`+body.String()[1:]+`]}`)).List(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 5_000)
	for i, key := range list {
		require.Equal(t, fmt.Sprintf("key_%04d", i), key.ID)
		require.Equal(t, fmt.Sprintf(`{"n":%d}`, i), string(key.Scope))
	}
}

func TestListsAroundTheirKeys(t *testing.T) {
	t.Parallel()
	const one = `{"id":"key_01","name":"n","key_prefix":"p"}`
	for body, want := range map[string]int{
		`{"keys":[]}`: 0,
		`{"next":null,"keys":[` + one + `],"total":1e999,"extra":[[{"keys":[1]}],"x"]}`:                                        1,
		` { "keys" : [ ` + one + ` , ` + one + ` ] } ` + "\n":                                                                  2,
		`{"padding":["` + strings.Repeat(`x","`, 1<<19) + `"],"keys":[` + one + `]}`:                                           1,
		`{"keys":[{"id":"key_01","name":"n","key_prefix":"p","scope":{"deep":[1,2,{"x":1e400}]},"note":"]}"}]}`:                1,
		`{"keys":[{"id":"key_01","name":"n","key_prefix":"p","scope":"` + strings.Repeat("x", 1<<19) + `"}` + `,` + one + `]}`: 2,
	} {
		list, err := newClient(t, new(script).then(200, body)).List(t.Context())
		require.NoError(t, err, body[:min(len(body), 80)])
		assert.Len(t, list, want)
	}
}

func TestABadKeyDoesNotCostTheOthers(t *testing.T) {
	t.Parallel()
	const body = `{"keys":[{"id":"a","name":"n","key_prefix":"p"},{"id":5},{"id":"b","name":"n","key_prefix":"p","created_at":"` + secret + `"},null,{},"x",{"id":"c","name":"n","key_prefix":"p"},{"id":"d","name":"n","key_prefix":"p","spent_ticks":1.5}]}`
	client := newClient(t, new(script).then(200, body, "X-QAI-Request-Id: req_3"))
	list, err := client.List(t.Context())
	require.ErrorIs(t, err, keys.ErrDecode)
	assert.Equal(t, []keys.Key{{ID: "a", Name: "n", KeyPrefix: "p"}, {ID: "c", Name: "n", KeyPrefix: "p"}}, list)
	for _, says := range []string{"id is a JSON number", "RFC 3339", "id is missing", "req_3", "spent_ticks"} {
		assert.ErrorContains(t, err, says)
	}
	assert.NotContains(t, err.Error(), "4f1c")

	var ids []string
	failures := 0
	for key, err := range client.All(t.Context()) {
		if err != nil {
			require.ErrorIs(t, err, keys.ErrDecode)
			assert.Equal(t, keys.Key{}, key)
			failures++
			continue
		}
		ids = append(ids, key.ID)
	}
	assert.Equal(t, []string{"a", "c"}, ids)
	assert.Equal(t, 6, failures)
}

// TestAnEmptyIDIsMissing: an empty name is a name, and an empty id is none.
func TestAnEmptyIDIsMissing(t *testing.T) {
	t.Parallel()
	list, err := newClient(t, new(script).then(200, `{"keys":[{"id":"","name":"n","key_prefix":"p"},{"id":"a","name":"","key_prefix":"p"}]}`)).List(t.Context())
	require.ErrorIs(t, err, keys.ErrDecode)
	assert.ErrorContains(t, err, "id is missing")
	assert.Equal(t, []keys.Key{{ID: "a", KeyPrefix: "p"}}, list)
}

func TestAListIsNeverShortWithoutAnError(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]int{
		``: 0, `{`: 0, `{}`: 0, `[]`: 0, `null`: 0, `{"keys":null}`: 0, `{"keys":{}}`: 0, `{"other":[]}`: 0, `{"keys"`: 0, `{"keys":[`: 0, `{"keys":[{"id":"a"`: 0,
		`{"keys":[{"id":"a","name":"n","key_prefix":"p"}`: 1, `{"keys":[{"id":"a","name":"n","key_prefix":"p"},`: 1, `{"keys":[{"id":"a","name":"n","key_prefix":"p"}]`: 1, `{"keys":[{"id":"a","name":"n","key_prefix":"p"}],`: 1, `{"keys":[{"id":"a","name":"n","key_prefix":"p"}],"x`: 1, `{"keys":[{"id":"a","name":"n","key_prefix":"p"}]}}`: 1,
		`{"keys":[{"id":"a","name":"n","key_prefix":"p"}],"keys":[]}`: 1, `{"keys":[{"id":"a","name":"n","key_prefix":"p"}x]}`: 1, `{"keys":[{"id":"a","name":"n","key_prefix":"p"} {"id":"b","name":"n","key_prefix":"p"}]}`: 1, `{"keys":[{"id":"a","name":"n","key_prefix":"p"}]} {"keys":[]}`: 1, `{"keys":[{"id":"a","name":"n","key_prefix":"p"}}`: 1, `{"x":}`: 0, `{"x":[}`: 0, `{5:1}`: 0,
		`{"keys":[{"id":"a","name":"n","key_prefix":"p"},{"id":"` + strings.Repeat("x", 1<<20) + `"}]}`: 1,
		`{"x":"` + strings.Repeat("x", 4<<20) + `","keys":[]}`:                                          0,
		`{"x":` + strings.Repeat("[", 1<<20):                                                            0,
		`{"keys":[` + strings.Repeat("[", 1<<19):                                                        0,
		`{"keys":[` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `]}`:                  0,
		`{"keys":[{"id":"a","name":"n","key_prefix":"p","spent_ticks":9999999999999999999}]}`:           0,
		`{"x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `,"keys":[]}`:             0,
	} {
		list, err := newClient(t, new(script).then(200, body)).List(t.Context())
		require.ErrorIs(t, err, keys.ErrDecode, body[:min(len(body), 80)])
		assert.Len(t, list, want, body[:min(len(body), 80)])
	}
}

func TestAllStreams(t *testing.T) {
	t.Parallel()
	// The second half of the body is written once the first key was handed out.
	body, half := io.Pipe()
	first := make(chan struct{})
	go func() {
		_, _ = io.WriteString(half, `{"keys":[{"id":"a","name":"n","key_prefix":"p"},`)
		<-first
		_, _ = io.WriteString(half, `{"id":"b","name":"n","key_prefix":"p"}]}`)
		_ = half.Close()
	}()
	client := newClient(t, roundTrip(func(*http.Request) (*http.Response, error) {
		resp := answer(200, "")
		resp.Body = body
		return resp, nil
	}))
	var ids []string
	for key, err := range client.All(t.Context()) {
		require.NoError(t, err)
		if key.ID == "a" {
			close(first)
		}
		ids = append(ids, key.ID)
	}
	assert.Equal(t, []string{"a", "b"}, ids)
}

// closeCounter counts how often bodies are closed.
type closeCounter struct {
	io.Reader

	closed int
}

func (c *closeCounter) Close() error { c.closed++; return nil }

func TestAllStopsWhereItsCallerStops(t *testing.T) {
	t.Parallel()
	body := &closeCounter{Reader: strings.NewReader(`{"keys":[{"id":"a","name":"n","key_prefix":"p"},{"id":"b","name":"n","key_prefix":"p"},{"id":"c","name":"n","key_prefix":"p"}]}`)}
	client := newClient(t, roundTrip(func(*http.Request) (*http.Response, error) {
		resp := answer(200, "")
		resp.Body = body
		return resp, nil
	}))
	seen := 0
	var meta keys.Meta
	for _, err := range client.All(t.Context(), keys.CaptureMeta(&meta)) {
		require.NoError(t, err)
		seen++
		if seen == 2 {
			break
		}
	}
	assert.Equal(t, 2, seen)
	assert.Equal(t, 1, body.closed)
	assert.Equal(t, keys.Meta{StatusCode: 200, Attempts: 1}, meta)
}

// TestNamesAreCaseSensitive: an unknown property doesn't stand in for a known one that it looks like.
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

func TestOptionsForAnswerSizes(t *testing.T) {
	t.Parallel()
	client := newClient(t, new(script).then(200, `{"status":"revoked"}`), keys.WithMaxResponseBytes(20))
	_, err := client.Revoke(t.Context(), "a")
	require.NoError(t, err)
	client = newClient(t, new(script).then(200, `{"status":"revoked"}`), keys.WithMaxResponseBytes(19))
	_, err = client.Revoke(t.Context(), "a")
	require.ErrorIs(t, err, keys.ErrDecode)
	assert.ErrorContains(t, err, "WithMaxResponseBytes")
}
