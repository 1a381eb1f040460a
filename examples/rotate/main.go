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
	if *id == "" || *command == "" || *grace <= 0 {
		_, _ = fmt.Fprintln(stderr, "rotate: -id and -deploy must be set, and -grace must be positive")
		return 2
	}
	client, err := keys.NewFromEnv()
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "rotate:", err)
		return 2
	}
	r := rotation{client: client, out: stdout, deploy: func(ctx context.Context, secret keys.Secret) error {
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

// rotation rotates keys.
type rotation struct {
	client *keys.Client
	out    io.Writer
	deploy func(context.Context, keys.Secret) error // Puts the new secret where it is needed.
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

// verify returns nil if the gateway accepts a secret.
func (r *rotation) verify(ctx context.Context, secret keys.Secret) error {
	own, err := r.client.WithKey(secret)
	if err != nil {
		return err
	}
	return own.Ping(ctx)
}

// mint rotates a key and returns the new one with its secret, even if the response is lost or malformed.
func (r *rotation) mint(ctx context.Context, id string, grace time.Duration) (*keys.RotatedKey, error) {
	rotated, err := r.client.Rotate(ctx, id, keys.Grace(grace))
	if rotated != nil {
		if err != nil { // The response had a secret and no id.
			if key, err := r.client.ByPrefix(ctx, rotated.Key); err == nil {
				rotated.Details = *key
			}
		}
		return rotated, nil
	}
	unknown, ok := errors.AsType[*keys.OutcomeUnknownError](err)
	if !ok {
		return nil, err
	}
	r.say("It is unknown whether %s was rotated; looking for the key that replaced it.", id)
	orphans, err := r.client.Orphans(ctx, unknown.Pending)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w; and the keys can't be listed: %w", unknown, err)
	case len(orphans) == 0:
		return nil, fmt.Errorf("%w\nNo key has replaced it so far: wait a minute, and run this again. A conflict then says that one has", unknown)
	case len(orphans) > 1:
		return nil, fmt.Errorf("%w\nSeveral keys of its name are new: find out which one replaced it", unknown)
	}
	// Its secret is lost, but it can be rotated too. Nobody uses it, so it needs no grace.
	rotated, err = r.client.Rotate(ctx, orphans[0].ID, keys.Grace(0))
	if rotated == nil {
		return nil, fmt.Errorf("%s replaced it, its secret is lost, and rotating it failed: revoke it: %w", orphans[0].ID, err)
	}
	return rotated, nil
}

func (r *rotation) say(format string, args ...any) { _, _ = fmt.Fprintf(r.out, format+"\n", args...) }
