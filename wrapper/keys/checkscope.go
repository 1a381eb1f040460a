package keys

import (
	"bytes"
	"fmt"
	"math"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// CheckScope returns nil if the gateway tells that key is restricted at least as strictly as asked: in its endpoints, spend cap, rate limit
// and region. The gateway ignores what it doesn't know in a request, so that a key may come back without the cap that was asked for.
//
//   - [ErrScopeLooser]: a restriction is told, and is looser. The key may do more than was asked for: revoke it.
//   - [ErrScopeUnknown]: a restriction isn't told, or not in a way that can be compared. The key may do anything: revoke it, unless you
//     know that it has the restriction.
//
// An error may be both, so test for ErrScopeLooser first. It names each such restriction, with what was asked for and told, as JSON. If the
// store of [Client.Mint] returns it, Mint revokes the key. An option that isn't set asks for nothing.
//
// For a partner's key, pass CreateParams with the restrictions of its PartnerParams; after a rotation, those that the old key was made
// with. The response to [Client.CreateEphemeral] tells no scope.
//
// Unlike [ScopeOf], CheckScope doesn't guess. A restriction is told if the scope itself has a property named endpoints, spend_cap_usd or
// spend_cap, rate_limit or region, with a value of the type that the request has, and:
//
//   - no other property of the scope, or of an object inside it, has such a name of that restriction, in any case, and no object has two
//     properties of one name;
//   - the value isn't null, a negative number or, as a rate limit, a fraction;
//   - the value isn't zero or an empty list, which may mean that there is no restriction, unless that was asked for.
//
// Numbers are compared as float64. A path covers the paths below it, and any endpoint covers itself. Otherwise, only two plain short names
// (of lower-case letters, digits, "-" and "_") or two plain paths (of letters, digits, "/" and "-._~", in which no segment is empty, "." or
// "..") can be compared.
func CheckScope(asked CreateParams, key Key) error {
	redact := (*Client)(nil).redact
	found := map[error][]string{}
	note := func(name string, asked any, told jsontext.Value, verdict error) {
		if verdict == nil {
			return
		}
		got := "not told"
		if told != nil {
			got = "got " + redact(string(told))
		}
		found[verdict] = append(found[verdict], fmt.Sprintf("%s (asked %s, %s)", name, redact(inJSON(asked)), got))
	}
	if asked.Endpoints != nil {
		told := tell(key, "endpoints")
		note("endpoints", asked.Endpoints, told, compareEndpoints(asked.Endpoints, told))
	}
	if asked.SpendCapUSD != nil {
		told := tell(key, "spend_cap_usd", "spend_cap")
		note("spend_cap_usd", *asked.SpendCapUSD, told, compareNumbers(*asked.SpendCapUSD, told))
	}
	if asked.RateLimit != nil {
		told := tell(key, "rate_limit")
		note("rate_limit", *asked.RateLimit, told, compareWholeNumbers(*asked.RateLimit, told))
	}
	if asked.Region != "" {
		told := tell(key, "region")
		note("region", asked.Region, told, compareRegions(asked.Region, told))
	}
	var err error
	if unknown := found[ErrScopeUnknown]; unknown != nil {
		err = fmt.Errorf("%w: revoke the key %q, unless you know that it has: %s", ErrScopeUnknown, redact(key.ID), strings.Join(unknown, ", "))
	}
	if looser := found[ErrScopeLooser]; looser != nil {
		loose := fmt.Errorf("%w: revoke the key %q: %s", ErrScopeLooser, redact(key.ID), strings.Join(looser, ", "))
		if err == nil {
			return loose
		}
		err = fmt.Errorf("%w; %w", loose, err)
	}
	return err
}

func inJSON(value any) string {
	text, err := json.Marshal(value, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return fmt.Sprint(value) // A float that is no number.
	}
	return string(text)
}

// tell returns what key's scope tells of a restriction: the value of the one property that has one of its names, if that is the scope's
// own. It returns nil if there is none, or more of them at any depth and in any case.
func tell(key Key, names ...string) jsontext.Value {
	scope, found := jsontext.Value(key.Scope), 0
	if !scope.IsValid() { // It has no duplicate names.
		return nil
	}
	isOne := func(member string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, member) })
	}
	dec := jsontext.NewDecoder(bytes.NewReader(scope))
	for token, err := dec.ReadToken(); err == nil; token, err = dec.ReadToken() {
		in, length := dec.StackIndex(dec.StackDepth())
		if in == jsontext.KindBeginObject && length%2 == 1 && isOne(token.String()) {
			found++
		}
	}
	for name, value := range members(scope) {
		if found == 1 && slices.Contains(names, name) {
			return value
		}
	}
	return nil
}

