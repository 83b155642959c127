package project

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Code is often half written. Whatever is cut out of it, the finder comes to an
// answer.
func TestMangled(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		dir := t.TempDir()
		a := unpack(t, name, dir)
		rnd := rand.New(rand.NewPCG(uint64(i), 1))
		for round := range 6 {
			for _, f := range a.Files {
				if !strings.HasSuffix(f.Name, ".go") {
					continue
				}
				if err := os.WriteFile(filepath.Join(dir, f.Name), mangle(rnd, f.Data), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			func() {
				defer func() {
					if r := recover(); r != nil {
						t.Fatalf("%s, round %d: %v", name, round, r)
					}
				}()
				report(Options{Dir: dir})
				if exists(filepath.Join(dir, "app", "go.mod")) {
					report(Options{Dir: filepath.Join(dir, "app")})
				}
			}()
		}
	}
}

// mangle cuts lines and words out of a file, and doubles some.
func mangle(rnd *rand.Rand, data []byte) []byte {
	lines := strings.SplitAfter(string(data), "\n")
	for range 1 + rnd.IntN(3) {
		i := rnd.IntN(len(lines))
		switch rnd.IntN(4) {
		case 0:
			lines[i] = ""
		case 1:
			lines[i] += lines[i]
		case 2:
			if words := strings.SplitAfter(lines[i], " "); len(words) > 1 {
				j := rnd.IntN(len(words))
				lines[i] = strings.Join(append(words[:j:j], words[j+1:]...), "")
			}
		case 3:
			if n := len(lines[i]); n > 2 {
				j := rnd.IntN(n - 1)
				lines[i] = lines[i][:j] + lines[i][min(n-1, j+1+rnd.IntN(4)):]
			}
		}
	}
	return []byte(strings.Join(lines, ""))
}

// FuzzFind searches a program that consists of one file.
func FuzzFind(f *testing.F) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		dir := f.TempDir()
		for _, file := range unpack(f, name, dir).Files {
			if filepath.Base(file.Name) == "main.go" {
				f.Add(string(file.Data))
			}
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		dir := t.TempDir()
		for name, data := range map[string]string{"go.mod": "module example.com/app\n\ngo 1.22\n", "main.go": src} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		p, err := Load(t.Context(), Options{Dir: dir})
		if err != nil {
			t.Skip(err)
		}
		cs, doubt, err := p.Find(t.Context())
		if err != nil || len(cs) == 0 && doubt == nil {
			t.Fatalf("no candidate, no doubt, %v", err)
		}
		for _, c := range cs {
			if c.Home.File == nil || c.Home.File.Generated || len(c.Home.List) == 0 && c.Kind == Mount {
				t.Fatal(fmt.Sprint("not a home: ", c))
			}
			if again, err := p.At(t.Context(), c.At()); err != nil || len(again) == 0 {
				t.Fatalf("At(%s): %v", c.At(), err)
			}
		}
	})
}
