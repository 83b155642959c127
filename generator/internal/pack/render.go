package pack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// A File is one file of a project.
type File struct {
	Path   string // in the project, slash-separated
	Data   []byte
	Source string // what it was made from: its path in the pack
	Fenced bool   // the template file has fences
	Merged bool   // it imported the package that it became part of
}

// Render returns the files of set for a selection made by Resolve, sorted by
// path. The same arguments give the same bytes. It reports all that is wrong
// with the template, as path:line: text, and ends early when ctx does.
//
// It uses as many goroutines as GOMAXPROCS allows.
func (p *Pack) Render(ctx context.Context, set string, s *Selection, id Identity) ([]File, error) {
	globs, ok := p.Sets[set]
	if !ok {
		return nil, fmt.Errorf("pack.json: there is no set %q", set)
	}
	r := &renderer{p: p, s: s, id: id, tok: p.tokens(id)}
	var in []source
	for _, f := range p.files {
		if matchAny(globs, f.path) && p.chosen(f, s) {
			in = append(in, f)
		}
	}
	// The largest files come first, so that no goroutine is left alone with
	// one of them in the end.
	sizes := make(map[string]int64, len(in))
	for _, f := range in {
		if info, err := fs.Stat(p.fsys, Root+"/"+f.path); err == nil {
			sizes[f.path] = info.Size()
		}
	}
	slices.SortStableFunc(in, func(a, b source) int { return cmp.Compare(sizes[b.path], sizes[a.path]) })

	out := make([]File, len(in))
	errs := make([]error, len(in))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(in)) {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(in) {
					return
				}
				out[i], errs[i] = r.file(in[i])
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil }); len(errs) > 0 {
		slices.SortFunc(errs, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
		return nil, errors.Join(errs...)
	}
	slices.SortFunc(out, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	for i := range out[min(1, len(out)):] {
		if a, b := out[i], out[i+1]; a.Path == b.Path {
			errs = append(errs, fmt.Errorf("%s and %s are both rendered as %s", a.Source, b.Source, a.Path))
		}
	}
	return out, errors.Join(errs...)
}

// chosen reports whether f is part of a project with selection s.
func (p *Pack) chosen(f source, s *Selection) bool {
	switch {
	case f.slot != "":
		return s.Slots[f.slot] == f.choice
	case f.feature != "":
		return slices.Contains(s.Features, f.feature)
	}
	return true
}

// known reports whether a fence may be about name.
func (p *Pack) known(name string) bool {
	if _, ok := p.Features[name]; ok {
		return true
	}
	for _, s := range p.Slots {
		if s.choice(name) != nil {
			return true
		}
	}
	return false
}

// A renderer is one call of Render. It does not change while files are rendered.
type renderer struct {
	p   *Pack
	s   *Selection
	id  Identity
	tok *tokens
}

// file renders one file.
func (r *renderer) file(f source) (File, error) {
	name := Root + "/" + f.path
	src, err := fs.ReadFile(r.p.fsys, name)
	if err != nil {
		return File{}, err
	}
	text, fenced, faults := fences(name, src, r.p.known, r.s.On)
	if len(faults) > 0 {
		return File{}, errors.New(strings.Join(faults, "\n"))
	}
	out := File{Path: r.place(f), Source: name, Fenced: fenced}
	if path.Ext(f.path) == ".go" {
		g := goFile{renderer: r, source: f, name: name, src: text, fenced: fenced}
		out.Data, err = g.render()
		out.Merged = g.merged
		return out, err
	}
	out.Data = r.tok.text(text)
	return out, nil
}

// place returns where in the project f goes.
func (r *renderer) place(f source) string {
	if to, ok := r.p.Rename[f.path]; ok {
		return r.id.into(r.tok.path(to))
	}
	dir, base := path.Split(f.path)
	return r.id.into(r.tok.path(path.Join(r.moved(strings.TrimSuffix(dir, "/")), base)))
}

// moved returns the directory, with tokens in it still, that the files of the
// template's directory dir go to if they are chosen.
func (r *renderer) moved(dir string) string {
	to, _ := r.meant(dir)
	return to
}

// meant returns the directory that an import of the template's directory dir
// means in the project. Importing the default choice of a slot means
// importing whichever was chosen; another one can only be imported by itself.
func (r *renderer) meant(dir string) (to string, ok bool) {
	for name, s := range r.p.Slots {
		rest, in := strings.CutPrefix(dir, s.Dir+"/")
		if !in {
			continue
		}
		choice, sub, _ := strings.Cut(rest, "/")
		if s.choice(choice) == nil {
			continue // a directory beside the choices, of every project
		}
		ok := choice == s.Default || choice == r.s.Slots[name]
		return path.Join(s.Onto, sub), ok
	}
	return dir, true
}
