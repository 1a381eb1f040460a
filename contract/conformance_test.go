package contract_test

import (
	"testing"

	"github.com/qaikeys/qaikeys/wrapper/conformance"
	"github.com/qaikeys/qaikeys/wrapper/keystest"
	"github.com/stretchr/testify/assert"
)

// TestTheMockConforms holds the mock to the document as any other server, and leaves no key. It reaches each status that a client can
// provoke; the others are TestEveryExchange's.
func TestTheMockConforms(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]keystest.Option{
		"as it is":                        {keystest.WithTier("internal"), keystest.WithDevices(1)},
		"without the internal tier":       nil,
		"with null lists":                 {keystest.WithNullLists(), keystest.WithTier("internal")},
		"that ignores unknown properties": {keystest.WithLenientRequests(), keystest.WithTier("internal")},
		"with canonical codes":            {keystest.WithCanonicalCodes(), keystest.WithTier("internal")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := keystest.NewServer(t, append(opts, keystest.WithResponsesValidated())...)
			before := mock.Keys()
			conformance.Run(t, conformance.Target{BaseURL: mock.URL, APIKey: mock.APIKey})
			after := mock.Keys()
			assert.Equal(t, before, after[:len(before)])
			for _, key := range after[len(before):] {
				assert.True(t, key.Revoked, "%s %s", key.ID, key.Name)
			}
		})
	}
}
