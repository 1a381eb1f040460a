//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// inForeground reports whether the terminal sends this process and its command, which has a pid, a signal when Ctrl-C is pressed.
func inForeground(pid int) bool {
	if group, err := unix.Getpgid(pid); err != nil || group != unix.Getpgrp() {
		return false // Under timeout or setsid, for example.
	}
	tty, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	defer func() { _ = tty.Close() }()
	group, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}
