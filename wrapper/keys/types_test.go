package keys_test

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// typeSpecs returns the type declarations of a file and their comments.
func typeSpecs(t *testing.T, file string) map[string]*ast.TypeSpec {
	t.Helper()
	parsed, err := parser.ParseFile(gotoken.NewFileSet(), file, nil, parser.ParseComments|parser.SkipObjectResolution)
	require.NoError(t, err)
	specs := map[string]*ast.TypeSpec{}
	ast.Inspect(parsed, func(node ast.Node) bool {
		if spec, ok := node.(*ast.TypeSpec); ok {
			specs[spec.Name.Name] = spec
		}
		return true
	})
	return specs
}

// TestAliasesNameTheirFields, since go doc shows an alias without the fields of the generated struct.
func TestAliasesNameTheirFields(t *testing.T) {
	t.Parallel()
	generated := typeSpecs(t, "../../generated/client/client.gen.go")
	structs := 0
	for name, alias := range typeSpecs(t, "types.go") {
		of, _ := alias.Type.(*ast.SelectorExpr)
		if of == nil || generated[of.Sel.Name] == nil {
			continue
		}
		body, ok := generated[of.Sel.Name].Type.(*ast.StructType)
		if !ok {
			continue
		}
		structs++
		for _, field := range body.Fields.List {
			for _, ident := range field.Names {
				assert.Regexp(t, `\b`+ident.Name+`\b`, alias.Doc.Text(), "name the field %s in the comment of %s in wrapper/keys/types.go", ident.Name, name)
			}
		}
	}
	assert.Greater(t, structs, 10)
}
