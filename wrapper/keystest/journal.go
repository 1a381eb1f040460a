package keystest

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// Request is a request that the mock received, and what became of it.
type Request struct {
	ID        string      // X-QAI-Request-Id of the answer.
	Time      time.Time   // When it came, by the mock's clock.
	Method    string      // Like "POST".
	Path      string      // As it was sent, percent-encoded.
	Header    http.Header // With Authorization and X-Api-Key redacted.
	Body      string      // As it was sent, as far as the mock read it.
	Operation string      // operationId in openapi.yaml; empty where the path or method is unknown.
	KeyID     string      // Of the key that it came with; empty for the account's own and for an unknown one.
	Status    int         // Of the answer; 0 while there is none, or where the connection was closed instead.
	Error     string      // Message of the error that it was answered with.
	Fault     bool        // It met a Fault.
}

const (
	maxJournal = 1_000 // Requests that the journal holds; the oldest give way.
	redacted   = "[redacted]"
)

type journal struct {
	count   int // Of all requests since the start.
	entries []*Request
}

// exchange is a request on its way through the mock.
type exchange struct {
	account       *Account // That its credential belongs to, else the first.
	key           *key     // That its credential is, dead or alive; nil where it is unknown.
	hasCredential bool
	routed        bool // It has an operation.
	id            string
	baseURL       string // Where the request was sent to.
	entry         *Request
}

type exchangeKey struct{}

func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// Requests returns the account's last 1,000 requests, oldest first. The first account has those without a known
// credential, too.
func (a *Account) Requests() []Request {
	a.handler.mu.Lock()
	defer a.handler.mu.Unlock()
	requests := make([]Request, len(a.journal.entries))
	for i, entry := range a.journal.entries {
		requests[i] = *entry
		requests[i].Header = entry.Header.Clone()
	}
	return requests
}

// begin opens the journal's entry for r.
func (h *Handler) begin(r *http.Request) *exchange {
	header := r.Header.Clone()
	for _, name := range []string{"Authorization", "X-Api-Key"} {
		for i := range header[name] {
			header[name][i] = redacted
		}
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	credential := credentialOf(r)
	h.mu.Lock()
	defer h.mu.Unlock()
	x := &exchange{account: h.Account, key: h.credentials.find(credential), hasCredential: credential != "", baseURL: scheme + "://" + r.Host}
	if x.key != nil {
		x.account = x.key.account
	}
	j := &x.account.journal
	j.count++
	x.id = fmt.Sprintf("req_%06d", j.count)
	if x.account.number > 1 {
		x.id = fmt.Sprintf("req_%d_%06d", x.account.number, j.count)
	}
	x.entry = &Request{ID: x.id, Time: x.account.store.timestamp(), Method: r.Method, Path: r.URL.EscapedPath(), Header: header}
	j.entries = append(j.entries, x.entry)
	if len(j.entries) > maxJournal {
		j.entries = j.entries[1:]
	}
	return x
}

// note writes into the journal's entry.
func (x *exchange) note(write func(*Request)) {
	x.account.handler.mu.Lock()
	defer x.account.handler.mu.Unlock()
	write(x.entry)
}

// statusWriter notes the status of an answer.
type statusWriter struct {
	http.ResponseWriter

	status int
}

// WriteHeader notes the status and sends it.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap gives http.ResponseController the writer below.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
