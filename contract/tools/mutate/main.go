// Command mutate tests the tests: it plants the faults of faults.txt one at a time, in a copy of the project, and reports which of
// them the tests let live. A fault is caught if a test fails, or if the project can't be generated or built any more.
//
// It runs in contract/tools, as make mutate does.
package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

//go:embed faults.txt
var list string

const (
	project = "../.."     // The directory of the project.
	workers = 2           // Copies of the project to work in at the same time.
	wanted  = 95          // How many of the whole list have to be caught, in per cent.
	timeout = time.Minute // Of the tests for one fault; a fault that makes them hang is caught.
)

func main() {
	every := flag.Int("every", 1, "plant only every n-th fault of the list")
	only := flag.String("only", "", "plant only faults in files whose names contain this")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *every, *only)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// fault is a change of a file.
type fault struct {
	file, old, new string
	explained      string // Why it may live; empty if it may not.
}

// parse reads a list of faults.
func parse(list string) []fault {
	var faults []fault
	file := ""
	for line := range strings.SplitSeq(list, "\n") {
		mark, text, _ := strings.Cut(line, " ")
		text = strings.TrimLeft(text, " ")
		switch mark {
		case "", "#":
		case "-":
			faults = append(faults, fault{file: file, old: text})
		case "+":
			faults[len(faults)-1].new = text
		case "=":
			faults[len(faults)-1].explained = text
		default:
			file = line
		}
	}
	return faults
}

// mutated returns the file with the fault.
func (f fault) mutated(dir string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(dir, f.file)) //nolint:gosec // A file of the project.
	if err != nil {
		return nil, err
	}
	if n := bytes.Count(text, []byte(f.old)); n != 1 {
		return nil, fmt.Errorf("%s has %q %d times, not once", f.file, f.old, n)
	}
	return bytes.Replace(text, []byte(f.old), []byte(f.new), 1), nil
}

// run plants faults and prints what caught each. It returns an error if a fault lives, or if it can't tell.
func run(ctx context.Context, every int, only string) error {
	all := parse(list)
	queue := make(chan fault, len(all))
	for i, f := range all {
		if i%every == 0 && strings.Contains(f.file, only) {
			queue <- f
		}
	}
	planted := len(queue)
	if planted == 0 {
		return fmt.Errorf("no fault of the list is in a file like %q", only)
	}
	close(queue)

	var (
		working          sync.WaitGroup
		mu               sync.Mutex
		alive, explained int
		failures         []error
	)
	fmt.Print("| fault | what caught it |\n|---|---|\n")
	note := func(f fault, by string, err error) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err != nil:
			failures = append(failures, err)
			return
		case by == "" && f.explained != "":
			explained++
			by = "lives: " + f.explained
		case by == "":
			alive++
			by = "**lives**"
		}
		fmt.Printf("| %s | %s |\n", strings.ReplaceAll(fmt.Sprintf("`%s`: `%s` → `%s`", f.file, f.old, f.new), "|", `\|`), by)
	}
	for range workers {
		working.Go(func() {
			dir, failed := os.MkdirTemp("", "mutate")
			defer func() { _ = os.RemoveAll(dir) }()
			for f := range queue {
				by, err := "", failed
				if err == nil {
					by, err = f.caughtBy(ctx, dir)
				}
				note(f, by, err)
			}
		})
	}
	working.Wait()
	if len(failures) > 0 {
		return errors.Join(failures...)
	}
	caught := planted - alive - explained
	fmt.Printf("\nThe tests caught %d of %d faults (%d %%); %d live and are explained, %d live.\n", caught, planted, 100*caught/planted, explained, alive)
	switch {
	case alive > 0:
		return errors.New("the tests let faults live: write the tests that catch them, or explain them in faults.txt")
	case planted == len(all) && 100*caught < wanted*planted:
		return fmt.Errorf("less than %d %% of the faults were caught", wanted)
	}
	return nil
}

var failedTest = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// caughtBy copies the project to dir, plants the fault there, and returns what notices it, or "".
func (f fault) caughtBy(ctx context.Context, dir string) (by string, err error) {
	// Files keep their times, by which go test knows which results in its cache are still good.
	out, failed := command(ctx, project, "sh", "-c", `git ls-files -co --exclude-standard -z | xargs -0 cp -p --parents -t "$0"`, dir)
	if failed {
		return "", fmt.Errorf("can't copy the project: %s", out)
	}
	text, err := f.mutated(dir)
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, f.file), text, 0o600); err != nil {
		return "", err
	}
	isSource := strings.HasSuffix(f.file, ".yaml") || strings.HasPrefix(f.file, "codegen/") // Of generated code.
	if isSource {
		if _, failed := command(ctx, dir, "go", "generate", "./..."); failed {
			return "the generator", ctx.Err()
		}
	}
	for _, p := range f.tests() {
		// That a generated file was edited says nothing about what it does.
		out, failed := command(ctx, filepath.Join(dir, p.module), "go", "test", "-failfast", "-skip", "^(TestGeneratedCodeIsCurrent|TestCheck)$",
			"-timeout", timeout.String(), p.pattern)
		test := failedTest.FindStringSubmatch(out)
		built := !strings.Contains(out, "[build failed]") && !strings.Contains(out, "[setup failed]")
		switch {
		case !failed:
			continue
		case test != nil:
			return test[1], ctx.Err()
		case built:
			return "a panic, or a test that doesn't end", ctx.Err()
		case !isSource && !strings.HasPrefix(f.file, "generated/"):
			return "", fmt.Errorf("%s with %q can't be built: it is no fault to test with\n%s", f.file, f.new, out)
		}
		return "the compiler", ctx.Err()
	}
	return "", ctx.Err()
}

// packages are packages of a module: its directory and a pattern.
type packages struct{ module, pattern string }

// tests returns what to test, first what is likely to notice.
func (f fault) tests() []packages {
	dir := path.Dir(f.file)
	if name, ok := strings.CutPrefix(dir, "contract/tools/"); ok {
		return []packages{{"contract/tools", "./" + name}}
	}
	if strings.HasPrefix(dir, "wrapper") || strings.HasPrefix(dir, "cmd") || dir == "types" {
		return []packages{{".", "./" + dir}, {".", "./..."}}
	}
	return []packages{{".", "./contract"}, {".", "./..."}, {"contract/tools", "./kinds"}}
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
