package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEveryFaultCanBePlanted keeps the list in step with the code: what a fault replaces stands there exactly once.
func TestEveryFaultCanBePlanted(t *testing.T) {
	t.Parallel()
	faults, err := parse(list)
	require.NoError(t, err)
	require.NotEmpty(t, faults)
	for _, f := range faults {
		_, err := f.mutated("../..")
		assert.NoError(t, err)
		assert.NotEqual(t, f.old, f.new)
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	faults, err := parse("# About.\n\na.go\n-   x == 1\n+ x == 2\n= no matter\n- y\n+\nb.go\n- z\n+ - z\n")
	require.NoError(t, err)
	assert.Equal(t, []fault{{"a.go", "x == 1", "x == 2", "no matter"}, {"a.go", "y", "", ""}, {"b.go", "z", "- z", ""}}, faults)
	_, err = parse("+ x\n")
	require.ErrorContains(t, err, "line 1")
}
