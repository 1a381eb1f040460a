package contract_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/qaikeys/qaikeys/wrapper/document"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// These tests hold the client's method of every operation to the document. A new operation is tested by them as soon as
// Methods has it.

// fixedResponse is a transport that responds to each request with a body, and keeps the requests and their bodies.
type fixedResponse struct {
	body     []byte
	requests []*http.Request
	bodies   [][]byte
}

func (f *fixedResponse) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		_ = r.Body.Close()
	}
	f.requests, f.bodies = append(f.requests, r), append(f.bodies, body)
	return responding(http.StatusOK, f.body).RoundTrip(r)
}

// succeed is a transport that responds with the document's example of a success, which has every property.
func succeed(op operation) *fixedResponse {
	if op.Success() == nil {
		return &fixedResponse{}
	}
	return &fixedResponse{body: encode(document.Example(op.Success()))}
}

// refused calls an operation with arguments that the client must refuse before it sends anything.
func refused(t *testing.T, op operation, args []any, why string) {
	t.Helper()
	transport := succeed(op)
	_, err := op.Call(t.Context(), newClient(t, transport, "qai_test"), args)
	assert.ErrorIs(t, err, keys.ErrInvalidArgument, "%s: %s must be refused", op.ID, why)
	assert.Empty(t, transport.requests, "%s: %s was sent", op.ID, why)
}

func TestIDsThatCannotBeSentAreRefused(t *testing.T) {
	t.Parallel()
	for _, op := range callable(t) {
		for i, name := range op.PathNames() {
			for why, id := range map[string]string{
				"the empty text": "", "a dot": ".", "two dots": "..", "the text of a key": wireSecret, "invalid UTF-8": "\xff",
			} {
				args := op.Arguments()
				if _, isText := args[i].(string); isText {
					args[i] = id
					refused(t, op, args, name+" as "+why)
				}
			}
		}
	}
}

// TestWhatJSONCannotCarryIsRefused sets each text of a call's arguments to invalid UTF-8 and each number to NaN and infinity.
func TestWhatJSONCannotCarryIsRefused(t *testing.T) {
	t.Parallel()
	tried := 0
	for _, op := range callable(t) {
		for i := range op.Arguments() {
			for n := 0; ; n++ { // The n-th leaf of the argument.
				found := false
				for _, bad := range []any{"\xff", math.NaN(), math.Inf(1), math.Inf(-1)} {
					args := op.Arguments()
					arg := reflect.New(reflect.TypeOf(args[i])).Elem()
					arg.Set(reflect.ValueOf(args[i]))
					where, count := "", n
					changed := spoilLeaf(arg, &count, reflect.ValueOf(bad), &where)
					found = found || count < 0
					if changed {
						args[i] = arg.Interface()
						refused(t, op, args, fmt.Sprintf("argument %d%s set to %q", i+1, where, fmt.Sprint(bad)))
						tried++
					}
				}
				if !found {
					break
				}
			}
		}
	}
	assert.Greater(t, tried, len(callable(t)), "hardly anything was tried")
}

// spoilLeaf sets the leaf of v that *count counts down to, where it has the kind of bad. *count is negative once it was met.
func spoilLeaf(v reflect.Value, count *int, bad reflect.Value, where *string) (changed bool) {
	switch v.Kind() { //nolint:exhaustive // The others are leaves.
	case reflect.Pointer:
		if v.IsNil() {
			return false
		}
		own := reflect.New(v.Type().Elem())
		own.Elem().Set(v.Elem())
		v.Set(own)
		return spoilLeaf(v.Elem(), count, bad, where)
	case reflect.Slice:
		v.Set(reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, v.Len()), v))
		for i := range v.Len() {
			if changed = spoilLeaf(v.Index(i), count, bad, where); *count < 0 {
				return changed
			}
		}
		return false
	case reflect.Map:
		for _, key := range v.MapKeys() {
			element := reflect.New(v.Type().Elem()).Elem()
			element.Set(v.MapIndex(key))
			if changed = spoilLeaf(element, count, bad, where); *count < 0 {
				own := reflect.MakeMap(v.Type())
				own.SetMapIndex(key, element)
				v.Set(own)
				return changed
			}
		}
		return false
	case reflect.Struct:
		for i := range v.NumField() {
			if !v.Type().Field(i).IsExported() {
				continue
			}
			if changed = spoilLeaf(v.Field(i), count, bad, where); *count < 0 {
				*where = "." + v.Type().Field(i).Name + *where
				return changed
			}
		}
		return false
	}
	if *count--; *count >= 0 || v.Kind() != bad.Kind() {
		return false
	}
	v.Set(bad.Convert(v.Type()))
	return true
}

