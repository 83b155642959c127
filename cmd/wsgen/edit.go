package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/wsgen/wsgen/generator"
	"github.com/wsgen/wsgen/generator/apply"
	"github.com/wsgen/wsgen/generator/plan"
)

// editFlags are the flags of the commands that change a project that is there
// already: how much to show, and whether to ask.
type editFlags struct {
	dryRun bool
	diff   bool
	check  bool
	json   bool
	yes    bool
	quiet  bool

	noInput bool
	noCheck bool
	force   bool
	silent  string // the flag that forbids questions, "" if none
}

func (o *editFlags) define(f *pflag.FlagSet) {
	f.BoolVar(&o.dryRun, "dry-run", false, "list what would change; write nothing")
	f.BoolVar(&o.diff, "diff", false, "show what would change as a diff; write nothing")
	f.BoolVar(&o.check, "check", false, "exit with 10 if anything would change; write nothing")
	f.BoolVar(&o.json, "json", false, "print the result (with --dry-run the plan) as JSON")
	f.BoolVar(&o.noCheck, "no-check", false, "do not type-check the result with the go command before it is written")
	f.BoolVarP(&o.yes, "yes", "y", false, "write without asking")
	f.BoolVar(&o.noInput, "no-input", false, "never ask; a missing answer is an error")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "print nothing but errors")
}

// settle checks the flags against each other.
func (o *editFlags) settle(verb string) error {
	switch {
	case o.diff && o.json:
		return usage(verb, "--diff and --json exclude each other", "--dry-run --json prints the plan with all contents")
	case o.json:
		o.silent = "--json"
	case o.noInput:
		o.silent = "--no-input"
	case o.yes:
		o.silent = "--yes"
	}
	return nil
}

// preview reports whether nothing is to be written.
func (o *editFlags) preview() bool { return o.dryRun || o.diff || o.check }

// settleInterrupted brings back a run that was interrupted in the project that
// wsgen stands in, before anything is read there.
func (a *app) settleInterrupted(o *editFlags) error {
	root := rootAbove(a.here(), ".wsgen")
	if root == "" || !apply.Pending(root) {
		return nil
	}
	if o.preview() {
		return refused(show(root), "a run of wsgen was interrupted here, and nothing may be written now", "wsgen undo --check, without the flag, brings the files back")
	}
	if err := apply.Recover(root); err != nil {
		var kept *apply.KeptError
		if !errors.As(err, &kept) {
			return err
		}
		fmt.Fprintf(a.err, "%s: edited after an interrupted run of wsgen; left as found\n", strings.Join(kept.Paths, ", "))
	}
	if !o.quiet {
		fmt.Fprintf(a.err, "an interrupted run of wsgen was brought back\n")
	}
	return nil
}

// rootAbove returns the nearest directory that has name in it: dir itself or
// one above, as the user would type it where that is possible; "" if none has.
func rootAbove(dir, name string) string {
	for at, n := dir, 0; ; n++ {
		if there(filepath.Join(at, name)) {
			return at
		}
		abs, err := filepath.Abs(at)
		if err != nil || abs == filepath.Dir(abs) {
			return ""
		}
		if filepath.IsAbs(at) {
			at = filepath.Dir(at)
		} else {
			at = filepath.Join(at, "..")
		}
	}
}

// prove type-checks a plan before it is shown or written, unless --no-check says
// that nobody needs to know.
func (a *app) prove(ctx context.Context, o *editFlags, verb string, check func(context.Context) error) error {
	if o.noCheck {
		return nil
	}
	if isTerminal(a.err) && !o.quiet {
		fmt.Fprintln(a.err, "type-checking the result with the go command ...")
	}
	err := check(ctx)
	var broken *generator.BrokenError
	if errors.As(err, &broken) && o.force {
		if !o.quiet {
			fmt.Fprintf(a.err, "the project does not compile as it is; going on because of --force:\n  %s\n", strings.Join(broken.Old, "\n  "))
		}
		return nil
	}
	var unproven *generator.UnprovenError
	switch {
	case errors.As(err, &unproven):
		f := &failure{code: exitUnproven, what: verb + ": the result would not compile, nothing was written"}
		for _, line := range unproven.New {
			f.problems = append(f.problems, problem{why: line})
		}
		for _, line := range unproven.Old {
			f.problems = append(f.problems, problem{why: "before, too: " + line})
		}
		return f
	case errors.As(err, &broken):
		f := refused(verb, "the project does not compile as it is", "mend it first", "--force goes on")
		for _, line := range broken.Old {
			f.problems = append(f.problems, problem{why: line})
		}
		return f
	}
	return err
}

