package main

import (
	"bufio"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// process is the program in a process of its own.
type process struct {
	program

	cmd *exec.Cmd
}

// build builds the program, and returns its file.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "keysmock")
	built, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".").CombinedOutput()
	require.NoError(t, err, "%s", built)
	return binary
}

// startProcess starts the program on a free port.
func startProcess(t *testing.T, binary string, args ...string) *process {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, append(args, "-addr", "127.0.0.1:0", "-log", "off")...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	p := &process{cmd: cmd}
	lines := bufio.NewScanner(stdout)
	for _, value := range []*string{&p.url, &p.apiKey} {
		require.True(t, lines.Scan(), "%s", &stderr)
		_, *value, _ = strings.Cut(lines.Text(), "=")
	}
	return p
}

// TestSignals tests that a signal ends the program once a running request has its response.
func TestSignals(t *testing.T) {
	t.Parallel()
	binary := build(t)
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		p := startProcess(t, binary, "-latency", "200ms")
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(p.url, "http://"))
		require.NoError(t, err)
		_, err = io.WriteString(conn, "GET /elsewhere HTTP/1.1\r\nHost: x\r\n\r\n")
		require.NoError(t, err)
		responses := make(chan string, 1)
		go func() { line, _ := bufio.NewReader(conn).ReadString('\n'); responses <- line }()
		for journal := ""; !strings.Contains(journal, "/elsewhere"); { // Until the request has arrived.
			_, _, journal = p.call(t, "GET", "/_mock/requests", "")
		}
		require.NoError(t, p.cmd.Process.Signal(signal))
		assert.Contains(t, <-responses, "404", "a running request gets its response")
		require.NoError(t, p.cmd.Wait(), "exit status 0")
		_ = conn.Close()
	}
}

// TestASecondSignal tests that it ends the program without waiting for running requests, in order.
func TestASecondSignal(t *testing.T) {
	t.Parallel()
	p := startProcess(t, build(t), "-latency", "1h")
	addr := strings.TrimPrefix(p.url, "http://")
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", addr)
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	_, err = io.WriteString(conn, "GET /elsewhere HTTP/1.1\r\nHost: x\r\n\r\n")
	require.NoError(t, err)
	for journal := ""; !strings.Contains(journal, "/elsewhere"); { // Until the request has arrived.
		_, _, journal = p.call(t, "GET", "/_mock/requests", "")
	}
	begin := time.Now()
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
	for err == nil { // Until the first signal has taken effect.
		var probe net.Conn
		if probe, err = new(net.Dialer).DialContext(t.Context(), "tcp", addr); err == nil {
			_ = probe.Close()
		}
	}
	require.NoError(t, p.cmd.Process.Signal(os.Interrupt))
	require.NoError(t, p.cmd.Wait(), "exit status 0")
	assert.Less(t, time.Since(begin), 5*time.Second)
}

// TestStderrThatIsNotRead tests that the program serves, and ends in order, whether its stderr is a pipe that is full or closed.
func TestStderrThatIsNotRead(t *testing.T) {
	t.Parallel()
	binary := build(t)
	for name, closes := range map[string]bool{"full": false, "closed": true} {
		read, stderr, err := os.Pipe()
		require.NoError(t, err)
		cmd := exec.CommandContext(t.Context(), binary, "-addr", "127.0.0.1:0")
		cmd.Stderr = stderr
		stdout, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		require.NoError(t, stderr.Close())
		if closes {
			require.NoError(t, read.Close())
		}
		line, err := bufio.NewReader(stdout).ReadString('\n')
		require.NoError(t, err)
		p := &program{url: strings.TrimPrefix(strings.TrimSpace(line), "QAI_BASE_URL=")}
		for range 1_000 { // Their lines are more than a pipe holds.
			status, _, _ := p.call(t, "GET", "/"+strings.Repeat("x", 200), "")
			require.Equal(t, 404, status, name)
		}
		require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
		require.NoError(t, cmd.Wait(), "%s: exit status 0", name)
		_ = read.Close()
	}
}

// TestNoHangup tests that nohup works: a SIGHUP that the program was started to ignore doesn't end it.
func TestNoHangup(t *testing.T) {
	t.Parallel()
	p := startProcess(t, "nohup", build(t))
	for range 10 {
		require.NoError(t, p.cmd.Process.Signal(syscall.SIGHUP))
		status, _, _ := p.call(t, "GET", "/healthz", "")
		require.Equal(t, 200, status)
	}
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, p.cmd.Wait(), "exit status 0")
}
