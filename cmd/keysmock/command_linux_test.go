package main

import (
	"bufio"
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
