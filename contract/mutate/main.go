// Command mutate tests the tests: it plants the faults of faults.txt one at a time, in a copy of the project, and reports which of
// them the tests let live. A fault is caught where a test fails, or where nothing can be built or generated any more.
package main

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

//go:embed faults.txt
var list string

// wanted is how many of the faults have to be caught, in per cent.
const wanted = 95

func main() {
	every := flag.Int("every", 1, "plant each so many-th fault of the list alone")
	only := flag.String("only", "", "plant the faults of files whose name contains this alone")
	workers := flag.Int("workers", 2, "copies of the project to work in at the same time")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	t, err := run(ctx, os.Stdout, *every, *only, *workers)
	stop()
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(2)
	case t.lives > 0:
		fmt.Fprintln(os.Stderr, "mutate: the tests let faults live: write the tests that catch them, or explain them in faults.txt")
		os.Exit(1)
	case 100*t.explained > (100-wanted)*t.planted && *every == 1 && *only == "":
		fmt.Fprintf(os.Stderr, "mutate: less than %d %% of the faults were caught\n", wanted)
		os.Exit(1)
	}
}

// tally counts what became of the faults.
type tally struct{ planted, caught, explained, lives int }

// fault is one change of a file.
type fault struct {
	file, old, new string
	explained      string // Why it may live; empty where it may not.
}

func (f fault) String() string { return fmt.Sprintf("`%s`: `%s` → `%s`", f.file, f.old, f.new) }

// parse reads a list of faults.
func parse(list string) ([]fault, error) {
	var (
		faults []fault
		file   string
	)
	for i, line := range strings.Split(list, "\n") {
		text := strings.TrimLeft(line[min(2, len(line)):], " ")
		switch {
		case line == "" || line[0] == '#':
		case strings.HasPrefix(line, "- "):
			faults = append(faults, fault{file: file, old: text})
		case len(faults) > 0 && line[0] == '+':
			faults[len(faults)-1].new = text
		case len(faults) > 0 && strings.HasPrefix(line, "= "):
			faults[len(faults)-1].explained = text
		case line[0] != '+' && line[0] != '=':
			file = line
		default:
			return nil, fmt.Errorf("faults.txt, line %d: %q belongs to no fault", i+1, line)
		}
	}
	return faults, nil
}

// mutated is the file with the fault.
func (f fault) mutated(dir string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f.file))) //nolint:gosec // A file of the project.
	if err != nil {
		return nil, err
	}
	if n := bytes.Count(text, []byte(f.old)); n != 1 {
		return nil, fmt.Errorf("%s has %q %d times, not once", f.file, f.old, n)
	}
	return bytes.Replace(text, []byte(f.old), []byte(f.new), 1), nil
}

// plant changes the file of a copy of the project and returns what undoes that.
func (f fault) plant(dir string) (undo func() error, err error) {
	name := filepath.Join(dir, filepath.FromSlash(f.file))
	before, err := os.ReadFile(name) //nolint:gosec // A file of the project.
	if err != nil {
		return nil, err
	}
	after, err := f.mutated(dir)
	if err != nil {
		return nil, err
	}
	return func() error { return os.WriteFile(name, before, 0o600) }, os.WriteFile(name, after, 0o600)
}

// run plants the faults that were asked for and reports on w.
func run(ctx context.Context, w io.Writer, every int, only string, workers int) (tally, error) {
	all, err := parse(list)
	if err != nil {
		return tally{}, err
	}
	var chosen []fault
	for i, f := range all {
		if i%every == 0 && strings.Contains(f.file, only) {
			chosen = append(chosen, f)
		}
	}
	if len(chosen) == 0 {
		return tally{}, fmt.Errorf("no fault of the list is in a file like %q", only)
	}
	queue := make(chan fault)
	go func() {
		defer close(queue)
		for _, f := range chosen {
			queue <- f
		}
	}()

	var (
		mu      sync.Mutex
		t       = tally{planted: len(chosen)}
		working sync.WaitGroup
		failure error
	)
	_, _ = fmt.Fprintln(w, "| fault | what caught it |\n|---|---|")
	for range workers {
		working.Go(func() {
			dir, err := copyProject(ctx)
			defer func() { _ = os.RemoveAll(dir) }()
			for f := range queue {
				by, failed := "", err
				if failed == nil {
					by, failed = f.caughtBy(ctx, dir)
				}
				mu.Lock()
				switch {
				case failed != nil:
					failure = errors.Join(failure, failed)
				case by != "":
					t.caught++
				case f.explained != "":
					t.explained++
					by = "lives: " + f.explained
				default:
					t.lives++
					by = "**lives**"
				}
				if failed == nil {
					_, _ = fmt.Fprintf(w, "| %s | %s |\n", strings.ReplaceAll(f.String(), "|", "\\|"), by)
				}
				mu.Unlock()
			}
		})
	}
	working.Wait()
	if failure != nil {
		return t, failure
	}
	_, err = fmt.Fprintf(w, "\nThe tests caught %d of %d faults (%d %%); %d live and are explained, %d live.\n",
		t.caught, t.planted, 100*t.caught/t.planted, t.explained, t.lives)
	return t, err
}

