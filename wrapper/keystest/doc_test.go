package keystest_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTheDocumentation tests that Go's documentation lists the methods of an account under each type that has them, and that every
// example belongs to something.
func TestTheDocumentation(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	fileSet := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		file, err := parser.ParseFile(fileSet, name, nil, parser.ParseComments)
		require.NoError(t, err)
		if file.Name.Name == "keystest" || strings.HasPrefix(name, "example_") {
			files = append(files, file)
		}
	}
	pkg, err := doc.NewFromFiles(fileSet, files, "github.com/qaikeys/qaikeys/wrapper/keystest")
	require.NoError(t, err)
	examples := len(pkg.Examples)
	for _, typ := range pkg.Types {
		examples += len(typ.Examples)
		for _, f := range slices.Concat(typ.Funcs, typ.Methods) {
			examples += len(f.Examples)
		}
		if slices.Contains([]string{"Account", "Handler", "Server"}, typ.Name) {
			for _, want := range []string{"AssertCalls", "Faults", "Inject", "Keys", "Requests", "Reset", "Use"} {
				i := slices.IndexFunc(typ.Methods, func(method *doc.Func) bool { return method.Name == want })
				require.GreaterOrEqual(t, i, 0, "%s.%s isn't listed", typ.Name, want)
				assert.NotEmpty(t, typ.Methods[i].Doc)
			}
		}
	}
	assert.Equal(t, len(doc.Examples(files...)), examples, "an example belongs to nothing")
}
