package rewrite

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/wsgen/wsgen/generator/internal/project"
	"github.com/wsgen/wsgen/generator/plan"
)

// A draft collects what is put into one file.
type draft struct {
	file   *project.File
	clean  bool    // gofmt would leave the file alone, but for its line breaks
	pieces []piece // in order
	specs  []spec  // the imports among them, each with the name that it has
}

// A piece is code that is put in at one place, between bytes that stay.
type piece struct {
	at   int    // offset in the old file
	text string // with the white space around it
	code string // the tokens in text, without the semicolon that sets them apart
	side side
}

// A side says how code stands to what is before it and behind it. In this order
// pieces follow each other at one offset.
type side int

const (
	closes side = iota // it ends an expression that is there already
	listed             // it is a statement or a declaration, set apart by a semicolon
	opens              // it begins an expression that is there already
)

// A variant is one way to put code into a file.
type variant []piece

// insert returns the variant that puts in a statement or a declaration.
func insert(at int, text, code string) variant { return variant{{at, text, code, listed}} }

func newDraft(f *project.File) *draft {
	return &draft{file: f, clean: gofmted(f.Data)}
}

// put takes the first of the variants that leaves a file clean that is clean, or
// else the first that gofmt can settle with changes next to it.
func (d *draft) put(variants ...variant) error {
	for _, v := range variants {
		pieces := d.with(v)
		data, err := plan.Splice(d.file.Data, edits(pieces))
		if err == nil && (!d.clean || gofmted(data)) {
			d.pieces = pieces
			return nil
		}
	}
	for _, v := range variants {
		if pieces := d.with(v); d.clean {
			if _, ok := settle(d.file.Data, pieces); ok {
				d.pieces = pieces
				return nil
			}
		}
	}
	return fmt.Errorf("%s: gofmt would change more of the file than what is put in", d.file.Path)
}

// with returns the pieces of d and v in order.
func (d *draft) with(v variant) []piece {
	pieces := slices.Concat(d.pieces, v)
	slices.SortStableFunc(pieces, func(a, b piece) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.side, b.side)) })
	return pieces
}

// edits returns the edits that pieces come to.
func edits(pieces []piece) []plan.Edit {
	all := make([]plan.Edit, len(pieces))
	for i, p := range pieces {
		all[i] = plan.Edit{Start: p.at, End: p.at, Text: p.text}
	}
	return all
}

// finish returns the edits in order, after all checks have passed.
func (d *draft) finish() ([]plan.Edit, error) {
	all := edits(d.pieces)
	data, err := plan.Splice(d.file.Data, all)
	settled := false
	if err == nil && d.clean && !gofmted(data) {
		if all, settled = settle(d.file.Data, d.pieces); settled {
			data, err = plan.Splice(d.file.Data, all)
		}
	}
	if err == nil {
		err = check(d.file.Data, data, d.pieces, d.clean, settled)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.file.Path, err)
	}
	return all, nil
}
