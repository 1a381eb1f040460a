// Package server has the interfaces that a generator makes of operations.
package server

// ServerInterface has a method for each operation.
type ServerInterface interface {
	ListThings() []string
	MakeThing(name string)
}

// StrictServerInterface has a method for each operation, too.
type StrictServerInterface interface {
	ListThings() ([]string, error)
}

// Wrapper embeds an interface.
type Wrapper struct{ StrictServerInterface }

// Version is the version of the document.
func Version() string { return "0.1.0" }
