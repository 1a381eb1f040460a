package keys_test

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// everyMethod calls each method of a client that makes requests.
var everyMethod = map[string]func(context.Context, *keys.Client, ...keys.CallOption) error{
	"Create": func(ctx context.Context, c *keys.Client, opts ...keys.CallOption) error {
		_, err := c.Create(ctx, keys.CreateParams{Name: "ci"}, opts...)
		return err
	},
	"CreateEphemeral": func(ctx context.Context, c *keys.Client, opts ...keys.CallOption) error {
		_, err := c.CreateEphemeral(ctx, keys.EphemeralParams{}, opts...)
		return err
	},
	"CreatePartner": func(ctx context.Context, c *keys.Client, opts ...keys.CallOption) error {
		_, err := c.CreatePartner(ctx, keys.PartnerParams{PartnerID: "p", PartnerRef: "r"}, opts...)
		return err
	},
	"Rotate": func(ctx context.Context, c *keys.Client, opts ...keys.CallOption) error {
		_, err := c.Rotate(ctx, "key_01", keys.RotateParams{}, opts...)
		return err
	},
	"Revoke": func(ctx context.Context, c *keys.Client, opts ...keys.CallOption) error {
		_, err := c.Revoke(ctx, "key_01", opts...)
		return err
	},
	"Usage": func(ctx context.Context, c *keys.Client, opts ...keys.CallOption) error {
		_, err := c.Usage(ctx, "key_01", opts...)
		return err
	},
	"List": func(ctx context.Context, c *keys.Client, opts ...keys.CallOption) error {
		_, err := c.List(ctx, opts...)
		return err
	},
	"All": func(ctx context.Context, c *keys.Client, opts ...keys.CallOption) error {
		return last(c.All(ctx, opts...))
	},
	"ListDevices": func(ctx context.Context, c *keys.Client, opts ...keys.CallOption) error {
		_, err := c.ListDevices(ctx, opts...)
		return err
	},
	"Find": func(ctx context.Context, c *keys.Client, opts ...keys.CallOption) error {
		_, err := c.Find(ctx, func(keys.Key) bool { return true }, opts...)
		return err
	},
	"ByPrefix": func(ctx context.Context, c *keys.Client, opts ...keys.CallOption) error {
		_, err := c.ByPrefix(ctx, keys.NewSecret(secret), opts...)
		return err
	},
	"Ping": func(ctx context.Context, c *keys.Client, opts ...keys.CallOption) error { return c.Ping(ctx, opts...) },
	"Orphans": func(ctx context.Context, c *keys.Client, opts ...keys.CallOption) error {
		_, err := c.Orphans(ctx, keys.Pending{Operation: "createKey", Name: "ci"}, opts...)
		return err
	},
	"RevokeOrphans": func(ctx context.Context, c *keys.Client, opts ...keys.CallOption) error {
		_, err := c.RevokeOrphans(ctx, keys.Pending{Operation: "createKey", Name: "ci"}, opts...)
		return err
	},
	"Mint": func(ctx context.Context, c *keys.Client, _ ...keys.CallOption) error {
		_, err := c.Mint(ctx, keys.CreateParams{Name: "ci"}, nil, func(context.Context, *keys.CreatedKey) error { return nil })
		return err
	},
	"Recover": func(ctx context.Context, c *keys.Client, _ ...keys.CallOption) error {
		return c.Recover(ctx, keys.FileJournal(filepath.Join(os.TempDir(), "no such journal")))
	},
}

// last returns the last error of a sequence.
func last(all iter.Seq2[keys.Key, error]) (err error) {
	for _, err = range all {
		continue
	}
	return err
}

// everything is a response to any request.
const everything = `{"key":"` + secret + `","token":"` + token + `","details":` + keyA + `,"old_key_id":"key_01","expires_at":"2026-09-01T12:34:56Z",` +
	`"keys":[{"id":"a","name":"n","key_prefix":"qai_k_4f1c09aa"}],"devices":[],"status":"ok","days":[],"models":[],"total_cost_usd":0}`

// TestEveryMethodTakesAnyCaller: a nil context, an unmade client and a nil option end in an error or work.
func TestEveryMethodTakesAnyCaller(t *testing.T) {
	t.Parallel()
	var none context.Context
	for name, call := range everyMethod {
		transport := new(script).then(200, everything)
		client := newClient(t, transport, nil, keys.WithLogger(slog.New(slog.NewTextHandler(t.Output(), nil))))
		require.ErrorIs(t, call(none, client), keys.ErrInvalidArgument, "%s without a context", name)
		for _, unmade := range []*keys.Client{nil, {}} {
			require.ErrorIs(t, call(t.Context(), unmade), keys.ErrInvalidArgument, "%s of an unmade client", name)
		}
		assert.Empty(t, transport.requests, name)
		require.NoError(t, call(t.Context(), client, nil, keys.CaptureMeta(nil), nil), "%s with nil options", name)
	}
	for _, journal := range []keys.Journal{keys.FileJournal(t.TempDir())} {
		p := keys.Pending{Operation: "createKey", Name: "ci"}
		require.ErrorIs(t, journal.Begin(none, p), keys.ErrInvalidArgument)
		require.ErrorIs(t, journal.Settle(none, p), keys.ErrInvalidArgument)
		_, err := journal.Pending(none)
		require.ErrorIs(t, err, keys.ErrInvalidArgument)
	}
}

