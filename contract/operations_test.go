package contract_test

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/qaikeys/qaikeys/contract"
	"github.com/stretchr/testify/require"
)

// loadDocument reads openapi.yaml.
func loadDocument(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := contract.Load()
	require.NoError(t, err)
	return doc
}

// callable returns the operations of the document that the client can call. TestEveryOperationHasItsMethod reports the others.
func callable(t *testing.T) []contract.Operation {
	t.Helper()
	found, _ := contract.Operations(loadDocument(t))
	return found
}

func TestEveryOperationHasItsMethod(t *testing.T) {
	t.Parallel()
	doc := loadDocument(t)
	_, problems := contract.Operations(doc)
	for _, problem := range problems {
		t.Error(problem)
	}
	known := map[string]bool{}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			known[op.OperationID] = true
		}
	}
	for id := range contract.Methods {
		if !known[id] {
			t.Errorf("the document has no operation %s: remove it from Methods in contract/methods.go", id)
		}
	}
}
