package keystest_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/qaikeys/qaikeys/wrapper/memnet"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fetch sends a GET for the list of keys, and returns the status, the headers and as much of the body as arrives.
func fetch(t *testing.T, client *http.Client, url, apiKey string) (status int, header http.Header, body string, err error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/qai/v1/keys", nil)
	require.NoError(t, err)
	req.Header = http.Header{"X-Api-Key": {apiKey}, "Accept-Encoding": {"identity"}}
	resp, err := client.Do(req)
	if err != nil {
		return 0, nil, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	read, err := io.ReadAll(resp.Body)
	return resp.StatusCode, resp.Header, string(read), err
}

// TestAStall tests that a client waits for the rest until it gives up, and that the mock then stops, too.
func TestAStall(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault keystest.Fault
		made  int
	}{
		"before the operation": {keystest.Fault{Drop: true, Stall: true}, 0},
		"after the operation":  {keystest.Fault{Drop: true, Stall: true, After: true}, 1},
		"after the headers":    {keystest.Fault{Truncate: -1, Stall: true}, 1},
		"within the body":      {keystest.Fault{Truncate: 30, Stall: true}, 1},
		"after the body":       {keystest.Fault{Body: "[", Status: 200, Truncate: 1, Stall: true, Header: http.Header{"Content-Length": {"2"}}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				mock := keystest.NewServer(t, keystest.WithInMemory())
				client := mock.Client()
				mock.Inject(c.fault)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute/2)
				defer cancel()
				start := time.Now()
				_, err := client.Create(ctx, keys.CreateParams{Name: "ci"})
				require.ErrorIs(t, err, context.DeadlineExceeded)
				assert.Equal(t, time.Minute/2, time.Since(start))
				synctest.Wait()
				assert.Len(t, mock.Keys(), c.made)
			})
		})
	}
}

// TestAReset tests that the connection ends with an RST, which a client tells from a connection that is closed.
func TestAReset(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault keystest.Fault
		made  int
		body  string
	}{
		"before the operation":  {keystest.Fault{Drop: true, Reset: true}, 0, ""},
		"after the operation":   {keystest.Fault{Drop: true, Reset: true, After: true}, 1, ""},
		"after the headers":     {keystest.Fault{Truncate: -1, Reset: true}, 1, ""},
		"within the body":       {keystest.Fault{Truncate: 7, Reset: true}, 1, `{"detai`},
		"after what isn't HTTP": {keystest.Fault{Raw: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[", Reset: true}, 0, "["},
	} {
		for _, start := range []func(http.Handler) *httptest.Server{httptest.NewServer, httptest.NewTLSServer} {
			mock := keystest.NewHandler()
			mock.Inject(c.fault)
			server := start(mock)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/qai/v1/keys", bytes.NewBufferString(`{"name":"ci"}`))
			require.NoError(t, err)
			req.Header = http.Header{"X-Api-Key": {mock.APIKey}, "Content-Type": {"application/json"}}
			resp, err := server.Client().Do(req)
			if err == nil {
				var body []byte
				body, err = io.ReadAll(resp.Body)
				_ = resp.Body.Close()
				assert.Equal(t, c.body, string(body), name)
			}
			require.ErrorIs(t, err, syscall.ECONNRESET, name)
			assert.Len(t, mock.Keys(), c.made, name)
			server.Close()
		}
	}
}

// TestAResetAfterTheResponse tests that the response arrives to its end, as the fault makes it, before the RST.
func TestAResetAfterTheResponse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault keystest.Fault
		body  string
	}{
		"the operation's own": {keystest.Fault{Reset: true}, `{"keys":[]}`},
		"in parts":            {keystest.Fault{Reset: true, Dribble: 4}, `{"keys":[]}`},
		"with another header": {keystest.Fault{Reset: true, Header: http.Header{"X-A": {"b"}}}, `{"keys":[]}`},
		"another":             {keystest.Fault{Reset: true, After: true, Body: "hello"}, "hello"},
		"no body":             {keystest.Fault{Reset: true, Status: http.StatusNoContent}, ""},
	} {
		mock := keystest.NewServer(t)
		mock.Inject(c.fault)
		conn := dial(t, mock)
		_, err := io.WriteString(conn, "GET /qai/v1/keys HTTP/1.1\r\nHost: localhost\r\nX-API-Key: "+mock.APIKey+"\r\n\r\n")
		require.NoError(t, err)
		buffered := bufio.NewReader(conn)
		resp, err := http.ReadResponse(buffered, nil)
		require.NoError(t, err, name)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err, name)
		assert.Equal(t, c.body, strings.TrimSpace(string(body)), name)
		_ = resp.Body.Close()
		_, err = buffered.ReadByte()
		require.ErrorIs(t, err, syscall.ECONNRESET, name)
	}
}

