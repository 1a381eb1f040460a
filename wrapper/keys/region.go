package keys

import (
	"slices"
	"strings"
)

// ParseRegion returns the region that text names: "americas", "us" or "america"; "europe", "eu" or "eea"; "asia", "apac" or
// "asia-pacific". Case doesn't matter, nor does white space around it. Any other text, the empty one too, is an [ErrInvalidArgument].
func ParseRegion(text string) (Region, error) {
	name := strings.ToLower(strings.TrimSpace(text))
	var known []string
	for _, names := range regions {
		if slices.Contains(names, name) {
			return Region(names[0]), nil
		}
		known = append(known, names[0]+" (or "+strings.Join(names[1:], ", ")+")")
	}
	return "", invalid("there is no such region: use one of %s", strings.Join(known, ", "))
}

// regionToSend returns the region that is sent for one that is asked for, if any.
func regionToSend(asked Region) (Region, error) {
	if asked == "" {
		return "", nil
	}
	return ParseRegion(string(asked))
}

// regionOf returns the region that text names, or text as it is.
func regionOf(text string) Region {
	if region, err := ParseRegion(text); err == nil {
		return region
	}
	return Region(text)
}
