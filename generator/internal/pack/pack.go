package pack

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Root is the directory of the template's files in the file system of a pack,
// beside pack.json and the locks.
const Root = "app"

// A Pack is a template with its manifest. It does not change after Load and
// may be used by any number of goroutines.
type Pack struct {
	Module   string             // the module path that the template's own imports start with
	Token    string             // stands for the name of the project
	Route    string             // stands for the websocket route
	Reserved []string           // globs of routes that the template serves itself
	Private  []string           // globs of template paths that no project gets: tests of the template itself
	Rename   map[string]string  // template path -> path in the project, for files that may not bear their name here
	Slots    map[string]Slot    // by name
	Features map[string]Feature // by name
	Sets     map[string][]string

	fsys  fs.FS
	files []source // sorted by path
}

// A Slot is a directory of which a project gets exactly one subdirectory.
type Slot struct {
	Doc     string   `json:"doc"`
	Dir     string   `json:"dir"`     // holds one directory per choice, which is named like the choice
	Onto    string   `json:"onto"`    // where the files of the chosen one go; Dir if empty
	Default string   `json:"default"` // the choice that the template itself is wired to
	Choices []Choice `json:"choices"` // in the order in which people see them
}

// A Choice is one way to fill a slot. What it needs of a project that is there
// already is for those to look at who choose it; Render does not.
type Choice struct {
	Name    string            `json:"name"`
	Doc     string            `json:"doc"`
	Module  string            `json:"module"`  // what it requires in go.mod, if anything
	Aliases []string          `json:"aliases"` // other names that people know it by
	Owns    []string          `json:"owns"`    // globs of template paths, outside the slot, that are there only with the choice
	Go      string            `json:"go"`      // oldest go line of a project for which it is right; any if empty
	Routers map[string]string `json:"routers"` // modules of the router that it is for, each with the oldest version that will do; the project has one of them
}

// A Feature is something that a project may have or not have.
type Feature struct {
	Doc       string            `json:"doc"`
	Default   bool              `json:"default"`   // on unless it is asked to be left out
	Sets      map[string]string `json:"sets"`      // slot -> choice
	Owns      []string          `json:"owns"`      // globs of template paths that are there only with the feature
	Requires  []string          `json:"requires"`  // features that it cannot be without
	Conflicts []string          `json:"conflicts"` // features that it cannot be with
	Module    string            `json:"module"`    // what it requires in go.mod, if anything
}

// A source is one file of the template and who owns it. The owner is a
// feature, or a choice of a slot, or nobody: then every project has the file.
type source struct {
	path    string // below Root
	feature string
	slot    string
	choice  string
}

// manifest is pack.json as it is written.
type manifest struct {
	Version  int                 `json:"version"`
	Module   string              `json:"module"`
	Token    string              `json:"token"`
	Route    string              `json:"route"`
	Reserved []string            `json:"reserved"`
	Private  []string            `json:"private"`
	Rename   map[string]string   `json:"rename"`
	Slots    map[string]Slot     `json:"slots"`
	Features map[string]Feature  `json:"features"`
	Sets     map[string][]string `json:"sets"`
}

// Load reads the pack in fsys: pack.json, the template below app and the locks.
// It reports every fault of the manifest at once: unknown keys, names that
// nothing has, globs that match nothing, files with two owners.
func Load(fsys fs.FS) (*Pack, error) {
	data, err := fs.ReadFile(fsys, "pack.json")
	if err != nil {
		return nil, err
	}
	var m manifest
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return nil, fmt.Errorf("pack.json: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("pack.json: text after the manifest; it is a single JSON object")
	}
	if m.Version != 1 {
		return nil, fmt.Errorf("pack.json: version %d is not known here; it is 1", m.Version)
	}
	p := &Pack{
		Module: m.Module, Token: m.Token, Route: m.Route, Reserved: m.Reserved, Private: m.Private, Rename: m.Rename,
		Slots: m.Slots, Features: m.Features, Sets: m.Sets,
		fsys: fsys,
	}
	for name, s := range p.Slots {
		if s.Onto == "" {
			s.Onto = s.Dir
			p.Slots[name] = s
		}
	}
	var paths []string
	err = fs.WalkDir(fsys, Root, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			paths = append(paths, strings.TrimPrefix(name, Root+"/"))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(paths)
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, "pack.json: "+fmt.Sprintf(format, args...)) }
	p.own(paths, fault)
	p.check(paths, fault)
	if len(faults) > 0 {
		slices.Sort(faults)
		return nil, errors.New(strings.Join(slices.Compact(faults), "\n"))
	}
	return p, nil
}

