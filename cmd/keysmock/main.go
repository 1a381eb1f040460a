// Command keysmock is a mock of the Quantum AI gateway's keys API: a server that keeps state, validates every request
// against openapi.yaml and fails on demand. It is [github.com/qaikeys/qaikeys/wrapper/keystest] as a program, for tests
// in any language. It isn't the gateway, and is for tests alone.
//
//	keysmock [-addr 127.0.0.1:8787|unix:PATH] [-tls] [-api-key KEY] [-keys N] [-seed N] [-latency D] [-rate-limit N]
//	         [-tier TIER] [-state FILE] [-validate requests|both] [-log text|json|off] [-public] [-version]
//
// Once it accepts connections it prints two lines that a shell can evaluate, and everything else goes to stderr:
//
//	QAI_BASE_URL=http://127.0.0.1:8787
//	QAI_API_KEY=qai_k_…
//
// With -tls a third line, QAI_CA_FILE, names the certificate that a client must trust; it is made anew at every start. With
// a unix socket, QAI_SOCKET names it.
//
// Beside the API it answers GET /healthz, GET /openapi.yaml and GET /docs (the API reference as a page), and to peers on the same machine what control.yaml
// describes (GET /_mock/openapi.yaml): its journal and state, faults, recorded use, accounts of their own for parallel
// tests, a clock that can be set, and reset; and GET /, a live page of it all. A request may ask for a fault for itself alone: X-Mock-Fault: status=503;after.
//
// With -state it knows what it answered after a crash, too: it answers once a change is on disk, save for when a key was
// last used, which follows with the key's next change. The file has the accounts' own API keys in the clear and of all
// others nothing but hashes. A damaged one is refused and left as it is.
//
// SIGINT and SIGTERM end it with status 0, once the requests under way are answered or ten seconds have passed. A wrong
// flag is status 2, an address or a state file that can't be used status 1.
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
	"net/http"
	"os"
	"os/signal"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
)

// drainTime is how long requests under way may take after a signal.
const drainTime = 10 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// settings are what the flags say.
type settings struct {
	addr  string
	tls   bool
	state string
	log   *slog.Logger
	mock  []keystest.Option
}

// run serves until ctx ends, and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	s, err := parse(args, stdout, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	if err := s.serve(ctx, stdout); err != nil {
		_, _ = fmt.Fprintln(stderr, "keysmock:", err)
		return 1
	}
	return 0
}

// serve serves until ctx ends, and then until the requests under way are answered.
func (s *settings) serve(ctx context.Context, stdout io.Writer) error {
	clock := new(clock)
	var store keystest.Store // Not a nil *stateFile, which is no nil Store.
	if s.state != "" {
		file, err := openState(s.state)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		store = file
	}
	mock, err := keystest.OpenHandler(store, append(s.mock, keystest.WithClock(clock.now))...)
	if err != nil {
		return describeState(s.state, err)
	}
	server := &http.Server{
		Handler:           logged(s.log, routes(mock, clock)),
		ReadHeaderTimeout: 30 * time.Second,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	listener, err := listen(ctx, s.addr)
	if err != nil {
		return err
	}
	scheme, serve, lines := "http", server.Serve, ""
	if s.tls {
		certificate, err := makeCertificate()
		if err != nil {
			_ = listener.Close()
			return err
		}
		defer certificate.remove()
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate.Certificate}, MinVersion: tls.VersionTLS12}
		scheme, lines = "https", "QAI_CA_FILE="+shellQuote(certificate.file)+"\n"
		serve = func(l net.Listener) error { return server.ServeTLS(l, "", "") }
	}
	_, _ = fmt.Fprintf(stdout, "%sQAI_API_KEY=%s\n%s", where(listener, scheme), shellQuote(mock.APIKey), lines)

	failed := make(chan error, 1)
	go func() { failed <- serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if server.Shutdown(drain) != nil {
		_ = server.Close() // The requests that are left have had their time.
	}
	return nil
}

