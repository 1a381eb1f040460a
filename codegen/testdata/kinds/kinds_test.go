// Package kinds sends one request of each kind that kinds.yaml has, from the generated client to the generated server. It is
// built in a module of its own, beside the code that is generated from kinds.yaml.
package kinds

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/oapi-codegen/nullable"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/kinds/client"
	"example.com/kinds/server"
)

// What strings are made of. The comments of kinds.yaml say which characters a style can't carry.
const (
	plain    = "a1ü ~_-!*()$"
	anything = plain + `/?#%&+=;:@,.|[]{}<>'"\%2F`
	part     = plain + "/?#%&+:@'%2F" // No delimiter of any style, save the space.
	ascii    = "a1 ~_-!*()$/?#%&+=:@,.|[]{}<>'%2F"
)

// calls are all calls, without their values. A scalar is a parameter or a body that is a string; parts are the strings of an
// array or of an object.
var calls = []struct {
	call          client.Call
	scalar, parts string
}{
	{&client.SimplePathCall{}, anything, part},
	{&client.LabelPathCall{}, part, part},
	{&client.MatrixPathCall{}, part, part},
	{&client.NamesCall{}, anything, anything},
	{&client.FormQueryCall{}, anything, anything},
	{&client.JoinedQueryCall{}, anything, part},
	{&client.FormObjectCall{}, anything, anything},
	{&client.DelimitedQueryCall{}, anything, strings.ReplaceAll(part, " ", "")},
	{&client.DeepObjectQueryCall{}, anything, anything},
	{&client.SimpleHeadersCall{}, anything, part},
	{&client.FormCookiesCall{}, ascii, strings.ReplaceAll(part, "ü", "")},
	{&client.JSONParametersCall{}, anything, anything},
	{&client.TextParametersCall{}, anything, anything},
	{&client.JSONBodyCall{}, anything, anything},
	{&client.OptionalBodyCall{}, anything, anything},
	{&client.MergePatchWithApplicationMergePatchPlusJSONBodyCall{}, anything, anything},
	{&client.FormBodyWithFormdataBodyCall{}, anything, anything},
	{&client.TextBodyWithTextBodyCall{}, anything, anything},
	{&client.OptionalTextBodyWithTextBodyCall{}, anything, anything},
	{&client.SeveralBodiesCall{}, anything, anything},
	{&client.SeveralBodiesWithApplicationMergePatchPlusJSONBodyCall{}, anything, anything},
	{&client.SeveralBodiesWithFormdataBodyCall{}, anything, anything},
	{&client.SeveralBodiesWithTextBodyCall{}, anything, anything},
}

func TestEverythingArrives(t *testing.T) {
	t.Parallel()
	for _, test := range calls {
		name := reflect.TypeOf(test.call).Elem().Name()
		t.Run(name+" with all", func(t *testing.T) {
			t.Parallel()
			fill(t, reflect.ValueOf(test.call).Elem(), values{test.scalar, test.parts, true})
			assertArrives(t, test.call)
		})
		t.Run(name+" with what is required", func(t *testing.T) {
			t.Parallel()
			call := reflect.New(reflect.TypeOf(test.call).Elem())
			fill(t, call.Elem(), values{test.scalar, test.parts, false})
			assertArrives(t, call.Interface().(client.Call))
		})
	}
}

func TestNullArrives(t *testing.T) {
	t.Parallel()
	assertArrives(t, &client.MergePatchWithApplicationMergePatchPlusJSONBodyCall{Body: client.Patch{
		Name: nullable.NewNullNullable[string](), Limit: nullable.NewNullNullable[int](), Tags: nullable.NewNullNullable[[]string](),
	}})
	assertArrives(t, &client.MergePatchWithApplicationMergePatchPlusJSONBodyCall{Body: client.Patch{
		Name: nullable.NewNullableWithValue(""), Limit: nullable.NewNullableWithValue(0), Tags: nullable.NewNullableWithValue([]string{}),
	}})
}

