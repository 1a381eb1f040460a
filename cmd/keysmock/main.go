// Command keysmock is a mock of the Quantum AI gateway's keys API: a server that keeps state, validates every request against
// the API's document and fails on demand. It is [github.com/qaikeys/qaikeys/wrapper/keystest] as a program, for tests in any
// language. It isn't the gateway, and is for tests only.
//
//	keysmock [-addr 127.0.0.1:8787|unix:PATH] [-tls] [-api-key KEY] [-keys N] [-seed N] [-latency D] [-rate-limit N]
//	         [-tier TIER] [-codes legacy|canonical] [-state FILE] [-validate requests|both] [-lenient] [-null-lists]
//	         [-log text|json|off] [-public]
//
// Once it accepts connections it prints two lines that a shell can evaluate; everything else goes to stderr:
//
//	QAI_BASE_URL=http://127.0.0.1:8787
//	QAI_API_KEY=qai_k_…
//
// With -tls a third line, QAI_CA_FILE, names the certificate that a client must trust; every start makes a new one. With a unix
// socket, QAI_SOCKET names it.
//
// Besides the API it serves GET /healthz, GET /openapi.yaml (the API's document) and GET /docs (Swagger UI, to try the API).
// Programs on the same machine also get GET /, a live page of the mock's state, and the control API below /_mock, which
// GET /_mock/openapi.yaml describes: recorded requests, state, faults, recorded use, an account of its own for each parallel
// test, a clock that can be set, and reset. A request may ask for its own fault: X-Mock-Fault: status=503;after.
//
// With -state the mock keeps its state across restarts and crashes: it responds once a change is on disk. Only the time at which a
// key was last used is saved with the key's next change. The file contains the accounts' own API keys in the clear, and hashes
// of all others, so its permissions are restricted to its owner's. A missing or empty file is an empty state. A damaged file, or
// one that another keysmock uses, is refused and left as it is.
//
// A slow or absent reader of stderr doesn't hold it up: log lines that 1,000 others wait for are dropped, and a line says how many.
//
// SIGINT, SIGTERM and SIGHUP (unless nohup ignores it) end it with status 0, once running requests have responses, ten seconds have passed or a second signal comes.
// A wrong flag is status 2; an address or state file that can't be used, or a stdout that can't be written to, is status 1.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
)

func main() {
	signal.Ignore(syscall.SIGPIPE) // Whoever started it may stop reading stderr.
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

// run serves until ctx ends, and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	s, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	if err := s.validate(); err != nil {
		_, _ = fmt.Fprintln(stderr, "keysmock:", err)
		return 2
	}
	lines := newLineQueue(s.log, stderr)
	defer lines.flush()
	if err := s.serve(ctx, stdout, newLogger(s.log, lines)); err != nil {
		_, _ = fmt.Fprintln(lines, "keysmock:", err)
		return 1
	}
	return 0
}

// settings are what the flags say.
type settings struct {
	accountOptions

	addr, state, validation, codes, log string
	latency                             time.Duration
	tls, public, lenient, nullLists     bool
	extra                               string // An argument that isn't a flag.
}

// parse reads the flags. It tells stderr what is wrong with their syntax.
func parse(args []string, stderr io.Writer) (*settings, error) {
	s := &settings{}
	flags := flag.NewFlagSet("keysmock", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&s.addr, "addr", "127.0.0.1:8787", "`host:port` or unix:PATH to listen on; port 0 takes a free one")
	flags.StringVar(&s.APIKey, "api-key", "", "the account's API `key` (default a random one)")
	flags.IntVar(&s.Keys, "keys", 0, "how many keys the account starts with")
	flags.DurationVar(&s.latency, "latency", 0, "delay every response by this")
	flags.IntVar(&s.RateLimit, "rate-limit", 0, "requests a minute that the account's API key may make (default no limit)")
	flags.StringVar(&s.Tier, "tier", "", "the account's `tier`; ephemeral and partner keys need internal or admin")
	flags.StringVar(&s.codes, "codes", "legacy", "the errors' codes: `legacy|canonical`, canonical are the upper-case ones, which tell why a request was refused")
	flags.StringVar(&s.log, "log", "text", "how requests are logged on stderr: `text|json|off`")
	flags.StringVar(&s.state, "state", "", "keep the state in this `file`; its keys override -keys (default in memory)")
	flags.StringVar(&s.validation, "validate", "requests", "what is validated against the API's document: `requests|both`, both includes responses")
	flags.BoolVar(&s.lenient, "lenient", false, "ignore unknown properties of a request, as the gateway does, instead of refusing them")
	flags.BoolVar(&s.nullLists, "null-lists", false, "send null in place of each list of keys, devices, days and models without elements, as the gateway may")
	flags.BoolVar(&s.tls, "tls", false, "serve https and HTTP/2 with a certificate for localhost, and print its file")
	flags.BoolVar(&s.public, "public", false, "allow an -addr that other machines can reach")
	flags.Func("seed", "make API keys the same in every run with this `number` (default random)", func(text string) error {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return errors.New("it isn't a whole number from 0 to 18446744073709551615")
		}
		s.Seed = &n
		return nil
	})
	err := flags.Parse(args)
	s.extra = flags.Arg(0)
	return s, err
}

