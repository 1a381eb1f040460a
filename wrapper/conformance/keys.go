package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/document"
)

// key is a key that the run minted.
type key struct {
	id, secret string // Empty if the response didn't have them.
	details    map[string]any
	minted     *exchange // Nil if the list had it.
	checked    bool      // Whether the id is that of the run's key was decided.
	revoked    bool      // By the run.
	primed     time.Time // When the only request of its limit was sent.
}

// track notes what an exchange has minted or revoked.
func (s *suite) track(x *exchange) {
	own := x.sent.Method == x.op.Method
	property, mints := x.op.Mints()
	secret, _ := x.value[property].(string)
	if mints && x.value != nil && x.status < 300 && (own || secret != "") {
		k := &key{minted: x, secret: secret}
		k.details, _ = x.value["details"].(map[string]any)
		if id := x.op.MintedID(x.value); s.others[id] {
			s.strangers = append(s.strangers, id)
		} else if s.keyWithID(id) == nil {
			k.id = id
		}
		if k.secret != "" {
			s.hide(k.secret, "$MINTED_KEY")
		}
		x.key = k
		s.keys = append(s.keys, k)
	}
	switch {
	case mintsWithID(x.op) && x.succeeded() && (own && x.key == nil || x.key != nil && x.key.id == ""):
		s.unread++
	case s.mayMint(x.op, x.segment) && own && !x.succeeded() && (x.status < 400 || x.status >= 500) && !byProxy(x):
		s.errors++
	case x.op == s.revokeKey && own && x.succeeded():
		if id, err := url.PathUnescape(x.segment); err == nil {
			if k := s.keyWithID(id); k != nil {
				k.revoked = true
			}
		}
	}
}

// mintsWithID reports whether an operation mints a key that has an id. An ephemeral key has none.
func mintsWithID(op *document.Operation) bool {
	if _, mints := op.Mints(); !mints {
		return false
	}
	success, _ := document.Example(op.Success()).(map[string]any)
	return op.MintedID(success) != ""
}

// mayMint reports whether a request of an operation may mint a key that has an id. One about a key has to be about the run's.
func (s *suite) mayMint(op *document.Operation, segment string) bool {
	id, err := url.PathUnescape(segment)
	return mintsWithID(op) && (!s.about(op) || err == nil && s.keyWithID(id) != nil)
}

// absent is what a change of a body takes out.
type absent struct{}

// body returns a request body by the document's examples, with all properties or only those that are required, and with changes; nil if
// the operation has none. Names are the run's own, and what expires does so soon.
func (s *suite) body(op *document.Operation, all bool, changes map[string]any) []byte {
	schema := op.Request()
	if schema == nil {
		return nil
	}
	example, _ := document.Example(schema).(map[string]any)
	body := map[string]any{}
	for name, value := range example {
		switch {
		case name == "name", name == "partner_ref": // A key's default name has the latter.
			s.names++
			body[name] = fmt.Sprintf("%s-%d", s.prefix, s.names)
		case name == "ttl":
			body[name] = max(1, s.ttl)
		case all || slices.Contains(schema.Required, name):
			body[name] = value
		}
	}
	for name, value := range changes {
		if body[name] = value; value == any(absent{}) {
			delete(body, name)
		}
	}
	return encode(body)
}

// encode returns a value that came as JSON, or is to be sent, without needless escapes.
func encode(value any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // It can't fail.
	return bytes.TrimSpace(b.Bytes())
}

// mint mints a key with a name and with changes of the request. The error says that a rule that needs one wasn't reached.
func (s *suite) mint(op *document.Operation, changes map[string]any) (*key, error) {
	x, err := s.send(request{op: op, body: s.body(op, false, changes)})
	if changes == nil {
		return s.minted(x, err) // A refusal is the finding of 200/required_only.
	}
	return s.granted(x, err)
}

