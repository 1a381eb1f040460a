package keystest

import (
	"net/http"
	"strings"
	"time"
)

// credentialOf returns the API key of a request, empty if it has none. X-API-Key comes before the bearer token.
func credentialOf(r *http.Request) string {
	if apiKey := r.Header.Get("X-Api-Key"); apiKey != "" {
		return apiKey
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// authenticate returns the endpoints that the request's key is restricted to, and counts the request against its rate limit.
func (h *Handler) authenticate(x *exchange) ([]string, *apiError) {
	h.mu.Lock()
	defer h.mu.Unlock()
	k := x.current()
	if k == nil || k.ring.refuses(k) {
		return nil, unauthorized()
	}
	if !k.ring.count(k) {
		err := failure(http.StatusTooManyRequests, "too many requests: this API key's rate limit is reached")
		err.retryAfter = 5 * time.Second // As the gateway says.
		return nil, err
	}
	x.entry.KeyID = k.ID
	return k.Endpoints, nil
}

func unauthorized() *apiError {
	return failure(http.StatusUnauthorized, "the API key is missing, unknown or revoked: send it as X-API-Key and as Authorization: Bearer")
}

// checkTier returns why the account may not call an operation, or nil.
func (a *account) checkTier(operation string) *apiError {
	internal := operation == "createEphemeralKey" || operation == "createPartnerKey"
	if internal && a.cfg.Tier != "internal" {
		return failure(http.StatusForbidden, "this operation needs an account of the internal tier")
	}
	return nil
}

// checkEndpoint returns why a key that is restricted to endpoints may not make a request, or nil. Nil endpoints are no restriction.
func checkEndpoint(endpoints []string, r *http.Request) *apiError {
	if endpoints == nil {
		return nil
	}
	for _, endpoint := range endpoints {
		below := strings.TrimSuffix(endpoint, "/") + "/"
		if endpoint == "keys" || strings.HasPrefix(endpoint, "/") && strings.HasPrefix(r.URL.Path+"/", below) {
			return nil
		}
	}
	return &apiError{status: http.StatusForbidden, code: "SCOPE_ENDPOINT_DENIED", message: "this API key is restricted to other endpoints"}
}
