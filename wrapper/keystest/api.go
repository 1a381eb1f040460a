package keystest

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"time"

	"github.com/qaikeys/qaikeys/generated/server"
)

// api is the API's meaning: a method for each operation of openapi.yaml.
type api struct{ *Handler }

var _ server.StrictServerInterface = api{}

// defaultTTL is how long an ephemeral key lives where the request doesn't say (openapi.yaml, CreateEphemeralKeyRequest.ttl).
const defaultTTL = time.Hour

// CreateKey mints a key.
func (h api) CreateKey(ctx context.Context, req server.CreateKeyRequestObject) (server.CreateKeyResponseObject, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	asked := req.Body
	secret, made, err := exchangeOf(ctx).account.store.mint(State{
		Name: asked.Name, Endpoints: value(asked.Endpoints), SpendCapUSD: asked.SpendCapUSD, RateLimit: asked.RateLimit,
		Region: string(value(asked.Region)),
	})
	if err != nil {
		return nil, err
	}
	return server.CreateKey200JSONResponse{
		Body:    server.CreatedKey{Key: secret, Details: made.details()},
		Headers: server.CreateKey200ResponseHeaders{XQAIRequestID: exchangeOf(ctx).id, XQAICostTicks: new(int64)},
	}, nil
}

// CreatePartnerKey mints a key for a partner's customer.
func (h api) CreatePartnerKey(ctx context.Context, req server.CreatePartnerKeyRequestObject) (server.CreatePartnerKeyResponseObject, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	asked := req.Body
	name := "partner:" + asked.PartnerRef
	if asked.Name != nil {
		name = *asked.Name
	}
	secret, made, err := exchangeOf(ctx).account.store.mint(State{
		Name: name, Endpoints: value(asked.Endpoints), SpendCapUSD: asked.SpendCapUSD, RateLimit: asked.RateLimit,
	})
	if err != nil {
		return nil, err
	}
	return server.CreatePartnerKey200JSONResponse{
		Body:    server.PartnerKey{Key: secret, Details: made.details(), BaseURL: new(exchangeOf(ctx).baseURL)},
		Headers: server.CreatePartnerKey200ResponseHeaders{XQAIRequestID: exchangeOf(ctx).id, XQAICostTicks: new(int64)},
	}, nil
}

// CreateEphemeralKey mints a token that dies by itself.
func (h api) CreateEphemeralKey(ctx context.Context, req server.CreateEphemeralKeyRequestObject) (server.CreateEphemeralKeyResponseObject, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	asked := req.Body
	ttl := defaultTTL
	if asked.TTL != nil {
		ttl = seconds(int64(*asked.TTL))
	}
	token, expires, err := exchangeOf(ctx).account.store.mintEphemeral(State{
		Endpoints: value(asked.Endpoints), SpendCapUSD: asked.SpendCap, RateLimit: asked.RateLimit,
	}, ttl)
	if err != nil {
		return nil, err
	}
	return server.CreateEphemeralKey200JSONResponse{
		Body:    server.EphemeralKey{Token: token, ExpiresAt: expires, BaseURL: new(exchangeOf(ctx).baseURL)},
		Headers: server.CreateEphemeralKey200ResponseHeaders{XQAIRequestID: exchangeOf(ctx).id, XQAICostTicks: new(int64)},
	}, nil
}

// RotateKey mints the key that takes another's place.
func (h api) RotateKey(ctx context.Context, req server.RotateKeyRequestObject) (server.RotateKeyResponseObject, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	k := exchangeOf(ctx).account.store.byID[req.ID]
	switch {
	case k == nil:
		return nil, failure(http.StatusNotFound, "there is no key with this id")
	case k.Revoked:
		return nil, failure(http.StatusConflict, "this key is revoked")
	case !k.ExpiresAt.IsZero():
		return nil, failure(http.StatusConflict, "this key was rotated before")
	}
	secret, made, err := exchangeOf(ctx).account.store.rotate(k, seconds(req.Body.GraceSeconds))
	if err != nil {
		return nil, err
	}
	return server.RotateKey200JSONResponse{
		Body:    server.RotatedKey{Key: secret, Details: made.details(), OldKeyID: &k.ID},
		Headers: server.RotateKey200ResponseHeaders{XQAIRequestID: exchangeOf(ctx).id, XQAICostTicks: new(int64)},
	}, nil
}

