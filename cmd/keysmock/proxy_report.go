package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/qaikeys/qaikeys/wrapper/document"
)

// report is what all exchanges show, and a line of JSON for each in a file, if there is one.
type report struct {
	summary

	doc    *document.Document
	logger *slog.Logger
	file   *os.File        // Nil for none, and once it can't be written.
	seen   map[string]bool // The properties that had a value, and whether the document has them.
}

// summary is the last line of a report.
type summary struct {
	Exchanges  int                    `json:"exchanges"`
	Unrecorded int                    `json:"unrecorded"` // Exchanges that were under way when the proxy had to end.
	Violating  int                    `json:"with_violations"`
	Statuses   map[string]map[int]int `json:"statuses"`                       // How many exchanges of an operation had a status.
	NeverSeen  []string               `json:"properties_never_seen"`          // Of those that the document has.
	Unknown    []string               `json:"properties_not_in_the_document"` // Up to maxUnknown.
}

func newReport(doc *document.Document, logger *slog.Logger) *report {
	return &report{summary: summary{Statuses: map[string]map[int]int{}}, doc: doc, logger: logger, seen: map[string]bool{}}
}

// checkReport returns why the file of -report can't be used, or nil. A pipe would hold up every exchange until somebody reads it.
func checkReport(path string) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("-report needs a regular file, and %q isn't one: name another", path)
	}
	return nil
}

// open opens the file, whose content it replaces, unless another keysmock writes it. There is none if path is empty.
func (r *report) open(path string) error {
	if path == "" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // The flag names it.
	switch {
	case err != nil:
	case taken(file):
		err = fmt.Errorf("another keysmock writes %q: name another file", path)
	default:
		err = file.Truncate(0)
	}
	if err != nil {
		_ = file.Close()
		return fmt.Errorf("-report: %w", err)
	}
	r.file = file
	return nil
}

// add adds an exchange and the properties that had a value in it.
func (r *report) add(x *exchange, seen map[string]bool) {
	r.Exchanges++
	if len(x.Violations) > 0 {
		r.Violating++
	}
	operation := cmp.Or(x.Operation, "none")
	if r.Statuses[operation] == nil {
		r.Statuses[operation] = map[int]int{}
	}
	r.Statuses[operation][x.Status]++
	for property, documented := range seen {
		if _, known := r.seen[property]; !known && !documented {
			if len(r.Unknown) >= maxUnknown {
				continue
			}
			r.Unknown = append(r.Unknown, property)
		}
		r.seen[property] = documented
	}
	r.write(x)
}

// end logs the summary, and writes it to the file, which then has everything. Of a start that failed it says nothing.
func (r *report) end() {
	if r.Exchanges+r.Unrecorded == 0 && r.file == nil {
		return
	}
	slices.Sort(r.Unknown)
	r.NeverSeen = slices.DeleteFunc(r.doc.Properties(), func(property string) bool { return r.seen[property] })
	var statuses []string
	for _, operation := range slices.Sorted(maps.Keys(r.Statuses)) {
		for _, status := range slices.Sorted(maps.Keys(r.Statuses[operation])) {
			statuses = append(statuses, fmt.Sprintf("%s %d × %d", operation, status, r.Statuses[operation][status]))
		}
	}
	r.logger.Info("summary", "exchanges", r.Exchanges, "unrecorded", r.Unrecorded, "with_violations", r.Violating,
		"statuses", strings.Join(statuses, ", "), "properties_never_seen", strings.Join(r.NeverSeen, " "),
		"properties_not_in_the_document", strings.Join(r.Unknown, " "))
	r.write(map[string]any{"summary": &r.summary})
	r.close(nil)
}

// write writes a line. Traffic goes on without a file that can't be written, and the log says so once.
func (r *report) write(value any) {
	if r.file == nil {
		return
	}
	line, err := json.Marshal(value)
	if err == nil {
		_, err = r.file.Write(append(line, '\n'))
	}
	if err != nil {
		r.close(err)
	}
}

// close closes the file, if it is open, after an error or nil.
func (r *report) close(err error) {
	if r.file == nil {
		return
	}
	if err = cmp.Or(err, r.file.Close()); err != nil {
		r.logger.Error("the report ends here: it can't be written", "error", err)
	}
	r.file = nil
}
