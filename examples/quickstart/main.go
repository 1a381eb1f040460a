// Command quickstart takes a key through its life against a mock in the same process: mint, list, use, revoke, and use it again,
// which is refused.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"os"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
)

func main() {
	mock := keystest.NewHandler()
	gateway := httptest.NewServer(mock)
	defer gateway.Close()
	fmt.Println("A mock gateway listens on", gateway.URL, "and knows one account.")
	if err := run(context.Background(), os.Stdout, gateway.URL, mock.APIKey); err != nil {
		log.Fatal(err) //nolint:gocritic // The process ends, and the mock with it.
	}
}

func run(ctx context.Context, out io.Writer, url, apiKey string) error {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(out, format+"\n", args...) }

	client, err := keys.New(apiKey, keys.WithBaseURL(url))
	if err != nil {
		return err
	}
	created, err := client.Create(ctx, keys.CreateParams{Name: "quickstart", SpendCapUSD: new(25.0), RateLimit: new(int32(60))})
	if created != nil { // Even with an error: this is where a program stores created.Key.Reveal(), which is never shown again.
		say("1. Minted %q, a key that may spend 25 USD and make 60 requests a minute.", created.Details.Name)
		say("   Its secret is shown only this once; printed by accident, it is %s.", created.Key)
	}
	if err != nil {
		return err
	}

	say("2. The account's keys:")
	for key, err := range client.All(ctx) {
		if err != nil {
			return err
		}
		say("   %s  %s…  %s  spent %s", key.ID, key.KeyPrefix, key.Name, key.SpentTicks)
	}

	own, err := client.WithKey(created.Key)
	if err != nil {
		return err
	}
	var meta keys.Meta
	if err := own.Ping(ctx, keys.CaptureMeta(&meta)); err != nil {
		return err
	}
	say("3. Used the new key: the gateway returned %d for request %s.", meta.StatusCode, meta.RequestID)

	status, err := client.Revoke(ctx, created.Details.ID)
	if err != nil {
		return err
	}
	say("4. Revoked it: the gateway says %q.", status.Status)

	if err = own.Ping(ctx); !errors.Is(err, keys.ErrUnauthorized) {
		return fmt.Errorf("the revoked key should be refused, but the response was: %w", err)
	}
	say("5. Used it again, and it was refused:\n   %v", err)
	return nil
}
