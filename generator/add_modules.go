package generator

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/module"

	"github.com/wsgen/wsgen/generator/internal/gomod"
	"github.com/wsgen/wsgen/generator/plan"
)

// addModules plans what the kit needs in go.mod, go.sum and the vendor folder.
func (t *addTarget) addModules(_ context.Context, p *plan.Plan) error {
	mod, err := t.file("go.mod")
	if err != nil {
		return err
	}
	sum, err := t.file("go.sum")
	if err != nil {
		return err
	}
	o := gomod.Options{Server: t.server(), RaiseGo: t.o.RaiseGo, WorkGo: t.project.WorkGo, Cache: moduleCache()}
	r, err := gomod.Require(mod, sum, o)
	if err != nil {
		return moduleRefusal(err)
	}
	if len(r.Missing) > 0 {
		return refused("", "go.sum lacks the sums of "+versions(r.Missing)+", which this project selects",
			"go mod download "+versions(r.Missing)+", then run this again")
	}
	p.Changes = append(p.Changes, r.Changes...)
	p.Notes = append(p.Notes, r.Notes...)
	if !t.project.Vendored {
		return nil
	}
	txt, err := t.file(modulesTxt)
	if err != nil || txt == nil {
		return err
	}
	vendored, err := gomod.Vendor(mod.Data, txt, r, o, func(name string) bool {
		_, err := os.Stat(filepath.Join(t.project.Root, filepath.FromSlash(name)))
		return err == nil
	})
	if err != nil {
		return moduleRefusal(err)
	}
	p.Changes = append(p.Changes, vendored...)
	return nil
}

// modulesTxt says what is in a vendor folder.
const modulesTxt = "vendor/modules.txt"

// file returns a file of the project as a plan has it, nil if it is not there.
func (t *addTarget) file(name string) (*plan.File, error) {
	data, err := readFile(t.project.Root, name)
	if err != nil || data == nil {
		return nil, err
	}
	mode, err := modeOf(t.project.Root, name)
	return &plan.File{Data: data, Mode: mode}, err
}

// moduleCache is where the go command keeps modules; "" if that is not known.
func moduleCache() string {
	if dir := os.Getenv("GOMODCACHE"); dir != "" {
		return dir
	}
	gopath, _, _ := strings.Cut(os.Getenv("GOPATH"), string(filepath.ListSeparator))
	if gopath == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		gopath = filepath.Join(home, "go")
	}
	return filepath.Join(gopath, "pkg", "mod")
}

// versions lists modules as the go command takes them.
func versions(all []module.Version) string {
	words := make([]string, len(all))
	for i, m := range all {
		words[i] = m.Path + "@" + m.Version
	}
	return strings.Join(words, " ")
}

// moduleRefusal turns what package gomod says into an error of this package.
func moduleRefusal(err error) error {
	var no *gomod.Refusal
	if !errors.As(err, &no) {
		return err
	}
	place := no.Path
	if no.Line > 0 {
		place = fmt.Sprintf("%s:%d", no.Path, no.Line)
	}
	if no.Reason == gomod.RaisesGo {
		return &ChoiceError{Option: no.Option, Reason: place + ": " + no.Text, Choices: []Choice{{Text: "raises it"}}}
	}
	return refused(no.Option, place+": "+no.Text, no.Fix)
}
