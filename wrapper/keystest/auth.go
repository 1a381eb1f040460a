package keystest

import (
	"net/http"
	"strings"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
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

// authenticate returns the endpoints that the request's key is restricted to, and counts the request against its rate limit. It records
// the operation.
func (h *Handler) authenticate(x *exchange, r *http.Request, operation string) ([]string, *apiError) {
	h.mu.Lock()
	defer h.mu.Unlock()
	x.entry.Operation = operation
	k := x.current()
	switch {
	case k == nil && credentialOf(r) == "":
		return nil, noCredential(r)
	case k == nil:
		return nil, unknownKey()
	case k.ring.refuses(k):
		return nil, k.death()
	}
	if !k.ring.count(k) {
		err := failure(http.StatusTooManyRequests, "too many requests: this API key's rate limit is reached")
		err.retryAfter = 5 * time.Second // As the gateway says.
		return nil, err
	}
	return k.Endpoints, nil
}

// noCredential returns why a request has no credential.
func noCredential(r *http.Request) *apiError {
	_, sent := r.Header["X-Api-Key"]
	_, sentBearer := r.Header["Authorization"]
	switch {
	case !sent && !sentBearer:
		return refusal(keys.CodeAuthHeaderMissing, "there is no API key: send it as X-API-Key and as Authorization: Bearer")
	case r.Header.Get("Authorization") == "":
		return refusal(keys.CodeAuthHeaderEmpty, "the API key is empty: send it as X-API-Key and as Authorization: Bearer")
	}
	return refusal(keys.CodeKeyBearerMalformed, "Authorization isn't Bearer and an API key")
}

// unknownKey is the error of a credential that no account has, or has any more.
func unknownKey() *apiError { return refusal(keys.CodeKeyNotFound, "this API key is unknown") }

// checkTier returns why the account may not call an operation, or nil.
func (a *account) checkTier(operation string) *apiError {
	restricted := operation == "createEphemeralKey" || operation == "createPartnerKey"
	if restricted && a.cfg.Tier != "internal" && a.cfg.Tier != "admin" {
		return refusal(keys.CodeAdminRequired, "this operation needs an account of the internal or admin tier")
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
	return refusal(keys.CodeScopeEndpointDenied, "this API key is restricted to other endpoints")
}
