package keys

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/go-json-experiment/json"
)

// Journal remembers, even after a crash, which mints are under way: see [Client.Mint] and [Client.Recover]. It holds no secret. An
// implementation must be safe for concurrent use and keep each Pending, Started to the microsecond. A journal is of one account.
type Journal interface {
	// Begin records p durably before it returns. If the journal holds p already, that is an error.
	Begin(ctx context.Context, p Pending) error
	// Settle removes p. If the journal doesn't hold it, that is no error.
	Settle(ctx context.Context, p Pending) error
	// Pending returns what was begun and not settled. If part of it can't be read, that is an error.
	Pending(ctx context.Context) ([]Pending, error)
}

// FileJournal returns a [Journal] that keeps a file for each Pending in a directory. FileJournal itself does no I/O: the first Begin makes
// the directory, with mode 0700, and a missing one is an empty journal. Each file is whole or absent, has mode 0600, and is on the disk when
// Begin returns. The file system must have hard links. A file that can't be read is an error of Pending, and so of Mint and Recover.
//
// Give each process a directory of its own: [Client.Mint] and [Client.Recover] take what they find, and aren't working on in this process,
// for what a crash has left.
func FileJournal(dir string) Journal { return fileJournal(dir) }

// fileJournal is the directory of a FileJournal.
type fileJournal string

const journalSuffix = ".json"

// someone is a Client that conceals what looks like a key, and no API key of its own.
var someone *Client

var errNoDirectory = invalid("the name of the journal's directory is empty")

// Begin writes p to a temporary file and links it to its name, which fails if the name is taken.
func (dir fileJournal) Begin(ctx context.Context, p Pending) (err error) {
	name, data, err := dir.file(p)
	if err = errors.Join(someone.contextError(ctx), err); err != nil {
		return err
	}
	if _, err := os.Stat(string(dir)); errors.Is(err, fs.ErrNotExist) {
		err = os.MkdirAll(string(dir), 0o700)
		if err = errors.Join(err, syncDir(filepath.Dir(string(dir)))); err != nil {
			return err
		}
	}
	temporary, err := os.CreateTemp(string(dir), ".begin-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(temporary.Name())) }()
	_, err = temporary.Write(data)
	if err = errors.Join(err, temporary.Sync(), temporary.Close()); err != nil {
		return err
	}
	if err := os.Link(temporary.Name(), name); err != nil { // Unlike a rename, it replaces nothing.
		return err
	}
	return syncDir(string(dir))
}

// Settle removes the file of p.
func (dir fileJournal) Settle(ctx context.Context, p Pending) error {
	name, _, err := dir.file(p)
	if err = errors.Join(someone.contextError(ctx), err); err != nil {
		return err
	}
	if err := os.Remove(name); errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	return syncDir(string(dir))
}

// Pending reads the files in the order of their names.
func (dir fileJournal) Pending(ctx context.Context) ([]Pending, error) {
	if err := someone.contextError(ctx); err != nil {
		return nil, err
	}
	if dir == "" {
		return nil, errNoDirectory
	}
	entries, err := os.ReadDir(string(dir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var (
		pending []Pending
		errs    []error
	)
	for _, entry := range entries {
		name := filepath.Join(string(dir), entry.Name())
		if filepath.Ext(name) != journalSuffix {
			continue // A crash has left it, or it isn't ours.
		}
		var p Pending
		err := errors.New("it isn't a regular file")
		if entry.Type().IsRegular() {
			p, err = dir.read(name)
		}
		switch {
		case err == nil:
			pending = append(pending, p)
		case !errors.Is(err, fs.ErrNotExist): // Otherwise it has just been settled.
			errs = append(errs, fmt.Errorf("the journal's file %s can't be read: find out what it was, and remove it: %w", name, err))
		}
	}
	return pending, errors.Join(errs...)
}

// read reads the file of a Pending.
func (dir fileJournal) read(name string) (p Pending, err error) {
	data, err := os.ReadFile(name) //nolint:gosec // A file of the journal.
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal(data, &p); err != nil {
		return p, errors.New("it isn't the JSON of a Pending")
	}
	if own, _, _ := dir.file(p); own != name {
		return p, errors.New("it was changed")
	}
	return p, nil
}

// file returns the name of p's file, which no other Pending has, and its content.
func (dir fileJournal) file(p Pending) (name string, data []byte, err error) {
	if dir == "" {
		return "", nil, errNoDirectory
	}
	p.Started = p.Started.UTC().Round(0)
	if data, err = json.Marshal(p); err != nil {
		err = invalid("the Pending can't be recorded: %v", err)
	}
	sum := sha256.Sum256(data)
	return filepath.Join(string(dir), hex.EncodeToString(sum[:16])+journalSuffix), data, err
}

// syncDir makes it last which files a directory has. Windows can't, and doesn't need it.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir) //nolint:gosec // The caller chose it.
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
