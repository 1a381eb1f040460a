package contract_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
)

// handler responds to the request that is struck.
type handler func(*cell, http.ResponseWriter, *http.Request)

// afterwards carries the operation out where the fault strikes after it.
func (c *cell) afterwards(r *http.Request) {
	if c.when == after {
		c.perform(r)
	}
}

// echo is a text of a malicious or debugging server: it holds the credential and the newest secret.
func (c *cell) echo() string { return "credential " + c.mock.APIKey + " secret " + c.lastSecret() }

// drop closes the connection without a response.
func drop(c *cell, _ http.ResponseWriter, r *http.Request) {
	c.afterwards(r)
	panic(http.ErrAbortHandler)
}

// stall doesn't respond.
func stall(c *cell, _ http.ResponseWriter, r *http.Request) {
	c.afterwards(r)
	<-r.Context().Done()
}

// garbage responds with what isn't HTTP.
func garbage(c *cell, w http.ResponseWriter, r *http.Request) {
	c.afterwards(r)
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	_, _ = io.WriteString(conn, c.echo()+"\r\n\r\n")
	_ = conn.Close()
}

// respond responds with status and body; its headers echo what must not leak, but for those that are given ("Name: value").
func respond(status int, body func(*cell) string, headers ...string) handler {
	return func(c *cell, w http.ResponseWriter, r *http.Request) {
		c.afterwards(r)
		w.Header().Set("X-QAI-Request-Id", c.echo())
		w.Header().Set("X-QAI-Model", c.echo())
		w.Header().Set("Content-Type", "application/json")
		setHeaders(w.Header(), headers)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body(c))
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

func copyResponse(w http.ResponseWriter, from *httptest.ResponseRecorder) {
	for name, values := range from.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(from.Code)
	_, _ = w.Write(from.Body.Bytes())
}

// spoil carries the operation out and changes its response.
func spoil(change func(c *cell, body string) string, headers ...string) handler {
	return func(c *cell, w http.ResponseWriter, r *http.Request) {
		done := c.perform(r)
		done.Header().Del("Content-Length")
		setHeaders(done.Header(), headers)
		body := change(c, done.Body.String())
		done.Body.Reset()
		done.Body.WriteString(body)
		copyResponse(w, done)
	}
}

// restate carries the operation out and responds with another status.
func restate(status int) handler {
	return func(c *cell, w http.ResponseWriter, r *http.Request) {
		done := c.perform(r)
		done.Code = status
		copyResponse(w, done)
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

// padAndZip compresses what pad returns.
func padAndZip(c *cell, body string) string { return zip(pad(c, body)) }

func zip(text string) string {
	var b strings.Builder
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.String()
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

// cut returns body up to a position, and never the whole of it.
func (c *cell) cut(body string, p position) string {
	last := len(strings.TrimSpace(body)) - 1
	start, end := last/3, last*2/3
	if secret := c.lastSecret(); secret != "" && strings.Contains(body, secret) {
		start = strings.Index(body, secret)
		end = start + len(secret)
	}
	return body[:min(p.of(start, end, last), last)]
}

// part carries the operation out and sends a part of its response, then does the rest.
func part(p position, rest func(*http.Request)) handler {
	return func(c *cell, w http.ResponseWriter, r *http.Request) {
		done := c.perform(r)
		body := done.Body.String()
		for name, values := range done.Header() {
			w.Header()[name] = values
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(done.Code)
		_, _ = io.WriteString(w, c.cut(body, p))
		_ = http.NewResponseController(w).Flush()
		rest(r)
	}
}

func abort(*http.Request)  { panic(http.ErrAbortHandler) }
func hang(r *http.Request) { <-r.Context().Done() }

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
