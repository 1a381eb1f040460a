package keystest

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/redact"
)

// faultHeader asks for a fault for the request that has it. It is in the form in which net/http keeps it.
const faultHeader = "X-Mock-Fault"

// notInHeader are the fields that a request can't set for itself.
var notInHeader = []string{"operation", "times", "for", "header"}

// RequestedFault returns the fault that a request asks for with the header X-Mock-Fault, as [Fault] describes it, or nil. The error says
// what is wrong with the header.
func RequestedFault(header http.Header) (*Fault, error) {
	lines := header[faultHeader]
	if len(lines) == 0 {
		return nil, nil
	}
	fault, err := readFault(strings.Join(lines, ";"))
	if err != nil {
		return nil, errors.New(faultHeader + ": " + redact.Text(err.Error(), nil))
	}
	return fault, nil
}

func readFault(text string) (*Fault, error) {
	if text == "" {
		return nil, errors.New("it is empty: say what goes wrong, like drop, or leave it out")
	}
	fault, named := &Fault{}, map[string]bool{}
	for part := range strings.SplitSeq(text, ";") {
		name, value, hasValue := strings.Cut(strings.TrimSpace(part), "=")
		if err := fault.set(name, value, hasValue); err != nil {
			return nil, err
		}
		if named[name] {
			return nil, fmt.Errorf("%s is there twice", name)
		}
		named[name] = true
	}
	err := fault.Validate()
	if err != nil {
		for name := range fault.fields() {
			if says, ok := strings.CutPrefix(err.Error(), name+": "); ok {
				return nil, errors.New(nameInHeader(name) + ": " + says)
			}
		}
	}
	return fault, err
}

// nameInHeader returns the name in the header of a field of the control API: "retry-after" for "retry_after_seconds".
func nameInHeader(name string) string {
	return strings.ReplaceAll(strings.TrimSuffix(name, "_seconds"), "_", "-")
}

// set sets the field that a part of the header names.
func (f *Fault) set(name, value string, hasValue bool) (err error) {
	fields := map[string]any{}
	for field, at := range f.fields() {
		if field := nameInHeader(field); !slices.Contains(notInHeader, field) {
			fields[field] = at.Addr().Interface()
		}
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
		if *field = duration(seconds); *field == 0 && seconds > 0 {
			return fmt.Errorf("%s: %q is less than half a nanosecond", name, value)
		}
	}
	return nil
}
