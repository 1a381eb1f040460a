package conformance

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// cleanup is the name of the last result.
const cleanup = "cleanup"

// latePauses are those before the list is read again, if a mint had no response: the server may still be at work.
var latePauses = []time.Duration{2 * time.Second, 3 * time.Second, 5 * time.Second}

// cleanUp revokes every key of the run, also one that it knows only by the name in the list, and reads in the list whether it did. It ends
// before end, if that isn't zero.
func (s *suite) cleanUp(end time.Time) Result {
	result := Result{Name: cleanup, Rule: cleanup, Outcome: Passed}
	known := 0
	for _, k := range s.keys {
		if k.id != "" {
			known++
		}
	}
	if known+s.unread+s.unanswered+s.errors == 0 {
		return result
	}
	limit := max(cleanupTimeout, time.Duration(known)*keyTimeout)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), limit)
	defer cancel()
	if !end.IsZero() {
		ctx, cancel = context.WithDeadline(ctx, end)
		defer cancel()
	}
	s.ctx, s.waited = ctx, maxWaits-limit // Its waits for limits of the target are its own.

	left := map[string]bool{}
	missing := s.find()
	result.Exchange = s.revokeAll(left)
	for _, pause := range latePauses {
		if missing == 0 || s.unanswered == 0 || !s.pause(pause) {
			break
		}
		missing = s.find()
		result.Exchange = cmp.Or(s.revokeAll(left), result.Exchange)
	}
	list, err := s.send(request{op: s.listKeys})
	listed, whole := readable(list)
	var recent, before []string
	for id, details := range listed {
		name, _ := details["name"].(string)
		switch own := s.keyWithID(id) != nil || !s.others[id] && strings.Contains(name, s.prefix); {
		case own && details["revoked"] != true:
			left[id] = true
		case s.others[id] && strings.Contains(name, s.prefix):
			before = append(before, id)
		case !own && !s.others[id] && missing > 0:
			recent = append(recent, id)
		}
	}
	var reasons []string
	say := func(ids []string, what string) {
		if len(ids) > 0 {
			slices.Sort(ids)
			ids = slices.Compact(ids)
			reasons = append(reasons, what+": "+s.quotedIDs(ids))
		}
	}
	say(slices.Collect(maps.Keys(left)), "these keys couldn't be revoked, revoke them by hand")
	if err != nil || !whole {
		reasons = append(reasons, "nothing shows that the keys of the run are revoked, since the list of keys can't be read: "+
			fmt.Sprintf("look for names that have %q in them", s.prefix))
	}
	if missing > 0 {
		reasons = append(reasons, fmt.Sprintf("%d keys that may have been minted weren't found: ", missing)+
			fmt.Sprintf("revoke those whose names have %q in them by hand", s.prefix))
		say(recent, "not revoked, since nothing shows that they are the run's, though they are new")
	}
	say(s.strangers, "not revoked, since they aren't the run's, though mints returned their ids")
	say(before, "not revoked, though they have a name of the run: they were there before the run")
	if len(reasons) == 0 {
		result.Exchange = nil
		return result
	}
	if result.Outcome = Failed; result.Exchange == nil {
		result.Exchange = s.show(list)
	}
	result.Reason = strings.Join(reasons, "; ")
	return result
}

// find decides which ids are those of the run's keys, adds the keys that the run doesn't know yet, by their names in the list, and returns
// how many mints there are whose key it didn't find.
func (s *suite) find() (missing int) {
	x, _ := s.send(request{op: s.listKeys})
	list := listed(x)
	for _, k := range s.keys {
		s.settle(k, list)
	}
	for id, details := range list {
		name, _ := details["name"].(string)
		if strings.Contains(name, s.prefix) && !s.others[id] && s.keyWithID(id) == nil {
			s.keys = append(s.keys, &key{id: id, details: details, checked: true, revoked: details["revoked"] == true})
			s.found++
		}
	}
	return max(0, s.unread+s.unanswered-max(0, s.found-s.errors))
}

// revokeAll revokes the run's keys, notes in left which it couldn't, and returns what shows this; may be nil.
func (s *suite) revokeAll(left map[string]bool) (shown *Exchange) {
	for _, k := range s.keys {
		if k.id == "" || k.revoked {
			continue
		}
		x, err := s.send(request{op: s.revokeKey, segment: url.PathEscape(k.id)})
		if err == nil && (x.succeeded() || x.status == http.StatusNotFound) {
			delete(left, k.id)
			continue
		}
		left[k.id] = true
		shown = cmp.Or(s.show(x), shown)
	}
	return shown
}

// pause waits, and reports whether there is time left after it.
func (s *suite) pause(d time.Duration) bool {
	if end, ok := s.ctx.Deadline(); ok && time.Until(end) < 2*d {
		return false
	}
	select {
	case <-time.After(d):
		return true
	case <-s.ctx.Done():
		return false
	}
}

// quotedIDs returns ids, whole, as they can be read whatever is in them, but without a secret that the run knows.
func (s *suite) quotedIDs(ids []string) string {
	var quoted []string
	for _, id := range ids {
		for secret, name := range s.secrets {
			id = strings.ReplaceAll(id, secret, name)
		}
		quoted = append(quoted, fmt.Sprintf("%q", id))
	}
	return strings.Join(quoted, ", ")
}
