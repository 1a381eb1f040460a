package keys

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/qaikeys/qaikeys/generated/client"
)

// errStop ends the reading of a list before its end.
var errStop = errors.New("stop")

// each reads a response that is a list. It calls visit with each element, or with what is wrong with it, until visit returns false. The
// error is one of the list as a whole.
func each[T any](r *response, visit func(T, error) bool) error {
	operation := r.call.operation
	list := client.Property{Name: operation.Items}
	if i := slices.IndexFunc(operation.Properties, func(p client.Property) bool { return p.Name == operation.Items }); i >= 0 {
		list = operation.Properties[i]
	}
	s := newStream(r.body, min(maxPart, r.client.maxResponse))
	defer s.free()
	var element T // Outside of the function, where it is allocated once.
	err := s.elements(list, func(i int) error {
		element = *new(T)
		data, err := s.decode(&element)
		if err == nil {
			err = cmp.Or(checkComplete(&element, data, list.Properties), r.cleanse(&element, data))
		}
		if wrong, ok := errors.AsType[*flaw](err); ok {
			wrong.path = join(fmt.Sprintf("%s[%d]", list.Name, i), wrong.path)
			element, err = *new(T), r.decodeError(wrong)
		} else if err != nil {
			return err
		}
		if !visit(element, err) {
			return errStop
		}
		return nil
	})
	if err == nil || err == errStop { //nolint:errorlint // It is never wrapped.
		return nil
	}
	return r.decodeError(err)
}

// stream reads an object of any size as it arrives, part by part, in bounded memory. A part is an element of the list or, elsewhere, a
// token, with the white space and the delimiter before it.
type stream struct {
	*jsontext.Decoder

	body  io.Reader
	limit int64  // The bound for a part, in bytes.
	start int64  // Where the current part begins in the body.
	kept  []byte // What has been read, from the current part on.
	base  int64  // Where kept begins in the body.
}

// streams are reused, since a decoder's buffer grows in many steps. Lists hold no secrets that a buffer could keep.
var streams = sync.Pool{New: func() any { return &stream{Decoder: new(jsontext.Decoder)} }}

func newStream(body io.Reader, limit int64) *stream {
	s := streams.Get().(*stream)
	*s = stream{Decoder: s.Decoder, body: body, limit: limit, kept: s.kept[:0]}
	s.Reset(s, lenient)
	return s
}

// free ends the use of s. A stream that a large part has made large isn't reused.
func (s *stream) free() {
	if cap(s.kept) <= 64<<10 {
		streams.Put(s)
	}
}

// Read is called by the decoder. It reads no further than the bound of the current part.
func (s *stream) Read(p []byte) (int, error) {
	if s.start > s.base { // Otherwise a part that arrives in small reads would be copied in each.
		s.kept = append(s.kept[:0], s.kept[s.start-s.base:]...)
		s.base = s.start
	}
	left := s.limit - int64(len(s.kept))
	if left <= 0 {
		return 0, errTooLarge
	}
	n, err := s.body.Read(p[:min(int64(len(p)), left)])
	s.kept = append(s.kept, p[:n]...)
	return n, err
}

// next begins a part and returns its kind, which is invalid if the part can't be read.
func (s *stream) next() jsontext.Kind {
	s.start = s.InputOffset()
	return s.PeekKind()
}

// token reads a part that is a token.
func (s *stream) token() (jsontext.Token, error) {
	s.next()
	return s.ReadToken()
}

// begin reads a part that has to be the start of an object or array.
func (s *stream) begin(path string, kind jsontext.Kind) error {
	token, err := s.token()
	if err == nil && token.Kind() != kind {
		return wrongKind(path, token.Kind())
	}
	return err
}

// skip reads over a value of any size.
func (s *stream) skip() error {
	for depth := s.StackDepth(); ; {
		if _, err := s.token(); err != nil || s.StackDepth() == depth {
			return err
		}
	}
}

// decode reads a part into *into and returns its bytes. It reads over the whole part even if the error is a [flaw].
func (s *stream) decode(into any) ([]byte, error) {
	depth := s.StackDepth()
	err := json.UnmarshalDecode(s.Decoder, into)
	mismatch := isMismatch(err)
	for mismatch && s.StackDepth() > depth {
		if _, err := s.ReadToken(); err != nil {
			return nil, err
		}
	}
	data := bytes.TrimLeft(s.kept[s.start-s.base:s.InputOffset()-s.base], ", \t\r\n")
	if mismatch {
		err = unmarshal(data, into, lenient) // Again, with null as zero, and for a path that begins at this part.
	}
	return data, err
}

// elements reads an object that has a list with this name and nothing after it. It calls visit to read each element of the list.
func (s *stream) elements(list client.Property, visit func(i int) error) error {
	if err := s.begin("", jsontext.KindBeginObject); err != nil {
		return err
	}
	found := false
	for s.next() != jsontext.KindEndObject {
		name, err := s.ReadToken()
		switch {
		case err != nil:
		case name.String() != list.Name:
			err = s.skip()
		case found:
			err = &flaw{list.Name, "appears twice"}
		default:
			found = true
			err = s.array(list, visit)
		}
		if err != nil {
			return err
		}
	}
	if _, err := s.ReadToken(); err != nil {
		return err
	}
	if !found {
		return missing(list.Name)
	}
	_, err := s.token()
	switch err {
	case io.EOF: //nolint:errorlint // An error that wraps it is another failure.
		return nil
	case nil:
		return &flaw{what: "has data after the JSON value"}
	}
	return err
}

// array calls visit to read each element of the array that comes next. If it may be null, null has none.
func (s *stream) array(list client.Property, visit func(i int) error) error {
	if list.Nullable && s.next() == jsontext.KindNull {
		return s.SkipValue()
	}
	if err := s.begin(list.Name, jsontext.KindBeginArray); err != nil {
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
