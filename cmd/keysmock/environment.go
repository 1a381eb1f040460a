package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
)

// variable returns the name of the environment variable that stands for a flag.
func variable(flag string) string {
	return "KEYSMOCK_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// parse parses a subcommand's arguments. A flag that isn't among them gets the value of its variable, unless that is empty or unset; set
// has the names of those. An error was printed, and where it is about the arguments, or they ask for help, the flags were, too.
func parse(flags *flag.FlagSet, args []string) (set map[string]bool, err error) {
	flags.VisitAll(func(f *flag.Flag) { f.Usage += " (" + variable(f.Name) + ")" })
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	set = map[string]bool{}
	flags.VisitAll(func(f *flag.Flag) { set[f.Name] = os.Getenv(variable(f.Name)) != "" })
	flags.Visit(func(f *flag.Flag) { delete(set, f.Name) }) // The arguments have it.
	flags.VisitAll(func(f *flag.Flag) {
		if !set[f.Name] || err != nil {
			return
		}
		if err = flags.Set(f.Name, os.Getenv(variable(f.Name))); err != nil {
			err = fmt.Errorf("%s: %w", variable(f.Name), err)
			_, _ = fmt.Fprintln(flags.Output(), "keysmock:", err)
		}
	})
	return set, err
}

var flagName = regexp.MustCompile(`-([a-z]+(?:-[a-z]+)*)`)

// blame returns an error about flags. Where a variable has set the first that it names, it names the variable, too.
func blame(err error, set map[string]bool) error {
	if match := flagName.FindStringSubmatch(err.Error()); match != nil && set[match[1]] {
		return fmt.Errorf("%s: %w", variable(match[1]), err)
	}
	return err
}
