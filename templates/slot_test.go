package templates_test

import (
	"fmt"
	"go/types"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/wsgen/wsgen/templates"
)

// load type-checks packages of the template, with what they import taken from
// the build cache.
func load(t *testing.T, tests bool, patterns ...string) []*packages.Package {
	t.Helper()
	pkgs, err := packages.Load(&packages.Config{
		Context: t.Context(),
		Mode:    packages.LoadSyntax | packages.NeedModule,
		Tests:   tests,
	}, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pkgs {
		for _, err := range p.Errors {
			t.Errorf("%s: %v", p.ID, err)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
	return pkgs
}

// choices loads all choices of all slots that have a package of their own, and
// what they stand in, by directory below app.
func choices(t *testing.T, m manifest) map[string]*packages.Package {
	t.Helper()
	var patterns []string
	for _, slot := range m.Slots {
		for _, c := range slot.Choices {
			if len(c.Owns) == 0 {
				patterns = append(patterns, "./app/"+slot.Dir+"/"+c.Name)
			} else {
				patterns = append(patterns, "./app/"+path.Dir(c.Owns[0]))
			}
		}
	}
	all := map[string]*packages.Package{}
	for _, p := range load(t, false, patterns...) {
		all[strings.TrimPrefix(p.PkgPath, m.Module+"/")] = p
	}
	return all
}

// The choices of a slot have the same package name and the same exported API,
// with the same types: whoever uses the default one can be given another. That
// is not so where the choice follows from what is used: see the next tests.
func TestChoicesAreInterchangeable(t *testing.T) {
	m := readManifest(t)
	apis := map[string]string{} // by directory
	for dir, p := range choices(t, m) {
		apis[dir] = api(p.Types)
	}
	for _, name := range slices.Sorted(maps.Keys(m.Slots)) {
		slot := m.Slots[name]
		if name == "mount" || name == "setup" {
			continue
		}
		of := func(i int) string { return apis[slot.Dir+"/"+slot.Choices[i].Name] }
		for i, c := range slot.Choices {
			if of(i) == "" || of(i) != of(0) {
				t.Errorf("slot %s: %s is not like %s.\n%[3]s:\n%s\n%[2]s:\n%[5]s", name, c.Name, slot.Choices[0].Name, of(0), of(i))
			}
		}
	}
}

// A mount is one function, and different only in what it mounts on.
func TestMountsDifferByTheirRouter(t *testing.T) {
	m := readManifest(t)
	pkgs := choices(t, m)
	facade := m.Module + "/internal/realtime"
	rest := "edit ...func(*" + facade + ".Options)) *" + facade + ".Hub"
	for _, c := range m.Slots["mount"].Choices {
		p := pkgs[m.Slots["mount"].Dir+"/"+c.Name].Types
		var exported []string
		for _, name := range p.Scope().Names() {
			if o := p.Scope().Lookup(name); o.Exported() {
				exported = append(exported, strings.TrimPrefix(types.ObjectString(o, nil), "func "+p.Path()+"."))
			}
		}
		sig := strings.Join(exported, "\n")
		if sig != "MountDefault("+rest && !(strings.HasPrefix(sig, "Mount(") && strings.HasSuffix(sig, ", "+rest) && len(exported) == 1) {
			t.Errorf("mount %s exports\n%s", c.Name, sig)
		}
	}
}

// What takes the place of a file of the template declares all that the file does.
func TestChoicesInPlaceDeclareTheSame(t *testing.T) {
	m := readManifest(t)
	pkgs := choices(t, m)
	for name, slot := range m.Slots {
		for _, in := range slot.Choices {
			for _, file := range in.Owns {
				p := pkgs[path.Dir(file)]
				for _, o := range p.TypesInfo.Defs {
					if o == nil || o.Parent() != p.Types.Scope() || !strings.HasSuffix(p.Fset.Position(o.Pos()).Filename, file) {
						continue
					}
					for _, c := range slot.Choices {
						if len(c.Owns) > 0 {
							continue
						}
						other := pkgs[slot.Dir+"/"+c.Name].Types.Scope().Lookup(o.Name())
						if other == nil || types.TypeString(other.Type(), nil) != types.TypeString(o.Type(), nil) {
							t.Errorf("slot %s: %s declares %v, %s %v", name, in.Name, o, c.Name, other)
						}
					}
				}
			}
		}
	}
}

// Fiber 2 and 3 are built on the same fasthttp.
func TestFibersHandOverAlike(t *testing.T) {
	const file = "app/internal/realtime/mount/fiber%d/fasthttp.go"
	two, err := templates.FS.ReadFile(fmt.Sprintf(file, 2))
	if err != nil {
		t.Fatal(err)
	}
	three, err := templates.FS.ReadFile(fmt.Sprintf(file, 3))
	if err != nil || string(two) != string(three) {
		t.Errorf("fasthttp.go of fiber2 and fiber3 differ: %v", err)
	}
}

// api returns what a package exports, one declaration a line, without the names
// of parameters and without what is below the surface of its types.
func api(p *types.Package) string {
	q := func(other *types.Package) string {
		if other == p {
			return ""
		}
		return other.Path()
	}
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	for _, name := range p.Scope().Names() {
		o := p.Scope().Lookup(name)
		if !o.Exported() {
			continue
		}
		if o, ok := o.(*types.TypeName); ok {
			add("type %s", name)
			if s, ok := o.Type().Underlying().(*types.Struct); ok {
				for f := range s.Fields() {
					if f.Exported() {
						add("type %s: field %s %s", name, f.Name(), types.TypeString(f.Type(), q))
					}
				}
			}
			set := types.NewMethodSet(types.NewPointer(o.Type()))
			for m := range set.Methods() {
				if m.Obj().Exported() {
					add("type %s: %s", name, signature(m.Obj(), q))
				}
			}
			continue
		}
		if f, ok := o.(*types.Func); ok {
			add("%s", signature(f, q))
			continue
		}
		add("%T %s %s", o, name, types.TypeString(o.Type(), q))
	}
	return "package " + p.Name() + "\n" + strings.Join(lines, "\n")
}

// signature returns a function without the names of its parameters.
func signature(f types.Object, q types.Qualifier) string {
	s := f.Type().(*types.Signature)
	tuple := func(vars *types.Tuple) string {
		var list []string
		for v := range vars.Variables() {
			list = append(list, types.TypeString(v.Type(), q))
		}
		return "(" + strings.Join(list, ", ") + ")"
	}
	variadic := ""
	if s.Variadic() {
		variadic = " variadic"
	}
	return "func " + f.Name() + tuple(s.Params()) + tuple(s.Results()) + variadic
}
