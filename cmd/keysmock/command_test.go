//go:build unix

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
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// around returns a command that runs the program with arguments, and the variables of an environment besides the tests' own.
func around(t *testing.T, environ []string, args ...string) *exec.Cmd {
	t.Helper()
	binary, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), binary, args...)
	cmd.Env = append(append(os.Environ(), asProgram+"=1", "PROGRAM="+binary), environ...)
	return cmd
}

// shell is what runs a script. The arguments before it are the program's.
func shell(args ...string) []string {
	return append(args[:len(args)-1:len(args)-1], "--", "sh", "-c", args[len(args)-1])
}

// output runs a command, and returns its status and what it printed.
func output(t *testing.T, cmd *exec.Cmd) (status int, stdout, stderr string) {
	t.Helper()
	var out, errors strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errors
	err := cmd.Run()
	if _, ok := err.(*exec.ExitError); !ok { //nolint:errorlint // It isn't wrapped.
		require.NoError(t, err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errors.String()
}

// TestACommand tests that it has its streams to itself, finds the mock where its environment says, and that the mock ends with it.
func TestACommand(t *testing.T) {
	t.Parallel()
	cmd := around(t, []string{"QAI_BASE_URL=http://127.0.0.1:1", "KEPT=yes"}, shell("-keys", "2", "-api-key", "it's $HOME",
		`"$PROGRAM" health "$QAI_BASE_URL" && printf '%s\n' "$QAI_BASE_URL" "$QAI_API_KEY" "$KEPT"; cat; echo to stderr >&2; exit 7`)...)
	cmd.Stdin = strings.NewReader("from stdin\n")
	status, stdout, stderr := output(t, cmd)
	assert.Equal(t, 7, status)
	assert.Equal(t, "to stderr\n", stderr)
	lines := strings.Split(stdout, "\n")
	require.Len(t, lines, 5, stdout)
	assert.Equal(t, []string{"it's $HOME", "yes", "from stdin", ""}, lines[1:])
	assert.Regexp(t, `^http://127\.0\.0\.1:\d+$`, lines[0])
	_, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(lines[0], "http://"))
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
}

// TestACommandsFlags are those of a mock without one.
func TestACommandsFlags(t *testing.T) {
	t.Parallel()
	socket := filepath.Join(t.TempDir(), "mock.sock")
	status, stdout, stderr := output(t, around(t, []string{"KEYSMOCK_LOG=json"}, shell("serve", "-tls", "-addr", "unix:"+socket,
		`"$PROGRAM" health -tls -addr "unix:$QAI_SOCKET" && grep -c BEGIN "$QAI_CA_FILE"; echo "$QAI_CA_FILE"; exit 0`)...))
	assert.Zero(t, status)
	certificates, file, _ := strings.Cut(strings.TrimSpace(stdout), "\n")
	assert.Equal(t, "1", certificates)
	assert.NoFileExists(t, file)
	assert.NoFileExists(t, socket)
	assert.Contains(t, stderr, `"path":"/healthz"`)
	status, _, stderr = output(t, around(t, []string{"KEYSMOCK_ADDR=nowhere"}, shell("exit 0")...))
	assert.Equal(t, 2, status)
	assert.Contains(t, stderr, `keysmock: KEYSMOCK_ADDR: -addr can't be "nowhere"`)
}

// TestWhatACommandFinds tests that its environment says how it reaches and controls its own mock, wherever it is, and nothing of another.
func TestWhatACommandFinds(t *testing.T) {
	t.Parallel()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	others := []string{"QAI_SOCKET=/other", "QAI_CA_FILE=/other", "KEYSMOCK_CONTROL_TOKEN=another-token-of-tests", "TMPDIR=."}
	for prints, args := range map[string][]string{
		"-/-/another-token-of-tests\n":     {},
		"-/-/" + controlToken + "\n":       {"-control-token", controlToken},
		"-/-/-\n":                          {"-control-token", ""},
		dir + "/mock.sock/-/-\n":           {"-control-token", "", "-addr", "unix:mock.sock"},
		"-/" + dir + "/keysmock-N.pem/-\n": {"-control-token", "", "-tls"},
	} {
		cmd := around(t, others, shell(append(args, `echo "${QAI_SOCKET--}/${QAI_CA_FILE--}/${KEYSMOCK_CONTROL_TOKEN--}"`)...)...)
		cmd.Dir = dir
		status, stdout, stderr := output(t, cmd)
		assert.Zero(t, status, stderr)
		assert.Equal(t, prints, regexp.MustCompile(`\d+\.pem`).ReplaceAllString(stdout, "N.pem"))
	}
}

// TestWhatACommandLeavesBehind tests that a request of it that gets no response holds nothing up for long.
func TestWhatACommandLeavesBehind(t *testing.T) {
	t.Parallel()
	cmd := around(t, nil, shell("-latency", "1h", `echo "$QAI_BASE_URL"; read end`)...)
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	p := &program{url: strings.TrimSpace(line)}
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(p.url, "http://"))
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	_, err = io.WriteString(conn, "GET /elsewhere HTTP/1.1\r\nHost: x\r\n\r\n")
	require.NoError(t, err)
	for journal := ""; !strings.Contains(journal, "/elsewhere"); { // Until the request has arrived.
		_, _, journal = p.call(t, "GET", "/_mock/requests", "")
	}
	ended := time.Now()
	_, err = io.WriteString(stdin, "end\n")
	require.NoError(t, err)
	require.NoError(t, cmd.Wait(), "exit status 0")
	assert.Less(t, time.Since(ended), 5*time.Second)
}

