package keystest

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"reflect"
	"time"

	"github.com/qaikeys/qaikeys/generated/server"
	"github.com/qaikeys/qaikeys/wrapper/keys"
)

// api has a method for each operation of the API's document.
type api struct{ *Handler }

// defaultTTL is the default of CreateEphemeralKeyRequest.ttl in the API's document.
const defaultTTL = time.Hour

func (h api) CreateKey(ctx context.Context, req server.CreateKeyRequestObject) (server.CreateKeyResponseObject, error) {
	x := exchangeOf(ctx)
	asked := req.Body
	region, unknown := keys.ParseRegion(deref(asked.Region))
	if deref(asked.Region) != "" && unknown != nil { // The gateway mints a key without a region, and says nothing.
		x.ignore([]string{"region"})
	}
	secret, made, err := x.account.keyring.mint(listed, State{
		Name: asked.Name, Endpoints: deref(asked.Endpoints), SpendCapUSD: asked.SpendCapUSD, RateLimit: asked.RateLimit,
		Region: string(region),
	})
	if err != nil {
		return nil, err
	}
	return server.CreateKey200JSONResponse{
		Body:    server.CreatedKey{Key: secret, Details: made.details()},
		Headers: x.headers(),
	}, nil
}

func (h api) CreatePartnerKey(ctx context.Context, req server.CreatePartnerKeyRequestObject) (server.CreatePartnerKeyResponseObject, error) {
	x := exchangeOf(ctx)
	asked := req.Body
	name := "partner:" + asked.PartnerRef
	if asked.Name != nil {
		name = *asked.Name
	}
	secret, made, err := x.account.keyring.mint(listed, State{
		Name: name, Endpoints: deref(asked.Endpoints), SpendCapUSD: asked.SpendCapUSD, RateLimit: asked.RateLimit,
	})
	if err != nil {
		return nil, err
	}
	return server.CreatePartnerKey200JSONResponse{
		Body:    server.PartnerKey{Key: secret, Details: made.details(), BaseURL: x.baseURL()},
		Headers: server.CreatePartnerKey200ResponseHeaders(x.headers()),
	}, nil
}

func (h api) CreateEphemeralKey(ctx context.Context, req server.CreateEphemeralKeyRequestObject) (server.CreateEphemeralKeyResponseObject, error) {
	x := exchangeOf(ctx)
	asked := req.Body
	ttl := defaultTTL
	if asked.TTL != nil {
		ttl = seconds(int64(*asked.TTL))
	}
	token, made, err := x.account.keyring.mint(ephemeral, State{
		Endpoints: deref(asked.Endpoints), SpendCapUSD: asked.SpendCap, RateLimit: asked.RateLimit,
		ExpiresAt: timestamp(x.account.keyring.now().Add(ttl)),
	})
	if err != nil {
		return nil, err
	}
	return server.CreateEphemeralKey200JSONResponse{
		Body:    server.EphemeralKey{Token: token, ExpiresAt: made.ExpiresAt, BaseURL: x.baseURL()},
		Headers: server.CreateEphemeralKey200ResponseHeaders(x.headers()),
	}, nil
}

func (h api) RotateKey(ctx context.Context, req server.RotateKeyRequestObject) (server.RotateKeyResponseObject, error) {
	x := exchangeOf(ctx)
	k := x.account.keyring.byID(req.ID)
	switch {
	case k == nil:
		return nil, failure(http.StatusNotFound, "there is no key with this id")
	case k.Revoked:
		return nil, failure(http.StatusConflict, "this key is revoked")
	case !k.ExpiresAt.IsZero():
		return nil, failure(http.StatusConflict, "this key was already rotated")
	}
	secret, made, err := x.account.keyring.rotate(k, seconds(req.Body.GraceSeconds))
	if err != nil {
		return nil, err
	}
	return server.RotateKey200JSONResponse{
		Body:    server.RotatedKey{Key: secret, Details: made.details(), OldKeyID: new(k.ID)},
		Headers: server.RotateKey200ResponseHeaders(x.headers()),
	}, nil
}

// ListDeviceKeys lists the keys of devices in the order in which they were made.
func (h api) ListDeviceKeys(ctx context.Context, _ server.ListDeviceKeysRequestObject) (server.ListDeviceKeysResponseObject, error) {
	x := exchangeOf(ctx)
	var list []server.DeviceKey
	for _, k := range x.account.keyring.keys {
		if k.DeviceID != "" {
			list = append(list, server.DeviceKey{
				KeyID: k.ID, DeviceID: new(k.DeviceID), KeyPrefix: new(k.KeyPrefix), CreatedAt: new(k.CreatedAt), LastUsed: nonZero(k.LastUsed),
			})
		}
	}
	return server.ListDeviceKeys200JSONResponse{
		Body:    server.DeviceKeyList{Devices: orEmpty(h.Handler, list)},
		Headers: server.ListDeviceKeys200ResponseHeaders(x.headers()),
	}, nil
}

