package keys_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/generated/client"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/require"
)

// directClient is the most direct client that does what keys.Client does for a call: net/http and encoding/json, the
// credential in both headers, no redirect, no rewinding of a mint's body, a connection of its own for a mint of a lasting key, a timeout, a
// note of whether the request was sent, a bounded body, the status and the request's id looked at.
type directClient struct {
	base string
	http *http.Client
}

// note is a request's body and notes what tells whether it was sent.
type note struct {
	io.ReadCloser

	sought, got, read atomic.Bool
}

func (n *note) Read(p []byte) (int, error) {
	n.read.Store(true)
	return n.ReadCloser.Read(p)
}

var errDirect = errors.New("the gateway refused")

func newDirect(base string, hc *http.Client) *directClient {
	own := *hc
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &directClient{base, &own}
}

// send sends a request and returns its response, whose body is to be closed.
func (c *directClient) send(ctx context.Context, method, path string, params any) (*http.Response, context.CancelFunc, error) {
	var body io.Reader
	if params != nil {
		encoded, err := json.Marshal(params)
		if err != nil {
			return nil, nil, err
		}
		body = bytes.NewReader(encoded)
	}
	note := new(note)
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { note.sought.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { note.got.Store(true) },
		TLSHandshakeDone: func(state tls.ConnectionState, _ error) {
			if state.NegotiatedProtocol != "" {
				note.got.Store(true)
			}
		},
	})
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
		req.Header.Set("Accept-Encoding", "identity")
		req.GetBody = nil
		note.ReadCloser, req.Body = req.Body, note
		req.Close = !strings.HasSuffix(path, "/ephemeral")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		cancel()
		return nil, nil, fmt.Errorf("not sent: %t: %w", note.sought.Load() && !note.got.Load() && !note.read.Load(), err)
	}
	if resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close()
		cancel()
		return nil, nil, fmt.Errorf("%w: %s: %s", errDirect, resp.Header.Get("X-Qai-Request-Id"), resp.Status)
	}
	return resp, cancel, nil
}

// do makes a call and decodes its response.
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
	benchEphemeral = `{"token":"` + token + `","expires_at":"2026-09-01T13:34:56Z"}`
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

// inMemory is a transport that responds to every request with body.
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

// BenchmarkMany mints ephemeral tokens with 64 goroutines over loopback, and counts the connections.
func BenchmarkMany(b *testing.B) {
	const goroutines, mints = 64, 10_000
	for _, name := range []string{"direct", "wrapper"} {
		b.Run("client="+name, func(b *testing.B) {
			var connections atomic.Int64
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				_, _ = io.WriteString(w, benchEphemeral)
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
			params := keys.EphemeralParams{UserRef: "u"}
			mint := func() error {
				if name == "direct" {
					return direct.do(b.Context(), http.MethodPost, "/qai/v1/keys/ephemeral", params, new(keys.EphemeralKey))
				}
				_, err := wrapper.CreateEphemeral(b.Context(), params)
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
