// Package conformance is the contract of the keys API as a test suite for any server: a gateway, or a mock of one's own.
//
// [Run] tests a server with subtests named operation/rule, like createKey/400/name_missing; [Check] does the same outside of go test.
// Most rules are derived from the API's document: each operation's statuses, headers and schemas, and what it refuses. Rules about the
// life of a key are the others. What a client can't provoke, like a 503, is reported as not reached.
//
// A run mints keys, whose names begin with "qaikeys-conformance-" and a random text, and ephemeral keys that live for as short as
// the server allows. In the end, also if it fails, is cancelled or nears the flag -timeout of go test, it revokes every key that it minted
// and reads in the list that it did, for up to 15 minutes if a limit of the target needs them, and as long as no two minutes pass without
// a success. If that couldn't be shown, also of a mint that had no response, or a 502, 503 or 504, the result "cleanup" is a failure that
// has the ids of up to 50 keys and what the names of all begin with. A mint that had another 5xx is no failure if no key of it appears
// within ten seconds. A new key without a name of the run is told then, and not revoked, since it may be somebody else's.
//
// It changes no other key. It takes a key for its own if the id is new and the list has it under a name of the run or with the beginning of
// the minted secret; where the list tells no name, the name in the response to the mint has to be the run's. It mints nothing if the first
// list doesn't tell each key's id and name, and only one key if that can't be revoked.
//
// No result holds the credential or a minted secret of eight characters or more: as it is, in other letters, in hexadecimal or base64, or
// with the escapes of URLs, JSON or HTML. Of a response that may have a new secret it has only the status and a few headers. A run sends about 240 requests, one
// after the other, and gives each 30 seconds.
package conformance

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"testing"
	"time"
)

// Target is the server that is tested.
type Target struct {
	BaseURL string // Like "https://api.example.com", without the operations' paths.
	APIKey  string // The credential. It has to be allowed to list keys; rules that need more aren't reached without.

	// HTTPClient sends the requests; nil is a client of its own. Redirects are never followed.
	HTTPClient *http.Client

	// KnownFailures are the rules that are expected to fail: a name, like "createKey/400", which stands for the rules below it, too,
	// like "createKey/400/name_missing". It is a failure, under that name, if none of them fails any more.
	KnownFailures []string

	// ReadOnly sends only what can't change anything: the document's GETs, and deletions of a key that doesn't exist.
	ReadOnly bool
}

// The errors of [Check], for errors.Is. None is about a single rule.
var (
	// ErrInvalidTarget says that a Target can't be tested: nothing was sent.
	ErrInvalidTarget = errors.New("the target is invalid")
	// ErrUnreachable says that the target doesn't respond, or only with the errors of a proxy.
	ErrUnreachable = errors.New("the target is unreachable")
	// ErrNotTheAPI says that something else responds, for example a login page.
	ErrNotTheAPI = errors.New("the target isn't the keys API")
	// ErrCredential says that the target refuses to list keys with the credential.
	ErrCredential = errors.New("the target doesn't accept the credential")
)

// Run tests the target. A rule that the target breaks is a failed subtest, and one that wasn't reached a skipped one. It stops at once if
// the target is unreachable, isn't the API or doesn't accept the credential.
func Run(t *testing.T, target Target) {
	t.Helper()
	ctx, end := t.Context(), time.Time{}
	if deadline, ok := t.Deadline(); ok { // What is left at the flag -timeout is never cleaned up.
		reserve := min(cleanupTimeout, time.Until(deadline)/2)
		limited, cancel := context.WithDeadline(ctx, deadline.Add(-reserve))
		defer cancel()
		ctx, end = limited, deadline.Add(-reserve/8)
	}
	report, err := check(ctx, target, end, func(name string, try func() Result) {
		if name == cleanup { // Also if the flag -run leaves it out.
			if result := try(); result.Outcome == Failed {
				t.Errorf("%s %s", name, result)
			}
			return
		}
		t.Run(name, func(t *testing.T) { // One after the other, since the rules share keys.
			switch result := try(); result.Outcome {
			case Failed, UnexpectedPass:
				t.Error(result)
			case NotReached:
				t.Skip(result)
			case KnownFailure:
				t.Log(result)
			case Passed:
			}
		})
	})
	if report != nil {
		t.Logf("%d requests\n%s", report.Requests, report)
	}
	if err != nil {
		t.Error(err)
	}
}

// Check tests the target and calls each with every result as soon as there is one; the last is that of "cleanup". The error is nil if the
// whole suite ran, whatever it found: otherwise it is ErrInvalidTarget, ErrUnreachable, ErrNotTheAPI, ErrCredential or the context's.
// The report, which has what was found until then, is nil if nothing was tried.
func Check(ctx context.Context, target Target, each func(Result)) (*Report, error) {
	return check(ctx, target, time.Time{}, func(_ string, try func() Result) { each(try()) })
}

// check tries one rule after the other, and cleans up until end, if it isn't zero. The function that it is given may leave a rule out.
func check(ctx context.Context, target Target, end time.Time, each func(name string, try func() Result)) (*Report, error) {
	s, err := newSuite(ctx, target)
	if err != nil {
		return nil, err
	}
	rules := s.rules()
	known, err := newExpectations(target.KnownFailures, rules)
	if err != nil {
		return nil, err
	}
	if err := s.recognise(); err != nil {
		return nil, err
	}
	report := &Report{}
	keep := func(result Result) Result {
		report.Results = append(report.Results, result)
		return result
	}
	defer func() { // Also if each ends the goroutine, as t.FailNow does.
		cleaned := s.cleanUp(end)
		report.finish(s)
		each(cleaned.Name, func() Result { return keep(cleaned) })
	}()
	if !target.ReadOnly {
		_, _ = s.revoked() // First, since nothing more is minted if this fails. Its rules tell.
	}
	for _, rule := range rules {
		if s.stopped != nil || ctx.Err() != nil {
			break
		}
		each(rule.name(), func() Result { return keep(known.apply(s.try(rule))) })
	}
	for _, result := range known.stale() {
		each(result.Name, func() Result { return keep(result) })
	}
	return report, cmp.Or(s.stopped, ctx.Err())
}
