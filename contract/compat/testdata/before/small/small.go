// Package small has an API that changes.
package small

// Thing is a thing.
type Thing struct{ Name string }

// Make makes a thing.
func Make(name string) Thing { return Thing{Name: name} }

// Drop drops a thing.
func Drop(Thing) {}

// Store keeps things.
type Store interface{ Add(Thing) }
