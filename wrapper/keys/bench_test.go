package keys_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/qaikeys/qaikeys/generated/client"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/require"
)

// directClient is the most direct client that does what keys.Client does for a call: net/http and encoding/json, the
// credential in both headers, no redirect, no rewinding of a mint's body, a timeout, a note of whether a connection was got, a bounded
// body, the status and the request's id looked at.
type directClient struct {
	base string
	http *http.Client
}

var errDirect = errors.New("the gateway refused")

func newDirect(base string, hc *http.Client) *directClient {
	own := *hc
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &directClient{base, &own}
}

// call sends a request and returns its answer's body, to be closed.
func (c *directClient) send(ctx context.Context, method, path string, params any) (*http.Response, context.CancelFunc, error) {
	var body io.Reader
	if params != nil {
		encoded, err := json.Marshal(params)
		if err != nil {
			return nil, nil, err
		}
		body = bytes.NewReader(encoded)
	}
	var connected atomic.Bool
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		cancel()
		return nil, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+credential)
	req.Header.Set("X-API-Key", credential)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "direct")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
		req.GetBody = nil
	}
	resp, err := c.http.Do(req)
	if err != nil {
		cancel()
		return nil, nil, fmt.Errorf("sent: %t: %w", connected.Load(), err)
	}
	if resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close()
		cancel()
		return nil, nil, fmt.Errorf("%w: %s: %s", errDirect, resp.Header.Get("X-Qai-Request-Id"), resp.Status)
	}
	return resp, cancel, nil
}

// do reads an answer into a value.
func (c *directClient) do(ctx context.Context, method, path string, params, into any) error {
	resp, cancel, err := c.send(ctx, method, path, params)
	if err != nil {
		return err
	}
	defer cancel()
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(resp.Body, 10<<20))
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

const (
	benchStatus    = `{"status":"revoked","message":"this key is refused from now on"}`
	benchUsage     = `{"days":[{"day":"2026-09-01","requests":12,"cost_usd":0.75,"input_tokens":5200,"output_tokens":810}],"models":[{"model":"qai-large","requests":12,"cost_usd":0.75}],"total_cost_usd":0.75}`
	benchDevices   = `{"devices":[{"key_id":"key_07","device_id":"device_3f","key_prefix":"qai_k_90be11d2","created_at":"2026-09-01T12:34:56Z"}]}`
	benchEphemeral = `{"token":"qai_e_0c5d41aa77be02c3d1f6a94e02bd5531c8e7906a4fd21b83957ec0aa64d1f20b","expires_at":"2026-09-01T13:34:56Z"}`
)

// benchOperations are the operations, by each of the three clients. The bare one sends a generated call and decodes the response.
var benchOperations = []struct {
	name, body string
	wrapper    func(context.Context, *keys.Client) error
	bare       client.Call
	into       func() any
	direct     func(context.Context, *directClient) error
}{
	{
		"createKey", minted,
		func(ctx context.Context, c *keys.Client) error { _, err := c.Create(ctx, benchCreate); return err },
		client.CreateKeyCall{Body: benchCreate},
		func() any { return new(keys.CreatedKey) },
		func(ctx context.Context, c *directClient) error {
			return c.do(ctx, http.MethodPost, "/qai/v1/keys", benchCreate, new(keys.CreatedKey))
		},
	},
	{
		"listKeys", listed,
		func(ctx context.Context, c *keys.Client) error { _, err := c.List(ctx); return err },
		client.ListKeysCall{},
		func() any { return new(client.KeyList) },
		func(ctx context.Context, c *directClient) error {
			return c.do(ctx, http.MethodGet, "/qai/v1/keys", nil, new(client.KeyList))
		},
	},
	{
		"revokeKey", benchStatus,
		func(ctx context.Context, c *keys.Client) error { _, err := c.Revoke(ctx, "key_01"); return err },
		client.RevokeKeyCall{ID: "key_01"},
		func() any { return new(keys.Status) },
		func(ctx context.Context, c *directClient) error {
			return c.do(ctx, http.MethodDelete, "/qai/v1/keys/"+url.PathEscape("key_01"), nil, new(keys.Status))
		},
	},
	{
		"rotateKey", minted,
		func(ctx context.Context, c *keys.Client) error {
			_, err := c.Rotate(ctx, "key_01", benchRotate)
			return err
		},
		client.RotateKeyCall{ID: "key_01", Body: benchRotate},
		func() any { return new(keys.RotatedKey) },
		func(ctx context.Context, c *directClient) error {
			return c.do(ctx, http.MethodPost, "/qai/v1/keys/"+url.PathEscape("key_01")+"/rotate", benchRotate, new(keys.RotatedKey))
		},
	},
	{
		"getKeyUsage", benchUsage,
		func(ctx context.Context, c *keys.Client) error { _, err := c.Usage(ctx, "key_01"); return err },
		client.GetKeyUsageCall{ID: "key_01"},
		func() any { return new(keys.KeyUsage) },
		func(ctx context.Context, c *directClient) error {
			return c.do(ctx, http.MethodGet, "/qai/v1/keys/"+url.PathEscape("key_01")+"/usage", nil, new(keys.KeyUsage))
		},
	},
	{
		"listDeviceKeys", benchDevices,
		func(ctx context.Context, c *keys.Client) error { _, err := c.ListDevices(ctx); return err },
		client.ListDeviceKeysCall{},
		func() any { return new(client.DeviceKeyList) },
		func(ctx context.Context, c *directClient) error {
			return c.do(ctx, http.MethodGet, "/qai/v1/keys/devices", nil, new(client.DeviceKeyList))
		},
	},
	{
		"createEphemeralKey", benchEphemeral,
		func(ctx context.Context, c *keys.Client) error {
			_, err := c.CreateEphemeral(ctx, keys.EphemeralParams{UserRef: "u"})
			return err
		},
		client.CreateEphemeralKeyCall{Body: keys.EphemeralParams{UserRef: "u"}},
		func() any { return new(keys.EphemeralKey) },
		func(ctx context.Context, c *directClient) error {
			return c.do(ctx, http.MethodPost, "/qai/v1/keys/ephemeral", keys.EphemeralParams{UserRef: "u"}, new(keys.EphemeralKey))
		},
	},
	{
		"createPartnerKey", minted,
		func(ctx context.Context, c *keys.Client) error {
			_, err := c.CreatePartner(ctx, benchPartner)
			return err
		},
		client.CreatePartnerKeyCall{Body: benchPartner},
		func() any { return new(keys.PartnerKey) },
		func(ctx context.Context, c *directClient) error {
			return c.do(ctx, http.MethodPost, "/qai/v1/keys/partner", benchPartner, new(keys.PartnerKey))
		},
	},
}

