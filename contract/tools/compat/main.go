// Command compat reports what changed since a commit, in the documents and in the exported Go API, which changes are breaking, and the
// version that semantic versioning asks for. Each breaking change needs a new entry in CHANGELOG.md, under a heading "### Breaking",
// that names it.
//
// It runs in contract/tools, as make compat does. It fails if a breaking change has no such entry, and if Go packages don't compile, so
// that only the documents were compared.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

var (
	errUndocumented = errors.New("a breaking change isn't documented: name it under \"### Breaking\" in CHANGELOG.md")
	errNotCompared  = errors.New("the Go API wasn't compared")
)

// documents are what the API and keysmock's control API are described in.
var documents = []string{"openapi.yaml", "cmd/keysmock/control.yaml"}

func main() {
	base := flag.String("base", "", "the commit to compare with (default: origin/main, or HEAD^ if origin/main is HEAD or missing)")
	flag.Parse()
	report, err := run(context.Background(), "../..", *base)
	fmt.Print(report)
	if err != nil {
		fmt.Fprintln(os.Stderr, "compat:", err)
		os.Exit(1)
	}
}

// run compares the tree in dir with a commit. It returns errUndocumented if CHANGELOG.md doesn't name every breaking change, and
// errNotCompared if Go packages of either side don't compile.
func run(ctx context.Context, dir, base string) (report string, err error) {
	commit, err := resolve(ctx, dir, base)
	if err != nil {
		return "", err
	}
	if commit == "" {
		return "There is no earlier commit here to compare with.\n", nil
	}
	before, err := os.MkdirTemp("", "compat")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(before) }()
	if err := checkOut(ctx, dir, commit, before); err != nil {
		return "", err
	}
	log := compareChangelogs(readChangelog(before), readChangelog(dir))
	report, changes, err := compareDocuments(before, dir, log)
	if err != nil {
		return "", err
	}
	report = fmt.Sprintf("Compared with %.12s.\n", commit) + report
	api, err := apiChanges(ctx, before, dir)
	if err != nil {
		return report + fmt.Sprintf("\nGo API: not compared, because %s.\n", err), errNotCompared
	}
	changes = append(changes, api...)
	report += section("Go API", api, log) + summary(changes, log)
	if slices.ContainsFunc(changes, log.undocumented) {
		return report, errUndocumented
	}
	return report, nil
}

// compareDocuments returns the part of the report that is about the documents, and their changes. A document that the base lacks is new.
func compareDocuments(before, after string, log changelogs) (report string, changes []change, err error) {
	var b strings.Builder
	for _, name := range documents {
		if _, err := os.Stat(filepath.Join(before, name)); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		found, err := documentChanges(before, after, name)
		if err != nil {
			return "", nil, err
		}
		b.WriteString(section(name, found, log))
		changes = append(changes, found...)
	}
	return b.String(), changes, nil
}

// resolve returns the commit to compare with, or "" if there is no earlier one.
func resolve(ctx context.Context, dir, base string) (string, error) {
	if base != "" {
		commit := findCommit(ctx, dir, base)
		if commit == "" {
			return "", fmt.Errorf("there is no commit %q here: fetch it, or name another with BASE", base)
		}
		return commit, nil
	}
	commit := findCommit(ctx, dir, "origin/main")
	if commit == "" || commit == findCommit(ctx, dir, "HEAD") {
		commit = findCommit(ctx, dir, "HEAD^")
	}
	return commit, nil
}

// findCommit returns the hash of a commit, or "" if git doesn't know it.
func findCommit(ctx context.Context, dir, ref string) string {
	out, _ := exec.CommandContext(ctx, "git", "-C", dir, "rev-parse", "--verify", "--quiet", ref+"^{commit}").Output() //nolint:gosec // Not from a stranger.
	return strings.TrimSpace(string(out))
}

// checkOut extracts the tree of a commit into an empty directory.
func checkOut(ctx context.Context, dir, commit, into string) error {
	extract := exec.CommandContext(ctx, "sh", "-c", `git -C "$0" archive "$1" | tar -x -C "$2"`, dir, commit, into) //nolint:gosec // Our own paths.
	if out, err := extract.CombinedOutput(); err != nil {
		return fmt.Errorf("can't check out %s: %w: %s", commit, err, out)
	}
	return nil
}
