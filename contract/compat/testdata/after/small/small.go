// Package small has an API that changes.
package small

// Thing is a thing.
type Thing struct{ Name, Colour string }

// Make makes a thing.
func Make(name, colour string) Thing { return Thing{name, colour} }

// Paint paints a thing.
func (t *Thing) Paint(colour string) { t.Colour = colour }

// Store keeps things.
type Store interface {
	Add(Thing)
	Remove(Thing)
}
