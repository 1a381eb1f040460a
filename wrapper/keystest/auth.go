package keystest

import (
	"net/http"
	"strings"
	"time"
)

// retryAfterCredential is what a 429 asks for where a credential's limit is reached.
const retryAfterCredential = 5 * time.Second

// credentialOf returns the API key that r comes with, X-API-Key before the bearer, empty where there is none.
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

// authenticate returns the key that the request comes with, and holds it to its rate limit.
func (h *Handler) authenticate(x *exchange) (State, error) {
	if !x.hasCredential {
		return State{}, failure(http.StatusUnauthorized, "there is no API key: send it as X-API-Key and as Authorization: Bearer")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	k := x.key
	if k == nil || x.account.store.dead(k) {
		return State{}, failure(http.StatusUnauthorized, "the API key is unknown or revoked")
	}
	if !x.account.store.admit(k) {
		err := failure(http.StatusTooManyRequests, "too many requests: this API key's rate limit is reached")
		err.retryAfter = retryAfterCredential
		return State{}, err
	}
	return k.State, nil
}

// checkTier returns why the account may not call the operation.
func (a *Account) checkTier(operation string) error {
	internal := operation == "createEphemeralKey" || operation == "createPartnerKey"
	if internal && a.cfg.tier != "internal" {
		return failure(http.StatusForbidden, "this needs an account of the internal tier")
	}
	return nil
}

// checkEndpoint returns why r is outside of what its key is restricted to, where that is anything.
func checkEndpoint(endpoints []string, r *http.Request) error {
	if endpoints == nil {
		return nil
	}
	for _, endpoint := range endpoints {
		if endpoint == "keys" || strings.HasPrefix(endpoint, "/") && underPrefix(r.URL.Path, endpoint) {
			return nil
		}
	}
	return failure(http.StatusForbidden, "this API key is restricted to other endpoints")
}