// own says of each path whose it is.
func (p *Pack) own(paths []string, fault func(string, ...any)) {
	for _, name := range paths {
		if matchAny(p.Private, name) {
			continue
		}
		f := source{path: name}
		for _, slot := range p.slotNames() {
			s := p.Slots[slot]
			for _, c := range s.Choices {
				if !below(name, s.Dir+"/"+c.Name) && !matchAny(c.Owns, name) {
					continue
				}
				if f.slot != "" {
					fault("choice %s of slot %s: has %s, as choice %s of slot %s does", c.Name, slot, name, f.choice, f.slot)
					continue
				}
				f.slot, f.choice = slot, c.Name
			}
			if f.slot == "" && s.Onto != s.Dir && below(name, s.Dir) {
				fault("slot %s: %s belongs to no choice, and %s is left out of every project", slot, name, s.Dir)
			}
		}
		for _, feature := range p.FeatureNames() {
			if !matchAny(p.Features[feature].Owns, name) {
				continue
			}
			switch {
			case f.slot != "":
				fault("feature %s: owns %s, which belongs to choice %s of slot %s", feature, name, f.choice, f.slot)
			case f.feature != "":
				fault("feature %s: owns %s, as feature %s does", feature, name, f.feature)
			default:
				f.feature = feature
			}
		}
		p.files = append(p.files, f)
	}
}

// names says how features, slots and choices may be called: as they are typed
// on a command line, behind a plus sign.
var names = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// check looks for everything in the manifest that points nowhere.
func (p *Pack) check(paths []string, fault func(string, ...any)) {
	name := func(kind, name string) {
		if !names.MatchString(name) {
			fault("%s %q: a name is lower-case letters, digits and single dashes", kind, name)
		}
	}
	matches := func(where string, globs []string) {
		for _, g := range globs {
			if _, err := path.Match(g, ""); err != nil {
				fault("%s: %q is no glob", where, g)
			} else if !slices.ContainsFunc(paths, func(f string) bool { return Match(g, f) }) {
				fault("%s: %q matches no file", where, g)
			}
		}
	}
	if p.Module == "" || p.Token == "" {
		fault("module and token must be given")
	}
	for from := range p.Rename {
		matches("rename", []string{from})
	}
	matches("private", p.Private)
	taken := map[string]string{} // name or alias of a choice -> slot
	for _, slot := range p.slotNames() {
		s := p.Slots[slot]
		name("slot", slot)
		if s.choice(s.Default) == nil {
			fault("slot %s: default %q is not one of its choices", slot, s.Default)
		}
		for _, c := range s.Choices {
			name("choice", c.Name)
			matches("slot "+slot, c.Owns)
			if len(c.Owns) == 0 {
				matches("slot "+slot, []string{s.Dir + "/" + c.Name + "/**"})
			}
			for _, n := range append([]string{c.Name}, c.Aliases...) {
				if other, ok := taken[n]; ok {
					fault("slot %s: %s is a choice of slot %s already; a name means one thing", slot, n, other)
				}
				taken[n] = slot
			}
		}
	}
	for _, feature := range p.FeatureNames() {
		f := p.Features[feature]
		where := "feature " + feature
		name("feature", feature)
		// A feature may share its name with the choice that it sets.
		if slot, ok := taken[feature]; ok && f.Sets[slot] != feature {
			fault("%s: is also a choice of slot %s; a name means one thing", where, slot)
		}
		matches(where, f.Owns)
		for _, slot := range slices.Sorted(maps.Keys(f.Sets)) {
			if s, ok := p.Slots[slot]; !ok {
				fault("%s: sets %q, which is no slot", where, slot)
			} else if s.choice(f.Sets[slot]) == nil {
				fault("%s: sets slot %s to %q, which is not one of its choices", where, slot, f.Sets[slot])
			}
		}
		for _, other := range slices.Concat(f.Requires, f.Conflicts) {
			if _, ok := p.Features[other]; !ok || other == feature {
				fault("%s: requires or conflicts with %q, which is no other feature", where, other)
			}
		}
	}
	for _, r := range p.Reserved {
		if _, err := path.Match(r, ""); err != nil || !strings.HasPrefix(r, "/") {
			fault("reserved: %q is no glob of a route; it begins with a slash", r)
		}
	}
	if len(p.Sets) == 0 {
		fault("sets must be given")
	}
	for _, set := range slices.Sorted(maps.Keys(p.Sets)) {
		name("set", set)
		matches("set "+set, p.Sets[set])
	}
}

