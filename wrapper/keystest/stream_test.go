package keystest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/qaikeys/qaikeys/types"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAListIsStreamed tests that the memory in use during a list doesn't grow with it.
func TestAListIsStreamed(t *testing.T) { //nolint:paralleltest // It measures the process.
	live := func(count int) uint64 {
		client := keystest.NewServer(t, keystest.WithInMemory(), keystest.WithKeys(count)).Client() // In memory the mock can't run ahead of its reader.
		before, peak, seen := heap(), uint64(0), 0
		for _, err := range client.All(t.Context()) {
			require.NoError(t, err)
			if seen++; seen%(count/5) == 0 {
				peak = max(peak, heap())
			}
		}
		assert.Equal(t, count, seen)
		return peak - min(peak, before)
	}
	small, large := live(1_000), live(50_000)
	t.Logf("live during a list of 1,000 keys: %d bytes; of 50,000 keys: %d bytes", small, large)
	assert.Less(t, large, small+1<<20, "of a list of 7 MiB")
}

// heap returns the memory in use, in bytes.
func heap() uint64 {
	runtime.GC()
	runtime.GC() // Pools keep their contents for one collection.
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// TestAListInTheMiddleOfMints tests that a list has the keys that existed when it began, all of them.
func TestAListInTheMiddleOfMints(t *testing.T) {
	t.Parallel()
	mock := keystest.NewServer(t, keystest.WithKeys(1_000))
	seen := 0
	for key, err := range mock.Client().All(t.Context()) {
		require.NoError(t, err)
		if seen++; seen == 1 {
			mint(t, mock, keys.CreateParams{Name: "late"})
		}
		assert.NotEqual(t, "late", key.Name)
	}
	assert.Equal(t, 1_000, seen)
}

// TestAShortListIsASnapshot tests that a list of up to 64 keys has nothing of what changes while it is sent.
func TestAShortListIsASnapshot(t *testing.T) {
	t.Parallel()
	mock := keystest.NewHandler(keystest.WithKeys(2))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/qai/v1/keys", http.NoBody)
	r.Header.Set("X-API-Key", mock.APIKey)
	w := &hookedWriter{httptest.NewRecorder(), func() { assert.NoError(t, mock.Use("key_01", 5)) }}
	mock.ServeHTTP(w, r)
	assert.Contains(t, w.Body.String(), `"spent_ticks":0`)
	assert.NotContains(t, w.Body.String(), `"spent_ticks":5`)
	assert.Equal(t, types.Ticks(5), mock.Keys()[0].SpentTicks)
}

// hookedWriter calls a function when the status is sent.
type hookedWriter struct {
	*httptest.ResponseRecorder

	hook func()
}

func (w *hookedWriter) WriteHeader(status int) {
	w.hook()
	w.ResponseRecorder.WriteHeader(status)
}

// TestAListOfAnyLength tests that a list is whole and valid, whatever the parts are that it is sent in.
func TestAListOfAnyLength(t *testing.T) {
	t.Parallel()
	for _, count := range []int{0, 1, 63, 64, 65, 127, 128, 129} {
		mock := keystest.NewHandler(keystest.WithKeys(count), keystest.WithResponsesValidated())
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/qai/v1/keys", http.NoBody)
		r.Header.Set("X-API-Key", mock.APIKey)
		w := httptest.NewRecorder()
		mock.ServeHTTP(w, r)
		var list struct{ Keys []struct{ ID string } }
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &list), "%d keys", count)
		require.NotNil(t, list.Keys)
		require.Len(t, list.Keys, count)
		for i, k := range list.Keys {
			require.Equal(t, fmt.Sprintf("key_%02d", i+1), k.ID)
		}
	}
}

// TestAListThatIsNotReadTakesLittle tests how much memory a response takes whose reader has stopped.
func TestAListThatIsNotReadTakesLittle(t *testing.T) { //nolint:paralleltest // It measures the process.
	mock := keystest.NewHandler(keystest.WithKeys(1_000))
	const readers = 200
	var writing, done sync.WaitGroup
	writing.Add(readers)
	read := make(chan struct{})
	before := heap()
	for range readers {
		done.Go(func() {
			r := httptest.NewRequest(http.MethodGet, "/qai/v1/keys", http.NoBody)
			r.Header.Set("X-API-Key", mock.APIKey)
			var once sync.Once
			mock.ServeHTTP(stuckWriter{http.Header{}, func() {
				once.Do(writing.Done)
				<-read
			}}, r)
		})
	}
	writing.Wait()
	each := (heap() - before) / readers
	close(read)
	done.Wait()
	t.Logf("%d bytes", each)
	assert.Less(t, each, uint64(24<<10))
}

// stuckWriter is a ResponseWriter whose Write waits.
type stuckWriter struct {
	header http.Header
	wait   func()
}

func (w stuckWriter) Header() http.Header { return w.header }
func (w stuckWriter) WriteHeader(int)     {}
func (w stuckWriter) Write(p []byte) (int, error) {
	w.wait()
	return len(p), nil
}

// TestAListOfLongTextsIsStreamed tests that what is encoded at a time is bounded by its bytes, too.
func TestAListOfLongTextsIsStreamed(t *testing.T) {
	t.Parallel()
	mock := keystest.NewHandler()
	name := strings.Repeat("n", 20<<10)
	for range 40 {
		require.Equal(t, 200, do(mock, mock.APIKey, "POST", "/qai/v1/keys", `{"name":"`+name+`"}`).Code)
	}
	r := httptest.NewRequest(http.MethodGet, "/qai/v1/keys", http.NoBody)
	r.Header.Set("X-API-Key", mock.APIKey)
	w := &sizingWriter{ResponseRecorder: httptest.NewRecorder()}
	mock.ServeHTTP(w, r)
	assert.Less(t, w.largest, 90<<10)
	var list struct{ Keys []struct{ ID, Name string } }
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &list))
	require.Len(t, list.Keys, 40)
	for i, k := range list.Keys {
		require.Equal(t, fmt.Sprintf("key_%02d", i+1), k.ID)
		require.Equal(t, name, k.Name)
	}
}

// sizingWriter records the size of the largest Write.
type sizingWriter struct {
	*httptest.ResponseRecorder

	largest int
}

func (w *sizingWriter) Write(p []byte) (int, error) {
	w.largest = max(w.largest, len(p))
	return w.ResponseRecorder.Write(p)
}

// TestAListWhoseReaderHasGoneEnds tests that nothing more is read from the account once a write fails.
func TestAListWhoseReaderHasGoneEnds(t *testing.T) {
	t.Parallel()
	mock := keystest.NewHandler(keystest.WithKeys(1_000))
	r := httptest.NewRequest(http.MethodGet, "/qai/v1/keys", http.NoBody)
	r.Header.Set("X-API-Key", mock.APIKey)
	w := &failingWriter{header: http.Header{}}
	assert.PanicsWithError(t, http.ErrAbortHandler.Error(), func() { mock.ServeHTTP(w, r) })
	assert.Equal(t, 2, w.writes)
}

// failingWriter is a ResponseWriter whose second Write fails.
type failingWriter struct {
	header http.Header
	writes int
}

func (w *failingWriter) Header() http.Header { return w.header }
func (w *failingWriter) WriteHeader(int)     {}
func (w *failingWriter) Write(p []byte) (int, error) {
	if w.writes++; w.writes > 1 {
		return 0, os.ErrDeadlineExceeded
	}
	return len(p), nil
}
