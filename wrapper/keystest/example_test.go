package keystest_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
)

// In a test, NewServer starts a mock that stops with the test.
func ExampleNewServer() {
	_ = func(t *testing.T) {
		mock := keystest.NewServer(t, keystest.WithKeys(2))
		list, err := mock.Client().List(t.Context())
		if err != nil || len(list) != 2 {
			t.Fatal(list, err)
		}
	}
}

// A test can be written against a mock in its own process and against one that runs elsewhere.
func ExampleConnect() {
	type mock interface { // What the test uses.
		AssertCalls(tb testing.TB, operation string, want int, match ...func(keystest.Request) bool)
		Client(opts ...keys.Option) *keys.Client
		Inject(faults ...keystest.Fault)
	}
	newMock := func(t *testing.T) mock {
		server := os.Getenv("QAI_BASE_URL")
		if server == "" {
			return keystest.NewServer(t)
		}
		remote, err := keystest.Connect(server, os.Getenv("KEYSMOCK_CONTROL_TOKEN"))
		if err != nil {
			t.Fatal(err)
		}
		return remote.NewAccount(t)
	}
	_ = func(t *testing.T) {
		mock := newMock(t)
		mock.Inject(keystest.Fault{Operation: keys.OperationCreateKey, After: true, Status: 503})
		if _, err := mock.Client().Create(t.Context(), keys.CreateParams{Name: "ci"}); !errors.Is(err, keys.ErrOutcomeUnknown) {
			t.Fatal(err)
		}
		mock.AssertCalls(t, keys.OperationCreateKey, 1)
	}
}

// Outside of a test, NewHandler serves wherever an http.Handler can.
func ExampleNewHandler() {
	mock := keystest.NewHandler(
		keystest.WithAPIKey("qai_account"),
		keystest.WithSeed(1),
		keystest.WithClock(func() time.Time { return time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC) }),
	)
	server := httptest.NewServer(mock)
	defer server.Close()

	client, err := keys.New("qai_account", keys.WithBaseURL(server.URL))
	if err != nil {
		log.Fatal(err)
	}
	created, err := client.Create(context.Background(), keys.CreateParams{Name: "ci"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(created.Details.ID, created.Details.KeyPrefix, created.Details.CreatedAt)
	// Output: key_01 qai_k_0cd87274 2026-09-01 12:00:00 +0000 UTC
}

// Inject can make the gateway execute a mint and lose the response.
func ExampleHandler_lostResponse() {
	mock := keystest.NewHandler()
	mock.Inject(keystest.Fault{Operation: keys.OperationCreateKey, After: true, Status: 502, Body: "<html>Bad Gateway</html>"})
	server := httptest.NewServer(mock)
	defer server.Close()

	client, err := keys.New(mock.APIKey, keys.WithBaseURL(server.URL))
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Create(context.Background(), keys.CreateParams{Name: "ci"})
	fmt.Println("outcome unknown:", errors.Is(err, keys.ErrOutcomeUnknown))
	fmt.Println("keys made:", len(mock.Keys()))
	fmt.Println("requests sent:", len(mock.Requests()))
	// Output:
	// outcome unknown: true
	// keys made: 1
	// requests sent: 1
}

// Use records what a key spent.
func ExampleHandler_usage() {
	mock := keystest.NewHandler(keystest.WithKeys(1))
	if err := mock.Use("key_01", 25_000_000_000); err != nil {
		log.Fatal(err)
	}
	fmt.Println(mock.Keys()[0].SpentTicks)
	// Output: $2.5
}
