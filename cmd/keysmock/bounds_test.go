package main

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestWhatAnAccountMayStartWith tests that one request can't fill the mock.
func TestWhatAnAccountMayStartWith(t *testing.T) {
	t.Parallel()
	p := start(t, "-log", "off")
	for body, says := range map[string]string{
		`{"keys":10001}`:               "keys: 10001 isn't from 0 to 10000",
		`{"devices":10001}`:            "devices: 10001 isn't from 0 to 10000",
		`{"keys":5000,"devices":5001}`: "devices: 5001 and the keys are more than 10000",
		`{"rate_limit":1000001}`:       "rate_limit: 1000001 isn't from 0 to 1000000",
	} {
		status, response := p.control(t, "POST", "/_mock/accounts", "", body)
		assert.Equal(t, 400, status, body)
		assert.Contains(t, response, says, body)
	}
	status, _ := p.control(t, "POST", "/_mock/accounts", "", `{"keys":9999,"devices":1}`)
	assert.Equal(t, 201, status)
	status, response := p.control(t, "POST", "/_mock/accounts", "", `{"tier":"`+strings.Repeat("t", 101)+`"}`)
	assert.Equal(t, 400, status)
	assert.Contains(t, response, "tier: it is longer than 100 characters")
	status, response = p.control(t, "POST", "/_mock/accounts", "", `{"api_key":"`+strings.Repeat("k", 1001)+`"}`)
	assert.Equal(t, 400, status)
	assert.Contains(t, response, "api_key: it is longer than 1000 characters")
}

func TestHowManyAccountsThereMayBe(t *testing.T) {
	t.Parallel()
	mock := keystest.NewHandler()
	for range maxAccounts - 2 {
		_, err := mock.NewAccount()
		require.NoError(t, err)
	}
	server := httptest.NewServer(routes(mock, new(clock), guard{}))
	t.Cleanup(server.Close)
	p := &program{url: server.URL}
	status, _ := p.control(t, "POST", "/_mock/accounts", "", `{}`)
	assert.Equal(t, 201, status)
	status, response := p.control(t, "POST", "/_mock/accounts", "", `{}`)
	assert.Equal(t, 400, status)
	assert.Contains(t, response, "there are 1000 accounts, which is the most there may be: reset one and use it, or restart keysmock")
	assert.Len(t, mock.Accounts(), maxAccounts)
}

func TestHowManyFaultsMayWait(t *testing.T) {
	t.Parallel()
	p := start(t, "-log", "off", "-api-key", "qai_first")
	for range maxFaults {
		status, _ := p.control(t, "POST", "/_mock/faults", "", `{"status":503}`)
		require.Equal(t, 204, status)
	}
	status, response := p.control(t, "POST", "/_mock/faults", "", `{"status":503}`)
	assert.Equal(t, 400, status)
	assert.Contains(t, response, "100 faults wait for a request, which is the most that may: reset the account")
	status, _, _ = p.call(t, "POST", "/_mock/page/press?account=1&button=0", "")
	assert.Equal(t, 400, status)
	status, _ = p.api(t, "GET", "/qai/v1/keys", "qai_first", "")
	assert.Equal(t, 503, status)
	status, _ = p.control(t, "POST", "/_mock/faults", "", `{"status":503}`)
	assert.Equal(t, 204, status, "one was used up")
}

func TestHowLargeTheFaultsThatWaitMayBe(t *testing.T) {
	t.Parallel()
	p := start(t, "-log", "off", "-api-key", "qai_first")
	long := strings.Repeat("x", 900_000)
	for _, fault := range []string{
		`{"body":"` + long + `"}`, `{"status":400,"message":"` + long + `"}`, `{"status":400,"code":"` + long + `"}`, `{"header":{"X-A":["` + long + `"]}}`,
	} {
		status, response := p.control(t, "POST", "/_mock/faults", "", fault)
		require.Equal(t, 204, status, response)
	}
	names := `{"header":{"X-` + long + `":[` + strings.Repeat(`"",`, 10_000) + `""]}}`
	for _, fault := range []string{`{"body":"` + long + `"}`, names} {
		status, response := p.control(t, "POST", "/_mock/faults", "", fault)
		assert.Equal(t, 400, status)
		assert.Contains(t, response, "the faults that wait for a request would have more than 4194304 bytes, which is the most that they may: reset the account")
	}
	status, _ := p.control(t, "POST", "/_mock/faults", "", `{"status":503}`)
	assert.Equal(t, 204, status, "a small one fits")
	status, _ = p.api(t, "GET", "/qai/v1/keys", "qai_first", "")
	assert.Equal(t, 200, status)
	status, _ = p.control(t, "POST", "/_mock/faults", "", `{"body":"`+long+`"}`)
	assert.Equal(t, 204, status, "one was used up")
}

