package document_test

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/document"
	"github.com/stretchr/testify/assert"
)

// endless reads as a text and then another again and again, and counts its bytes.
type endless struct {
	io.Reader

	again string
	read  int
}

func (e *endless) Read(p []byte) (int, error) {
	n, err := e.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		e.Reader, err = strings.NewReader(e.again), nil
	}
	e.read += n
	return n, err
}

// TestOnlyTheBeginningOfAHugeBodyIsJudged tests a list that was small before it was decompressed: what comes behind 64 MiB isn't.
func TestOnlyTheBeginningOfAHugeBodyIsJudged(t *testing.T) {
	t.Parallel()
	element := zipped(`{"id":"key_01","name":"` + strings.Repeat("n", document.MaxBody-100) + `"},`)
	list := &endless{Reader: strings.NewReader(zipped(`{"keys":[`)), again: element}
	header := headers()
	header.Set("Content-Encoding", "gzip")
	assert.Equal(t, document.Verdict{Unchecked: "the body is larger than 67108864 bytes, and was validated up to there"},
		operation(t, "listKeys").JudgeResponse(t.Context(), 200, header, list, ignore))
	assert.InDelta(t, 65*len(element), list.read, 8_000)
}

// TestALargeBodyIsJudgedUpToItsBound: a body of exactly 1 MiB is validated, and a larger one isn't.
func TestALargeBodyIsJudgedUpToItsBound(t *testing.T) {
	t.Parallel()
	for more, want := range map[int]document.Verdict{
		0: {},
		1: {Unchecked: "the body is larger than 1048576 bytes, and isn't a list of smaller elements"},
	} {
		body := strings.Repeat(" ", document.MaxBody-14+more) + `{"status":"x"}`
		assert.Equal(t, want, operation(t, "revokeKey").JudgeResponse(t.Context(), 200, headers(), strings.NewReader(body), ignore))
	}
}

// TestAJudgeEndsWithItsContext: also in the middle of a list, and while it waits for its turn.
func TestAJudgeEndsWithItsContext(t *testing.T) {
	t.Parallel()
	op := operation(t, "listKeys")
	want := document.Verdict{Unchecked: "the exchange ended before its body was validated"}
	ctx, cancel := context.WithCancel(t.Context())
	list := &endless{Reader: strings.NewReader(`{"keys":[`), again: `{"id":"x","name":"n"},`}
	assert.Equal(t, want, op.JudgeResponse(ctx, 200, headers(), list, func(string, bool) { cancel() }))
	assert.Less(t, list.read, 10_000)
	assert.Equal(t, want, op.JudgeResponse(ctx, 200, headers(), strings.NewReader(`{"keys":[]}`), ignore))
}

// TestFewBodiesAreParsedAtATime: others wait for their turn, unless they are small or their context ends.
func TestFewBodiesAreParsedAtATime(t *testing.T) { //nolint:paralleltest // It takes every turn.
	op := operation(t, "listKeys")
	const small = `{"keys":[]}`
	large := `{"later":"` + strings.Repeat("n", 64<<10) + `","keys":[]}`
	judge := func(ctx context.Context, body io.Reader, seen document.Seen) document.Verdict {
		return op.JudgeResponse(ctx, 200, headers(), body, seen)
	}
	var all sync.WaitGroup
	var parsed, most atomic.Int32
	for range 20 * runtime.GOMAXPROCS(0) {
		all.Go(func() {
			judge(t.Context(), strings.NewReader(large), func(_ string, documented bool) {
				if !documented {
					return
				}
				most.Store(max(most.Load(), parsed.Add(1)))
				for range 100 {
					runtime.Gosched()
				}
				parsed.Add(-1)
			})
		})
	}
	all.Wait()
	assert.LessOrEqual(t, int(most.Load()), runtime.GOMAXPROCS(0))

	var first sync.WaitGroup
	inside, leave := make(chan struct{}), make(chan struct{})
	for range runtime.GOMAXPROCS(0) {
		first.Go(func() {
			judge(t.Context(), strings.NewReader(large), func(_ string, documented bool) {
				if !documented {
					return
				}
				inside <- struct{}{}
				<-leave
			})
		})
		<-inside
	}
	assert.Equal(t, document.Verdict{}, judge(t.Context(), strings.NewReader(small), ignore))
	ctx, cancel := context.WithCancel(t.Context())
	all.Go(func() {
		assert.Equal(t, document.Verdict{Unchecked: "the exchange ended before its body was validated"}, judge(ctx, strings.NewReader(large), ignore))
	})
	cancel()
	all.Wait()
	close(leave)
	first.Wait()
	assert.Equal(t, document.Verdict{}, judge(t.Context(), strings.NewReader(large), ignore))
}
