package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// changelogs is the difference between the CHANGELOG.md of two trees.
type changelogs struct {
	released string  // The last released version, like "0.1.0", or "" before the first.
	added    []entry // The new entries.
}

// entry is an entry of a changelog, on one line.
type entry struct{ heading, text string }

// readChangelog returns the CHANGELOG.md of a tree, empty if there is none.
func readChangelog(dir string) string {
	text, _ := os.ReadFile(filepath.Join(dir, "CHANGELOG.md")) //nolint:gosec // A file of the project.
	return string(text)
}

var release = regexp.MustCompile(`(?m)^## \[?v?(\d+\.\d+\.\d+)\b`)

func compareChangelogs(before, after string) changelogs {
	var log changelogs
	if found := release.FindStringSubmatch(before); found != nil {
		log.released = found[1]
	}
	known := entries(before)
	log.added = slices.DeleteFunc(entries(after), func(e entry) bool { return slices.Contains(known, e) })
	return log
}

// entries returns the entries of all versions of a changelog.
func entries(changelog string) []entry {
	var all []entry
	for section := range strings.SplitSeq("\n"+changelog, "\n#") {
		heading, body, _ := strings.Cut(section, "\n")
		for _, text := range strings.Split("\n"+body, "\n- ")[1:] {
			all = append(all, entry{strings.TrimLeft(heading, "# "), strings.Join(strings.Fields(text), " ")})
		}
	}
	return all
}

// undocumented reports whether c is a breaking change that no new entry under "### Breaking" names.
func (l changelogs) undocumented(c change) bool {
	name := regexp.MustCompile(`(^|[^\w.])` + regexp.QuoteMeta(c.subject) + `($|[^\w.]|\.($|\s))`)
	return c.breaking && !slices.ContainsFunc(l.added, func(e entry) bool { return e.heading == "Breaking" && name.MatchString(e.text) })
}

// section returns the part of the report that lists the changes of one kind.
func section(title string, changes []change, log changelogs) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s: %s\n", title, count(len(changes), "change", "changes"))
	for _, c := range changes {
		note := ""
		switch {
		case log.undocumented(c):
			note = fmt.Sprintf(" (CHANGELOG.md has no new entry under \"### Breaking\" that names %s)", c.subject)
		case c.breaking:
			note = " (documented in CHANGELOG.md)"
		}
		fmt.Fprintf(&b, "  %s%s\n", c, note)
	}
	return b.String()
}

// summary returns the end of the report: the changelog's new entries and the next version.
func summary(changes []change, log changelogs) string {
	breaking := slices.ContainsFunc(changes, func(c change) bool { return c.breaking })
	return fmt.Sprintf("\nCHANGELOG.md gained %s.\nSemantic versioning asks for %s.\n",
		count(len(log.added), "entry", "entries"), nextVersion(log.released, breaking, len(changes) > 0))
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}

// nextVersion returns the version that semantic versioning asks for after released. Before 1.0.0 a minor version may be breaking.
func nextVersion(released string, breaking, changed bool) string {
	if released == "" {
		return "0.1.0, the first"
	}
	var major, minor, patch int
	_, _ = fmt.Sscanf(released, "%d.%d.%d", &major, &minor, &patch)
	switch {
	case breaking && major > 0:
		return fmt.Sprintf("%d.0.0", major+1)
	case changed:
		return fmt.Sprintf("%d.%d.0", major, minor+1)
	}
	return fmt.Sprintf("%d.%d.%d, if anything", major, minor, patch+1)
}
