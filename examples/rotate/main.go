// Command rotate rotates a key without downtime: it rotates with a grace period, deploys the new secret with a command,
// verifies that it works, and only then revokes the old key. If deploying fails, the old key still works for its grace period,
// and the program says which key to revoke.
//
//	rotate -id KEY_ID [-grace 1h] -deploy 'kubectl create secret …'
//
// The deploy command runs in a shell and reads the new secret from standard input. The program reads the credential from
// QAI_API_KEY and the gateway's URL from QAI_BASE_URL.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("rotate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	id := flags.String("id", "", "`id` of the key to rotate")
	grace := flags.Duration("grace", time.Hour, "how long the old key keeps working if it isn't revoked before")
	command := flags.String("deploy", "", "`command` that deploys the secret on its standard input")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if *id == "" || *command == "" || *grace < time.Second {
		_, _ = fmt.Fprintln(stderr, "rotate: -id and -deploy must be set, and -grace must be at least 1s")
		return 2
	}
	client, err := keys.NewFromEnv()
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "rotate:", err)
		return 2
	}
	r := rotation{client: client, out: stdout, verify: works, deploy: func(ctx context.Context, secret keys.Secret) error {
		cmd := exec.CommandContext(ctx, "sh", "-c", *command) //nolint:gosec // Running it is the point.
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(secret.Reveal()), stdout, stderr
		return cmd.Run()
	}}
	if err := r.rotate(ctx, *id, *grace); err != nil {
		_, _ = fmt.Fprintln(stderr, "rotate:", err)
		return 1
	}
	return 0
}

// works returns nil if the gateway accepts a secret.
func works(ctx context.Context, secret keys.Secret) error {
	var opts []keys.Option
	if url := os.Getenv("QAI_BASE_URL"); url != "" {
		opts = append(opts, keys.WithBaseURL(url))
	}
	client, err := keys.New(secret.Reveal(), opts...)
	if err != nil {
		return err
	}
	for _, err := range client.All(ctx) {
		if errors.Is(err, keys.ErrForbidden) {
			return nil // The gateway knows it; it is restricted to other endpoints.
		}
		return err // One key is enough to know.
	}
	return nil
}

// rotation rotates keys.
type rotation struct {
	client *keys.Client
	out    io.Writer
	deploy func(context.Context, keys.Secret) error // Puts the new secret where it is needed.
	verify func(context.Context, keys.Secret) error // Uses the new secret.
}

// rotate revokes the old key only after the new one was deployed and works.
func (r *rotation) rotate(ctx context.Context, id string, grace time.Duration) error {
	ends := time.Now().Add(grace)
	fresh, err := r.mint(ctx, id, grace)
	if err != nil {
		return err
	}
	r.say("Rotated %s: %s (%s…) replaces it, and %s works until %s.", id, fresh.Details.ID, fresh.Details.KeyPrefix, id, ends.Format(time.TimeOnly))
	err = r.deploy(ctx, fresh.Key)
	if err != nil {
		err = fmt.Errorf("deploying failed: %w", err)
	} else if err = r.verify(ctx, fresh.Key); err != nil {
		err = fmt.Errorf("the new key doesn't work: %w", err)
	}
	if err != nil {
		return fmt.Errorf("%w\nThe old key %s still works, until %s. Revoke the new key %s and deploy another by then: a key can be rotated only once",
			err, id, ends.Format(time.DateTime), fresh.Details.ID)
	}
	r.say("Deployed and verified %s.", fresh.Details.ID)
	if _, err := r.client.Revoke(ctx, id); err != nil {
		return fmt.Errorf("the new key is in place, but the old key %s works until %s: revoke it: %w", id, ends.Format(time.DateTime), err)
	}
	r.say("Revoked %s.", id)
	return nil
}

// mint rotates a key and returns the new one with its secret, even if the response is lost or malformed.
func (r *rotation) mint(ctx context.Context, id string, grace time.Duration) (*keys.CreatedKey, error) {
	rotated, err := r.client.Rotate(ctx, id, keys.RotateParams{GraceSeconds: int64(grace / time.Second)})
	if failure, ok := errors.AsType[*keys.DecodeError](err); ok && failure.Created != nil {
		return failure.Created, nil
	}
	unknown, ok := errors.AsType[*keys.OutcomeUnknownError](err)
	if !ok && err != nil {
		return nil, err
	}
	if !ok {
		return &keys.CreatedKey{Key: rotated.Key, Details: rotated.Details}, nil
	}
	r.say("It is unknown whether %s was rotated; looking for the key that replaced it.", id)
	orphans, err := r.client.Orphans(ctx, unknown)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w; and the keys can't be listed: %w", unknown, err)
	case len(orphans) == 0:
		return nil, fmt.Errorf("%w\nNo key has replaced it so far: run this again", unknown)
	case len(orphans) > 1:
		return nil, fmt.Errorf("%w\nSeveral keys of its name are new: find out which one replaced it", unknown)
	}
	// Its secret is lost, but it can be rotated too.
	rotated, err = r.client.Rotate(ctx, orphans[0].ID, keys.RotateParams{GraceSeconds: 0})
	if err != nil {
		return nil, fmt.Errorf("%s replaced it, its secret is lost, and rotating it failed: revoke it: %w", orphans[0].ID, err)
	}
	return &keys.CreatedKey{Key: rotated.Key, Details: rotated.Details}, nil
}

func (r *rotation) say(format string, args ...any) { _, _ = fmt.Fprintf(r.out, format+"\n", args...) }
