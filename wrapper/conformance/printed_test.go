package conformance_test

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/conformance"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNothingIsPrintedByTheTransport, which logs what a server sends behind a response on a connection that is kept.
func TestNothingIsPrintedByTheTransport(t *testing.T) { //nolint:paralleltest // It sets the standard logger's output.
	var logged bytes.Buffer
	standard := log.Writer()
	log.SetOutput(&logged)
	t.Cleanup(func() { log.SetOutput(standard) })
	mock := keystest.NewHandler(keystest.WithAPIKey(master))
	for name, client := range map[string]*http.Client{"its own client": nil, "a given client": {Transport: &http.Transport{}}} {
		var connections sync.WaitGroup
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			recorder := httptest.NewRecorder()
			mock.ServeHTTP(recorder, r)
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				panic(err)
			}
			connections.Go(func() {
				defer func() { _ = conn.Close() }()
				response := recorder.Result()
				response.ContentLength = int64(recorder.Body.Len())
				_ = response.Write(conn)
				_, _ = fmt.Fprint(conn, "behind it: ", master)
				_, _ = io.Copy(io.Discard, conn) // Until the client has closed the connection: what it logs, it has logged.
			})
		}))
		report, err := conformance.Check(t.Context(), conformance.Target{BaseURL: server.URL, APIKey: master, HTTPClient: client, ReadOnly: true}, ignore)
		require.NoError(t, err, name)
		assert.Positive(t, report.Requests, name)
		if client != nil {
			client.CloseIdleConnections()
		}
		connections.Wait()
		server.Close()
		assert.Empty(t, logged.String(), name)
	}
}
