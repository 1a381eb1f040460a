package conformance_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/qaikeys/qaikeys/generated/server"
	"github.com/qaikeys/qaikeys/wrapper/conformance"
	"github.com/qaikeys/qaikeys/wrapper/document"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// gateway is a mock with a deviation. It is a RoundTripper, too: no socket is needed.
type gateway struct {
	mock    *keystest.Handler
	before  []keystest.State // The keys that it starts with.
	spoiled http.Handler
	sent    []*http.Request // With their bodies read.
}

// newGateway returns a mock of an account that may do everything, behind what a fault makes of it.
func newGateway(fault func(http.Handler) http.Handler, opts ...keystest.Option) *gateway {
	own := []keystest.Option{keystest.WithAPIKey("qai_k_the-credential-of-the-target"), keystest.WithTier("internal"), keystest.WithKeys(2), keystest.WithDevices(1)}
	g := &gateway{mock: keystest.NewHandler(append(own, opts...)...)}
	g.before, g.spoiled = g.mock.Keys(), g.mock
	if fault != nil {
		g.spoiled = fault(g.mock)
	}
	return g
}

func (g *gateway) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	served, sent := r.Clone(r.Context()), r.Clone(r.Context())
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	served.Body, sent.Body = io.NopCloser(bytes.NewReader(body)), io.NopCloser(bytes.NewReader(body))
	g.sent = append(g.sent, sent)
	recorder := httptest.NewRecorder()
	g.spoiled.ServeHTTP(recorder, served)
	return recorder.Result(), nil
}

// target returns the gateway as a target.
func (g *gateway) target() conformance.Target {
	return conformance.Target{BaseURL: "http://gateway.test", APIKey: g.mock.APIKey, HTTPClient: &http.Client{Transport: g}}
}

// response is what a fault may change of a response.
type response struct {
	status int
	header http.Header
	body   map[string]any
	raw    string // Instead of body, if it isn't empty.
}

// spoil changes each response of an operation, or of all if id is empty, with a status.
func spoil(id string, status int, change func(*http.Request, *response)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			recorder := httptest.NewRecorder()
			next.ServeHTTP(recorder, r)
			changed := &response{status: recorder.Code, header: recorder.Header(), raw: recorder.Body.String()}
			if operationOf(r) == id && recorder.Code == status && json.Unmarshal(recorder.Body.Bytes(), &changed.body) == nil {
				changed.raw = ""
				change(r, changed)
			}
			if changed.raw == "" {
				encoded, _ := json.Marshal(changed.body)
				changed.raw = string(encoded)
			}
			w.Header().Del("Content-Length")
			for name, values := range changed.header {
				w.Header()[name] = values
			}
			w.WriteHeader(changed.status)
			_, _ = io.WriteString(w, changed.raw)
		})
	}
}

// misread changes each request before the mock sees it. What change returns is the response instead of the mock's, if it isn't 0.
func misread(id string, change func(r *http.Request, body map[string]any) int) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			raw, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(raw))
			if id == "" || operationOf(r) == id {
				var body map[string]any
				_ = json.Unmarshal(raw, &body)
				if status := change(r, body); status != 0 {
					respond(w, status)
					return
				}
				if body != nil {
					encoded, _ := json.Marshal(body)
					r.Body = io.NopCloser(bytes.NewReader(encoded))
				}
			}
			next.ServeHTTP(w, r)
		})
	}
}

// respond responds with an error as the document has it.
func respond(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Qai-Request-Id", "req_1")
	w.WriteHeader(status)
	_, _ = fmt.Fprint(w, `{"error":{"message":"planted"}}`)
}

