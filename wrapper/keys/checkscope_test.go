package keys_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What each kind of option asks for, and what a gateway may tell.
func TestCheckScope(t *testing.T) {
	t.Parallel()
	const strict, looser, unknown = "as strict", "looser", "unknown"
	limit, spend, nothing := keys.CreateParams{RateLimit: new(int32(60))}, keys.CreateParams{SpendCapUSD: new(25.0)}, keys.CreateParams{SpendCapUSD: new(0.0)}
	chat, chatPath, none := keys.CreateParams{Endpoints: []string{"chat", "images"}}, keys.CreateParams{Endpoints: []string{"/qai/v1/chat"}}, keys.CreateParams{Endpoints: []string{}}
	europe, unasked := keys.CreateParams{Region: keys.RegionEurope}, keys.CreateParams{Name: "ci"}
	for _, c := range []struct {
		asked keys.CreateParams
		scope string
		want  string
	}{
		{unasked, ``, strict},
		{unasked, `{"endpoints":["chat"],"spend_cap_usd":25,"rate_limit":60,"region":"asia"}`, strict},
		{unasked, `{broken`, strict},

		{spend, `{"spend_cap_usd":25}`, strict},
		{spend, `{"spend_cap_usd":24.99,"later":{"x":[1]}}`, strict},
		{spend, `{"spend_cap":2.5e1}`, strict},
		{spend, `{"spend_cap_usd":25.01}`, looser},
		{spend, `{"spend_cap_usd":1e308}`, looser},
		{spend, `{"spend_cap_usd":1e999}`, unknown},
		{spend, `{"spend_cap_usd":0}`, unknown}, // No cap, in a server that can't tell them apart.
		{spend, `{"spend_cap_usd":-1}`, unknown},
		{spend, `{"spend_cap_usd":1e-999}`, unknown},
		{spend, `{"spend_cap_usd":"25"}`, unknown},
		{spend, `{"spend_cap_usd":null}`, unknown},
		{spend, `{"spend_cap_usd":[25]}`, unknown},
		{spend, `{"spend_cap_usd":{"spend_cap_usd":25}}`, unknown},
		{spend, `{"Spend_Cap_USD":25,"spendCapUsd":25}`, unknown},
		{spend, `{"spend_cap_usd":25,"Spend_Cap_USD":9}`, unknown},
		{spend, `{"spend_cap_usd":25,"SPEND_CAP":25}`, unknown},
		{spend, `{"spend_cap_usd":25,"spend_cap":25}`, unknown},
		{spend, `{"spend_cap_usd":25,"spend_cap_usd":25}`, unknown},
		{spend, `{"spend_cap_usd":25,"spend_cap_us\u0064":50}`, unknown},
		{spend, `{"spend_cap_usd":25,"per":{"chat":[{"spend_cap":9}]}}`, unknown},
		{spend, `{"limits":{"spend_cap_usd":25}}`, unknown},
		{spend, `[{"spend_cap_usd":25}]`, unknown},
		{spend, `{"spend_cap_usd":25}{}`, unknown},
		{spend, `{"spend_cap_usd":25`, unknown},
		{spend, `25`, unknown},
		{spend, `"spend_cap_usd"`, unknown},
		{spend, `null`, unknown},
		{spend, `{}`, unknown},
		{spend, ``, unknown},
		{nothing, `{"spend_cap_usd":0}`, strict},
		{nothing, `{"spend_cap_usd":0.01}`, looser},
		{nothing, `{"spend_cap_usd":-1}`, unknown},
		{nothing, `{"spend_cap_usd":-1e-999}`, unknown},
		{keys.CreateParams{SpendCapUSD: new(-1.0)}, `{"spend_cap_usd":-1}`, unknown}, // A negative number tells nothing.
		{keys.CreateParams{SpendCapUSD: new(-1.0)}, `{"spend_cap_usd":-2}`, unknown},
		{nothing, `{}`, unknown},
		{keys.CreateParams{SpendCapUSD: new(math.NaN())}, `{"spend_cap_usd":25}`, looser},
		{keys.CreateParams{SpendCapUSD: new(math.Inf(-1))}, `{"spend_cap_usd":25}`, looser},

		{limit, `{"rate_limit":60}`, strict},
		{limit, `{"rate_limit":6e1}`, strict},
		{limit, `{"rate_limit":61}`, looser},
		{limit, `{"rate_limit":59.5}`, unknown},
		{limit, `{"rate_limit":60.5}`, unknown},
		{keys.CreateParams{RateLimit: new(int32(-1))}, `{"rate_limit":-1}`, unknown},
		{limit, `{"rate_limit":99999999999}`, looser},
		{limit, `{"rate_limit":0}`, unknown},
		{limit, `{"rate_limit":"60"}`, unknown},
		{limit, `{"rate_limit":60,"endpoints":[{"path":"chat","rate_limit":600}]}`, unknown},

		{chat, `{"endpoints":["images","chat","chat"]}`, strict},
		{chat, `{"endpoints":["chat"]}`, strict},
		{chat, `{"endpoints":["chat","keys"]}`, looser},
		{chat, `{"endpoints":["Chat"]}`, unknown}, // It may be the same.
		{chat, `{"endpoints":[" chat"]}`, unknown},
		{chat, `{"endpoints":["chat\n"]}`, unknown},
		{chat, `{"endpoints":["chat/completions"]}`, unknown},
		{chat, `{"endpoints":["chat,keys"]}`, unknown},
		{chat, `{"endpoints":["*"]}`, unknown},
		{chat, `{"endpoints":[""]}`, unknown},
		{chat, `{"endpoints":["chat"],"Endpoints":["*"]}`, unknown},
		{chat, `{"Endpoints":["chat"]}`, unknown},
		{chat, `{"endpoints":["Chat","keys"]}`, looser},
		{chat, `{"endpoints":[]}`, unknown}, // Everything, in a server that can't tell them apart.
		{chat, `{"endpoints":"chat"}`, unknown},
		{chat, `{"endpoints":["chat",null]}`, unknown},
		{chat, `{"endpoints":["chat",["images"]]}`, unknown},
		{chat, `{"endpoints":{"chat":true}}`, unknown},
		{chat, `{"endpoints":null}`, unknown},
		{chat, `{"endpoints":["/qai/v1/chat"]}`, unknown},
		{chat, `{"endpoints":["/qai/v1/chat","keys"]}`, looser},
		{none, `{"endpoints":[]}`, strict},
		{none, `{"endpoints":["chat"]}`, looser},
		{none, `{}`, unknown},
		{chatPath, `{"endpoints":["/qai/v1/chat"]}`, strict},
		{chatPath, `{"endpoints":["/qai/v1/chat/x"]}`, strict},
		{chatPath, `{"endpoints":["/qai/v1/chats"]}`, looser},
		{chatPath, `{"endpoints":["/qai/v1"]}`, looser},
		{chatPath, `{"endpoints":["/"]}`, looser},
		{chatPath, `{"endpoints":["/qai/v1/chat/"]}`, strict},
		{chatPath, `{"endpoints":["/qai/v1/chat/x.y/~z_0-A/"]}`, strict},
		{chatPath, `{"endpoints":["/qai/v1/chat/../keys"]}`, unknown},
		{chatPath, `{"endpoints":["/qai/v1/chat/.."]}`, unknown},
		{chatPath, `{"endpoints":["/qai/v1/chat/./x"]}`, unknown},
		{chatPath, `{"endpoints":["/qai/v1/chat//keys"]}`, unknown},
		{chatPath, `{"endpoints":["/qai/v1/chat//"]}`, unknown},
		{chatPath, `{"endpoints":["//keys"]}`, unknown},
		{chatPath, `{"endpoints":["/qai/v1/chat/%2e%2e/keys"]}`, unknown},
		{chatPath, `{"endpoints":["/qai/v1/chat/a%20b"]}`, unknown},
		{chatPath, `{"endpoints":["/qai/v1/chat?stream=1"]}`, unknown},
		{chatPath, `{"endpoints":["/qai/v1/chat/x?y"]}`, unknown},
		{chatPath, `{"endpoints":["/qai/v1/chat/x,/qai/v1/keys"]}`, unknown},
		{chatPath, `{"endpoints":["/qai/v1/chat/x|/qai/v1/keys"]}`, unknown},
		{chatPath, `{"endpoints":["/qai/v1/chat/x /qai/v1/keys"]}`, unknown},
		{chatPath, `{"endpoints":["/qai/v1/chat/..;/keys"]}`, unknown},
		{chatPath, `{"endpoints":["/qai/v1/chat/.\u200b./keys"]}`, unknown},
		{chatPath, `{"endpoints":["/qai/v1/chat/..\\keys"]}`, unknown},
		{chatPath, `{"endpoints":["/qai/v1/chat/*"]}`, unknown},
		{chatPath, `{"endpoints":["/qai/v1/chat/x\n"]}`, unknown},
		{chatPath, `{"endpoints":["chat"]}`, unknown},
		{chatPath, `{"endpoints":["chat","/qai/v1/keys"]}`, looser},
		{keys.CreateParams{Endpoints: []string{"*"}}, `{"endpoints":["*"]}`, strict},
		{keys.CreateParams{Endpoints: []string{"*"}}, `{"endpoints":["chat"]}`, unknown},
		{keys.CreateParams{Endpoints: []string{"/qai/*"}}, `{"endpoints":["/qai/v1/chat"]}`, unknown},
		{keys.CreateParams{Endpoints: []string{"/qai/v1/../v1"}}, `{"endpoints":["/qai/v1/../v1/x"]}`, unknown},
		{keys.CreateParams{Endpoints: []string{"chat", "/qai/v1/chat"}}, `{"endpoints":["/qai/v1/chat/x","chat"]}`, strict},
		{keys.CreateParams{Endpoints: []string{"chat", "/qai/v1/chat"}}, `{"endpoints":["keys"]}`, unknown},
		{keys.CreateParams{Endpoints: []string{"/"}}, `{"endpoints":["/qai/v1/chat"]}`, strict},
		{keys.CreateParams{Endpoints: []string{"/qai/v1/chat/"}}, `{"endpoints":["/qai/v1/chat"]}`, looser},

		{europe, `{"region":"europe"}`, strict},
		{europe, `{"region":" EEA "}`, strict},
		{keys.CreateParams{Region: "EU"}, `{"region":"europe"}`, strict},
		{europe, `{"region":"asia"}`, looser},
		{europe, `{"region":"us"}`, looser},
		{europe, `{"region":"eu-west-1"}`, unknown},
		{europe, `{"region":""}`, unknown},
		{europe, `{"region":["europe"]}`, unknown},
		{europe, `{"region":"europe","fallback":{"region":"asia"}}`, unknown},
		{europe, `{}`, unknown},
		{keys.CreateParams{Region: "antarctica"}, `{"region":"antarctica"}`, unknown},
		{keys.CreateParams{Region: "antarctica"}, `{"region":"europe"}`, unknown},
	} {
		err := keys.CheckScope(c.asked, keys.Key{ID: "key_01", Scope: keys.JSON(c.scope)})
		got := map[[2]bool]string{{false, false}: strict, {true, false}: looser, {false, true}: unknown}
		key := [2]bool{errors.Is(err, keys.ErrScopeLooser), errors.Is(err, keys.ErrScopeUnknown)}
		assert.Equal(t, c.want, got[key], "%s: %v", c.scope, err)
		assert.Equal(t, c.want == strict, err == nil, "%s: %v", c.scope, err)
	}
}

