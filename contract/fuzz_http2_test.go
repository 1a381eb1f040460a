package contract_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// An input of FuzzMintFrames is a sequence of records: what the server does, flags, the stream, the length of the payload, the payload. The
// first is a type of frame or one of these, by its lower four bits.
const (
	recordNext   = 10 // What follows responds to the next request, or meets the next connection.
	recordHangUp = 11
	recordPause  = 12
	recordCancel = 13
	recordBytes  = 14 // The payload is sent as it is, without a frame.
	recordAlien  = 15 // A frame of an unknown type.
)

// flagRaw is a flag that no frame has: the payload is the frame's as it is. Otherwise it is made easy to mutate: headers are lines, numbers
// are bytes.
const flagRaw http2.Flags = 0x80

// frame is a frame that the server sends.
type frame struct {
	kind   http2.FrameType
	flags  http2.Flags
	stream byte
	bare   bool // Not a frame, but bytes.
}

// FuzzMintFrames plays frames as the server of a mint.
func FuzzMintFrames(f *testing.F) {
	fuzzMints(f, protocol{parse: parseFrames, serve: serveHTTP2, http2: true}, http2Seeds())
}

// parseFrames reads an input of FuzzMintFrames. A payload that is cut off is shorter.
func parseFrames(m *fuzzedMint, input []byte) []scene {
	scenes := []scene{{}}
	for len(input) >= 4 {
		record, payload := input[:4], input[4:min(len(input), 4+int(input[3]))]
		input = input[len(record)+len(payload):]
		current := &scenes[len(scenes)-1]
		current.text = append(current.text, payload...)
		next := step{frame: frame{kind: http2.FrameType(record[0] & 15), flags: http2.Flags(record[1]), stream: record[2]}}
		numbers := 0             // How many bytes are numbers, and no texts.
		switch next.frame.kind { //nolint:exhaustive // The others have none.
		case http2.FrameGoAway:
			numbers = min(2, len(payload))
		case http2.FrameRSTStream, http2.FrameWindowUpdate, http2.FrameSettings:
			numbers = len(payload)
		}
		next.data = slices.Concat(payload[:numbers], m.expand(payload[numbers:]))
		switch record[0] & 15 {
		case recordNext:
			scenes = append(scenes, scene{})
			continue
		case recordHangUp:
			next = step{action: hangUp}
		case recordPause:
			next = step{action: pause}
		case recordCancel:
			next = step{action: cancel}
		case recordBytes:
			next.frame.bare = true
		}
		current.steps = append(current.steps, next)
	}
	return scenes
}

// serveHTTP2 serves a connection. Another goroutine writes: otherwise both ends of the pipe would wait for each other.
func serveHTTP2(d *duel, conn net.Conn) {
	if _, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	framer := http2.NewFramer(conn, conn)
	streams := make(chan uint32, 1000)
	defer close(streams)
	go func() {
		defer func() { _ = conn.Close() }()
		if framer.WriteSettings() != nil {
			return
		}
		out := &frameWriter{framer: framer, conn: conn}
		out.encoder = hpack.NewEncoder(&out.block)
		if d.options&first != 0 && !d.act(out.write) {
			return
		}
		for out.stream = range streams {
			if !d.act(out.write) {
				return
			}
		}
	}()
	for {
		read, err := framer.ReadFrame()
		if err != nil {
			return
		}
		header := read.Header()
		when := d.options & (early | first)
		if header.Type == http2.FrameHeaders && when == early {
			streams <- header.StreamID
		}
		if (header.Type == http2.FrameHeaders || header.Type == http2.FrameData) && header.Flags.Has(http2.FlagDataEndStream) {
			d.readWhole()
			if when == 0 {
				streams <- header.StreamID
			}
		}
	}
}

// frameWriter writes the frames of a connection.
type frameWriter struct {
	framer  *http2.Framer
	conn    net.Conn
	encoder *hpack.Encoder
	block   bytes.Buffer
	stream  uint32 // Of the request that is responded to.
}

// write sends a frame.
func (w *frameWriter) write(s step) error {
	if hangsNetHTTP(s) {
		return nil
	}
	if s.frame.bare {
		_, err := w.conn.Write(s.data)
		return err
	}
	stream := w.stream // For 1.
	switch s.frame.stream {
	case 1:
	case 3:
		stream += 2
	default:
		stream = uint32(s.frame.stream)
	}
	payload := s.data
	if !s.frame.flags.Has(flagRaw) {
		payload = w.payload(s.frame.kind, s.data)
	}
	return w.framer.WriteRawFrame(s.frame.kind, s.frame.flags, stream, payload)
}

