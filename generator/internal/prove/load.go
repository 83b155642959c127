package prove

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/wsgen/wsgen/generator/plan"
)

// A checking is a Check in progress.
type checking struct {
	root string
	o    Options
	plan *plan.Plan
}

// file returns the absolute path of a path of the plan.
func (c *checking) file(path string) string { return filepath.Join(c.root, filepath.FromSlash(path)) }

// asIs returns the overlay of the project without the plan. It has the files
// that the go command would write to in some of its modes, with what is in
// them: it does not touch a file that is in an overlay.
func (c *checking) asIs() map[string][]byte {
	names := []string{c.file("go.mod"), c.file("go.sum")}
	if c.o.Workspace != "" {
		names = append(names, c.o.Workspace+".sum")
	}
	overlay := map[string][]byte{}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			data = []byte{}
		}
		overlay[name] = data
	}
	return overlay
}

// apply puts the plan into an overlay.
func (c *checking) apply(overlay map[string][]byte) {
	for _, ch := range c.plan.Changes {
		switch {
		case ch.New != nil:
			overlay[c.file(ch.Path)] = ch.New.Data
		case path.Ext(ch.Path) == ".go":
			// An overlay cannot take a file away, but a constraint can.
			overlay[c.file(ch.Path)] = []byte("//go:build ignore\n\npackage ignored\n")
		}
	}
}

// dirs returns the folders of the packages to check, as patterns: those that are
// there after the plan, or those that are there before it.
func (c *checking) dirs(after bool) []string {
	all := slices.Clone(c.o.Dirs)
	for _, ch := range c.plan.Changes {
		if path.Ext(ch.Path) != ".go" || strings.HasPrefix(ch.Path, "vendor/") || strings.Contains("/"+ch.Path, "/testdata/") {
			continue
		}
		if after && ch.New != nil || !after && ch.Old != nil {
			all = append(all, path.Dir(ch.Path))
		}
	}
	for i := range all {
		all[i] = "./" + path.Clean(all[i])
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// load returns what is wrong with the packages in dirs. An error means that the
// go command did not get as far as to packages.
func (c *checking) load(ctx context.Context, after bool) ([]Problem, error) {
	dirs := c.dirs(after)
	if len(dirs) == 0 {
		return nil, nil
	}
	overlay := c.asIs()
	if after {
		c.apply(overlay)
	}
	cfg := &packages.Config{
		Context: ctx,
		Dir:     c.root,
		Env:     c.o.Env,
		Overlay: overlay,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
			packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedTypesSizes,
	}
	if len(c.o.Tags) > 0 {
		cfg.BuildFlags = append(cfg.BuildFlags, "-tags="+strings.Join(c.o.Tags, ","))
	}
	if after && c.o.Vendored && c.plans("go.mod") {
		// The vendor folder no longer goes with go.mod, also when the plan brings it
		// up to date: the go command reads modules.txt past the overlay.
		cfg.BuildFlags = append(cfg.BuildFlags, "-mod=mod")
	}
	pkgs, err := packages.Load(cfg, dirs...)
	if err != nil {
		return nil, err
	}
	var all []Problem
	packages.Visit(pkgs, nil, func(p *packages.Package) {
		// An import that is not there is an error of what is imported; the type
		// checker only says that it could not import it.
		checked := slices.ContainsFunc(p.Errors, func(e packages.Error) bool { return e.Kind == packages.TypeError || e.Kind == packages.ParseError })
		for _, e := range p.Errors {
			switch {
			case checked && strings.HasPrefix(e.Msg, "# "): // the compiler says the same once more
			case e.Kind == packages.TypeError && strings.HasPrefix(e.Msg, "could not import") && missesImport(p):
			default:
				all = append(all, c.problem(e))
			}
		}
	})
	return sorted(all), nil
}

// missesImport reports whether a package that p imports could not be found.
func missesImport(p *packages.Package) bool {
	for _, dep := range p.Imports {
		if slices.ContainsFunc(dep.Errors, func(e packages.Error) bool { return e.Kind == packages.ListError }) {
			return true
		}
	}
	return false
}

// temporary is how go/packages names what it puts before a file for the go
// command, and the go command its work folder.
var temporary = regexp.MustCompile(`\S*gocommand-\d+[/\\]\d+-|\S*go-build\d+[/\\]`)

// plans reports whether the plan changes a file.
func (c *checking) plans(path string) bool {
	return slices.ContainsFunc(c.plan.Changes, func(ch plan.Change) bool { return ch.Path == path })
}

// problem turns an error of go/packages into a problem.
func (c *checking) problem(e packages.Error) Problem {
	p := Problem{Text: temporary.ReplaceAllString(strings.TrimSpace(e.Msg), "")}
	pos := e.Pos
	// FILE:LINE:COLUMN, FILE:LINE or FILE, where FILE may have colons.
	var numbers []int
	for len(numbers) < 2 {
		i := strings.LastIndexByte(pos, ':')
		if i < 0 {
			break
		}
		n, err := strconv.Atoi(pos[i+1:])
		if err != nil {
			break
		}
		numbers, pos = append(numbers, n), pos[:i]
	}
	if len(numbers) > 0 {
		p.Line = numbers[len(numbers)-1]
	}
	if pos == "" || pos == "-" {
		return p
	}
	p.Path = filepath.ToSlash(pos)
	if filepath.IsAbs(pos) {
		if rel, err := filepath.Rel(c.root, pos); err == nil && filepath.IsLocal(rel) {
			p.Path = filepath.ToSlash(rel)
		}
	}
	return p
}
