//go:build tools

// Package qaikeys: no build includes this file. It keeps two modules in go.mod: the code generator, and the package that generated
// code imports when a property of a request may be null.
package qaikeys

import (
	_ "github.com/oapi-codegen/nullable"
	_ "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen"
)
