package main

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTheLogOfAResponse tests that one that was cut off isn't logged like one that was sent.
func TestTheLogOfAResponse(t *testing.T) {
	t.Parallel()
	const sent, cutOff = "msg=request ", `msg="request whose response was cut off" `
	list := request("GET", "/qai/v1/keys") + empty
	fault := func(fault string) string { return request("GET", "/qai/v1/keys", "X-Mock-Fault: "+fault) + empty }
	for name, test := range map[string]struct {
		sends, want string
		reads       int64 // Before the client stops reading.
	}{
		"a list":                                {list, sent, 1 << 20},
		"a list that isn't read":                {list, cutOff, 0},
		"a list that is read in part":           {list, cutOff, 50_000},
		"a large body that is read in part":     {fault("body=" + strings.Repeat("x", 60_000)), cutOff, 1_000},
		"a fault that cuts the response off":    {fault("truncate=20"), cutOff, 1 << 20},
		"a fault that closes the connection":    {fault("drop"), cutOff, 1 << 20},
		"a fault that responds with an error":   {fault("status=503"), sent, 1 << 20},
		"a response that never has a body":      {request("GET", "/nothing") + empty, sent, 1 << 20},
		"the headers of a list, without a body": {request("HEAD", "/qai/v1/keys") + empty, sent, 1 << 20},
	} {
		synctest.Test(t, func(t *testing.T) {
			var log strings.Builder
			logger := slog.New(slog.NewTextHandler(&log, nil))
			same := func(text string) string { return text }
			conn, closed := connect(t, logged(logger, same, serveKeys(1_000, 0)), 0)
			go func() {
				_, _ = io.WriteString(conn, test.sends)
				_, _ = io.CopyN(io.Discard, conn, test.reads)
			}()
			<-closed // Once it has been idle or has stalled.
			assert.Contains(t, log.String(), test.want, name)
			assert.Equal(t, 1, strings.Count(log.String(), "\n"), name)
		})
	}
}

// TestALogThatIsNotRead tests that nothing waits for it, and that it says how many lines are missing.
func TestALogThatIsNotRead(t *testing.T) {
	t.Parallel()
	for format, dropped := range map[string]string{"text": " lines=200\n", "json": `"lines":200}` + "\n"} {
		synctest.Test(t, func(t *testing.T) {
			read, stderr := io.Pipe()
			lines := newLineQueue(format, stderr)
			handler := logged(newLogger(format, lines), func(text string) string { return text }, http.NotFoundHandler())
			serve := func(n int) {
				for range n {
					handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/elsewhere", nil))
				}
			}
			serve(1)
			synctest.Wait() // This line waits for the reader.
			serve(maxLines + 200)
			begin := time.Now()
			lines.flush()
			assert.Equal(t, time.Second, time.Since(begin), "the end doesn't wait for the reader, either")

			log := make(chan string)
			go func() {
				text, _ := io.ReadAll(read)
				log <- string(text)
			}()
			synctest.Wait()
			lines.flush()
			assert.Equal(t, time.Second, time.Since(begin), "a log that is read is written at once")
			require.NoError(t, stderr.Close())
			text := <-log
			assert.Equal(t, 1+maxLines+1, strings.Count(text, "\n"))
			assert.Equal(t, 1, strings.Count(text, dropped))
		})
	}
}
