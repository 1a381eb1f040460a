package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// compile builds the generated files as if they were in the project in the directory root. Those of a package that isn't generated are
// built alone, since the rest of it may not be adapted to the document yet.
func compile(root string, files []file) error {
	dir, err := os.MkdirTemp("", "codegen")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	overlay := filepath.Join(dir, "overlay.json")
	replace := map[string]string{}
	args := []string{"build", "-overlay", overlay}
	for _, f := range files {
		candidate := filepath.Join(dir, filepath.Base(f.name))
		if err := os.WriteFile(candidate, f.code, 0o600); err != nil {
			return err
		}
		name := f.name
		if !strings.HasPrefix(name, "generated/") {
			name = "generated/alone/" + path.Base(name)
		}
		replace[name] = candidate
		args = append(args, "./"+path.Dir(name))
	}
	encoded, _ := json.Marshal(map[string]any{"Replace": replace})
	if err := os.WriteFile(overlay, encoded, 0o600); err != nil {
		return err
	}
	build := exec.Command("go", args...) //nolint:gosec,noctx // Our own arguments; it ends by itself.
	build.Dir = root
	out, err := build.CombinedOutput()
	if err == nil || len(out) == 0 {
		return err
	}
	if found := missing.FindSubmatch(out); found != nil {
		return explain(filepath.Join(root, apiDocument),
			fmt.Errorf("the generated Go code needs %[1]s, and nothing was written: run go get %[1]s, then make generate", found[1]))
	}
	document, messages := blame(string(out), files)
	return explain(filepath.Join(root, document), errors.New("the generated Go code doesn't compile, and nothing was written: "+messages))
}

var (
	missing     = regexp.MustCompile(`no required module provides package ([^\s;]+)`)
	position    = regexp.MustCompile(`^\S*?(\w+\.gen\.go):(\d+):\d+: (.*)$`)
	declaration = regexp.MustCompile(`^(?:type|func|var|const)\s+(?:\([^)]*?(\w+)\)\s*)?(\w+)`)
)

// blame returns the document that the compiler's first message is about, and the messages, each after the name of the declaration that it
// is about: a schema's or an operation's.
func blame(out string, files []file) (document, text string) {
	document = apiDocument
	var messages []string
	for line := range strings.SplitSeq(strings.TrimSpace(out), "\n") {
		if strings.HasPrefix(line, "#") || strings.Contains(line, "other declaration of") {
			continue
		}
		if found := position.FindStringSubmatch(line); found != nil {
			line = found[3]
			number, _ := strconv.Atoi(found[2])
			i := slices.IndexFunc(files, func(f file) bool { return filepath.Base(f.name) == found[1] })
			if len(messages) == 0 {
				document = files[i].document
			}
			above := strings.Split(string(files[i].code), "\n")[:number]
			for _, code := range slices.Backward(above) {
				if found := declaration.FindStringSubmatch(code); found != nil {
					line = fmt.Sprintf("%q: %s", cmp.Or(found[1], found[2]), line)
					break
				}
			}
		}
		messages = append(messages, line)
	}
	return document, strings.Join(slices.Compact(messages), "\n  ")
}
