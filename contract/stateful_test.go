package contract_test

import (
	"errors"
	"maps"
	"math"
	"net/http"
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

// model is the state of the API: its keys. Times are in seconds.
type model struct {
	now  int
	keys map[string]modelKey // By id.
}

type modelKey struct {
	name    string
	expires int // From when it is refused.
	rotated bool
}

const forever = math.MaxInt

// command is an operation with those of its parameters that the model needs.
type command struct {
	kind    string // "create", "list", "revoke", "rotate", "use" or "wait".
	id      string // Of the key that it is about.
	name    string
	seconds int
}

// observed is what the client returned.
type observed struct {
	err     error
	id      string          // Of a minted key.
	revoked map[string]bool // Of the keys of a list, by id and name.
}

// step returns the model after a command, and whether the outcome is what the API promises. It is the whole API.
func (m model) step(cmd command, got observed) (model, bool) {
	next := model{m.now, maps.Clone(m.keys)}
	k, known := m.keys[cmd.id]
	switch dead := k.expires <= m.now; {
	case cmd.kind == "wait":
		next.now += cmd.seconds
		return next, true
	case cmd.kind == "create":
		next.keys[got.id] = modelKey{name: cmd.name, expires: forever}
		return next, got.err == nil && len(next.keys) > len(m.keys)
	case cmd.kind == "list":
		return m, got.err == nil && maps.Equal(m.revoked(), got.revoked)
	case cmd.kind == "revoke" && cmd.id == "devices": // The path of another operation, which has no DELETE.
		failed, ok := errors.AsType[*keys.Error](got.err)
		return m, ok && failed.StatusCode == http.StatusMethodNotAllowed
	case !known:
		return m, errors.Is(got.err, keys.ErrNotFound)
	case cmd.kind == "use":
		return m, dead && errors.Is(got.err, keys.ErrUnauthorized) || !dead && got.err == nil
	case cmd.kind == "revoke":
		next.keys[cmd.id] = modelKey{k.name, min(k.expires, m.now), k.rotated}
		return next, got.err == nil
	case k.rotated || dead:
		return m, errors.Is(got.err, keys.ErrConflict)
	}
	next.keys[cmd.id] = modelKey{k.name, m.now + cmd.seconds, true}
	next.keys[got.id] = modelKey{name: k.name, expires: forever}
	return next, got.err == nil && len(next.keys) > len(m.keys)
}

// revoked returns for each key, by id and name, whether it is revoked.
func (m model) revoked() map[string]bool {
	all := map[string]bool{}
	for id, k := range m.keys {
		all[id+" "+k.name] = k.expires <= m.now
	}
	return all
}

// driver runs commands with the client, against a mock whose clock it controls.
type driver struct {
	t       *rapid.T
	mock    *keystest.Handler
	client  *keys.Client
	seconds atomic.Int64
	secrets sync.Map // keys.Secret by id.
}

func newDriver(t *rapid.T) *driver {
	d := &driver{t: t}
	d.mock = keystest.NewHandler(keystest.WithResponsesValidated(), keystest.WithClock(func() time.Time {
		return time.Unix(d.seconds.Load(), 0)
	}))
	d.client = newClient(t, reaching(d.mock), d.mock.APIKey)
	return d
}

// run runs a command and returns what the client returned.
func (d *driver) run(cmd command) observed {
	switch cmd.kind {
	case "wait":
		d.seconds.Add(int64(cmd.seconds))
	case "create":
		created, err := d.client.Create(d.t.Context(), keys.CreateParams{Name: cmd.name})
		if err != nil {
			return observed{err: err}
		}
		d.secrets.Store(created.Details.ID, created.Key)
		return observed{id: created.Details.ID}
	case "rotate":
		rotated, err := d.client.Rotate(d.t.Context(), cmd.id, keys.RotateParams{GraceSeconds: int64(cmd.seconds)})
		if err != nil {
			return observed{err: err}
		}
		d.secrets.Store(rotated.Details.ID, rotated.Key)
		return observed{id: rotated.Details.ID}
	case "revoke":
		_, err := d.client.Revoke(d.t.Context(), cmd.id)
		return observed{err: err}
	case "use":
		secret, ok := d.secrets.Load(cmd.id)
		if !ok {
			_, err := d.client.Usage(d.t.Context(), cmd.id)
			return observed{err: err}
		}
		_, err := newClient(d.t, reaching(d.mock), secret.(keys.Secret).Reveal()).List(d.t.Context())
		return observed{err: err}
	case "list":
		list, err := d.client.List(d.t.Context())
		revoked := map[string]bool{}
		for _, key := range list {
			revoked[key.ID+" "+key.Name] = key.Revoked
		}
		return observed{err: err, revoked: revoked}
	}
	return observed{}
}

// drawCommand makes a command about one of ids, or about a key that there isn't.
func drawCommand(t *rapid.T, kinds, ids []string) command {
	cmd := command{kind: rapid.SampledFrom(kinds).Draw(t, "do")}
	switch cmd.kind {
	case "create":
		cmd.name = rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name")
	case "revoke", "rotate", "use":
		cmd.id = rapid.SampledFrom(append(ids, "key_99", "devices")).Draw(t, "id")
	}
	cmd.seconds = rapid.IntRange(0, 3).Draw(t, "seconds")
	return cmd
}

// TestMockMatchesModel: after any sequence of operations, the client returns what the model says, and the mock's keys are the model's.
func TestMockMatchesModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d, m, ids, history := newDriver(t), model{keys: map[string]modelKey{}}, []string{}, []command{}
		for range rapid.IntRange(1, 30).Draw(t, "commands") {
			cmd := drawCommand(t, []string{"create", "create", "list", "revoke", "rotate", "use", "wait"}, ids)
			got := d.run(cmd)
			history = append(history, cmd)
			next, right := m.step(cmd, got)
			require.True(t, right, "%+v on %+v returned %+v", history, m, got)
			m = next
			if got.id != "" {
				ids = append(ids, got.id)
			}
			require.Equal(t, m.revoked(), d.known(), "%+v", history)
		}
	})
}

