package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const nullablePackage = `"github.com/oapi-codegen/nullable"`

// TestNullableOnlyWhereItIsNeeded: in requests absent, null and a value differ, in responses absent and null are one.
func TestNullableOnlyWhereItIsNeeded(t *testing.T) {
	t.Parallel()
	// Sent and returned: Renamed. Only returned: Status, and Mode by reference.
	dir := project(t,
		"  /qai/v1/keys/{id}/rotate:\n", `  /qai/v1/keys/{id}/name:
    patch:
      operationId: renameKey
      parameters: [{$ref: '#/components/parameters/KeyId'}]
      requestBody:
        required: true
        content: {application/merge-patch+json: {schema: {$ref: '#/components/schemas/Renamed'}}}
      responses:
        '200': {description: Renamed., content: {application/json: {schema: {$ref: '#/components/schemas/Renamed'}}}}
  /qai/v1/keys/{id}/rotate:
`,
		"    CreateKeyRequest:\n", `    Renamed:
      type: object
      properties: {label: {type: string, nullable: true}}
    Mode: {type: string, nullable: true}
    CreateKeyRequest:
`,
		"        key_prefix:\n", "        mode: {$ref: '#/components/schemas/Mode'}\n        key_prefix:\n",
	)
	before := strings.Count(read(t, dir, clientFile), "nullable.Nullable[")
	assert.Equal(t, before > 0, strings.Contains(read(t, dir, clientFile), nullablePackage), "the package is imported only where it is needed")
	var said bytes.Buffer
	require.NoError(t, run(&said, dir, false), "the project's go.mod must require what the generated code imports")
	assert.Equal(t, "codegen: wrote "+clientFile+"\ncodegen: wrote "+serverFile+"\ncodegen: wrote wrapper/keys/values.gen.go\n", said.String())

	client, server := read(t, dir, clientFile), read(t, dir, serverFile)
	nullableLabel, plainMode := regexp.MustCompile("Label nullable.Nullable\\[string\\]\\s+`json:\"label,"), regexp.MustCompile("Mode\\s+Mode\\s+`json:\"mode,")
	assert.True(t, strings.Contains(client, nullablePackage) && nullableLabel.MatchString(client), "the client can't send null")
	assert.True(t, strings.Contains(server, nullablePackage) && nullableLabel.MatchString(server), "the server can't tell null from absent")
	assert.Equal(t, before+1, strings.Count(client, "nullable.Nullable["), "the client's responses have plain values")
	assert.True(t, plainMode.MatchString(client), "the client's responses have plain values, by reference too")
}

// TestAListThatMayBeNullIsASlice: in a response a nil slice says it, to the client's caller and in the server's JSON.
func TestAListThatMayBeNullIsASlice(t *testing.T) {
	t.Parallel()
	dir := project(t,
		"        key_prefix:\n", "        tagged: {$ref: '#/components/schemas/Tagged'}\n        key_prefix:\n",
		"    CreateKeyRequest:\n", `    Names: {type: array, nullable: true, items: {type: string}}
    Tagged:
      type: object
      required: [tags, names, note]
      properties:
        tags: {type: array, nullable: true, items: {type: string}}
        names: {$ref: '#/components/schemas/Names'}
        note: {type: string, nullable: true}
    CreateKeyRequest:
`,
	)
	require.NoError(t, run(&bytes.Buffer{}, dir, false))
	has := func(code, pattern string) bool { return regexp.MustCompile(pattern).MatchString(code) }
	client, server := read(t, dir, clientFile), read(t, dir, serverFile)
	for side, code := range map[string]string{"client": client, "server": server} {
		assert.True(t, has(code, "Tags +\\[\\]string +`json:\"tags\"`"), "%s: a required list that may be null must be a slice", side)
		assert.True(t, has(code, "Names +Names +`json:\"names\"`") && has(code, "type Names =? ?\\[\\]string"), "%s: by reference, too", side)
	}
	assert.True(t, has(server, "Note +nullable.Nullable\\[string\\] +`json:\"note\"`"), "a text has no value that is null")
}

