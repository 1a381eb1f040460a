package keys

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/qaikeys/qaikeys/generated/client"
)

// Create mints a key (createKey). Its text is in the returned Key, and nowhere ever again: store it.
//
// A mint is never sent twice unless it is certain that nothing was done: after a 429, or where no connection was made.
// Where nobody can say whether a key was made, the error is an [OutcomeUnknownError]. Where the answer is malformed but
// the secret in it can be read, the error is a [DecodeError] that holds it in Created. Any other error means that no key
// was made.
func (c *Client) Create(ctx context.Context, params CreateParams, opts ...CallOption) (*CreatedKey, error) {
	if err := checkCreate(params); err != nil {
		return nil, err
	}
	var created *CreatedKey
	err := c.do(ctx, &call{
		operation: "createKey",
		mint:      &mint{name: params.Name, secret: "key", started: time.Now()},
		request: func(ctx context.Context) (*http.Request, error) {
			return client.NewCreateKeyRequest(ctx, c.server, &client.CreateKeyParams{XQuantumApp: c.app}, params)
		},
		read: func(a *answer) (err error) {
			created, err = readMint(a, func(c *CreatedKey) error { return completeMint(c.Key, &c.Details) })
			return err
		},
	}, opts)
	return created, err
}

func checkCreate(params CreateParams) error {
	return cmp.Or(
		checkText("Name", params.Name), checkText("Region", string(params.Region)),
		checkAmount("SpendCapUSD", params.SpendCapUSD), checkText("Endpoints", params.Endpoints...),
	)
}