// TestOptionsAtTheEndsOfTheirRanges: a client with such an option works, and loses no secret.
func TestOptionsAtTheEndsOfTheirRanges(t *testing.T) {
	t.Parallel()
	const forever = time.Duration(math.MaxInt64)
	long := strings.Repeat("x", 1<<20)
	for name, c := range map[string]struct {
		opt     keys.Option
		refused bool
	}{
		"nil":                           {nil, false},
		"the largest response":          {keys.WithMaxResponseBytes(math.MaxInt64), false},
		"nearly the largest response":   {keys.WithMaxResponseBytes(math.MaxInt64 - 1), false},
		"the smallest response":         {keys.WithMaxResponseBytes(math.MinInt64), true},
		"the longest timeout":           {keys.WithTimeout(forever), false},
		"no timeout":                    {keys.WithTimeout(0), false},
		"the least timeout":             {keys.WithTimeout(math.MinInt64), true},
		"the most retries":              {keys.WithRetry(keys.RetryPolicy{MaxRetries: math.MaxInt, BaseDelay: 1, MaxDelay: 1}), false},
		"the longest delays":            {keys.WithRetry(keys.RetryPolicy{MaxRetries: 2, BaseDelay: forever, MaxDelay: forever}), false},
		"the longest base delay":        {keys.WithRetry(keys.RetryPolicy{MaxRetries: 2, BaseDelay: forever}), false},
		"the longest delay":             {keys.WithRetry(keys.RetryPolicy{MaxRetries: 2, MaxDelay: forever}), false},
		"a base beyond the longest":     {keys.WithRetry(keys.RetryPolicy{MaxRetries: 2, BaseDelay: time.Hour, MaxDelay: 1}), false},
		"the least delay":               {keys.WithRetry(keys.RetryPolicy{BaseDelay: math.MinInt64}), true},
		"a long header":                 {keys.WithHeader("X-Team", long), false},
		"a long header's name":          {keys.WithHeader(long, "x"), false},
		"a long header's name, refused": {keys.WithHeader(long+" ", "x"), true},
		"a long app":                    {keys.WithApp(long), false},
		"a long user agent":             {keys.WithUserAgent(long), false},
		"a long base URL":               {keys.WithBaseURL("https://h/" + long), false},
		"an HTTP client's zero value":   {keys.WithHTTPClient(new(http.Client)), false},
		"a logger's zero value":         {keys.WithLogger(new(slog.Logger)), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				transport := new(script).then(429, "").then(200, minted)
				if c.refused || strings.HasPrefix(name, "an HTTP client") {
					_, err := keys.New(credential, c.opt)
					require.Equal(t, c.refused, err != nil)
					if c.refused {
						require.ErrorIs(t, err, keys.ErrInvalidArgument)
						assert.Less(t, len(err.Error()), 4000)
					}
					return
				}
				created, err := newClient(t, transport, c.opt).Create(t.Context(), keys.CreateParams{Name: "ci"})
				require.NoError(t, err)
				assert.Equal(t, secret, created.Key.Reveal())
				assert.Len(t, transport.requests, 2)
			})
		})
	}
}

