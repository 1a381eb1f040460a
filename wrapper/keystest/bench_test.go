package keystest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keystest"
)

// BenchmarkAccountSize asks mocks of a thousand and of a million keys to mint, revoke and authenticate: the cost must not
// depend on how many keys there are.
func BenchmarkAccountSize(b *testing.B) {
	for _, count := range []int{1_000, 1_000_000} {
		mock := keystest.NewHandler(keystest.WithKeys(count))
		for name, request := range map[string]func(i int) *http.Request{
			"mint": func(int) *http.Request {
				return httptest.NewRequest(http.MethodPost, "/qai/v1/keys", strings.NewReader(`{"name":"ci"}`))
			},
			"revoke": func(i int) *http.Request {
				return httptest.NewRequest(http.MethodDelete, fmt.Sprintf("/qai/v1/keys/key_%02d", 1+i%count), nil)
			},
			"authenticate": func(int) *http.Request { // And find no such key.
				return httptest.NewRequest(http.MethodDelete, "/qai/v1/keys/none", nil)
			},
		} {
			b.Run(fmt.Sprintf("%s/keys=%d", name, count), func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					r := request(i)
					r.Header.Set("X-API-Key", mock.APIKey)
					r.Header.Set("Content-Type", "application/json")
					mock.ServeHTTP(httptest.NewRecorder(), r)
				}
			})
		}
	}
}

// BenchmarkList lists accounts of a thousand and of a million keys: time and allocations a key must be the same.
func BenchmarkList(b *testing.B) {
	for _, count := range []int{1_000, 1_000_000} {
		mock := keystest.NewHandler(keystest.WithKeys(count))
		b.Run(fmt.Sprintf("keys=%d", count), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(http.MethodGet, "/qai/v1/keys", nil)
				r.Header.Set("X-API-Key", mock.APIKey)
				mock.ServeHTTP(discard{http.Header{}}, r)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(count), "ns/key")
		})
	}
}

// discard is a ResponseWriter that holds nothing.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) WriteHeader(int)             {}
func (d discard) Write(p []byte) (int, error) { return io.Discard.Write(p) }