// hangsNetHTTP reports whether a step may be a WINDOW_UPDATE of a stream. One that overflows the window makes net/http of Go 1.26 hang
// for ever, whatever the request's context says: processWindowUpdate locks a mutex twice.
func hangsNetHTTP(s step) bool {
	if !strings.HasPrefix(runtime.Version(), "go1.26") {
		return false
	}
	if s.frame.bare {
		return bytes.IndexByte(s.data, byte(http2.FrameWindowUpdate)) >= 0
	}
	return s.frame.kind == http2.FrameWindowUpdate && s.frame.stream != 0
}

// payload makes a frame's payload of the text that stands for it.
func (w *frameWriter) payload(kind http2.FrameType, text []byte) []byte {
	at := func(i int) byte { // The i-th byte of text.
		if i < len(text) {
			return text[i]
		}
		return 0
	}
	number := func(b byte) []byte { // Of 32 bits, which a byte stands for.
		if b < 64 {
			return binary.BigEndian.AppendUint32(nil, uint32(b))
		}
		return binary.BigEndian.AppendUint32(nil, 1<<(b%32)-uint32(b>>5&1))
	}
	switch kind { //nolint:exhaustive // The others' payload is text.
	case http2.FrameHeaders, http2.FrameContinuation:
		return w.encode(text)
	case http2.FramePushPromise:
		return append([]byte{0, 0, 0, 2}, w.encode(text)...)
	case http2.FrameGoAway:
		return append(append(number(at(0)), number(at(1))...), text[min(2, len(text)):]...)
	case http2.FrameRSTStream, http2.FrameWindowUpdate:
		return number(at(0))
	case http2.FramePing:
		return append(text, make([]byte, 8)...)[:8]
	case http2.FrameSettings:
		var payload []byte
		for ; len(text) > 1; text = text[2:] {
			payload = append(append(payload, 0, text[0]), number(text[1])...)
		}
		return payload
	}
	return text
}

// encode returns lines like "name: value" as a block of headers.
func (w *frameWriter) encode(lines []byte) []byte {
	w.block.Reset()
	for line := range strings.Lines(string(lines)) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		_ = w.encoder.WriteField(hpack.HeaderField{Name: name, Value: value})
	}
	return bytes.Clone(w.block.Bytes())
}

