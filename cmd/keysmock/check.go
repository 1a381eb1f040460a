package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
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
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return exitConforming
	case err != nil:
		return exitUsage
	}
	complain := func(err error) { _, _ = fmt.Fprintln(stderr, "keysmock:", plain(err.Error())) }
	target, err := c.target(credential, flags.Args())
	if err != nil {
		complain(err)
		return exitUsage
	}
	shown := newProgress(stderr)
	f := &findings{Target: c.baseURL, Began: time.Now()}
	f.Report, f.Err = conformance.Check(ctx, target, func(result conformance.Result) {
		f.add(result)
		shown.update(f.Groups)
	})
	if errors.Is(f.Err, conformance.ErrInvalidTarget) {
		complain(f.Err)
		return exitUsage
	}
	shown.end(f.Groups)
	code := f.exit()
	_, err = io.WriteString(stdout, f.text())
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
func (c *checkFlags) target(credential string, args []string) (conformance.Target, error) {
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
	for _, path := range []string{c.junit, c.html} {
		if err := probe(path); err != nil {
			return target, err
		}
	}
	if c.junit != "" && resolved(c.junit) == resolved(c.html) {
		return target, errors.New("-junit and -html are the same file: each needs its own")
	}
	var err error
	target.KnownFailures, err = readKnownFailures(c.knownFailures)
	return target, err
}

var ruleName = regexp.MustCompile(`^[a-z][A-Za-z]*(/[0-9A-Za-z_/]*)?$`)

// readKnownFailures returns the rules of a file. What isn't like one isn't shown: it may be the wrong file.
func readKnownFailures(path string) ([]string, error) {
	if path == "" {
		return nil, nil
	}
	data, err := os.ReadFile(path) //nolint:gosec // A flag names it.
	if err != nil {
		return nil, fmt.Errorf("-known-failures: %w", err)
	}
	var names []string
	number := 0
	for line := range strings.Lines(string(data)) {
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
	return errors.Join(replaceFile(c.junit, f.junit), replaceFile(c.html, f.html))
}

// replaceFile writes a file as a whole, or leaves it as it was. An empty path is no file.
func replaceFile(path string, render func() ([]byte, error)) error {
	if path == "" {
		return nil
	}
	data, err := render()
	if err == nil {
		var temporary string
		if temporary, err = create(path, data); err == nil {
			if err = os.Rename(temporary, resolved(path)); err != nil {
				_ = os.Remove(temporary)
			}
		}
	}
	if err != nil {
		return fmt.Errorf("the file %q can't be written: %w", path, err)
	}
	return nil
}

// probe returns why replaceFile couldn't write a file. It leaves nothing behind.
func probe(path string) error {
	if path == "" {
		return nil
	}
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("the file %q can't be written: it isn't a regular file", path)
	}
	temporary, err := create(path, nil)
	if err != nil {
		return fmt.Errorf("the file %q can't be written: %w", path, err)
	}
	return os.Remove(temporary)
}

// create writes data to a new file beside path, and returns its path. Everybody may read it, since results have no secrets.
func create(path string, data []byte) (temporary string, err error) {
	file, err := os.CreateTemp(filepath.Dir(resolved(path)), ".keysmock-*")
	if err != nil {
		return "", err
	}
	_, err = io.Copy(file, bytes.NewReader(data))
	if err := cmp.Or(err, file.Chmod(0o644), file.Sync(), file.Close()); err != nil {
		_ = file.Close()
		_ = os.Remove(file.Name())
		return "", err
	}
	return file.Name(), nil
}

// resolved returns the path of the file that a path with links means.
func resolved(path string) string {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return target
	}
	return filepath.Clean(path)
}
