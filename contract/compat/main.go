// Command compat reports what changed since a commit, in openapi.yaml and in the exported Go API, which changes are breaking, and the
// version that semantic versioning asks for. Each breaking change needs an entry in CHANGELOG.md that names it: a new one, under a
// heading "### Breaking".
//
// It exits with 1 if a breaking change has no such entry, with 3 if Go packages don't compile, so that only openapi.yaml was
// compared, and with 2 after any other error.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
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

func main() {
	base := flag.String("base", "", "the commit to compare with (default: origin/main, or HEAD^ if origin/main is HEAD or missing)")
	flag.Parse()
	err := run(context.Background(), os.Stdout, ".", *base)
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "compat:", err)
	switch {
	case errors.Is(err, errUndocumented):
		os.Exit(1)
	case errors.Is(err, errNotCompared):
		os.Exit(3)
	}
	os.Exit(2)
}

// run compares the tree in dir with a commit and writes a report to w, openapi.yaml first. It returns errUndocumented if
// CHANGELOG.md doesn't name every breaking change, and errNotCompared if Go packages of either side don't compile.
func run(ctx context.Context, w io.Writer, dir, base string) error {
	commit, err := resolve(ctx, dir, base)
	if err != nil {
		return err
	}
	if commit == "" {
		_, err := fmt.Fprintln(w, "There is no earlier commit here to compare with.")
		return err
	}
	before, err := checkOut(ctx, dir, commit)
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(before) }()

	if _, err := os.Stat(filepath.Join(before, "openapi.yaml")); errors.Is(err, fs.ErrNotExist) {
		_, err := fmt.Fprintf(w, "%.12s has no openapi.yaml: everything is new.\n", commit)
		return err
	}
	log, err := readChangelogs(filepath.Join(before, "CHANGELOG.md"), filepath.Join(dir, "CHANGELOG.md"))
	if err != nil {
		return err
	}
	document, err := documentChanges(before, dir)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "Compared with %.12s.\n%s", commit, section("openapi.yaml", document, log)); err != nil {
		return err
	}
	api, err := apiChanges(ctx, before, dir)
	if err != nil {
		_, writeErr := fmt.Fprintf(w, "\nGo API: not compared, because %s.\n", err)
		return errors.Join(errNotCompared, writeErr)
	}
	changes := slices.Concat(document, api)
	if _, err := fmt.Fprint(w, section("Go API", api, log), summary(changes, log)); err != nil {
		return err
	}
	if slices.ContainsFunc(changes, log.lacks) {
		return errUndocumented
	}
	return nil
}

// resolve returns the commit to compare with, or "" if there is no earlier one.
func resolve(ctx context.Context, dir, base string) (string, error) {
	if base != "" {
		commit, err := git(ctx, dir, "rev-parse", "--verify", "--quiet", base+"^{commit}")
		if err != nil {
			return "", fmt.Errorf("there is no commit %q here: fetch it, or name another with BASE", base)
		}
		return commit, nil
	}
	head, err := git(ctx, dir, "rev-parse", "HEAD")
	if err != nil {
		return "", err
	}
	for _, ref := range []string{"origin/main", "HEAD^"} {
		if commit, err := git(ctx, dir, "rev-parse", "--verify", "--quiet", ref+"^{commit}"); err == nil && commit != head {
			return commit, nil
		}
	}
	return "", nil
}

// checkOut extracts the tree of a commit into a new directory. The caller removes it.
func checkOut(ctx context.Context, dir, commit string) (string, error) {
	tree, err := os.MkdirTemp("", "compat")
	if err != nil {
		return "", err
	}
	archive := filepath.Join(tree, "tree.tar")
	if _, err = git(ctx, dir, "archive", "--output", archive, commit); err == nil {
		err = exec.CommandContext(ctx, "tar", "-x", "-C", tree, "-f", archive).Run() //nolint:gosec // Our own paths.
	}
	if err != nil {
		_ = os.RemoveAll(tree)
		return "", fmt.Errorf("can't check out %s: %w", commit, err)
	}
	return tree, nil
}

func git(ctx context.Context, dir string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, "git", append([]string{"-C", dir}, args...)...).Output() //nolint:gosec // Not from a stranger.
	if err != nil {
		return "", fmt.Errorf("git %s: %w", args[0], err)
	}
	return strings.TrimSpace(string(out)), nil
}
