package contract_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
)

// The waits of a retry policy of 500 ms: one retry takes up to 0.5 s, three up to 3.5 s.
const (
	oneRetry     = 500 * time.Millisecond
	threeRetries = 3500 * time.Millisecond
	stallTime    = 60 * time.Second // The client's default timeout.
)

// When a fault can strike.
var (
	onlyBefore = []when{before}
	onlyAfter  = []when{after}
	both       = []when{before, after}
)

// The usual wants.
var (
	worked    = want{outcome: succeeds, sent: 1}
	retried   = want{outcome: succeeds, sent: 2, most: oneRetry}
	inPart    = want{outcome: partial, sent: 1}.matching(keys.ErrDecode)
	rescued   = want{outcome: salvaged, sent: 1}.matching(keys.ErrDecode)
	malformed = want{outcome: decode, sent: 1}.matching(keys.ErrDecode)
	elements  = want{outcome: decode, sent: 1, parts: true}.matching(keys.ErrDecode)
)

// lost is a mint that was sent once and whose outcome is unknown because of cause.
func lost(cause outcome) want { return want{outcome: unknown, cause: cause, sent: 1} }

// refusedWith is a call that was sent once and got a response with this status.
func refusedWith(status int) want { return want{outcome: refusal, status: status, sent: 1} }

// lostWith is a mint that was sent once and got a 5xx response.
func lostWith(status int) want {
	w := lost(refusal).matching(keys.ErrServer)
	w.status = status
	return w
}

// faults are the rows of the matrix.
func faults() []fault {
	return slices.Concat(connectionFaults(), bodyFaults(), retryAfterFaults(), partFaults(), callerFaults(), statusFaults(), rawFaults())
}

// connectionFaults are the rows of requests that get no response.
func connectionFaults() []fault {
	unreachable := want{outcome: plain, most: threeRetries}.matching(net.ErrClosed)
	secondConnection := want{outcome: succeeds, sent: 1, most: oneRetry}
	neverArrived := want{outcome: unknown, cause: plain}
	return []fault{
		{name: "connection refused, always", when: onlyBefore, network: refuseAlways, mint: unreachable, idempotent: unreachable},
		{name: "connection refused, once", when: onlyBefore, network: refuseOnce, mint: secondConnection, idempotent: secondConnection},
		{name: "reset before the request", when: onlyBefore, network: resetAfter(0), mint: neverArrived, idempotent: secondConnection},
		{name: "reset in the request", when: onlyBefore, network: resetAfter(20), mint: neverArrived, idempotent: secondConnection},
		{name: "closed without a response", when: both, http2: true, strike: drop, mint: lost(plain), idempotent: retried},
		{name: "garbage instead of a response", when: both, strike: garbage, mint: lost(plain), idempotent: retried},
		{name: "a stall before the headers", when: both, http2: true, strike: stall,
			mint:       lost(ended).matching(context.DeadlineExceeded).within(stallTime, stallTime),
			idempotent: retried.within(stallTime, stallTime+oneRetry)},
	}
}

