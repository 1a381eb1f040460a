package types

import (
	"strconv"
	"strings"
)

// TicksPerUSD is the number of ticks in one US dollar.
const TicksPerUSD = 10_000_000_000

// Ticks is an amount of money in ticks; 10,000,000,000 of them are one US dollar. It may be negative.
type Ticks int64

// USD returns the amount in US dollars, rounded to the nearest float64. [Ticks.String] is exact.
func (t Ticks) USD() float64 { return float64(t) / TicksPerUSD }

// String returns the amount in US dollars, exact to the tick and without trailing zeros: "$2.5", "-$0.0000000001",
// "$0".
func (t Ticks) String() string {
	sign, ticks := "", uint64(t) //nolint:gosec // Negative ticks are converted to two's complement and back.
	if t < 0 {
		sign, ticks = "-", -ticks // In uint64, since the smallest int64 has no positive counterpart.
	}
	dollars := sign + "$" + strconv.FormatUint(ticks/TicksPerUSD, 10)
	rest := ticks % TicksPerUSD
	if rest == 0 {
		return dollars
	}
	// The leading 1 keeps the fraction's leading zeros.
	fraction := strconv.FormatUint(TicksPerUSD+rest, 10)[1:]
	return dollars + "." + strings.TrimRight(fraction, "0")
}
