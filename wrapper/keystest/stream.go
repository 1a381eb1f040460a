package keystest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"

	"github.com/qaikeys/qaikeys/generated/server"
)

// streamChunk is how many keys are read at a time, so that a list of any size takes little memory and holds the lock for
// short times. A list of no more is what one moment was like; of a longer one each chunk is.
const streamChunk = 256

// keyStream is the answer of listKeys, written while it is read.
type keyStream struct {
	ctx context.Context
	*Handler

	x *exchange
}

var _ server.ListKeysResponseObject = keyStream{}

// VisitListKeysResponse writes the keys that there were when the answer began.
func (s keyStream) VisitListKeysResponse(w http.ResponseWriter) error {
	s.mu.Lock()
	keys := s.x.account.store.keys
	chunk := s.read(keys[:min(streamChunk, len(keys))])
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-QAI-Cost-Ticks", "0")
	w.WriteHeader(http.StatusOK)
	enc := json.NewEncoder(w) // net/http has a buffer of its own.
	_, _ = io.WriteString(w, `{"keys":[`)
	for sent := 0; len(chunk) > 0; {
		if s.ctx.Err() != nil {
			panic(http.ErrAbortHandler) // The client has gone; nobody may take this for the whole list.
		}
		for _, details := range chunk {
			if sent > 0 {
				_, _ = io.WriteString(w, ",")
			}
			if err := enc.Encode(details); err != nil {
				panic(http.ErrAbortHandler) // The status is sent: a list that is cut off is all that can be told.
			}
			sent++
		}
		s.mu.Lock()
		chunk = s.read(keys[sent:min(sent+streamChunk, len(keys))])
		s.mu.Unlock()
	}
	_, _ = io.WriteString(w, "]}\n")
	return nil
}

// read returns what a list tells of keys. The lock is held.
func (s keyStream) read(keys []*key) []server.KeyDetails {
	list := make([]server.KeyDetails, len(keys))
	for i, k := range keys {
		list[i] = k.details()
		list[i].LastUsed = nonZero(k.LastUsed)
		list[i].Revoked = new(s.x.account.store.dead(k))
	}
	return list
}