// TestEveryParameterAndPropertyIsSent compares what each method sends with the document's examples, which it is called with.
func TestEveryParameterAndPropertyIsSent(t *testing.T) {
	t.Parallel()
	for _, op := range callable(t) {
		t.Run(op.ID, func(t *testing.T) {
			t.Parallel()
			transport := succeed(op)
			client, err := keys.New("qai_test", keys.WithHTTPClient(&http.Client{Transport: transport}), keys.WithApp("contract"))
			require.NoError(t, err)
			_, err = op.Call(t.Context(), client, op.Arguments())
			require.NoError(t, err)
			require.Len(t, transport.requests, 1)
			r, body := transport.requests[0], transport.bodies[0]

			assert.Equal(t, op.Method, r.Method)
			assert.Equal(t, op.Target(nil), r.URL.EscapedPath())
			assert.Equal(t, "qai_test", r.Header.Get("X-API-Key"))
			assert.Equal(t, "Bearer qai_test", r.Header.Get("Authorization"))
			for _, param := range op.Params {
				name, want := param.Value.Name, styled(op.Example(param.Value.Name))
				var sent []string
				switch param.Value.In {
				case openapi3.ParameterInQuery:
					sent = r.URL.Query()[name]
				case openapi3.ParameterInCookie:
					if cookie, err := r.Cookie(name); err == nil {
						sent = []string{cookie.Value}
					}
				case openapi3.ParameterInHeader:
					sent = r.Header.Values(name)
				}
				plain := param.Value.Style == "" && param.Value.Schema != nil && want != nil
				if name == "X-Quantum-App" || param.Value.In == openapi3.ParameterInPath { // The client's own, and seen in the path.
					continue
				}
				assert.True(t, len(sent) > 0 || !plain, "%s never sends the parameter %s: take it in the method and pass it on in Params of its Call", op.ID, name)
				if len(sent) > 0 && plain && param.Value.In == openapi3.ParameterInQuery {
					assert.Equal(t, want, sent, "%s doesn't send what it was called with as %s", op.ID, name)
				}
				if len(sent) > 0 && plain && len(want) == 1 {
					assert.Equal(t, want, sent, "%s doesn't send what it was called with as %s", op.ID, name)
				}
			}
			if want := op.Body(); want != nil {
				assert.JSONEq(t, string(want), string(body), "%s doesn't send the whole example of its request", op.ID)
				assert.Equal(t, "application/json", r.Header.Get("Content-Type"))
			} else {
				assert.Empty(t, body)
			}
			declared := slices.ContainsFunc(op.Params, func(p *openapi3.ParameterRef) bool { return p.Value.Name == "X-Quantum-App" })
			assert.Equal(t, declared, r.Header.Get("X-Quantum-App") == "contract", "%s: X-Quantum-App is sent where the document declares it, and nowhere else", op.ID)
		})
	}
}

// styled returns the texts of a value in the default style of a query: each element of an array is one. An object has none here.
func styled(value any) []string {
	switch value := value.(type) {
	case map[string]any, nil:
		return nil
	case []any:
		var texts []string
		for _, element := range value {
			texts = append(texts, fmt.Sprint(element))
		}
		return texts
	}
	return []string{fmt.Sprint(value)}
}

// TestIDsAreSentAsTheyAre: whatever an id is made of, it is one segment of the path.
func TestIDsAreSentAsTheyAre(t *testing.T) {
	t.Parallel()
	const id = " a/b %é "
	for _, op := range callable(t) {
		for i := range op.PathNames() {
			args := op.Arguments()
			if _, isText := args[i].(string); !isText {
				continue
			}
			args[i] = id
			transport := succeed(op)
			_, err := op.Call(t.Context(), newClient(t, transport, "qai_test"), args)
			require.NoError(t, err, op.ID)
			assert.Contains(t, transport.requests[0].URL.EscapedPath(), "/"+url.PathEscape(id), "%s changes an id", op.ID)
		}
	}
}

// TestALostMintTellsWhatToLookFor: what Orphans needs to know is in the error.
func TestALostMintTellsWhatToLookFor(t *testing.T) {
	t.Parallel()
	for _, op := range callable(t) {
		if _, mints := op.Mints(); !mints {
			continue
		}
		lost := roundTrip(func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF })
		_, err := op.Call(t.Context(), newClient(t, lost, "qai_test"), op.Arguments())
		unknown, ok := errors.AsType[*keys.OutcomeUnknownError](err)
		require.True(t, ok, "%s: %v", op.ID, err)
		assert.Equal(t, op.ID, unknown.Operation)
		assert.False(t, unknown.Started.IsZero(), op.ID)
		if schema := op.Request(); schema != nil && schema.Properties["name"] != nil {
			assert.Equal(t, schema.Properties["name"].Value.Example, unknown.Name, "%s: give newMint the name of the request as Pending.Name", op.ID)
		}
		if names := op.PathNames(); len(names) > 0 {
			assert.Equal(t, op.Example(names[0]), unknown.ID, "%s: give newMint the id of the path as Pending.ID", op.ID)
		}
	}
}

