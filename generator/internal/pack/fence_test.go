package pack

import (
	"strings"
	"testing"
)

// cut renders the fences of a file in which only the feature on is on.
func cut(name, src string) (string, []string) {
	known := func(name string) bool { return name == "on" || name == "off" }
	out, _, faults := fences(name, []byte(src), known, func(name string) bool { return name == "on" })
	return string(out), faults
}

// Every kind of file has fences in its own comments, so that the template is
// what it is: a Go file that compiles, a page that displays.
func TestFencesSpeakEveryComment(t *testing.T) {
	for _, c := range []struct{ file, on, off, end string }{
		{"a.go", "//wsgen:if on", "//wsgen:if off", "//wsgen:end"},
		{"a.mjs", "\t//wsgen:if on", "\t//wsgen:if off", "\t//wsgen:end"},
		{"a.css", "/*wsgen:if on*/", "/* wsgen:if off */", "/* wsgen:end */"},
		{"a.html", "<!--wsgen:if on-->", "  <!-- wsgen:if off -->", "<!-- wsgen:end -->"},
		{"README.md", "<!-- wsgen:if on -->", "<!-- wsgen:if off -->", "<!-- wsgen:end -->"},
		{"ci.yml", "  # wsgen:if on", "  #wsgen:if off", "  # wsgen:end"},
		{"Makefile", "#wsgen:if on", "#wsgen:if off", "#wsgen:end"},
		{"dot_env.example", "# wsgen:if on", "# wsgen:if off", "# wsgen:end"},
		{"App.svelte", "<!-- wsgen:if on -->", "//wsgen:if off", "/* wsgen:end */"},
	} {
		src := "a\n" + c.on + "\nb\n" + c.end + "\n" + c.off + "\nc\n" + c.end + "\nd\n"
		got, faults := cut(c.file, src)
		if len(faults) > 0 {
			t.Errorf("%s: %v", c.file, faults)
		}
		if want := "a\nb\nd\n"; got != want {
			t.Errorf("%s: got %q, want %q", c.file, got, want)
		}
	}
}

func TestFencesAtTheEndOfALine(t *testing.T) {
	for _, c := range []struct{ file, src, want string }{
		{"a.go", "x() //wsgen:if on\ny() //wsgen:if off\nz()\n", "x()\nz()\n"},
		{"a.css", "a {} /* wsgen:if on */\nb {} /* wsgen:if off */\n", "a {}\n"},
		{"a.html", "<a></a> <!-- wsgen:if on -->\n<b></b> <!-- wsgen:if off -->\n", "<a></a>\n"},
		{"a.yaml", "a: 1 # wsgen:if on\nb: 2 # wsgen:if off\n", "a: 1\n"},
	} {
		if got, faults := cut(c.file, c.src); got != c.want || len(faults) > 0 {
			t.Errorf("%s: got %q, %v, want %q", c.file, got, faults, c.want)
		}
	}
}

// Taking lines out leaves no hole: of the blank lines around it, one stays.
func TestFencesLeaveNoHole(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"a\n\n#wsgen:if off\nb\n#wsgen:end\n\nc\n", "a\n\nc\n"},
		{"a\n\n#wsgen:if on\n\nb\n\n#wsgen:end\n\nc\n", "a\n\nb\n\nc\n"},
		{"#wsgen:if off\na\n#wsgen:end\n\nb\n", "b\n"},
		{"a\n\n#wsgen:if off\nb\n#wsgen:end\n", "a\n"},
		{"a\n\nb #wsgen:if off\n\nc\n", "a\n\nc\n"},
		{"a\n\n\nb\n#wsgen:if on\nc\n#wsgen:end\n", "a\n\n\nb\nc\n"}, // a hole of the author's own stays
	} {
		if got, faults := cut("Makefile", c.src); got != c.want || len(faults) > 0 {
			t.Errorf("%q:\ngot  %q, %v\nwant %q", c.src, got, faults, c.want)
		}
	}
}

// A file without fences is not copied.
func TestFencesLeaveOthersAlone(t *testing.T) {
	src := []byte("a\n")
	out, fenced, faults := fences("a.go", src, nil, nil)
	if &out[0] != &src[0] || fenced || faults != nil {
		t.Errorf("got %q, %v, %v", out, fenced, faults)
	}
}

func TestFencesReportAllFaults(t *testing.T) {
	for _, c := range []struct{ file, src, want string }{
		{"a.go", `
//wsgen:if on
//wsgen:if off
//wsgen:end
//wsgen:end
//wsgen:if of
//wsgen:end
x() //wsgen:end
//wsgen:else
// wsgen:if on
#wsgen:if on
//wsgen:if on off
//wsgen:if
//wsgen:if on`, `
a.go:3: wsgen:if inside the one of line 2; fences do not nest
a.go:5: wsgen:end without wsgen:if
a.go:6: wsgen:if of: there is no such feature or choice
a.go:8: wsgen:end does not stand alone
a.go:9: bad directive "//wsgen:else"; it is wsgen:if NAME or wsgen:end in a comment of its own
a.go:10: bad directive "// wsgen:if on"; it is wsgen:if NAME or wsgen:end in a comment of its own
a.go:11: bad directive "#wsgen:if on"; it is wsgen:if NAME or wsgen:end in a comment of its own
a.go:12: bad directive "//wsgen:if on off"; it is wsgen:if NAME or wsgen:end in a comment of its own
a.go:13: bad directive "//wsgen:if"; it is wsgen:if NAME or wsgen:end in a comment of its own
a.go:14: wsgen:if without wsgen:end`},
		{"a.json", "\n{} //wsgen:if on", `
a.json:2: bad directive "{} //wsgen:if on"; it is wsgen:if NAME or wsgen:end in a comment of its own`},
	} {
		_, faults := cut(c.file, c.src)
		equal(t, strings.Join(faults, "\n"), c.want)
	}
}

// Whatever a file has in it, cutting it neither panics nor invents text.
func FuzzFences(f *testing.F) {
	f.Add("a.go", "a\n\n//wsgen:if off\nb\n//wsgen:end\n\nc")
	f.Add("a.html", "<!-- wsgen:if on -->\n\n<!-- wsgen:end")
	f.Fuzz(func(t *testing.T, name, src string) {
		out, faults := cut(name, src)
		if len(faults) > 0 {
			return
		}
		if strings.Contains(out, marker) {
			t.Errorf("a directive is left: %q", out)
		}
		rest := src
		for line := range strings.Lines(out) {
			line = strings.TrimSuffix(line, "\n")
			i := strings.Index(rest, line)
			if i < 0 {
				t.Fatalf("%q is not in the source, or not in this order", line)
			}
			rest = rest[i+len(line):]
		}
		if again, _ := cut(name, out); again != out {
			t.Errorf("cutting it again changes %q to %q", out, again)
		}
	})
}
