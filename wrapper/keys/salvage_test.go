package keys_test

import (
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
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
		id       string // What else must be salvaged; without it the call has an error.
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
		"of a new length":          {response(200, `{"key":"qai_k_0123","details":{"id":"key_01"}}`), "key_01"},
		"key is an object":         {response(200, `{"key":{"value":`+k+`},"details":{"id":"key_01"}}`), "key_01"},
		"the credential echoed":    {response(200, `{"sent":"`+credential+`","value":`+k+`}`), ""},
		"cut off after the key":    {cutOff(200, `{"key":`+k, io.ErrUnexpectedEOF), ""},
		"cut off in the details":   {cutOff(200, `{"key":`+k+`,"details":{"id":"key_01","na`, io.ErrUnexpectedEOF), "key_01"},
		"cut off in a number":      {cutOff(200, `{"key":`+k+`,"details":{"id":"key_01","spent_ticks":12`, io.ErrUnexpectedEOF), "key_01"},
		"cut off after the JSON":   {cutOff(200, minted, errLost), "key_01"},
		"cut off before the quote": {cutOff(200, `{"key":"`+secret, io.ErrUnexpectedEOF), ""},
		"alone":                    {response(200, secret+"\n"), ""},
		"another key after it":     {response(200, `{"key":`+k+`,"details":{"id":"key_01"},"key":"?"}`), "key_01"},
		"null after it":            {response(200, `{"key":`+k+`,"details":{"id":"key_01"},"key":null}`), "key_01"},
		"JSON in a JSON string":    {response(200, strconv.Quote(`{"key":`+k+`,"details":{"id":"key_01"}}`)), "key_01"},
		"JSON in JSON in JSON":     {response(200, `{"body":`+strconv.Quote(strconv.Quote(minted))+`}`), ""},
		"escaped":                  {response(200, `{"details":{"id":"key_01"},"key":"\u0071ai_k_`+secret[6:]+`","x":}`), "key_01"},
		"ended after the key":      {response(201, `{"key":`+k+`,`), ""},
		"padded beyond the bound":  {response(200, `{"key":`+k+`,"details":{"id":"key_01"},"x":"`+strings.Repeat("x", 2<<20)+`"}`), "key_01"},
		"malformed headers too":    {response(200, `{"key":`+k+`}`, "X-QAI-Cost-Ticks: many", "Retry-After: x", "X-QAI-Balance-After: 1e9"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := &script{steps: []func() (*http.Response, error){func() (*http.Response, error) { return c.response, nil }}}
			var meta keys.Meta
			created, err := newClient(t, transport, keys.WithMaxResponseBytes(1<<20)).Create(t.Context(), keys.CreateParams{Name: "ci"}, keys.CaptureMeta(&meta))
			require.NotNil(t, created)
			want := secret
			if strings.Contains(name, "length") {
				want = "qai_k_0123"
			}
			assert.Equal(t, want, created.Key.Reveal())
			assert.Equal(t, c.id, created.Details.ID)
			assert.Zero(t, created.Details.SpentTicks, "a number that is cut off is another number")
			assert.Len(t, transport.requests, 1, "a mint is never replayed")
			assert.NotContains(t, fmt.Sprintf("%v %+v %v", err, err, meta), "qai_k_4f1c")
			if c.id != "" {
				require.NoError(t, err)
				require.ErrorIs(t, meta.Malformed, keys.ErrDecode)
				return
			}
			require.NotErrorIs(t, err, keys.ErrOutcomeUnknown)
			require.NoError(t, meta.Malformed, "it is the error of the call")
			var decodeErr *keys.DecodeError
			require.ErrorAs(t, err, &decodeErr)
			assert.Equal(t, want, decodeErr.Created.Key.Reveal())
			assert.Equal(t, created.Details, decodeErr.Created.Details)
			assert.ErrorContains(t, err, "Created")
		})
	}
}