// choice returns the choice called name, by its own name only, or nil.
func (s Slot) choice(name string) *Choice {
	for i := range s.Choices {
		if s.Choices[i].Name == name {
			return &s.Choices[i]
		}
	}
	return nil
}

// find returns the choice called name, by its own name or an alias, or nil.
func (s Slot) find(name string) *Choice {
	for i, c := range s.Choices {
		if c.Name == name || slices.Contains(c.Aliases, name) {
			return &s.Choices[i]
		}
	}
	return nil
}

func (p *Pack) slotNames() []string { return slices.Sorted(maps.Keys(p.Slots)) }

// FeatureNames returns the names of all features, sorted.
func (p *Pack) FeatureNames() []string { return slices.Sorted(maps.Keys(p.Features)) }

// Modules returns the paths of all modules that some project requires, sorted.
func (p *Pack) Modules() []string {
	var all []string
	for _, s := range p.Slots {
		for _, c := range s.Choices {
			if c.Module != "" {
				all = append(all, c.Module)
			}
		}
	}
	for _, f := range p.Features {
		if f.Module != "" {
			all = append(all, f.Module)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Top returns the directories in the root of a project, sorted, whatever its
// selection.
func (p *Pack) Top() []string {
	var all []string
	for _, f := range p.files {
		if dir, _, ok := strings.Cut(f.path, "/"); ok && !strings.HasPrefix(dir, "dot_") {
			all = append(all, dir)
		}
	}
	return slices.Compact(all) // the files are sorted
}

// Digest returns a SHA-256 over the whole pack, shortened to 12 digits. It
// changes when any project may.
func (p *Pack) Digest() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(p.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(p.fsys, name)
		fmt.Fprintf(h, "%s %d\n", name, len(data))
		h.Write(data)
		return err
	})
	return hex.EncodeToString(h.Sum(nil))[:12], err
}

// below reports whether name is in dir or further down.
func below(name, dir string) bool {
	return len(name) > len(dir) && name[len(dir)] == '/' && name[:len(dir)] == dir
}

func matchAny(globs []string, name string) bool {
	return slices.ContainsFunc(globs, func(g string) bool { return Match(g, name) })
}

// Match reports whether name matches glob: as path.Match does, and an element
// ** stands for any number of elements, also none, except at the end, where it
// stands for at least one.
func Match(glob, name string) bool {
	first, rest, more := strings.Cut(glob, "/")
	if first == "**" {
		if !more {
			return name != ""
		}
		for {
			if Match(rest, name) {
				return true
			}
			_, tail, ok := strings.Cut(name, "/")
			if !ok {
				return false
			}
			name = tail
		}
	}
	elem, tail, deeper := strings.Cut(name, "/")
	if ok, _ := path.Match(first, elem); !ok || more != deeper {
		return false
	}
	return !more || Match(rest, tail)
}