// answering answers an operation instead of the mock.
func answering(id string, answer func(http.ResponseWriter)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if operationOf(r) == id {
				answer(w)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

var doc = sync.OnceValue(func() *document.Document {
	doc, err := document.Load(server.OpenAPI)
	if err != nil {
		panic(err)
	}
	return doc
})

// operationOf returns the operationId of a request, or "".
func operationOf(r *http.Request) string {
	if op, _ := doc().Find(r.Method, r.URL.EscapedPath()); op != nil {
		return op.ID
	}
	return ""
}

// listOf returns the keys of a list.
func listOf(body map[string]any) []map[string]any {
	var all []map[string]any
	list, _ := body["keys"].([]any)
	for _, element := range list {
		all = append(all, element.(map[string]any))
	}
	return all
}

// all returns a rule of every operation.
func all(rule string) []string {
	var names []string
	for _, op := range doc().Operations {
		names = append(names, op.ID+"/"+rule)
	}
	return names
}

const master = "qai_k_the-credential-of-the-target"

// asMaster gives a request the rights of the account.
func asMaster(r *http.Request) { r.Header.Set("X-Api-Key", master) }

// TestPlantedFaults: each deviation is found by the rule that is named for it, and by no other.
func TestPlantedFaults(t *testing.T) {
	t.Parallel()
	assertFound(t, map[string]deviation{
		"none": {nil, nil},
		"another success": {
			spoil("createKey", 200, func(_ *http.Request, resp *response) { resp.status = 201 }), []string{"createKey/200"},
		},
		"no id of the request": {
			spoil("revokeKey", 200, func(_ *http.Request, resp *response) { resp.header.Del("X-Qai-Request-Id") }), []string{"revokeKey/200"},
		},
		"a header of the wrong type": {
			spoil("getKeyUsage", 200, func(_ *http.Request, resp *response) { resp.header.Set("X-Qai-Cost-Ticks", "none") }), []string{"getKeyUsage/200"},
		},
		"another content type": {
			spoil("listDeviceKeys", 200, func(_ *http.Request, resp *response) { resp.header.Set("Content-Type", "text/json") }), []string{"listDeviceKeys/200"},
		},
		"a missing property": {
			spoil("getKeyUsage", 200, func(_ *http.Request, resp *response) { delete(resp.body, "total_cost_usd") }), []string{"getKeyUsage/200"},
		},
		"a mint without an id": {
			spoil("createKey", 200, func(_ *http.Request, resp *response) { delete(resp.body["details"].(map[string]any), "id") }), []string{"createKey/200"},
		},
		"a mint without details": {
			spoil("createPartnerKey", 200, func(_ *http.Request, resp *response) { delete(resp.body, "details") }), []string{"createPartnerKey/200"},
		},
		"a mint without a secret": {
			spoil("rotateKey", 200, func(_ *http.Request, resp *response) { delete(resp.body, "key") }), []string{"rotateKey/200"},
		},
		"a token without a secret": {
			spoil("createEphemeralKey", 200, func(_ *http.Request, resp *response) { resp.body["token"] = "" }), []string{"createEphemeralKey/200"},
		},
		"a missing property in a list": {
			spoil("listKeys", 200, func(_ *http.Request, resp *response) {
				for _, key := range listOf(resp.body) {
					delete(key, "name")
				}
			}), []string{"listKeys/200"},
		},
		"a missing list": {
			spoil("listDeviceKeys", 200, func(_ *http.Request, resp *response) { delete(resp.body, "devices") }), []string{"listDeviceKeys/200"},
		},
		"the wrong type": {
			spoil("createKey", 200, func(_ *http.Request, resp *response) { resp.body["details"].(map[string]any)["created_at"] = 5 }), []string{"createKey/200"},
		},
		"the wrong type in a list": {
			spoil("listKeys", 200, func(_ *http.Request, resp *response) { listOf(resp.body)[1]["spent_ticks"] = "0" }), []string{"listKeys/200"},
		},
		"null where it isn't allowed": {
			spoil("revokeKey", 200, func(_ *http.Request, resp *response) { resp.body["status"] = nil }), []string{"revokeKey/200"},
		},
		"a secret of another form": {
			spoil("createPartnerKey", 200, func(_ *http.Request, resp *response) { resp.body["key"] = resp.body["key"].(string) + "\n" }), []string{"createPartnerKey/200"},
		},
		"something behind the body": {
			spoil("listDeviceKeys", 200, func(_ *http.Request, resp *response) { resp.raw = `{"devices":[]} {}` }), []string{"listDeviceKeys/200"},
		},
		"half a body": {
			spoil("listDeviceKeys", 200, func(_ *http.Request, resp *response) { resp.raw = `{"devices":[` }), []string{"listDeviceKeys/200"},
		},
		"an optional property is required": {
			misread("createEphemeralKey", func(_ *http.Request, body map[string]any) int {
				if body["user_ref"] == nil && body["rate_limit"] == nil {
					return 400
				}
				return 0
			}), []string{"createEphemeralKey/200/required_only"},
		},
		"a required property is optional": {
			misread("createKey", func(_ *http.Request, body map[string]any) int {
				if _, ok := body["name"]; !ok && body != nil {
					body["name"] = "unnamed"
				}
				return 0
			}), []string{"createKey/400/name_missing"},
		},
		"another status of a refusal": {
			misread("createKey", func(_ *http.Request, body map[string]any) int {
				if _, ok := body["name"]; !ok && body != nil {
					return 422
				}
				return 0
			}), []string{"createKey/400/name_missing"},
		},
		"a fraction is rounded": {
			misread("createKey", func(_ *http.Request, body map[string]any) int {
				if body["rate_limit"] == 1.5 {
					body["rate_limit"] = 1
				}
				return 0
			}), []string{"createKey/400/rate_limit_fraction"},
		},
		"a limit is ignored": {
			misread("rotateKey", func(_ *http.Request, body map[string]any) int {
				if seconds, ok := body["grace_seconds"].(float64); ok && seconds < 0 && seconds > -10 {
					body["grace_seconds"] = 0
				}
				return 0
			}), []string{"rotateKey/400/grace_seconds_too_small"},
		},
		"an unknown property is fatal": {
			misread("rotateKey", func(_ *http.Request, body map[string]any) int {
				if len(body) > 1 {
					return 500
				}
				return 0
			}), []string{"rotateKey/unknown_property"},
		},
		"an error without JSON": {
			spoil("listKeys", 401, func(_ *http.Request, resp *response) {
				resp.raw = "<h1>no</h1>"
				resp.header.Set("Content-Type", "text/html")
			}), []string{"listKeys/401"},
		},
		"an error of another form": {
			spoil("getKeyUsage", 403, func(_ *http.Request, resp *response) { resp.body = map[string]any{"error": 403} }), []string{"getKeyUsage/403"},
		},
		"an error without anything": {
			spoil("listKeys", 401, func(_ *http.Request, resp *response) { resp.body = map[string]any{"error": nil} }), nil,
		},
		"no credential is enough": {
			misread("getKeyUsage", func(r *http.Request, _ map[string]any) int {
				if r.Header.Get("X-Api-Key")+r.Header.Get("Authorization") == "" {
					asMaster(r)
				}
				return 0
			}), []string{"getKeyUsage/401/no_credential"},
		},
		"any credential is enough": {
			misread("revokeKey", func(r *http.Request, _ map[string]any) int {
				if key := r.Header.Get("X-Api-Key"); key != "" {
					asMaster(r)
				}
				return 0
			}), []string{"revokeKey/401", "revokeKey/401/revoked_key", "revokeKey/403", "revokeKey/429"},
		},
		"a revoked key works": {deadKeysWork, all("401/revoked_key")},
		"a header isn't read": {
			misread("listDeviceKeys", func(r *http.Request, _ map[string]any) int {
				if r.Header.Get("X-Api-Key") == "" {
					r.Header.Del("Authorization")
				}
				return 0
			}), []string{"listDeviceKeys/credential/bearerToken"},
		},
		"the bearer comes first": {
			misread("", func(r *http.Request, _ map[string]any) int {
				if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
					r.Header.Set("X-Api-Key", bearer)
				}
				return 0
			}), []string{"listKeys/x_api_key_wins"},
		},
		"a restriction is ignored": {
			spoil("listDeviceKeys", 403, func(_ *http.Request, resp *response) {
				resp.status, resp.body = 200, map[string]any{"devices": []any{}}
			}), []string{"listDeviceKeys/403"},
		},
		"a restriction to a path refuses it": {
			misread("createKey", func(_ *http.Request, body map[string]any) int {
				if list, ok := body["endpoints"].([]any); ok && len(list) == 1 && list[0] == "/qai/v1/keys" {
					body["endpoints"] = []any{"chat"}
				}
				return 0
			}), []string{"createKey/endpoints"},
		},
		"another error for an unknown id": {
			spoil("getKeyUsage", 404, func(r *http.Request, resp *response) {
				if strings.Contains(r.URL.Path, "qaikeys-conformance") {
					resp.status = 403
				}
			}), []string{"getKeyUsage/404"},
		},
		"an odd id is fatal": {
			spoil("getKeyUsage", 404, func(r *http.Request, resp *response) {
				if strings.Contains(r.URL.Path, "ключ") {
					resp.status = 500
				}
			}), []string{"getKeyUsage/odd_id/unicode"},
		},
		"an odd id is a page": {
			spoil("revokeKey", 404, func(r *http.Request, resp *response) {
				if strings.Contains(r.URL.Path, "a/b") {
					resp.raw = "404 page not found"
					resp.header.Set("Content-Type", "text/plain")
				}
			}), []string{"revokeKey/odd_id/slash"},
		},
		"no Allow": {
			spoil("", 405, func(r *http.Request, resp *response) {
				if r.URL.Path == "/qai/v1/keys" {
					resp.header.Del("Allow")
				}
			}), []string{"createKey/405"},
		},
		"no Retry-After": {
			spoil("getKeyUsage", 429, func(_ *http.Request, resp *response) { resp.header.Del("Retry-After") }), []string{"getKeyUsage/429"},
		},
		"no limit": {
			spoil("listDeviceKeys", 429, func(_ *http.Request, resp *response) {
				resp.status, resp.body = 200, map[string]any{"devices": []any{}}
			}), []string{"listDeviceKeys/429"},
		},
		"rotated twice": {
			spoil("rotateKey", 409, func(_ *http.Request, resp *response) { resp.status = 404 }), []string{"rotateKey/409"},
		},
		"no grace": {
			misread("rotateKey", func(_ *http.Request, body map[string]any) int {
				if seconds, ok := body["grace_seconds"].(float64); ok && seconds == 3600 {
					body["grace_seconds"] = 0
				}
				return 0
			}), []string{"rotateKey/grace"},
		},
		"always grace": {
			misread("rotateKey", func(_ *http.Request, body map[string]any) int {
				if seconds, ok := body["grace_seconds"].(float64); ok && seconds == 0 {
					body["grace_seconds"] = 60
				}
				return 0
			}), []string{"rotateKey/no_grace"},
		},
		"the id of another key": {
			spoil("rotateKey", 200, func(_ *http.Request, resp *response) { resp.body["old_key_id"] = "key_01" }), []string{"rotateKey/old_key_id"},
		},
		"a rotation returns the old key": {rotatingInVain, []string{"rotateKey/old_key_id"}},
		"another prefix": {
			spoil("createKey", 200, func(_ *http.Request, resp *response) { resp.body["details"].(map[string]any)["key_prefix"] = "qai_k_" }), []string{"createKey/prefix"},
		},
		"another prefix in the list": {
			spoil("listKeys", 200, func(_ *http.Request, resp *response) {
				for _, key := range listOf(resp.body) {
					key["key_prefix"] = "qai_k_00000000"
				}
			}), []string{"listKeys/prefix"},
		},
		"the new key isn't listed": {
			spoil("listKeys", 200, func(_ *http.Request, resp *response) {
				list := resp.body["keys"].([]any)
				resp.body["keys"] = slices.DeleteFunc(list, func(key any) bool { return key.(map[string]any)["scope"] == nil })
			}), []string{"createKey/listed", "rotateKey/listed", "createPartnerKey/listed"},
		},
		"a key is listed under another name": {
			spoil("createPartnerKey", 200, func(_ *http.Request, resp *response) { resp.body["details"].(map[string]any)["name"] = "partner" }), []string{"createPartnerKey/listed"},
		},
		"a key doesn't authenticate": {
			spoil("createPartnerKey", 200, func(_ *http.Request, resp *response) {
				key := resp.body["key"].(string)
				resp.body["key"] = key[:20] + strings.Repeat("0", len(key)-20)
			}), []string{"createPartnerKey/authenticates"},
		},
		"a revoked key isn't listed as one": {
			spoil("listKeys", 200, func(_ *http.Request, resp *response) {
				for _, key := range listOf(resp.body) {
					key["revoked"] = false
				}
			}), []string{"revokeKey/listed", "cleanup"},
		},
		"a second revocation fails": {secondRevocationFails, []string{"revokeKey/again"}},
		"a secret in a list":        {secretsIn("listKeys"), []string{"listKeys/no_secret"}},
		"a secret in a usage":       {secretsIn("getKeyUsage"), []string{"getKeyUsage/no_secret"}},
		"a mint is deduplicated":    {deduplicating, []string{"createKey/idempotency_key_ignored"}},
		"a cap of 0 is taken for none": {
			spoil("createKey", 200, func(_ *http.Request, resp *response) {
				if scope, ok := resp.body["details"].(map[string]any)["scope"].(map[string]any); ok && scope["spend_cap_usd"] == 0.0 {
					scope["spend_cap_usd"] = 100
				}
			}), []string{"createKey/zero_cap"},
		},
		"no cap is a cap of 0": {
			spoil("createKey", 200, func(_ *http.Request, resp *response) {
				details := resp.body["details"].(map[string]any)
				if scope, _ := details["scope"].(map[string]any); scope["spend_cap_usd"] == nil {
					details["scope"] = map[string]any{"spend_cap_usd": 0}
				}
			}), []string{"createKey/zero_cap"},
		},
	})
}

// deviation is what is planted, and the rules that find it.
type deviation struct {
	plant func(http.Handler) http.Handler
	found []string
}

func assertFound(t *testing.T, deviations map[string]deviation) {
	t.Helper()
	for name, c := range deviations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGateway(c.plant)
			report := check(t, g.target())
			assert.ElementsMatch(t, c.found, failed(report))
			for _, rule := range failed(report) {
				t.Log(rule, resultOf(t, report, rule))
			}
			assertNothingLeft(t, g)
		})
	}
}

