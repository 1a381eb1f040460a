package types_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"testing"

	"github.com/qaikeys/qaikeys/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTicksString(t *testing.T) {
	t.Parallel()
	for ticks, want := range map[types.Ticks]string{
		0:              "$0",
		1:              "$0.0000000001",
		-1:             "-$0.0000000001",
		25_000_000_000: "$2.5",
		10_000_000_000: "$1",
		-1_000_000_001: "-$0.1000000001",
		math.MaxInt64:  "$922337203.6854775807",
		math.MinInt64:  "-$922337203.6854775808",
	} {
		assert.Equal(t, want, ticks.String())
	}
}

func TestTicksUSD(t *testing.T) {
	t.Parallel()
	assert.InDelta(t, 2.5, types.Ticks(25_000_000_000).USD(), 0)
	assert.InDelta(t, -0.5, types.Ticks(-5_000_000_000).USD(), 0)
	assert.InDelta(t, 0, types.Ticks(0).USD(), 0)
}

func TestTicksAreWholeNumbersInJSON(t *testing.T) {
	t.Parallel()
	var ticks types.Ticks
	require.NoError(t, json.Unmarshal([]byte("9223372036854775807"), &ticks))
	encoded, err := json.Marshal(ticks)
	require.NoError(t, err)
	assert.Equal(t, "9223372036854775807", string(encoded))
	require.Error(t, json.Unmarshal([]byte("1.5"), &ticks))
}

// FuzzTicksString checks the text against arbitrary-precision arithmetic.
func FuzzTicksString(f *testing.F) {
	for _, seed := range []int64{0, 1, -1, 25_000_000_000, math.MaxInt64, math.MinInt64} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, ticks int64) {
		text := types.Ticks(ticks).String()
		sign, digits := int64(1), text
		if text[0] == '-' {
			sign, digits = -1, text[1:]
		}
		require.Equal(t, byte('$'), digits[0])
		got, ok := new(big.Rat).SetString(digits[1:])
		require.True(t, ok, text)
		got.Mul(got, big.NewRat(sign, 1))
		assert.Equal(t, big.NewRat(ticks, types.TicksPerUSD).String(), got.String())
	})
}

func ExampleTicks() {
	fmt.Println(types.Ticks(25_000_000_000))
	fmt.Println(types.Ticks(25_000_000_000).USD())
	// Output:
	// $2.5
	// 2.5
}
