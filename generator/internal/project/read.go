package project

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// read parses the files of a package that the build would take.
func (w *world) read(p *pkg) {
	names, err := os.ReadDir(p.dir)
	if err != nil {
		return
	}
	byName := map[string][]*File{}
	for _, e := range names {
		name := e.Name()
		if e.IsDir() || !isSource(name) {
			continue
		}
		full := filepath.Join(p.dir, name)
		data, err := os.ReadFile(full)
		if err != nil || !w.match(p.dir, name, data) {
			continue
		}
		f, err := parser.ParseFile(w.p.Fset, full, data, parser.ParseComments|parser.SkipObjectResolution)
		if f == nil || err != nil && len(f.Decls) == 0 {
			continue
		}
		rel, err := filepath.Rel(w.p.Root, full)
		if err != nil {
			rel = full
		}
		byName[f.Name.Name] = append(byName[f.Name.Name], &File{
			Path: filepath.ToSlash(rel), Data: data, AST: f, Fset: w.p.Fset,
			Generated: ast.IsGenerated(f), ReadOnly: p.readOnly,
		})
	}
	// A folder with files of several packages does not build; take the one that
	// is most of it.
	for name, files := range byName {
		if len(files) > len(p.files) || len(files) == len(p.files) && name < p.name {
			p.name, p.files = name, files
		}
	}
	for _, f := range p.files {
		for _, s := range f.AST.Imports {
			if imp, err := strconv.Unquote(s.Path.Value); err == nil && imp != "C" && !slices.Contains(p.imports, imp) {
				p.imports = append(p.imports, imp)
			}
		}
		for _, d := range f.AST.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && fd.Recv == nil && fd.Name.Name == "main" && p.name == "main" {
				p.mains++
			}
		}
	}
	slices.Sort(p.imports)
}

// isSource says whether a file name is one that go build looks at.
func isSource(name string) bool {
	return strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && name[0] != '_' && name[0] != '.'
}

// match says whether build constraints let a file in. It is called concurrently.
func (w *world) match(dir, name string, data []byte) bool {
	ctx := w.build
	ctx.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
	ok, err := ctx.MatchFile(dir, name)
	return ok || err != nil && !bytes.Contains(data, []byte("//go:build"))
}

// findMains walks the module for folders that hold a main package.
func (w *world) findMains() ([]*Main, error) {
	var mains []*Main
	err := filepath.WalkDir(w.p.Root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			if d != nil && d.IsDir() {
				return fs.SkipDir // a folder that we may not read has nothing for us
			}
			return nil
		}
		if !d.IsDir() {
			return nil
		}
		if name != w.p.Root && (skipped(d.Name()) || exists(filepath.Join(name, "go.mod"))) {
			return fs.SkipDir
		}
		if w.isMain(name) {
			mains = append(mains, w.main(name))
		}
		return nil
	})
	return mains, err
}

// main names the main package in a folder of the module.
func (w *world) main(dir string) *Main {
	rel, err := filepath.Rel(w.p.Root, dir)
	if err != nil {
		rel = "."
	}
	rel = filepath.ToSlash(rel)
	path := w.p.Module
	if rel != "." {
		path += "/" + rel
	}
	return &Main{Path: path, Dir: rel}
}

// isMain says whether the first file of a folder that the build would take is of
// package main.
func (w *world) isMain(dir string) bool {
	names, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	for _, e := range names {
		if e.IsDir() || !isSource(e.Name()) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil || !w.match(dir, e.Name(), data) {
			continue
		}
		if f, err := parser.ParseFile(token.NewFileSet(), "", data, parser.PackageClauseOnly); err == nil {
			return f.Name.Name == "main"
		}
	}
	return false
}

// skipped says whether the go command leaves a folder out of ./... .
func skipped(name string) bool {
	return name == "vendor" || name == "testdata" || name == "node_modules" || name[0] == '.' || name[0] == '_'
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// parallel calls fn for each element, on all processors.
func parallel[T any](all []T, fn func(T)) {
	var wg sync.WaitGroup
	next := make(chan T)
	for range min(len(all), runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for t := range next {
				fn(t)
			}
		})
	}
	for _, t := range all {
		next <- t
	}
	close(next)
	wg.Wait()
}