func TestZeroArrives(t *testing.T) {
	t.Parallel()
	text, count, flag := "", 0, false
	var count32 int32
	assertArrives(t, &client.FormQueryCall{Params: &client.FormQueryParams{
		List: []string{""}, Count: count32, Flag: &flag, OddName: &text, Numbers: []float32{0},
	}})
	assertArrives(t, &client.SimpleHeadersCall{Params: &client.SimpleHeadersParams{XText: "a", XList: []string{"a"}, XCount: &count, XFlag: &flag}})
	assertArrives(t, &client.FormBodyWithFormdataBodyCall{Body: client.Form{List: []string{""}, Count: &count, Flag: &flag}})
	assertArrives(t, &client.DeepObjectQueryCall{Params: &client.DeepObjectQueryParams{
		Filter: client.Everything{Flag: &flag}, Sort: &client.Sort{Descending: &flag},
	}})
}

// TestEmptyArrayIsNotSent: "list=" would be an array with an empty string.
func TestEmptyArrayIsNotSent(t *testing.T) {
	t.Parallel()
	call := client.FormQueryCall{Params: &client.FormQueryParams{Numbers: []float32{}}}
	req, err := call.NewRequest(t.Context(), &url.URL{Scheme: "http", Host: "localhost"})
	require.NoError(t, err)
	assert.NotContains(t, req.URL.Query(), "list")
	assert.NotContains(t, req.URL.Query(), "numbers[]")
}

func TestBytesArrive(t *testing.T) {
	t.Parallel()
	body := "\x00\xff" + anything
	for _, call := range []client.Call{
		client.OctetBodyWithBodyCall{ContentType: "application/octet-stream", Body: strings.NewReader(body)},
		client.SeveralBodiesWithBodyCall{ContentType: "application/octet-stream", Body: strings.NewReader(body)},
	} {
		assert.Equal(t, body, send(t, call).bytes)
	}
}

func TestMultipartArrives(t *testing.T) {
	t.Parallel()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	require.NoError(t, form.WriteField("name", anything))
	require.NoError(t, form.Close())
	got := send(t, client.MultipartBodyWithBodyCall{ContentType: form.FormDataContentType(), Body: &body})
	assert.Equal(t, anything, got.bytes)
}

func TestResponses(t *testing.T) {
	t.Parallel()
	assert.Equal(t, http.StatusNoContent, send(t, client.OptionalBodyCall{}).status)
	got := send(t, client.TextBodyWithTextBodyCall{Body: anything})
	assert.Equal(t, http.StatusOK, got.status)
	assert.Equal(t, anything, got.text)
}

// TestQueryAndCookiesAreWellFormed looks at what proxies and other servers see.
func TestQueryAndCookiesAreWellFormed(t *testing.T) {
	t.Parallel()
	for _, test := range calls {
		call := reflect.New(reflect.TypeOf(test.call).Elem())
		fill(t, call.Elem(), values{test.scalar, test.parts, true})
		req, err := call.Interface().(client.Call).NewRequest(t.Context(), &url.URL{Scheme: "http", Host: "localhost"})
		require.NoError(t, err)
		assert.NotContains(t, req.URL.RequestURI(), " ")
		assert.NotContains(t, req.URL.RequestURI(), "|")
		assert.LessOrEqual(t, len(req.Header.Values("Cookie")), 1)
	}
}

// TestFormHasDates: the generated server can't read them, others can.
func TestFormHasDates(t *testing.T) {
	t.Parallel()
	req, err := client.DatesWithFormdataBodyCall{Body: client.Dates{Moment: moment, Bytes: []byte("a"), Color: client.DeepBlue}}.
		NewRequest(t.Context(), &url.URL{Scheme: "http", Host: "localhost"})
	require.NoError(t, err)
	body, err := io.ReadAll(req.Body)
	require.NoError(t, err)
	form, err := url.ParseQuery(string(body))
	require.NoError(t, err)
	assert.Equal(t, url.Values{"moment": {moment.Format(time.RFC3339Nano)}, "bytes": {"YQ=="}, "color": {"deep blue"}}, form)
}

// TestCookieThatCannotBeSent: net/http would leave the character out.
func TestCookieThatCannotBeSent(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`a"b`, "a;b", `a\b`, "ü", "a\nb"} {
		_, err := client.FormCookiesCall{Params: &client.FormCookiesParams{Text: text}}.NewRequest(t.Context(), &url.URL{})
		assert.ErrorContains(t, err, "cookie text: ", "%q", text)
	}
}

var moment = time.Date(2026, 9, 1, 12, 34, 56, 789000000, time.FixedZone("", 2*60*60))

// values says what a call is filled with.
type values struct {
	scalar, parts string
	optional      bool // Also what may be left out.
}

