package conformance

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Coverage is what is known of an operation's status.
type Coverage string

// What can be known.
const (
	Conforming Coverage = "conforming" // Reached, and nothing was wrong.
	Deviating  Coverage = "deviating"  // Undocumented, not what the document says, or not sent where it was expected.
	Unreached  Coverage = "not reached"
)

// Cell is an operation and a status that the document has for it, that a rule expects or that the target sent.
type Cell struct {
	Operation string
	Status    int
	Coverage  Coverage
	Responses int // How many there were.
}

// Report is what a run has found.
type Report struct {
	Results  []Result
	Cells    []Cell // In the order of operations and statuses.
	Requests int    // How many were sent, with those of the cleanup.
}

// finish computes the cells.
func (r *Report) finish(s *suite) {
	r.Requests = s.requests
	cells := map[cellKey]*Cell{}
	cell := func(key cellKey) *Cell {
		if cells[key] == nil {
			cells[key] = &Cell{Operation: key.op, Status: key.status, Coverage: Unreached}
		}
		return cells[key]
	}
	for _, op := range s.doc.Operations {
		for _, status := range op.Statuses() {
			cell(cellKey{op.ID, status})
		}
	}
	for key, seen := range s.seen {
		c := cell(key)
		c.Responses, c.Coverage = seen.count, Conforming
		if seen.fault != nil || seen.undocumented != nil {
			c.Coverage = Deviating
		}
	}
	for _, result := range r.Results {
		var status int
		if _, err := fmt.Sscanf(result.Rule, "%d", &status); err != nil {
			continue
		}
		c := cell(cellKey{result.Operation, status})
		if result.Outcome == Failed || result.Outcome == KnownFailure {
			c.Coverage = Deviating
		}
	}
	for _, c := range cells {
		r.Cells = append(r.Cells, *c)
	}
	slices.SortFunc(r.Cells, func(a, b Cell) int {
		return cmp.Or(cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Status, b.Status))
	})
}

// String returns the table operation × status in Markdown, where ✓ is conforming, ✗ deviating and · not reached, and a line with the number
// of the rules of each outcome.
func (r *Report) String() string {
	rows, columns := map[string]map[int]Coverage{}, map[int]bool{}
	for _, c := range r.Cells {
		if rows[c.Operation] == nil {
			rows[c.Operation] = map[int]Coverage{}
		}
		rows[c.Operation][c.Status] = c.Coverage
		columns[c.Status] = true
	}
	statuses := slices.Sorted(maps.Keys(columns))
	marks := map[Coverage]string{Conforming: "✓", Deviating: "✗", Unreached: "·"}
	var b strings.Builder
	b.WriteString("| operation |")
	for _, status := range statuses {
		fmt.Fprintf(&b, " %d |", status)
	}
	b.WriteString("\n|---|" + strings.Repeat(":-:|", len(statuses)) + "\n")
	for _, op := range slices.Sorted(maps.Keys(rows)) {
		fmt.Fprintf(&b, "| %s |", op)
		for _, status := range statuses {
			fmt.Fprintf(&b, " %s |", marks[rows[op][status]])
		}
		b.WriteString("\n")
	}
	counts, rules := map[Outcome]int{}, 0
	for _, result := range r.Results {
		if result.Operation != "" { // The cleanup isn't a rule.
			counts[result.Outcome]++
			rules++
		}
	}
	fmt.Fprintf(&b, "\nOf %d rules ", rules)
	for _, outcome := range []Outcome{Passed, Failed, UnexpectedPass, KnownFailure} {
		if counts[outcome] > 0 {
			fmt.Fprintf(&b, "%d %s, ", counts[outcome], outcome)
		}
	}
	fmt.Fprintf(&b, "%d %s.\n", counts[NotReached], NotReached)
	return b.String()
}
