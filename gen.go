// Package qaikeys holds the document that everything else here is made from or held to.
//
// The client that programs import is [github.com/qaikeys/qaikeys/wrapper/keys]; the mock server that they test against is
// [github.com/qaikeys/qaikeys/wrapper/keystest].
package qaikeys

import _ "embed"

//go:generate go run ./codegen

// OpenAPI is openapi.yaml, the description of the API (OpenAPI 3.0.3, YAML). Treat it as read-only.
//
//go:embed openapi.yaml
var OpenAPI []byte
