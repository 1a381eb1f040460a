// Command safe-mint shows the recommended way to mint a key: mint, on an unknown outcome look for orphans, revoke them, mint
// again. It plays against a mock in the same process that makes the first key and loses its answer.
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

// tries is how often a mint may end in an unknown outcome before safeMint gives up.
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
	fmt.Printf("The program holds %s (%s…); store created.Key.Reveal() now.\n", created.Details.ID, created.Details.KeyPrefix)
}

// safeMint mints a key and returns it with its secret, or leaves no live key behind that nobody holds. Where it can't even
// make sure of that, its error says so and names what to look for.
func safeMint(ctx context.Context, out io.Writer, client *keys.Client, params keys.CreateParams) (*keys.CreatedKey, error) {
	name := params.Name + " " + rand.Text()[:8] // Of its own, so that no orphan of somebody else is taken for ours.
	for try := range tries {
		params.Name = fmt.Sprint(name, "-", try+1)
		created, err := client.Create(ctx, params)
		if failure, ok := errors.AsType[*keys.DecodeError](err); ok && failure.Created != nil {
			return failure.Created, nil // Something beside the secret was malformed; the secret is there.
		}
		unknown, ok := errors.AsType[*keys.OutcomeUnknownError](err)
		if !ok {
			return created, err
		}
		_, _ = fmt.Fprintln(out, "Nobody can say whether the key was made:", unknown.Err)
		// A gateway that is still at work may make it even later: its name then tells what it is.
		if err := revokeOrphans(ctx, out, client, unknown); err != nil {
			return nil, fmt.Errorf("a key named %q may exist that nobody holds: %w", params.Name, err)
		}
	}
	return nil, fmt.Errorf("minting %q had an unknown outcome %d times; what it had made is revoked", name, tries)
}

func revokeOrphans(ctx context.Context, out io.Writer, client *keys.Client, unknown *keys.OutcomeUnknownError) error {
	ctx = context.WithoutCancel(ctx) // A caller that gives up wants this done all the same; each request has its timeout.
	orphans, err := client.Orphans(ctx, unknown)
	if err != nil {
		return err
	}
	for _, orphan := range orphans {
		if _, err := client.Revoke(ctx, orphan.ID); err != nil {
			return fmt.Errorf("%s: %w", orphan.ID, err)
		}
		_, _ = fmt.Fprintf(out, "Revoked %s (%s…), which it had made.\n", orphan.ID, orphan.KeyPrefix)
	}
	return nil
}
