// Package mutate_test tests the tests: with the build tag mutate, it plants the faults of faults.txt one at a time, in a copy of the
// project, and fails if the tests there let one live.
package mutate_test

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// project is the project's directory.
const project = "../../.."

//go:embed faults.txt
var list string

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

// mutated returns the file with the fault, of the project in dir.
func (f fault) mutated(dir string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(dir, f.file))
	if err != nil {
		return nil, err
	}
	if n := bytes.Count(text, []byte(f.old)); n != 1 {
		return nil, fmt.Errorf("%s has %q %d times, not once", f.file, f.old, n)
	}
	return bytes.Replace(text, []byte(f.old), []byte(f.new), 1), nil
}

// packages are packages of a module: its directory and a pattern.
type packages struct{ module, pattern string }

// tests returns what to test, first what is likely to notice.
func (f fault) tests() []packages {
	dir := path.Dir(f.file)
	if name, ok := strings.CutPrefix(dir, "contract/tools/"); ok {
		return []packages{{"contract/tools", "./" + name}}
	}
	if strings.HasPrefix(dir, "wrapper") || strings.HasPrefix(dir, "internal") || strings.HasPrefix(dir, "cmd") || dir == "types" {
		return []packages{{".", "./" + dir}, {".", "./..."}}
	}
	return []packages{{".", "./contract"}, {".", "./..."}, {"contract/tools", "./kinds"}}
}

// TestEveryFaultCanBePlanted keeps the list in step with the code: what a fault replaces is there exactly once.
func TestEveryFaultCanBePlanted(t *testing.T) {
	t.Parallel()
	faults := parse(list)
	require.NotEmpty(t, faults)
	for _, f := range faults {
		_, err := f.mutated(project)
		assert.NoError(t, err, "in contract/tools/mutate/faults.txt, edit the line %q below %s until that file has it just once", "- "+f.old, f.file)
		assert.NotEqual(t, f.old, f.new)
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	faults := parse("# About.\n\na.go\n-   x == 1\n+ x == 2\n= no matter\n- y\n+\nb.go\n- z\n+ - z\n")
	assert.Equal(t, []fault{{"a.go", "x == 1", "x == 2", "no matter"}, {"a.go", "y", "", ""}, {"b.go", "z", "- z", ""}}, faults)
}

// TestTests: a fault is tested where it is.
func TestTests(t *testing.T) {
	t.Parallel()
	for file, want := range map[string][]packages{
		"openapi.yaml":                     {{".", "./contract"}, {".", "./..."}, {"contract/tools", "./kinds"}},
		"wrapper/keys/retry.go":            {{".", "./wrapper/keys"}, {".", "./..."}},
		"contract/tools/compat/verdict.go": {{"contract/tools", "./compat"}},
	} {
		assert.Equal(t, want, fault{file: file}.tests(), file)
	}
}
