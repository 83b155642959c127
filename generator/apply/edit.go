package apply

import (
	"context"

	"github.com/wsgen/wsgen/generator/plan"
)

// EditOptions are the options of [Edit] and [Undo].
type EditOptions struct {
	// Step, if not nil, is called before each change on the disk with a name
	// for it. An error from it is as good as a failed disk. It is for tests.
	Step func(name string) error
}

// Edit carries out p in the tree at dir and records what takes it back, for
// [Undo]. When Edit returns nil all of p is done; else the tree is as it was.
//
// Every file must be what the plan was made from, with a [StaleError] for
// all that are not; a file that a change does not give another mode keeps the
// mode, owner and group that it has. A file of several hard links is replaced under the
// one name. Removing a file removes the directories that this leaves empty.
//
// A run that was interrupted is brought back first, as [Recover] does. An empty
// plan touches nothing.
func Edit(ctx context.Context, dir string, p *plan.Plan, o EditOptions) error {
	return edit(steps{ctx, dir, o.Step}, dir, p, true)
}

func edit(s steps, dir string, p *plan.Plan, record bool) (err error) {
	if err := p.Check(); err != nil {
		return err
	}
	if p.Empty() {
		return nil
	}
	root, err := openRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := recoverRoot(s, root, dir); err != nil {
		return err
	}
	// Once without the lock, so that a refusal touches nothing, and once with.
	if _, err := verify(root, dir, p); err != nil {
		return err
	}
	j, err := lockJournal(s, root, dir)
	if err != nil {
		return err
	}
	defer j.unlock(s.uncancelled())
	if err := j.settle(s); err != nil {
		return err
	}
	e := &entry{Plan: p, Prune: parents(p, plan.Remove)}
	if record {
		numbers, err := entries(root)
		if err != nil {
			return explain(dir, err)
		}
		e.Number = 1
		if n := len(numbers); n > 0 {
			e.Number = numbers[n-1] + 1
		}
	}
	return j.run(s, e)
}

// addMissing creates the files of p that are not in the tree at dir. The run is
// as safe as any edit but not recorded: what New makes is not undone.
func addMissing(s steps, dir string, p *plan.Plan, kept func(path string)) error {
	root, err := openRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := recoverRoot(s, root, dir); err != nil {
		return err
	}
	missing := *p
	missing.Changes = nil
	var there []string
	for _, c := range p.Changes {
		if exists(root, c.Path) {
			there = append(there, c.Path)
		} else {
			missing.Changes = append(missing.Changes, c)
		}
	}
	if err := edit(s, dir, &missing, false); err != nil {
		return err
	}
	if kept != nil {
		for _, path := range there {
			kept(path)
		}
	}
	return nil
}
