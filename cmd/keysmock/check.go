package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/conformance"
)

// The exit statuses of check.
const (
	exitConforming = iota
	exitDeviating  // Also of a run that a signal ended, and of results that can't be written.
	exitUsage
	exitNoTarget // It is unreachable, isn't the API or doesn't accept the credential.
)

const checkUsage = `Usage: keysmock check -base-url URL [flags]

Tests whether a server keeps the API's document, with the credential in QAI_API_KEY. It mints keys and revokes them.
Exit status: 0 it conforms, 1 it deviates or the run was interrupted, 2 wrong usage, 3 the server is unreachable,
isn't the API or doesn't accept the credential.

Flags of keysmock check:
`

// checkFlags are the flags of check.
type checkFlags struct {
	baseURL, knownFailures, junit, html string
	readOnly                            bool
}

// check tests a server, and returns the exit status. If ctx ends, it revokes its keys and writes what it has found until then.
func check(ctx context.Context, credential string, args []string, stdout, stderr io.Writer) int {
	var c checkFlags
	flags := flag.NewFlagSet("keysmock check", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		_, _ = io.WriteString(stderr, checkUsage)
		flags.PrintDefaults()
	}
	flags.StringVar(&c.baseURL, "base-url", "", "the server's `URL`, without the operations' paths: https, or http to this machine")
	flags.BoolVar(&c.readOnly, "read-only", false, "send only what can't change anything; rules that need more aren't reached")
	flags.StringVar(&c.knownFailures, "known-failures", "", "a `file` of rules that are expected to fail, one a line; # begins a comment")
	flags.StringVar(&c.junit, "junit", "", "write the results to this `file` as JUnit XML")
	flags.StringVar(&c.html, "html", "", "write the results to this `file` as a page")
	set, err := parse(flags, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitConforming
	case err != nil:
		return exitUsage
	}
	complain := func(err error) { _, _ = fmt.Fprintln(stderr, "keysmock:", plain(err.Error())) }
	target, err := c.target(credential, flags.Args(), stdout, stderr)
	if err != nil {
		complain(blame(err, set))
		return exitUsage
	}
	f := &findings{Target: c.baseURL, Began: time.Now()}
	shown, err := newProgress(stderr, f)
	if err != nil {
		complain(err)
		return exitDeviating
	}
	target.HTTPClient = &http.Client{Transport: shown}
	f.Report, f.Err = conformance.Check(ctx, target, f.add)
	if errors.Is(f.Err, conformance.ErrInvalidTarget) {
		complain(f.Err)
		return exitUsage
	}
	shown.end()
	code := f.exit()
	_, err = io.WriteString(stdout, f.text(columns(stdout)))
	if err != nil {
		err = fmt.Errorf("the results can't be printed: %w", err)
	}
	if err := errors.Join(err, c.write(f)); err != nil {
		complain(err)
		code = max(code, exitDeviating)
	}
	if f.Err != nil {
		complain(errors.New(f.Stopped()))
	}
	return code
}

// target returns what is to be tested, or what is wrong with the arguments. Nothing is sent.
func (c *checkFlags) target(credential string, args []string, streams ...io.Writer) (conformance.Target, error) {
	target := conformance.Target{BaseURL: c.baseURL, APIKey: credential, ReadOnly: c.readOnly}
	switch {
	case len(args) > 0:
		return target, errors.New("check takes flags alone, and the credential from QAI_API_KEY") // An argument may be one, so it isn't shown.
	case c.baseURL == "":
		return target, errors.New("-base-url is missing: it is the server to test, like https://api.example.com")
	case credential == "":
		return target, errors.New("QAI_API_KEY is not set: set it to an API key of the server")
	}
	if base, err := url.Parse(c.baseURL); err == nil && base.Scheme == "http" && !loopback(base.Host) {
		return target, errors.New("-base-url would send the credential unencrypted over a network: use https")
	}
	if strings.ContainsFunc(credential, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return target, errors.New("the API key in QAI_API_KEY can't be sent in a header: it has a space, or a character that isn't ASCII")
	}
	if err := c.probe(streams...); err != nil {
		return target, err
	}
	var err error
	target.KnownFailures, err = readKnownFailures(c.knownFailures)
	return target, err
}

