package keystest

import (
	"cmp"
	"maps"
	"slices"
	"time"

	runtime "github.com/oapi-codegen/runtime/types"
	"github.com/qaikeys/qaikeys/generated/server"
	"github.com/qaikeys/qaikeys/types"
)

// use is what a key was used for on a day with a model.
type use struct {
	Day, Model                string // A day like "2026-09-01".
	Requests                  int64
	Ticks                     types.Ticks
	InputTokens, OutputTokens int64
}

// newUse returns a request that spent ticks, with what options say of it.
func newUse(ticks types.Ticks, opts []UseOption) use {
	u := use{Requests: 1, Ticks: ticks}
	for _, opt := range opts {
		if opt != nil {
			opt(&u)
		}
	}
	u.Model = cmp.Or(u.Model, "default")
	return u
}

const (
	maxUses  = 1_000 // How many uses a key has.
	maxModel = 256   // The longest name of a model, in bytes.
)

// plus returns the sum with another use, of the same day and model or not.
func (u use) plus(other use) use {
	u.Requests += other.Requests
	u.Ticks += other.Ticks
	u.InputTokens += other.InputTokens
	u.OutputTokens += other.OutputTokens
	return u
}

// usage adds up what k was used for, by day and by model, each in order.
func (k *key) usage() (server.KeyUsage, error) {
	usage := server.KeyUsage{TotalCostUSD: k.SpentTicks.USD()}
	days, models := map[string]use{}, map[string]use{}
	for _, u := range k.Uses {
		days[u.Day] = days[u.Day].plus(u)
		models[u.Model] = models[u.Model].plus(u)
	}
	for _, day := range slices.Sorted(maps.Keys(days)) {
		date, err := time.Parse(time.DateOnly, day)
		if err != nil {
			return usage, err
		}
		sum := days[day]
		usage.Days = append(usage.Days, server.UsageDay{
			Day: runtime.Date{Time: date}, Requests: sum.Requests, CostUSD: sum.Ticks.USD(),
			InputTokens: &sum.InputTokens, OutputTokens: &sum.OutputTokens,
		})
	}
	for _, model := range slices.Sorted(maps.Keys(models)) {
		sum := models[model]
		usage.Models = append(usage.Models, server.UsageModel{Model: model, Requests: sum.Requests, CostUSD: sum.Ticks.USD()})
	}
	return usage, nil
}
