package contract_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestWhatImportersRequire makes a module whose test imports wrapper/keystest: neither the code generator nor another tool of this
// project reaches its go.mod.
func TestWhatImportersRequire(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module importer\n\ngo 1.26.0\n\nrequire github.com/qaikeys/qaikeys v0.0.0\n\nreplace github.com/qaikeys/qaikeys => " + root + "\n",
		"importer_test.go": `package importer

import (
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keystest"
)

func TestIt(t *testing.T) { keystest.NewServer(t) }
`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum")) // So that tidy asks no checksum database.
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o600))
	tidy := exec.CommandContext(t.Context(), "go", "mod", "tidy")
	tidy.Dir = dir
	tidy.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	out, err := tidy.CombinedOutput()
	require.NoError(t, err, "%s", out)

	edit := exec.CommandContext(t.Context(), "go", "mod", "edit", "-json")
	edit.Dir = dir
	text, err := edit.Output()
	require.NoError(t, err)
	var module struct{ Require []struct{ Path string } }
	require.NoError(t, json.Unmarshal(text, &module))
	for _, requirement := range module.Require {
		for _, tool := range []string{"oapi-codegen/v2", "speakeasy-api", "yaml-jsonpath", "x/tools", "chromedp", "swgui", "bbolt", "testify"} {
			assert.NotContains(t, requirement.Path, tool, "it reaches importers")
		}
	}
	assert.LessOrEqual(t, len(module.Require), 12, module.Require)
}
