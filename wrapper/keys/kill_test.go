package keys_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const fewKills = 5

var kills = flag.Int("kills", fewKills, "how often TestKillsAtRandom kills the program; with any other number, TestKills plays all its faults")

// TestMain makes the test binary the program that is killed, if the environment asks for it.
func TestMain(m *testing.M) {
	if os.Getenv("TENANTS") == "" {
		prepareDefaultTransport()
		os.Exit(m.Run())
	}
	client, err := keys.NewFromEnv(keys.WithRetry(keys.RetryPolicy{}))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	killAt, _ := strconv.Atoi(os.Getenv("KILL_AT"))
	p := &program{client: client, dir: os.Getenv("DIR"), storeFails: os.Getenv("STORE_FAILS") != "", tenants: strings.Fields(os.Getenv("TENANTS"))}
	steps := 0
	p.step = func() {
		if steps++; steps == killAt {
			self, _ := os.FindProcess(os.Getpid())
			_ = self.Kill()
			select {} // Until it is dead.
		}
	}
	p.run(context.Background())
	fmt.Println(steps)
}

// program mints a key for each tenant that its store has none for. It is as careless as a program can be: it ignores every error.
type program struct {
	client     *keys.Client
	dir        string // Of the store and the journal.
	tenants    []string
	storeFails bool   // The first time.
	step       func() // It is called between all that the program does.
}

func (p *program) run(ctx context.Context) {
	journal := &steppingJournal{keys.FileJournal(filepath.Join(p.dir, "journal")), p.step}
	_ = p.client.Recover(ctx, journal)
	for _, tenant := range p.tenants {
		if _, err := os.Stat(p.file(tenant)); err == nil {
			continue
		}
		_, _ = p.client.Mint(ctx, keys.CreateParams{Name: tenant}, journal, func(_ context.Context, created *keys.CreatedKey) error {
			p.step()
			if p.storeFails {
				p.storeFails = false
				return errors.New("the store fails")
			}
			temporary := p.file(tenant) + ".tmp"
			err := os.WriteFile(temporary, []byte(created.Details.ID+" "+created.Key.Reveal()), 0o600)
			p.step()
			err = errors.Join(err, os.Rename(temporary, p.file(tenant)))
			p.step()
			return err
		})
	}
}

// file returns the name of the file that has the id and the secret of a tenant's key.
func (p *program) file(tenant string) string { return filepath.Join(p.dir, tenant+".key") }

// steppingJournal makes a step before and after all that a journal does.
type steppingJournal struct {
	keys.Journal

	step func()
}

func (j *steppingJournal) Begin(ctx context.Context, p keys.Pending) error {
	j.step()
	defer j.step()
	return j.Journal.Begin(ctx, p)
}

func (j *steppingJournal) Settle(ctx context.Context, p keys.Pending) error {
	j.step()
	defer j.step()
	return j.Journal.Settle(ctx, p)
}

// world is a gateway, and the disk of a program that is killed.
type world struct {
	t       *testing.T
	mock    *keystest.Handler
	gateway *httptest.Server
	program // To be run in this process, without steps.

	open   atomic.Int64 // Connections to the gateway.
	ledger map[string]int

	mu       sync.Mutex // Guards what follows.
	process  *exec.Cmd
	killAt   int           // The request at which the gateway kills the program; 0 means none.
	after    bool          // It kills it after the effect.
	died     chan struct{} // Closed when the program is dead.
	requests int
}

func newWorld(t *testing.T, ledger map[string]int, tenants ...string) *world {
	t.Helper()
	w := &world{t: t, mock: keystest.NewHandler(), ledger: ledger}
	w.gateway = httptest.NewUnstartedServer(http.HandlerFunc(w.serve))
	w.gateway.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state { //nolint:exhaustive // The others change nothing.
		case http.StateNew:
			w.open.Add(1)
		case http.StateClosed:
			w.open.Add(-1)
		}
	}
	w.gateway.Start()
	t.Cleanup(w.gateway.Close)
	client, err := keys.New(w.mock.APIKey, keys.WithBaseURL(w.gateway.URL), keys.WithRetry(keys.RetryPolicy{}),
		keys.WithHTTPClient(&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}))
	require.NoError(t, err)
	w.program = program{client: client, dir: t.TempDir(), tenants: tenants, step: func() {}}
	return w
}

