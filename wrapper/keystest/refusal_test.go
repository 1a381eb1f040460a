package keystest_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestARefusalSaysWhy tests the code and the message of each way in which the mock refuses a request, with both generations of codes.
func TestARefusalSaysWhy(t *testing.T) {
	t.Parallel()
	const list, create, ephemeral = "GET /qai/v1/keys", "POST /qai/v1/keys", "POST /qai/v1/keys/ephemeral"
	for name, c := range map[string]struct {
		request           string
		headers           func(*refusing) []string // Default the account's own key.
		body              string
		status            int
		legacy, canonical string
		says              string
	}{
		"no credential":         {list, bare(), "", 401, "authentication_error", "AUTH_HEADER_MISSING", "there is no API key: send it as X-API-Key and as Authorization: Bearer"},
		"an empty X-API-Key":    {list, bare("X-API-Key: "), "", 401, "authentication_error", "AUTH_HEADER_EMPTY", "the API key is empty"},
		"an empty bearer":       {list, bare("Authorization: "), "", 401, "authentication_error", "AUTH_HEADER_EMPTY", "the API key is empty"},
		"both empty":            {list, bare("X-API-Key: ", "Authorization: "), "", 401, "authentication_error", "AUTH_HEADER_EMPTY", "the API key is empty"},
		"a bearer without one":  {list, bare("Authorization: Bearer"), "", 401, "authentication_error", "KEY_BEARER_MALFORMED", "Authorization isn't Bearer and an API key"},
		"only white space":      {list, bare("Authorization: Bearer   "), "", 401, "authentication_error", "KEY_BEARER_MALFORMED", "Authorization isn't Bearer and an API key"},
		"another scheme":        {list, bare("Authorization: Basic qai_account"), "", 401, "authentication_error", "KEY_BEARER_MALFORMED", "Authorization isn't Bearer and an API key"},
		"no scheme":             {list, bare("Authorization: qai_account"), "", 401, "authentication_error", "KEY_BEARER_MALFORMED", "Authorization isn't Bearer and an API key"},
		"malformed and empty":   {list, bare("X-API-Key: ", "Authorization: qai_account"), "", 401, "authentication_error", "KEY_BEARER_MALFORMED", "Authorization isn't Bearer and an API key"},
		"an unknown credential": {list, bare("X-API-Key: qai_unknown"), "", 401, "authentication_error", "KEY_NOT_FOUND", "this API key is unknown"},
		"an unknown bearer":     {list, bare("Authorization: Bearer qai_unknown"), "", 401, "authentication_error", "KEY_NOT_FOUND", "this API key is unknown"},
		"a revoked key":         {list, revoked, "", 401, "authentication_error", "KEY_REVOKED_BY_OWNER", "this API key is revoked"},
		"a rotated key":         {list, rotated, "", 401, "authentication_error", "KEY_ROTATED", "this API key was rotated, and its grace is over"},
		"rotated, then revoked": {list, rotatedAndRevoked, "", 401, "authentication_error", "KEY_REVOKED_BY_OWNER", "this API key is revoked"},
		"an expired token":      {list, expired, "", 401, "authentication_error", "EPHEMERAL_EXPIRED", "this ephemeral token is expired"},
		"another endpoint":      {list, restricted, "", 403, "forbidden", "SCOPE_ENDPOINT_DENIED", "restricted to other endpoints"},
		"another tier":          {ephemeral, nil, `{}`, 403, "forbidden", "ADMIN_REQUIRED", "needs an account of the internal or admin tier"},
		"a limited key":         {list, limited, "", 429, "rate_limit", "RATE_LIMITED_PER_KEY", "this API key's rate limit is reached"},
		"not JSON":              {create, nil, `{`, 400, "invalid_json", "INVALID_REQUEST_BODY", "the body isn't JSON"},
		"no name":               {create, nil, `{}`, 400, "invalid_request", "MISSING_REQUIRED_FIELD", `name: property is missing`},
		"a null name":           {create, nil, `{"name":null}`, 400, "invalid_request", "INVALID_REQUEST", "name: "},
		"a name of a number":    {create, nil, `{"name":5}`, 400, "invalid_request", "INVALID_REQUEST", "name: "},
		"no such fault":         {list, bare("X-API-Key: qai_account", "X-Mock-Fault: x"), "", 400, "invalid_request", "INVALID_REQUEST", "X-Mock-Fault"},
		"no such path":          {"GET /elsewhere", nil, "", 404, "not_found", "NOT_FOUND", "no such path"},
		"no such method":        {"PUT /qai/v1/keys", nil, "", 405, "invalid_request", "INVALID_REQUEST", "no operation"},
		"no such key":           {"DELETE /qai/v1/keys/key_99", nil, "", 404, "not_found", "NOT_FOUND", "no key with this id"},
		"an id in braces":       {"DELETE /qai/v1/keys/%7Bid%7D", nil, "", 404, "not_found", "NOT_FOUND", "no key with this id"},
		"already rotated":       {"POST /qai/v1/keys/key_01/rotate", nil, `{"grace_seconds":0}`, 409, "invalid_state", "invalid_state", "already rotated"},
		"already revoked":       {"POST /qai/v1/keys/key_02/rotate", nil, `{"grace_seconds":0}`, 409, "invalid_state", "invalid_state", "revoked"},
	} {
		for mode, want := range map[string]string{"legacy": c.legacy, "canonical": c.canonical} {
			t.Run(name+"/"+mode, func(t *testing.T) {
				t.Parallel()
				var opts []keystest.Option
				if mode == "canonical" {
					opts = append(opts, keystest.WithCanonicalCodes())
				}
				s, headers := newRefusing(t, opts...), []string{"X-API-Key: qai_account"}
				if c.headers != nil {
					headers = c.headers(s)
				}
				method, path, _ := strings.Cut(c.request, " ")
				resp, body := send(t, s.mock, method, path, c.body, headers...)
				assert.Equal(t, c.status, resp.StatusCode)
				var failed struct {
					Error struct{ Code, Type, Message string }
				}
				require.NoError(t, json.Unmarshal([]byte(body), &failed), body)
				assert.Equal(t, want, failed.Error.Code)
				assert.Equal(t, want, failed.Error.Type)
				assert.Contains(t, failed.Error.Message, c.says)
				assert.NotContains(t, body, "qai_")
			})
		}
	}
}

