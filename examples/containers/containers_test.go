//go:build docker

// Package containers_test runs a client against keysmock in a container, as the tests of a service do that already use testcontainers.
// Within a Go test, [github.com/qaikeys/qaikeys/wrapper/keystest] needs no Docker.
package containers_test

import (
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/require"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

const token = "for-these-tests-only"

// startMock starts keysmock in a container until the test ends.
func startMock(t *testing.T) *keystest.Remote {
	t.Helper()
	mock, err := testcontainers.Run(t.Context(), "",
		testcontainers.WithDockerfile(testcontainers.FromDockerfile{Context: "../..", Dockerfile: "cmd/keysmock/Dockerfile"}),
		testcontainers.WithEnv(map[string]string{"KEYSMOCK_CONTROL_TOKEN": token}), // To the container, this machine is another one.
		testcontainers.WithExposedPorts("8787/tcp"),
		testcontainers.WithWaitStrategy(wait.ForHealthCheck()),
	)
	testcontainers.CleanupContainer(t, mock)
	require.NoError(t, err)
	url, err := mock.PortEndpoint(t.Context(), "8787/tcp", "http")
	require.NoError(t, err)
	remote, err := keystest.Connect(url, token)
	require.NoError(t, err)
	return remote
}

// TestALostResponse tests that a mint whose response is lost isn't sent twice.
func TestALostResponse(t *testing.T) {
	t.Parallel()
	account := startMock(t).NewAccount(t)
	account.Inject(keystest.Fault{Operation: keys.OperationCreateKey, After: true, Status: 503})
	_, err := account.Client().Create(t.Context(), keys.CreateParams{Name: "ci"})
	require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
	account.AssertCalls(t, keys.OperationCreateKey, 1)
}