// ListDeviceKeys lists the keys of devices in the order in which they were made.
func (h api) ListDeviceKeys(ctx context.Context, _ server.ListDeviceKeysRequestObject) (server.ListDeviceKeysResponseObject, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := []server.DeviceKey{}
	for _, k := range exchangeOf(ctx).account.store.keys {
		if k.DeviceID != "" {
			list = append(list, server.DeviceKey{
				KeyID: k.ID, DeviceID: &k.DeviceID, KeyPrefix: &k.KeyPrefix, CreatedAt: new(k.CreatedAt), LastUsed: nonZero(k.LastUsed),
			})
		}
	}
	return server.ListDeviceKeys200JSONResponse{
		Body:    server.DeviceKeyList{Devices: list},
		Headers: server.ListDeviceKeys200ResponseHeaders{XQAIRequestID: exchangeOf(ctx).id, XQAICostTicks: new(int64)},
	}, nil
}

// GetKeyUsage adds up what Use recorded, by day and by model.
func (h api) GetKeyUsage(ctx context.Context, req server.GetKeyUsageRequestObject) (server.GetKeyUsageResponseObject, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	k := exchangeOf(ctx).account.store.byID[req.ID]
	if k == nil {
		return nil, failure(http.StatusNotFound, "there is no key with this id")
	}
	usage, err := k.usage()
	return server.GetKeyUsage200JSONResponse{
		Body:    usage,
		Headers: server.GetKeyUsage200ResponseHeaders{XQAIRequestID: exchangeOf(ctx).id, XQAICostTicks: new(int64)},
	}, err
}

// ListKeys lists the keys in the order in which they were made.
func (h api) ListKeys(ctx context.Context, _ server.ListKeysRequestObject) (server.ListKeysResponseObject, error) {
	return keyStream{ctx, h.Handler, exchangeOf(ctx)}, nil
}

// RevokeKey revokes a key, again where it was revoked before.
func (h api) RevokeKey(ctx context.Context, req server.RevokeKeyRequestObject) (server.RevokeKeyResponseObject, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	k := exchangeOf(ctx).account.store.byID[req.ID]
	if k == nil {
		return nil, failure(http.StatusNotFound, "there is no key with this id")
	}
	if err := exchangeOf(ctx).account.store.revoke(k); err != nil {
		return nil, err
	}
	return server.RevokeKey200JSONResponse{
		Body:    server.Status{Status: "revoked", Message: new("this key is refused from now on")},
		Headers: server.RevokeKey200ResponseHeaders{XQAIRequestID: exchangeOf(ctx).id, XQAICostTicks: new(int64)},
	}, nil
}

// details is what a mint's answer tells of k.
func (k *key) details() server.KeyDetails {
	details := server.KeyDetails{
		ID: k.ID, Name: k.Name, KeyPrefix: k.KeyPrefix,
		SpentTicks: new(int64(k.SpentTicks)), Revoked: new(k.Revoked), CreatedAt: new(k.CreatedAt),
	}
	scope := map[string]any{}
	if k.Endpoints != nil {
		scope["endpoints"] = k.Endpoints
	}
	if k.SpendCapUSD != nil {
		scope["spend_cap_usd"] = *k.SpendCapUSD
	}
	if k.RateLimit != nil {
		scope["rate_limit"] = *k.RateLimit
	}
	if k.Region != "" {
		scope["region"] = k.Region
	}
	if len(scope) > 0 {
		details.Scope = new(server.KeyScope)
		encoded, _ := json.Marshal(scope) // Of what JSON can carry: the request came as JSON.
		_ = details.Scope.UnmarshalJSON(encoded)
	}
	return details
}

// seconds is n seconds, or the longest duration where n is more than that.
func seconds(n int64) time.Duration {
	const most = math.MaxInt64 / int64(time.Second)
	return time.Duration(max(-most, min(n, most))) * time.Second
}

// value is what p points to, or zero.
func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// nonZero is nil for the zero time.
func nonZero(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
