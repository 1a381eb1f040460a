package types_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/qaikeys/qaikeys/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestJSONIsKeptAsItCame(t *testing.T) {
	t.Parallel()
	var holder struct{ Value types.JSON }
	body := []byte(`{"Value":{"a": 1e400}}`)
	require.NoError(t, json.Unmarshal(body, &holder))
	copy(body, `{"Value":{"b": 2e200}}`) // A buffer that is used again.
	assert.Equal(t, `{{"a": 1e400}}`, fmt.Sprint(holder))
	encoded, err := json.Marshal(holder)
	require.NoError(t, err)
	assert.Contains(t, string(encoded), `{"a":1e400}`)
}

func TestANilJSONIsNull(t *testing.T) {
	t.Parallel()
	holder := struct{ Value types.JSON }{types.JSON(`5`)}
	require.NoError(t, json.Unmarshal([]byte(`{"Value":null}`), &holder))
	assert.Nil(t, holder.Value)
	encoded, err := json.Marshal(holder)
	require.NoError(t, err)
	assert.JSONEq(t, `{"Value":null}`, string(encoded))
}
