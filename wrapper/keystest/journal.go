package keystest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/qaikeys/qaikeys/wrapper/redact"
)

// Request is a request that the mock received, and its outcome. Credentials in it are replaced by "[redacted]": those of
// [Handler.Redact] in every text, and the values of Authorization, Proxy-Authorization, X-Api-Key, Cookie and Set-Cookie. A text that is
// longer than what is kept of it is cut, and ends like "…[1048000 more bytes]".
type Request struct {
	ID        string      `json:"id"`        // X-QAI-Request-Id of the response.
	Time      time.Time   `json:"time"`      // When it arrived, by the account's clock.
	Method    string      `json:"method"`    // Like "POST".
	Path      string      `json:"path"`      // As it was sent, percent-encoded, without the query; up to 1 KiB.
	Header    http.Header `json:"header"`    // Up to 1 KiB of a value, and 8 KiB in all; "…" says how many values are left out.
	Body      string      `json:"body"`      // As it was sent, as far as the mock read it; up to 16 KiB.
	Operation string      `json:"operation"` // The operationId in the API's document; empty if the path or method is unknown.
	KeyID     string      `json:"key_id"`    // Of the key that it came with, even if refused; own, ephemeral and unknown keys have none.
	Status    int         `json:"status"`    // Of the response; 0 while there is none, and if the connection was closed instead.
	Error     string      `json:"error"`     // The message of the error in the response; up to 1 KiB.
	Fault     bool        `json:"fault"`     // Whether it met a Fault.

	// Ignored are the properties of the body that the mock ignored, as the gateway does: unknown ones with [WithLenientRequests], and
	// "region" if it names none. They are paths, like "limits.colour"; up to 20 of 128 bytes, and "…" says how many are left out.
	Ignored []string `json:"ignored,omitempty"`

	header []string // In the journal, which has no Header: the names and values by turns, which take less memory.
}

// maxJournal is how many requests an account's journal holds. Older ones are dropped.
const maxJournal = 1_000

// What is kept of a request, in bytes.
const (
	maxMethod   = 32
	maxText     = 1 << 10 // Of a path, a header's value and an error.
	maxHeader   = 8 << 10
	maxKeptBody = 16 << 10
	maxPath     = 128 // Of a property.
)

// maxIgnored is how many unknown properties of a request are kept.
const maxIgnored = 20

// newEntry returns what is kept of r.
func (h *Handler) newEntry(r *http.Request) *Request {
	method, path := cut(h.Redact(r.Method), maxMethod), cut(h.Redact(r.URL.EscapedPath()), maxText)
	line := method + " " + path // A copy: parts of the request's own line would keep all of it in memory.
	return &Request{Method: line[:len(method)], Path: line[len(method)+1:], header: h.keptHeader(r.Header)}
}

// keptHeader returns what is kept of a header, its names and values by turns.
func (h *Handler) keptHeader(header http.Header) []string {
	kept, room, omitted := make([]string, 0, 2*len(header)), maxHeader, 0
	names := slices.AppendSeq(make([]string, 0, 16), maps.Keys(header)) // On the stack, since its size is constant.
	slices.Sort(names)
	for _, name := range names {
		shown := h.Redact(name)
		for _, value := range header[name] {
			if redact.Headers[http.CanonicalHeaderKey(name)] {
				value = redact.Mark
			} else {
				value = cut(h.Redact(value), maxText)
			}
			size := 32 + len(shown) + len(value) // 32 for the two strings themselves.
			if size > room {
				omitted++
				continue
			}
			room -= size
			kept = append(kept, shown, value)
		}
	}
	if omitted > 0 {
		kept = append(kept, "…", fmt.Sprintf("[%d more values]", omitted))
	}
	return kept
}

// cut returns up to n bytes of text, in whole characters and without a part of a mask, and how many more it has.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	if mask := strings.LastIndex(text[:min(len(text), n+len(redact.Mark)-1)], redact.Mark); mask >= 0 && mask+len(redact.Mark) > n {
		n = mask
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return fmt.Sprintf("%s…[%d more bytes]", text[:n], len(text)-n)
}

// Requests returns the account's last 1,000 requests, oldest first. Requests without a known credential are the first account's.
func (a *account) Requests() []Request {
	a.handler.mu.Lock()
	defer a.handler.mu.Unlock()
	requests := make([]Request, len(a.journal))
	for i, entry := range a.journal {
		requests[i] = *entry
		requests[i].header, requests[i].Header, requests[i].Ignored = nil, http.Header{}, slices.Clone(entry.Ignored)
		for pair := range slices.Chunk(entry.header, 2) {
			requests[i].Header[pair[0]] = append(requests[i].Header[pair[0]], pair[1])
		}
	}
	return requests
}
