package term

import (
	"os"

	"github.com/mattn/go-runewidth"
	"golang.org/x/term"
)

// Options says what the output goes to. The zero value is a pipe or file.
type Options struct {
	TTY        bool // a terminal: shorten, align and head lists
	Width      int  // cells in a line of the terminal; 0 or less for no limit
	Color      bool
	Hyperlinks bool // OSC 8 links around hashes, where an address is known
	EastAsian  bool // arrows, blocks and dots take two cells
	// UpstreamURL and ForkURL are the web addresses that hyperlinks lead to, as
	// in advise.Integration; empty for none.
	UpstreamURL, ForkURL string
}

// Detect returns the options that suit f. Colour and hyperlinks are on for a
// terminal unless TERM is dumb; NO_COLOR (https://no-color.org) turns colour
// off. On Windows, a console that cannot be told to read escape sequences gets
// none.
func Detect(f *os.File, getenv func(string) string) Options {
	o := Options{EastAsian: runewidth.DefaultCondition.EastAsianWidth}
	if !term.IsTerminal(int(f.Fd())) {
		return o
	}
	o.TTY, o.Width = true, 80
	if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
		o.Width = width
	}
	escapes := getenv("TERM") != "dumb" && enableEscapes(f)
	o.Color = escapes && getenv("NO_COLOR") == ""
	o.Hyperlinks = escapes
	return o
}
