package main

import (
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
)

//go:embed page
var pageFiles embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{"ago": ago, "short": short}).ParseFS(pageFiles, "page/*.html"))

// ago returns when something was, by the mock's clock, like "3 seconds ago".
func ago(at, now time.Time) string { return humanize.RelTime(at, now, "ago", "ahead") }

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

// livePage is what the live page shows.
type livePage struct {
	Faults       any
	Accounts     []accountView
	MoreAccounts int
}

type accountView struct {
	Number   int
	Now      time.Time // By its clock.
	Prefix   string    // Of its credential.
	Keys     []keystest.State
	MoreKeys int
	Requests []keystest.Request
}

func (c *control) livePage(w http.ResponseWriter, _ *http.Request) {
	accounts := c.mock.Accounts()
	page := livePage{Faults: pageFaults, MoreAccounts: max(0, len(accounts)-pageAccounts)}
	for i, account := range accounts[:len(accounts)-page.MoreAccounts] {
		states := account.Keys()
		shown := latest(states, pageKeys)
		for i := range shown {
			shown[i].Name = c.mock.Redact(shown[i].Name)
		}
		page.Accounts = append(page.Accounts, accountView{
			Number: i + 1, Now: c.timeOf(account), Prefix: account.APIKey[:min(14, len(account.APIKey)/2)],
			Keys: shown, MoreKeys: max(0, len(states)-pageKeys), Requests: latest(account.Requests(), pageRequests),
		})
	}
	writeTemplate(w, "live.html", page)
}

// latest returns the last n elements of a list, the last one first.
func latest[T any](list []T, n int) []T {
	list = list[max(0, len(list)-n):]
	slices.Reverse(list)
	return list
}

// requestPage shows everything about a request.
func (c *control) requestPage(w http.ResponseWriter, r *http.Request) {
	for _, account := range c.mock.Accounts() {
		for _, request := range account.Requests() {
			if request.ID == r.PathValue("id") {
				writeTemplate(w, "request.html", struct {
					keystest.Request

					Now time.Time
				}{request, c.timeOf(account)})
				return
			}
		}
	}
	writeProblem(w, http.StatusNotFound, errors.New("there is no request with this id any more"))
}

// press does what a button of the live page says, to the account with a number, and shows the page again.
func (c *control) press(w http.ResponseWriter, r *http.Request) {
	accounts := c.mock.Accounts()
	number, err := strconv.Atoi(r.FormValue("account"))
	if err != nil || number < 1 || number > len(accounts) {
		writeProblem(w, http.StatusBadRequest, errors.New("account: there is none with this number"))
		return
	}
	account := accounts[number-1]
	button := r.FormValue("button")
	switch i, err := strconv.Atoi(button); {
	case button == "reset":
		if err := c.reset(account); err != nil {
			writeProblem(w, http.StatusInternalServerError, err)
			return
		}
	case err == nil && i >= 0 && i < len(pageFaults):
		if err := c.addFault(account, pageFaults[i].Fault); err != nil {
			writeProblem(w, http.StatusBadRequest, err)
			return
		}
	default:
		writeProblem(w, http.StatusBadRequest, fmt.Errorf("button: there is no %q", button))
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// writeTemplate responds with a page that loads only its own style and script.
func writeTemplate(w http.ResponseWriter, name string, data any) {
	writePage(w, http.StatusOK, name, data)
}

func writePage(w http.ResponseWriter, status int, name string, data any) {
	startPage(w, "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'")
	w.WriteHeader(status)
	_ = templates.ExecuteTemplate(w, name, data) // Fails if the client has gone.
}

// startPage sets the headers of a page with a Content-Security-Policy.
func startPage(w http.ResponseWriter, policy string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("Cache-Control", "no-store")
}