// bodyFaults are the rows of responses that arrive whole and are wrong, and of a redirect.
func bodyFaults() []fault {
	unread := lost(decode).matching(keys.ErrDecode)
	without := worked
	without.none = true
	signIn := func(*cell) string { return "<html>Sign in</html>" }
	redirected := refusedWith(http.StatusTemporaryRedirect)
	wrapped := func(name string, wrap func(*cell, string) string, encoding string, mint, idempotent, other want) fault {
		return fault{name: name, when: onlyAfter, http2: true, strike: spoil(wrap, "Content-Encoding: "+encoding), mint: mint, idempotent: idempotent, neither: &other}
	}
	return []fault{
		{name: "malformed JSON", when: onlyAfter, http2: true, mint: inPart, idempotent: malformed,
			strike: spoil(func(_ *cell, body string) string { return body + "}" })},
		{name: "malformed JSON before the secret", when: onlyAfter, http2: true, mint: rescued, idempotent: malformed,
			strike: spoil(func(_ *cell, body string) string { return `{"x":,` + body[1:] })},
		{name: "secrets where other things belong", when: onlyAfter, http2: true, other: true, strike: spoil(misplace), mint: inPart, idempotent: elements},
		{name: "everything but the secret and the ids is malformed", when: onlyAfter, http2: true, other: true, mint: inPart, idempotent: elements,
			strike: spoil(damage(false))},
		{name: "a malformed id or status", when: onlyAfter, http2: true, ids: true, strike: spoil(damage(true)), mint: rescued, idempotent: elements},
		{name: "each list is null", when: onlyAfter, http2: true, lists: true, strike: spoil(nullLists), mint: without, idempotent: without},
		{name: "each list is absent", when: onlyAfter, http2: true, lists: true, strike: spoil(withoutLists), mint: inPart, idempotent: malformed},
		{name: "a wrong content type", when: onlyAfter, http2: true, mint: worked, idempotent: worked,
			strike: spoil(unchanged, "Content-Type: text/plain")},
		{name: "malformed headers", when: onlyAfter, http2: true, mint: worked, idempotent: worked,
			strike: spoil(unchanged, "X-QAI-Cost-Ticks: much", "X-QAI-Balance-After: 1e3", "Retry-After: never", "Content-Type: ")},
		{name: "HTML from a proxy, status 200", when: both, http2: true, mint: unread, idempotent: malformed,
			strike: respond(http.StatusOK, signIn, "Content-Type: text/html")},
		{name: "an empty body, status 200", when: both, http2: true, strike: respond(http.StatusOK, empty), mint: unread, idempotent: malformed},
		{name: "status 204", when: both, http2: true, strike: respond(http.StatusNoContent, empty), mint: unread, idempotent: malformed},
		{name: "a body over the limit", when: onlyAfter, http2: true, strike: spoil(pad), mint: inPart, idempotent: malformed},
		{name: "a body over the limit, compressed", when: onlyAfter, http2: true, mint: inPart, idempotent: malformed,
			strike: func(c *cell, body string) keystest.Fault { return keystest.Fault{Body: pad(c, body), Gzip: 1} }},
		wrapped("plain, called gzip", unchanged, "gzip", worked, retried, malformed),
		wrapped("plain, called br", unchanged, "br", worked, worked, worked),
		{name: "compressed twice", when: onlyAfter, http2: true, mint: worked, idempotent: malformed, neither: &malformed,
			strike: always(keystest.Fault{Gzip: 2, Header: http.Header{"Content-Encoding": {"gzip"}}})},
		wrapped("JSON in a JSON string", func(_ *cell, body string) string { return strconv.Quote(body) }, "", inPart, malformed, malformed),
		wrapped("a byte order mark", func(_ *cell, body string) string { return "\ufeff" + body }, "", worked, malformed, malformed),
		{name: "a redirect to another host", when: both, http2: true, mint: redirected, idempotent: redirected,
			strike: respond(http.StatusTemporaryRedirect, nested, "Location: http://elsewhere.example/steal")},
	}
}

// retryAfterFaults are the rows of 429 and 503 with every form of Retry-After.
func retryAfterFaults() []fault {
	rows := []fault{
		{name: "429 without Retry-After", when: onlyBefore, http2: true, strike: respond(http.StatusTooManyRequests, nested), mint: retried, idempotent: retried},
	}
	fixed := func(value string) func() string { return func() string { return value } }
	for _, form := range []struct {
		name        string
		value       func() string
		least, most time.Duration
	}{
		{"5", fixed("5"), 5 * time.Second, 5 * time.Second},
		{"a date in 7 s", func() string { return time.Now().Add(7 * time.Second).UTC().Format(http.TimeFormat) }, 7 * time.Second, 7 * time.Second},
		{"86400", fixed("86400"), 30 * time.Second, 30 * time.Second},
		{"10²⁴", fixed("1" + strings.Repeat("0", 24)), 30 * time.Second, 30 * time.Second},
		{"-5", fixed("-5"), 0, oneRetry},
		{"a past date", fixed("Fri, 01 Jan 1999 00:00:00 GMT"), 0, oneRetry},
		{"nonsense", fixed("soon"), 0, oneRetry},
	} {
		with := func(status int) strike {
			return func(c *cell, body string) keystest.Fault {
				return respond(status, nested, "Retry-After: "+form.value())(c, body)
			}
		}
		again := retried.within(form.least, form.most)
		rows = append(rows,
			fault{name: "429, Retry-After: " + form.name, when: onlyBefore, http2: true, strike: with(http.StatusTooManyRequests), mint: again, idempotent: again},
			fault{name: "503, Retry-After: " + form.name, when: both, http2: true, strike: with(http.StatusServiceUnavailable),
				mint: lostWith(http.StatusServiceUnavailable), idempotent: again})
	}
	return rows
}

// partFaults are the rows of responses that begin and don't end.
func partFaults() []fault {
	var rows []fault
	for _, p := range positions {
		mint := lost(decode)
		if p.salvages {
			mint = inPart
		}
		rows = append(rows,
			fault{name: "cut off " + p.name, when: onlyAfter, http2: true, fixed: p.fixed, strike: part(p, false),
				mint: mint.matching(keys.ErrDecode), idempotent: retried},
			fault{name: "a stall " + p.name, when: onlyAfter, http2: true, fixed: p.fixed, strike: part(p, true),
				mint:       mint.matching(keys.ErrDecode, context.DeadlineExceeded).within(stallTime, stallTime),
				idempotent: retried.within(stallTime, stallTime+oneRetry)},
			fault{name: "cancelled " + p.name, when: onlyAfter, http2: true, fixed: p.fixed, strike: part(p, true), network: cancelAfter(time.Second),
				mint:       mint.matching(keys.ErrDecode, context.Canceled).within(time.Second, time.Second),
				idempotent: malformed.matching(keys.ErrDecode, context.Canceled).within(time.Second, time.Second)})
	}
	return rows
}

