// Package contract holds the tests that hold every part of the project to openapi.yaml. They judge with kin-openapi and
// with the document itself, never with the code under test.
package contract
