// Command safe-mint shows the recommended way to mint a key: mint; if the outcome is unknown, find orphans, revoke them and mint
// again. It runs against a mock in the same process that mints the first key and drops the response.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"os"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
)

// tries is how many unknown outcomes safeMint accepts before it gives up.
const tries = 3

func main() {
	mock := keystest.NewHandler()
	mock.Inject(keystest.Fault{Operation: "createKey", After: true, Drop: true})
	gateway := httptest.NewServer(mock)
	defer gateway.Close()
	client, err := keys.New(mock.APIKey, keys.WithBaseURL(gateway.URL))
	if err != nil {
		log.Fatal(err) //nolint:gocritic // The process ends, and the mock with it.
	}
	created, err := safeMint(context.Background(), os.Stdout, client, keys.CreateParams{Name: "ci"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("Minted %s (%s…); store created.Key.Reveal() now.\n", created.Details.ID, created.Details.KeyPrefix)
}

// safeMint mints a key and returns it with its secret, or leaves no live key behind whose secret is lost. If it can't be sure of
// that, its error says so and names the key to look for.
func safeMint(ctx context.Context, out io.Writer, client *keys.Client, params keys.CreateParams) (*keys.CreatedKey, error) {
	name := params.Name + " " + rand.Text()[:8] // Unique, so that no other program's key is mistaken for ours.
	for try := range tries {
		params.Name = fmt.Sprint(name, "-", try+1)
		created, err := client.Create(ctx, params)
		if failure, ok := errors.AsType[*keys.DecodeError](err); ok && failure.Created != nil {
			return failure.Created, nil // Another part of the response was malformed; the secret is here.
		}
		unknown, ok := errors.AsType[*keys.OutcomeUnknownError](err)
		if !ok {
			return created, err
		}
		_, _ = fmt.Fprintln(out, "It is unknown whether a key was minted:", unknown.Err)
		// The gateway may mint it even later; its name then tells where it came from.
		if err := revokeOrphans(ctx, out, client, unknown); err != nil {
			return nil, fmt.Errorf("a key named %q may exist whose secret is lost: %w", params.Name, err)
		}
	}
	return nil, fmt.Errorf("minting %q had an unknown outcome %d times; every key that it minted is revoked", name, tries)
}

func revokeOrphans(ctx context.Context, out io.Writer, client *keys.Client, unknown *keys.OutcomeUnknownError) error {
	ctx = context.WithoutCancel(ctx) // Revoke them even if the caller gives up; each request has its timeout.
	orphans, err := client.Orphans(ctx, unknown.Pending)
	if err != nil {
		return err
	}
	for _, orphan := range orphans {
		if _, err := client.Revoke(ctx, orphan.ID); err != nil {
			return fmt.Errorf("%s: %w", orphan.ID, err)
		}
		_, _ = fmt.Fprintf(out, "Revoked %s (%s…), which that request had minted.\n", orphan.ID, orphan.KeyPrefix)
	}
	return nil
}
