package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/qaikeys/qaikeys/wrapper/conformance"
)

// findings are what check has found: what it prints and its files show.
type findings struct {
	Target string
	Began  time.Time
	Groups []*group            // In the order of their names, the cleanup last.
	Report *conformance.Report // Nil if nothing was tried.
	Err    error               // Why the run was cut short; nil if it wasn't.
}

// group has the results of an operation.
type group struct {
	Name    string
	Results []conformance.Result
}

// add adds a result, without what could change a terminal or a file.
func (f *findings) add(result conformance.Result) {
	result.Reason = plain(result.Reason)
	if x := result.Exchange; x != nil {
		shown := conformance.Exchange{Request: plain(x.Request), Status: x.Status, Header: http.Header{}, Body: printable(x.Body)}
		for name, values := range x.Header {
			for _, value := range values {
				shown.Header[plain(name)] = append(shown.Header[plain(name)], plain(value))
			}
		}
		result.Exchange = &shown
	}
	name := cmp.Or(result.Operation, result.Name)
	i := slices.IndexFunc(f.Groups, func(g *group) bool { return g.Name == name })
	if i < 0 {
		i = len(f.Groups)
		if result.Operation != "" {
			i, _ = slices.BinarySearchFunc(f.Groups, name, func(g *group, name string) int { return strings.Compare(g.Name, name) })
		}
		f.Groups = slices.Insert(f.Groups, i, &group{Name: name})
	}
	f.Groups[i].Results = append(f.Groups[i].Results, result)
}

// of returns the results that have one of these outcomes.
func (g *group) of(outcomes ...conformance.Outcome) (results []conformance.Result) {
	for _, result := range g.Results {
		if slices.Contains(outcomes, result.Outcome) {
			results = append(results, result)
		}
	}
	return results
}

// Deviations returns the failures. One that is known isn't among them, and one that passes is.
func (g *group) Deviations() []conformance.Result {
	return g.of(conformance.Failed, conformance.UnexpectedPass)
}

// Known returns the known failures.
func (g *group) Known() []conformance.Result { return g.of(conformance.KnownFailure) }

// String returns how many results have which outcome.
func (g *group) String() string {
	var counts []string
	for _, outcome := range []conformance.Outcome{
		conformance.Passed, conformance.Failed, conformance.UnexpectedPass, conformance.KnownFailure, conformance.NotReached,
	} {
		if n := len(g.of(outcome)); n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, outcome))
		}
	}
	return strings.Join(counts, ", ")
}

// Rules returns the results of all operations; the cleanup isn't a rule.
func (f *findings) Rules() *group {
	var all group
	for _, g := range f.Groups {
		if g.Results[0].Operation != "" {
			all.Results = append(all.Results, g.Results...)
		}
	}
	return &all
}

// Deviates reports whether anything is a failure.
func (f *findings) Deviates() bool {
	return slices.ContainsFunc(f.Groups, func(g *group) bool { return len(g.Deviations()) > 0 })
}

// Summary returns a sentence with the counts.
func (f *findings) Summary() string {
	verdict := "conforms"
	switch {
	case f.Report == nil:
		return f.Target + " wasn't tested."
	case f.Deviates():
		verdict = "deviates"
	case f.Err != nil:
		verdict = "was tested in part"
	}
	text := fmt.Sprintf("%s %s: of %d rules %s", f.Target, verdict, len(f.Rules().Results), f.Rules())
	if reasons := f.Unreached(); len(reasons) > 0 {
		text += " (" + strings.Join(reasons, "; ") + ")"
	}
	return fmt.Sprintf("%s; %d requests were sent.", text, f.Report.Requests)
}

// Unreached returns why rules weren't reached, with how many, the most frequent reason first.
func (f *findings) Unreached() []string {
	counts := map[string]int{}
	for _, result := range f.Rules().of(conformance.NotReached) {
		counts[result.Reason]++
	}
	reasons := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	})
	for i, reason := range reasons {
		reasons[i] = fmt.Sprintf("%d: %s", counts[reason], reason)
	}
	return reasons
}

// Stopped returns a sentence about why the run was cut short, or "".
func (f *findings) Stopped() string {
	switch {
	case f.Err == nil:
		return ""
	case f.exit() == exitNoTarget:
		return plain(f.Err.Error())
	}
	return "the run was interrupted before its end"
}

// exit returns the exit status.
func (f *findings) exit() int {
	for _, reason := range []error{conformance.ErrUnreachable, conformance.ErrNotTheAPI, conformance.ErrCredential} {
		if errors.Is(f.Err, reason) {
			return exitNoTarget
		}
	}
	if f.Err != nil || f.Deviates() {
		return exitDeviating
	}
	return exitConforming
}

