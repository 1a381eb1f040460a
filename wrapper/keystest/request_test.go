package keystest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/qaikeys/qaikeys"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestARefusedRequestChangesNothingAndNamesTheField(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	for body, c := range map[string]struct{ code, says string }{
		``:                                     {"invalid_json", "isn't JSON"},
		`{`:                                    {"invalid_json", "isn't JSON"},
		`{"name":"a"} {}`:                      {"invalid_json", "isn't JSON"},
		`null`:                                 {"invalid_request", "not nullable"},
		`[]`:                                   {"invalid_request", "object"},
		`{}`:                                   {"invalid_request", "name"},
		`{"name":5}`:                           {"invalid_request", "name: "},
		`{"name":null}`:                        {"invalid_request", "name: "},
		`{"name":"a","endpoints":"chat"}`:      {"invalid_request", "endpoints: "},
		`{"name":"a","endpoints":["a",5]}`:     {"invalid_request", "endpoints.1: "},
		`{"name":"a","spend_cap_usd":"5"}`:     {"invalid_request", "spend_cap_usd: "},
		`{"name":"a","spend_cap_usd":1e400}`:   {"invalid_request", "spend_cap_usd: "},
		`{"name":"a","rate_limit":1.5}`:        {"invalid_request", "rate_limit: "},
		`{"name":"a","rate_limit":2147483648}`: {"invalid_request", "rate_limit: "},
		`{"name":"a","rate_limit":null}`:       {"invalid_request", "rate_limit: "},
		`{"name":"a","colour":"red"}`:          {"invalid_request", "colour"},
		`{"name":"a","Name":"b"}`:              {"invalid_request", "Name"},
		strings.Repeat(" ", 1<<20) + `{"name":""}`: {"invalid_request", "larger than 1048576 bytes"},
		strings.Repeat(`[`, 100_000):               {"invalid_json", "isn't JSON"},
	} {
		resp, response := send(t, mock, "POST", "/qai/v1/keys", body, "X-API-Key: "+mock.APIKey)
		name := body[:min(len(body), 50)]
		assert.Equal(t, 400, resp.StatusCode, name)
		assert.Contains(t, response, `"code":"`+c.code+`"`, name)
		assert.Contains(t, strings.ReplaceAll(response, `\"`, ``), c.says, name)
	}
	resp, response := send(t, mock, "POST", "/qai/v1/keys", `{"name":"a"}`, "X-API-Key: "+mock.APIKey, "Content-Type: text/plain")
	assert.Equal(t, 200, resp.StatusCode, "the first Content-Type counts: %s", response)
	mock.Reset()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, mock.URL+"/qai/v1/keys", strings.NewReader(`{"name":"a"}`))
	require.NoError(t, err)
	req.Header.Set("X-API-Key", mock.APIKey)
	resp, err = http.DefaultClient.Do(req)
	require.NoError(t, err)
	_ = resp.Body.Close()
	assert.Equal(t, 400, resp.StatusCode, "no Content-Type")
	assert.Empty(t, mock.Keys())
}

// TestANumberThatDoesNotFitItsType is refused in the words of JSON: that the mock reads it into a type of Go is nothing to the client.
func TestANumberThatDoesNotFitItsType(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithTier("internal"), keystest.WithKeys(1))
	for _, c := range []struct{ path, body, field string }{
		{"/qai/v1/keys", `{"name":"a","rate_limit":60.0}`, "rate_limit"},
		{"/qai/v1/keys", `{"name":"a","rate_limit":6e1}`, "rate_limit"},
		{"/qai/v1/keys/partner", `{"partner_id":"p","partner_ref":"r","rate_limit":6e1}`, "rate_limit"},
		{"/qai/v1/keys/ephemeral", `{"ttl":60.0}`, "ttl"},
		{"/qai/v1/keys/key_01/rotate", `{"grace_seconds":9223372036854775808}`, "grace_seconds"},
	} {
		resp, response := send(t, mock, "POST", c.path, c.body, "X-API-Key: "+mock.APIKey)
		assert.Equal(t, 400, resp.StatusCode, c.body)
		assert.Contains(t, response, `"code":"invalid_request"`, c.body)
		assert.Equal(t, c.field+": it isn't a whole number that fits, or has a point or an exponent", last(mock).Error, c.body)
	}
	assert.Len(t, mock.Keys(), 1)
}

// TestARefusalIsShort: a request that is refused for a long name doesn't get it back.
func TestARefusalIsShort(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	long := strings.Repeat("x", 170_000)
	for _, body := range []string{`{"name":"a","` + long + `":1}`, `{"name":"a","` + long + `":1,"` + long + `":1}`} {
		resp, response := send(t, mock, "POST", "/qai/v1/keys", body, "X-API-Key: "+mock.APIKey)
		assert.Equal(t, 400, resp.StatusCode)
		assert.Less(t, len(response), 2<<10)
		assert.Contains(t, response, "more bytes]")
		var failed struct{ Error struct{ Message string } }
		require.NoError(t, json.Unmarshal([]byte(response), &failed))
		assert.Equal(t, last(mock).Error, failed.Error.Message, "the journal has the same")
	}
	resp, response := send(t, mock, "GET", "/qai/v1/keys", "", "X-API-Key: "+mock.APIKey, "X-Mock-Fault: status="+long)
	assert.Equal(t, 400, resp.StatusCode)
	assert.Less(t, len(response), 2<<10)
	_, response = send(t, mock, "GET", "/qai/v1/keys", "", "X-API-Key: "+mock.APIKey, "X-Mock-Fault: status=503;message="+long)
	assert.Contains(t, response, long, "a message that was asked for is sent as it is")
}