// TestASecondSignalDuringTheStart tests that it ends the program at once, with a command as without one.
func TestASecondSignalDuringTheStart(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{}, {"--", "true"}} {
		state := filepath.Join(t.TempDir(), "state")
		cmd := around(t, nil, append([]string{"-keys", "20000", "-state", state, "-addr", "127.0.0.1:0"}, args...)...)
		require.NoError(t, cmd.Start())
		ended := make(chan struct{})
		go func() { _ = cmd.Wait(); close(ended) }()
		for started := false; !started && t.Context().Err() == nil; { // Until it makes the keys.
			_, err := os.Stat(state)
			started = err == nil
		}
		for waiting := true; waiting; {
			_ = cmd.Process.Signal(syscall.SIGTERM)
			select {
			case <-ended:
				waiting = false
			case <-time.After(20 * time.Millisecond): // Until the first was noticed, another one of its kind isn't a second.
			}
		}
		how, _ := cmd.ProcessState.Sys().(syscall.WaitStatus)
		assert.True(t, how.Signaled(), "%q: %s", args, cmd.ProcessState)
	}
}

// TestACommandBehindAProxy tests that the proxy's report is whole once the command has ended.
func TestACommandBehindAProxy(t *testing.T) {
	t.Parallel()
	mock := startProcess(t, nil)
	report := filepath.Join(t.TempDir(), "report")
	status, stdout, stderr := output(t, around(t, nil, shell("proxy", "-upstream", mock.url, "-report", report,
		`"$PROGRAM" health "$QAI_BASE_URL/elsewhere"; echo $?`)...))
	assert.Zero(t, status)
	assert.Equal(t, "1\n", stdout)
	assert.Equal(t, "keysmock: it isn't healthy, or no keysmock: /healthz responds with the status 404, not with 200 and the text ok\n", stderr)
	assert.Equal(t, 1, readReport(t, report).summary.Exchanges)
	require.NoError(t, mock.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, mock.cmd.Wait())
}

