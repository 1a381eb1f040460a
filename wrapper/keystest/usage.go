package keystest

import (
	"maps"
	"slices"
	"time"

	"github.com/oapi-codegen/runtime/types"
	"github.com/qaikeys/qaikeys/generated/server"
)

// usage adds up the recorded uses of k, by day and by model, each in order.
func (k *key) usage() (server.KeyUsage, error) {
	usage := server.KeyUsage{Days: []server.UsageDay{}, Models: []server.UsageModel{}, TotalCostUSD: k.SpentTicks.USD()}
	days, models := map[string]total{}, map[string]total{}
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
			Day: types.Date{Time: date}, Requests: sum.requests, CostUSD: sum.Ticks.USD(),
			InputTokens: &sum.InputTokens, OutputTokens: &sum.OutputTokens,
		})
	}
	for _, model := range slices.Sorted(maps.Keys(models)) {
		sum := models[model]
		usage.Models = append(usage.Models, server.UsageModel{Model: model, Requests: sum.requests, CostUSD: sum.Ticks.USD()})
	}
	return usage, nil
}

// total is a sum of uses.
type total struct {
	use

	requests int64
}

// plus returns the sum with another use.
func (t total) plus(u use) total {
	t.requests++
	t.Ticks += u.Ticks
	t.InputTokens += u.InputTokens
	t.OutputTokens += u.OutputTokens
	return t
}
