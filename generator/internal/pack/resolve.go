package pack

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Selection says which parts of a pack a project gets.
type Selection struct {
	Slots    map[string]string // every slot -> its choice
	Features []string          // the features that are on, sorted
}

// On reports whether name, a feature or a choice of a slot, is in the project.
func (s *Selection) On(name string) bool {
	if slices.Contains(s.Features, name) {
		return true
	}
	for _, choice := range s.Slots {
		if choice == name {
			return true
		}
	}
	return false
}

// A Problem is one reason why an answer cannot be taken.
type Problem struct {
	Option string // the option that it came from: server, profile or without
	Text   string // what is wrong
	Fix    string // what to do about it
}

// Problems are all the reasons why a selection cannot be made.
type Problems []Problem

// Error returns the problems, one a line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, x := range p {
		lines[i] = x.Text
	}
	return strings.Join(lines, "\n")
}

// Server is the name of the slot that has an option of its own, and whose
// choices may also be named as profiles.
const Server = "server"

// Resolve turns what was asked for into a selection. The server may be empty
// for the default. Profiles and without may carry a plus sign. A profile that
// is the name of a server selects that server. Features that are on by default
// stay on unless they are in without.
//
// The error is of type Problems: all that is wrong, sorted.
func (p *Pack) Resolve(server string, profiles, without []string) (*Selection, error) {
	r := resolver{p: p, why: map[string]string{}}
	r.server(server, profiles)
	r.features(profiles, without)
	r.close()
	s := r.selection()
	if len(r.problems) > 0 {
		slices.SortFunc(r.problems, func(a, b Problem) int {
			return cmp.Or(cmp.Compare(a.Option, b.Option), cmp.Compare(a.Text, b.Text))
		})
		return nil, slices.Compact(r.problems)
	}
	return s, nil
}

// A resolver collects what is on, and what speaks against it.
type resolver struct {
	p        *Pack
	problems Problems
	choice   string            // of the server slot; empty if there was a problem with it
	why      map[string]string // feature that is on -> who wanted it, "" for the user or by default
}

func (r *resolver) problem(option, fix, format string, args ...any) {
	r.problems = append(r.problems, Problem{Option: option, Text: fmt.Sprintf(format, args...), Fix: fix})
}

// bare takes the plus sign off a profile.
func bare(profile string) string { return strings.TrimPrefix(profile, "+") }

// server finds the one server that was named, by option or as a profile.
func (r *resolver) server(option string, profiles []string) {
	slot, ok := r.p.Slots[Server]
	if !ok {
		return
	}
	named := map[string]string{} // choice -> as it was typed, the first time
	var order []string
	note := func(choice, typed string) {
		if _, ok := named[choice]; !ok {
			named[choice] = typed
			order = append(order, choice)
		}
	}
	if option != "" {
		if c := slot.find(bare(option)); c != nil {
			note(c.Name, "--server="+option)
		} else {
			var all []string
			for _, c := range slot.Choices {
				all = append(all, c.Name)
			}
			r.problem("server", "choose one of "+list(all, "or"), "unknown server %q%s", option, hint(nearest(option, r.serverNames()), ""))
		}
	}
	for _, name := range profiles {
		if _, ok := r.p.Features[bare(name)]; ok {
			continue
		}
		if c := slot.find(bare(name)); c != nil {
			note(c.Name, "+"+bare(name))
		}
	}
	switch len(order) {
	case 0:
		r.choice = slot.Default
	case 1:
		r.choice = order[0]
	default:
		typed := make([]string, len(order))
		for i, c := range order {
			typed[i] = named[c]
		}
		r.problem("server", "keep one of them", "%s are different servers; a project has one", list(typed, "and"))
	}
}

// serverNames maps every name that a server is known by to its own name.
func (r *resolver) serverNames() map[string]string {
	all := map[string]string{}
	for _, c := range r.p.Slots[Server].Choices {
		all[c.Name] = c.Name
		for _, a := range c.Aliases {
			all[a] = c.Name
		}
	}
	return all
}

