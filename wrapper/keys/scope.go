package keys

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
)

// Scope is what can be read of what a key is restricted to. What the gateway doesn't tell, or tells in a form that can't be
// read, is zero.
type Scope struct {
	Endpoints   []string // Short names or path prefixes; nil where there is no restriction, empty where nothing is allowed.
	SpendCapUSD *float64 // In US dollars.
	RateLimit   *int32   // In requests a minute.
	Region      Region
}

// scopeDepth is how deep ScopeOf looks into objects.
const scopeDepth = 4

// ScopeOf reads what it can of key.Scope, whose shape differs between releases of the gateway: properties called
// endpoints, spend_cap_usd or spend_cap, rate_limit and region, in the object itself or in objects inside of it, the
// outermost first; numbers also as strings, and a single endpoint without a list. It never fails; ok reports whether
// anything was read.
func ScopeOf(key Key) (scope Scope, ok bool) {
	level := []any{parse(key.Scope)}
	for range scopeDepth {
		var next []any
		for _, value := range level {
			object, _ := value.(map[string]any)
			for _, name := range slices.Sorted(maps.Keys(object)) {
				scope.read(name, object[name])
				next = append(next, object[name])
			}
		}
		level = next
	}
	return scope, scope.Endpoints != nil || scope.SpendCapUSD != nil || scope.RateLimit != nil || scope.Region != ""
}

func parse(raw json.RawMessage) any {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var value any
	if dec.Decode(&value) != nil {
		return nil
	}
	return value
}

// read takes a property that isn't known yet.
func (s *Scope) read(name string, property any) {
	switch name {
	case "endpoints":
		if s.Endpoints == nil {
			s.Endpoints = texts(property)
		}
	case "spend_cap_usd", "spend_cap":
		if amount, ok := number(property); ok && s.SpendCapUSD == nil {
			s.SpendCapUSD = &amount
		}
	case "rate_limit":
		if limit, ok := number(property); ok && s.RateLimit == nil && limit == math.Trunc(limit) && math.Abs(limit) <= math.MaxInt32 {
			s.RateLimit = new(int32(limit))
		}
	case "region":
		if text, _ := property.(string); s.Region == "" {
			s.Region = Region(text)
		}
	}
}

// texts are the strings of a list, or a single one.
func texts(property any) []string {
	switch property := property.(type) {
	case string:
		return []string{property}
	case []any:
		found := []string{}
		for _, element := range property {
			if text, ok := element.(string); ok {
				found = append(found, text)
			}
		}
		return found
	}
	return nil
}

// number is a finite number, or a string that holds one.
func number(property any) (value float64, ok bool) {
	text, isText := property.(string)
	if literal, isNumber := property.(json.Number); isNumber {
		text, isText = literal.String(), true
	}
	value, err := strconv.ParseFloat(text, 64)
	return value, isText && err == nil && !math.IsNaN(value) && !math.IsInf(value, 0)
}
