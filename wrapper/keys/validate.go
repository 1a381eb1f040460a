package keys

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/qaikeys/qaikeys/generated/client"
)

// invalid returns an ErrInvalidArgument that says what is wrong and what to do.
func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrInvalidArgument, fmt.Sprintf(format, args...))
}

func checkAPIKey(apiKey string) error {
	switch {
	case apiKey == "":
		return invalid("the API key is empty")
	case strings.TrimSpace(apiKey) != apiKey:
		return invalid("the API key has white space at an end: trim it (a newline read from a file is the usual case)")
	case !sendable(apiKey):
		return invalid("the API key holds a character that a header can't carry")
	}
	return nil
}

// parseBaseURL parses the base URL that the generated code makes requests from.
func parseBaseURL(server string, insecureHTTP bool) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSuffix(server, "/"))
	if err == nil {
		_, err = url.Parse(u.String()) // As a proxy parses it again: not every IPv6 zone survives that.
	}
	switch {
	case err != nil || !u.IsAbs() || u.Hostname() == "" || u.Opaque != "":
		return nil, invalid("the base URL isn't absolute: it must be like %s", DefaultBaseURL)
	case u.User != nil:
		return nil, invalid("the base URL holds credentials: the API key is the only one that is sent")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, invalid("the base URL has a query or a fragment: it must be like %s", DefaultBaseURL)
	case u.Scheme == "https", u.Scheme == "http" && (insecureHTTP || loopback(u.Hostname())):
		return u, nil
	case u.Scheme == "http":
		return nil, invalid("the base URL is http, which shows the API key to the network: use https (or WithInsecureHTTP)")
	}
	return nil, invalid("the base URL's scheme is neither https nor http")
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.IsLoopback()
}

// fullKey is what a scoped key looks like (openapi.yaml, CreatedKey.key).
var fullKey = regexp.MustCompile(`^qai_k_[0-9a-f]{64}$`)

func checkID(id string) error {
	switch {
	case id == "":
		return invalid("the id is empty")
	case id == "." || id == "..":
		return invalid("the id is %q, which can't be a segment of a path", id)
	case fullKey.MatchString(id):
		return invalid("the id is the text of a key: pass the key's ID, which List tells")
	}
	return nil
}

// checkCall refuses arguments that can't be sent or would change on their way.
func checkCall(request client.Call) error {
	args := reflect.ValueOf(request)
	for i := range args.NumField() {
		name, arg := args.Type().Field(i).Name, args.Field(i)
		if path, reason := unsendable(arg); reason != "" {
			return invalid("%s %s", cmp.Or(path, name), reason)
		}
		switch name {
		case "Params", "Body", "ContentType":
			continue
		}
		if arg.Kind() == reflect.String { // Of the path.
			if err := checkID(arg.String()); err != nil {
				return err
			}
		}
	}
	return nil
}

// unsendable returns what of v JSON, a query or a header can't carry: the path of fields that leads there, and why.
func unsendable(v reflect.Value) (path, reason string) {
	switch v.Kind() { //nolint:exhaustive // The others can be sent.
	case reflect.String:
		if !utf8.ValidString(v.String()) {
			return "", "isn't valid UTF-8"
		}
	case reflect.Float32, reflect.Float64:
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			return "", fmt.Sprintf("is %v, which JSON can't carry", f)
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return unsendable(v.Elem())
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if path, reason = unsendable(v.Index(i)); reason != "" {
				return path, reason
			}
		}
	case reflect.Map:
		for entry := v.MapRange(); entry.Next(); {
			if path, reason = unsendable(entry.Key()); reason == "" {
				path, reason = unsendable(entry.Value())
			}
			if reason != "" {
				return path, reason
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if !field.IsExported() {
				continue
			}
			if path, reason = unsendable(v.Field(i)); reason != "" {
				return strings.TrimSuffix(field.Name+"."+path, "."), reason
			}
		}
	}
	return "", ""
}

// reservedHeaders are refused by WithHeader, in canonical form.
var reservedHeaders = map[string]bool{
	"Authorization": true, "X-Api-Key": true, // The credential.
	"Idempotency-Key": true, "X-Idempotency-Key": true, // net/http takes them as leave to replay a mint.
	"Accept": true, "Accept-Encoding": true, "Content-Type": true, // What the client can read, and what it sends.
	"Connection": true, "Content-Length": true, "Expect": true, "Host": true, "Te": true, "Trailer": true,
	"Transfer-Encoding": true, "Upgrade": true, // How the message is framed and routed.
}

// header is a header of the caller's own. Its value may be a credential for a proxy, so it doesn't print.
type header struct {
	name  string
	value func() string
}

func newHeader(name, value string) header {
	return header{http.CanonicalHeaderKey(name), func() string { return value }}
}

func (c *config) setHeader(name, value string) error {
	h := newHeader(name, value)
	c.headers = append(slices.DeleteFunc(c.headers, func(other header) bool { return other.name == h.name }), h)
	return checkHeader(name, value)
}

func checkHeader(name, value string) error {
	switch {
	case name == "" || strings.ContainsFunc(name, func(r rune) bool { return !tokenChar(r) }):
		return invalid("%q can't be a header's name", name)
	case value == "":
		return invalid("the header %s is empty: leave it out", name)
	case !sendable(value):
		return invalid("the header %s holds a character that a header can't carry", name)
	}
	return nil
}

// unsendableHeader returns the name of a header of req whose value can't be sent, empty where there is none.
func unsendableHeader(req *http.Request) string {
	for name, values := range req.Header {
		if slices.ContainsFunc(values, func(value string) bool { return !sendable(value) }) {
			return name
		}
	}
	return ""
}

// tokenChar reports whether r may stand in a header's name (RFC 9110, 5.6.2).
func tokenChar(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}

// sendable reports whether text is visible ASCII and spaces, which every header value may be (RFC 9110, 5.5).
func sendable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}
