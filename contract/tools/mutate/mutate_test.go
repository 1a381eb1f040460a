package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEveryFaultCanBePlanted keeps the list in step with the code: what a fault replaces is there exactly once.
func TestEveryFaultCanBePlanted(t *testing.T) {
	t.Parallel()
	faults := parse(list)
	require.NotEmpty(t, faults)
	for _, f := range faults {
		_, err := f.mutated("../" + project)
		assert.NoError(t, err)
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
