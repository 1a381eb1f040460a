// Command revoke-leaked finds the keys whose secrets leaked, and revokes them.
//
//	revoke-leaked [-yes] [-parallel 8] < leaked.txt
//
// It reads secrets, or their first 14 characters, from standard input, one a line; other users of the machine could see its
// arguments. Without -yes it prints what it would revoke and revokes nothing. After an interruption or a failure, run it again:
// it skips keys that are already revoked. It reads the credential from QAI_API_KEY and the gateway's URL from QAI_BASE_URL.
//
// Its exit status is 0 if every leaked key is revoked (or would be), 1 if one isn't or wasn't found, 2 for wrong usage.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"sync"

	"github.com/qaikeys/qaikeys/wrapper/keys"
)

// prefixLength is the length of a key's prefix in characters (KeyDetails.key_prefix in the API's document).
const prefixLength = 14

var wholePrefix = regexp.MustCompile(fmt.Sprintf("^[0-9A-Za-z_-]{%d}$", prefixLength))

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, isTerminal(os.Stderr))
	stop()
	os.Exit(code)
}

func isTerminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, terminal bool) int {
	flags := flag.NewFlagSet("revoke-leaked", flag.ContinueOnError)
	flags.SetOutput(stderr)
	yes := flags.Bool("yes", false, "revoke, instead of printing what would be revoked")
	parallel := flags.Int("parallel", 8, "how many keys to revoke concurrently")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	complain := func(err error) { _, _ = fmt.Fprintln(stderr, "revoke-leaked:", err) }
	leaked, err := readLeaked(stdin)
	if err == nil && *parallel < 1 {
		err = errors.New("-parallel must be at least 1")
	}
	client, clientErr := keys.NewFromEnv()
	if err = errors.Join(err, clientErr); err != nil {
		complain(err)
		return 2
	}
	i := incident{client: client, out: stdout, leaked: leaked, own: prefix(os.Getenv("QAI_API_KEY"))}
	if terminal {
		i.progress = stderr
	}
	if err := i.find(ctx); err != nil {
		complain(err)
		return 1
	}
	if !*yes {
		i.say("Nothing was revoked. Add -yes to revoke %d keys.", len(i.live))
		return i.code()
	}
	if err := i.revoke(ctx, *parallel); err != nil {
		complain(err)
		complain(errors.New("run it again: keys that are already revoked are skipped"))
		return 1
	}
	return i.code()
}

// readLeaked reads prefixes of keys. Its errors have a line's number, not its text.
func readLeaked(in io.Reader) (map[string]bool, error) {
	leaked := map[string]bool{}
	lines := bufio.NewScanner(in)
	for number := 1; lines.Scan(); number++ {
		text := strings.TrimSpace(lines.Text())
		switch {
		case text == "":
			continue
		case !strings.HasPrefix(text, "qai_") || len(text) < prefixLength:
			return nil, fmt.Errorf("line %d is neither a key nor the first %d characters of one", number, prefixLength)
		}
		leaked[prefix(text)] = true
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(leaked) == 0 {
		return nil, errors.New("no keys on standard input: give leaked keys, or their prefixes, one a line")
	}
	return leaked, nil
}

func prefix(key string) string { return key[:min(prefixLength, len(key))] }

// incident is the leaked keys and what is known about them.
type incident struct {
	client   *keys.Client
	out      io.Writer
	progress io.Writer // Nil unless standard error is a terminal.
	leaked   map[string]bool
	own      string // Prefix of the credential, which is revoked last.

	live    []keys.Key
	missing int
	bare    int // Keys of the account whose prefix isn't told in whole.
}

// doubt says what makes it unsure that a key which isn't found doesn't exist.
func (i *incident) doubt() string {
	if i.bare == 0 {
		return ""
	}
	return fmt.Sprintf(", unless it is one of the %d whose prefix isn't told in whole", i.bare)
}

// find finds the leaked keys among the account's keys.
func (i *incident) find(ctx context.Context) error {
	found := map[string]bool{}
	var own []keys.Key
	seen := 0
	for key, err := range i.client.All(ctx) {
		if err != nil {
			return fmt.Errorf("the list is incomplete, so a leaked key may be missing from it: %w", err)
		}
		if seen++; seen%1000 == 0 {
			i.report("%d keys looked at", seen)
		}
		if !wholePrefix.MatchString(key.KeyPrefix) { // A mask tells nothing.
			i.bare++
		}
		if !i.leaked[key.KeyPrefix] {
			continue
		}
		found[key.KeyPrefix] = true
		switch {
		case key.Revoked:
			i.say("%s (%s…, %q) is already revoked.", key.ID, key.KeyPrefix, key.Name)
		case key.KeyPrefix == i.own:
			own = append(own, key)
		default:
			i.live = append(i.live, key)
		}
	}
	i.live = append(i.live, own...)
	for _, key := range i.live {
		i.say("%s (%s…, %q) is live, spent %s.", key.ID, key.KeyPrefix, key.Name, key.SpentTicks)
	}
	for prefix := range i.leaked {
		if !found[prefix] {
			i.missing++
			i.say("%s… isn't a key of this account%s.", prefix, i.doubt())
		}
	}
	return nil
}

// revoke revokes the live keys, up to parallel at a time, and the credential's own key after all others.
func (i *incident) revoke(ctx context.Context, parallel int) error {
	var (
		mu   sync.Mutex
		done int
		errs []error
		wg   sync.WaitGroup
	)
	one := func(key keys.Key) {
		_, err := i.client.Revoke(ctx, key.ID)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			errs = append(errs, fmt.Errorf("%s isn't revoked: %w", key.ID, err))
			return
		}
		done++
		i.say("Revoked %s (%s…).", key.ID, key.KeyPrefix)
		i.report("%d of %d revoked", done, len(i.live))
	}
	slots := make(chan struct{}, parallel)
	for _, key := range i.live {
		if key.KeyPrefix == i.own {
			wg.Wait()
		}
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			one(key)
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// code returns 1 if a leaked key wasn't found.
func (i *incident) code() int {
	if i.missing > 0 {
		return 1
	}
	return 0
}

func (i *incident) say(format string, args ...any) { _, _ = fmt.Fprintf(i.out, format+"\n", args...) }

// report shows progress on one line of the terminal.
func (i *incident) report(format string, args ...any) {
	if i.progress != nil {
		_, _ = fmt.Fprintf(i.progress, "\r\x1b[K"+format, args...)
	}
}
