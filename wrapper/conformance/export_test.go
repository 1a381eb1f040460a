package conformance

import "github.com/qaikeys/qaikeys/wrapper/document"

// UseDocument makes another document the API's until restore is called.
func UseDocument(doc *document.Document) (restore func()) {
	own := apiDocument
	apiDocument = func() *document.Document { return doc }
	return func() { apiDocument = own }
}
