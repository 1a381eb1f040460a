package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// root is the project's directory.
const root = ".."

// read returns the text of a file.
func read(t *testing.T, name ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(name...))
	require.NoError(t, err)
	return string(text)
}

// put writes a file, and the directories that it is in.
func put(t *testing.T, text string, name ...string) {
	t.Helper()
	file := filepath.Join(name...)
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
}

// current returns the files that the project's document becomes. Those in the tree may be stale.
var current = sync.OnceValues(func() ([]file, error) {
	return generate(root)
})

// project returns a copy of as much of the project as codegen needs, in which all is current. After that, each pair of edits
// replaces the first text by the second in openapi.yaml, once.
func project(t *testing.T, edits ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum", "codegen/overlay.yaml", "codegen/control-overlay.yaml", controlDocument} {
		put(t, read(t, root, name), dir, name)
	}
	generated, err := current()
	require.NoError(t, err)
	for _, f := range generated {
		put(t, string(f.code), dir, f.name)
	}
	sources, err := filepath.Glob(filepath.Join(root, "types", "*.go"))
	require.NoError(t, err)
	for _, name := range sources {
		if !strings.HasSuffix(name, "_test.go") {
			put(t, read(t, name), dir, "types", filepath.Base(name))
		}
	}
	put(t, edited(t, read(t, root, "openapi.yaml"), edits...), dir, "openapi.yaml")
	return dir
}

// edited replaces texts that the document must have.
func edited(t *testing.T, document string, edits ...string) string {
	t.Helper()
	for i := 0; i < len(edits); i += 2 {
		require.Contains(t, document, edits[i], "the test edits a part of openapi.yaml that isn't there any more: edit the test")
		document = strings.Replace(document, edits[i], edits[i+1], 1)
	}
	return document
}

// files returns the texts of all files below a directory, by name.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			all[name] = read(t, name)
		}
		return err
	}))
	return all
}
