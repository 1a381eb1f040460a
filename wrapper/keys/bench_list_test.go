package keys_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/qaikeys/qaikeys/generated/client"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/require"
)

// benchList opens a list of n thousand keys as the gateway sends it, the same thousand again and again, so that a long list takes
// no more of the heap than a short one, and size is how long it is.
func benchList(n int) (open func() io.Reader, size int) {
	var thousand bytes.Buffer
	for i := range 1_000 {
		fmt.Fprintf(&thousand, `,{"id":"key_%07d","name":"key number %d","key_prefix":"qai_k_%08x","scope":{"endpoints":["chat"]},"spent_ticks":%d,"revoked":false,"created_at":"2026-09-01T12:34:56Z","last_used":"2026-09-02T01:02:03.456Z"}`,
			i, i, i, i*1000)
	}
	const before, after = `{"keys":[`, "]}\n"
	return func() io.Reader {
		parts := make([]io.Reader, 0, n+2)
		parts = append(parts, strings.NewReader(before), bytes.NewReader(thousand.Bytes()[1:]))
		for range n - 1 {
			parts = append(parts, bytes.NewReader(thousand.Bytes()))
		}
		return io.MultiReader(append(parts, strings.NewReader(after))...)
	}, len(before) + n*thousand.Len() - 1 + len(after)
}

// listClient returns a client of a gateway in memory, whose list open opens.
func listClient(b *testing.B, open func() io.Reader) *keys.Client {
	b.Helper()
	return newClient(b, roundTrip(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(open()), Request: r}, nil
	}))
}

// BenchmarkList reads lists by All, by encoding/json at once into the same types, and by a plain loop of jsontext.
func BenchmarkList(b *testing.B) {
	for _, n := range []int{1_000, 1_000_000} {
		open, size := benchList(n / 1_000)
		c := listClient(b, open)
		list := func(client string, read func(*testing.B) int) {
			b.Run(fmt.Sprintf("keys=%d/client=%s", n, client), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(size))
				for b.Loop() {
					require.Equal(b, n, read(b))
				}
				b.ReportMetric(float64(size)*float64(b.N)/1e6/b.Elapsed().Seconds(), "megabytes/s")
			})
		}
		list("json", func(b *testing.B) int {
			b.Helper()
			var all client.KeyList
			require.NoError(b, json.NewDecoder(open()).Decode(&all))
			return len(all.Keys)
		})
		list("jsontext", func(b *testing.B) int {
			b.Helper()
			return decodeKeys(b, open())
		})
		list("wrapper", func(b *testing.B) int {
			b.Helper()
			return countKeys(b, c, func(int) {})
		})
	}
}

// decodeKeys goes through a list with nothing but a decoder.
func decodeKeys(b *testing.B, body io.Reader) (count int) {
	b.Helper()
	dec := jsontext.NewDecoder(body)
	for range 3 { // {"keys":[
		_, err := dec.ReadToken()
		require.NoError(b, err)
	}
	for dec.PeekKind() != jsontext.KindEndArray {
		var key keys.Key
		if err := jsonv2.UnmarshalDecode(dec, &key); err != nil {
			b.Fatal(err)
		}
		count++
	}
	return count
}

// BenchmarkLongList compares the time that a key of a million takes with that of a key of a thousand, by turns: after each 20,000 of
// a long list there are twenty short ones.
func BenchmarkLongList(b *testing.B) {
	openLong, _ := benchList(1_000)
	openShort, _ := benchList(1)
	long, short := listClient(b, openLong), listClient(b, openShort)
	var inLong, inShort time.Duration
	for b.Loop() {
		start := time.Now()
		countKeys(b, long, func(seen int) {
			if seen%20_000 != 0 {
				return
			}
			inLong += time.Since(start)
			start = time.Now()
			for range 20 {
				countKeys(b, short, func(int) {})
			}
			inShort += time.Since(start)
			start = time.Now()
		})
	}
	b.ReportMetric(inLong.Seconds()/inShort.Seconds(), "long/short")
}

// countKeys goes through a list.
func countKeys(b *testing.B, c *keys.Client, visit func(seen int)) (count int) {
	b.Helper()
	for _, err := range c.All(b.Context()) {
		if err != nil { // Testify's require would take a tenth of the time.
			b.Fatal(err)
		}
		count++
		visit(count)
	}
	return count
}