func TestARequestThatIsNotUTF8(t *testing.T) {
	t.Parallel()
	p := start(t, "-log", "off", "-api-key", "qai_first")
	status, _ := p.api(t, "POST", "/qai/v1/keys", "qai_first", "{\"name\":\"\xff\"} \xfe", "X-A: \xff")
	require.Equal(t, 400, status)
	status, response := p.control(t, "GET", "/_mock/requests", "", "")
	require.Equal(t, 200, status)
	var journal struct{ Requests []keystest.Request }
	require.NoError(t, json.Unmarshal([]byte(response), &journal), response)
	require.Len(t, journal.Requests, 1)
	assert.Contains(t, journal.Requests[0].Body, "\ufffd")
}

// TestThePageAndTheLogAreShort sends long names, paths and errors.
func TestThePageAndTheLogAreShort(t *testing.T) {
	t.Parallel()
	p := start(t, "-api-key", "qai_first")
	long := strings.Repeat("ä", 5_000)
	for range 10 {
		status, _ := p.api(t, "POST", "/qai/v1/keys", "qai_first", `{"name":"`+long+`"}`)
		require.Equal(t, 200, status)
		status, _ = p.api(t, strings.Repeat("M", 5_000), "/"+strings.Repeat("p", 5_000), "qai_first", "", "X-Mock-Fault: status="+long)
		require.Equal(t, 404, status)
		status, _ = p.api(t, "GET", "/qai/v1/keys", "qai_first", "", "X-Mock-Fault: status="+long)
		require.Equal(t, 400, status)
	}
	_, _, page := p.call(t, "GET", "/", "")
	assert.Less(t, len(page), 30_000)
	assert.Contains(t, page, "<td>"+strings.Repeat("ä", 100)+"…</td>")
	_, stderr := p.stop()
	for line := range strings.Lines(stderr) {
		assert.Less(t, len(line), 600)
	}
	assert.Contains(t, stderr, "path=/"+strings.Repeat("p", 199)+"… ")
}

// TestThePagesAndTheLogHaveNoCredential sends credentials where they don't belong.
func TestThePagesAndTheLogHaveNoCredential(t *testing.T) {
	t.Parallel()
	p := start(t, "-api-key", "qai_first")
	status, response := p.api(t, "POST", "/qai/v1/keys", "qai_first", `{"name":"ci"}`)
	require.Equal(t, 200, status)
	var created struct{ Key string }
	require.NoError(t, json.Unmarshal([]byte(response), &created))
	for _, secret := range []string{"qai_first", created.Key} {
		_, _ = p.api(t, "POST", "/qai/v1/keys", "qai_first", `{"name":"`+secret+`"}`)
		_, _ = p.api(t, "DELETE", "/qai/v1/keys/"+secret, "qai_first", "", "Cookie: a="+secret, "Proxy-Authorization: "+secret, "X-Mine: "+secret)
		_, _ = p.api(t, "DELETE", fmt.Sprintf("/qai/v1/keys/%%%x%s", secret[0], secret[1:]), "qai_first", "")
		_, _ = p.api(t, "GET", "/qai/v1/keys?key="+secret, "qai_first", "", "Referer: http://localhost/"+secret, "X-Mock-Fault: "+secret)
		_, _ = p.api(t, secret, "/qai/v1/keys", "qai_first", "")
	}
	_, _, shown := p.call(t, "GET", "/", "")
	_, journal := p.control(t, "GET", "/_mock/requests", "qai_first", "")
	texts := []string{shown, journal}
	for i := range 11 {
		status, _, details := p.call(t, "GET", fmt.Sprintf("/_mock/page/requests/req_%06d", i+1), "")
		require.Equal(t, 200, status)
		texts = append(texts, details)
	}
	_, stderr := p.stop()
	shown = strings.Join(append(texts, stderr), "")
	assert.NotContains(t, shown, created.Key[1:])
	assert.NotContains(t, shown, "qai_first")
	assert.Contains(t, stderr, "path=/qai/v1/keys/[redacted]")
}
