package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// compile builds the packages of the generated files as if the files stood in the project in the directory root.
func compile(root string, files []file) error {
	dir, err := os.MkdirTemp("", "codegen")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	root, err = filepath.Abs(root)
	if err != nil {
		return err
	}
	overlay := map[string]map[string]string{"Replace": {}}
	args := []string{"build", "-overlay", filepath.Join(dir, "overlay.json")}
	for _, f := range files {
		candidate := filepath.Join(dir, filepath.Base(f.name))
		if err := os.WriteFile(candidate, f.code, 0o600); err != nil {
			return err
		}
		overlay["Replace"][f.in(root)] = candidate
		args = append(args, "./"+filepath.ToSlash(filepath.Dir(f.name)))
	}
	encoded, err := json.Marshal(overlay)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "overlay.json"), encoded, 0o600); err != nil {
		return err
	}
	build := exec.Command("go", args...) //nolint:gosec,noctx // Our own arguments; it ends by itself.
	build.Dir = root
	out, err := build.CombinedOutput()
	if err == nil || len(out) == 0 {
		return err
	}
	if found := missing.FindSubmatch(out); found != nil {
		return fmt.Errorf("the generated Go code needs %[1]s, and nothing was written: run go get %[1]s, then make generate", found[1])
	}
	return errors.New(blame(string(out), files))
}

var missing = regexp.MustCompile(`no required module provides package ([^\s;]+)`)

var position = regexp.MustCompile(`^\S*?(\w+\.gen\.go):(\d+):\d+: (.*)$`)

// blame puts before each of the compiler's messages the declaration that it is about, which is named as a schema or operation is.
func blame(out string, files []file) string {
	var messages []string
	for line := range strings.SplitSeq(strings.TrimSpace(out), "\n") {
		if strings.HasPrefix(line, "#") || strings.Contains(line, "other declaration of") {
			continue
		}
		if found := position.FindStringSubmatch(line); found != nil {
			number, _ := strconv.Atoi(found[2])
			line = declarationAt(files, found[1], number) + found[3]
		}
		messages = append(messages, line)
	}
	return "the generated Go code doesn't compile, and nothing was written: " + strings.Join(slices.Compact(messages), "\n  ")
}

var declaration = regexp.MustCompile(`^(?:type|func|var|const)\s+(?:\([^)]*?(\w+)\)\s*)?(\w+)`)

// declarationAt names the declaration that a line of a file belongs to, if any.
func declarationAt(files []file, base string, line int) string {
	for _, f := range files {
		if filepath.Base(f.name) != base {
			continue
		}
		lines := strings.Split(string(f.code), "\n")
		for i := min(line, len(lines)) - 1; i >= 0; i-- {
			if found := declaration.FindStringSubmatch(lines[i]); found != nil {
				return fmt.Sprintf("%q: ", cmp.Or(found[1], found[2]))
			}
		}
	}
	return ""
}
