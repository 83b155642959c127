package templates_test

import (
	"fmt"
	"go/types"
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
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

// The choices of a slot have the same package name and the same exported API,
// with the same types: whoever uses the default one can be given another.
func TestChoicesAreInterchangeable(t *testing.T) {
	m := readManifest(t)
	var patterns []string
	for _, slot := range m.Slots {
		for _, c := range slot.Choices {
			patterns = append(patterns, "./app/"+slot.Dir+"/"+c.Name)
		}
	}
	apis := map[string]string{} // by import path
	for _, p := range load(t, false, patterns...) {
		apis[p.PkgPath] = api(p.Types)
	}
	for _, name := range slices.Sorted(maps.Keys(m.Slots)) {
		slot := m.Slots[name]
		of := func(i int) string { return apis[m.Module+"/"+slot.Dir+"/"+slot.Choices[i].Name] }
		for i, c := range slot.Choices {
			if of(i) == "" || of(i) != of(0) {
				t.Errorf("slot %s: %s is not like %s.\n%[3]s:\n%s\n%[2]s:\n%[5]s", name, c.Name, slot.Choices[0].Name, of(0), of(i))
			}
		}
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
