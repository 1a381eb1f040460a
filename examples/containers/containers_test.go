//go:build docker

// Package containers_test runs a client against keysmock in a container, as the tests of a service do that already use testcontainers.
// Within a Go test, [github.com/qaikeys/qaikeys/wrapper/keystest] needs no Docker.
package containers_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

const (
	apiKey = "qai_test"
	token  = "for-these-tests-only"
)

// startMock starts keysmock in a container until the test ends, and returns its base URL.
func startMock(t *testing.T) string {
	t.Helper()
	mock, err := testcontainers.Run(t.Context(), "",
		testcontainers.WithDockerfile(testcontainers.FromDockerfile{Context: "../..", Dockerfile: "cmd/keysmock/Dockerfile"}),
		testcontainers.WithEnv(map[string]string{"KEYSMOCK_API_KEY": apiKey, "KEYSMOCK_CONTROL_TOKEN": token}),
		testcontainers.WithExposedPorts("8787/tcp"),
		testcontainers.WithWaitStrategy(wait.ForHealthCheck()),
	)
	testcontainers.CleanupContainer(t, mock)
	require.NoError(t, err)
	url, err := mock.PortEndpoint(t.Context(), "8787/tcp", "http")
	require.NoError(t, err)
	return url
}

// control sends a request to the control API, to which this machine isn't the container's own, and returns the response.
func control(t *testing.T, method, url, body string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	response, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Less(t, resp.StatusCode, 300, "%s", response)
	return string(response)
}

// TestALostResponse tests that a mint whose response is lost isn't sent twice.
func TestALostResponse(t *testing.T) {
	t.Parallel()
	url := startMock(t)
	client, err := keys.New(apiKey, keys.WithBaseURL(url))
	require.NoError(t, err)
	control(t, http.MethodPost, url+"/_mock/faults", `{"operation":"createKey","after":true,"status":503}`)
	_, err = client.Create(t.Context(), keys.CreateParams{Name: "ci"})
	require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
	assert.Equal(t, 1, strings.Count(control(t, http.MethodGet, url+"/_mock/requests?operation=createKey", ""), `"operation"`))
}
