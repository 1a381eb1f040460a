package conformance

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/document"
)

// request is a request of an operation. Its zero values are what the document's operation has.
type request struct {
	op         *document.Operation
	method     string
	segment    string      // The parameter id of the path, escaped.
	body       []byte      // JSON, if nothing is broken on purpose.
	header     http.Header // Besides the others.
	credential http.Header // The headers with a credential, if it isn't the target's.
	expected   int         // The status that it provokes. A 429 that isn't expected is waited for.
	apart      bool        // The rule judges the response, not the rule of its status.
}

// exchange is a request that was sent, and its response.
type exchange struct {
	op      *document.Operation
	segment string
	sent    *http.Request
	body    []byte // Of the request.
	status  int    // 0 without a response.
	header  http.Header
	raw     []byte         // Nil once it was judged, if it is larger than maxRedacted.
	size    int            // Of raw.
	value   map[string]any // The response's body, if it is a JSON object.
	broken  string         // Why the body isn't whole, or isn't one; empty if it is.
	fault   error          // A finding, if it isn't what the document says.
	key     *key           // That was minted.
}

func (x *exchange) succeeded() bool { return x.status >= 200 && x.status < 300 }

// send sends a request, waits and sends it again if it meets a limit of the target, and records the response. The error is a finding, or
// the context's.
func (s *suite) send(r request) (*exchange, error) {
	if r.method == "" {
		r.method = r.op.Method
	}
	if err := s.permits(r); err != nil {
		return nil, err
	}
	mints := s.mayMint(r.op, r.segment) && r.method == r.op.Method
	for tries := 1; ; tries++ {
		if mints {
			s.unanswered++ // Until there is a response.
		}
		x, err := s.exchange(r)
		if err != nil {
			return nil, err
		}
		if mints && !byProxy(x) {
			s.unanswered--
		}
		s.record(r, x)
		x.shrink()
		if s.idle != nil && x.succeeded() {
			s.idle.Reset(cleanupTimeout)
		}
		wait := retryAfter(x)
		if x.status != http.StatusTooManyRequests || r.expected == x.status || tries == maxTries || s.waited+wait > maxWaits {
			return x, nil
		}
		s.waited += wait
		select {
		case <-time.After(wait):
		case <-s.ctx.Done():
			return nil, s.ctx.Err()
		}
	}
}

// byProxy reports whether a response may be a proxy's: the server behind it may have done what was asked, or do so later.
func byProxy(x *exchange) bool {
	return x.status == http.StatusBadGateway || x.status == http.StatusServiceUnavailable || x.status == http.StatusGatewayTimeout
}

// retryAfter returns how long a response asks to wait, from a second to maxWait; 5 seconds if it doesn't.
func retryAfter(x *exchange) time.Duration {
	if seconds, err := strconv.Atoi(x.header.Get("Retry-After")); err == nil && seconds >= 0 {
		return time.Duration(min(max(seconds, 1), int(maxWait/time.Second))) * time.Second
	}
	return 5 * time.Second
}

