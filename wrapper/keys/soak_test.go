package keys_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var soak = flag.Duration("soak", 0, "how long TestSoak runs; the default is a single round")

const (
	soakers       = 16
	mintsOfSoaker = 25 // In a round.
)

// ledger accounts for every mint of a round.
type ledger struct {
	mu      sync.Mutex
	held    map[string]bool // By key prefix: keys whose secret a caller holds.
	orphans map[string]bool // By key prefix: keys that Orphans named.
	unknown []*keys.OutcomeUnknownError
	counts  map[string]int
}

func (l *ledger) note(what string, in map[string]bool, prefixes ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts[what]++
	for _, prefix := range prefixes {
		in[prefix] = true
	}
}

// TestSoak has 16 goroutines mint, list and revoke through one client against a mock with random faults. After each round
// the ledger must balance: the mock's live keys are those that a caller holds and those that Orphans named. At the end
// memory, goroutines and connections are what they were after the first round.
func TestSoak(t *testing.T) { //nolint:paralleltest // It measures the process.
	mock := keystest.NewHandler()
	var atWork, open atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		atWork.Add(1)
		defer atWork.Add(-1)
		mock.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	transport := &http.Transport{MaxIdleConnsPerHost: soakers, DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		open.Add(1)
		return &countedConn{Conn: conn, open: &open}, nil
	}}
	t.Cleanup(transport.CloseIdleConnections)
	client, err := keys.New(mock.APIKey, keys.WithBaseURL(server.URL), keys.WithHTTPClient(&http.Client{Transport: transport}),
		keys.WithTimeout(200*time.Millisecond), keys.WithRetry(keys.RetryPolicy{MaxRetries: 4, BaseDelay: time.Millisecond, MaxDelay: 4 * time.Millisecond}))
	require.NoError(t, err)

	total := map[string]int{}
	var first, last usage
	start := time.Now()
	for round := 0; round == 0 || time.Since(start) < *soak; round++ {
		mock.Reset() // The faults that are left, too.
		book := &ledger{held: map[string]bool{}, orphans: map[string]bool{}, counts: map[string]int{}}
		var wg sync.WaitGroup
		for soaker := range soakers {
			wg.Go(func() { soakOnce(t.Context(), mock, client, book, fmt.Sprintf("round %d soaker %d", round, soaker)) })
		}
		wg.Wait()
		// A mint that the client gave up may take effect after Orphans looked for it, so they look again once the mock rests.
		require.Eventually(t, func() bool { return atWork.Load() == 0 }, 10*time.Second, time.Millisecond, "the mock rests")
		for _, unknown := range book.unknown {
			nameOrphans(t.Context(), client, book, unknown)
		}

		live := 0
		for _, state := range mock.Keys() {
			if state.Revoked {
				continue
			}
			live++
			assert.True(t, book.held[state.KeyPrefix] || book.orphans[state.KeyPrefix], "%s is neither held nor named", state.Name)
			assert.False(t, book.held[state.KeyPrefix] && book.orphans[state.KeyPrefix], "%s is both", state.Name)
		}
		require.Equal(t, live, len(book.held)+len(book.orphans), "live keys = held + orphans")
		for what, count := range book.counts {
			total[what] += count
		}
		total["rounds"]++
		total["live keys"] += live
		total["held"] += len(book.held)
		total["orphans"] += len(book.orphans)
		transport.CloseIdleConnections()
		require.Eventually(t, func() bool { return open.Load() == 0 }, 10*time.Second, time.Millisecond, "connections that are still open")
		if last = measure(); round == 0 {
			first = last
		}
	}
	t.Logf("%v", total)
	t.Logf("after the first round: %+v; at the end: %+v", first, last)
	assert.LessOrEqual(t, last.heap, first.heap+2<<20, "memory in bytes")
	assert.LessOrEqual(t, last.goroutines, first.goroutines+soakers, "goroutines")
	assert.Positive(t, total["outcome unknown"])
	assert.Positive(t, total["minted"])
}

// countedConn counts itself while it is open.
type countedConn struct {
	net.Conn

	open *atomic.Int64
	once sync.Once
}

func (c *countedConn) Close() error {
	c.once.Do(func() { c.open.Add(-1) })
	return c.Conn.Close()
}

// usage is what the process uses.
type usage struct {
	heap       uint64 // In bytes.
	goroutines int
}

func measure() usage {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return usage{stats.HeapAlloc, runtime.NumGoroutine()}
}

// soakOnce mints keys, each with its own name, and handles every outcome.
func soakOnce(ctx context.Context, mock *keystest.Handler, client *keys.Client, book *ledger, soaker string) {
	for n := range mintsOfSoaker {
		mock.Inject(randomFault())
		created, err := client.Create(ctx, keys.CreateParams{Name: fmt.Sprintf("%s mint %d", soaker, n)})
		var (
			unknown   *keys.OutcomeUnknownError
			decodeErr *keys.DecodeError
		)
		switch {
		case err == nil:
			book.note("minted", book.held, created.Key.Reveal()[:14])
		case errors.As(err, &unknown):
			book.note("outcome unknown", nil)
			book.mu.Lock()
			book.unknown = append(book.unknown, unknown)
			book.mu.Unlock()
			nameOrphans(ctx, client, book, unknown)
		case errors.As(err, &decodeErr) && decodeErr.Created != nil:
			book.note("salvaged", book.held, decodeErr.Created.Key.Reveal()[:14])
		default:
			book.note("refused", nil)
		}
		if err == nil && n%3 == 0 { // A revoked key is neither live nor held.
			insist(func() (*keys.Status, error) { return client.Revoke(ctx, created.Details.ID) })
			book.mu.Lock()
			delete(book.held, created.Key.Reveal()[:14])
			book.mu.Unlock()
		}
	}
}

func nameOrphans(ctx context.Context, client *keys.Client, book *ledger, unknown *keys.OutcomeUnknownError) {
	for _, orphan := range insist(func() ([]keys.Key, error) { return client.Orphans(ctx, unknown.Pending) }) {
		book.note("orphans named", book.orphans, orphan.KeyPrefix)
	}
}

// insist calls until there is no error: the faults run out.
func insist[T any](call func() (T, error)) T {
	for {
		if value, err := call(); err == nil {
			return value
		}
	}
}

// randomFault is a fault that any request may meet.
func randomFault() keystest.Fault {
	later := rand.N(2) == 0
	switch rand.N(8) {
	case 0:
		return keystest.Fault{Drop: true, After: later}
	case 1:
		return keystest.Fault{Status: 500 + rand.N(5), After: later}
	case 2:
		return keystest.Fault{Status: 429} // Says that nothing was done, so never after it was.
	case 3:
		// Not 404: by the API's word it says that a key is gone, and Revoke believes it after a lost connection.
		return keystest.Fault{Status: []int{400, 401, 402, 403, 405, 408, 409, 422}[rand.N(8)]}
	case 4:
		return keystest.Fault{Truncate: 1 + rand.N(250)}
	case 5:
		return keystest.Fault{Body: "<html>", After: later}
	case 6:
		return keystest.Fault{Delay: 300 * time.Millisecond, After: later}
	}
	return keystest.Fault{Header: http.Header{"Content-Type": {"text/html"}, "X-Qai-Cost-Ticks": {"x"}}}
}
