// Command rotate rotates a key without downtime: it rotates with a grace period, deploys the new secret through a command,
// verifies that it works, and only then lets the old key go. Where deploying fails, the old key still works for its grace,
// and the program says which key to revoke.
//
//	rotate -id KEY_ID [-grace 1h] -deploy 'kubectl create secret …'
//
// The deploy command runs in a shell and reads the new secret from its standard input. The credential comes from
// QAI_API_KEY, the gateway from QAI_BASE_URL.
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
	grace := flags.Duration("grace", time.Hour, "how long the old key keeps working if nothing lets it go before")
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

// works asks the gateway whether it knows a secret.
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
			return nil // It is known, and restricted to other endpoints.
		}
		return err // The first key tells enough.
	}
	return nil
}

// rotation is how a key is rotated.
type rotation struct {
	client *keys.Client
	out    io.Writer
	deploy func(context.Context, keys.Secret) error // Puts the new secret where it is needed.
	verify func(context.Context, keys.Secret) error // Uses the new secret.
}

// rotate lets the old key go only once the new one was deployed and works.
func (r *rotation) rotate(ctx context.Context, id string, grace time.Duration) error {
	ends := time.Now().Add(grace)
	fresh, err := r.mint(ctx, id, grace)
	if err != nil {
		return err
	}
	r.say("Rotated %s: %s (%s…) takes its place, and %s works until %s.", id, fresh.Details.ID, fresh.Details.KeyPrefix, id, ends.Format(time.TimeOnly))
	err = r.deploy(ctx, fresh.Key)
	if err != nil {
		err = fmt.Errorf("deploying failed: %w", err)
	} else if err = r.verify(ctx, fresh.Key); err != nil {
		err = fmt.Errorf("the new key doesn't work: %w", err)
	}
	if err != nil {
		return fmt.Errorf("%w\nThe old key %s still works, until %s. Revoke the new key %s, and have another in place by then: a key can be rotated once",
			err, id, ends.Format(time.DateTime), fresh.Details.ID)
	}
	r.say("Deployed and verified %s.", fresh.Details.ID)
	if _, err := r.client.Revoke(ctx, id); err != nil {
		return fmt.Errorf("the new key is in place, but the old key %s works until %s: revoke it: %w", id, ends.Format(time.DateTime), err)
	}
	r.say("Revoked %s.", id)
	return nil
}

// mint returns a key that takes the place of the one with this id, with its secret, whatever becomes of the answer.
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
	r.say("Nobody can say whether %s was rotated; looking for the key that took its place.", id)
	orphans, err := r.client.Orphans(ctx, unknown)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w; and the keys can't be listed: %w", unknown, err)
	case len(orphans) == 0:
		return nil, fmt.Errorf("%w\nNo key took its place so far: run this again", unknown)
	case len(orphans) > 1:
		return nil, fmt.Errorf("%w\nSeveral keys of its name are new: see which took its place", unknown)
	}
	// Its secret is lost, but it can be rotated in turn.
	rotated, err = r.client.Rotate(ctx, orphans[0].ID, keys.RotateParams{GraceSeconds: 0})
	if err != nil {
		return nil, fmt.Errorf("%s took its place, its secret is lost, and rotating it failed: revoke it: %w", orphans[0].ID, err)
	}
	return &keys.CreatedKey{Key: rotated.Key, Details: rotated.Details}, nil
}

func (r *rotation) say(format string, args ...any) { _, _ = fmt.Fprintf(r.out, format+"\n", args...) }
