// Command compat tells what changed since a commit, in openapi.yaml and in the exported Go API, which of it breaks programs, and the
// version that semantic versioning asks for. It fails where a breaking change isn't owned up to in CHANGELOG.md: under a
// heading "### Breaking", in an entry that the commit didn't have and that names what broke.
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
	"strings"
)

func main() {
	base := flag.String("base", "", "the commit to compare with; default: main at its origin, and the last commit before this one where that is the same")
	flag.Parse()
	owned, err := run(context.Background(), os.Stdout, ".", *base)
	if err != nil {
		fmt.Fprintln(os.Stderr, "compat:", err)
		os.Exit(2)
	}
	if !owned {
		fmt.Fprintln(os.Stderr, "compat: a breaking change isn't owned up to: name what broke under \"### Breaking\" in CHANGELOG.md")
		os.Exit(1)
	}
}

// run compares the tree in dir with a commit of it, writes what it finds and returns whether every breaking change is owned up to.
func run(ctx context.Context, w io.Writer, dir, base string) (bool, error) {
	commit, err := resolve(ctx, dir, base)
	if err != nil {
		return false, err
	}
	if commit == "" {
		_, err := fmt.Fprintln(w, "There is no earlier commit here to compare with.")
		return true, err
	}
	before, err := checkOut(ctx, dir, commit)
	if err != nil {
		return false, err
	}
	defer func() { _ = os.RemoveAll(before) }()

	if _, err := os.Stat(filepath.Join(before, "openapi.yaml")); errors.Is(err, fs.ErrNotExist) {
		_, err := fmt.Fprintf(w, "%.12s has no openapi.yaml: everything is new.\n", commit)
		return true, err
	}
	document, err := documentChanges(filepath.Join(before, "openapi.yaml"), filepath.Join(dir, "openapi.yaml"))
	if err != nil {
		return false, err
	}
	api, err := apiChanges(ctx, before, dir)
	if err != nil {
		return false, err
	}
	log, err := readChangelogs(filepath.Join(before, "CHANGELOG.md"), filepath.Join(dir, "CHANGELOG.md"))
	if err != nil {
		return false, err
	}
	v := judge(log, document, api)
	_, err = fmt.Fprintf(w, "Compared with %.12s.\n%s", commit, v)
	return v.owned, err
}

// resolve returns the commit to compare with; none where there is no earlier one.
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

// checkOut puts the tree of a commit into a directory that the caller removes.
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
