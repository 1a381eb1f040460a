package contract_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/qaikeys/qaikeys/wrapper/document"
	"pgregory.net/rapid"
)

// object is a JSON object whose members have an order.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON keeps the order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(encode(m.name))
		b.WriteByte(':')
		b.Write(encode(m.value))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// get returns a member's value, nil if it is absent.
func (o object) get(name string) any {
	for _, m := range o {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

func (o object) without(name string) object {
	return slices.DeleteFunc(slices.Clone(o), func(m member) bool { return m.name == name })
}

func (o object) with(name string, value any) object {
	return append(o.without(name), member{name, value})
}

// encode encodes what a generator made.
func encode(value any) []byte {
	encoded, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return encoded
}

// draw makes a random value that a schema of the document allows: an object, []any, string, int64, float64, bool or nil. It knows
// nothing of the API but the schema. A keyword that it doesn't know fails the test.
func draw(t *rapid.T, schema *openapi3.Schema) any {
	failOnUnknownKeywords(t, schema)
	if schema.Nullable && rapid.IntRange(0, 3).Draw(t, "null") == 0 {
		return nil
	}
	alternatives := append(slices.Clone(schema.OneOf), schema.AnyOf...)
	switch {
	case len(alternatives) > 0:
		return draw(t, rapid.SampledFrom(alternatives).Draw(t, "alternative").Value)
	case len(schema.Enum) > 0:
		return rapid.SampledFrom(schema.Enum).Draw(t, "enum")
	case schema.Type == nil: // Null only where it is nullable, as kin-openapi reads the document.
		return rapid.Custom(func(t *rapid.T) any { return drawAnything(t, 2) }).Filter(func(value any) bool { return value != nil }).Draw(t, "anything")
	}
	switch schema.Type.Slice()[0] {
	case "object":
		return drawObject(t, schema)
	case "array":
		items := make([]any, rapid.IntRange(int(schema.MinItems), 4).Draw(t, "items"))
		for i := range items {
			items[i] = draw(t, schema.Items.Value)
		}
		return items
	case "integer":
		low, high := document.Bounds(schema)
		return rapid.Int64Range(low, high).Draw(t, "integer")
	case "number":
		return rapid.Float64().Filter(func(f float64) bool { return !math.IsInf(f, 0) && !math.IsNaN(f) }).Draw(t, "number")
	case "boolean":
		return rapid.Bool().Draw(t, "boolean")
	case "string":
		return drawString(t, schema)
	}
	t.Fatalf("the generator doesn't know the type %s", schema.Type)
	return nil
}

func failOnUnknownKeywords(t *rapid.T, s *openapi3.Schema) {
	if len(s.AllOf) > 0 || s.Not != nil || s.MultipleOf != nil || s.UniqueItems || s.MinProps > 0 || s.MaxProps != nil ||
		s.MaxItems != nil || s.Discriminator != nil || s.AdditionalProperties.Schema != nil && len(s.Properties) > 0 || s.ExclusiveMin.IsTrue() || s.ExclusiveMax.IsTrue() ||
		!s.Type.Is("integer") && (s.Min != nil || s.Max != nil) {
		t.Fatalf("a schema has a keyword that draw doesn't know: add it to contract/generate_test.go\n%s", encode(s))
	}
}

// drawObject leaves out some of what isn't required, and adds unknown properties if they are allowed.
func drawObject(t *rapid.T, schema *openapi3.Schema) object {
	o := object{}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		if slices.Contains(schema.Required, name) || rapid.IntRange(0, 3).Draw(t, "present") > 0 {
			o = append(o, member{name, draw(t, schema.Properties[name].Value)})
		}
	}
	if schema.AdditionalProperties.Has == nil && schema.AdditionalProperties.Schema == nil {
		for range rapid.IntRange(0, 2).Draw(t, "unknown") {
			name := drawUnknownName(t, schema)
			o = o.with(name, drawAnything(t, 2))
		}
	}
	if values := schema.AdditionalProperties.Schema; values != nil {
		for range rapid.IntRange(0, 3).Draw(t, "members") {
			name := drawUnknownName(t, schema)
			o = o.with(name, draw(t, values.Value))
		}
	}
	return rapid.Permutation(o).Draw(t, "order")
}

// drawUnknownName makes a name that the schema doesn't have, often one that differs from one of its names only in its case.
func drawUnknownName(t *rapid.T, schema *openapi3.Schema) string {
	names := []string{"later", "_", "Id"}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		names = append(names, strings.ToUpper(name), strings.ToUpper(name[:1])+name[1:], name+"_")
	}
	return rapid.OneOf(rapid.SampledFrom(names), rapid.StringMatching(`[a-z]{1,9}\.?[ é"]?`)).
		Filter(func(name string) bool { return schema.Properties[name] == nil }).Draw(t, "name")
}

