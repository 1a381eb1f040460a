package conformance

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Outcome is what became of a rule.
type Outcome string

// The outcomes.
const (
	Passed         Outcome = "passed"
	Failed         Outcome = "failed"
	NotReached     Outcome = "not reached"     // Neither kept nor broken: it couldn't be tried.
	KnownFailure   Outcome = "known failure"   // It failed, as [Target].KnownFailures says.
	UnexpectedPass Outcome = "unexpected pass" // It passed, though [Target].KnownFailures says that it fails.
)

// Result is the outcome of a rule.
type Result struct {
	Name      string // Operation and rule, like "createKey/400/name_missing"; "cleanup" for the end.
	Operation string // The operationId; empty for the cleanup.
	Rule      string
	Outcome   Outcome
	Reason    string    // What is wrong, or why the rule wasn't reached; empty if it passed.
	Exchange  *Exchange // The request and the response that show it; nil if there are none.
}

// Exchange is a request and its response, without secrets and shortened.
type Exchange struct {
	// Request is a curl command for a POSIX shell, or a comment if it is cut. Variables stand for keys: $QAI_API_KEY for the credential;
	// $MINTED_KEY for one that the run minted, and has revoked since: set it to the secret of a new key; $UNKNOWN_KEY for one that doesn't
	// exist: set it to any text.
	Request string

	Status int         // 0 if there was no response.
	Header http.Header // Of the response: up to 50, each cut; only the most common ones and those of the API if it may have a new secret.
	Body   string      // Of the response; how long it is if it may have a new secret, or is larger than 1 MiB.
}

// String returns the result in some lines for people.
func (r Result) String() string {
	var b strings.Builder
	b.WriteString(string(r.Outcome))
	if r.Reason != "" {
		b.WriteString(": " + r.Reason)
	}
	if x := r.Exchange; x != nil {
		fmt.Fprintf(&b, "\n%s", x.Request)
		if x.Status > 0 {
			fmt.Fprintf(&b, "\n%d %s", x.Status, http.StatusText(x.Status))
		}
		for _, name := range slices.Sorted(maps.Keys(x.Header)) {
			fmt.Fprintf(&b, "\n%s: %s", name, strings.Join(x.Header[name], ", "))
		}
		if x.Body != "" {
			b.WriteString("\n" + x.Body)
		}
	}
	return b.String()
}

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
	for _, op := range s.doc.Operations {
		cells := map[int]Cell{}
		for _, status := range op.Statuses() {
			cells[status] = Cell{op.ID, status, Unreached, 0}
		}
		for status, seen := range s.seen[op.ID] {
			cells[status] = Cell{op.ID, status, Conforming, seen.count}
			if seen.fault != nil || seen.undocumented != nil {
				cells[status] = Cell{op.ID, status, Deviating, seen.count}
			}
		}
		for _, result := range r.Results {
			var status int
			if _, err := fmt.Sscanf(result.Rule, "%d", &status); err != nil || result.Operation != op.ID {
				continue
			}
			coverage := cmp.Or(cells[status].Coverage, Unreached)
			if result.Outcome == Failed || result.Outcome == KnownFailure {
				coverage = Deviating
			}
			cells[status] = Cell{op.ID, status, coverage, cells[status].Responses}
		}
		for _, status := range slices.Sorted(maps.Keys(cells)) {
			r.Cells = append(r.Cells, cells[status])
		}
	}
}

// String returns the table operation × status in Markdown, where ✓ is conforming, ✗ deviating and · not reached, and a line with the number
// of the rules of each outcome.
func (r *Report) String() string {
	columns := map[int]bool{}
	for _, c := range r.Cells {
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
	for cells := r.Cells; len(cells) > 0; {
		op := cells[0].Operation
		fmt.Fprintf(&b, "| %s |", op)
		for _, status := range statuses {
			mark := ""
			if len(cells) > 0 && cells[0].Operation == op && cells[0].Status == status {
				mark, cells = marks[cells[0].Coverage], cells[1:]
			}
			fmt.Fprintf(&b, " %s |", mark)
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
