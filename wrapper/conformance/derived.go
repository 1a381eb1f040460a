package conformance

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/qaikeys/qaikeys/wrapper/document"
)

// rules returns every rule, in the order in which they are tried. Those of statuses come last, since they are about what all others saw.
func (s *suite) rules() []rule {
	all := s.life()
	for _, op := range s.doc.Operations {
		all = slices.Concat(all, s.bodies(op), s.credentials(op), s.ids(op), s.methods(op), s.replays(op))
	}
	for _, op := range s.doc.Operations {
		all = append(all, rule{op.ID, "no_secret", func() error { return s.keepsSecrets(op) }})
	}
	for _, op := range s.doc.Operations {
		for _, status := range op.Statuses() {
			all = append(all, rule{op.ID, strconv.Itoa(status), func() error { return s.holds(op, status) }})
		}
	}
	for _, op := range s.doc.Operations {
		all = append(all, rule{op.ID, "undocumented_status", func() error { return s.documented(op) }})
	}
	return all
}

// with returns a rule about what becomes of a request of the operation.
func with(made func(*document.Operation) (request, error), op *document.Operation, title string, test func(request) error) rule {
	return rule{op.ID, title, func() error {
		r, err := made(op)
		if err != nil {
			return err
		}
		return test(r)
	}}
}

// bodies has a rule for each kind of violation of each constraint of the request's schema, and for what else a body may be.
func (s *suite) bodies(op *document.Operation) []rule {
	schema := op.Request()
	if schema == nil {
		return nil
	}
	var all []rule
	for _, broken := range document.Breakages(schema) {
		title := "400/" + cmp.Or(broken.Property, "body") + "_" + strings.ReplaceAll(broken.What, " ", "_")
		if slices.ContainsFunc(all, func(r rule) bool { return r.title == title }) {
			continue
		}
		// That null is never sent is a rule for clients. A server may take it for absence, which is wrong where something is required.
		required := slices.Contains(schema.Required, broken.Property) || broken.Property == "" && len(schema.Required) > 0
		all = append(all, with(s.valid, op, title, func(r request) error {
			switch {
			case broken.Property == "":
				r.body = encode(broken.Value)
			case broken.Absent:
				r.body = s.body(op, false, map[string]any{broken.Property: absent{}})
			default:
				r.body = s.body(op, false, map[string]any{broken.Property: broken.Value})
			}
			err := s.expect(r, http.StatusBadRequest)
			if f, ok := errors.AsType[*finding](err); ok && broken.What == "null" && !required && f.exchange != nil && f.exchange.succeeded() {
				return nil
			}
			return err
		}))
	}
	if len(schema.Properties) > len(schema.Required) {
		all = append(all, with(s.effective, op, "200/required_only", func(r request) error {
			if _, err := s.allowed(op); err != nil {
				return err
			}
			r.body = s.body(op, false, nil)
			x, err := s.send(r)
			switch {
			case err != nil || x.succeeded():
				return err
			case mayRefuse(x.status):
				return notReached("the credential may not do this (status %d)", x.status)
			}
			return deviates(x, "a request without optional properties has the status %d", x.status)
		}))
	}
	return append(all, with(s.effective, op, "unknown_property", func(r request) error {
		r.body = s.body(op, false, map[string]any{"qaikeys_conformance": true})
		x, err := s.send(r)
		if err != nil || x.status < 500 {
			return err
		}
		return deviates(x, "the status is %d: an unknown property has to be ignored or refused", x.status)
	}))
}

// credentials has rules for who may call the operation.
func (s *suite) credentials(op *document.Operation) []rule {
	all := []rule{
		with(s.valid, op, "401/no_credential", func(r request) error {
			r.credential = http.Header{}
			return s.expect(r, http.StatusUnauthorized)
		}),
		with(s.valid, op, "401/revoked_key", func(r request) error {
			k, err := s.revoked()
			if err != nil {
				return err
			}
			return s.as(k, r, http.StatusUnauthorized)
		}),
	}
	if !op.Reads() {
		return all
	}
	for _, alternative := range s.doc.Security {
		for scheme := range alternative {
			all = append(all, with(s.valid, op, "credential/"+scheme, func(r request) error {
				x, err := s.allowed(op)
				if err != nil {
					return err
				}
				r.credential = s.authorization(s.target.APIKey, scheme)
				return s.expect(r, x.status)
			}))
		}
	}
	return all
}

