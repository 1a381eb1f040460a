package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// process is the program in a process of its own.
type process struct {
	program

	cmd    *exec.Cmd
	stderr strings.Builder // To be read once it has ended.
}

// asProgram is the variable of the environment that makes the tests' own executable the program.
const asProgram = "KEYSMOCK_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// command returns a command that runs the program on a free port, behind the words of another one.
func command(t *testing.T, before []string, args ...string) *exec.Cmd {
	t.Helper()
	binary, err := os.Executable()
	require.NoError(t, err)
	words := slices.Concat(before, []string{binary}, args, []string{"-addr", "127.0.0.1:0"})
	cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	return cmd
}

// startProcess starts the program on a free port, as command has it.
func startProcess(t *testing.T, before []string, args ...string) *process {
	t.Helper()
	if !slices.Contains(args, "-log") {
		args = append(args, "-log", "off")
	}
	cmd := command(t, before, args...)
	p := &process{cmd: cmd}
	cmd.Stderr = &p.stderr
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(stdout)
	values := []*string{&p.url, &p.apiKey}
	if len(args) > 0 && args[0] == "proxy" {
		values = values[:1] // Its clients have API keys of their own.
	}
	for _, value := range values {
		require.True(t, lines.Scan(), "%s", &p.stderr)
		_, *value, _ = strings.Cut(lines.Text(), "=")
	}
	return p
}

// TestSignals tests that a signal ends the program once a running request has its response.
func TestSignals(t *testing.T) {
	t.Parallel()
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP) // Otherwise the program inherits that it is ignored if the tests run under nohup.
	defer signal.Stop(hangups)
	for _, sent := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		p := startProcess(t, nil, "-latency", "200ms")
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(p.url, "http://"))
		require.NoError(t, err)
		_, err = io.WriteString(conn, "GET /elsewhere HTTP/1.1\r\nHost: x\r\n\r\n")
		require.NoError(t, err)
		responses := make(chan string, 1)
		go func() { line, _ := bufio.NewReader(conn).ReadString('\n'); responses <- line }()
		for journal := ""; !strings.Contains(journal, "/elsewhere"); { // Until the request has arrived.
			_, _, journal = p.call(t, "GET", "/_mock/requests", "")
		}
		require.NoError(t, p.cmd.Process.Signal(sent))
		assert.Contains(t, <-responses, "404", "a running request gets its response")
		require.NoError(t, p.cmd.Wait(), "exit status 0")
		_ = conn.Close()
	}
}

// TestASecondSignal tests that it ends the program without waiting for running requests, in order.
func TestASecondSignal(t *testing.T) {
	t.Parallel()
	p := startProcess(t, nil, "-latency", "1h")
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
	for name, closes := range map[string]bool{"full": false, "closed": true} {
		read, stderr, err := os.Pipe()
		require.NoError(t, err)
		cmd := command(t, nil)
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
	p := startProcess(t, []string{"sh", "-c", `trap "" HUP; exec "$0" "$@"`}) // As nohup does, which isn't everywhere.
	for range 10 {
		require.NoError(t, p.cmd.Process.Signal(syscall.SIGHUP))
		status, _, _ := p.call(t, "GET", "/healthz", "")
		require.Equal(t, 200, status)
	}
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, p.cmd.Wait(), "exit status 0")
}

// TestNothingIsPrintedPastTheLog tests that -log off is obeyed by net/http's transport, too, which prints what an upstream sends behind the
// end of a response.
func TestNothingIsPrintedPastTheLog(t *testing.T) {
	t.Parallel()
	closed := make(chan error, 1)
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			const body = `{"keys":[]}`
			_, err = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-QAI-Request-Id: r\r\nContent-Length: %d\r\n\r\n%s%s",
				len(body), body, minted)
		}
		if err == nil {
			_, _ = io.ReadAll(conn) // Until the transport has seen it, and closes the connection.
			err = conn.Close()
		}
		closed <- err
	}))
	t.Cleanup(upstream.Close)
	p := startProcess(t, nil, "proxy", "-upstream", upstream.URL)
	_, _, body := p.call(t, "GET", "/qai/v1/keys", "")
	assert.JSONEq(t, `{"keys":[]}`, body)
	require.NoError(t, <-closed)
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, p.cmd.Wait(), "exit status 0")
	assert.Empty(t, p.stderr.String())
}

