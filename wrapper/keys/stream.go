package keys

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// stream reads an object of any size, as it arrives: it holds one part of it at a time, and what came with that. A part is an element
// of the list, or a string or number elsewhere.
type stream struct {
	r     io.Reader
	limit int    // How large a part may be, in bytes.
	buf   []byte // What was read.
	at    int    // How much of it was used.
	start int    // Where buf begins in the stream.
	depth int    // Of what is being read.
}

// The buffer grows from the size of a short list to one with which reading costs little.
const smallBuffer, largeBuffer = 1 << 10, 32 << 10

func newStream(r io.Reader, limit int64) *stream {
	return &stream{r: r, limit: int(limit), buf: make([]byte, 0, smallBuffer)}
}

func (s *stream) broken() error { return &syntaxError{s.start + s.at} }

// object calls visit with the name of each member of the object that the stream is, and visit reads its value.
func (s *stream) object(visit func(name string) error) error {
	if err := s.members(visit); err != nil {
		return err
	}
	switch _, err := s.peek(); {
	case err == nil:
		return problem("something follows the JSON")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil
	default:
		return err
	}
}

// members does the same for the object that is next.
func (s *stream) members(visit func(name string) error) error {
	return s.within('{', '}', func() error {
		raw, err := s.value()
		if err != nil {
			return err
		}
		r := reader{data: raw}
		if _, err := r.text(); err != nil || r.at < len(raw) {
			return s.broken()
		}
		name := stringOf(raw)
		switch b, err := s.peek(); {
		case err != nil:
			return err
		case b != ':':
			return s.broken()
		}
		s.at++
		return visit(name)
	})
}

// elements reads each element of the array that is next into *into, and then calls visit with its bytes and with what is wrong with it.
// One that has arrived whole is read from the buffer; any other is read again once its end was found.
func (s *stream) elements(into any, visit func(data []byte, err error) error) error {
	element := targetOf(into)
	return s.within('[', ']', func() error {
		b, err := s.peek()
		if err != nil {
			return err
		}
		start := s.start + s.at
		r := reader{data: s.buf[s.at:]}
		element.SetZero()
		if err = r.read(element); b == '{' && err == nil { // All of it has arrived.
			if s.at += r.at; r.at > s.limit {
				return errTooLarge
			}
			return visit(r.data[:r.at], nil)
		}
		raw, err := s.value()
		if err != nil {
			return err
		}
		element.SetZero()
		err = unmarshal(raw, into)
		if malformed, ok := err.(*syntaxError); ok { //nolint:errorlint // It is never wrapped.
			return &syntaxError{start + malformed.at}
		}
		return visit(raw, err)
	})
}

// within reads a list of parts between two brackets.
func (s *stream) within(opening, closing byte, part func() error) error {
	b, err := s.peek()
	switch {
	case err != nil:
		return err
	case b != opening && strings.IndexByte("{[\"-0123456789tfn", b) >= 0:
		return problem(fmt.Sprintf("there is no %q where the API's document has one", opening))
	case b != opening:
		return s.broken()
	}
	if s.depth++; s.depth > maxDepth {
		return s.broken()
	}
	s.at++
	for first := true; ; first = false {
		b, err := s.peek()
		switch {
		case err != nil:
			return err
		case b == closing:
			s.at++
			s.depth--
			return nil
		case !first && b != ',':
			return s.broken()
		case !first:
			s.at++
		}
		if err := part(); err != nil {
			return err
		}
	}
}

// value returns the next value, until more is asked for. Whether it is JSON, whoever reads it finds out.
func (s *stream) value() ([]byte, error) {
	b, err := s.peek()
	if err != nil {
		return nil, err
	}
	if bytes.IndexByte([]byte(",:]}"), b) >= 0 {
		return nil, s.broken()
	}
	var end boundary
	for seen := 0; ; {
		size, done := end.find(s.buf[s.at+seen:])
		if seen += size; seen > s.limit {
			return nil, errTooLarge
		}
		if done {
			raw := s.buf[s.at : s.at+seen]
			s.at += seen
			return raw, nil
		}
		if err := s.more(); err != nil {
			return nil, err
		}
	}
}

// skip skips a value of any size, whose strings and numbers are parts.
func (s *stream) skip() error {
	switch b, err := s.peek(); {
	case err != nil:
		return err
	case b == '{':
		return s.members(func(string) error { return s.skip() })
	case b == '[':
		return s.within('[', ']', s.skip)
	}
	raw, err := s.value()
	if err != nil {
		return err
	}
	r := reader{data: raw}
	if _, _, err := r.value(); err != nil || r.at < len(raw) {
		return s.broken()
	}
	return nil
}

// peek returns the next byte that isn't space.
func (s *stream) peek() (byte, error) {
	for {
		for ; s.at < len(s.buf); s.at++ {
			if b := s.buf[s.at]; b != ' ' && b != '\n' && b != '\t' && b != '\r' {
				return b, nil
			}
		}
		if err := s.more(); err != nil {
			return 0, err
		}
	}
}

// more reads more behind what wasn't used yet.
func (s *stream) more() error {
	if len(s.buf) == cap(s.buf) {
		unused := s.buf[s.at:]
		if size := cap(s.buf); size < largeBuffer || len(unused) > size/2 {
			s.buf = make([]byte, 0, 2*size)
		}
		s.start += s.at
		s.buf, s.at = append(s.buf[:0], unused...), 0
	}
	n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
	s.buf = s.buf[:len(s.buf)+n]
	switch {
	case n > 0 || err == nil:
		return nil // An error comes again.
	case err == io.EOF:
		return io.ErrUnexpectedEOF
	}
	return err
}

// boundary finds where a value ends, in as many pieces as it comes in.
type boundary struct {
	depth             int
	inString, escaped bool
}

// find returns how much of data belongs to the value, and whether it ends there.
func (b *boundary) find(data []byte) (size int, done bool) {
	for i, c := range data {
		switch {
		case b.escaped:
			b.escaped = false
		case b.inString:
			b.escaped = c == '\\'
			b.inString = c != '"'
			if !b.inString && b.depth == 0 {
				return i + 1, true
			}
		case c == '"':
			b.inString = true
		case c == '{' || c == '[':
			b.depth++
		case c == '}' || c == ']':
			if b.depth == 0 {
				return i, true // The end of what is around a number or a literal.
			}
			if b.depth--; b.depth == 0 {
				return i + 1, true
			}
		case b.depth == 0 && (c == ',' || c == ':' || c <= ' '):
			return i, true
		}
	}
	return len(data), false
}
