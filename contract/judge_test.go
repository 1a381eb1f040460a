package contract_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/qaikeys/qaikeys/contract"
	"github.com/qaikeys/qaikeys/wrapper/document"
	"github.com/stretchr/testify/assert"
)

// judge is a transport that holds each exchange to the document and records which responses it saw.
type judge struct {
	t    assert.TestingT
	next http.RoundTripper
	*record
}

// record is what judges of one document share.
type record struct {
	doc *document.Document

	mu         sync.Mutex
	seen       map[string]map[int]int // By operation and status.
	properties map[string]bool        // That had a value in some request or response, like "KeyDetails.scope".
}

func newJudge(t *testing.T) *judge {
	t.Helper()
	return &judge{t, http.DefaultTransport, &record{doc: loadDocument(t), seen: map[string]map[int]int{}, properties: map[string]bool{}}}
}

// watch returns a judge with the same record for another test and transport.
func (j *judge) watch(t assert.TestingT, next http.RoundTripper) *judge {
	return &judge{t, next, j.record}
}

// RoundTrip fails the test if the request or its response isn't what the document says.
func (j *judge) RoundTrip(r *http.Request) (*http.Response, error) {
	body := []byte{}
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		_ = r.Body.Close()
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	op, params := j.doc.Find(r.Method, r.URL.EscapedPath())
	if !assert.NotNil(j.t, op, "%s %s", r.Method, r.URL) {
		return nil, errors.New("the document has no such operation")
	}
	requestFault := op.JudgeRequest(r, params, body, nil).Violation
	if r.Context().Value(wrongRequest{}) == nil {
		assert.Empty(j.t, requestFault, "the request of %s", op.ID)
	}

	resp, err := j.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	response, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(response))
	responseFault := op.JudgeResponse(context.WithoutCancel(r.Context()), resp.StatusCode, resp.Header, bytes.NewReader(response), nil)
	assert.Empty(j.t, responseFault, "the response %d to %s: %s", resp.StatusCode, op.ID, response)
	j.keep(contract.Exchange{
		Method: r.Method, URL: r.URL.String(), Header: r.Header, Body: body, RequestFault: requestFault,
		Status: resp.StatusCode, ResponseHeader: resp.Header, ResponseBody: response, ResponseFault: responseFault.Violation,
	})
	if resp.StatusCode < 300 {
		assert.Equal(j.t, "0", resp.Header.Get("X-QAI-Cost-Ticks"), "the mock says what every request costs")
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if request := op.RequestBody; request != nil {
		j.noteProperties(request.Value.Content.Get("application/json"), body)
	}
	j.noteProperties(op.Responses.Status(resp.StatusCode).Value.Content.Get("application/json"), response)
	if j.seen[op.ID] == nil {
		j.seen[op.ID] = map[int]int{}
	}
	j.seen[op.ID][resp.StatusCode]++
	return resp, nil
}

// exchanges is a file for contract/tools/second.
var exchanges = flag.String("exchanges", "", "append each exchange to this file, one JSON line each")

// appending is held while a line is written.
var appending sync.Mutex

// keep writes an exchange to the file of the flag -exchanges.
func (j *judge) keep(exchange contract.Exchange) {
	if *exchanges == "" {
		return
	}
	appending.Lock()
	defer appending.Unlock()
	file, err := os.OpenFile(*exchanges, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if assert.NoError(j.t, err) {
		assert.NoError(j.t, json.NewEncoder(file).Encode(exchange))
		assert.NoError(j.t, file.Close())
	}
}

// noteProperties notes which properties of the document have a value in a body.
func (j *judge) noteProperties(content *openapi3.MediaType, body []byte) {
	var value any
	if content != nil && json.Unmarshal(body, &value) == nil {
		j.walk(content.Schema, value)
	}
}

func (j *judge) walk(schema *openapi3.SchemaRef, value any) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			if schema.Value.Items != nil {
				j.walk(schema.Value.Items, element)
			}
		}
	case map[string]any:
		for _, alternative := range slices.Concat(schema.Value.OneOf, schema.Value.AnyOf) {
			if alternative.Value.VisitJSON(value) == nil {
				j.walk(alternative, value)
			}
		}
		for name, property := range schema.Value.Properties {
			if element := value[name]; element != nil {
				j.properties[schema.Ref+"."+name] = true
				j.walk(property, element)
			}
		}
	}
}

// unseen lists the properties of the document that had no value in any request or response.
func (j *judge) unseen(doc *document.Document) []string {
	var missing []string
	for name, schema := range doc.Components.Schemas {
		for property := range schema.Value.Properties {
			if !j.properties["#/components/schemas/"+name+"."+property] {
				missing = append(missing, name+"."+property)
			}
		}
	}
	slices.Sort(missing)
	return missing
}

// table renders how often each cell was reached, and lists those that never were.
func (j *judge) table(ops []operation) (rendered string, missing []string) {
	statuses := map[string]bool{}
	for _, op := range ops {
		for status := range op.Responses.Map() {
			statuses[status] = true
		}
	}
	columns := slices.Sorted(maps.Keys(statuses))
	var b strings.Builder
	fmt.Fprintf(&b, "| operation | %s |\n|---|%s\n", strings.Join(columns, " | "), strings.Repeat("--:|", len(columns)))
	for _, op := range ops {
		fmt.Fprintf(&b, "| %s |", op.ID)
		for _, status := range columns {
			if op.Responses.Value(status) == nil {
				b.WriteString("  |")
				continue
			}
			code, _ := strconv.Atoi(status)
			count := j.seen[op.ID][code]
			if count == 0 {
				missing = append(missing, op.ID+" × "+status)
			}
			fmt.Fprintf(&b, " %d |", count)
		}
		b.WriteString("\n")
	}
	return b.String(), missing
}