func compareNumbers(asked float64, told jsontext.Value) error {
	var got float64
	switch {
	case told.Kind() != jsontext.KindNumber, told[0] == '-', json.Unmarshal(told, &got) != nil, got == 0 && asked != 0:
		return ErrScopeUnknown
	case got <= asked:
		return nil
	}
	return ErrScopeLooser
}

func compareWholeNumbers(asked int32, told jsontext.Value) error {
	var got float64
	if told.Kind() == jsontext.KindNumber && json.Unmarshal(told, &got) == nil && got != math.Trunc(got) {
		return ErrScopeUnknown
	}
	return compareNumbers(float64(asked), told)
}

func compareRegions(asked Region, told jsontext.Value) error {
	var text string
	if told.Kind() != jsontext.KindString || json.Unmarshal(told, &text) != nil {
		return ErrScopeUnknown
	}
	got, err := ParseRegion(text)
	want, unknown := ParseRegion(string(asked))
	switch {
	case err != nil || unknown != nil:
		return ErrScopeUnknown
	case got == want:
		return nil
	}
	return ErrScopeLooser
}

func compareEndpoints(asked []string, told jsontext.Value) (verdict error) {
	got, whole := endpoints(told)
	if told.Kind() != jsontext.KindBeginArray || !whole || len(got) == 0 && len(asked) > 0 {
		return ErrScopeUnknown
	}
	allowed := newEndpointSet(asked)
	for _, endpoint := range got {
		switch {
		case allowed.covers(endpoint):
		case allowed.comparable(endpoint):
			return ErrScopeLooser
		default:
			verdict = ErrScopeUnknown // It may be another name of the same.
		}
	}
	return verdict
}

// endpointSet is endpoints that a key may use.
type endpointSet struct {
	all     map[string]bool // Whether it is a plain path.
	names   int             // How many are plain names.
	paths   int             // How many are plain paths.
	longest int             // The length of the longest.
}

func newEndpointSet(endpoints []string) *endpointSet {
	set := &endpointSet{all: map[string]bool{}}
	for _, endpoint := range endpoints {
		if _, ok := set.all[endpoint]; ok {
			continue
		}
		set.all[endpoint] = isPlainPath(endpoint)
		set.longest = max(set.longest, len(endpoint))
		switch {
		case isPlainPath(endpoint):
			set.paths++
		case plainName.MatchString(endpoint):
			set.names++
		}
	}
	return set
}

// covers reports whether who may use the endpoints of the set may also use this one.
func (s *endpointSet) covers(endpoint string) bool {
	if _, ok := s.all[endpoint]; ok {
		return true
	}
	if !isPlainPath(endpoint) {
		return false
	}
	for i := range min(len(endpoint), s.longest+1) {
		if endpoint[i] == '/' && (s.all[endpoint[:i]] || s.all[endpoint[:i+1]]) {
			return true
		}
	}
	return false
}

// comparable reports whether the endpoint is another than all of the set if it isn't covered.
func (s *endpointSet) comparable(endpoint string) bool {
	return len(s.all) == s.paths && isPlainPath(endpoint) || len(s.all) == s.names && plainName.MatchString(endpoint)
}

// plainName matches short names that mean the same only if they are the same.
var plainName = regexp.MustCompile(`^[a-z0-9_-]+$`)

// plainPath matches paths that no server decodes, splits or takes for a pattern.
var plainPath = regexp.MustCompile(`^/(?:[A-Za-z0-9._~-]+/)*[A-Za-z0-9._~-]*$`)

func isPlainPath(endpoint string) bool {
	if !plainPath.MatchString(endpoint) {
		return false
	}
	clean := path.Clean(endpoint) // Without "." and "..".
	return endpoint == clean || endpoint == clean+"/"
}
