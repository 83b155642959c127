package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/wsgen/wsgen/generator"
	"github.com/wsgen/wsgen/generator/apply"
)

// removeResult is the document of `wsgen remove websockets --json`.
type removeResult struct {
	OK      bool       `json:"ok"`
	Changed bool       `json:"changed"` // false: there was nothing
	Dir     string     `json:"dir"`
	Files   []fileLine `json:"files"`
	Kept    []string   `json:"kept"` // files of the websocket code that were edited
	Notes   []noteLine `json:"notes,omitempty"`
}

// newRemoveCommand is `wsgen remove`, with `websockets` below it.
func newRemoveCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "remove",
		Short: "Take out what wsgen add has put in",
		Long:  `Takes something out of a project again, also long after it was added.`,
	}
	cmd.AddCommand(newRemoveWebsocketsCommand(a))
	group(cmd)
	return cmd
}

func newRemoveWebsocketsCommand(a *app) *cobra.Command {
	var o editFlags
	cmd := &cobra.Command{
		Use:   "websockets [flags]",
		Short: "Unmount the websockets and remove their code",
		Long: `Takes out the statements that mount and drain the websockets, wherever they
stand now, the imports that nothing else needs, the websocket code, and its line
of go.mod if nothing else needs that.

Where other code of yours uses the websockets, nothing is changed and the places
are listed. Websocket code that you have edited stays, whole, so that it builds.`,
		Example: `  wsgen remove websockets --diff    look first; writes nothing
  wsgen remove websockets`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.settle("remove websockets"); err != nil {
				return err
			}
			return a.runRemove(cmd.Context(), &o)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&o.force, "force", false, "also remove files of the websocket code that were edited, and go on if the\nproject does not compile as it is")
	o.define(f)
	return cmd
}

// runRemove carries out `wsgen remove websockets`.
func (a *app) runRemove(ctx context.Context, o *editFlags) error {
	if err := a.settleInterrupted(o); err != nil {
		return err
	}
	command := "wsgen remove websockets"
	if o.force {
		command += " --force"
	}
	r, err := generator.Remove(ctx, generator.RemoveOptions{Dir: a.here(), Force: o.force, Command: command})
	if err != nil {
		return err
	}
	switch {
	case r.Plan.Empty() && o.json && o.dryRun:
		return a.previewEdit(o, r.Plan, "")
	case r.Plan.Empty() && o.json:
		writeJSON(a.out, removeDocument(r, false))
		return nil
	case r.Plan.Empty() && !o.quiet && r.Into == "":
		fmt.Fprintln(a.err, "nothing to do: there are no websockets of wsgen here")
		return nil
	case r.Plan.Empty():
		if !o.quiet {
			writeNotes(a.err, r.Plan)
			fmt.Fprintln(a.err, "nothing to do: nothing mounts the websockets")
		}
		return nil
	}
	if err := a.prove(ctx, o, "remove websockets", r.Prove); err != nil {
		return err
	}
	if o.preview() {
		return a.previewEdit(o, r.Plan, "")
	}
	if err := a.confirm(ctx, o, r.Plan, "remove websockets", ""); err != nil {
		return err
	}
	if err := apply.Edit(ctx, r.Root, r.Plan, apply.EditOptions{}); err != nil {
		return err
	}
	if o.json {
		writeJSON(a.out, removeDocument(r, true))
	} else if !o.quiet {
		io.WriteString(a.err, "\n"+r.Plan.Summary().String()+"; wsgen undo takes it back\n")
	}
	return nil
}

func removeDocument(r *generator.Removal, changed bool) removeResult {
	doc := removeResult{OK: true, Changed: changed, Dir: r.Root, Files: changedFiles(r.Plan), Kept: r.Edited}
	if doc.Kept == nil {
		doc.Kept = []string{}
	}
	for _, n := range r.Plan.Notes {
		doc.Notes = append(doc.Notes, noteLine(n))
	}
	return doc
}
