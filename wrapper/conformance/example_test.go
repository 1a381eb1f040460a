package conformance_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/conformance"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
)

// A test of a gateway or of a mock of one's own.
func ExampleRun() {
	_ = func(t *testing.T) { // TestTheGateway
		conformance.Run(t, conformance.Target{
			BaseURL:       "https://staging.example.com",
			APIKey:        "qai_k_…",
			KnownFailures: []string{"createKey/400/region_null"}, // until it is fixed
		})
	}
}

// The same in a program.
func ExampleCheck() {
	mock := keystest.NewHandler()
	gateway := httptest.NewServer(mock)
	defer gateway.Close()
	report, err := conformance.Check(context.Background(), conformance.Target{BaseURL: gateway.URL, APIKey: mock.APIKey}, func(result conformance.Result) {
		if result.Name == "rotateKey/409" || result.Name == "rotateKey/503" || result.Outcome == conformance.Failed {
			fmt.Println(result.Name, result)
		}
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(report.Cells) > 50)
	// Output:
	// rotateKey/409 passed
	// rotateKey/503 not reached: a client can't provoke it
	// true
}
