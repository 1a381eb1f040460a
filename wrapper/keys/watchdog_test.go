package keys_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAStalledServer lets a server hang at each stage; the client's timeout is for progress.
func TestAStalledServer(t *testing.T) {
	t.Parallel()
	stall := func(r *http.Request) { <-r.Context().Done() }
	t.Run("before the headers", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			client, _ := serve(t, func(_ http.ResponseWriter, r *http.Request) { stall(r) })
			start := time.Now()
			err := create(t.Context(), client)
			require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.ErrorContains(t, err, "no progress")
			assert.Equal(t, 60*time.Second, time.Since(start))
		})
	})
	t.Run("in the body", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.WriteString(w, minted[:100])
				_ = http.NewResponseController(w).Flush()
				stall(r)
			}, keys.WithTimeout(7*time.Second))
			start := time.Now()
			err := create(t.Context(), client)
			var decodeErr *keys.DecodeError
			require.ErrorAs(t, err, &decodeErr)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Equal(t, secret, decodeErr.Created.Key.Reveal())
			assert.Equal(t, 7*time.Second, time.Since(start))
		})
	})
	t.Run("idempotent operations try again", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			tries := 0
			client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if tries++; tries == 1 {
					stall(r)
				}
				_, _ = io.WriteString(w, listed)
			})
			require.NoError(t, list(t.Context(), client))
			assert.Equal(t, 2, tries)
		})
	})
	t.Run("not while there is progress, however slow", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			client, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				for _, part := range strings.SplitAfter(listed, ",") {
					<-time.After(50 * time.Second) // Virtual.
					_, _ = io.WriteString(w, part)
					_ = http.NewResponseController(w).Flush()
				}
			})
			require.NoError(t, list(t.Context(), client))
		})
	})
	t.Run("not while the caller takes its time", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			client, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				_, _ = io.WriteString(w, `{"keys":[`+keyA+strings.Repeat(`,`+keyB, 10_000)+`]}`)
			})
			count := 0
			for _, err := range client.All(t.Context()) {
				require.NoError(t, err)
				if count++; count < 5 {
					<-time.After(time.Hour) // Virtual.
				}
			}
			assert.Equal(t, 10_001, count)
		})
	})
	t.Run("for ever, with a timeout of zero", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			client, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				<-time.After(24 * time.Hour) // Virtual.
				_, _ = io.WriteString(w, listed)
			}, keys.WithTimeout(0))
			require.NoError(t, list(t.Context(), client))
		})
	})
}

// idle is a body that never has anything to read, and never says so.
type idle struct{ read func() }

func (b idle) Read([]byte) (int, error) {
	b.read()
	return 0, nil
}

// TestABodyThatReadsNothing ends the call, whether or not it has a timeout.
func TestABodyThatReadsNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body string
		err  error // Nil where the mint succeeds.
	}{
		"from the start":    {"", keys.ErrOutcomeUnknown},
		"before the secret": {minted[:30], keys.ErrOutcomeUnknown},
		"behind the secret": {minted, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hang := roundTrip(func(*http.Request) (*http.Response, error) {
				resp := response(200, "")
				resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(c.body), idle{func() {}}))
				return resp, nil
			})
			var meta keys.Meta
			_, err := newClient(t, hang, keys.WithTimeout(0)).Create(t.Context(), keys.CreateParams{Name: "ci"}, keys.CaptureMeta(&meta))
			if c.err == nil {
				require.NoError(t, err)
				require.ErrorIs(t, meta.Malformed, io.ErrNoProgress)
				return
			}
			require.ErrorIs(t, err, c.err)
			require.ErrorIs(t, err, io.ErrNoProgress)
		})
	}
	t.Run("slowly", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			err := create(t.Context(), newClient(t, roundTrip(func(*http.Request) (*http.Response, error) {
				resp := response(200, "")
				resp.Body = io.NopCloser(idle{func() { <-time.After(7 * time.Second) }}) // Virtual.
				return resp, nil
			})))
			require.ErrorIs(t, err, keys.ErrOutcomeUnknown)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Equal(t, 63*time.Second, time.Since(start), "the end of the read in which the timeout came")
		})
	})
	t.Run("a few times", func(t *testing.T) {
		t.Parallel()
		reads := 0
		require.NoError(t, create(t.Context(), newClient(t, roundTrip(func(*http.Request) (*http.Response, error) {
			resp := response(200, "")
			resp.Body = io.NopCloser(sometimes{strings.NewReader(minted), &reads})
			return resp, nil
		}))))
		assert.Greater(t, reads, 10)
	})
}

// sometimes is a body of which every other read has a byte.
type sometimes struct {
	io.Reader

	reads *int
}

func (b sometimes) Read(p []byte) (int, error) {
	if *b.reads++; *b.reads%2 == 1 {
		return 0, nil
	}
	return b.Reader.Read(p[:1])
}

func TestAStallIsATimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, err := newClient(t, roundTrip(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}), keys.WithTimeout(time.Second), keys.WithRetry(keys.RetryPolicy{})).List(t.Context())
		require.ErrorIs(t, err, context.DeadlineExceeded)
		var timeout net.Error
		require.ErrorAs(t, err, &timeout)
		assert.True(t, timeout.Timeout())
	})
}

// TestCancellation ends the caller's context at each stage of a mint.
func TestCancellation(t *testing.T) {
	t.Parallel()
	cause := errors.New("the pod is shutting down")
	for name, c := range map[string]struct {
		after   time.Duration
		handler http.HandlerFunc
		unknown bool
		salvage bool
	}{
		"before it began":    {0, nil, false, false},
		"before the headers": {time.Second, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, true, false},
		"in the body, before the secret": {time.Second, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, `{`)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, true, false},
		"in the body, after the secret": {time.Second, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, minted[:90])
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				requests := 0
				client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { requests++; c.handler(w, r) })
				ctx, cancel := context.WithCancelCause(t.Context())
				if c.after == 0 {
					cancel(cause)
				} else {
					time.AfterFunc(c.after, func() { cancel(cause) })
				}
				err := create(ctx, client)
				require.ErrorIs(t, err, context.Canceled)
				require.ErrorIs(t, err, cause)
				assert.Equal(t, c.unknown, errors.Is(err, keys.ErrOutcomeUnknown))
				var decodeErr *keys.DecodeError
				if c.salvage {
					require.ErrorAs(t, err, &decodeErr)
					assert.Equal(t, secret, decodeErr.Created.Key.Reveal())
				}
				if c.after == 0 {
					assert.Zero(t, requests)
				}
			})
		})
	}
}

// foreign is a context of a type that package context doesn't know: each that is derived from it has a goroutine until it is cancelled.
type foreign struct {
	context.Context //nolint:containedctx // It is one.

	done chan struct{}
}

func (f foreign) Done() <-chan struct{} { return f.done }

// TestNothingIsLeftOfACall: the bubble fails where a goroutine is left.
func TestNothingIsLeftOfACall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, err := newClient(t, new(script).then(200, listed)).List(foreign{t.Context(), make(chan struct{})})
		require.NoError(t, err)
	})
}
