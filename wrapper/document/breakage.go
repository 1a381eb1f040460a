package document

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Breakage is a change of a body after which it violates one constraint of its schema.
type Breakage struct {
	Property string // The property that has Value, or that is absent; empty if Value is the whole body.
	What     string // The kind of violation, like "too large".
	Value    any
	Absent   bool
}

// Breakages returns the ways to violate one constraint each of an object's schema, in a constant order. Several may be of the same kind.
func Breakages(schema *openapi3.Schema) []Breakage {
	all := wrong(schema)
	for _, name := range schema.Required {
		all = append(all, Breakage{Property: name, What: "missing", Absent: true})
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		for _, broken := range wrong(schema.Properties[name].Value) {
			broken.Property = name
			all = append(all, broken)
		}
	}
	return all
}

// Bounds returns the least and the greatest integer that a schema allows.
func Bounds(s *openapi3.Schema) (low, high int64) {
	low, high = math.MinInt64, math.MaxInt64
	if s.Format == "int32" {
		low, high = math.MinInt32, math.MaxInt32
	}
	if s.Min != nil {
		low = int64(*s.Min)
	}
	if s.Max != nil {
		high = int64(*s.Max)
	}
	return low, high
}

// wrong returns values that violate one constraint of a schema each: those of the candidates that it refuses.
func wrong(schema *openapi3.Schema) []Breakage {
	var all []Breakage
	try := func(what string, value any) {
		if schema.VisitJSON(value) != nil {
			all = append(all, Breakage{What: what, Value: value})
		}
	}
	try("null", nil)
	for _, value := range []any{"1", true, []any{}, map[string]any{}, 2.0} {
		try("wrong type", value)
	}
	switch {
	case schema.Type.Is("integer"):
		low, high := Bounds(schema)
		try("fraction", 1.5)
		if low > math.MinInt64 {
			try("too small", json.Number(strconv.FormatInt(low-1, 10)))
		}
		if high < math.MaxInt64 {
			try("too large", json.Number(strconv.FormatInt(high+1, 10)))
		}
		if schema.Format == "int64" {
			try("beyond 64 bits", json.Number("9223372036854775808000"))
			try("beyond 64 bits", json.Number("-9223372036854775808000"))
		}
	case schema.Type.Is("string"):
		if schema.MinLength > 0 {
			try("too short", strings.Repeat("x", int(schema.MinLength)-1)) //nolint:gosec // A document has no such lengths.
		}
		if schema.MaxLength != nil {
			try("too long", strings.Repeat("é", int(*schema.MaxLength)+1)) //nolint:gosec // A document has no such lengths.
		}
		if len(schema.Enum) > 0 || schema.Pattern != "" {
			try("unknown value", "no\x01such value")
		}
	case schema.Type.Is("array"):
		for _, element := range wrong(schema.Items.Value) {
			try("element "+element.What, []any{element.Value})
		}
	case schema.AdditionalProperties.Schema != nil:
		for _, member := range wrong(schema.AdditionalProperties.Schema.Value) {
			try("member "+member.What, map[string]any{"a": member.Value})
		}
	}
	return all
}
