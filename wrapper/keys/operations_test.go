package keys_test

import (
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/oapi-codegen/runtime/types"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	token = "qai_eph_0c5d41aa77be02c3d1f6a94e02bd5531c8e7906a4fd21b83957ec0aa64d1f20b"
	// Tokens in base64url, of 256 and 192 bits.
	underscored = "qai_eph_h_Xq4mV0_1zT-8bYcKd9RfWn2sLjA6uGpE5oIxQyM3k"
	underlined  = "qai_eph_hXq4mV01zT-8bYcKd9RfW_2sLjA6uGpE"
	details     = `"details":{"id":"key_03","name":"ci","key_prefix":"qai_k_4f1c09aa"}`
)

func TestRotate(t *testing.T) {
	t.Parallel()
	transport := new(script).then(200, `{"key":"`+secret+`",`+details+`,"old_key_id":"key_01"}`)
	rotated, err := newClient(t, transport).Rotate(t.Context(), "a/b", keys.RotateParams{GraceSeconds: 0})
	require.NoError(t, err)
	assert.Equal(t, secret, rotated.Key.Reveal())
	assert.Equal(t, "key_03", rotated.Details.ID)
	assert.Equal(t, "key_01", rotated.OldKeyID)
	assert.Equal(t, "/qai/v1/keys/a%2Fb/rotate", transport.requests[0].URL.EscapedPath())
}

func TestCreateEphemeral(t *testing.T) {
	t.Parallel()
	transport := new(script).then(200, `{"token":"`+token+`","expires_at":"2026-09-01T13:34:56Z","base_url":null}`)
	created, err := newClient(t, transport).CreateEphemeral(t.Context(), keys.EphemeralParams{UserRef: "user_42"})
	require.NoError(t, err)
	assert.Equal(t, token, created.Token.Reveal())
	assert.Equal(t, time.Date(2026, 9, 1, 13, 34, 56, 0, time.UTC), created.ExpiresAt)
	assert.Empty(t, created.BaseURL)
}

func TestCreatePartner(t *testing.T) {
	t.Parallel()
	transport := new(script).then(200, `{"key":"`+secret+`",`+details+`,"base_url":"https://eu.example"}`)
	created, err := newClient(t, transport).CreatePartner(t.Context(), keys.PartnerParams{PartnerID: "p", PartnerRef: "r"})
	require.NoError(t, err)
	assert.Equal(t, secret, created.Key.Reveal())
	assert.Equal(t, "https://eu.example", created.BaseURL)
}

// sentBody makes a call and returns the body of its request.
func sentBody(t *testing.T, call func(*keys.Client) error) string {
	t.Helper()
	var sent []byte
	client := newClient(t, roundTrip(func(r *http.Request) (*http.Response, error) {
		sent, _ = io.ReadAll(r.Body)
		return response(403, ""), nil
	}))
	require.ErrorIs(t, call(client), keys.ErrForbidden)
	return string(sent)
}

func TestWhatTheOtherMintsSend(t *testing.T) {
	t.Parallel()
	for want, call := range map[string]func(*keys.Client) error{
		`{"grace_seconds":0}`: func(c *keys.Client) error { _, err := c.Rotate(t.Context(), "k", keys.RotateParams{}); return err },
		`{}`: func(c *keys.Client) error {
			_, err := c.CreateEphemeral(t.Context(), keys.EphemeralParams{})
			return err
		},
		`{"ttl":0,"spend_cap":0,"rate_limit":0,"endpoints":[],"user_ref":"u"}`: func(c *keys.Client) error {
			_, err := c.CreateEphemeral(t.Context(), keys.EphemeralParams{TTL: new(0), SpendCap: new(0.0), RateLimit: new(int32(0)), Endpoints: []string{}, UserRef: "u"})
			return err
		},
		`{"partner_id":"","partner_ref":"r"}`: func(c *keys.Client) error {
			_, err := c.CreatePartner(t.Context(), keys.PartnerParams{PartnerRef: "r"})
			return err
		},
		`{"partner_id":"p","partner_ref":"r","name":"n","spend_cap_usd":0,"rate_limit":0,"endpoints":[]}`: func(c *keys.Client) error {
			_, err := c.CreatePartner(t.Context(), keys.PartnerParams{PartnerID: "p", PartnerRef: "r", Name: "n", SpendCapUSD: new(0.0), RateLimit: new(int32(0)), Endpoints: []string{}})
			return err
		},
		`{"name":"ci","region":"europe"}`: func(c *keys.Client) error {
			_, err := c.Create(t.Context(), keys.CreateParams{Name: "ci", Region: keys.RegionEurope})
			return err
		},
	} {
		assert.JSONEq(t, want, sentBody(t, call))
	}
}

