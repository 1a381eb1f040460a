package document_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/qaikeys/qaikeys"
	"github.com/qaikeys/qaikeys/wrapper/document"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var ignore = func(string, bool) {}

func operation(t *testing.T, id string) *document.Operation {
	t.Helper()
	doc, err := document.Load(qaikeys.OpenAPI)
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
		small := op.JudgeResponse(200, headers(), strings.NewReader(`{"keys":[`+string(text)+`]}`), ignore)
		streamed := op.JudgeResponse(200, headers(), strings.NewReader(`{"keys":[`+string(text)+","+filler+`{}]}`), ignore)
		assert.NotEmpty(t, small.Violation, "%+v", broken)
		assert.Equal(t, small, streamed)
		found++
	}
	assert.Greater(t, found, 20)
	assert.Equal(t, document.Verdict{}, op.JudgeResponse(200, headers(), strings.NewReader(large(`{"id":"x","name":""}`)), ignore))
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
	const tooLarge = "the body is larger than 1048576 bytes, and so is a part of it"
	for name, c := range map[string]struct {
		operation string
		status    int
		header    http.Header
		body      string
		want      document.Verdict
	}{
		"a list":                     {"listKeys", 200, headers(), `{"keys":[]}`, document.Verdict{}},
		"null":                       {"listKeys", 200, headers(), `{"keys":null}`, document.Verdict{}},
		"another type":               {"listKeys", 200, with("Content-Type", "text/css"), `{"keys":[]}`, document.Verdict{Violation: `response header Content-Type has unexpected value: "text/css"`}},
		"of a large list":            {"listKeys", 200, with("Content-Type", "text/css"), large("{}"), document.Verdict{Violation: `the Content-Type "text/css" isn't documented`, Unchecked: "the body is larger than 1048576 bytes"}},
		"another status":             {"listKeys", 418, headers(), `{"keys":[]}`, document.Verdict{Violation: "the status 418 isn't documented"}},
		"with a large body":          {"listKeys", 301, headers(), large("{}"), document.Verdict{Violation: "the status 301 isn't documented", Unchecked: "the body is larger than 1048576 bytes"}},
		"a missing header":           {"listKeys", 200, http.Header{"Content-Type": {"application/json"}}, `{"keys":[]}`, document.Verdict{Violation: `response header "X-QAI-Request-Id" missing`}},
		"of a large list, too":       {"listKeys", 200, http.Header{"Content-Type": {"application/json"}}, large(`{"id":"x","name":"n"}`), document.Verdict{Violation: `response header "X-QAI-Request-Id" missing`}},
		"a property twice":           {"listKeys", 200, headers(), `{"keys":[],"keys":[]}`, document.Verdict{Violation: notJSON}},
		"in a large list":            {"listKeys", 200, headers(), large(`{"id":"x","name":"n","name":"m"}`), document.Verdict{Violation: notJSON}},
		"behind a large list":        {"listKeys", 200, headers(), large(`{"id":"x","name":"n"}`) + "{}", document.Verdict{Violation: notJSON}},
		"a large list that ends":     {"listKeys", 200, headers(), large(""), document.Verdict{Violation: notJSON}},
		"a large list that's cut":    {"listKeys", 200, headers(), large(`{"id":"x","name":"n"}`)[:1_080_000], document.Verdict{Violation: early}},
		"a large array":              {"listKeys", 200, headers(), "[" + strings.Repeat("1,", document.MaxBody) + "1]", document.Verdict{Violation: "the body isn't an object"}},
		"a large element":            {"listKeys", 200, headers(), large(element), document.Verdict{Unchecked: tooLarge}},
		"much space":                 {"listKeys", 200, headers(), large(strings.Repeat(" ", 3*document.MaxBody)), document.Verdict{Unchecked: tooLarge}},
		"a large rest":               {"listKeys", 200, headers(), `{"x":` + element + `,"keys":[]}`, document.Verdict{Unchecked: tooLarge}},
		"a large object":             {"createKey", 200, headers(), element, document.Verdict{Unchecked: "the body is larger than 1048576 bytes"}},
		"two lists, one of them bad": {"getKeyUsage", 200, headers(), `{"days":[],"total_cost_usd":0,"models":[` + strings.Repeat(`{"model":"m","requests":1,"cost_usd":0},`, 40_000) + `{}]}`, document.Verdict{Violation: `models.40000.model: property "model" is missing`}},
		"an unknown encoding":        {"listKeys", 200, with("Content-Encoding", "br"), "x", document.Verdict{Unchecked: `the body has the Content-Encoding "br"`}},
		"not the encoding":           {"listKeys", 200, with("Content-Encoding", "gzip"), `{"keys":[]}`, document.Verdict{Violation: early}},
		"html from a proxy":          {"listKeys", 502, with("Content-Type", "text/html"), `<html>`, document.Verdict{}},
		"large html from a proxy":    {"listKeys", 502, with("Content-Type", "text/html"), strings.Repeat("<html>", document.MaxBody), document.Verdict{Unchecked: "the body is larger than 1048576 bytes"}},
	} {
		assert.Equal(t, c.want, operation(t, c.operation).JudgeResponse(c.status, c.header, iotest.HalfReader(strings.NewReader(c.body)), ignore), name)
		if c.header.Get("Content-Encoding") == "" && !strings.Contains(name, "cut") {
			var zipped bytes.Buffer
			w := gzip.NewWriter(&zipped)
			_, _ = io.WriteString(w, c.body)
			_ = w.Close()
			header := c.header.Clone()
			header.Set("Content-Encoding", "gzip")
			assert.Equal(t, c.want, operation(t, c.operation).JudgeResponse(c.status, header, &zipped, ignore), "%s, compressed", name)
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
		assert.Equal(t, document.Verdict{}, operation(t, "listKeys").JudgeResponse(200, headers(), strings.NewReader(body), seen))
		assert.Equal(t, []string{"KeyDetails.id", "KeyDetails.name", "KeyDetails.scope", "KeyList.keys"}, slices.Sorted(maps.Keys(known)))
		assert.Equal(t, []string{"KeyDetails.later", "KeyList.more"}, slices.Sorted(maps.Keys(unknown)))
	}
	clear(known)
	clear(unknown)
	operation(t, "listKeys").JudgeResponse(401, headers(), strings.NewReader(`{"error":{"code":"c","hint":"h"},"trace":1}`), seen)
	assert.Equal(t, []string{"ErrorDetails.code", "NestedError.error"}, slices.Sorted(maps.Keys(known)))
	assert.Equal(t, []string{"Error.trace", "ErrorDetails.hint"}, slices.Sorted(maps.Keys(unknown)))
}
