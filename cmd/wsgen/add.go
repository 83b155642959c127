package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wsgen/wsgen/generator"
	"github.com/wsgen/wsgen/generator/apply"
	"github.com/wsgen/wsgen/generator/plan"
)

// addOptions is the command line of `wsgen add websockets`, completed by
// answers.
type addOptions struct {
	editFlags
	main    string // ./cmd/x; "" for any
	at      string // file.go:Func; "" for the place that is found
	into    string // "" means the default, as for what follows
	route   string
	server  string
	auth    string
	noTests bool
	raiseGo bool

	allowDirty bool
}

// newAddCommand is `wsgen add`, with `websockets` below it.
func newAddCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "add",
		Short: "Add websockets to a project that is there already",
		Long:  `Adds something to a Go project that wsgen has never seen.`,
	}
	cmd.AddCommand(newAddWebsocketsCommand(a))
	group(cmd)
	return cmd
}

func newAddWebsocketsCommand(a *app) *cobra.Command {
	var o addOptions
	cmd := &cobra.Command{
		Use:   "websockets [flags]",
		Short: "Mount websockets on the router of the project",
		Long: `Finds the router that answers requests, puts the websocket code into
internal/realtime, and adds one import and one statement that mounts it, a line
that drains it where the server is shut down, and what go.mod needs. No other
byte of your files changes. The result is shown before it is written, and
wsgen undo takes it back.

Where it is not clear which router is meant, wsgen asks; where it cannot ask it
changes nothing, lists the candidates, and exits with 3.`,
		Example: `  wsgen add websockets                       show, ask, write
  wsgen add websockets --diff                look first; writes nothing
  wsgen add websockets --yes                 in a script
  wsgen add websockets --at=routes.go:setup  on the router of this function
  wsgen add websockets --main=./cmd/api      in this one of several programs
  wsgen add websockets --server=gws --route=/live`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.settle("add websockets"); err != nil {
				return err
			}
			return a.runAdd(cmd.Context(), &o)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.server, "server", "", "websocket library, by `NAME`: "+serverList()+" (default "+defaultServer()+")")
	f.StringVar(&o.route, "route", "", "URL `PATH` of the websocket (default "+generator.DefaultRoute+")")
	f.StringVar(&o.at, "at", "", "the function whose router it is mounted on, as `FILE.go:FUNC`")
	f.StringVar(&o.main, "main", "", "the program that is meant, by the `DIR` of its main package, as in ./cmd/api")
	f.StringVar(&o.into, "into", "", "folder `DIR` of the websocket code in the module (default "+generator.DefaultInto+")")
	f.StringVar(&o.auth, "auth", "", "`WHERE` it stands to what keeps people out: inherit (behind it), none (before it)")
	f.BoolVar(&o.noTests, "no-tests", false, "leave out the tests of the websocket code")
	f.BoolVar(&o.raiseGo, "raise-go", false, "raise the go line of go.mod where the websocket library needs that")
	f.BoolVar(&o.allowDirty, "allow-dirty", false, "also edit files with changes that are not committed to git")
	f.BoolVar(&o.force, "force", false, "go on if the project does not compile as it is")
	o.editFlags.define(f)
	if err := cmd.RegisterFlagCompletionFunc("server", completeServer); err != nil {
		panic(err)
	}
	if err := cmd.RegisterFlagCompletionFunc("auth", cobra.FixedCompletions([]string{"inherit", "none"}, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err)
	}
	return cmd
}

// runAdd carries out `wsgen add websockets`: everything is known, and shown,
// before anything is written.
func (a *app) runAdd(ctx context.Context, o *addOptions) error {
	if err := a.settleInterrupted(&o.editFlags); err != nil {
		return err
	}
	add, err := a.planAdd(ctx, o)
	if err != nil {
		return err
	}
	if add.Plan.Empty() {
		a.reportPresent(o, add)
		return nil
	}
	if !o.allowDirty {
		if err := a.clean(ctx, add.Root, add.Plan); err != nil {
			return err
		}
	}
	if err := a.prove(ctx, &o.editFlags, "add websockets", (*generator.Addition)(add).Prove); err != nil {
		return err
	}
	if o.preview() {
		return a.previewEdit(&o.editFlags, add.Plan, add.headline())
	}
	if err := a.confirm(ctx, &o.editFlags, add.Plan, "add websockets", add.headline()); err != nil {
		return err
	}
	if err := apply.Edit(ctx, add.Root, add.Plan, apply.EditOptions{}); err != nil {
		return err
	}
	a.reportAdd(o, add)
	return nil
}

