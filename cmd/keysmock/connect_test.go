package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/types"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mock is a mock of a test, in the same process or elsewhere.
type mock interface {
	AssertCalls(tb testing.TB, operation string, want int, match ...func(keystest.Request) bool)
	Client(opts ...keys.Option) *keys.Client
	Inject(faults ...keystest.Fault)
	Keys() []keystest.State
	Requests() []keystest.Request
	Reset()
	Use(id string, ticks types.Ticks, opts ...keystest.UseOption) error
}

// remoteOf returns the keysmock that p is.
func remoteOf(t *testing.T, p *program) *keystest.Remote {
	t.Helper()
	remote, err := keystest.Connect(p.url, "")
	require.NoError(t, err)
	return remote
}

// TestTheSameTestRunsAgainstEither mints a key whose response is lost, against a mock in this process and against keysmock.
func TestTheSameTestRunsAgainstEither(t *testing.T) {
	t.Parallel()
	options := []keystest.Option{keystest.WithKeys(1), keystest.WithSeed(7), keystest.WithTier("internal")}
	for name, start := range map[string]func(t *testing.T) mock{
		"in this process": func(t *testing.T) mock { t.Helper(); return keystest.NewServer(t, options...) },
		"elsewhere": func(t *testing.T) mock {
			t.Helper()
			return remoteOf(t, start(t, "-log", "off")).NewAccount(t, options...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := start(t)
			mock.Inject(keystest.Fault{Operation: "createKey", After: true, Status: 503})
			_, err := mock.Client().Create(t.Context(), keys.CreateParams{Name: "ci"})
			require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
			mock.AssertCalls(t, "createKey", 1, func(r keystest.Request) bool { return r.Fault && r.Status == 503 })
			_, err = mock.Client().CreateEphemeral(t.Context(), keys.EphemeralParams{})
			require.NoError(t, err)
			require.NoError(t, mock.Use("key_02", 25, keystest.WithModel("large"), keystest.WithTokens(3, 4)))
			require.NoError(t, mock.Use("key_01", 25, keystest.WithModel(""), nil))
			usage, err := mock.Client().Usage(t.Context(), "key_01")
			require.NoError(t, err)
			require.Len(t, usage.Models, 1)
			assert.Equal(t, "default", usage.Models[0].Model)
			require.ErrorContains(t, mock.Use("key_09", 25), `there is no key with the id "key_09"`)
			states := mock.Keys()
			require.Len(t, states, 2)
			assert.Equal(t, "ci", states[1].Name)
			assert.Equal(t, types.Ticks(25), states[1].SpentTicks)
			assert.Len(t, mock.Requests(), 3)
			mock.Reset()
			assert.Len(t, mock.Keys(), 1)
			mock.AssertCalls(t, "", 0)
		})
	}
}

// TestARemoteAccountTellsAll compares what a test is told of an account from here and from elsewhere.
func TestARemoteAccountTellsAll(t *testing.T) {
	t.Parallel()
	handler := keystest.NewHandler(keystest.WithLenientRequests())
	wire := &wire{next: routes(handler, new(clock), guard{}), seen: map[string][]map[string]any{}}
	server := httptest.NewServer(wire)
	t.Cleanup(server.Close)
	remote, err := keystest.Connect(server.URL, "")
	require.NoError(t, err)
	there := remote.NewAccount(t, keystest.WithAPIKey("qai_there"), keystest.WithKeys(1), keystest.WithDevices(1), keystest.WithRateLimit(1_000),
		keystest.WithTier("internal"), keystest.WithSeed(1), keystest.WithUnmetFaults())
	here := handler.AccountOf("qai_there")

	p := &program{url: server.URL}
	status, response := p.api(t, "POST", "/qai/v1/keys", "qai_there",
		`{"name":"ci","endpoints":["/qai/v1/keys"],"spend_cap_usd":2.5,"rate_limit":60,"region":"europe","colour":"red"}`)
	require.Equal(t, 200, status, response)
	status, _ = p.api(t, "POST", "/qai/v1/keys/key_03/rotate", "qai_there", `{"grace_seconds":60}`)
	require.Equal(t, 200, status)
	var created struct{ Key string }
	require.NoError(t, json.Unmarshal([]byte(response), &created))
	status, _ = p.api(t, "DELETE", "/qai/v1/keys/key_01", created.Key, "", "X-Mock-Fault: after;status=503")
	require.Equal(t, 503, status)
	require.NoError(t, there.Use("key_04", 25, keystest.WithModel("large"), keystest.WithTokens(3, 4)))
	assert.Equal(t, here.Keys(), there.Keys())
	assert.Equal(t, here.Requests(), there.Requests())
	assertSet(t, there.Keys())
	assertSet(t, there.Requests())

	faults := []keystest.Fault{
		{
			Operation: keys.OperationCreateKey, Times: 2, Probability: 0.5, For: time.Minute, After: true, Status: 429, Code: "c", Message: "m",
			Flat: true, RetryAfter: 290 * time.Millisecond, Gzip: 2, Header: http.Header{"X-A": {"b"}, "Date": {}}, Delay: time.Nanosecond,
			Jitter: time.Hour, Dribble: 3, Every: time.Millisecond, Truncate: 9, Stall: true,
		},
		{Times: 1, Drop: true, Reset: true}, {Times: -1, Raw: "x"}, {Times: 1, Garble: "details.name"}, {Times: 1, Empty: true},
		{Times: 1, Body: "x"},
	}
	there.Inject(faults...)
	assert.Equal(t, faults, here.Faults())
	assert.Equal(t, faults, there.Faults())
	assertSet(t, faults)
	wire.assertTold(t, "AccountOptions", "POST /_mock/accounts", "", nil, "set it in this test, and send it in Remote.NewAccount")
	wire.assertTold(t, "Use", "POST /_mock/use", "", nil, "set it in this test, and send it in RemoteAccount.Use")
	wire.assertTold(t, "KeyState", "GET /_mock/keys", "keys", keystest.State{}, "set it in control.ListState, and read it in RemoteAccount.Keys")
	wire.assertTold(t, "Request", "GET /_mock/requests", "requests", keystest.Request{},
		"set it in control.ListRequests, and read it in RemoteAccount.Requests")
	there.Reset()
	there.Inject(keystest.Fault{Header: http.Header{"Date": nil}}) // Removes it.
	assert.Contains(t, here.Faults()[0].Header, "Date")
}