// fill sets all fields, at any depth.
func fill(t *testing.T, v reflect.Value, with values) {
	t.Helper()
	if _, isEnum := v.Type().MethodByName("Valid"); isEnum && v.Kind() == reflect.String {
		v.SetString("deep blue")
		return
	}
	switch value := v.Addr().Interface().(type) {
	case *time.Time:
		*value = moment
		return
	case *[]byte:
		*value = []byte{0, 0xfb, 0xff, 'a'}
		return
	}
	inner := with
	inner.scalar = with.parts
	switch v.Kind() {
	case reflect.String:
		v.SetString(with.scalar)
	case reflect.Int32:
		v.SetInt(-12)
	case reflect.Int, reflect.Int64:
		v.SetInt(-1234567890123)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(-1.5)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Array: // A UUID.
		reflect.Copy(v, reflect.ValueOf([]byte("0123456789abcdef")))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), with)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(t, v.Index(0), inner)
		fill(t, v.Index(1), inner)
	case reflect.Map: // A nullable.Nullable has the key true where it has a value.
		key, element := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(t, element, inner)
		if key.Kind() == reflect.Bool {
			key.SetBool(true)
		} else {
			key.SetString(plain)
		}
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, element)
	case reflect.Struct:
		_, isCall := v.Addr().Interface().(client.Call)
		if day := v.FieldByName("Time"); day.IsValid() { // A date.
			day.Set(reflect.ValueOf(time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)))
			return
		}
		if !isCall && !strings.HasSuffix(v.Type().Name(), "Params") {
			with = inner
		}
		for i := range v.NumField() {
			field := v.Type().Field(i)
			optional := strings.Contains(field.Tag.Get("json"), ",omit") || isCall && field.Name == "Body" && field.Type.Kind() == reflect.Pointer
			if !optional || with.optional {
				fill(t, v.Field(i), with)
			}
		}
	default:
		t.Fatalf("no value for a %s", v.Type())
	}
}

// received is what the server got, and what came back.
type received struct {
	request any
	bytes   string
	status  int
	text    string
}

// assertArrives sends a call and compares what the server gets. Both sides' values are alike as JSON.
func assertArrives(t *testing.T, call client.Call) {
	t.Helper()
	got := reflect.ValueOf(send(t, call).request)
	arrived := map[string]any{}
	for i := range got.NumField() {
		name, field := got.Type().Field(i).Name, got.Field(i)
		if strings.HasSuffix(name, "Body") { // One for each content type.
			if field.IsNil() {
				continue
			}
			name = "Body"
		}
		arrived[name] = field.Interface()
	}
	sent := map[string]any{}
	for v, i := reflect.Indirect(reflect.ValueOf(call)), 0; i < v.NumField(); i++ {
		if field := v.Field(i); field.Kind() != reflect.Pointer || !field.IsNil() {
			sent[v.Type().Field(i).Name] = field.Interface()
		}
	}
	want, err := json.MarshalIndent(sent, "", "  ")
	require.NoError(t, err)
	have, err := json.MarshalIndent(arrived, "", "  ")
	require.NoError(t, err)
	assert.Equal(t, string(want), string(have))
}

// send sends a call to a server of its own.
func send(t *testing.T, call client.Call) received {
	t.Helper()
	var got received
	record := func(next server.StrictHandlerFunc, _ string) server.StrictHandlerFunc {
		return func(ctx context.Context, w http.ResponseWriter, r *http.Request, request any) (any, error) {
			got.request = request
			return next(ctx, w, r, request)
		}
	}
	handler := server.NewStrictHandler(&api{got: &got}, []server.StrictMiddlewareFunc{record})
	target := httptest.NewServer(server.Handler(handler))
	defer target.Close()
	base, err := url.Parse(target.URL)
	require.NoError(t, err)
	req, err := call.NewRequest(t.Context(), base)
	require.NoError(t, err)
	resp, err := target.Client().Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Less(t, resp.StatusCode, 300, "%s %s\n%v\n%s", req.Method, req.URL, req.Header, body)
	got.status, got.text = resp.StatusCode, string(body)
	return got
}

// api implements the generated server.
type api struct{ got *received }

func (*api) SimplePath(context.Context, server.SimplePathRequestObject) (server.SimplePathResponseObject, error) {
	return server.SimplePath204Response{}, nil
}

