package keystest

import (
	"net/http"
	"time"
)

// Request is a request that the mock received, and its outcome.
type Request struct {
	ID        string      `json:"id"`        // X-QAI-Request-Id of the response.
	Time      time.Time   `json:"time"`      // When it arrived, by the mock's clock.
	Method    string      `json:"method"`    // Like "POST".
	Path      string      `json:"path"`      // As it was sent, percent-encoded.
	Header    http.Header `json:"header"`    // With Authorization and X-Api-Key redacted.
	Body      string      `json:"body"`      // As it was sent, as far as the mock read it.
	Operation string      `json:"operation"` // The operationId in the API's document; empty if the path or method is unknown.
	KeyID     string      `json:"key_id"`    // Of the key that it came with; empty for the account's own and for an unknown one.
	Status    int         `json:"status"`    // Of the response; 0 while there is none, and if the connection was closed instead.
	Error     string      `json:"error"`     // The message of the error in the response.
	Fault     bool        `json:"fault"`     // Whether it met a Fault.
}

// maxJournal is how many requests an account's journal holds. Older ones are dropped.
const maxJournal = 1_000

// Requests returns the account's last 1,000 requests, oldest first. Requests without a known credential are the first account's.
func (a *account) Requests() []Request {
	a.handler.mu.Lock()
	defer a.handler.mu.Unlock()
	requests := make([]Request, len(a.journal))
	for i, entry := range a.journal {
		requests[i] = *entry
		requests[i].Header = entry.Header.Clone()
	}
	return requests
}