func drawString(t *rapid.T, schema *openapi3.Schema) string {
	switch schema.Format {
	case "date":
		return drawTime(t).Format(time.DateOnly)
	case "date-time":
		return drawTime(t).Format(time.RFC3339Nano)
	}
	if schema.Pattern != "" {
		return rapid.StringMatching(schema.Pattern).Draw(t, "string")
	}
	longest := -1
	if schema.MaxLength != nil {
		longest = int(*schema.MaxLength)
	}
	shortest := int(schema.MinLength)
	if schema.Format == "password" {
		shortest = max(1, shortest) // An empty secret is none.
	}
	return rapid.StringN(shortest, longest, -1).Draw(t, "string")
}

// drawTime makes a time of the years 1 to 9998, in a zone.
func drawTime(t *rapid.T) time.Time {
	seconds := rapid.Int64Range(-62_135_000_000, 253_370_000_000).Draw(t, "seconds")
	nanoseconds := rapid.SampledFrom([]int64{0, 456_000_000, 1}).Draw(t, "nanoseconds")
	zone := rapid.IntRange(-12*60, 14*60).Draw(t, "zone")
	return time.Unix(seconds, nanoseconds).In(time.FixedZone("", zone*60))
}

// drawAnything makes any JSON value, with at most this many levels of nesting.
func drawAnything(t *rapid.T, levels int) any {
	kinds := 5
	if levels > 0 {
		kinds = 7
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return nil
	case 1:
		return rapid.Bool().Draw(t, "boolean")
	case 2:
		return rapid.Int64().Draw(t, "integer")
	case 3:
		return rapid.Float64Range(-1e300, 1e300).Draw(t, "number")
	case 4:
		return rapid.String().Draw(t, "string")
	case 5:
		items := make([]any, rapid.IntRange(0, 3).Draw(t, "items"))
		for i := range items {
			items[i] = drawAnything(t, levels-1)
		}
		return items
	}
	o := object{}
	for range rapid.IntRange(0, 3).Draw(t, "members") {
		o = o.with(rapid.String().Draw(t, "name"), drawAnything(t, levels-1))
	}
	return o
}

// breakage is a value that violates one constraint of a schema.
type breakage struct {
	what  string
	field string // The property that a message about it has to name; empty if the body as a whole is wrong.
	value any
}

// breakages returns values that violate one constraint of an object's schema each. body is what the schema allows.
func breakages(t *rapid.T, schema *openapi3.Schema, body object) []breakage {
	for _, property := range schema.Properties {
		failOnUnknownKeywords(t, property.Value)
	}
	var all []breakage
	for _, broken := range document.Breakages(schema) {
		value := broken.Value
		switch {
		case broken.Absent:
			value = body.without(broken.Property)
		case broken.Property != "":
			value = body.with(broken.Property, broken.Value)
		}
		all = append(all, breakage{broken.What, broken.Property, value})
	}
	if schema.AdditionalProperties.Has != nil {
		name := rapid.OneOf(rapid.Just(strings.ToUpper(slices.Sorted(maps.Keys(schema.Properties))[0])), rapid.StringMatching("later_[a-z]{1,9}")).Draw(t, "unknown")
		all = append(all, breakage{"unknown", name, body.with(name, drawAnything(t, 1))})
	}
	return all
}
