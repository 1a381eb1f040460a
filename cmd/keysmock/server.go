package main

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// What one connection can take. How long a response is delayed, and how long a whole list takes, isn't limited.
const (
	// requestTime is how long a client may take to send a request.
	requestTime = 30 * time.Second
	// stallTime is how long a part of a response may wait for a client that reads nothing.
	stallTime = 5 * time.Minute
	// idleTime is how long a connection is kept between requests.
	idleTime = 2 * time.Minute
	// maxHeader is how many bytes the headers of a request can have.
	maxHeader = 64 << 10
	// maxStreams is how many requests an HTTP/2 connection can have at a time.
	maxStreams = 100
	// writePart is how many bytes of a response are a part, and how many the operating system is asked to buffer: a write that
	// waits continues only once a client has read much of what is buffered, which may be megabytes otherwise.
	writePart = 16 << 10
)

// newServer returns a server of handler, which may wait for latency before it reads a body.
func newServer(handler http.Handler, latency time.Duration, logger *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           timed(handler), // Instead of WriteTimeout, which counts from the request on.
		ReadHeaderTimeout: requestTime,
		ReadTimeout:       requestTime + latency,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeader,
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: maxStreams, WriteByteTimeout: stallTime},
		ConnContext: func(ctx context.Context, conn net.Conn) context.Context {
			bufferLittle(conn)
			return context.WithValue(ctx, extendedKey{}, new(time.Time))
		},
		ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelWarn),

		DisableGeneralOptionsHandler: true, // The mock answers OPTIONS *, too.
	}
}

// bufferLittle makes a connection buffer little of what it sends.
func bufferLittle(conn net.Conn) {
	if overTLS, ok := conn.(*tls.Conn); ok {
		conn = overTLS.NetConn()
	}
	if socket, ok := conn.(interface{ SetWriteBuffer(bytes int) error }); ok {
		_ = socket.SetWriteBuffer(writePart)
	}
}

// extendedKey is the key of when a connection's time was last extended, in a request's context.
type extendedKey struct{}

// timed gives a client stallTime for each part of a response, or up to a second less over HTTP/1.
func timed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tw := &timedWriter{ResponseWriter: w}
		if r.ProtoMajor == 1 { // A connection has one request at a time.
			tw.extended, _ = r.Context().Value(extendedKey{}).(*time.Time)
		}
		next.ServeHTTP(tw, r)
		tw.extend() // For what net/http still has to write.
	})
}

type timedWriter struct {
	http.ResponseWriter

	extended *time.Time // When the connection's time was last extended; nil over HTTP/2.
}

// extend starts the time for the next part. A connection that responds often has it extended once a second, since that takes a while.
func (w *timedWriter) extend() {
	now := time.Now()
	if w.extended != nil {
		if now.Sub(*w.extended) < time.Second {
			return
		}
		*w.extended = now
	}
	_ = http.NewResponseController(w.ResponseWriter).SetWriteDeadline(now.Add(stallTime))
}

// WriteHeader writes an interim response at once. The headers of the final one wait for its body.
func (w *timedWriter) WriteHeader(status int) {
	if status < http.StatusOK {
		w.extend()
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *timedWriter) Write(data []byte) (written int, err error) {
	for {
		w.extend()
		n, err := w.ResponseWriter.Write(data[:min(len(data), writePart)])
		written, data = written+n, data[n:]
		if err != nil || len(data) == 0 {
			return written, err
		}
	}
}

// Unwrap is for http.ResponseController.
func (w *timedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