// TestOpenSets: of a text of which the document names some values, a request has an enumeration of the names and a response a string, and
// each side has its constants.
func TestOpenSets(t *testing.T) {
	t.Parallel()
	const rotate = "      required: [grace_seconds]\n      additionalProperties: false\n      properties:\n"
	const set = `
    %[1]s:
      anyOf: [{$ref: '#/components/schemas/%[1]sFree'}, {$ref: '#/components/schemas/%[1]sPaid'}, {type: string, nullable: true}]
    %[1]sFree: {type: string, description: 'Costs nothing.', enum: [free, gratis]}
    %[1]sPaid: {type: string, enum: [paid]}
`
	dir := project(t,
		rotate, rotate+"        tier: {$ref: '#/components/schemas/Tier'}\n",
		"        key_prefix:\n", "        plan: {$ref: '#/components/schemas/Plan'}\n        key_prefix:\n",
		"    parameters:\n      - $ref: '#/components/parameters/App'\n    post:\n      operationId: createKey\n", "    parameters:\n      - $ref: '#/components/parameters/App'\n      - {name: lane, in: query, schema: {$ref: '#/components/schemas/Lane'}}\n    post:\n      operationId: createKey\n",
		"    CreateKeyRequest:\n", fmt.Sprintf(set, "Tier")+fmt.Sprintf(set, "Plan")+fmt.Sprintf(set, "Lane")+"    CreateKeyRequest:\n",
	)
	require.NoError(t, run(&bytes.Buffer{}, dir, false))
	has := func(code, pattern string) bool { return regexp.MustCompile(pattern).MatchString(code) }
	client, server, values := read(t, dir, clientFile), read(t, dir, serverFile), read(t, dir, "wrapper/keys/values.gen.go")
	assert.True(t, has(client, `type Tier string`) && has(client, `type Lane string`) && has(client, `type Plan = string`))
	assert.True(t, has(server, `type Tier = string`) && has(server, `type Lane = string`) && has(server, `type Plan = string`), "the server is sent any text")
	assert.True(t, has(values, `type Tier = client\.Tier\n`) && has(values, `TierFree +Tier += "free"`) && !has(values, `TierGratis|LaneGratis`), "aliases have no constants")
	assert.True(t, has(values, `reflect\.TypeFor\[Tier\]\(\): \{\n\t*\{"free", "gratis"\},\n\t*\{"paid"\},`))
	assert.True(t, has(values, `LaneFree +Lane += "free"`))
	assert.True(t, has(values, `\n// Costs nothing\.\nconst \(\n\tPlanFree += "free"\n\tPlanGratis += "gratis"\n`), "the comment is of its constants")
	assert.True(t, has(values, `PlanGratis: +"PlanFree"`))
}

// TestGoTypes tests the types of properties that need more than the generator's own rules.
func TestGoTypes(t *testing.T) {
	t.Parallel()
	const rotate = "      required: [grace_seconds]\n      additionalProperties: false\n      properties:\n"
	dir := project(t,
		rotate, rotate+"        old_key: {type: string, format: password}\n        any_sent: {description: Anything.}\n",
		"        key_prefix:\n", "        replaced_by: {$ref: '#/components/schemas/KeyDetails'}\n        balance_usd: {type: number}\n        any_json: {description: Anything.}\n        any_union: {anyOf: [{type: string}, {type: number}]}\n        key_prefix:\n",
	)
	require.NoError(t, run(&bytes.Buffer{}, dir, false))
	client, server := read(t, dir, clientFile), read(t, dir, serverFile)
	assert.True(t, regexp.MustCompile("OldKey +string +`json:\"old_key,").MatchString(client), "a secret in a request can't be encoded: its field must be a string")
	assert.True(t, regexp.MustCompile("ReplacedBy +\\*KeyDetails +`json:\"replaced_by,").MatchString(client), "a type can't contain itself: its field must be a pointer")
	assert.True(t, regexp.MustCompile("AnySent +types.JSON +`json:\"any_sent,omitzero\"`").MatchString(client), "in a request, any JSON is sent unless it is nil")
	assert.True(t, regexp.MustCompile("AnyJSON +types.JSON +`json:\"any_json,").MatchString(client), "any JSON must be kept as it came")
	assert.True(t, regexp.MustCompile("AnyUnion +KeyDetails_AnyUnion +`").MatchString(client), "a union isn't any JSON")
	for _, code := range []string{client, server} {
		assert.True(t, regexp.MustCompile(`BalanceUSD +\*?float64 `).MatchString(code), "a float32 can't hold an amount of money: the field must be a float64")
	}
}
