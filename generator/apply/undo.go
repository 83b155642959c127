package apply

import (
	"context"
	"errors"
	"os"

	"github.com/wsgen/wsgen/generator/plan"
)

// PlanUndo returns what [Undo] would do in the tree at dir now: the plan, which may
// be empty, and the files that it would leave alone because they were edited since,
// as slash-separated paths. It writes nothing. The error wraps [ErrNothingToUndo] if
// no run is recorded.
func PlanUndo(dir string) (p *plan.Plan, kept []string, err error) {
	root, err := openRoot(dir)
	if err != nil {
		return nil, nil, err
	}
	defer root.Close()
	e, err := lastEntry(root, dir)
	if err != nil {
		return nil, nil, err
	}
	return undoPlan(root, dir, e)
}

// Undo takes back the last run that [Edit] has recorded in the tree at dir, and
// forgets it; called again, it takes back the one before. A file that was edited since
// is left alone and listed; a file that is as before already needs nothing. With
// the last entry the journal goes, and .wsgen if nothing else is in it.
// Undo is as safe as Edit: after an error the tree is as it was.
func Undo(ctx context.Context, dir string, o EditOptions) (kept []string, err error) {
	s := steps{ctx, dir, o.Step}
	root, err := openRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	if err := recoverRoot(s, root, dir); err != nil {
		return nil, err
	}
	if _, err := lastEntry(root, dir); err != nil {
		return nil, err
	}
	j, err := lockJournal(s, root, dir)
	if err != nil {
		return nil, err
	}
	defer j.unlock(s.uncancelled())
	if err := j.settle(s); err != nil {
		return nil, err
	}
	e, err := lastEntry(root, dir)
	if err != nil {
		return nil, err
	}
	p, kept, err := undoPlan(root, dir, e)
	if err != nil {
		return nil, err
	}
	return kept, j.run(s, &entry{Undoes: e.Number, Prune: e.Made, Plan: p})
}

// lastEntry reads the newest entry of the journal.
func lastEntry(root *os.Root, dir string) (*entry, error) {
	numbers, err := entries(root)
	if err != nil {
		return nil, explain(dir, err)
	}
	if len(numbers) == 0 {
		return nil, &Error{Path: dir, What: ErrNothingToUndo.Error(), Fix: "the tree has no journal of a run of wsgen", Refused: true, Err: ErrNothingToUndo}
	}
	number := numbers[len(numbers)-1]
	e, err := readEntry(root, dir, entryFile(number))
	if err != nil {
		return nil, explain(dir, err)
	}
	if e.Number != number {
		err := errors.New("is not the entry that its name says")
		return nil, &Error{Path: below(dir, entryFile(number)), What: err.Error(), Fix: "restore the tree from version control", Err: err}
	}
	return e, nil
}

// undoPlan returns the part of e.Plan, an inverse, that can be carried out.
func undoPlan(root *os.Root, dir string, e *entry) (*plan.Plan, []string, error) {
	p := *e.Plan
	p.Changes = nil
	var kept []string
	for _, c := range e.Plan.Changes {
		f, what, err := find(root, c.Path)
		switch {
		case err != nil:
			return nil, nil, explain(below(dir, c.Path), err)
		case what == "" && f.is(c.New, modeCounts(&c)):
		case what == "" && f.is(c.Old, modeCounts(&c)):
			p.Changes = append(p.Changes, c)
		default:
			kept = append(kept, c.Path)
		}
	}
	return &p, kept, nil
}
