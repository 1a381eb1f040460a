package keystest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/generated/server"
	"github.com/qaikeys/qaikeys/wrapper/document"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// called returns a mock that was asked for a key, in vain and then with success, for its revocation and for something that doesn't exist.
func called(t *testing.T) *keystest.Server {
	t.Helper()
	mock := keystest.NewServer(t, keystest.WithInMemory(), keystest.WithAPIKey("qai_account"))
	mock.Inject(keystest.Fault{Operation: "createKey", Status: 429})
	created := mint(t, mock, keys.CreateParams{Name: "ci"})
	_, err := as(t, mock, created.Key).Revoke(t.Context(), "key_99")
	require.Error(t, err)
	_, _ = send(t, mock, "GET", "/elsewhere", "", "X-API-Key: "+mock.APIKey)
	return mock
}

func status(want int) func(keystest.Request) bool {
	return func(r keystest.Request) bool { return r.Status == want }
}

func body(part string) func(keystest.Request) bool {
	return func(r keystest.Request) bool { return strings.Contains(r.Body, part) }
}

func TestAssertCalls(t *testing.T) {
	t.Parallel()
	mock := called(t)
	mock.AssertCalls(t, "createKey", 2)
	mock.AssertCalls(t, "createKey", 1, status(429))
	mock.AssertCalls(t, "createKey", 2, body(`"name":"ci"`))
	mock.AssertCalls(t, "createKey", 0, body(`"name":"ci"`), status(503))
	mock.AssertCalls(t, "revokeKey", 1, func(r keystest.Request) bool { return r.KeyID == "key_01" })
	mock.AssertCalls(t, "listKeys", 0)
	mock.AssertCalls(t, "", 4)
	mock.AssertCalls(t, "", 2, status(404))
	other, err := mock.NewAccount()
	require.NoError(t, err)
	other.AssertCalls(t, "createKey", 0)
}

// TestWhatAFailedAssertionSays: the requests that came nearest, without secrets, and what to do.
func TestWhatAFailedAssertionSays(t *testing.T) {
	t.Parallel()
	mock := called(t)
	other, err := mock.NewAccount()
	require.NoError(t, err)
	for name, c := range map[string]struct {
		assert func(*stub)
		want   []string
	}{
		"too many": {func(tb *stub) { mock.AssertCalls(tb, "createKey", 1) }, []string{
			"keystest: calls of createKey: 2, want 1; every attempt counts, also a retry and one that was refused:",
			"req_000001 POST /qai/v1/keys (createKey), a fault, 429 `injected by the test`, body `{\"name\":\"ci\"}`",
			"req_000002 POST /qai/v1/keys (createKey), 200, body `{\"name\":\"ci\"}`",
		}},
		"the filter leaves some out": {func(tb *stub) { mock.AssertCalls(tb, "createKey", 2, status(200)) }, []string{
			"keystest: calls of createKey that match: 1, want 2; these don't match:",
			"req_000001 POST /qai/v1/keys (createKey), a fault, 429 `injected by the test`, body `{\"name\":\"ci\"}`",
		}},
		"others came": {func(tb *stub) { mock.AssertCalls(tb, "rotateKey", 1) }, []string{
			"keystest: calls of rotateKey: 0, want 1; the account got these requests:",
			"req_000001 POST /qai/v1/keys (createKey), a fault, 429 `injected by the test`, body `{\"name\":\"ci\"}`",
			"req_000002 POST /qai/v1/keys (createKey), 200, body `{\"name\":\"ci\"}`",
			"req_000003 DELETE /qai/v1/keys/key_99 (revokeKey) with key_01, 404 `there is no key with this id`",
			"req_000004 GET /elsewhere, 404 `the API has no such path`",
		}},
		"none came": {func(tb *stub) { other.AssertCalls(tb, "createKey", 1) }, []string{
			"keystest: calls of createKey: 0, want 1; the account got no request: give the program its APIKey and the mock's URL, and in memory the HTTPClient",
		}},
		"an unknown operation": {func(tb *stub) { mock.AssertCalls(tb, "createkey", 0) }, []string{
			`keystest: the API has no operation "createkey": use ` + anyOperation(t) + `, or "" for any request`,
		}},
		"a credential for an operation": {func(tb *stub) { mock.AssertCalls(tb, "qai_account", 0) }, []string{
			`keystest: the API has no operation "[redacted]": use ` + anyOperation(t) + `, or "" for any request`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := failures(t, c.assert)
			require.Len(t, found, 1)
			assert.Equal(t, strings.Join(c.want, "\n    "), found[0])
		})
	}
}

