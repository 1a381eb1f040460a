// Package statuswriter records the status of a response.
package statuswriter

import "net/http"

// Writer is a ResponseWriter that records the status, which stays 0 until the handler sets it.
type Writer struct {
	http.ResponseWriter

	Status int
}

// WriteHeader records the status and sends it.
func (w *Writer) WriteHeader(status int) {
	w.Status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController find the underlying writer.
func (w *Writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
