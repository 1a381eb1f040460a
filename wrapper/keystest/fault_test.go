package keystest_test

import (
	"context"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFaults mints once under each fault.
func TestFaults(t *testing.T) {
	t.Parallel()
	const salvageable = `{"key":"qai_k_00112233445566778899"}`
	for name, c := range map[string]struct {
		fault keystest.Fault
		made  int // How many keys there are afterwards.
		is    error
		want  keys.Error // What *Error must say, if there is one.
	}{
		"a status":               {keystest.Fault{Status: 503}, 0, keys.ErrOutcomeUnknown, keys.Error{StatusCode: 503, Code: "internal", Type: "internal", Message: "injected by the test"}},
		"a status afterwards":    {keystest.Fault{Status: 502, After: true}, 1, keys.ErrOutcomeUnknown, keys.Error{StatusCode: 502, Code: "provider_error", Type: "provider_error", Message: "injected by the test"}},
		"with a code":            {keystest.Fault{Status: 400, Code: "c", Message: "m"}, 0, keys.ErrInvalidRequest, keys.Error{StatusCode: 400, Code: "c", Type: "c", Message: "m"}},
		"in the flat form":       {keystest.Fault{Status: 402, Flat: true}, 0, keys.ErrInsufficientBalance, keys.Error{StatusCode: 402, Code: "INSUFFICIENT_BALANCE", Message: "injected by the test"}},
		"a conflict":             {keystest.Fault{Status: 409}, 0, keys.ErrConflict, keys.Error{StatusCode: 409, Code: "invalid_state", Type: "invalid_state", Message: "injected by the test"}},
		"with Retry-After":       {keystest.Fault{Status: 429, RetryAfter: 1500 * time.Millisecond}, 0, keys.ErrRateLimited, keys.Error{StatusCode: 429, Code: "rate_limit", Type: "rate_limit", Message: "injected by the test", RetryAfter: 2 * time.Second}},
		"not modified":           {keystest.Fault{Status: 304}, 0, nil, keys.Error{StatusCode: 304, Code: "Not Modified"}},
		"no response":            {keystest.Fault{Drop: true}, 0, keys.ErrOutcomeUnknown, keys.Error{}},
		"no response afterwards": {keystest.Fault{Drop: true, After: true}, 1, keys.ErrOutcomeUnknown, keys.Error{}},
		"cut off":                {keystest.Fault{Truncate: 30}, 1, keys.ErrOutcomeUnknown, keys.Error{}},
		"cut off before it":      {keystest.Fault{Truncate: -1}, 1, io.ErrUnexpectedEOF, keys.Error{}},
		"cut off after it":       {keystest.Fault{Truncate: 1 << 20}, 1, nil, keys.Error{}},
		"another body":           {keystest.Fault{Body: "<html>"}, 0, keys.ErrOutcomeUnknown, keys.Error{}},
		"another body after it":  {keystest.Fault{Body: salvageable, After: true}, 1, keys.ErrDecode, keys.Error{}},
		"no body":                {keystest.Fault{Empty: true, After: true}, 1, keys.ErrDecode, keys.Error{}},
		"no body of an error":    {keystest.Fault{Empty: true, Status: 403}, 0, keys.ErrForbidden, keys.Error{StatusCode: 403, Code: "Forbidden"}},
		"a body with its status": {keystest.Fault{Body: "<html>", Status: 403, Header: http.Header{"Content-Type": {"text/html"}}}, 0, keys.ErrForbidden, keys.Error{StatusCode: 403, Code: "Forbidden"}},
		"another operation":      {keystest.Fault{Operation: "listKeys", Status: 500}, 1, nil, keys.Error{}},
		"this operation":         {keystest.Fault{Operation: "createKey", Status: 500}, 0, keys.ErrServer, keys.Error{StatusCode: 500, Code: "internal", Type: "internal", Message: "injected by the test"}},
		"a delay":                {keystest.Fault{Delay: time.Millisecond}, 1, nil, keys.Error{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := keystest.NewServer(t, keystest.WithUnmetFaults())
			mock.Inject(c.fault)
			_, err := once(mock).Create(t.Context(), keys.CreateParams{Name: "ci"})
			assert.Len(t, mock.Keys(), c.made)
			if c.is != nil {
				require.ErrorIs(t, err, c.is)
			}
			if c.want.StatusCode != 0 {
				var apiErr *keys.Error
				require.ErrorAs(t, err, &apiErr)
				c.want.Operation, c.want.RequestID = "createKey", mock.Requests()[0].ID
				assert.Equal(t, &c.want, apiErr)
			}
			if c.is == nil && c.want.StatusCode == 0 {
				require.NoError(t, err)
			}
		})
	}
}

func TestHeadersOfAFault(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	mock.Inject(keystest.Fault{Header: http.Header{"x-qai-cost-ticks": {"7"}, "X-Qai-Request-Id": nil}})
	var meta keys.Meta
	_, err := mock.Client().List(t.Context(), keys.CaptureMeta(&meta))
	require.NoError(t, err)
	assert.Equal(t, keys.Meta{CostTicks: 7, StatusCode: 200, Attempts: 1}, meta)
}

// TestAFaultCannotSayHowAResponseIsSent tests the headers that net/http has to set itself, so that a client sees where a response ends.
func TestAFaultCannotSayHowAResponseIsSent(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Transfer-Encoding", "transfer-encoding", "Connection"} {
		fault := keystest.Fault{Header: http.Header{name: {"gzip"}}}
		require.ErrorContains(t, fault.Validate(), "it says how the response is sent, which net/http decides", name)
		mock := keystest.NewHandler()
		mock.Inject(fault)
		w := ask(mock, http.MethodGet, "/qai/v1/keys", "")
		assert.Equal(t, 500, w.Code, name)
		assert.Contains(t, w.Body.String(), "the injected Fault is invalid", name)
	}
}

