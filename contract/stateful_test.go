package contract_test

import (
	"errors"
	"maps"
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/qaikeys/qaikeys/wrapper/keys"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// world is the model of the API: what becomes of each key. Times are in seconds.
type world struct {
	now  int
	keys map[string]fate // By id.
}

type fate struct {
	name    string
	dies    int // When it is refused: forever is never.
	rotated bool
}

const forever = math.MaxInt

// deed is an operation with what the model needs to know of its params.
type deed struct {
	do      string // "create", "list", "revoke", "rotate", "use" or "wait".
	id      string // Of the key that it is about.
	name    string
	seconds int
}

// outcome is what the client told.
type outcome struct {
	err     error
	id      string          // Of a minted key.
	revoked map[string]bool // Of the keys of a list, by id and name.
}

// step is the whole API: the world after a deed, and whether the outcome is what it has to be.
func (w world) step(d deed, got outcome) (world, bool) {
	next := world{w.now, maps.Clone(w.keys)}
	k, known := w.keys[d.id]
	switch dead := k.dies <= w.now; {
	case d.do == "wait":
		next.now += d.seconds
		return next, true
	case d.do == "create":
		next.keys[got.id] = fate{name: d.name, dies: forever}
		return next, got.err == nil && len(next.keys) > len(w.keys)
	case d.do == "list":
		return w, got.err == nil && maps.Equal(w.revoked(), got.revoked)
	case !known:
		return w, errors.Is(got.err, keys.ErrNotFound)
	case d.do == "use":
		return w, dead && errors.Is(got.err, keys.ErrUnauthorized) || !dead && got.err == nil
	case d.do == "revoke":
		next.keys[d.id] = fate{k.name, min(k.dies, w.now), k.rotated}
		return next, got.err == nil
	case k.rotated || dead:
		return w, errors.Is(got.err, keys.ErrConflict)
	}
	next.keys[d.id] = fate{k.name, w.now + d.seconds, true}
	next.keys[got.id] = fate{name: k.name, dies: forever}
	return next, got.err == nil && len(next.keys) > len(w.keys)
}

// revoked tells of each key, by id and name, whether it is revoked.
func (w world) revoked() map[string]bool {
	all := map[string]bool{}
	for id, k := range w.keys {
		all[id+" "+k.name] = k.dies <= w.now
	}
	return all
}

// player does deeds by the client, against a mock whose clock it holds.
type player struct {
	t       *rapid.T
	mock    *keystest.Handler
	client  *keys.Client
	seconds atomic.Int64
	secrets sync.Map // keys.Secret by id.
}

func newPlayer(t *rapid.T) *player {
	p := &player{t: t}
	p.mock = keystest.NewHandler(keystest.WithResponsesValidated(), keystest.WithClock(func() time.Time {
		return time.Unix(p.seconds.Load(), 0)
	}))
	p.client = newClient(t, reaching(p.mock), p.mock.APIKey)
	return p
}

func (p *player) do(d deed) outcome {
	switch d.do {
	case "wait":
		p.seconds.Add(int64(d.seconds))
	case "create":
		created, err := p.client.Create(p.t.Context(), keys.CreateParams{Name: d.name})
		if err != nil {
			return outcome{err: err}
		}
		p.secrets.Store(created.Details.ID, created.Key)
		return outcome{id: created.Details.ID}
	case "rotate":
		rotated, err := p.client.Rotate(p.t.Context(), d.id, keys.RotateParams{GraceSeconds: int64(d.seconds)})
		if err != nil {
			return outcome{err: err}
		}
		p.secrets.Store(rotated.Details.ID, rotated.Key)
		return outcome{id: rotated.Details.ID}
	case "revoke":
		_, err := p.client.Revoke(p.t.Context(), d.id)
		return outcome{err: err}
	case "use":
		secret, ok := p.secrets.Load(d.id)
		if !ok {
			_, err := p.client.Usage(p.t.Context(), d.id)
			return outcome{err: err}
		}
		_, err := newClient(p.t, reaching(p.mock), secret.(keys.Secret).Reveal()).List(p.t.Context())
		return outcome{err: err}
	case "list":
		list, err := p.client.List(p.t.Context())
		revoked := map[string]bool{}
		for _, key := range list {
			revoked[key.ID+" "+key.Name] = key.Revoked
		}
		return outcome{err: err, revoked: revoked}
	}
	return outcome{}
}

// drawDeed makes a deed about one of ids, or about a key that there isn't.
func drawDeed(t *rapid.T, kinds, ids []string) deed {
	d := deed{do: rapid.SampledFrom(kinds).Draw(t, "do")}
	switch d.do {
	case "create":
		d.name = rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name")
	case "revoke", "rotate", "use":
		d.id = rapid.SampledFrom(append(ids, "key_99", "devices")).Draw(t, "id")
	}
	d.seconds = rapid.IntRange(0, 3).Draw(t, "seconds")
	return d
}

// TestTheMockIsTheModel: after whatever sequence of operations, the client tells what the model says and what the mock knows.
func TestTheMockIsTheModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, w, ids, history := newPlayer(t), world{keys: map[string]fate{}}, []string{}, []deed{}
		for range rapid.IntRange(1, 30).Draw(t, "deeds") {
			d := drawDeed(t, []string{"create", "create", "list", "revoke", "rotate", "use", "wait"}, ids)
			got := p.do(d)
			history = append(history, d)
			next, right := w.step(d, got)
			require.True(t, right, "%+v of %+v told %+v", history, w, got)
			w = next
			if got.id != "" {
				ids = append(ids, got.id)
			}
			require.Equal(t, w.revoked(), p.known(), "%+v", history)
		}
	})
}