func dial(t *testing.T, mock *keystest.Server) net.Conn {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", mock.URL[len("http://"):])
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// TestRawBytes tests that exactly these come back, and then the end of the connection.
func TestRawBytes(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		mock := keystest.NewServer(t)
		mock.Inject(keystest.Fault{Raw: "220 smtp.example ESMTP\r\n", After: after})
		conn := dial(t, mock)
		_, err := io.WriteString(conn, "POST /qai/v1/keys HTTP/1.1\r\nHost: localhost\r\nX-API-Key: "+mock.APIKey+
			"\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n"+`{"name":"ci"}`)
		require.NoError(t, err)
		read, err := io.ReadAll(conn)
		require.NoError(t, err)
		assert.Equal(t, "220 smtp.example ESMTP\r\n", string(read))
		assert.Equal(t, after, len(mock.Keys()) == 1, "whether the operation took effect")
		assert.Zero(t, mock.Requests()[0].Status)
	}
}

// TestFaultsOverHTTP2 tests that one which needs a connection of its own says so, before the operation takes effect.
func TestFaultsOverHTTP2(t *testing.T) {
	t.Parallel()
	mock := keystest.NewHandler()
	server := httptest.NewUnstartedServer(mock)
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	for _, fault := range []keystest.Fault{{Raw: "x", After: true}, {Reset: true}, {Drop: true, Reset: true, After: true}} {
		mock.Inject(fault)
		status, _, body, err := fetch(t, server.Client(), server.URL, mock.APIKey)
		require.NoError(t, err)
		assert.Equal(t, 500, status)
		assert.Contains(t, body, "the injected Fault is invalid: raw and reset need a connection of HTTP/1")
	}
	for _, fault := range []keystest.Fault{{Drop: true}, {Truncate: -1}} {
		mock.Inject(fault)
		_, _, _, err := fetch(t, server.Client(), server.URL, mock.APIKey)
		require.ErrorContains(t, err, "INTERNAL_ERROR", "a stream ends with RST_STREAM")
	}
	mock.Inject(keystest.Fault{Dribble: 3})
	_, _, body, err := fetch(t, server.Client(), server.URL, mock.APIKey)
	require.NoError(t, err)
	assert.JSONEq(t, `{"keys":[]}`, body)
}

// TestADribble tests that a body comes in parts with a time between them.
func TestADribble(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault keystest.Fault
		takes time.Duration
		want  string
	}{
		{keystest.Fault{Body: "0123456789", Dribble: 4, Every: time.Second}, 2 * time.Second, "0123456789"},
		{keystest.Fault{Body: "01234567", Dribble: 4, Every: time.Second}, time.Second, "01234567"},
		{keystest.Fault{Body: "0123456789", Dribble: 1 << 62, Every: time.Second}, 0, "0123456789"},
		{keystest.Fault{Body: "0123456789", Dribble: 1}, 0, "0123456789"},
		{keystest.Fault{Body: "0123456789", Dribble: 2, Every: time.Second, Truncate: 5}, 2 * time.Second, "01234"},
		{keystest.Fault{Body: "0123456789", Dribble: 5, Every: time.Second, Delay: time.Minute}, time.Minute + time.Second, "0123456789"},
	} {
		synctest.Test(t, func(t *testing.T) {
			mock, client := inMemory(t)
			mock.Inject(c.fault)
			start := time.Now()
			_, header, body, err := fetch(t, client, "http://localhost", mock.APIKey)
			assert.Equal(t, c.takes, time.Since(start), "%+v", c.fault)
			assert.Equal(t, c.want, body)
			assert.Equal(t, c.fault.Truncate == 0, err == nil)
			assert.Equal(t, len(c.fault.Body), len(c.fault.Body)*len(header["Content-Length"]), "the length is known")
		})
	}
	synctest.Test(t, func(t *testing.T) {
		mock := keystest.NewServer(t, keystest.WithInMemory())
		client := mock.Client()
		mock.Inject(keystest.Fault{Dribble: 1, Every: time.Hour})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute/2)
		defer cancel()
		_, err := client.List(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		synctest.Wait() // The mock stops, too: otherwise the bubble doesn't end.
	})
}

