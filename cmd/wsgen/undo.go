package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wsgen/wsgen/generator/apply"
	"github.com/wsgen/wsgen/generator/plan"
)

// undoResult is the document of `wsgen undo --json`.
type undoResult struct {
	OK    bool       `json:"ok"`
	Dir   string     `json:"dir"`
	Files []fileLine `json:"files"`
	Kept  []string   `json:"kept"` // edited since, and left alone
}

// newUndoCommand is `wsgen undo`.
func newUndoCommand(a *app) *cobra.Command {
	var o editFlags
	cmd := &cobra.Command{
		Use:   "undo [flags]",
		Short: "Take back what wsgen did to a project last",
		Long: `Takes back the last change that wsgen made in the project that you stand in,
byte for byte. A file that was edited since stays as it is, and is listed. Called
again, it takes back the change before.

It needs .wsgen/journal, which is not committed: in a fresh clone there is
nothing to undo.`,
		Example: `  wsgen undo --diff    look first; writes nothing
  wsgen undo`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.diff && o.json {
				return usage("undo", "--diff and --json exclude each other", "--dry-run --json prints the plan with all contents")
			}
			return a.runUndo(cmd.Context(), &o)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&o.dryRun, "dry-run", false, "list what would change; write nothing")
	f.BoolVar(&o.diff, "diff", false, "show what would change as a diff; write nothing")
	f.BoolVar(&o.check, "check", false, "exit with 10 if anything would change; write nothing")
	f.BoolVar(&o.json, "json", false, "print the result (with --dry-run the plan) as JSON")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "print nothing but errors")
	return cmd
}

// runUndo carries out `wsgen undo`. It asks nothing: what was edited since
// stays.
func (a *app) runUndo(ctx context.Context, o *editFlags) error {
	root := rootAbove(a.here(), ".wsgen")
	if root == "" {
		return nothingToUndo(show(a.here()), "wsgen has changed nothing here")
	}
	if err := a.settleInterrupted(o); err != nil {
		return err
	}
	p, kept, err := apply.PlanUndo(root)
	if errors.Is(err, apply.ErrNothingToUndo) {
		return nothingToUndo(show(root), "there is no journal of a change")
	} else if err != nil {
		return err
	}
	if o.preview() {
		a.keptNotes(o, kept)
		return a.previewEdit(o, p, "")
	}
	if kept, err = apply.Undo(ctx, root, apply.EditOptions{}); err != nil {
		return err
	}
	a.reportUndo(o, root, p, kept)
	return nil
}

func nothingToUndo(where, why string) error {
	return refused("undo", fmt.Sprintf("nothing to undo in %s: %s", where, why),
		"wsgen remove websockets takes out what wsgen add has put in, also in a fresh clone")
}

func (a *app) reportUndo(o *editFlags, root string, p *plan.Plan, kept []string) {
	if o.json {
		if kept == nil {
			kept = []string{}
		}
		writeJSON(a.out, undoResult{OK: true, Dir: root, Files: changedFiles(p), Kept: kept})
		return
	}
	if !o.quiet {
		var b strings.Builder
		writeList(&b, fold(entries(p, nil)), palette(a.colour(a.err)))
		fmt.Fprintf(&b, "\n%s in %s: %s\n", strings.TrimPrefix(p.Command, "undo: "), show(root), takenBack(p))
		io.WriteString(a.err, b.String())
	}
	a.keptNotes(o, kept)
}

// takenBack says in words what undoing p comes to.
func takenBack(p *plan.Plan) string {
	if p.Empty() {
		return "nothing was left to take back"
	}
	return "taken back; " + p.Summary().String()
}

// keptNotes lists the files that are not as wsgen left them.
func (a *app) keptNotes(o *editFlags, kept []string) {
	if o.quiet || o.json {
		return
	}
	for _, path := range kept {
		fmt.Fprintf(a.err, "kept: %s was edited since\n", path)
	}
}
