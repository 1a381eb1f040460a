package keys_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
	const body = `{"keys":[` + keyA + `,{"id":5},{"id":"b","name":"n","key_prefix":"p","created_at":"` + secret + `"},null,{},"x",` + keyC + `,{"id":"d","name":"n","key_prefix":"p","spent_ticks":1.5}]}`
	client := newClient(t, new(script).then(200, body, "X-QAI-Request-Id: req_3"))
	list, err := client.List(t.Context())
	require.ErrorIs(t, err, keys.ErrDecode)
	require.NotErrorIs(t, err, keys.ErrIncomplete, "every key is there or has its error")
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
			require.NotErrorIs(t, err, keys.ErrIncomplete)
			assert.Equal(t, keys.Key{}, key)
			failures++
			continue
		}
		ids = append(ids, key.ID)
	}
	assert.Equal(t, []string{"a", "c"}, ids)
	assert.Equal(t, 6, failures)
}

// TestAKeyOfAListIsNamedByItsPlace, and the error has nothing else of the body.
func TestAKeyOfAListIsNamedByItsPlace(t *testing.T) {
	t.Parallel()
	_, err := newClient(t, new(script).then(200, `{"keys":[`+keyA+`,{"id":"b","key_prefix":"p"},{"id":[]},7]}`)).List(t.Context())
	const unexpected, wrong = "keys: listKeys: unexpected response: ", ", which is not what the API's document says"
	require.EqualError(t, err, unexpected+"keys[1].name is missing\n"+unexpected+"keys[2].id is a JSON array"+wrong+"\n"+unexpected+"keys[3] is a JSON number"+wrong)
	for body, says := range map[string]string{
		`{"keys":{}}`: "keys is a JSON object" + wrong, `[]`: "the body is a JSON array" + wrong, `{}`: "keys is missing",
		`{"keys":[]} 1`: "the body has data after the JSON value", `{"keys":[],"keys":[]}`: "keys appears twice", `{"keys":[],}`: "not JSON (at byte 10)",
	} {
		_, err := newClient(t, new(script).then(200, body)).List(t.Context())
		require.EqualError(t, err, unexpected+says)
	}
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
		``: 0, `{`: 0, `{}`: 0, `[]`: 0, `null`: 0, `{"keys":{}}`: 0, `{"other":[]}`: 0, `{"keys"`: 0, `{"keys":[`: 0, `{"keys":[{"id":"a"`: 0,
		`{"keys":[` + keyA: 1, `{"keys":[` + keyA + `,`: 1, `{"keys":[` + keyA + `]`: 1, `{"keys":[` + keyA + `],`: 1, `{"keys":[` + keyA + `],"x`: 1, `{"keys":[` + keyA + `]}}`: 1,
		`{"keys":[` + keyA + `],"keys":[]}`: 1, `{"keys":[` + keyA + `x]}`: 1, `{"keys":[` + keyA + ` ` + keyB + `]}`: 1, `{"keys":[` + keyA + `]} {"keys":[]}`: 1, `{"keys":[` + keyA + `}`: 1, `{"x":}`: 0, `{"x":[}`: 0, `{5:1}`: 0,
		`{"keys":[` + keyA + `,{"id":"` + strings.Repeat("x", 1<<20) + `"}]}`:                 1,
		`{"x":"` + strings.Repeat("x", 4<<20) + `","keys":[]}`:                                0,
		`{"x":` + strings.Repeat("[", 1<<20):                                                  0,
		`{"keys":[` + strings.Repeat("[", 1<<19):                                              0,
		`{"keys":[` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `]}`:        0,
		`{"keys":[{"id":"a","name":"n","key_prefix":"p","spent_ticks":9999999999999999999}]}`: 0,
		`{"x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `,"keys":[]}`:   0,
	} {
		client := newClient(t, new(script).then(200, body))
		list, err := client.List(t.Context())
		require.ErrorIs(t, err, keys.ErrDecode, body[:min(len(body), 80)])
		assert.Len(t, list, want, body[:min(len(body), 80)])
		isElement := strings.Contains(body, "spent_ticks")
		assert.Equal(t, !isElement, errors.Is(err, keys.ErrIncomplete), body[:min(len(body), 80)])
		for _, err = range client.All(t.Context()) {
			continue
		}
		assert.Equal(t, !isElement, errors.Is(err, keys.ErrIncomplete), body[:min(len(body), 80)])
	}
}

// TestAnErrorTellsWhetherTheListIsWhole, whatever the error is.
func TestAnErrorTellsWhetherTheListIsWhole(t *testing.T) {
	t.Parallel()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx       context.Context
		transport *script
		is        error
	}{
		"a page of HTML": {t.Context(), new(script).then(200, "<html>"), keys.ErrDecode},
		"cut off":        {t.Context(), new(script).thenCut(`{"keys":[` + keyA), io.ErrUnexpectedEOF},
		"refused":        {t.Context(), new(script).then(401, ""), keys.ErrUnauthorized},
		"failed":         {t.Context(), new(script).then(502, ""), keys.ErrServer},
		"lost":           {t.Context(), new(script).thenFail(reset), reset},
		"cancelled":      {cancelled, new(script), context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := newClient(t, c.transport)
			_, err := client.List(c.ctx)
			require.ErrorIs(t, err, keys.ErrIncomplete)
			require.ErrorIs(t, err, c.is)
			_, err = client.ListDevices(c.ctx)
			require.ErrorIs(t, err, keys.ErrIncomplete)
			require.ErrorIs(t, err, c.is)
			var last error
			for _, err := range client.All(c.ctx) {
				last = err
			}
			require.ErrorIs(t, last, keys.ErrIncomplete)
			require.ErrorIs(t, last, c.is)
		})
	}
	var none *keys.Client
	_, err := none.List(t.Context())
	require.ErrorIs(t, err, keys.ErrIncomplete)
	require.ErrorIs(t, err, keys.ErrInvalidArgument)
}

func TestAllStreams(t *testing.T) {
	t.Parallel()
	// The second half of the body is written once the first key was handed out.
	body, half := io.Pipe()
	first := make(chan struct{})
	go func() {
		_, _ = io.WriteString(half, `{"keys":[`+keyA+`,`)
		<-first
		_, _ = io.WriteString(half, keyB+`]}`)
		_ = half.Close()
	}()
	client := newClient(t, roundTrip(func(*http.Request) (*http.Response, error) {
		resp := response(200, "")
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
	body := &closeCounter{Reader: strings.NewReader(`{"keys":[` + keyA + `,` + keyB + `,` + keyC + `]}`)}
	client := newClient(t, roundTrip(func(*http.Request) (*http.Response, error) {
		resp := response(200, "")
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
