package main

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"iter"
	"os"
	"regexp"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/util"
	"go.yaml.in/yaml/v3"
)

var (
	//go:embed client.yaml
	clientConfig []byte
	//go:embed server.yaml
	serverConfig []byte
	//go:embed client.tmpl
	clientTemplate string
)

// generating is held while oapi-codegen runs: it keeps its state in package variables.
var generating sync.Mutex

// generate returns the generated files for a document. The overlay has Go's hints for the client; its name may be empty.
func generate(document, overlay string) ([]file, error) {
	text, err := os.ReadFile(document) //nolint:gosec // The file that the caller names.
	if err != nil {
		return nil, err
	}
	doc, err := readDocument(text)
	if err != nil {
		return nil, explain(document, err)
	}
	operations, err := readOperations(doc)
	if err != nil {
		return nil, explain(document, err)
	}
	generating.Lock()
	defer generating.Unlock()
	codegen.TemplateFunctions["facts"] = func(op codegen.OperationDefinition) operation { return operations[op.Method+" "+op.Path] }
	codegen.TemplateFunctions["document"] = func() iter.Seq[string] { return strings.Lines(string(text)) }
	client, err := generatePackage(document, overlay, clientConfig, hintClient)
	if err != nil {
		return nil, err
	}
	server, err := generatePackage(document, "", serverConfig, hintServer)
	if err != nil {
		return nil, err
	}
	values, err := generateValues(operations, openSets(doc))
	if err != nil {
		return nil, explain(document, err)
	}
	return []file{
		{"generated/client/client.gen.go", withHeader(client, text)},
		{"generated/server/server.gen.go", withHeader(server, text)},
		{"wrapper/keys/values.gen.go", []byte(values)},
	}, nil
}

// generatePackage returns the code of one package.
func generatePackage(document, overlay string, config []byte, hint func(*openapi3.T)) (code string, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = explain(document, fmt.Errorf("oapi-codegen can't process the document: %v", fault))
		}
	}()
	var c codegen.Configuration
	decoder := yaml.NewDecoder(bytes.NewReader(config))
	decoder.KnownFields(true)
	if err := decoder.Decode(&c); err != nil {
		return "", fmt.Errorf("codegen's configuration: %w", err)
	}
	if c.Generate.Client {
		// wrapper/keys reads the responses: the generated readers have no bound and can lose a secret.
		c.OutputOptions.UserTemplates = map[string]string{"client.tmpl": clientTemplate, "client-with-responses.tmpl": "{{\"\"}}\n"}
	}
	c = c.UpdateDefaults()
	if err := c.Validate(); err != nil {
		return "", fmt.Errorf("codegen's configuration: %w", err)
	}
	doc, err := util.LoadSwaggerWithOverlay(document, util.LoadSwaggerWithOverlayOpts{Path: overlay, Strict: true})
	switch {
	case err != nil && noTarget.MatchString(err.Error()):
		return "", explain(document, err)
	case err != nil: // The document itself was read before.
		return "", fmt.Errorf("codegen/overlay.yaml: %w", err)
	}
	hint(doc)
	code, err = codegen.Generate(doc, c)
	switch {
	case err != nil && strings.Contains(err.Error(), "template"):
		return "", fmt.Errorf("codegen/client.tmpl: %w", err)
	case err != nil:
		return "", explain(document, err)
	}
	return code, nil
}

var header = regexp.MustCompile(`(?m)^// Code generated .*$`)

// withHeader names the source in a generated file, so that after any change of the document the file is seen to be stale.
func withHeader(code string, document []byte) []byte {
	line := fmt.Sprintf("// Code generated from openapi.yaml (SHA-256 %.8x) by codegen; DO NOT EDIT.", sha256.Sum256(document))
	return []byte(header.ReplaceAllLiteralString(code, line))
}