// TestAFaultWithAnotherContentLength tests that a client sees that it is wrong, and that the connection isn't used again.
func TestAFaultWithAnotherContentLength(t *testing.T) {
	t.Parallel()
	for _, length := range []string{"5", "1000"} {
		mock := keystest.NewServer(t)
		mock.Inject(keystest.Fault{Body: `{"keys":[]}`, Header: http.Header{"Content-Length": {length}}})
		var meta keys.Meta
		_, err := once(mock).List(t.Context(), keys.CaptureMeta(&meta))
		require.Error(t, err, length)
		assert.Equal(t, 200, meta.StatusCode, length)
		_, err = once(mock).List(t.Context())
		require.NoError(t, err, length)
	}
}

func TestHowOftenAFaultIsMet(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	mock.Inject(
		keystest.Fault{Operation: "listKeys", Status: 500},
		keystest.Fault{Operation: "listKeys", Status: 403, Times: 2},
		keystest.Fault{Status: 404, Times: -1},
	)
	var statuses []int
	for range 6 {
		var meta keys.Meta
		_, err := once(mock).List(t.Context(), keys.CaptureMeta(&meta))
		require.Error(t, err)
		statuses = append(statuses, meta.StatusCode)
	}
	assert.Equal(t, []int{500, 403, 403, 404, 404, 404}, statuses)
}

func TestARequestThatIsRefusedMeetsNoFault(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	mock.Inject(keystest.Fault{Status: 500})
	resp, _ := send(t, mock, "GET", "/qai/v1/keys", "")
	assert.Equal(t, 401, resp.StatusCode)
	resp, _ = send(t, mock, "POST", "/qai/v1/keys", "{}", "X-API-Key: "+mock.APIKey)
	assert.Equal(t, 400, resp.StatusCode)
	resp, _ = send(t, mock, "GET", "/qai/v1/keys", "", "X-API-Key: "+mock.APIKey)
	assert.Equal(t, 500, resp.StatusCode)
}

func TestARequestsOwnFaultUsesUpNoOther(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	mock.Inject(keystest.Fault{Status: 500})
	resp, _ := send(t, mock, "GET", "/qai/v1/keys", "", "X-API-Key: "+mock.APIKey, "X-Mock-Fault: status=403")
	assert.Equal(t, 403, resp.StatusCode)
	resp, _ = send(t, mock, "GET", "/qai/v1/keys", "", "X-API-Key: "+mock.APIKey)
	assert.Equal(t, 500, resp.StatusCode)
}

// someKey has the form of a minted key.
const someKey = "qai_k_00112233445566778899"

