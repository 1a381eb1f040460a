package main

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// The generator's own hints, which a language-neutral document doesn't have.
const (
	skipPointer = "x-go-type-skip-optional-pointer"
	omitEmpty   = "x-omitempty"
	goType      = "x-go-type"
)

// hintClient says what becomes of what is optional. In a response, absent, null and zero are one. In a request, zero and
// unset differ: there numbers, booleans and objects are pointers, an empty array or map is sent and a nil one isn't, an
// optional text is sent where it isn't empty, what may be null is a nullable.Nullable, and a secret is a string, since a
// types.Secret can't be encoded. Optional parameters are pointers,
// and so are the optional properties of an object that is a parameter: the runtime sends all that aren't nil.
func hintClient(doc *openapi3.T) {
	requests, responses := bodies(doc)
	for schema := range responses {
		if !requests[schema] {
			clearNullable(schema, func(string) bool { return true })
		}
		for _, property := range schema.Properties {
			inside := map[*openapi3.Schema]bool{}
			if gatherSchemas(inside, property); inside[schema] && property.Value.Items == nil {
				makePointer(property) // A Go type can't be inside of itself.
			}
		}
	}
	for schema := range requests {
		for name, property := range schema.Properties {
			if property.Value.Format == "password" && !responses[schema] {
				hint(property, goType, "string")
			}
			if slices.Contains(schema.Required, name) || property.Value.Nullable {
				continue
			}
			switch value := property.Value; {
			case value.Type.Is("string"):
			case value.Type.Is("array"), value.Type.Is("object") && len(value.Properties) == 0:
				hint(property, omitEmpty, false)
			default:
				makePointer(property)
			}
		}
	}
	styled := map[*openapi3.Schema]bool{}
	for _, param := range parameters(doc) {
		gatherSchemas(styled, param.Schema)
		if !param.Required && !isArray(param) {
			set(&param.Extensions, skipPointer, false)
		}
	}
	for schema := range styled {
		for name, property := range schema.Properties {
			hint(property, skipPointer, slices.Contains(schema.Required, name) || property.Value.Type.Is("array"))
		}
	}
}

// hintServer says that a response has no null for what may be absent.
func hintServer(doc *openapi3.T) {
	requests, responses := bodies(doc)
	for schema := range responses {
		if !requests[schema] {
			clearNullable(schema, func(name string) bool { return !slices.Contains(schema.Required, name) })
		}
	}
}

// clearNullable makes properties plain. A schema that one refers to stays as it is for others.
func clearNullable(schema *openapi3.Schema, which func(name string) bool) {
	for name, property := range schema.Properties {
		if property.Value.Nullable && which(name) {
			plain := *property.Value
			plain.Nullable = false
			property.Value = &plain
		}
	}
}

func makePointer(property *openapi3.SchemaRef) { hint(property, skipPointer, false) }

// hint sets an extension of a property, and not of a schema that others refer to, too.
func hint(property *openapi3.SchemaRef, name string, value any) {
	if property.Ref != "" {
		set(&property.Extensions, name, value)
		return
	}
	set(&property.Value.Extensions, name, value)
}

// set sets an extension, where the document's overlay doesn't.
func set(extensions *map[string]any, name string, value any) {
	if *extensions == nil {
		*extensions = map[string]any{}
	}
	if _, overlaid := (*extensions)[name]; !overlaid {
		(*extensions)[name] = value
	}
}

// parameters returns each parameter of the document.
func parameters(doc *openapi3.T) []*openapi3.Parameter {
	var all []*openapi3.Parameter
	for _, item := range doc.Paths.Map() {
		lists := []openapi3.Parameters{item.Parameters}
		for _, op := range item.Operations() {
			lists = append(lists, op.Parameters)
		}
		for _, param := range slices.Concat(lists...) {
			all = append(all, param.Value)
		}
	}
	return all
}

// isArray reports whether a parameter is an array, whether it has a style or is JSON.
func isArray(param *openapi3.Parameter) bool {
	for _, media := range param.Content {
		return media.Schema != nil && media.Schema.Value.Type.Is("array")
	}
	return param.Schema != nil && param.Schema.Value.Type.Is("array")
}

// bodies returns the schemas that requests and responses are made of, at any depth.
func bodies(doc *openapi3.T) (requests, responses map[*openapi3.Schema]bool) {
	requests, responses = map[*openapi3.Schema]bool{}, map[*openapi3.Schema]bool{}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			if op.RequestBody != nil {
				gather(op.RequestBody.Value.Content, requests)
			}
			for _, response := range op.Responses.Map() {
				gather(response.Value.Content, responses)
			}
		}
	}
	return requests, responses
}

func gather(content openapi3.Content, into map[*openapi3.Schema]bool) {
	for _, media := range content {
		gatherSchemas(into, media.Schema)
	}
}

func gatherSchemas(into map[*openapi3.Schema]bool, refs ...*openapi3.SchemaRef) {
	for _, ref := range refs {
		if ref == nil || ref.Value == nil || into[ref.Value] {
			continue
		}
		schema := ref.Value
		into[schema] = true
		gatherSchemas(into, schema.Items, schema.AdditionalProperties.Schema)
		gatherSchemas(into, slices.Concat(schema.AllOf, schema.AnyOf, schema.OneOf)...)
		for _, property := range schema.Properties {
			gatherSchemas(into, property)
		}
	}
}
