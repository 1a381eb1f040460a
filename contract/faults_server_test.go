package contract_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
)

// strike returns what the request that is struck meets. The body is that of the response if the operation was carried out before.
type strike func(c *cell, body string) keystest.Fault

// echo is a text of a malicious or debugging server: it holds the credential and the newest secret.
func (c *cell) echo() string { return "credential " + c.mock.APIKey + " secret " + c.lastSecret() }

// always is the same fault for each cell.
func always(fault keystest.Fault) strike { return func(*cell, string) keystest.Fault { return fault } }

// What happens instead of a response.
var (
	drop  = always(keystest.Fault{Drop: true})
	stall = always(keystest.Fault{Drop: true, Stall: true})
)

func garbage(c *cell, _ string) keystest.Fault { return keystest.Fault{Raw: c.echo() + "\r\n\r\n"} }

// respond responds with status and body; its headers echo what must not leak, but for those that are given ("Name: value").
func respond(status int, body func(*cell) string, headers ...string) strike {
	return func(c *cell, _ string) keystest.Fault {
		header := http.Header{"X-Qai-Request-Id": {c.echo()}, "X-Qai-Model": {c.echo()}, "Retry-After": nil}
		setHeaders(header, headers)
		text := body(c)
		none := text == "" && status != http.StatusNoContent && status != http.StatusNotModified // Which have none anyway.
		return keystest.Fault{Status: status, Body: text, Empty: none, Header: header}
	}
}

// The bodies of an error.
func nested(c *cell) string {
	return fmt.Sprintf(`{"error":{"message":%q,"type":%q,"code":%q}}`, c.echo(), c.echo(), c.echo())
}
func flat(c *cell) string { return fmt.Sprintf(`{"error":%q,"message":%q}`, c.echo(), c.echo()) }
func html(c *cell) string { return "<html><body>" + c.echo() + "</body></html>" }
func empty(*cell) string  { return "" }

func setHeaders(to http.Header, headers []string) {
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		to.Set(name, value)
	}
}

// spoil changes the body of a response.
func spoil(change func(c *cell, body string) string, headers ...string) strike {
	return func(c *cell, body string) keystest.Fault {
		fault := keystest.Fault{Body: change(c, body), Header: http.Header{}}
		setHeaders(fault.Header, headers)
		return fault
	}
}

// restate sends the body of a response with another status.
func restate(status int) strike {
	return func(_ *cell, body string) keystest.Fault {
		return keystest.Fault{Status: status, Body: body, Header: http.Header{"Retry-After": nil}}
	}
}

func unchanged(_ *cell, body string) string { return body }

var timestamp = regexp.MustCompile(`"\d{4}-\d{2}-\d{2}T[^"]*"`)

// misplace puts what must not leak where errors like to quote what they found: in the timestamps or, where there are none, where damage
// puts it.
func misplace(c *cell, body string) string {
	if timestamp.MatchString(body) {
		return timestamp.ReplaceAllLiteralString(body, strconv.Quote(c.echo()))
	}
	return damage(false)(c, body)
}

// damage puts what must not leak, with a wrong type, in the place of the ids of a body, or of everything but the ids and the secret.
func damage(ids bool) func(*cell, string) string {
	var damaged func(c *cell, schema *openapi3.Schema, value any) any
	damaged = func(c *cell, schema *openapi3.Schema, value any) any {
		switch value := value.(type) {
		case []any:
			for i := range value {
				value[i] = damaged(c, schema.Items.Value, value[i])
			}
		case map[string]any:
			for name := range value {
				property := schema.Properties[name].Value
				holds := essential(property)
				switch {
				case holds && property.MinLength == 0:
					value[name] = damaged(c, property, value[name])
				case holds != ids || property.Type == nil || property.Format == "password":
				case property.Type.Is("string"):
					value[name] = []string{c.echo()}
				default:
					value[name] = c.echo()
				}
			}
		}
		return value
	}
	return func(c *cell, body string) string {
		var value any
		assert.NoError(c.t, json.Unmarshal([]byte(body), &value))
		encoded, err := json.Marshal(damaged(c, c.op.Success(), value))
		assert.NoError(c.t, err)
		return string(encoded)
	}
}

// nullLists makes the lists of a body null.
func nullLists(c *cell, body string) string {
	return changeLists(c, body, func(members map[string]any, list string) { members[list] = nil })
}

// withoutLists leaves the lists of a body out.
func withoutLists(c *cell, body string) string {
	return changeLists(c, body, func(members map[string]any, list string) { delete(members, list) })
}

