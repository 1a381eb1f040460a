package keystest_test

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

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

// TestAWrongFaultShowsNoCredential tests that a failure hides a credential that a test took for something else.
func TestAWrongFaultShowsNoCredential(t *testing.T) {
	t.Parallel()
	const own = "own-secret-credential"
	for _, secret := range []string{own, someKey} {
		for says, use := range map[string]func(*keystest.Server){
			`no operation "[redacted]"`:                        func(mock *keystest.Server) { mock.Inject(keystest.Fault{Operation: secret, Drop: true}) },
			`a property "[redacted]"`:                          func(mock *keystest.Server) { mock.Inject(keystest.Fault{Garble: secret}) },
			`header "X [redacted]"`:                            func(mock *keystest.Server) { mock.Inject(keystest.Fault{Header: http.Header{"X " + secret: nil}}) },
			`TakeFault: the API has no operation "[redacted]"`: func(mock *keystest.Server) { mock.TakeFault(secret) },
		} {
			tb := &observed{TB: t}
			use(keystest.NewServer(tb, keystest.WithAPIKey(own), keystest.WithUnmetFaults()))
			require.Len(t, tb.end(), 1, says)
			assert.Contains(t, tb.failures[0], says)
			assert.NotContains(t, tb.failures[0], secret)
		}
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

// TestASeedMakesChanceTheSame tests that the same requests meet a fault, after the same delays, in every run and after a reset.
func TestASeedMakesChanceTheSame(t *testing.T) {
	t.Parallel()
	run := func(mock *keystest.Handler) (met []int, delays []time.Duration) {
		mock.Inject(keystest.Fault{Operation: keys.OperationListKeys, Status: 503, Probability: 0.5, Times: -1})
		for range 64 {
			met = append(met, ask(mock, http.MethodGet, "/qai/v1/keys", "").Code)
		}
		mock.Inject(keystest.Fault{Operation: keys.OperationListDeviceKeys, Delay: time.Second, Jitter: time.Minute, Times: -1})
		for range 8 {
			start := time.Now()
			ask(mock, http.MethodGet, "/qai/v1/keys/devices", "")
			delays = append(delays, time.Since(start))
		}
		return met, delays
	}
	synctest.Test(t, func(t *testing.T) {
		mock := keystest.NewHandler(keystest.WithSeed(1))
		met, delays := run(mock)
		assert.Contains(t, met, 200)
		assert.Contains(t, met, 503)
		assert.NotEqual(t, slices.Min(delays), slices.Max(delays))
		assert.GreaterOrEqual(t, slices.Min(delays), time.Second)
		assert.Less(t, slices.Max(delays), time.Second+time.Minute)
		mock.Reset()
		for name, other := range map[string]*keystest.Handler{"another run": keystest.NewHandler(keystest.WithSeed(1)), "after a reset": mock} {
			again, delaysAgain := run(other)
			assert.Equal(t, met, again, name)
			assert.Equal(t, delays, delaysAgain, name)
		}
		another, _ := run(keystest.NewHandler(keystest.WithSeed(2)))
		assert.NotEqual(t, met, another)
		random, _ := run(keystest.NewHandler())
		random2, _ := run(keystest.NewHandler())
		assert.NotEqual(t, random, random2)
	})
}

// TestASeedMakesChanceTheSameForEachAccount: a test's account of a shared mock has the same chance in every run, whoever had its seed before.
func TestASeedMakesChanceTheSameForEachAccount(t *testing.T) {
	t.Parallel()
	mock := keystest.NewHandler(keystest.WithSeed(1))
	other, err := mock.NewAccount(keystest.WithSeed(1))
	require.NoError(t, err)
	run := func(account *keystest.Account) (met []bool) {
		account.Inject(keystest.Fault{Status: 503, Probability: 0.5, Times: -1})
		for range 64 {
			met = append(met, account.TakeFault(keys.OperationListKeys) != nil)
		}
		return met
	}
	assert.Equal(t, run(mock.Accounts()[0]), run(other))
	assert.NotEqual(t, mock.APIKey, other.APIKey)
}

// TestAFaultLeavesTheSecretsOfASeed tests that chance takes nothing from what secrets are made of.
func TestAFaultLeavesTheSecretsOfASeed(t *testing.T) {
	t.Parallel()
	const path, body = "/qai/v1/keys", `{"name":"ci"}`
	mock := keystest.NewHandler(keystest.WithSeed(1))
	mock.Inject(keystest.Fault{Probability: 1e-9, Status: 500, Times: -1})
	plain := ask(keystest.NewHandler(keystest.WithSeed(1)), http.MethodPost, path, body).Body.String()
	_, secret, _ := strings.Cut(plain, `"key":`)
	assert.Contains(t, ask(mock, http.MethodPost, path, body).Body.String(), secret)
}

// TestARequestThatIsSparedMayMeetALaterFault tests a fault behind one that a request doesn't meet by chance.
func TestARequestThatIsSparedMayMeetALaterFault(t *testing.T) {
	t.Parallel()
	mock := keystest.NewHandler()
	mock.Inject(keystest.Fault{Status: 500, Probability: 1e-9}, keystest.Fault{Status: 418, Probability: 1})
	assert.Equal(t, 418, ask(mock, http.MethodGet, "/qai/v1/keys", "").Code)
	assert.Equal(t, []keystest.Fault{{Status: 500, Probability: 1e-9, Times: 1}}, mock.Faults())
}

// TestAFaultForATime tests that one is gone when its time is over, by the mock's clock.
func TestAFaultForATime(t *testing.T) {
	t.Parallel()
	clock := newClock()
	tb := &observed{TB: t}
	mock := keystest.NewServer(tb, clock.option())
	mock.Inject(keystest.Fault{Status: 503, Times: -1, For: time.Minute}, keystest.Fault{Operation: keys.OperationRevokeKey, Drop: true, For: time.Minute})
	list := func() int { return ask(mock.Handler, http.MethodGet, "/qai/v1/keys", "").Code }
	assert.Equal(t, 503, list())
	clock.now = clock.now.Add(time.Minute - 1)
	assert.Equal(t, 503, list())
	assert.Len(t, mock.Faults(), 2)
	clock.now = clock.now.Add(1)
	assert.Equal(t, 200, list())
	assert.Empty(t, mock.Faults())
	failures := tb.end()
	require.Len(t, failures, 1, "what no request met in its time is noticed")
	assert.Contains(t, failures[0], `1 of its faults`)
	assert.Contains(t, failures[0], `Fault{Operation: "revokeKey", Times: 1, For: 1m0s, Drop: true}`)
}

// TestFaultsThatWereMetInTheirTimeHideNone tests that one which no request met is noticed behind many that were met.
func TestFaultsThatWereMetInTheirTimeHideNone(t *testing.T) {
	t.Parallel()
	clock := newClock()
	tb := &observed{TB: t}
	mock := keystest.NewServer(tb, clock.option())
	for range 20 {
		mock.Inject(keystest.Fault{Status: 503, Times: -1, For: time.Minute})
		ask(mock.Handler, http.MethodGet, "/qai/v1/keys", "")
		clock.now = clock.now.Add(time.Minute)
		assert.Empty(t, mock.Faults())
	}
	mock.Inject(keystest.Fault{Drop: true, For: time.Minute})
	clock.now = clock.now.Add(time.Minute)
	assert.Empty(t, mock.Faults())
	require.Len(t, tb.end(), 1)
	assert.Contains(t, tb.failures[0], "1 of its faults")
}

// TestAFaultThatDependsOnMoreThanItsTimes tests that one request is enough for it, whether or not it met the fault.
func TestAFaultThatDependsOnMoreThanItsTimes(t *testing.T) {
	t.Parallel()
	for _, fault := range []keystest.Fault{{Status: 500, Times: 3, For: time.Hour}, {Status: 500, Times: 3, Probability: 1e-9}} {
		for _, asked := range []bool{false, true} {
			tb := &observed{TB: t}
			mock := keystest.NewServer(tb)
			mock.Inject(fault)
			if asked {
				ask(mock.Handler, http.MethodGet, "/qai/v1/keys", "")
			}
			assert.Equal(t, asked, len(tb.end()) == 0, "%+v", fault)
		}
	}
}

// TestTheFaultsOfAServerOfOnesOwn tests that a mock can hold the faults of any other server.
func TestTheFaultsOfAServerOfOnesOwn(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t)
	mock.Inject(keystest.Fault{Operation: keys.OperationCreateKey, Status: 418, Probability: 1, Jitter: time.Hour, Times: 2})
	assert.Nil(t, mock.TakeFault(keys.OperationListKeys))
	for range 2 {
		fault := mock.TakeFault(keys.OperationCreateKey)
		require.NotNil(t, fault)
		assert.Positive(t, fault.Delay)
		assert.Zero(t, fault.Jitter, "what is random is decided")
		assert.Zero(t, fault.Probability)
		require.NoError(t, fault.Validate())
	}
	assert.Nil(t, mock.TakeFault(keys.OperationCreateKey))
	handler := keystest.NewHandler() // Which knows no test.
	handler.Inject(keystest.Fault{Drop: true})
	assert.Nil(t, handler.TakeFault("nonsense"))
	assert.Len(t, handler.Faults(), 1, "it is left for an operation")
	mock.Inject(keystest.Fault{Delay: math.MaxInt64, Jitter: math.MaxInt64})
	assert.Equal(t, time.Duration(math.MaxInt64), mock.TakeFault(keys.OperationCreateKey).Delay, "the longest time is long enough")
}
