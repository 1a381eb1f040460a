package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// What kin-openapi, the YAML reader and oapi-codegen say.
var (
	notYAML    = regexp.MustCompile(`yaml: (?:construct errors: )?line (\d+): (.*)`)
	unresolved = regexp.MustCompile(`failed to resolve .*?(#/[^"\s]+)`)
	noTarget   = regexp.MustCompile(`^(\S+): .*selector "\$\.([^"]+)" did not match`)
)

// explain returns err as an error of a document, with the line of what err names there.
func explain(document string, err error) error {
	message, _, _ := strings.Cut(err.Error(), "\nSchema:\n") // What follows is the schema, and the value that it doesn't allow.
	text, _ := os.ReadFile(document)                         //nolint:gosec // A document that was read before.
	var root yaml.Node
	_ = yaml.Unmarshal(text, &root) // If it isn't YAML, err says so.
	var line int
	if found := notYAML.FindStringSubmatch(message); found != nil {
		line, _ = strconv.Atoi(found[1])
		message = "this isn't YAML that can be read: " + found[2]
	} else if found := unresolved.FindStringSubmatch(message); found != nil {
		line = lineOf(&root, []string{found[1]})
		message = fmt.Sprintf("$ref: the document has no %q", found[1])
	} else if found := noTarget.FindStringSubmatch(message); found != nil {
		line = lineOf(&root, strings.Split(found[2], "."))
		message = fmt.Sprintf("the document has no %s, which %s changes", found[2], found[1])
	} else {
		line = lineOf(&root, names(message))
	}
	name := filepath.Base(document)
	if line == 0 {
		return fmt.Errorf("%s: %s", name, message)
	}
	return fmt.Errorf("%s:%d: %s", name, line, message)
}

var (
	endpoint = regexp.MustCompile(`\b([A-Z]+) (/[^\s"]*)`)
	name     = regexp.MustCompile(`"([^"]+)"|\b(paths|components|[A-Z]+)\b|(?:^|\s)(/[^\s":]+)|[Ss]chema (\w+)`)
)

// names returns what a message names, in the order of the document: POST /keys is the key post below the key /keys.
func names(message string) []string {
	message = endpoint.ReplaceAllString(message, "$2 $1")
	message = strings.NewReplacer(`"/`, " /", `\"`, "").Replace(message)
	var all []string
	for _, found := range name.FindAllStringSubmatch(message, -1) {
		all = append(all, strings.Join(found[1:], ""))
	}
	return all
}

// lineOf returns the line of the last of the names that is found, each below the one before; 0 if there is none.
func lineOf(node *yaml.Node, names []string) int {
	line := 0
	for _, name := range names {
		if key, value := find(node, name); key != nil {
			node, line = value, key.Line
		}
	}
	return line
}

// find returns the first key, at any depth, that has a name or whose value is the name.
func find(node *yaml.Node, name string) (key, value *yaml.Node) {
	for i, child := range node.Content {
		if node.Kind == yaml.MappingNode && i%2 == 0 { // A key.
			value := node.Content[i+1]
			if child.Value == name || strings.ToUpper(child.Value) == name || value.Value == name {
				return child, value
			}
		}
		if key, value := find(child, name); key != nil {
			return key, value
		}
	}
	return nil, nil
}
