package document_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/qaikeys/qaikeys"
	"github.com/qaikeys/qaikeys/wrapper/document"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var ignore = func(string, bool) {}

var load = sync.OnceValues(func() (*document.Document, error) { return document.Load(qaikeys.OpenAPI) })

func operation(t *testing.T, id string) *document.Operation {
	t.Helper()
	doc, err := load()
	require.NoError(t, err)
	op := doc.Operation(id)
	require.NotNil(t, op)
	return op
}

func headers() http.Header {
	return http.Header{"Content-Type": {"application/json"}, "X-Qai-Request-Id": {"req_1"}}
}

// filler is elements of a list that is larger than MaxBody.
var filler = strings.Repeat(`{"id":"key_01","name":"`+strings.Repeat("n", 100_000)+`"},`, 11)

// large is a list that is larger than MaxBody.
func large(last string) string { return `{"keys":[` + filler + last + `]}` }

// TestListsOfAnySizeAreJudgedAlike tests that each violation of an element is found in a list that is validated as a whole and in one that
// isn't, and is described in the same words.
func TestListsOfAnySizeAreJudgedAlike(t *testing.T) {
	t.Parallel()
	op := operation(t, "listKeys")
	items := op.Success().Properties["keys"].Value.Items.Value
	good := map[string]any{"id": "key_01", "name": "ci", "scope": []any{1}}
	found := 0
	for _, broken := range document.Breakages(items) {
		element := maps.Clone(good)
		element[broken.Property] = broken.Value
		if broken.Absent {
			delete(element, broken.Property)
		}
		var value any = element
		if broken.Property == "" {
			value = broken.Value
		}
		text, err := json.Marshal(value)
		require.NoError(t, err)
		small := op.JudgeResponse(t.Context(), 200, headers(), strings.NewReader(`{"keys":[`+string(text)+`]}`), ignore)
		streamed := op.JudgeResponse(t.Context(), 200, headers(), strings.NewReader(`{"keys":[`+string(text)+","+filler+`{}]}`), ignore)
		assert.NotEmpty(t, small.Violation, "%+v", broken)
		assert.Equal(t, small, streamed)
		found++
	}
	assert.Greater(t, found, 20)
	assert.Equal(t, document.Verdict{}, op.JudgeResponse(t.Context(), 200, headers(), strings.NewReader(large(`{"id":"x","name":""}`)), ignore))
}

// TestJudgeRequest: either credential is enough, and none isn't; what a body says is judged, not how it is encoded.
func TestJudgeRequest(t *testing.T) {
	t.Parallel()
	op := operation(t, "createKey")
	judge := func(header, encoding string, body []byte) document.Verdict {
		r, err := http.NewRequestWithContext(t.Context(), op.Method, "http://gateway.test"+op.Path, http.NoBody)
		require.NoError(t, err)
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Content-Encoding", encoding)
		return op.JudgeRequest(r, nil, body, ignore)
	}
	none := document.Verdict{Violation: "there is no credential in X-API-Key or Authorization"}
	for header, want := range map[string]document.Verdict{"X-API-Key: qai_x": {}, "Authorization: Bearer qai_x": {}, "Authorization: bearer qai_x": {}, "Authorization: Bear": none, "Authorization: Basic x": none, "X-Other: qai_x": none} {
		assert.Equal(t, want, judge(header, "", []byte(`{"name":"ci"}`)), header)
	}
	for _, c := range []struct {
		encoding, body string
		want           document.Verdict
	}{
		{"", `{"name":5}`, document.Verdict{Violation: "name: value must be a string"}},
		{"", `{"name":"ci","spend_cap_usd":1e400}`, document.Verdict{Violation: "spend_cap_usd: the number is out of range"}},
		{"", `{"name":"ci","name":"ci"}`, document.Verdict{Violation: "the body isn't JSON, or has a property twice"}},
		{"", `{"name":`, document.Verdict{Violation: "the body ends early or can't be decoded"}},
		{"", "", document.Verdict{Violation: "the body is missing"}},
		{"gzip", zipped(`{"name":"ci"}`), document.Verdict{}},
		{"gzip", zipped(`{"name":5}`), document.Verdict{Violation: "name: value must be a string"}},
		{"gzip", `{"name":"ci"}`, document.Verdict{Violation: "the body ends early or can't be decoded"}},
		{"zstd", "x", document.Verdict{Unchecked: `the body has the Content-Encoding "zstd"`}},
	} {
		assert.Equal(t, c.want, judge("X-API-Key: qai_x", c.encoding, []byte(c.body)), "%s %q", c.encoding, c.body)
	}
	assert.Equal(t, document.Verdict{Unchecked: "the body is larger than 1048576 bytes"}, judge("X-API-Key: qai_x", "", nil))
}

