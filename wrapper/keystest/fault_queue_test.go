package keystest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// observed is a testing.TB that keeps what failed.
type observed struct {
	testing.TB

	failures []string
	cleanups []func()
	skipped  bool
}

func (o *observed) Helper()          {}
func (o *observed) Cleanup(f func()) { o.cleanups = append(o.cleanups, f) }
func (o *observed) Errorf(format string, args ...any) {
	o.failures = append(o.failures, fmt.Sprintf(format, args...))
}
func (o *observed) Failed() bool  { return len(o.failures) > 0 }
func (o *observed) Skipped() bool { return o.skipped }

// end ends the test, and returns what failed.
func (o *observed) end() []string {
	for len(o.cleanups) > 0 {
		last := o.cleanups[len(o.cleanups)-1]
		o.cleanups = o.cleanups[:len(o.cleanups)-1]
		last()
	}
	return o.failures
}

// TestAnInvalidFaultIsNoticed tests that a test in which a fault can't be met doesn't pass.
func TestAnInvalidFaultIsNoticed(t *testing.T) {
	t.Parallel()
	for says, fault := range map[string]keystest.Fault{
		`the API has no operation "createkey"`: {Operation: "createkey", Status: 503},
		"it has no effect":                     {Operation: keys.OperationCreateKey, After: true},
		"status 42 isn't":                      {Status: 42},
	} {
		tb := &observed{TB: t}
		mock := keystest.NewServer(tb)
		mock.Inject(fault)
		require.Len(t, tb.failures, 1, says)
		assert.Contains(t, tb.failures[0], "keystest: the injected Fault is invalid: ")
		assert.Contains(t, tb.failures[0], says)

		account, err := mock.NewAccount()
		require.NoError(t, err)
		account.Inject(fault)
		assert.Len(t, tb.failures, 2, "an account's")
		assert.Len(t, tb.end(), 2, "each is reported once")

		handler := keystest.NewHandler() // Which knows no test, so that the next request tells.
		handler.Inject(fault)
		w := ask(handler, http.MethodGet, "/qai/v1/keys", "")
		assert.Equal(t, 500, w.Code, says)
		assert.Contains(t, w.Body.String(), "the injected Fault is invalid", says)
		assert.Equal(t, 200, ask(handler, http.MethodGet, "/qai/v1/keys", "").Code, says)
	}
}

func TestAFaultWithoutEffect(t *testing.T) {
	t.Parallel()
	for _, fault := range []keystest.Fault{
		{}, {After: true}, {Operation: keys.OperationCreateKey}, {Times: -1}, {Header: http.Header{}},
	} {
		assert.EqualError(t, fault.Validate(), "it has no effect: set what goes wrong, like a status or drop", "%+v", fault)
	}
}

// TestAFaultThatIsNotMetIsNoticed tests which faults that are left fail a test when it ends.
func TestAFaultThatIsNotMetIsNoticed(t *testing.T) {
	t.Parallel()
	list := func(mock *keystest.Server) { _, _ = once(mock).List(t.Context()) }
	mint := keystest.Fault{Operation: keys.OperationCreateKey, Status: 503, Message: "m"}
	const says = "What is left:\n\tFault{Operation: \"createKey\", Times: 1, Status: 503, Message: \"m\"}"
	for name, c := range map[string]struct {
		fault keystest.Fault
		then  func(*keystest.Server)
		opts  []keystest.Option
		says  string // Nothing if it is empty.
	}{
		"met":                   {fault: keystest.Fault{Status: 503}, then: list},
		"of another operation":  {fault: mint, then: list, says: says},
		"met too seldom":        {fault: keystest.Fault{Drop: true, Times: 3}, then: list, says: "Times: 2, Drop: true"},
		"always, met":           {fault: keystest.Fault{Drop: true, Times: -1}, then: list},
		"always, not met":       {fault: keystest.Fault{Drop: true, Times: -1}, says: "Times: -1, Drop: true"},
		"asked for":             {fault: mint, opts: []keystest.Option{keystest.WithUnmetFaults()}},
		"forgotten":             {fault: mint, then: func(mock *keystest.Server) { mock.Reset() }},
		"in a test that failed": {fault: mint, then: func(mock *keystest.Server) { mock.Inject(keystest.Fault{}) }, says: "it has no effect"},
		"with a credential": {fault: keystest.Fault{Body: "qai_account_1"}, opts: []keystest.Option{keystest.WithAPIKey("qai_account_1")},
			says: `Body: "[redacted]"`},
		"many": {fault: mint, then: func(mock *keystest.Server) {
			for range 50 {
				mock.Inject(mint)
			}
		}, says: "keystest: the test ended before requests met 51 of its faults: "},
		"of another account": {then: func(mock *keystest.Server) {
			account, err := mock.NewAccount()
			require.NoError(t, err)
			account.Inject(mint)
			list(mock)
		}, fault: keystest.Fault{Drop: true}, says: says},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tb := &observed{TB: t}
			mock := keystest.NewServer(tb, c.opts...)
			mock.Inject(c.fault)
			if c.then != nil {
				c.then(mock)
			}
			failures := tb.end()
			if c.says == "" {
				assert.Empty(t, failures)
				return
			}
			require.Len(t, failures, 1)
			assert.Contains(t, failures[0], c.says)
			assert.LessOrEqual(t, strings.Count(failures[0], "Fault{"), 10, "a failure can be read")
		})
	}
	tb := &observed{TB: t, skipped: true}
	keystest.NewServer(tb).Inject(mint)
	assert.Empty(t, tb.end(), "a test that is skipped")
}
