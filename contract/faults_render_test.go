package contract_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// faultPage is where the rendered matrix is kept.
const faultPage = "../docs/faults.md"

const faultIntroduction = `# The fault matrix

What a call returns when something goes wrong. Each section is an operation of the API, and each line a fault that strikes the first
request of a call, before or after the gateway carried it out. ` + "`make faults`" + ` plays every line against the mock, in memory and in
virtual time, and writes this page. ` + "`TestFaultMatrix`" + ` fails if a call shows anything else.

Whatever a server does here over HTTP/1.1 and HTTP/2 is a ` + "`keystest.Fault`" + `: your own tests can do it to your program, in any language
([keysmock.md](keysmock.md#faults)). The matrix only fills in what a fault can't know: what of the response to damage, and where the newest
secret is. Apart are

- what no server does: a connection that is refused or broken before the request, and a caller who gives up;
- GOAWAY, a connection that an HTTP/2 server closes, and RST_STREAM with another code than INTERNAL_ERROR, for which the matrix has a server
  of its own. net/http, which a fault goes through, tells a handler neither the number of its stream nor when no other frame is half written.

| column | meaning |
|---|---|
| strikes | Whether the gateway has carried out the request when the fault strikes. A fault without "after" always strikes before; one without "before" damages the response of an operation that was carried out. |
| the caller gets | See below. |
| took effect | How often the operation took effect, by the mock's state; "–" for an operation that only reads. |
| requests sent | How many requests reached the server. |
| takes | How long the call takes. |
| played | In how many variants: HTTP/1.1 and HTTP/2, each status of a range. |

| the caller gets | meaning |
|---|---|
| succeeds | No error. For a mint, the secret is in the returned value. |
| outcome unknown | An ` + "`*OutcomeUnknownError`" + `: a key may have been minted. |
| succeeds in part | No error. The secret and the id are in the returned value, and ` + "`Meta.Malformed`" + ` says what is malformed. |
| secret salvaged | The id can't be read: the secret is in the returned value, and in ` + "`Created`" + ` of a ` + "`*DecodeError`" + `. |
| secret in doubt | The status is an error's, and a new secret is beside it: it is in the returned value, and in ` + "`Created`" + ` of an ` + "`*OutcomeUnknownError`" + `. |
| ` + "`*DecodeError`" + ` | The response has a 2xx status, but is cut off or isn't what the API's document says. |
| ` + "`*Error`" + ` | The response has another status. |
| context's error | ` + "`errors.Is`" + ` finds ` + "`context.Canceled` or `context.DeadlineExceeded`" + `, which is also what the client's timeout matches. |
| plain error | Any other error, such as one of the network. |
`

// render returns the matrix as a page with a section for each operation.
func render(faults []fault, ops []operation, played map[line]int) string {
	var b strings.Builder
	b.WriteString(faultIntroduction)
	for _, op := range ops {
		fmt.Fprintf(&b, "\n## %s\n\n`%s %s` %s\n\n", op.ID, op.Method, op.Path, describeKind(op))
		b.WriteString("| fault | strikes | the caller gets | took effect | requests sent | takes | played |\n|---|---|---|---|---|---|---|\n")
		done := map[line]bool{}
		for _, f := range faults {
			for _, w := range f.when {
				l := line{op.ID, f.rowName(), w}
				if done[l] || !f.strikes(op) {
					continue
				}
				done[l] = true
				want := f.want(op)
				effects := fmt.Sprintf("%d×", f.wantEffects(op, w))
				if op.Reads() {
					effects = "–"
				}
				fmt.Fprintf(&b, "| %s | %s | %s | %s | %d | %s | %d× |\n", l.row, w, want.outcome, effects, want.sent, duration(want), played[l])
			}
		}
	}
	return b.String()
}

// describeKind says in which cases the operation is retried.
func describeKind(op operation) string {
	_, mints := op.Mints()
	switch {
	case mints:
		return "mints a secret. It is retried only if it is certain that the gateway did nothing."
	case op.Reads():
		return "only reads. It is retried after any failure that may pass."
	case op.Idempotent():
		return "is idempotent. It is retried after any failure that may pass."
	}
	return "isn't idempotent. It is retried only if it is certain that the gateway did nothing."
}

// duration returns how long a call takes, in words.
func duration(w want) string {
	switch {
	case w.most == 0:
		return "at once"
	case w.least == w.most:
		return w.most.String()
	case w.least == 0:
		return "≤ " + w.most.String()
	}
	return w.least.String() + " – " + w.most.String()
}

// comparePage fails where docs/faults.md isn't what was rendered; with -update it writes the page.
func comparePage(t *testing.T, rendered string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(faultPage, []byte(rendered), 0o600))
	}
	kept, err := os.ReadFile(faultPage)
	require.NoError(t, err, "run make faults, which writes the page")
	if string(kept) != rendered {
		t.Errorf("docs/faults.md differs from what the cells show, in %s: run make faults, and see in the diff that each change is meant",
			strings.Join(differences(string(kept), rendered), ", "))
	}
}

// differences names the sections in which two pages differ.
func differences(kept, rendered string) []string {
	old, current := sections(kept), sections(rendered)
	var names []string
	for name, text := range current {
		switch was, ok := old[name]; {
		case !ok:
			names = append(names, name+" (missing)")
		case was != text:
			names = append(names, name)
		}
	}
	for name := range old {
		if _, ok := current[name]; !ok {
			names = append(names, name+" (no such operation)")
		}
	}
	slices.Sort(names)
	if names == nil {
		return []string{"the order of the sections"}
	}
	return names
}

// sections returns the sections of a page by their headings.
func sections(page string) map[string]string {
	parts := strings.Split(page, "\n## ")
	found := map[string]string{"the introduction": parts[0]}
	for _, part := range parts[1:] {
		name, text, _ := strings.Cut(part, "\n")
		found[name] = text
	}
	return found
}
