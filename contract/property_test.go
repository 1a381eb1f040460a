package contract_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"
	openapi_types "github.com/oapi-codegen/runtime/types"
	"github.com/qaikeys/qaikeys/types"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// meaning returns what a value means to a program that knows the schema: absent, null and the default are the same, unknown
// properties are ignored, and a time is an instant.
func meaning(schema *openapi3.Schema, value any) any {
	switch {
	case schema.Type == nil:
		return normal(encode(value))
	case schema.Type.Is("object"):
		known := map[string]any{}
		body, _ := value.(object) // An absent or null one has nothing but zeros.
		for name, property := range schema.Properties {
			known[name] = meaning(property.Value, body.get(name))
		}
		if values := schema.AdditionalProperties.Schema; values != nil { // A map.
			for _, m := range body {
				known[m.name] = meaning(values.Value, m.value)
			}
		}
		return known
	case schema.Type.Is("array"):
		elements := []any{}
		items, _ := value.([]any)
		for _, item := range items {
			elements = append(elements, meaning(schema.Items.Value, item))
		}
		return elements
	case schema.Format == "date-time":
		text, _ := value.(string)
		instant, _ := time.Parse(time.RFC3339Nano, text)
		return instant.UTC()
	case value != nil:
		return value
	case schema.Format == "date":
		return time.Time{}.Format(time.DateOnly)
	}
	return map[string]any{"string": "", "integer": int64(0), "number": 0.0, "boolean": false}[schema.Type.Slice()[0]]
}

// normal decodes any JSON, with its numbers as they are written. Empty input is null.
func normal(raw []byte) any {
	if len(raw) == 0 {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return err
	}
	return value
}

// told returns the meaning of what the client returned.
func told(v reflect.Value) any {
	switch value := v.Interface().(type) {
	case types.Secret:
		return value.Reveal()
	case time.Time:
		return value.UTC()
	case openapi_types.Date:
		return value.Format(time.DateOnly)
	case types.JSON:
		return normal(value)
	}
	switch v.Kind() { //nolint:exhaustive // Those that the generated types have.
	case reflect.Pointer:
		return told(v.Elem())
	case reflect.Struct:
		known := map[string]any{}
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			known[name] = told(v.Field(i))
		}
		return known
	case reflect.Map:
		known := map[string]any{}
		for name, value := range v.Seq2() {
			known[name.String()] = told(value)
		}
		return known
	case reflect.Slice:
		elements := []any{}
		for i := range v.Len() {
			elements = append(elements, told(v.Index(i)))
		}
		return elements
	case reflect.Int, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.String: // An enumeration has a type of its own.
		return v.String()
	}
	return v.Interface()
}

// roundTrip is a RoundTripper.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// responding responds to every request with a status and a body.
func responding(status int, body []byte) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(body)), Request: r,
		}, nil
	}
}

// reaching sends requests to a handler in this process.
func reaching(h http.Handler) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		recorder := httptest.NewRecorder()
		served := r.Clone(r.Context())
		if served.Body == nil {
			served.Body = http.NoBody
		}
		h.ServeHTTP(recorder, served)
		return recorder.Result(), nil
	}
}

// newClient returns a client without retries that sends through transport.
func newClient(t require.TestingT, transport http.RoundTripper, apiKey string) *keys.Client {
	c, err := keys.New(apiKey, keys.WithHTTPClient(&http.Client{Transport: transport}), keys.WithRetry(keys.RetryPolicy{}))
	require.NoError(t, err)
	return c
}

// TestAnyResponseComesOut: whatever body of a success the document allows, the client returns what it says.
func TestAnyResponseComesOut(t *testing.T) {
	t.Parallel()
	for _, op := range callable(t) {
		schema := op.Success()
		if schema == nil {
			continue // There is nothing to read.
		}
		t.Run(op.ID, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				body := draw(t, schema)
				encoded := encode(body)
				require.NoError(t, schema.VisitJSON(normal(encoded)), "the generator made what the document doesn't allow")
				ctx, cancel := deadline(t)
				defer cancel()
				got, err := op.Call(ctx, newClient(t, responding(http.StatusOK, encoded), "qai_test"), op.Arguments())
				require.NoError(t, err, "%s", encoded)
				require.Equal(t, returned(meaning(schema, body), got), told(reflect.ValueOf(got)), "%s", encoded)
			})
		})
	}
}