func TestACompressedBody(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault  keystest.Fault
		coding []string
		times  int
	}{
		{keystest.Fault{Gzip: 1}, []string{"gzip"}, 1},
		{keystest.Fault{Gzip: 2}, []string{"gzip, gzip"}, 2},
		{keystest.Fault{Gzip: 2, Header: http.Header{"Content-Encoding": {"gzip"}}}, []string{"gzip"}, 2},
		{keystest.Fault{Gzip: 1, Header: http.Header{"Content-Encoding": nil}}, nil, 1},
		{keystest.Fault{Header: http.Header{"Content-Encoding": {"gzip"}}}, []string{"gzip"}, 0},
		{keystest.Fault{Gzip: 10, Status: 500, Body: `{"keys":[]}` + "\n"}, []string{strings.Repeat("gzip, ", 9) + "gzip"}, 10},
	} {
		mock := keystest.NewServer(t)
		mock.Inject(c.fault)
		_, header, body, err := fetch(t, http.DefaultClient, mock.URL, mock.APIKey)
		require.NoError(t, err)
		assert.Equal(t, c.coding, header["Content-Encoding"])
		for range c.times {
			r, err := gzip.NewReader(bytes.NewBufferString(body))
			require.NoError(t, err)
			plain, err := io.ReadAll(r)
			require.NoError(t, err)
			body = string(plain)
		}
		assert.JSONEq(t, `{"keys":[]}`, body)
	}
}

// TestAGarbledProperty tests that a property has a wrong type, and that the rest of the response, with a new secret, is as it was.
func TestAGarbledProperty(t *testing.T) {
	t.Parallel()
	secret := regexp.MustCompile(`"key":"qai_k_[0-9a-f]{64}"`)
	for property, garbled := range map[string]string{
		"details":       `{"details":"garbled","key"`,
		"details.name":  `"name":["garbled"]`,
		"details.scope": `"scope":"garbled"`,
		"details.id":    `"id":["garbled"]`,
	} {
		mock := keystest.NewServer(t, keystest.WithSeed(1))
		plain := ask(keystest.NewHandler(keystest.WithSeed(1)), http.MethodPost, "/qai/v1/keys", `{"name":"ci","endpoints":["chat"]}`)
		mock.Inject(keystest.Fault{Operation: keys.OperationCreateKey, Garble: property})
		w := ask(mock.Handler, http.MethodPost, "/qai/v1/keys", `{"name":"ci","endpoints":["chat"]}`)
		assert.Equal(t, 200, w.Code)
		assert.Contains(t, w.Body.String(), garbled)
		assert.Equal(t, secret.FindString(plain.Body.String()), secret.FindString(w.Body.String()), "the secret is whole")
	}

	mock := keystest.NewServer(t)
	mock.Inject(keystest.Fault{Garble: "details"}, keystest.Fault{Garble: "details.name"})
	created, err := once(mock).Create(t.Context(), keys.CreateParams{Name: "ci"})
	require.ErrorIs(t, err, keys.ErrDecode)
	assert.False(t, created.Key.IsZero(), "the client finds the secret")
	var meta keys.Meta
	created, err = once(mock).Create(t.Context(), keys.CreateParams{Name: "ci"}, keys.CaptureMeta(&meta))
	require.NoError(t, err)
	assert.Equal(t, "key_02", created.Details.ID)
	require.ErrorIs(t, meta.Malformed, keys.ErrDecode)

	mock.Inject(keystest.Fault{Garble: "keys.name"})
	_, err = once(mock).List(t.Context())
	require.ErrorContains(t, err, "keys[0].name is a JSON array", "each key of the list")
	require.ErrorContains(t, err, "keys[1].name is a JSON array")
}

