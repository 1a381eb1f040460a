package main

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keystest"
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
	Label string
	Fault keystest.Fault
}{
	{"Execute it, then close the connection without a response", keystest.Fault{After: true, Drop: true}},
	{"Execute it, but respond with 503", keystest.Fault{After: true, Status: http.StatusServiceUnavailable}},
	{"Execute it, but cut off the response after 20 bytes", keystest.Fault{Truncate: 20}},
	{"Don't execute it, respond with 500", keystest.Fault{Status: http.StatusInternalServerError}},
	{"Don't execute it, respond with 429 (too many requests)", keystest.Fault{Status: http.StatusTooManyRequests}},
	{"Don't execute it, respond with 502 and an HTML page", keystest.Fault{
		Status: http.StatusBadGateway, Body: "<html>Bad Gateway</html>", Header: http.Header{"Content-Type": {"text/html"}},
	}},
}

// moment is when a page was made, by the mock's clock.
type moment struct{ now time.Time }

// Ago returns how long ago a time is, like "3 s ago".
func (m moment) Ago(t time.Time) string {
	ago := m.now.Sub(t)
	switch {
	case ago < 0: // The clock was set back.
		return t.Format(time.DateTime)
	case ago < time.Minute:
		return fmt.Sprintf("%d s ago", ago/time.Second)
	case ago < time.Hour:
		return fmt.Sprintf("%d min ago", ago/time.Minute)
	case ago < 48*time.Hour:
		return fmt.Sprintf("%d h ago", ago/time.Hour)
	}
	return fmt.Sprintf("%d days ago", ago/(24*time.Hour))
}

// livePage is what the live page shows.
type livePage struct {
	moment

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
	page := livePage{moment: moment{c.clock.now()}, Faults: pageFaults, MoreAccounts: max(0, len(accounts)-pageAccounts)}
	for i, account := range accounts[:min(len(accounts), pageAccounts)] {
		states, requests := account.Keys(), account.Requests()
		view := accountView{Number: i + 1, Prefix: account.APIKey[:min(14, len(account.APIKey)/2)], MoreKeys: max(0, len(states)-pageKeys)}
		view.Keys = states[view.MoreKeys:]
		slices.Reverse(view.Keys)
		view.Requests = requests[max(0, len(requests)-pageRequests):]
		slices.Reverse(view.Requests)
		page.Accounts = append(page.Accounts, view)
	}
	writeTemplate(w, "live.html", page)
}

// requestPage shows everything about a request.
func (c *control) requestPage(w http.ResponseWriter, r *http.Request) {
	for _, account := range c.mock.Accounts() {
		for _, request := range account.Requests() {
			if request.ID == r.PathValue("id") {
				writeTemplate(w, "request.html", struct {
					moment
					keystest.Request
				}{moment{c.clock.now()}, request})
				return
			}
		}
	}
	writeProblem(w, http.StatusNotFound, "there is no request with this id any more")
}

// pageAccount returns the account of a button, or nil, and then it has responded.
func (c *control) pageAccount(w http.ResponseWriter, r *http.Request) *keystest.Account {
	accounts := c.mock.Accounts()
	number, err := strconv.Atoi(r.FormValue("account"))
	if err != nil || number < 1 || number > len(accounts) {
		writeProblem(w, http.StatusBadRequest, "account: there is none with this number")
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

// writeTemplate responds with a page that loads only its own style and script.
func writeTemplate(w http.ResponseWriter, name string, data any) {
	var page bytes.Buffer
	if err := templates.ExecuteTemplate(&page, name, data); err != nil {
		writeProblem(w, http.StatusInternalServerError, "the page can't be rendered: "+err.Error())
		return
	}
	writePage(w, "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'", page.Bytes())
}

// writePage responds with a page that has a Content-Security-Policy.
func writePage(w http.ResponseWriter, policy string, page []byte) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(page)
}
