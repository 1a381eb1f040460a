package keys

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// stream reads an object of any size as it arrives, part by part, in bounded memory. A part is an element of the list, or a token
// elsewhere, with the white space and the delimiter before it.
type stream struct {
	*jsontext.Decoder

	body  io.Reader
	limit int64  // How large a part may be, in bytes.
	start int64  // Where the current part begins in the body.
	kept  []byte // What was read, from the current part on.
	base  int64  // Where kept begins in the body.
}

// streams are for reuse, since a decoder's buffer grows in many steps. Lists hold no secrets that a buffer could keep.
var streams = sync.Pool{New: func() any { return &stream{Decoder: new(jsontext.Decoder)} }}

func newStream(body io.Reader, limit int64) *stream {
	s := streams.Get().(*stream)
	*s = stream{Decoder: s.Decoder, body: body, limit: limit, kept: s.kept[:0]}
	s.Reset(s, lastCounts, jsontext.AllowInvalidUTF8(true)) // Without nullIsZero, which takes long.
	return s
}

// free ends the use of s. A stream that has grown with a large part isn't kept.
func (s *stream) free() {
	s.body = nil
	if cap(s.kept) <= 64<<10 {
		streams.Put(s)
	}
}

// Read is for the decoder. It reads no further than the current part may reach.
func (s *stream) Read(p []byte) (int, error) {
	s.kept = append(s.kept[:0], s.kept[s.start-s.base:]...)
	s.base = s.start
	left := s.limit - int64(len(s.kept))
	if left <= 0 {
		return 0, errTooLarge
	}
	n, err := s.body.Read(p[:min(int64(len(p)), left)])
	s.kept = append(s.kept, p[:n]...)
	return n, err
}

// next begins a part and returns its kind, which is invalid where it can't be read: reading it tells why.
func (s *stream) next() jsontext.Kind {
	s.start = s.InputOffset()
	return s.PeekKind()
}

// token reads a part that is a token.
func (s *stream) token() (jsontext.Token, error) {
	s.next()
	return s.ReadToken()
}

// decode reads a part into *into and returns its bytes. Where the error is a [flaw], the part is over.
func (s *stream) decode(into any) ([]byte, error) {
	depth := s.StackDepth()
	err := json.UnmarshalDecode(s.Decoder, into)
	_, mismatch := errors.AsType[*json.SemanticError](err)
	for mismatch && s.StackDepth() > depth {
		if _, err := s.ReadToken(); err != nil {
			return nil, err
		}
	}
	data := bytes.TrimLeft(s.kept[s.start-s.base:s.InputOffset()-s.base], ", \t\r\n")
	if mismatch { // Perhaps only with a null.
		return data, unmarshal(data, into, lenient)
	}
	dropNulls(reflect.ValueOf(into))
	return data, err
}

// skip skips a value of any size, token by token.
func (s *stream) skip() error {
	for depth := s.StackDepth(); ; {
		if _, err := s.token(); err != nil || s.StackDepth() == depth {
			return err
		}
	}
}

// object calls visit with the name of each member of the object that the body is, and visit reads the value.
func (s *stream) object(visit func(name string) error) error {
	if err := s.begin("", jsontext.KindBeginObject); err != nil {
		return err
	}
	for s.next() != jsontext.KindEndObject {
		name, err := s.ReadToken()
		if err == nil {
			err = visit(name.String())
		}
		if err != nil {
			return err
		}
	}
	if _, err := s.ReadToken(); err != nil {
		return err
	}
	_, err := s.token()
	if err == io.EOF { //nolint:errorlint // An error that wraps it is another failure.
		return nil
	}
	if err == nil {
		err = &flaw{what: "goes on after the JSON"}
	}
	return err
}

// array calls visit at each element of the array that is next and has this name, and visit reads the element.
func (s *stream) array(name string, visit func(i int) error) error {
	if err := s.begin(name, jsontext.KindBeginArray); err != nil {
		return err
	}
	for i := 0; s.next() != jsontext.KindEndArray; i++ {
		if err := visit(i); err != nil {
			return err
		}
	}
	_, err := s.ReadToken()
	return err
}

// begin reads the start of the object or array that has to be next.
func (s *stream) begin(path string, kind jsontext.Kind) error {
	token, err := s.token()
	if err == nil && token.Kind() != kind {
		return wrongKind(path, token.Kind())
	}
	return err
}