// planAdd plans, and asks what has to be asked on the way.
func (a *app) planAdd(ctx context.Context, o *addOptions) (*addition, error) {
	var p Prompter
	for {
		add, err := generator.Add(ctx, o.generatorOptions(a))
		var choice *generator.ChoiceError
		if !errors.As(err, &choice) {
			return (*addition)(add), err
		}
		if p == nil && o.silent == "" {
			p, _ = a.ask(a.console)
		}
		if p == nil {
			return nil, undecided("add websockets", choice)
		}
		fmt.Fprintln(a.err, choice.Reason)
		answer, err := p.Select(ctx, choiceQuestion(choice))
		if err != nil {
			return nil, err
		}
		if err := o.answer(choice.Option, answer); err != nil {
			return nil, err
		}
	}
}

// choiceQuestion asks for one of the choices.
func choiceQuestion(e *generator.ChoiceError) question {
	q := question{label: "Which one?"}
	for _, c := range e.Choices {
		if c.Value == "" { // a flag, to be on or not
			return question{label: "Go on?", preset: leaveIt, choices: []choice{{name: e.Flag(c), doc: c.Text}, {name: leaveIt, doc: "nothing is written"}}}
		}
		q.choices = append(q.choices, choice{name: c.Value, doc: c.String()})
	}
	return q
}

// leaveIt answers a question by doing nothing.
const leaveIt = "leave it"

// answer fills in the option that a choice is about.
func (o *addOptions) answer(option, value string) error {
	switch {
	case value == leaveIt:
		return errCancelled
	case option == "raise-go" && !o.raiseGo:
		o.raiseGo = true
		return nil
	}
	field := map[string]*string{"at": &o.at, "main": &o.main, "route": &o.route, "auth": &o.auth, "into": &o.into, "server": &o.server}[option]
	if field == nil || *field == value {
		return fmt.Errorf("the choice of --%s=%s decides nothing", option, value) // a bug; asking on would not end
	}
	*field = value
	return nil
}

// undecided is the refusal of what a person has to choose, with the choices.
func undecided(verb string, e *generator.ChoiceError) *failure {
	f := refused(verb, e.Reason)
	for i, c := range e.Choices {
		f.problems[0].fix = append(f.problems[0].fix, fmt.Sprintf("%d. %s  %s", i+1, quote(e.Flag(c)), c))
		f.choices = append(f.choices, choiceLine{Option: e.Option, Value: c.Value, Path: c.Path, Line: c.Line, Text: c.Text, Why: c.Why})
	}
	if e.Snippet != "" {
		f.problems[0].fix = append(f.problems[0].fix, "or by hand: "+e.Snippet)
	}
	return f
}

// generatorOptions is o in the words of package generator.
func (o *addOptions) generatorOptions(a *app) generator.AddOptions {
	return generator.AddOptions{
		Dir: a.here(), Main: o.main, At: o.at, Into: o.into, Route: o.route, Server: o.server, Auth: o.auth,
		NoTests: o.noTests, RaiseGo: o.raiseGo, Command: o.again(a), Version: buildVersion().Version,
	}
}

// again is the command that does the same without a question, from where wsgen
// was started.
func (o *addOptions) again(a *app) string {
	words := []string{"wsgen"}
	if a.chdir != "" {
		words = append(words, "-C", a.chdir)
	}
	words = append(words, "add", "websockets")
	for _, f := range []struct{ name, value string }{
		{"server", o.server}, {"route", o.route}, {"at", o.at}, {"main", o.main}, {"into", o.into}, {"auth", o.auth},
	} {
		if f.value != "" {
			words = append(words, "--"+f.name+"="+f.value)
		}
	}
	for _, f := range []struct {
		name string
		on   bool
	}{{"--no-tests", o.noTests}, {"--raise-go", o.raiseGo}, {"--allow-dirty", o.allowDirty}, {"--force", o.force}, {"--no-check", o.noCheck}} {
		if f.on {
			words = append(words, f.name)
		}
	}
	for i, w := range words {
		words[i] = quote(w)
	}
	return strings.Join(words, " ")
}

// here is the directory that relative paths of the command line start at.
func (a *app) here() string { return a.at(".") }

// clean refuses a plan that edits files which git has no copy of: what wsgen
// puts in and what its user was just writing would be one change.
func (a *app) clean(ctx context.Context, root string, p *plan.Plan) error {
	var edited []string
	for _, c := range p.Changes {
		if c.Old != nil {
			edited = append(edited, c.Path)
		}
	}
	dirty := uncommitted(ctx, root, edited)
	if len(dirty) == 0 {
		return nil
	}
	return refused("add websockets", strings.Join(dirty, ", ")+" would be edited, with changes that are not committed",
		"commit or stash them", "--allow-dirty edits them as they are")
}

// there reports whether there is something at path.
func there(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
