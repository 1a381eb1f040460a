package keystest_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/qaikeys/qaikeys/wrapper/memnet"
	"github.com/stretchr/testify/assert"
)

// TestEveryFieldOfAFaultHasAnEffect tests that a client sees a difference without any one field of a fault that is accepted. The faults are
// all pairs of these.
func TestEveryFieldOfAFaultHasAnEffect(t *testing.T) {
	t.Parallel()
	faults := []keystest.Fault{
		{After: true}, {Status: 503}, {Status: 204}, {Status: 304}, {Body: "another body"}, {Empty: true}, {Raw: "nonsense"},
		{Code: "C"}, {Message: "M"}, {Flat: true}, {RetryAfter: 7 * time.Second}, {Every: time.Second}, {Stall: true},
		{Status: 500, Code: "C"}, {Status: 500, Message: "M"}, {Status: 500, Flat: true}, {Status: 500, RetryAfter: 7 * time.Second},
		{Garble: "details"}, {Gzip: 2}, {Header: http.Header{"X-A": {"b"}}}, {Header: http.Header{"Content-Length": {"10000"}}},
		{Header: http.Header{"Content-Type": {"text/html"}}}, {Header: http.Header{"Date": nil}}, {Header: http.Header{"Retry-After": {"3"}}},
		{Delay: 20 * time.Second}, {Jitter: time.Minute}, {Dribble: 3}, {Dribble: 3, Every: time.Second}, {Drop: true}, {Truncate: 5}, {Truncate: -1}, {Drop: true, Stall: true},
		{Truncate: 5, Stall: true}, {Truncate: -1, Stall: true}, {Reset: true},
	}
	synctest.Test(t, func(t *testing.T) {
		seen := map[string]string{}
		see := func(fault keystest.Fault) string {
			key := fmt.Sprintf("%+v", fault)
			if seen[key] == "" {
				seen[key] = seenOf(t, fault)
			}
			return seen[key]
		}
		for i, one := range faults {
			for _, other := range faults[i:] {
				both, ok := merged(one, other)
				if !ok || both.Validate() != nil {
					continue
				}
				for field := range reflect.TypeFor[keystest.Fault]().NumField() {
					without := both
					reflect.ValueOf(&without).Elem().Field(field).SetZero()
					if reflect.DeepEqual(without, both) || hasNoEffectOfItsOwn(both, field) || !reflect.ValueOf(without).IsZero() && without.Validate() != nil {
						continue // It isn't set, or others need it.
					}
					assert.NotEqual(t, see(without), see(both), "%+v without %s", both, reflect.TypeFor[keystest.Fault]().Field(field).Name)
				}
			}
		}
	})
}

// hasNoEffectOfItsOwn reports what [keystest.Fault] says of After: an operation that isn't replaced takes effect without it.
func hasNoEffectOfItsOwn(f keystest.Fault, field int) bool {
	replaced := f.Status != 0 || f.Body != "" || f.Empty || f.Raw != "" || f.Drop
	return reflect.TypeFor[keystest.Fault]().Field(field).Name == "After" && !replaced
}

// merged returns a fault with the fields of both, or false if they differ in one.
func merged(one, other keystest.Fault) (both keystest.Fault, ok bool) {
	both = one
	for i, field := range reflect.ValueOf(&both).Elem().Fields() {
		switch value := reflect.ValueOf(other).FieldByIndex(i.Index); {
		case value.IsZero():
		case field.IsZero():
			field.Set(value)
		case !reflect.DeepEqual(field.Interface(), value.Interface()):
			return both, false
		}
	}
	return both, true
}

// seenOf mints a key under a fault, and returns each part of the response, when it comes and how the connection ends.
func seenOf(t *testing.T, fault keystest.Fault) string {
	t.Helper()
	mock, listener := keystest.NewHandler(keystest.WithSeed(1), keystest.WithAPIKey("qai_account")), memnet.Listen()
	if !reflect.ValueOf(fault).IsZero() {
		mock.Inject(fault)
	}
	server := &http.Server{Handler: mock, ReadHeaderTimeout: 10 * time.Hour}
	reset := false
	go func() { _ = server.Serve(lingering{listener, &reset}) }()
	conn, err := listener.Dial(t.Context())
	if err != nil {
		return err.Error()
	}
	defer func() { _ = conn.Close(); _ = server.Close(); synctest.Wait() }()
	start, seen := time.Now(), ""
	_ = conn.SetDeadline(start.Add(time.Hour))
	_, _ = io.WriteString(conn, "POST /qai/v1/keys HTTP/1.1\r\nHost: localhost\r\nX-API-Key: qai_account\r\nContent-Type: application/json\r\n"+
		"Content-Length: 13\r\n\r\n"+`{"name":"ci"}`)
	for part := make([]byte, 1<<16); ; {
		n, err := conn.Read(part)
		seen += fmt.Sprintf("%q after %v\n", part[:n], time.Since(start).Round(time.Second/2))
		if err != nil {
			return strings.ReplaceAll(seen, start.UTC().Format(http.TimeFormat), "now") + fmt.Sprint(err, reset, len(mock.Keys()))
		}
	}
}

// lingering is a listener whose connections can be reset, as those of TCP.
type lingering struct {
	net.Listener

	reset *bool
}

func (l lingering) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	return lingeringConn{conn, l.reset}, err
}

type lingeringConn struct {
	net.Conn

	reset *bool
}

func (c lingeringConn) SetLinger(int) error {
	*c.reset = true
	return nil
}