// TestWhichTextIsTheSecret responds with bodies that have several texts which may be the secret, or none.
func TestWhichTextIsTheSecret(t *testing.T) {
	t.Parallel()
	const another = "qai_k_00000000000000000000000000000000000000000000000000000000000000ff"
	for body, want := range map[string]string{
		`{"other":"` + another + `","key":"` + secret + `","details":5}`:                       secret,
		`{"key":"` + secret + `","details":{"name":"ci","scope":null,"revoked":7}}`:            secret,
		`{"details":{"id":"key_01","name":"qai_production_ci",,},"key":"` + secret + `"}`:      secret,
		`{"key":"qai_k_short","details":5,"old":{"key":"` + secret + `"}}`:                     secret,
		`{"key":"` + credential + `","secret":"` + secret + `","details":5}`:                   secret,
		`{"key":"` + credential + `","details":{"id":"key_01","name":"ci","key_prefix":"p"}}`:  "",
		`{"key":" ` + credential + `","details":{"id":"key_01","name":"ci","key_prefix":"p"}}`: "",
		`{"key":"Bearer ` + credential + ` ","details":{"id":"key_01"}}`:                       "",
		`{"key":"` + strings.ToUpper(credential) + `","details":5}`:                            "",
		`{"token":"job-123"}`:                                                                                             "",
		`{"key":"***","details":{"id":"key_01"}}`:                                                                         "",
		`{"api_key":"opaque","details":{"id":"key_01"}}`:                                                                  "",
		`{"one":"` + secret + `","two":"` + another + `"}`:                                                                "",
		`{"key":"` + secret + `x","details":5`:                                                                            secret + "x",
		`{"key":"` + secret + `\ud800","details":5}`:                                                                      "",
		`{"key":"` + secret[:40]:                                                                                          "",
		`{"key":"` + secret[:69] + `\u0032`:                                                                               "",
		`{"details":{"id":"key_01","name":"qai_backend_production"}}`:                                                     "",
		`{"details":{"id":"key_01","name":"` + secret + `"}}`:                                                             "",
		`{"details":{"id":"key_01","name":"qai_production_ci","key_prefix":"qai_k_4f1c09aa`:                               "",
		`{"` + secret + `":1,"details":{"id":"key_01","scope":{"key_prefix":"` + another + `"}}}`:                         secret,
		`{"key":"another-form","details":{"id":"key_01","name":"ci","key_prefix":"p"}}`:                                   "another-form",
		`{"key":"` + secret + `","details":{"id":"key_01","name":"ci","key_prefix":"p"},"key":"another-form"}`:            secret,
		`{"key":"another-form","details":{"id":"key_01","name":"ci","key_prefix":"p"},"sent":"` + strings.ToUpper(secret): "",
	} {
		var meta keys.Meta
		created, err := newClient(t, new(script).then(200, body)).Create(t.Context(), keys.CreateParams{Name: "ci"}, keys.CaptureMeta(&meta))
		if want == "" {
			var failure *keys.DecodeError
			require.ErrorIs(t, err, keys.ErrOutcomeUnknown, body)
			require.ErrorAs(t, err, &failure)
			assert.Nil(t, failure.Created)
			assert.Nil(t, created)
			continue
		}
		require.NotErrorIs(t, err, keys.ErrOutcomeUnknown, body)
		require.NotNil(t, created, body)
		assert.Equal(t, want, created.Key.Reveal())
		assert.True(t, err != nil || meta.Malformed != nil, body)
	}
}

