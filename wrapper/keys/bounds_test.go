package keys_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAKeyOfExactlyTheBound(t *testing.T) {
	t.Parallel()
	for extra, keysRead := range map[int]int{0: 1, 1: 0} {
		element := `{"id":"` + strings.Repeat("x", 63+extra) + `","name":"n","key_prefix":"p"}`
		body := `{"keys":[` + element + `]}`
		for _, transport := range []http.RoundTripper{new(script).then(200, body), byteByByte(200, body)} {
			list, err := newClient(t, transport, keys.WithMaxResponseBytes(100)).List(t.Context())
			assert.Equal(t, keysRead == 1, err == nil, "%d bytes: %v", len(element), err)
			assert.Len(t, list, keysRead)
		}
	}
}

// TestWhatAListHasBesideItsKeysIsBounded: a single token may be no larger than a key, and of many none is kept.
func TestWhatAListHasBesideItsKeysIsBounded(t *testing.T) {
	t.Parallel()
	for name, part := range map[string]string{
		"white space": strings.Repeat(" ", 5<<20), "a string": `"` + strings.Repeat("x", 5<<20), "a name": `{"` + strings.Repeat("x", 5<<20),
		"a number": strings.Repeat("1", 5<<20), "a string deep inside": `[{"a":["` + strings.Repeat("x", 5<<20),
	} {
		for _, body := range []string{`{"x":` + part, `{"keys":[` + part, `{"keys":[],"x":` + part} {
			read := 0
			_, err := newClient(t, roundTrip(func(*http.Request) (*http.Response, error) {
				resp := response(200, "")
				resp.Body = io.NopCloser(counted{strings.NewReader(body), &read})
				return resp, nil
			})).List(t.Context())
			require.ErrorIs(t, err, keys.ErrDecode, name)
			assert.ErrorContains(t, err, "too large", name)
			assert.LessOrEqual(t, read, 1<<20+100, name)
		}
	}
}

// TestNamesThatAreSkippedAreNotKept, however many an unknown object has.
func TestNamesThatAreSkippedAreNotKept(t *testing.T) { //nolint:paralleltest // It measures the process.
	live := func(names int) uint64 {
		body, out := io.Pipe()
		during := make(chan uint64, 1)
		go func() {
			_, _ = io.WriteString(out, `{"x":{"":0`)
			for i := range names {
				_, _ = fmt.Fprintf(out, `,"the name of this member is %d":{"%d":0}`, i, i)
			}
			during <- liveHeap()
			_, _ = io.WriteString(out, `},"keys":[]}`)
			_ = out.Close()
		}()
		_, err := newClient(t, roundTrip(func(*http.Request) (*http.Response, error) {
			resp := response(200, "")
			resp.Body = body
			return resp, nil
		})).List(t.Context())
		require.NoError(t, err)
		return <-during
	}
	few := live(100)
	assert.Less(t, live(50_000), few+1<<20)
}

// TestListsOfAnySizeTakeTheSameMemory compares what is live while All goes through lists that are made as they are read.
func TestListsOfAnySizeTakeTheSameMemory(t *testing.T) { //nolint:paralleltest // It measures the process.
	live := func(n int) uint64 {
		c := newClient(t, roundTrip(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(&listReader{left: n}), Request: r}, nil
		}))
		before, most, seen := liveHeap(), uint64(0), 0
		for _, err := range c.All(t.Context()) {
			require.NoError(t, err)
			if seen++; seen%(n/4) == 0 {
				most = max(most, liveHeap())
			}
		}
		require.Equal(t, n, seen)
		return most - min(most, before)
	}
	few, many := live(1_000), live(*listSize)
	t.Logf("live during a list of 1,000 keys: %d bytes; of %d keys: %d bytes", few, *listSize, many)
	require.Less(t, many, few+2<<20)
}

var listSize = flag.Int("listsize", 50_000, "how many keys TestListsOfAnySizeTakeTheSameMemory lists")

func liveHeap() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// listReader is a list of keys that is made while it is read.
type listReader struct {
	left int
	part bytes.Buffer
	open bool
}

func (l *listReader) Read(p []byte) (int, error) {
	if l.part.Len() == 0 {
		switch {
		case !l.open:
			l.open = true
			l.part.WriteString(`{"keys":[`)
		case l.left > 0:
			_, _ = l.part.WriteString(`{"id":"key_01","name":"ci","key_prefix":"qai_k_4f1c09aa","scope":{"endpoints":["chat"]},"created_at":"2026-09-01T12:34:56Z"}`)
			if l.left--; l.left > 0 {
				l.part.WriteByte(',')
			} else {
				l.part.WriteString("]}")
			}
		default:
			return 0, io.EOF
		}
	}
	return l.part.Read(p)
}
