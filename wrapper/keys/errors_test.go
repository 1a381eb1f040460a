package keys_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/qaikeys/qaikeys"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestErrors(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ü", 5000)
	for name, c := range map[string]struct {
		status  int
		body    string
		is      error
		code    string
		kind    string
		message string
	}{
		"nested":               {400, `{"error":{"message":"m","type":"t","code":"c"}}`, keys.ErrInvalidRequest, "c", "t", "m"},
		"nested without code":  {422, `{"error":{"message":"m","type":"t"}}`, keys.ErrInvalidRequest, "t", "t", "m"},
		"nested, nulls":        {401, `{"error":{"message":"m","type":null,"code":null}}`, keys.ErrUnauthorized, "Unauthorized", "", "m"},
		"flat":                 {402, `{"error":"INSUFFICIENT_BALANCE","message":"m"}`, keys.ErrInsufficientBalance, "INSUFFICIENT_BALANCE", "", "m"},
		"by its code":          {400, `{"error":"INSUFFICIENT_BALANCE","message":"m"}`, keys.ErrInsufficientBalance, "INSUFFICIENT_BALANCE", "", "m"},
		"without a message":    {409, `{"error":{"code":"c"}}`, keys.ErrConflict, "c", "", ""},
		"an empty object":      {409, `{}`, keys.ErrConflict, "Conflict", "", ""},
		"a message alone":      {409, `{"error":null,"message":"m"}`, keys.ErrConflict, "Conflict", "", "m"},
		"HTML":                 {403, `<html>nope</html>`, keys.ErrForbidden, "Forbidden", "", ""},
		"plain text":           {404, `not here`, keys.ErrNotFound, "Not Found", "", ""},
		"empty":                {409, ``, keys.ErrConflict, "Conflict", "", ""},
		"cut off":              {404, `{"error":{"message":"m","code":"gone","type":"x`, keys.ErrNotFound, "gone", "", "m"},
		"wrong types":          {404, `{"error":{"message":5,"code":["x"],"type":{}}}`, keys.ErrNotFound, "Not Found", "", ""},
		"an array":             {404, `[1]`, keys.ErrNotFound, "Not Found", "", ""},
		"other status":         {418, `{"error":{"message":"m"}}`, nil, "I'm a teapot", "", "m"},
		"unknown status":       {799, ``, keys.ErrServer, "", "", ""},
		"control characters":   {404, `{"error":{"message":"a\nb\u0000c\u001b[31m"}}`, keys.ErrNotFound, "Not Found", "", "a b c [31m"},
		"a key in the message": {404, `{"error":{"message":"no ` + secret + `","code":"` + credential + `"}}`, keys.ErrNotFound, "[redacted]", "", "no [redacted]"},
		"a public prefix":      {404, `{"error":{"message":"no qai_k_4f1c09aa"}}`, keys.ErrNotFound, "Not Found", "", "no qai_k_4f1c09aa"},
		"a long message":       {404, `{"error":{"message":"` + long + `"}}`, keys.ErrNotFound, "Not Found", "", long[:1024] + "…"},
		"a redirect":           {302, `{"error":{"message":"m"}}`, nil, "Found", "", "m"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := new(script).then(c.status, c.body, "X-QAI-Request-Id: req_1")
			var meta keys.Meta
			_, err := newClient(t, transport).Revoke(t.Context(), "key_01", keys.CaptureMeta(&meta))
			var apiErr *keys.Error
			require.ErrorAs(t, err, &apiErr)
			assert.Equal(t, &keys.Error{
				Operation: "revokeKey", StatusCode: c.status, Code: c.code, Type: c.kind, Message: c.message, RequestID: "req_1",
			}, apiErr)
			if c.is != nil {
				require.ErrorIs(t, err, c.is)
			}
			assert.Equal(t, keys.Meta{RequestID: "req_1", StatusCode: c.status, Attempts: 1}, meta)
			assert.NotContains(t, err.Error(), "credential0123")
			assert.Contains(t, err.Error(), strconv.Itoa(c.status))
		})
	}
}

// TestEveryCodeHasItsKind: a program needn't know which of the codes of a meaning a gateway sends. What a program may take for "done
// already" is no code's kind. Where a status refuses nothing, a code says only what is the matter with the account and its API key.
func TestEveryCodeHasItsKind(t *testing.T) {
	t.Parallel()
	always := map[string]error{
		"KeyUnknownCode": keys.ErrKeyUnknown, "KeyDeadCode": keys.ErrKeyDead, "KeyFrozenCode": keys.ErrKeyFrozen, "InsufficientBalanceCode": keys.ErrInsufficientBalance,
	}
	refused := map[string]error{
		"UnauthorizedCode": keys.ErrUnauthorized, "ForbiddenCode": keys.ErrForbidden, "RateLimitedCode": keys.ErrRateLimited, "InvalidRequestCode": keys.ErrInvalidRequest,
	}
	ofStatus := map[string]error{"NotFoundCode": keys.ErrNotFound, "ConflictCode": keys.ErrConflict, "InternalErrorCode": keys.ErrServer}
	doc, err := openapi3.NewLoader().LoadFromData(qaikeys.OpenAPI)
	require.NoError(t, err)
	meanings := doc.Components.Schemas["ErrorCode"].Value.AnyOf
	for _, meaning := range meanings[:len(meanings)-1] {
		_, name, _ := strings.Cut(meaning.Ref, "schemas/")
		known := always[name] != nil || refused[name] != nil || ofStatus[name] != nil
		require.True(t, known, "%s: choose the kind of its codes, in kindsOfCodes in errors.go and here", name)
		for _, code := range meaning.Value.Enum {
			body := fmt.Sprintf(`{"error":%q}`, code)
			for status, refuses := range map[int]bool{418: true, 303: false, 408: false, 499: false, 500: false} {
				_, err := newClient(t, new(script).then(status, body)).Revoke(t.Context(), "key_01")
				for other, kind := range always {
					assert.Equal(t, other == name, errors.Is(err, kind), "%s with %d: %v", code, status, kind)
				}
				for other, kind := range refused {
					assert.Equal(t, other == name && refuses, errors.Is(err, kind), "%s with %d: %v", code, status, kind)
				}
				for other, kind := range ofStatus {
					assert.Equal(t, other == "InternalErrorCode" && status == 500, errors.Is(err, kind), "%s with %d: %v", code, status, kind)
				}
			}
			for status, kind := range map[int]error{404: keys.ErrNotFound, 409: keys.ErrConflict} {
				_, err := newClient(t, new(script).then(status, body)).Revoke(t.Context(), "key_01")
				assert.Equal(t, ofStatus[name] != nil, errors.Is(err, kind), "%d with %s, which says that something else is the matter", status, code)
			}
			assert.Equal(t, code, codeOf(t, fmt.Sprintf(`{"error":{"code":%q}}`, code)), "the code itself stays")
		}
	}
}

