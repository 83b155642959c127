package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/wsgen/wsgen/generator"
	"github.com/wsgen/wsgen/generator/plan"
)

// next lists what to do with the project now, commands first.
func (t target) next(made generator.Answers) []string {
	var steps []string
	if t.dir != "." {
		steps = append(steps, "cd "+quote(t.dir))
	}
	steps = append(steps, "go run "+quote("./cmd/"+t.name))
	if slices.Contains(made.Profiles, noFrontEnd) {
		return append(steps, "connect a websocket client to ws://localhost:8080"+made.Route)
	}
	return append(steps, "open http://localhost:8080 in two windows and type in one")
}

// previewNew answers --check, --diff and --dry-run: it shows and writes nothing.
func (a *app) previewNew(o *newOptions, t target, full *plan.Plan) error {
	kept := map[string]bool{}
	if o.force {
		kept = t.kept(full)
	}
	p := only(full, func(path string) bool { return !kept[path] })
	n := len(p.Changes)
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
		writeList(a.out, entries(full, kept), palette(a.colour(a.out)))
	}
	if !o.quiet && !o.json {
		if n == 0 {
			fmt.Fprintf(a.err, "nothing to do: all files of the project are in %s\n", show(t.dir))
		} else {
			fmt.Fprintf(a.err, "%s would be written to %s; nothing was written\n", count(n, "file", "files"), show(t.dir))
		}
	}
	if o.check && n > 0 {
		return errWouldChange
	}
	return nil
}

// reportNew tells what was done and what to do next.
func (a *app) reportNew(o *newOptions, t target, full *plan.Plan, kept map[string]bool, steps []step) error {
	made, err := answers(full)
	if err != nil {
		return err
	}
	if o.json {
		doc := newResult{OK: true, Dir: t.dir, Name: made.Name, Module: made.Module, Server: made.Slots["server"], Route: made.Route,
			Profiles: made.Profiles, Files: fileLines(t.dir, full, kept), Steps: steps, Next: t.next(made), Command: o.again(a)}
		writeJSON(a.out, doc)
		return nil
	}
	var b strings.Builder
	pal := palette(a.colour(a.err))
	if !o.quiet {
		list := entries(full, kept)
		writeList(&b, fold(list), pal)
		b.WriteString("\n" + summary(show(t.dir), made, len(list)-len(kept), len(kept)))
	}
	for _, s := range steps {
		if s.Err != "" {
			fmt.Fprintf(&b, "%s %s: %s\n", pal.yellow("not done:"), s.Name, s.Err)
		} else if !o.quiet {
			fmt.Fprintf(&b, "%s\n", s.Name)
		}
	}
	if !o.quiet {
		b.WriteString("\nNext:\n")
		for _, s := range t.next(made) {
			b.WriteString("  " + pal.cyan(s) + "\n")
		}
		b.WriteString("The same again without questions:\n  " + o.again(a) + "\n")
	}
	io.WriteString(a.err, b.String()) // the project is there, whether anybody hears of it or not
	return nil
}

// summary says in a line what there is now, and in another what was there before.
func summary(dir string, made generator.Answers, written, kept int) string {
	if written == 0 {
		return fmt.Sprintf("nothing to do: all files of the project are in %s\n", dir)
	}
	s := fmt.Sprintf("%s in %s: server %s", count(written, "file", "files"), dir, made.Slots["server"])
	if len(made.Profiles) > 0 {
		s += ", profiles " + strings.Join(made.Profiles, ", ")
	}
	if kept > 0 {
		s += fmt.Sprintf("\n%s kept as they were", count(kept, "file", "files"))
	}
	return s + "\n"
}

// answers reads from the plan of a new project what it is made of.
func answers(p *plan.Plan) (generator.Answers, error) {
	var m generator.Manifest
	for _, c := range p.Changes {
		if c.Path == generator.ManifestPath {
			err := json.Unmarshal(c.New.Data, &m)
			return m.Answers, err
		}
	}
	return m.Answers, errors.New("the plan of the project has no manifest")
}
