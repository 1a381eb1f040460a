package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	clientFile = "generated/client/client.gen.go"
	serverFile = "generated/server/server.gen.go"
)

// TestGeneratedCodeIsCurrent: it doesn't compile anything, so it tells even while other code is broken.
func TestGeneratedCodeIsCurrent(t *testing.T) {
	t.Parallel()
	require.NoError(t, run(io.Discard, root, true))
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		edits []string // Of openapi.yaml.
		spoil func(t *testing.T, dir string)
		want  []string // What is said beside "run make generate"; nothing where all is current.
	}{
		{name: "all current"},
		{
			name: "edited file",
			spoil: func(t *testing.T, dir string) {
				t.Helper()
				put(t, read(t, dir, clientFile)+"\n// An edit.\n", dir, clientFile)
			},
			want: []string{clientFile + " was edited"},
		},
		{
			name: "missing file",
			spoil: func(t *testing.T, dir string) {
				t.Helper()
				require.NoError(t, os.Remove(filepath.Join(dir, serverFile)))
			},
			want: []string{serverFile + " is missing"},
		},
		{
			name:  "new property",
			edits: []string{"        name:\n          type: string\n", "        nickname:\n          type: string\n        name:\n          type: string\n"},
			want:  []string{clientFile + " is stale", serverFile + " is stale"},
		},
		{
			name:  "changed constraint, which no type shows",
			edits: []string{"          format: int32\n", "          format: int32\n          maximum: 1000000\n"},
			want:  []string{clientFile + " is stale", serverFile + " is stale"},
		},
		{
			name:  "changed comment of the document",
			edits: []string{"openapi: 3.0.3\n", "openapi: 3.0.3 # A comment.\n"},
			want:  []string{clientFile + " is stale", serverFile + " is stale"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := project(t, test.edits...)
			if test.spoil != nil {
				test.spoil(t, dir)
			}
			before := files(t, dir)
			err := run(io.Discard, dir, true)
			assert.Equal(t, before, files(t, dir), "-check wrote something")
			if test.want == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, errStale)
			assert.ErrorContains(t, err, "run make generate")
			assert.Equal(t, len(test.want), strings.Count(err.Error(), "\n"), "a file is named that is current:\n%v", err)
			for _, want := range test.want {
				assert.ErrorContains(t, err, "\n  "+want)
			}
		})
	}
}

