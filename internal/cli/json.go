package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"

	"github.com/itchyny/gojq"
	"github.com/urfave/cli/v2"

	"tracker/render/esc"
)

// printJSON prints v as one object, or what --jq makes of it: strings raw,
// everything else as JSON, a line each. Characters that a terminal obeys or
// hides are written as JSON escapes; a raw string goes to a terminal escaped,
// and to a pipe as it is.
func (env *environment) printJSON(c *cli.Context, v any) error {
	expr := c.String("jq")
	enc := json.NewEncoder(visible{env.out})
	enc.SetEscapeHTML(false)
	if expr == "" {
		enc.SetIndent("", "  ")
		return enc.Encode(v)
	}
	query, err := gojq.Parse(expr)
	if err != nil {
		return usage("the language is that of jq", "read --jq %q: %v", expr, err)
	}
	code, err := gojq.Compile(query)
	if err != nil {
		return usage("the language is that of jq", "read --jq %q: %v", expr, err)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode the answer: %w", err)
	}
	var plain any
	if err := json.Unmarshal(text, &plain); err != nil {
		return fmt.Errorf("encode the answer: %w", err)
	}
	tty := env.termOptions(c).TTY
	iter := code.RunWithContext(c.Context, plain)
	for {
		x, ok := iter.Next()
		if !ok {
			return nil
		}
		switch x := x.(type) {
		case error:
			return fail("--json alone prints what the expression is given", "--jq %q: %v", expr, x)
		case string:
			if tty {
				lines := strings.Split(x, "\n")
				for i := range lines {
					lines[i] = esc.Part(lines[i])
				}
				x = strings.Join(lines, "\n")
			}
			if _, err := fmt.Fprintln(env.out, x); err != nil {
				return err
			}
		default:
			if err := enc.Encode(x); err != nil {
				return err
			}
		}
	}
}

// visible writes JSON with every hidden character in it escaped, which JSON
// itself asks for below U+0020 only.
type visible struct{ w io.Writer }

// Write takes whole values, as an encoder writes them: no character is cut.
func (v visible) Write(text []byte) (int, error) {
	at := bytes.IndexFunc(text, hidden)
	if at < 0 {
		return v.w.Write(text)
	}
	out := bytes.NewBuffer(make([]byte, 0, len(text)+64))
	out.Write(text[:at])
	for _, r := range string(text[at:]) {
		switch {
		case !hidden(r):
			out.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(out, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(out, `\u%04x`, r)
		}
	}
	if _, err := v.w.Write(out.Bytes()); err != nil {
		return 0, err
	}
	return len(text), nil
}

// hidden leaves out the line breaks between JSON's tokens, the only control
// characters that an encoder writes.
func hidden(r rune) bool { return r != '\n' && esc.Hidden(r) }
