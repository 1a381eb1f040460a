package keys

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Scope is what a key is restricted to, as far as [ScopeOf] can read it. A field is zero if the scope doesn't have it
// or it can't be read.
type Scope struct {
	Endpoints   []string // Short names or path prefixes. Nil: no restriction; empty: nothing is allowed.
	SpendCapUSD *float64 // In US dollars.
	RateLimit   *int32   // In requests a minute.
	Region      Region   // By its own name if [ParseRegion] knows it, otherwise as it is.
}

// String returns the scope as JSON. A restriction that isn't known is null, or empty in the case of the region.
func (s Scope) String() string {
	text, _ := json.Marshal(s, json.FormatNilSliceAsNull(true), jsontext.AllowInvalidUTF8(true))
	return string(text)
}

// scopeDepth is how many levels of objects ScopeOf reads.
const scopeDepth = 4

// ScopeOf reads key.Scope, whose shape differs between releases of the gateway. It looks for properties named endpoints, spend_cap_usd
// or spend_cap, rate_limit and region, in the object itself and in the objects inside it, and takes the outermost. Numbers may be
// strings, and a single endpoint may be a string instead of a list. ok reports whether anything was found; what can't be read is no
// error.
func ScopeOf(key Key) (scope Scope, ok bool) {
	level := []jsontext.Value{jsontext.Value(key.Scope)}
	for range scopeDepth {
		var next []jsontext.Value
		for _, object := range level {
			properties := maps.Collect(members(object))
			for _, name := range slices.Sorted(maps.Keys(properties)) {
				scope.set(name, properties[name])
				next = append(next, properties[name])
			}
		}
		level = next
	}
	return scope, scope.Endpoints != nil || scope.SpendCapUSD != nil || scope.RateLimit != nil || scope.Region != ""
}

// set sets the field of a property, unless it is set already or the property can't be read.
func (s *Scope) set(name string, property jsontext.Value) {
	number, err := strconv.ParseFloat(strings.Trim(string(property), `"`), 64)
	isNumber := err == nil && !math.IsNaN(number) && !math.IsInf(number, 0)
	switch {
	case name == "endpoints" && s.Endpoints == nil:
		s.Endpoints, _ = endpoints(property)
	case (name == "spend_cap_usd" || name == "spend_cap") && s.SpendCapUSD == nil && isNumber:
		s.SpendCapUSD = &number
	case name == "rate_limit" && s.RateLimit == nil && isNumber && number == math.Trunc(number) && math.Abs(number) <= math.MaxInt32:
		s.RateLimit = new(int32(number))
	case name == "region" && s.Region == "":
		var text string
		_ = json.Unmarshal(property, &text, lenient)
		s.Region = regionOf(text)
	}
}

// endpoints returns the strings of a list, or a single string, and whether the list has nothing else. It returns nil for anything else.
func endpoints(property jsontext.Value) (found []string, whole bool) {
	var elements []jsontext.Value
	switch property.Kind() { //nolint:exhaustive // The others hold no endpoints.
	case jsontext.KindString:
		elements = append(elements, property)
	case jsontext.KindBeginArray:
		_ = json.Unmarshal(property, &elements, lenient) // It is valid: members read it.
	default:
		return nil, false
	}
	found = []string{}
	for _, element := range elements {
		var text string
		if json.Unmarshal(element, &text, lenient) == nil && element.Kind() == jsontext.KindString {
			found = append(found, text)
		}
	}
	return found, len(found) == len(elements)
}
