package keys

import (
	"net/http"
	"strconv"

	"github.com/qaikeys/qaikeys/types"
)

// Meta is what is known of a call's last attempt besides its result. A field is zero if its header is absent or can't be read.
type Meta struct {
	RequestID    string // X-QAI-Request-Id; quote it when asking the gateway's operators.
	CostTicks    Ticks  // X-QAI-Cost-Ticks; what the request cost, in ticks.
	BalanceAfter Ticks  // X-QAI-Balance-After; the account's balance, in ticks. Not sent by the keys API today.
	Model        string // X-QAI-Model. Not sent by the keys API today.
	StatusCode   int    // The HTTP status, 0 if there was no response.
	Attempts     int    // How many attempts were made.

	// Malformed is what is wrong with the response of a mint that succeeded, since its secret and its id could be read: a [DecodeError]
	// of the first fault. What couldn't be read is zero in the result. It is nil if all is well, and if the call failed.
	Malformed error
}

// CallOption is an option of a single call. A nil one is ignored.
type CallOption func(*call)

// CaptureMeta fills meta when the call ends, even with an error; with [Client.All], when the iteration ends. A nil meta is ignored.
// Calls that run at the same time must not share one.
func CaptureMeta(meta *Meta) CallOption {
	return func(call *call) {
		if meta != nil {
			call.captures = append(call.captures, meta)
		}
	}
}

// note reads the headers of a response.
func (m *Meta) note(c *Client, resp *http.Response) {
	m.StatusCode = resp.StatusCode
	m.RequestID = c.redact(resp.Header.Get("X-Qai-Request-Id")) // In canonical form, which needs no conversion.
	m.Model = c.redact(resp.Header.Get("X-Qai-Model"))
	m.CostTicks = ticksHeader(resp.Header, "X-Qai-Cost-Ticks")
	m.BalanceAfter = ticksHeader(resp.Header, "X-Qai-Balance-After")
}

func ticksHeader(h http.Header, name string) types.Ticks {
	if text := h.Get(name); text != "" {
		if ticks, err := strconv.ParseInt(text, 10, 64); err == nil {
			return types.Ticks(ticks)
		}
	}
	return 0
}