func TestFaultsThatAreInvalid(t *testing.T) {
	t.Parallel()
	for says, fault := range map[string]keystest.Fault{
		`operation: the API has no operation "createkey": it has createEphemeralKey, createKey, `: {Operation: "createkey", Drop: true},
		"status 199":                            {Status: 199},
		"retry_after_seconds: -1ns is negative": {Status: 429, RetryAfter: -1},
		"delay_seconds: -1s is negative":        {Delay: -time.Second},
		"probability: 1.5 isn't from 0 to 1":    {Drop: true, Probability: 1.5},
		"probability: -0.5 isn't from 0 to 1":   {Drop: true, Probability: -0.5},
		"probability: NaN isn't from 0 to 1":    {Drop: true, Probability: math.NaN()},
		"gzip: 11 isn't from 0 to 10":           {Gzip: 11},
		"gzip: -1 isn't from 0 to 10":           {Gzip: -1},
		"dribble: a part can't have":            {Dribble: -1},
		"jitter_seconds: -1ns is negative":      {Jitter: -1},
		"every_seconds: -1ns is negative":       {Dribble: 1, Every: -1},
		"for_seconds: -1ns is negative":         {Drop: true, For: -1},
		"stall: it has no effect without drop, which sends nothing, or truncate, which sends a part": {Stall: true, Delay: 1},
		"reset: it has no effect beside stall":                                                       {Drop: true, Stall: true, Reset: true},
		"empty: it has no effect beside body":                                                        {Empty: true, Body: "{}"},
		"every_seconds: it has no effect without dribble":                                            {Every: 1, Truncate: 1},
		"dribble: it has no effect beside drop":                                                      {Dribble: 1, Drop: true},
		"dribble: it has no effect beside a negative truncate":                                       {Dribble: 1, Truncate: -1},
		"dribble: it has no effect beside empty":                                                     {Dribble: 1, Empty: true},
		"gzip: it has no effect beside drop":                                                         {Gzip: 1, Raw: "x"},
		"garble: it has no effect beside drop":                                                       {Garble: "details", Drop: true},
		"garble: it has no effect beside status":                                                     {Garble: "details", Body: "{}"},
		"truncate: it has no effect beside drop":                                                     {Raw: "x", Truncate: 1},
		"header: it has no effect beside drop":                                                       {Drop: true, Header: http.Header{"X-A": {"b"}}},
		"status: it has no effect beside drop":                                                       {Drop: true, Status: 503, Code: "c"},
		"raw: it has no effect beside drop":                                                          {Raw: "x", Drop: true},
		"delay_seconds: it has no effect beside drop and stall":                                      {Drop: true, Stall: true, Delay: 1},
		"body: it has no effect beside a status of 204":                                              {Status: 204, Body: "x"},
		"message: it has no effect beside a status of 204 or 304":                                    {Status: 304, Message: "m"},
		"code: it has no effect beside body":                                                         {Status: 500, Code: "c", Body: "x"},
		"flat: it has no effect beside body or empty":                                                {Status: 500, Flat: true, Empty: true},
		"it has no effect: set what":                                                                 {Probability: 0.5, For: 1},
		"code: it has no effect without a status":                                                    {Code: "c", After: true},
		"message: it has no effect without a status":                                                 {Message: "m", Drop: true},
		"flat: it has no effect without a status":                                                    {Flat: true, Body: "{}"},
		"retry_after_seconds: it has no effect without a status":                                     {RetryAfter: time.Second, Delay: time.Second},
		`retry_after_seconds: it has no effect beside the header "retry-after"`:                      {Status: 429, RetryAfter: 1, Header: http.Header{"retry-after": nil}},
		`header: "Content-Length" has no effect beside a status of 204`:                              {Status: 204, Header: http.Header{"Content-Length": {"5"}}},
		`header "" can't be sent: a name has`:                                                        {Header: http.Header{"": {"x"}}},
		`header "X A" can't be sent: a name has`:                                                     {Header: http.Header{"X A": {"x"}}},
		`header "X-A" can't be sent: its value has`:                                                  {Header: http.Header{"X-A": {"x", "a\r\nb"}}},
		`header "X-\n" can't be sent: a name has`:                                                    {Header: http.Header{"X-\n": nil}},
		`header "X-Delete" can't be sent: its value has`:                                             {Header: http.Header{"X-Delete": {"\x7f"}}},
		`header "X-Ünicode" can't be sent: a name has`:                                               {Header: http.Header{"X-Ünicode": {"x"}}},
		`headers "X-A" and "x-a" are the same one`:                                                   {Header: http.Header{"x-a": {"1"}, "X-A": {"2"}}},
		`header "Content-Length" can't be "5, 7"`:                                                    {Header: http.Header{"Content-Length": {"5", "7"}}},
		`header "content-length" can't be "abc": it is one number of bytes`:                          {Header: http.Header{"content-length": {"abc"}}},
		`header "Content-Length" can't be "-5"`:                                                      {Header: http.Header{"Content-Length": {"-5"}}},
		`operation: the API has no operation "[redacted]"`:                                           {Operation: someKey, Drop: true},
		`has a property "[redacted]"`:                                                                {Garble: someKey},
		`header "X [redacted]" can't`:                                                                {Header: http.Header{"X " + someKey: {"x"}}},
	} {
		require.ErrorContains(t, fault.Validate(), says)
	}
	for _, fault := range []keystest.Fault{
		{Operation: "listKeys", Drop: true}, {Status: 200}, {After: true, Garble: "details"}, {Empty: true, Gzip: 1, Dribble: 5}, {Status: 204, Truncate: 5}, {Empty: true, Truncate: -1, Stall: true}, {Header: http.Header{"Content-Length": nil}}, {Status: 429, Code: "c", Message: "m", Flat: true, RetryAfter: 1}, {Header: http.Header{"X_a.1": {"a\tü\xff"}, "X-B": {""}, "Date": nil}},
	} {
		require.NoError(t, fault.Validate())
	}
}

