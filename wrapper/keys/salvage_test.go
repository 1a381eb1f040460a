package keys_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestASecretIsNeverLost responds to mints with bodies that aren't what the document says but hold the secret.
func TestASecretIsNeverLost(t *testing.T) {
	t.Parallel()
	const k = `"` + secret + `"`
	for name, c := range map[string]struct {
		response *http.Response
		id       string // What else must be salvaged.
	}{
		"no details":               {response(200, `{"key":`+k+`}`), ""},
		"details are null":         {response(200, `{"key":`+k+`,"details":null}`), ""},
		"details are a string":     {response(200, `{"key":`+k+`,"details":"x"}`), ""},
		"details without an id":    {response(200, `{"key":`+k+`,"details":{"name":"ci"}}`), ""},
		"a bad time":               {response(200, `{"key":`+k+`,"details":{"id":"key_01","created_at":"yesterday","name":"ci"}}`), "key_01"},
		"a bad time before the id": {response(200, `{"key":`+k+`,"details":{"created_at":7,"id":"key_01"}}`), "key_01"},
		"a bad number":             {response(200, `{"details":{"spent_ticks":1e99,"id":"key_01"},"key":`+k+`}`), "key_01"},
		"rubbish after":            {response(200, minted+`}`), "key_01"},
		"rubbish before the key":   {response(200, `{"details":{"id":"key_01",,},"key":`+k+`}`), "key_01"},
		"not JSON":                 {response(200, `<p>key = `+k+`</p>`), ""},
		"JSON in an array":         {response(200, `[{"key":`+k+`}]`), ""},
		"JSON in an envelope":      {response(200, `{"data":{"key":`+k+`}}`), ""},
		"called api_key":           {response(200, `{"api_key":`+k+`,"details":{"id":"key_01"}}`), "key_01"},
		"called token":             {response(200, `{"token":"other-kind-of-secret","details":{"id":"key_01"}}`), "key_01"},
		"key is an object":         {response(200, `{"key":{"value":`+k+`},"details":{"id":"key_01"}}`), "key_01"},
		"the credential echoed":    {response(200, `{"sent":"`+credential+`","value":`+k+`}`), ""},
		"cut off after the key":    {cutOff(200, `{"key":`+k, io.ErrUnexpectedEOF), ""},
		"cut off in the details":   {cutOff(200, `{"key":`+k+`,"details":{"id":"key_01","na`, io.ErrUnexpectedEOF), "key_01"},
		"cut off in a number":      {cutOff(200, `{"key":`+k+`,"details":{"id":"key_01","spent_ticks":12`, io.ErrUnexpectedEOF), "key_01"},
		"cut off after the JSON":   {cutOff(200, minted, errLost), "key_01"},
		"ended after the key":      {response(201, `{"key":`+k+`,`), ""},
		"padded beyond the bound":  {response(200, `{"key":`+k+`,"details":{"id":"key_01"},"x":"`+strings.Repeat("x", 2<<20)+`"}`), "key_01"},
		"malformed headers too":    {response(200, `{"key":`+k+`}`, "X-QAI-Cost-Ticks: many", "Retry-After: x", "X-QAI-Balance-After: 1e9"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := &script{steps: []func() (*http.Response, error){func() (*http.Response, error) { return c.response, nil }}}
			created, err := newClient(t, transport, keys.WithMaxResponseBytes(1<<20)).Create(t.Context(), keys.CreateParams{Name: "ci"})
			assert.Nil(t, created)
			require.ErrorIs(t, err, keys.ErrDecode)
			require.NotErrorIs(t, err, keys.ErrOutcomeUnknown)
			var decodeErr *keys.DecodeError
			require.ErrorAs(t, err, &decodeErr)
			require.NotNil(t, decodeErr.Created)
			want := secret
			if strings.Contains(name, "token") {
				want = "other-kind-of-secret"
			}
			assert.Equal(t, want, decodeErr.Created.Key.Reveal())
			assert.Equal(t, c.id, decodeErr.Created.Details.ID)
			assert.Zero(t, decodeErr.Created.Details.SpentTicks, "a number that is cut off is another number")
			assert.Len(t, transport.requests, 1, "a mint is never replayed")
			assert.NotContains(t, fmt.Sprintf("%v %+v", err, err), "qai_k_4f1c")
			assert.Contains(t, err.Error(), "Created")
		})
	}
}

// TestWhichTextIsTheSecret responds with bodies that have several texts which may be the secret.
func TestWhichTextIsTheSecret(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"other":"` + secret + `","key":"another-form","details":5}`:                       "another-form",
		`{"key":"` + credential + `","details":5}`:                                          "",
		`{"details":{"id":"key_01","name":"qai_production_ci","key_prefix":"qai_k_4f1c09aa`: "",
		`{"details":{"id":"key_01","name":"qai_production_ci",,},"key":"` + secret + `"}`:   secret,
		`{"key":"` + credential + `","secret":"another-form","details":5}`:                  "another-form",
		`{"key":"` + secret + `","details":{"id":"a","scope":null,"revoked":7}}`:            secret,
	} {
		_, err := newClient(t, new(script).then(200, body)).Create(t.Context(), keys.CreateParams{Name: "ci"})
		var failure *keys.DecodeError
		require.ErrorAs(t, err, &failure)
		if want == "" {
			require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
			assert.Nil(t, failure.Created)
			continue
		}
		require.NotNil(t, failure.Created, body)
		assert.Equal(t, want, failure.Created.Key.Reveal())
		assert.Nil(t, failure.Created.Details.Scope)
	}
}
