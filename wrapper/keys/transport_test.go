package keys_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var discardLog = log.New(io.Discard, "", 0)

func TestNoRedirectIsFollowed(t *testing.T) {
	t.Parallel()
	var followed atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed.Add(1) }))
	t.Cleanup(other.Close)
	for _, status := range []int{300, 301, 302, 303, 304, 305, 307, 308} {
		for _, location := range []string{other.URL, "/elsewhere", "", "http://%zz", "::"} {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/elsewhere" {
					followed.Add(1)
				}
				w.Header().Set("Location", location)
				w.WriteHeader(status)
			}))
			follows := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return nil }}
			client, err := keys.New(credential, keys.WithBaseURL(server.URL), keys.WithHTTPClient(follows))
			require.NoError(t, err)
			for name, call := range map[string]func(context.Context, *keys.Client) error{"create": create, "list": list, "revoke": revoke} {
				err := call(t.Context(), client)
				var apiErr *keys.Error
				require.ErrorAs(t, err, &apiErr, "%s %d to %q", name, status, location)
				assert.Equal(t, status, apiErr.StatusCode)
				assert.Equal(t, name == "create" && status < 307, errors.Is(err, keys.ErrOutcomeUnknown), "%s %d: it may follow the execution of a POST", name, status)
			}
			server.Close()
		}
	}
	assert.Zero(t, followed.Load())
}

func TestABombIsBoundedAfterDecompression(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, _ = io.WriteString(zip, `{"status":"ok","keys":[`+keyA+`,{"id":"b","name":"`+strings.Repeat("x", 12<<20))
	require.NoError(t, zip.Close())
	require.Less(t, packed.Len(), 1<<20)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed.Bytes())
	}))
	t.Cleanup(server.Close)
	client, err := keys.New(credential, keys.WithBaseURL(server.URL), keys.WithHTTPClient(server.Client()))
	require.NoError(t, err)
	for name, call := range map[string]func(context.Context, *keys.Client) error{"create": create, "list": list, "revoke": revoke} {
		err := call(t.Context(), client)
		require.ErrorIs(t, err, keys.ErrDecode, name)
		assert.ErrorContains(t, err, "too large", name)
	}
}

func TestErrorsDoNotTellURLs(t *testing.T) {
	t.Parallel()
	_, err := newClient(t, new(script).thenFail(errLost)).Revoke(t.Context(), "some-id")
	require.ErrorIs(t, err, errLost)
	var urlErr *url.Error
	assert.NotErrorAs(t, err, &urlErr)
	assert.NotContains(t, err.Error(), "some-id")
	assert.Equal(t, "keys: revokeKey: connection lost", err.Error())
}

func TestErrorsOfTheTransportAreRedacted(t *testing.T) {
	t.Parallel()
	leaky := &leakyError{"malformed HTTP response \"" + secret + "\" for " + credential}
	err := create(t.Context(), newClient(t, new(script).thenFail(leaky)))
	require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
	assert.ErrorContains(t, err, `malformed HTTP response "[redacted]" for [redacted]`)
	require.ErrorIs(t, err, leaky)
	assert.NotErrorAs(t, err, new(*leakyError), "what it wraps is printed too")
	assertNoSecret(t, err, secret, credential)
}

type leakyError struct{ text string }

func (e *leakyError) Error() string { return e.text }

func TestHTTPWhereTLSIsExpected(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	client, err := keys.New(credential, keys.WithBaseURL("https"+server.URL[len("http"):]))
	require.NoError(t, err)
	var meta keys.Meta
	_, err = client.Create(t.Context(), keys.CreateParams{Name: "ci"}, keys.CaptureMeta(&meta))
	require.Error(t, err)
	assert.NotErrorIs(t, err, keys.ErrOutcomeUnknown)
	assert.Equal(t, 1, meta.Attempts)
}

func TestTheCallersTimeoutHolds(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(release) })
	client, err := keys.New(credential, keys.WithBaseURL(server.URL), keys.WithHTTPClient(&http.Client{Timeout: time.Millisecond}))
	require.NoError(t, err)
	err = create(t.Context(), client)
	require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
}

