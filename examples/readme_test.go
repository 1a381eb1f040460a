package examples

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var fenced = regexp.MustCompile("(?ms)^```go\n(.*?)^```")

// TestREADME runs the Go code of README.md: its program against a mock, and its test.
func TestREADME(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	blocks := fenced.FindAllSubmatch(readme, -1)
	require.Len(t, blocks, 2, "README.md has a program and a test")

	dir := t.TempDir()
	program := filepath.Join(dir, "main.go")
	require.NoError(t, os.WriteFile(program, blocks[0][1], 0o600))
	binary := filepath.Join(dir, "program")
	output, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, program).CombinedOutput()
	require.NoError(t, err, "README.md's program doesn't compile:\n%s", output)
	mock := keystest.NewServer(t)
	run := exec.CommandContext(t.Context(), binary)
	run.Env = append(os.Environ(), "QAI_BASE_URL="+mock.URL, "QAI_API_KEY="+mock.APIKey)
	output, err = run.CombinedOutput()
	require.NoError(t, err, "README.md's program failed:\n%s", output)
	require.Len(t, mock.Keys(), 1)
	assert.True(t, mock.Keys()[0].Revoked, "README.md's program revokes the key that it mints")

	test := filepath.Join(dir, "readme_test.go")
	require.NoError(t, os.WriteFile(test, append([]byte(header), blocks[1][1]...), 0o600))
	output, err = exec.CommandContext(t.Context(), "go", "test", test).CombinedOutput()
	require.NoError(t, err, "README.md's test fails:\n%s", output)
}

// header is what README.md leaves out of its test.
const header = `package readme

import (
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/require"
)

`