// oddIDs are names and segments of a path that no key has as its id.
var oddIDs = [][2]string{
	{"slash", "a%2Fb"}, {"spaces", "%20a%20b%20"}, {"unicode", "%D0%BA%D0%BB%D1%8E%D1%87-%E9%8D%B5"},
	{"percent", "%25"}, {"long", strings.Repeat("x", 2000)},
}

func (s *suite) ids(op *document.Operation) []rule {
	if !s.about(op) {
		return nil
	}
	var all []rule
	for _, odd := range oddIDs {
		all = append(all, rule{op.ID, "odd_id/" + odd[0], func() error {
			r := request{op: op, segment: odd[1], body: s.body(op, true, nil), apart: true}
			return s.expect(r, http.StatusNotFound, http.StatusBadRequest)
		}})
	}
	return all
}

// methods has a rule for the methods that the operation's path doesn't have. One of its operations has it.
func (s *suite) methods(op *document.Operation) []rule {
	for _, other := range op.Item.Operations() {
		if other.OperationID < op.ID {
			return nil
		}
	}
	return []rule{{op.ID, "405", func() error { return s.refusesMethod(op) }}}
}

// refusesMethod tries GET, or a method that no server has, so that nothing can change.
func (s *suite) refusesMethod(op *document.Operation) error {
	r := request{op: op, method: http.MethodGet, segment: s.prefix, apart: true}
	if op.Item.Get != nil || s.target.ReadOnly {
		r.method = "QAIKEYS"
	}
	x, err := s.send(r)
	if err != nil {
		return err
	}
	switch { // The document has no 405: what it must have is RFC 9110's, and a router may do without.
	case x.succeeded():
		return notReached("the target has an operation that the document lacks")
	case x.status >= 500 && x.status != http.StatusNotImplemented: // That says that it knows no such method.
		return x.is(http.StatusMethodNotAllowed)
	case x.status != http.StatusMethodNotAllowed:
		return notReached("the target answers %d", x.status)
	}
	s.count(x)
	told := strings.FieldsFunc(strings.Join(x.header.Values("Allow"), ","), func(r rune) bool { return r == ',' || r == ' ' })
	for method := range op.Item.Operations() {
		if !slices.Contains(told, method) {
			return deviates(x, "the header Allow doesn't list %s", method)
		}
	}
	return nil
}

// replays has the rule that a mint is never deduplicated.
func (s *suite) replays(op *document.Operation) []rule {
	if _, mints := op.Mints(); !mints || s.about(op) {
		return nil
	}
	return []rule{with(s.effective, op, "idempotency_key_ignored", func(r request) error {
		r.header = http.Header{"Idempotency-Key": {s.prefix}}
		first, err := s.granted(s.send(r))
		if err != nil {
			return err
		}
		x, err := s.send(r)
		switch {
		case err != nil:
			return err
		case mayRefuse(x.status):
			_, err := s.minted(x, nil)
			return err
		case x.key == nil:
			return deviates(x, "a second mint with the same Idempotency-Key has the status %d", x.status)
		case x.key.secret == first.secret || first.id != "" && op.MintedID(x.value) == first.id:
			return deviates(x, "a second mint with the same Idempotency-Key returned the first key")
		}
		return nil
	})}
}

// keepsSecrets: no response has a secret, other than that of the key that it mints.
func (s *suite) keepsSecrets(op *document.Operation) error {
	var err error
	if s.leaks[op.ID] == nil { // A read may have the secret of a key that the run has minted since.
		var r request
		if _, err = s.bystander(); err == nil && op.Reads() {
			if r, err = s.valid(op); err == nil {
				_, err = s.send(r)
			}
		}
	}
	switch x := s.leaks[op.ID]; {
	case x != nil:
		return deviates(x, "the response has a secret that isn't that of a new key")
	case err != nil:
		return err
	}
	return s.called(op)
}

// called returns a finding unless the operation has ever responded.
func (s *suite) called(op *document.Operation) error {
	if len(s.seen[op.ID]) == 0 {
		return notReached("it was never called")
	}
	return nil
}
