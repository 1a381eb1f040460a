package main

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// explain returns err as an error of openapi.yaml, whose text is given: with the line of what it is about, where err names
// something of the document.
func explain(text []byte, err error) error {
	if other, ok := errors.AsType[*fileError](err); ok {
		return other
	}
	message, _, _ := strings.Cut(err.Error(), "\nSchema:\n") // What follows is the schema, and the value that it doesn't allow.
	var root yaml.Node
	_ = yaml.Unmarshal(text, &root) // Where it isn't YAML, err says so.
	if found := notYAML.FindStringSubmatch(message); found != nil {
		number, _ := strconv.Atoi(found[1])
		return located(number, "this isn't YAML that can be read: "+found[2])
	}
	if found := unresolved.FindStringSubmatch(message); found != nil {
		return located(lineOfReference(&root, found[1]), fmt.Sprintf("$ref: the document has no %q", found[1]))
	}
	if found := noTarget.FindStringSubmatch(message); found != nil {
		return located(lineOf(&root, strings.Split(found[1], ".")), fmt.Sprintf("the document has no %s, which codegen/overlay.yaml changes", found[1]))
	}
	return located(lineOf(&root, names(message)), message)
}

// What the loaders say.
var (
	notYAML    = regexp.MustCompile(`yaml: (?:construct errors: )?line (\d+): (.*)`)
	unresolved = regexp.MustCompile(`failed to resolve .*?(#/[^"\s]+)`)
	noTarget   = regexp.MustCompile(`selector "\$\.([^"]+)" did not match`)
)

func located(line int, message string) error {
	if line == 0 {
		return fmt.Errorf("openapi.yaml: %s", message)
	}
	return fmt.Errorf("openapi.yaml:%d: %s", line, message)
}

var (
	endpoint = regexp.MustCompile(`\b(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE) (/[^\s"]*)`)
	name     = regexp.MustCompile(`"([^"]+)"|\b(paths|components)\b|\b([A-Z]+)\b|(?:^|\s)(/[^\s":]+)|[Ss]chema (\w+)`)
)

// names returns what a message names, in the order of the document: POST /keys is the member post of the member /keys.
func names(message string) []string {
	var all []string
	message = endpoint.ReplaceAllString(message, "$2 $1")
	message = strings.NewReplacer(`"/`, " /", `\"`, "").Replace(message)
	for _, found := range name.FindAllStringSubmatch(message, -1) {
		all = append(all, strings.Join(found[1:], ""))
	}
	return all
}

// lineOf returns the line of the last of the names that is found, each below the one before; 0 where there is none.
func lineOf(node *yaml.Node, names []string) int {
	line := 0
	for _, name := range names {
		if key, value := find(node, name); key != nil {
			node, line = value, key.Line
		}
	}
	return line
}

// find returns the first member with a name, at any depth. Where there is none, it is the first that has the name as its value,
// or an operation's operationId that the name starts with, as the names of what is generated for it do.
func find(node *yaml.Node, name string) (key, value *yaml.Node) {
	isMethod := name == strings.ToUpper(name)
	key, value = findMember(node, func(key, _ string) bool { return key == name || isMethod && key == strings.ToLower(name) })
	if key != nil {
		return key, value
	}
	return findMember(node, func(key, value string) bool {
		return value == name || key == "operationId" && value != "" && strings.HasPrefix(strings.ToLower(name), strings.ToLower(value))
	})
}

func findMember(node *yaml.Node, is func(key, value string) bool) (key, value *yaml.Node) {
	for i, child := range node.Content {
		if isKey := node.Kind == yaml.MappingNode && i%2 == 0; isKey && is(child.Value, node.Content[i+1].Value) {
			return child, node.Content[i+1]
		}
		if key, value := findMember(child, is); key != nil {
			return key, value
		}
	}
	return nil, nil
}

// lineOfReference returns the line of the first reference to target, 0 where there is none.
func lineOfReference(node *yaml.Node, target string) int {
	for i, child := range node.Content {
		if child.Value == target && i > 0 && node.Content[i-1].Value == "$ref" {
			return child.Line
		}
		if line := lineOfReference(child, target); line > 0 {
			return line
		}
	}
	return 0
}
