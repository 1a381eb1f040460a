package main

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// terminal returns a terminal of a width, and what reads its screen.
func terminal(t *testing.T, width uint16) (screen, tty *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = screen.Close() })
	fd := int(screen.Fd())
	require.NoError(t, unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	require.NoError(t, err)
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = tty.Close() })
	require.NoError(t, unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 5, Col: width}))
	return screen, tty
}

// TestCheckOnANarrowTerminal: each operation is shown while its request hangs, in a line that leaves the last column free. What the table
// has is a list.
func TestCheckOnANarrowTerminal(t *testing.T) {
	t.Parallel()
	screen, tty := terminal(t, 40)
	lines := make(chan string, 10_000)
	go func() {
		defer close(lines)
		for shown := bufio.NewReader(screen); ; {
			line, err := shown.ReadString('\r')
			if lines <- strings.TrimSuffix(line, "\r"); err != nil {
				return // The terminal is closed.
			}
		}
	}()
	var during []string
	g := startGateway(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for len(during) < 2 {
				select {
				case line := <-lines:
					during = append(during, line)
				case <-time.After(10 * time.Second):
					assert.Fail(t, "nothing is shown")
					return
				}
			}
			next.ServeHTTP(w, r)
		})
	})
	assert.Zero(t, check(t.Context(), checkCredential, []string{"-base-url", g.url}, tty, tty))
	require.NoError(t, tty.Close())
	assert.Equal(t, []string{"", fmt.Sprintf("%-39s", "listKeys … ")}, during)
	var after []string
	for line := range lines {
		after = append(after, line)
		if strings.Contains(line, " … ") {
			assert.Equal(t, 39, utf8.RuneCountInString(line), line)
		}
	}
	text := strings.Join(after, "")
	assert.Contains(t, text, "createEphemeralKey … 151 passed, 1 not ")
	assert.Contains(t, text, strings.Repeat(" ", 39)+"createEphemeralKey  33 passed, 5 not reached\n", "the line is empty in the end")
	assert.Contains(t, text, "\ncreateKey\n  conforming: 200 400 401 403 405 429\n  not reached: 402 500 502 503 504\ncreatePartnerKey\n")
	assert.NotContains(t, text, "|")
}
