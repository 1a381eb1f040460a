package conformance

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/qaikeys/qaikeys/generated/server"
	"github.com/qaikeys/qaikeys/wrapper/document"
)

const (
	requestTimeout = 30 * time.Second // For a request and its whole response.
	maxBody        = 1 << 20          // In bytes.
	maxRead        = 16 << 20         // In bytes, of the body of what reads: a list may have thousands of keys.
	maxCommas      = 1 << 20          // Of a body, since small values take much memory.
	maxKept        = 64 << 10         // In bytes, of a body whose value is kept for later, if it isn't a list of keys.
	maxHeaderBytes = 64 << 10         // Of all headers, if the client is the suite's own.
	maxWait        = time.Minute      // For one Retry-After.
	maxWaits       = 3 * time.Minute  // For all of a run.
	maxSilence     = 3                // How many requests in a row may have no response.
	maxTries       = 20               // Of one request: the gateway asks for 5 seconds, up to 12 times until its minute is over.
	maxRequests    = 2_000            // Of a run, with its cleanup.
)

// suite is a run of the rules against a target.
type suite struct {
	ctx    context.Context
	target Target
	base   string // The base URL, without a slash at the end.
	http   *http.Client
	doc    *document.Document

	listKeys, createKey, revokeKey, rotateKey *document.Operation // Whatever the document names them.

	prefix   string            // Of the names of the run's keys, and of ids that don't exist.
	unknown  string            // A credential that doesn't exist.
	secrets  map[string]string // The variable that stands for each secret in commands.
	forms    []string          // In which secrets may be written.
	replacer *strings.Replacer // Of those; nil until it is needed.
	keys     []*key            // That were minted, in their order.
	names    int               // How many were used.
	ttl      int               // The shortest time to live of an ephemeral key that the target takes, in seconds; 0 until it is known.
	noMints  error             // Why no keys may be minted that have an id; may be nil.
	others   map[string]bool   // The ids of the keys that were there before, which nothing may change.
	sharedKeys

	// Of the mints of keys that have an id:
	unread     int      // How many succeeded without telling the id of a key that is the run's.
	unanswered int      // How many had no response, or one of a proxy. Each may have minted a key, or do so later.
	errors     int      // How many had another error of the server. Each may have minted a key.
	found      int      // How many of these keys the list had, by their names.
	strangers  []string // Ids that they returned, of keys that aren't the run's.

	valids map[string]*exchange // By operation: a valid request and its response.

	requests int
	silence  int                          // How many requests in a row had no response.
	waited   time.Duration                // For Retry-After.
	stopped  error                        // Why the run can't go on.
	idle     *time.Timer                  // Ends the cleanup if nothing succeeds for a while.
	panicked error                        // A finding: the caller's client panicked in this rule.
	seen     map[string]map[int]*observed // By operation and status.
	leaks    map[string]*exchange         // By operation: a response with a secret that it mustn't have.
}

// observed is what was seen of a status of an operation.
type observed struct {
	count        int
	undocumented *exchange // The first, if the document doesn't have the status.
	told         bool      // By the finding of a rule.
	fault        error     // A finding: the first response that wasn't what the document says.
}

// apiDocument is the API's document, which nothing changes.
var apiDocument = sync.OnceValue(func() *document.Document {
	doc, err := document.Load(server.OpenAPI)
	if err != nil {
		panic("conformance: the embedded document can't be read: " + err.Error()) // In no build that passes its tests.
	}
	return doc
})

var pathName = regexp.MustCompile(`{[^}]+}`)