func (s *suite) minted(x *exchange, err error) (*key, error) {
	switch {
	case err != nil:
		return nil, notReached("it needs a key: %v", err)
	case x.status == http.StatusPaymentRequired || x.status == http.StatusForbidden:
		return nil, notReached("it needs a key, and the credential may not mint one with %s (status %d)", x.op.ID, x.status)
	case x.key == nil || x.key.secret == "" || !isHeader(x.key.secret):
		return nil, notReached("it needs a key, and %s returned none that can be sent (status %d)", x.op.ID, x.status)
	}
	return x.key, nil
}

// sharedKeys are keys that several rules use, or why there are none. Each is minted when the first rule needs it.
type sharedKeys struct {
	bystander   func() (*key, error) // Without restrictions. Nothing changes it: what is sent about it is to be refused, or a read.
	restricted  func() (*key, error) // To other endpoints than those of the API.
	revoked     func() (*key, error)
	exhausted   func() (*key, error) // With a limit of one request a minute.
	rotated     func() (*key, error) // By replacement, in a grace that hasn't ended.
	replacement func() (*key, error)
}

func (s *suite) share() sharedKeys {
	create := func(changes map[string]any) func() (*key, error) {
		return sync.OnceValues(func() (*key, error) { return s.mint(s.createKey, changes) })
	}
	old := create(nil)
	replacement := sync.OnceValues(func() (*key, error) {
		k, err := old()
		if err != nil {
			return nil, err
		}
		return s.minted(s.rotate(k, 3600))
	})
	return sharedKeys{
		bystander:  create(nil),
		restricted: create(map[string]any{"endpoints": []string{"chat"}}),
		exhausted:  create(map[string]any{"rate_limit": 1}),
		revoked: sync.OnceValues(func() (*key, error) {
			k, err := s.mint(s.createKey, nil)
			if err != nil {
				return nil, err
			}
			x, err := s.send(request{op: s.revokeKey, segment: url.PathEscape(k.id)})
			if err == nil && !x.succeeded() {
				s.noMints = notReached("no more keys are minted: the run's first one couldn't be revoked (status %d)", x.status)
			}
			if err != nil || !x.succeeded() {
				return nil, notReached("it needs a revoked key, and revoking one failed")
			}
			return k, nil
		}),
		replacement: replacement,
		rotated: func() (*key, error) {
			if _, err := replacement(); err != nil {
				return nil, err
			}
			return old()
		},
	}
}

// limited returns a key whose limit is used up.
func (s *suite) limited() (*key, error) {
	k, err := s.exhausted()
	if err == nil && time.Since(k.primed) > 20*time.Second { // Limits are by the minute.
		k.primed = time.Now()
		_, err = s.send(request{op: s.listKeys, credential: s.authorization(k.secret), expected: http.StatusTooManyRequests})
	}
	return k, err
}

func (s *suite) rotate(k *key, grace int) (*exchange, error) {
	return s.send(request{op: s.rotateKey, segment: url.PathEscape(k.id), body: encode(map[string]any{"grace_seconds": grace})})
}

// readable returns the elements of a list of keys by their ids, and whether it is one, of which each element has an id of its own. A null
// list is an empty one.
func readable(x *exchange) (keys map[string]map[string]any, whole bool) {
	keys = map[string]map[string]any{}
	if x == nil || !x.succeeded() {
		return keys, false
	}
	list, told := x.value["keys"]
	elements, isList := list.([]any)
	whole = told && (isList || list == nil)
	for _, element := range elements {
		details, _ := element.(map[string]any)
		id, _ := details["id"].(string)
		if whole = whole && id != "" && keys[id] == nil; id != "" {
			keys[id] = details
		}
	}
	return keys, whole
}

// isHeader reports whether a credential can be sent.
func isHeader(credential string) bool {
	return !strings.ContainsFunc(credential, func(r rune) bool { return r <= ' ' || r >= 0x7f })
}
