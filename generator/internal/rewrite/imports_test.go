package rewrite

import (
	"strings"
	"testing"
)

// The module is example.com/app, the import example.com/app/internal/realtime.
func TestImport(t *testing.T) {
	const q = `"example.com/app/internal/realtime"`
	for _, tt := range []struct{ name, src, want string }{
		{"none", "package p\n\nfunc f() {}\n", "package p\n\nimport " + q + "\n\nfunc f() {}\n"},
		{"none, and a comment on the line", "package p // import \"p\"\n\nfunc f() {}\n", "package p // import \"p\"\n\nimport " + q + "\n\nfunc f() {}\n"},
		{"standard library only: a group of its own",
			"import (\n\t\"fmt\"\n\t\"os\"\n)\n", "import (\n\t\"fmt\"\n\t\"os\"\n\n\t" + q + "\n)\n"},
		{"with the module's own, sorted",
			"import (\n\t\"fmt\"\n\n\t\"github.com/a/b\"\n\n\t\"example.com/app/internal/auth\"\n\t\"example.com/app/internal/store\"\n)\n",
			"import (\n\t\"fmt\"\n\n\t\"github.com/a/b\"\n\n\t\"example.com/app/internal/auth\"\n\t" + q + "\n\t\"example.com/app/internal/store\"\n)\n"},
		{"with other modules, first",
			"import (\n\t\"fmt\"\n\n\t// why\n\t\"github.com/a/b\"\n)\n",
			"import (\n\t\"fmt\"\n\n\t" + q + "\n\t// why\n\t\"github.com/a/b\"\n)\n"},
		{"all in one group, sorted",
			"import (\n\t\"bytes\"\n\t\"github.com/a/b\"\n\t\"os\"\n)\n",
			"import (\n\t\"bytes\"\n\t" + q + "\n\t\"github.com/a/b\"\n\t\"os\"\n)\n"},
		{"not sorted: last",
			"import (\n\t\"os\"\n\t\"github.com/a/b\"\n\t\"bytes\"\n)\n",
			"import (\n\t\"os\"\n\t\"github.com/a/b\"\n\t\"bytes\"\n\t" + q + "\n)\n"},
		{"blank imports are another matter",
			"import (\n\t\"fmt\"\n\n\t\"github.com/a/b\"\n\n\t_ \"example.com/app/docs\"\n)\n",
			"import (\n\t\"fmt\"\n\n\t" + q + "\n\t\"github.com/a/b\"\n\n\t_ \"example.com/app/docs\"\n)\n"},
		{"a comment behind the one before",
			"import (\n\t\"fmt\"\n\n\t\"example.com/app/a\" // a\n)\n",
			"import (\n\t\"fmt\"\n\n\t\"example.com/app/a\" // a\n\t" + q + "\n)\n"},
		{"comments in one column stay in it",
			"import (\n\t\"fmt\"\n\n\t\"example.com/app/a\"                 // a\n\t\"example.com/app/internal/zzzzzzzz\" // z\n)\n",
			"import (\n\t\"fmt\"\n\n\t\"example.com/app/a\"                 // a\n\t\"example.com/app/internal/zzzzzzzz\" // z\n\n\t" + q + "\n)\n"},
		{"one alone", "import \"fmt\"\n", "import \"fmt\"\nimport " + q + "\n"},
		{"some alone", "import \"fmt\"\nimport \"os\" // os\n", "import \"fmt\"\nimport \"os\" // os\nimport " + q + "\n"},
		{"one alone and a group", "import \"fmt\"\nimport (\n\t\"github.com/a/b\"\n)\n", "import \"fmt\"\nimport (\n\t" + q + "\n\t\"github.com/a/b\"\n)\n"},
		{"C alone", "// #include <stdio.h>\nimport \"C\"\n", "// #include <stdio.h>\nimport \"C\"\nimport " + q + "\n"},
		{"C first", "// #include <stdio.h>\nimport \"C\"\n\nimport \"fmt\"\n", "// #include <stdio.h>\nimport \"C\"\n\nimport \"fmt\"\nimport " + q + "\n"},
		{"C last", "import \"fmt\"\n\n// #include <stdio.h>\nimport \"C\"\n", "import \"fmt\"\nimport " + q + "\n\n// #include <stdio.h>\nimport \"C\"\n"},
		{"C in a group", "import (\n\t// #include <stdio.h>\n\t\"C\"\n\t\"fmt\"\n)\n", "import (\n\t// #include <stdio.h>\n\t\"C\"\n\t\"fmt\"\n\n\t" + q + "\n)\n"},
		{"an empty group", "import ()\n\nfunc f() {}\n", "import " + q + "\n\nimport ()\n\nfunc f() {}\n"},
		{"a group on a line", "import (\"fmt\"; \"os\")\n", "import (\"fmt\"; \"os\"; " + q + ")\n"},
		{"all on a line", "; import \"fmt\"; func f() {}\n", "; import \"fmt\"; import " + q + "; func f() {}\n"},
		{"spaces instead of tabs", "import (\n  \"fmt\"\n\n  \"github.com/a/b\"\n)\n", "import (\n  \"fmt\"\n\n  " + q + "\n  \"github.com/a/b\"\n)\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, form := range []string{"\n", "\r\n", bom} {
				eol, mark := form, ""
				if form == bom {
					eol, mark = "\n", bom
				}
				head := "package p\n\n"
				if strings.HasPrefix(tt.src, "package") {
					head = ""
				} else if strings.HasPrefix(tt.src, ";") {
					head = "package p"
				}
				f := parse(t, mark+strings.ReplaceAll(head+tt.src, "\n", eol))
				d := newDraft(f)
				if err := d.put(importVariants(f, spec{path: "example.com/app/internal/realtime"}, "example.com/app")...); err != nil {
					t.Fatal(err)
				}
				if got, want := made(t, d), mark+strings.ReplaceAll(head+tt.want, "\n", eol); got != want {
					t.Errorf("got  %q\nwant %q", got, want)
				}
			}
		})
	}
}

// A module's path need not have a dot: its packages are not the standard
// library's all the same.
func TestImportOfModuleWithoutDot(t *testing.T) {
	f := parse(t, "package p\n\nimport (\n\t\"fmt\"\n\n\t\"app/store\"\n)\n")
	d := newDraft(f)
	if err := d.put(importVariants(f, spec{path: "app/internal/realtime"}, "app")...); err != nil {
		t.Fatal(err)
	}
	if got, want := made(t, d), "package p\n\nimport (\n\t\"fmt\"\n\n\t\"app/internal/realtime\"\n\t\"app/store\"\n)\n"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
