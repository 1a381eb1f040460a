package keys

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/qaikeys/qaikeys/generated/client"
	"github.com/qaikeys/qaikeys/types"
)

// appHeader names the calling application, in operations that have it as a parameter.
const appHeader = "X-Quantum-App"

// reservedHeaders are refused by WithHeader, in canonical form.
var reservedHeaders = map[string]bool{
	"Authorization": true, "X-Api-Key": true, // The credential.
	"Idempotency-Key": true, "X-Idempotency-Key": true, // With one of them, net/http may replay a mint.
	"Accept": true, "Accept-Encoding": true, "Content-Type": true, // What the client can read, and what it sends.
	"Connection": true, "Content-Length": true, "Expect": true, "Host": true, "Te": true, "Trailer": true,
	"Transfer-Encoding": true, "Upgrade": true, // How the message is framed and routed.
}

// setHeader sets a header for every request. Its value may be a credential for a proxy.
func (c *config) setHeader(name, value string) error {
	c.headers[http.CanonicalHeaderKey(name)] = types.NewSecret(value)
	return checkHeader(name, value)
}

func checkHeader(name, value string) error {
	switch {
	case name == "" || strings.ContainsFunc(name, func(r rune) bool { return !tokenChar(r) }):
		return invalid("a text that is empty or has a space or other separator can't be a header's name")
	case value == "":
		return invalid("the header %s is empty: leave it out", name)
	case !sendable(value):
		return invalid("the header %s has a character that a header can't have", name)
	}
	return nil
}

// tokenChar reports whether a header's name may have r (RFC 9110, 5.6.2).
func tokenChar(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}

// sendable reports whether text is visible ASCII and spaces, which any header's value may be (RFC 9110, 5.5).
func sendable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}

// unsendableHeader returns the name of a header of req that can't be sent, or an empty string.
func unsendableHeader(req *http.Request) string {
	for name, values := range req.Header {
		if !sendable(strings.Join(values, "")) {
			return name
		}
	}
	return ""
}

// commonHeader returns the headers of every request. Requests share the values, which saves three allocations a call.
func commonHeader(apiKey string) func() http.Header {
	header := http.Header{
		"Authorization": {"Bearer " + apiKey},
		"X-Api-Key":     {apiKey}, // Some proxies consume Authorization.
		"Accept":        {"application/json"},
	}
	return func() http.Header { return header }
}

// asItIs is the Accept-Encoding of a body that isn't compressed. It keeps net/http from asking for gzip, and from unpacking it.
var asItIs = []string{"identity"}

// addHeaders adds the headers that don't come from a call's arguments. Those that do take precedence, and cookies are joined.
func (c *Client) addHeaders(req *http.Request, operation *client.Operation) {
	if c.app != "" && slices.Contains(operation.Headers, appHeader) {
		req.Header.Set(appHeader, c.app)
	}
	for name, value := range c.headers {
		switch own := req.Header.Get(name); {
		case own == "":
			req.Header.Set(name, value.Reveal())
		case name == "Cookie":
			req.Header.Set(name, own+"; "+value.Reveal())
		}
	}
	maps.Copy(req.Header, c.header())
	if operation.Secret != "" {
		req.Header["Accept-Encoding"] = asItIs // A mint's body is read as it comes: see unpack.
	}
}
