// Command codegen generates generated/client and generated/server from openapi.yaml, with oapi-codegen, the configurations
// beside this file and the client's template, and in wrapper/keys the constants of the operations and values that the document names.
// From cmd/keysmock/control.yaml it generates generated/control, both sides of the control API.
//
// It writes nothing until all is generated and compiles: if a document has something that can't be generated, no file
// changes and the message says what it is. With -check it writes nothing at all, and fails if a file isn't what it would write.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	check := flag.Bool("check", false, "write nothing; fail if a generated file is stale or was edited")
	flag.Parse()
	if err := run(os.Stderr, ".", *check); err != nil {
		fmt.Fprintln(os.Stderr, "codegen:", err)
		os.Exit(1)
	}
}

// run generates code for the project in the directory root, or compares it with what is there.
func run(stderr io.Writer, root string, check bool) error {
	files, err := generate(root)
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
	name     string // Relative to the project, with slashes.
	document string // That it is generated from, relative to the project.
	code     []byte
}

var errStale = errors.New("the generated code isn't what the documents and codegen/ say: run make generate")

// compare reports each file that isn't what it should be.
func compare(root string, files []file) error {
	var problems []string
	for _, f := range files {
		current, err := os.ReadFile(filepath.Join(root, f.name)) //nolint:gosec // A generated file.
		switch {
		case err != nil:
			problems = append(problems, f.name+" is missing")
		case bytes.Equal(current, f.code):
		case !bytes.Equal(header.Find(current), header.Find(f.code)):
			problems = append(problems, f.name+" is stale: "+f.document+" changed since it was generated")
		default:
			problems = append(problems, f.name+" was edited, or the values in "+f.document+" or codegen/ changed since it was generated")
		}
	}
	if len(problems) == 0 {
		return nil
	}
	return fmt.Errorf("%w\n  %s", errStale, strings.Join(problems, "\n  "))
}

// write replaces the files that changed, and names them.
func write(stderr io.Writer, root string, files []file) error {
	for _, f := range files {
		name := filepath.Join(root, f.name)
		if current, err := os.ReadFile(name); err == nil && bytes.Equal(current, f.code) { //nolint:gosec // A generated file.
			continue
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
			return err
		}
		if err := os.WriteFile(name, f.code, 0o644); err != nil { //nolint:gosec // Source code, as git has it.
			return err
		}
		_, _ = fmt.Fprintln(stderr, "codegen: wrote", f.name)
	}
	return nil
}
