package keystest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestAnInvalidResponseBecomesA500 is inside the package: from outside, the mock has no invalid responses.
func TestAnInvalidResponseBecomesA500(t *testing.T) {
	t.Parallel()
	h := NewHandler(WithResponsesValidated())
	op := h.operations["GET /qai/v1/keys"]
	for says, wrong := range map[string]http.HandlerFunc{
		"keys: value must be an array": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusOK)
			_, _ = io.WriteString(w, `{"keys":5}`)
		},
		"keys.0.revoked: value must be a boolean": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusOK)
			_, _ = io.WriteString(w, `{"keys":[{"id":"a","name":"b","key_prefix":"c","revoked":1}]}`)
		},
		"status is not supported": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) },
		"Content-Type":            func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) },
	} {
		r := httptest.NewRequest(http.MethodGet, "/qai/v1/keys", nil)
		x := h.begin(r)
		r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
		w := httptest.NewRecorder()
		h.respond(w, r, op, wrong)
		assert.Equal(t, http.StatusInternalServerError, w.Code, says)
		assert.Contains(t, w.Body.String(), says)
		assert.Contains(t, x.entry.Error, says)
	}
}

// TestAListThatCannotBeEncodedIsCutOff tests that it isn't a short list that looks complete.
func TestAListThatCannotBeEncodedIsCutOff(t *testing.T) {
	t.Parallel()
	h := NewHandler(WithKeys(300))
	h.keyring.keys[298].CreatedAt = firstTime.Add(-1) // RFC 3339 can't express it.
	r := httptest.NewRequest(http.MethodGet, "/qai/v1/keys", nil)
	r.Header.Set("X-API-Key", h.APIKey)
	w := httptest.NewRecorder()
	assert.PanicsWithValue(t, http.ErrAbortHandler, func() { h.ServeHTTP(w, r) }, "net/http closes the connection then")
	assert.NotContains(t, w.Body.String(), "]")

	h.keyring.keys[0].CreatedAt = firstTime.Add(-1)
	w = httptest.NewRecorder()
	h.ServeHTTP(w, r)
	assert.Equal(t, http.StatusInternalServerError, w.Code, "nothing was sent yet")
}
