package main

import (
	"errors"
	"math"
	"os"

	"golang.org/x/sys/windows"
)

// taken reports whether another process has a file, and otherwise takes it until it is closed. The lock is on a byte that nobody reads.
func taken(file *os.File) bool {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	last := &windows.Overlapped{Offset: math.MaxUint32, OffsetHigh: math.MaxInt32}
	return errors.Is(windows.LockFileEx(windows.Handle(file.Fd()), flags, 0, 1, 0, last), windows.ERROR_LOCK_VIOLATION)
}
