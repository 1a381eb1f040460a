package contract_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/qaikeys/qaikeys/types"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
)

// result is what came of a call.
type result struct {
	value any
	err   error
	took  time.Duration
	meta  keys.Meta
}

// classify returns which outcome an error is.
func classify(err error, meta keys.Meta) outcome {
	var unknownErr *keys.OutcomeUnknownError
	var decodeErr *keys.DecodeError
	switch {
	case err == nil && meta.Malformed != nil:
		return partial
	case err == nil:
		return succeeds
	case errors.As(err, &unknownErr) && unknownErr.Created != nil:
		return doubtful
	case unknownErr != nil:
		return unknown
	case errors.As(err, &decodeErr) && decodeErr.Created != nil:
		return salvaged
	case decodeErr != nil:
		return decode
	case errors.As(err, new(*keys.Error)):
		return refusal
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return ended
	}
	return plain
}

// describe returns what a reader of a failure must know of the cell.
func (c *cell) describe() string {
	return fmt.Sprintf("%s under %q: the wants are stated in faults_rows_test.go and faults_http2_test.go", c.op.ID, c.fault.name)
}

// check compares the result of the call with what the fault wants.
func (c *cell) check(got result) {
	t, want := c.t, c.fault.want(c.op)
	assert.Equal(t, want.outcome, classify(got.err, got.meta), "what the caller gets, here the error %v; %s", got.err, c.describe())
	for _, err := range want.matches {
		assert.ErrorIs(t, cmp.Or(got.err, got.meta.Malformed), err)
	}
	if unknownErr, ok := errors.AsType[*keys.OutcomeUnknownError](got.err); ok {
		assert.ErrorIs(t, got.err, keys.ErrOutcomeUnknown)
		assert.Equal(t, want.cause, classify(unknownErr.Err, keys.Meta{}), "what the OutcomeUnknownError wraps, here %v; %s", unknownErr.Err, c.describe())
	}
	if apiErr, ok := errors.AsType[*keys.Error](got.err); ok {
		assert.Equal(t, want.status, apiErr.StatusCode, "the status of the *Error; %s", c.describe())
	}
	if value := reflect.ValueOf(got.value); value.Kind() == reflect.Slice {
		assert.Equal(t, got.err != nil && !want.parts, errors.Is(got.err, keys.ErrIncomplete), "whether the list is whole, by the error %v", got.err)
	}
	if want.none {
		assert.True(t, hasNone(reflect.ValueOf(got.value)), "whether the lists of the result are without elements, here %v; %s", got.value, c.describe())
	}
	if got.err == nil {
		assert.Equal(t, 2, got.meta.StatusCode/100, "a success has a 2xx status in its Meta, not %d", got.meta.StatusCode)
	}
	assert.GreaterOrEqual(t, got.took, want.least, "the call's time; %s", c.describe())
	assert.LessOrEqual(t, got.took, want.most, "the call's time; %s", c.describe())
	assert.Equal(t, want.sent, c.sent, "how many requests reached the server: RetryPolicy says which are sent again; %s", c.describe())
	for addr := range c.dialled {
		assert.Equal(t, "localhost:80", addr, "the client connected to another host")
	}
}

// hasNone reports whether a list, or each list of an object, has no elements.
func hasNone(v reflect.Value) bool {
	switch v.Kind() { //nolint:exhaustive // The others are no lists, and have none.
	case reflect.Pointer:
		return hasNone(v.Elem())
	case reflect.Slice:
		return v.Len() == 0
	case reflect.Struct:
		for _, field := range v.Fields() {
			if field.Kind() == reflect.Slice && !hasNone(field) {
				return false
			}
		}
	}
	return true
}

// checkEffects compares how often the operation took effect with how often it must have: a mint by the secrets that the mock
// gave out, another operation by whether the mock's keys are as before the call.
func (c *cell) checkEffects(before []keystest.State) {
	t, now, want := c.t, c.mock.Keys(), c.fault.wantEffects(c.op, c.when)
	if !c.mints() {
		changed := 0
		if !reflect.DeepEqual(before, now) {
			changed = 1
		}
		assert.Equal(t, want, changed, "whether %s changed the mock's keys. If it never does, see that the mock's method changes "+
			"them, and that the document's examples ask for something that the mock's first key isn't already", c.op.ID)
		return
	}
	assert.Len(t, c.secrets, want, "how many secrets the mock gave out; %s", c.describe())
	if listed := len(now) - len(before); listed > 0 { // Nothing lists ephemeral keys.
		assert.Len(t, c.secrets, listed, "each new key of the mock has its own secret in a response")
	}
}

// checkSecret fails where a mint happened more than once, or a minted secret is lost and the error doesn't tell.
func (c *cell) checkSecret(got result) {
	t := c.t
	if !c.mints() {
		return
	}
	assert.LessOrEqual(t, len(c.secrets), 1, "a mint happens at most once: see replayable in retry.go")
	property, _ := c.op.Mints()
	secret := types.NewSecret(c.lastSecret())
	switch classify(got.err, got.meta) {
	case salvaged:
		decodeErr, _ := errors.AsType[*keys.DecodeError](got.err)
		assert.True(t, decodeErr.Created.Key.Equal(secret), "the error doesn't hold the secret that the mock gave out")
		fallthrough
	case succeeds, partial, doubtful:
		assert.NotEmpty(t, c.secrets)
		assert.True(t, secretOf(got.value, property).Equal(secret), "the caller doesn't hold the secret that the mock gave out")
	case unknown, refusal:
		assert.Nil(t, got.value, "a failed call returns no value")
	default:
		assert.Nil(t, got.value, "a failed call returns no value")
		assert.Empty(t, c.secrets, "a key was minted, and the error neither holds its secret nor says that a key may exist")
	}
}

// secretOf returns the Secret in value's field for a JSON property, or the zero Secret.
func secretOf(value any, property string) types.Secret {
	v := reflect.ValueOf(value)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return types.Secret{}
	}
	for field, fieldValue := range v.Fields() {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name == property {
			secret, _ := fieldValue.Interface().(types.Secret)
			return secret
		}
	}
	return types.Secret{}
}
