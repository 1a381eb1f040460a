package keystest

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// router finds the path of a request and then its method, as OpenAPI has it: a path that is spelled out comes before a template, whatever
// the method. ServeMux alone would look for a template that has the method, and would take HEAD for GET.
type router struct {
	*http.ServeMux // Of paths, for any method.

	items map[string]pathItem // By their path in the document.
}

// pathItem has the operations of a path, by their method.
type pathItem map[string]http.HandlerFunc

func newRouter() router {
	r := router{http.NewServeMux(), map[string]pathItem{}}
	r.Handle("/", errNoSuchPath)
	return r
}

// HandleFunc adds an operation. The generated server calls it, with patterns like "DELETE /qai/v1/keys/{id}".
func (r router) HandleFunc(pattern string, operation func(http.ResponseWriter, *http.Request)) {
	method, path, _ := strings.Cut(pattern, " ")
	if r.items[path] == nil {
		r.items[path] = pathItem{}
		r.Handle(path, r.items[path])
	}
	r.items[path][method] = func(w http.ResponseWriter, req *http.Request) {
		req.Pattern = pattern // Which ServeMux set to the path.
		operation(w, req)
	}
}

// ServeHTTP leaves templates to ServeMux, which takes longer. No escaped path is one, since they have braces.
func (r router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if item, spelledOut := r.items[req.URL.EscapedPath()]; spelledOut {
		item.ServeHTTP(w, req)
		return
	}
	r.ServeMux.ServeHTTP(w, req)
}

func (i pathItem) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	operation := i[r.Method]
	if operation == nil {
		w.Header().Set("Allow", strings.Join(slices.Sorted(maps.Keys(i)), ", "))
		failure(http.StatusMethodNotAllowed, "the API has no operation with this method and path").ServeHTTP(w, r)
		return
	}
	operation(w, r)
}

var errNoSuchPath = failure(http.StatusNotFound, "the API has no such path")
