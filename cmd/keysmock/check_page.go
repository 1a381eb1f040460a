package main

import (
	"bytes"
	"html/template"
)

// checkPage is what the page of check shows.
type checkPage struct {
	*findings

	Style template.CSS
}

// html returns the findings as a page that needs no other file.
func (f *findings) html() ([]byte, error) {
	style, err := pageFiles.ReadFile("page/style.css")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = templates.ExecuteTemplate(&b, "check.html", checkPage{f, template.CSS(style)}) //nolint:gosec // The style is the program's own.
	return b.Bytes(), err
}
