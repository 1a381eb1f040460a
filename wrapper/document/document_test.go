package document_test

import (
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/qaikeys/qaikeys"
	"github.com/qaikeys/qaikeys/wrapper/document"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFind: a path that is spelled out comes before a template, whatever the method and however it is escaped.
func TestFind(t *testing.T) {
	t.Parallel()
	doc, err := document.Load(qaikeys.OpenAPI)
	require.NoError(t, err)
	for request, want := range map[[2]string]string{
		{"GET", "/qai/v1/keys"}:                "listKeys",
		{"POST", "/qai/v1/keys"}:               "createKey",
		{"DELETE", "/qai/v1/keys/a%2Fb%20"}:    "revokeKey",
		{"DELETE", "/qai/v1/keys/devices"}:     "",
		{"GET", "/qai/v1/keys/devices"}:        "listDeviceKeys",
		{"GET", "/qai/v1/keys/%64evices"}:      "listDeviceKeys",
		{"GET", "/qai/v1/keys/devices/usage"}:  "getKeyUsage",
		{"GET", "/qai/v1/keys/key_01/"}:        "",
		{"DELETE", "/qai/v1/keys/"}:            "",
		{"HEAD", "/qai/v1/keys"}:               "",
		{"GET", "/qai/v1/keys/key_01/usage/1"}: "",
	} {
		op, params := doc.Find(request[0], request[1])
		if want == "" {
			assert.Nil(t, op, request)
			continue
		}
		require.NotNil(t, op, request)
		assert.Equal(t, want, op.ID, request)
		if want == "revokeKey" {
			assert.Equal(t, map[string]string{"id": "a/b "}, params)
		}
	}
}

// TestNoSchemaContainsItself: so that a value of any depth is visited in linear time.
func TestNoSchemaContainsItself(t *testing.T) {
	t.Parallel()
	doc, err := document.Load(qaikeys.OpenAPI)
	require.NoError(t, err)
	var visit func(within []*openapi3.Schema, ref *openapi3.SchemaRef)
	visit = func(within []*openapi3.Schema, ref *openapi3.SchemaRef) {
		if ref == nil || !assert.NotContains(t, within, ref.Value, ref.Ref) {
			return
		}
		within = append(slices.Clip(within), ref.Value)
		s := ref.Value
		for _, part := range slices.Concat(s.AllOf, s.AnyOf, s.OneOf, openapi3.SchemaRefs{s.Items, s.Not, s.AdditionalProperties.Schema}) {
			visit(within, part)
		}
		for _, property := range s.Properties {
			visit(within, property)
		}
	}
	for _, ref := range doc.Components.Schemas {
		visit(nil, ref)
	}
}

// TestADeepScope: a scope may be any JSON, at any depth.
func TestADeepScope(t *testing.T) {
	t.Parallel()
	doc, err := document.Load(qaikeys.OpenAPI)
	require.NoError(t, err)
	scope := doc.Components.Schemas["KeyScope"].Value
	var value any
	for range 100 {
		require.NoError(t, scope.VisitJSON(value))
		value = []any{value, map[string]any{"in": nil}, 1.5, "x", true}
	}
}
