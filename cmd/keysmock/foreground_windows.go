package main

// inForeground reports whether the console sends this process, and the command that it runs, a signal when Ctrl-C is pressed. Nothing else
// sends one on Windows.
func inForeground(int) bool { return true }
