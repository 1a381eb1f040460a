package types

// JSON is a JSON value of any shape, byte for byte as it was received. It is nil for a value that is absent or null, and prints as text.
type JSON []byte

// String returns the value as it was received.
func (j JSON) String() string { return string(j) }

// MarshalJSON returns the value, or null for a nil JSON.
func (j JSON) MarshalJSON() ([]byte, error) {
	if j == nil {
		return []byte("null"), nil
	}
	return j, nil
}

// UnmarshalJSON sets the value to a copy of data, or to nil if data is null.
func (j *JSON) UnmarshalJSON(data []byte) error {
	if *j = nil; string(data) != "null" {
		*j = append(JSON{}, data...)
	}
	return nil
}
