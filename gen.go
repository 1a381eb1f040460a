// Package qaikeys embeds the document that the rest of this module is generated from and tested against.
//
// Programs import the client, [github.com/qaikeys/qaikeys/wrapper/keys], and test against the mock server,
// [github.com/qaikeys/qaikeys/wrapper/keystest].
package qaikeys

import _ "embed"

//go:generate go run ./codegen

// OpenAPI is openapi.yaml, the description of the API (OpenAPI 3.0.3, YAML). Treat it as read-only.
//
//go:embed openapi.yaml
var OpenAPI []byte
