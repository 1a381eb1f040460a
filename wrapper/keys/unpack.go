package keys

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"io"

	"github.com/go-json-experiment/json"
)

// maxLayers is how many layers of a body are taken off.
const maxLayers = 4

// errQuoted is what is wrong with JSON that is the text of a JSON string.
var errQuoted = &flaw{what: "is JSON inside a JSON string"}

// readUnpacked returns the body as it came, and without what it is wrapped in. With an error it returns what was read before.
func (r *response) readUnpacked() (raw, data []byte, err error) {
	limit := min(r.client.maxResponse, maxPart)
	raw, err = r.read(limit)
	data, unpacked := unpack(raw, limit)
	return raw, data, cmp.Or(err, unpacked)
}

// unpack takes off what a body is wrapped in, whatever its headers say: gzip, zlib (RFC 9110 calls it deflate), a byte order mark, and a
// JSON string. So a mint's secret isn't lost where a proxy compresses a body that it calls plain, or calls a plain one compressed. With an
// error it returns what was read before.
func unpack(data []byte, limit int64) (_ []byte, err error) {
	for range maxLayers {
		var layer io.Reader
		switch {
		case bytes.HasPrefix(data, []byte("\x1f\x8b")):
			layer, err = gzip.NewReader(bytes.NewReader(data))
		case len(data) > 1 && data[0] == 0x78 && binary.BigEndian.Uint16(data)%31 == 0: // RFC 1950, 2.2.
			layer, err = zlib.NewReader(bytes.NewReader(data))
		case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
			data = data[3:]
			continue
		case bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte(`"`)):
			var text string
			if json.Unmarshal(data, &text, lenient) != nil {
				return data, err
			}
			data, err = []byte(text), errQuoted
			continue
		default:
			return data, err
		}
		if err != nil {
			return data, err
		}
		if data, err = readBounded(layer, limit); err != nil {
			return data, err
		}
	}
	return data, err
}
