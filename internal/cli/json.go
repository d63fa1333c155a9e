package cli

import (
	"encoding/json"
	"fmt"

	"github.com/itchyny/gojq"
	"github.com/urfave/cli/v2"
)

// printJSON prints v as one object, or what --jq makes of it: strings raw,
// everything else as JSON, a line each.
func (env *environment) printJSON(c *cli.Context, v any) error {
	expr := c.String("jq")
	enc := json.NewEncoder(env.out)
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
	iter := code.RunWithContext(c.Context, plain)
	for {
		x, ok := iter.Next()
		if !ok {
			return nil
		}
		switch x := x.(type) {
		case error:
			return fail("", "--jq %q: %v", expr, x)
		case string:
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
