package main

import (
	"cmp"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/qaikeys/qaikeys/generated/server"
	"github.com/qaikeys/qaikeys/wrapper/document"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
)

// proxyCommand forwards requests to a gateway, and holds each request and response to the API's document.
type proxyCommand struct {
	endpoint

	upstream, report string
	errors           bool
}

func (c *proxyCommand) flags(flags *flag.FlagSet) {
	flags.StringVar(&c.upstream, "upstream", "", "the `URL` of the gateway, like https://api.example.com; http only on this machine")
	flags.StringVar(&c.report, "report", "", "write a line of JSON for each exchange, and last a summary, to this `file`")
	flags.BoolVar(&c.errors, "errors", false, "respond with 502 to what violates the document, other than responses to a mint")
}

func (c *proxyCommand) listening() *endpoint { return &c.endpoint }

// validate doesn't quote the URL, which may have a credential.
func (c *proxyCommand) validate() error {
	upstream, err := url.Parse(c.upstream)
	switch {
	case c.upstream == "":
		return errors.New("-upstream is missing: use the gateway's URL, like https://api.example.com")
	case err != nil || upstream.Hostname() == "" || upstream.Scheme != "https" && upstream.Scheme != "http":
		return errors.New("-upstream isn't an http or https URL like https://api.example.com")
	case upstream.Port() != "" && !validPort(upstream.Port()):
		return errors.New("-upstream has a port that isn't from 1 to 65535")
	case upstream.User != nil:
		return errors.New("-upstream can't have a user or password: each client sends its own credential")
	case upstream.Path != "" && upstream.Path != "/" || upstream.RawQuery != "" || upstream.ForceQuery || strings.Contains(c.upstream, "#"):
		return errors.New("-upstream can't have a path, query or fragment: those of a request are forwarded as they are")
	case upstream.Scheme == "http" && !loopback(upstream.Host):
		return errors.New("-upstream would send credentials unencrypted over a network: use https, which http needs only on this machine")
	}
	return checkReport(c.report)
}

func validPort(text string) bool {
	port, err := strconv.ParseUint(text, 10, 16)
	return err == nil && port > 0
}

func (c *proxyCommand) start(logger *slog.Logger) (*site, error) {
	upstream, err := url.Parse(c.upstream)
	if err != nil {
		return nil, err
	}
	p, err := newProxy(upstream, c.errors, logger)
	if err != nil {
		return nil, err
	}
	p.guard = guard{c.token}
	open := func() error { return p.report.open(c.report) }
	return &site{server: newServer(p.routes(), 0, logger), open: open, end: p.end}, nil
}

// proxy forwards requests, and keeps what it found.
type proxy struct {
	upstream *url.URL
	name     string // In loopHeader, of this process alone.
	errors   bool
	guard    guard
	doc      *document.Document
	logger   *slog.Logger
	reverse  *httputil.ReverseProxy
	upward   *upward
	faults   *keystest.Handler // A mock that only holds them.

	mu       sync.Mutex  // Guards what follows, and is held while a fault is added.
	journal  []*exchange // The last ones.
	report   *report
	running  int        // Exchanges that aren't recorded yet.
	recorded *sync.Cond // Tells that one was.
}

// partTime is how long a part of a response with a Content-Length may wait for the next. One that comes whole is sent in one packet.
const partTime = 5 * time.Millisecond

func newProxy(upstream *url.URL, replaces bool, logger *slog.Logger) (*proxy, error) {
	doc, err := document.Load(server.OpenAPI)
	if err != nil {
		return nil, err
	}
	p := &proxy{
		upstream: upstream, name: "keysmock-" + rand.Text(), errors: replaces, doc: doc, logger: logger, upward: newUpward(),
		faults: keystest.NewHandler(), report: newReport(doc, logger),
	}
	p.recorded = sync.NewCond(&p.mu)
	p.reverse = &httputil.ReverseProxy{
		Rewrite: p.rewrite, ModifyResponse: p.checkResponse, ErrorHandler: p.fail, Transport: p.upward, FlushInterval: partTime, BufferPool: new(buffers),
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0), // What it says of an exchange, the exchange says, too.
	}
	return p, nil
}

// ServeHTTP forwards a request unless it meets a fault that replaces the operation, or violates the document and may not.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := p.begin(r)
	p.mu.Lock()
	p.running++
	p.mu.Unlock()
	sw := &statusWriter{ResponseWriter: w}
	x.flush = func() {
		if sw.status != 0 {
			_ = http.NewResponseController(w).Flush()
		}
	}
	x.CutOff = true
	defer func() {
		if x.CutOff {
			x.Error = cmp.Or(x.Error, whyCutOff(r, x))
		}
		p.finish(x, sw)
	}()
	p.serve(x, forwardWriter{sw, r.ProtoAtLeast(1, 1)}, r.WithContext(withExchange(r.Context(), x)))
	x.CutOff = sw.failed // Otherwise a handler has panicked, which ends the response.
}

// whyCutOff says why the client got only a part of a response that was neither the upstream's fault nor a violation.
func whyCutOff(r *http.Request, x *exchange) string {
	switch {
	case r.Context().Err() != nil: // Which net/http ends, too, when it can't write.
		return clientGone
	case x.Fault:
		return "a fault cut it off"
	}
	return ""
}

