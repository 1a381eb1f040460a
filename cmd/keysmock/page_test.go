package main

import (
	"bytes"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheLivePage(t *testing.T) {
	t.Parallel()
	p := start(t, "-keys", "60", "-api-key", "qai_account_0123456789")
	client := p.client(t)
	_, err := client.Create(t.Context(), keys.CreateParams{Name: "<script>alert(1)</script>"})
	require.NoError(t, err)
	status, _ := p.api(t, "POST", "/qai/v1/keys", p.apiKey, `{"name":5}`)
	require.Equal(t, 400, status)
	status, _ = p.control(t, "POST", "/_mock/clock", "", `{"advance_seconds":3600}`)
	require.Equal(t, 200, status)
	_, _, page := p.call(t, "GET", "/", "")
	for _, says := range []string{"A mock of", "key_61", "and 11 earlier ones", "name: value must be a string", "POST /qai/v1/keys", "&lt;script&gt;alert", "1 hour ago</span>"} {
		assert.Contains(t, page, says)
	}
	assert.NotContains(t, page, "<script>alert")
	assert.NotContains(t, page, p.apiKey, "credentials aren't shown")

	press := func(form url.Values) int {
		resp, err := http.PostForm(p.url+"/_mock/page/press", form)
		require.NoError(t, err)
		_ = resp.Body.Close()
		return resp.StatusCode
	}
	for i := range pageFaults {
		require.Equal(t, 200, press(url.Values{"account": {"1"}, "button": {string(rune('0' + i))}}), "back on the page")
	}
	_, err = client.List(t.Context())
	require.Error(t, err)
	assert.Equal(t, 200, press(url.Values{"account": {"1"}, "button": {"reset"}}))
	list, err := client.List(t.Context())
	require.NoError(t, err, "the faults are gone")
	assert.Len(t, list, 60)
	for _, form := range []url.Values{
		{},
		{"account": {"2"}, "button": {"0"}}, {"account": {"x"}, "button": {"0"}}, {"account": {"0"}, "button": {"reset"}},
		{"account": {"1"}}, {"account": {"1"}, "button": {"99"}}, {"account": {"1"}, "button": {"-1"}},
	} {
		assert.Equal(t, 400, press(form), form)
	}
}

// TestALargeRequestPressesNoButton tests that a form, whose files would go to memory and to the disk, is bounded.
func TestALargeRequestPressesNoButton(t *testing.T) {
	t.Parallel()
	for _, p := range []*program{start(t, "-log", "off"), &startProxy(t, http.NotFoundHandler(), "-log", "off").program} {
		for size, want := range map[int]int{1_000: 200, 2 << 20: 400} {
			var form bytes.Buffer
			writer := multipart.NewWriter(&form)
			require.NoError(t, writer.WriteField("account", "1"))
			require.NoError(t, writer.WriteField("button", "reset"))
			file, err := writer.CreateFormFile("file", "file")
			require.NoError(t, err)
			_, err = file.Write(make([]byte, size))
			require.NoError(t, err)
			require.NoError(t, writer.Close())
			resp, err := http.Post(p.url+"/_mock/page/press", writer.FormDataContentType(), &form)
			require.NoError(t, err)
			_ = resp.Body.Close()
			assert.Equal(t, want, resp.StatusCode, size)
		}
	}
}

// TestTheButtonsDoWhatTheySay compares each label with its fault.
func TestTheButtonsDoWhatTheySay(t *testing.T) {
	t.Parallel()
	for _, button := range pageFaults {
		executes := button.Fault.After || button.Fault.Status == 0
		assert.Equal(t, executes, strings.HasPrefix(button.Label, "Execute it"), button.Label)
		assert.Equal(t, !executes, strings.HasPrefix(button.Label, "Don't execute it"), button.Label)
		if status := button.Fault.Status; status != 0 {
			assert.Contains(t, button.Label, fmt.Sprint("respond with ", status))
		}
		require.NoError(t, button.Fault.Validate())
	}
}

func TestTheDetailsOfARequest(t *testing.T) {
	t.Parallel()
	p := start(t)
	status, _ := p.api(t, "POST", "/qai/v1/keys", p.apiKey, `{"name":5,"x":"<b>"}`, "X-Mine: one", "X-Mock-Fault: status=503")
	require.Equal(t, 400, status)
	_, _, page := p.call(t, "GET", "/", "")
	status, _ = p.control(t, "POST", "/_mock/clock", "", `{"now":"2026-01-01T00:00:00Z"}`)
	require.Equal(t, 200, status)
	require.Contains(t, page, `<a href="/_mock/page/requests/req_000001">POST /qai/v1/keys</a>`)
	status, contentType, details := p.call(t, "GET", "/_mock/page/requests/req_000001", "")
	assert.Equal(t, 200, status)
	assert.Equal(t, "text/html; charset=utf-8", contentType)
	for _, says := range []string{"req_000001", "createKey", "400", "X-Mine", "one", "[redacted]", "months ahead", "&#34;name&#34;:5", "&lt;b&gt;"} {
		assert.Contains(t, details, says)
	}
	assert.NotContains(t, details, p.apiKey)
	status, _, _ = p.call(t, "GET", "/_mock/page/requests/req_000099", "")
	assert.Equal(t, 404, status)
}

// TestAResetThatIsNotSaved tests that neither the control API nor the page says that it was done.
func TestAResetThatIsNotSaved(t *testing.T) {
	t.Parallel()
	store := &fullStore{}
	mock, err := keystest.OpenHandler(store, keystest.WithKeys(2))
	require.NoError(t, err)
	server := httptest.NewServer(routes(mock, new(clock), guard{}))
	t.Cleanup(server.Close)
	p := &program{url: server.URL}
	store.full = true
	for _, path := range []string{"/_mock/page/press?account=1&button=reset", "/_mock/reset"} {
		status, _, response := p.call(t, "POST", path, "")
		assert.Equal(t, 500, status, path)
		assert.Contains(t, response, "the state can't be saved: the disk is full", path)
	}
}

// fullStore is a keystest.Store that may be full.
type fullStore struct{ full bool }

func (s *fullStore) Load() (map[string][]byte, error) { return nil, nil }
func (s *fullStore) Save(map[string][]byte) error {
	if s.full {
		return errors.New("the disk is full")
	}
	return nil
}

func TestThePagesAssets(t *testing.T) {
	t.Parallel()
	p := start(t)
	for name, contentType := range map[string]string{"style.css": "text/css", "live.js": "text/javascript"} {
		status, got, body := p.call(t, "GET", "/_mock/page/"+name, "")
		assert.Equal(t, 200, status, name)
		assert.True(t, strings.HasPrefix(got, contentType), got)
		assert.NotEmpty(t, body)
	}
	for _, name := range []string{"nothing", "", "live.html", "request.html"} { // Nor a list of them, nor the templates.
		status, _, _ := p.call(t, "GET", "/_mock/page/"+name, "")
		assert.Equal(t, 404, status, name)
	}
}

// TestAResetWhileThePageIsShown is for the race detector.
func TestAResetWhileThePageIsShown(t *testing.T) {
	t.Parallel()
	p := start(t, "-log", "off", "-keys", "2", "-api-key", "qai_first")
	var group sync.WaitGroup
	for _, request := range []string{
		"POST /_mock/reset ", "GET / ", "GET /_mock/page/requests/req_000001 ", "GET /_mock/requests ", "GET /_mock/keys ",
		`POST /_mock/use {"id":"key_01","ticks":1}`, `POST /_mock/faults {"after":true,"status":503}`, `POST /qai/v1/keys {"name":"ci"}`, "GET /qai/v1/keys ",
		`POST /_mock/accounts {"seed":1,"keys":1}`,
	} {
		group.Go(func() {
			part := strings.SplitN(request, " ", 3)
			for range 5 {
				status, response := p.api(t, part[0], part[1], "qai_first", part[2])
				if status != 503 && part[1] != "/_mock/page/requests/req_000001" {
					assert.Less(t, status, 300, "%s: %s", request, response)
				}
			}
		})
	}
	group.Wait()
}
