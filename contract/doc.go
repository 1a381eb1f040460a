// Package contract holds the tests that hold every part of the project to openapi.yaml. They judge with kin-openapi and
// with the document itself, never with the code under test.
//
// What it exports is for tests: the document's operations, and how the client calls each of them ([Methods]).
package contract