// TestAKeyIsNoToken tests that what one kind of mint returns is never taken for the secret of another, nor is a public prefix: not from
// elsewhere in a response, and from the secret's place only with an error.
func TestAKeyIsNoToken(t *testing.T) {
	t.Parallel()
	const details, expires, primary = `"details":{"id":"key_01","name":"ci","key_prefix":"p"}`, `"expires_at":"2026-09-01T12:34:56Z"`, "qai_0123456789abcdefABCDEF0123456789"
	check := func(body string, got keys.Secret, err error, want string) {
		assert.Equal(t, want, got.Reveal(), body)
		require.ErrorIs(t, err, keys.ErrDecode, body)
		assert.Equal(t, want == "", errors.Is(err, keys.ErrOutcomeUnknown), body)
	}
	for body, want := range map[string]string{
		`{"sent":"` + token + `",` + details + `}`:         "",
		`{"data":{"key":"` + token + `",` + details + `}}`: "",
		`{"key":"` + token + `","details":5}`:              "",
		`{"key":"` + token + `",` + details + `}`:          token,
		`{"sent":"` + primary + `",` + details + `}`:       "",
		`{"key":"` + primary + `",` + details + `}`:        primary,
	} {
		created, err := newClient(t, new(script).then(200, body)).Create(t.Context(), keys.CreateParams{Name: "ci"})
		if created == nil {
			created = new(keys.CreatedKey)
		}
		check(body, created.Key, err, want)
	}
	for body, want := range map[string]string{
		`{"sent":"` + secret + `",` + expires + `}`:             "",
		`{"data":{"token":"` + secret + `",` + expires + `}}`:   "",
		`{"token":"` + secret + `","expires_at":5}`:             "",
		`{"token":"` + secret + `",` + expires + `}`:            secret,
		`{"token":"` + primary + `",` + expires + `}`:           primary,
		`{"key_prefix":"` + token[:14] + `",` + expires + `}`:   "",
		`{"details":{"key_prefix":"` + token[:14] + `"}}`:       "",
		`{"user_ref":"qai_eph_backend_europe",` + expires + `}`: "",
	} {
		created, err := newClient(t, new(script).then(200, body)).CreateEphemeral(t.Context(), keys.EphemeralParams{})
		if created == nil {
			created = new(keys.EphemeralKey)
		}
		check(body, created.Token, err, want)
	}
}

// TestWhatTheRequestSentIsNoSecret echoes what a mint was asked for, beside no secret, and beside one that isn't in its place.
func TestWhatTheRequestSentIsNoSecret(t *testing.T) {
	t.Parallel()
	const ref, expires, details = "qai_eph_Team_alpha_production_customer_42", `"expires_at":"2026-09-01T12:34:56Z"`, `"details":{"id":"key_01","name":"ci"}`
	for _, asked := range []keys.EphemeralParams{
		{UserRef: ref}, {UserRef: "for " + ref + "/x"}, {UserRef: `"` + ref + `"`}, {UserRef: strings.ToUpper(ref)}, {Endpoints: []string{"chat", ref}},
	} {
		for body, want := range map[string]string{
			`{"user_ref":"` + ref + `",` + expires + `}`:                                 "",
			`{"user_ref":"` + ref + `","token":null,` + expires + `}`:                    "",
			`{"user_ref":"` + ref + `","token":"",` + expires + `}`:                      "",
			`{"asked":"{\"user_ref\":\"` + ref + `\"}",` + expires + `}`:                 "",
			`{"user_ref":"` + ref + `",`:                                                 "",
			`{"user_ref":"` + ref + `","value":"` + token + `",` + expires + `}`:         token,
			`{"user_ref":"` + ref + `","data":{"token":"` + token + `",` + expires + `}`: token,
		} {
			created, err := newClient(t, new(script).then(200, body)).CreateEphemeral(t.Context(), asked)
			if want == "" {
				require.ErrorIs(t, err, keys.ErrOutcomeUnknown, body)
				assert.Nil(t, created)
				continue
			}
			require.NoError(t, err, body)
			assert.Equal(t, want, created.Token.Reveal(), body)
		}
	}
	// No argument of the other mints may be a whole key, so that what they send hasn't the form of one.
	for _, name := range []string{secret[:69], "qai_k_" + strings.Repeat("g", 64), ref} {
		for _, echo := range []string{`{"name":"` + name + `",` + details + `}`, `{"name":"` + name + `","key":null,` + details + `}`} {
			client := newClient(t, new(script).then(200, echo))
			created, err := client.Create(t.Context(), keys.CreateParams{Name: name, Endpoints: []string{name}})
			require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
			assert.Nil(t, created)
			partner, err := client.CreatePartner(t.Context(), keys.PartnerParams{PartnerID: name, PartnerRef: name, Name: name})
			require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
			assert.Nil(t, partner)
			rotated, err := client.Rotate(t.Context(), "key_01", keys.RotateParams{})
			require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
			assert.Nil(t, rotated)
		}
	}
}

