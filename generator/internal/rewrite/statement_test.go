package rewrite

import (
	"go/ast"
	"strconv"
	"strings"
	"testing"

	"github.com/wsgen/wsgen/generator/internal/project"
	"github.com/wsgen/wsgen/generator/plan"
)

// Below and above a statement, marked with HERE: the new line takes its
// indentation and line break, and leaves comments where they belong.
func TestStatement(t *testing.T) {
	for _, tt := range []struct {
		name  string
		below bool
		body  string
		want  string
	}{
		{"below", true, "\ta()\n\tHERE()\n\tb()\n", "\ta()\n\tHERE()\n\tnew(x)\n\tb()\n"},
		{"above", false, "\ta()\n\tHERE()\n\tb()\n", "\ta()\n\tnew(x)\n\tHERE()\n\tb()\n"},
		{"below, past a comment on the line", true, "\tHERE() // why\n\tb()\n", "\tHERE() // why\n\tnew(x)\n\tb()\n"},
		{"below, past a general comment on the line", true, "\tHERE() /* why */\n", "\tHERE() /* why */\n\tnew(x)\n"},
		{"below, a general comment goes on", true, "\tHERE() /* why\n\tnot */\n", "\tHERE()\n\tnew(x) /* why\n\tnot */\n"},
		{"below, several lines", true, "\tHERE(func() {\n\t\ta()\n\t}) // end\n", "\tHERE(func() {\n\t\ta()\n\t}) // end\n\tnew(x)\n"},
		{"above, its comment is its own", false, "\ta()\n\n\t// about\n\t// it\n\tHERE()\n", "\ta()\n\n\tnew(x)\n\t// about\n\t// it\n\tHERE()\n"},
		{"above, a comment further up is not", false, "\t// about\n\n\tHERE()\n", "\t// about\n\n\tnew(x)\n\tHERE()\n"},
		{"above, the comment of the line before", false, "\ta() // a\n\tHERE()\n", "\ta() // a\n\tnew(x)\n\tHERE()\n"},
		{"above a label", false, "\ta()\nl:\n\tHERE()\n\tgoto l\n", "\ta()\n\tnew(x)\nl:\n\tHERE()\n\tgoto l\n"},
		{"below, CRLF", true, "\tHERE() // why\r\n\tb()\r\n", "\tHERE() // why\r\n\tnew(x)\r\n\tb()\r\n"},
		{"above, CRLF, general comment of some lines", false, "\ta()\r\n\t/* one\r\n\ttwo\r\n\tthree */\r\n\tHERE()\r\n", "\ta()\r\n\tnew(x)\r\n\t/* one\r\n\ttwo\r\n\tthree */\r\n\tHERE()\r\n"},
		{"below, CRLF in a string of some lines", true, "\tHERE(`\r\n\r\n`)\r\n\tb()\r\n", "\tHERE(`\r\n\r\n`)\r\n\tnew(x)\r\n\tb()\r\n"},
		{"below, one line has CRLF and others not", true, "\ta()\n\tHERE()\r\n\tb()\n", "\ta()\n\tHERE()\r\n\tnew(x)\r\n\tb()\n"},
		{"spaces instead of tabs", true, "    HERE()\n  b()\n", "    HERE()\n    new(x)\n  b()\n"},
		{"below, on a shared line", true, "\ta(); HERE(); b()\n", "\ta(); HERE(); new(x); b()\n"},
		{"above, on a shared line", false, "\ta(); HERE(); b()\n", "\ta(); new(x); HERE(); b()\n"},
		{"below a semicolon", true, "\tHERE();\n", "\tHERE();\n\tnew(x)\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			const head, tail = "package p\n\nfunc f() {\n", "}\n"
			f := parse(t, head+tt.body+tail)
			d := newDraft(f)
			list, i := here(t, f)
			if err := d.put(statement(f, gap{list, i, tt.below}, "new(x)")); err != nil {
				t.Fatal(err)
			}
			if got, want := made(t, d), head+tt.want+tail; got != want {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

// here returns the statement that has HERE in it.
func here(t *testing.T, f *project.File) ([]ast.Stmt, int) {
	t.Helper()
	for _, list := range lists(f) {
		for i, s := range list {
			if l, ok := s.(*ast.LabeledStmt); ok {
				s = l.Stmt
			}
			if strings.HasPrefix(string(f.Data[f.Offset(s.Pos()):]), "HERE") {
				return list, i
			}
		}
	}
	t.Fatal("no HERE")
	return nil, 0
}

// made returns the file of d with its edits, which have passed the checks.
func made(t *testing.T, d *draft) string {
	t.Helper()
	edits, err := d.finish()
	if err != nil {
		t.Fatal(err)
	}
	data, err := plan.Splice(d.file.Data, edits)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Where a new line leaves a clean file unclean, gofmt changes the lines next to
// it, and no others.
func TestSettle(t *testing.T) {
	long := strconv.Quote(strings.Repeat("a", 80))
	for _, tt := range []struct{ name, body, want string }{
		{"a body on one line, which becomes too long for it",
			"func f() { HERE(" + long + ") }\n",
			"func f() {\n\tHERE(" + long + ")\n\tnew(x)\n}\n"},
		{"a body on one line",
			"func f() {\n\tfunc() { HERE(1) }()\n}\n",
			"func f() {\n\tfunc() { HERE(1); new(x) }()\n}\n"},
		{"comments in one column",
			"func f() {\n\tHERE()       // one\n\tmuchLonger() // two\n\tb()\n}\n",
			"func f() {\n\tHERE() // one\n\tnew(x)\n\tmuchLonger() // two\n\tb()\n}\n"},
	} {
		for _, eol := range []string{"\n", "\r\n"} {
			t.Run(tt.name, func(t *testing.T) {
				f := parse(t, strings.ReplaceAll("package p\n\n"+tt.body, "\n", eol))
				d := newDraft(f)
				if !d.clean {
					t.Fatal("not clean")
				}
				list, i := here(t, f)
				if err := d.put(statement(f, gap{list, i, true}, "new(x)")); err != nil {
					t.Fatal(err)
				}
				if got, want := made(t, d), strings.ReplaceAll("package p\n\n"+tt.want, "\n", eol); got != want {
					t.Errorf("got  %q\nwant %q", got, want)
				}
			})
		}
	}
}

// The first of several places that gofmt agrees with is taken.
func TestPutPrefersWhatIsClean(t *testing.T) {
	f := parse(t, "package p\n\nfunc f() {\n\tHERE()       // one\n\tmuchLonger() // two\n\tb()\n}\n")
	d := newDraft(f)
	list, i := here(t, f)
	if err := d.put(statement(f, gap{list, i, true}, "new(x)"), statement(f, gap{list, i + 2, false}, "new(x)")); err != nil {
		t.Fatal(err)
	}
	if got, want := made(t, d), "package p\n\nfunc f() {\n\tHERE()       // one\n\tmuchLonger() // two\n\tnew(x)\n\tb()\n}\n"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// Positions are those of the bytes, whatever //line says.
func TestLineDirective(t *testing.T) {
	const src = "package p\n\n//line other.y:100\nfunc f() {\n\t/*line other.y:1:1*/ a()\n\tHERE()\n}\n"
	f := parse(t, src)
	d := newDraft(f)
	list, i := here(t, f)
	if err := d.put(statement(f, gap{list, i, true}, "new(x)")); err != nil {
		t.Fatal(err)
	}
	if got, want := made(t, d), strings.Replace(src, "HERE()\n", "HERE()\n\tnew(x)\n", 1); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
