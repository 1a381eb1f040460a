package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const healthUsage = `Usage: keysmock health [flags] [URL]

Tells whether a mock or proxy accepts requests: the one at the URL, or without one that on this machine which has these flags, also from
their environment variables. It is for a container's health check. Exit status: 0 it does, 1 it doesn't, 2 wrong usage.

Flags of keysmock health:
`

// healthTime is how long a healthy server may take.
const healthTime = 5 * time.Second

// health returns the exit status that says whether a mock or proxy accepts requests.
func health(ctx context.Context, args []string, stderr io.Writer) int {
	var e endpoint
	flags := flag.NewFlagSet("keysmock health", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		_, _ = io.WriteString(stderr, healthUsage)
		flags.PrintDefaults()
	}
	flags.StringVar(&e.addr, "addr", defaultAddr, "the `host:port` or unix:PATH that it listens on")
	flags.BoolVar(&e.tls, "tls", false, "it serves https")
	set, err := parse(flags, args)
	base, urlErr := url.Parse(flags.Arg(0))
	code := 2
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return code
	case flags.NArg() > 1:
		err = errors.New("health takes one URL")
	case flags.NArg() == 1 && (urlErr != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" || base.User != nil):
		err = errors.New("health needs an http or https URL without a user, like http://keysmock:8787") // Which may have a credential.
	case flags.NArg() == 0 && !validAddr(e.addr):
		err = blame(e.wrongAddr(), set)
	default:
		code, err = 1, e.probe(ctx, flags.Arg(0))
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "keysmock:", err)
		return code
	}
	return 0
}

// probe returns an error unless the server at a base URL, or where that is empty at this endpoint, accepts requests.
func (e *endpoint) probe(ctx context.Context, base string) error {
	ctx, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
	transport := &http.Transport{ // It has no proxy: the server is on this machine, or on a network of containers.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // Nothing secret is sent, and keysmock certifies itself.
	}
	defer transport.CloseIdleConnections()
	if base == "" {
		base = "http://localhost"
		if e.tls {
			base = "https://localhost"
		}
		transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			addr, unix := strings.CutPrefix(e.addr, unixPrefix)
			if unix {
				network = "unix"
			}
			return new(net.Dialer).DialContext(ctx, network, addr)
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(base, "/")+"/healthz", nil)
	if err != nil {
		return err
	}
	resp, err := transport.RoundTrip(req) // Which follows no redirect.
	if err != nil {
		return fmt.Errorf("it doesn't accept requests: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 100))
	if resp.StatusCode != http.StatusOK || string(body) != "ok\n" {
		return fmt.Errorf("it isn't healthy, or no keysmock: /healthz responds with the status %d, not with 200 and the text ok", resp.StatusCode)
	}
	return nil
}
