package main

import (
	"bytes"
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"go/format"
	"maps"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
)

//go:embed values.tmpl
var valuesTemplate string

// openSet is a schema of strings that names some of the values that it allows.
type openSet struct {
	Name, Description string
	Request           bool // Other values can be sent, but have no meaning. The first of each enumeration is a name, the others its aliases.
	Enums             []enum
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
	sent, _ := bodies(doc)
	maps.Copy(sent, parameters(doc))
	var sets []openSet
	for _, name := range slices.Sorted(maps.Keys(doc.Components.Schemas)) {
		schema := doc.Components.Schemas[name].Value
		set := openSet{Name: name, Description: schema.Description, Request: sent[schema]}
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

// isName matches what a schema of an open set may be named, since constants are.
var isName = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`)

// Constants returns the values that have a constant, by their constants. Its error says which can't have one.
func (s openSet) Constants() (map[string]string, error) {
	constants, values := map[string]string{}, map[string]bool{}
	isUpper := func(value string) bool { return value != strings.ToLower(value) }
	generations := slices.ContainsFunc(s.Enums, func(e enum) bool { return slices.ContainsFunc(e.Values, isUpper) })
	for _, part := range s.Enums {
		if !isName.MatchString(s.Name) || !isName.MatchString(part.Name) {
			return nil, fmt.Errorf("the values of schema %q become constants, so its name and that of its part %s must be like TwoWords", s.Name, part.Name)
		}
		for i, value := range part.Values {
			if values[value] {
				return nil, fmt.Errorf("schema %s: another part of %s has %q, too", part.Name, s.Name, value)
			}
			values[value] = true
			name := part.Name
			if !s.Request {
				name = s.constant(value, generations)
			} else if i > 0 {
				continue // An alias.
			}
			if other, taken := constants[name]; taken {
				return nil, fmt.Errorf("schema %s: %q and %q would be the same constant, %s", part.Name, other, value, name)
			}
			constants[name] = value
		}
	}
	return constants, nil
}

// constant returns the name of the constant of a value, which begins with the last word of the set's. If the set has two generations,
// the older one in lower case, that one's names have Legacy, since the same word in upper case may mean something else. It is spelt
// like the names that oapi-codegen made last, with its initialisms.
func (s openSet) constant(value string, generations bool) string {
	prefix := s.Name[strings.LastIndexFunc(s.Name, unicode.IsUpper):]
	if generations && value == strings.ToLower(value) {
		prefix += "Legacy"
	}
	return prefix + codegen.ToCamelCaseWithInitialisms(strings.ToLower(value))
}

// comment returns a description as a comment, or the name if there is none.
func comment(name, text string) string {
	text = cmp.Or(strings.TrimSpace(text), name+".")
	return "// " + strings.NewReplacer("`", "", "**", "", "\n", "\n// ").Replace(text)
}

// generateValues returns the Go constants of the operations, and of the values that the document's open sets name.
func generateValues(operations map[string]operation, sets []openSet) (string, error) {
	all := map[string]string{} // The sets of the constants.
	constants := map[string]map[string]string{}
	for _, set := range sets {
		own, err := set.Constants()
		if err != nil {
			return "", err
		}
		constants[set.Name] = map[string]string{}
		for name, value := range own {
			if other, taken := all[name]; taken {
				return "", fmt.Errorf("schema %s: its constant %s would be one of %s, too", set.Name, name, other)
			}
			all[name], constants[set.Name][value] = set.Name, name
		}
	}
	functions := template.FuncMap{"comment": comment, "constant": func(set, value string) string { return constants[set][value] }}
	var code bytes.Buffer
	ids := map[string]string{} // By their constants, like OperationCreateKey.
	for _, op := range operations {
		ids["Operation"+codegen.ToCamelCase(op.ID)] = op.ID
	}
	data := map[string]any{"Operations": ids, "Sets": sets}
	if err := template.Must(template.New("values.tmpl").Funcs(functions).Parse(valuesTemplate)).Execute(&code, data); err != nil {
		return "", err
	}
	formatted, err := format.Source(code.Bytes())
	if err != nil {
		return "", errors.New("codegen/values.tmpl: " + err.Error())
	}
	return string(formatted), nil
}
