package keystest

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
)

// How many keys are encoded at a time, and after how many bytes no other, so that a list of any size takes little memory and holds the
// lock for short times. A list of up to 64 keys and 64 KiB is a consistent snapshot; a longer one is consistent per chunk.
const (
	streamChunk = 64
	streamBytes = 64 << 10
)

// keyStream is the response of listKeys, written while the keys are read.
type keyStream struct {
	ctx   context.Context
	ring  *keyring
	rest  []*key       // The keys that aren't encoded yet.
	chunk bytes.Buffer // The keys that aren't written yet. The first are encoded together with the list of keys.
}

// stream returns the response that lists the keyring. It needs the handler's lock.
func (r *keyring) stream(ctx context.Context) (*keyStream, error) {
	s := &keyStream{ctx: ctx, ring: r, rest: r.keys}
	if len(r.keys) == 0 && r.account.handler.cfg.nullLists {
		s.chunk.WriteString(`{"keys":null}`)
		return s, nil
	}
	s.chunk.Grow(256) // Enough for a key.
	s.chunk.WriteString(`{"keys":[`)
	return s, s.encode("")
}

// VisitListKeysResponse writes the keys.
func (s *keyStream) VisitListKeysResponse(w http.ResponseWriter) error {
	header := w.Header()
	header["Content-Type"], header["X-Qai-Cost-Ticks"] = []string{"application/json"}, []string{"0"}
	w.WriteHeader(http.StatusOK)
	for {
		_, err := s.chunk.WriteTo(w)
		if err == nil && len(s.rest) == 0 {
			return nil
		}
		if err == nil {
			err = s.next()
		}
		if err != nil || s.ctx.Err() != nil {
			panic(http.ErrAbortHandler) // The status is sent: a list that is cut off is the only way to say it.
		}
	}
}

// next encodes the next keys. Streams encode one at a time, so that many of them leave the processors to other requests.
func (s *keyStream) next() error {
	s.ring.account.handler.mu.Lock()
	defer s.ring.account.handler.mu.Unlock()
	return s.encode(",")
}

// encode encodes the next keys, each but the first after a comma, and the end of the list after the last.
func (s *keyStream) encode(separator string) error {
	enc := json.NewEncoder(&s.chunk)
	for n := 0; n < streamChunk && s.chunk.Len() < streamBytes && len(s.rest) > 0; n++ {
		k := s.rest[0]
		s.rest = s.rest[1:]
		s.chunk.WriteString(separator)
		separator = ","
		details := k.details()
		details.LastUsed = nonZero(k.LastUsed)
		*details.Revoked = s.ring.refuses(k)
		if err := enc.Encode(&details); err != nil {
			return err
		}
	}
	if len(s.rest) == 0 {
		s.chunk.WriteString("]}\n")
	}
	return nil
}
