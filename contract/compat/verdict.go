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

// changelogs are what two versions of CHANGELOG.md tell.
type changelogs struct {
	released string   // The last version that was released, like "v0.1.0"; empty where there is none.
	breaking []string // The entries under "### Breaking" that are new.
	entries  int      // How many entries of any kind are new.
}

var (
	release = regexp.MustCompile(`(?m)^## \[?v?(\d+\.\d+\.\d+)\b`)
	heading = regexp.MustCompile(`(?m)^###? (.*)$`)
)

// readChangelogs reads both files; where there is none, it is empty.
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

// sections returns the entries of a changelog by the heading that they stand under, whatever the version.
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

// owns returns whether a new entry about what breaks names subject.
func (c changelogs) owns(subject string) bool {
	name := regexp.MustCompile(`(^|[^\w.])` + regexp.QuoteMeta(subject) + `($|[^\w.]|\.($|\s))`)
	return slices.ContainsFunc(c.breaking, name.MatchString)
}

// verdict is what there is to say of the changes.
type verdict struct {
	text  string
	owned bool // Every breaking change is in the changelog.
}

func (v verdict) String() string { return v.text }

// judge weighs the changes of the document and of the Go API.
func judge(log changelogs, document, api []change) verdict {
	var b strings.Builder
	owned, breaking := true, 0
	for _, part := range []struct {
		name    string
		changes []change
	}{{"openapi.yaml", document}, {"Go API", api}} {
		fmt.Fprintf(&b, "\n%s: %s\n", part.name, count(len(part.changes), "change"))
		for _, c := range part.changes {
			kind, inLog := "compatible", ""
			if c.breaking {
				breaking++
				kind, inLog = "breaking", " (CHANGELOG.md owns up to it)"
				if !log.owns(c.subject) {
					owned = false
					inLog = fmt.Sprintf(" (CHANGELOG.md has no new entry under \"### Breaking\" that names %s)", c.subject)
				}
			}
			fmt.Fprintf(&b, "  %-10s  %s: %s%s\n", kind, c.subject, c.text, inLog)
		}
	}
	fmt.Fprintf(&b, "\nCHANGELOG.md gained %s.\n", count(log.entries, "entry"))
	fmt.Fprintf(&b, "Semantic versioning asks for %s.\n", nextVersion(log.released, breaking > 0, len(document)+len(api) > 0))
	return verdict{b.String(), owned}
}

func count(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "y"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(noun, "y"))
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// nextVersion is the version that semantic versioning asks for after released. Before 1.0.0 a minor version may break.
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
