package generator

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/wsgen/wsgen/generator/internal/rewrite"
	"github.com/wsgen/wsgen/generator/plan"
)

// into is the folder of the websocket code.
func (m *Manifest) into() string { return cmp.Or(m.Answers.Into, DefaultInto) }

// readManifest reads the manifest of a project, nil if it has none.
func readManifest(root string) (*Manifest, error) {
	data, err := readFile(root, ManifestPath)
	if err != nil || data == nil {
		return nil, err
	}
	m := &Manifest{}
	if err := json.Unmarshal(data, m); err != nil {
		return nil, refused("", fmt.Sprintf("%s: %v", ManifestPath, err), "restore it from version control, or remove it")
	}
	if m.Version != 1 {
		return nil, refused("", fmt.Sprintf("%s: version %d is not known to this wsgen", ManifestPath, m.Version), "use the wsgen that made it")
	}
	return m, nil
}

// addManifest plans the manifest: what was generated, and what was put where.
func (t *addTarget) addManifest(p *plan.Plan, mounted *rewrite.Result) error {
	id := t.identity()
	m, err := newManifest(t.o.Version, id, t.selection, t.files)
	if err != nil {
		return err
	}
	if t.into != DefaultInto {
		m.Answers.Into = t.into
	}
	m.Injections = injections(p)
	m.Requires, m.Direct, m.Sums = addedLines(p)
	m.Vendored = vendoredFiles(p)
	old, err := readManifest(t.project.Root)
	if err != nil {
		return err
	}
	if old == nil && len(t.files) == 0 {
		return nil // the kit is not of this run, and nobody knows what it was
	}
	if old != nil {
		// It is of the whole project, or of another binary in it: what it says stays.
		old.Injections = append(old.Injections, m.Injections...)
		old.Requires, old.Sums = append(old.Requires, m.Requires...), append(old.Sums, m.Sums...)
		old.Direct = append(old.Direct, m.Direct...)
		old.Vendored = append(old.Vendored, m.Vendored...)
		for name, sum := range m.Files {
			if _, ok := old.Files[name]; !ok {
				if old.Files == nil {
					old.Files = map[string]string{}
				}
				old.Files[name] = sum
			}
		}
		m = old
	}
	data, err := m.encode()
	if err != nil {
		return err
	}
	c, err := t.write(ManifestPath, data)
	if c != nil {
		c.Origin, c.Why = "answers", "what wsgen remove and wsgen doctor compare with"
		p.Changes = append(p.Changes, *c)
	}
	return err
}

// injections lists what p puts into files of the user's.
func injections(p *plan.Plan) []Injection {
	var all []Injection
	for _, c := range p.Changes {
		if path.Ext(c.Path) != ".go" {
			continue
		}
		for _, e := range c.Edits {
			if text := strings.TrimSpace(e.Text); text != "" {
				all = append(all, Injection{Path: c.Path, Line: 1 + bytes.Count(c.Old.Data[:e.Start], []byte("\n")), Text: text})
			}
		}
	}
	slices.SortFunc(all, func(a, b Injection) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line)) })
	return all
}

// write returns the change that makes data the contents of a file, nil if it
// has them already.
func (t *addTarget) write(name string, data []byte) (*plan.Change, error) {
	old, err := readFile(t.project.Root, name)
	switch {
	case err != nil:
		return nil, err
	case old == nil:
		return &plan.Change{Path: name, New: planFile(data)}, nil
	case bytes.Equal(old, data):
		return nil, nil
	}
	mode, err := modeOf(t.project.Root, name)
	if err != nil {
		return nil, err
	}
	return &plan.Change{Path: name, Old: &plan.File{Data: old, Mode: mode}, New: &plan.File{Data: data, Mode: mode}}, nil
}

// addedLines lists the requirements that p adds to go.mod, those that it makes
// direct, and the lines that it adds to go.sum.
func addedLines(p *plan.Plan) (requires, direct, sums []string) {
	for _, c := range p.Changes {
		if c.New == nil {
			continue
		}
		var old []byte
		if c.Old != nil {
			old = c.Old.Data
		}
		switch c.Path {
		case "go.mod":
			was, marked := requirements(old)
			is, still := requirements(c.New.Data)
			requires = newOnes(was, is)
			direct = newOnes(still, marked)
			direct = slices.DeleteFunc(direct, func(s string) bool { return !slices.Contains(is, s) })
		case "go.sum":
			sums = newOnes(strings.Split(string(old), "\n"), strings.Split(string(c.New.Data), "\n"))
			for i := range sums {
				sums[i] = strings.TrimSpace(sums[i])
			}
		}
	}
	return requires, direct, sums
}

// vendoredFiles lists what p puts into the vendor folder.
func vendoredFiles(p *plan.Plan) []string {
	var all []string
	for _, c := range p.Changes {
		if c.Old == nil && strings.HasPrefix(c.Path, "vendor/") {
			all = append(all, c.Path)
		}
	}
	slices.Sort(all)
	return all
}

// requirements returns what a go.mod requires, as "module version", and what of
// that is marked as indirect.
func requirements(data []byte) (all, indirect []string) {
	mod, err := modfile.ParseLax("go.mod", data, nil)
	if err != nil {
		return nil, nil
	}
	for _, r := range mod.Require {
		all = append(all, r.Mod.Path+" "+r.Mod.Version)
		if r.Indirect {
			indirect = append(indirect, r.Mod.Path+" "+r.Mod.Version)
		}
	}
	return all, indirect
}

// newOnes returns what is in now and was not in old.
func newOnes(old, now []string) []string {
	return slices.DeleteFunc(slices.Clone(now), func(s string) bool { return slices.Contains(old, s) })
}