// exchange sends a request once, if the run hasn't sent too many. A panic of the caller's HTTP client fails the rule.
func (s *suite) exchange(r request) (x *exchange, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			s.panicked = deviates(nil, "the HTTP client panicked: %v", reason)
			x, err = nil, s.panicked
		}
	}()
	if s.requests == maxRequests {
		return nil, notReached("the run has sent %d requests, and sends no more: "+
			"find out why the target lists so many keys, or has a limit so often", s.requests)
	}
	ctx, cancel := context.WithTimeout(s.ctx, requestTimeout)
	defer cancel()
	req, err := s.newRequest(ctx, r)
	if err != nil {
		return nil, deviates(nil, "no request can be made: %v", err)
	}
	s.requests++
	x = &exchange{op: r.op, segment: r.segment, sent: req, body: r.body}
	limit := maxBody
	if r.op.Reads() {
		limit = maxRead
	}
	start := time.Now()
	resp, err := s.http.Do(req)
	if err == nil {
		defer func() { _ = resp.Body.Close() }()
		x.status, x.header = resp.StatusCode, resp.Header
		x.raw, err = io.ReadAll(io.LimitReader(resp.Body, int64(limit)+1))
		x.size = len(x.raw)
	}
	switch late := errors.Is(err, context.DeadlineExceeded); {
	case s.ctx.Err() != nil:
		return nil, s.ctx.Err()
	case err != nil && (x.status == 0 || late):
		reason := "no response"
		if late {
			reason = fmt.Sprintf("no whole response within %v", time.Since(start).Round(time.Second))
		} else if failed, ok := errors.AsType[*url.Error](err); ok {
			reason += ": " + failed.Err.Error()
		}
		if s.silence++; s.silence == maxSilence {
			s.stopped = fmt.Errorf("%w: %d requests in a row failed: %s", ErrUnreachable, s.silence, s.redact(reason))
		}
		return nil, deviates(x, "%s", reason)
	case err != nil:
		x.broken = "the body ends early"
	case x.size > limit:
		x.broken = fmt.Sprintf("the body is larger than %d MiB", limit>>20)
	case bytes.Count(x.raw, []byte(",")) > maxCommas:
		x.broken = fmt.Sprintf("the body has more than %d commas", maxCommas)
	default:
		decoder := json.NewDecoder(bytes.NewReader(x.raw))
		decoder.UseNumber()
		if decoder.Decode(&x.value) != nil {
			x.value = nil
		} else if _, err := decoder.Token(); err != io.EOF {
			x.broken = "something follows the JSON value"
		}
	}
	s.silence = 0
	return x, nil
}

// shrink drops what is large of a response that was judged. Rules and the cleanup read the list of keys.
func (x *exchange) shrink() {
	if x.size > maxRedacted {
		x.raw = nil
	}
	if _, lists := x.value["keys"].([]any); x.size > maxKept && (!lists || !x.succeeded()) {
		x.value = nil
	}
}

func (s *suite) newRequest(ctx context.Context, r request) (*http.Request, error) {
	segments := map[string]string{}
	if r.segment != "" {
		segments[s.revokeKey.PathNames()[0]] = r.segment
	}
	req, err := http.NewRequestWithContext(ctx, r.method, s.base+r.op.Target(segments), bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	req.GetBody = nil // net/http would replay a request with an Idempotency-Key.
	req.Close = true  // It would print what a server sends behind a response on a connection that is kept.
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	credential := r.credential
	if credential == nil {
		credential = s.authorization(s.target.APIKey)
	}
	maps.Copy(req.Header, r.header)
	maps.Copy(req.Header, credential)
	return req, nil
}

// authorization returns the headers that have a credential, for these security schemes of the document or, without any, for all.
func (s *suite) authorization(credential string, schemes ...string) http.Header {
	headers := http.Header{}
	for name, scheme := range s.doc.Components.SecuritySchemes {
		if len(schemes) == 0 || schemes[0] == name {
			document.Authorize(headers, scheme.Value, credential)
		}
	}
	return headers
}

// record notes what a response says about its cell, keys and secrets.
func (s *suite) record(r request, x *exchange) {
	s.track(x)
	if s.leaks[r.op.ID] == nil && s.hasSecret(x) {
		s.leaks[r.op.ID] = x
	}
	if r.apart {
		x.fault = x.conforms(s.ctx)
	}
	if r.method != r.op.Method {
		return // Of another operation, or of none.
	}
	seen := s.count(x)
	if r.op.Responses.Status(x.status) == nil {
		seen.undocumented = cmp.Or(seen.undocumented, x)
	} else if !r.apart {
		x.fault = x.conforms(s.ctx)
	}
	if seen.fault == nil && !r.apart {
		seen.fault = x.fault
	}
}

// count counts a response with a status.
func (s *suite) count(x *exchange) *observed {
	seen := s.seen[x.op.ID]
	if seen[x.status] == nil {
		seen[x.status] = &observed{}
	}
	seen[x.status].count++
	return seen[x.status]
}

// conforms returns a finding unless the response is what the document says of its status, or ctx ends before that is known.
func (x *exchange) conforms(ctx context.Context) error {
	if x.broken != "" {
		return deviates(x, "%s", x.broken)
	}
	v := x.op.JudgeResponse(ctx, x.status, x.header, bytes.NewReader(x.raw), nil)
	if why := cmp.Or(v.Violation, v.Unchecked); why != "" && ctx.Err() == nil {
		return deviates(x, "the response isn't what the document says: %s", why)
	}
	return nil
}
