package rewrite

import (
	"testing"

	"github.com/wsgen/wsgen/generator/plan"
)

// FuzzDraft: whatever the file, an import and statements below and above any
// statement either pass all checks or are refused. What has passed says no more
// than was meant: the checks of finish are made once more here.
func FuzzDraft(f *testing.F) {
	f.Add("package p\n\nfunc f() {\n\ta() // a\n\tb()\n}\n", uint8(0), uint8(1), true)
	f.Add("\xef\xbb\xbfpackage p\r\n\r\nimport (\r\n\t\"fmt\"\r\n)\r\n\r\nfunc f() { fmt.Println(`\r\n`) }\r\n", uint8(0), uint8(0), false)
	f.Add("package p\n\n// #include <a.h>\nimport \"C\"\nimport \"os\"; import \"fmt\"\nfunc f() {\nl:\n\tswitch {\n\tcase true: a(); break l /* b\n */ }\n}", uint8(1), uint8(0), true)
	f.Add("package p;import();func f(){;a();;}", uint8(0), uint8(0), true)
	f.Fuzz(func(t *testing.T, src string, which, index uint8, under bool) {
		file, err := parseFile("f.go", []byte(src))
		if err != nil {
			t.Skip()
		}
		d := newDraft(file)
		if d.put(importVariants(file, spec{"", "example.com/app/internal/realtime"}, "example.com/app")...) != nil {
			return
		}
		if all := lists(file); len(all) > 0 {
			list := all[int(which)%len(all)]
			i := int(index) % len(list)
			if d.put(statement(file, gap{list, i, under}, "realtime.Mount(mux)")) != nil {
				return
			}
			if d.put(statement(file, gap{list, len(list) - 1, !under}, "_ = realtime.Shutdown(ctx)")) != nil {
				return
			}
		}
		edits, err := d.finish()
		if err != nil {
			t.Fatalf("%v\n%q", err, src)
		}
		out, err := plan.Splice(file.Data, edits)
		if err != nil {
			t.Fatal(err)
		}
		if len(out) <= len(src) {
			t.Errorf("%q is no longer than %q", out, src)
		}
		if d.clean && !gofmted(out) {
			t.Errorf("%q is not formatted", out)
		}
	})
}
