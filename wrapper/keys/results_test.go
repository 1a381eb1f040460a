package keys_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// results returns, by operation, what is printed of a result whose texts are all text, a JSON string. A mint's secret is fresh.
func results(t *testing.T, text, fresh string) map[string]string {
	t.Helper()
	const key = `{"id":"a","name":TEXT,"key_prefix":TEXT,"scope":{TEXT:["x",TEXT,{"y":TEXT}]}}`
	client := newClient(t, new(script).then(200, strings.NewReplacer("TEXT", text, "NEWKEY", fresh, "NEWTOKEN", strings.Replace(fresh, "qai_k_", "qai_eph_", 1)).Replace(`{"key":"NEWKEY","token":"NEWTOKEN","details":`+key+
		`,"base_url":TEXT,"expires_at":"2026-09-01T12:34:56Z","status":TEXT,"message":TEXT,"keys":[`+key+`],"devices":[{"key_id":"a","device_id":"d","key_prefix":TEXT}],`+
		`"days":[],"models":[{"model":TEXT,"requests":1,"cost_usd":1}],"total_cost_usd":0}`)))
	ctx, found := t.Context(), map[string]string{}
	created, err := client.Create(ctx, keys.CreateParams{Name: "ci"})
	require.NoError(t, err)
	assert.True(t, json.Valid(created.Details.Scope))
	found["create"] = fmt.Sprintf("%+v", *created)
	rotated, err := client.Rotate(ctx, "a", keys.RotateParams{})
	require.NoError(t, err)
	found["rotate"] = fmt.Sprintf("%+v", *rotated)
	ephemeral, err := client.CreateEphemeral(ctx, keys.EphemeralParams{})
	require.NoError(t, err)
	found["ephemeral"] = fmt.Sprintf("%+v", *ephemeral)
	partner, err := client.CreatePartner(ctx, keys.PartnerParams{PartnerID: "p", PartnerRef: "r"})
	require.NoError(t, err)
	found["partner"] = fmt.Sprintf("%+v", *partner)
	for _, secret := range []keys.Secret{created.Key, rotated.Key, ephemeral.Token, partner.Key} {
		assert.Equal(t, fresh[len(fresh)-8:], secret.Reveal()[len(secret.Reveal())-8:])
	}
	list, err := client.List(ctx)
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.True(t, json.Valid(list[0].Scope))
	found["list"] = fmt.Sprintf("%+v", list)
	devices, err := client.ListDevices(ctx)
	require.NoError(t, err)
	found["devices"] = fmt.Sprintf("%+v", devices)
	status, err := client.Revoke(ctx, "a")
	require.NoError(t, err)
	found["revoke"] = fmt.Sprintf("%+v", *status)
	usage, err := client.Usage(ctx, "a")
	require.NoError(t, err)
	found["usage"] = fmt.Sprintf("%+v", *usage)
	return found
}

const freshKey = "qai_k_77aa01bc5be0c3d27718f6a94e02bd5531c8e7906a4fd21b83957ec0aa64d1f2"

