package keys

import (
	"bytes"
	"fmt"
	"path"
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
// An error may be both. It names each such restriction, with what was asked for and told. If the store of [Client.Mint] returns it, Mint
// revokes the key. An option that isn't set asks for nothing.
//
// Unlike [ScopeOf], CheckScope doesn't guess. A restriction is told by a property of key.Scope that is named endpoints, spend_cap_usd or
// spend_cap, rate_limit or region, and has a value of the type that the request has. It isn't told if an object inside the scope has such
// a property, too, or if any object has two properties of one name. Null tells nothing; nor does zero or an empty list, unless it is what
// was asked for, or a negative number, since they may mean that there is no restriction. A path covers the paths below it. A short name
// can't be compared with a path.
func CheckScope(asked CreateParams, key Key) error {
	redact := (*Client)(nil).redact
	found := map[error][]string{}
	note := func(name string, asked any, told jsontext.Value, verdict error) {
		got := "not told"
		if told != nil {
			got = "got " + redact(string(told))
		}
		found[verdict] = append(found[verdict], fmt.Sprintf("%s (asked %s, %s)", name, redact(fmt.Sprint(asked)), got))
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
		note("rate_limit", *asked.RateLimit, told, compareNumbers(float64(*asked.RateLimit), told))
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

// tell returns what key's scope tells of a restriction: the value of the one property that has one of its names, if that is the scope's
// own. It returns nil if there is none, or more of them at any depth.
func tell(key Key, names ...string) jsontext.Value {
	scope, found := jsontext.Value(key.Scope), 0
	if !scope.IsValid() { // It has no duplicate names.
		return nil
	}
	dec := jsontext.NewDecoder(bytes.NewReader(scope))
	for token, err := dec.ReadToken(); err == nil; token, err = dec.ReadToken() {
		in, length := dec.StackIndex(dec.StackDepth())
		if in == jsontext.KindBeginObject && length%2 == 1 && slices.Contains(names, token.String()) {
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
	case told.Kind() != jsontext.KindNumber, json.Unmarshal(told, &got) != nil, got <= 0 && got != asked:
		return ErrScopeUnknown
	case got <= asked:
		return nil
	}
	return ErrScopeLooser
}

func compareRegions(asked Region, told jsontext.Value) error {
	var text string
	if told.Kind() != jsontext.KindString || json.Unmarshal(told, &text) != nil {
		return ErrScopeUnknown
	}
	got, err := ParseRegion(text)
	switch {
	case err != nil:
		return ErrScopeUnknown
	case got == regionOf(string(asked)):
		return nil
	}
	return ErrScopeLooser
}

func compareEndpoints(asked []string, told jsontext.Value) (verdict error) {
	got, whole := endpoints(told)
	if told.Kind() != jsontext.KindBeginArray || !whole || len(got) == 0 && len(asked) > 0 {
		return ErrScopeUnknown
	}
	for _, endpoint := range got {
		switch {
		case slices.ContainsFunc(asked, func(asked string) bool { return covers(asked, endpoint) }):
		case slices.ContainsFunc(asked, func(asked string) bool { return isPath(asked) != isPath(endpoint) }):
			verdict = ErrScopeUnknown // It may be another name of the same.
		default:
			return ErrScopeLooser
		}
	}
	return verdict
}

// covers reports whether who may use the endpoint asked may also use the other.
func covers(asked, other string) bool {
	return asked == other || isPath(asked) && strings.HasPrefix(other, strings.TrimSuffix(asked, "/")+"/") &&
		path.Clean(other) == other && !strings.ContainsAny(other, `%\`)
}

func isPath(endpoint string) bool { return strings.HasPrefix(endpoint, "/") }