// anyOperation returns the document's operations, as in "a, b or c".
func anyOperation(t *testing.T) string {
	t.Helper()
	doc, err := document.Load(server.OpenAPI)
	require.NoError(t, err)
	var ids []string
	for _, op := range doc.Operations {
		ids = append(ids, op.ID)
	}
	last := len(ids) - 1
	return strings.Join(ids[:last], ", ") + " or " + ids[last]
}

// TestAFailedAssertionIsShort: of many requests the last are printed, of a long one the beginning.
func TestAFailedAssertionIsShort(t *testing.T) {
	t.Parallel()
	mock := keystest.NewHandler(keystest.WithAPIKey("qai_account_0123456789"))
	for range 10 {
		r := httptest.NewRequest(http.MethodPost, "/qai/v1/keys", strings.NewReader(`{"name":"qai_account_0123456789","x`+strings.Repeat("\n", 10_000)+`":1}`))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Api-Key", mock.APIKey)
		mock.ServeHTTP(httptest.NewRecorder(), r)
	}
	found := failures(t, func(tb *stub) { mock.AssertCalls(tb, "createKey", 1) })
	require.Len(t, found, 1)
	lines := strings.Split(found[0], "\n")
	require.Len(t, lines, 7)
	assert.Equal(t, "    5 earlier ones", lines[1])
	assert.Contains(t, lines[6], "req_000010 POST /qai/v1/keys (createKey), 400 ")
	assert.Contains(t, lines[6], "[redacted]")
	assert.NotContains(t, found[0], mock.APIKey)
	assert.Less(t, len(found[0]), 3_000)
}

// TestAnAssertionAboutForgottenRequests: it fails, whatever of the requests is left, since nobody can say how many there were.
func TestAnAssertionAboutForgottenRequests(t *testing.T) {
	t.Parallel()
	mock := keystest.NewHandler()
	for range 1_001 {
		mock.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	}
	want := []string{"keystest: the account got 1001 requests, of which the journal has the last 1000: call Reset between the parts of the test"}
	assert.Equal(t, want, failures(t, func(tb *stub) { mock.AssertCalls(tb, "createKey", 0) }))
	mock.Reset()
	mock.AssertCalls(t, "", 0)
}

// statusAt is a response that looks into the journal when it is written.
type statusAt struct {
	*httptest.ResponseRecorder

	mock *keystest.Handler
	seen []int
}

func (w *statusAt) Write(data []byte) (int, error) {
	w.seen = append(w.seen, w.mock.Requests()[0].Status)
	return w.ResponseRecorder.Write(data)
}

// TestTheStatusIsInTheJournalFirst: once a client has a response, a test finds its status.
func TestTheStatusIsInTheJournalFirst(t *testing.T) {
	t.Parallel()
	for want, path := range map[int]string{200: "/qai/v1/keys", 404: "/elsewhere"} {
		mock := keystest.NewHandler()
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("X-Api-Key", mock.APIKey)
		w := &statusAt{httptest.NewRecorder(), mock, nil}
		mock.ServeHTTP(w, r)
		require.NotEmpty(t, w.seen)
		assert.Equal(t, want, w.seen[0])
	}
}
