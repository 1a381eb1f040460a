package contract

import "github.com/qaikeys/qaikeys/wrapper/keys"

// Methods has the client's method for each operation, by operationId. It is the only thing about an operation that the tests can't
// read in the document: a new operation needs a line here, and no test of its own.
var Methods = map[string]any{
	"createEphemeralKey": (*keys.Client).CreateEphemeral,
	"createKey":          (*keys.Client).Create,
	"createPartnerKey":   (*keys.Client).CreatePartner,
	"getKeyUsage":        (*keys.Client).Usage,
	"listDeviceKeys":     (*keys.Client).ListDevices,
	"listKeys":           (*keys.Client).List,
	"revokeKey":          (*keys.Client).Revoke,
	"rotateKey":          (*keys.Client).Rotate,
}
