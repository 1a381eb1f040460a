package contract

import (
	"net/http"
)

// Exchange is a request and its response, with what kin-openapi makes of them. The tests write exchanges to the file of their
// flag -exchanges, a line of JSON each, and contract/second asks another validator about them.
type Exchange struct {
	Method, URL   string
	Header        http.Header
	Body          []byte
	RequestFault  string // What is wrong with the request; empty where nothing is.
	Status        int    // Of the response.
	Answer        http.Header
	AnswerBody    []byte
	ResponseFault string
}
