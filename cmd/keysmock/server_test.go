package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/qaikeys/qaikeys/wrapper/memnet"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// serveKeys returns what keysmock serves, with keys, a response that has nothing, and interim responses without an end.
func serveKeys(keys int, latency time.Duration) http.Handler {
	mock := keystest.NewHandler(keystest.WithAPIKey("qai_x"), keystest.WithKeys(keys), keystest.WithLatency(latency))
	mux := http.NewServeMux()
	mux.Handle("/", routes(mock, new(clock), guard{}))
	mux.HandleFunc("/nothing", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/interim", func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			w.WriteHeader(http.StatusEarlyHints)
		}
	})
	return mux
}

// connect serves a handler in memory, in a bubble, and connects to it. The channel is closed when the server closes the connection.
func connect(t *testing.T, handler http.Handler, latency time.Duration) (net.Conn, <-chan struct{}) {
	t.Helper()
	listener := memnet.Listen()
	server := newServer(handler, latency, slog.New(slog.DiscardHandler))
	closed := make(chan struct{})
	server.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			close(closed)
		}
	}
	server.Protocols = new(http.Protocols)
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	go func() { _ = server.Serve(listener) }()
	conn, err := listener.Dial(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = conn.Close()
		_ = server.Close()
		<-closed
	})
	return conn, closed
}

// request is a request of HTTP/1.1, without the empty line at the end of its headers.
func request(method, path string, headers ...string) string {
	return fmt.Sprintf("%s %s HTTP/1.1\r\nHost: localhost\r\nX-API-Key: qai_x\r\n%s", method, path, strings.Join(append(headers, ""), "\r\n"))
}

const empty = "\r\n"

// TestAClientThatStalls tests that its connection is closed after a time, and not before.
func TestAClientThatStalls(t *testing.T) {
	t.Parallel()
	body := request("POST", "/qai/v1/keys", "Content-Length: 100") + empty + `{"name":`
	for _, test := range []struct {
		name, sends string
		pulse       string // Sent every second.
		reads       bool
		latency     time.Duration
		want        time.Duration
	}{
		{"it sends nothing", "", "", true, 0, 30 * time.Second},
		{"its headers don't end", request("GET", "/healthz"), "X-A: b\r\n", true, 0, 30 * time.Second},
		{"its headers don't end, and responses are late", request("GET", "/healthz"), "X-A: b\r\n", true, time.Hour, 30 * time.Second},
		{"its body doesn't end", body, " ", true, 0, 30 * time.Second},
		{"its unread body doesn't end", strings.Replace(body, "qai_x", "unknown", 1), "", true, 0, 30 * time.Second},
		{"the body that a GET has doesn't end", strings.Replace(body, "POST", "GET", 1), "", true, 0, 30 * time.Second},
		{"it doesn't read a list", request("GET", "/qai/v1/keys") + empty, "", false, 0, 5 * time.Minute},
		{"it doesn't read a short response", request("GET", "/healthz") + empty, "", false, 0, 5 * time.Minute},
		{"it doesn't read a response without a body", request("GET", "/nothing") + empty, "", false, 0, 5 * time.Minute},
		{"it doesn't read interim responses", request("GET", "/interim") + empty, "", false, 0, 5 * time.Minute},
		{"it doesn't read frames of HTTP/2", http2.ClientPreface + "\x00\x00\x00\x04\x00\x00\x00\x00\x00", "", false, 0, 5 * time.Minute},
		{"it doesn't read an error", request("GET", "/elsewhere") + empty, "", false, 0, 5 * time.Minute},
		{"it doesn't read a fault's body", request("GET", "/qai/v1/keys", "X-Mock-Fault: body="+strings.Repeat("x", 20_000)) + empty, "", false, 0, 5 * time.Minute},
		{"it sends requests and reads no response", strings.Repeat(request("GET", "/healthz")+empty, 100), "", false, 0, 5 * time.Minute},
		{"it is idle", request("GET", "/healthz") + empty, "", true, 0, 2 * time.Minute},
		{"it is idle after a mint", request("POST", "/qai/v1/keys", "Content-Type: application/json", "Content-Length: 12") + empty + `{"name":"a"}`, "", true, 0, 2 * time.Minute},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				conn, closed := connect(t, serveKeys(1_000, test.latency), test.latency)
				begin := time.Now()
				var group sync.WaitGroup
				if test.reads {
					group.Go(func() { _, _ = io.Copy(io.Discard, conn) })
				}
				group.Go(func() {
					_, err := io.WriteString(conn, test.sends)
					for err == nil && test.pulse != "" {
						time.Sleep(time.Second)
						_, err = io.WriteString(conn, test.pulse)
					}
				})
				<-closed
				took := time.Since(begin)
				_ = conn.Close()
				group.Wait()
				assert.GreaterOrEqual(t, took, test.want)
				assert.LessOrEqual(t, took, test.want+time.Second, "Go 1.27 waits a moment before it closes, so that the client can read the response")
			})
		})
	}
}

