package keys

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"
	"github.com/qaikeys/qaikeys/generated/client"
	"github.com/qaikeys/qaikeys/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shape has fields of every kind that the generator makes, whatever the document has today.
type shape struct {
	Text    string                   `json:"text"`
	Number  int64                    `json:"number"`
	Ticks   types.Ticks              `json:"ticks"`
	Secret  types.Secret             `json:"secret"`
	Time    time.Time                `json:"time"`
	Date    openapi_types.Date       `json:"date"`
	Dates   []openapi_types.Date     `json:"dates"`
	Raw     types.JSON               `json:"raw"`
	Either  either                   `json:"either"`
	Eithers []either                 `json:"eithers"`
	Pointer *shape                   `json:"pointer"`
	Map     map[string]shape         `json:"map"`
	Many    []shape                  `json:"many"`
	Nested  [][]shape                `json:"nested"`
	Days    map[string]*types.Secret `json:"days"`
}

// either is a union as the generator makes it.
type either struct{ union json.RawMessage }

func (e *either) UnmarshalJSON(data []byte) error { return e.union.UnmarshalJSON(data) }

// readShape reads a body as a whole, and as the only element of a list, and requires that both read the same.
func readShape(t *testing.T, body string) (shape, error) {
	t.Helper()
	var whole, element shape
	err := unmarshal([]byte(body), &whole, strict)
	s := newStream(iotest.HalfReader(strings.NewReader(`{"list":[ `+body+` ]}`)), 1<<20)
	defer s.free()
	var elementErr error
	require.NoError(t, s.elements(client.Property{Name: "list"}, func(int) error {
		_, elementErr = s.decode(&element)
		return nil
	}))
	assert.Equal(t, err, elementErr, body)
	if err == nil {
		assert.Equal(t, whole.Secret.Reveal(), element.Secret.Reveal())
		whole.Secret, element.Secret = types.Secret{}, types.Secret{}
		assert.Equal(t, whole, element, body)
	}
	return element, err
}

func TestNamesAreCaseSensitiveAtEveryDepth(t *testing.T) {
	t.Parallel()
	const part = `{"text":"right","TEXT":"wrong","Text":5,"\u0054ext":6}`
	got, err := readShape(t, `{"pointer":`+part+`,"Pointer":5,"map":{"a":`+part+`},"nested":[[`+part+`]],"many":[`+part+`],"MANY":[]}`)
	require.NoError(t, err)
	want := shape{Text: "right"}
	assert.Equal(t, shape{Pointer: &want, Map: map[string]shape{"a": want}, Nested: [][]shape{{want}}, Many: []shape{want}}, got)
}

func TestTypesReadThemselves(t *testing.T) {
	t.Parallel()
	day := openapi_types.Date{Time: time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)}
	got, err := readShape(t, `{"time":"2026-09-01T00:00:00Z","date":"2026-09-01","dates":["2026-09-01"],"raw":{"a": 1e400},"either":[1],"eithers":[{},7],"ticks":-5,"many":[{"date":"2026-09-01","raw":[]}]}`)
	require.NoError(t, err)
	assert.Equal(t, shape{
		Time: day.Time, Date: day, Dates: []openapi_types.Date{day}, Raw: types.JSON(`{"a": 1e400}`), Either: either{json.RawMessage(`[1]`)},
		Eithers: got.Eithers, Ticks: -5, Many: []shape{{Date: day, Raw: types.JSON(`[]`)}},
	}, got)
	assert.Equal(t, `{}`, string(got.Eithers[0].union))
	assert.Equal(t, `7`, string(got.Eithers[1].union))
	var mint shape
	require.NoError(t, unmarshal([]byte(`{"secret":"a\u0062c"}`), &mint, strict))
	assert.Equal(t, "abc", mint.Secret.Reveal())
}

