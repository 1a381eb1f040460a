package keystest_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
)

// testRotation waits for more than an hour, which takes milliseconds. In a test file it is TestRotation.
func testRotation(t *testing.T) { //nolint:thelper // It is a test.
	synctest.Test(t, func(t *testing.T) {
		mock := keystest.NewServer(t, keystest.WithInMemory())
		client := mock.Client()
		old, err := client.Create(t.Context(), keys.CreateParams{Name: "ci"})
		if err != nil {
			t.Fatal(err)
		}
		mock.Inject(keystest.Fault{Operation: keys.OperationRotateKey, Status: 429, RetryAfter: 20 * time.Second})
		start := time.Now()
		if _, err = client.Rotate(t.Context(), old.Details.ID, keys.Grace(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(start); waited != 20*time.Second {
			t.Error("the client waited for", waited)
		}
		mock.AssertCalls(t, keys.OperationRotateKey, 1, func(r keystest.Request) bool { return r.Status == 429 })
		mock.AssertCalls(t, keys.OperationRotateKey, 2)

		outdated, err := client.WithKey(old.Key)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour - time.Second)
		if err := outdated.Ping(t.Context()); err != nil {
			t.Error("within the grace:", err)
		}
		time.Sleep(time.Second)
		if err := outdated.Ping(t.Context()); !errors.Is(err, keys.ErrUnauthorized) {
			t.Error("after the grace:", err)
		}
	})
}

// In a testing/synctest bubble, retries and grace periods pass at once.
func ExampleWithInMemory() {
	_ = testRotation
}