// zipped is a text in gzip.
func zipped(text string) string {
	var b strings.Builder
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.String()
}

func TestJudgeResponse(t *testing.T) {
	t.Parallel()
	with := func(name, value string) http.Header {
		header := headers()
		header.Set(name, value)
		return header
	}
	element := `{"id":"x","name":"` + strings.Repeat("n", 3*document.MaxBody) + `"}`
	const early, notJSON = "the body ends early or can't be decoded", "the body isn't JSON, or has a property twice"
	const tooLarge = "the body is larger than 1048576 bytes, and isn't a list of smaller elements"
	for name, c := range map[string]struct {
		operation string
		status    int
		header    http.Header
		body      string
		want      document.Verdict
	}{
		"a list":                     {"listKeys", 200, headers(), `{"keys":[]}`, document.Verdict{}},
		"null":                       {"listKeys", 200, headers(), `{"keys":null}`, document.Verdict{}},
		"another type":               {"listKeys", 200, with("Content-Type", "text/css"), `{"keys":[]}`, document.Verdict{Violation: `the Content-Type "text/css" isn't documented`}},
		"of a large list":            {"listKeys", 200, with("Content-Type", "text/css"), large("{}"), document.Verdict{Violation: `the Content-Type "text/css" isn't documented`}},
		"another status":             {"listKeys", 418, headers(), `{"keys":[]}`, document.Verdict{Violation: "the status 418 isn't documented"}},
		"with a large body":          {"listKeys", 301, headers(), large("{}"), document.Verdict{Violation: "the status 301 isn't documented"}},
		"a missing header":           {"listKeys", 200, http.Header{"Content-Type": {"application/json"}}, `{"keys":[]}`, document.Verdict{Violation: `response header "X-QAI-Request-Id" missing`}},
		"before a bad body":          {"revokeKey", 200, http.Header{"Content-Type": {"application/json"}}, `{}`, document.Verdict{Violation: `response header "X-QAI-Request-Id" missing`}},
		"of a large list, too":       {"listKeys", 200, http.Header{"Content-Type": {"application/json"}}, large(`{"id":"x","name":"n"}`), document.Verdict{Violation: `response header "X-QAI-Request-Id" missing`}},
		"a property twice":           {"listKeys", 200, headers(), `{"keys":[],"keys":[]}`, document.Verdict{Violation: notJSON}},
		"in a large list":            {"listKeys", 200, headers(), large(`{"id":"x","name":"n","name":"m"}`), document.Verdict{Violation: notJSON}},
		"behind a large list":        {"listKeys", 200, headers(), large(`{"id":"x","name":"n"}`) + "{}", document.Verdict{Violation: notJSON}},
		"a large list that ends":     {"listKeys", 200, headers(), large(""), document.Verdict{Violation: notJSON}},
		"a large list that's cut":    {"listKeys", 200, headers(), large(`{"id":"x","name":"n"}`)[:1_080_000], document.Verdict{Violation: early}},
		"a large array":              {"listKeys", 200, headers(), "[" + strings.Repeat("1,", document.MaxBody) + "1]", document.Verdict{Unchecked: tooLarge}},
		"a large element":            {"listKeys", 200, headers(), large(element), document.Verdict{Unchecked: tooLarge}},
		"much space":                 {"listKeys", 200, headers(), large(strings.Repeat(" ", 3*document.MaxBody)), document.Verdict{Unchecked: tooLarge}},
		"a large rest":               {"listKeys", 200, headers(), `{"x":` + element + `,"keys":[]}`, document.Verdict{Unchecked: tooLarge}},
		"a large object":             {"createKey", 200, headers(), element, document.Verdict{Unchecked: tooLarge}},
		"two lists, one of them bad": {"getKeyUsage", 200, headers(), `{"days":[],"total_cost_usd":0,"models":[` + strings.Repeat(`{"model":"m","requests":1,"cost_usd":0},`, 40_000) + `{}]}`, document.Verdict{Violation: `models.40000.model: property is missing`}},
		"an unknown encoding":        {"listKeys", 200, with("Content-Encoding", "br"), "x", document.Verdict{Unchecked: `the body has the Content-Encoding "br"`}},
		"not the encoding":           {"listKeys", 200, with("Content-Encoding", "gzip"), `{"keys":[]}`, document.Verdict{Violation: early}},
		"a missing property":         {"revokeKey", 200, headers(), `{}`, document.Verdict{Violation: `status: property is missing`}},
		"another value":              {"revokeKey", 200, headers(), `{"status":{"qai_k_0":1}}`, document.Verdict{Violation: "status: value must be a string"}},
		"another body":               {"revokeKey", 200, headers(), `["qai_k_0"]`, document.Verdict{Violation: "value must be an object"}},
		"no body":                    {"revokeKey", 200, headers(), ``, document.Verdict{Violation: early}},
		"no day":                     {"getKeyUsage", 200, headers(), `{"total_cost_usd":0,"models":[],"days":[{"day":"2026-02-31","requests":1,"cost_usd":0}]}`, document.Verdict{Violation: `days.0.day: string doesn't match the format "date"`}},
		"html from a proxy":          {"listKeys", 502, with("Content-Type", "text/html"), `<html>`, document.Verdict{}},
		"large html from a proxy":    {"listKeys", 502, with("Content-Type", "text/html"), strings.Repeat("<html>", document.MaxBody), document.Verdict{Unchecked: tooLarge}},
	} {
		assert.Equal(t, c.want, operation(t, c.operation).JudgeResponse(t.Context(), c.status, c.header, iotest.HalfReader(strings.NewReader(c.body)), ignore), name)
		if c.header.Get("Content-Encoding") == "" && !strings.Contains(name, "cut") {
			header := c.header.Clone()
			header.Set("Content-Encoding", "gzip")
			assert.Equal(t, c.want, operation(t, c.operation).JudgeResponse(t.Context(), c.status, header, strings.NewReader(zipped(c.body)), ignore), "%s, compressed", name)
		}
	}
}

