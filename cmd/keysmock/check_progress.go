package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/qaikeys/qaikeys/generated/server"
	"github.com/qaikeys/qaikeys/wrapper/document"
	"golang.org/x/term"
)

// progress is the transport of a run, and shows on stderr how far the run is. If stderr is a terminal, it is one line while the run goes on.
type progress struct {
	*http.Transport

	stderr io.Writer
	doc    *document.Document
	found  *findings
	at     string // The operation of the request.
}

func newProgress(stderr io.Writer, found *findings) (*progress, error) {
	doc, err := document.Load(server.OpenAPI)
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: 30 * time.Second, MaxResponseHeaderBytes: 64 << 10}
	return &progress{Transport: transport, stderr: stderr, doc: doc, found: found}, err
}

// RoundTrip shows the operation before it sends the request, which may hang.
func (p *progress) RoundTrip(r *http.Request) (*http.Response, error) {
	_, path, _ := strings.Cut(r.URL.EscapedPath(), "/qai/") // Behind what the base URL has.
	if op, _ := p.doc.Find(r.Method, "/qai/"+path); op != nil {
		p.at = op.ID
	}
	p.line(fmt.Sprintf("%s … %s", p.at, p.found.Rules()))
	return p.Transport.RoundTrip(r)
}

// line replaces the line of a terminal.
func (p *progress) line(text string) {
	if width := columns(p.stderr) - 1; width > 0 { // In its last column a terminal may begin the next line.
		_, _ = fmt.Fprintf(p.stderr, "\r%-*.*s\r", width, width, text)
	}
}

// end shows a line for each operation.
func (p *progress) end() {
	p.line("")
	for _, g := range p.found.Groups {
		_, _ = fmt.Fprintf(p.stderr, "%-19s %s\n", g.Name, g)
	}
}

// columns returns how wide a terminal is; 0 if the writer is none.
func columns(w io.Writer) int {
	file, ok := w.(*os.File)
	if !ok {
		return 0
	}
	width, _, _ := term.GetSize(int(file.Fd()))
	return width
}
