package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"go/format"
	"maps"
	"slices"
	"strings"
	"text/template"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
)

//go:embed values.tmpl
var valuesTemplate string

// openSet is a schema of strings that names some of the values that it allows.
type openSet struct {
	Name    string
	Request bool // The others can be sent, but have no meaning.
	Enums   []enum
}

// enum is a schema of values that mean the same.
type enum struct {
	Name, Description string
	Values            []string
}

// openEnums returns the parts of an open set: anyOf enumerations of strings, and last a string. It returns nil for any other schema.
func openEnums(schema *openapi3.Schema) openapi3.SchemaRefs {
	last := len(schema.AnyOf) - 1
	if last < 1 || len(schema.AnyOf[last].Value.Enum) > 0 {
		return nil
	}
	enums := schema.AnyOf[:last]
	isOther := func(part *openapi3.SchemaRef) bool { return !part.Value.Type.Is("string") }
	isOpen := func(part *openapi3.SchemaRef) bool { return len(part.Value.Enum) == 0 || part.Ref == "" }
	if slices.ContainsFunc(schema.AnyOf, isOther) || slices.ContainsFunc(enums, isOpen) {
		return nil
	}
	return enums
}

// openSets returns the document's open sets by their names.
func openSets(doc *openapi3.T) []openSet {
	requests, _ := bodies(doc)
	var sets []openSet
	for _, name := range slices.Sorted(maps.Keys(doc.Components.Schemas)) {
		schema := doc.Components.Schemas[name].Value
		set := openSet{Name: name, Request: requests[schema]}
		for _, ref := range openEnums(schema) {
			part := enum{Name: ref.Ref[strings.LastIndex(ref.Ref, "/")+1:], Description: ref.Value.Description}
			for _, value := range ref.Value.Enum {
				part.Values = append(part.Values, fmt.Sprint(value))
			}
			set.Enums = append(set.Enums, part)
		}
		if set.Enums != nil {
			sets = append(sets, set)
		}
	}
	return sets
}

// closeSet makes a schema of an open set one that oapi-codegen has a type for: in a request an enumeration of the names that have a
// meaning, and otherwise a string.
func closeSet(schema *openapi3.Schema, request bool) {
	enums := openEnums(schema)
	if enums == nil {
		return
	}
	schema.AnyOf, schema.Type = nil, &openapi3.Types{"string"}
	for _, part := range enums {
		if request {
			schema.Enum = append(schema.Enum, part.Value.Enum[0])
		}
	}
}

// constant returns the name of the constant of a value, which begins with the last word of its set's. Of a value in lower case it has
// Legacy, since the same in upper case may be another value. It is spelt like the names that oapi-codegen made last, with its initialisms.
func constant(set, value string) string {
	prefix := set[strings.LastIndexFunc(set, func(r rune) bool { return r >= 'A' && r <= 'Z' }):]
	if value == strings.ToLower(value) {
		prefix += "Legacy"
	}
	return prefix + codegen.ToCamelCaseWithInitialisms(strings.ToLower(value))
}

// comment returns a description as a comment.
func comment(text string) string {
	return "// " + strings.ReplaceAll(strings.ReplaceAll(text, "`", ""), "\n", "\n// ")
}

// generateValues returns the Go constants of the values that the document's open sets name.
func generateValues(sets []openSet) (string, error) {
	constants := map[string]string{} // The values that they stand for.
	for _, set := range sets {
		for _, part := range set.Enums {
			for _, value := range part.Values {
				name := constant(set.Name, value)
				if other, taken := constants[name]; taken {
					return "", fmt.Errorf("schema %s: %q can't have a constant of its own beside %q: both are %s", part.Name, value, other, name)
				}
				constants[name] = value
			}
		}
	}
	functions := template.FuncMap{"constant": constant, "comment": comment, "lcFirst": codegen.LowercaseFirstCharacter}
	var code bytes.Buffer
	if err := template.Must(template.New("values.tmpl").Funcs(functions).Parse(valuesTemplate)).Execute(&code, sets); err != nil {
		return "", err
	}
	formatted, err := format.Source(code.Bytes())
	return string(formatted), err
}