// TestWhatIsRequiredOfAResponseIsChecked takes each required property out of a success, at any depth, and sets it to null and to a
// value of another type. That fails, but for a mint whose secret and id are there.
func TestWhatIsRequiredOfAResponseIsChecked(t *testing.T) {
	t.Parallel()
	for _, op := range callable(t) {
		if op.Success() == nil {
			continue
		}
		t.Run(op.ID, func(t *testing.T) {
			t.Parallel()
			secret, mints := op.Mints()
			anything := func(name string) bool {
				property := op.Success().Properties[name]
				return property != nil && property.Value.Type == nil && !isText(property.Value)
			}
			for _, path := range requiredPaths(op.Success(), nil) {
				for how, change := range map[string]func(parent map[string]any, name string, nullable bool) bool{
					"missing": func(parent map[string]any, name string, _ bool) bool { delete(parent, name); return true },
					"null":    func(parent map[string]any, name string, nullable bool) bool { parent[name] = nil; return !nullable },
					"another type": func(parent map[string]any, name string, _ bool) bool {
						if _, isObject := parent[name].(map[string]any); isObject {
							parent[name] = "text"
						} else {
							parent[name] = map[string]any{"": "x"}
						}
						return !anything(name)
					},
				} {
					body := normal(encode(document.Example(op.Success())))
					mustFail, needed := false, false
					at(body, op.Success(), path, func(parent map[string]any, name string, property *openapi3.Schema) {
						mustFail, needed = change(parent, name, property.Nullable), essential(property)
					})
					var meta keys.Meta
					value, err := op.Call(t.Context(), newClient(t, responding(http.StatusOK, encode(body)), "qai_test"), op.Arguments(), keys.CaptureMeta(&meta))
					where := strings.Join(path, ".")
					if !mustFail {
						assert.NoError(t, err, "%s: %s may be %s", op.ID, where, how)
						assert.NoError(t, meta.Malformed, "%s: %s may be %s", op.ID, where, how)
						continue
					}
					if mints && !needed {
						require.NoError(t, err, "%s: %s is %s, and the mint's secret and id are there", op.ID, where, how)
						err = meta.Malformed
					}
					require.ErrorIs(t, err, keys.ErrDecode, "%s: %s is %s, and the client doesn't tell", op.ID, where, how)
					if how != "another type" { // There the error may tell where alone.
						assert.ErrorContains(t, err, path[len(path)-1], "the error has to name what is %s", how)
					}
					failure, _ := errors.AsType[*keys.DecodeError](err)
					switch {
					case !mints:
						assert.NotErrorIs(t, err, keys.ErrOutcomeUnknown)
					case where == secret:
						assert.ErrorIs(t, err, keys.ErrOutcomeUnknown, "%s: a mint without a readable secret", op.ID)
						assert.Nil(t, value)
					default:
						require.NotNil(t, value, "%s: %s is %s, and the secret is lost", op.ID, where, how)
						want := normal(encode(document.Example(op.Success()))).(map[string]any)[secret]
						assert.Equal(t, want, told(reflect.ValueOf(value)).(map[string]any)[secret], "%s: %s is %s, and the secret is lost", op.ID, where, how)
						assert.Equal(t, needed, failure.Created != nil, "%s: %s is %s: a DecodeError of the call has the secret in Created", op.ID, where, how)
					}
				}
			}
		})
	}
}

// requiredPaths returns the path of each required property of a schema, at any depth; "*" stands for each element of an array. A
// schema inside of itself isn't followed.
func requiredPaths(schema *openapi3.Schema, within []*openapi3.Schema) [][]string {
	if slices.Contains(within, schema) {
		return nil
	}
	within = append(slices.Clip(within), schema)
	if schema.Items != nil {
		return prefixed("*", requiredPaths(schema.Items.Value, within))
	}
	var paths [][]string
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		if slices.Contains(schema.Required, name) {
			paths = append(paths, []string{name})
		}
		paths = append(paths, prefixed(name, requiredPaths(schema.Properties[name].Value, within))...)
	}
	return paths
}

func prefixed(name string, paths [][]string) [][]string {
	for i := range paths {
		paths[i] = append([]string{name}, paths[i]...)
	}
	return paths
}

// at calls change with the object that has the property at path in value, its name and its schema.
func at(value any, schema *openapi3.Schema, path []string, change func(parent map[string]any, name string, property *openapi3.Schema)) {
	switch {
	case path[0] == "*":
		at(value.([]any)[0], schema.Items.Value, path[1:], change)
	case len(path) == 1:
		change(value.(map[string]any), path[0], schema.Properties[path[0]].Value)
	default:
		at(value.(map[string]any)[path[0]], schema.Properties[path[0]].Value, path[1:], change)
	}
}

// TestTheExamplesAreWholeResponses: what the tests above change is what the document allows.
func TestTheExamplesAreWholeResponses(t *testing.T) {
	t.Parallel()
	for _, op := range callable(t) {
		if op.Success() == nil {
			continue
		}
		example := encode(document.Example(op.Success()))
		require.NoError(t, op.Success().VisitJSON(normal(example)), op.ID)
		assert.True(t, json.Valid(bytes.TrimSpace(example)))
	}
}