// TestFaultsOfTheDocument: a document that can't be generated is reported with its line, and no file changes.
func TestFaultsOfTheDocument(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		edits []string
		line  string   // The line that the message points to, as it is in the edited document; empty where it points to none.
		names []string // What the message names.
	}{
		{
			name:  "reference to nothing",
			edits: []string{"schemas/CreateKeyRequest'", "schemas/CreateKeyRequset'"},
			line:  "schemas/CreateKeyRequset'",
			names: []string{"$ref", "#/components/schemas/CreateKeyRequset"},
		},
		{
			name:  "other version of OpenAPI",
			edits: []string{"openapi: 3.0.3\n", "openapi: 3.1.0\n"},
			line:  "openapi: 3.1.0\n",
			names: []string{`"openapi" is "3.1.0"`, "3.0"},
		},
		{
			name:  "malformed YAML",
			edits: []string{"      operationId: createKey\n", "\toperationId: createKey\n"},
			line:  "\toperationId: createKey\n",
			names: []string{"YAML"},
		},
		{
			name:  "key that is there twice",
			edits: []string{"      operationId: createKey\n", "      operationId: createKey\n      operationId: mintKey\n"},
			line:  "operationId: mintKey",
			names: []string{`"operationId"`, "YAML"},
		},
		{
			name:  "paths that a server can't tell apart",
			edits: []string{"  /qai/v1/keys/ephemeral:\n", "  /qai/v1/keys/devices/{device}:\n    get:\n      operationId: getDevice\n      parameters: [{name: device, in: path, required: true, schema: {type: string}}]\n      responses: {'200': {description: It.}}\n  /qai/v1/keys/ephemeral:\n"},
			line:  "    get:\n      operationId: getDevice",
			names: []string{"GET /qai/v1/keys/devices/{device}", "GET /qai/v1/keys/{id}/", "can't be routed"},
		},
		{
			name:  "secret below the top level",
			edits: []string{"        status:\n          type: string\n", "        inner: {type: object, properties: {token: {type: string, format: password}}}\n        status:\n          type: string\n"},
			names: []string{"DELETE /qai/v1/keys/{id}", `the secret "token" of the response isn't at its top level`},
			line:  "    delete:\n",
		},
		{
			name:  "operation without operationId",
			edits: []string{"      operationId: rotateKey\n", ""},
			line:  "    post:\n      summary: Rotate a key",
			names: []string{"POST /qai/v1/keys/{id}/rotate", "operationId"},
		},
		{
			name:  "operationId that two operations have",
			edits: []string{"operationId: listKeys\n", "operationId: createKey\n"},
			line:  "operationId: createKey\n      summary: List the keys",
			names: []string{"GET /qai/v1/keys", "POST /qai/v1/keys", `"createKey"`},
		},
		{
			name:  "path parameter that isn't declared",
			edits: []string{"  /qai/v1/keys/{id}/rotate:\n", "  /qai/v1/keys/{name}/rotate:\n"},
			line:  "    post:\n      operationId: rotateKey",
			names: []string{"POST /qai/v1/keys/{name}/rotate", "path parameters", "name"},
		},
		{
			name:  "type that there isn't",
			edits: []string{"        name:\n          type: string\n", "        name:\n          type: strin\n"},
			line:  "type: strin\n",
			names: []string{"CreateKeyRequest", "strin"},
		},
		{
			name:  "example of the wrong type",
			edits: []string{"          example: 25\n", "          example: many\n"},
			line:  "    CreateKeyRequest:\n",
			names: []string{"CreateKeyRequest", "example", "number"},
		},
		{
			name:  "value of an enumeration that oapi-codegen refuses",
			edits: []string{"enum: [asia, apac, asia-pacific]", `enum: ["as\nia", apac, asia-pacific]`},
			line:  "    Region:\n",
			names: []string{"Region", "enum", "newline"},
		},
		{
			name:  "code that is in two enumerations",
			edits: []string{"        - conflict\n", "        - conflict\n        - NOT_FOUND\n"},
			line:  "    ConflictCode:\n",
			names: []string{"ConflictCode", `"NOT_FOUND"`, "ErrorCode"},
		},
		{
			name:  "code without a constant of its own",
			edits: []string{"        - KEY_ROTATED\n", "        - KEY_ROTATED\n        - KEY-ROTATED\n"},
			line:  "    KeyDeadCode:\n",
			names: []string{"KeyDeadCode", `"KEY_ROTATED"`, `"KEY-ROTATED"`, "CodeKeyRotated"},
		},
		{
			name: "open set whose name can't begin one of a constant",
			edits: []string{
				"#/components/schemas/Region'", "#/components/schemas/key-region'",
				"    Region:\n", "    key-region:\n",
			},
			line:  "    key-region:\n",
			names: []string{"key-region", "TwoWords"},
		},
		{
			name:  "name of a parameter that oapi-codegen refuses",
			edits: []string{"name: X-Quantum-App", `name: X-"Quantum-App`},
			line:  "    App:\n",
			names: []string{"App", "double quote"},
		},
		{
			name:  "property that the overlay changes",
			edits: []string{"        spent_ticks:\n", "        ticks:\n"},
			line:  "      properties:\n        id:\n          type: string\n          minLength: 1\n          description: Identifies the key",
			names: []string{"components.schemas.KeyDetails.properties.spent_ticks", "codegen/overlay.yaml"},
		},
		{
			name: "schema named as a generated call",
			edits: []string{
				"        region:\n          $ref: '#/components/schemas/Region'\n", "        region:\n          $ref: '#/components/schemas/CreateKeyCall'\n",
				"                  region: europe\n", "",
				"    CreateKeyRequest:\n", "    CreateKeyCall:\n      type: object\n      properties: {a: {type: string}}\n    CreateKeyRequest:\n",
			},
			line:  "    CreateKeyCall:\n",
			names: []string{"CreateKeyCall redeclared", "doesn't compile", "nothing was written"},
		},
		{
			name: "schema named as the generated Operation",
			edits: []string{
				"#/components/schemas/Region'", "#/components/schemas/Operation'",
				"    Region:\n", "    Operation:\n",
			},
			line:  "    Operation:\n",
			names: []string{"Operation redeclared", "doesn't compile", "nothing was written"},
		},
		{
			name:  "type of a module that go.mod does not require",
			edits: []string{"        spend_cap_usd:\n", "        spend_cap_usd:\n          x-go-type: decimal.Big\n          x-go-type-import: {path: example.com/decimal}\n"},
			names: []string{"run go get example.com/decimal, then make generate", "nothing was written"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := project(t, test.edits...)
			before := files(t, dir)
			var said bytes.Buffer
			err := run(&said, dir, false)
			require.Error(t, err)
			assert.Equal(t, before, files(t, dir), "a file was changed, or left behind")
			assert.Empty(t, said.String())
			first := firstLine(fmt.Sprintln("codegen:", err))
			if test.line != "" {
				text := read(t, dir, "openapi.yaml")
				require.Equal(t, 1, strings.Count(text, test.line), "%q isn't one place in the document", test.line)
				above, _, _ := strings.Cut(text, test.line)
				line := 1 + strings.Count(above, "\n")
				assert.True(t, strings.HasPrefix(first, fmt.Sprintf("codegen: openapi.yaml:%d: ", line)), "%s\nis about line %d", first, line)
			}
			assert.Regexp(t, `^codegen: openapi\.yaml(:[0-9]+)?: `, first)
			for _, name := range test.names {
				assert.Contains(t, first, name)
			}
			assert.NotContains(t, err.Error(), dir)
			assert.LessOrEqual(t, strings.Count(err.Error(), "\n"), 10, "too long:\n%v", err)
		})
	}
}

// TestPanicOfTheGenerator: what oapi-codegen doesn't expect is an error like others.
func TestPanicOfTheGenerator(t *testing.T) {
	t.Parallel()
	generating.Lock()
	defer generating.Unlock()
	_, err := generatePackage(filepath.Join(root, "openapi.yaml"), "", serverConfig, func(*openapi3.T) { panic("unknown parameter format") })
	assert.EqualError(t, err, "openapi.yaml: oapi-codegen can't process the document: unknown parameter format")
}

func TestWriteNamesWhatChanged(t *testing.T) {
	t.Parallel()
	dir := project(t)
	var said bytes.Buffer
	require.NoError(t, write(&said, dir, []file{{clientFile, apiDocument, []byte(read(t, dir, clientFile))}, {"generated/new/new.gen.go", apiDocument, []byte("package new\n")}}))
	assert.Equal(t, "codegen: wrote generated/new/new.gen.go\n", said.String())
	assert.Equal(t, "package new\n", read(t, dir, "generated/new/new.gen.go"))
}

func TestDocumentIsMissing(t *testing.T) {
	t.Parallel()
	assert.ErrorIs(t, run(io.Discard, t.TempDir(), false), os.ErrNotExist)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