func TestNullIsZero(t *testing.T) {
	t.Parallel()
	const nulls = `"text":null,"number":null,"ticks":null,"secret":null,"time":null,"date":null,"dates":null,"raw":null,"many":null,"map":null,"nested":null`
	for _, body := range []string{`null`, `{` + nulls + `,"pointer":null}`, `{"raw":null}`, `{"date":null}`} {
		got, err := readShape(t, body)
		require.NoError(t, err)
		assert.Equal(t, shape{}, got)
	}
	for body, want := range map[string]shape{ // Where nothing but RawMessages is null, a list takes another way.
		`{"pointer":{"raw":null}}`:    {Pointer: &shape{}},
		`{"many":[{"raw":null}]}`:     {Many: make([]shape, 1)},
		`{"nested":[[{"raw":null}]]}`: {Nested: [][]shape{{{}}}},
		`{"raw":5,"date":"2026-09-01","text":"x","raw":null,"date":null,"text":null}`: {},
	} {
		got, err := readShape(t, body)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	got, err := readShape(t, `{"pointer":{`+nulls+`},"many":[null,{`+nulls+`}],"nested":[[{"raw":null}]]}`)
	require.NoError(t, err)
	assert.Equal(t, shape{Pointer: &shape{}, Many: make([]shape, 2), Nested: [][]shape{{{}}}}, got)
}

// TestAFlawIsToldByItsPath and not by a byte of the body.
func TestAFlawIsToldByItsPath(t *testing.T) {
	t.Parallel()
	const other = "which is not what the API's document says"
	for body, says := range map[string]string{
		`5`:                                       "the body is a JSON number, " + other,
		`{"text":{"qai_secret":1}}`:               "text is a JSON object, " + other,
		`{"number":"qai_secret"}`:                 "number is a JSON string, " + other,
		`{"number":1e99}`:                         "number is a JSON number, " + other,
		`{"number":true}`:                         "number is a JSON boolean, " + other,
		`{"secret":["qai_secret"]}`:               "secret is a JSON array, " + other,
		`{"time":"qai_secret"}`:                   "time isn't an RFC 3339 time or date",
		`{"time":5}`:                              "time is a JSON number, " + other,
		`{"date":"qai_secret"}`:                   "date isn't an RFC 3339 time or date",
		`{"date":5}`:                              "date is a JSON number, " + other,
		`{"dates":["2026-09-01","qai_secret"]}`:   "dates[1] isn't an RFC 3339 time or date",
		`{"many":[{},{"many":[{"number":"x"}]}]}`: "many[1].many[0].number is a JSON string, " + other,
		`{"nested":[[],[{},{"date":"qai_"}]]}`:    "nested[1][1].date isn't an RFC 3339 time or date",
		`{"pointer":{"pointer":{"ticks":0.5}}}`:   "pointer.pointer.ticks is a JSON number, " + other,
		`{"map":{"qai_secret":{"number":"x"}}}`:   "map is a JSON string, " + other,
		`{"days":{"123456789":5}}`:                "days is a JSON number, " + other,
	} {
		_, err := readShape(t, body)
		require.EqualError(t, err, says, body)
	}
	for body, says := range map[string]string{
		``: "not JSON: it ends too early: unexpected EOF", `{"text":"qai_secret`: "not JSON: it ends too early: unexpected EOF",
		`{"text":"x" qai_secret}`: "not JSON (at byte 12)", `{}qai_secret`: "not JSON (at byte 2)", `{} {}`: "not JSON (at byte 3)", "{\"text\":\"qai_\xff\"}": "not JSON (at byte 13)",
		`{"text":"\ud800"}`: "not JSON (at byte 9)", `{"qai_secret":5,"qai_secret":}`: "not JSON (at byte 29)",
		strings.Repeat(`{"x":[`, 5_001): "not JSON (at byte 30000)",
	} {
		var got shape
		require.EqualError(t, describe(unmarshal([]byte(body), &got, strict)), says, body[:min(len(body), 80)])
	}
}
