package keystest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// faultHeader asks for a fault for the request that has it. It is in the form in which net/http keeps it.
const faultHeader = "X-Mock-Fault"

// RequestedFault returns the fault that a request asks for with the header X-Mock-Fault, as [Fault] describes it, or nil. The error says
// what is wrong with the header.
func RequestedFault(header http.Header) (*Fault, error) {
	text := strings.Join(header[faultHeader], ";")
	if text == "" {
		return nil, nil
	}
	fault := &Fault{}
	for part := range strings.SplitSeq(text, ";") {
		name, value, hasValue := strings.Cut(strings.TrimSpace(part), "=")
		if err := fault.set(name, value, hasValue); err != nil {
			return nil, fmt.Errorf("%s: %w", faultHeader, err)
		}
	}
	if err := fault.Validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", faultHeader, err)
	}
	return fault, nil
}

// set sets the field that a part of the header names.
func (f *Fault) set(name, value string, hasValue bool) (err error) {
	fields := map[string]any{
		"after": &f.After, "flat": &f.Flat, "drop": &f.Drop, "stall": &f.Stall, "empty": &f.Empty, "reset": &f.Reset,
		"status": &f.Status, "truncate": &f.Truncate, "dribble": &f.Dribble, "gzip": &f.Gzip, "probability": &f.Probability,
		"code": &f.Code, "message": &f.Message, "body": &f.Body, "raw": &f.Raw, "garble": &f.Garble,
		"delay": &f.Delay, "jitter": &f.Jitter, "every": &f.Every, "retry-after": &f.RetryAfter,
	}
	flag, isFlag := fields[name].(*bool)
	switch {
	case fields[name] == nil:
		return fmt.Errorf("there is no %q: use %s", name, strings.Join(slices.Sorted(maps.Keys(fields)), ", "))
	case isFlag && hasValue:
		return fmt.Errorf("%s takes no value", name)
	case !isFlag && value == "":
		return fmt.Errorf("%s needs a value", name)
	}
	switch field := fields[name].(type) {
	case *bool:
		*flag = true
	case *string:
		*field = value
	case *int:
		if *field, err = strconv.Atoi(value); err != nil {
			return fmt.Errorf("%s: %q isn't a whole number", name, value)
		}
	case *float64:
		if *field, err = strconv.ParseFloat(value, 64); err != nil {
			return fmt.Errorf("%s: %q isn't a number", name, value)
		}
	case *time.Duration:
		seconds, err := strconv.ParseFloat(value, 64)
		if err != nil || !(seconds >= 0 && seconds <= float64(maxSeconds)) { // NaN neither.
			return fmt.Errorf("%s: %q isn't a number of seconds from 0 to %d", name, value, maxSeconds)
		}
		*field = time.Duration(seconds * float64(time.Second))
	}
	return nil
}
