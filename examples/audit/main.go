// Command audit lists an account of any size, in constant memory, and reports keys that need attention: unused for a while,
// never used, near their spend cap, or revoked. It also reports the spending by name.
//
//	audit [-unused-days 90] [-near-cap 0.9] [-all] [-json]
//
// With -json it prints one JSON object a line: each key, then a summary. It reads the credential from QAI_API_KEY and the gateway's
// URL from QAI_BASE_URL.
package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
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
	flags := flag.NewFlagSet("audit", flag.ContinueOnError)
	flags.SetOutput(stderr)
	var a audit
	flags.IntVar(&a.unusedDays, "unused-days", 90, "report keys unused for this many `days`")
	flags.Float64Var(&a.nearCap, "near-cap", 0.9, "report keys that spent this `fraction` of their cap")
	flags.BoolVar(&a.all, "all", false, "print every key, not only those with findings")
	asJSON := flags.Bool("json", false, "print JSON, one object a line")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	client, err := keys.NewFromEnv()
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "audit:", err)
		return 2
	}
	out := bufio.NewWriter(stdout)
	var p printer = &table{out}
	if *asJSON {
		p = &jsonLines{json.NewEncoder(out)}
	}
	err = a.run(ctx, client, p)
	if flushErr := out.Flush(); err == nil {
		err = flushErr
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "audit: the list is incomplete:", err)
		return 1
	}
	return 0
}

// maxNames bounds the names whose spending is counted separately, so that memory doesn't grow with the account.
const maxNames = 1000

// otherNames is the name under which the spending of all other names is counted.
const otherNames = "(other names)"

// audit is what to report.
type audit struct {
	unusedDays int
	nearCap    float64
	all        bool
}

// line is the report on a key.
type line struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	KeyPrefix string    `json:"key_prefix"`
	SpentUSD  float64   `json:"spent_usd"`
	CapUSD    *float64  `json:"cap_usd,omitempty"`
	LastUsed  time.Time `json:"last_used,omitzero"`
	Findings  []string  `json:"findings"`
}

// summary is the report on the account.
type summary struct {
	Keys        int                `json:"keys"`
	Findings    map[string]int     `json:"findings"`
	SpentUSD    float64            `json:"spent_usd"`
	SpentByName map[string]float64 `json:"spent_by_name_usd"`
}

type printer interface {
	start()
	key(line)
	end(summary)
}

// run prints each key as it arrives. The error says why the list is incomplete; the summary covers what was read.
func (a *audit) run(ctx context.Context, client *keys.Client, p printer) error {
	sum := summary{Findings: map[string]int{}, SpentByName: map[string]float64{}}
	byName := map[string]keys.Ticks{}
	var spent keys.Ticks
	var failure error
	p.start()
	for key, err := range client.All(ctx) {
		if err != nil {
			failure = cmp.Or(failure, err) // Keep the first; there may be many.
			continue
		}
		sum.Keys++
		spent += key.SpentTicks
		name := key.Name
		if _, known := byName[name]; !known && len(byName) >= maxNames {
			name = otherNames
		}
		byName[name] += key.SpentTicks
		l := a.look(key, time.Now())
		for _, finding := range l.Findings {
			sum.Findings[finding]++
		}
		if a.all || len(l.Findings) > 0 {
			p.key(l)
		}
	}
	sum.SpentUSD = spent.USD()
	for name, ticks := range byName {
		if ticks != 0 {
			sum.SpentByName[name] = ticks.USD()
		}
	}
	p.end(sum)
	return failure
}

// look returns the report on a key.
func (a *audit) look(key keys.Key, now time.Time) line {
	scope, _ := keys.ScopeOf(key)
	l := line{
		ID: key.ID, Name: key.Name, KeyPrefix: key.KeyPrefix, SpentUSD: key.SpentTicks.USD(), CapUSD: scope.SpendCapUSD,
		LastUsed: key.LastUsed, Findings: []string{},
	}
	if key.Revoked {
		l.Findings = append(l.Findings, "revoked")
		return l // Nothing else matters.
	}
	if key.LastUsed.IsZero() {
		l.Findings = append(l.Findings, "never used")
	} else if now.Sub(key.LastUsed) >= time.Duration(a.unusedDays)*24*time.Hour {
		l.Findings = append(l.Findings, "unused")
	}
	if l.CapUSD != nil && l.SpentUSD >= *l.CapUSD*a.nearCap {
		l.Findings = append(l.Findings, "near its cap")
	}
	return l
}

// table prints for people. Its columns have a fixed width, because the widest name isn't known until the end of the list.
type table struct{ out io.Writer }

const columns = "%-12.12s  %-24.24s  %-14.14s  %12s  %12s  %-10s  %s\n"

func (t *table) start() {
	_, _ = fmt.Fprintf(t.out, columns, "ID", "NAME", "PREFIX", "SPENT USD", "CAP USD", "LAST USED", "FINDINGS")
}

func (t *table) key(l line) {
	limit, used := "-", "never"
	if l.CapUSD != nil {
		limit = fmt.Sprintf("%.2f", *l.CapUSD)
	}
	if !l.LastUsed.IsZero() {
		used = l.LastUsed.Format(time.DateOnly)
	}
	_, _ = fmt.Fprintf(t.out, columns, printable(l.ID), printable(l.Name), printable(l.KeyPrefix), fmt.Sprintf("%.2f", l.SpentUSD), limit, used, strings.Join(l.Findings, ", "))
}

func (t *table) end(s summary) {
	_, _ = fmt.Fprintf(t.out, "\n%d keys, %.2f USD spent", s.Keys, s.SpentUSD)
	for _, finding := range slices.Sorted(maps.Keys(s.Findings)) {
		_, _ = fmt.Fprintf(t.out, "; %d %s", s.Findings[finding], finding)
	}
	_, _ = fmt.Fprintln(t.out)
	names := slices.SortedFunc(maps.Keys(s.SpentByName), func(a, b string) int {
		return cmp.Or(cmp.Compare(s.SpentByName[b], s.SpentByName[a]), cmp.Compare(a, b))
	})
	if len(names) > 0 {
		_, _ = fmt.Fprintf(t.out, "\n%-24s  %12s\n", "SPENT BY NAME", "USD")
	}
	for _, name := range names {
		_, _ = fmt.Fprintf(t.out, "%-24.24s  %12.2f\n", printable(name), s.SpentByName[name])
	}
}

// printable replaces the control characters of a name, which anyone may have chosen, so that it can't control the terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '?'
		}
		return r
	}, text)
}

// jsonLines prints for programs.
type jsonLines struct{ out *json.Encoder }

func (j *jsonLines) start()        {}
func (j *jsonLines) key(l line)    { _ = j.out.Encode(map[string]line{"key": l}) }
func (j *jsonLines) end(s summary) { _ = j.out.Encode(map[string]summary{"summary": s}) }
