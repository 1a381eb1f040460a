package keys_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http/httptest"
	"os"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
)

// mockClient returns a client of a mock with these faults, and what stops the mock.
func mockClient(faults ...keystest.Fault) (client *keys.Client, stop func()) {
	mock := keystest.NewHandler(keystest.WithSeed(1))
	mock.Inject(faults...)
	server := httptest.NewServer(mock)
	client, err := keys.New(mock.APIKey, keys.WithBaseURL(server.URL))
	if err != nil {
		log.Fatal(err)
	}
	return client, server.Close
}

func Example() {
	client, stop := mockClient() // keys.NewFromEnv() in a program.
	defer stop()
	ctx := context.Background()

	created, err := client.Create(ctx, keys.CreateParams{Name: "ci", Endpoints: []string{"chat"}, SpendCapUSD: new(25.0)})
	if created != nil { // Even with an error: the secret is never shown again, so store created.Key.Reveal() first.
		fmt.Println(created.Details.Name, created.Key)
	}
	if err != nil {
		log.Fatal(err)
	}

	for key, err := range client.All(ctx) {
		if err != nil { // ExampleClient_All goes on after a key that can't be read.
			log.Fatal(err)
		}
		fmt.Println(key.ID, key.KeyPrefix, key.SpentTicks)
	}

	status, err := client.Revoke(ctx, created.Details.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(status.Status)
	// Output:
	// ci [redacted]
	// key_01 qai_k_0cd87274 $0
	// revoked
}

func ExampleNew() {
	_, err := keys.New("qai_k_0123\n")
	fmt.Println(err)
	// Output: keys: invalid argument: the API key starts or ends with white space: trim it (a newline read from a file is the usual case)
}

func ExampleClient_Mint() {
	// The mock makes the first key and closes the connection without a response.
	client, stop := mockClient(keystest.Fault{Operation: "createKey", After: true, Drop: true})
	defer stop()
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "journal") // A real program keeps it.
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()

	journal := keys.FileJournal(dir)
	if err := client.Recover(ctx, journal); err != nil { // When the program starts.
		log.Fatal(err)
	}
	vault := map[string]string{} // It stands for a store that lasts.
	params := keys.CreateParams{Name: "tenant 7", Endpoints: []string{"chat"}, SpendCapUSD: new(25.0)}
	created, err := client.Mint(ctx, params, journal, func(_ context.Context, created *keys.CreatedKey) error {
		if err := keys.CheckScope(params, created.Details); err != nil {
			return err // Mint revokes the key.
		}
		vault[created.Details.ID] = created.Key.Reveal()
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(created.Details.ID, created.Details.Name, len(vault))
	// Output: key_02 tenant 7-2 1
}

func ExampleClient_Recover() {
	client, stop := mockClient()
	defer stop()
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "journal")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	journal := keys.FileJournal(dir)
	func() {
		defer func() { _ = recover() }() // A crash while the key is being stored.
		_, _ = client.Mint(ctx, keys.CreateParams{Name: "tenant 7"}, journal, func(context.Context, *keys.CreatedKey) error { panic("crash") })
	}()

	fmt.Println(client.Recover(ctx, journal)) // It can't know whether the key was stored. A store that can tell decides.
	stored := func(string) bool { return false }
	pending, err := journal.Pending(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range pending {
		if !stored(p.ID) {
			if _, err := client.RevokeOrphans(ctx, p); err != nil {
				log.Fatal(err)
			}
		}
		if err := journal.Settle(ctx, p); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(client.Recover(ctx, journal))
	// Output:
	// keys: the journal still names the createKey of "tenant 7": the key "key_01" may be in your store: Settle if it is, RevokeOrphans and Settle if it isn't
	// <nil>
}

func ExampleClient_Orphans() {
	client, stop := mockClient(keystest.Fault{Operation: "createKey", After: true, Drop: true})
	defer stop()
	ctx := context.Background()
	_, err := client.Create(ctx, keys.CreateParams{Name: "ci"})
	if unknown, ok := errors.AsType[*keys.OutcomeUnknownError](err); ok {
		orphans, err := client.Orphans(ctx, unknown.Pending)
		fmt.Println(len(orphans), err)
	}
	_, err = client.Orphans(ctx, keys.Pending{Operation: "createEphemeralKey"})
	fmt.Println(err)
	// Output:
	// 1 <nil>
	// keys: orphans unknown: an ephemeral token can't be listed: wait until it expires
}

func ExampleClient_RevokeOrphans() {
	// The mock makes the key and closes the connection without a response.
	client, stop := mockClient(keystest.Fault{Operation: "createKey", After: true, Drop: true})
	defer stop()
	ctx := context.Background()

	_, err := client.Create(ctx, keys.CreateParams{Name: "ci"})
	if unknown, ok := errors.AsType[*keys.OutcomeUnknownError](err); ok {
		revoked, err := client.RevokeOrphans(ctx, unknown.Pending) // What Orphans lists.
		if err != nil {
			log.Fatal(err)
		}
		for _, orphan := range revoked {
			fmt.Println("revoked", orphan.ID)
		}
		created, err := client.Create(ctx, keys.CreateParams{Name: "ci"})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("minted", created.Details.ID)
	}
	// Output:
	// revoked key_01
	// minted key_02
}

func ExampleDecodeError() {
	// The secret arrives, but the details, which have the id, aren't what the API's document says.
	client, stop := mockClient(keystest.Fault{After: true, Body: `{"key":"qai_k_00112233445566778899","details":7}`})
	defer stop()

	created, err := client.Create(context.Background(), keys.CreateParams{Name: "ci"})
	if created != nil {
		fmt.Println("store", created.Key.Reveal())
	}
	fmt.Println(err)
	// Output:
	// store qai_k_00112233445566778899
	// keys: createKey: unexpected response: details is a JSON number, which is not what the API's document says (request req_000001) (the key was minted, and its secret is in the result and in Created)
}

func ExampleClient_All() {
	// The second key of three can't be read.
	client, stop := mockClient(keystest.Fault{Body: `{"keys":[
		{"id":"key_01","name":"ci","key_prefix":"qai_k_4f1c09aa"}, {"id":2}, {"id":"key_03","name":"old","key_prefix":"qai_k_77aa01bc"}]}`})
	defer stop()
	for key, err := range client.All(context.Background()) {
		switch {
		case errors.Is(err, keys.ErrIncomplete):
			log.Fatal(err) // The list isn't whole: other keys may exist.
		case err != nil:
			fmt.Println(err) // This key can't be read; the next ones follow.
		default:
			fmt.Println(key.ID)
		}
	}
	// Output:
	// key_01
	// keys: listKeys: unexpected response: keys[1].id is a JSON number, which is not what the API's document says (request req_000001)
	// key_03
}

func ExampleClient_ByPrefix() {
	client, stop := mockClient()
	defer stop()
	ctx := context.Background()
	created, err := client.Create(ctx, keys.CreateParams{Name: "ci"})
	if err != nil {
		log.Fatal(err)
	}
	leaked := keys.NewSecret(created.Key.Reveal()) // From a log, for example.
	key, err := client.ByPrefix(ctx, leaked)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(key.ID, keys.Live(*key, time.Now()))
	_, err = client.ByPrefix(ctx, keys.NewSecret("qai_k_ffffffff"))
	fmt.Println(errors.Is(err, keys.ErrNotFound))
	// Output:
	// key_01 true
	// true
}

func ExampleClient_WithKey() {
	client, stop := mockClient()
	defer stop()
	ctx := context.Background()
	created, err := client.Create(ctx, keys.CreateParams{Name: "ci"})
	if err != nil {
		log.Fatal(err)
	}
	own, err := client.WithKey(created.Key)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("works:", own.Ping(ctx) == nil)
	if _, err := client.Revoke(ctx, created.Details.ID); err != nil {
		log.Fatal(err)
	}
	fmt.Println("refused:", errors.Is(own.Ping(ctx), keys.ErrUnauthorized))
	// Output:
	// works: true
	// refused: true
}

func ExampleClient_List() {
	client, stop := mockClient()
	defer stop()
	list, err := client.List(context.Background())
	fmt.Println(len(list), err)
	// Output: 0 <nil>
}

func ExampleClient_Revoke() {
	client, stop := mockClient()
	defer stop()
	_, err := client.Revoke(context.Background(), "no such key")
	fmt.Println(errors.Is(err, keys.ErrNotFound))
	fmt.Println(err)
	// Output:
	// true
	// keys: revokeKey: status 404: not_found: there is no key with this id (request req_000001)
}

func ExampleClient_Rotate() {
	client, stop := mockClient()
	defer stop()
	ctx := context.Background()
	old, err := client.Create(ctx, keys.CreateParams{Name: "ci"})
	if err != nil {
		log.Fatal(err)
	}
	rotated, err := client.Rotate(ctx, old.Details.ID, keys.Grace(time.Hour))
	if rotated != nil { // Even with an error: store rotated.Key.Reveal() first.
		fmt.Println(rotated.Details.ID, "takes the place of", rotated.OldKeyID)
	}
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Rotate(ctx, old.Details.ID, keys.Grace(time.Hour))
	fmt.Println(errors.Is(err, keys.ErrConflict))
	// Output:
	// key_02 takes the place of key_01
	// true
}

func ExampleCheckScope() {
	asked := keys.CreateParams{Name: "ci", Endpoints: []string{"chat"}, SpendCapUSD: new(25.0), Region: keys.RegionEurope}
	key := keys.Key{ID: "key_01", Scope: keys.JSON(`{"endpoints":["chat"],"spend_cap_usd":100}`)} // Of a response.
	err := keys.CheckScope(asked, key)
	fmt.Println(errors.Is(err, keys.ErrScopeLooser), errors.Is(err, keys.ErrScopeUnknown))
	fmt.Println(err)
	// Output:
	// true true
	// keys: scope too loose: revoke the key "key_01": spend_cap_usd (asked 25, got 100); keys: scope unknown: revoke the key "key_01", unless you know that it has: region (asked "europe", not told)
}

func ExampleParseRegion() {
	region, err := keys.ParseRegion("EU")
	fmt.Println(region, err)
	_, err = keys.ParseRegion("antarctica") // For which the gateway would mint a key without a region.
	fmt.Println(errors.Is(err, keys.ErrInvalidArgument))
	// Output:
	// europe <nil>
	// true
}

func ExampleScopeOf() {
	client, stop := mockClient()
	defer stop()
	created, err := client.Create(context.Background(), keys.CreateParams{Name: "ci", Endpoints: []string{"chat"}, Region: keys.RegionEurope})
	if err != nil {
		log.Fatal(err)
	}
	scope, ok := keys.ScopeOf(created.Details)
	fmt.Println(scope.Endpoints, scope.Region, ok)
	// Output: [chat] europe true
}

func ExampleCaptureMeta() {
	client, stop := mockClient(keystest.Fault{Status: 429})
	defer stop()
	var meta keys.Meta
	if _, err := client.List(context.Background(), keys.CaptureMeta(&meta)); err != nil {
		log.Fatal(err)
	}
	fmt.Println(meta.RequestID, meta.StatusCode, meta.Attempts)
	// Output: req_000002 200 2
}
