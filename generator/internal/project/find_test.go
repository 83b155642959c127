package project

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("u", false, "rewrite the want section of the fixtures")

// TestFind searches the projects in testdata. Each archive is a project, in one
// of the shapes that programs have, with a last file, want, that says what is to
// be found. The comment says what the fixture is about; a line of it that begins
// with "main:" chooses a binary, "dir:" a folder to start in.
func TestFind(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no fixtures", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			a := unpack(t, name, dir)
			o := Options{Dir: dir}
			for line := range strings.Lines(string(a.Comment)) {
				if s, ok := strings.CutPrefix(line, "main:"); ok {
					o.Main = strings.TrimSpace(s)
				}
				if s, ok := strings.CutPrefix(line, "dir:"); ok {
					o.Dir = filepath.Join(dir, strings.TrimSpace(s))
				}
			}
			got := report(o)
			got = strings.ReplaceAll(got, dir, "DIR")
			last := &a.Files[len(a.Files)-1]
			if last.Name != "want" {
				a.Files = append(a.Files, txtar.File{Name: "want"})
				last = &a.Files[len(a.Files)-1]
			}
			if got == string(last.Data) {
				return
			}
			if !*update {
				t.Fatalf("want\n%s\ngot\n%s", last.Data, got)
			}
			last.Data = []byte(got)
			if err := os.WriteFile(name, txtar.Format(a), 0o666); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// unpack lays an archive out in a folder.
func unpack(t testing.TB, archive, dir string) *txtar.Archive {
	t.Helper()
	a, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range a.Files {
		if f.Name == "want" {
			continue
		}
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, bytes.ReplaceAll(f.Data, []byte("\\r\n"), []byte("\r\n")), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

// report loads and searches a project, and writes down what was found.
func report(o Options) string {
	ctx := context.Background()
	p, err := Load(ctx, o)
	if err != nil {
		return fmt.Sprintf("error: %v\n", err)
	}
	var b strings.Builder
	if err := p.CheckGo(); err != nil {
		fmt.Fprintf(&b, "go: %v\n", err)
	}
	if p.Workspace != "" {
		fmt.Fprintf(&b, "workspace: go %s\n", p.WorkGo)
	}
	if p.Vendored {
		b.WriteString("vendored\n")
	}
	cs, doubt, err := p.Find(ctx)
	if err != nil {
		return fmt.Sprintf("error: %v\n", err)
	}
	if doubt == nil {
		b.WriteString("take it\n")
	} else {
		fmt.Fprintf(&b, "ask: %s: %s\n", doubt.Signal, doubt.Reason)
	}
	for i, c := range cs {
		b.WriteString(brief(c))
		if i == 0 {
			b.WriteString(details(c))
		}
	}
	return b.String()
}

// brief writes a candidate in a line.
func brief(c *Candidate) string {
	kind := "mount"
	if c.Kind == Wrap {
		kind = "wrap"
	}
	s := fmt.Sprintf("%s %s", kind, c)
	if c.Prefix != "" {
		s += " prefix=" + c.Prefix
	}
	if c.Base != "" {
		s += " base=" + c.Base
	}
	return fmt.Sprintf("%s main=%s score=%d\n", s, c.Main.Dir, c.Score)
}

// details writes what is known about a candidate, one thing a line.
func details(c *Candidate) string {
	var b strings.Builder
	for _, s := range c.Serves {
		fmt.Fprintf(&b, "\tserve %s:%d %s\n", s.File.Path, s.File.Line(s.Pos), s.What)
	}
	for _, s := range c.Home.Steps {
		line := c.Home.File.Line(s.Stmt.Pos())
		if s.Call != nil {
			line = c.Home.File.Line(s.Call.Pos())
		}
		fmt.Fprintf(&b, "\tstep %d %s", line, s.Does)
		if s.Nested {
			b.WriteString(" nested")
		}
		if s.Method+s.Pattern != "" {
			fmt.Fprintf(&b, " %s", strings.TrimSpace(s.Method+" "+s.Pattern))
		}
		b.WriteString("\n")
	}
	for _, r := range c.Routes {
		fmt.Fprintf(&b, "\troute %s:%d %s\n", r.File.Path, r.File.Line(r.Pos), strings.TrimSpace(r.Method+" "+r.Host+r.Pattern))
	}
	for _, m := range c.Middleware {
		fmt.Fprintf(&b, "\tmiddleware %s:%d %s", m.File.Path, m.File.Line(m.Pos), m.Name)
		for _, f := range []struct {
			is   bool
			name string
		}{{m.Inside, "inside"}, {m.Auth, "auth"}, {m.Gzip, "gzip"}, {m.Timeout, "timeout"}, {m.Gate, "gate"}} {
			if f.is {
				b.WriteString(" " + f.name)
			}
		}
		if m.Path != "" {
			b.WriteString(" for " + m.Path)
		}
		if m.Breaks != "" {
			b.WriteString(": " + m.Breaks)
		}
		b.WriteString("\n")
	}
	for _, s := range c.Shutdowns {
		ctx := "no context"
		if s.Ctx != nil {
			ctx = text(s.File, s.Ctx)
		}
		fmt.Fprintf(&b, "\tshutdown %s:%d %s\n", s.File.Path, s.File.Line(s.Call.Pos()), ctx)
	}
	return b.String()
}
