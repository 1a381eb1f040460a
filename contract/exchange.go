package contract

import "net/http"

// Exchange is a request and its response, with what kin-openapi says of them. With the flag -exchanges the tests write each exchange
// to a file, one line of JSON each; contract/tools/second asks another validator about them.
type Exchange struct {
	Method, URL    string
	Header         http.Header
	Body           []byte
	RequestFault   string // What is wrong with the request; empty if nothing is.
	Status         int    // Of the response.
	ResponseHeader http.Header
	ResponseBody   []byte
	ResponseFault  string // What is wrong with the response; empty if nothing is.
}