// codeOf returns the code of an error with this body.
func codeOf(t *testing.T, body string) string {
	t.Helper()
	_, err := newClient(t, new(script).then(401, body)).Revoke(t.Context(), "key_01")
	refused, _ := errors.AsType[*keys.Error](err)
	require.NotNil(t, refused)
	return refused.Code
}

// TestWhatIsWrongWithTheAPIKey: whether to page someone or to fetch a new key.
func TestWhatIsWrongWithTheAPIKey(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]error{
		keys.CodeKeyNotFound: keys.ErrKeyUnknown, keys.CodeKeyRotated: keys.ErrKeyDead, keys.CodeEphemeralExpired: keys.ErrKeyDead,
		keys.CodeKeyFrozenByBudget: keys.ErrKeyFrozen, keys.CodeAuthHeaderMissing: nil, keys.CodeLegacyAuthenticationError: nil, "A_LATER_ONE": nil,
	} {
		_, err := newClient(t, new(script).then(401, fmt.Sprintf(`{"error":{"code":%q}}`, code))).Revoke(t.Context(), "key_01")
		require.ErrorIs(t, err, keys.ErrUnauthorized, code)
		for _, kind := range []error{keys.ErrKeyUnknown, keys.ErrKeyDead, keys.ErrKeyFrozen} {
			assert.Equal(t, errors.Is(kind, want), errors.Is(err, kind), "%s is a %v", code, kind)
		}
	}
}

func TestEachSentinelIsOfItsStatusAlone(t *testing.T) {
	t.Parallel()
	sentinels := map[error][]int{
		keys.ErrInvalidRequest: {400, 422}, keys.ErrUnauthorized: {401}, keys.ErrInsufficientBalance: {402}, keys.ErrForbidden: {403},
		keys.ErrNotFound: {404}, keys.ErrConflict: {409}, keys.ErrRateLimited: {429}, keys.ErrServer: {500, 501, 502, 503, 504, 599},
		keys.ErrOutcomeUnknown: {}, keys.ErrDecode: {}, keys.ErrInvalidArgument: {},
	}
	for sentinel, statuses := range sentinels {
		for status := 300; status < 600; status++ {
			want := false
			for _, s := range statuses {
				want = want || s == status
			}
			if sentinel == keys.ErrServer { //nolint:errorlint // The sentinel itself.
				want = status >= 500
			}
			assert.Equal(t, want, errors.Is(&keys.Error{StatusCode: status}, sentinel), "%v %d", sentinel, status)
		}
	}
}

// TestAShortCredentialIsRedacted from eight characters on: a shorter one may be a common word.
func TestAShortCredentialIsRedacted(t *testing.T) {
	t.Parallel()
	for credential, want := range map[string]string{"abcdefg": "no abcdefg", "abcdefgh": "no [redacted]"} {
		client, err := keys.New(credential, keys.WithHTTPClient(&http.Client{Transport: new(script).then(404, `{"error":{"message":"no `+credential+`"}}`)}))
		require.NoError(t, err)
		_, err = client.List(t.Context())
		var apiErr *keys.Error
		require.ErrorAs(t, err, &apiErr)
		assert.Equal(t, want, apiErr.Message)
	}
}

func TestAnErrorSurvivesAHugeBody(t *testing.T) {
	t.Parallel()
	transport := new(script).then(500, `{"error":{"message":"m"},"x":"`+strings.Repeat("x", 3<<20)+`"}`)
	_, err := newClient(t, transport).List(t.Context())
	var apiErr *keys.Error
	require.ErrorAs(t, err, &apiErr)
	assert.Equal(t, "m", apiErr.Message)
}

func TestAnErrorTellsHowLongToWait(t *testing.T) {
	t.Parallel()
	_, err := newClient(t, new(script).then(429, `{"error":"rate_limit","message":"too many"}`, "Retry-After: 7"), keys.WithRetry(keys.RetryPolicy{})).List(t.Context())
	require.EqualError(t, err, "keys: listKeys: status 429: rate_limit: too many (retry after 7s)")
}

func TestALittleOfAnErrorIsRead(t *testing.T) {
	t.Parallel()
	read := 0
	_, err := newClient(t, roundTrip(func(*http.Request) (*http.Response, error) {
		resp := response(400, "")
		resp.Body = io.NopCloser(counted{strings.NewReader(strings.Repeat(" ", 5<<20)), &read})
		return resp, nil
	})).List(t.Context())
	require.ErrorIs(t, err, keys.ErrInvalidRequest)
	assert.LessOrEqual(t, read, 1<<20+1)
}