// TestEveryMalformedProperty: a property of a success that is missing or of another type is found by the rule of its operation and status,
// and by no other.
func TestEveryMalformedProperty(t *testing.T) {
	t.Parallel()
	for _, op := range doc().Operations {
		for _, path := range pathsOf(op.Success(), nil) {
			for how, change := range map[string]func(parent map[string]any, name string){
				"missing":      func(parent map[string]any, name string) { delete(parent, name) },
				"another type": func(parent map[string]any, name string) { parent[name] = []any{[]any{1}} },
			} {
				t.Run(op.ID+"/"+strings.Join(path, ".")+" "+how, func(t *testing.T) {
					t.Parallel()
					changed := false
					g := newGateway(spoil(op.ID, 200, func(_ *http.Request, resp *response) {
						changed = at(resp.body, path, change) || changed
					}))
					require.NoError(t, g.mock.Use("key_01", 5))
					g.before = g.mock.Keys()
					report := check(t, g.target())
					if changed {
						assert.Equal(t, []string{op.ID + "/200"}, failed(report))
					}
					assertNothingLeft(t, g)
				})
			}
		}
	}
}

// pathsOf returns the paths of the required properties of a schema, at any depth; "*" is each element of a list.
func pathsOf(schema *openapi3.Schema, within []string) [][]string {
	var paths [][]string
	if schema == nil {
		return nil
	}
	if schema.Items != nil {
		return pathsOf(schema.Items.Value, append(slices.Clip(within), "*"))
	}
	for _, name := range schema.Required {
		path := append(slices.Clip(within), name)
		paths = append(append(paths, path), pathsOf(schema.Properties[name].Value, path)...)
	}
	return paths
}