func (*api) LabelPath(context.Context, server.LabelPathRequestObject) (server.LabelPathResponseObject, error) {
	return server.LabelPath204Response{}, nil
}

func (*api) MatrixPath(context.Context, server.MatrixPathRequestObject) (server.MatrixPathResponseObject, error) {
	return server.MatrixPath204Response{}, nil
}

func (*api) Names(context.Context, server.NamesRequestObject) (server.NamesResponseObject, error) {
	return server.Names204Response{}, nil
}

func (*api) FormQuery(context.Context, server.FormQueryRequestObject) (server.FormQueryResponseObject, error) {
	return server.FormQuery204Response{}, nil
}

func (*api) JoinedQuery(context.Context, server.JoinedQueryRequestObject) (server.JoinedQueryResponseObject, error) {
	return server.JoinedQuery204Response{}, nil
}

func (*api) FormObject(context.Context, server.FormObjectRequestObject) (server.FormObjectResponseObject, error) {
	return server.FormObject204Response{}, nil
}

func (*api) DelimitedQuery(context.Context, server.DelimitedQueryRequestObject) (server.DelimitedQueryResponseObject, error) {
	return server.DelimitedQuery204Response{}, nil
}

func (*api) DeepObjectQuery(context.Context, server.DeepObjectQueryRequestObject) (server.DeepObjectQueryResponseObject, error) {
	return server.DeepObjectQuery204Response{}, nil
}

func (*api) SimpleHeaders(context.Context, server.SimpleHeadersRequestObject) (server.SimpleHeadersResponseObject, error) {
	return server.SimpleHeaders204Response{}, nil
}

func (*api) FormCookies(context.Context, server.FormCookiesRequestObject) (server.FormCookiesResponseObject, error) {
	return server.FormCookies204Response{}, nil
}

func (*api) JSONParameters(context.Context, server.JSONParametersRequestObject) (server.JSONParametersResponseObject, error) {
	return server.JSONParameters204Response{}, nil
}

func (*api) TextParameters(context.Context, server.TextParametersRequestObject) (server.TextParametersResponseObject, error) {
	return server.TextParameters204Response{}, nil
}

func (*api) JSONBody(context.Context, server.JSONBodyRequestObject) (server.JSONBodyResponseObject, error) {
	return server.JSONBody204Response{}, nil
}

func (*api) OptionalBody(context.Context, server.OptionalBodyRequestObject) (server.OptionalBodyResponseObject, error) {
	return server.OptionalBody204Response{}, nil
}

func (*api) MergePatch(context.Context, server.MergePatchRequestObject) (server.MergePatchResponseObject, error) {
	return server.MergePatch204Response{}, nil
}

func (*api) FormBody(context.Context, server.FormBodyRequestObject) (server.FormBodyResponseObject, error) {
	return server.FormBody204Response{}, nil
}

func (*api) OptionalTextBody(context.Context, server.OptionalTextBodyRequestObject) (server.OptionalTextBodyResponseObject, error) {
	return server.OptionalTextBody204Response{}, nil
}

func (a *api) SeveralBodies(_ context.Context, request server.SeveralBodiesRequestObject) (server.SeveralBodiesResponseObject, error) {
	if request.Body == nil {
		return server.SeveralBodies204Response{}, nil
	}
	body, err := io.ReadAll(request.Body)
	a.got.bytes = string(body)
	return server.SeveralBodies204Response{}, err
}

func (a *api) OctetBody(_ context.Context, request server.OctetBodyRequestObject) (server.OctetBodyResponseObject, error) {
	body, err := io.ReadAll(request.Body)
	a.got.bytes = string(body)
	return server.OctetBody204Response{}, err
}

func (a *api) MultipartBody(_ context.Context, request server.MultipartBodyRequestObject) (server.MultipartBodyResponseObject, error) {
	field, err := request.Body.NextPart()
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(field)
	a.got.bytes = string(body)
	return server.MultipartBody204Response{}, err
}

func (*api) Dates(context.Context, server.DatesRequestObject) (server.DatesResponseObject, error) {
	return server.Dates204Response{}, nil
}

func (*api) TextBody(_ context.Context, request server.TextBodyRequestObject) (server.TextBodyResponseObject, error) {
	return server.TextBody200TextResponse(*request.Body), nil
}
