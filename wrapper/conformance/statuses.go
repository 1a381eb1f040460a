package conformance

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/qaikeys/qaikeys/wrapper/document"
)

// holds: the operation responds with a status where it has to, and every response with it, in the whole run, is what the document says.
func (s *suite) holds(op *document.Operation, status int) error {
	err := s.provoke(op, status)
	f, isFinding := errors.AsType[*finding](err)
	switch seen := s.seen[op.ID][status]; {
	case err != nil && !isFinding, isFinding && f.outcome == Failed:
		return err
	case seen != nil:
		return seen.fault
	case err == nil:
		return notReached("a client can't provoke it")
	}
	return err
}

// documented: the operation has no status that the document lacks, besides those that the findings of other rules show.
func (s *suite) documented(op *document.Operation) error {
	for _, status := range slices.Sorted(maps.Keys(s.seen[op.ID])) {
		if seen := s.seen[op.ID][status]; seen.undocumented != nil && !seen.told {
			return deviates(seen.undocumented, "the document has no status %d for %s", status, op.ID)
		}
	}
	return s.called(op)
}

// tell notes which status a finding shows.
func (s *suite) tell(f *finding) {
	if x := f.exchange; x != nil && f.outcome == Failed {
		if seen := s.seen[x.op.ID][x.status]; seen != nil {
			seen.told = true
		}
	}
}

// provoke makes the operation respond with a status, if there is a way.
func (s *suite) provoke(op *document.Operation, status int) error {
	r, err := s.valid(op)
	switch {
	case status < 300:
		return s.succeeds(op, status)
	case status == http.StatusBadRequest && op.Request() != nil:
		return s.expect(request{op: op, segment: cmp.Or(r.segment, s.prefix), body: []byte(`{"`)}, status)
	case status == http.StatusNotFound && s.about(op) && (err == nil || op.Request() == nil):
		return s.expect(request{op: op, segment: s.prefix, body: r.body}, status)
	case err != nil:
		return err
	case status == http.StatusUnauthorized:
		r.credential = s.authorization(s.unknown)
		return s.expect(r, status)
	case status == http.StatusConflict && op == s.rotateKey:
		old, err := s.rotated()
		if err != nil {
			return err
		}
		r.segment = url.PathEscape(old.id)
		return s.expect(r, status)
	}
	credential := map[int]func() (*key, error){http.StatusForbidden: s.restricted, http.StatusTooManyRequests: s.limited}[status]
	if credential == nil {
		return nil
	}
	k, err := credential()
	if f, ok := errors.AsType[*finding](err); ok && f.outcome == Failed && op != s.createKey {
		return notReached("it needs a key: %s", f.reason) // The finding is createKey's.
	} else if err != nil {
		return err
	}
	if r.credential = s.authorization(k.secret); status == http.StatusTooManyRequests {
		return s.limits(r)
	}
	return s.expect(r, status)
}

// limits sends a request with a key whose limit is used up. A success may mean that another minute has begun.
func (s *suite) limits(r request) (err error) {
	r.expected = http.StatusTooManyRequests
	var x *exchange
	for range 3 {
		if x, err = s.send(r); err != nil {
			return err
		} else if !x.succeeded() {
			break
		}
	}
	if x.status == http.StatusForbidden {
		if err := s.keysMayList(); err != nil {
			return err
		}
	}
	return x.is(r.expected)
}

// effective returns a request that is what the document says and has an effect, on a key of its own.
func (s *suite) effective(op *document.Operation) (request, error) {
	r, err := s.valid(op)
	if err == nil && s.about(op) && !op.Reads() {
		var k *key
		if k, err = s.mint(s.createKey, nil); err == nil {
			r.segment = url.PathEscape(k.id)
		}
	}
	return r, err
}

// valid returns a request that is what the document says. If it is about a key, it is about the bystander.
func (s *suite) valid(op *document.Operation) (request, error) {
	if err := s.findTTL(op); err != nil {
		return request{op: op}, err
	}
	r := request{op: op, body: s.body(op, true, nil)}
	switch {
	case s.target.ReadOnly && !op.Reads():
		return r, notReached("the run is read-only")
	case op.RequestBody != nil && op.Request() == nil:
		return r, notReached("its body isn't JSON")
	case !s.about(op):
		return r, nil
	}
	k, err := s.bystander()
	if err == nil {
		r.segment = url.PathEscape(k.id)
		return r, nil
	}
	for id := range s.others { // A read may be about one of the account's, if none can be minted.
		if op.Reads() {
			r.segment = url.PathEscape(id)
			return r, nil
		}
	}
	return r, err
}

