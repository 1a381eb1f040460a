package keys

import (
	"bytes"
	"encoding/json"
)

// value skips a value of any kind and returns its bytes, and whether it is a string of ASCII without escapes.
func (r *reader) value() (raw []byte, plain bool, err error) {
	r.space()
	start := r.at
	if r.at == len(r.data) {
		return nil, false, r.broken()
	}
	switch r.data[r.at] {
	case '{':
		err = r.members(func([]byte) error { _, _, err := r.value(); return err })
	case '[':
		err = r.elements(func() error { _, _, err := r.value(); return err })
	case '"':
		plain, err = r.text()
	case 't':
		err = r.literal("true")
	case 'f':
		err = r.literal("false")
	case 'n':
		err = r.literal("null")
	default:
		err = r.number()
	}
	return r.data[start:r.at], plain, err
}

// members calls visit at the value of each member of an object, which visit reads.
func (r *reader) members(visit func(name []byte) error) error {
	return r.within('{', '}', func() error {
		r.space()
		start := r.at
		plain, err := r.text()
		if err != nil {
			return err
		}
		name := r.data[start+1 : r.at-1]
		if !plain {
			name = []byte(stringOf(r.data[start:r.at]))
		}
		if !r.take(':') {
			return r.broken()
		}
		return visit(name)
	})
}

// elements calls visit at each element of an array, which visit reads.
func (r *reader) elements(visit func() error) error { return r.within('[', ']', visit) }

// within reads a list of parts between two brackets.
func (r *reader) within(opening, closing byte, part func() error) error {
	if r.depth++; r.depth > maxDepth || !r.take(opening) {
		return r.broken()
	}
	for first := true; !r.take(closing); first = false {
		if !first && !r.take(',') {
			return r.broken()
		}
		if err := part(); err != nil {
			return err
		}
	}
	r.depth--
	return nil
}

// text skips a string and returns whether it is ASCII without escapes.
func (r *reader) text() (plain bool, err error) {
	if r.at == len(r.data) || r.data[r.at] != '"' {
		return false, r.broken()
	}
	plain = true
	for r.at++; ; r.at++ {
		r.at += plainLength(r.data[r.at:])
		if r.at == len(r.data) {
			return false, r.broken()
		}
		switch b := r.data[r.at]; {
		case b == '"':
			r.at++
			return plain, nil
		case b < ' ':
			return false, r.broken()
		case b >= 0x80:
			plain = false
		case b == '\\':
			plain = false
			if err := r.escape(); err != nil {
				return false, err
			}
		}
	}
}

// plainLength is how many bytes there are before one of a string that means something else than itself.
func plainLength(data []byte) int {
	for i, b := range data {
		if b < ' ' || b == '"' || b == '\\' || b >= 0x80 {
			return i
		}
	}
	return len(data)
}

// escape skips an escape but for its last byte.
func (r *reader) escape() error {
	r.at++
	switch {
	case r.at == len(r.data):
		return r.broken()
	case r.data[r.at] == 'u':
		for range 4 {
			if r.at++; r.at == len(r.data) || bytes.IndexByte([]byte("0123456789abcdefABCDEF"), r.data[r.at]) < 0 {
				return r.broken()
			}
		}
	case bytes.IndexByte([]byte(`"\/bfnrt`), r.data[r.at]) < 0:
		return r.broken()
	}
	return nil
}

func (r *reader) literal(text string) error {
	if !bytes.HasPrefix(r.data[r.at:], []byte(text)) {
		return r.broken()
	}
	r.at += len(text)
	return nil
}

// number skips a number; whether it is one, encoding/json knows.
func (r *reader) number() error {
	start := r.at
	for r.at < len(r.data) && bytes.IndexByte([]byte("+-.0123456789Ee"), r.data[r.at]) >= 0 {
		r.at++
	}
	if number := r.data[start:r.at]; !wholeNumber(number) && !json.Valid(number) {
		r.at = start
		return r.broken()
	}
	return nil
}

// wholeNumber returns whether text is digits without a leading zero.
func wholeNumber(text []byte) bool {
	for _, b := range text {
		if b < '0' || b > '9' {
			return false
		}
	}
	return len(text) == 1 || len(text) > 1 && text[0] != '0'
}
