package gomod

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/wsgen/wsgen/generator/plan"
)

// TestCorpus plans requirements for the modules below WSGEN_CORPUS, which are
// real ones, laid out beforehand. What comes of it passes the checks of Require
// and is complete: a second time there is nothing to do.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("WSGEN_CORPUS")
	if dir == "" {
		t.Skip("WSGEN_CORPUS is not set")
	}
	done := 0
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() && (e.Name() == "vendor" || e.Name() == ".git") {
			return filepath.SkipDir
		}
		if e.Name() != "go.mod" {
			return nil
		}
		mod := &plan.File{Mode: 0o644}
		if mod.Data, err = os.ReadFile(path); err != nil {
			return err
		}
		var sum *plan.File
		if data, err := os.ReadFile(filepath.Join(filepath.Dir(path), "go.sum")); err == nil {
			sum = &plan.File{Data: data, Mode: 0o644}
		}
		for _, lib := range Built().Libraries {
			o := Options{Server: lib.Name, Cache: CacheDir()}
			res, err := Require(mod, sum, o)
			var no *Refusal
			if errors.As(err, &no) {
				t.Logf("%s %s: %v", path, lib.Name, no)
				continue
			}
			if err != nil {
				t.Errorf("%s %s: %v", path, lib.Name, err)
				continue
			}
			done++
			mod, sum := mod, sum
			for _, c := range res.Changes {
				if c.Path == "go.mod" {
					mod = c.New
					if n := len(c.Edits); n > 3 {
						t.Errorf("%s %s: %d edits", path, lib.Name, n)
					}
				} else {
					sum = c.New
				}
			}
			again, err := Require(mod, sum, o)
			if err != nil || len(again.Changes) > 0 {
				t.Errorf("%s %s: a second time: %v, %v", path, lib.Name, again, err)
			}
			t.Logf("%s %s: %s, missing %v, %d unknown", path, lib.Name, res.Module, res.Missing, res.Unknown)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d times", done)
}