const maxKnownFailures = 1 << 20 // In bytes, of the file.

var ruleName = regexp.MustCompile(`^[a-z][A-Za-z]*(/[0-9A-Za-z_/]*)?$`)

// readKnownFailures returns the rules of a file. What isn't like one isn't shown: it may be the wrong file.
func readKnownFailures(path string) ([]string, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.Open(path) //nolint:gosec // A flag names it.
	if err != nil {
		return nil, fmt.Errorf("-known-failures: %w", err)
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, maxKnownFailures+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("-known-failures: %w", err)
	case len(data) > maxKnownFailures:
		return nil, fmt.Errorf("-known-failures %q: it is larger than 1 MiB: it may be the wrong file", path)
	}
	var names []string
	number := 0
	for line := range strings.Lines(strings.TrimPrefix(string(data), "\ufeff")) {
		number++
		line, _, _ = strings.Cut(line, "#")
		switch line = strings.TrimSpace(line); {
		case line == "":
		case !ruleName.MatchString(line):
			return nil, fmt.Errorf("-known-failures %q, line %d: it isn't a rule, like createKey/400", path, number)
		default:
			names = append(names, line)
		}
	}
	return names, nil
}

// write writes the files.
func (c *checkFlags) write(f *findings) error {
	return errors.Join(writeFile(c.junit, f.junit), writeFile(c.html, f.html))
}

// writeFile writes a file. What is there keeps its permissions and links. An empty path is no file.
func writeFile(path string, render func() ([]byte, error)) error {
	if path == "" {
		return nil
	}
	data, err := render()
	if err == nil {
		err = os.WriteFile(path, data, 0o666) //nolint:gosec // A flag names it, it has no secrets, and the umask may restrict it.
	}
	if err != nil {
		return fmt.Errorf("the file %q can't be written: %w", path, err)
	}
	return nil
}

// probe returns why the files couldn't be written, or would overwrite what a stream or another flag has. It leaves nothing behind.
func (c *checkFlags) probe(streams ...io.Writer) error {
	taken := map[string]os.FileInfo{} // By what has it.
	for i, stream := range streams {
		if file, ok := stream.(*os.File); ok {
			taken[[]string{"stdout", "stderr"}[i]], _ = file.Stat()
		}
	}
	taken["-known-failures"], _ = os.Stat(c.knownFailures)
	for _, output := range []struct{ name, path string }{{"-junit", c.junit}, {"-html", c.html}} {
		if output.path == "" {
			continue
		}
		info, remove, err := touch(output.path)
		if err != nil {
			return fmt.Errorf("the file %q can't be written: %w", output.path, err)
		}
		defer remove() // Once the other was compared with it.
		for name, other := range taken {
			if os.SameFile(info, other) {
				return fmt.Errorf("%s %q is the same file as that of %s: each needs its own", output.name, output.path, name)
			}
		}
		taken[output.name] = info
	}
	return nil
}

// touch opens a file for writing, and returns what it is and a function that removes it if it wasn't there before.
func touch(path string) (info os.FileInfo, remove func(), err error) {
	info, err = os.Stat(path)
	made := errors.Is(err, os.ErrNotExist)
	if err == nil && !info.Mode().IsRegular() { // To open a pipe would wait for its reader.
		return nil, nil, errors.New("it isn't a regular file")
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o666) //nolint:gosec // As writeFile does.
	if err != nil {
		return nil, nil, err
	}
	info, err = file.Stat()
	return info, func() {
		if target, err := filepath.EvalSymlinks(path); err == nil && made { // A link to it stays.
			_ = os.Remove(target)
		}
	}, errors.Join(err, file.Close())
}
