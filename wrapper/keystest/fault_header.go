package keystest

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// faultHeader asks for a fault for the request that carries it.
const faultHeader = "X-Mock-Fault"

// faultOf returns the fault that r asks for by itself, nil where it asks for none. The header's value is what a [Fault] says
// in lower case, separated by semicolons: "status=503;after". The error says what is wrong with it.
func faultOf(r *http.Request) (*Fault, error) {
	value := r.Header.Get(faultHeader)
	if value == "" {
		return nil, nil //nolint:nilnil // No fault is no error.
	}
	fault := &Fault{}
	for part := range strings.SplitSeq(value, ";") {
		name, text, _ := strings.Cut(strings.TrimSpace(part), "=")
		if err := fault.set(name, text); err != nil {
			return nil, fmt.Errorf("%s: %w", faultHeader, err)
		}
	}
	return fault, nil
}

// set sets what a part of the header says.
func (f *Fault) set(name, text string) (err error) {
	switch name {
	case "after", "flat", "drop":
		if text != "" {
			return fmt.Errorf("%s takes no value", name)
		}
		f.After, f.Flat, f.Drop = f.After || name == "after", f.Flat || name == "flat", f.Drop || name == "drop"
	case "status":
		f.Status, err = strconv.Atoi(text)
		if err != nil || f.Status < 200 || f.Status > 599 {
			return fmt.Errorf("status must be from 200 to 599")
		}
	case "truncate":
		if f.Truncate, err = strconv.Atoi(text); err != nil {
			return fmt.Errorf("truncate must be a number of bytes")
		}
	case "code":
		f.Code = text
	case "message":
		f.Message = text
	case "body":
		f.Body = text
	case "delay":
		f.Delay, err = parseSeconds(name, text)
	case "retry-after":
		f.RetryAfter, err = parseSeconds(name, text)
	default:
		return fmt.Errorf("there is no %q: it is after, flat, drop, status, truncate, code, message, body, delay or retry-after", name)
	}
	return err
}

func parseSeconds(name, text string) (time.Duration, error) {
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil || !(seconds >= 0 && seconds < math.MaxInt64/float64(time.Second)) {
		return 0, fmt.Errorf("%s must be a number of seconds", name)
	}
	return time.Duration(seconds * float64(time.Second)), nil
}