func TestCheckScopeSaysWhatToDo(t *testing.T) {
	t.Parallel()
	asked := keys.CreateParams{Endpoints: []string{"chat", "images"}, SpendCapUSD: new(1e6), RateLimit: new(int32(60)), Region: keys.RegionEurope}
	for scope, want := range map[string]string{
		`{"endpoints":["chat"],"spend_cap_usd":1e7,"rate_limit":60,"region":"asia"}`: `keys: scope too loose: revoke the key "key_01": ` +
			`spend_cap_usd (asked 1000000, got 1e7), region (asked "europe", got "asia")`,
		`{"endpoints":["keys"],"spend_cap_usd":25,"rate_limit":null}`: `keys: scope too loose: revoke the key "key_01": endpoints (asked ["chat","images"], got ["keys"]); ` +
			`keys: scope unknown: revoke the key "key_01", unless you know that it has: rate_limit (asked 60, got null), region (asked "europe", not told)`,
	} {
		err := keys.CheckScope(asked, keys.Key{ID: "key_01", Scope: keys.JSON(scope)})
		assert.EqualError(t, err, want)
	}
	both := keys.CheckScope(asked, keys.Key{Scope: keys.JSON(`{"endpoints":["keys"]}`)})
	require.ErrorIs(t, both, keys.ErrScopeLooser)
	require.ErrorIs(t, both, keys.ErrScopeUnknown)
}

