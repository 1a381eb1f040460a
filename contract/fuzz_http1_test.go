package contract_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// In an input of FuzzMintBytes these bytes say what the server does.
const (
	nextPacket  = "\x07"
	nextRequest = "\x08" // What follows responds to the next request, or meets the next connection.
	hangsUp     = "\x0b"
	pauses      = "\x0c"
	cancels     = "\x11"
)

// FuzzMintBytes plays bytes as the server of a mint.
func FuzzMintBytes(f *testing.F) {
	fuzzMints(f, protocol{parse: parsePackets, serve: serveHTTP1}, http1Seeds())
}

// parsePackets reads an input of FuzzMintBytes.
func parsePackets(m *fuzzedMint, input []byte) []scene {
	var parts []scene
	for text := range bytes.SplitSeq(input, []byte(nextRequest)) {
		p := scene{text: text}
		for rest := text; len(rest) > 0; {
			i := bytes.IndexAny(rest, nextPacket+hangsUp+pauses+cancels)
			packet := rest
			if i >= 0 {
				packet = rest[:i]
			}
			if len(packet) > 0 {
				p.steps = append(p.steps, step{data: m.expand(packet)})
			}
			if i < 0 {
				break
			}
			switch string(rest[i : i+1]) {
			case hangsUp:
				p.steps = append(p.steps, step{action: hangUp})
			case pauses:
				p.steps = append(p.steps, step{action: pause})
			case cancels:
				p.steps = append(p.steps, step{action: cancel})
			}
			rest = rest[i+1:]
		}
		parts = append(parts, p)
	}
	return parts
}

// serveHTTP1 serves a connection.
func serveHTTP1(d *duel, conn net.Conn) {
	write := func(s step) error {
		_, err := conn.Write(s.data)
		return err
	}
	if d.options&first != 0 && !d.act(write) {
		return
	}
	if d.options&deaf != 0 {
		if _, err := io.CopyN(io.Discard, conn, 20); err == nil && d.act(write) {
			<-d.over.Done()
		}
		return
	}
	for r := bufio.NewReader(conn); ; {
		request, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		if d.options&(early|first) == early && !d.act(write) {
			return
		}
		if _, err := io.Copy(io.Discard, request.Body); err != nil {
			return
		}
		d.readWhole()
		if d.options&(early|first) == 0 && !d.act(write) {
			return
		}
	}
}

