package main

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
)

// guard says who may control the mock: who sends its token, or where it has none, programs on the same machine. The token is no
// Authorization that a browser sends by itself, so another site's page hasn't got it, whatever name it reaches the mock by.
type guard struct{ token string }

// How many characters a control token may have. As many as 16 random ones can't be guessed.
const (
	minToken = 16
	maxToken = 1_000
)

// checkToken returns what is wrong with a control token, without its text, or nil.
func checkToken(token string) error {
	switch {
	case token == "":
		return nil
	case strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r >= 0x7f }):
		return errors.New("-control-token can have only visible ASCII characters: no space, no newline")
	case len(token) < minToken || len(token) > maxToken:
		return fmt.Errorf("-control-token needs from %d to %d characters: use random ones, from openssl rand -hex 16 for example", minToken, maxToken)
	}
	return nil
}

// protect serves those who may control the mock. Others get a problem, and where they look at a page one that asks for the token.
func (g guard) protect(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.token == "" {
			if err := notFromHere(r); err != nil {
				writeProblem(w, http.StatusForbidden, err)
				return
			}
			next.ServeHTTP(w, r)
			return
		}
		sent := r.Header.Get("Authorization")
		if g.admits(sent) {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("WWW-Authenticate", `Bearer realm="keysmock"`)
		switch {
		case r.Method == http.MethodGet && (r.URL.Path == "/" || strings.HasPrefix(r.URL.Path, "/_mock/page/")):
			writePage(w, http.StatusUnauthorized, "locked.html", nil)
		case sent == "":
			writeProblem(w, http.StatusUnauthorized, errors.New("the control token is missing: send it as Authorization: Bearer TOKEN"))
		default:
			writeProblem(w, http.StatusUnauthorized,
				errors.New("the control token is another one: send the one that keysmock was started with as Authorization: Bearer TOKEN"))
		}
	})
}

// admits reports whether the value of Authorization has the token, in a time that doesn't depend on how much of it is right.
func (g guard) admits(authorization string) bool {
	scheme, token, _ := strings.Cut(authorization, " ")
	want, got := sha256.Sum256([]byte(g.token)), sha256.Sum256([]byte(token))
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(want[:], got[:]) == 1
}

// fromHere reports whether a request comes from this machine and addresses it by one of its own names.
func fromHere(r *http.Request) bool { return notFromHere(r) == nil }

// withToken is how else than from the same machine the mock is controlled.
const withToken = "start keysmock with -control-token (KEYSMOCK_CONTROL_TOKEN), and send it as Authorization: Bearer TOKEN"

// notFromHere returns why a request isn't from this machine, or nil. A page from elsewhere may reach the mock under a name of its
// own (DNS rebinding), which is then the request's host.
func notFromHere(r *http.Request) error {
	addr, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	switch overSocket := addr != nil && addr.Network() == "unix"; {
	case !overSocket && !loopback(r.RemoteAddr):
		return errors.New("only programs on the same machine may control the mock; to do it from elsewhere, " + withToken)
	case !loopback(r.Host):
		return errors.New("the Host header has to name this machine: use localhost or a loopback address, such as 127.0.0.1; " +
			"to control the mock by another name, " + withToken)
	}
	return nil
}
