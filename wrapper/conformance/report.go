package conformance

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Outcome is what became of a rule.
type Outcome string

// The outcomes.
const (
	Passed         Outcome = "passed"
	Failed         Outcome = "failed"
	NotReached     Outcome = "not reached"     // Neither kept nor broken: it couldn't be tried.
	KnownFailure   Outcome = "known failure"   // It failed, as [Target].KnownFailures says.
	UnexpectedPass Outcome = "unexpected pass" // It passed, though [Target].KnownFailures says that it fails.
)

// Result is the outcome of a rule.
type Result struct {
	Name      string // Operation and rule, like "createKey/400/name_missing"; "cleanup" for the end.
	Operation string // The operationId; empty for the cleanup.
	Rule      string
	Outcome   Outcome
	Reason    string    // What is wrong, or why the rule wasn't reached; empty if it passed.
	Exchange  *Exchange // The request and the response that show it; nil if there are none.
}

// Exchange is a request and its response, without secrets and shortened.
type Exchange struct {
	// Request is a curl command for a POSIX shell, or a comment if it is cut. Variables stand for keys: $QAI_API_KEY for the credential;
	// $MINTED_KEY for one that the run minted, and has revoked since: set it to the secret of a new key; $UNKNOWN_KEY for one that doesn't
	// exist: set it to any text.
	Request string

	Status int         // 0 if there was no response.
	Header http.Header // Of the response; only the most common ones and those of the API if it may have a new secret.
	Body   string      // Of the response; how long it is if it may have a new secret, or is larger than 1 MiB.
}

// String returns the result in some lines for people.
func (r Result) String() string {
	var b strings.Builder
	b.WriteString(string(r.Outcome))
	if r.Reason != "" {
		b.WriteString(": " + r.Reason)
	}
	if x := r.Exchange; x != nil {
		fmt.Fprintf(&b, "\n%s", x.Request)
		if x.Status > 0 {
			fmt.Fprintf(&b, "\n%d %s", x.Status, http.StatusText(x.Status))
		}
		for _, name := range slices.Sorted(maps.Keys(x.Header)) {
			fmt.Fprintf(&b, "\n%s: %s", name, strings.Join(x.Header[name], ", "))
		}
		if x.Body != "" {
			b.WriteString("\n" + x.Body)
		}
	}
	return b.String()
}
