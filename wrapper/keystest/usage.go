package keystest

import (
	"cmp"
	"slices"
	"time"

	"github.com/oapi-codegen/runtime/types"
	"github.com/qaikeys/qaikeys/generated/server"
)

// usage adds up what Use recorded of k. Days and models come in order.
func (k *key) usage() (server.KeyUsage, error) {
	usage := server.KeyUsage{Days: []server.UsageDay{}, Models: []server.UsageModel{}, TotalCostUSD: k.SpentTicks.USD()}
	days, models := map[string]*total{}, map[string]*total{}
	for _, u := range k.uses {
		add(days, u.day, u)
		add(models, u.model, u)
	}
	for day, sum := range days {
		date, err := time.Parse(time.DateOnly, day)
		if err != nil {
			return usage, err
		}
		usage.Days = append(usage.Days, server.UsageDay{
			Day: types.Date{Time: date}, Requests: sum.requests, CostUSD: sum.ticks.USD(),
			InputTokens: &sum.inputTokens, OutputTokens: &sum.outputTokens,
		})
	}
	for model, sum := range models {
		usage.Models = append(usage.Models, server.UsageModel{Model: model, Requests: sum.requests, CostUSD: sum.ticks.USD()})
	}
	slices.SortFunc(usage.Days, func(a, b server.UsageDay) int { return a.Day.Compare(b.Day.Time) })
	slices.SortFunc(usage.Models, func(a, b server.UsageModel) int { return cmp.Compare(a.Model, b.Model) })
	return usage, nil
}

// total adds up uses.
type total struct {
	use

	requests int64
}

func add(totals map[string]*total, name string, u use) {
	sum := totals[name]
	if sum == nil {
		sum = &total{}
		totals[name] = sum
	}
	sum.requests++
	sum.ticks += u.ticks
	sum.inputTokens += u.inputTokens
	sum.outputTokens += u.outputTokens
}