// TestConnectionsAreReused by all calls but those that mint a lasting key.
func TestConnectionsAreReused(t *testing.T) {
	t.Parallel()
	var conns atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodPost:
			_, _ = io.WriteString(w, benchEphemeral)
		case http.MethodGet:
			_, _ = io.WriteString(w, listed)
		default:
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"error":{"message":"m"}}`)
		}
	}))
	server.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context { conns.Add(1); return ctx }
	server.Start()
	t.Cleanup(server.Close)
	client, err := keys.New(credential, keys.WithBaseURL(server.URL), keys.WithHTTPClient(server.Client()))
	require.NoError(t, err)
	for range 5 {
		_, err := client.CreateEphemeral(t.Context(), keys.EphemeralParams{UserRef: "u"})
		require.NoError(t, err)
		require.NoError(t, list(t.Context(), client))
		require.ErrorIs(t, revoke(t.Context(), client), keys.ErrNotFound)
	}
	assert.Equal(t, int32(1), conns.Load())
}

// TestManyShareTheirConnections by a client that keeps to the defaults, however many calls there are at once.
func TestManyShareTheirConnections(t *testing.T) {
	t.Parallel()
	var connections atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, benchEphemeral) }))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	client, err := keys.New(credential, keys.WithBaseURL(server.URL))
	require.NoError(t, err)
	const goroutines, mints = 64, 20
	var running sync.WaitGroup
	for range goroutines {
		running.Go(func() {
			for range mints {
				_, err := client.CreateEphemeral(t.Context(), keys.EphemeralParams{UserRef: "u"})
				assert.NoError(t, err)
			}
		})
	}
	running.Wait()
	assert.LessOrEqual(t, connections.Load(), int64(2*goroutines), "of %d requests", goroutines*mints)
}

// TestNoSecretIsPrintedByTheTransport, which logs what an idle connection of HTTP/1 has to say.
func TestNoSecretIsPrintedByTheTransport(t *testing.T) { //nolint:paralleltest // It sets the standard logger's output.
	var logged bytes.Buffer
	standard := log.Writer()
	log.SetOutput(&logged)
	t.Cleanup(func() { log.SetOutput(standard) })
	mints := map[string]func(context.Context, *keys.Client) error{
		"create": create,
		"rotate": func(ctx context.Context, c *keys.Client) error {
			_, err := c.Rotate(ctx, "key_01", keys.RotateParams{})
			return err
		},
		"partner": func(ctx context.Context, c *keys.Client) error {
			_, err := c.CreatePartner(ctx, benchPartner)
			return err
		},
	}
	whole := "HTTP/1.1 200 OK\r\nContent-Length: " + strconv.Itoa(len(minted)) + "\r\n\r\n" + minted
	for name, answer := range map[string]string{
		"a body after a 204":     "HTTP/1.1 204 No Content\r\n\r\n" + minted,
		"a short Content-Length": "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}" + minted,
		"two responses":          whole + whole,
		"a secret after a 429":   "HTTP/1.1 429 Slow down\r\nContent-Length: 0\r\n\r\n" + minted,
	} {
		for operation, mint := range mints {
			listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
			require.NoError(t, err)
			closed := make(chan struct{})
			go func() {
				defer close(closed)
				conn, err := listener.Accept()
				if err != nil {
					return
				}
				request, err := http.ReadRequest(bufio.NewReader(conn))
				if err != nil {
					return
				}
				_, _ = io.Copy(io.Discard, request.Body)
				_, _ = io.WriteString(conn, answer)
				_, _ = io.Copy(io.Discard, conn) // Until the client has closed the connection: what it logs, it has logged.
				_ = conn.Close()
			}()
			client, err := keys.New(credential, keys.WithBaseURL("http://"+listener.Addr().String()), keys.WithRetry(keys.RetryPolicy{}))
			require.NoError(t, err)
			_ = mint(t.Context(), client)
			<-closed
			require.NoError(t, listener.Close())
			assert.NotContains(t, logged.String(), secret, "%s: %s", operation, name)
		}
	}
}

// TestTheProgramsDefaultTransportIsUsed, even if it was set after the client was made.
func TestTheProgramsDefaultTransportIsUsed(t *testing.T) { //nolint:paralleltest // It sets http.DefaultTransport.
	client, err := keys.New(credential)
	require.NoError(t, err)
	standard := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = standard })
	own := new(script).then(200, listed)
	http.DefaultTransport = own
	require.NoError(t, list(t.Context(), client))
	assert.Len(t, own.requests, 1)
}
