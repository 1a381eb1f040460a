package main

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"

	"github.com/swaggest/swgui"
	"github.com/swaggest/swgui/v5emb"
)

// console serves Swagger UI below /docs, for the API and for the control API. Programs on the same machine get it with an API key filled
// in, unless that is empty.
func console(apiKey string) http.Handler {
	config := swgui.Config{
		Title: "keysmock", BasePath: "/docs", ShowTopBar: true,
		SettingsUI: map[string]string{
			"urls":                     `[{name: "The API", url: "/docs/openapi.yaml"}, {name: "The mock's control API", url: "/docs/control.yaml"}]`,
			"tryItOutEnabled":          "true",
			"defaultModelsExpandDepth": "1",
		},
	}
	swagger := v5emb.NewHandlerWithConfig(config)
	config.PreAuthorizeApiKey = map[string]string{"apiKeyHeader": apiKey, "bearerToken": apiKey}
	swaggerWithKey := v5emb.NewHandlerWithConfig(config)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path != "/docs" && r.URL.Path != "/docs/":
			swagger.ServeHTTP(w, r)
		case apiKey != "" && fromHere(r):
			writeConsole(w, r, swaggerWithKey)
		default:
			writeConsole(w, r, swagger)
		}
	})
}

// inlineScript matches a script that is part of a page.
var inlineScript = regexp.MustCompile(`(?s)<script>(.*?)</script>`)

// writeConsole responds with Swagger UI's page. Its policy allows its own scripts and what this server serves, nothing else: the
// browser blocks a call of the real gateway.
func writeConsole(w http.ResponseWriter, r *http.Request, swagger http.Handler) {
	page := httptest.NewRecorder()
	swagger.ServeHTTP(page, r)
	scripts := []string{"'self'"}
	for _, match := range inlineScript.FindAllSubmatch(page.Body.Bytes(), -1) {
		sum := sha256.Sum256(match[1])
		scripts = append(scripts, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	}
	startPage(w, "default-src 'self'; script-src "+strings.Join(scripts, " ")+"; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "+
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	_, _ = w.Write(page.Body.Bytes())
}

var servers = regexp.MustCompile(`(?m)^servers:\n(?:[ -].*\n)+`)

// servedHere returns a document with this server in place of its own, so that Swagger UI calls the mock.
func servedHere(document []byte) []byte {
	return servers.ReplaceAll(document, []byte("servers:\n  - url: /\n    description: This mock.\n"))
}
