package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"runtime/debug"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	bberrors "go.etcd.io/bbolt/errors"
)

// stateFile is a keystest.Store in a file, with a checksum of each record.
type stateFile struct{ *bbolt.DB }

// bucket has the records.
var bucket = []byte("keysmock")

// lockTime is how long to wait for another process that is about to end.
const lockTime = time.Second

// openState opens the file at path, or makes it. An empty file is an empty state. A damaged file is refused and left as it is.
func openState(path string) (*stateFile, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = nil // bbolt makes it, so that its lock decides between processes that start at once.
	case err != nil:
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("the state file %q isn't a regular file: name another", path)
	default:
		err = prepareState(path, info)
	}
	if err != nil {
		return nil, describeState(path, err)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockTime})
	if err != nil {
		return nil, describeState(path, err)
	}
	return &stateFile{db}, nil
}

// prepareState checks a file, and takes it away from others than its owner, since it contains API keys in the clear.
func prepareState(path string, info fs.FileInfo) error {
	if info.Size() > 0 {
		if err := checkState(path); err != nil {
			return err
		}
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return os.Chmod(path, mode&^0o077)
	}
	return nil
}

// checkState reads the whole file without writing to it.
func checkState(path string) (err error) {
	// bbolt panics on some kinds of damage, and reading beyond the end of a truncated file is a memory fault.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if damage := recover(); damage != nil {
			err = fmt.Errorf("%v", damage)
		}
	}()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockTime, ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return db.View(func(tx *bbolt.Tx) error {
		if info, err := os.Stat(path); err != nil || info.Size() < tx.Size() {
			return errors.Join(err, fmt.Errorf("it has fewer than the %d bytes that it claims to have", tx.Size()))
		}
		var damage error
		for err := range tx.Check() { // The check's goroutine ends after the last one.
			damage = errors.Join(damage, err)
		}
		if damage != nil {
			return damage
		}
		_, err := readRecords(tx)
		return err
	})
}

// describeState adds to an error of the file what to do about it.
func describeState(path string, err error) error {
	var system syscall.Errno
	switch {
	case errors.Is(err, bberrors.ErrTimeout):
		return fmt.Errorf("the state file %q is in use: another keysmock uses it", path)
	case errors.As(err, &system): // A full disk or a permission, for example.
		return fmt.Errorf("the state file %q can't be used: %w", path, err)
	}
	return fmt.Errorf("the state file %q is damaged, or isn't a state file (%w): it was left as it is; restore it, or move it away to start with an empty state", path, err)
}

// Load returns every record.
func (s *stateFile) Load() (records map[string][]byte, err error) {
	err = s.View(func(tx *bbolt.Tx) error {
		records, err = readRecords(tx)
		return err
	})
	return records, err
}

// readRecords reads every record and verifies its checksum.
func readRecords(tx *bbolt.Tx) (map[string][]byte, error) {
	records := map[string][]byte{}
	b := tx.Bucket(bucket)
	if b == nil {
		if other, _ := tx.Cursor().First(); other != nil {
			return nil, errors.New("it has no records of keysmock")
		}
		return records, nil // The first start was killed before it saved anything.
	}
	err := b.ForEach(func(name, value []byte) error {
		if len(value) < 4 || binary.LittleEndian.Uint32(value) != crc32.ChecksumIEEE(value[4:]) {
			return fmt.Errorf("the checksum of the record %q is wrong", name)
		}
		records[string(name)] = bytes.Clone(value[4:])
		return nil
	})
	return records, err
}

// Save makes changes durable, all of them or none.
func (s *stateFile) Save(changes map[string][]byte) error {
	return s.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists(bucket)
		if err != nil {
			return err
		}
		for name, value := range changes {
			if value == nil {
				if err := b.Delete([]byte(name)); err != nil {
					return err
				}
				continue
			}
			sum := binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(value))
			if err := b.Put([]byte(name), append(sum, value...)); err != nil {
				return err
			}
		}
		return nil
	})
}