// TestAClientThatIsSlow tests that one that reads gets a response however long it takes.
func TestAClientThatIsSlow(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("x", 60_000)
	for name, test := range map[string]struct {
		headers []string
		want    string
	}{
		"a list":       {nil, "]}\n"},
		"a large body": {[]string{"X-Mock-Fault: body=" + large}, large},
	} {
		synctest.Test(t, func(t *testing.T) {
			conn, _ := connect(t, serveKeys(2_000, 0), 0)
			begin := time.Now()
			_, err := io.WriteString(conn, request("GET", "/qai/v1/keys", append(test.headers, "Connection: close")...)+empty)
			require.NoError(t, err)
			var slow readerFunc = func(p []byte) (int, error) {
				time.Sleep(30 * time.Second)
				return conn.Read(p[:min(len(p), 4_096)])
			}
			resp, err := http.ReadResponse(bufio.NewReader(slow), nil)
			require.NoError(t, err)
			body, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			assert.True(t, strings.HasSuffix(string(body), test.want), name)
			assert.Greater(t, time.Since(begin), 6*time.Minute, name)
		})
	}
}

// TestHowMuchWaitsForASlowReader tests that the operating system buffers little of a response: the server is told that a client
// reads once much of what is buffered has been read, and has to be told in time.
func TestHowMuchWaitsForASlowReader(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		addr string
		tls  bool
	}{
		"TCP":           {"127.0.0.1:0", false},
		"TLS":           {"127.0.0.1:0", true},
		"a unix socket": {"unix:" + filepath.Join(t.TempDir(), "mock.sock"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			listener, err := listen(t.Context(), test.addr)
			require.NoError(t, err)
			t.Cleanup(func() { _ = listener.Close() })
			var taken atomic.Int64
			waits := make(chan struct{})
			server := newServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				time.AfterFunc(100*time.Millisecond, func() { close(waits) }) // Time to fill many megabytes.
				for part := make([]byte, 4<<10); taken.Load() < 32<<20; {
					n, err := w.Write(part)
					if taken.Add(int64(n)); err != nil {
						return
					}
				}
			}), 0, slog.New(slog.DiscardHandler))
			serve := server.Serve
			if test.tls {
				certificate, _, remove, err := makeCertificate()
				require.NoError(t, err)
				t.Cleanup(remove)
				server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
				serve = func(l net.Listener) error { return server.ServeTLS(l, "", "") }
			}
			go func() { _ = serve(listener) }()
			t.Cleanup(func() { _ = server.Close() })
			addr := listener.Addr()
			conn, err := new(net.Dialer).DialContext(t.Context(), addr.Network(), addr.String())
			require.NoError(t, err)
			t.Cleanup(func() { _ = conn.Close() })
			small, _ := conn.(interface{ SetReadBuffer(bytes int) error })
			require.NoError(t, small.SetReadBuffer(4<<10))
			if test.tls {
				conn = tls.Client(conn, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12})
			}
			_, err = io.WriteString(conn, request("GET", "/")+empty)
			require.NoError(t, err)
			<-waits
			assert.NotZero(t, taken.Load())
			assert.Less(t, taken.Load(), int64(128<<10))
		})
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestALongDelay tests that the mock may take its time, whatever the request was, and that the connection can be used again.
func TestALongDelay(t *testing.T) {
	t.Parallel()
	mint := []string{"Content-Type: application/json", "Content-Length: 12"}
	large := "Content-Length: 20012"
	for name, test := range map[string]struct {
		sends   string
		latency time.Duration
	}{
		"a list":        {request("GET", "/qai/v1/keys", "X-Mock-Fault: delay=3600") + empty, 0},
		"a mint":        {request("POST", "/qai/v1/keys", append(mint, "X-Mock-Fault: delay=3600")...) + empty + `{"name":"a"}`, 0},
		"a mint, after": {request("POST", "/qai/v1/keys", append(mint, "X-Mock-Fault: delay=3600;after")...) + empty + `{"name":"a"}`, 0},
		"a large mint":  {request("POST", "/qai/v1/keys", mint[0], large) + empty + `{"name":"a"}` + strings.Repeat(" ", 20_000), time.Hour},
	} {
		synctest.Test(t, func(t *testing.T) {
			conn, _ := connect(t, serveKeys(1, test.latency), test.latency)
			reader := bufio.NewReader(conn)
			for range 2 {
				begin := time.Now()
				go func() { _, _ = io.WriteString(conn, test.sends) }()
				resp, err := http.ReadResponse(reader, nil)
				require.NoError(t, err, name)
				_, err = io.Copy(io.Discard, resp.Body)
				require.NoError(t, err)
				assert.Equal(t, 200, resp.StatusCode, name)
				assert.Equal(t, time.Hour, time.Since(begin), name)
				time.Sleep(time.Minute)
			}
		})
	}
}