// TestAFaultThatOnlyRemovesHeaders tests that one which finds none to remove isn't taken for one that did.
func TestAFaultThatOnlyRemovesHeaders(t *testing.T) {
	t.Parallel()
	for name, status := range map[string]int{"X-Nonexistent": 500, "date": 200, "Content-Length": 200, "Content-Type": 200, "X-Qai-Request-Id": 200} {
		mock := keystest.NewServer(t)
		mock.Inject(keystest.Fault{Header: http.Header{name: nil}})
		got, header, body, err := fetch(t, mock.HTTPClient(), mock.URL, mock.APIKey)
		require.NoError(t, err)
		assert.Equal(t, status, got, name)
		assert.NotContains(t, header, http.CanonicalHeaderKey(name))
		assert.Equal(t, status == 500, strings.Contains(body, "header: the response has none of those that are removed"), body)
	}
}

// TestEveryFieldCanBeAskedFor tests that X-Mock-Fault has all fields of a fault but four.
func TestEveryFieldCanBeAskedFor(t *testing.T) {
	t.Parallel()
	set := map[string]bool{}
	for _, text := range []string{
		"after;probability=0.5;status=429;code=c;message=m;flat;retry-after=1;gzip=1;delay=1;jitter=1;dribble=1;every=1;truncate=5;stall",
		"drop;reset", "raw=x", "body=x", "empty", "garble=details",
	} {
		fault, err := keystest.RequestedFault(http.Header{"X-Mock-Fault": {text}})
		require.NoError(t, err)
		for field, value := range reflect.ValueOf(*fault).Fields() {
			set[field.Name] = set[field.Name] || !value.IsZero()
		}
	}
	for name, isSet := range set {
		switch name {
		case "Operation", "Times", "For", "Header": // It says that it has none.
			assert.False(t, isSet, name)
		default:
			assert.True(t, isSet, "%s: ask for it here; if that isn't to be, add it to notInHeader (fault_header.go) and to the lists of what "+
				"X-Mock-Fault doesn't have in fault.go, control.yaml and docs/keysmock.md", name)
		}
	}
}

func TestSeveralHeadersOfAFault(t *testing.T) {
	t.Parallel()
	mock := keystest.NewHandler()
	r := httptest.NewRequest(http.MethodGet, "/qai/v1/keys", nil)
	r.Header = http.Header{"X-Api-Key": {mock.APIKey}, "X-Mock-Fault": {"status=429;flat", "retry-after=7"}}
	w := httptest.NewRecorder()
	mock.ServeHTTP(w, r)
	assert.Equal(t, 429, w.Code)
	assert.Equal(t, "7", w.Header().Get("Retry-After"))
}

func TestDelays(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault keystest.Fault
		made  int // How many keys there are once the client gave up.
	}{
		"before the operation": {keystest.Fault{Delay: time.Hour}, 0},
		"after the operation":  {keystest.Fault{Delay: time.Hour, After: true}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				mock := keystest.NewServer(t, keystest.WithInMemory())
				mock.Inject(c.fault)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute/2)
				defer cancel()
				_, err := mock.Client().Create(ctx, keys.CreateParams{Name: "ci"})
				require.ErrorIs(t, err, context.DeadlineExceeded)
				synctest.Wait()
				assert.Len(t, mock.Keys(), c.made)
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		client := keystest.NewServer(t, keystest.WithInMemory(), keystest.WithLatency(3*time.Second)).Client()
		start := time.Now()
		_, err := client.List(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 3*time.Second, time.Since(start))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = client.List(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		synctest.Wait()
	})
}

