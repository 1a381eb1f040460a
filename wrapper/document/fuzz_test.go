package document_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys"
	"github.com/qaikeys/qaikeys/wrapper/document"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzJudge judges a body of any operation as a request and as a response: no body panics, takes longer than its size allows, or is quoted
// in the verdict, other than the name of a property that a request may not have.
func FuzzJudge(f *testing.F) {
	doc, err := document.Load(qaikeys.OpenAPI)
	require.NoError(f, err)
	const deep = 2_000
	key := func(scope string) string { return `{"keys":[{"id":"x","name":"n","scope":` + scope + `}]}` }
	for _, body := range []string{
		`{"keys":[{"id":"key_01","name":"ci","created_at":"2026-09-31T12:34:56Z","spent_ticks":9223372036854775808}],"later":[1]}`,
		`{"days":[{"day":"2026-02-31","requests":1,"cost_usd":0.5}],"models":null,"total_cost_usd":1e3}`,
		`{"key":"qai_k_0123456789abcdef","details":{"id":"key_01","name":"ci"}}`,
		`{"error":{"code":"not_found","message":"there is none"}}`, `{"error":[{"not_found":{}}]}`,
		`{"name":"ci","region":"europe","rate_limit":2147483648,"endpoints":["chat",1]}`, `{"name":"ci","name":"x","color":1}`,
		`{"grace_seconds":-1}`, `<html>`, `{`, `[]`, `"\ud800"`, "\xff", "null", "",
		key(strings.Repeat("[", deep) + strings.Repeat("]", deep)), key(strings.Repeat(`{"a":`, deep) + "1" + strings.Repeat("}", deep)),
		strings.Repeat(`{"keys":[`, deep) + strings.Repeat("]}", deep), strings.Repeat("[", 20*deep),
		key("1e999999999"), key("1e-999999999"), key(strings.Repeat("9", 10*deep)), key(`{"` + strings.Repeat(`a":0,"a`, deep) + `":0}`),
	} {
		for i, op := range doc.Operations {
			f.Add(byte(i), uint16(op.Statuses()[0]), byte(0), byte(i), body)
		}
	}
	unsupported := regexp.MustCompile(`property ".*" is unsupported`)
	types := []string{"application/json", "text/html", ""}
	f.Fuzz(func(t *testing.T, operation byte, status uint16, mime, encoding byte, body string) {
		op := doc.Operations[int(operation)%len(doc.Operations)]
		header := http.Header{"Content-Type": {types[int(mime)%len(types)]}, "X-Api-Key": {"k"}, "X-Qai-Request-Id": {"req_1"}}
		sent := body
		if encoding %= 3; encoding > 0 {
			header.Set("Content-Encoding", "gzip")
		}
		if encoding == 2 {
			sent = zipped(body)
		}
		r, err := http.NewRequestWithContext(t.Context(), op.Method, "http://gateway.test", http.NoBody)
		require.NoError(t, err)
		r.Header = header
		start := time.Now()
		for _, v := range []document.Verdict{
			op.JudgeResponse(t.Context(), int(status), header, strings.NewReader(sent), ignore),
			op.JudgeRequest(r, map[string]string{"id": "x"}, []byte(sent), ignore),
		} {
			assert.True(t, v.Violation == "" || v.Unchecked == "", "%+v", v)
			says := unsupported.ReplaceAllString(v.Violation, "")
			const quote = 8
			for i := range max(0, len(says)-quote+1) {
				part := says[i : i+quote]
				assert.False(t, strings.Contains(body, part) && !strings.Contains(string(qaikeys.OpenAPI), part), "%q quotes %q", says, part)
			}
		}
		assert.Less(t, time.Since(start), 5*time.Second+time.Duration(len(body))*100*time.Microsecond)
	})
}