func TestNothingInvalidIsSentByTheOtherOperations(t *testing.T) {
	t.Parallel()
	transport := new(script).then(200, "")
	c := newClient(t, transport)
	for name, call := range map[string]func() error{
		"rotate without an id": func() error { _, err := c.Rotate(t.Context(), "", keys.RotateParams{}); return err },
		"rotate two dots":      func() error { _, err := c.Rotate(t.Context(), "..", keys.RotateParams{}); return err },
		"usage of a dot":       func() error { _, err := c.Usage(t.Context(), "."); return err },
		"usage of a secret":    func() error { _, err := c.Usage(t.Context(), secret); return err },
		"user_ref": func() error {
			_, err := c.CreateEphemeral(t.Context(), keys.EphemeralParams{UserRef: "\xff"})
			return err
		},
		"spend_cap": func() error {
			_, err := c.CreateEphemeral(t.Context(), keys.EphemeralParams{SpendCap: new(math.NaN())})
			return err
		},
		"partner_ref": func() error {
			_, err := c.CreatePartner(t.Context(), keys.PartnerParams{PartnerRef: "\xff"})
			return err
		},
		"partner_id": func() error {
			_, err := c.CreatePartner(t.Context(), keys.PartnerParams{PartnerID: "\xff"})
			return err
		},
		"partner's name": func() error { _, err := c.CreatePartner(t.Context(), keys.PartnerParams{Name: "\xff"}); return err },
		"partner's cap": func() error {
			_, err := c.CreatePartner(t.Context(), keys.PartnerParams{SpendCapUSD: new(math.Inf(1))})
			return err
		},
		"region": func() error {
			_, err := c.Create(t.Context(), keys.CreateParams{Name: "ci", Region: "\xff"})
			return err
		},
		"empty name": func() error { _, err := c.Create(t.Context(), keys.CreateParams{SpendCapUSD: new(1.0)}); return err },
	} {
		require.ErrorIs(t, call(), keys.ErrInvalidArgument, name)
	}
	assert.Empty(t, transport.requests)
}

// TestTheOtherMintsAreMints responds with bodies that are incomplete or malformed.
func TestTheOtherMintsAreMints(t *testing.T) {
	t.Parallel()
	mints := map[string]func(*keys.Client) (any, error){
		"rotateKey": func(c *keys.Client) (any, error) {
			v, err := c.Rotate(t.Context(), "key_01", keys.RotateParams{})
			if v == nil {
				return nil, err
			}
			return v.Key, err
		},
		"createEphemeralKey": func(c *keys.Client) (any, error) {
			v, err := c.CreateEphemeral(t.Context(), keys.EphemeralParams{})
			if v == nil {
				return nil, err
			}
			return v.Token, err
		},
		"createPartnerKey": func(c *keys.Client) (any, error) {
			v, err := c.CreatePartner(t.Context(), keys.PartnerParams{PartnerID: "p", PartnerRef: "r"})
			if v == nil {
				return nil, err
			}
			return v.Key, err
		},
	}
	for operation, mint := range mints {
		bodies := map[string]string{
			`{"key":"` + secret + `","details":5}`: secret,
			`{"value":"` + secret + `"}`:           secret,
			`{"api_key":"opaque"}`:                 "",
			`{"token":"` + token + `"}`:            "",
			`{"details":{"id":"key_01"}}`:          "",
			``:                                     "",
		}
		if operation == "createEphemeralKey" {
			bodies = map[string]string{
				`{"token":"` + token + `"}`:                         token,
				`{"token":"` + token + `","expires_at":"tomorrow"}`: token,
				`{"value":"` + token + `"}`:                         token,
				`{"token":"job-123"}`:                               "",
				`{"token":"` + token[:20]:                           "",
				`{"key":"` + secret + `"}`:                          "",
				`{"expires_at":"2026-09-01T13:34:56Z"}`:             "",
				``:                                                  "",
			}
		}
		for body, want := range bodies {
			got, err := mint(newClient(t, new(script).then(200, body)))
			var unknown *keys.OutcomeUnknownError
			if want == "" {
				require.ErrorIs(t, err, keys.ErrDecode, "%s %s", operation, body)
				require.ErrorAs(t, err, &unknown, "%s %s", operation, body)
				assert.Equal(t, operation, unknown.Operation)
				assert.Nil(t, got)
				continue
			}
			require.NotErrorAs(t, err, &unknown)
			held, ok := got.(keys.Secret)
			require.True(t, ok, "%s %s", operation, body)
			assert.Equal(t, want, held.Reveal(), "%s %s", operation, body)
			if operation == "createEphemeralKey" {
				require.NoError(t, err, "a token has no id, so that nothing is missing")
				continue
			}
			var decodeErr *keys.DecodeError
			require.ErrorAs(t, err, &decodeErr, "%s %s", operation, body)
			assert.Equal(t, want, decodeErr.Created.Key.Reveal(), "%s %s", operation, body)
		}
	}
}