// previewEdit answers --check, --diff and --dry-run: it shows and writes nothing.
func (a *app) previewEdit(o *editFlags, p *plan.Plan, headline string) error {
	switch {
	case o.diff:
		writeDiff(a.out, p, palette(a.colour(a.out)))
	case o.json:
		doc, err := p.MarshalJSON()
		if err != nil {
			return err
		}
		writeIndented(a.out, doc)
	case o.dryRun:
		writeList(a.out, entries(p, nil), palette(a.colour(a.out)))
	}
	if !o.quiet && !o.json {
		var b strings.Builder
		if headline != "" {
			b.WriteString(headline + "\n")
		}
		writeNotes(&b, p)
		fmt.Fprintf(&b, "%s; nothing was written\n", would(p))
		io.WriteString(a.err, b.String())
	}
	if o.check && !p.Empty() {
		return errWouldChange
	}
	return nil
}

// would says in words what a plan comes to.
func would(p *plan.Plan) string {
	if p.Empty() {
		return "nothing to do"
	}
	s := p.Summary()
	var parts []string
	for _, x := range []struct {
		n    int
		verb string
	}{{s.Created, "created"}, {s.Modified, "modified"}, {s.Removed, "removed"}} {
		if x.n > 0 {
			parts = append(parts, count(x.n, "file", "files")+" would be "+x.verb)
		}
	}
	return strings.Join(parts, ", ")
}

// confirm shows a plan and asks whether to carry it out, unless --yes says so.
// It is quiet where the user wants it to be.
func (a *app) confirm(ctx context.Context, o *editFlags, p *plan.Plan, verb, headline string) error {
	if !o.quiet && !o.json {
		var b strings.Builder
		if headline != "" {
			b.WriteString(headline + "\n\n")
		}
		pal := palette(a.colour(a.err))
		writeDiff(&b, edited(p), pal)
		if len(edited(p).Changes) > 0 {
			b.WriteString("\n")
		}
		writeList(&b, fold(entries(p, nil)), pal)
		writeNotes(&b, p)
		io.WriteString(a.err, b.String())
	}
	if o.yes {
		return nil
	}
	why := o.silent + " is given"
	var ask Prompter
	if o.silent == "" {
		ask, why = a.ask(a.console)
	}
	if ask == nil {
		return usage(verb, "nothing was written, since nobody confirmed it: not asking because "+why, "--yes writes it", "--diff shows it")
	}
	const yes = "write it"
	answer, err := ask.Select(ctx, question{label: "Write this?", preset: yes, choices: []choice{
		{name: yes, doc: strings.ReplaceAll(would(p), " would be", "") + "; wsgen undo takes it back"},
		{name: leaveIt, doc: "nothing is written"},
	}})
	if err != nil {
		return err
	}
	if answer != yes {
		return errCancelled
	}
	return nil
}

// edited is p without the files that come and go as a whole.
func edited(p *plan.Plan) *plan.Plan {
	q := *p
	q.Changes = nil
	for _, c := range p.Changes {
		if c.Kind() == plan.Modify && !generated(c.Path) {
			q.Changes = append(q.Changes, c)
		}
	}
	return &q
}

// generated reports whether nobody reads a file.
func generated(path string) bool {
	return filepath.Base(path) == "go.sum" || filepath.Base(path) == "go.work.sum" || strings.HasPrefix(path, "vendor/") || strings.HasPrefix(path, ".wsgen/")
}

// writeNotes prints what a person should know.
func writeNotes(w io.Writer, p *plan.Plan) {
	notes := slices.Clone(p.Notes)
	for _, n := range notes {
		at := ""
		switch {
		case n.Line > 0:
			at = fmt.Sprintf("%s:%d: ", n.Path, n.Line)
		case n.Path != "":
			at = n.Path + ": "
		}
		fmt.Fprintf(w, "note: %s%s\n", at, n.Text)
	}
}
