//go:build journeys

// Package journeys_test checks what CONTRIBUTING.md says about changing the API: each script in testdata changes a copy of the
// project, runs the commands of that page and says what they have to print.
package journeys_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestJourneys(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Setup:               setUp,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"insert":      insert,
			"replace":     replace,
			"inorder":     inOrder,
			"handwritten": handWritten,
			"changed":     changed,
		},
	})
}

// setUp puts a copy of the project, as git knows it, into the directory of a script, with a commit to compare with.
func setUp(env *testscript.Env) error {
	root, err := filepath.Abs("../../..")
	if err != nil {
		return err
	}
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPROXY", "GOSUMDB"} {
		value, err := exec.CommandContext(context.Background(), "go", "env", name).Output()
		if err != nil {
			return err
		}
		env.Setenv(name, strings.TrimSpace(string(value)))
	}
	env.Setenv("GOFLAGS", "-short -vet=off -buildvcs=false") // With -short, property tests try less.
	for _, c := range []string{
		`cd "$0" && git ls-files -z | xargs -0 cp --parents -t "$1"`,
		`cd "$1" && git init -q && git add -A && git -c user.name=t -c user.email=t@example.com -c commit.gpgsign=false commit -q -m before`,
	} {
		out, err := exec.CommandContext(context.Background(), "sh", "-c", c, root, env.WorkDir).CombinedOutput()
		if err != nil {
			env.T().Fatal(string(out), err)
		}
	}
	return nil
}

// insert FILE ANCHOR SNIPPET puts the file SNIPPET before the one line of FILE that starts with ANCHOR, unescaped.
func insert(ts *testscript.TestScript, _ bool, args []string) {
	file, anchor, snippet := ts.MkAbs(args[0]), unescape(args[1]), ts.ReadFile(args[2])
	lines := strings.SplitAfter(ts.ReadFile(args[0]), "\n")
	at := -1
	for i, line := range lines {
		if strings.HasPrefix(line, anchor) {
			if at >= 0 {
				ts.Fatalf("%s has %q more than once", args[0], anchor)
			}
			at = i
		}
	}
	if at < 0 {
		ts.Fatalf("%s has no line that starts with %q", args[0], anchor)
	}
	ts.Check(os.WriteFile(file, []byte(strings.Join(slices.Insert(lines, at, snippet), "")), 0o600))
}

// unescape reads \n as a line break and \t as a tab.
func unescape(text string) string { return strings.NewReplacer(`\n`, "\n", `\t`, "\t").Replace(text) }

// replace FILE OLD NEW replaces OLD, which FILE has exactly once, by NEW. OLD and NEW are unescaped.
func replace(ts *testscript.TestScript, _ bool, args []string) {
	text, old, replacement := ts.ReadFile(args[0]), unescape(args[1]), unescape(args[2])
	if n := strings.Count(text, old); n != 1 {
		ts.Fatalf("%s has %q %d times, not once", args[0], old, n)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, old, replacement, 1)), 0o600))
}

// inorder PATTERN… fails unless the last command's output has each pattern, one after the other.
func inOrder(ts *testscript.TestScript, _ bool, args []string) {
	out := ts.ReadFile("stdout")
	for _, pattern := range args {
		found := regexp.MustCompile("(?m)" + pattern).FindStringIndex(out)
		if found == nil {
			ts.Fatalf("no %q in what is left of the output:\n%s", pattern, out)
		}
		out = out[found[1]:]
	}
}

// handwritten N fails if more than N lines were added, not counting the document, generated code and docs/faults.md.
func handWritten(ts *testscript.TestScript, _ bool, args []string) {
	most, err := strconv.Atoi(args[0])
	ts.Check(err)
	ts.Check(ts.Exec("git", "add", "-A", "--", "."))
	ts.Check(ts.Exec("git", "diff", "--cached", "--numstat", "HEAD", "--", ".", ":!openapi.yaml", ":!*.gen.go", ":!docs/faults.md"))
	out := ts.ReadFile("stdout")
	total := 0
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		n, _ := strconv.Atoi(strings.Split(line, "\t")[0])
		total += n
	}
	ts.Logf("%d lines by hand:\n%s", total, out)
	if total > most {
		ts.Fatalf("%d lines were written by hand, not at most %d", total, most)
	}
}

// changed FILE… fails unless exactly these files differ from the commit.
func changed(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(ts.Exec("git", "status", "--porcelain", "--", "."))
	var files []string
	for _, line := range strings.Split(strings.TrimRight(ts.ReadFile("stdout"), "\n"), "\n") {
		if len(line) > 3 {
			files = append(files, line[3:])
		}
	}
	if !slices.Equal(files, args) {
		ts.Fatalf("these files changed: %v", files)
	}
}

// TestThePageTellsTheTruth checks that each name in the table of CONTRIBUTING.md, of what reports what, is in a script.
func TestThePageTellsTheTruth(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var scripts strings.Builder
	for _, name := range names {
		script, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text, _, _ := strings.Cut(string(script), "\n-- ")
		scripts.WriteString(text)
	}
	rows := regexp.MustCompile("(?m)^ +\\| `([^`]+)` \\|").FindAllStringSubmatch(string(page), -1)
	if len(rows) < 10 {
		t.Fatalf("CONTRIBUTING.md has no table of what reports what: %d rows", len(rows))
	}
	for _, row := range rows {
		if !strings.Contains(scripts.String(), row[1]) {
			t.Errorf("CONTRIBUTING.md names %s, and no script in contract/tools/journeys/testdata expects it: write one that does", row[1])
		}
	}
}
