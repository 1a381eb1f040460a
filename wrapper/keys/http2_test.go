package keys_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/memnet"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// answerAndPing is an HTTP/2 server that responds with body, and then sends PINGs and reads nothing until the connection is closed.
func answerAndPing(conn net.Conn, body string) {
	preface := make([]byte, len(http2.ClientPreface))
	_, _ = io.ReadFull(conn, preface)
	framer := http2.NewFramer(conn, conn)
	settled := make(chan struct{})
	go func() {
		defer close(settled)
		_ = framer.WriteSettings()
	}()
	var request uint32
	for acked := false; request == 0 || !acked; {
		frame, err := framer.ReadFrame()
		if err != nil {
			return
		}
		switch frame := frame.(type) {
		case *http2.SettingsFrame:
			acked = acked || frame.IsAck()
		case *http2.HeadersFrame:
			if frame.StreamEnded() {
				request = frame.StreamID
			}
		case *http2.DataFrame:
			if frame.StreamEnded() {
				request = frame.StreamID
			}
		}
	}
	<-settled
	var block bytes.Buffer
	_ = hpack.NewEncoder(&block).WriteField(hpack.HeaderField{Name: ":status", Value: "200"})
	_ = framer.WriteHeaders(http2.HeadersFrameParam{StreamID: request, BlockFragment: block.Bytes(), EndHeaders: true})
	_ = framer.WriteData(request, true, []byte(body))
	for err := error(nil); err == nil; {
		err = framer.WritePing(false, [8]byte{})
	}
}

// pinging is the host of a server in memory that responds to a request over HTTP/2 and then only sends PINGs.
const pinging = "pinging.test"

// prepareDefaultTransport has http.DefaultTransport trust and reach that server, and hurry.
func prepareDefaultTransport() {
	transport := http.DefaultTransport.(*http.Transport)
	certificate, roots, err := selfSigned(time.Now().Add(time.Hour))
	if err != nil {
		panic(err)
	}
	// What is read of more than 4 KiB is reported to the server, by a write.
	body := strings.TrimSuffix(minted, "}") + `,"keys":[],"padding":"` + strings.Repeat("x", 8<<10) + `"}`
	listener := memnet.Listen()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			server := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS13})
			go answerAndPing(server, body)
		}
	}()
	transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	dial := transport.DialContext
	transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if addr != pinging+":443" {
			return dial(ctx, network, addr)
		}
		conn, err := listener.Dial(ctx)
		return hurried{conn}, err
	}
}

// hurried is a connection on which a write may take a twentieth of the time that it was given.
type hurried struct{ net.Conn }

func (c hurried) SetWriteDeadline(at time.Time) error {
	if left := time.Until(at); left > 0 {
		at = time.Now().Add(left / 20)
	}
	return c.Conn.SetWriteDeadline(at)
}

// TestAServerThatStopsReading, over HTTP/2 and by the client's own transport: it can't hold up a call.
func TestAServerThatStopsReading(t *testing.T) {
	t.Parallel()
	client, err := keys.New(credential, keys.WithBaseURL("https://"+pinging))
	require.NoError(t, err)
	done := make(chan error, 2)
	go func() {
		done <- create(t.Context(), client)
		done <- list(t.Context(), client)
	}()
	for range 2 {
		select {
		case err := <-done:
			require.NoError(t, err)
		case <-time.After(20 * time.Second):
			t.Fatal("the call hangs")
		}
	}
}