// TestNoTextOfAResultIsASecret: not the client's API key, a whole key or token, nor what was just minted, however JSON spells it.
func TestNoTextOfAResultIsASecret(t *testing.T) {
	t.Parallel()
	for _, text := range []string{credential, secret, token, underscored, underlined, freshKey, "Bearer " + secret, `"` + secret + `\`, "x" + credential + credential} {
		plain, err := json.Marshal(text)
		require.NoError(t, err)
		for _, quoted := range []string{string(plain), strings.ReplaceAll(string(plain), "qai", `\u0071ai`), strings.ReplaceAll(string(plain), "_", `\u005F`)} {
			for operation, printed := range results(t, quoted, freshKey) {
				for _, secret := range []string{credential, secret, token, underscored, underlined, freshKey} {
					assert.NotContains(t, printed, secret[8:], operation)
					assert.NotContains(t, printed, secret[len(secret)-9:], operation)
				}
				assert.Equal(t, operation != "devices" || !strings.HasPrefix(text, "qai_"), strings.Contains(printed, "[redacted]"), "%s of %s: %s", operation, quoted, printed)
			}
		}
	}
	for operation, printed := range results(t, `"the new opaque-secret-1."`, `qai_k_opaque-secret-1`) {
		mints := map[string]bool{"create": true, "rotate": true, "ephemeral": true, "partner": true}[operation]
		assert.Equal(t, mints, strings.Contains(printed, "the new [redacted]."), operation)
	}
}

// TestTextsThatOnlyLookLikeSecretsStay as they are: keys are found by their names.
func TestTextsThatOnlyLookLikeSecretsStay(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"qai_backend_production", "qai_k_4f1c09aa", "qai_k_4f1c09aa5be0c3d27718f6a94e02bd5531c8e7906a4fd21b83957ec0aa64d1", "qai_eph_4f1c09", "qai_eph_backend_production_europe",
		"qai_eph_Team_alpha_production_customer_01234567", // One character less than what is taken for a token.
		"Ürün\t\u202e 100% %41 \x7f", `C:\temp\x41 "quoted"`, "qai_k_credential012345678", strings.Repeat("qai_", 5000),
	} {
		quoted, err := json.Marshal(text)
		require.NoError(t, err)
		client := newClient(t, new(script).then(200, `{"keys":[{"id":`+string(quoted)+`,"name":`+string(quoted)+`,"key_prefix":`+string(quoted)+`,"scope":{"a":`+string(quoted)+`}}]}`))
		found, err := client.Find(t.Context(), func(key keys.Key) bool { return key.Name == text })
		require.NoError(t, err)
		assert.Equal(t, &keys.Key{ID: text, Name: text, KeyPrefix: text, Scope: keys.JSON(`{"a":` + string(quoted) + `}`)}, found)
	}
}

// TestAPrefixThatIsAWholeKeyIsCut to what is public, by which the key is found.
func TestAPrefixThatIsAWholeKeyIsCut(t *testing.T) {
	t.Parallel()
	client := newClient(t, new(script).then(200, `{"keys":[{"id":"a","name":"n","key_prefix":"`+secret+`"}]}`))
	found, err := client.ByPrefix(t.Context(), keys.NewSecret(secret))
	require.NoError(t, err)
	assert.Equal(t, &keys.Key{ID: "a", Name: "n", KeyPrefix: secret[:14]}, found)
}

// TestAnIDThatHoldsASecretIsMissing: it can't be sent, nor shown.
func TestAnIDThatHoldsASecretIsMissing(t *testing.T) {
	t.Parallel()
	for _, id := range []string{secret, "key of " + credential, `\u0071ai_k` + secret[5:], token, underscored} {
		list, err := newClient(t, new(script).then(200, `{"keys":[`+keyA+`,{"id":"`+id+`","name":"n","key_prefix":"p"},`+keyC+`]}`)).List(t.Context())
		require.EqualError(t, err, "keys: listKeys: unexpected response: keys[1].id holds a secret")
		require.NotErrorIs(t, err, keys.ErrIncomplete)
		assert.Len(t, list, 2)

		devices, err := newClient(t, new(script).then(200, `{"devices":[{"key_id":"a","device_id":"`+id+`"}]}`)).ListDevices(t.Context())
		require.ErrorIs(t, err, keys.ErrDecode)
		assert.ErrorContains(t, err, "devices[0].device_id holds a secret")
		assert.Empty(t, devices)

		created, err := newClient(t, new(script).then(200, `{"key":"`+freshKey+`","details":{"id":"`+id+`","name":"`+id+`","key_prefix":"qai_k_77aa01bc"}}`)).Create(t.Context(), keys.CreateParams{Name: "ci"})
		failure, ok := errors.AsType[*keys.DecodeError](err)
		require.True(t, ok)
		assert.ErrorContains(t, failure, "details.id holds a secret")
		for _, created := range []*keys.CreatedKey{created, failure.Created} {
			assert.Equal(t, freshKey, created.Key.Reveal())
			assert.Empty(t, created.Details.ID)
			assert.Equal(t, "qai_k_77aa01bc", created.Details.KeyPrefix)
			assert.NotContains(t, fmt.Sprintf("%+v %v", *created, err), id[len(id)-16:])
		}
	}
}

// TestSecretsOfOtherForms: an API key that doesn't look like one, a token that is shorter than most, and a part of a key in an error.
func TestSecretsOfOtherForms(t *testing.T) {
	t.Parallel()
	session, err := newClient(t, new(script).then(200, `{"keys":[{"id":"a","name":"of session-0123","key_prefix":"p"}]}`)).WithKey(keys.NewSecret("session-0123"))
	require.NoError(t, err)
	list, err := session.List(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "of [redacted]", list[0].Name)

	made, err := newClient(t, new(script).then(200, `{"token":"qai_eph_brief","expires_at":"2026-09-01T12:34:56Z","base_url":"https://h/qai_eph_brief"}`)).CreateEphemeral(t.Context(), keys.EphemeralParams{})
	require.NoError(t, err)
	assert.Equal(t, "https://h/[redacted]", made.BaseURL)

	_, err = newClient(t, new(script).then(404, `{"error":"c","message":"no `+secret[:30]+`"}`)).List(t.Context())
	require.ErrorContains(t, err, "no [redacted]")
}
