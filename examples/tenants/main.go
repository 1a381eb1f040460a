// Command tenants sees that each tenant has a key in a vault. It can be stopped at any moment and run again: no tenant gets two keys, and
// no live key is forgotten.
//
//	tenants [-dir DIRECTORY] TENANT...
//
// The directory holds the vault and the journal. The program reads the credential from QAI_API_KEY and the gateway's URL from
// QAI_BASE_URL.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"

	"github.com/qaikeys/qaikeys/wrapper/keys"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// tenantName is a name that can be a file's.
var tenantName = regexp.MustCompile(`^[a-z0-9_-]+$`)

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("tenants", flag.ContinueOnError)
	flags.SetOutput(stderr)
	dir := flags.String("dir", "tenants", "`directory` of the vault and the journal")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	client, err := keys.NewFromEnv()
	for _, tenant := range flags.Args() {
		if !tenantName.MatchString(tenant) {
			err = errors.Join(err, fmt.Errorf("%q can't be a tenant's name", tenant))
		}
	}
	if err == nil {
		err = os.MkdirAll(*dir, 0o700)
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "tenants:", err)
		return 2
	}
	s := service{client, keys.FileJournal(filepath.Join(*dir, "journal")), fileVault(*dir)}
	if err := s.start(ctx); err != nil {
		_, _ = fmt.Fprintln(stderr, "tenants:", err)
		return 1
	}
	code := 0
	for _, tenant := range flags.Args() {
		if err := s.provision(ctx, tenant); err != nil {
			_, _ = fmt.Fprintln(stderr, "tenants:", err)
			code = 1
			continue
		}
		_, _ = fmt.Fprintf(stdout, "Tenant %s has a key.\n", tenant)
	}
	return code
}
