package contract_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// field is a field of a generated struct.
type field struct {
	goType  string // As written, like "*int32".
	name    string // In JSON.
	options []string
}

func (f field) leftOut() bool {
	return slices.Contains(f.options, "omitempty") || slices.Contains(f.options, "omitzero")
}

// structs reads the structs of a generated file, whose types needn't be listed here for a new schema to be checked.
func structs(t *testing.T, file string) map[string][]field {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	found := map[string][]field{}
	for _, decl := range parsed.Decls {
		general, ok := decl.(*ast.GenDecl)
		if !ok || general.Tok != token.TYPE {
			continue
		}
		for _, spec := range general.Specs {
			named := spec.(*ast.TypeSpec)
			body, ok := named.Type.(*ast.StructType)
			if !ok {
				continue
			}
			fields := []field{}
			for _, f := range body.Fields.List {
				if f.Tag == nil {
					continue
				}
				tag := reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("json")
				parts := strings.Split(tag, ",")
				fields = append(fields, field{typeText(f.Type), parts[0], parts[1:]})
			}
			found[named.Name.Name] = fields
		}
	}
	return found
}

// typeText is a type as it is written.
func typeText(expr ast.Expr) string {
	switch e := expr.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return "*" + typeText(e.X)
	case *ast.ArrayType:
		return "[]" + typeText(e.Elt)
	case *ast.SelectorExpr:
		return typeText(e.X) + "." + e.Sel.Name
	case *ast.IndexExpr:
		return typeText(e.X) + "[" + typeText(e.Index) + "]"
	case *ast.MapType:
		return "map[" + typeText(e.Key) + "]" + typeText(e.Value)
	case *ast.InterfaceType:
		return "interface{}"
	}
	return "?"
}

// goTypes are the Go types that may stand for a schema, apart from pointers.
func goTypes(schema *openapi3.SchemaRef) []string {
	if schema.Ref != "" {
		return []string{schema.Ref[strings.LastIndex(schema.Ref, "/")+1:]}
	}
	value := schema.Value
	switch {
	case value.Type == nil: // Anything: raw on the client's side.
		return []string{"types.JSON", "interface{}"}
	case value.Type.Is("array"):
		return allWith("[]", goTypes(value.Items))
	case value.AdditionalProperties.Schema != nil:
		return allWith("map[string]", goTypes(value.AdditionalProperties.Schema))
	}
	format := "/" + value.Format
	if value.Type.Is("string") && !slices.Contains([]string{"password", "date-time", "date", "uuid"}, value.Format) {
		format = "/" // A format that stays a text, like a decimal number.
	}
	return map[string][]string{
		"string/": {"string"}, "string/password": {"types.Secret", "string"}, "string/date-time": {"time.Time"},
		"string/date": {"openapi_types.Date"}, "string/uuid": {"openapi_types.UUID"}, "number/": {"float32"}, "number/float": {"float32"}, "integer/": {"int"}, "integer/int32": {"int32"}, "integer/int64": {"int64", "types.Ticks"}, "number/double": {"float64"}, "boolean/": {"bool"},
	}[value.Type.Slice()[0]+format]
}

func allWith(prefix string, types []string) []string {
	var all []string
	for _, t := range types {
		all = append(all, prefix+t)
	}
	return all
}

// canBeNil reports whether a Go type has nil beside its zero values, like an empty array.
func canBeNil(goType string) bool {
	return strings.HasPrefix(goType, "[]") || strings.HasPrefix(goType, "map[") || goType == "types.JSON"
}

// TestEveryPropertyHasItsField compares the document's schemas with the structs of both generated packages.
func TestEveryPropertyHasItsField(t *testing.T) {
	t.Parallel()
	doc := loadDocument(t)
	for _, side := range []string{"client", "server"} {
		generated := structs(t, "../generated/"+side+"/"+side+".gen.go")
		for name, ref := range doc.Components.Schemas {
			schema := ref.Value
			if !schema.Type.Is("object") {
				continue
			}
			fields, ok := generated[name]
			if !assert.True(t, ok, "%s has no type %s", side, name) {
				continue
			}
			byName := map[string]field{}
			for _, f := range fields {
				assert.Contains(t, schema.Properties, f.name, "%s.%s has a field that the document doesn't know", side, name)
				byName[f.name] = f
			}
			for property, value := range schema.Properties {
				where := side + "." + name + "." + property
				f, ok := byName[property]
				if !assert.True(t, ok, "%s has no field", where) {
					continue
				}
				pointer := strings.HasPrefix(f.goType, "*")
				bare, nullable := strings.CutPrefix(strings.TrimPrefix(f.goType, "*"), "nullable.Nullable[")
				if nullable {
					bare = strings.TrimSuffix(bare, "]")
				}
				named := len(value.Value.Enum)+len(value.Value.OneOf)+len(value.Value.AnyOf) > 0
				if !named || value.Ref != "" { // An enumeration or a union on the spot has a type that is named for where it is.
					assert.Contains(t, goTypes(value), bare, "%s: add the type to goTypes in contract/types_test.go if it is right, or set another in codegen/overlay.yaml", where)
				}
				required := slices.Contains(schema.Required, property)
				assert.Equal(t, !required, f.leftOut(), "%s: optionality", where)
				assert.False(t, required && pointer, "%s is required, and no pointer", where)
				request := schema.AdditionalProperties.Has != nil
				if request {
					assert.Equal(t, value.Value.Nullable, nullable, "%s: what may be null in a request is a nullable.Nullable", where)
				}
				if request && !required && !nullable && !isText(value.Value) {
					// In a request, zero and unset differ, save for texts.
					unset := pointer || f.goType == "interface{}" || canBeNil(f.goType) && !slices.Contains(f.options, "omitempty")
					assert.True(t, unset, "%s can't send its zero: make its type a pointer in codegen/hints.go, or add the type to canBeNil in contract/types_test.go", where)
				}
			}
		}
	}
}

// TestSecretsAndTicksAreTyped: what must not print doesn't, and money isn't a bare number.
func TestSecretsAndTicksAreTyped(t *testing.T) {
	t.Parallel()
	generated := structs(t, "../generated/client/client.gen.go")
	secrets, amounts := 0, 0
	for name, ref := range loadDocument(t).Components.Schemas {
		for property, value := range ref.Value.Properties {
			for _, f := range generated[name] {
				if f.name != property {
					continue
				}
				if value.Value.Format == "password" {
					assert.Equal(t, "types.Secret", f.goType, "%s.%s: format: password becomes types.Secret in codegen/client.yaml", name, property)
					secrets++
				}
				if strings.HasSuffix(property, "_ticks") {
					assert.Equal(t, "types.Ticks", f.goType, "%s.%s is an amount in ticks: give it x-go-type: types.Ticks in codegen/overlay.yaml, as spent_ticks has it", name, property)
					amounts++
				}
			}
		}
	}
	assert.Positive(t, secrets)
	assert.Positive(t, amounts)
}