func changeLists(c *cell, body string, change func(members map[string]any, list string)) string {
	var members map[string]any
	assert.NoError(c.t, json.Unmarshal([]byte(body), &members))
	for _, list := range listsOf(c.op) {
		change(members, list)
	}
	encoded, err := json.Marshal(members)
	assert.NoError(c.t, err)
	return string(encoded)
}

// pad puts a property of 2 MiB behind the others of a body.
func pad(_ *cell, body string) string {
	return strings.TrimSuffix(strings.TrimSpace(body), "}") + `,"padding":"` + strings.Repeat("x", 2<<20) + `"}`
}

// position is where in a body something happens.
type position struct {
	name     string
	of       func(start, end, last int) int // By where the secret starts and ends, and where the last brace is.
	salvages bool                           // The whole secret comes before it.
	fixed    bool                           // That can be known only of a secret of a fixed length.
}

// positions are the interesting bytes of a response. A response without a secret has the middle third of the body instead.
var positions = []position{
	{"before the first byte", func(_, _, _ int) int { return 0 }, false, false},
	{"after the first byte", func(_, _, _ int) int { return 1 }, false, false},
	{"right before the secret", func(start, _, _ int) int { return start }, false, false},
	{"after the secret's prefix", func(start, _, _ int) int { return start + len("qai_k_4f1c09aa") }, false, false},
	{"inside the secret", func(start, end, _ int) int { return (start + end) / 2 }, false, false},
	{"before the secret's closing quote", func(_, end, _ int) int { return end }, true, true},
	{"after the secret's closing quote", func(_, end, _ int) int { return end + 1 }, true, false},
	{"behind the secret", func(_, end, _ int) int { return end + 3 }, true, false},
	{"before the last brace", func(_, _, last int) int { return last }, true, false},
}

// cut returns how many bytes of a body come before a position, never all of them.
func (c *cell) cut(body string, p position) int {
	last := len(strings.TrimSpace(body)) - 1
	start, end := last/3, last*2/3
	if secret := c.lastSecret(); secret != "" && strings.Contains(body, secret) {
		start = strings.Index(body, secret)
		end = start + len(secret)
	}
	return min(p.of(start, end, last), last)
}

// part sends a part of a response, and then closes the connection or stalls.
func part(p position, stalls bool) strike {
	return func(c *cell, body string) keystest.Fault {
		return keystest.Fault{Truncate: cmp.Or(c.cut(body, p), -1), Stall: stalls}
	}
}

// refuseAlways has nothing listen.
func refuseAlways(c *cell) { _ = c.listener.Close() }

// refuseOnce lets the first connection fail.
func refuseOnce(c *cell) {
	c.dialFirst(func(_ context.Context, network string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: network, Err: errors.New("connection refused")}
	})
}

// resetAfter has the server's end of the first connection break after n bytes.
func resetAfter(n int64) func(*cell) {
	return func(c *cell) {
		c.dialFirst(func(context.Context, string) (net.Conn, error) {
			client, server := net.Pipe()
			go func() {
				_, _ = io.CopyN(io.Discard, server, n)
				_ = server.Close()
			}()
			return client, nil
		})
	}
}

// dialFirst has the first connection made by dial.
func (c *cell) dialFirst(dial func(ctx context.Context, network string) (net.Conn, error)) {
	next, first := c.transport.DialContext, true
	c.transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if !first {
			return next(ctx, network, addr)
		}
		first = false
		return dial(ctx, network)
	}
}

// cancelAfter has the caller cancel the call after d.
func cancelAfter(d time.Duration) func(*cell) {
	return func(c *cell) {
		if d == 0 {
			c.cancel()
			return
		}
		stop := c.cancel
		timer := time.AfterFunc(d, stop)
		c.cancel = func() { timer.Stop(); stop() }
	}
}

// deadlineAfter gives the caller's context a deadline in d.
func deadlineAfter(d time.Duration) func(*cell) {
	return func(c *cell) {
		stop := c.cancel
		ctx, cancel := context.WithTimeout(c.ctx, d)
		c.ctx, c.cancel = ctx, func() { cancel(); stop() }
	}
}

// dialFor makes connecting take for ever, and ends the call after a second.
func dialFor(end func(time.Duration) func(*cell)) func(*cell) {
	return func(c *cell) {
		end(time.Second)(c)
		c.transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, &net.OpError{Op: "dial", Net: network, Err: ctx.Err()}
		}
	}
}
