//go:build tools

// Package qaikeys: this file pins the code generator in go.mod; no build includes it.
package qaikeys

import (
	_ "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen"
)
