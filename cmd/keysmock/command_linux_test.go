package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCtrlC tests that a command gets the signal once: the terminal sends it to both programs.
func TestCtrlC(t *testing.T) {
	t.Parallel()
	screen, tty := terminal(t, 80)
	cmd := around(t, nil, shell(`trap "echo interrupted" INT; echo ready; while [ "$x" != end ]; do read x; done
		"$PROGRAM" health "$QAI_BASE_URL"; echo ended; exit 3`)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(screen)
	var shown []string
	for len(shown) == 0 || shown[len(shown)-1] != "ended" {
		require.True(t, lines.Scan(), "%v", lines.Err())
		line := strings.TrimSpace(lines.Text())
		shown = append(shown, line)
		switch {
		case line == "ready":
			_, err := screen.WriteString("\x03")
			require.NoError(t, err)
		case strings.HasSuffix(line, "interrupted"):
			_, err := screen.WriteString("end\n")
			require.NoError(t, err)
		}
	}
	_ = cmd.Wait()
	assert.Equal(t, 3, cmd.ProcessState.ExitCode())
	assert.Equal(t, 1, strings.Count(strings.Join(shown, "\n"), "interrupted"), shown)
}

// TestCtrlCOutsideTheGroup tests that a command gets the signal that leaves the group of processes that the terminal sends it to.
func TestCtrlCOutsideTheGroup(t *testing.T) {
	t.Parallel()
	for _, leaves := range [][]string{{"timeout", "5"}, {"setsid", "-w"}} {
		screen, tty := terminal(t, 80)
		cmd := around(t, nil, slices.Concat([]string{"--"}, leaves, []string{"sh", "-c", "echo ready; exec sleep 5"})...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
		require.NoError(t, cmd.Start())
		line, err := bufio.NewReader(screen).ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, "ready\r\n", line)
		_, err = screen.WriteString("\x03")
		require.NoError(t, err)
		_ = cmd.Wait()
		assert.Equal(t, exitSignal+int(syscall.SIGINT), cmd.ProcessState.ExitCode(), leaves)
	}
}

// TestASocketWithoutAnAbsolutePath tests that its name stays: an abstract one, and one whose absolute path is too long to connect to.
func TestASocketWithoutAnAbsolutePath(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), strings.Repeat("x", 100))
	require.NoError(t, os.Mkdir(dir, 0o700))
	abstract := fmt.Sprintf("@keysmock-test-%d", os.Getpid())
	for socket, dir := range map[string]string{abstract: "/", "mock.sock": dir} {
		cmd := around(t, nil, shell("-addr", "unix:"+socket, `"$PROGRAM" health -addr "unix:$QAI_SOCKET" && echo "$QAI_SOCKET"`)...)
		cmd.Dir = dir
		status, stdout, stderr := output(t, cmd)
		assert.Zero(t, status, stderr)
		assert.Equal(t, socket+"\n", stdout)
	}
}