// findTTL finds the shortest time to live of an ephemeral key that the target takes. Since such a key can't be revoked, all of a run live for
// as long: a second, a minute or the document's example. One with the document's default, an hour, is minted only if the target takes the
// ttl null for none, and one with another time only if it accepts what it must refuse, like a ttl that is too large.
func (s *suite) findTTL(op *document.Operation) error {
	schema := op.Request()
	if schema == nil || schema.Properties["ttl"] == nil || s.ttl > 0 || s.target.ReadOnly {
		return nil
	}
	example, _ := document.Example(schema.Properties["ttl"].Value).(float64)
	for _, s.ttl = range []int{1, 60, int(example)} {
		x, err := s.send(request{op: op, body: s.body(op, true, nil)})
		if err == nil && x.status == http.StatusTooManyRequests {
			err = x.is(http.StatusOK)
		}
		if err != nil {
			s.ttl = 0
			return err
		}
		if s.valids[op.ID] = x; x.status != http.StatusBadRequest {
			break
		}
	}
	return nil
}

// about reports whether an operation is about a key, which its path names.
func (s *suite) about(op *document.Operation) bool {
	return strings.HasPrefix(op.Path, s.revokeKey.Path)
}

// allowed returns the response to a valid request, or why the operation can't succeed, as a rule that needs it wasn't reached.
func (s *suite) allowed(op *document.Operation) (x *exchange, err error) {
	if x = s.valids[op.ID]; x == nil {
		r, err := s.effective(op)
		if err != nil {
			return nil, err
		}
		if x, err = s.send(r); err != nil {
			return nil, err
		} else if x.status == http.StatusTooManyRequests {
			return nil, x.is(http.StatusOK)
		}
		s.valids[op.ID] = x
	}
	switch {
	case x.status == http.StatusForbidden || x.status == http.StatusPaymentRequired:
		return nil, notReached("the credential may not do this (status %d)", x.status)
	case x.status == http.StatusNotFound && len(op.PathNames()) > 0 && !s.about(op):
		return nil, notReached("the target has nothing with the document's example of its path")
	}
	return x, nil
}

// granted returns the key that a valid request minted. Without money, rights or a limit it may be refused; if it is otherwise, though the
// operation takes another, that is a finding.
func (s *suite) granted(x *exchange, err error) (*key, error) {
	if err != nil || x.status < 400 || x.status > 500 || mayRefuse(x.status) {
		return s.minted(x, err)
	}
	switch usual, err := s.allowed(x.op); {
	case err != nil:
		return nil, err
	case !usual.succeeded():
		return s.minted(x, nil)
	}
	return nil, deviates(x, "%s refuses what the document allows: the status is %d", x.op.ID, x.status)
}

// mayRefuse reports whether a status may be the answer to a valid request, whatever it says.
func mayRefuse(status int) bool {
	return status == http.StatusPaymentRequired || status == http.StatusForbidden || status == http.StatusTooManyRequests
}

// succeeds: the operation responds to a valid request with a success, and with this one if the document has no other.
func (s *suite) succeeds(op *document.Operation, status int) error {
	switch x, err := s.allowed(op); {
	case err != nil:
		return err
	case x.succeeded() && op.Responses.Status(x.status) != nil && x.status != status:
		return notReached("the target responds with %d", x.status)
	default:
		return x.is(status)
	}
}

// as sends a request with a key of the run, whose response has to have a status.
func (s *suite) as(k *key, r request, status int) error {
	r.credential = s.authorization(k.secret)
	return s.expect(r, status)
}

// expect sends a request, whose response has to have one of these statuses. Without the right to the operation nobody is told another.
func (s *suite) expect(r request, statuses ...int) error {
	r.expected = statuses[0]
	x, err := s.send(r)
	if err != nil {
		return err
	}
	if r.credential == nil && !slices.Contains(statuses, x.status) && mayRefuse(x.status) {
		if _, err := s.allowed(r.op); err != nil {
			return err
		}
	}
	if err := x.is(statuses...); err != nil || !r.apart {
		return err
	}
	return x.fault
}

// is returns a finding unless the response has one of these statuses.
func (x *exchange) is(statuses ...int) error {
	switch {
	case slices.Contains(statuses, x.status):
		return nil
	case x.status == http.StatusTooManyRequests:
		return notReached("the target's rate limit")
	}
	want := strings.Trim(strings.ReplaceAll(fmt.Sprint(statuses), " ", " or "), "[]")
	return deviates(x, "the status is %d, not %s", x.status, want)
}
