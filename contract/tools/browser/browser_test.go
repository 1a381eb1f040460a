//go:build browser

// Package browser_test drives the pages of keysmock in a browser.
package browser_test

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var screenshots = flag.String("screenshots", "", "a directory for screenshots of the pages")

// mock is keysmock in a process of its own.
type mock struct {
	t           *testing.T
	url, apiKey string
	token       string // To control it; empty if it has none.
	stop        func()
}

// startMock builds keysmock and starts it with three keys, and with a control token unless that is empty.
func startMock(t *testing.T, token string) *mock {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "keysmock")
	built, err := exec.CommandContext(t.Context(), "go", "-C", "../../..", "build", "-o", binary, "./cmd/keysmock").CombinedOutput()
	require.NoError(t, err, "%s", built)
	cmd := exec.CommandContext(t.Context(), binary, "-addr", "127.0.0.1:0", "-log", "off", "-keys", "3")
	cmd.Env = append(os.Environ(), "KEYSMOCK_CONTROL_TOKEN="+token)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	m := &mock{t: t, token: token}
	m.stop = func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	t.Cleanup(m.stop)
	lines := bufio.NewScanner(stdout)
	for _, value := range []*string{&m.url, &m.apiKey} {
		require.True(t, lines.Scan())
		_, *value, _ = strings.Cut(lines.Text(), "=")
	}
	return m
}

// send sends a request with the mock's API key, and returns the status and body of the response.
func (m *mock) send(method, path, body string) (status int, response string) {
	m.t.Helper()
	req, err := http.NewRequestWithContext(m.t.Context(), method, m.url+path, strings.NewReader(body))
	require.NoError(m.t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-API-Key", m.apiKey)
	if strings.HasPrefix(path, "/_mock/") && m.token != "" {
		req.Header.Set("Authorization", "Bearer "+m.token)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(m.t, err)
	defer func() { _ = resp.Body.Close() }()
	read, err := io.ReadAll(resp.Body)
	require.NoError(m.t, err)
	return resp.StatusCode, string(read)
}

// tab is a page of a headless Chromium.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// newTab starts a Chromium that makes no requests of its own.
func newTab(t *testing.T) tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.UserDataDir(t.TempDir()),
	)
	allocated, stopAllocator := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), options...)
	t.Cleanup(stopAllocator)
	ctx, stop := chromedp.NewContext(allocated)
	t.Cleanup(stop)
	watched := tab{t, ctx}
	do(watched, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `
			window.violations = [];
			addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective + ' ' + event.blockedURI));`})
		return err
	}))
	return watched
}

// do runs an action, for at most a minute once the browser runs.
func do[T any](tab tab, action chromedp.Action[T]) T {
	tab.t.Helper()
	ctx := tab.ctx
	if chromedp.FromContext(ctx).Target != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Minute)
		defer cancel()
	}
	value, err := chromedp.Run(ctx, action)
	require.NoError(tab.t, err)
	return value
}

