package conformance

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/qaikeys/qaikeys/wrapper/document"
)

// permits returns why a request isn't sent, or nil. Nothing is sent that could change what isn't the run's.
func (s *suite) permits(r request) error {
	reads := r.op.Reads() && r.method == r.op.Method
	switch {
	case s.ctx.Err() != nil:
		return s.ctx.Err()
	case s.target.ReadOnly && !reads && (r.method != http.MethodDelete || r.segment != s.prefix): // No key has this id.
		return notReached("the run is read-only")
	case s.about(r.op) && r.segment == "":
		return notReached("the key's id is unknown")
	case r.method == http.MethodGet:
		return nil
	case s.foreign(r.op):
		return notReached("it could change what the run didn't make")
	case mintsWithID(r.op) && s.noMints != nil:
		return s.noMints
	case s.about(r.op):
		return s.permitsChange(r.segment)
	}
	return nil
}

// foreign reports whether an operation could change what the run didn't make: its path has a parameter that the run has no value for, or
// it is neither about a key nor mints one.
func (s *suite) foreign(op *document.Operation) bool {
	if s.about(op) {
		return len(op.PathNames()) > 1
	}
	_, mints := op.Mints()
	return !op.Reads() && !mints || len(op.PathNames()) > 0
}

// permitsChange returns why a request that could change the key with an id isn't sent: it has to be the run's, or one that doesn't exist.
func (s *suite) permitsChange(segment string) error {
	id, err := url.PathUnescape(segment)
	k := s.keyWithID(id)
	switch odd := slices.ContainsFunc(oddIDs, func(odd [2]string) bool { return odd[1] == segment }); {
	case err == nil && s.others[id]:
		return notReached("a key that isn't the run's has this id")
	case k == nil && (odd || segment == s.prefix):
		return nil
	case k == nil:
		return notReached("the run didn't mint the key with this id")
	case !k.checked:
		x, err := s.send(request{op: s.listKeys})
		if err != nil {
			return err
		}
		list, whole := readable(x)
		if !whole {
			return notReached("the list doesn't show whose the key is (status %d)", x.status)
		}
		s.settle(k, list)
	}
	if k.id == "" {
		return notReached("the id that the mint returned is that of a key that isn't the run's")
	}
	return nil
}

// keyWithID returns the run's key with an id, or nil.
func (s *suite) keyWithID(id string) *key {
	for _, k := range s.keys {
		if k.id != "" && k.id == id {
			return k
		}
	}
	return nil
}

// settle decides by the list whether a minted key's id is that of the run's key, and forgets the id if it is another's.
func (s *suite) settle(k *key, list map[string]map[string]any) {
	if k.checked || k.id == "" {
		return
	}
	if k.checked = true; !s.owns(k, list) {
		s.strangers = append(s.strangers, k.id)
		s.unread++
		k.id = ""
	}
}

// owns reports whether an id is that of the run's key: the list has it under a name of the run, or with the beginning of the minted secret,
// as no other. If it tells no name, that of the mint's response counts.
func (s *suite) owns(k *key, list map[string]map[string]any) bool {
	details := list[k.id]
	if _, named := details["name"].(string); s.isNamed(details) || !named && s.isNamed(k.details) {
		return true
	}
	prefix, _ := details["key_prefix"].(string)
	same := 0
	for _, other := range list {
		if other["key_prefix"] == prefix {
			same++
		}
	}
	return len(prefix) == publicPrefix && strings.HasPrefix(k.secret, prefix) && same == 1
}
