package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/qaikeys/qaikeys/wrapper/document"
)

// life has the rules about what becomes of a key.
func (s *suite) life() []rule {
	all := []rule{
		{s.createKey.ID, "endpoints", s.endpoints},
		{s.createKey.ID, "zero_cap", s.zeroCap},
		{s.listKeys.ID, "prefix", s.listedPrefix},
		{s.listKeys.ID, "x_api_key_wins", s.headerWins},
		{s.rotateKey.ID, "old_key_id", s.oldKeyID},
		{s.rotateKey.ID, "grace", s.grace},
		{s.rotateKey.ID, "no_grace", s.noGrace},
		{s.revokeKey.ID, "again", s.revokeTwice},
		{s.revokeKey.ID, "listed", s.listedAsRevoked},
	}
	for _, op := range s.doc.Operations {
		if schema := op.Success(); schema != nil && schema.Properties["details"] != nil {
			ofKey := func(title string, test func(*key) error) rule {
				return rule{op.ID, title, func() error {
					k, err := s.keyOf(op)
					if err != nil {
						return err
					}
					return test(k)
				}}
			}
			all = append(all, ofKey("authenticates", s.authenticates), ofKey("listed", s.isListed), ofKey("prefix", hasPrefix))
		}
	}
	return all
}

// keyOf returns a key that an operation minted.
func (s *suite) keyOf(op *document.Operation) (*key, error) {
	switch op {
	case s.createKey:
		return s.bystander()
	case s.rotateKey:
		_, k, err := s.rotated()
		return k, err
	}
	return s.share("of "+op.ID, func() (*key, error) { return s.mint(op, nil) })
}

// authenticates: the key does, whether or not it may list keys.
func (s *suite) authenticates(k *key) error {
	err := s.works(k)
	if f, ok := errors.AsType[*finding](err); ok && f.exchange != nil && f.exchange.status == http.StatusForbidden {
		return notReached("the key authenticates, but may not list keys (status 403)")
	}
	return err
}

// works: the key may list keys.
func (s *suite) works(k *key) error { return s.as(k, request{op: s.listKeys}, http.StatusOK) }

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

// isListed: a new key is in the list, under its name.
func (s *suite) isListed(k *key) error {
	keys, x, err := s.list()
	name, told := k.details["name"].(string)
	switch details := keys[k.id]; {
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

// hasPrefix: the response to a mint has the first 14 characters of the key. They may be absent.
func hasPrefix(k *key) error { return k.checkPrefix(k.details, k.minted) }

func (k *key) checkPrefix(details map[string]any, x *exchange) error {
	switch prefix, told := details["key_prefix"].(string); {
	case !told:
		return notReached("key_prefix is absent")
	case prefix != k.secret[:min(publicPrefix, len(k.secret))]:
		return deviates(x, "key_prefix isn't the first 14 characters of the key")
	}
	return nil
}

// listedPrefix: the list has them, too.
func (s *suite) listedPrefix() error {
	k, err := s.bystander()
	if err != nil {
		return err
	}
	keys, x, err := s.list()
	if err != nil {
		return err
	}
	return k.checkPrefix(keys[k.id], x)
}

// endpoints: a key that is restricted to the paths of the API may use them. That another may not is createKey/403 and so on.
func (s *suite) endpoints() error {
	if err := s.keysMayList(); err != nil {
		return err
	}
	k, err := s.create(map[string]any{"endpoints": []string{s.listKeys.Path}})
	if err != nil {
		return err
	}
	return s.works(k)
}

// zeroCap: a cap of 0 isn't taken for none, as far as the target tells caps as numbers in a key's scope, whose shape is its own.
func (s *suite) zeroCap() error {
	const property = "spend_cap_usd"
	for _, sent := range []any{1, 0, absent{}} {
		k, err := s.create(map[string]any{property: sent})
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
func (s *suite) oldKeyID() error {
	old, replacement, err := s.rotated()
	if err != nil {
		return err
	}
	if replacement.id == old.id || replacement.secret == old.secret {
		return deviates(replacement.minted, "the new key is the old one")
	}
	if id := replacement.minted.value["old_key_id"]; id != nil && id != old.id {
		return deviates(replacement.minted, "old_key_id is the id of another key")
	}
	return nil
}

// grace: a rotated key works until its grace is over.
func (s *suite) grace() error {
	if err := s.keysMayList(); err != nil {
		return err
	}
	old, _, err := s.rotated()
	if err != nil {
		return err
	}
	return s.works(old)
}

// noGrace: without grace it is refused at once.
func (s *suite) noGrace() error {
	k, err := s.create(nil)
	if err != nil {
		return err
	}
	if _, err := s.granted(s.rotate(k, 0)); err != nil {
		return err
	}
	return s.as(k, request{op: s.listKeys}, http.StatusUnauthorized)
}

// revokeTwice: a second revocation succeeds as the first did, or says that the key is gone.
func (s *suite) revokeTwice() error {
	k, err := s.revoked()
	if err != nil {
		return err
	}
	return s.expect(request{op: s.revokeKey, segment: url.PathEscape(k.id)}, http.StatusOK, http.StatusNotFound)
}

// listedAsRevoked: the list says that a revoked key is revoked, or doesn't have it.
func (s *suite) listedAsRevoked() error {
	k, err := s.revoked()
	if err != nil {
		return err
	}
	keys, x, err := s.list()
	if details := keys[k.id]; err == nil && details != nil && details["revoked"] != true {
		return deviates(x, "the list doesn't say that the key is revoked")
	}
	return err
}
