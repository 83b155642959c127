package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/wsgen/wsgen/generator"
	"github.com/wsgen/wsgen/generator/plan"
)

// addition is what was planned, for people.
type addition generator.Addition

// addResult is the document of `wsgen add websockets --json`.
type addResult struct {
	OK      bool       `json:"ok"`
	Changed bool       `json:"changed"` // false: the websockets were there already
	Dir     string     `json:"dir"`     // the module's root, absolute
	Module  string     `json:"module"`
	Into    string     `json:"into"`
	Server  string     `json:"server"`
	Router  string     `json:"router,omitempty"`
	Path    string     `json:"path"`
	Line    int        `json:"line"`
	Code    string     `json:"code,omitempty"`
	URL     string     `json:"url"`
	Files   []fileLine `json:"files"`
	Notes   []noteLine `json:"notes,omitempty"`
	Next    []string   `json:"next,omitempty"`
	Command string     `json:"command"` // the same again
}

type noteLine struct {
	Path string `json:"path,omitempty"`
	Line int    `json:"line,omitempty"`
	Text string `json:"text"`
}

// headline says on two lines what was found and what is put there.
func (add *addition) headline() string {
	return fmt.Sprintf("found  %s in %s, %s (%s)\nmount  %s near %s:%d, websocket at %s", add.Router, add.Func, add.Path,
		strings.Join(add.Why, "; "), add.Code, add.Path, add.Line, add.URL)
}

// next lists what to do now.
func (add *addition) next() []string {
	run := "go run " + quote(add.Main)
	if add.Main == "" {
		run = "start the server"
	}
	return []string{
		run,
		"in a page: import { connect } from \"" + add.URL + "/realtime.js\"",
		"look at " + add.Into + "/setup.go: who may connect, what to answer",
	}
}

// reportAdd tells what was done and what to do next.
func (a *app) reportAdd(o *addOptions, add *addition) {
	if o.json {
		writeJSON(a.out, add.document(o, a, true))
		return
	}
	if o.quiet {
		return
	}
	pal := palette(a.colour(a.err))
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s in %s: server %s, websocket at %s\n\nNext:\n", add.Plan.Summary(), show(add.dir(a)), add.Server, add.URL)
	for _, s := range add.next() {
		b.WriteString("  " + pal.cyan(s) + "\n")
	}
	b.WriteString("  " + pal.cyan("wsgen undo") + " takes it back\n")
	b.WriteString("The same again without questions:\n  " + o.again(a) + " --yes\n")
	io.WriteString(a.err, b.String())
}

// dir is the module's root as the user may type it.
func (add *addition) dir(a *app) string {
	if root := rootAbove(a.here(), "go.mod"); root != "" {
		return root
	}
	return add.Root
}

// reportPresent answers for a project that has the websockets.
func (a *app) reportPresent(o *addOptions, add *addition) {
	if o.json && o.dryRun {
		if doc, err := add.Plan.MarshalJSON(); err == nil {
			writeIndented(a.out, doc)
		}
		return
	}
	if o.json {
		writeJSON(a.out, add.document(o, a, false))
		return
	}
	if !o.quiet {
		fmt.Fprintf(a.err, "nothing to do: websockets are mounted at %s:%d, from %s\n", add.Path, add.Line, add.Into)
	}
}

func (add *addition) document(o *addOptions, a *app, changed bool) addResult {
	doc := addResult{OK: true, Changed: changed, Dir: add.Root, Module: add.Module, Into: add.Into, Server: add.Server, Router: add.Router,
		Path: add.Path, Line: add.Line, Code: add.Code, URL: add.URL, Files: changedFiles(add.Plan), Command: o.again(a) + " --yes"}
	for _, n := range add.Plan.Notes {
		doc.Notes = append(doc.Notes, noteLine(n))
	}
	if changed {
		doc.Next = add.next()
	}
	return doc
}

// changedFiles lists what p makes of files.
func changedFiles(p *plan.Plan) []fileLine {
	lines := make([]fileLine, 0, len(p.Changes))
	for i, e := range entries(p, nil) {
		lines = append(lines, fileLine{Path: e.path, Action: e.action, SHA256: p.Changes[i].New.Sum()})
	}
	return lines
}