// known tells what the mock itself knows, in the form of world.revoked.
func (p *player) known() map[string]bool {
	revoked := map[string]bool{}
	for _, state := range p.mock.Keys() {
		revoked[state.ID+" "+state.Name] = state.Revoked
	}
	return revoked
}

// TestManyAtOnceAreTheModel: what goroutines are told at the same time is what the model could have told them one after another.
func TestManyAtOnceAreTheModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, w, ids := newPlayer(t), world{keys: map[string]fate{}}, []string{}
		for range 2 {
			d := deed{do: "create", name: "a"}
			got := p.do(d)
			w, _ = w.step(d, got)
			ids = append(ids, got.id)
		}
		var deeds [3][]deed
		for i := range deeds {
			for range rapid.IntRange(1, 4).Draw(t, "deeds") {
				deeds[i] = append(deeds[i], drawDeed(t, []string{"create", "list", "revoke", "rotate", "use"}, ids))
			}
		}
		history := p.doAtOnce(deeds[:])
		require.True(t, porcupine.CheckOperations(porcupine.Model{
			Init: func() any { return w },
			Step: func(state, d, got any) (bool, any) {
				next, right := state.(world).step(d.(deed), got.(outcome))
				return right, next
			},
			Equal: func(a, b any) bool {
				return a.(world).now == b.(world).now && maps.Equal(a.(world).keys, b.(world).keys)
			},
		}, history), "%+v", history)
	})
}

// doAtOnce does each list of deeds in a goroutine of its own, and a list of the keys when they are through.
func (p *player) doAtOnce(deeds [][]deed) []porcupine.Operation {
	var (
		ticks   atomic.Int64
		mu      sync.Mutex
		history []porcupine.Operation
		running sync.WaitGroup
	)
	do := func(d deed) {
		called := ticks.Add(1)
		got := p.do(d)
		returned := ticks.Add(1)
		mu.Lock()
		defer mu.Unlock()
		history = append(history, porcupine.Operation{Input: d, Call: called, Output: got, Return: returned})
	}
	for _, own := range deeds {
		running.Go(func() {
			for _, d := range own {
				do(d)
			}
		})
	}
	running.Wait()
	do(deed{do: "list"})
	return history
}