// TestCheckScopeShowsNoSecret, and no more than some of a large scope.
func TestCheckScopeShowsNoSecret(t *testing.T) {
	t.Parallel()
	asked := keys.CreateParams{Endpoints: []string{"chat", secret, strings.Repeat("x", 1<<20)}, SpendCapUSD: new(1.0), RateLimit: new(int32(1)), Region: keys.Region(secret)}
	long, _ := json.Marshal(slices.Repeat([]string{secret, "\n\u202e"}, 10_000))
	key := keys.Key{ID: secret, Scope: keys.JSON(`{"endpoints":` + string(long) + `,"spend_cap_usd":"` + secret + `","rate_limit":"` + token + `","region":"` + secret + `"}`)}
	err := keys.CheckScope(asked, key)
	require.Error(t, err)
	assert.NotContains(t, err.Error(), secret[len("qai_k_"):])
	assert.NotContains(t, err.Error(), token[len("qai_eph_"):])
	assert.NotContains(t, err.Error(), "\n")
	assert.Less(t, len(err.Error()), 16<<10)
}

// TestCheckScopeOfManyEndpoints compares lists, and a path, that took seconds, or minutes, when each was compared with each other.
func TestCheckScopeOfManyEndpoints(t *testing.T) {
	t.Parallel()
	var asked, told []string
	for i := range 5_000 {
		asked = append(asked, fmt.Sprintf("/qai/v1/%d", i))
		told = append(told, fmt.Sprintf("/qai/v1/%d/x", i), fmt.Sprintf("/qai/v1/%d", i))
	}
	told = append(told, "/qai/v1/0"+strings.Repeat("/a", 1<<18))
	scope, err := json.Marshal(map[string]any{"endpoints": told})
	require.NoError(t, err)
	require.NoError(t, keys.CheckScope(keys.CreateParams{Endpoints: asked}, keys.Key{Scope: scope}))
	require.ErrorIs(t, keys.CheckScope(keys.CreateParams{Endpoints: asked[1:]}, keys.Key{Scope: scope}), keys.ErrScopeLooser)
}

