package keys

import (
	"github.com/qaikeys/qaikeys/generated/client"
	"github.com/qaikeys/qaikeys/types"
)

// The types of requests and responses are generated from the API's document, which describes each property. In a response, a property
// that is absent or null has the zero value of its type, and a list that is null is empty. In a request, a pointer tells zero from unset:
// new(25.0).
type (
	// CreateParams says what a new key is named and restricted to: Name; Endpoints ([]string: short names or path prefixes; nil allows
	// all, empty none), SpendCapUSD (*float64, in US dollars), RateLimit (*int32, requests a minute) and Region.
	CreateParams = client.CreateKeyRequest
	// CreatedKey is a new key: Key (a [Secret]) is its text, shown only this once, and Details (a [Key]) the rest.
	CreatedKey = client.CreatedKey
	// Key is what may be shown of a key: ID, Name and KeyPrefix (strings), Scope (a [JSON]; see [ScopeOf] and [CheckScope]), SpentTicks
	// ([Ticks]), Revoked (bool), CreatedAt and LastUsed (time.Time; LastUsed in lists only). [Live] and [Age] read it.
	Key = client.KeyDetails
	// DeviceKey is a key that was minted for a device: KeyID, DeviceID and KeyPrefix (strings), CreatedAt and LastUsed (time.Time).
	DeviceKey = client.DeviceKey
	// RotateParams says how a key is rotated: GraceSeconds (int64) is how long the old key keeps working, in seconds. [Grace]
	// makes one of a duration; the zero value ends the old key at once.
	RotateParams = client.RotateKeyRequest
	// RotatedKey is a key that replaces another: Key (a [Secret]) is its text, shown only this once, Details (a [Key]) the rest, and
	// OldKeyID (string) the other's ID.
	RotatedKey = client.RotatedKey
	// KeyUsage is what a key was used for: Days ([]UsageDay), Models ([]UsageModel) and TotalCostUSD (float64, in US dollars).
	KeyUsage = client.KeyUsage
	// UsageDay is what a key was used for on a day: Day (a date), Requests, InputTokens and OutputTokens (int64), and CostUSD
	// (float64, in US dollars).
	UsageDay = client.UsageDay
	// UsageModel is what a key was used for with a model: Model (string), Requests (int64) and CostUSD (float64, in US dollars).
	UsageModel = client.UsageModel
	// EphemeralParams says how long a token lives and what it is restricted to: TTL (*int, in seconds; an hour if nil), UserRef
	// (string), Endpoints ([]string; nil allows all, empty none), SpendCap (*float64, in US dollars) and RateLimit (*int32, requests a
	// minute).
	EphemeralParams = client.CreateEphemeralKeyRequest
	// EphemeralKey is a token that expires: Token (a [Secret]) is its text, shown only this once, ExpiresAt (time.Time), and BaseURL
	// (string) the base URL to use it with, empty for the client's.
	EphemeralKey = client.EphemeralKey
	// PartnerParams says for whom a key is minted, what it is named and restricted to: PartnerID, PartnerRef and Name (strings),
	// Endpoints ([]string; nil allows all, empty none), SpendCapUSD (*float64, in US dollars) and RateLimit (*int32, requests a minute).
	PartnerParams = client.CreatePartnerKeyRequest
	// PartnerKey is a key for a partner's customer: Key (a [Secret]) is its text, shown only this once, Details (a [Key]) the rest, and
	// BaseURL (string) the base URL to use it with, empty for the client's.
	PartnerKey = client.PartnerKey
	// Status is the result of a request that returns nothing else: Status (string: "ok", "deleted" or "revoked") and Message (string).
	Status = client.Status
	// Secret holds a text that isn't printed. Its Reveal method returns the text.
	Secret = types.Secret
	// JSON is a JSON value of any shape, byte for byte as it was received. Its String method returns it as text.
	JSON = types.JSON
	// Ticks is an amount of money; 10,000,000,000 ticks are one US dollar. Its String method is exact, its USD method a float64.
	Ticks = types.Ticks
)

// NewSecret returns a [Secret] that holds text.
func NewSecret(text string) Secret { return types.NewSecret(text) }