// text returns what is printed at the end: the table, each failure below the request that shows it, and the counts. A table that is wider
// than a terminal is a list; a width of 0 is no terminal's.
func (f *findings) text(width int) string {
	if f.Report == nil {
		return ""
	}
	var b strings.Builder
	table := f.table()
	if first, _, _ := strings.Cut(table, "\n"); width > 0 && len(first) > width {
		table = f.list()
	}
	b.WriteString(table + "\n")
	for _, g := range f.Groups {
		if deviations := g.Deviations(); len(deviations) > 0 {
			fmt.Fprintf(&b, "%s\n\n", g.Name)
			for _, result := range deviations {
				if result.Exchange != nil {
					fmt.Fprintf(&b, "  %s\n", result.Exchange.Request)
				}
				fmt.Fprintf(&b, "  %s: %s\n\n", result.Name, result.Reason)
			}
		}
	}
	for _, line := range variables(b.String()) {
		b.WriteString(line + "\n")
	}
	fmt.Fprintf(&b, "%s\n", f.Summary())
	return b.String()
}

// Variables returns what the variables in the commands of a page stand for, besides the credential.
func (f *findings) Variables() []string {
	var commands strings.Builder
	for _, g := range f.Groups {
		for _, result := range append(g.Deviations(), g.Known()...) {
			if result.Exchange != nil {
				commands.WriteString(result.Exchange.Request)
			}
		}
	}
	return variables(commands.String())
}

// variables returns what the variables in commands stand for.
func variables(commands string) (lines []string) {
	if strings.Contains(commands, `$MINTED_KEY"`) {
		lines = append(lines, "$MINTED_KEY in a command is a key that the run minted, and has revoked since: set it to the secret of a new key.")
	}
	if strings.Contains(commands, `$UNKNOWN_KEY"`) {
		lines = append(lines, "$UNKNOWN_KEY in a command is a key that doesn't exist: set it to any text.")
	}
	return lines
}

// Statuses returns the columns of the table operation × status.
func (f *findings) Statuses() []int {
	columns := map[int]bool{}
	if f.Report != nil {
		for _, cell := range f.Report.Cells {
			columns[cell.Status] = true
		}
	}
	return slices.Sorted(maps.Keys(columns))
}

// coverageRow is a row of the table: what is known of an operation, by status, and nil where it hasn't one.
type coverageRow struct {
	Operation string
	Cells     []*conformance.Cell
}

// Rows returns the rows of the table.
func (f *findings) Rows() []coverageRow {
	if f.Report == nil {
		return nil
	}
	statuses := f.Statuses()
	var rows []coverageRow
	for _, cell := range f.Report.Cells { // In the order of operations.
		if len(rows) == 0 || rows[len(rows)-1].Operation != cell.Operation {
			rows = append(rows, coverageRow{cell.Operation, make([]*conformance.Cell, len(statuses))})
		}
		rows[len(rows)-1].Cells[slices.Index(statuses, cell.Status)] = &cell
	}
	return rows
}

// table returns the table in Markdown, with columns of the same width.
func (f *findings) table() string {
	const first = "| %-18s |"
	statuses := f.Statuses()
	var b strings.Builder
	fmt.Fprintf(&b, first, "operation")
	for _, status := range statuses {
		fmt.Fprintf(&b, " %03d |", status)
	}
	b.WriteString("\n|--------------------|" + strings.Repeat(":---:|", len(statuses)) + "\n")
	marks := map[conformance.Coverage]string{conformance.Conforming: "✓", conformance.Deviating: "✗", conformance.Unreached: "·"}
	for _, row := range f.Rows() {
		fmt.Fprintf(&b, first, row.Operation)
		for _, cell := range row.Cells {
			mark := ""
			if cell != nil {
				mark = marks[cell.Coverage]
			}
			fmt.Fprintf(&b, "  %-1s  |", mark)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// list returns what the table has, in short lines.
func (f *findings) list() string {
	var b strings.Builder
	for _, row := range f.Rows() {
		b.WriteString(row.Operation + "\n")
		for _, coverage := range []conformance.Coverage{conformance.Deviating, conformance.Conforming, conformance.Unreached} {
			var statuses []string
			for _, cell := range row.Cells {
				if cell != nil && cell.Coverage == coverage {
					statuses = append(statuses, fmt.Sprintf("%03d", cell.Status))
				}
			}
			if len(statuses) > 0 {
				fmt.Fprintf(&b, "  %s: %s\n", coverage, strings.Join(statuses, " "))
			}
		}
	}
	return b.String()
}

// plain returns a text in one line of printable characters.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case !unicode.IsPrint(r):
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// printable returns a text in lines of printable characters.
func printable(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = plain(line)
	}
	return strings.Join(lines, "\n")
}