func newSuite(ctx context.Context, target Target) (*suite, error) {
	base, err := url.Parse(target.BaseURL)
	switch {
	case err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "":
		return nil, fmt.Errorf("%w: its base URL must be like https://api.example.com", ErrInvalidTarget)
	case base.User != nil || base.RawQuery != "" || base.Fragment != "":
		return nil, fmt.Errorf("%w: its base URL must not have a user, a query or a fragment", ErrInvalidTarget)
	case target.APIKey == "" || !isHeader(target.APIKey):
		return nil, fmt.Errorf("%w: its API key is empty, or has a character that a header can't have", ErrInvalidTarget)
	}
	client := http.Client{Transport: &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: requestTimeout, MaxResponseHeaderBytes: maxHeaderBytes,
	}}
	if target.HTTPClient != nil {
		client = *target.HTTPClient
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	random := make([]byte, 32)
	_, _ = rand.Read(random) // It never fails.
	s := &suite{
		ctx: ctx, target: target, base: strings.TrimSuffix(target.BaseURL, "/"), http: &client, doc: apiDocument(),
		prefix: "qaikeys-conformance-" + hex.EncodeToString(random[:6]), unknown: "qai_k_" + hex.EncodeToString(random),
		secrets: map[string]string{}, others: map[string]bool{}, valids: map[string]*exchange{}, seen: map[string]map[int]*observed{}, leaks: map[string]*exchange{},
	}
	for _, op := range s.doc.Operations {
		s.seen[op.ID] = map[int]*observed{}
		switch op.Method + " " + pathName.ReplaceAllString(op.Path, "{}") {
		case "GET /qai/v1/keys":
			s.listKeys = op
		case "POST /qai/v1/keys":
			s.createKey = op
		case "DELETE /qai/v1/keys/{}":
			s.revokeKey = op
		case "POST /qai/v1/keys/{}/rotate":
			s.rotateKey = op
		}
	}
	if s.listKeys == nil || s.createKey == nil || s.revokeKey == nil || s.rotateKey == nil {
		return nil, errors.New("the rules need operations that list, create, revoke and rotate keys, and the document lacks one: see newSuite")
	}
	s.sharedKeys = s.share()
	s.hide(target.APIKey, "$QAI_API_KEY")
	s.hide(s.unknown, "$UNKNOWN_KEY")
	return s, nil
}

// recognise returns why the target can't be tested, or nil.
func (s *suite) recognise() error {
	op := s.listKeys
	what := op.Method + " " + op.Path
	x, err := s.send(request{op: op})
	if f, ok := errors.AsType[*finding](err); ok {
		return fmt.Errorf("%w: %s: %s", ErrUnreachable, what, s.redact(f.reason))
	} else if err != nil {
		return err
	}
	schema := op.Response(x.status)
	known := schema != nil && (x.header.Get("X-QAI-Request-Id") != "" || schema.VisitJSON(x.value) == nil)
	switch kind := x.header.Get("Content-Type"); {
	case x.status >= 300 && x.status < 400:
		return fmt.Errorf("%w: %s is redirected (status %d), maybe to a login page", ErrNotTheAPI, what, x.status)
	case x.broken != "":
		return fmt.Errorf("%w: %s: %s", ErrUnreachable, what, x.broken)
	case x.status >= 500 || x.status == http.StatusTooManyRequests:
		return fmt.Errorf("%w: %s: status %d", ErrUnreachable, what, x.status)
	case x.value == nil:
		return fmt.Errorf("%w: %s: status %d with a body of the type %q that isn't a JSON object", ErrNotTheAPI, what, x.status, cut(s.redact(kind), 80))
	case !known:
		return fmt.Errorf("%w: %s: status %d with JSON that the API doesn't send", ErrNotTheAPI, what, x.status)
	case x.status == http.StatusUnauthorized:
		return fmt.Errorf("%w (status 401): it is unknown, revoked or expired", ErrCredential)
	case !x.succeeded():
		return fmt.Errorf("%w (status %d): it may not list keys", ErrCredential, x.status)
	}
	keys, told := readable(x)
	for id, details := range keys {
		_, named := details["name"].(string)
		told, s.others[id] = told && named, true
	}
	if !told {
		s.noMints = notReached("no keys are minted, since the list doesn't tell the ids and names of those that aren't the run's")
	}
	return nil
}

// rule is something that a server has to do.
type rule struct {
	op    string
	title string
	check func() error // Nil, a *finding, or why no request could be sent.
}

func (r rule) name() string { return r.op + "/" + r.title }

// try tries a rule.
func (s *suite) try(r rule) Result {
	result := Result{Name: r.name(), Operation: r.op, Rule: r.title, Outcome: Passed}
	err := r.check()
	if s.panicked != nil {
		err, s.panicked = s.panicked, nil
	}
	if err != nil {
		result.Outcome, result.Reason = Failed, cut(s.redact(err.Error()), maxShown)
		if f, ok := errors.AsType[*finding](err); ok {
			result.Outcome, result.Exchange = f.outcome, s.show(f.exchange)
			s.tell(f)
		} else if s.ctx.Err() != nil {
			result.Outcome = NotReached
		}
	}
	return result
}

// finding is why a rule isn't kept, or wasn't reached.
type finding struct {
	outcome  Outcome
	reason   string
	exchange *exchange // That shows it; may be nil.
}

func (f *finding) Error() string { return f.reason }

func deviates(x *exchange, format string, args ...any) error {
	return &finding{Failed, fmt.Sprintf(format, args...), x}
}

func notReached(format string, args ...any) error {
	return &finding{NotReached, fmt.Sprintf(format, args...), nil}
}