// GetKeyUsage adds up the recorded uses of a key.
func (h api) GetKeyUsage(ctx context.Context, req server.GetKeyUsageRequestObject) (server.GetKeyUsageResponseObject, error) {
	x := exchangeOf(ctx)
	k := x.account.keyring.byID(req.ID)
	if k == nil {
		return nil, failure(http.StatusNotFound, "there is no key with this id")
	}
	usage, err := k.usage()
	usage.Days, usage.Models = orEmpty(h.Handler, usage.Days), orEmpty(h.Handler, usage.Models)
	return server.GetKeyUsage200JSONResponse{
		Body:    usage,
		Headers: server.GetKeyUsage200ResponseHeaders(x.headers()),
	}, err
}

// ListKeys lists the keys in the order in which they were made.
func (h api) ListKeys(ctx context.Context, _ server.ListKeysRequestObject) (server.ListKeysResponseObject, error) {
	return exchangeOf(ctx).account.keyring.stream(ctx)
}

// RevokeKey revokes a key. A revoked key stays revoked.
func (h api) RevokeKey(ctx context.Context, req server.RevokeKeyRequestObject) (server.RevokeKeyResponseObject, error) {
	x := exchangeOf(ctx)
	k := x.account.keyring.byID(req.ID)
	if k == nil {
		return nil, failure(http.StatusNotFound, "there is no key with this id")
	}
	if err := x.account.keyring.change(k, func(k *key) { k.Revoked = true }); err != nil {
		return nil, err
	}
	return server.RevokeKey200JSONResponse{
		Body:    server.Status{Status: "revoked", Message: new("this key is refused from now on")},
		Headers: server.RevokeKey200ResponseHeaders(x.headers()),
	}, nil
}

// lock holds the handler's lock during an operation. A key that was forgotten since it was authenticated may do nothing more.
func (h *Handler) lock(operation server.StrictHandlerFunc, _ string) server.StrictHandlerFunc {
	return func(ctx context.Context, w http.ResponseWriter, r *http.Request, request any) (any, error) {
		h.mu.Lock()
		defer h.mu.Unlock()
		if exchangeOf(ctx).current() == nil {
			return nil, unknownKey()
		}
		return operation(ctx, w, r, request)
	}
}

// headers returns the headers of a success, which every operation has.
func (x *exchange) headers() server.CreateKey200ResponseHeaders {
	return server.CreateKey200ResponseHeaders{XQAIRequestID: x.entry.ID, XQAICostTicks: new(int64)}
}

// scope is what a key is restricted to.
type scope struct {
	Endpoints   []string `json:"endpoints,omitzero"`
	SpendCapUSD *float64 `json:"spend_cap_usd,omitzero"`
	RateLimit   *int32   `json:"rate_limit,omitzero"`
	Region      string   `json:"region,omitzero"`
}

// details returns what the response to a mint says about k.
func (k *key) details() server.KeyDetails {
	details := server.KeyDetails{
		ID: k.ID, Name: k.Name, KeyPrefix: new(k.KeyPrefix),
		SpentTicks: new(int64(k.SpentTicks)), Revoked: new(k.Revoked), CreatedAt: new(k.CreatedAt),
	}
	if s := (scope{k.Endpoints, k.SpendCapUSD, k.RateLimit, k.Region}); !reflect.ValueOf(s).IsZero() {
		encoded, _ := json.Marshal(s) // It came as JSON, so it can't fail.
		details.Scope = new(server.KeyScope)
		_ = details.Scope.UnmarshalJSON(encoded)
	}
	return details
}

// maxSeconds is the longest duration of whole seconds, about 292 years.
const maxSeconds = int64(math.MaxInt64 / time.Second)

// seconds returns n seconds, at most maxSeconds.
func seconds(n int64) time.Duration { return time.Duration(min(n, maxSeconds)) * time.Second }

// orEmpty returns a list of a response: one that is nil is empty, or null in the response if the mock was asked for that.
func orEmpty[T any](h *Handler, list []T) []T {
	if list == nil && !h.cfg.nullLists {
		return []T{}
	}
	return list
}

// deref returns what p points to, or the zero value.
func deref[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// nonZero returns nil for the zero time.
func nonZero(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return new(t) // Not &t, which would be allocated for the zero time, too.
}