func TestUnknownOutcomesSayWhatMayExist(t *testing.T) {
	t.Parallel()
	c := newClient(t, new(script).then(502, ""))
	var unknown *keys.OutcomeUnknownError

	_, err := c.Rotate(t.Context(), "key_01", keys.RotateParams{})
	require.ErrorAs(t, err, &unknown)
	assert.Equal(t, "key_01", unknown.ID)
	assert.ErrorContains(t, err, `key "key_01" may have been rotated`)

	_, err = c.CreatePartner(t.Context(), keys.PartnerParams{PartnerID: "p", PartnerRef: "r"})
	require.ErrorAs(t, err, &unknown)
	assert.Equal(t, "partner:r", unknown.Name)
	_, err = c.CreatePartner(t.Context(), keys.PartnerParams{PartnerID: "p", PartnerRef: "r", Name: "n"})
	require.ErrorAs(t, err, &unknown)
	assert.Equal(t, "n", unknown.Name)

	_, err = c.CreateEphemeral(t.Context(), keys.EphemeralParams{})
	require.ErrorAs(t, err, &unknown)
	assert.ErrorContains(t, err, "can't be listed")
	_, err = c.Orphans(t.Context(), unknown.Pending)
	require.ErrorIs(t, err, keys.ErrOrphansUnknown)
	assert.ErrorContains(t, err, "can't be listed")
}

func TestOrphansOfTheOtherMints(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithKeys(3), keystest.WithTier("internal"))
	c := mock.Client()
	lost := keystest.Fault{After: true, Drop: true}
	var unknown *keys.OutcomeUnknownError

	mock.Inject(lost)
	_, err := c.Rotate(t.Context(), "key_02", keys.RotateParams{GraceSeconds: 60})
	require.ErrorAs(t, err, &unknown)
	orphans, err := c.Orphans(t.Context(), unknown.Pending)
	require.NoError(t, err)
	require.Len(t, orphans, 1, "of the old key's name, and not the old key")
	assert.Equal(t, "key_04", orphans[0].ID)
	again, err := c.Rotate(t.Context(), orphans[0].ID, keys.RotateParams{})
	require.NoError(t, err, "rotating the orphan gives a secret that the caller holds")
	assert.False(t, again.Key.IsZero())

	mock.Inject(lost)
	_, err = c.CreatePartner(t.Context(), keys.PartnerParams{PartnerID: "p", PartnerRef: "r"})
	require.ErrorAs(t, err, &unknown)
	orphans, err = c.Orphans(t.Context(), unknown.Pending)
	require.NoError(t, err)
	require.Len(t, orphans, 1)
	assert.Equal(t, "partner:r", orphans[0].Name)
}

