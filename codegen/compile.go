package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
		overlay["Replace"][filepath.Join(root, filepath.FromSlash(f.name))] = candidate
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
	if err == nil {
		return nil
	}
	return errors.New("openapi.yaml: what it says becomes Go that doesn't compile; nothing was written\n" + blame(string(out), files))
}

var position = regexp.MustCompile(`^\S*?(\w+\.gen\.go):(\d+):\d+: (.*)$`)

// blame names what each of the compiler's messages is about: a declaration is called as a schema or operation is.
func blame(out string, files []file) string {
	var b strings.Builder
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		found := position.FindStringSubmatch(line)
		if found == nil {
			if !strings.HasPrefix(line, "#") {
				fmt.Fprintf(&b, "  %s\n", line)
			}
			continue
		}
		number, _ := strconv.Atoi(found[2])
		fmt.Fprintf(&b, "  %s (in what is generated for %s)\n", found[3], declarationAt(files, found[1], number))
	}
	return strings.TrimRight(b.String(), "\n")
}

var declaration = regexp.MustCompile(`^(?:type|func|var|const)\s+(?:\([^)]*?(\w+)\)\s*)?(\w+)`)

// declarationAt returns the name of the declaration that a line of a file belongs to.
func declarationAt(files []file, base string, line int) string {
	for _, f := range files {
		if filepath.Base(f.name) != base {
			continue
		}
		lines := strings.Split(string(f.code), "\n")
		for i := min(line, len(lines)) - 1; i >= 0; i-- {
			if found := declaration.FindStringSubmatch(lines[i]); found != nil {
				if found[1] != "" {
					return found[1]
				}
				return found[2]
			}
		}
	}
	return base
}