// at changes the property with a path, and reports whether there is one.
func at(value any, path []string, change func(parent map[string]any, name string)) (changed bool) {
	parent, _ := value.(map[string]any)
	switch list, _ := value.([]any); {
	case path[0] == "*":
		for _, element := range list {
			changed = at(element, path[1:], change) || changed
		}
	case len(path) == 1 && parent != nil:
		change(parent, path[0])
		changed = true
	case parent != nil:
		changed = at(parent[path[0]], path[1:], change)
	}
	return changed
}

// assertNothingLeft: the keys of before are as they were, and all others are revoked.
func assertNothingLeft(t *testing.T, g *gateway) {
	t.Helper()
	assert.Equal(t, g.before, g.mock.Keys()[:len(g.before)], "a key that isn't the run's was changed")
	assert.Empty(t, live(g), "a key is left")
}

// live returns the ids of the keys of a run that aren't revoked.
func live(g *gateway) (ids []string) {
	for _, key := range g.mock.Keys()[len(g.before):] {
		if !key.Revoked {
			ids = append(ids, key.ID)
		}
	}
	return ids
}

// check runs the suite against a target. No result has the credential or the secret of a key.
func check(t *testing.T, target conformance.Target) *conformance.Report {
	t.Helper()
	report, err := conformance.Check(t.Context(), target, ignore)
	require.NoError(t, err)
	encoded, err := json.Marshal(report)
	require.NoError(t, err)
	assert.NotContains(t, string(encoded), target.APIKey)
	assert.NotRegexp(t, `qai_(k|eph)_[0-9a-f]{20}`, string(encoded))
	return report
}