// TestArgumentsAtTheEndsOfTheirRanges are sent as they are, and no error about them is an unbounded text.
func TestArgumentsAtTheEndsOfTheirRanges(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1<<20)
	for name, call := range map[string]func(*keys.Client) error{
		"a long name": func(c *keys.Client) error { _, err := c.Create(t.Context(), keys.CreateParams{Name: long}); return err },
		"a long id":   func(c *keys.Client) error { _, err := c.Revoke(t.Context(), long); return err },
		"a long endpoint": func(c *keys.Client) error {
			_, err := c.Create(t.Context(), keys.CreateParams{Name: "n", Endpoints: []string{long}})
			return err
		},
		"a huge cap": func(c *keys.Client) error {
			_, err := c.Create(t.Context(), keys.CreateParams{Name: "n", SpendCapUSD: new(math.MaxFloat64), RateLimit: new(int32(math.MinInt32))})
			return err
		},
		"a tiny time to live": func(c *keys.Client) error {
			_, err := c.CreateEphemeral(t.Context(), keys.EphemeralParams{TTL: new(math.MinInt)})
			return err
		},
		"the longest grace": func(c *keys.Client) error {
			_, err := c.Rotate(t.Context(), "k", keys.Grace(math.MaxInt64))
			return err
		},
		"no grace": func(c *keys.Client) error {
			_, err := c.Rotate(t.Context(), "k", keys.Grace(math.MinInt64))
			return err
		},
		"negative grace": func(c *keys.Client) error {
			_, err := c.Rotate(t.Context(), "k", keys.RotateParams{GraceSeconds: math.MinInt64})
			return err
		},
		"a long secret": func(c *keys.Client) error { _, err := c.ByPrefix(t.Context(), keys.NewSecret(secret+long)); return err },
	} {
		transport := new(script).then(200, everything)
		require.NoError(t, call(newClient(t, transport)), name)
		assert.Len(t, transport.requests, 1, name)
	}
	for name, started := range map[string]time.Time{
		"never": {}, "before the calendar": time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC), "after JSON's": time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC),
		"at the end of Unix time": time.Unix(math.MaxInt64, 0), "at its start": time.Unix(math.MinInt64, 0),
	} {
		for _, date := range []string{"", "Date: Fri, 31 Dec 9999 23:59:59 GMT", "Date: Mon, 01 Jan 0001 00:00:00 GMT", "Date: " + long} {
			for _, p := range []keys.Pending{
				{Operation: "createKey", Name: "n", Started: started}, {Operation: "rotateKey", ID: "a", Started: started}, {Operation: long, Name: long, Started: started},
			} {
				client := newClient(t, new(script).then(200, `{"keys":[`+keyA+`]}`, date))
				orphans, err := client.Orphans(t.Context(), p)
				require.NoError(t, err, name)
				assert.Equal(t, p.Name == "n", len(orphans) == 1, name)
			}
		}
		for _, key := range []keys.Key{{}, {CreatedAt: started}} {
			assert.GreaterOrEqual(t, keys.Age(key, time.Now()), time.Duration(0), name)
			assert.GreaterOrEqual(t, keys.Age(key, started), time.Duration(0), name)
			assert.True(t, keys.Live(key, started), name)
		}
		p := keys.Pending{Operation: "createKey", Name: "n", Started: started}
		journal := keys.FileJournal(t.TempDir())
		if err := journal.Begin(t.Context(), p); err != nil {
			require.ErrorIs(t, err, keys.ErrInvalidArgument, name)
		} else {
			require.NoError(t, journal.Settle(t.Context(), p), name)
		}
		pending, err := journal.Pending(t.Context())
		require.NoError(t, err, name)
		assert.Empty(t, pending, name)
	}
	assert.NotPanics(t, func() {
		_ = keys.Scope{SpendCapUSD: new(math.NaN()), Endpoints: []string{"\xff"}}.String()
		_, _ = keys.ScopeOf(keys.Key{Scope: keys.JSON("{")})
	})
}

// TestJournalsWithOddNames take what is no file's name for a Pending's, and refuse what is no directory's.
func TestJournalsWithOddNames(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	long := strings.Repeat("x", 1<<20)
	for _, name := range []string{"n", "../n", "/", "n\x00", "\u202e", long} {
		journal := keys.FileJournal(filepath.Join(t.TempDir(), "a", "b c"))
		p := keys.Pending{Operation: "createKey", Name: name, ID: name}
		require.NoError(t, journal.Begin(t.Context(), p))
		pending, err := journal.Pending(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []keys.Pending{p}, pending)
		require.NoError(t, journal.Settle(t.Context(), p))
	}
	invalid := keys.Pending{Operation: "createKey", Name: "\xff"}
	require.ErrorIs(t, keys.FileJournal(t.TempDir()).Begin(t.Context(), invalid), keys.ErrInvalidArgument)
	for dir, refused := range map[string]bool{"": true, file: false, "\x00": false, filepath.Join(file, "below"): false, filepath.Join(t.TempDir(), long): false} {
		journal := keys.FileJournal(dir)
		p := keys.Pending{Operation: "createKey", Name: "ci"}
		transport := new(script).then(200, minted)
		_, err := newClient(t, transport).Mint(t.Context(), keys.CreateParams{Name: "ci"}, journal, func(context.Context, *keys.CreatedKey) error { return nil })
		require.Error(t, err, dir)
		assert.Empty(t, transport.requests)
		_, pendingErr := journal.Pending(t.Context())
		for does, err := range map[string]error{"mints": err, "begins": journal.Begin(t.Context(), p), "reads": pendingErr} {
			require.Error(t, err, does)
			assert.Equal(t, refused, errors.Is(err, keys.ErrInvalidArgument), "%q %s: %v", dir[:min(len(dir), 20)], does, err)
		}
	}
	require.ErrorIs(t, keys.FileJournal("").Settle(t.Context(), keys.Pending{Operation: "createKey", Name: "ci"}), keys.ErrInvalidArgument)
}