var (
	benchCreate  = keys.CreateParams{Name: "ci", Endpoints: []string{"chat"}, SpendCapUSD: new(25.0), RateLimit: new(int32(60))}
	benchRotate  = keys.RotateParams{GraceSeconds: 60}
	benchPartner = keys.PartnerParams{PartnerID: "p", PartnerRef: "r"}
)

// inMemory answers every request with body.
func inMemory(body string) http.RoundTripper {
	header := http.Header{"Content-Type": {"application/json"}, "X-Qai-Request-Id": {"req_000001"}}
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			Status: "200 OK", StatusCode: http.StatusOK, Header: header, Body: io.NopCloser(strings.NewReader(body)),
			ContentLength: int64(len(body)), Request: r,
		}, nil
	})
}

// BenchmarkOperation makes each call by the wrapper, by the bare generated client and by the direct client, in memory and over loopback.
func BenchmarkOperation(b *testing.B) {
	for _, op := range benchOperations {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("X-QAI-Request-Id", "req_000001")
			_, _ = io.WriteString(w, op.body)
		}))
		b.Cleanup(server.Close)
		for _, way := range []struct {
			name, base string
			http       *http.Client
		}{{"memory", keys.DefaultBaseURL, &http.Client{Transport: inMemory(op.body)}}, {"loopback", server.URL, server.Client()}} {
			prefix := "op=" + op.name + "/way=" + way.name
			direct := newDirect(way.base, way.http)
			bench(b, prefix+"/client=direct", func(ctx context.Context) error { return op.direct(ctx, direct) })
			wrapper := newClient(b, way.http.Transport, keys.WithBaseURL(way.base))
			bench(b, prefix+"/client=wrapper", func(ctx context.Context) error { return op.wrapper(ctx, wrapper) })
			base, err := url.Parse(way.base)
			require.NoError(b, err)
			bench(b, prefix+"/client=bare", func(ctx context.Context) error {
				req, err := op.bare.NewRequest(ctx, base)
				if err != nil {
					return err
				}
				resp, err := way.http.Do(req)
				if err != nil {
					return err
				}
				defer func() { _ = resp.Body.Close() }()
				return json.NewDecoder(resp.Body).Decode(op.into())
			})
		}
	}
}

func bench(b *testing.B, name string, call func(context.Context) error) {
	b.Helper()
	b.Run(name, func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			require.NoError(b, call(b.Context()))
		}
	})
}

// benchList opens a list of n thousand keys in the form of openapi.yaml, the same thousand again and again, so that a long list takes
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
		require.NoError(b, jsonv2.UnmarshalDecode(dec, &key))
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
		require.NoError(b, err)
		count++
		visit(count)
	}
	return count
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

// BenchmarkMany mints with 64 goroutines over loopback, and counts the connections.
func BenchmarkMany(b *testing.B) {
	const goroutines, mints = 64, 10_000
	for _, name := range []string{"direct", "wrapper"} {
		b.Run("client="+name, func(b *testing.B) {
			var connections atomic.Int64
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				_, _ = io.WriteString(w, minted)
			}))
			server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateNew {
					connections.Add(1)
				}
			}
			server.Start()
			b.Cleanup(server.Close)
			transport := http.DefaultTransport.(*http.Transport).Clone()
			transport.MaxIdleConnsPerHost = 100
			direct := newDirect(server.URL, &http.Client{Transport: transport})
			wrapper, err := keys.New(credential, keys.WithBaseURL(server.URL))
			require.NoError(b, err)
			mint := func() error {
				if name == "direct" {
					return direct.do(b.Context(), http.MethodPost, "/qai/v1/keys", benchCreate, new(keys.CreatedKey))
				}
				_, err := wrapper.Create(b.Context(), benchCreate)
				return err
			}
			for b.Loop() {
				var running sync.WaitGroup
				var left atomic.Int64
				left.Store(mints)
				for range goroutines {
					running.Go(func() {
						for left.Add(-1) >= 0 {
							if err := mint(); err != nil {
								b.Error(err)
								return
							}
						}
					})
				}
				running.Wait()
			}
			b.ReportMetric(mints*float64(b.N)/b.Elapsed().Seconds(), "mints/s")
			b.ReportMetric(float64(connections.Load()), "connections")
		})
	}
}
