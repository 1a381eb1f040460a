package main

import (
	"path/filepath"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
	"github.com/stretchr/testify/require"

	"github.com/qaikeys/qaikeys"
)

// TestEveryKindArrives generates both sides from a document with one of each kind of parameter and body, and runs
// testdata/kinds, in which the client sends each to the server.
func TestEveryKindArrives(t *testing.T) {
	t.Parallel()
	generated, err := generate(filepath.Join("testdata", "kinds.yaml"), "")
	require.NoError(t, err)
	dir := module(t)
	for _, f := range generated {
		put(t, string(f.code), dir, filepath.Base(filepath.Dir(f.name)), filepath.Base(f.name))
	}
	put(t, read(t, "testdata", "kinds", "kinds_test.go"), dir, "kinds_test.go")
	goCommand(t, dir, "test", "-vet=off", ".")
}

// TestUsersCanGenerate: what oapi-codegen makes of the embedded document without any configuration compiles.
func TestUsersCanGenerate(t *testing.T) {
	t.Parallel()
	dir := module(t)
	for name, what := range map[string]codegen.GenerateOptions{
		"client": {Models: true, Client: true},
		"server": {Models: true, StdHTTPServer: true, Strict: true},
		"both":   {Models: true, Client: true, StdHTTPServer: true, Strict: true, EmbeddedSpec: true},
	} {
		put(t, stock(t, name, what), dir, name, name+".gen.go")
	}
	goCommand(t, dir, "build", "./...")
}

// stock returns what oapi-codegen makes of the embedded document with its own templates.
func stock(t *testing.T, name string, what codegen.GenerateOptions) string {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(qaikeys.OpenAPI)
	require.NoError(t, err)
	config := codegen.Configuration{PackageName: name, Generate: what}.UpdateDefaults()
	require.NoError(t, config.Validate())
	generating.Lock()
	defer generating.Unlock()
	code, err := codegen.Generate(doc, config)
	require.NoError(t, err)
	return code
}