func TestAServerClosesThoughARequestHangs(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]keystest.Fault{
		"delayed": {Delay: time.Hour}, "without a response": {Drop: true, Stall: true}, "within its response": {Truncate: -1, Stall: true},
		"between two parts": {Dribble: 1, Every: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			failed := make(chan error, 1)
			t.Run("server", func(t *testing.T) {
				mock := keystest.NewServer(t)
				mock.Inject(fault)
				client := once(mock)
				go func() {
					_, err := client.List(context.Background())
					failed <- err
				}()
				for len(mock.Requests()) == 0 || !mock.Requests()[0].Fault {
					runtime.Gosched() // Lets the request arrive.
				}
			})
			require.Error(t, <-failed)
		})
	}
}

// FuzzMock sends requests of any shape: every response is JSON with a request ID, and a refused request changes nothing.
func FuzzMock(f *testing.F) {
	for _, seed := range []struct{ method, path, contentType, body string }{
		{"POST", "/qai/v1/keys", "application/json", `{"name":"ci","endpoints":["chat"],"spend_cap_usd":25,"rate_limit":60}`},
		{"POST", "/qai/v1/keys", "application/json; charset=utf-8", `{"name":1e400}`},
		{"POST", "/qai/v1/keys", "text/plain", `{"name":"a","x":{}}`},
		{"POST", "/qai/v1/keys", "", `{"name":"a"}{`},
		{"GET", "/qai/v1/keys", "", ""},
		{"DELETE", "/qai/v1/keys/key_01", "", ""},
		{"DELETE", "/qai/v1/keys/%2e%2e", "", "x"},
		{"PATCH", "/qai/v1/keys/%zz", "", ""},
		{"GET", "//", "", ""},
	} {
		f.Add(seed.method, seed.path, seed.contentType, seed.body)
	}
	f.Fuzz(func(t *testing.T, method, path, contentType, body string) {
		mock := keystest.NewHandler(keystest.WithKeys(1))
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		req, err := http.NewRequestWithContext(t.Context(), method, "http://localhost/"+path, nil)
		if err != nil {
			return // No client can send it.
		}
		req.Body, req.Header = io.NopCloser(&oneByOne{body}), r.Header
		req.Header.Set("Content-Type", contentType)
		req.Header.Set("X-API-Key", mock.APIKey)
		w := httptest.NewRecorder()
		mock.ServeHTTP(w, req)
		require.NotEmpty(t, w.Header().Get("X-QAI-Request-Id"))
		require.Equal(t, "application/json", w.Header().Get("Content-Type"))
		states := mock.Keys()
		switch {
		case w.Code == 200 && mock.Requests()[0].Operation == "createKey":
			require.Len(t, states, 2)
		case w.Code == 200:
			require.Len(t, states, 1)
		default:
			require.Contains(t, w.Body.String(), `"message"`)
			require.Less(t, w.Code, 500)
			require.Len(t, states, 1)
			require.False(t, states[0].Revoked)
		}
	})
}

// oneByOne reads a text byte by byte.
type oneByOne struct{ text string }

func (o *oneByOne) Read(p []byte) (int, error) {
	if o.text == "" {
		return 0, io.EOF
	}
	p[0], o.text = o.text[0], o.text[1:]
	return 1, nil
}

func TestFaultsThatAreLeft(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithUnmetFaults())
	assert.Empty(t, mock.Faults())
	mock.Inject(keystest.Fault{Operation: "listKeys", Status: 500, Times: 2}, keystest.Fault{Operation: "createKey", Status: 418}, keystest.Fault{
		Status: 503, Times: -1, Header: http.Header{"X-A": {"b"}},
	})
	for range 3 {
		_, _ = once(mock).List(t.Context())
		faults := mock.Faults()
		faults[len(faults)-1].Header.Set("X-A", "of a copy")
	}
	assert.Equal(t, []keystest.Fault{
		{Operation: "createKey", Status: 418, Times: 1}, {Status: 503, Times: -1, Header: http.Header{"X-A": {"b"}}},
	}, mock.Faults())
}

// TestAFaultWaitsForItsOperation tests that a fault that is used up takes none with it that were injected before.
func TestAFaultWaitsForItsOperation(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	mock.Inject(keystest.Fault{Operation: "listKeys", Status: 500}, keystest.Fault{Operation: "createKey", Status: 402})
	_, err := once(mock).Create(t.Context(), keys.CreateParams{Name: "ci"})
	require.ErrorIs(t, err, keys.ErrInsufficientBalance)
	_, err = once(mock).List(t.Context())
	require.ErrorIs(t, err, keys.ErrServer)
	assert.Empty(t, mock.Faults())
}

