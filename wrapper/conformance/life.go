package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"

	"github.com/qaikeys/qaikeys/wrapper/document"
)

// life has the rules about what becomes of a key.
func (s *suite) life() []rule {
	create := func(changes map[string]any) func() (*key, error) {
		return func() (*key, error) { return s.mint(s.createKey, changes) }
	}
	all := []rule{
		ofKey(s.createKey, "endpoints", create(map[string]any{"endpoints": []string{s.listKeys.Path}}), s.works),
		{s.createKey.ID, "zero_cap", s.zeroCap},
		ofKey(s.listKeys, "prefix", s.bystander, s.listedPrefix),
		{s.listKeys.ID, "x_api_key_wins", s.headerWins},
		ofKey(s.rotateKey, "old_key_id", s.replacement, s.oldKeyID),
		ofKey(s.rotateKey, "grace", s.rotated, s.works),
		ofKey(s.rotateKey, "no_grace", create(nil), s.noGrace),
		ofKey(s.revokeKey, "again", s.revoked, s.revokeTwice),
		ofKey(s.revokeKey, "listed", s.revoked, s.listedAsRevoked),
	}
	for _, op := range s.doc.Operations {
		if schema := op.Success(); schema != nil && schema.Properties["details"] != nil {
			mint := sync.OnceValues(func() (*key, error) { return s.mint(op, nil) })
			switch op {
			case s.createKey:
				mint = s.bystander
			case s.rotateKey:
				mint = s.replacement
			}
			all = append(all, ofKey(op, "authenticates", mint, s.authenticates), ofKey(op, "listed", mint, s.isListed),
				ofKey(op, "prefix", mint, hasPrefix))
		}
	}
	return all
}

// ofKey returns a rule about a key.
func ofKey(op *document.Operation, title string, mint func() (*key, error), test func(*key) error) rule {
	return rule{op.ID, title, func() error {
		k, err := mint()
		if err != nil {
			return err
		}
		return test(k)
	}}
}

// authenticates: the key does, whether or not it may list keys.
func (s *suite) authenticates(k *key) error {
	err := s.as(k, request{op: s.listKeys}, http.StatusOK)
	if f, ok := errors.AsType[*finding](err); ok && f.exchange != nil && f.exchange.status == http.StatusForbidden {
		return notReached("the key authenticates, but may not list keys (status 403)")
	}
	return err
}

// works: the key may list keys, if one without restrictions may.
func (s *suite) works(k *key) error {
	if err := s.keysMayList(); err != nil {
		return err
	}
	return s.as(k, request{op: s.listKeys}, http.StatusOK)
}

// keysMayList returns why a rule that needs a key to list keys wasn't reached, if not even one without restrictions may.
func (s *suite) keysMayList() error {
	k, err := s.bystander()
	if err != nil {
		return err
	}
	x, err := s.send(request{op: s.listKeys, credential: s.authorization(k.secret)})
	if err == nil && !x.succeeded() {
		return notReached("the target's keys may not list keys (status %d)", x.status)
	}
	return err
}

// listing returns what the list has of a key, which is nil if it lacks it, and the response.
func (s *suite) listing(k *key) (map[string]any, *exchange, error) {
	x, err := s.send(request{op: s.listKeys})
	if err == nil && (!x.succeeded() || x.fault != nil) {
		err = notReached("it needs the list of keys, and there is none that is what the document says (status %d)", x.status)
	}
	list, _ := readable(x)
	return list[k.id], x, err
}

// isListed: a new key is in the list, under its name.
func (s *suite) isListed(k *key) error {
	details, x, err := s.listing(k)
	name, told := k.details["name"].(string)
	switch {
	case err != nil:
		return err
	case k.id == "":
		return notReached("the key's id is unknown")
	case details == nil:
		return deviates(x, "the new key isn't in the list")
	case details["revoked"] == true:
		return deviates(x, "the new key is listed as revoked")
	case told && name != details["name"]:
		return deviates(x, "the new key is listed under another name")
	}
	return nil
}