// parse reads the flags, and tells stderr what is wrong with them.
func parse(args []string, stdout, stderr io.Writer) (*settings, error) {
	flags := flag.NewFlagSet("keysmock", flag.ContinueOnError)
	flags.SetOutput(stderr)
	addr := flags.String("addr", "127.0.0.1:8787", "`host:port` or unix:PATH to listen on; port 0 takes a free one")
	apiKey := flags.String("api-key", "", "the account's API `key` (default a random one)")
	count := flags.Int("keys", 0, "how many keys the account has at the start")
	latency := flags.Duration("latency", 0, "answer every request so much later")
	rateLimit := flags.Int("rate-limit", 0, "requests a minute that the account's API key may make (default no limit)")
	tier := flags.String("tier", "", "the account's `tier`; ephemeral and partner keys need internal")
	format := flags.String("log", "text", "how requests are logged on stderr: `text|json|off`")
	state := flags.String("state", "", "keep the state in this `file`; its keys go before -keys (default it is forgotten)")
	validate := flags.String("validate", "requests", "what is held to openapi.yaml: `requests|both`, requests alone or answers too")
	useTLS := flags.Bool("tls", false, "serve https and HTTP/2 with a certificate for localhost, and print its file")
	version := flags.Bool("version", false, "print the version and exit")
	public := flags.Bool("public", false, "allow an -addr that other machines reach")
	var seed *uint64
	flags.Func("seed", "make API keys the same in every run of this seed (default random)", func(text string) error {
		n, err := strconv.ParseUint(text, 10, 64)
		seed = &n
		return err
	})
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if *version {
		_, _ = fmt.Fprintln(stdout, versionText())
		return nil, flag.ErrHelp
	}
	s := &settings{addr: *addr, tls: *useTLS, state: *state, mock: []keystest.Option{
		keystest.WithAPIKey(*apiKey), keystest.WithKeys(*count), keystest.WithLatency(*latency), keystest.WithRateLimit(*rateLimit), keystest.WithTier(*tier),
	}}
	if *validate == "both" {
		s.mock = append(s.mock, keystest.WithAnswersValidated())
	}
	if seed != nil {
		s.mock = append(s.mock, keystest.WithSeed(*seed))
	}
	var ok bool
	s.log, ok = newLogger(*format, stderr)
	for _, check := range []struct {
		fails bool
		says  string
	}{
		{flags.NArg() > 0, fmt.Sprintf("there is an argument too many: %q", flags.Arg(0))},
		{*count < 0, "-keys can't be negative"},
		{*latency < 0, "-latency can't be negative"},
		{*rateLimit < 0, "-rate-limit can't be negative"},
		{*validate != "requests" && *validate != "both", fmt.Sprintf("-validate can't be %q: it is requests or both", *validate)},
		{!ok, fmt.Sprintf("-log can't be %q: it is text, json or off", *format)},
		{*apiKey != "" && !usable(*apiKey), "-api-key can't be sent in a header"},
		{!validAddr(*addr), fmt.Sprintf("-addr can't be %q: it is host:port or unix:PATH", *addr)},
		{validAddr(*addr) && !*public && !local(*addr), "-addr is one that other machines reach, and this is a mock: add -public if you mean it"},
	} {
		if check.fails {
			_, _ = fmt.Fprintln(stderr, "keysmock:", check.says)
			return nil, errors.New(check.says)
		}
	}
	return s, nil
}

func newLogger(format string, stderr io.Writer) (*slog.Logger, bool) {
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(stderr, nil)), true
	case "json":
		return slog.New(slog.NewJSONHandler(stderr, nil)), true
	case "off":
		return slog.New(slog.DiscardHandler), true
	}
	return nil, false
}

// usable reports whether a client can send this API key.
func usable(apiKey string) bool {
	_, err := keys.New(apiKey)
	return err == nil
}

// versionText tells the module's version, which Go writes into the program.
func versionText() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "keysmock (unknown version)"
	}
	return fmt.Sprintf("keysmock %s %s", info.Main.Version, info.GoVersion)
}

var shellSafe = regexp.MustCompile(`^[0-9A-Za-z_./:@%+=,-]+$`)

// shellQuote returns text as a word of a POSIX shell.
func shellQuote(text string) string {
	if shellSafe.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
