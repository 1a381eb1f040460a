package contract_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"strconv"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// rawStream is a stream of the raw HTTP/2 server, which says with frames what net/http's server never would.
type rawStream struct {
	framer *http2.Framer
	conn   net.Conn
	id     uint32
}

// rawFaults are the rows of HTTP/2 alone. Most take frames that a Fault can't send: net/http tells a handler neither the number of its
// stream nor when no other frame is half written.
func rawFaults() []fault {
	// An idempotent request is sent again by net/http itself, at once, where HTTP/2 says that the stream was never processed.
	byTransport := retried.within(0, 0)
	goAway := func(s *rawStream, lastStream uint32, code http2.ErrCode, debug string) {
		_ = s.framer.WriteGoAway(lastStream, code, []byte(debug))
	}
	rows := []fault{
		{name: "GOAWAY, the stream not processed", mint: lost(plain), idempotent: byTransport,
			raw: func(_ *cell, s *rawStream) { goAway(s, s.id-1, http2.ErrCodeNo, "") }},
		{name: "GOAWAY, the stream processed, then closed", mint: lost(plain), idempotent: retried,
			raw: func(_ *cell, s *rawStream) {
				goAway(s, s.id, http2.ErrCodeNo, "")
				_ = s.conn.Close()
			}},
		{name: "GOAWAY with an error", mint: lost(plain), idempotent: retried,
			raw: func(c *cell, s *rawStream) {
				goAway(s, s.id, http2.ErrCodeInternal, c.echo())
				_ = s.conn.Close()
			}},
		{name: "closed by an HTTP/2 server", mint: lost(plain), idempotent: retried,
			raw: func(_ *cell, s *rawStream) { _ = s.conn.Close() }},
		{name: "headers, then RST_STREAM", only2: true, strike: always(keystest.Fault{Status: http.StatusOK, Truncate: -1}),
			mint: lost(decode).matching(keys.ErrDecode), idempotent: retried},
	}
	for _, code := range []http2.ErrCode{http2.ErrCodeRefusedStream, http2.ErrCodeInternal, http2.ErrCodeCancel, http2.ErrCodeEnhanceYourCalm, http2.ErrCodeNo} {
		idempotent := retried
		if code == http2.ErrCodeRefusedStream {
			idempotent = byTransport
		}
		row := fault{name: "RST_STREAM " + code.String(), mint: lost(plain), idempotent: idempotent}
		if code == http2.ErrCodeInternal {
			row.only2, row.strike = true, drop
		} else {
			row.raw = func(_ *cell, s *rawStream) { _ = s.framer.WriteRSTStream(s.id, code) }
		}
		rows = append(rows, row)
	}
	for i := range rows {
		rows[i].when = both
	}
	return rows
}

// serveFrames is the raw HTTP/2 server: it strikes the first stream and lets the mock respond to the others.
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
	// Another goroutine writes: otherwise both ends of the pipe would wait for each other.
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

// serveStream responds to a request that has arrived whole.
func (c *cell) serveStream(out chan<- func(*http2.Framer), s *rawStream) {
	request := c.request()
	if c.arrived() {
		if c.when == after {
			c.perform(request)
		}
		out <- func(*http2.Framer) { c.fault.raw(c, s) }
		return
	}
	response := c.perform(request)
	out <- func(f *http2.Framer) {
		s.headers(response.Code)
		_ = f.WriteData(s.id, true, response.Body.Bytes())
	}
}

// headers begins a response.
func (s *rawStream) headers(status int) {
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	_ = encoder.WriteField(hpack.HeaderField{Name: ":status", Value: strconv.Itoa(status)})
	_ = encoder.WriteField(hpack.HeaderField{Name: "content-type", Value: "application/json"})
	_ = s.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: s.id, BlockFragment: block.Bytes(), EndHeaders: true})
}