// hasPrefix: the response to a mint has the first characters of the key. They may be absent.
func hasPrefix(k *key) error { return k.checkPrefix(k.details, k.minted) }

// listedPrefix: the list has them, too.
func (s *suite) listedPrefix(k *key) error {
	details, x, err := s.listing(k)
	if err != nil {
		return err
	}
	return k.checkPrefix(details, x)
}

func (k *key) checkPrefix(details map[string]any, x *exchange) error {
	switch prefix, told := details["key_prefix"].(string); {
	case !told:
		return notReached("key_prefix is absent")
	case prefix != k.secret[:min(publicPrefix, len(k.secret))]:
		return deviates(x, "key_prefix isn't the first %d characters of the key", publicPrefix)
	}
	return nil
}

// zeroCap: a cap of 0 isn't taken for none, as far as the target tells caps as numbers in a key's scope, whose shape is its own.
func (s *suite) zeroCap() error {
	const property = "spend_cap_usd"
	for _, sent := range []any{1, 0, absent{}} {
		k, err := s.mint(s.createKey, map[string]any{property: sent})
		if err != nil {
			return err
		}
		scope, _ := k.details["scope"].(map[string]any)
		told, isNumber := scope[property].(json.Number)
		value, _ := told.Float64()
		switch {
		case sent == absent{}:
			if isNumber && value == 0 { // Another may be the account's.
				return deviates(k.minted, "scope.%s is 0, and no cap was sent", property)
			}
		case !isNumber:
			return notReached("the target doesn't tell caps as numbers in scope.%s", property)
		case value != float64(sent.(int)):
			return deviates(k.minted, "scope.%s is %s, not %v", property, told, sent)
		}
	}
	return nil
}

// headerWins: where both credentials are sent, the bearer is ignored.
func (s *suite) headerWins() error {
	for _, c := range []struct {
		header, bearer string
		status         int
	}{{s.target.APIKey, s.unknown, http.StatusOK}, {s.unknown, s.target.APIKey, http.StatusUnauthorized}} {
		headers := http.Header{}
		for _, scheme := range s.doc.Components.SecuritySchemes {
			credential := c.bearer
			if scheme.Value.Type == "apiKey" {
				credential = c.header
			}
			document.Authorize(headers, scheme.Value, credential)
		}
		if err := s.expect(request{op: s.listKeys, credential: headers}, c.status); err != nil {
			return fmt.Errorf("X-API-Key comes before Authorization: %w", err)
		}
	}
	return nil
}

// oldKeyID: the response to a rotation has a new key, and names the old one if it names one.
func (s *suite) oldKeyID(k *key) error {
	old, err := s.rotated()
	switch id := k.minted.value["old_key_id"]; {
	case err != nil:
		return err
	case k.id == old.id || k.secret == old.secret:
		return deviates(k.minted, "the new key is the old one")
	case id != nil && id != old.id:
		return deviates(k.minted, "old_key_id is the id of another key")
	}
	return nil
}

// noGrace: a key that is rotated without grace is refused at once.
func (s *suite) noGrace(k *key) error {
	if _, err := s.granted(s.rotate(k, 0)); err != nil {
		return err
	}
	return s.as(k, request{op: s.listKeys}, http.StatusUnauthorized)
}

// revokeTwice: a second revocation succeeds as the first did, or says that the key is gone.
func (s *suite) revokeTwice(k *key) error {
	return s.expect(request{op: s.revokeKey, segment: url.PathEscape(k.id)}, http.StatusOK, http.StatusNotFound)
}

// listedAsRevoked: the list says that a revoked key is revoked, or doesn't have it.
func (s *suite) listedAsRevoked(k *key) error {
	details, x, err := s.listing(k)
	if err == nil && details != nil && details["revoked"] != true {
		return deviates(x, "the list doesn't say that the key is revoked")
	}
	return err
}
