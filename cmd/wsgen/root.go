package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/wsgen/wsgen/generator"
	"github.com/wsgen/wsgen/generator/apply"
	"github.com/wsgen/wsgen/generator/plan"
)

// An app is what the commands share: the console, the flags of the root, and
// the two steps of all work, replaced by tests that must stop in between.
type app struct {
	*console
	chdir string // -C: where relative paths start

	render func(context.Context, generator.NewOptions) (*plan.Plan, error)
	create func(ctx context.Context, dir string, p *plan.Plan, o apply.NewOptions) error
	ask    func(*console) (Prompter, string) // how to ask, or why nobody can be asked
}

func newApp(c *console) *app {
	return &app{console: c, render: generator.New, create: apply.New, ask: choosePrompter}
}

// run carries out one command line and returns the exit code. It is the only
// place that prints errors, and the last that a panic reaches.
func run(ctx context.Context, args []string, c *console) int {
	return newApp(c).run(ctx, args)
}

func (a *app) run(ctx context.Context, args []string) (code int) {
	defer func() {
		if v := recover(); v != nil {
			code = a.fail(fail(exitFailed, "internal error", fmt.Sprint(v),
				"this is a bug in wsgen; please report it with the command line and the output of wsgen version"), args)
		}
	}()
	root := newRoot(a)
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	if werr := a.out.close(); werr != nil && err == nil {
		err = fail(exitFailed, "writing the output", reason(werr))
	}
	if err != nil {
		return a.fail(asFailure(verb(cmd), err), args)
	}
	return exitDone
}

// fail reports f and returns its exit code. A reader of --json gets a document
// in any case.
func (a *app) fail(f *failure, args []string) int {
	if slices.Contains(args, "--json") && len(f.problems) > 0 {
		writeJSON(a.out, failureDoc{OK: false, Exit: f.code, Error: f.Error(), Fix: f.fixes(), Choices: f.choices})
		_ = a.out.close()
	}
	report(a.err, f, palette(a.colour(a.err)))
	return f.code
}

// newRoot returns the command tree.
func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "wsgen",
		Short: "Production-grade websockets for Go web projects, in one command",
		Long: `wsgen writes a Go web project with production-grade websockets: a server, a
browser client and a chat to start from. Or it adds them to a project that is
there already, whatever its router. It is plain code that you own; nothing in it
depends on wsgen.`,
		Example: `  wsgen new chat                       a whole project in ./chat
  wsgen new chat --server=gws          on another websocket library
  wsgen new                            asks
  wsgen add websockets                 into the project that you stand in
  wsgen undo                           takes that back
  wsgen doctor                         what websockets would meet there
  wsgen profiles                       what there is to choose from`,
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.PersistentFlags().StringVarP(&a.chdir, "chdir", "C", "", "run as if started in `DIR`")
	root.PersistentFlags().BoolP("help", "h", false, "show this help")
	root.Flags().Bool("version", false, "print the version")
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { writeHelp(cmd.OutOrStdout(), cmd) })
	root.SetFlagErrorFunc(flagError)
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error { return a.enter() }
	root.AddCommand(
		newNewCommand(a, nil),
		newAddCommand(a),
		newUndoCommand(a),
		newRemoveCommand(a),
		newDoctorCommand(a),
		newProfilesCommand(a),
		newVersionCommand(a),
		newCompletionCommand(a),
		newExitCodesTopic(),
	)
	root.SetHelpCommand(newHelpCommand(root))
	group(root)
	bare := root.RunE
	root.RunE = func(cmd *cobra.Command, args []string) error {
		if v, _ := cmd.Flags().GetBool("version"); v {
			return printVersion(a, false)
		}
		return bare(cmd, args)
	}
	return root
}

// group makes cmd a parent that shows its help when it stands alone and
// refuses a word that is none of its commands. Cobra would print help and
// report success for a misspelt command below a parent.
func group(cmd *cobra.Command) {
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		return unknownCommand(cmd, args[0])
	}
}

// unknownCommand is the failure for a word that is no command of parent.
func unknownCommand(parent *cobra.Command, word string) error {
	path := parent.CommandPath()
	if near := didYouMean(word, path+" ", commandNames(parent)); near != "" {
		return usage("unknown command "+path+" "+word, near)
	}
	f := usage("unknown command "+path+" "+word, "there is no such command", path+" --help lists the commands")
	if parent.HasParent() {
		return f
	}
	if generator.CheckName(word) == nil {
		p := &f.problems[0]
		p.fix = append([]string{"wsgen new " + word + " starts a project of that name"}, p.fix...)
	}
	return f
}

// commandNames lists what may follow parent.
func commandNames(parent *cobra.Command) []string {
	var names []string
	for _, c := range parent.Commands() {
		if c.IsAvailableCommand() || c.Name() == "help" {
			names = append(names, c.Name())
		}
	}
	return names
}

// flagError explains a flag that pflag does not take; for an unknown one it
// looks for the name that was meant.
func flagError(cmd *cobra.Command, err error) error {
	help := cmd.CommandPath() + " --help lists the flags"
	var unknown *pflag.NotExistError
	var noValue *pflag.ValueRequiredError
	var badValue *pflag.InvalidValueError
	switch {
	case errors.As(err, &noValue):
		return usage(verb(cmd), "flag --"+noValue.GetFlag().Name+" needs a value", help)
	case errors.As(err, &badValue):
		f := badValue.GetFlag()
		if f.Value.Type() == "bool" {
			return usage(verb(cmd), fmt.Sprintf("--%s=%s is neither true nor false", f.Name, badValue.GetValue()), "--"+f.Name+" alone turns it on")
		}
		return usage(verb(cmd), fmt.Sprintf("--%s cannot be %q", f.Name, badValue.GetValue()), help)
	case !errors.As(err, &unknown):
		return usage(verb(cmd), err.Error(), help)
	}
	if unknown.GetSpecifiedShortnames() != "" {
		return usage(verb(cmd), "unknown flag -"+unknown.GetSpecifiedName(), help)
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	what := "unknown flag --" + unknown.GetSpecifiedName()
	if near := didYouMean(unknown.GetSpecifiedName(), "--", names); near != "" {
		return usage(verb(cmd), what+"; "+near)
	}
	return usage(verb(cmd), what, help)
}

// verb is what the user called: "new", "profiles show"; "" for wsgen alone.
func verb(cmd *cobra.Command) string {
	_, after, _ := strings.Cut(cmd.CommandPath(), " ")
	return after
}

// noArguments refuses arguments with a message in our own words.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usage(verb(cmd), fmt.Sprintf("takes no arguments, got %s", args[0]), cmd.CommandPath()+" --help shows how it is used")
}

// enter checks -C.
func (a *app) enter() error {
	if a.chdir == "" {
		return nil
	}
	switch info, err := os.Stat(a.chdir); {
	case err != nil:
		return usage("-C "+a.chdir, reason(err))
	case !info.IsDir():
		return usage("-C "+a.chdir, "not a directory")
	}
	return nil
}

// at resolves a path of the command line against -C.
func (a *app) at(path string) string {
	if a.chdir == "" || filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(a.chdir, path)
}

// reason is the cause of an error of package os, without operation and path.
func reason(err error) string {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