// returned returns what a method returns of a body: only the list, if the method returns a list.
func returned(body, got any) any {
	known, ok := body.(map[string]any)
	if reflect.TypeOf(got).Kind() != reflect.Slice || !ok {
		return body
	}
	for name, value := range known {
		list, isList := value.([]any)
		if !isList {
			return "the method returns only the list: return " + name + " of the response, too"
		}
		body = list
	}
	return body
}

// deadline returns a context for one check of a property, so that one that hangs fails.
func deadline(t *rapid.T) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), 10*time.Second)
}

// TestAnyErrorComesOut: whatever error the document allows, the client returns its status, code and message.
func TestAnyErrorComesOut(t *testing.T) {
	t.Parallel()
	for _, op := range callable(t) {
		t.Run(op.ID, func(t *testing.T) {
			t.Parallel()
			statuses := slices.DeleteFunc(slices.Sorted(maps.Keys(op.Responses.Map())), func(status string) bool { _, err := strconv.Atoi(status); return status < "400" || err != nil })
			rapid.Check(t, func(t *rapid.T) {
				status, err := strconv.Atoi(rapid.SampledFrom(statuses).Draw(t, "status"))
				require.NoError(t, err)
				body := draw(t, op.Responses.Status(status).Value.Content["application/json"].Schema.Value).(object)
				encoded := encode(body)
				ctx, cancel := deadline(t)
				defer cancel()
				_, err = op.Call(ctx, newClient(t, responding(status, encoded), "qai_test"), op.Arguments())
				failure, ok := errors.AsType[*keys.Error](err)
				require.True(t, ok, "%v", err)
				code, kind, message := errorOf(body)
				if code == "" {
					code = http.StatusText(status)
				}
				require.Equal(t, []any{op.ID, status, shown(code), shown(kind), shown(message)}, []any{failure.Operation, failure.StatusCode, failure.Code, failure.Type, failure.Message}, "%s", encoded)
			})
		})
	}
}

// errorOf reads an error's code, type and message as the document tells to.
func errorOf(body object) (code, kind, message string) {
	nested, ok := body.get("error").(object)
	if !ok {
		code, _ = body.get("error").(string)
		message, _ = body.get("message").(string)
		return code, "", message
	}
	kind, _ = nested.get("type").(string)
	code, _ = nested.get("code").(string)
	message, _ = nested.get("message").(string)
	return cmp.Or(code, kind), kind, message
}

// shown returns a text of an error as it is printed: on one line.
func shown(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
}

// ofAnyBody checks a property of any body that the document allows, for each operation that has one.
func ofAnyBody(t *testing.T, property func(t *rapid.T, op operation, schema *openapi3.Schema, body object)) {
	t.Helper()
	for _, op := range callable(t) {
		if schema := op.Request(); schema != nil {
			t.Run(op.ID, func(t *testing.T) {
				t.Parallel()
				rapid.Check(t, func(t *rapid.T) { property(t, op, schema, draw(t, schema).(object)) })
			})
		}
	}
}

// request sends a body to a mock without a client.
func request(mock *keystest.Handler, op operation, body []byte) *httptest.ResponseRecorder {
	r := httptest.NewRequest(op.Method, op.Target(nil), bytes.NewReader(body))
	r.Header.Set("X-Api-Key", mock.APIKey)
	r.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	mock.ServeHTTP(recorder, r)
	return recorder
}

// TestAnyRequestIsTaken: whatever request the document allows, the client sends what it means, and the mock and kin-openapi accept it. The
// client refuses only an empty name where a name is required, and a text that isn't one of those that the document names.
func TestAnyRequestIsTaken(t *testing.T) {
	t.Parallel()
	j := newJudge(t)
	ofAnyBody(t, func(t *rapid.T, op operation, schema *openapi3.Schema, body object) {
		mock := newHandler(t)
		var sent []byte
		watching := roundTrip(func(r *http.Request) (*http.Response, error) {
			sent, _ = io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(sent))
			return j.watch(t, reaching(mock)).RoundTrip(r)
		})
		ctx, cancel := deadline(t)
		defer cancel()
		_, err := op.Call(ctx, newClient(t, watching, mock.APIKey), op.ArgumentsWith(encode(body)))
		want, sendable := requested(schema, encode(body))
		if !sendable || slices.Contains(schema.Required, "name") && body.get("name") == "" {
			require.ErrorIs(t, err, keys.ErrInvalidArgument, "%s: a lost key is found by its name, and the gateway drops a text that the document doesn't name", encode(body))
			require.Empty(t, sent)
			return
		}
		require.NoError(t, err, "%s", encode(body))
		named, _ := requested(schema, sent) // A name or an alias of it, as the gateway takes both.
		require.Equal(t, want, named, "%s", sent)
	})
}

