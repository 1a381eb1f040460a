// Command rotate rotates the keys that are older than a time, for example every night. A command deploys each new secret, and the old key
// works for a grace period more. A run that fails or crashes leaves no key without a successor in use: the next run resumes it.
//
//	rotate -journal DIR -deploy 'vault kv put secret/$OLD_KEY_ID key=-' [-older 720h] [-grace 25h]
//
// The deploy command runs in a shell. It reads the new secret from standard input and the id of the key that the secret replaces from
// OLD_KEY_ID. It may run twice for one key; the last secret counts. The program reads the credential from QAI_API_KEY and the gateway's
// URL from QAI_BASE_URL.
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
	dir := flags.String("journal", "", "`directory` that keeps what a run leaves undone")
	command := flags.String("deploy", "", "`command` that deploys the secret on its standard input")
	older := flags.Duration("older", 30*24*time.Hour, "the age at which a key is rotated")
	grace := flags.Duration("grace", 25*time.Hour, "how long an old key works after its rotation; longer than it takes until the next run")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	client, err := keys.NewFromEnv()
	if *dir == "" || *command == "" || *older <= 0 || *grace <= 0 {
		err = errors.New("-journal and -deploy must be set, and -older and -grace must be positive")
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "rotate:", err)
		return 2
	}
	j := job{
		client: client, journal: keys.FileJournal(*dir), older: *older, grace: *grace,
		deploy: func(ctx context.Context, oldID string, secret keys.Secret) error {
			cmd := exec.CommandContext(ctx, "sh", "-c", *command) //nolint:gosec // Running it is the point.
			cmd.Env = append(os.Environ(), "OLD_KEY_ID="+oldID)
			cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(secret.Reveal()), stdout, stderr
			if err := cmd.Run(); err != nil {
				return fmt.Errorf("the deploy command: %w", err)
			}
			_, _ = fmt.Fprintf(stdout, "Rotated %s, which works for %s more.\n", oldID, *grace)
			return nil
		},
	}
	if err := j.run(ctx); err != nil {
		_, _ = fmt.Fprintln(stderr, "rotate:", err)
		return 1
	}
	return 0
}