// TestAPropertyThatIsNotThere tests that a fault which garbles nothing isn't taken for one that does.
func TestAPropertyThatIsNotThere(t *testing.T) {
	t.Parallel()
	for fault, says := range map[*keystest.Fault]string{
		{Garble: "detail"}: `garble: no response of the API has a property "detail"`,
		{Garble: "key", Operation: keys.OperationListKeys}: `garble: no response of listKeys has a property "key"`,
		{Garble: "details."}:     `garble: no response of the API has a property "details."`,
		{Garble: "details.id.x"}: `has a property "details.id.x"`,
	} {
		assert.ErrorContains(t, fault.Validate(), says)
	}
	for _, property := range []string{"details", "keys.name"} { // A list has none, or is empty.
		mock := keystest.NewHandler()
		mock.Inject(keystest.Fault{Garble: property})
		w := ask(mock, http.MethodGet, "/qai/v1/keys", "")
		assert.Equal(t, 500, w.Code)
		assert.Contains(t, w.Body.String(), `garble: the response has no property \"`+property+`\"`)
	}
	html := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"keys":<html>`) })
	w := httptest.NewRecorder()
	(&keystest.Fault{Garble: "keys"}).Serve(w, httptest.NewRequest(http.MethodGet, "/", nil), html)
	assert.Equal(t, 500, w.Code)
	assert.Contains(t, w.Body.String(), "garble: the response isn't JSON")
}

// inMemory runs a mock in memory, where virtual time passes.
func inMemory(t *testing.T) (*keystest.Handler, *http.Client) {
	t.Helper()
	mock, listener := keystest.NewHandler(), memnet.Listen()
	server := &http.Server{Handler: mock, ReadHeaderTimeout: time.Hour}
	go func() { _ = server.Serve(listener) }()
	transport := listener.Transport()
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
	})
	return mock, &http.Client{Transport: transport}
}

// TestAConnectionThatIsNotOfTCP tests that it ends all the same.
func TestAConnectionThatIsNotOfTCP(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mock, client := inMemory(t)
		mock.Inject(keystest.Fault{Drop: true, Reset: true}, keystest.Fault{Raw: "nonsense\r\n\r\n"})
		_, _, _, err := fetch(t, client, "http://localhost", mock.APIKey)
		require.ErrorIs(t, err, io.EOF)
		_, _, _, err = fetch(t, client, "http://localhost", mock.APIKey)
		require.ErrorContains(t, err, `malformed HTTP response "nonsense"`)
	})
}

// TestTheLengthOfAChangedBody tests that a response keeps its length only while it has its body.
func TestTheLengthOfAChangedBody(t *testing.T) {
	t.Parallel()
	own := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "25")
		_, _ = io.WriteString(w, `{"details":{"id":"key_1"}}`[:25])
	})
	for _, fault := range []*keystest.Fault{{Body: "short", After: true}, {Empty: true, After: true}, {Gzip: 1}, {Header: http.Header{"X-A": {"b"}}}} {
		w := httptest.NewRecorder()
		fault.Serve(w, httptest.NewRequest(http.MethodGet, "/", nil), own)
		assert.Equal(t, strconv.Itoa(w.Body.Len()), w.Header().Get("Content-Length"), "%+v", fault)
	}
}

// TestAnInterimResponseIsNotHeld tests that a fault which needs the whole response takes none for it that comes before.
func TestAnInterimResponseIsNotHeld(t *testing.T) {
	t.Parallel()
	own := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusCreated)
	})
	for _, fault := range []*keystest.Fault{{Gzip: 1}, {Body: "{}", After: true}} {
		w := httptest.NewRecorder()
		fault.Serve(w, httptest.NewRequest(http.MethodGet, "/", nil), own)
		assert.Equal(t, http.StatusCreated, w.Code, "%+v", fault)
	}
}
