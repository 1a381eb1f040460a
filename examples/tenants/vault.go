package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/qaikeys/qaikeys/wrapper/keys"
)

// fileVault is a directory with a file for each tenant. It stands for a real vault.
type fileVault string

// entry is the content of a file.
type entry struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
}

// put returns when the key is on the disk. A file is whole or absent.
func (dir fileVault) put(_ context.Context, tenant string, created *keys.CreatedKey) error {
	data, err := json.Marshal(entry{created.Details.ID, created.Key.Reveal()}) //nolint:gosec // Keeping the secret is the point.
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(string(dir), ".put-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	_, err = file.Write(data)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), dir.file(tenant))
}

func (dir fileVault) has(_ context.Context, tenant string) (bool, error) {
	_, err := read(dir.file(tenant))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func (dir fileVault) holds(_ context.Context, id string) (bool, error) {
	files, err := filepath.Glob(dir.file("*"))
	for _, file := range files {
		found, failed := read(file)
		if failed == nil && id != "" && (found.ID == id || strings.HasPrefix(found.Secret, id)) {
			return true, nil
		}
		err = errors.Join(err, failed)
	}
	return false, err
}

func read(file string) (found entry, err error) {
	data, err := os.ReadFile(file) //nolint:gosec // In the vault's directory.
	if err == nil {
		err = json.Unmarshal(data, &found)
	}
	return found, err
}

func (dir fileVault) file(tenant string) string { return filepath.Join(string(dir), tenant+".key") }