// fits sets the window's width, and fails if the page is wider. It takes a screenshot where -screenshots asks for it.
func (tab tab) fits(name string, width int64) {
	tab.t.Helper()
	do(tab, chromedp.EmulateViewport(width, 900))
	wider := do(tab, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > window.innerWidth`))
	assert.False(tab.t, wider, "%s is wider than %d pixels", name, width)
	if *screenshots != "" {
		png := do(tab, chromedp.FullScreenshot(100))
		require.NoError(tab.t, os.WriteFile(filepath.Join(*screenshots, name+".png"), png, 0o600))
	}
}

// loadsNothingFromElsewhere fails if the page loaded something from another origin, or if its policy blocked something.
func (tab tab) loadsNothingFromElsewhere() {
	tab.t.Helper()
	assert.Empty(tab.t, do(tab, chromedp.Evaluate[[]string]("window.violations")))
	elsewhere := do(tab, chromedp.Evaluate[[]string](
		`performance.getEntriesByType('resource').map(entry => entry.name).filter(name => !name.startsWith(location.origin) && !name.startsWith('data:'))`))
	assert.Empty(tab.t, elsewhere)
}

// until waits for a condition, also while a click loads another page.
func (tab tab) until(condition string) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, time.Minute)
	defer cancel()
	for holds := false; !holds; {
		require.NoError(tab.t, ctx.Err(), condition)
		// Not in a tight loop, which would keep the page from its work. It fails while the page is being replaced.
		holds, _ = chromedp.Run(ctx, chromedp.Poll[bool](condition, chromedp.WithPollingInterval(50*time.Millisecond), chromedp.WithPollingTimeout(time.Second)))
	}
}

// says waits until an element contains a text.
func (tab tab) says(selector, text string) {
	tab.t.Helper()
	tab.until(fmt.Sprintf(`document.querySelector(%q)?.innerText.includes(%q) ?? false`, selector, text))
}

func TestTheLivePageInABrowser(t *testing.T) {
	m := startMock(t, "")
	status, created := m.send("POST", "/qai/v1/keys", `{"name":"deploy-bot","endpoints":["chat"]}`)
	require.Equal(t, 200, status)
	var minted struct{ Key string }
	require.NoError(t, json.Unmarshal([]byte(created), &minted))
	status, _ = m.send("DELETE", "/qai/v1/keys/key_01", "")
	require.Equal(t, 200, status)
	status, _ = m.send("POST", "/qai/v1/keys", `{"name":5}`)
	require.Equal(t, 400, status)

	tab := newTab(t)
	do(tab, chromedp.Navigate(m.url))
	live := do(tab, chromedp.Text("#state"))
	for _, says := range []string{"deploy-bot", "revoked", "name: value must be a string"} {
		assert.Contains(t, live, says)
	}
	assert.Regexp(t, `\b(now|\d+ seconds? ago)\b`, live)
	assert.NotContains(t, live, minted.Key)
	tab.fits("live-phone", 390)
	tab.fits("live-desk", 1100)
	tab.loadsNothingFromElsewhere()

	do(tab, chromedp.Click(`//a[text()="POST /qai/v1/keys"]`)) // The newest one.
	tab.says("body", `{"name":5}`)
	tab.says("body", "[redacted]")
	tab.fits("request-phone", 390)
	tab.fits("request-desk", 1100)
	tab.loadsNothingFromElsewhere()
	do(tab, chromedp.Click(`//a[text()="Back to the accounts"]`))
	tab.says("#state", "deploy-bot")

	// The button takes effect, and the page shows it without being reloaded.
	do(tab, chromedp.Click(`//button[text()="Don't execute it, respond with 500"]`))
	for status = 200; status == 200; status, _ = m.send("GET", "/qai/v1/keys", "") {
		require.NoError(t, t.Context().Err())
	}
	require.Equal(t, 500, status)
	tab.says("#state", "injected")
	tab.fits("live-fault", 1100)

	do(tab, chromedp.Click(`//button[starts-with(text(), "Reset the account")]`))
	tab.until(`!document.querySelector('#state').innerText.includes('deploy-bot')`)
	status, list := m.send("GET", "/qai/v1/keys", "")
	require.Equal(t, 200, status)
	assert.Equal(t, 3, strings.Count(list, `"id"`))

	m.stop()
	tab.until(`!document.querySelector('#offline').hidden`)
}

// TestTheControlTokenInABrowser tests that the pages work with a token, and that a tab asks for it once.
func TestTheControlTokenInABrowser(t *testing.T) {
	m := startMock(t, "the-control-token-of-tests")
	status, _ := m.send("POST", "/qai/v1/keys", `{"name":"deploy-bot"}`)
	require.Equal(t, 200, status)
	tab := newTab(t)
	do(tab, chromedp.Navigate(m.url))
	tab.says("#locked", "control token")
	tab.fits("locked-phone", 390)
	assert.NotContains(t, do(tab, chromedp.Text("body")), "Account 1")
	submit := func(token string) {
		tab.until(fmt.Sprintf(`(form => { form.querySelector('input').value = %q; form.querySelector('button').click(); return true; })(document.querySelector('#locked'))`, token))
	}
	for _, wrong := range []string{"another-token-than-that", "ключ"} {
		submit(wrong)
		tab.says("#locked", "It isn't this token")
	}
	submit(" " + m.token + " ")
	tab.says("#state", "deploy-bot")
	assert.False(t, do(tab, chromedp.Evaluate[bool](`location.href.includes('token') || document.cookie !== ''`)))

	do(tab, chromedp.Click(`//a[text()="POST /qai/v1/keys"]`))
	tab.says("body", "deploy-bot")
	tab.says("body", "Request ID")
	do(tab, chromedp.Click(`//a[text()="Back to the accounts"]`))
	tab.says("#state", "deploy-bot")
	do(tab, chromedp.Click(`//button[text()="Don't execute it, respond with 500"]`))
	for status = 200; status == 200; status, _ = m.send("GET", "/qai/v1/keys", "") {
		require.NoError(t, t.Context().Err())
	}
	require.Equal(t, 500, status)
	tab.says("#state", "injected")
	do(tab, chromedp.Click(`//button[starts-with(text(), "Reset the account")]`))
	tab.until(`!document.querySelector('#state').innerText.includes('deploy-bot')`)
	tab.loadsNothingFromElsewhere()

	other := newTab(t)
	do(other, chromedp.Navigate(m.url))
	other.says("#locked", "control token")
	m.stop()
	tab.until(`!document.querySelector('#offline').hidden`)
}

func TestTheConsoleInABrowser(t *testing.T) {
	m := startMock(t, "")
	tab := newTab(t)
	do(tab, chromedp.Navigate(m.url+"/docs"))
	tab.says("body", "Rotate a key")
	tab.fits("docs-desk", 1100)
	tab.loadsNothingFromElsewhere()

	// An operation of the API, with the mock's own key.
	tab.try("keys-listKeys")
	tab.says("#operations-keys-listKeys .live-responses-table", `"key_03"`)
	tab.says("#operations-keys-listKeys .live-responses-table", "200")
	tab.fits("docs-tried", 1100)
	tab.try("keys-createKey")
	tab.says("#operations-keys-createKey .live-responses-table", `"key_04"`)

	// The control API's operations.
	tab.until(`(() => {
		const select = document.querySelector('.topbar select');
		const other = [...select.options].find(option => option.text.includes('control'));
		Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value').set.call(select, other.value);
		select.dispatchEvent(new Event('change', { bubbles: true }));
		return true;
	})()`)
	for _, operation := range []string{"listRequests", "injectFault"} {
		tab.until(fmt.Sprintf(`document.querySelector('#operations-mock-%s') !== null`, operation))
	}
	tab.loadsNothingFromElsewhere()

	status, state := m.send("GET", "/_mock/keys", "")
	require.Equal(t, 200, status)
	assert.Equal(t, 4, strings.Count(state, `"id"`), "the console called this mock")
}

// try opens an operation in Swagger UI and executes it with its example. Until that is there, Swagger UI hasn't resolved the operation, and
// does nothing when Execute is pressed.
func (tab tab) try(operation string) {
	tab.t.Helper()
	selector := "#operations-" + operation
	tab.press(selector + " .opblock-summary-control")
	tab.until(fmt.Sprintf(`document.querySelector(%q) !== null`, selector+" .model-example"))
	tab.press(selector + " button.execute")
}

// press waits for an element and clicks it by script. The browser's own click goes to a place, and misses an element that moves while the
// page is laid out.
func (tab tab) press(selector string) {
	tab.t.Helper()
	tab.until(fmt.Sprintf(`(element => { element?.click(); return element !== null; })(document.querySelector(%q))`, selector))
}
