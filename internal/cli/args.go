package cli

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// completing is what urfave/cli's completion adds as the last word.
const completing = "--generate-bash-completion"

// arrange brings the arguments into the order that urfave/cli understands:
// global options, command, the command's options, then the rest. It stops
// reading options at the first argument and does not know global ones after a
// command; people write them anywhere. What follows "--" stays as it is.
//
// An option that nobody knows stays with the command, which then says so,
// except in a search, where "-word" excludes a word.
func arrange(app *cli.App, args []string) []string {
	if len(args) == 0 {
		return args
	}
	words := args[1:]
	if last := words[max(len(words)-1, 0):]; len(last) == 1 && last[0] == completing {
		// A shell asks what could follow. Behind "--" urfave/cli takes the question for
		// an argument, and carries the command out.
		return append([]string{args[0]}, slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "--" })...)
	}
	global := takesValue(nil, app.Flags)
	chain := commandPath(app, words)
	own := map[string]bool{}
	loose := false
	for _, c := range chain {
		own["help"], own["h"] = false, false
		own = takesValue(own, c.Flags)
		loose = loose || c.Name == "search"
	}

	var globals, options, rest []string
	named := 0 // commands of the chain seen so far
	for i := 0; i < len(words); i++ {
		w := words[i]
		if w == "--" {
			if len(rest) == 0 {
				rest = append(rest, w)
			}
			rest = append(rest, words[i+1:]...)
			break
		}
		if name, attached, ok := option(w); ok {
			value, mine := own[name]
			to := &options
			if !mine {
				var isGlobal bool
				if value, isGlobal = global[name]; isGlobal {
					to = &globals
				} else if loose {
					rest = append(rest, w)
					continue
				}
			}
			if value && !attached && i+1 == len(words) {
				return lacking(args[0], w, chain, mine)
			}
			*to = append(*to, w)
			if value && !attached {
				i++
				*to = append(*to, words[i])
			}
			continue
		}
		if named < len(chain) && chain[named].HasName(w) {
			named++
			continue
		}
		rest = append(rest, w)
	}
	if len(rest) > 0 && rest[0] != "--" {
		if _, _, ok := option(rest[0]); ok {
			rest = append([]string{"--"}, rest...)
		}
	}

	out := append([]string{args[0]}, globals...)
	if n := len(chain); n > 1 && slices.ContainsFunc(options, isHelp) {
		// Asked by option, cli would show the help of the command above.
		for _, c := range chain[:n-1] {
			out = append(out, c.Name)
		}
		return append(out, "help", chain[n-1].Name)
	}
	for _, c := range chain {
		out = append(out, c.Name)
	}
	out = append(out, options...)
	return append(out, rest...)
}

// lacking are the arguments that make cli say that an option lacks its value:
// before others it would take one of them for it.
func lacking(program, option string, chain []*cli.Command, own bool) []string {
	out := []string{program}
	if own {
		for _, c := range chain {
			out = append(out, c.Name)
		}
	}
	return append(out, option)
}

func isHelp(option string) bool { return option == "-h" || option == "--help" || option == "-help" }

// commandPath finds the command and subcommand among the words: the first that
// are neither options nor values of options.
func commandPath(app *cli.App, words []string) []*cli.Command {
	any := takesValue(nil, app.Flags)
	var collect func([]*cli.Command)
	collect = func(list []*cli.Command) {
		for _, c := range list {
			for n, v := range takesValue(nil, c.Flags) {
				any[n] = any[n] || v
			}
			collect(c.Subcommands)
		}
	}
	collect(app.Commands)

	var chain []*cli.Command
	list := app.Commands
	for i := 0; i < len(words) && words[i] != "--"; i++ {
		if name, attached, ok := option(words[i]); ok {
			if any[name] && !attached {
				i++
			}
			continue
		}
		var found *cli.Command
		for _, c := range list {
			if c.HasName(words[i]) {
				found = c
			}
		}
		if found == nil {
			break
		}
		chain = append(chain, found)
		list = found.Subcommands
	}
	return chain
}

// option splits "--name=value" and "-n"; "-" alone is an argument.
func option(w string) (name string, attached, ok bool) {
	if len(w) < 2 || w[0] != '-' {
		return "", false, false
	}
	name, _, attached = strings.Cut(strings.TrimLeft(w, "-"), "=")
	return name, attached, true
}

// takesValue adds to m, for every name of the flags, whether it wants a value.
func takesValue(m map[string]bool, flags []cli.Flag) map[string]bool {
	if m == nil {
		m = map[string]bool{"help": false, "h": false}
	}
	for _, f := range flags {
		_, isBool := f.(*cli.BoolFlag)
		for _, n := range f.Names() {
			m[n] = !isBool
		}
	}
	return m
}