// http1Seeds returns the inputs to start from, but for their first byte.
func http1Seeds() []string {
	lines := func(lines ...string) string { return strings.Join(lines, "\r\n") }
	ok := func(headers ...string) string {
		return lines(append([]string{"HTTP/1.1 200 OK"}, headers...)...) + "\r\n\r\n"
	}
	sized, chunked, closing := "Content-Length: "+theLength, "Transfer-Encoding: chunked", "Connection: close"
	secretAnd := `{"key":"` + theSecret + `","token":"` + theSecret + `",`
	echo := `{"error":{"message":"` + theSecret + `","type":"` + theCredential + `","code":"` + theSecretEscaped + `"}}`
	status := func(line string) string { return lines("HTTP/1.1 "+line, closing, "", echo) + hangsUp }
	seeds := []string{
		"",
		ok(sized) + theBody,
		ok(sized, "X-QAI-Request-Id: "+theCredential, "X-QAI-Model: "+theSecret, "X-QAI-Cost-Ticks: "+theSecret) + theBody,
		ok(closing) + secretAnd + `"details":` + theDetails + `}` + hangsUp,
		ok(closing) + secretAnd + `"details":{"id":"` + theSecret + `"}}` + hangsUp,
		ok(closing) + secretAnd + `"details":{"id":"` + theID + `","name":"` + theCredential + `","scope":"` + theSecret + `"}}` + hangsUp,
		ok(closing) + `{"key":"` + theCredentialSpelt + `","token":"` + theCredential + `","api_key":"` + theSecret + `"}` + hangsUp,
		ok(closing) + `{"key":"Bearer ` + theCredential + `","token":"` + theCredential + ` ","details":` + theDetails + `}` + hangsUp,
		ok(closing) + `{"key":"` + theSecretEscaped + `","token":"` + theSecretEscaped + `","x":` + hangsUp,
		lines("HTTP/1.1 204 No Content", "", theBody),
		lines("HTTP/1.1 204 No Content", "", "") + nextPacket + pauses + theBody,
		ok("Content-Length: 10") + theBody,
		ok("Content-Length: 10000") + theBody + hangsUp,
		ok("Content-Length: 10000") + theBody + pauses,
		ok("Content-Length: 10000") + `{"key":"` + theSecret + nextPacket + `",` + cancels,
		ok(sized, "Content-Length: 1") + theBody,
		ok("Content-Length: -1") + theBody,
		ok(sized) + theBody + ok(sized) + theBody,
		ok(sized) + theBody + pauses + "HTTP/1.1 200 " + theCredential + "\r\n" + theSecret + ": " + theSecret,
		ok(chunked, "Trailer: X-Secret") + "3e8\r\n" + theBody + hangsUp,
		ok(chunked) + "1\r\n{\r\n0\r\nX-Secret: " + theSecret + "\r\n\r\n",
		ok(chunked) + theSecret + "\r\n" + theBody,
		ok(chunked, sized) + "5;x=" + theCredential + "\r\n{\"key\r\nzz\r\n",
		lines("HTTP/1.1 100 Continue", "", "HTTP/1.1 103 Early Hints", "Link: "+theSecret, "", "") + ok(sized) + theBody,
		strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 8) + ok(sized) + theBody,
		lines("HTTP/1.1 101 Switching Protocols", "Upgrade: "+theCredential, "Connection: Upgrade", "", theBody) + hangsUp,
		lines("HTTP/1.1 101 Switching Protocols", "", theBody) + pauses,
		// The body of such a response outlasts the request's context.
		lines("HTTP/1.1 101 Switching Protocols", "Upgrade: x", "Connection: Upgrade", "", theBody),
		ok("Content-Encoding: gzip", closing) + theBody + hangsUp,
		ok("Content-Encoding: gzip", closing) + theBodyZipped + hangsUp,
		ok("Content-Encoding: gzip", closing) + theBodyZipped + theBody + hangsUp,
		ok(theSecret+": "+theCredential, sized) + theBody,
		ok("X-QAI-Request-Id "+theCredential, sized) + theBody,
		ok(theSecret, sized) + theBody,
		ok(theSecret+":\x1f", sized) + theBody, // The error quotes the name as Go spells it: Qai_k_….
		ok(theCredential+":\x1f", sized) + theBody,
		ok("X-QAI-Request-Id: a", " "+theSecret, sized) + theBody,
		ok(" "+theSecret, sized) + theBody,
		ok("Content-Type: application/json", "Transfer-Encoding: "+theSecret) + theBody,
		ok("Content-Length: "+theCredential) + theBody,
		"HTTP/1.1 2" + theCredential + " OK\r\n\r\n",
		"HTTP/" + theSecret + " 200 OK\r\n\r\n",
		theCredential + "\r\n\r\n",
		"%" + theCredential + ` \x` + theCredential + ` \u00` + theCredential + "\r\n\r\n", // None of them is an escape of what it begins.
		lines("HTTP/1.0 200 OK", sized, "", theBody),
		lines("HTTP/1.0 200 OK", "", theBody) + hangsUp,
		lines("HTTP/1.1 302 Found", "Location: http://elsewhere.example/"+theCredential, "", ""),
		lines("HTTP/1.1 302 Found", "Location: :"+theCredential, "Content-Length: 0", "", ""),
		lines("HTTP/1.1 429 Too Many Requests", "Retry-After: 7", "Content-Length: 0", "", "") + nextRequest + ok(sized) + theBody,
		lines("HTTP/1.1 429 Too Many Requests", closing, "", echo) + hangsUp + nextRequest + ok(closing) + theBody + hangsUp,
		lines("HTTP/1.1 429 Too Many Requests", "Content-Length: 0", "", "") + ok(sized) + theBody + nextRequest + hangsUp,
		lines("HTTP/1.1 429 Too Many Requests", "Content-Length: 0", "", "") + nextRequest + hangsUp + nextRequest + ok(sized) + theBody,
		lines("HTTP/1.1 429 "+theSecret, "Content-Length: 0", "", "") + cancels,
		hangsUp, pauses, cancels,
	}
	for _, line := range []string{
		"303 See Other", "304 Not Modified", "307 Temporary Redirect", "400 Bad Request", "401 " + theCredential, "408 Request Timeout",
		"409 Conflict", "425 Too Early", "499 " + theSecret, "500 Internal Server Error", "502 Bad Gateway", "503 Service Unavailable",
		"599 x", "600 x", "999 x", "000 x", "199 x",
	} {
		seeds = append(seeds, status(line))
	}
	return seeds
}
