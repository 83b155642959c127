package rewrite

import (
	"fmt"
	"go/token"
	"path"
	"strings"

	"github.com/wsgen/wsgen/generator/internal/project"
)

// importKit makes d's file import the kit and returns the qualifier of its names.
func (m *mounting) importKit(d *draft, at ...token.Pos) (string, error) {
	q, err := d.importAs(m.o.Package, m.o.Import, m.p.Module, at...)
	if err != nil {
		return "", unformatted(d.file, d.file.AST.Package, spec{path: m.o.Import}.String(), err)
	}
	return q, nil
}

// importable reports, as a *Refusal, that f may not import the kit: what is
// below a directory internal is for the tree around that directory.
func (m *mounting) importable(f *project.File) error {
	i := strings.LastIndex("/"+m.o.Import+"/", "/internal/")
	if i < 0 {
		return nil
	}
	owner := strings.TrimSuffix(m.o.Import[:i], "/")
	importer := path.Join(m.p.Module, path.Dir(f.Path))
	if owner == "" || importer == owner || strings.HasPrefix(importer, owner+"/") {
		return nil
	}
	no := refuse(NotImportable, f, f.AST.Package, fmt.Sprintf("package %s may not import %s: it is internal to %s", importer, m.o.Import, owner), "choose a directory with --into that it may import")
	no.Option = "into"
	return no
}
