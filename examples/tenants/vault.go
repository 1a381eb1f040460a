package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

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

func (dir fileVault) id(_ context.Context, tenant string) (string, error) {
	data, err := os.ReadFile(dir.file(tenant))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	var found entry
	if err == nil {
		err = json.Unmarshal(data, &found)
	}
	return found.ID, err
}

func (dir fileVault) holds(ctx context.Context, id string) (bool, error) {
	files, err := filepath.Glob(dir.file("*"))
	for _, file := range files {
		tenant := filepath.Base(file[:len(file)-len(filepath.Ext(file))])
		if found, failed := dir.id(ctx, tenant); failed != nil {
			err = failed
		} else if id != "" && found == id {
			return true, nil
		}
	}
	return false, err
}

func (dir fileVault) file(tenant string) string { return filepath.Join(string(dir), tenant+".key") }
