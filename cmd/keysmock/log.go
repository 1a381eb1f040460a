package main

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"
)

// newLogger returns a logger of a format: text, json or off. For any other it returns nil.
func newLogger(format string, stderr io.Writer) *slog.Logger {
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(stderr, nil))
	case "json":
		return slog.New(slog.NewJSONHandler(stderr, nil))
	case "off":
		return slog.New(slog.DiscardHandler)
	}
	return nil
}

// maxLines is how many lines of the log may wait for stderr to be read.
const maxLines = 1_000

// lineQueue is a writer of log lines that never waits for stderr: lines that don't fit are dropped, and a line says how many.
type lineQueue struct {
	lines   chan []byte
	dropped atomic.Int64
	written chan struct{} // Closed once all lines are written.
}

// newLineQueue returns a queue of lines for stderr, in a format of newLogger's.
func newLineQueue(format string, stderr io.Writer) *lineQueue {
	q := &lineQueue{lines: make(chan []byte, maxLines), written: make(chan struct{})}
	logger := newLogger(format, stderr)
	go func() {
		defer close(q.written)
		for line := range q.lines {
			if line == nil {
				return
			}
			_, _ = stderr.Write(line) // Fails if nobody reads stderr any more.
			if n := q.dropped.Swap(0); n > 0 {
				logger.Warn("stderr isn't read fast enough: log lines were dropped", "lines", n)
			}
		}
	}()
	return q
}

func (q *lineQueue) Write(line []byte) (int, error) {
	select {
	case q.lines <- bytes.Clone(line):
	default:
		q.dropped.Add(1)
	}
	return len(line), nil
}

// flush waits until the lines are written, or a second if stderr isn't read. Later lines, of requests that still run, are lost.
func (q *lineQueue) flush() {
	timeout := time.After(time.Second)
	select {
	case q.lines <- nil:
	case <-timeout:
		return
	}
	select {
	case <-q.written:
	case <-timeout:
	}
}

// logged logs each request after its response, with the texts that redact leaves of its method and path, cut to a line's length.
func logged(logger *slog.Logger, redact func(string) string, next http.Handler) http.Handler {
	if !logger.Enabled(context.Background(), slog.LevelInfo) {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		sw := &statusWriter{ResponseWriter: w}
		cutOff := true
		defer func() {
			message := "request"
			if cutOff || sw.failed {
				message = "request whose response was cut off"
			}
			logger.LogAttrs(r.Context(), slog.LevelInfo, message,
				slog.String("method", short(redact(r.Method), 32)), slog.String("path", short(redact(r.URL.EscapedPath()), 200)),
				slog.Int("status", sw.status),
				slog.String("request_id", w.Header().Get("X-QAI-Request-Id")), slog.Duration("took", time.Since(start)))
		}()
		next.ServeHTTP(sw, r)
		cutOff = false                               // Otherwise the handler has panicked, which ends the response.
		sw.status = cmp.Or(sw.status, http.StatusOK) // As net/http sends it.
	})
}

// short returns up to n characters of text.
func short(text string, n int) string {
	for i := range text {
		if n--; n < 0 {
			return text[:i] + "…"
		}
	}
	return text
}

// statusWriter records the status of a response, which stays 0 until the handler sets it, and whether a write failed.
type statusWriter struct {
	http.ResponseWriter

	status int
	failed bool
}

func (w *statusWriter) Write(data []byte) (int, error) {
	n, err := w.ResponseWriter.Write(data)
	w.failed = w.failed || err != nil
	return n, err
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