// TestCheckScopeIsNilOnlyIfProved tries scopes of any shape.
func TestCheckScopeIsNilOnlyIfProved(t *testing.T) {
	t.Parallel()
	endpoint := rapid.SampledFrom([]string{"chat", "images", "/qai/v1/chat", "/qai/v1/chat/x", "/qai/v1", "/qai/v1/chat/../x", "/qai/v1/chat,/x", "/qai/v1/chat/", "*", "Chat", ""})
	number := rapid.SampledFrom([]float64{-1, 0, 1, 25, 59.5, 60, 1e9})
	region := rapid.SampledFrom([]string{"europe", "EU", "asia", "us", "mars", ""})
	encoded := func(value any) string {
		text, err := json.Marshal(value)
		require.NoError(t, err)
		return string(text)
	}
	var object func(t *rapid.T, depth int) string
	value := func(t *rapid.T, name string, depth int) string {
		if kind := rapid.IntRange(0, 7).Draw(t, "kind"); kind == 0 && depth > 0 {
			return object(t, depth-1)
		} else if kind < 2 {
			name = rapid.SampledFrom([]string{"endpoints", "rate_limit", "region", "null"}).Draw(t, "like")
		}
		switch strings.ToLower(name) {
		case "endpoints":
			return encoded(rapid.SliceOfN(endpoint, 0, 3).Draw(t, "list"))
		case "region":
			return encoded(region.Draw(t, "text"))
		case "null":
			return "null"
		}
		return encoded(number.Draw(t, "number"))
	}
	object = func(t *rapid.T, depth int) string {
		members := []string{}
		for range rapid.IntRange(0, 5).Draw(t, "members") {
			name := rapid.SampledFrom([]string{"endpoints", "spend_cap_usd", "spend_cap", "rate_limit", "region", "limits", "Endpoints", "REGION"}).Draw(t, "name")
			members = append(members, `"`+name+`":`+value(t, name, depth))
		}
		return "{" + strings.Join(members, ",") + "}"
	}
	proved := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		for range 20 {
			scope := object(t, 2)
			for name, asked := range map[string]keys.CreateParams{
				"endpoints":     {Endpoints: append([]string{}, rapid.SliceOfN(endpoint, 0, 3).Draw(t, "endpoints")...)},
				"spend_cap_usd": {SpendCapUSD: new(number.Draw(t, "cap"))},
				"rate_limit":    {RateLimit: new(int32(number.Draw(t, "limit")))},
				"region":        {Region: keys.Region(rapid.SampledFrom([]string{"europe", "eu", "asia"}).Draw(t, "region"))},
			} {
				if keys.CheckScope(asked, keys.Key{Scope: keys.JSON(scope)}) == nil {
					proved[name]++
					requireProved(t, asked, scope)
				}
			}
		}
	})
	assert.Len(t, proved, 4, "of some restriction nothing was as strict as asked")
}