// known returns the mock's own keys, in the form of model.revoked.
func (d *driver) known() map[string]bool {
	revoked := map[string]bool{}
	for _, state := range d.mock.Keys() {
		revoked[state.ID+" "+state.Name] = state.Revoked
	}
	return revoked
}

// TestConcurrentCallsMatchModel: what concurrent calls return is linearizable by the model.
func TestConcurrentCallsMatchModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d, m, ids := newDriver(t), model{keys: map[string]modelKey{}}, []string{}
		for range 2 {
			cmd := command{kind: "create", name: "a"}
			got := d.run(cmd)
			m, _ = m.step(cmd, got)
			ids = append(ids, got.id)
		}
		var commands [3][]command
		for i := range commands {
			for range rapid.IntRange(1, 4).Draw(t, "commands") {
				commands[i] = append(commands[i], drawCommand(t, []string{"create", "list", "revoke", "rotate", "use"}, ids))
			}
		}
		history := d.runConcurrently(commands[:])
		require.True(t, porcupine.CheckOperations(porcupine.Model{
			Init: func() any { return m },
			Step: func(state, cmd, got any) (bool, any) {
				next, right := state.(model).step(cmd.(command), got.(observed))
				return right, next
			},
			Equal: func(a, b any) bool {
				return a.(model).now == b.(model).now && maps.Equal(a.(model).keys, b.(model).keys)
			},
		}, history), "%+v", history)
	})
}

// runConcurrently runs each list of commands in a goroutine, and then lists the keys.
func (d *driver) runConcurrently(commands [][]command) []porcupine.Operation {
	var (
		ticks   atomic.Int64
		mu      sync.Mutex
		history []porcupine.Operation
		running sync.WaitGroup
	)
	note := func(cmd command) {
		called := ticks.Add(1)
		got := d.run(cmd)
		returned := ticks.Add(1)
		mu.Lock()
		defer mu.Unlock()
		history = append(history, porcupine.Operation{Input: cmd, Call: called, Output: got, Return: returned})
	}
	for _, own := range commands {
		running.Go(func() {
			for _, cmd := range own {
				note(cmd)
			}
		})
	}
	running.Wait()
	note(command{kind: "list"})
	return history
}
