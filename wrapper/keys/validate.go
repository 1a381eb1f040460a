package keys

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
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
		return invalid("the API key starts or ends with white space: trim it (a newline read from a file is the usual case)")
	case !sendable(apiKey):
		return invalid("the API key has a character that a header can't have")
	}
	return nil
}

// parseBaseURL parses the base URL that requests are made from.
func parseBaseURL(server, apiKey string, insecureHTTP bool) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSuffix(server, "/"))
	if err == nil {
		_, err = url.Parse(u.String()) // A proxy parses it again, and not every IPv6 zone survives that.
	}
	switch {
	case err != nil || !u.IsAbs() || u.Hostname() == "" || u.Opaque != "":
		return nil, invalid("the base URL isn't absolute: use one like %s", DefaultBaseURL)
	case u.User != nil:
		return nil, invalid("the base URL has credentials: remove them, since only the API key is sent")
	case conceal(server, secretWords(apiKey), wholeKey) != server:
		return nil, invalid("the base URL holds the text of an API key: remove it, since URLs are logged")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, invalid("the base URL has a query or a fragment: use one like %s", DefaultBaseURL)
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

// pastedKey matches an id, folded, that was pasted with the text of a key, or from a header that has one. An id may hold a key's prefix.
var pastedKey = regexp.MustCompile(`(?:^|[^0-9a-z_-])(?:` + keyText.String() + `)|(?:^|\W)(?:authorization|x-api-key)\W*:\s*\S|^\W*bearer\s+\S`)

// checkID refuses an id that can't be sent, or that would show a credential in a URL.
func (c *Client) checkID(id string) error {
	plain := fold(id).text
	switch {
	case id == "":
		return invalid("the id is empty")
	case id == "." || id == "..":
		return invalid("the id is %q, which can't be a segment of a path", id)
	case !utf8.ValidString(id):
		return invalid("the id isn't valid UTF-8")
	case c.isSecret(id), mayBePasted(plain) && pastedKey.MatchString(plain), hasWord(plain, c.conceals().folded):
		return invalid("the id holds the text of a key or another credential: pass the key's ID, which List returns")
	}
	return nil
}

// mayBePasted reports whether pastedKey can match, much faster than it does.
func mayBePasted(plain string) bool {
	return strings.Contains(plain, "qai_") || strings.Contains(plain, "bearer") || strings.Contains(plain, "authorization") || strings.Contains(plain, "x-api-key")
}

// hasWord reports whether word stands between delimiters in text.
func hasWord(text, word string) bool {
	return strings.Contains(text, word) && slices.Contains(strings.FieldsFunc(text, isDelimiter), word)
}

// isDelimiter reports whether r may stand beside a credential that was pasted.
func isDelimiter(r rune) bool { return strings.ContainsRune(" \"'`:=,;/?&<>(){}[]", r) }

// isSecret reports whether text holds what is certainly a secret: the client's API key, or a whole key or token.
func (c *Client) isSecret(text string) bool {
	return len(text) >= minSecret && conceal(text, c.conceals().own, wholeKey) != text
}

// checkCall refuses arguments that can't be sent as they are. Those of a body that is an object are refused when it is encoded.
func (c *Client) checkCall(request client.Call) error {
	args := reflect.ValueOf(request)
	for i := range args.NumField() {
		name, arg := args.Type().Field(i).Name, args.Field(i)
		var err error
		switch {
		case name == "ContentType" || arg.Kind() == reflect.Interface: // Of a body that is read while it is sent.
		case name == "Body" && arg.Kind() == reflect.Struct:
			err = cmp.Or(checkName(arg), checkValues(arg), c.checkTexts(arg))
		case name != "Body" && arg.Kind() == reflect.String: // A parameter of the path.
			err = c.checkID(arg.String())
		default:
			if _, failed := json.Marshal(arg.Interface(), strict); failed != nil {
				err = unsendable(failed)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkName refuses an empty name where a body requires one: a key without a name can't be told from others.
func checkName(body reflect.Value) error {
	i := slices.Index(namesOf(body.Type()), "name")
	if i >= 0 && body.Field(i).IsZero() && body.Type().Field(i).Tag.Get("json") == "name" { // Without omitempty: it is required.
		return invalid("the name is empty: give each key its own, by which Orphans finds it if the response is lost")
	}
	return nil
}

// checkTexts refuses a body with a text that is a secret: names are shown in lists, errors and journals.
func (c *Client) checkTexts(body reflect.Value) error {
	for i, name := range namesOf(body.Type()) {
		secret := false
		switch field := body.Field(i); field.Kind() { //nolint:exhaustive // The others are no texts.
		case reflect.String:
			secret = c.isSecret(field.String())
		case reflect.Slice:
			texts, _ := field.Interface().([]string)
			secret = slices.ContainsFunc(texts, c.isSecret)
		}
		if secret {
			return invalid("%s holds the text of a key: it would be stored and shown", name)
		}
	}
	return nil
}

// checkValues refuses a body with a text that isn't one of those that the API's document names for it: the gateway would drop it.
func checkValues(body reflect.Value) error {
	for i := range body.NumField() {
		field := body.Field(i)
		if openSets[field.Type()] == nil || field.String() == "" {
			continue
		}
		if _, err := parseName(field.Type(), field.String()); err != nil {
			return err
		}
	}
	return nil
}

// unsendable returns the error of arguments that can't be encoded because of err.
func unsendable(err error) error {
	var pointer jsontext.Pointer
	if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		pointer, err = syntactic.JSONPointer, syntactic.Err
	} else if semantic, ok := errors.AsType[*json.SemanticError](err); ok {
		pointer, err = semantic.JSONPointer, semantic.Err
	}
	return invalid("%s can't be sent: %v", cmp.Or(strings.TrimPrefix(string(pointer), "/"), "the request"), err)
}