// TestTheStatusOfACommand is as in a shell.
func TestTheStatusOfACommand(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, []byte("exit 0\n"), 0o600))
	for name, c := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"success":             {shell("exit 0"), 0, "^$"},
		"a status":            {shell("exit 255"), 255, "^$"},
		"a signal":            {shell("kill -KILL $$"), 137, "^$"},
		"a pipe is closed":    {shell("kill -PIPE $$"), 141, "^$"}, // The program itself isn't ended so, but its command is as usual.
		"no such command":     {[]string{"--", "no-such-command"}, 127, `^keysmock: the command can't be started: exec: "no-such-command": executable file not found in \$PATH\n$`},
		"no such file":        {[]string{"--", file + "s"}, 127, `^keysmock: the command can't be started: .*no such file or directory\n$`},
		"no program":          {[]string{"--", file}, 126, `^keysmock: the command can't be started: .*permission denied\n$`},
		"a directory":         {[]string{"--", filepath.Dir(file)}, 126, `^keysmock: the command can't be started: .*permission denied\n$`},
		"no command":          {[]string{"-keys", "2", "--"}, 2, `^keysmock: a command is missing behind --\n$`},
		"a forgotten --":      {[]string{"-keys", "2", "true"}, 2, `^keysmock: unexpected argument "true": a command to run stands behind --\n$`},
		"a port that isn't":   {shell("-addr", "127.0.0.1:x", "exit 0"), 2, `^keysmock: -addr can't be`},
		"flags of a command":  {[]string{"--", "sh", "-c", `test "$1" = -keys && test "$2" = --`, "sh", "-keys", "--"}, 0, "^$"},
		"a state it can't do": {shell("-state", filepath.Dir(file), "exit 0"), 1, "^keysmock: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, stdout, stderr := output(t, around(t, nil, c.args...))
			assert.Equal(t, c.status, status)
			assert.Regexp(t, c.says, stderr)
			assert.Empty(t, stdout)
		})
	}
}

// TestSignalsOfACommand tests that it gets them, that the mock serves until it has ended, and that its status counts.
func TestSignalsOfACommand(t *testing.T) {
	t.Parallel()
	const catches = `trap '"$PROGRAM" health "$QAI_BASE_URL"; echo $?; exit 3' INT TERM HUP; echo ready; read x`
	for _, c := range []struct {
		script string
		sent   syscall.Signal
		status int
		prints string
	}{
		{catches, syscall.SIGINT, 3, "0\n"}, {catches, syscall.SIGTERM, 3, "0\n"}, {catches, syscall.SIGHUP, 3, "0\n"},
		{"echo ready; exec cat", syscall.SIGINT, 130, ""}, {"echo ready; exec cat", syscall.SIGTERM, 143, ""},
	} {
		cmd := around(t, nil, shell(c.script)...)
		stdin, err := cmd.StdinPipe()
		require.NoError(t, err)
		stdout, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		lines := bufio.NewReader(stdout)
		line, err := lines.ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, "ready\n", line)
		require.NoError(t, cmd.Process.Signal(c.sent))
		rest, err := io.ReadAll(lines)
		require.NoError(t, err)
		_ = cmd.Wait()
		_ = stdin.Close()
		assert.Equal(t, c.status, cmd.ProcessState.ExitCode(), "%s: %s", c.sent, c.script)
		assert.Equal(t, c.prints, string(rest), c.sent)
	}
}

// TestTheEnvironment tests that each flag has its variable, and that the flag wins.
func TestTheEnvironment(t *testing.T) {
	t.Parallel()
	variables := []string{
		"KEYSMOCK_API_KEY=qai_first", "KEYSMOCK_KEYS=3", "KEYSMOCK_NULL_LISTS=true", "KEYSMOCK_CONTROL_TOKEN=" + controlToken,
		"KEYSMOCK_TLS=", "KEYSMOCK_ADDR=127.0.0.1:0", "KEYSMOCK_RATE_LIMIT=1",
	}
	script := `echo "$QAI_API_KEY"`
	status, stdout, stderr := output(t, around(t, variables, shell(script)...))
	assert.Zero(t, status, stderr)
	assert.Equal(t, "qai_first\n", stdout)
	status, stdout, _ = output(t, around(t, variables, shell("-api-key", "qai_flag", script)...))
	assert.Zero(t, status)
	assert.Equal(t, "qai_flag\n", stdout)

	p := startProcess(t, []string{"env", variables[0], variables[1], variables[3], variables[6]})
	code, body := p.api(t, "GET", "/qai/v1/keys", "qai_first", "")
	assert.Equal(t, 200, code)
	assert.Equal(t, 3, strings.Count(body, `"id"`))
	code, _ = p.api(t, "GET", "/qai/v1/keys", "qai_first", "")
	assert.Equal(t, 429, code)
	code, _ = p.api(t, "GET", "/_mock/keys", "", "", "Authorization: Bearer "+controlToken)
	assert.Equal(t, 200, code)
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, p.cmd.Wait())
}

