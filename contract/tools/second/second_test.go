// Package second_test asks another validator, libopenapi-validator, about the exchanges of the contract tests. It has to agree with
// kin-openapi on each request and response: where the two differ, the document can be understood in two ways.
package second_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
	"github.com/qaikeys/qaikeys"
	"github.com/qaikeys/qaikeys/contract"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// longNumber finds whole numbers that libopenapi-validator can't judge: it reads them as float64, and the greatest int64 as too large.
var longNumber = regexp.MustCompile(`\d{17}`)

func TestTwoValidatorsAgree(t *testing.T) {
	t.Parallel()
	doc, err := libopenapi.NewDocument(qaikeys.OpenAPI)
	require.NoError(t, err)
	second, errs := validator.NewValidator(doc, config.WithFormatAssertions())
	require.Empty(t, errs)
	judged, differ := 0, 0
	for _, exchange := range exchanges(t) {
		if longNumber.Match(exchange.Body) || longNumber.Match(exchange.ResponseBody) {
			continue
		}
		judged++
		if differ < 10 && !agrees(t, second, exchange) {
			differ++
		}
	}
	assert.Greater(t, judged, 100, "hardly any exchange was judged")
	t.Logf("the validators agree on %d of %d exchanges", judged-differ, judged)
}

// exchanges runs the contract tests and returns what they sent and received.
func exchanges(t *testing.T) []contract.Exchange {
	t.Helper()
	name := filepath.Join(t.TempDir(), "exchanges")
	tests := exec.CommandContext(t.Context(), "go", "test", "-count=1", "./contract", "-exchanges", name)
	tests.Dir = "../../.."
	out, err := tests.CombinedOutput()
	require.NoError(t, err, "%s", out)
	file, err := os.Open(name)
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	var all []contract.Exchange
	for decoder := json.NewDecoder(file); ; {
		var exchange contract.Exchange
		err := decoder.Decode(&exchange)
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		all = append(all, exchange)
	}
}

// agrees reports whether a validator says of an exchange what kin-openapi says.
func agrees(t *testing.T, second validator.Validator, exchange contract.Exchange) bool {
	t.Helper()
	request := func() *http.Request {
		r, err := http.NewRequest(exchange.Method, exchange.URL, bytes.NewReader(exchange.Body))
		require.NoError(t, err)
		r.Header = exchange.Header
		return r
	}
	const message = "of %s %s, %d: kin-openapi says %q, libopenapi-validator %v; the bodies are %s and %s"
	valid, reasons := second.ValidateHttpRequestSync(request())
	requests := assert.Equal(t, exchange.RequestFault == "", valid, "the request "+message,
		exchange.Method, exchange.URL, exchange.Status, exchange.RequestFault, reasons, exchange.Body, exchange.ResponseBody)
	r := request()
	valid, reasons = second.ValidateHttpResponse(r, &http.Response{
		StatusCode: exchange.Status, Header: exchange.ResponseHeader, Body: io.NopCloser(bytes.NewReader(exchange.ResponseBody)), Request: r,
	})
	responses := assert.Equal(t, exchange.ResponseFault == "", valid, "the response "+message,
		exchange.Method, exchange.URL, exchange.Status, exchange.ResponseFault, reasons, exchange.Body, exchange.ResponseBody)
	return requests && responses
}
