package main

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"net/http"
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

// logged logs each request after its response, with the texts that redact leaves of its method and path, cut to a line's length.
func logged(logger *slog.Logger, redact func(string) string, next http.Handler) http.Handler {
	if !logger.Enabled(context.Background(), slog.LevelInfo) {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		sw := &statusWriter{ResponseWriter: w}
		defer func() {
			logger.LogAttrs(r.Context(), slog.LevelInfo, "request",
				slog.String("method", short(redact(r.Method), 32)), slog.String("path", short(redact(r.URL.EscapedPath()), 200)),
				slog.Int("status", sw.status),
				slog.String("request_id", w.Header().Get("X-QAI-Request-Id")), slog.Duration("took", time.Since(start)))
		}()
		next.ServeHTTP(sw, r)
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

// statusWriter records the status of a response, which stays 0 until the handler sets it.
type statusWriter struct {
	http.ResponseWriter

	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