// TestAWrongVariable tests that the error names it, and shows no credential.
func TestAWrongVariable(t *testing.T) {
	t.Parallel()
	for environ, c := range map[string]struct{ args, says string }{
		"KEYSMOCK_KEYS=hush":           {"serve", `keysmock: KEYSMOCK_KEYS: parse error: use a whole number` + "\n"},
		"KEYSMOCK_KEYS=1e9":            {"serve", `keysmock: KEYSMOCK_KEYS: parse error: use a whole number` + "\n"},
		"KEYSMOCK_LATENCY=5":           {"serve", `keysmock: KEYSMOCK_LATENCY: parse error: use a duration like 500ms` + "\n"},
		"KEYSMOCK_PUBLIC=yes":          {"proxy", `keysmock: KEYSMOCK_PUBLIC: parse error: use true or false` + "\n"},
		"KEYSMOCK_READ_ONLY=maybe":     {"check", `keysmock: KEYSMOCK_READ_ONLY: parse error: use true or false` + "\n"},
		"KEYSMOCK_KEYS=-1":             {"serve", `keysmock: KEYSMOCK_KEYS: -keys -1 isn't from 0 to 1000000`},
		"KEYSMOCK_TLS=perhaps":         {"health", `keysmock: KEYSMOCK_TLS: parse error: use true or false` + "\n"},
		"KEYSMOCK_SEED=x":              {"serve", `keysmock: KEYSMOCK_SEED: it isn't a whole number from 0 to 18446744073709551615`},
		"KEYSMOCK_RATE_LIMIT=-1":       {"serve", `keysmock: KEYSMOCK_RATE_LIMIT: -rate-limit can't be negative`},
		"KEYSMOCK_ADDR=foo":            {"health", `keysmock: KEYSMOCK_ADDR: -addr can't be "foo": use host:port, with a port`},
		"KEYSMOCK_ADDR=0.0.0.0:0":      {"serve", `keysmock: KEYSMOCK_ADDR: other machines can reach -addr "0.0.0.0:0", and keysmock is for tests: add -public to allow it`},
		"KEYSMOCK_LOG=loud":            {"proxy -upstream https://localhost", `keysmock: KEYSMOCK_LOG: -log can't be "loud": use text, json or off`},
		"KEYSMOCK_CONTROL_TOKEN=hush":  {"proxy -upstream https://localhost", `keysmock: KEYSMOCK_CONTROL_TOKEN: -control-token needs from 16 to`},
		"KEYSMOCK_API_KEY=hush\nx":     {"serve", `keysmock: KEYSMOCK_API_KEY: -api-key can't be sent in a header`},
		"KEYSMOCK_UPSTREAM=hush":       {"proxy", `keysmock: KEYSMOCK_UPSTREAM: -upstream isn't an http or https URL`},
		"KEYSMOCK_BASE_URL=http://x.y": {"check", `keysmock: KEYSMOCK_BASE_URL: -base-url would send the credential unencrypted`},
		"KEYSMOCK_KEYS=-2":             {"serve -keys -1", `keysmock: -keys -1 isn't from 0 to 1000000`},
	} {
		t.Run(environ, func(t *testing.T) {
			t.Parallel()
			status, stdout, stderr := output(t, around(t, []string{environ, "QAI_API_KEY=qai_x"}, strings.Fields(c.args)...))
			assert.Equal(t, 2, status)
			assert.True(t, strings.HasPrefix(stderr, c.says), stderr)
			assert.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
			assert.NotContains(t, stderr, "hush")
			assert.Empty(t, stdout)
		})
	}
}