// requested returns what the client sends for a body: the same without optional strings that are empty, and with the name of what has
// several. It reports false if a text isn't one of those that the document names.
func requested(schema *openapi3.Schema, encoded []byte) (sent map[string]any, sendable bool) {
	sent = normal(encoded).(map[string]any)
	for name, property := range schema.Properties {
		text, given := sent[name].(string)
		switch {
		case !given || !isText(property.Value):
		case text == "" && !slices.Contains(schema.Required, name):
			delete(sent, name)
		case len(property.Value.AnyOf) > 0:
			alias := any(strings.ToLower(strings.TrimSpace(text)))
			named := slices.IndexFunc(property.Value.AnyOf, func(part *openapi3.SchemaRef) bool { return slices.Contains(part.Value.Enum, alias) })
			if named < 0 {
				return nil, false
			}
			sent[name] = property.Value.AnyOf[named].Value.Enum[0]
		}
	}
	return sent, true
}

// isText reports whether a schema is a string, or any of some strings.
func isText(schema *openapi3.Schema) bool {
	notText := func(part *openapi3.SchemaRef) bool { return !isText(part.Value) }
	return schema.Type.Is("string") || len(schema.AnyOf) > 0 && !slices.ContainsFunc(schema.AnyOf, notText)
}

// newHandler returns what newMock does, without a server.
func newHandler(t require.TestingT) *keystest.Handler {
	h := keystest.NewHandler(keystest.WithKeys(3), keystest.WithTier("internal"), keystest.WithResponsesValidated())
	require.NoError(t, h.Use("key_01", 5))
	return h
}

// TestUnknownPropertiesAreIgnored: a lenient mock does for any request with unknown properties what a strict one does without them, and
// records which they are. It refuses what else is wrong.
func TestUnknownPropertiesAreIgnored(t *testing.T) {
	t.Parallel()
	ofAnyBody(t, func(t *rapid.T, op operation, schema *openapi3.Schema, body object) {
		send := func(body any, opts ...keystest.Option) (string, *keystest.Handler) {
			clock := keystest.WithClock(func() time.Time { return time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC) })
			mock := keystest.NewHandler(append(opts, clock, keystest.WithSeed(1), keystest.WithKeys(3), keystest.WithTier("internal"))...)
			recorder := request(mock, op, encode(body))
			return strconv.Itoa(recorder.Code) + recorder.Body.String(), mock
		}
		want, strict := send(body)
		padded, unknown := body, []string{}
		for range rapid.IntRange(1, 3).Draw(t, "unknown") {
			name := drawUnknownName(t, schema)
			padded, unknown = padded.with(name, drawAnything(t, 2)), append(unknown, name)
		}
		got, lenient := send(rapid.Permutation(padded).Draw(t, "order"), keystest.WithLenientRequests())
		require.Equal(t, want, got)
		require.Equal(t, strict.Keys(), lenient.Keys())
		slices.Sort(unknown)
		ignored := slices.Concat(strict.Requests()[0].Ignored, slices.Compact(unknown))
		require.Equal(t, ignored, lenient.Requests()[0].Ignored)
		for _, broken := range breakages(t, schema, body) {
			response, _ := send(broken.value, keystest.WithLenientRequests())
			require.Equal(t, broken.what != "unknown", strings.HasPrefix(response, "400"), "%s: %s", broken.what, encode(broken.value))
		}
	})
}

// TestNoBrokenRequestIsTaken: the mock and kin-openapi refuse a request that breaks one constraint of the document, the mock
// names the property, and nothing changes.
func TestNoBrokenRequestIsTaken(t *testing.T) {
	t.Parallel()
	ofAnyBody(t, func(t *rapid.T, op operation, schema *openapi3.Schema, body object) {
		mock := newHandler(t)
		before := mock.Keys()
		for _, broken := range breakages(t, schema, body) {
			encoded := encode(broken.value)
			require.Error(t, schema.VisitJSON(normal(encoded)), "%s: %s: %s", broken.what, broken.field, encoded)
			recorder := request(mock, op, encoded)
			require.Equal(t, http.StatusBadRequest, recorder.Code, "%s: %s: %s", broken.what, broken.field, encoded)
			require.Contains(t, recorder.Body.String(), broken.field, "%s: %s", broken.what, encoded)
			require.Equal(t, before, mock.Keys(), "%s: %s: %s", broken.what, broken.field, encoded)
		}
		require.NotEmpty(t, mock.Requests())
	})
}
