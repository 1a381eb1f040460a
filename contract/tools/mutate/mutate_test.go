//go:build mutate

package mutate_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	every = flag.Int("every", 1, "plant only every n-th fault of the list")
	only  = flag.String("only", "", "plant only faults in files whose names contain this")
)

const (
	wanted  = 95          // How many of the whole list have to be caught, in per cent.
	timeout = time.Minute // Of the tests for one fault; a fault that makes them hang is caught.
)

// TestFaultsAreCaught prints what caught each fault. A fault is caught if a test fails, or if the project can't be generated or built
// any more.
func TestFaultsAreCaught(t *testing.T) {
	t.Parallel()
	interrupted, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	all := parse(list)
	var planted []fault
	for i, f := range all {
		if i%*every == 0 && strings.Contains(f.file, *only) {
			planted = append(planted, f)
		}
	}
	require.NotEmpty(t, planted, "no fault of the list is in a file like %q", *only)

	var caught, explained, alive atomic.Int64
	t.Cleanup(func() { // After the last of them.
		if assert.NoError(t, interrupted.Err(), "not all faults were planted") {
			percent := 100 * int(caught.Load()) / len(planted)
			fmt.Printf("\nThe tests caught %d of %d faults (%d %%); %d live and are explained, %d live.\n",
				caught.Load(), len(planted), percent, explained.Load(), alive.Load())
			assert.True(t, percent >= wanted || len(planted) < len(all), "less than %d %% of the faults were caught", wanted)
		}
		stop()
	})
	for i, f := range planted {
		// The name becomes a directory's, of which go.mod allows not every character.
		t.Run(fmt.Sprintf("%s/%d", f.file, i+1), func(t *testing.T) {
			t.Parallel()
			if interrupted.Err() != nil {
				return
			}
			by := f.caughtBy(interrupted, t)
			switch {
			case interrupted.Err() != nil:
				return
			case by != "":
				caught.Add(1)
				by = "caught by " + by
			case f.explained != "":
				explained.Add(1)
				by = "lives: " + f.explained
			default:
				alive.Add(1)
				by = "LIVES"
				t.Errorf("no test notices %q instead of %q: write one that does, or say in faults.txt, after \"= \", why the fault may live", f.new, f.old)
			}
			fmt.Printf("%s: %s → %s: %s\n", f.file, f.old, f.new, by)
		})
	}
}

var failedTest = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// caughtBy plants the fault in a copy of the project and returns what notices it, or "".
func (f fault) caughtBy(ctx context.Context, t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	// Files keep their times, by which go test knows which results in its cache are still good.
	out, failed := command(ctx, project, "sh", "-c", `git ls-files -co --exclude-standard -z | xargs -0 cp -p --parents -t "$0"`, dir)
	require.False(t, failed, "can't copy the project: %s", out)
	text, err := f.mutated(dir)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, f.file), text, 0o600))
	isSource := strings.HasSuffix(f.file, ".yaml") || strings.HasPrefix(f.file, "codegen/") // Of generated code.
	if isSource {
		if _, failed := command(ctx, dir, "go", "generate", "./..."); failed {
			return "the generator"
		}
	}
	for _, p := range f.tests() {
		// That a generated file was edited says nothing about what it does.
		out, failed := command(ctx, filepath.Join(dir, p.module), "go", "test", "-trimpath", "-failfast",
			"-skip", "^(TestGeneratedCodeIsCurrent|TestCheck)$", "-timeout", timeout.String(), p.pattern)
		test := failedTest.FindStringSubmatch(out)
		built := !strings.Contains(out, "[build failed]") && !strings.Contains(out, "[setup failed]")
		switch {
		case !failed:
			continue
		case test != nil:
			return test[1]
		case built:
			return "a panic, or a test that doesn't end"
		}
		if !isSource && !strings.HasPrefix(f.file, "generated/") && ctx.Err() == nil {
			t.Fatalf("%s with %q can't be built: it is no fault to test with\n%s", f.file, f.new, out)
		}
		return "the compiler"
	}
	return ""
}

// command runs a program in dir and returns what it printed and whether it failed. If ctx ends, so do the program and its children.
func command(ctx context.Context, dir, name string, args ...string) (out string, failed bool) {
	ctx, cancel := context.WithTimeout(ctx, 3*timeout) // The tests end before that, by their own timeout.
	defer cancel()
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = dir
	c.WaitDelay = time.Second
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	text, err := c.CombinedOutput()
	return string(text), err != nil
}
