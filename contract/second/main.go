// Command second asks libopenapi-validator about the exchanges that the contract tests wrote to a file. It has to agree with
// kin-openapi on each request and response: where the two differ, the document can be understood in two ways.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
	validationerrors "github.com/pb33f/libopenapi-validator/errors"
	"github.com/qaikeys/qaikeys"
	"github.com/qaikeys/qaikeys/contract"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: second FILE, which go test ./contract -exchanges FILE wrote")
		os.Exit(2)
	}
	asked, err := run(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "second:", err)
		os.Exit(1)
	}
	fmt.Printf("Two validators agree on %d exchanges.\n", asked)
}

// run returns how many exchanges of a file it asked about, and where the validators differ.
func run(name string) (asked int, err error) {
	doc, err := libopenapi.NewDocument(qaikeys.OpenAPI)
	if err != nil {
		return 0, err
	}
	opinion, errs := validator.NewValidator(doc, config.WithFormatAssertions())
	if len(errs) > 0 {
		return 0, errors.Join(errs...)
	}
	file, err := os.Open(name) //nolint:gosec // The file that the caller names.
	if err != nil {
		return 0, err
	}
	defer func() { _ = file.Close() }()
	decoder := json.NewDecoder(bufio.NewReader(file))
	var differences []error
	for len(differences) < 10 {
		var exchange contract.Exchange
		switch err := decoder.Decode(&exchange); {
		case errors.Is(err, io.EOF) && asked == 0:
			return 0, fmt.Errorf("%s has no exchange that could be asked about", name)
		case errors.Is(err, io.EOF):
			return asked, errors.Join(differences...)
		case err != nil:
			return asked, err
		}
		if longNumber.Match(exchange.Body) || longNumber.Match(exchange.AnswerBody) {
			continue
		}
		if err := compare(opinion, exchange); err != nil {
			differences = append(differences, err)
		}
		asked++
	}
	return asked, errors.Join(differences...)
}

// longNumber finds whole numbers that libopenapi-validator can't judge: it reads them as float64, and the greatest int64 as too large.
var longNumber = regexp.MustCompile(`\d{17}`)

// compare returns where another validator differs from kin-openapi about an exchange.
func compare(opinion validator.Validator, exchange contract.Exchange) error {
	request := func() (*http.Request, error) {
		r, err := http.NewRequest(exchange.Method, exchange.URL, bytes.NewReader(exchange.Body)) //nolint:noctx // It isn't sent.
		if err == nil {
			r.Header = exchange.Header
		}
		return r, err
	}
	asked, err := request()
	if err != nil {
		return err
	}
	valid, reasons := opinion.ValidateHttpRequestSync(asked)
	if valid != (exchange.RequestFault == "") {
		return differ("request", exchange, exchange.RequestFault, reasons)
	}
	if asked, err = request(); err != nil {
		return err
	}
	valid, reasons = opinion.ValidateHttpResponse(asked, &http.Response{
		StatusCode: exchange.Status, Header: exchange.Answer, Body: io.NopCloser(bytes.NewReader(exchange.AnswerBody)), Request: asked,
	})
	if valid != (exchange.ResponseFault == "") {
		return differ("response", exchange, exchange.ResponseFault, reasons)
	}
	return nil
}

func differ(what string, exchange contract.Exchange, fault string, reasons []*validationerrors.ValidationError) error {
	return fmt.Errorf("the %s of %s %s, %d: kin-openapi says %q, libopenapi-validator %v; the bodies are %s and %s",
		what, exchange.Method, exchange.URL, exchange.Status, fault, reasons, exchange.Body, exchange.AnswerBody)
}
