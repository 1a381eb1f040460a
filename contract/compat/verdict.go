package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/semver"
)

// changelogs holds what CHANGELOG.md says, and what it didn't say before.
type changelogs struct {
	released string   // The last released version, like "v0.1.0", or "" before the first.
	breaking []string // The new entries under "### Breaking".
	entries  int      // The number of new entries under any heading.
}

var (
	release = regexp.MustCompile(`(?m)^## \[?v?(\d+\.\d+\.\d+)\b`)
	heading = regexp.MustCompile(`(?m)^###? (.*)$`)
)

// readChangelogs compares two files. A missing file counts as empty.
func readChangelogs(before, after string) (changelogs, error) {
	var texts [2]string
	for i, file := range []string{before, after} {
		text, err := os.ReadFile(file) //nolint:gosec // A file of the project.
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return changelogs{}, err
		}
		texts[i] = string(text)
	}
	return compareChangelogs(texts[0], texts[1]), nil
}

func compareChangelogs(before, after string) changelogs {
	var log changelogs
	if found := release.FindStringSubmatch(before); found != nil {
		log.released = "v" + found[1]
	}
	known := sections(before)
	for name, entries := range sections(after) {
		for _, entry := range entries {
			if slices.Contains(known[name], entry) {
				continue
			}
			log.entries++
			if name == "Breaking" {
				log.breaking = append(log.breaking, entry)
			}
		}
	}
	return log
}

// sections returns the entries of a changelog by their heading, of all versions together.
func sections(changelog string) map[string][]string {
	found := map[string][]string{}
	headings := heading.FindAllStringSubmatchIndex(changelog, -1)
	for i, at := range headings {
		end := len(changelog)
		if i+1 < len(headings) {
			end = headings[i+1][0]
		}
		name := changelog[at[2]:at[3]]
		for _, entry := range strings.Split("\n"+changelog[at[1]:end], "\n- ")[1:] {
			found[name] = append(found[name], strings.Join(strings.Fields(entry), " "))
		}
	}
	return found
}

// lacks reports whether c is a breaking change that no new entry under "### Breaking" names.
func (l changelogs) lacks(c change) bool {
	name := regexp.MustCompile(`(^|[^\w.])` + regexp.QuoteMeta(c.subject) + `($|[^\w.]|\.($|\s))`)
	return c.breaking && !slices.ContainsFunc(l.breaking, name.MatchString)
}

// section returns the part of the report that lists the changes of one kind.
func section(title string, changes []change, log changelogs) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s: %s\n", title, count(len(changes), "change"))
	for _, c := range changes {
		note := ""
		switch {
		case log.lacks(c):
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
		count(log.entries, "entry"), nextVersion(log.released, breaking, len(changes) > 0))
}

// count returns the number and the noun, like "1 entry" or "2 entries".
func count(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "y"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(noun, "y"))
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// nextVersion returns the version that semantic versioning asks for after released. Before 1.0.0 a minor version may be breaking.
func nextVersion(released string, breaking, changed bool) string {
	if released == "" {
		return "0.1.0, the first"
	}
	var major, minor, patch int
	_, _ = fmt.Sscanf(semver.Canonical(released), "v%d.%d.%d", &major, &minor, &patch)
	switch {
	case breaking && major > 0:
		return fmt.Sprintf("%d.0.0", major+1)
	case changed:
		return fmt.Sprintf("%d.%d.0", major, minor+1)
	}
	return fmt.Sprintf("%d.%d.%d, if anything", major, minor, patch+1)
}
