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

// generating is held while oapi-codegen is at work, which keeps what it works on in package variables.
var generating sync.Mutex

// generate returns the generated files for a document. The overlay has Go's hints for the client; its name may be empty.
func generate(document, overlay string) ([]file, error) {
	text, err := os.ReadFile(document) //nolint:gosec // The file that the caller names.
	if err != nil {
		return nil, err
	}
	facts, err := readFacts(text)
	if err != nil {
		return nil, err
	}
	generating.Lock()
	defer generating.Unlock()
	codegen.TemplateFunctions["facts"] = facts.of
	codegen.TemplateFunctions["document"] = func() iter.Seq[string] { return strings.Lines(string(text)) }
	var files []file
	for _, side := range []struct {
		name, overlay string
		config        []byte
		hint          func(*openapi3.T)
	}{
		{"client", overlay, clientConfig, hintClient},
		{"server", "", serverConfig, hintServer},
	} {
		code, err := generateSide(document, side.overlay, side.config, side.hint)
		if err != nil {
			return nil, fmt.Errorf("can't generate the %s: %w", side.name, err)
		}
		files = append(files, file{"generated/" + side.name + "/" + side.name + ".gen.go", withHeader(code, text)})
	}
	return files, nil
}

// generateSide generates one of the two packages.
func generateSide(document, overlay string, config []byte, hint func(*openapi3.T)) (code string, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("oapi-codegen doesn't know what to do with the document: %v", fault)
		}
	}()
	var c codegen.Configuration
	decoder := yaml.NewDecoder(bytes.NewReader(config))
	decoder.KnownFields(true)
	if err := decoder.Decode(&c); err != nil {
		return "", &fileError{"codegen's configuration", err}
	}
	if c.Generate.Client {
		// The responses are read by wrapper/keys: the generated readers have no bound and can lose a secret.
		c.OutputOptions.UserTemplates = map[string]string{"client.tmpl": clientTemplate, "client-with-responses.tmpl": "{{\"\"}}\n"}
	}
	c = c.UpdateDefaults()
	if err := c.Validate(); err != nil {
		return "", err
	}
	doc, err := util.LoadSwaggerWithOverlay(document, util.LoadSwaggerWithOverlayOpts{Path: overlay, Strict: true, AllowRemoteRefsFrom: []string{}})
	if err != nil && !noTarget.MatchString(err.Error()) {
		err = &fileError{"codegen/overlay.yaml", err} // The document itself was read before.
	}
	if err != nil {
		return "", err
	}
	hint(doc)
	code, err = codegen.Generate(doc, c)
	if err != nil && strings.Contains(err.Error(), "template") {
		err = &fileError{"codegen/client.tmpl", err}
	}
	return code, err
}

// fileError is an error of another file than the document.
type fileError struct {
	file string
	err  error
}

func (e *fileError) Error() string { return e.file + ": " + e.err.Error() }
func (e *fileError) Unwrap() error { return e.err }

var header = regexp.MustCompile(`(?m)^// Code generated .*$`)

// withHeader names the source in a generated file, so that any change of the document is seen to be missing there.
func withHeader(code string, document []byte) []byte {
	line := fmt.Sprintf("// Code generated from openapi.yaml (SHA-256 %.8x) by codegen; DO NOT EDIT.", sha256.Sum256(document))
	return []byte(header.ReplaceAllLiteralString(code, line))
}

// readDocument reads a document and says what is wrong with it.
func readDocument(text []byte) (*openapi3.T, error) {
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromData(text)
	if err != nil {
		return nil, err
	}
	return doc, doc.Validate(loader.Context)
}
