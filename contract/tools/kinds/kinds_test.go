// Package kinds_test compiles and runs what is generated from other documents and with other configurations than the project's.
package kinds_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
	"github.com/qaikeys/qaikeys"
	"github.com/stretchr/testify/require"
)

// root is the project's directory.
const root = "../../.."

// TestEveryKindArrives generates both sides from a document with one of each kind of parameter and body, and runs the tests in
// testdata/kinds.go.txt, in which the client sends each to the server.
func TestEveryKindArrives(t *testing.T) {
	t.Parallel()
	dir := module(t)
	put(t, read(t, "testdata/kinds.yaml"), dir, "openapi.yaml")
	put(t, "overlay: 1.0.0\ninfo: {title: None, version: 1.0.0}\nactions: [{target: $.info, update: {}}]\n", dir, "codegen/overlay.yaml")
	for _, name := range []string{"cmd/keysmock/control.yaml", "codegen/control-overlay.yaml"} {
		put(t, read(t, root, name), dir, name)
	}
	put(t, read(t, "testdata/kinds.go.txt"), dir, "kinds_test.go")
	generator := filepath.Join(t.TempDir(), "codegen")
	run(t, root, "go", "build", "-o", generator, "./codegen")
	run(t, dir, generator)
	run(t, dir, "go", "test", "-vet=off", ".")
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
		doc, err := openapi3.NewLoader().LoadFromData(qaikeys.OpenAPI)
		require.NoError(t, err)
		config := codegen.Configuration{PackageName: name, Generate: what}.UpdateDefaults()
		require.NoError(t, config.Validate())
		code, err := codegen.Generate(doc, config)
		require.NoError(t, err)
		put(t, code, dir, name, name+".gen.go")
	}
	run(t, dir, "go", "build", "./...")
}

// module returns the directory of a new module that requires what the project requires.
func module(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	project, err := filepath.Abs(root)
	require.NoError(t, err)
	_, requirements, found := strings.Cut(read(t, root, "go.mod"), "module github.com/qaikeys/qaikeys\n")
	require.True(t, found)
	put(t, "module example.com/kinds\n"+requirements+
		"\nrequire github.com/qaikeys/qaikeys v0.0.0\n\nreplace github.com/qaikeys/qaikeys => "+project+"\n", dir, "go.mod")
	put(t, read(t, root, "go.sum"), dir, "go.sum")
	return dir
}

func read(t *testing.T, name ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(name...))
	require.NoError(t, err)
	return string(text)
}

func put(t *testing.T, text string, name ...string) {
	t.Helper()
	file := filepath.Join(name...)
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
}

// run runs a command in dir, without the network.
func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s", out)
}
