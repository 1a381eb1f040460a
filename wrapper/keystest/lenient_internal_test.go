package keystest

import (
	"encoding/json"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestUnknownPropertiesAtAnyDepth is inside the package: no request of today's document has an object inside.
func TestUnknownPropertiesAtAnyDepth(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(`
openapi: 3.0.3
info: {title: t, version: '1'}
paths: {}
components:
  schemas:
    Point: {type: object, additionalProperties: false, properties: {x: {type: number}, next: {$ref: '#/components/schemas/Point'}}}
    Body:
      type: object
      additionalProperties: false
      properties:
        point: {$ref: '#/components/schemas/Point'}
        points: {type: array, items: {$ref: '#/components/schemas/Point'}}
        map: {type: object, additionalProperties: {$ref: '#/components/schemas/Point'}}
        open: {type: object, properties: {x: {type: number}}}
        anything: {}
        all: {allOf: [{$ref: '#/components/schemas/Point'}, {type: object, properties: {y: {type: number}}}]}
        either: {oneOf: [{$ref: '#/components/schemas/Point'}, {type: string}]}
`))
	require.NoError(t, err)
	for body, c := range map[string]struct {
		left    string
		removed []string
	}{
		`{"point":{"x":1,"y":2,"next":{"z":3,"next":null}}}`: {`{"point":{"x":1,"next":{"next":null}}}`, []string{"point.next.z", "point.y"}},
		`{"points":[{"x":1},{"y":2},5],"z":[{"x":1}]}`:       {`{"points":[{"x":1},{},5]}`, []string{"points.1.y", "z"}},
		`{"map":{"a":{"y":1},"b":{"x":1}}}`:                  {`{"map":{"a":{},"b":{"x":1}}}`, []string{"map.a.y"}},
		`{"open":{"y":1},"anything":{"y":{"z":1}}}`:          {`{"open":{"y":1},"anything":{"y":{"z":1}}}`, nil},
		`{"all":{"x":1,"y":2,"z":3},"either":{"x":1,"y":2}}`: {`{"all":{"x":1,"y":2},"either":{"x":1}}`, []string{"all.z", "either.y"}},
		`"text"`: {`"text"`, nil},
	} {
		var value any
		require.NoError(t, json.Unmarshal([]byte(body), &value))
		assert.Equal(t, c.removed, removeUnknown(value, doc.Components.Schemas["Body"].Value, ""), body)
		left, err := json.Marshal(value)
		require.NoError(t, err)
		assert.JSONEq(t, c.left, string(left), body)
	}
}
