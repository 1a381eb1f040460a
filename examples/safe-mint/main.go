// Command safe-mint mints a key and stores its secret in a file. Neither a lost response, nor a full disk, nor a crash leaves a live key
// that nobody holds, and no key is stored that may do more than was asked for. It runs against a mock in the same process that mints the
// first key and drops the response.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
)

func main() {
	mock := keystest.NewHandler()
	mock.Inject(keystest.Fault{Operation: keys.OperationCreateKey, After: true, Drop: true})
	gateway := httptest.NewServer(mock)
	defer gateway.Close()
	client, err := keys.New(mock.APIKey, keys.WithBaseURL(gateway.URL))
	if err != nil {
		log.Fatal(err) //nolint:gocritic // The process ends, and the mock with it.
	}
	dir, err := os.MkdirTemp("", "safe-mint")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // A real program keeps it.
	created, err := mint(context.Background(), client, dir, "ci")
	if err != nil {
		log.Fatal(err)
	}
	for _, state := range mock.Keys() {
		fmt.Printf("%s %q: revoked %t\n", state.ID, state.Name, state.Revoked)
	}
	fmt.Printf("Minted %s (%s…) and stored its secret.\n", created.Details.ID, created.Details.KeyPrefix)
}

// mint mints a key for chat that may spend 25 US dollars, and stores its secret in the file dir/name. The name must be unique to what the
// key is for.
func mint(ctx context.Context, client *keys.Client, dir, name string) (*keys.CreatedKey, error) {
	journal := keys.FileJournal(filepath.Join(dir, "journal"))
	if err := client.Recover(ctx, journal); err != nil { // What an earlier run has left.
		return nil, err
	}
	params := keys.CreateParams{Name: name, Endpoints: []string{"chat"}, SpendCapUSD: new(25.0)}
	return client.Mint(ctx, params, journal, func(_ context.Context, created *keys.CreatedKey) error {
		if err := keys.CheckScope(params, created.Details); err != nil {
			return err // Mint revokes the key.
		}
		return writeFile(filepath.Join(dir, name), created.Key.Reveal())
	})
}

// writeFile writes a new file and returns when it is on the disk.
func writeFile(name, content string) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // The caller chose the name.
	if err != nil {
		return err
	}
	_, err = file.WriteString(content)
	return errors.Join(err, file.Sync(), file.Close())
}