// TestASecretBesideAnError: a response that is both a refusal and a mint is neither. The caller gets the secret and the doubt.
func TestASecretBesideAnError(t *testing.T) {
	t.Parallel()
	for _, status := range []int{101, 204 + 100, 303, 307, 400, 401, 404, 408, 409, 429, 499, 500, 502, 503, 599} {
		transport := new(script).then(status, minted)
		created, err := newClient(t, transport).Create(t.Context(), keys.CreateParams{Name: "ci"})
		var unknown *keys.OutcomeUnknownError
		var refused *keys.Error
		require.ErrorAs(t, err, &unknown, "%d", status)
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, status, refused.StatusCode)
		require.NotNil(t, created)
		assert.Equal(t, secret, created.Key.Reveal())
		assert.Equal(t, "key_01", created.Details.ID)
		assert.True(t, created.Key.Equal(unknown.Created.Key))
		assert.Equal(t, created.Details, unknown.Created.Details)
		assert.Equal(t, "ci", unknown.Name)
		assert.ErrorContains(t, err, "in Created")
		assert.NotContains(t, fmt.Sprintf("%v %+v", err, unknown), "4f1c09aa5be0")
		assert.Len(t, transport.requests, 1, "%d: what may have been done isn't sent again", status)

		for _, body := range []string{
			`{"error":{"message":"` + secret + `"}}`, `{"error":"x","sent":"` + secret + `"}`, `{"sent":"` + secret + `"}`, `{"key":"` + credential + `"}`, `{"key":"qai_k_0123"}`,
			`{"beyond the bound of an error":"` + strings.Repeat("x", 1<<20) + `","key":"` + secret + `"}`,
		} {
			created, err := newClient(t, new(script).then(status, body), keys.WithRetry(keys.RetryPolicy{})).Create(t.Context(), keys.CreateParams{Name: "ci"})
			assert.Nil(t, created, "%d %.100s", status, body)
			require.ErrorAs(t, err, &refused)
			assert.NotContains(t, err.Error(), "in Created")
		}
	}
	rotated, err := newClient(t, new(script).then(500, `{"key":"`+secret+`","old_key_id":"key_01","details":7}`)).Rotate(t.Context(), "key_01", keys.RotateParams{})
	require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
	require.NotNil(t, rotated)
	assert.Equal(t, "key_01", rotated.OldKeyID)
	_, err = newClient(t, new(script).then(500, `{"key":"`+secret+`"}`)).Revoke(t.Context(), "key_01")
	assert.NotErrorIs(t, err, keys.ErrOutcomeUnknown)
}

// TestASecretAfterASwitchOfProtocols: net/http hands over the connection in place of a body.
func TestASecretAfterASwitchOfProtocols(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if assert.NoError(t, err) {
			_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n"+minted)
			_ = conn.Close()
		}
	}))
	t.Cleanup(server.Close)
	client, err := keys.New(credential, keys.WithBaseURL(server.URL))
	require.NoError(t, err)
	created, err := client.Create(t.Context(), keys.CreateParams{Name: "ci"})
	require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
	require.NotNil(t, created)
	assert.Equal(t, secret, created.Key.Reveal())
}

// TestWhatAStatusSaysOfAMint: only a status that says that nothing was done is a refusal.
func TestWhatAStatusSaysOfAMint(t *testing.T) {
	t.Parallel()
	refuses := func(status int) bool {
		return status >= 400 && status < 500 && status != 408 && http.StatusText(status) != "" || status == 307 || status == 308
	}
	for status := 300; status < 600; status++ {
		_, err := newClient(t, new(script).then(status, ""), keys.WithRetry(keys.RetryPolicy{})).Create(t.Context(), keys.CreateParams{Name: "ci"})
		var apiErr *keys.Error
		require.ErrorAs(t, err, &apiErr)
		assert.Equal(t, !refuses(status), errors.Is(err, keys.ErrOutcomeUnknown), "%d", status)
	}
}