// copyProject copies what git knows of the project.
func copyProject(ctx context.Context) (string, error) {
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return "", err
	}
	copying := exec.CommandContext(ctx, "sh", "-c", `git ls-files -z | xargs -0 cp --parents -t "$1"`, "sh", dir) //nolint:gosec // Our own path.
	out, err := copying.CombinedOutput()
	if err != nil {
		return dir, fmt.Errorf("can't copy the project: %w: %s", err, out)
	}
	return dir, os.Remove(filepath.Join(dir, "contract", "mutate", "mutate_test.go")) // It compares the list with what isn't changed.
}

// timeout is how long the tests of a fault may take; one that makes them hang is caught.
const timeout = time.Minute

var failedTest = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// caughtBy plants a fault and names what notices; nothing does where it lives.
func (f fault) caughtBy(ctx context.Context, dir string) (by string, err error) {
	undo, err := f.plant(dir)
	if err != nil {
		return "", err
	}
	defer func() {
		undone := undo()
		if f.isSource() {
			_, _ = command(ctx, dir, "go", "generate", "./...")
		}
		err = cmp.Or(err, undone)
	}()
	if f.isSource() {
		if _, failed := command(ctx, dir, "go", "generate", "./..."); failed {
			return "the generator", ctx.Err()
		}
	}
	// The packages that are likeliest to notice go first. That a generated file was edited says nothing about what it does.
	for _, packages := range [][]string{f.nearest(), {"./..."}} {
		out, failed := command(ctx, dir, "go", append([]string{"test", "-failfast", "-skip", "^(TestGeneratedCodeIsCurrent|TestCheck)$",
			"-timeout", timeout.String()}, packages...)...)
		if !failed {
			continue
		}
		if test := failedTest.FindStringSubmatch(out); test != nil {
			return test[1], ctx.Err()
		}
		if strings.Contains(out, "[build failed]") || strings.Contains(out, "[setup failed]") {
			if strings.HasSuffix(f.file, ".go") && !strings.HasPrefix(f.file, "generated/") {
				return "", fmt.Errorf("%s can't be built: it is no fault to test with\n%s", f, out)
			}
			return "the compiler", ctx.Err()
		}
		return "a panic, or a test that doesn't end", ctx.Err()
	}
	return "", ctx.Err()
}

// isSource returns whether the generated code is made from the file.
func (f fault) isSource() bool {
	return strings.HasSuffix(f.file, ".yaml") || strings.HasPrefix(f.file, "codegen/")
}

func (f fault) nearest() []string {
	if dir := filepath.ToSlash(filepath.Dir(f.file)); strings.HasPrefix(dir, "wrapper") || strings.HasPrefix(dir, "cmd") || dir == "types" {
		return []string{"./" + dir}
	}
	return []string{"./contract"}
}

// command runs a program in dir and returns what it printed and whether it failed.
func command(ctx context.Context, dir, name string, args ...string) (out string, failed bool) {
	ctx, cancel := context.WithTimeout(ctx, 3*timeout) // The tests end before that, by their own timeout.
	defer cancel()
	c := exec.CommandContext(ctx, name, args...) //nolint:gosec // Not from a stranger.
	c.Dir = dir
	c.WaitDelay = time.Second
	text, err := c.CombinedOutput()
	return string(text), err != nil
}