// refusing is a mock that has something to refuse: key_01 is rotated, and key_02 is revoked.
type refusing struct {
	t     *testing.T
	mock  *keystest.Server
	clock *clock
}

func newRefusing(t *testing.T, opts ...keystest.Option) *refusing {
	t.Helper()
	clock := newClock()
	opts = append(opts, clock.option(), keystest.WithAPIKey("qai_account"), keystest.WithKeys(2))
	s := &refusing{t, keystest.NewServer(t, opts...), clock}
	_, err := s.mock.Client().Rotate(t.Context(), "key_01", keys.RotateParams{})
	require.NoError(t, err)
	_, err = s.mock.Client().Revoke(t.Context(), "key_02")
	require.NoError(t, err)
	return s
}

// bare returns these headers and no other credential.
func bare(headers ...string) func(*refusing) []string {
	return func(*refusing) []string { return headers }
}

func header(secret keys.Secret) []string { return []string{"X-API-Key: " + secret.Reveal()} }

func restricted(s *refusing) []string {
	return header(mint(s.t, s.mock, keys.CreateParams{Name: "ci", Endpoints: []string{"chat"}}).Key)
}

func limited(s *refusing) []string {
	return header(mint(s.t, s.mock, keys.CreateParams{Name: "ci", RateLimit: new(int32(0))}).Key)
}

func revoked(s *refusing) []string {
	created := mint(s.t, s.mock, keys.CreateParams{Name: "ci"})
	_, err := s.mock.Client().Revoke(s.t.Context(), created.Details.ID)
	require.NoError(s.t, err)
	return header(created.Key)
}

func rotated(s *refusing) []string {
	created := mint(s.t, s.mock, keys.CreateParams{Name: "ci"})
	_, err := s.mock.Client().Rotate(s.t.Context(), created.Details.ID, keys.RotateParams{GraceSeconds: 60})
	require.NoError(s.t, err)
	s.clock.now = s.clock.now.Add(time.Minute)
	return header(created.Key)
}

func rotatedAndRevoked(s *refusing) []string {
	headers := rotated(s)
	_, err := s.mock.Client().Revoke(s.t.Context(), "key_04")
	require.NoError(s.t, err)
	return headers
}

func expired(s *refusing) []string {
	account, err := s.mock.NewAccount(keystest.WithTier("admin"))
	require.NoError(s.t, err)
	created, err := as(s.t, s.mock, keys.NewSecret(account.APIKey)).CreateEphemeral(s.t.Context(), keys.EphemeralParams{TTL: new(60)})
	require.NoError(s.t, err)
	s.clock.now = s.clock.now.Add(time.Minute)
	return header(created.Token)
}

// TestAFaultWithoutACodeHasTheUsualOne tests that it follows the mock's codes, whereas a code that the fault names is sent as it is.
func TestAFaultWithoutACodeHasTheUsualOne(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]struct{ legacy, canonical string }{
		400: {"invalid_request", "INVALID_REQUEST"}, 401: {"authentication_error", "KEY_NOT_FOUND"},
		402: {"INSUFFICIENT_BALANCE", "INSUFFICIENT_BALANCE"}, 403: {"forbidden", "PERMISSION_DENIED"}, 404: {"not_found", "NOT_FOUND"},
		409: {"invalid_state", "invalid_state"}, 422: {"invalid_request", "INVALID_REQUEST"}, 429: {"rate_limit", "RATE_LIMITED_PER_KEY"},
		500: {"internal", "INTERNAL_ERROR"}, 502: {"provider_error", "SERVICE_UNAVAILABLE"}, 503: {"internal", "SERVICE_UNAVAILABLE"},
		504: {"internal", "SERVICE_UNAVAILABLE"},
	} {
		for code, opts := range map[string][]keystest.Option{want.legacy: nil, want.canonical: {keystest.WithCanonicalCodes()}} {
			mock := keystest.NewServer(t, opts...)
			mock.Inject(keystest.Fault{Status: status}, keystest.Fault{Status: status, Flat: true},
				keystest.Fault{Status: status, Code: "KEY_ROTATED"}, keystest.Fault{Status: status, Code: "internal"})
			for _, code := range []string{code, code, "KEY_ROTATED", "internal"} {
				_, err := once(mock).List(t.Context())
				var apiErr *keys.Error
				require.ErrorAs(t, err, &apiErr)
				assert.Equal(t, status, apiErr.StatusCode)
				assert.Equal(t, code, apiErr.Code, status)
			}
		}
	}
}