// TestABodyThatIsWrapped sends a mint's response as proxies and gateways wrap it, over net/http's own transport.
func TestABodyThatIsWrapped(t *testing.T) {
	t.Parallel()
	gzipped := func(text string) string {
		var b strings.Builder
		w := gzip.NewWriter(&b)
		_, _ = io.WriteString(w, text)
		_ = w.Close()
		return b.String()
	}
	deflated := func(text string) string {
		var b strings.Builder
		w := zlib.NewWriter(&b)
		_, _ = io.WriteString(w, text)
		_ = w.Close()
		return b.String()
	}
	for name, c := range map[string]struct{ encoding, body string }{
		"plain, called gzip":         {"gzip", minted},
		"plain, called deflate":      {"deflate", minted},
		"plain, called br":           {"br", minted},
		"gzip":                       {"gzip", gzipped(minted)},
		"gzip, called plain":         {"", gzipped(minted)},
		"gzip over gzip":             {"gzip", gzipped(gzipped(minted))},
		"gzip over gzip, both named": {"gzip, gzip", gzipped(gzipped(minted))},
		"gzip over deflate":          {"deflate, gzip", gzipped(deflated(minted))},
		"deflate":                    {"deflate", deflated(minted)},
		"a byte order mark":          {"", "\xef\xbb\xbf" + minted},
		"a mark in gzip":             {"gzip", gzipped("\xef\xbb\xbf" + minted)},
		"gzip without its end":       {"gzip", gzipped(minted + strings.Repeat(" ", 100))[:len(gzipped(minted))-9]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, status := range []int{200, 500} {
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					assert.Equal(t, "identity", r.Header.Get("Accept-Encoding"))
					w.Header()["Content-Encoding"] = []string{c.encoding}
					w.WriteHeader(status)
					_, _ = io.WriteString(w, c.body)
				}))
				defer server.Close()
				client, err := keys.New(credential, keys.WithBaseURL(server.URL))
				require.NoError(t, err)
				created, err := client.Create(t.Context(), keys.CreateParams{Name: "ci"})
				assert.Equal(t, status == 500, errors.Is(err, keys.ErrOutcomeUnknown), "%v", err)
				require.NotNil(t, created, "%v", err)
				assert.Equal(t, secret, created.Key.Reveal())
				assert.Equal(t, "key_01", created.Details.ID)
			}
		})
	}
}

