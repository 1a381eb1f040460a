package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// progress shows on stderr how far each operation is: while the run goes on if stderr is a terminal, otherwise at its end.
type progress struct {
	stderr io.Writer
	live   bool
	lines  int // That a terminal shows, above its cursor.
}

func newProgress(stderr io.Writer) *progress {
	p := &progress{stderr: stderr}
	if file, ok := stderr.(*os.File); ok && os.Getenv("TERM") != "dumb" {
		info, err := file.Stat()
		p.live = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

func (p *progress) update(groups []*group) {
	if !p.live {
		return
	}
	var b strings.Builder
	b.WriteString("\x1b[?7l") // A long line is cut off.
	if p.lines > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", p.lines) // The cursor goes up.
	}
	for line := range strings.Lines(progressLines(groups)) {
		b.WriteString("\x1b[K" + line) // What was there is erased.
	}
	_, _ = io.WriteString(p.stderr, b.String()+"\x1b[?7h")
	p.lines = len(groups)
}

func (p *progress) end(groups []*group) {
	if !p.live {
		_, _ = io.WriteString(p.stderr, progressLines(groups))
	}
}

// progressLines returns a line for each group.
func progressLines(groups []*group) string {
	var b strings.Builder
	for _, g := range groups {
		fmt.Fprintf(&b, "%-19s %s\n", g.Name, g)
	}
	return b.String()
}
