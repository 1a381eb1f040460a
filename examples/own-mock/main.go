// Command own-mock is a mock built on the generated server, for a gateway that behaves differently from keystest: revoking
// deletes, there is one key, and no more can be minted. It serves three operations.
package main

import (
	"context"
	"log"
	"net/http"

	"github.com/qaikeys/qaikeys/generated/server"
)

const requestID = "req_1"

// gateway has a method for each operation that it serves. The embedded interface supplies the others, which no route reaches;
// without it, the compiler lists the missing operations.
type gateway struct{ server.StrictServerInterface }

func (gateway) CreateKey(context.Context, server.CreateKeyRequestObject) (server.CreateKeyResponseObject, error) {
	var refusal server.Error
	err := refusal.FromFlatError(server.FlatError{Error: new("forbidden"), Message: new("no more keys can be minted")})
	return server.CreateKey403JSONResponse{ForbiddenJSONResponse: server.ForbiddenJSONResponse{
		Body: refusal, Headers: server.ForbiddenResponseHeaders{XQAIRequestID: requestID},
	}}, err
}

func (gateway) ListKeys(context.Context, server.ListKeysRequestObject) (server.ListKeysResponseObject, error) {
	list := []server.KeyDetails{{ID: "key_01", Name: "the one", KeyPrefix: new("qai_k_00000000")}}
	return server.ListKeys200JSONResponse{
		Body: server.KeyList{Keys: list}, Headers: server.ListKeys200ResponseHeaders{XQAIRequestID: requestID},
	}, nil
}

func (gateway) RevokeKey(_ context.Context, req server.RevokeKeyRequestObject) (server.RevokeKeyResponseObject, error) {
	return server.RevokeKey200JSONResponse{
		Body:    server.Status{Status: "deleted", Message: new(req.ID + " is gone")},
		Headers: server.RevokeKey200ResponseHeaders{XQAIRequestID: requestID},
	}, nil
}

func routes() http.Handler {
	wrapper := server.ServerInterfaceWrapper{
		Handler: server.NewStrictHandler(gateway{}, nil),
		ErrorHandlerFunc: func(w http.ResponseWriter, _ *http.Request, err error) {
			http.Error(w, err.Error(), http.StatusBadRequest)
		},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /qai/v1/keys", wrapper.CreateKey)
	mux.HandleFunc("GET /qai/v1/keys", wrapper.ListKeys)
	mux.HandleFunc("DELETE /qai/v1/keys/{id}", wrapper.RevokeKey)
	return mux
}

func main() {
	log.Println("listening on http://127.0.0.1:8788")
	log.Fatal(http.ListenAndServe("127.0.0.1:8788", routes())) //nolint:gosec // A mock on loopback needs no timeouts.
}
