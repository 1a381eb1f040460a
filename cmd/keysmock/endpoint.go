package main

import (
	"context"
	"crypto/tls"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/signal"
	"regexp"
	"slices"
	"strings"
	"time"
)

// defaultAddr is where keysmock listens.
const defaultAddr = "127.0.0.1:8787"

// endpoint is where and how a command serves.
type endpoint struct {
	addr, log, token string
	tls, public      bool
	drain            time.Duration // How long running requests have to get their responses at the end.
}

func (e *endpoint) flags(flags *flag.FlagSet) {
	e.drain = 10 * time.Second
	flags.StringVar(&e.addr, "addr", defaultAddr, "`host:port` or unix:PATH to listen on; port 0 takes a free one")
	flags.StringVar(&e.log, "log", "text", "how requests are logged on stderr: `text|json|off`")
	flags.BoolVar(&e.tls, "tls", false, "serve https and HTTP/2 with a certificate for localhost, and print its file")
	flags.BoolVar(&e.public, "public", false, "allow an -addr that other machines can reach")
	flags.StringVar(&e.token, "control-token", "", "a `token` that whoever controls the mock has to send, from any machine")
}

// validate returns what is wrong with the flags, or nil.
func (e *endpoint) validate() error {
	switch {
	case newLogger(e.log, io.Discard) == nil:
		return fmt.Errorf("-log can't be %q: use text, json or off", e.log)
	case !validAddr(e.addr):
		return e.wrongAddr()
	case !e.public && !local(e.addr):
		return fmt.Errorf("other machines can reach -addr %q, and keysmock is for tests: add -public to allow it", e.addr)
	}
	return checkToken(e.token)
}

func (e *endpoint) wrongAddr() error {
	return fmt.Errorf("-addr can't be %q: use host:port, with a port from 0 to 65535, or unix:PATH", e.addr)
}

// site is what is served.
type site struct {
	server    *http.Server
	variables []string     // Like QAI_API_KEY=…, that clients need besides the base URL.
	open      func() error // Opens what a start that fails mustn't change, once there is an address; may be nil.
	end       func()       // Releases what it holds, once nothing is served any more; may be nil.
}

func (s *site) close() {
	if s.end != nil {
		s.end()
	}
}

// serve serves a site for as long as use runs, and then until the running requests have responses. Use gets the variables that clients
// need, and a context that ends with ctx, or when nothing can be served any more.
func (e *endpoint) serve(ctx context.Context, s *site, use func(ctx context.Context, variables []string) error) error {
	listener, err := listen(ctx, e.addr)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	scheme, serve := "http", s.server.Serve
	var trust []string
	if e.tls {
		certificate, file, remove, err := makeCertificate()
		if err != nil {
			return err
		}
		defer remove()
		s.server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
		scheme, trust = "https", []string{"QAI_CA_FILE=" + file}
		serve = func(l net.Listener) error { return s.server.ServeTLS(l, "", "") }
	}
	if s.open != nil {
		if err := s.open(); err != nil {
			return err
		}
	}
	serving, failed := context.WithCancelCause(ctx)
	go func() { failed(serve(listener)) }()
	err = use(serving, slices.Concat(baseURL(listener, scheme), s.variables, trust))
	if ctx.Err() == nil && serving.Err() != nil {
		return context.Cause(serving)
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), e.drain)
	defer cancel()
	drain, stop := signal.NotifyContext(drain, endings()...)
	defer stop()
	if s.server.Shutdown(drain) != nil {
		_ = s.server.Close() // The remaining requests had their time, or a second signal came.
	}
	return err
}

// printed returns a use of what is served that prints the variables as lines that a shell can evaluate, and lasts until ctx ends.
func printed(stdout io.Writer) func(context.Context, []string) error {
	return func(ctx context.Context, variables []string) error {
		var lines strings.Builder
		for _, v := range variables {
			name, value, _ := strings.Cut(v, "=")
			lines.WriteString(name + "=" + shellQuote(value) + "\n")
		}
		if _, err := io.WriteString(stdout, lines.String()); err != nil {
			return fmt.Errorf("the address can't be printed: %w", err)
		}
		<-ctx.Done()
		return nil
	}
}

var shellSafe = regexp.MustCompile(`^[0-9A-Za-z_./:@%+=,-]+$`)

// shellQuote returns text as a word of a POSIX shell.
func shellQuote(text string) string {
	if shellSafe.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