func TestUsage(t *testing.T) {
	t.Parallel()
	body := `{"days":[{"day":"2026-09-01","requests":12,"cost_usd":0.75,"input_tokens":5200,"output_tokens":null,"added":1}],"models":[{"model":"m","requests":12,"cost_usd":0.75}],"total_cost_usd":0.75}`
	usage, err := newClient(t, new(script).then(200, body)).Usage(t.Context(), "key_01")
	require.NoError(t, err)
	assert.Equal(t, &keys.KeyUsage{
		Days:         []keys.UsageDay{{Day: types.Date{Time: time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)}, Requests: 12, CostUSD: 0.75, InputTokens: 5200}},
		Models:       []keys.UsageModel{{Model: "m", Requests: 12, CostUSD: 0.75}},
		TotalCostUSD: 0.75,
	}, usage)
	for body, says := range map[string]string{`{}`: "days is missing", `{"days":[]}`: "models is missing", `{"days":[{"day":"x"}],"models":[]}`: "", `[]`: "array"} {
		usage, err := newClient(t, new(script).then(200, body)).Usage(t.Context(), "key_01")
		require.ErrorIs(t, err, keys.ErrDecode, body)
		assert.ErrorContains(t, err, says)
		assert.Nil(t, usage)
	}
}

func TestListDevices(t *testing.T) {
	t.Parallel()
	body := `{"devices":[{"key_id":"key_07","device_id":"d","key_prefix":"qai_k_90be11d2","created_at":"2026-09-01T12:34:56Z","last_used":null},{"key_id":"key_08","device_id":null,"x":1},{"device_id":"no id"}]}`
	devices, err := newClient(t, new(script).then(200, body)).ListDevices(t.Context())
	require.ErrorIs(t, err, keys.ErrDecode)
	assert.ErrorContains(t, err, "key_id is missing")
	assert.Equal(t, []keys.DeviceKey{
		{KeyID: "key_07", DeviceID: "d", KeyPrefix: "qai_k_90be11d2", CreatedAt: time.Date(2026, 9, 1, 12, 34, 56, 0, time.UTC)}, {KeyID: "key_08"},
	}, devices)
	_, err = newClient(t, new(script).then(200, `{"keys":[]}`)).ListDevices(t.Context())
	require.ErrorIs(t, err, keys.ErrDecode)
	assert.ErrorContains(t, err, "devices is missing")
}

func TestScopeOf(t *testing.T) {
	t.Parallel()
	full := keys.Scope{Endpoints: []string{"chat"}, SpendCapUSD: new(2.5), RateLimit: new(int32(60)), Region: keys.RegionAsia}
	for raw, c := range map[string]struct {
		want keys.Scope
		ok   bool
	}{
		``:                     {},
		`null`:                 {},
		`5`:                    {},
		`"x"`:                  {},
		`[1]`:                  {},
		`{}`:                   {},
		`{"rate_limit":-1e12}`: {},
		`{"endpoints":["chat"],"spend_cap_usd":2.5,"rate_limit":60,"region":"asia"}`:                                               {full, true},
		`{"endpoints":"chat","spend_cap":"2.5","rate_limit":"60","region":"asia","other":{"region":"x"}}`:                          {full, true},
		`{"limits":{"spend_cap_usd":2.5,"rate_limit":60},"access":{"endpoints":["chat",5,null]},"where":{"is":{"region":"asia"}}}`: {full, true},
		`{"endpoints":[]}`: {keys.Scope{Endpoints: []string{}}, true},
		`{"endpoints":null,"spend_cap_usd":true,"rate_limit":1.5,"region":7}`: {},
		`{"spend_cap_usd":1e999,"rate_limit":99999999999}`:                    {},
		`{"spend_cap_usd":"NaN","rate_limit":"-Inf"}`:                         {},
		`{"spend_cap_usd":0,"rate_limit":0}`:                                  {keys.Scope{SpendCapUSD: new(0.0), RateLimit: new(int32(0))}, true},
		`{"a":{"b":{"c":{"d":{"region":"asia"}}}}}`:                           {},
		`{"region":" APAC\n"}`:                                                {keys.Scope{Region: keys.RegionAsia}, true},
		`{"region":"Antarctica"}`:                                             {keys.Scope{Region: "Antarctica"}, true},
		`{broken`:                                                             {},
	} {
		got, ok := keys.ScopeOf(keys.Key{Scope: keys.JSON(raw)})
		assert.Equal(t, c.want, got, raw)
		assert.Equal(t, c.ok, ok, raw)
	}
}

