// Package redact keeps credentials out of what the mock and the conformance suite show. It is for this project's own packages, and may
// change at any time.
package redact

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Mark stands for what was redacted.
const Mark = "[redacted]"

// Headers have nothing but credentials, known or not.
var Headers = map[string]bool{
	"Authorization": true, "Proxy-Authorization": true, "X-Api-Key": true, "Cookie": true, "Set-Cookie": true,
}

// Credentials returns the credentials in a request's headers, and each part of one that may be quoted alone: what stands behind the scheme
// of Authorization, its words, and each cookie with and without its name.
func Credentials(header http.Header) (credentials []string) {
	for name := range Headers {
		for _, value := range header.Values(name) {
			value = strings.TrimSpace(value)
			credentials = append(credentials, value)
			switch name {
			case "Authorization", "Proxy-Authorization":
				if scheme := strings.IndexFunc(value, unicode.IsSpace); scheme >= 0 {
					rest := strings.TrimSpace(value[scheme:])
					credentials = append(append(credentials, rest), strings.Fields(rest)...)
				}
			case "Cookie":
				for cookie := range strings.SplitSeq(value, ";") {
					_, text, _ := strings.Cut(cookie, "=")
					credentials = append(credentials, strings.TrimSpace(cookie), strings.Trim(text, " \t\""))
				}
			}
		}
	}
	return credentials
}

// mintedForm matches more of a minted key than its public prefix, also of a gateway's token, which may have any character of a bearer
// token (RFC 6750, 2.1).
var mintedForm = regexp.MustCompile(`(?i)qai_k_[0-9a-f]{9,}|qai_eph_[-0-9a-z._~+/=]{9,}`)

// encodedForm matches the same in hexadecimal and base64, and encodedStarts is what each match begins with.
var (
	encodedForm = regexp.MustCompile(`(?:` + strings.Join(slices.Concat(Encodings("qai_k_"), Encodings("qai_eph_")), "|") +
		`)[-0-9A-Za-z+/_]{18,}`)
	encodedStarts = slices.Compact(slices.Sorted(slices.Values(Encodings("qai_"))))
)

// encoded reports whether a text may have a match of encodedForm, which takes longer to look for.
func encoded(text string) bool {
	return len(text) > 20 && slices.ContainsFunc(encodedStarts, func(start string) bool { return strings.Contains(text, start) })
}

// Text returns text with what has the form of a minted key, also in hexadecimal and base64, and what own replaces, replaced by Mark. If such
// a text is in other letters (upper or lower case), or has escapes of URLs or JSON that it doesn't need, Mark replaces the whole text. Own
// may be nil.
func Text(text string, own *strings.Replacer) string {
	shown, lower := replace(text, own), strings.ToLower(text)
	hides := func(form string, plain func(string) string) bool {
		clean := replace(form, own)
		return clean != form && clean != plain(shown)
	}
	if text != lower && hides(lower, strings.ToLower) {
		return Mark
	}
	if strings.ContainsAny(text, `%\`) && (hides(unescape(text), unescape) || hides(unescapeTwice(text), unescapeTwice)) {
		return Mark
	}
	return shown
}

// escapes matches the escapes of URLs and JSON, also where they were applied several times.
var escapes = regexp.MustCompile(`%(?:25)*([0-9A-Fa-f]{2})|\\+u([0-9A-Fa-f]{4})|\\+`)

// unescape returns a text in lower case and without escapes. What isn't one stays, other than a backslash.
func unescape(text string) string {
	return strings.ToLower(escapes.ReplaceAllStringFunc(text, func(escape string) string {
		match := escapes.FindStringSubmatch(escape)
		if char, _ := hex.DecodeString(match[2]); len(char) == 2 {
			return string(rune(char[0])<<8 | rune(char[1]))
		}
		char, _ := hex.DecodeString(match[1])
		return string(char) // Empty for a backslash alone.
	}))
}

// unescapeTwice is for JSON in a URL, whose backslashes are escaped.
func unescapeTwice(text string) string { return unescape(unescape(text)) }

func replace(text string, own *strings.Replacer) string {
	if own != nil {
		text = own.Replace(text)
	}
	if strings.Contains(text, "ai_") {
		text = mintedForm.ReplaceAllLiteralString(text, Mark)
	}
	if encoded(text) {
		text = encodedForm.ReplaceAllLiteralString(text, Mark)
	}
	return text
}

// Forms returns a credential as it is, as URLs and JSON have it, and as Text looks for it. There is none of one that Text finds by itself,
// and of one that is shorter than eight characters and doesn't begin with "qai_", which may be an ordinary word.
func Forms(credential string) (forms []string) {
	ordinary := func(text string) bool { return len(text) < 8 && !strings.HasPrefix(text, "qai_") }
	if ordinary(credential) || mintedForm.FindString(credential) == credential {
		return nil
	}
	asJSON, _ := json.Marshal(credential) // A string can't fail.
	for _, form := range []string{credential, url.PathEscape(credential), url.QueryEscape(credential), string(asJSON[1 : len(asJSON)-1])} {
		forms = append(forms, form)
		if plain := unescape(form); !ordinary(plain) {
			forms = append(forms, plain)
		}
	}
	return forms
}

// Encodings returns a credential in hexadecimal and, as any longer text may have it, in base64. Text finds only a minted key's by itself.
func Encodings(credential string) []string {
	forms := []string{hex.EncodeToString([]byte(credential))}
	for before := range 3 { // Bytes of a group of three.
		text := append(make([]byte, before), credential...)
		first, end := (before*8+5)/6, len(text)*8/6 // The characters that have only its own bits.
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			form := encoding.EncodeToString(text)[first:end]
			forms = append(forms, form, strings.ToLower(form)) // As the name of a header has it.
		}
	}
	return forms
}

// Replacer returns a replacer of forms, each by Mark. It sorts them.
func Replacer(forms []string) *strings.Replacer {
	longestFirst := func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) } // It may contain others.
	slices.SortFunc(forms, longestFirst)
	var pairs []string
	for _, form := range slices.Compact(forms) {
		pairs = append(pairs, form, Mark)
	}
	return strings.NewReplacer(pairs...)
}