// TestLargeHeaders tests that a request can't have headers of any size.
func TestLargeHeaders(t *testing.T) {
	t.Parallel()
	for size, want := range map[int]int{60 << 10: 200, 80 << 10: 431} {
		synctest.Test(t, func(t *testing.T) {
			conn, _ := connect(t, serveKeys(1, 0), 0)
			go func() {
				_, _ = io.WriteString(conn, request("GET", "/qai/v1/keys", "X-Large: "+strings.Repeat("x", size))+empty)
			}()
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			require.NoError(t, err)
			assert.Equal(t, want, resp.StatusCode)
			_ = conn.Close()
		})
	}
}

// TestStreamsOfAConnection tests that an HTTP/2 connection can have a hundred requests at a time, and that one whose response
// isn't read ends after a time.
func TestStreamsOfAConnection(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		conn, _ := connect(t, serveKeys(100, 0), 0)
		begin := time.Now()
		var group sync.WaitGroup
		defer group.Wait()
		defer func() { _ = conn.Close() }()
		framer := http2.NewFramer(conn, conn)
		group.Go(func() {
			_, _ = io.WriteString(conn, http2.ClientPreface)
			_ = framer.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 0})
			_ = framer.WriteSettingsAck()
			for i := range maxStreams + 1 {
				var block bytes.Buffer
				encoder := hpack.NewEncoder(&block)
				for _, field := range [][2]string{
					{":method", "GET"}, {":scheme", "http"}, {":authority", "localhost"}, {":path", "/qai/v1/keys"}, {"x-api-key", "qai_x"},
				} {
					_ = encoder.WriteField(hpack.HeaderField{Name: field[0], Value: field[1]})
				}
				_ = framer.WriteHeaders(http2.HeadersFrameParam{StreamID: uint32(2*i + 1), BlockFragment: block.Bytes(), EndStream: true, EndHeaders: true})
			}
		})
		announced, refused, ended := uint32(0), 0, 0
		for refused+ended <= maxStreams {
			frame, err := framer.ReadFrame()
			require.NoError(t, err)
			switch frame := frame.(type) {
			case *http2.SettingsFrame:
				if value, ok := frame.Value(http2.SettingMaxConcurrentStreams); ok {
					announced = value
				}
			case *http2.RSTStreamFrame:
				if frame.ErrCode == http2.ErrCodeRefusedStream || frame.ErrCode == http2.ErrCodeProtocol {
					refused++
					assert.Zero(t, time.Since(begin), "at once")
				} else {
					ended++
					assert.Equal(t, 5*time.Minute, time.Since(begin))
				}
			}
		}
		assert.EqualValues(t, maxStreams, announced)
		assert.Equal(t, 1, refused)
	})
}
