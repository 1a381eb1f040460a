//go:build browser

package main

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var screenshots = flag.String("screenshots", "", "a directory for screenshots of the pages")

// tab is a page of a headless Chromium.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// newTab starts a Chromium that asks nothing of the network by itself.
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
	return tab{t, ctx}
}

// do runs an action, for a minute at the most once the browser runs.
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

// look makes the window so wide, and fails where the page is wider; it takes a screenshot where somebody wants one.
func (tab tab) look(name string, width int64) {
	tab.t.Helper()
	do(tab, chromedp.EmulateViewport(width, 900))
	wider := do(tab, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > window.innerWidth`))
	assert.False(tab.t, wider, "%s is wider than %d pixels", name, width)
	if *screenshots != "" {
		png := do(tab, chromedp.FullScreenshot(100))
		require.NoError(tab.t, os.WriteFile(filepath.Join(*screenshots, name+".png"), png, 0o600))
	}
}

// loadsNothingFromElsewhere fails where the page has something from another origin.
func (tab tab) loadsNothingFromElsewhere() {
	tab.t.Helper()
	elsewhere := do(tab, chromedp.Evaluate[[]string](
		`performance.getEntriesByType('resource').map(entry => entry.name).filter(name => !name.startsWith(location.origin))`))
	assert.Empty(tab.t, elsewhere)
}

// until waits for a condition, over navigations that a click began.
func (tab tab) until(condition string) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, time.Minute)
	defer cancel()
	for holds := false; !holds; {
		require.NoError(tab.t, ctx.Err(), condition)
		holds, _ = chromedp.Run(ctx, chromedp.Evaluate[bool](condition)) // An error is that of a page that went away.
	}
}

func TestThePagesInABrowser(t *testing.T) {
	p := start(t, "-log", "off", "-keys", "3")
	client := p.client(t)
	created, err := client.Create(t.Context(), keys.CreateParams{Name: "deploy-bot", Endpoints: []string{"chat"}})
	require.NoError(t, err)
	_, err = client.Revoke(t.Context(), "key_01")
	require.NoError(t, err)
	status, _ := p.api(t, "POST", "/qai/v1/keys", p.apiKey, `{"name":5}`)
	require.Equal(t, 400, status)

	tab := newTab(t)
	do(tab, chromedp.Navigate(p.url))
	live := do(tab, chromedp.Text("#state"))
	for _, says := range []string{"deploy-bot", "revoked", "name: value must be a string"} {
		assert.Contains(t, live, says)
	}
	assert.NotContains(t, live, created.Key.Reveal())
	tab.look("live-phone", 390)
	tab.look("live-desk", 1100)
	tab.loadsNothingFromElsewhere()

	// The button takes effect, and the page shows what comes of it without being reloaded.
	do(tab, chromedp.Click(`//button[text()="fails with 500"]`))
	for err = nil; err == nil; _, err = client.List(t.Context()) {
		require.NoError(t, t.Context().Err())
	}
	require.ErrorIs(t, err, keys.ErrServer)
	tab.until(`document.querySelector('#state').innerText.includes('injected')`)
	tab.look("live-fault", 1100)
	do(tab, chromedp.Click(`//button[text()="Reset the account"]`))
	tab.until(`!document.querySelector('#state').innerText.includes('deploy-bot')`)
	list, err := client.List(t.Context())
	require.NoError(t, err)
	assert.Len(t, list, 3)

	do(tab, chromedp.Navigate(p.url+"/docs"))
	assert.Contains(t, do(tab, chromedp.Text("body")), "Rotate a key")
	tab.look("docs-desk", 1100)
	tab.look("docs-phone", 390)
	tab.loadsNothingFromElsewhere()

	do(tab, chromedp.Navigate(p.url))
	p.stop()
	tab.until(`!document.querySelector('#offline').hidden`)
}
