package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wsgen/wsgen/generator"
	"github.com/wsgen/wsgen/generator/apply"
)

// newOptions is the command line of `wsgen new`, completed by answers.
type newOptions struct {
	choices
	name   string // NAME as typed: a name, a path, "."; "" asks
	dir    string
	module string // "" means the name
	route  string // "" means the default

	force  bool
	git    bool
	quiet  bool
	dryRun bool
	diff   bool
	check  bool
	json   bool

	silent string // the flag that forbids questions, "" if none
}

// newNewCommand is `wsgen new`. runF replaces the work in tests of the flags.
func newNewCommand(a *app, runF func(context.Context, *newOptions) error) *cobra.Command {
	var o newOptions
	var yes, noInput, noGit bool
	cmd := &cobra.Command{
		Use:   "new [NAME] [+PROFILE...] [flags]",
		Short: "Write a new project",
		Long: `Writes a whole project that builds, passes its own tests and runs. NAME may be a
path: its last element is the name, and "." is the directory you stand in.
Without NAME, on a terminal, wsgen asks.`,
		Example: `  wsgen new chat                            a project in ./chat
  wsgen new chat +gws                       on github.com/lxzan/gws
  wsgen new ../shop/feed +api               no front end, in another place
  wsgen new chat --without=docker,github    less around it
  wsgen new chat --diff | less              look first; writes nothing`,
		ValidArgsFunction: completeNew,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.words(args); err != nil {
				return err
			}
			switch {
			case o.git && noGit:
				return usage("new", "--git and --no-git exclude each other")
			case o.diff && o.json:
				return usage("new", "--diff and --json exclude each other", "--dry-run --json prints the plan with all contents")
			case o.json:
				o.silent = "--json"
			case noInput:
				o.silent = "--no-input"
			case yes:
				o.silent = "--yes"
			}
			if runF != nil {
				return runF(cmd.Context(), &o)
			}
			return a.runNew(cmd.Context(), &o)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.server, "server", "", "websocket library, by `NAME`: "+serverList()+" (default "+defaultServer()+")")
	f.StringSliceVar(&o.profiles, "profile", nil, "profiles to add, as `a,b`; the same as +a +b")
	f.StringSliceVar(&o.without, "without", nil, "default profiles to leave out, as `a,b`")
	f.StringVar(&o.module, "module", "", "module `PATH` (default NAME)")
	f.StringVar(&o.route, "route", "", "URL `PATH` of the websocket (default "+generator.DefaultRoute+")")
	f.StringVar(&o.dir, "dir", "", "write to `DIR` instead of ./NAME")
	f.BoolVar(&o.force, "force", false, "write into a directory that is not empty: add the files that are missing, overwrite none")
	f.BoolVar(&o.git, "git", false, "git init and a first commit afterwards")
	f.BoolVar(&noGit, "no-git", false, "no git (the default)")
	f.BoolVar(&o.dryRun, "dry-run", false, "list what would be written; write nothing")
	f.BoolVar(&o.diff, "diff", false, "show what would be written as a diff; write nothing")
	f.BoolVar(&o.check, "check", false, "exit with 10 if anything would be written; write nothing")
	f.BoolVar(&o.json, "json", false, "print the result (with --dry-run the plan) as JSON")
	f.BoolVarP(&yes, "yes", "y", false, "take the defaults, ask nothing")
	f.BoolVar(&noInput, "no-input", false, "never ask; a missing answer is an error")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "print nothing but errors")
	for name, complete := range map[string]cobra.CompletionFunc{
		"server":  completeServer,
		"profile": completeProfileList,
		"without": completeProfileList,
	} {
		if err := cmd.RegisterFlagCompletionFunc(name, complete); err != nil {
			panic(err) // a flag of that name was not defined above
		}
	}
	return cmd
}

// words takes the arguments apart: one NAME, and choices that begin with "+".
func (o *newOptions) words(args []string) error {
	var names, plus []string
	for _, word := range args {
		if strings.HasPrefix(word, "+") {
			plus = append(plus, word)
		} else {
			names = append(names, word)
		}
	}
	o.settle(plus)
	switch {
	case len(names) == 1 && names[0] == "":
		return usage("new", "the project name is empty", "wsgen new NAME")
	case len(names) == 1:
		o.name = names[0]
	case len(names) > 1:
		f := usage("new", "takes one NAME, got "+strings.Join(names, ", "))
		for _, name := range names[1:] {
			if near := nearest(name, append(profileNames(), serverNames()...)); len(near) > 0 {
				p := &f.problems[0]
				p.fix = append(p.fix, "+"+near[0]+" if you meant the choice of that name")
			}
		}
		return f
	}
	return nil
}

// runNew carries out `wsgen new`: what is wrong with the command line comes
// first, then what is wrong with the target, and both before the first
// question. Nothing is written before everything is known.
func (a *app) runNew(ctx context.Context, o *newOptions) error {
	if o.name == "" {
		if err := a.nameless(ctx, o); err != nil {
			return err
		}
	}
	t, err := a.target(o.name, o.dir)
	if err != nil {
		return err
	}
	full, err := a.render(ctx, o.generatorOptions(a, t.name))
	if err != nil {
		return t.renamed(err, o.name)
	}
	if err := t.check(o.force); err != nil {
		return err
	}
	if o.check || o.diff || o.dryRun {
		return a.previewNew(o, t, full)
	}
	kept := map[string]bool{}
	err = a.create(ctx, t.dir, full, apply.NewOptions{Force: o.force, Kept: func(path string) { kept[path] = true }})
	if err != nil {
		return err
	}
	var steps []step
	if o.git {
		steps = firstCommit(ctx, t.dir, t.name)
	}
	if err := a.reportNew(o, t, full, kept, steps); err != nil {
		return err
	}
	if o.git && ctx.Err() != nil {
		return fail(exitInterrupted, "", "interrupted; the project in "+show(t.dir)+" is complete, but git was not done with it")
	}
	return nil
}

// nameless completes a command line without NAME by asking. What the line does
// say is tried out first, with a name that will do: nobody shall answer five
// questions to learn that a flag was wrong.
func (a *app) nameless(ctx context.Context, o *newOptions) error {
	_, err := a.render(ctx, o.generatorOptions(a, "app"))
	p, why := a.prompter(o)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if p == nil {
		missing := usage("new", "missing project name: not asking because "+why, "wsgen new NAME")
		if err != nil {
			missing.problems = append(missing.problems, asFailure("new", err).problems...)
		}
		return missing
	}
	if err != nil {
		return err
	}
	return a.askNew(ctx, p, o)
}

// generatorOptions is o in the words of package generator.
func (o *newOptions) generatorOptions(a *app, name string) generator.NewOptions {
	return generator.NewOptions{
		Name:     name,
		Module:   o.module,
		Server:   o.server,
		Route:    o.route,
		Profiles: o.profiles,
		Without:  o.without,
		Command:  o.again(a),
		Version:  buildVersion().Version,
	}
}
