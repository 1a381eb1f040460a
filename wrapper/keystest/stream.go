package keystest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"

	"github.com/qaikeys/qaikeys/generated/server"
)

// streamChunk is how many keys are read at a time, so that a list of any size takes little memory and holds the lock for
// short times. Lists of up to 256 keys are a consistent snapshot; longer ones are consistent per chunk.
const streamChunk = 256

// keyStream is the response of listKeys, written while the keys are read.
type keyStream struct {
	ctx   context.Context
	ring  *keyring
	first []server.KeyDetails // The first chunk, read together with the list of keys.
	rest  []*key              // The keys after those.
}

// VisitListKeysResponse writes the keys.
func (s keyStream) VisitListKeysResponse(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Cost-Ticks", "0")
	w.WriteHeader(http.StatusOK)
	enc := json.NewEncoder(w) // net/http buffers.
	_, _ = io.WriteString(w, `{"keys":[`)
	separator := ""
	for list, rest := s.first, s.rest; len(list) > 0; list, rest = s.next(rest) {
		if s.ctx.Err() != nil {
			panic(http.ErrAbortHandler) // The client has gone; nothing may take this for the whole list.
		}
		for _, details := range list {
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

// next reads the next chunk of keys, and returns those after it.
func (s keyStream) next(keys []*key) ([]server.KeyDetails, []*key) {
	s.ring.account.handler.mu.Lock()
	defer s.ring.account.handler.mu.Unlock()
	chunk := min(len(keys), streamChunk)
	return s.ring.details(keys[:chunk]), keys[chunk:]
}

// details returns keys as a list has them. It needs the handler's lock.
func (r *keyring) details(keys []*key) []server.KeyDetails {
	list := make([]server.KeyDetails, len(keys))
	for i, k := range keys {
		list[i] = k.details()
		list[i].LastUsed = nonZero(k.LastUsed)
		list[i].Revoked = new(r.refuses(k))
	}
	return list
}
