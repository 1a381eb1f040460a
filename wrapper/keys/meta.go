package keys

import (
	"net/http"
	"strconv"

	"github.com/qaikeys/qaikeys/types"
)

// Meta is what is known of a call's last attempt beside its answer. What the answer's headers don't tell, or tell in a
// form that can't be read, is zero.
type Meta struct {
	RequestID    string // X-QAI-Request-Id; quote it when asking the gateway's operators.
	CostTicks    Ticks  // X-QAI-Cost-Ticks; what the request cost, in ticks.
	BalanceAfter Ticks  // X-QAI-Balance-After; the account's balance, in ticks. Not sent by the keys API today.
	Model        string // X-QAI-Model. Not sent by the keys API today.
	StatusCode   int    // The status of the answer, 0 where there was none.
	Attempts     int    // How many attempts were made, 1 where nothing was replayed.
}

// CallOption is an option of a single call.
type CallOption func(*callOptions)

type callOptions struct {
	metas []*Meta
}

// CaptureMeta fills meta when the call ends, for errors too; with [Client.All] that is the end of the iteration. A nil
// meta is ignored. Don't share one between calls that run at the same time.
func CaptureMeta(meta *Meta) CallOption {
	return func(o *callOptions) {
		if meta != nil {
			o.metas = append(o.metas, meta)
		}
	}
}

func (call *call) capture(opts []CallOption) {
	if len(opts) == 0 {
		return
	}
	var o callOptions
	for _, opt := range opts {
		opt(&o)
	}
	for _, meta := range o.metas {
		*meta = call.meta
	}
}

// note reads what an answer's headers tell.
func (m *Meta) note(c *Client, resp *http.Response) {
	m.StatusCode = resp.StatusCode
	m.RequestID = c.redact(resp.Header.Get("X-Qai-Request-Id"))
	m.Model = c.redact(resp.Header.Get("X-Qai-Model"))
	m.CostTicks = ticksHeader(resp, "X-Qai-Cost-Ticks")
	m.BalanceAfter = ticksHeader(resp, "X-Qai-Balance-After")
}

func ticksHeader(resp *http.Response, name string) types.Ticks {
	text := resp.Header.Get(name) // In net/http's form of the name, like the others: looked up as it is.
	if text == "" {
		return 0
	}
	ticks, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0 // A malformed header costs nothing, least of all the answer that it came with.
	}
	return types.Ticks(ticks)
}