// TestTheContentTypeToSend: curl's default is a form.
func TestTheContentTypeToSend(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	for _, contentType := range []string{"application/x-www-form-urlencoded", ""} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, mock.URL+"/qai/v1/keys", strings.NewReader(`{"name":"a"}`))
		require.NoError(t, err)
		req.Header = http.Header{"X-Api-Key": {mock.APIKey}, "Content-Type": {contentType}}
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		_ = resp.Body.Close()
		assert.Equal(t, 400, resp.StatusCode, contentType)
		assert.Equal(t, "Content-Type: send application/json", last(mock).Error, contentType)
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	for request, want := range map[string]string{
		"GET /":                   "404",
		"GET /qai/v1/other":       "404",
		"GET /qai/v1/keys/":       "404",
		"GET /qai/v1//keys":       "404",
		"DELETE /qai/v1/keys/..":  "404",
		"DELETE /qai/v1/keys/a/b": "404",
		"DELETE /qai/v1/keys%2Fa": "404",
	} {
		method, path, _ := strings.Cut(request, " ")
		resp, body := send(t, mock, method, path, "")
		assert.Equal(t, want, strings.TrimSpace(strconv.Itoa(resp.StatusCode)+" "+resp.Header.Get("Allow")), request)
		assert.Contains(t, body, `"message"`, request)
		assert.NotEmpty(t, resp.Header.Get("X-QAI-Request-Id"), request)
	}
	noPath := httptest.NewRecorder()
	mock.ServeHTTP(noPath, httptest.NewRequestWithContext(t.Context(), http.MethodOptions, "*", nil))
	assert.Equal(t, http.StatusNotFound, noPath.Code)
	// One with a character that isn't encoded, though it has to be, isn't another path.
	mock.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodDelete, "/qai/v1/keys%2Fa^", nil))
	for _, entry := range mock.Requests() {
		assert.Empty(t, entry.Operation)
		assert.NotEmpty(t, entry.Error)
	}
}

// TestMethodsThatAPathDoesNotHave tries every method on every path of the document. A path that is spelled out comes before a template
// whatever the method, also if it is percent-encoded (RFC 3986, 6.2.2.2).
func TestMethodsThatAPathDoesNotHave(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(qaikeys.OpenAPI)
	require.NoError(t, err)
	mock := keystest.NewServer(t)
	for template, item := range doc.Paths.Map() {
		operations := item.Operations()
		allowed := strings.Join(slices.Sorted(maps.Keys(operations)), ", ")
		path := strings.ReplaceAll(template, "{id}", "key_01")
		last := strings.LastIndexByte(path, '/') + 1
		for _, path := range []string{path, fmt.Sprintf("%s%%%02x%s", path[:last], path[last], path[last+1:])} {
			for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY", "get"} {
				resp, body := send(t, mock, method, path, "")
				requests := mock.Requests()
				entry := requests[len(requests)-1]
				if op := operations[method]; op != nil {
					assert.Equal(t, op.OperationID, entry.Operation, "%s %s", method, path)
					continue
				}
				assert.Equal(t, http.StatusMethodNotAllowed, resp.StatusCode, "%s %s", method, path)
				assert.Equal(t, allowed, resp.Header.Get("Allow"), "%s %s", method, path)
				assert.Equal(t, method != "HEAD", strings.Contains(body, `"message"`), "%s %s", method, path)
				assert.Empty(t, entry.Operation, "%s %s", method, path)
			}
		}
	}
}

// TestTheIDsThatArePaths: a key whose id is the name of a path can be rotated and has a usage, but can't be revoked.
func TestTheIDsThatArePaths(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	for _, id := range []string{"devices", "ephemeral", "partner"} {
		_, err := mock.Client().Usage(t.Context(), id)
		require.ErrorIs(t, err, keys.ErrNotFound, id)
		_, err = mock.Client().Rotate(t.Context(), id, keys.RotateParams{})
		require.ErrorIs(t, err, keys.ErrNotFound, id)
		_, err = mock.Client().Revoke(t.Context(), id)
		failed, ok := errors.AsType[*keys.Error](err)
		require.True(t, ok, "%s: %v", id, err)
		assert.Equal(t, http.StatusMethodNotAllowed, failed.StatusCode, id)
	}
}

func TestIDsArriveAsTheyAre(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	for _, id := range []string{"a/b", "a b", "50%", "a\nb", "ключ", "..."} {
		_, err := mock.Client().Revoke(t.Context(), id)
		require.ErrorIs(t, err, keys.ErrNotFound, id)
		requests := mock.Requests()
		assert.Equal(t, "revokeKey", requests[len(requests)-1].Operation, id)
	}
	before := len(mock.Requests())
	_, err := mock.Client().Revoke(t.Context(), "..")
	require.ErrorIs(t, err, keys.ErrInvalidArgument)
	assert.Len(t, mock.Requests(), before)
}

func TestABodyThatIsCutOffIsRefused(t *testing.T) {
	t.Parallel()
	mock := keystest.NewHandler(keystest.WithAPIKey("qai_account"))
	r := httptest.NewRequest(http.MethodPost, "/qai/v1/keys", io.MultiReader(strings.NewReader(`{"name":"a"}`), failing{}))
	r.Header.Set("X-API-Key", "qai_account")
	w := httptest.NewRecorder()
	mock.ServeHTTP(w, r)
	assert.Equal(t, 400, w.Code)
	assert.Empty(t, mock.Keys())
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("lost") }
