package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wsgen/wsgen/generator"
)

// newCompletionCommand is `wsgen completion SHELL`.
func newCompletionCommand(a *app) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print a completion script for a shell",
		Long: `Prints a script that completes commands, flags, servers and +profiles.
SHELL is bash, zsh, fish or powershell.`,
		Example: `  source <(wsgen completion bash)
  wsgen completion zsh > "${fpath[1]}/_wsgen"
  wsgen completion fish > ~/.config/fish/completions/wsgen.fish`,
		ValidArgs: shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			if len(args) > 1 {
				return usage("completion", "takes one SHELL, got "+strings.Join(args, ", "))
			}
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.out, true)
			case "zsh":
				return root.GenZshCompletion(a.out)
			case "fish":
				return root.GenFishCompletion(a.out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.out)
			}
			if near := didYouMean(args[0], "", shells); near != "" {
				return usage("completion: unknown shell "+args[0], near)
			}
			return usage("completion", "unknown shell "+args[0], "the shells are "+strings.Join(shells, ", "))
		},
	}
}

// completeNew completes the arguments of `wsgen new`: a directory first, then
// +profiles and +servers that are not there yet.
func completeNew(_ *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	named := slices.ContainsFunc(args, func(s string) bool { return !strings.HasPrefix(s, "+") })
	if word != "" && !strings.HasPrefix(word, "+") || word == "" && !named {
		return nil, cobra.ShellCompDirectiveFilterDirs
	}
	return plusCompletions(args, word), cobra.ShellCompDirectiveNoFileComp
}

// plusCompletions lists +profiles and +servers that begin with word and are not
// among args.
func plusCompletions(args []string, word string) []string {
	var all []string
	add := func(name, doc string) {
		if plus := "+" + name; strings.HasPrefix(plus, word) && !slices.Contains(args, plus) {
			all = append(all, cobra.CompletionWithDesc(plus, doc))
		}
	}
	for _, p := range generator.Profiles() {
		add(p.Name, p.Doc)
	}
	for _, s := range generator.Servers() {
		add(s.Name, "server: "+s.Module)
	}
	return all
}

// completeServer completes the value of --server.
func completeServer(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var all []string
	for _, s := range generator.Servers() {
		all = append(all, cobra.CompletionWithDesc(s.Name, s.Doc))
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}

// completeProfileList completes the last name of a list a,b,c.
func completeProfileList(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	before := word[:strings.LastIndex(word, ",")+1]
	given := strings.Split(before, ",")
	var all []string
	for _, p := range generator.Profiles() {
		if !slices.Contains(given, p.Name) {
			all = append(all, cobra.CompletionWithDesc(before+p.Name, p.Doc))
		}
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}