// minted remembers the secrets that a gateway returned, by the ids of their keys.
type minted struct {
	mu      sync.Mutex
	secrets map[string]string
}

func (m *minted) remember(next http.Handler) http.Handler {
	m.secrets = map[string]string{}
	note := func(_ *http.Request, resp *response) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.secrets[resp.body["details"].(map[string]any)["id"].(string)] = resp.body["key"].(string)
	}
	for _, id := range []string{"createKey", "createPartnerKey", "rotateKey"} {
		next = spoil(id, 200, note)(next)
	}
	return next
}

// deadKeysWork lets revoked keys do everything.
func deadKeysWork(next http.Handler) http.Handler {
	var m minted
	dead := map[string]bool{}
	return spoil("revokeKey", 200, func(r *http.Request, _ *response) {
		dead[m.secrets[strings.TrimPrefix(r.URL.Path, "/qai/v1/keys/")]] = true
	})(misread("", func(r *http.Request, _ map[string]any) int {
		if dead[r.Header.Get("X-Api-Key")] {
			asMaster(r)
		}
		return 0
	})(m.remember(next)))
}

func secondRevocationFails(next http.Handler) http.Handler {
	done := map[string]bool{}
	return spoil("revokeKey", 200, func(r *http.Request, resp *response) {
		if done[r.URL.Path] {
			resp.status = 409
		}
		done[r.URL.Path] = true
	})(next)
}

// secretsIn adds secrets to the responses of an operation.
func secretsIn(id string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		var m minted
		return spoil(id, 200, func(_ *http.Request, resp *response) { resp.body["debug"] = fmt.Sprint(m.secrets) })(m.remember(next))
	}
}

// rotatingInVain returns the old key instead of the new one.
func rotatingInVain(next http.Handler) http.Handler {
	var m minted
	return spoil("rotateKey", 200, func(r *http.Request, resp *response) {
		id := strings.Split(r.URL.Path, "/")[4]
		resp.body["key"], resp.body["details"].(map[string]any)["id"] = m.secrets[id], id
		delete(resp.body["details"].(map[string]any), "key_prefix")
	})(m.remember(next))
}

// deduplicating responds to a repeated Idempotency-Key of createKey with the first response.
func deduplicating(next http.Handler) http.Handler {
	first := map[string]map[string]any{}
	return spoil("createKey", 200, func(r *http.Request, resp *response) {
		if key := r.Header.Get("Idempotency-Key"); key != "" {
			if first[key] == nil {
				first[key] = resp.body
			}
			resp.body = first[key]
		}
	})(next)
}