// requireProved fails unless a scope tells the only option that was asked for, once, and as strictly. It counts texts where CheckScope reads JSON.
func requireProved(t *rapid.T, asked keys.CreateParams, scope string) {
	told := map[string]any{}
	require.NoError(t, json.Unmarshal([]byte(scope), &told))
	one := func(names ...string) (value any) {
		n := 0
		for _, name := range names {
			n += strings.Count(strings.ToLower(scope), `"`+name+`":`)
			if told[name] != nil {
				value = told[name]
			}
		}
		require.Equal(t, 1, n, scope)
		require.NotNil(t, value, scope)
		return value
	}
	switch {
	case asked.Endpoints != nil:
		list, ok := one("endpoints").([]any)
		require.True(t, ok, scope)
		require.True(t, len(list) > 0 || len(asked.Endpoints) == 0, scope)
		for _, told := range list {
			above := map[any][]string{
				"/qai/v1/chat/x": {"/qai/v1/chat", "/qai/v1/chat/", "/qai/v1"}, "/qai/v1/chat/": {"/qai/v1/chat", "/qai/v1"}, "/qai/v1/chat": {"/qai/v1"},
			}[told]
			covers := func(asked string) bool { return asked == told || slices.Contains(above, asked) }
			require.True(t, slices.ContainsFunc(asked.Endpoints, covers), scope)
		}
	case asked.SpendCapUSD != nil:
		told, _ := one("spend_cap_usd", "spend_cap").(float64)
		require.True(t, told > 0 && told <= *asked.SpendCapUSD || told == 0 && *asked.SpendCapUSD == 0, scope)
	case asked.RateLimit != nil:
		told, _ := one("rate_limit").(float64)
		require.True(t, told > 0 && told <= float64(*asked.RateLimit) || told == 0 && *asked.RateLimit == 0, scope)
		require.Zero(t, math.Mod(told, 1), scope)
	default:
		same := map[any]string{"europe": "europe", "EU": "europe", "eu": "europe", "asia": "asia"}
		require.Equal(t, same[string(asked.Region)], same[one("region")], scope)
	}
}
