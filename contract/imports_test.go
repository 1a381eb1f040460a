package contract_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestWhatImportersLink: a program that imports wrapper/keys links at most four other modules, and none that is for tests. A fifth,
// nullable, is linked once a request has a property that may be null.
func TestWhatImportersLink(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}", "../wrapper/keys").Output()
	require.NoError(t, err)
	modules := strings.Fields(string(out))
	slices.Sort(modules)
	modules = slices.DeleteFunc(slices.Compact(modules), func(module string) bool { return module == "github.com/oapi-codegen/nullable" })
	assert.Contains(t, modules, "github.com/oapi-codegen/runtime")
	assert.LessOrEqual(t, len(modules), 4, "wrapper/keys links %v", modules)
	for _, module := range modules {
		assert.NotRegexp(t, "kin-openapi|testify", module)
	}
}
