//go:build unix

package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAStateFileIsARegularFile tests that anything else is refused at once, also what would block whoever opens it.
func TestAStateFileIsARegularFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fifo, socket, loop := filepath.Join(dir, "fifo"), filepath.Join(dir, "socket"), filepath.Join(dir, "loop")
	require.NoError(t, syscall.Mkfifo(fifo, 0o600))
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: socket, Net: "unix"})
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	require.NoError(t, os.Symlink(loop, loop))
	link := filepath.Join(dir, "link")
	require.NoError(t, os.Symlink(fifo, link))
	for path, says := range map[string]string{
		fifo: "isn't a regular file", link: "isn't a regular file", socket: "isn't a regular file", dir: "isn't a regular file",
		os.DevNull: "isn't a regular file", loop: "too many levels", filepath.Join(socket, "below"): "not a directory",
	} {
		var stdout, stderr strings.Builder
		assert.Equal(t, 1, run(t.Context(), []string{"-addr", "127.0.0.1:0", "-state", path}, &stdout, &stderr), path)
		assert.Contains(t, stderr.String(), says, path)
		assert.NotContains(t, stderr.String(), "damaged", path)
		assert.Empty(t, stdout.String(), path)
	}
}

// TestAStateFileIsItsOwnersOnly tests that nobody else may read it, since it contains API keys in the clear.
func TestAStateFileIsItsOwnersOnly(t *testing.T) {
	t.Parallel()
	mode := func(path string) os.FileMode {
		info, err := os.Stat(path)
		require.NoError(t, err)
		return info.Mode().Perm()
	}
	dir := t.TempDir()
	file, link := filepath.Join(dir, "state"), filepath.Join(dir, "link")
	require.NoError(t, os.Symlink(file, link))
	start(t, "-state", link).stop()
	assert.Equal(t, os.FileMode(0o600), mode(file), "a new one")
	require.NoError(t, os.Chmod(file, 0o640))
	start(t, "-state", link).stop()
	assert.Equal(t, os.FileMode(0o600), mode(file), "one that others could read")

	empty, text := filepath.Join(dir, "empty"), filepath.Join(dir, "text")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	require.NoError(t, os.Chmod(empty, 0o666))
	start(t, "-state", empty).stop()
	assert.Equal(t, os.FileMode(0o600), mode(empty), "an empty one")
	require.NoError(t, os.WriteFile(text, []byte("my shopping list"), 0o600))
	require.NoError(t, os.Chmod(text, 0o644))
	var stdout, stderr strings.Builder
	assert.Equal(t, 1, run(t.Context(), []string{"-addr", "127.0.0.1:0", "-state", text}, &stdout, &stderr))
	assert.Equal(t, os.FileMode(0o644), mode(text), "one that is refused is left as it is")
}
