//go:build languages

// Package languages_test runs the tests in other languages that docs/keysmock.md shows, with the commands that it shows.
package languages_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPython(t *testing.T) {
	t.Parallel()
	example{
		language: "Python", file: "test_mint.py", prepare: "python3 -m venv .",
		once:    "    response.raise_for_status()\n",
		again:   "    if response.status_code == 503:\n        return mint(client, name)\n    response.raise_for_status()\n",
		twoKeys: "assert 2 == 1", noProgram: "No such file or directory: 'no-keysmock'",
	}.hold(t)
}

func TestTypeScript(t *testing.T) {
	t.Parallel()
	example{
		language: "TypeScript", file: "mint.test.ts",
		once:    `await send("/qai/v1/keys", { name });`,
		again:   `await send("/qai/v1/keys", { name }).catch(() => send("/qai/v1/keys", { name }));`,
		twoKeys: "2 !== 1", noProgram: "spawn no-keysmock ENOENT",
	}.hold(t)
}

func TestRust(t *testing.T) {
	t.Parallel()
	example{
		language: "Rust", file: "tests/mint.rs", prepare: "cargo init -q --vcs none --lib --name mint && mkdir tests",
		once:    "    response.error_for_status()?.json()\n",
		again:   "    if response.status() == 503 {\n        return mint(client, url, name);\n    }\n    response.error_for_status()?.json()\n",
		twoKeys: "left: 2\n right: 1", noProgram: "can't start keysmock: Os { code: 2, kind: NotFound",
	}.hold(t)
}

// example is a section of docs/keysmock.md: commands, the last of which runs the test, and the test.
type example struct {
	language, file string
	prepare        string // A command for what the section expects to be there.
	once, again    string // A part of the client, and of one that sends a mint again.
	twoKeys        string // What the test says of such a client.
	noProgram      string // What it says without keysmock.
}

// hold runs the test, which passes, and fails for a client that sends a mint again, and without keysmock.
func (e example) hold(t *testing.T) {
	t.Helper()
	page, err := os.ReadFile("../../../docs/keysmock.md")
	require.NoError(t, err)
	form := regexp.MustCompile("(?s)\n### " + e.language + "\n.*?\n```sh\n(.*?)([^\n]+\n)```\n.*?\n```[a-z]+\n(.*?\n)```\n")
	section := form.FindSubmatch(page)
	require.NotNil(t, section, "docs/keysmock.md has commands and a test in %s", e.language)
	install, test, code := string(section[1]), string(section[2]), string(section[3])

	dir := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "-C", "../../..", "build", "-o", filepath.Join(dir, "bin", "keysmock"), "./cmd/keysmock")
	built, err := build.CombinedOutput()
	require.NoError(t, err, "%s", built)
	output, err := run(t, dir, e.prepare+"\n"+install)
	require.NoError(t, err, "%s", output)
	for _, c := range []struct{ old, new, says string }{
		{"", "", ""},
		{e.once, e.again, e.twoKeys},
		{`"keysmock"`, `"no-keysmock"`, e.noProgram},
	} {
		require.Contains(t, code, c.old)
		require.NoError(t, os.WriteFile(filepath.Join(dir, e.file), []byte(strings.Replace(code, c.old, c.new, 1)), 0o600))
		started := time.Now()
		output, err := run(t, dir, test)
		t.Logf("%s: %.1f s", strings.TrimSpace(test), time.Since(started).Seconds())
		if c.says == "" {
			require.NoError(t, err, "%s", output)
			continue
		}
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit, "the test passes with %s\n%s", c.new, output)
		assert.Contains(t, output, c.says)
	}
}

// run runs commands in a directory, with the programs in its bin, and waits for what they leave behind.
func run(t *testing.T, dir, commands string) (output string, err error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "bash", "-euc", commands)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+filepath.Join(dir, "bin")+":"+os.Getenv("PATH"), "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1",
		"KEYSMOCK_CONTROL_TOKEN=the-token-of-a-job", // Which the tests' own keysmock doesn't ask for.
		"PIP_DISABLE_PIP_VERSION_CHECK=1", "CARGO_TARGET_DIR="+filepath.Join(dir, "target"), "CARGO_PROFILE_DEV_DEBUG=0")
	cmd.WaitDelay = 10 * time.Second // A mock that is left behind is an error.
	combined, err := cmd.CombinedOutput()
	return string(combined), err
}
