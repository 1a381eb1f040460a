package keys_test

import (
	"bytes"
	"io"
	"net"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// rawStream is a stream of the raw HTTP/2 server, which says with frames what net/http's server never would.
type rawStream struct {
	framer *http2.Framer
	conn   net.Conn
	id     uint32
}

// rawFaults are the rows that take frames of HTTP/2.
func rawFaults() []fault {
	lost := want{outcome: unknown, sent: 1}
	// An idempotent request is replayed by net/http itself where HTTP/2 says that the stream was never processed.
	byTransport := want{outcome: succeeds, sent: 2}
	byClient := want{outcome: succeeds, sent: 2, most: oneRetry}
	rows := []fault{
		{name: "GOAWAY, the stream not processed", raw: func(_ *cell, s *rawStream) { _ = s.framer.WriteGoAway(s.id-1, http2.ErrCodeNo, nil) }, mint: lost, idempotent: byTransport},
		{name: "GOAWAY, the stream processed, then closed", raw: func(_ *cell, s *rawStream) {
			_ = s.framer.WriteGoAway(s.id, http2.ErrCodeNo, nil)
			_ = s.conn.Close()
		}, mint: lost, idempotent: byClient},
		{name: "GOAWAY with an error", raw: func(c *cell, s *rawStream) {
			_ = s.framer.WriteGoAway(s.id, http2.ErrCodeInternal, []byte(c.echo()))
			_ = s.conn.Close()
		}, mint: lost, idempotent: byClient},
		{name: "closed by an HTTP/2 server", raw: func(_ *cell, s *rawStream) { _ = s.conn.Close() }, mint: lost, idempotent: byClient},
		{name: "headers, then RST_STREAM", raw: func(_ *cell, s *rawStream) {
			s.headers(false)
			_ = s.framer.WriteRSTStream(s.id, http2.ErrCodeInternal)
		}, mint: want{outcome: unknown, is: []error{keys.ErrDecode}, sent: 1}, idempotent: byClient},
	}
	for _, code := range []http2.ErrCode{http2.ErrCodeRefusedStream, http2.ErrCodeInternal, http2.ErrCodeCancel, http2.ErrCodeEnhanceYourCalm, http2.ErrCodeNo} {
		idempotent := byClient
		if code == http2.ErrCodeRefusedStream {
			idempotent = byTransport
		}
		rows = append(rows, fault{name: "RST_STREAM " + code.String(), raw: func(_ *cell, s *rawStream) { _ = s.framer.WriteRSTStream(s.id, code) }, mint: lost, idempotent: idempotent})
	}
	for i := range rows {
		rows[i].when = both
	}
	return rows
}

// serveFrames is the raw HTTP/2 server: it strikes the first stream and lets the mock answer the others.
func (c *cell) serveFrames() {
	for {
		conn, err := c.listener.Accept()
		if err != nil {
			return
		}
		go c.serveConn(conn)
	}
}

func (c *cell) serveConn(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	preface := make([]byte, len(http2.ClientPreface))
	if _, err := io.ReadFull(conn, preface); err != nil {
		return
	}
	// Written by a goroutine of its own: both ends of a pipe wait for each other otherwise.
	out := make(chan func(*http2.Framer), 100)
	defer close(out)
	framer := http2.NewFramer(conn, conn)
	go func() {
		for write := range out {
			write(framer)
		}
	}()
	out <- func(f *http2.Framer) { _ = f.WriteSettings() }
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			return
		}
		switch frame := frame.(type) {
		case *http2.SettingsFrame:
			if !frame.IsAck() {
				out <- func(f *http2.Framer) { _ = f.WriteSettingsAck() }
			}
		case *http2.PingFrame:
			data := frame.Data
			if !frame.IsAck() {
				out <- func(f *http2.Framer) { _ = f.WritePing(true, data) }
			}
		case *http2.HeadersFrame:
			if frame.StreamEnded() {
				c.serveStream(out, &rawStream{framer, conn, frame.StreamID})
			}
		case *http2.DataFrame:
			if frame.StreamEnded() {
				c.serveStream(out, &rawStream{framer, conn, frame.StreamID})
			}
		}
	}
}

// serveStream answers a request that has arrived whole.
func (c *cell) serveStream(out chan<- func(*http2.Framer), s *rawStream) {
	c.mu.Lock()
	c.sent++
	first := c.sent == 1
	c.mu.Unlock()
	request := c.op.request()
	request.Header.Set("X-API-Key", c.mock.APIKey)
	if first {
		c.afterwards(request)
		out <- func(*http2.Framer) { c.fault.raw(c, s) }
		return
	}
	body := c.perform(request).Body.Bytes()
	out <- func(f *http2.Framer) {
		s.headers(false)
		_ = f.WriteData(s.id, true, body)
	}
}

// headers begins an answer with status 200.
func (s *rawStream) headers(end bool) {
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	_ = encoder.WriteField(hpack.HeaderField{Name: ":status", Value: "200"})
	_ = encoder.WriteField(hpack.HeaderField{Name: "content-type", Value: "application/json"})
	_ = s.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: s.id, BlockFragment: block.Bytes(), EndHeaders: true, EndStream: end})
}