func (p *proxy) serve(x *exchange, w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodConnect {
		x.refuse(w, http.StatusMethodNotAllowed, "a proxy of an API opens no tunnels: use it as the base URL")
		return
	}
	if sentPath(r.URL) != r.URL.EscapedPath() { // Which would be forwarded, with another %2F.
		x.refuse(w, http.StatusBadRequest, "the path has a character that has to be percent-encoded: it was not forwarded")
		return
	}
	if strings.Contains(strings.Join(r.Header[loopHeader], ","), p.name) {
		x.refuse(w, http.StatusLoopDetected, "the request has come back: -upstream leads to this proxy itself, so use the gateway's URL")
		return
	}
	if p.sendsToken(r.Header) {
		x.refuse(w, http.StatusBadRequest,
			"this is the control token of the proxy: it was not forwarded; the control routes are below /_mock/")
		return
	}
	if err := x.read(r); err != nil {
		x.refuse(w, http.StatusBadRequest, "the request's body can't be read to its end: it was not forwarded")
		return
	}
	x.judgeRequest(r)
	if p.errors && len(x.Violations) > 0 {
		x.problem(w, http.StatusBadGateway, "the request was not forwarded, because it violates the API's document: "+x.clean(x.Violations[0]))
		return
	}
	fault, err := keystest.RequestedFault(r.Header)
	switch {
	case err != nil:
		x.refuse(w, http.StatusBadRequest, err.Error()+": it was not forwarded")
		return
	case len(x.Violations) > 0: // A mistake in a test isn't hidden by a fault.
		fault = nil
	case fault == nil:
		fault = p.faults.TakeFault(x.Operation)
	}
	if fault == nil {
		p.reverse.ServeHTTP(w, r)
		return
	}
	x.Fault = true
	fault.Serve(w, r, p.reverse)
}

// sendsToken reports whether a request would tell the gateway the proxy's control token as a credential. No word is an empty token.
func (p *proxy) sendsToken(header http.Header) bool {
	words := strings.Fields(strings.Join(slices.Concat(header["Authorization"], header["X-Api-Key"]), " "))
	return slices.ContainsFunc(words, func(word string) bool { return p.guard.admits("Bearer " + word) })
}

// inject adds a fault.
func (p *proxy) inject(fault keystest.Fault) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := checkFaults(p.faults.Faults(), fault); err != nil {
		return err
	}
	p.faults.Inject(fault)
	return nil
}

// reset forgets the faults, and the exchanges that the live page shows. The summary is about all exchanges.
func (p *proxy) reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults.Reset()
	p.journal = nil
}

// exchanges returns the last exchanges, the oldest first.
func (p *proxy) exchanges() []*exchange {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]*exchange{}, p.journal...) // They don't change any more.
}

// routes returns the proxy with everything else that the program serves.
func (p *proxy) routes() http.Handler {
	local := http.NewServeMux()
	local.HandleFunc("GET /_mock/requests", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"requests": p.exchanges()})
	})
	local.HandleFunc("GET /_mock/faults", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, writtenFaults(p.faults.Faults()))
	})
	local.HandleFunc("POST /_mock/faults", func(w http.ResponseWriter, r *http.Request) {
		fault, err := readFault(r)
		if err == nil {
			err = p.inject(fault)
		}
		respond(w, err)
	})
	local.HandleFunc("POST /_mock/reset", func(w http.ResponseWriter, _ *http.Request) {
		p.reset()
		respond(w, nil)
	})
	local.HandleFunc("POST /_mock/page/press", p.press)
	local.HandleFunc("/_mock/", func(w http.ResponseWriter, _ *http.Request) {
		writeProblem(w, http.StatusNotFound, errors.New("a proxy has no accounts, keys or clock: "+
			"its control API is GET /_mock/requests, GET and POST /_mock/faults, and POST /_mock/reset"))
	})
	return beside(p, local, p.livePage, "", p.guard)
}

// respond responds without a body, or with what is wrong with a request.
func respond(w http.ResponseWriter, err error) {
	if err != nil {
		writeProblem(w, http.StatusBadRequest, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (p *proxy) livePage(w http.ResponseWriter, _ *http.Request) {
	writeTemplate(w, "proxy.html", struct {
		Now       time.Time
		Upstream  string
		Faults    any
		Exchanges []*exchange
	}{time.Now(), p.upstream.String(), pageFaults, latest(p.exchanges(), pageRequests)})
}

// press does what a button of the live page says, and shows the page again.
func (p *proxy) press(w http.ResponseWriter, r *http.Request) {
	button := r.FormValue("button")
	i, err := strconv.Atoi(button)
	switch {
	case button == "reset":
		p.reset()
		err = nil
	case err == nil && i >= 0 && i < len(pageFaults):
		err = p.inject(pageFaults[i].Fault)
	default:
		err = fmt.Errorf("button: there is no %q", button)
	}
	if err != nil {
		writeProblem(w, http.StatusBadRequest, err)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// endTime is how long exchanges have to be recorded once their connections are closed.
const endTime = 5 * time.Second

// end says what was found, once nothing is served any more.
func (p *proxy) end() {
	defer p.upward.CloseIdleConnections()
	p.mu.Lock()
	defer p.mu.Unlock()
	late := false
	defer time.AfterFunc(endTime, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		late = true
		p.recorded.Broadcast()
	}).Stop()
	for p.running > 0 && !late {
		p.recorded.Wait()
	}
	p.report.Unrecorded = p.running
	p.report.end()
}

// buffers are buffers for bodies on their way.
type buffers struct{ sync.Pool }

func (b *buffers) Get() []byte {
	if buffer, ok := b.Pool.Get().(*[]byte); ok {
		return *buffer
	}
	return make([]byte, 32<<10)
}

func (b *buffers) Put(buffer []byte) { b.Pool.Put(&buffer) }
