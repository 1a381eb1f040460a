// Command keysmock is a mock of the Quantum AI gateway's keys API: a server that keeps state, validates every request against
// the API's document and fails on demand. It is [github.com/qaikeys/qaikeys/wrapper/keystest] as a program, for tests in any
// language. It isn't the gateway, and is for tests only.
//
//	keysmock [serve] [-addr 127.0.0.1:8787|unix:PATH] [-tls] [-api-key KEY] [-keys N] [-seed N] [-latency D] [-rate-limit N]
//	         [-tier TIER] [-codes legacy|canonical] [-state FILE] [-validate requests|both] [-lenient] [-null-lists]
//	         [-log text|json|off] [-public] [-control-token TOKEN] [-- COMMAND [ARG…]]
//	keysmock proxy -upstream URL [-report FILE] [-errors] [-addr 127.0.0.1:8787|unix:PATH] [-tls] [-log text|json|off] [-public]
//	         [-control-token TOKEN] [-- COMMAND [ARG…]]
//
// As a proxy it forwards requests to a gateway, and holds each request and response to the API's document: docs/keysmock.md says how.
// What follows is about the mock, up to the log, the signals and the statuses, which are those of both.
//
// Once it accepts connections it prints two lines that a shell can evaluate; everything else goes to stderr:
//
//	QAI_BASE_URL=http://127.0.0.1:8787
//	QAI_API_KEY=qai_k_…
//
// With -tls a third line, QAI_CA_FILE, names the certificate that a client must trust; every start makes a new one. With a unix
// socket, QAI_SOCKET names it.
//
// With a COMMAND it prints nothing, but runs the command with those lines in its environment for as long as that lasts, on a free port and
// without a log unless -addr and -log say otherwise, passes SIGINT, SIGTERM and SIGHUP on to it, and returns its exit status, as a shell
// has it: keysmock -- pytest. In a terminal's foreground it takes SIGINT for Ctrl-C, which the terminal sends to both: use SIGTERM from
// elsewhere. With a control token, KEYSMOCK_CONTROL_TOKEN is in the command's environment, too.
//
// Each flag has an environment variable, which the flag overrides: -rate-limit is KEYSMOCK_RATE_LIMIT.
//
// Besides the API it serves GET /healthz, GET /openapi.yaml (the API's document) and GET /docs (Swagger UI, to try the API).
// Programs on the same machine also get GET /, a live page of the mock's state, and the control API below /_mock, which
// GET /_mock/openapi.yaml describes: recorded requests, state, faults, recorded use, an account of its own for each parallel
// test, clocks that can be moved, and reset. With a control token, whoever sends it as Authorization: Bearer gets these instead. A request
// may ask for its own fault: X-Mock-Fault: status=503;after.
//
// With -state the mock keeps its state across restarts and crashes: it responds once a change is on disk. Only the time at which a key was
// last used is saved with the key's next change, and clocks aren't saved: they show the real time after a start. The file contains the
// accounts' own API keys in the clear, and hashes of all others, so its permissions are restricted to its owner's. A missing or empty file
// is an empty state. A damaged file, or one that another keysmock uses, is refused and left as it is.
//
// A slow or absent reader of stderr doesn't hold it up: log lines that 1,000 others wait for are dropped, and a line says how many.
//
// SIGINT, SIGTERM and SIGHUP (unless nohup ignores it) end it with status 0, once running requests have responses, ten seconds have passed
// (one second after a COMMAND) or a second signal comes. A wrong flag is status 2. Whatever else keeps it from serving is status 1: an
// address, state file or report that can't be used, for example, or a stdout that can't be written to.
//
//	keysmock check -base-url URL [-read-only] [-known-failures FILE] [-junit FILE] [-html FILE]
//
// tests whether a server keeps the API's document, as [github.com/qaikeys/qaikeys/wrapper/conformance] does, with the credential in
// QAI_API_KEY. It prints what deviates, and ends with status 0 if nothing does, 1 if something does, a signal interrupted it or the
// results can't be written, 2 if it is used wrongly, and 3 if the server is unreachable, isn't the API or doesn't accept the credential.
//
//	keysmock health [-addr 127.0.0.1:8787|unix:PATH] [-tls] [URL]
//
// ends with status 0 if a mock or proxy accepts requests, 1 if it doesn't, and 2 if it is used wrongly.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	// net/http's client prints to the standard logger what comes on an idle connection, which may be a secret.
	log.SetOutput(io.Discard)
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(140) // With 100, the mock has 22.0 MiB at full rate instead of 22.5, and serves a tenth fewer requests a second.
	}
	// Whoever started it may stop reading stderr. A command that it runs would inherit that the signal is ignored, but not that it is caught.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), endings()...)
	context.AfterFunc(ctx, stop) // A second signal ends a start that takes long.
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// endings returns the signals that end the program. SIGHUP isn't one under nohup.
func endings() []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}

