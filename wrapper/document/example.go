package document

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// Example returns the document's example of a parameter.
func (o *Operation) Example(param string) any {
	for _, p := range o.Params {
		if p.Value.Name == param && p.Value.Example != nil {
			return p.Value.Example
		} else if p.Value.Name == param {
			return Example(p.Value.Schema.Value)
		}
	}
	return nil
}

// Example returns a value of a schema, by the document's examples. An object has every property, except one that contains the object
// itself.
func Example(schema *openapi3.Schema) any { return example(schema, nil) }

func example(schema *openapi3.Schema, within []*openapi3.Schema) any {
	if slices.Contains(within, schema) {
		return nil
	}
	within = append(slices.Clip(within), schema)
	switch alternatives := slices.Concat(schema.OneOf, schema.AnyOf); {
	case schema.Example != nil:
		return schema.Example
	case len(schema.Enum) > 0:
		return schema.Enum[0]
	case schema.Type.Is("object") || len(schema.Properties) > 0:
		properties := map[string]any{}
		for name, property := range schema.Properties {
			if one := example(property.Value, within); one != nil {
				properties[name] = one
			}
		}
		return properties
	case schema.Type.Is("array"):
		if element := example(schema.Items.Value, within); element != nil {
			return []any{element}
		}
		return []any{}
	case len(alternatives) > 0:
		return example(alternatives[0].Value, within)
	}
	return nil
}
