package generator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"

	"github.com/wsgen/wsgen/generator/internal/gomod"
	"github.com/wsgen/wsgen/generator/plan"
)

// addModules plans what the kit needs in go.mod, go.sum and the vendor folder.
func (t *addTarget) addModules(_ context.Context, p *plan.Plan) error {
	mod, err := t.file("go.mod")
	if err != nil {
		return err
	}
	sum, err := t.file("go.sum")
	if err != nil {
		return err
	}
	o := gomod.Options{Server: t.server(), RaiseGo: t.o.RaiseGo, WorkGo: t.project.WorkGo, Cache: gomod.CacheDir()}
	r, err := gomod.Require(mod, sum, o)
	if err != nil {
		return moduleRefusal(err)
	}
	p.Changes = append(p.Changes, r.Changes...)
	if err := t.addSums(p, r.Missing, sum, o.Cache); err != nil {
		return err
	}
	p.Notes = append(p.Notes, r.Notes...)
	if !t.project.Vendored {
		return nil
	}
	txt, err := t.file(modulesTxt)
	if err != nil || txt == nil {
		return err
	}
	vendored, err := gomod.Vendor(mod.Data, txt, r, o, func(name string) bool {
		_, err := os.Stat(filepath.Join(t.project.Root, filepath.FromSlash(name)))
		return err == nil
	})
	if err != nil {
		return moduleRefusal(err)
	}
	p.Changes = append(p.Changes, vendored...)
	return nil
}

// modulesTxt says what is in a vendor folder.
const modulesTxt = "vendor/modules.txt"

// addSums plans the lines of go.sum for modules that the project selects and the
// catalogue does not have. The go command has verified what is in its cache.
func (t *addTarget) addSums(p *plan.Plan, missing []module.Version, sum *plan.File, cache string) error {
	if len(missing) == 0 {
		return nil
	}
	var lines []string
	for _, m := range missing {
		two, err := cachedSums(cache, m)
		if err != nil {
			return refused("", "go.sum lacks the sums of "+versions(missing)+", which this project selects, and the module cache does not have them",
				"go mod download "+versions(missing)+", then run this again")
		}
		lines = append(lines, two...)
	}
	i := slices.IndexFunc(p.Changes, func(c plan.Change) bool { return c.Path == "go.sum" })
	if i < 0 {
		p.Changes = append(p.Changes, plan.Change{Path: "go.sum", Old: sum, Origin: "require", Why: "sums of what the websocket library needs"})
		i = len(p.Changes) - 1
		if p.Changes[i].New = planFile(nil); sum != nil {
			p.Changes[i].New = &plan.File{Data: sum.Data, Mode: sum.Mode}
		}
	}
	c := &p.Changes[i]
	c.New = &plan.File{Data: withLines(c.New.Data, lines), Mode: c.New.Mode}
	c.Edits = nil
	return nil
}

// withLines returns a go.sum with more lines, each behind the last that is
// smaller.
func withLines(sum []byte, lines []string) []byte {
	all := slices.Collect(strings.Lines(string(sum)))
	if n := len(all); n > 0 && !strings.HasSuffix(all[n-1], "\n") {
		all[n-1] += "\n"
	}
	for _, line := range lines {
		if slices.Contains(all, line) {
			continue
		}
		at := 0
		for i, have := range all {
			if have < line {
				at = i + 1
			}
		}
		all = slices.Insert(all, at, line)
	}
	return []byte(strings.Join(all, ""))
}

// cachedSums returns the two lines of go.sum for a module in the module cache.
func cachedSums(cache string, m module.Version) ([]string, error) {
	name, err := module.EscapePath(m.Path)
	if err != nil {
		return nil, err
	}
	version, err := module.EscapeVersion(m.Version)
	if err != nil {
		return nil, err
	}
	base := filepath.Join(cache, "cache", "download", filepath.FromSlash(name), "@v", version)
	files, err := os.ReadFile(base + ".ziphash")
	if err != nil {
		return nil, err
	}
	mod, err := dirhash.Hash1([]string{"go.mod"}, func(string) (io.ReadCloser, error) { return os.Open(base + ".mod") })
	if err != nil {
		return nil, err
	}
	return []string{
		fmt.Sprintf("%s %s %s\n", m.Path, m.Version, strings.TrimSpace(string(files))),
		fmt.Sprintf("%s %s/go.mod %s\n", m.Path, m.Version, mod),
	}, nil
}

// file returns a file of the project as a plan has it, nil if it is not there.
func (t *addTarget) file(name string) (*plan.File, error) {
	data, err := readFile(t.project.Root, name)
	if err != nil || data == nil {
		return nil, err
	}
	mode, err := modeOf(t.project.Root, name)
	return &plan.File{Data: data, Mode: mode}, err
}

// versions lists modules as the go command takes them.
func versions(all []module.Version) string {
	words := make([]string, len(all))
	for i, m := range all {
		words[i] = m.Path + "@" + m.Version
	}
	return strings.Join(words, " ")
}

// moduleRefusal turns what package gomod says into an error of this package.
func moduleRefusal(err error) error {
	var no *gomod.Refusal
	if !errors.As(err, &no) {
		return err
	}
	place := no.Path
	if no.Line > 0 {
		place = fmt.Sprintf("%s:%d", no.Path, no.Line)
	}
	if no.Reason == gomod.RaisesGo {
		return &ChoiceError{Option: no.Option, Reason: place + ": " + no.Text, Choices: []Choice{{Text: "raises it"}}}
	}
	return refused(no.Option, place+": "+no.Text, no.Fix)
}
