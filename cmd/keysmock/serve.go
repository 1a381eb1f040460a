package main

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	api "github.com/qaikeys/qaikeys/generated/control"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
)

// serveCommand is the mock.
type serveCommand struct {
	accountOptions
	endpoint

	state, validation, codes string
	latency                  time.Duration
	lenient, nullLists       bool
}

func (s *serveCommand) flags(flags *flag.FlagSet) {
	flags.StringVar(&s.APIKey, "api-key", "", "the account's API `key` (default a random one)")
	flags.IntVar(&s.Keys, "keys", 0, "how many keys the account starts with")
	flags.DurationVar(&s.latency, "latency", 0, "delay every response by this")
	flags.IntVar(&s.RateLimit, "rate-limit", 0, "requests a minute that the account's API key may make (default no limit)")
	flags.StringVar(&s.Tier, "tier", "", "the account's `tier`; ephemeral and partner keys need internal or admin")
	flags.StringVar(&s.codes, "codes", "legacy", "the errors' codes: `legacy|canonical`, canonical are the upper-case ones, which tell why a request was refused")
	flags.StringVar(&s.state, "state", "", "keep the state in this `file`; its keys override -keys (default in memory)")
	flags.StringVar(&s.validation, "validate", "requests", "what is validated against the API's document: `requests|both`, both includes responses")
	flags.BoolVar(&s.lenient, "lenient", false, "ignore unknown properties of a request, as the gateway does, instead of refusing them")
	flags.BoolVar(&s.nullLists, "null-lists", false, "send null in place of each list of keys, devices, days and models without elements, as the gateway may")
	flags.Func("seed", "make API keys the same in every run with this `number` (default random)", func(text string) error {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return errors.New("it isn't a whole number from 0 to 18446744073709551615")
		}
		s.Seed = &n
		return nil
	})
}

func (s *serveCommand) listening() *endpoint { return &s.endpoint }

// maxStartKeys is the most keys that the first account may start with, which take about 500 MB.
const maxStartKeys = 1_000_000

func (s *serveCommand) validate() error {
	switch {
	case s.Keys < 0 || s.Keys > maxStartKeys:
		return fmt.Errorf("-keys %d isn't from 0 to %d", s.Keys, maxStartKeys)
	case s.RateLimit < 0:
		return errors.New("-rate-limit can't be negative")
	case !s.sendable():
		return errors.New("-api-key can't be sent in a header")
	case s.latency < 0:
		return errors.New("-latency can't be negative")
	case s.validation != "requests" && s.validation != "both":
		return fmt.Errorf("-validate can't be %q: use requests or both", s.validation)
	case s.codes != "legacy" && s.codes != "canonical":
		return fmt.Errorf("-codes can't be %q: use legacy or canonical", s.codes)
	}
	return nil
}

func (s *serveCommand) start(logger *slog.Logger) (*site, error) {
	clock := new(clock)
	var store keystest.Store // Stays nil without -state: a nil *stateFile wouldn't be a nil Store.
	served := &site{}
	if s.state != "" {
		file, err := openState(s.state)
		if err != nil {
			return nil, err
		}
		served.end = func() { _ = file.Close() }
		store = file
	}
	opts := append(s.options(), keystest.WithLatency(s.latency), keystest.WithClock(clock.now), keystest.WithRedacted(s.token))
	if s.validation == "both" {
		opts = append(opts, keystest.WithResponsesValidated())
	}
	if s.codes == "canonical" {
		opts = append(opts, keystest.WithCanonicalCodes())
	}
	if s.lenient {
		opts = append(opts, keystest.WithLenientRequests())
	}
	if s.nullLists {
		opts = append(opts, keystest.WithNullLists())
	}
	mock, err := keystest.OpenHandler(store, opts...)
	switch {
	case errors.Is(err, keystest.ErrAPIKeyTaken):
		err = fmt.Errorf("-api-key: %w", err)
	case err != nil:
		err = describeState(s.state, err)
	}
	if err != nil {
		served.close()
		return nil, err
	}
	served.server = newServer(logged(logger, mock.Redact, routes(mock, clock, guard{s.token})), s.latency, logger)
	served.variables = []string{"QAI_API_KEY=" + mock.APIKey}
	return served, nil
}

// accountOptions are what an account is made with.
type accountOptions api.AccountOptions

// sendable reports whether the API key can be sent in a header.
func (o *accountOptions) sendable() bool {
	_, err := keys.New(o.APIKey)
	return err == nil || o.APIKey == ""
}

func (o *accountOptions) options() []keystest.Option {
	opts := []keystest.Option{
		keystest.WithAPIKey(o.APIKey), keystest.WithKeys(o.Keys), keystest.WithDevices(o.Devices),
		keystest.WithRateLimit(o.RateLimit), keystest.WithTier(o.Tier),
	}
	if o.Seed != nil {
		opts = append(opts, keystest.WithSeed(*o.Seed))
	}
	return opts
}
