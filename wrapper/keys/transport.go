package keys

import (
	"cmp"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/qaikeys/qaikeys/generated/client"
)

// mintsLastingKey reports whether an operation mints a key that has an id, unlike an ephemeral token. Its connection isn't used again:
// net/http prints what arrives on an idle connection of HTTP/1 to the standard logger, which may be a secret behind the end of a response.
func mintsLastingKey(operation *client.Operation) bool {
	return operation.Secret != "" && slices.ContainsFunc(operation.Properties, func(p client.Property) bool {
		return p.Name != operation.Secret && (p.NotEmpty || len(p.Properties) > 0)
	})
}

// redirectRefuser hides where a redirect leads, so that http.Client returns the 3xx as it is. http.Client would forward X-API-Key to
// another host, and its CheckRedirect comes too late for a Location that can't be parsed.
type redirectRefuser struct{ base http.RoundTripper }

// refusingRedirects returns a copy of hc that follows no redirect.
func refusingRedirects(hc *http.Client) *http.Client {
	own := *hc
	own.Transport = redirectRefuser{hc.Transport}
	return &own
}

// RoundTrip sends req through the base transport. It closes a response that comes with an error, which http.Client wouldn't.
func (t redirectRefuser) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.transport().RoundTrip(req)
	if resp != nil && err != nil {
		if resp.Body != nil {
			_ = resp.Body.Close()
		}
		return nil, err
	}
	if resp != nil {
		resp.Header.Del("Location")
	}
	return resp, err
}

// transport returns the base transport. If the caller gave none, it is the pooled one, or the one that the program replaced
// http.DefaultTransport with.
func (t redirectRefuser) transport() http.RoundTripper {
	switch {
	case t.base != nil:
		return t.base
	case http.DefaultTransport != standard:
		return http.DefaultTransport
	}
	return pooled()
}

// standard is http.DefaultTransport, unless the program replaces that.
var standard, _ = http.DefaultTransport.(*http.Transport)

// pooled returns a copy of standard that all clients share. It keeps 100 idle connections to the gateway for the next calls, where
// net/http keeps two, so that most of many concurrent calls would need a new one. And it closes an HTTP/2 connection on which no byte can
// be written for 5 s: a server that sends PINGs and doesn't read the replies would hold up calls, whatever their contexts say.
var pooled = sync.OnceValue(func() *http.Transport {
	transport := standard.Clone()
	transport.MaxIdleConnsPerHost = max(transport.MaxIdleConnsPerHost, 100)
	if transport.HTTP2 == nil {
		transport.HTTP2 = new(http.HTTP2Config)
	}
	transport.HTTP2.WriteByteTimeout = cmp.Or(transport.HTTP2.WriteByteTimeout, 5*time.Second)
	return transport
})
