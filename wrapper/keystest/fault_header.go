package keystest

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// faultHeader asks for a fault for the request that has it.
const faultHeader = "X-Mock-Fault"

// RequestedFault returns the fault that a request asks for with the header X-Mock-Fault, as [Fault] describes it, or nil. The error says what
// is wrong with the header.
func RequestedFault(header http.Header) (*Fault, error) {
	text := strings.Join(header.Values(faultHeader), ";")
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
	flag := map[string]*bool{"after": &f.After, "flat": &f.Flat, "drop": &f.Drop}[name]
	number := map[string]*int{"status": &f.Status, "truncate": &f.Truncate}[name]
	text := map[string]*string{"code": &f.Code, "message": &f.Message, "body": &f.Body}[name]
	duration := map[string]*time.Duration{"delay": &f.Delay, "retry-after": &f.RetryAfter}[name]
	switch {
	case flag == nil && number == nil && text == nil && duration == nil:
		return fmt.Errorf("there is no %q: use after, flat, drop, status, truncate, code, message, body, delay or retry-after", name)
	case flag != nil && hasValue:
		return fmt.Errorf("%s takes no value", name)
	case flag != nil:
		*flag = true
	case value == "":
		return fmt.Errorf("%s needs a value", name)
	case text != nil:
		*text = value
	case number != nil:
		if *number, err = strconv.Atoi(value); err != nil {
			return fmt.Errorf("%s: %q isn't a whole number", name, value)
		}
	default:
		seconds, err := strconv.ParseFloat(value, 64)
		if err != nil || !(seconds >= 0 && seconds <= float64(maxSeconds)) { // NaN neither.
			return fmt.Errorf("%s: %q isn't a number of seconds from 0 to %d", name, value, maxSeconds)
		}
		*duration = time.Duration(seconds * float64(time.Second))
	}
	return nil
}
