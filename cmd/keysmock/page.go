package main

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/qaikeys/qaikeys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/yuin/goldmark"
)

//go:embed page
var pageFiles embed.FS

var templates = template.Must(template.ParseFS(pageFiles, "page/*.html"))

// How much the live page shows.
const (
	pageAccounts = 20
	pageKeys     = 50
	pageRequests = 30
)

// pageFaults are the buttons of the live page.
var pageFaults = []struct {
	Name  string
	Fault keystest.Fault
}{
	{"is done, its answer lost", keystest.Fault{After: true, Drop: true}},
	{"fails with 500", keystest.Fault{Status: http.StatusInternalServerError}},
	{"is done, answered 503", keystest.Fault{After: true, Status: http.StatusServiceUnavailable}},
	{"is limited (429)", keystest.Fault{Status: http.StatusTooManyRequests}},
	{"gets HTML", keystest.Fault{Status: http.StatusBadGateway, Body: "<html>Bad Gateway</html>", Header: http.Header{"Content-Type": {"text/html"}}}},
	{"is cut off", keystest.Fault{Truncate: 20}},
}

// livePage is what the live page shows.
type livePage struct {
	Faults       any
	Accounts     []accountView
	MoreAccounts int
}

type accountView struct {
	Number   int
	Prefix   string // Of its credential.
	Keys     []keystest.State
	MoreKeys int
	Requests []keystest.Request
}

func (c *control) livePage(w http.ResponseWriter, _ *http.Request) {
	accounts := c.mock.Accounts()
	page := livePage{Faults: pageFaults, MoreAccounts: max(0, len(accounts)-pageAccounts)}
	for i, account := range accounts[:min(len(accounts), pageAccounts)] {
		states, requests := account.Keys(), account.Requests()
		view := accountView{Number: i + 1, Prefix: account.APIKey[:min(14, len(account.APIKey)/2)], MoreKeys: max(0, len(states)-pageKeys)}
		view.Keys = states[view.MoreKeys:]
		slices.Reverse(view.Keys)
		view.Requests = requests[max(0, len(requests)-pageRequests):]
		slices.Reverse(view.Requests)
		page.Accounts = append(page.Accounts, view)
	}
	render(w, "live.html", page)
}

// pageAccount is the account that a button is about, nil where the answer says that there is none.
func (c *control) pageAccount(w http.ResponseWriter, r *http.Request) *keystest.Account {
	accounts := c.mock.Accounts()
	number, err := strconv.Atoi(r.FormValue("account"))
	if err != nil || number < 1 || number > len(accounts) {
		writeProblem(w, http.StatusBadRequest, "account: there is none of this number")
		return nil
	}
	return accounts[number-1]
}

func (c *control) pageFault(w http.ResponseWriter, r *http.Request) {
	account := c.pageAccount(w, r)
	if account == nil {
		return
	}
	i, err := strconv.Atoi(r.FormValue("fault"))
	if err != nil || i < 0 || i >= len(pageFaults) {
		writeProblem(w, http.StatusBadRequest, "fault: there is no such button")
		return
	}
	account.Inject(pageFaults[i].Fault)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (c *control) pageReset(w http.ResponseWriter, r *http.Request) {
	if account := c.pageAccount(w, r); account != nil {
		account.Reset()
		http.Redirect(w, r, "/", http.StatusSeeOther)
	}
}

// pageAsset serves the pages' style and script.
func pageAsset(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, pageFiles, "page/"+r.PathValue("name"))
}

