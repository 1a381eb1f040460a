package main

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// The generator's own hints, which a language-neutral document doesn't have.
const (
	skipPointer  = "x-go-type-skip-optional-pointer"
	omitEmpty    = "x-omitempty"
	goType       = "x-go-type"
	goTypeImport = "x-go-type-import"
)

// hintClient sets the Go types of what is optional. What may be any JSON, because its schema has no type, is a types.JSON.
//
// In a response, absent, null and zero are the same: properties are plain values. In a request, zero and unset differ: numbers,
// booleans and objects are pointers; an array, a map or a types.JSON is sent unless it is nil; an optional string is sent unless it is
// empty; what may be null is a nullable.Nullable. A secret is a string there, since a types.Secret can't be encoded. Optional parameters
// are pointers, and so are the optional properties of an object that is a parameter: the runtime sends all that aren't nil.
func hintClient(doc *openapi3.T) {
	requests, responses := bodies(doc)
	styled := parameters(doc)
	for _, side := range []schemas{requests, styled, responses} {
		for schema := range side {
			closeSet(schema, requests[schema] || styled[schema])
			if isAnything(schema) {
				set(&schema.Extensions, goType, "types.JSON")
				set(&schema.Extensions, goTypeImport, map[string]any{"path": "github.com/qaikeys/qaikeys/types"})
			}
		}
	}
	for schema := range responses {
		if !requests[schema] {
			clearNullable(schema, nil)
		}
		for _, property := range schema.Properties {
			nested := schemas{}
			if nested.add(property); nested[schema] && property.Value.Items == nil {
				hint(property, skipPointer, false) // A Go type can't contain itself.
			}
		}
	}
	for schema := range requests {
		for name, property := range schema.Properties {
			if property.Value.Format == "password" && !responses[schema] {
				hint(property, goType, "string")
			}
			if slices.Contains(schema.Required, name) || property.Value.Nullable || property.Value.Type.Is("string") {
				continue
			}
			isMap := property.Value.Type.Is("object") && len(property.Value.Properties) == 0
			if isAnything(property.Value) || isMap || property.Value.Type.Is("array") {
				hint(property, omitEmpty, false)
			} else {
				hint(property, skipPointer, false)
			}
		}
	}
	_ = doc.WalkParameters(func(_ string, param *openapi3.ParameterRef) error {
		if !param.Value.Required && !isArray(param.Value) {
			set(&param.Value.Extensions, skipPointer, false)
		}
		return nil
	})
	for schema := range styled {
		for name, property := range schema.Properties {
			hint(property, skipPointer, slices.Contains(schema.Required, name) || property.Value.Type.Is("array"))
		}
	}
}

// hintServer sets that a response has no null for what may be absent, and that a list which has to be there is a slice: nil is null.
func hintServer(doc *openapi3.T) {
	requests, responses := bodies(doc)
	for _, side := range []schemas{requests, parameters(doc), responses} {
		for schema := range side {
			closeSet(schema, false)
		}
	}
	for schema := range responses {
		if !requests[schema] {
			clearNullable(schema, slices.DeleteFunc(slices.Clone(schema.Required), func(name string) bool {
				property := schema.Properties[name]
				return property != nil && property.Value.Type.Is("array")
			}))
		}
	}
}

// hintControl sets which optional properties of the control API are pointers: those of a request that have no default, since any other's
// default is zero, and those of a response that may be null. A list or a map is nil instead.
func hintControl(doc *openapi3.T) {
	requests, responses := bodies(doc)
	for schema := range responses {
		for _, property := range schema.Properties {
			if property.Value.Nullable {
				hint(property, skipPointer, property.Value.Type.Is("array"))
			}
		}
	}
	for schema := range requests {
		for name, property := range schema.Properties {
			isList := property.Value.Type.Is("array") || property.Value.Type.Is("object")
			if !slices.Contains(schema.Required, name) && property.Value.Default == nil && !isList {
				hint(property, skipPointer, false)
			}
		}
	}
	_ = doc.WalkParameters(func(_ string, param *openapi3.ParameterRef) error {
		set(&param.Value.Extensions, skipPointer, false)
		return nil
	})
}

// isAnything reports whether a schema allows any JSON: it has no type, and nothing that implies one.
func isAnything(s *openapi3.Schema) bool {
	parts := len(s.AllOf) + len(s.AnyOf) + len(s.OneOf) + len(s.Enum) + len(s.Properties)
	return s.Type == nil && parts == 0 && s.Items == nil && s.AdditionalProperties.Schema == nil
}

// clearNullable makes properties plain, but for those with the names. A schema that a property refers to stays as it is for others.
func clearNullable(schema *openapi3.Schema, except []string) {
	for name, property := range schema.Properties {
		if property.Value.Nullable && !slices.Contains(except, name) {
			plain := *property.Value
			plain.Nullable = false
			property.Value = &plain
		}
	}
}

// hint sets an extension of a property, and not of a schema that it refers to.
func hint(property *openapi3.SchemaRef, name string, value any) {
	if property.Ref != "" {
		set(&property.Extensions, name, value)
		return
	}
	set(&property.Value.Extensions, name, value)
}

// set sets an extension, unless the document's overlay did.
func set(extensions *map[string]any, name string, value any) {
	if *extensions == nil {
		*extensions = map[string]any{}
	}
	if _, overlaid := (*extensions)[name]; !overlaid {
		(*extensions)[name] = value
	}
}

// isArray reports whether a parameter is an array, whether it has a style or is JSON.
func isArray(param *openapi3.Parameter) bool {
	for _, media := range param.Content {
		return media.Schema != nil && media.Schema.Value.Type.Is("array")
	}
	return param.Schema != nil && param.Schema.Value.Type.Is("array")
}

// bodies returns the schemas that the document's requests and responses are made of, at any depth.
func bodies(doc *openapi3.T) (requests, responses schemas) {
	requests, responses = schemas{}, schemas{}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			if op.RequestBody != nil {
				for _, media := range op.RequestBody.Value.Content {
					requests.add(media.Schema)
				}
			}
			for _, response := range op.Responses.Map() {
				for _, media := range response.Value.Content {
					responses.add(media.Schema)
				}
			}
		}
	}
	return requests, responses
}

// parameters returns the schemas that the document's parameters are made of, at any depth.
func parameters(doc *openapi3.T) schemas {
	styled := schemas{}
	_ = doc.WalkParameters(func(_ string, param *openapi3.ParameterRef) error {
		styled.add(param.Value.Schema)
		return nil
	})
	return styled
}

// schemas is a set of schemas.
type schemas map[*openapi3.Schema]bool

// add adds a schema and those that it is made of.
func (s schemas) add(ref *openapi3.SchemaRef) {
	_ = ref.WalkSubtree(func(_ string, part *openapi3.SchemaRef) error {
		s[part.Value] = true
		return nil
	})
}