// callerFaults are the rows of calls that their caller ends.
func callerFaults() []fault {
	tooMany := refusedWith(http.StatusTooManyRequests)
	var rows []fault
	for _, end := range []struct {
		name    string
		by      func(time.Duration) func(*cell)
		err     error
		waiting want // A call that is to wait for a retry when it ends.
	}{
		{"cancelled", cancelAfter, context.Canceled, tooMany.matching(keys.ErrRateLimited, context.Canceled).within(time.Second, time.Second)},
		{"deadline", deadlineAfter, context.DeadlineExceeded, tooMany.matching(keys.ErrRateLimited)}, // At once: the wait would outlast it.
	} {
		atOnce := want{outcome: ended}.matching(end.err)
		inTime := atOnce.within(time.Second, time.Second)
		midway := inTime
		midway.sent = 1
		midwayMint := lost(ended).matching(end.err).within(time.Second, time.Second)
		rows = append(rows,
			fault{name: end.name + " before the call", when: onlyBefore, http2: true, network: end.by(0), mint: atOnce, idempotent: atOnce},
			fault{name: end.name + " while connecting", when: onlyBefore, http2: true, network: dialFor(end.by), mint: inTime, idempotent: inTime},
			fault{name: end.name + " before the headers", when: both, http2: true, network: end.by(time.Second), strike: stall, mint: midwayMint, idempotent: midway},
			fault{name: end.name + " while waiting to retry", when: onlyBefore, http2: true, network: end.by(time.Second),
				strike: respond(http.StatusTooManyRequests, nested, "Retry-After: 5"), mint: end.waiting, idempotent: end.waiting})
	}
	return rows
}

// statusFaults are the rows of statuses that mean the same. Their responses take turns in having each form of body.
func statusFaults() []fault {
	forms := []struct {
		name string
		body func(*cell) string
	}{{"with an error object", nested}, {"with a flat error", flat}, {"as HTML", html}, {"without a body", empty}}
	var rows []fault
	group := func(name string, statuses []int, mint, idempotent func(status int) want) {
		for i, status := range statuses {
			form := forms[i%len(forms)]
			if status == http.StatusNotModified { // Which never has one.
				form = forms[3]
			}
			rows = append(rows, fault{
				name: fmt.Sprintf("status %d %s", status, form.name), row: name + ", in either body, as HTML or without a body",
				when: both, http2: true, strike: respond(status, form.body), mint: mint(status), idempotent: idempotent(status),
			})
		}
	}
	meaningful := func(from, to int, but ...int) []int {
		var statuses []int
		for status := from; status <= to; status++ {
			if http.StatusText(status) != "" && !slices.Contains(but, status) {
				statuses = append(statuses, status)
			}
		}
		return statuses
	}
	again := func(int) want { return retried }
	unclear := func(status int) want {
		w := lost(refusal)
		w.status = status
		return w
	}
	group("status 300–306", meaningful(300, 306), unclear, refusedWith)
	group("status 307 and 308", []int{307, 308}, refusedWith, refusedWith)
	group("status 400–499 but 408, 429 and those that aren't registered", meaningful(400, 499, 408, 429), refusedWith, refusedWith)
	group("status 408, 460 and 499", []int{408, 460, 499}, unclear, refusedWith)
	group("status 500–599 but 502–504", append(meaningful(500, 599, 502, 503, 504), 520, 522, 524, 599), lostWith, refusedWith)
	for _, status := range []int{303, 307, 400, 404, 408, 409, 429, 499, 500, 503} {
		want := want{outcome: doubtful, cause: refusal, status: status, sent: 1}
		idempotent, other := refusedWith(status), refusedWith(status)
		if status == 429 || status == 503 {
			idempotent = retried
		}
		if status == 429 {
			other = retried
		}
		rows = append(rows, fault{
			name: fmt.Sprintf("a success's body, status %d", status), row: "a success's body, status 303, 307, 400, 404, 408, 409, 429, 499, 500 or 503",
			when: onlyAfter, http2: true, strike: restate(status), mint: want, idempotent: idempotent, neither: &other,
		})
	}
	group("status 502–504", slices.Repeat([]int{502, 503, 504}, len(forms)), lostWith, again)
	return rows
}
