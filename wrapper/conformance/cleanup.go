package conformance

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// cleanup is the name of the last result.
const cleanup = "cleanup"

// cleanUp revokes every key of the run, also one that it knows only by the name in the list.
func (s *suite) cleanUp() Result {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), cleanupTimeout)
	defer cancel()
	s.ctx = ctx
	result := Result{Name: cleanup, Rule: cleanup, Outcome: Passed}
	if s.target.ReadOnly {
		return result
	}
	var left []string
	var last *exchange
	revoke := func(id string) {
		x, err := s.send(request{op: s.op("revokeKey"), segment: url.PathEscape(id)})
		if err != nil || !x.succeeded() && x.status != http.StatusNotFound {
			left = append(left, id)
			last = x
		}
	}
	own := map[string]bool{}
	for _, k := range s.keys {
		if own[k.id] = true; k.id != "" && !k.revoked {
			revoke(k.id)
		}
	}
	list, err := s.send(request{op: s.op("listKeys")})
	for id, details := range listed(list) {
		name, _ := details["name"].(string)
		if strings.Contains(name, s.prefix) && details["revoked"] != true && !own[id] {
			revoke(id)
		}
	}
	switch {
	case len(left) > 0:
		result.Outcome, result.Exchange = Failed, s.show(last)
		result.Reason = fmt.Sprintf("these keys couldn't be revoked, revoke them by hand: %s", s.redact(strings.Join(left, ", ")))
	case s.lost && (err != nil || !list.succeeded() || list.fault != nil):
		result.Outcome, result.Exchange = Failed, s.show(list)
		result.Reason = fmt.Sprintf("a minted key was lost, and so is the list: revoke the keys whose names have %q in them by hand", s.prefix)
	}
	return result
}
