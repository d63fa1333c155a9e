package cli

import (
	_ "embed"
	"fmt"

	"github.com/urfave/cli/v2"
)

var (
	//go:embed completion/tracker.bash
	bashCompletion string
	//go:embed completion/tracker.zsh
	zshCompletion string
	//go:embed completion/tracker.fish
	fishCompletion string
	//go:embed completion/tracker.ps1
	powershellCompletion string
)

func completionCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print the completion script of a shell",
		ArgsUsage: "bash|zsh|fish|powershell",
		Description: "   bash        source <(tracker completion bash)\n" +
			"   zsh         tracker completion zsh > \"${fpath[1]}/_tracker\"\n" +
			"   fish        tracker completion fish > ~/.config/fish/completions/tracker.fish\n" +
			"   powershell  tracker completion powershell | Out-String | Invoke-Expression",
		Action: func(c *cli.Context) error {
			var script string
			switch c.Args().First() {
			case "bash":
				script = bashCompletion
			case "zsh":
				script = zshCompletion
			case "powershell":
				script = powershellCompletion
			case "fish":
				script = fishCompletion
			default:
				return usage("tracker completion bash|zsh|fish|powershell", "no completion for shell %q", c.Args().First())
			}
			_, err := fmt.Fprint(env.out, script)
			return err
		},
	}
}
