package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/qaikeys/qaikeys/wrapper/document"
)

// violatingError is the error of a response that may not be forwarded.
type violatingError string

func (e violatingError) Error() string {
	return "the upstream's response violates the API's document: " + string(e)
}

// checkResponse holds a response to the document. With -errors, one that isn't of a mint and isn't large is judged before any of it is
// forwarded, and any other but of a mint part by part. Everything else is judged while it is forwarded.
func (p *proxy) checkResponse(resp *http.Response) error {
	x := exchangeOf(resp.Request.Context())
	x.requestID = resp.Header.Get("X-Qai-Request-Id")
	status := resp.StatusCode
	if status < http.StatusOK || status > 999 { // Which can't be sent. A 101 has no body, but a connection.
		if status == http.StatusSwitchingProtocols || !x.mints() {
			x.add("response: ", document.Verdict{Violation: fmt.Sprintf("the status %d isn't documented", status)})
			return violatingError(x.Violations[len(x.Violations)-1])
		}
		resp.StatusCode = http.StatusBadGateway
	}
	if x.op == nil {
		return nil
	}
	if !p.errors || x.mints() {
		resp.Body = &forwardedBody{ReadCloser: resp.Body, judge: newResponseJudge(x, status, resp.Header)}
		return nil
	}
	start, err := io.ReadAll(io.LimitReader(resp.Body, document.MaxBody+1))
	if err != nil || len(start) <= document.MaxBody {
		return x.checkHeld(resp, start, err)
	}
	whole := parts{io.MultiReader(bytes.NewReader(start), resp.Body), resp.Body}
	resp.Body = &cutBody{ReadCloser: whole, judge: newResponseJudge(x, status, resp.Header)}
	return nil
}

// checkHeld holds a response whose body, or what of it came before an error, is in memory to the document.
func (x *exchange) checkHeld(resp *http.Response, body []byte, broken error) error {
	again := func() io.Reader {
		return io.MultiReader(bytes.NewReader(body), failing{cmp.Or(broken, io.EOF)})
	}
	x.take(x.op.JudgeResponse(x.ctx, resp.StatusCode, resp.Header, again(), x.note), broken)
	resp.Body = parts{again(), resp.Body}
	switch {
	case errors.Is(broken, errStalled):
		return broken
	case len(x.Violations) > 0:
		return violatingError(x.Violations[0])
	}
	return nil
}

// failing is a reader that has nothing but an error.
type failing struct{ error }

func (f failing) Read([]byte) (int, error) { return 0, f.error }

// parts make a body of a reader and a closer.
type parts struct {
	io.Reader
	io.Closer
}

// errUnread is the error of a response that is closed before its end.
var errUnread = errors.New("the response wasn't read to its end")

// responseJudge holds a response to the document while its body is read.
type responseJudge struct {
	x       *exchange
	pipe    *io.PipeWriter // To JudgeResponse, which runs beside.
	stop    func()         // Ends it.
	verdict chan document.Verdict
	decided bool // The exchange has the verdict.
}

func newResponseJudge(x *exchange, status int, header http.Header) *responseJudge {
	read, write := io.Pipe()
	ctx, stop := context.WithCancel(context.WithoutCancel(x.ctx)) // A client that has the whole may go before there is a verdict.
	j := &responseJudge{x: x, pipe: write, stop: stop, verdict: make(chan document.Verdict, 1)}
	go func() {
		j.verdict <- x.op.JudgeResponse(ctx, status, header, read, x.note)
		_ = read.Close() // What comes now isn't judged any more.
	}()
	return j
}

// tell passes on what was read of the body, and how reading has ended if it has. Once there is a verdict, the exchange takes it.
func (j *responseJudge) tell(part []byte, err error) {
	var done error
	if len(part) > 0 {
		_, done = j.pipe.Write(part) // An error says that there is a verdict.
	}
	if err != nil {
		_ = j.pipe.CloseWithError(err)
	}
	if errors.Is(err, errUnread) {
		j.stop()
	}
	if (err != nil || done != nil) && !j.decided {
		j.decided = true
		j.x.take(<-j.verdict, err)
	}
}

// forwardedBody is the body of a response whose parts are judged after they are forwarded.
type forwardedBody struct {
	io.ReadCloser

	judge *responseJudge
	last  []byte // What was read last.
	err   error  // How reading has ended.
}

// Read judges the part before, which has been forwarded by now.
func (b *forwardedBody) Read(p []byte) (n int, err error) {
	b.judge.tell(b.last, b.err)
	n, b.err = b.ReadCloser.Read(p)
	b.last = append(b.last[:0], p[:n]...)
	return n, b.err
}

// Close ends a response, also one that the client doesn't want any more. The client has what there is by then, and doesn't wait for the
// verdict.
func (b *forwardedBody) Close() error {
	err := b.ReadCloser.Close()
	b.judge.tell(b.last, cmp.Or(b.err, errUnread))
	b.judge.stop()
	return err
}

// cutBody is the body of a response whose parts are judged before they are forwarded, and which a violation ends.
type cutBody struct {
	io.ReadCloser

	judge *responseJudge
}

func (b *cutBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.judge.tell(p[:n], err)
	if x := b.judge.x; b.judge.decided && len(x.Violations) > 0 {
		x.Error = cmp.Or(x.Error, "it was cut off, because it violates the API's document")
		return 0, violatingError(x.Violations[0])
	}
	return n, err
}

// Close ends a response, also one that the client doesn't want any more.
func (b *cutBody) Close() error {
	b.judge.tell(nil, errUnread)
	b.judge.stop()
	return b.ReadCloser.Close()
}
