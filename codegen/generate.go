package main

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"iter"
	"os"
	"path/filepath"
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
	//go:embed control.yaml
	controlConfig []byte
	//go:embed client.tmpl
	clientTemplate string
	//go:embed inline.tmpl
	documentTemplate string
)

// generating is held while oapi-codegen runs: it keeps its state in package variables.
var generating sync.Mutex

// The documents, relative to the project.
const (
	apiDocument     = "openapi.yaml"
	controlDocument = "cmd/keysmock/control.yaml"
)

// generate returns the generated files for the documents of the project in the directory root.
func generate(root string) ([]file, error) {
	generating.Lock()
	defer generating.Unlock()
	document := filepath.Join(root, apiDocument)
	api, err := load(document)
	if err != nil {
		return nil, err
	}
	client, err := generatePackage(document, filepath.Join(root, "codegen", "overlay.yaml"), clientConfig, hintClient)
	if err != nil {
		return nil, err
	}
	server, err := generatePackage(document, "", serverConfig, hintServer)
	if err != nil {
		return nil, err
	}
	values, err := generateValues(api.operations, openSets(api.doc))
	if err != nil {
		return nil, explain(document, err)
	}
	document = filepath.Join(root, controlDocument)
	controlAPI, err := load(document)
	if err != nil {
		return nil, err
	}
	control, err := generatePackage(document, filepath.Join(root, "codegen", "control-overlay.yaml"), controlConfig, hintControl)
	if err != nil {
		return nil, err
	}
	return []file{
		{"generated/client/client.gen.go", apiDocument, withHeader(client, apiDocument, api.text)},
		{"generated/server/server.gen.go", apiDocument, withHeader(server, apiDocument, api.text)},
		{"wrapper/keys/values.gen.go", apiDocument, []byte(values)},
		{"generated/control/control.gen.go", controlDocument, withHeader(control, controlDocument, controlAPI.text)},
	}, nil
}

// source is a document that code is generated from.
type source struct {
	doc        *openapi3.T
	operations map[string]operation
	text       []byte
}

// load reads a document, which the templates are about from now on.
func load(document string) (s source, err error) {
	if s.text, err = os.ReadFile(document); err != nil { //nolint:gosec // The file that the caller names.
		return s, err
	}
	if s.doc, err = readDocument(s.text); err == nil {
		s.operations, err = readOperations(s.doc)
	}
	if err != nil {
		return s, explain(document, err)
	}
	codegen.TemplateFunctions["facts"] = func(op codegen.OperationDefinition) operation { return s.operations[op.Method+" "+op.Path] }
	codegen.TemplateFunctions["document"] = func() iter.Seq[string] { return strings.Lines(string(s.text)) }
	return s, nil
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
	// wrapper/keys reads the responses: the generated readers have no bound and can lose a secret.
	c.OutputOptions.UserTemplates = map[string]string{
		"client.tmpl": clientTemplate, "client-with-responses.tmpl": "{{\"\"}}\n", "inline.tmpl": documentTemplate,
	}
	c = c.UpdateDefaults()
	if err := c.Validate(); err != nil {
		return "", fmt.Errorf("codegen's configuration: %w", err)
	}
	doc, err := util.LoadSwaggerWithOverlay(document, util.LoadSwaggerWithOverlayOpts{Path: overlay, Strict: true})
	if err != nil { // The document itself was read before.
		err = fmt.Errorf("codegen/%s: %w", filepath.Base(overlay), err)
		if noTarget.MatchString(err.Error()) {
			err = explain(document, err)
		}
		return "", err
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
func withHeader(code, name string, document []byte) []byte {
	line := fmt.Sprintf("// Code generated from %s (SHA-256 %.8x) by codegen; DO NOT EDIT.", name, sha256.Sum256(document))
	return []byte(header.ReplaceAllLiteralString(code, line))
}
