// Package contract holds the tests that compare every part of the project with openapi.yaml. They judge with kin-openapi and with the
// document itself, never with the code under test.
//
// What it exports is for tests: how the client calls each operation ([Methods]), and the file of exchanges ([Exchange]). The programs and
// tests that only CI needs are in contract/tools, a module of its own.
package contract
