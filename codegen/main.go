// Command codegen makes generated/client and generated/server from openapi.yaml, with oapi-codegen, the configurations
// beside this file and the client's template.
//
// It writes nothing until both packages were generated and compile: where the document has something that can't be
// generated, the tree stays as it was and the message says what. With -check it writes nothing at all and fails where a
// file isn't what it would write.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	check := flag.Bool("check", false, "write nothing; fail where a generated file is stale or was edited")
	flag.Parse()
	if err := run(os.Stderr, ".", *check); err != nil {
		fmt.Fprintln(os.Stderr, "codegen:", err)
		os.Exit(1)
	}
}

// run generates for the project in the directory root, or compares with what is there.
func run(stderr io.Writer, root string, check bool) error {
	files, err := generate(filepath.Join(root, "openapi.yaml"), filepath.Join(root, "codegen", "overlay.yaml"))
	if err != nil {
		return err
	}
	if check {
		return compare(root, files)
	}
	if err := compile(root, files); err != nil {
		return err
	}
	return write(stderr, root, files)
}

// file is a generated file.
type file struct {
	name string // Relative to the project, with slashes.
	code []byte
}

var errStale = errors.New("the generated code isn't what openapi.yaml and codegen/ say: run make generate")

// compare reports each file that isn't what it should be.
func compare(root string, files []file) error {
	var problems []string
	for _, f := range files {
		kept, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(f.name)))
		switch {
		case err != nil:
			problems = append(problems, f.name+" is missing")
		case bytes.Equal(kept, f.code):
		case sourceOf(kept) != sourceOf(f.code):
			problems = append(problems, f.name+" is stale: openapi.yaml changed since it was generated")
		default:
			problems = append(problems, f.name+" was edited, or codegen/ changed since it was generated")
		}
	}
	if len(problems) == 0 {
		return nil
	}
	return fmt.Errorf("%w\n  %s", errStale, strings.Join(problems, "\n  "))
}

// write replaces the files, each at once, and says which of them changed.
func write(stderr io.Writer, root string, files []file) error {
	for _, f := range files {
		name := filepath.Join(root, filepath.FromSlash(f.name))
		if kept, err := os.ReadFile(name); err == nil && bytes.Equal(kept, f.code) { //nolint:gosec // A file of the project.
			continue
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
			return err
		}
		temporary := name + ".tmp"
		if err := os.WriteFile(temporary, f.code, 0o600); err != nil {
			return err
		}
		if err := os.Rename(temporary, name); err != nil {
			return errors.Join(err, os.Remove(temporary))
		}
		fmt.Fprintln(stderr, "codegen: wrote", f.name)
	}
	return nil
}

// sourceOf returns the line of a generated file that names its source.
func sourceOf(code []byte) string {
	lines := strings.Split(string(code), "\n")
	if i := slices.IndexFunc(lines, isHeader); i >= 0 {
		return lines[i]
	}
	return ""
}

func isHeader(line string) bool { return strings.HasPrefix(line, "// Code generated ") }