// http2Seeds returns the inputs to start from, but for their first byte.
func http2Seeds() []string {
	record := func(kind http2.FrameType, flags http2.Flags, stream byte, payload string) string {
		return string([]byte{byte(kind), byte(flags), stream, byte(len(payload))}) + payload
	}
	const (
		end       = http2.FlagDataEndStream
		whole     = http2.FlagHeadersEndHeaders
		unknown   = 31
		maximum   = 0x7f // 1<<31 - 1
		secretAnd = "secret " + theSecret + " credential " + theCredential
		echo      = `{"error":{"message":"` + theSecret + `","type":"` + theCredential + `"}}`
	)
	headers := func(status string, lines ...string) string {
		return record(http2.FrameHeaders, whole, 1, strings.Join(append([]string{":status: " + status}, lines...), "\n"))
	}
	data := func(flags http2.Flags, payload string) string { return record(http2.FrameData, flags, 1, payload) }
	reset := func(code http2.ErrCode) string { return record(http2.FrameRSTStream, 0, 1, string([]byte{byte(code)})) }
	goAway := func(last byte, code http2.ErrCode) string {
		return record(http2.FrameGoAway, 0, 0, string([]byte{last, byte(code)})+secretAnd)
	}
	window := func(stream, by byte) string { return record(http2.FrameWindowUpdate, 0, stream, string([]byte{by})) }
	setting := func(id http2.SettingID, value byte) string {
		return record(http2.FrameSettings, 0, 0, string([]byte{byte(id), value}))
	}
	next, hangUp := record(recordNext, 0, 0, ""), record(recordHangUp, 0, 0, "")
	pause, cancel := record(recordPause, 0, 0, ""), record(recordCancel, 0, 0, "")
	respond := headers("200", "content-type: application/json") + data(end, theBody)
	begin := headers("200") + data(0, `{"key":"`+theSecret+`","token":"`+theSecret+`","details":{"id":"`+theID+`",`)
	limited := record(http2.FrameHeaders, whole|end, 1, ":status: 429\nretry-after: 7")

	seeds := []string{
		"", hangUp, pause, cancel, next + respond,
		respond,
		respond + respond,
		headers("200", "content-length: "+theLength) + data(end, theBody),
		headers("200", "content-length: 10") + data(end, theBody),
		headers("200", "content-length: 10000") + data(end, theBody),
		headers("200", "x-qai-request-id: "+secretAnd, "x-qai-model: "+secretAnd, "x-qai-cost-ticks: "+theSecret) + data(end, theBody),
		headers("200", "content-encoding: gzip") + data(end, theBodyZipped),
		headers("200", "content-encoding: gzip") + data(end, theBody),
		headers("200", theSecret+": "+theCredential, "Upper: "+theCredential) + data(end, theBody),
		headers("200", theCredentialSpelt+": x") + data(end, theBody), // The error quotes it, and so escapes it twice.
		headers("200", "x: \x00"+theCredential) + data(end, theBody),
		headers("200", ":status: 429") + data(end, theBody),
		headers("2"+theCredential) + data(end, theBody),
		headers("") + data(end, theBody),
		record(http2.FrameHeaders, whole, 1, "x: "+theSecret) + data(end, theBody),
		headers("103", "link: "+theSecret) + headers("100") + respond,
		strings.Repeat(headers("102"), 8) + respond,
		headers("101") + data(end, theBody),
		headers("204") + data(end, theBody),
		headers("200") + data(0, theBody) + record(http2.FrameHeaders, whole|end, 1, "x-secret: "+theSecret),
		headers("200") + data(0, theBody) + record(http2.FrameHeaders, whole, 1, "x-secret: "+theSecret) + data(end, ""),
		headers("200") + data(0, theBody) + record(http2.FrameHeaders, whole|end, 1, ":status: 500"),
		record(http2.FrameHeaders, 0, 1, ":status: 200") + record(http2.FrameContinuation, whole, 1, "x: "+theSecret) + data(end, theBody),
		record(http2.FrameHeaders, 0, 1, ":status: 200") + data(end, theBody),
		record(http2.FrameContinuation, whole, 1, ":status: 200") + data(end, theBody),
		record(http2.FrameHeaders, whole|flagRaw, 1, "\xff\xff"+theSecret) + data(end, theBody),
		data(end, theBody),
		record(http2.FramePushPromise, whole, 1, ":method: GET\n:path: /"+theSecret) + respond,
		setting(http2.SettingEnablePush, 1) + respond,
		setting(http2.SettingMaxConcurrentStreams, 0) + limited + next + respond,
		setting(http2.SettingInitialWindowSize, unknown) + respond,
		setting(http2.SettingInitialWindowSize, 0xff) + respond,
		setting(http2.SettingMaxFrameSize, 1) + respond,
		setting(http2.SettingHeaderTableSize, 0) + respond,
		record(http2.FrameSettings, end, 0, "") + respond,
		record(http2.FrameSettings, flagRaw, 0, "123") + respond,
		window(0, maximum) + respond, window(1, maximum) + respond, window(0, 0) + respond, window(1, 0) + respond, window(1, 1) + respond,
		strings.Repeat(record(http2.FramePing, 0, 0, theSecret), 50) + respond,
		record(http2.FramePing, end, 0, "12345678") + respond,
		record(recordAlien, 0xff, 1, secretAnd) + respond,
		record(recordBytes, 0, 0, "HTTP/1.1 400 "+secretAnd+"\r\n\r\n") + hangUp,
		headers("200") + data(end, `{"key":"`+theCredentialSpelt+`","token":"`+theCredential+`","secret":"`+theSecret+`"}`),
		headers("302", "location: http://elsewhere.example/"+theCredential) + data(end, echo),
		limited + next + respond,
		headers("429") + data(0, echo) + reset(http2.ErrCodeInternal) + next + respond,
		limited + goAway(1, http2.ErrCodeNo) + next + respond,
		limited + hangUp + next + hangUp + next + respond,
		limited + cancel,
		begin + reset(http2.ErrCodeInternal), begin + hangUp, begin + pause, begin + cancel, begin + goAway(0, http2.ErrCodeNo) + data(end, "}"),
		begin + goAway(1, http2.ErrCodeInternal) + hangUp,
	}
	for last := range byte(4) {
		for _, code := range []http2.ErrCode{http2.ErrCodeNo, http2.ErrCodeProtocol, http2.ErrCodeEnhanceYourCalm, http2.ErrCodeHTTP11Required} {
			seeds = append(seeds, goAway(last, code)+hangUp+next+respond, goAway(last, code)+respond)
		}
	}
	for code := range http2.ErrCodeHTTP11Required + 2 {
		seeds = append(seeds, reset(code)+next+respond)
	}
	for _, status := range []string{"303", "304", "400", "401", "408", "409", "499", "500", "503", "600", "999", "99", "199"} {
		seeds = append(seeds, headers(status)+data(end, echo))
	}
	return seeds
}
