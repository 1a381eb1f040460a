package conformance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/redact"
)

// cleanup is the name of the last result.
const cleanup = "cleanup"

const (
	cleanupTimeout = 2 * time.Minute  // Without a success.
	maxCleanup     = 15 * time.Minute // In all.
	maxIDs         = 50               // That a result lists: more than a run mints.
	maxID          = 200              // In bytes, of one that is shown.
)

// pauses are those before the cleanup tries again, if a mint had no response, or an error: the server may still be at work. So they are if a
// request of the cleanup had none, or only a proxy's.
var pauses = []time.Duration{2 * time.Second, 3 * time.Second, 5 * time.Second}

// cleanUp revokes every key of the run, also one that it knows only by the name in the list, and reads in the list whether it did. It ends
// before end, if that isn't zero.
func (s *suite) cleanUp(end time.Time) Result {
	result := Result{Name: cleanup, Rule: cleanup, Outcome: Passed}
	if !slices.ContainsFunc(s.keys, func(k *key) bool { return k.id != "" }) && s.unread+s.unanswered+s.errors == 0 {
		return result
	}
	if last := time.Now().Add(maxCleanup); end.IsZero() || end.After(last) {
		end = last
	}
	ctx, cancel := context.WithDeadline(context.WithoutCancel(s.ctx), end)
	defer cancel()
	s.ctx, s.waited = ctx, -maxCleanup // Its waits for limits of the target are its own.
	s.idle = time.AfterFunc(cleanupTimeout, cancel)
	defer s.idle.Stop()

	list, failed, wait, err := s.revokeAll()
	for _, pause := range pauses {
		late := s.unfound() > 0 && s.unanswered+s.errors > 0
		if pause = max(pause, wait); wait == 0 && !late || time.Until(end) < 2*pause {
			break
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
		list, failed, wait, err = s.revokeAll()
	}
	if result.Reason = s.leftovers(list, err); result.Reason != "" {
		result.Outcome, result.Exchange = Failed, s.show(cmp.Or(failed, list))
	}
	return result
}

// findKeys reads the list, decides which ids are those of the run's keys, and adds the keys that it knows only by their names there.
func (s *suite) findKeys() (*exchange, error) {
	x, err := s.send(request{op: s.listKeys})
	list, _ := readable(x)
	for _, k := range s.keys {
		s.settle(k, list)
		k.revoked = k.revoked || k.id != "" && list[k.id]["revoked"] == true
	}
	for id, details := range list {
		if s.isNamed(details) && !s.others[id] && s.keyWithID(id) == nil {
			s.keys = append(s.keys, &key{id: id, details: details, checked: true, revoked: details["revoked"] == true})
			s.found++
		}
	}
	return x, err
}

// isNamed reports whether a key has a name of the run.
func (s *suite) isNamed(details map[string]any) bool {
	name, _ := details["name"].(string)
	return strings.Contains(name, s.prefix)
}

// missing returns how many mints there are whose key wasn't found, though there has to be one, or may still be.
func (s *suite) missing() int { return max(0, s.unread+s.unanswered-max(0, s.found-s.errors)) }

// unfound returns the same with those that the gateway answered with an error, most of which minted nothing.
func (s *suite) unfound() int { return max(0, s.unread+s.unanswered+s.errors-s.found) }

// revokeAll revokes the run's keys, and returns the list that it reads then, or why there is none, the first response that refused it, which
// may be nil, and how long to wait before another try, or 0 if none would help.
func (s *suite) revokeAll() (list, failed *exchange, wait time.Duration, err error) {
	_, _ = s.findKeys()
	for _, k := range s.keys {
		if !k.isLive() {
			continue
		}
		x, err := s.send(request{op: s.revokeKey, segment: url.PathEscape(k.id)})
		if k.revoked = err == nil && (x.succeeded() || x.status == http.StatusNotFound); !k.revoked {
			failed, wait = cmp.Or(failed, x), max(wait, delay(x, err))
		}
	}
	found := s.found
	list, err = s.findKeys()
	switch {
	case !slices.ContainsFunc(s.keys, (*key).isLive):
		wait = 0
	case s.found > found: // Minted since the first list.
		wait = max(wait, time.Second)
	}
	return list, failed, max(wait, delay(list, err)), err
}

func (k *key) isLive() bool { return k.id != "" && !k.revoked }

// delay returns how long to wait before a request is sent again that had no response, or that of a proxy; 0 if it had another.
func delay(x *exchange, err error) time.Duration {
	lost, isFinding := errors.AsType[*finding](err)
	switch {
	case err == nil && byProxy(x):
		return retryAfter(x)
	case isFinding && lost.exchange != nil:
		return time.Second
	}
	return 0
}

// leftovers returns which keys the cleanup left, by the last list; empty if there are none.
func (s *suite) leftovers(x *exchange, err error) string {
	var left, recent, before, reasons []string
	list, whole := readable(x)
	for _, k := range s.keys {
		if details, told := list[k.id]; k.id != "" && (!k.revoked || told && details["revoked"] != true) {
			left = append(left, k.id)
		}
	}
	for id, details := range list {
		switch {
		case s.others[id] && s.isNamed(details):
			before = append(before, id)
		case !s.others[id] && s.keyWithID(id) == nil && s.unfound() > 0:
			recent = append(recent, id)
		}
	}
	say := func(ids []string, what string) {
		if len(ids) > 0 {
			reasons = append(reasons, what+": "+s.quotedIDs(ids, x))
		}
	}
	say(left, "these keys couldn't be revoked, revoke them by hand")
	if !whole {
		reason := "nothing shows that the keys of the run are revoked, since the list of keys can't be read"
		if f, ok := errors.AsType[*finding](err); ok {
			reason += ": " + s.redact(f.reason)
		}
		reasons = append(reasons, reason)
	}
	if s.missing() > 0 {
		reasons = append(reasons, fmt.Sprintf("%d keys that may have been minted weren't found", s.missing()))
	}
	if len(reasons) > 0 {
		reasons = append(reasons, fmt.Sprintf("revoke every key whose name has %q in it", s.prefix))
	}
	say(recent, "not revoked, since nothing shows that they are the run's, though they are new, and a mint of the run may have made them: "+
		"look at them, and revoke by hand those that nobody else minted")
	say(s.strangers, "not revoked, since they aren't the run's, though mints returned their ids")
	say(before, "not revoked, though they have a name of the run: they were there before the run")
	return strings.Join(reasons, "; ")
}

// quotedIDs returns ids as they can be read whatever is in them. Of one that is long or has a secret it returns the position in the list.
func (s *suite) quotedIDs(ids []string, list *exchange) string {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	var quoted []string
	for _, id := range ids[:min(len(ids), maxIDs)] {
		shown := fmt.Sprintf("%q", id)
		if len(id) > maxID || s.conceal(id) != id {
			shown = redact.Mark
			if at := position(list, id); at > 0 {
				shown += fmt.Sprintf(" (number %d in the list)", at)
			}
		}
		quoted = append(quoted, shown)
	}
	if more := len(ids) - maxIDs; more > 0 {
		quoted = append(quoted, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(quoted, ", ")
}

// position returns which element of a list has an id, from 1; 0 if none has it.
func position(list *exchange, id string) int {
	if list == nil {
		return 0
	}
	elements, _ := list.value["keys"].([]any)
	return 1 + slices.IndexFunc(elements, func(element any) bool {
		details, _ := element.(map[string]any)
		return details["id"] == id
	})
}
