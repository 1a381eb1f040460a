package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// account is a mock with a key for each finding; its clock began long ago.
func account(t *testing.T) *keystest.Server {
	t.Helper()
	now := time.Now().Add(-100 * 24 * time.Hour)
	mock := keystest.NewServer(t, keystest.WithClock(func() time.Time { return now }))
	for _, params := range []keys.CreateParams{
		{Name: "old"}, {Name: "fresh"}, {Name: "capped", SpendCapUSD: new(10.0)}, {Name: "never\x1b[2J"}, {Name: "gone"}, {Name: "old"},
	} {
		_, err := mock.Client().Create(t.Context(), params)
		require.NoError(t, err)
	}
	require.NoError(t, mock.Use("key_01", 25_000_000_000))
	require.NoError(t, mock.Use("key_06", 5_000_000_000))
	now = time.Now()
	require.NoError(t, mock.Use("key_02", 10_000_000_000))
	require.NoError(t, mock.Use("key_03", 95_000_000_000))
	_, err := mock.Client().Revoke(t.Context(), "key_05")
	require.NoError(t, err)
	return mock
}

func TestTheTable(t *testing.T) {
	mock := account(t)
	t.Setenv("QAI_BASE_URL", mock.URL)
	t.Setenv("QAI_API_KEY", mock.APIKey)
	var stdout, stderr strings.Builder
	require.Zero(t, run(t.Context(), nil, &stdout, &stderr), stderr.String())
	table := stdout.String()
	for id, finding := range map[string]string{"key_01": "unused", "key_03": "near its cap", "key_04": "never used", "key_05": "revoked", "key_06": "unused"} {
		assert.Regexp(t, `(?m)^`+id+` .* `+finding+`$`, table)
	}
	assert.NotContains(t, table, "key_02")
	assert.NotContains(t, table, "\x1b")
	assert.Contains(t, table, "6 keys, 13.50 USD spent; 1 near its cap; 1 never used; 1 revoked; 2 unused")
	assert.Regexp(t, `old +3\.00`, table)
	assert.Regexp(t, `capped +9\.50`, table)

	stdout.Reset()
	require.Zero(t, run(t.Context(), []string{"-all"}, &stdout, &stderr))
	assert.Contains(t, stdout.String(), "key_02")
}

func TestJSON(t *testing.T) {
	mock := account(t)
	t.Setenv("QAI_BASE_URL", mock.URL)
	t.Setenv("QAI_API_KEY", mock.APIKey)
	var stdout, stderr strings.Builder
	require.Zero(t, run(t.Context(), []string{"-json", "-unused-days", "1000"}, &stdout, &stderr))
	var lines []map[string]json.RawMessage
	dec := json.NewDecoder(strings.NewReader(stdout.String()))
	for dec.More() {
		var object map[string]json.RawMessage
		require.NoError(t, dec.Decode(&object))
		lines = append(lines, object)
	}
	require.Len(t, lines, 4)
	var sum summary
	require.NoError(t, json.Unmarshal(lines[3]["summary"], &sum))
	assert.Equal(t, 6, sum.Keys)
	assert.Equal(t, map[string]int{"near its cap": 1, "never used": 1, "revoked": 1}, sum.Findings)
	assert.InDelta(t, 3.0, sum.SpentByName["old"], 1e-9)
}

func TestFailures(t *testing.T) {
	mock := account(t)
	t.Setenv("QAI_BASE_URL", mock.URL)
	t.Setenv("QAI_API_KEY", mock.APIKey)
	mock.Inject(keystest.Fault{Body: `{"keys":[{"id":"a","name":"n","key_prefix":"p"},{"id":7}]}`})
	var stdout, stderr strings.Builder
	assert.Equal(t, 1, run(t.Context(), nil, &stdout, &stderr))
	assert.Contains(t, stderr.String(), "incomplete")
	assert.Contains(t, stdout.String(), "1 keys")
	assert.Equal(t, 2, run(t.Context(), []string{"-nonsense"}, &stdout, &stderr))
	t.Setenv("QAI_API_KEY", "")
	assert.Equal(t, 2, run(t.Context(), nil, &stdout, &stderr))
}

// TestMemoryDoesNotGrowWithTheAccount compares what is live during lists of 1,000 and 50,000 keys of as many names.
func TestMemoryDoesNotGrowWithTheAccount(t *testing.T) { // It measures the process.
	live := func(count int) uint64 {
		client, err := keys.New("qai_account", keys.WithHTTPClient(&http.Client{Transport: gateway(count)}))
		require.NoError(t, err)
		var peak uint64
		a := audit{all: true, unusedDays: 90, nearCap: 0.9}
		require.NoError(t, a.run(t.Context(), client, &watching{printer: &table{io.Discard}, every: count / 10, peak: &peak}))
		return peak
	}
	small, large := live(1_000), live(50_000)
	t.Logf("live during a list of 1,000 keys: %d bytes; of 50,000 keys: %d bytes", small, large)
	assert.Less(t, large, small+1<<20)
}

// gateway responds with a list of this many keys, written no faster than it is read.
type gateway int

func (g gateway) RoundTrip(r *http.Request) (*http.Response, error) {
	body, w := io.Pipe()
	go func() {
		_, _ = io.WriteString(w, `{"keys":[`)
		for i := range int(g) {
			_, _ = fmt.Fprintf(w, `{"id":"key_%d","name":"name %d","key_prefix":"p","spent_ticks":5},`, i, i)
		}
		_, _ = io.WriteString(w, `{"id":"last","name":"last","key_prefix":"p"}]}`)
		_ = w.Close()
	}()
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: body, Request: r}, nil
}

// watching measures memory now and then.
type watching struct {
	printer

	seen, every int
	peak        *uint64
}

func (w *watching) key(l line) {
	if w.seen++; w.seen%w.every == 0 {
		*w.peak = max(*w.peak, heap())
	}
	w.printer.key(l)
}

func heap() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