// TestAnotherBodyHasItsOwnHeaders tests that what the operation's headers say of its body isn't said of the one that replaces it.
func TestAnotherBodyHasItsOwnHeaders(t *testing.T) {
	t.Parallel()
	own := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for _, name := range []string{"Content-Encoding", "Content-Range", "Content-MD5", "Content-Digest", "Digest", "Repr-Digest", "ETag", "Last-Modified", "Trailer"} {
			w.Header().Set(name, "of another")
		}
		w.Header().Set("Content-Length", "18")
		w.Header().Set("X-A", "b")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, "the whole response")
	})
	for _, fault := range []keystest.Fault{{After: true, Body: "{}"}, {After: true, Body: strings.Repeat(" ", 100)}} {
		w := httptest.NewRecorder()
		fault.Serve(w, httptest.NewRequest(http.MethodGet, "/", nil), own)
		assert.Equal(t, http.StatusCreated, w.Code)
		assert.Equal(t, fault.Body, w.Body.String())
		w.Header().Del("Content-Length")
		assert.Equal(t, http.Header{"X-A": {"b"}, "Content-Type": {"application/json"}}, w.Header())
	}
}

// TestAFaultHoldsNothing tests that a client gets each part of a response before the operation writes the next, and that an operation
// without an end is ended where the fault says.
func TestAFaultHoldsNothing(t *testing.T) {
	t.Parallel()
	parts := func(w http.ResponseWriter, n int) (written int) {
		for range n {
			if _, err := io.WriteString(w, "0123456789"); err != nil {
				return written
			}
			written++
		}
		return written
	}
	for _, c := range []struct {
		first string // What a client gets of the first part.
		fault keystest.Fault
	}{
		{"0123456789", keystest.Fault{Header: http.Header{"X-A": {"b"}}}},
		{"0123456789", keystest.Fault{After: true, Delay: 1}},
		{"01234", keystest.Fault{Truncate: 5}},
		{"", keystest.Fault{Truncate: -1}},
	} {
		w := httptest.NewRecorder()
		written := 0
		serve := func() {
			c.fault.Serve(w, httptest.NewRequest(http.MethodGet, "/", nil), http.HandlerFunc(func(fw http.ResponseWriter, _ *http.Request) {
				written = parts(fw, 1)
				assert.Equal(t, c.first, w.Body.String())
				written += parts(fw, 1000)
			}))
		}
		if c.fault.Truncate != 0 {
			assert.PanicsWithValue(t, http.ErrAbortHandler, serve)
			assert.LessOrEqual(t, written, 1)
			assert.Equal(t, "close", w.Header().Get("Connection"), "also if the body is shorter")
		} else {
			serve()
			assert.Equal(t, 1001, written)
		}
		assert.Equal(t, c.fault.Header["X-A"], w.Header()["X-A"])
	}
}

// TestFaultsOfAnotherServer tests that a fault can be played in front of any handler.
func TestFaultsOfAnotherServer(t *testing.T) {
	t.Parallel()
	own := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "the whole response") })
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch fault, err := keystest.RequestedFault(r.Header); {
		case err != nil:
			http.Error(w, err.Error(), http.StatusTeapot)
		case fault != nil:
			fault.Serve(w, r, own)
		default:
			own.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	for header, want := range map[string]string{
		"":                           "200 the whole response",
		"status=429;retry-after=7":   `429 {"error":{"code":"rate_limit","message":"injected by the test","type":"rate_limit"}}` + "\n",
		"after;status=500;message=m": `500 {"error":{"code":"internal","message":"m","type":"internal"}}` + "\n",
		"truncate=9":                 "200 the whole",
		"stauts=1":                   `418 X-Mock-Fault: there is no "stauts": use after, body, code, delay, dribble, drop, empty, every, flat, garble, gzip, jitter, message, probability, raw, reset, retry-after, stall, status, truncate` + "\n",
		" ":                          "418 X-Mock-Fault: it is empty: say what goes wrong, like drop, or leave it out\n",
		"status=42":                  "418 X-Mock-Fault: status 42 isn't from 200 to 599\n",
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
		require.NoError(t, err)
		if header != "" {
			req.Header.Set("X-Mock-Fault", header)
		}
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err, header)
		body, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		assert.Equal(t, want, strconv.Itoa(resp.StatusCode)+" "+string(body), header)
	}
}