// TestHelpNamesTheVariables of the flags, and shows no value of theirs.
func TestHelpNamesTheVariables(t *testing.T) {
	t.Parallel()
	for args, variable := range map[string]string{
		"-h": "(KEYSMOCK_RATE_LIMIT)", "proxy -h": "(KEYSMOCK_CONTROL_TOKEN)", "check -h": "(KEYSMOCK_BASE_URL)", "health -h": "(KEYSMOCK_ADDR)",
	} {
		status, _, stderr := output(t, around(t, []string{"KEYSMOCK_CONTROL_TOKEN=hush-hush-hush-hush", "KEYSMOCK_API_KEY=hush"}, strings.Fields(args)...))
		assert.Zero(t, status)
		assert.Contains(t, stderr, variable)
		assert.NotContains(t, stderr, "hush")
	}
}

// TestHealth asks about a mock in each way that it can listen.
func TestHealth(t *testing.T) {
	t.Parallel()
	socket := filepath.Join(t.TempDir(), "mock.sock")
	plain, overTLS, overSocket := start(t, "-log", "off"), start(t, "-log", "off", "-tls"), start(t, "-log", "off", "-addr", "unix:"+socket)
	every := start(t, "-log", "off", "-addr", "0.0.0.0:0", "-public")
	port := every.url[strings.LastIndex(every.url, ":"):]
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }))
	t.Cleanup(other.Close)
	for args, says := range map[string]string{
		plain.url: "", plain.url + "/": "", overTLS.url: "", "-addr unix:" + overSocket.socket: "",
		"-addr " + strings.TrimPrefix(plain.url, "http://"): "", "-tls -addr " + strings.TrimPrefix(overTLS.url, "https://"): "",
		"-addr 0.0.0.0" + port: "", "-addr " + port: "",
		"-tls -addr " + strings.TrimPrefix(plain.url, "http://"): "it doesn't accept requests: tls: ",
		"-addr unix:" + socket + "x":                             "it doesn't accept requests: dial unix ",
		"http://127.0.0.1:1":                                     "it doesn't accept requests: dial tcp 127.0.0.1:1: ",
		plain.url + "/docs":                                      "it isn't healthy, or no keysmock: /healthz responds with the status ",
		other.URL:                                                "it isn't healthy, or no keysmock: /healthz responds with the status 200, not",
	} {
		var stderr strings.Builder
		code := run(t.Context(), append([]string{"health"}, strings.Fields(args)...), nil, &stderr)
		if says == "" {
			assert.Zero(t, code, args)
			assert.Empty(t, stderr.String(), args)
		} else {
			assert.Equal(t, 1, code, args)
			assert.True(t, strings.HasPrefix(stderr.String(), "keysmock: "+says), "%s: %s", args, &stderr)
		}
	}
	for _, args := range []string{"hush", "ftp://hush", "http://", "http://u:hush@x", "http://x http://y", "http://%zz"} {
		var stderr strings.Builder
		assert.Equal(t, 2, run(t.Context(), append([]string{"health"}, strings.Fields(args)...), nil, &stderr), args)
		assert.Regexp(t, "^keysmock: health (needs an http or https URL without a user, like http://keysmock:8787|takes one URL)\n$", stderr.String())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stderr strings.Builder
	assert.Equal(t, 1, run(ctx, []string{"health", plain.url}, nil, &stderr))
	assert.Equal(t, fmt.Sprintln("keysmock: it doesn't accept requests:", context.Canceled), stderr.String())
}
