// Package server has the interfaces that a generator makes of operations.
package server

// ServerInterface has a method for each operation.
type ServerInterface interface {
	GetThing(id string) string
	MakeThing(name, colour string)
}

// StrictServerInterface has a method for each operation, too.
type StrictServerInterface interface {
	ListThings() ([]string, error)
	GetThing(id string) (string, error)
	sealed()
}

// Wrapper embeds an interface.
type Wrapper struct{ StrictServerInterface }