// TestAMintNeedsOnlyItsSecretAndItsID: what is malformed beside them is zero, is logged and doesn't cost the rest.
func TestAMintNeedsOnlyItsSecretAndItsID(t *testing.T) {
	t.Parallel()
	const k, id = `"key":"` + secret + `"`, `"id":"key_03"`
	for body, c := range map[string]struct {
		says string
		want keys.RotatedKey
	}{
		`{` + k + `,"details":{` + id + `,"name":"ci","key_prefix":"p","created_at":"yesterday","revoked":true},"old_key_id":"key_01"}`: {
			"details.created_at isn't an RFC 3339 time or date", keys.RotatedKey{Details: keys.Key{ID: "key_03", Name: "ci", KeyPrefix: "p", Revoked: true}, OldKeyID: "key_01"}},
		`{` + k + `,"details":{` + id + `},"old_key_id":"key_01"}`: {
			"details.name is missing", keys.RotatedKey{Details: keys.Key{ID: "key_03"}, OldKeyID: "key_01"}},
		`{"old_key_id":[],"details":{` + id + `,"name":"ci","key_prefix":"p"},` + k + `}`: {
			"old_key_id is a JSON array", keys.RotatedKey{Details: keys.Key{ID: "key_03", Name: "ci", KeyPrefix: "p"}}},
		`{"old_key_id":"key_00","details":{"name":7,"id":"key_00","id":"key_03","name":"a","name":{"b":""}},` + k + `,"old_key_id":"key_01","":"x"}`: {
			"details.name is a JSON number", keys.RotatedKey{Details: keys.Key{ID: "key_03"}, OldKeyID: "key_01"}},
		`{"old_key_id":"key_01","details":{` + id + `,"created_at":{"":"2026-09-01T12:34:56Z"}},"secret":"` + secret + `"}`: {
			"details.created_at is a JSON object", keys.RotatedKey{Details: keys.Key{ID: "key_03"}, OldKeyID: "key_01"}},
	} {
		var meta keys.Meta
		var logged strings.Builder
		client := newClient(t, new(script).then(200, body, "X-QAI-Request-Id: req_7"), keys.WithLogger(slog.New(slog.NewTextHandler(&logged, nil))))
		rotated, err := client.Rotate(t.Context(), "key_01", keys.RotateParams{}, keys.CaptureMeta(&meta))
		require.NoError(t, err, body)
		assert.Equal(t, secret, rotated.Key.Reveal())
		rotated.Key = keys.Secret{}
		assert.Equal(t, &c.want, rotated, body)
		require.ErrorIs(t, meta.Malformed, keys.ErrDecode)
		for _, says := range []string{"rotateKey", c.says, "req_7"} {
			require.ErrorContains(t, meta.Malformed, says)
		}
		assert.NotContains(t, meta.Malformed.Error(), "Created")
		assert.Contains(t, logged.String(), "level=WARN")
		assert.Contains(t, logged.String(), c.says)
	}
	var meta keys.Meta
	_, err := newClient(t, new(script).then(200, minted)).Create(t.Context(), keys.CreateParams{Name: "ci"}, keys.CaptureMeta(&meta))
	require.NoError(t, err)
	require.NoError(t, meta.Malformed)
	_, err = newClient(t, new(script).then(200, `{"token":"qai_eph_ab.cd~e/f+0==","expires_at":"2026-09-01T12:34:56Z"}`)).
		CreateEphemeral(t.Context(), keys.EphemeralParams{}, keys.CaptureMeta(&meta))
	require.NoError(t, err)
	require.NoError(t, meta.Malformed, "a token may have any character of a bearer token")
}

// TestWithoutAnIDTheSecretComesWithTheError: the caller holds the result and knows that it can't be revoked by its id.
func TestWithoutAnIDTheSecretComesWithTheError(t *testing.T) {
	t.Parallel()
	rotated, err := newClient(t, new(script).then(200, `{"key":"`+secret+`","old_key_id":"key_01","details":{"id":7,"name":"ci"}}`)).Rotate(t.Context(), "key_01", keys.RotateParams{})
	require.ErrorIs(t, err, keys.ErrDecode)
	require.ErrorContains(t, err, "details.id is a JSON number")
	require.NotNil(t, rotated)
	assert.Equal(t, secret, rotated.Key.Reveal())
	assert.Equal(t, "key_01", rotated.OldKeyID)
	assert.Equal(t, "ci", rotated.Details.Name)

	partner, err := newClient(t, new(script).then(200, `{"key":"`+secret+`","base_url":"https://eu.example"}`)).CreatePartner(t.Context(), keys.PartnerParams{PartnerID: "p", PartnerRef: "r"})
	require.ErrorIs(t, err, keys.ErrDecode)
	require.NotNil(t, partner)
	assert.Equal(t, secret, partner.Key.Reveal())
	assert.Equal(t, "https://eu.example", partner.BaseURL)

	ephemeral, err := newClient(t, new(script).then(200, `{"token":"`+token+`","base_url":"https://eu.example"}`)).CreateEphemeral(t.Context(), keys.EphemeralParams{})
	require.NoError(t, err, "a token has no id")
	assert.Equal(t, token, ephemeral.Token.Reveal())
	assert.Equal(t, "https://eu.example", ephemeral.BaseURL)
	assert.Zero(t, ephemeral.ExpiresAt)
}