func TestSeen(t *testing.T) {
	t.Parallel()
	known, unknown := map[string]bool{}, map[string]bool{}
	seen := func(name string, documented bool) {
		if documented {
			known[name] = true
		} else {
			unknown[name] = true
		}
	}
	element := `{"id":"x","name":"n","scope":{"region":1},"created_at":null,"later":{"deep":1}}`
	for _, body := range []string{`{"keys":[` + element + `],"more":null}`, large(element)[:len(large(element))-1] + `,"more":null}`} {
		clear(known)
		clear(unknown)
		assert.Equal(t, document.Verdict{}, operation(t, "listKeys").JudgeResponse(t.Context(), 200, headers(), strings.NewReader(body), seen))
		assert.Equal(t, []string{"KeyDetails.id", "KeyDetails.name", "KeyDetails.scope", "KeyList.keys"}, slices.Sorted(maps.Keys(known)))
		assert.Equal(t, []string{"KeyDetails.later", "KeyList.more"}, slices.Sorted(maps.Keys(unknown)))
	}
	clear(known)
	clear(unknown)
	operation(t, "listKeys").JudgeResponse(t.Context(), 401, headers(), strings.NewReader(`{"error":{"code":"c","hint":"h"},"trace":1}`), seen)
	assert.Equal(t, []string{"ErrorDetails.code", "NestedError.error"}, slices.Sorted(maps.Keys(known)))
	assert.Equal(t, []string{"Error.trace", "ErrorDetails.hint"}, slices.Sorted(maps.Keys(unknown)))
}

// TestIntegersOf64Bits: what doesn't fit in 64 bits is found, however it is written and whatever it is in.
func TestIntegersOf64Bits(t *testing.T) {
	t.Parallel()
	for number, fits := range map[string]bool{
		"0": true, "-0": true, "1e3": true, "1.0": true, "0e999999999": true, "9223372036854775807": true, "-9223372036854775808": true,
		"9223372036854775808": false, "-9223372036854775809": false, "9.223372036854775808e18": false, "1e30": false, "1e999999999": false,
		strings.Repeat("9", 100_000): false, "1.5": false,
	} {
		key := `{"id":"x","name":"n","spent_ticks":` + number + `}`
		for _, c := range [][2]string{
			{"listKeys", `{"keys":[` + key + `]}`}, {"listKeys", large(key)}, {"createKey", `{"key":"qai_k_` + strings.Repeat("0", 64) + `","details":` + key + `}`},
		} {
			v := operation(t, c[0]).JudgeResponse(t.Context(), 200, headers(), strings.NewReader(c[1]), ignore)
			assert.Equal(t, fits, v.Violation == "", "%.30s in %s: %v", number, c[0], v)
		}
	}
}