// maxStartKeys is the most keys that the first account may start with, which take about 500 MB.
const maxStartKeys = 1_000_000

// validate returns what is wrong with the settings, or nil.
func (s *settings) validate() error {
	switch {
	case s.extra != "":
		return fmt.Errorf("unexpected argument %q", s.extra)
	case s.Keys < 0 || s.Keys > maxStartKeys:
		return fmt.Errorf("-keys %d isn't from 0 to %d", s.Keys, maxStartKeys)
	case s.RateLimit < 0:
		return errors.New("-rate-limit can't be negative")
	case !s.sendable():
		return errors.New("-api-key can't be sent in a header")
	case s.latency < 0:
		return errors.New("-latency can't be negative")
	case s.validation != "requests" && s.validation != "both":
		return fmt.Errorf("-validate can't be %q: use requests or both", s.validation)
	case s.codes != "legacy" && s.codes != "canonical":
		return fmt.Errorf("-codes can't be %q: use legacy or canonical", s.codes)
	case newLogger(s.log, io.Discard) == nil:
		return fmt.Errorf("-log can't be %q: use text, json or off", s.log)
	case !validAddr(s.addr):
		return fmt.Errorf("-addr can't be %q: use host:port, with a port from 0 to 65535, or unix:PATH", s.addr)
	case !s.public && !local(s.addr):
		return fmt.Errorf("other machines can reach -addr %q, and keysmock is for tests: add -public to allow it", s.addr)
	}
	return nil
}

// serve serves until ctx ends, and then until the running requests have responses.
func (s *settings) serve(ctx context.Context, stdout io.Writer, logger *slog.Logger) error {
	clock := new(clock)
	var store keystest.Store // Stays nil without -state: a nil *stateFile wouldn't be a nil Store.
	if s.state != "" {
		file, err := openState(s.state)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		store = file
	}
	opts := append(s.options(), keystest.WithLatency(s.latency), keystest.WithClock(clock.now))
	if s.validation == "both" {
		opts = append(opts, keystest.WithResponsesValidated())
	}
	if s.codes == "canonical" {
		opts = append(opts, keystest.WithCanonicalCodes())
	}
	if s.lenient {
		opts = append(opts, keystest.WithLenientRequests())
	}
	if s.nullLists {
		opts = append(opts, keystest.WithNullLists())
	}
	mock, err := keystest.OpenHandler(store, opts...)
	switch {
	case errors.Is(err, keystest.ErrAPIKeyTaken):
		return fmt.Errorf("-api-key: %w", err)
	case err != nil:
		return describeState(s.state, err)
	}
	server := newServer(logged(logger, mock.Redact, routes(mock, clock)), s.latency, logger)
	if ctx.Err() != nil {
		return nil // A signal came during the start.
	}
	listener, err := listen(ctx, s.addr)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	scheme, serve, caFile := "http", server.Serve, ""
	if s.tls {
		certificate, file, remove, err := makeCertificate()
		if err != nil {
			return err
		}
		defer remove()
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
		scheme, caFile = "https", "QAI_CA_FILE="+shellQuote(file)+"\n"
		serve = func(l net.Listener) error { return server.ServeTLS(l, "", "") }
	}
	if _, err := fmt.Fprintf(stdout, "%sQAI_API_KEY=%s\n%s", baseURL(listener, scheme), shellQuote(mock.APIKey), caFile); err != nil {
		return fmt.Errorf("the address can't be printed: %w", err)
	}

	failed := make(chan error, 1)
	go func() { failed <- serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	drain, stop := signal.NotifyContext(drain, endings()...)
	defer stop()
	if server.Shutdown(drain) != nil {
		_ = server.Close() // The remaining requests had their time, or a second signal came.
	}
	return nil
}

// accountOptions are what an account is made with.
type accountOptions struct {
	APIKey    string  `json:"api_key"`
	Keys      int     `json:"keys"`
	Devices   int     `json:"devices"`
	RateLimit int     `json:"rate_limit"`
	Tier      string  `json:"tier"`
	Seed      *uint64 `json:"seed"`
}

// sendable reports whether the API key can be sent in a header.
func (o *accountOptions) sendable() bool {
	_, err := keys.New(o.APIKey)
	return err == nil || o.APIKey == ""
}

func (o *accountOptions) options() []keystest.Option {
	opts := []keystest.Option{
		keystest.WithAPIKey(o.APIKey), keystest.WithKeys(o.Keys), keystest.WithDevices(o.Devices),
		keystest.WithRateLimit(o.RateLimit), keystest.WithTier(o.Tier),
	}
	if o.Seed != nil {
		opts = append(opts, keystest.WithSeed(*o.Seed))
	}
	return opts
}

var shellSafe = regexp.MustCompile(`^[0-9A-Za-z_./:@%+=,-]+$`)

// shellQuote returns text as a word of a POSIX shell.
func shellQuote(text string) string {
	if shellSafe.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
