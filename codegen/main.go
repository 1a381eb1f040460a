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
	document := filepath.Join(root, "openapi.yaml")
	text, err := os.ReadFile(document) //nolint:gosec // A file of the project.
	if err != nil {
		return err
	}
	files, err := generate(document, filepath.Join(root, "codegen", "overlay.yaml"))
	if err != nil {
		return explain(text, err)
	}
	if check {
		return compare(root, files)
	}
	if err := compile(root, files); err != nil {
		return explain(text, err)
	}
	return write(stderr, root, files)
}

// file is a generated file.
type file struct {
	name string // Relative to the project, with slashes.
	code []byte
}

// in returns where the file is, in the project in the directory root.
func (f file) in(root string) string { return filepath.Join(root, filepath.FromSlash(f.name)) }

var errStale = errors.New("the generated code isn't what openapi.yaml and codegen/ say: run make generate")

// compare reports each file that isn't what it should be.
func compare(root string, files []file) error {
	var problems []string
	for _, f := range files {
		kept, err := os.ReadFile(f.in(root))
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

// write replaces the files that changed, and says which. It replaces none until all are written beside them.
func write(stderr io.Writer, root string, files []file) error {
	changed := slices.DeleteFunc(slices.Clone(files), func(f file) bool {
		kept, err := os.ReadFile(f.in(root))
		return err == nil && bytes.Equal(kept, f.code)
	})
	for _, f := range changed {
		if err := os.MkdirAll(filepath.Dir(f.in(root)), 0o750); err != nil {
			return err
		}
		temporary := f.in(root) + ".tmp"
		defer func() { _ = os.Remove(temporary) }()                    // Where it isn't renamed.
		if err := os.WriteFile(temporary, f.code, 0o644); err != nil { //nolint:gosec // Source code, as git has it.
			return err
		}
	}
	for _, f := range changed {
		if err := os.Rename(f.in(root)+".tmp", f.in(root)); err != nil {
			return err
		}
		_, _ = fmt.Fprintln(stderr, "codegen: wrote", f.name)
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
