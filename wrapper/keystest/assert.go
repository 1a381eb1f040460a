package keystest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// AssertCalls fails the test unless the account got want requests of an operation of the API's document, or with "" of any path, for which
// each match returns true; a nil one is ignored. Every attempt counts, also a retry and one that was refused. The failure shows the requests
// that came nearest, redacted as Requests has them. The test fails, too, if the account got more than 1,000 requests since it was made or
// reset, because older ones are forgotten.
func (a *account) AssertCalls(tb testing.TB, operation string, want int, match ...func(Request) bool) {
	tb.Helper()
	a.handler.mu.Lock()
	got := a.requests
	a.handler.mu.Unlock()
	if got > maxJournal {
		tb.Errorf("keystest: the account got %d requests, of which the journal has the last %d: call Reset between the parts of the test", got, maxJournal)
		return
	}
	assertCalls(tb, a.handler.Redact, a.Requests(), operation, want, match)
}

// assertCalls fails the test unless want of the requests count.
func assertCalls(
	tb testing.TB, redacted func(string) string, requests []Request, operation string, want int, match []func(Request) bool,
) {
	tb.Helper()
	ids := operationIDs()
	match = slices.DeleteFunc(slices.Clone(match), func(match func(Request) bool) bool { return match == nil })
	if last := len(ids) - 1; operation != "" && !slices.Contains(ids, operation) {
		tb.Errorf("keystest: the API has no operation %q: use %s or %s, or \"\" for any request",
			cut(redacted(operation), maxText), strings.Join(ids[:last], ", "), ids[last])
	} else if wrong := checkCalls(requests, operation, want, match); wrong != "" {
		tb.Errorf("keystest: %s", wrong)
	}
}

// checkCalls returns what is wrong with the number of requests that are counted, and which came nearest; empty if nothing is.
func checkCalls(requests []Request, operation string, want int, match []func(Request) bool) string {
	var counted, others []Request // Of the operation.
	for _, r := range requests {
		switch refuses := func(match func(Request) bool) bool { return !match(r) }; {
		case operation != "" && r.Operation != operation:
		case slices.ContainsFunc(match, refuses):
			others = append(others, r)
		default:
			counted = append(counted, r)
		}
	}
	what := "requests"
	if operation != "" {
		what = "calls of " + operation
	}
	if len(match) > 0 {
		what += " that match"
	}
	what = fmt.Sprintf("%s: %d, want %d; ", what, len(counted), want)
	switch {
	case len(counted) == want:
		return ""
	case len(counted) > want:
		return what + "every attempt counts, also a retry and one that was refused:" + show(counted)
	case len(others) > 0:
		return what + "these don't match:" + show(others)
	case len(requests) > 0:
		return what + "the account got these requests:" + show(requests)
	}
	return what + "the account got no request: give the program its APIKey and the mock's URL, and in memory the HTTPClient"
}

// How much of the requests a failure shows: how many, and how many bytes of a path, an error and a body.
const (
	maxShown     = 5
	maxShownText = 200
)

// show returns a line for each of the last requests.
func show(requests []Request) string {
	var text strings.Builder
	if earlier := len(requests) - maxShown; earlier > 0 {
		fmt.Fprintf(&text, "\n    %d earlier ones", earlier)
		requests = requests[earlier:]
	}
	for _, r := range requests {
		fault, status := "", "no response"
		if r.Fault {
			fault = "a fault"
		}
		if r.Status != 0 {
			status = strconv.Itoa(r.Status)
		}
		fmt.Fprintf(&text, "\n    %s %s %s", r.ID, r.Method, cut(r.Path, maxShownText))
		for _, part := range [][2]string{
			{" (%s)", r.Operation}, {" with %s", r.KeyID}, {", %s", fault}, {", %s", status},
			{" %#q", cut(r.Error, maxShownText)}, {", body %#q", cut(r.Body, maxShownText)},
		} {
			if part[1] != "" {
				fmt.Fprintf(&text, part[0], part[1])
			}
		}
	}
	return text.String()
}