// serve is the gateway. It kills the program before or after a request's effect, and finishes the request all the same.
func (w *world) serve(rw http.ResponseWriter, r *http.Request) {
	if r.URL.Path == fence {
		return
	}
	w.mu.Lock()
	w.requests++
	process, kills, after, died := w.process, w.requests == w.killAt, w.after, w.died
	w.mu.Unlock()
	if !kills {
		w.mock.ServeHTTP(rw, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
	r = r.WithContext(context.WithoutCancel(r.Context()))
	r.Body = io.NopCloser(bytes.NewReader(body))
	kill := func() {
		_ = process.Process.Kill()
		<-died
	}
	if !after {
		kill()
	}
	func() {
		defer func() { _ = recover() }() // Of a fault that closes the connection.
		w.mock.ServeHTTP(httptest.NewRecorder(), r)
	}()
	if after {
		kill()
	}
	panic(http.ErrAbortHandler)
}

// start starts the program in a process of its own, which the gateway kills at a request, unless that is 0.
func (w *world) start(killAt int, after bool, env ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests, w.killAt, w.after, w.died = 0, killAt, after, make(chan struct{})
	w.process = exec.Command(os.Args[0])
	w.process.Env = append(append(os.Environ(), "QAI_API_KEY="+w.mock.APIKey, "QAI_BASE_URL="+w.gateway.URL, "DIR="+w.dir,
		"TENANTS="+strings.Join(w.tenants, " ")), env...)
	require.NoError(w.t, w.process.Start())
}

// fence is the path of a request that shows that the gateway has accepted all earlier connections.
const fence = "/fence"

// wait waits for the program's end and until the gateway has done all that the program asked for. It reports whether the program was
// killed.
func (w *world) wait() bool {
	killed := w.process.Wait() != nil
	close(w.died)
	if killed {
		w.ledger["kills"]++
	}
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.gateway.URL+fence, nil)
	require.NoError(w.t, err)
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	require.NoError(w.t, err)
	require.NoError(w.t, resp.Body.Close())
	require.Eventually(w.t, func() bool { return w.open.Load() == 0 }, 10*time.Second, time.Millisecond, "connections that are still open")
	w.mu.Lock()
	defer w.mu.Unlock()
	w.killAt = 0
	return killed
}

// check fails if a live key is neither in the store nor named by the journal, if a tenant has two live keys, or if a stored key is
// revoked.
func (w *world) check(when string) {
	w.t.Helper()
	pending, err := keys.FileJournal(filepath.Join(w.dir, "journal")).Pending(w.t.Context())
	require.NoError(w.t, err)
	live := map[string]int{}
	for _, state := range w.mock.Keys() {
		tenant, _, _ := strings.Cut(state.Name, "-")
		content, _ := os.ReadFile(w.file(tenant))
		id, secret, _ := strings.Cut(string(content), " ")
		stored := id == state.ID
		if stored {
			require.False(w.t, state.Revoked, "%s: a stored key is revoked: %s", when, state.Name)
			require.True(w.t, strings.HasPrefix(secret, state.KeyPrefix))
		}
		if state.Revoked {
			continue
		}
		live[tenant]++
		named := false
		for _, p := range pending {
			named = named || p.ID == state.ID || p.ID == "" && p.Name == state.Name
		}
		require.True(w.t, stored || named, "%s: %s is live, and neither stored nor named", when, state.Name)
		require.Equal(w.t, 1, live[tenant], "%s: a tenant has two live keys", when)
	}
}

// settle does what Recover's documentation asks of a program whose store can tell what it holds, then mints what is missing.
func (w *world) settle() {
	w.t.Helper()
	journal := keys.FileJournal(filepath.Join(w.dir, "journal"))
	pending, err := journal.Pending(w.t.Context())
	require.NoError(w.t, err)
	w.ledger["named by the journal after a restart"] += len(pending)
	held := map[string]bool{}
	for _, tenant := range w.tenants {
		content, _ := os.ReadFile(w.file(tenant))
		id, _, _ := strings.Cut(string(content), " ")
		held[id] = true
	}
	for _, p := range pending {
		if p.ID == "" || !held[p.ID] {
			insist(func() ([]keys.Key, error) { return w.client.RevokeOrphans(w.t.Context(), p) })
		}
		require.NoError(w.t, journal.Settle(w.t.Context(), p))
	}
	w.run(w.t.Context())
	w.check("at the end")
	pending, err = journal.Pending(w.t.Context())
	require.NoError(w.t, err)
	require.Empty(w.t, pending)
	live := 0
	for _, state := range w.mock.Keys() {
		w.ledger["minted"]++
		if state.Revoked {
			w.ledger["revoked"]++
		} else {
			live++
		}
	}
	require.Equal(w.t, len(w.tenants), live, "each tenant has a key in the end")
	w.ledger["stored"] += live
}

// TestKills kills a program at every step: between all that it does, and before and after the effect of each request. What is left is
// checked at once, after a restart, which is killed too, after one that isn't, and at the end.
func TestKills(t *testing.T) {
	t.Parallel()
	lost := keystest.Fault{Operation: "createKey", After: true, Drop: true}
	total := map[string]int{}
	var mu sync.Mutex
	t.Run("group", func(t *testing.T) {
		for name, c := range map[string]struct {
			always bool
			faults []keystest.Fault
			env    []string
		}{
			"no fault":                      {always: true},
			"the response is lost":          {always: true, faults: []keystest.Fault{lost}},
			"the request is lost":           {faults: []keystest.Fault{{Operation: "createKey", Drop: true}}},
			"a proxy gives up":              {faults: []keystest.Fault{{Operation: "createKey", Status: 504}}},
			"it is lost again":              {faults: []keystest.Fault{{Operation: "createKey", After: true, Status: 500}, lost}},
			"orphans can't be listed":       {faults: []keystest.Fault{lost, {Operation: "listKeys", Status: 403}}},
			"the store fails":               {env: []string{"STORE_FAILS=1"}},
			"the store and revocation fail": {always: true, faults: []keystest.Fault{{Operation: "revokeKey", Status: 403}}, env: []string{"STORE_FAILS=1"}},
		} {
			if !c.always && *kills == fewKills {
				continue
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				ledger := map[string]int{}
				once := func(when string, again int, start func(*world)) bool {
					w := newWorld(t, ledger, "acme")
					w.mock.Inject(c.faults...)
					start(w)
					killed := w.wait()
					w.check(when)
					if again > 0 {
						w.start(0, false, fmt.Sprint("KILL_AT=", again))
						w.wait()
						w.check("killed again after " + when)
					}
					w.run(t.Context())
					w.check("restarted after " + when)
					w.settle()
					return killed
				}
				killed := true
				for step := 1; killed; step++ {
					killed = once(fmt.Sprint("step ", step), step%3*(1+step%11), func(w *world) {
						w.start(0, false, append(c.env, fmt.Sprint("KILL_AT=", step))...)
					})
				}
				for _, after := range []bool{false, true} {
					killed = true
					for n := 1; killed; n++ {
						killed = once(fmt.Sprint("request ", n, ", after it: ", after), n%2*(3+n), func(w *world) { w.start(n, after, c.env...) })
					}
				}
				mu.Lock()
				defer mu.Unlock()
				for what, n := range ledger {
					total[what] += n
				}
			})
		}
	})
	t.Log(total)
	assert.Greater(t, total["kills"], 50)
	assert.Equal(t, total["minted"], total["stored"]+total["revoked"])
}

// TestKillsAtRandom kills a program that mints under random faults at random moments, and starts it again each time.
func TestKillsAtRandom(t *testing.T) {
	t.Parallel()
	ledger := map[string]int{}
	for round := range *kills {
		w := newWorld(t, ledger, strings.Fields("a b c d e f g h i j k l")...)
		for range 4 {
			fault := randomFault()
			fault.Operation, fault.Delay = "createKey", 0
			w.mock.Inject(fault)
		}
		w.start(0, false)
		timer := time.NewTimer(rand.N(100 * time.Millisecond))
		<-timer.C
		_ = w.process.Process.Kill()
		w.wait()
		w.check(fmt.Sprint("round ", round))
		w.run(t.Context())
		w.check(fmt.Sprint("restarted in round ", round))
		w.settle()
	}
	t.Log(ledger)
	assert.Equal(t, ledger["minted"], ledger["stored"]+ledger["revoked"])
}
