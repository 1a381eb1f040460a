// Package document_test holds openapi.yaml to its own rules. It imports no code that is made from the document, so that it runs
// while that code is stale or incomplete.
package document_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/qaikeys/qaikeys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// loadDocument reads openapi.yaml.
func loadDocument(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(qaikeys.OpenAPI)
	require.NoError(t, err)
	return doc
}

// operations returns the document's operations by their operationId.
func operations(doc *openapi3.T) map[string]*openapi3.Operation {
	found := map[string]*openapi3.Operation{}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			found[op.OperationID] = op
		}
	}
	return found
}

func TestTheDocumentIsValid(t *testing.T) {
	t.Parallel()
	doc := loadDocument(t)
	assert.Equal(t, "3.0.3", doc.OpenAPI)
	assert.NoError(t, doc.Validate(t.Context(), openapi3.EnableExamplesValidation(),
		openapi3.EnableSchemaFormatValidation(), openapi3.EnableSchemaPatternValidation(), openapi3.EnableSchemaDefaultsValidation()))
	assert.NotContains(t, string(qaikeys.OpenAPI), "x-", "the document is language-neutral: Go's hints belong into the overlay")
}

func TestEverythingIsDescribed(t *testing.T) {
	t.Parallel()
	doc := loadDocument(t)
	for name, schema := range doc.Components.Schemas {
		assert.NotEmpty(t, schema.Value.Description, name)
		for property, value := range schema.Value.Properties {
			where := name + "." + property
			assert.NotEmpty(t, value.Value.Description, "%s has no description: add one in openapi.yaml", where)
			switch {
			case strings.Contains(property, "ticks"):
				assert.Contains(t, value.Value.Description, "ticks", where)
			case strings.Contains(property, "usd"):
				assert.Contains(t, value.Value.Description, "US dollars", where)
			}
			if value.Value.Default != nil {
				assert.Contains(t, value.Value.Description, "means", "%s has a default that its description doesn't tell", where)
			}
			bounded := value.Value.Format != "" || value.Value.Min != nil && value.Value.Max != nil
			assert.True(t, !value.Value.Type.Is("integer") || bounded, "%s may be larger than 64 bits: give it a format or both bounds", where)
			simple := value.Ref == "" && !value.Value.Type.Is("array")
			assert.True(t, !simple || value.Value.Example != nil, "%s has no example: add one in openapi.yaml", where)
		}
	}
	for name, header := range doc.Components.Headers {
		assert.NotEmpty(t, header.Value.Description, name)
		assert.NotNil(t, header.Value.Example, name)
	}
	for name, param := range doc.Components.Parameters {
		assert.NotEmpty(t, param.Value.Description, name)
		assert.NotNil(t, param.Value.Example, name)
	}
}

func TestEveryBodyHasExamples(t *testing.T) {
	t.Parallel()
	for id, op := range operations(loadDocument(t)) {
		if op.RequestBody != nil {
			for mediaType, content := range op.RequestBody.Value.Content {
				assert.True(t, len(content.Examples) > 0 || content.Example != nil, "%s: the request as %s has no example: add one in openapi.yaml", id, mediaType)
			}
		}
		for status, response := range op.Responses.Map() {
			for mediaType, content := range response.Value.Content {
				assert.True(t, len(content.Examples) > 0 || content.Example != nil, "%s: the response %s as %s has no example: add one in openapi.yaml", id, status, mediaType)
			}
			content := response.Value.Content["application/json"]
			if content == nil {
				assert.Less(t, status, "400", "%s: an error has a body of JSON", id)
				continue
			}
			if status >= "400" {
				assert.Contains(t, content.Examples, "nested", "%s %s", id, status)
				assert.Contains(t, content.Examples, "flat", "%s %s", id, status)
			}
		}
	}
}

// TestUnknownProperties: allowed in responses, where a later gateway may add them, and not in requests, where one is a mistake.
func TestUnknownProperties(t *testing.T) {
	t.Parallel()
	doc := loadDocument(t)
	requests := map[string]string{} // The method, by the name of the schema.
	for _, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.RequestBody != nil {
				for _, content := range op.RequestBody.Value.Content {
					noteRequests(requests, method, content.Schema)
				}
			}
		}
	}
	require.NotEmpty(t, requests)
	for name, schema := range doc.Components.Schemas {
		additional := schema.Value.AdditionalProperties.Has
		refused := additional != nil && !*additional
		assert.Equal(t, requests[name] != "", refused, "%s: additionalProperties: false belongs to requests, and to nothing else", name)
		for property, value := range schema.Value.Properties {
			if kind, isRequest := requests[name]; isRequest {
				if kind != http.MethodPatch { // There, null takes away what was set.
					assert.False(t, value.Value.Nullable, "%s.%s: an option that isn't set is left out, never null, save in a PATCH", name, property)
				}
				continue
			}
			required := slices.Contains(schema.Value.Required, property)
			anything := value.Value.Type == nil // Without a type, null is allowed by itself.
			if !anything && value.Ref == "" {
				mayBeNull := !required || value.Value.Type.Is("array")
				assert.Equal(t, mayBeNull, value.Value.Nullable, "%s.%s: what isn't required in a response may be null, and so may a list", name, property)
			}
		}
	}
}

// noteRequests notes the names of the schemas that a request is made of.
func noteRequests(requests map[string]string, method string, schema *openapi3.SchemaRef) {
	if schema == nil {
		return
	}
	if name := schema.Ref[strings.LastIndex(schema.Ref, "/")+1:]; name != "" && (schema.Value.Type.Is("object") || len(schema.Value.Properties) > 0) {
		if requests[name] != "" {
			return
		}
		requests[name] = method
	}
	noteRequests(requests, method, schema.Value.Items)
	for _, property := range schema.Value.Properties {
		noteRequests(requests, method, property)
	}
}

func TestHeadersOfEveryResponse(t *testing.T) {
	t.Parallel()
	for id, op := range operations(loadDocument(t)) {
		for status, response := range op.Responses.Map() {
			headers := response.Value.Headers
			assert.Contains(t, headers, "X-QAI-Request-Id", "%s %s", id, status)
			switch status {
			case "200":
				for _, name := range []string{"X-QAI-Cost-Ticks", "X-QAI-Balance-After", "X-QAI-Model"} {
					assert.Contains(t, headers, name, id)
				}
			case "429":
				assert.True(t, headers["Retry-After"].Value.Required, id)
			}
		}
		for _, status := range []string{"400", "401", "402", "403", "429", "500", "502", "503", "504"} {
			assert.NotNil(t, op.Responses.Value(status), "%s %s", id, status)
		}
	}
}

func TestBothSecuritySchemes(t *testing.T) {
	t.Parallel()
	doc := loadDocument(t)
	schemes := doc.Components.SecuritySchemes
	require.Len(t, schemes, 2)
	assert.Equal(t, "X-API-Key", schemes["apiKeyHeader"].Value.Name)
	assert.Equal(t, "bearer", schemes["bearerToken"].Value.Scheme)
	assert.Len(t, doc.Security, 2, "either is enough")
}
