package main

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/qaikeys/qaikeys/generated/server"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
)

// routes returns the mock with everything else that the program serves, and guard protects.
func routes(mock *keystest.Handler, clock *clock, guard guard) http.Handler {
	c := &control{mock: mock, clock: clock}
	control := http.NewServeMux()
	c.route(control)
	control.HandleFunc("GET /_mock/page/requests/{id}", c.requestPage)
	control.HandleFunc("POST /_mock/page/press", c.press)
	return beside(mock, withProblems{control}, c.livePage, mock.APIKey, guard)
}

// withProblems is the control API, which says what there is instead of what isn't there, in the form of its other errors.
type withProblems struct{ *http.ServeMux }

func (p withProblems) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, pattern := p.Handler(r); pattern != "" {
		p.ServeMux.ServeHTTP(w, r)
		return
	}
	p.ServeMux.ServeHTTP(silent{w}, r) // Which sets Allow, where the path takes other methods.
	if allow := w.Header().Get("Allow"); allow != "" {
		writeProblem(w, http.StatusMethodNotAllowed, errors.New("the control API has no operation with this method: use "+allow))
		return
	}
	there := slices.Sorted(maps.Keys(operations()))
	writeProblem(w, http.StatusNotFound, errors.New("the control API has no such path: it has "+strings.Join(there, ", ")))
}

// silent is a response of which only the header counts.
type silent struct{ http.ResponseWriter }

func (silent) WriteHeader(int)                {}
func (silent) Write(text []byte) (int, error) { return len(text), nil }

// beside returns an API with everything else that the program serves: the routes below /_mock and a live page, both for those whom guard
// lets through, and what tells about the API. The page to try it has an API key filled in, unless that is empty or guard has a token.
func beside(api, control http.Handler, page http.HandlerFunc, apiKey string, guard guard) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_mock/openapi.yaml", serveYAML(controlDocument))
	for _, name := range []string{"style.css", "live.js"} {
		mux.Handle("GET /_mock/page/"+name, http.StripPrefix("/_mock", http.FileServerFS(pageFiles)))
	}
	mux.Handle("/", api)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
	mux.HandleFunc("GET /openapi.yaml", serveYAML(server.OpenAPI))
	if guard.token != "" {
		apiKey = ""
	}
	docs := console(apiKey)
	mux.Handle("GET /docs", docs)
	mux.Handle("GET /docs/", docs)
	mux.HandleFunc("GET /docs/openapi.yaml", serveYAML(servedHere(server.OpenAPI)))
	mux.HandleFunc("GET /docs/control.yaml", serveYAML(servedHere(controlDocument)))
	mux.Handle("GET /{$}", guard.protect(page))
	mux.Handle("/_mock/", guard.protect(sameSite().Handler(http.MaxBytesHandler(control, maxBody))))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/qai/") || answeredByMux(r) { // Nothing else is below /qai.
			api.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// sameSite refuses the requests that other sites' pages make in a browser.
func sameSite() *http.CrossOriginProtection {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeProblem(w, http.StatusForbidden, errors.New("web pages of another site may not control the mock: use a program, or the live page"))
	}))
	return protection
}

// answeredByMux reports whether ServeMux would answer a request on its own, with a redirect to another path or a plain error.
func answeredByMux(r *http.Request) bool {
	escaped := r.URL.EscapedPath()
	clean := path.Clean(escaped)
	if clean != "/" && strings.HasSuffix(escaped, "/") {
		clean += "/"
	}
	return !strings.HasPrefix(escaped, "/") || escaped != clean || escaped == "/_mock"
}

func serveYAML(document []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/yaml")
		_, _ = w.Write(document)
	}
}
