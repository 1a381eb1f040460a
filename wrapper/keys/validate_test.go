package keys

import (
	"math"
	"testing"

	"github.com/qaikeys/qaikeys/generated/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestParametersThatCannotBeSentAreRefused, and so are bodies that aren't objects. No operation of today's document has such arguments,
// so the calls are the test's own.
func TestParametersThatCannotBeSentAreRefused(t *testing.T) {
	t.Parallel()
	c, err := New("qai_test")
	require.NoError(t, err)
	type params struct {
		Text   *string  `json:"text,omitempty"`
		Number *float64 `json:"number,omitempty"`
	}
	type paramsCall struct {
		client.Call

		Params *params
	}
	type listCall struct {
		client.Call

		Body []string
	}
	for _, call := range []client.Call{paramsCall{}, paramsCall{Params: &params{new("é"), new(0.5)}}, listCall{Body: []string{"é"}}} {
		assert.NoError(t, c.checkCall(call), "%v", call)
	}
	for says, call := range map[string]client.Call{
		"text can't be sent":   paramsCall{Params: &params{Text: new("\xff")}},
		"number can't be sent": paramsCall{Params: &params{Number: new(math.NaN())}},
		"1 can't be sent":      listCall{Body: []string{"", "\xff"}},
	} {
		err := c.checkCall(call)
		require.ErrorIs(t, err, ErrInvalidArgument)
		assert.ErrorContains(t, err, says)
	}
}
