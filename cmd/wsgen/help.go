package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// writeHelp prints the help of cmd: what it does, how it is called, examples,
// what stands below it, flags. Nothing is wider than 80 columns.
func writeHelp(w io.Writer, cmd *cobra.Command) {
	var b strings.Builder
	about := cmd.Long
	if about == "" {
		about = cmd.Short + "."
	}
	b.WriteString(about + "\n")
	if isTopic(cmd) {
		io.WriteString(w, b.String())
		return
	}
	b.WriteString("\nUsage:\n")
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  %s COMMAND\n", cmd.CommandPath())
	} else {
		fmt.Fprintf(&b, "  %s\n", cmd.UseLine())
	}
	if cmd.Example != "" {
		b.WriteString("\nExamples:\n" + cmd.Example + "\n")
	}
	section := func(title string, take func(*cobra.Command) bool) {
		first := true
		for _, c := range cmd.Commands() {
			if !take(c) {
				continue
			}
			if first {
				b.WriteString("\n" + title + ":\n")
				first = false
			}
			fmt.Fprintf(&b, "  %-12s %s\n", c.Name(), c.Short)
		}
	}
	section("Commands", func(c *cobra.Command) bool { return !isTopic(c) && (c.IsAvailableCommand() || c.Name() == "help") })
	section("More help", isTopic)
	if flags := cmd.LocalFlags(); flags.HasAvailableFlags() {
		b.WriteString("\nFlags:\n" + flags.FlagUsagesWrapped(80))
	}
	if cmd.HasAvailableInheritedFlags() {
		b.WriteString("\nEverywhere:\n" + cmd.InheritedFlags().FlagUsagesWrapped(80))
	}
	io.WriteString(w, b.String())
}

// newHelpCommand is `wsgen help [COMMAND...]`. Cobra's own reports success for
// a topic that does not exist.
func newHelpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about a command or topic",
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			at := root
			for _, word := range args {
				if at = child(at, word); at == nil {
					return nil, cobra.ShellCompDirectiveNoFileComp
				}
			}
			return commandNames(at), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			at := root
			for _, word := range args {
				next := child(at, word)
				if next == nil {
					if near := didYouMean(word, "wsgen help ", commandNames(at)); near != "" {
						return usage("no help about "+word, near)
					}
					return usage("no help about "+word, "there is no such command or topic", "wsgen help lists them")
				}
				at = next
			}
			return at.Help()
		},
	}
}

// child is the command below parent with that name, or nil.
func child(parent *cobra.Command, name string) *cobra.Command {
	for _, c := range parent.Commands() {
		if c.Name() == name {
			return c
		}
	}
	return nil
}

// isTopic reports whether cmd is a page of text, not a verb.
func isTopic(cmd *cobra.Command) bool { return cmd.Annotations["topic"] != "" }

// newExitCodesTopic is `wsgen help exit-codes`.
func newExitCodesTopic() *cobra.Command {
	return &cobra.Command{
		Use:         "exit-codes",
		Short:       "What the exit codes mean",
		Annotations: map[string]string{"topic": "page"},
		Args:        noArguments,
		RunE:        func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		Long: `Exit codes of wsgen:

    0  done, or there was nothing to do
    1  failed: input or output, or a bug in wsgen; nothing is left half written
    2  usage: a word, flag, name or profile that wsgen does not know, choices
       that exclude each other, or an answer that is missing where it cannot ask
    3  refused: the command is well-formed, but the target does not allow it
       (a directory that is not empty, for instance); nothing was written
    4  the result would not type-check; nothing was written
   10  --check: there is something to do; nothing was written
  130  interrupted by Ctrl-C or a signal; nothing is left half written`,
	}
}