// wire notes the JSON that operations of the control API get and send.
type wire struct {
	next http.Handler
	mu   sync.Mutex
	seen map[string][]map[string]any // By operations like "POST /_mock/use".
}

func (w *wire) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	response := &copied{ResponseWriter: rw}
	w.next.ServeHTTP(response, r)
	if r.Method == http.MethodGet {
		body = response.body.Bytes()
	}
	var value map[string]any
	_ = json.Unmarshal(body, &value) // Some have none.
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen[r.Method+" "+r.URL.Path] = append(w.seen[r.Method+" "+r.URL.Path], value)
}

type copied struct {
	http.ResponseWriter

	body bytes.Buffer
}

func (c *copied) Write(data []byte) (int, error) {
	c.body.Write(data)
	return c.ResponseWriter.Write(data)
}

// assertTold fails the test unless each property of a schema of control.yaml was set in the JSON of an operation, or in an element of the list
// that it has under a name, and unless the Go type that tests get has it.
func (w *wire) assertTold(t *testing.T, schema, operation, list string, goType any, do string) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	values := w.seen[operation]
	if list != "" {
		var elements []map[string]any
		for _, value := range values {
			for _, element := range value[list].([]any) {
				elements = append(elements, element.(map[string]any))
			}
		}
		values = elements
	}
	tags := map[string]bool{}
	if goType != nil {
		for field := range reflect.TypeOf(goType).Fields() {
			tag, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			tags[tag] = true
		}
	}
	for property := range newJudge().doc.Components.Schemas[schema].Value.Properties {
		set := func(value map[string]any) bool {
			v := reflect.ValueOf(value[property])
			return v.IsValid() && !v.IsZero()
		}
		assert.True(t, slices.ContainsFunc(values, set), "%s of control.yaml's %s is never set in %s: %s", property, schema, operation, do)
		assert.True(t, goType == nil || tags[property], "%s has no %s, which control.yaml has: add it, and %s", reflect.TypeOf(goType), property, do)
	}
}

// assertSet fails the test unless each field is set in one of the values.
func assertSet[T any](t *testing.T, values []T) {
	t.Helper()
	for i := range reflect.TypeFor[T]().NumField() {
		field := reflect.TypeFor[T]().Field(i)
		set := func(value T) bool { return !reflect.ValueOf(value).Field(i).IsZero() }
		assert.True(t, !field.IsExported() || slices.ContainsFunc(values, set),
			"%s: set it in the test, and copy it in control.go and wrapper/keystest/connect.go", field.Name)
	}
}

func TestTheClockOfARemote(t *testing.T) {
	t.Parallel()
	p := start(t, "-log", "off")
	remote := remoteOf(t, p)
	account := remote.NewAccount(t, keystest.WithTier("internal"))
	require.NoError(t, remote.SetTime(t.Context(), time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)))
	token, err := account.Client().CreateEphemeral(t.Context(), keys.EphemeralParams{TTL: new(60)})
	require.NoError(t, err)
	withToken, err := account.Client().WithKey(token.Token)
	require.NoError(t, err)
	_, err = withToken.List(t.Context())
	require.NoError(t, err)
	require.NoError(t, remote.Advance(t.Context(), time.Minute))
	_, err = withToken.List(t.Context())
	require.ErrorIs(t, err, keys.ErrUnauthorized)
	require.ErrorContains(t, remote.Advance(t.Context(), -time.Minute), "advance_seconds")
	require.NoError(t, remote.Advance(t.Context(), 0))
	require.NoError(t, remote.SetTime(t.Context(), time.Time{}))
	account.Reset()
	_, err = account.Client().List(t.Context())
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now(), account.Requests()[0].Time, time.Minute)
}

// TestTheClockOfARemoteAccount tests that a rotation's grace can pass for one test, while the clock of others stays.
func TestTheClockOfARemoteAccount(t *testing.T) {
	t.Parallel()
	remote := remoteOf(t, start(t, "-log", "off"))
	account, other := remote.NewAccount(t), remote.NewAccount(t)
	account.SetTime(time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC))
	created, err := account.Client().Create(t.Context(), keys.CreateParams{Name: "ci"})
	require.NoError(t, err)
	_, err = account.Client().Rotate(t.Context(), created.Details.ID, keys.Grace(time.Hour))
	require.NoError(t, err)
	client, err := account.Client().WithKey(created.Key)
	require.NoError(t, err)
	_, err = client.List(t.Context())
	require.NoError(t, err)
	account.Advance(time.Hour)
	account.Advance(0)
	_, err = client.List(t.Context())
	require.ErrorIs(t, err, keys.ErrUnauthorized)
	_, err = other.Client().Create(t.Context(), keys.CreateParams{Name: "ci"})
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now(), other.Keys()[0].CreatedAt, time.Minute)
	assert.Equal(t, time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC), account.Keys()[0].CreatedAt)
	account.SetTime(time.Time{})
	_, err = account.Client().Create(t.Context(), keys.CreateParams{Name: "now"})
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now(), account.Keys()[2].CreatedAt, time.Minute)
}