func TestAScopePrintsReadably(t *testing.T) {
	t.Parallel()
	key := keys.Key{ID: "key_01", Scope: keys.JSON(`{"endpoints":["chat"],"rate_limit":60}`)}
	assert.Contains(t, fmt.Sprintf("%v", key), `{"endpoints":["chat"],"rate_limit":60}`)
	assert.JSONEq(t, `{"endpoints":["chat"],"rate_limit":60}`, fmt.Sprint(key.Scope))
	scope, _ := keys.ScopeOf(key)
	assert.JSONEq(t, `{"Endpoints":["chat"],"SpendCapUSD":null,"RateLimit":60,"Region":""}`, fmt.Sprint(scope))
	assert.JSONEq(t, `{"Endpoints":null,"SpendCapUSD":0,"RateLimit":null,"Region":"asia"}`, fmt.Sprintf("%+v", keys.Scope{SpendCapUSD: new(0.0), Region: "asia"}))
}

func FuzzScopeOf(f *testing.F) {
	for _, raw := range []string{`{"endpoints":["chat"],"spend_cap_usd":2.5,"rate_limit":60,"region":"asia"}`, `null`, `{"a":{"endpoints":"x"}}`, `[`, `{"rate_limit":"1e3"}`} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		scope, ok := keys.ScopeOf(keys.Key{Scope: raw})
		again, _ := keys.ScopeOf(keys.Key{Scope: raw})
		require.Equal(t, scope, again)
		require.True(t, ok || scope.Endpoints == nil && scope.SpendCapUSD == nil && scope.RateLimit == nil && scope.Region == "")
		if scope.SpendCapUSD != nil {
			require.False(t, math.IsNaN(*scope.SpendCapUSD) || math.IsInf(*scope.SpendCapUSD, 0))
		}
	})
}

// FuzzOtherResponses responds to the operations that have no target of their own.
func FuzzOtherResponses(f *testing.F) {
	for i, body := range []string{
		`{"key":"` + secret + `",` + details + `,"old_key_id":"key_01"}`, `{"token":"` + token + `","expires_at":"2026-09-01T13:34:56Z"}`, `{"key":"` + secret + `",` + details + `,"base_url":"x"}`,
		`{"days":[{"day":"2026-09-01","requests":1,"cost_usd":1}],"models":[],"total_cost_usd":1}`, `{"devices":[{"key_id":"a","created_at":null}]}`,
	} {
		f.Add(uint8(i), body, false)
		f.Add(uint8(i), body[:len(body)/2], true)
	}
	f.Fuzz(func(t *testing.T, operation uint8, body string, cut bool) {
		c := newClient(t, fuzzResponse(200, body, cut), keys.WithRetry(keys.RetryPolicy{}))
		var err error
		mint := true
		var got keys.Secret
		switch operation % 5 {
		case 0:
			var v *keys.RotatedKey
			if v, err = c.Rotate(t.Context(), "k", keys.RotateParams{}); v != nil {
				got = v.Key
			}
		case 1:
			var v *keys.EphemeralKey
			if v, err = c.CreateEphemeral(t.Context(), keys.EphemeralParams{}); v != nil {
				got = v.Token
			}
		case 2:
			var v *keys.PartnerKey
			if v, err = c.CreatePartner(t.Context(), keys.PartnerParams{}); v != nil {
				got = v.Key
			}
		case 3:
			mint = false
			_, err = c.Usage(t.Context(), "k")
		default:
			mint = false
			_, err = c.ListDevices(t.Context())
		}
		if err != nil {
			require.ErrorIs(t, err, keys.ErrDecode)
			var decodeErr *keys.DecodeError
			require.ErrorAs(t, err, &decodeErr)
			require.Equal(t, mint && decodeErr.Created == nil, errors.Is(err, keys.ErrOutcomeUnknown))
			require.Equal(t, decodeErr.Created != nil, !got.IsZero())
			return
		}
		require.Equal(t, mint, !got.IsZero())
	})
}
