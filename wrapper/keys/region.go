package keys

import (
	"reflect"
	"slices"
	"strings"
)

// ParseRegion returns the region that text names, by its own name or by an alias of the API's document: "europe", "eu" and "eea" are
// [RegionEurope]. Case doesn't matter, nor does white space around it. Any other text, the empty one too, is an [ErrInvalidArgument], which
// lists the names.
func ParseRegion(text string) (Region, error) {
	name, err := parseName(reflect.TypeFor[Region](), text)
	return Region(name), err
}

// parseName returns the name of the value of an open set that text is, or is an alias of.
func parseName(set reflect.Type, text string) (string, error) {
	text = strings.TrimSpace(text)
	var known []string
	for _, names := range openSets[set] {
		if slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, text) }) {
			return names[0], nil
		}
		if len(names) > 1 {
			names = []string{names[0] + " (or " + strings.Join(names[1:], ", ") + ")"}
		}
		known = append(known, names...)
	}
	return "", invalid("there is no such %s: use one of %s", strings.ToLower(set.Name()), strings.Join(known, ", "))
}

// regionOf returns the region that text names, or text as it is.
func regionOf(text string) Region {
	if region, err := ParseRegion(text); err == nil {
		return region
	}
	return Region(text)
}
