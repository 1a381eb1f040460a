// Command bare is the baseline of keysmock's benchmark: a bare net/http handler that writes the bytes of a list of one key.
package main

import (
	"io"
	"log"
	"net/http"
)

const list = `{"keys":[{"created_at":"2026-11-23T16:21:09.345Z","id":"key_01","key_prefix":"qai_k_758eece6","name":"key 1","revoked":false,"spent_ticks":0}
]}
`

func main() {
	log.Fatal(http.ListenAndServe("127.0.0.1:8792", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { //nolint:gosec // A benchmark.
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Qai-Request-Id", "req_000001")
		w.Header().Set("X-Qai-Cost-Ticks", "0")
		_, _ = io.WriteString(w, list)
	})))
}
