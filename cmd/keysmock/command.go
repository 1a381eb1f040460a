package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// The exit statuses of a command that can't be started, and what a signal's number is added to, as in a shell.
const (
	exitNotExecutable = 126
	exitNotFound      = 127
	exitSignal        = 128
)

// serveDuring serves while a command runs, which has this process's environment, with what clients of the mock and those who control it
// need, and its streams. It returns the command's exit status. Signals that end the program go to the command instead.
func serveDuring(ctx context.Context, c subcommand, words []string, logger *slog.Logger, stdout, stderr io.Writer) (code int, err error) {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, endings()...)
	defer signal.Stop(signals)
	started := context.AfterFunc(ctx, func() { signal.Stop(signals) }) // A second signal ends a start that takes long.
	err = serve(context.WithoutCancel(ctx), c, logger, func(ctx context.Context, variables []string) error {
		if !started() { // A signal came during the start.
			signal.Stop(signals) // By then it is in signals, unless it came before them.
			code = exitSignal
			if len(signals) > 0 {
				sent, _ := (<-signals).(syscall.Signal)
				code += int(sent)
			}
			return nil
		}
		// It is killed if nothing can be served any more.
		cmd := exec.CommandContext(ctx, words[0], words[1:]...) //nolint:gosec // The user has it run.
		cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, stdout, stderr
		cmd.Env = append(slices.DeleteFunc(os.Environ(), ofAnother), variables...)
		if token := c.listening().token; token != "" {
			cmd.Env = append(cmd.Env, variable("control-token")+"="+token)
		}
		if err := cmd.Start(); err != nil {
			code = exitNotExecutable
			if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
				code = exitNotFound
			}
			return fmt.Errorf("the command can't be started: %w", err)
		}
		ended := make(chan struct{})
		go func() {
			_ = cmd.Wait() // Its error is in the process's state.
			close(ended)
		}()
		for {
			select {
			case sent := <-signals:
				if sent != os.Interrupt || !inForeground(cmd.Process.Pid) { // Otherwise the terminal has sent it to both.
					_ = cmd.Process.Signal(sent)
				}
			case <-ended:
				code = exitCode(cmd.ProcessState)
				return nil
			}
		}
	})
	return code, err
}

// ofAnother reports whether a variable says how another mock is reached or controlled, as in a command of it, where this one may set none.
func ofAnother(assignment string) bool {
	name, _, _ := strings.Cut(assignment, "=")
	return name == "QAI_SOCKET" || name == "QAI_CA_FILE" || name == variable("control-token")
}

// exitCode returns the status of a process that has ended, as a shell has it.
func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return exitSignal + int(status.Signal())
	}
	return state.ExitCode()
}
