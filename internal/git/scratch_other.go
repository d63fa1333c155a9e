//go:build !linux

package git

// scratch is the folder for short-lived files: the system's own.
func scratch() string { return "" }