// render answers with a page that may load nothing from elsewhere.
func render(w http.ResponseWriter, name string, data any) {
	var page bytes.Buffer
	if err := templates.ExecuteTemplate(&page, name, data); err != nil {
		writeProblem(w, http.StatusInternalServerError, "the page can't be made: "+err.Error())
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'")
	_, _ = w.Write(page.Bytes())
}

// docsPage is the API reference.
type docsPage struct {
	Title, Version string
	Description    template.HTML
	Operations     []operationView
	Schemas        []schemaView
}

type operationView struct {
	ID, Method, Path, Summary         string
	Description                       template.HTML
	Parameters                        []propertyView
	Request                           string // Name of its schema.
	Responses                         []responseView
	RequestExamples, ResponseExamples []exampleView
}

type responseView struct {
	Status, Schema string
	Description    template.HTML
}

type exampleView struct{ Summary, Text string }

type schemaView struct {
	Name        string
	Description template.HTML
	Properties  []propertyView
}

type propertyView struct {
	Name, Type, Ref string
	Required        bool
	Description     template.HTML
}

// docs renders the document once.
var docs = sync.OnceValues(func() (*docsPage, error) {
	doc, err := openapi3.NewLoader().LoadFromData(qaikeys.OpenAPI)
	if err != nil {
		return nil, err
	}
	page := &docsPage{Title: doc.Info.Title, Version: doc.Info.Version, Description: markdown(doc.Info.Description)}
	for _, path := range doc.Paths.InMatchingOrder() {
		item := doc.Paths.Value(path)
		for method, op := range item.Operations() {
			page.Operations = append(page.Operations, viewOperation(path, method, item, op))
		}
	}
	slices.SortFunc(page.Operations, func(a, b operationView) int {
		return cmp.Or(cmp.Compare(len(strings.Split(a.Path, "/")), len(strings.Split(b.Path, "/"))), cmp.Compare(a.Path, b.Path), cmp.Compare(b.Method, a.Method))
	})
	for name, schema := range doc.Components.Schemas {
		page.Schemas = append(page.Schemas, schemaView{name, markdown(schema.Value.Description), viewProperties(schema.Value)})
	}
	slices.SortFunc(page.Schemas, func(a, b schemaView) int { return cmp.Compare(a.Name, b.Name) })
	return page, nil
})

func docsHandler(w http.ResponseWriter, _ *http.Request) {
	page, err := docs()
	if err != nil {
		writeProblem(w, http.StatusInternalServerError, err.Error())
		return
	}
	render(w, "docs.html", page)
}

func viewOperation(path, method string, item *openapi3.PathItem, op *openapi3.Operation) operationView {
	view := operationView{ID: op.OperationID, Method: method, Path: path, Summary: op.Summary, Description: markdown(op.Description)}
	for _, param := range slices.Concat(item.Parameters, op.Parameters) {
		p := param.Value
		view.Parameters = append(view.Parameters, propertyView{Name: p.Name, Type: p.In + " " + typeName(p.Schema), Required: p.Required, Description: markdown(p.Description)})
	}
	if op.RequestBody != nil {
		content := op.RequestBody.Value.Content.Get("application/json")
		view.Request, view.RequestExamples = refName(content.Schema), viewExamples(content)
	}
	for _, status := range slices.Sorted(func(yield func(string) bool) {
		for status := range op.Responses.Map() {
			if !yield(status) {
				return
			}
		}
	}) {
		response := op.Responses.Value(status).Value
		content := response.Content.Get("application/json")
		view.Responses = append(view.Responses, responseView{status, refName(content.Schema), markdown(*response.Description)})
		if status < "300" {
			view.ResponseExamples = append(view.ResponseExamples, viewExamples(content)...)
		}
	}
	return view
}

func viewExamples(content *openapi3.MediaType) []exampleView {
	var views []exampleView
	for _, example := range content.Examples {
		text, err := json.MarshalIndent(example.Value.Value, "", "  ")
		if err == nil {
			views = append(views, exampleView{example.Value.Summary, string(text)})
		}
	}
	slices.SortFunc(views, func(a, b exampleView) int { return cmp.Compare(len(a.Text), len(b.Text)) })
	return views
}

func viewProperties(schema *openapi3.Schema) []propertyView {
	var views []propertyView
	for name, property := range schema.Properties {
		target := property
		if property.Value.Type.Is("array") {
			target = property.Value.Items
		}
		views = append(views, propertyView{
			Name: name, Type: typeName(property), Ref: refName(target), Required: slices.Contains(schema.Required, name),
			Description: markdown(property.Value.Description),
		})
	}
	slices.SortFunc(views, func(a, b propertyView) int {
		if a.Required != b.Required {
			return map[bool]int{true: -1, false: 1}[a.Required]
		}
		return cmp.Compare(a.Name, b.Name)
	})
	return views
}

// refName is the name of the schema that is referred to, empty where there is none.
func refName(schema *openapi3.SchemaRef) string {
	return schema.Ref[strings.LastIndex(schema.Ref, "/")+1:]
}

func typeName(schema *openapi3.SchemaRef) string {
	switch {
	case schema.Ref != "":
		return refName(schema)
	case schema.Value.Type == nil:
		return "any"
	case schema.Value.Type.Is("array"):
		return "list of " + typeName(schema.Value.Items)
	}
	name := schema.Value.Type.Slice()[0]
	if schema.Value.Format != "" {
		name += " (" + schema.Value.Format + ")"
	}
	return name
}

// markdown renders a description of the embedded document. What isn't Markdown in it stays text.
func markdown(text string) template.HTML {
	var out bytes.Buffer
	if err := goldmark.Convert([]byte(text), &out); err != nil {
		return template.HTML(template.HTMLEscapeString(text)) //nolint:gosec // Escaped.
	}
	return template.HTML(out.String()) //nolint:gosec // Goldmark leaves raw HTML out.
}
