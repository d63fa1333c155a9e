package term

import (
	"os"

	"golang.org/x/sys/windows"
)

// enableEscapes tells the console to obey escape sequences, which Windows 10
// and later can but do not do unasked.
func enableEscapes(f *os.File) bool {
	console := windows.Handle(f.Fd())
	var mode uint32
	if err := windows.GetConsoleMode(console, &mode); err != nil {
		return false
	}
	return windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
