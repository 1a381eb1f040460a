package keystest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"

	"github.com/qaikeys/qaikeys/generated/server"
)

// streamChunk is how many keys are read at a time, so that a list of any size takes little memory and holds the lock for
// short times. Lists of up to so many keys are a consistent snapshot; longer ones are consistent per chunk.
const streamChunk = 256

// keyStream is the response of listKeys, written while the keys are read.
type keyStream struct {
	ctx  context.Context
	ring *keyring
	keys []*key // Those that existed when the request reached its operation.
}

var _ server.ListKeysResponseObject = keyStream{}

// VisitListKeysResponse writes the keys.
func (s keyStream) VisitListKeysResponse(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Cost-Ticks", "0")
	w.WriteHeader(http.StatusOK)
	enc := json.NewEncoder(w) // net/http buffers.
	_, _ = io.WriteString(w, `{"keys":[`)
	separator := ""
	for chunk := range slices.Chunk(s.keys, streamChunk) {
		if s.ctx.Err() != nil {
			panic(http.ErrAbortHandler) // The client has gone; nothing may take this for the whole list.
		}
		for _, details := range s.read(chunk) {
			_, _ = io.WriteString(w, separator)
			separator = ","
			if err := enc.Encode(details); err != nil {
				panic(http.ErrAbortHandler) // The status is sent: a list that is cut off is the only way to say it.
			}
		}
	}
	_, _ = io.WriteString(w, "]}\n")
	return nil
}

// read returns keys as a list has them.
func (s keyStream) read(keys []*key) []server.KeyDetails {
	h := s.ring.account.handler
	h.mu.Lock()
	defer h.mu.Unlock()
	list := make([]server.KeyDetails, len(keys))
	for i, k := range keys {
		list[i] = k.details()
		list[i].LastUsed = nonZero(k.LastUsed)
		list[i].Revoked = new(s.ring.refuses(k))
	}
	return list
}
