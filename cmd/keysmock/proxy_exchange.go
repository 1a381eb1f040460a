package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/qaikeys/qaikeys/wrapper/document"
	"github.com/qaikeys/qaikeys/wrapper/redact"
)

// exchange is a request that came to the proxy, and what became of it. What is exported is shown and reported: it has no credential, no
// secret and nothing of a body.
type exchange struct {
	Time       time.Time `json:"time"`
	Operation  string    `json:"operation"` // Empty if the document has none.
	Method     string    `json:"method"`
	Path       string    `json:"path"`            // Of an operation its template.
	Status     int       `json:"status"`          // Of the response that the client got; 0 for none.
	CutOff     bool      `json:"cut_off"`         // Whether the client got only a part of it.
	Violations []string  `json:"violations"`      // Of the document.
	Unchecked  []string  `json:"not_validated"`   // What wasn't validated, and why.
	Error      string    `json:"error,omitempty"` // Why there was no response of the upstream, or only a part.
	Fault      bool      `json:"fault"`           // Whether it met one.
	Seconds    float64   `json:"seconds"`

	ctx       context.Context     // Of the request.
	op        *document.Operation // Nil if the document has none.
	params    map[string]string
	body      []byte // Of the request; nil if it is large.
	requestID string
	flush     func()                   // Sends what there is of the response.
	own       func() *strings.Replacer // Replaces the request's credentials and the control token.
	seen      map[string]bool          // The properties that had a value, and whether the document has them.
}

type withExchangeKey struct{}

func withExchange(ctx context.Context, x *exchange) context.Context {
	return context.WithValue(ctx, withExchangeKey{}, x)
}

func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(withExchangeKey{}).(*exchange)
	return x
}

// sentPath returns a path as it came, which EscapedPath doesn't if a character of it has to be escaped and isn't.
func sentPath(u *url.URL) string { return cmp.Or(u.RawPath, u.EscapedPath()) }

func (p *proxy) begin(r *http.Request) *exchange {
	x := &exchange{
		Time: time.Now(), Method: r.Method, Path: sentPath(r.URL), Violations: []string{}, Unchecked: []string{},
		ctx: r.Context(), seen: map[string]bool{},
		own: sync.OnceValue(func() *strings.Replacer { return redactor(r.Header, p.guard.token) }),
	}
	if x.op, x.params = p.doc.Find(r.Method, x.Path); x.op != nil {
		x.Operation, x.Path = x.op.ID, x.op.Path
	}
	return x
}

// mints reports whether a success has a new key.
func (x *exchange) mints() bool {
	if x.op == nil {
		return false
	}
	_, mints := x.op.Mints()
	return mints
}

// read reads the body of a request. The rest of a large one stays to be forwarded as it comes.
func (x *exchange) read(r *http.Request) error {
	body, err := io.ReadAll(io.LimitReader(r.Body, document.MaxBody+1))
	if len(body) <= document.MaxBody {
		x.body = body
		return err
	}
	r.Body = parts{io.MultiReader(strings.NewReader(string(body)), r.Body), r.Body}
	return err
}

func (x *exchange) judgeRequest(r *http.Request) {
	if x.op == nil {
		x.Violations = append(x.Violations, "the document has no operation with this method and path")
		return
	}
	x.add("request: ", x.op.JudgeRequest(r, x.params, x.body, x.note))
}

// take takes the verdict on a response, whose body may have ended with an error.
func (x *exchange) take(v document.Verdict, err error) {
	ended := err == nil || errors.Is(err, io.EOF)
	if errors.Is(err, errUnread) || !ended && x.ctx.Err() != nil { // The client went away, which isn't the upstream's fault.
		v = document.Verdict{Unchecked: errUnread.Error()}
	}
	x.add("response: ", v)
}

func (x *exchange) add(what string, v document.Verdict) {
	if v.Violation != "" {
		x.Violations = append(x.Violations, what+v.Violation)
	}
	if v.Unchecked != "" {
		x.Unchecked = append(x.Unchecked, what+v.Unchecked)
	}
}

// What is kept of texts and properties from outside.
const (
	maxWhat    = 300 // Characters.
	maxName    = 64
	maxUnknown = 100 // Properties that the document lacks.
)

// note notes a property that has a value, without credentials.
func (x *exchange) note(property string, documented bool) {
	if !documented {
		if len(x.seen) >= 2*maxUnknown { // The document has fewer than maxUnknown.
			return
		}
		property = short(x.clean(property), maxName) // In this order: a credential that is cut isn't recognized.
	}
	x.seen[property] = documented
}

// redactor returns a replacer of a control token, and of the credentials in a request's headers.
func redactor(header http.Header, token string) *strings.Replacer {
	var forms []string
	for _, credential := range append(redact.Credentials(header), token) {
		forms = append(forms, redact.Forms(credential)...)
	}
	return redact.Replacer(forms)
}

// clean returns a text without the request's credentials, without what has the form of a key, and as one short line. It may be called
// at the same time as note, which runs while a response is forwarded.
func (x *exchange) clean(text string) string {
	if text == "" {
		return ""
	}
	text = redact.Text(text, x.own())
	return short(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text), maxWhat)
}

// problem responds with an error of the proxy's own.
func (x *exchange) problem(w http.ResponseWriter, status int, message string) {
	writeProblem(w, status, errors.New("keysmock proxy: "+x.clean(message)))
}

// refuse responds with why a request isn't forwarded.
func (x *exchange) refuse(w http.ResponseWriter, status int, why string) {
	x.Error = why
	x.problem(w, status, why)
}

// finish records an exchange, and tells the log and the report.
func (p *proxy) finish(x *exchange, sw *statusWriter) {
	took := time.Since(x.Time)
	x.Status, x.Seconds = sw.status, took.Seconds()
	x.Error = x.clean(x.Error)
	if x.op == nil { // Otherwise the document has them.
		x.Method, x.Path = x.clean(x.Method), x.clean(x.Path)
	}
	for _, texts := range [][]string{x.Violations, x.Unchecked} {
		for i := range texts {
			texts[i] = x.clean(texts[i])
		}
	}
	log := p.logger.With("method", x.Method, "path", x.Path, "operation", x.Operation, "status", x.Status)
	for _, violation := range x.Violations {
		log.Warn("violation", "what", violation)
	}
	for _, unchecked := range x.Unchecked {
		log.Warn("not validated", "what", unchecked)
	}
	if x.Error != "" {
		log.Warn("no whole response", "why", x.Error)
	}
	message := "exchange"
	if x.CutOff {
		message = "exchange whose response was cut off"
	}
	if log.Enabled(context.Background(), slog.LevelInfo) {
		log.Info(message, "request_id", x.clean(x.requestID), "took", took)
	}
	seen := x.seen
	x.ctx, x.body, x.own, x.seen, x.params, x.flush = nil, nil, nil, nil, nil, nil // Which the journal doesn't need.

	p.mu.Lock()
	defer p.mu.Unlock()
	p.journal = append(p.journal, x)
	p.journal = p.journal[max(0, len(p.journal)-maxExchanges):]
	p.report.add(x, seen)
	p.running--
	p.recorded.Broadcast()
}

// maxExchanges is how many exchanges the journal holds.
const maxExchanges = 1_000
