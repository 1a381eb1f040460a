package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
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
	sent      http.Header       // For the credentials in it.
	own       *strings.Replacer // Of those.
	seen      map[string]bool
}

type withExchangeKey struct{}

func withExchange(ctx context.Context, x *exchange) context.Context {
	return context.WithValue(ctx, withExchangeKey{}, x)
}

func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(withExchangeKey{}).(*exchange)
	return x
}

func (p *proxy) begin(r *http.Request) *exchange {
	x := &exchange{
		Time: time.Now(), Method: r.Method, Path: r.URL.EscapedPath(), Violations: []string{}, Unchecked: []string{},
		ctx: r.Context(), sent: r.Header, seen: map[string]bool{},
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
	switch {
	case errors.Is(err, errStalled):
		x.Error = errStalled.Error()
	case errors.Is(err, errUnread) || err != nil && x.ctx.Err() != nil: // The client went away, which isn't the upstream's fault.
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

// note notes a property that has a value.
func (x *exchange) note(property string, documented bool) {
	if documented || len(x.seen) < 2*maxUnknown { // The document has fewer.
		x.seen[short(property, maxName)] = documented
	}
}

// clean returns a text without the request's credentials, without what has the form of a key, and as one short line.
func (x *exchange) clean(text string) string {
	if text == "" {
		return ""
	}
	if x.own == nil {
		var forms []string
		for name := range redact.Headers {
			for _, value := range x.sent.Values(name) {
				_, word, _ := strings.Cut(value, " ")
				forms = slices.Concat(forms, redact.Forms(value), redact.Forms(word))
			}
		}
		x.own = redact.Replacer(forms)
	}
	text = redact.Text(text, x.own)
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

// finish records an exchange, and tells the log and the report.
func (p *proxy) finish(x *exchange, sw *statusWriter) {
	x.Status, x.Seconds = sw.status, time.Since(x.Time).Seconds()
	x.Error = x.clean(x.Error)
	if x.op == nil { // Otherwise the document has them.
		x.Method, x.Path = x.clean(x.Method), x.clean(x.Path)
	}
	for _, texts := range [][]string{x.Violations, x.Unchecked} {
		for i := range texts {
			texts[i] = x.clean(texts[i])
		}
	}
	seen := map[string]bool{}
	for property, documented := range x.seen {
		if !documented {
			property = x.clean(property)
		}
		seen[property] = documented
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
		log.Info(message, "request_id", x.clean(x.requestID), "took", time.Since(x.Time))
	}
	x.ctx, x.body, x.sent, x.own, x.seen, x.params = nil, nil, nil, nil, nil, nil // Which the journal doesn't need.

	p.mu.Lock()
	defer p.mu.Unlock()
	p.journal = append(p.journal, x)
	p.journal = p.journal[max(0, len(p.journal)-maxExchanges):]
	p.summary.add(x, seen)
	p.report.write(x)
}

// maxExchanges is how many exchanges the journal holds.
const maxExchanges = 1_000

// summary is what all exchanges show.
type summary struct {
	Exchanges int                    `json:"exchanges"`
	Violating int                    `json:"with_violations"`
	Statuses  map[string]map[int]int `json:"statuses"`                       // How many exchanges of an operation had a status.
	NeverSeen []string               `json:"properties_never_seen"`          // Of those that the document has.
	Unknown   []string               `json:"properties_not_in_the_document"` // Up to maxUnknown.

	seen map[string]bool // Whether the document has it.
	doc  *document.Document
}

func newSummary(doc *document.Document) summary {
	return summary{Statuses: map[string]map[int]int{}, seen: map[string]bool{}, doc: doc}
}

func (s *summary) add(x *exchange, seen map[string]bool) {
	s.Exchanges++
	if len(x.Violations) > 0 {
		s.Violating++
	}
	operation := cmp.Or(x.Operation, "none")
	if s.Statuses[operation] == nil {
		s.Statuses[operation] = map[int]int{}
	}
	s.Statuses[operation][x.Status]++
	for property, documented := range seen {
		if _, known := s.seen[property]; !known && !documented {
			if len(s.Unknown) >= maxUnknown {
				continue
			}
			s.Unknown = append(s.Unknown, property)
		}
		s.seen[property] = documented
	}
}

// end completes the summary, and logs it.
func (s *summary) end(logger *slog.Logger) {
	slices.Sort(s.Unknown)
	s.NeverSeen = slices.DeleteFunc(s.doc.Properties(), func(property string) bool { return s.seen[property] })
	var statuses []string
	for _, operation := range slices.Sorted(maps.Keys(s.Statuses)) {
		for _, status := range slices.Sorted(maps.Keys(s.Statuses[operation])) {
			statuses = append(statuses, fmt.Sprintf("%s %d × %d", operation, status, s.Statuses[operation][status]))
		}
	}
	logger.Info("summary", "exchanges", s.Exchanges, "with_violations", s.Violating, "statuses", strings.Join(statuses, ", "),
		"properties_never_seen", strings.Join(s.NeverSeen, " "), "properties_not_in_the_document", strings.Join(s.Unknown, " "))
}

// report is a file of JSON lines; nil for none.
type report struct {
	file   *os.File
	logger *slog.Logger
	failed bool
}

func openReport(path string, logger *slog.Logger) (*report, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) //nolint:gosec // The flag names it.
	if err != nil {
		return nil, fmt.Errorf("-report: %w", err)
	}
	return &report{file: file, logger: logger}, nil
}

// write writes a line. Traffic goes on without a report that can't be written, and the log says so once.
func (r *report) write(value any) {
	if r == nil || r.failed {
		return
	}
	line, err := json.Marshal(value)
	if err == nil {
		_, err = r.file.Write(append(line, '\n'))
	}
	if err != nil {
		r.failed = true
		r.logger.Error("the report ends here: it can't be written", "error", err)
	}
}

func (r *report) close() {
	if r != nil {
		r.failed = true // For requests that still run.
		_ = r.file.Close()
	}
}