// features turns on what is asked for and what is on by default.
func (r *resolver) features(profiles, without []string) {
	asked := map[string]bool{}
	for _, name := range profiles {
		name := bare(name)
		if _, ok := r.p.Features[name]; ok {
			asked[name] = true
			r.why[name] = ""
		} else if r.p.Slots[Server].find(name) == nil {
			r.unknown("profile", "profile +"+name, name, "+")
		}
	}
	off := map[string]bool{}
	for _, name := range without {
		name := bare(name)
		f, ok := r.p.Features[name]
		switch {
		case !ok:
			r.unknown("without", "profile in --without="+name, name, "")
		case asked[name]:
			r.problem("without", "leave one of them out", "+%s and --without=%s exclude each other", name, name)
		case !f.Default:
			r.problem("without", "leave it out", "--without=%s: %s is not on", name, name)
		}
		off[name] = true
	}
	for name, f := range r.p.Features {
		if f.Default && !off[name] {
			r.why[name] = ""
		}
	}
	r.need(off)
}

// unknown reports a name that no feature and no server has.
func (r *resolver) unknown(option, what, name, plus string) {
	all := map[string]string{}
	if option == "profile" {
		all = r.serverNames()
	}
	for f := range r.p.Features {
		all[f] = f
	}
	r.problem(option, "wsgen profiles lists all", "unknown %s%s", what, hint(nearest(name, all), plus))
}

// need turns on what the features that are on require, until nothing changes.
func (r *resolver) need(off map[string]bool) {
	todo := slices.Sorted(maps.Keys(r.why))
	for len(todo) > 0 {
		name := todo[0]
		todo = todo[1:]
		for _, req := range r.p.Features[name].Requires {
			if off[req] {
				r.problem("without", "leave one of them out", "--without=%s: +%s needs it", req, name)
				continue
			}
			if _, on := r.why[req]; !on {
				r.why[req] = name
				todo = append(todo, req)
			}
		}
	}
}

// close looks for features that cannot be together.
func (r *resolver) close() {
	on := slices.Sorted(maps.Keys(r.why))
	for _, a := range on {
		for _, b := range r.p.Features[a].Conflicts {
			if _, ok := r.why[b]; ok {
				r.exclude(a, b, "")
			}
		}
	}
	for i, a := range on {
		for _, b := range on[i+1:] {
			for _, slot := range r.p.slotNames() {
				x, y := r.p.Features[a].Sets[slot], r.p.Features[b].Sets[slot]
				if x != "" && y != "" && x != y {
					r.exclude(a, b, fmt.Sprintf(": a project has one %s", slot))
				}
			}
		}
	}
}

// exclude reports two features that cannot be together, always in the same
// order, and what brought them in if it was not the user.
func (r *resolver) exclude(a, b, why string) {
	if a > b {
		a, b = b, a
	}
	name := func(f string) string {
		if by := r.why[f]; by != "" {
			return fmt.Sprintf("+%s (needed by +%s)", f, by)
		}
		return "+" + f
	}
	r.problem("profile", "keep one of them", "%s and %s exclude each other%s", name(a), name(b), why)
}

// selection puts together what was found.
func (r *resolver) selection() *Selection {
	s := &Selection{Slots: map[string]string{}, Features: slices.Sorted(maps.Keys(r.why))}
	for name, slot := range r.p.Slots {
		s.Slots[name] = slot.Default
	}
	for _, f := range s.Features {
		maps.Copy(s.Slots, r.p.Features[f].Sets)
	}
	if r.choice != "" {
		s.Slots[Server] = r.choice
	}
	return s
}

// Choose returns s with other choices in some slots: slot -> name of a choice,
// or an alias of it. The features stay, even one that has set such a slot.
func (p *Pack) Choose(s *Selection, slots map[string]string) (*Selection, error) {
	next := &Selection{Slots: maps.Clone(s.Slots), Features: s.Features}
	for _, name := range slices.Sorted(maps.Keys(slots)) {
		slot, ok := p.Slots[name]
		if !ok {
			return nil, fmt.Errorf("pack.json: there is no slot %q", name)
		}
		c := slot.find(slots[name])
		if c == nil {
			return nil, fmt.Errorf("pack.json: slot %s has no choice %q", name, slots[name])
		}
		next.Slots[name] = c.Name
	}
	return next, nil
}