// subcommand is what keysmock does: what its flags say.
type subcommand interface {
	flags(*flag.FlagSet)               // Defines the flags.
	validate() error                   // Returns what is wrong with the flags, or nil.
	start(*slog.Logger) (*site, error) // Returns what is served.
	listening() *endpoint              // Where.
}

const usage = `Usage:
  keysmock [serve] [flags]                      a mock of the keys API
  keysmock [serve] [flags] -- COMMAND [ARG…]    the same for as long as a command runs, such as: keysmock -- pytest
  keysmock proxy -upstream URL [flags]          forwards to a gateway, and holds the traffic to the API's document
  keysmock check -base-url URL [flags]          tests whether a server keeps the API's document
  keysmock health [URL]                         tells whether a mock or proxy accepts requests

keysmock SUBCOMMAND -h lists the flags of one. In parentheses is the environment variable that stands for each; the flag overrides it.
`

// run serves until ctx ends or a command has, or checks a server, and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	name := "serve"
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, args = args[0], args[1:]
	}
	var c subcommand
	switch name {
	case "serve":
		c = new(serveCommand)
	case "proxy":
		c = new(proxyCommand)
	case "check":
		return check(ctx, os.Getenv("QAI_API_KEY"), args, stdout, stderr)
	case "health":
		return health(ctx, args, stderr)
	default:
		_, _ = fmt.Fprintf(stderr, "keysmock: there is no subcommand %q: use serve (the default), proxy, check or health\n", name)
		return 2
	}
	var command []string
	i := slices.Index(args, "--")
	if i >= 0 {
		args, command = args[:i], args[i+1:]
	}
	flags := flag.NewFlagSet("keysmock "+name, flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		_, _ = fmt.Fprintf(stderr, "%s\nFlags of keysmock %s:\n", usage, name)
		flags.PrintDefaults()
	}
	c.flags(flags)
	e := c.listening()
	e.flags(flags)
	if i >= 0 {
		e.addr, e.log = "127.0.0.1:0", "off" // Unless a flag says otherwise.
		e.drain = time.Second                // What the command has left behind may send requests for ever.
	}
	set, err := parse(flags, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		err = fmt.Errorf("unexpected argument %q: a command to run stands behind --", flags.Arg(0))
	case i >= 0 && len(command) == 0:
		err = errors.New("a command is missing behind --")
	default:
		err = cmp.Or(c.validate(), e.validate())
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "keysmock:", blame(err, set))
		return 2
	}
	lines := newLineQueue(e.log, stderr)
	defer lines.flush()
	logger := newLogger(e.log, lines)
	var code int
	if command != nil {
		code, err = serveDuring(ctx, c, command, logger, stdout, stderr)
	} else {
		err = serve(ctx, c, logger, printed(stdout))
	}
	if err != nil {
		_, _ = fmt.Fprintln(lines, "keysmock:", err)
		code = cmp.Or(code, 1)
	}
	return code
}

// serve serves for as long as use runs, and then until the running requests have responses.
func serve(ctx context.Context, c subcommand, logger *slog.Logger, use func(context.Context, []string) error) error {
	s, err := c.start(logger)
	if err != nil {
		return err
	}
	defer s.close()
	if ctx.Err() != nil {
		return nil // A signal came during the start.
	}
	return c.listening().serve(ctx, s, use)
}
