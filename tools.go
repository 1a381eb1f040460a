//go:build tools

// Package qaikeys: this file keeps in go.mod the code generator, and what generated code imports as soon as a request has a
// property that may be null; no build includes it.
package qaikeys

import (
	_ "github.com/oapi-codegen/nullable"
	_ "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen"
)
