package keys

import (
	"github.com/qaikeys/qaikeys/generated/client"
	"github.com/qaikeys/qaikeys/types"
)

// The types of requests and answers are those generated from openapi.yaml, where each property is described. A property
// of an answer that is absent or null is its type's zero value.
type (
	// CreateParams is what a new key is called and what it may do. SpendCapUSD and RateLimit are pointers, since zero
	// and unset differ: new(25.0). A nil Endpoints doesn't restrict the key; an empty one restricts it to nothing.
	CreateParams = client.CreateKeyRequest
	// CreatedKey is a new key: Key is its text, shown only this once.
	CreatedKey = client.CreatedKey
	// Key is what may be told of a key. Scope is any JSON value as the gateway sent it, nil where there is none.
	Key = client.KeyDetails
	// Region is where a key's requests are served: [RegionAmericas], [RegionEurope], [RegionAsia], or one that a later
	// gateway knows, which is sent as it is.
	Region = client.Region
	// DeviceKey is a key that was minted for a device.
	DeviceKey = client.DeviceKey
	// RotateParams is how a key is rotated: GraceSeconds is how long the old key keeps working, in seconds.
	RotateParams = client.RotateKeyRequest
	// RotatedKey is the key that takes another's place: Key is its text, shown only this once.
	RotatedKey = client.RotatedKey
	// KeyUsage is what a key was used for, by day and by model, in requests and US dollars.
	KeyUsage = client.KeyUsage
	// UsageDay is what a key was used for on a day.
	UsageDay = client.UsageDay
	// UsageModel is what a key was used for with a model.
	UsageModel = client.UsageModel
	// EphemeralParams is how long a token lives, in seconds, and what it may do. TTL, SpendCap and RateLimit are
	// pointers, since zero and unset differ.
	EphemeralParams = client.CreateEphemeralKeyRequest
	// EphemeralKey is a token that dies by itself: Token is its text, shown only this once.
	EphemeralKey = client.EphemeralKey
	// PartnerParams is for whom a key is minted and what it may do.
	PartnerParams = client.CreatePartnerKeyRequest
	// PartnerKey is a new key for a partner's customer: Key is its text, shown only this once.
	PartnerKey = client.PartnerKey
	// Status is the outcome of a request that returns nothing else.
	Status = client.Status
	// Secret holds a text that doesn't print; Reveal returns it.
	Secret = types.Secret
	// Ticks is an amount of money, 10,000,000,000 to the US dollar.
	Ticks = types.Ticks
)

// The regions that openapi.yaml knows.
const (
	RegionAmericas Region = client.Americas
	RegionEurope   Region = client.Europe
	RegionAsia     Region = client.Asia
)
