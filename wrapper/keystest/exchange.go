package keystest

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

// exchange is a request on its way through the mock. It is in the request's context.
type exchange struct {
	account *account      // That its credential belongs to, or the first.
	key     *key          // The credential's key, even if refused; nil if unknown.
	request *http.Request // As it came.
	now     time.Time     // When it came, by the account's clock.
	entry   *Request
	ignored []string // The paths of all properties that were ignored.
}

type exchangeKey struct{}

func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// begin makes the exchange of r, and its entry in the journal.
func (h *Handler) begin(r *http.Request) *exchange {
	entry, secret := h.newEntry(r), hashOf(credentialOf(r))
	h.mu.Lock()
	defer h.mu.Unlock()
	x := &exchange{account: h.account, key: h.credentials[secret], request: r, entry: entry}
	if x.key != nil {
		x.account, entry.KeyID = x.key.ring.account, x.key.ID
	}
	a := x.account
	x.now = a.now()
	a.requests++
	id, number := "req_", strconv.Itoa(a.requests)
	if a.number > 1 {
		id += strconv.Itoa(a.number) + "_"
	}
	id += "000000"[min(len(number), 6):] + number
	entry.ID, entry.Time = id, timestamp(x.now)
	a.journal = append(a.journal, entry)
	a.journal = a.journal[max(0, len(a.journal)-maxJournal):]
	return x
}

// baseURL returns the URL of the server that the request was sent to.
func (x *exchange) baseURL() *string {
	if x.request.TLS != nil {
		return new("https://" + x.request.Host)
	}
	return new("http://" + x.request.Host)
}

// current returns the key that the request came with, or nil if it is unknown or if [account.Reset] has forgotten it. The lock is held.
func (x *exchange) current() *key {
	if x.key == nil {
		return nil
	}
	k := x.account.handler.credentials[x.key.Hash]
	if k == nil || k.ring.account != x.account {
		return nil
	}
	return k
}

// note changes the journal's entry, if there is one.
func (x *exchange) note(change func(*Request)) {
	if x == nil {
		return
	}
	x.account.handler.mu.Lock()
	defer x.account.handler.mu.Unlock()
	change(x.entry)
}

// statusWriter records the status of a response, before any of it is sent. It stays 0 until the handler sets it.
type statusWriter struct {
	http.ResponseWriter

	x *exchange
}

func (w *statusWriter) WriteHeader(status int) {
	w.x.note(func(entry *Request) { entry.Status = status })
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
