package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"
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
			err = fmt.Errorf("%s: %w%s", variable(f.Name), err, allowed(f.Value))
			_, _ = fmt.Fprintln(flags.Output(), "keysmock:", err)
		}
	})
	return set, err
}

// allowed returns what a flag's value has to be, for the end of an error, or "" if any text goes or the error says it.
func allowed(value flag.Value) string {
	getter, _ := value.(flag.Getter)
	if getter == nil {
		return ""
	}
	switch getter.Get().(type) {
	case bool:
		return ": use true or false"
	case int:
		return ": use a whole number"
	case time.Duration:
		return ": use a duration like 500ms"
	}
	return ""
}

var flagName = regexp.MustCompile(`-([a-z]+(?:-[a-z]+)*)`)

// blame returns an error about flags. Where a variable has set the first that it names, it names the variable, too.
func blame(err error, set map[string]bool) error {
	if match := flagName.FindStringSubmatch(err.Error()); match != nil && set[match[1]] {
		return fmt.Errorf("%s: %w", variable(match[1]), err)
	}
	return err
}
