package main

import (
	"errors"
	"io"
	"net"
	"net/http"
	"path"
	"strings"

	"github.com/qaikeys/qaikeys/generated/server"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
)

// routes returns the mock with everything else that the program serves.
func routes(mock *keystest.Handler, clock *clock) http.Handler {
	c := &control{mock: mock, clock: clock}
	local := http.NewServeMux()
	c.route(local)
	local.HandleFunc("GET /_mock/page/requests/{id}", c.requestPage)
	local.HandleFunc("POST /_mock/page/press", c.press)
	return beside(mock, local, c.livePage, mock.APIKey)
}

// beside returns an API with everything else that the program serves: the routes below /_mock and a live page, both for programs on the same
// machine, and what tells about the API. The page to try it has an API key filled in, unless that is empty.
func beside(api http.Handler, local *http.ServeMux, page http.HandlerFunc, apiKey string) http.Handler {
	local.HandleFunc("GET /_mock/openapi.yaml", serveYAML(controlDocument))
	for _, name := range []string{"style.css", "live.js"} {
		local.Handle("GET /_mock/page/"+name, http.StripPrefix("/_mock", http.FileServerFS(pageFiles)))
	}
	mux := http.NewServeMux()
	mux.Handle("/", api)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
	mux.HandleFunc("GET /openapi.yaml", serveYAML(server.OpenAPI))
	docs := console(apiKey)
	mux.Handle("GET /docs", docs)
	mux.Handle("GET /docs/", docs)
	mux.HandleFunc("GET /docs/openapi.yaml", serveYAML(servedHere(server.OpenAPI)))
	mux.HandleFunc("GET /docs/control.yaml", serveYAML(servedHere(controlDocument)))
	mux.Handle("GET /{$}", localOnly(page))
	mux.Handle("/_mock/", localOnly(http.NewCrossOriginProtection().Handler(local))) // Refuses other sites' pages in a browser.
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/qai/") || answeredByMux(r) { // Nothing else is below /qai.
			api.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
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

// localOnly refuses requests that aren't from this machine.
func localOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := notFromHere(r); err != nil {
			writeProblem(w, http.StatusForbidden, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// fromHere reports whether a request comes from this machine and addresses it by one of its own names.
func fromHere(r *http.Request) bool { return notFromHere(r) == nil }

// notFromHere returns why a request isn't from this machine, or nil. A page from elsewhere may reach the mock under a name of its
// own (DNS rebinding), which is then the request's host.
func notFromHere(r *http.Request) error {
	addr, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	switch overSocket := addr != nil && addr.Network() == "unix"; {
	case !overSocket && !loopback(r.RemoteAddr):
		return errors.New("only programs on the same machine may control the mock")
	case !loopback(r.Host):
		return errors.New("the Host header has to name this machine: use localhost or a loopback address, such as 127.0.0.1")
	}
	return nil
}