// TestAReportIsARegularFile tests that nothing is served with one whose reader could hold traffic up.
func TestAReportIsARegularFile(t *testing.T) {
	t.Parallel()
	fifo := filepath.Join(t.TempDir(), "fifo")
	require.NoError(t, exec.CommandContext(t.Context(), "mkfifo", fifo).Run())
	for _, path := range []string{fifo, "/dev/stdout", t.TempDir()} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		cmd := command(t, nil, "proxy", "-upstream", "https://localhost", "-report", path)
		context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
		var stderr strings.Builder
		cmd.Stderr = &stderr
		stdout, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		printed, err := io.ReadAll(stdout)
		require.NoError(t, err)
		_ = cmd.Wait()
		cancel()
		assert.Empty(t, string(printed), path)
		assert.Equal(t, 2, cmd.ProcessState.ExitCode(), path)
		assert.Equal(t, "keysmock: -report needs a regular file, and \""+path+"\" isn't one: name another\n", stderr.String())
	}
}

// TestAReportIsWhole tests that it has every exchange and their summary when signals end the proxy, also of a mint that is under way.
func TestAReportIsWhole(t *testing.T) {
	t.Parallel()
	hangs := make(chan bool)
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodGet:
			answer(200, "application/json", `{"keys":[]}`)(w, r)
		case r.URL.Path == "/qai/v1/keys":
			answer(200, "application/json", minted)(w, r)
		default:
			_, _ = io.Copy(io.Discard, r.Body)
			close(hangs)
			<-r.Context().Done()
		}
	}))
	t.Cleanup(upstream.Close)
	report := filepath.Join(t.TempDir(), "report")
	p := startProcess(t, nil, "proxy", "-upstream", upstream.URL, "-report", report)
	send := func(method, path, body string) error {
		req, err := http.NewRequestWithContext(t.Context(), method, p.url+path, strings.NewReader(body))
		if err != nil {
			return err
		}
		req.Header = http.Header{"X-Api-Key": {"the-credential"}, "Content-Type": {"application/json"}}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		defer func() { _ = resp.Body.Close() }()
		_, err = io.ReadAll(resp.Body)
		return err
	}
	require.NoError(t, send("POST", "/qai/v1/keys", `{"name":"ci"}`))
	go func() { _ = send("POST", "/qai/v1/keys/key_01/rotate", `{"grace_seconds":0}`) }()
	<-hangs
	var clients sync.WaitGroup
	var lists atomic.Int64
	for range 4 {
		clients.Go(func() {
			for send("GET", "/qai/v1/keys", "") == nil { // Until it listens no more.
				if lists.Add(1) == 100 {
					assert.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
				}
			}
		})
	}
	clients.Wait()
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, p.cmd.Wait(), "exit status 0")
	f := readReport(t, report)
	assert.Equal(t, len(f.exchanges), f.summary.Exchanges)
	assert.Zero(t, f.summary.Unrecorded)
	assert.Equal(t, map[int]int{200: 1}, f.summary.Statuses["createKey"])
	assert.Equal(t, map[int]int{0: 1}, f.summary.Statuses["rotateKey"], "it got no response")
	assert.GreaterOrEqual(t, int64(f.summary.Statuses["listKeys"][200]), lists.Load())
	last := f.exchanges[len(f.exchanges)-1]
	assert.Equal(t, "rotateKey", last.Operation)
	assert.True(t, last.CutOff)
	assert.NotContains(t, f.text, secret)
	assert.NotContains(t, f.text, "key_01")
	assert.NotContains(t, f.text, "the-credential")
}

// TestAReportThatCannotBeWritten tests that it stops no traffic and is logged once.
func TestAReportThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	report := filepath.Join(t.TempDir(), "report")
	upstream := httptest.NewServer(answer(200, "application/json", `{"keys":[]}`))
	t.Cleanup(upstream.Close)
	small := []string{"sh", "-c", `ulimit -f 1; exec "$0" "$@"`} // A file has a block or two, as on a disk that is full.
	p := startProcess(t, small, "proxy", "-upstream", upstream.URL, "-report", report, "-log", "text")
	for range 20 {
		status, _, _ := p.call(t, "GET", "/qai/v1/keys", "")
		assert.Equal(t, 200, status)
	}
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, p.cmd.Wait(), "exit status 0")
	assert.Equal(t, 1, strings.Count(p.stderr.String(), `msg="the report ends here: it can't be written"`), p.stderr.String())
	assert.Contains(t, p.stderr.String(), "msg=summary exchanges=20 ")
}
