package project

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/mod/modfile"
)

// Options say what to load.
type Options struct {
	Dir    string   // a folder of the project: where wsgen was started
	Main   string   // only this main package: its folder, relative to Dir, as in ./cmd/x; "" for all
	Tags   []string // build tags to satisfy, besides those of the platform
	GOOS   string   // "" for this machine's
	GOARCH string   // "" for this machine's
}

// A Project is one Go module, as far as serving HTTP is concerned. It is not
// changed after [Load].
type Project struct {
	Root      string        // the folder of go.mod, absolute
	Module    string        // its module path
	GoLine    string        // the version of go.mod's go line; "1.16" where there is none, as the go command has it; see CheckGo
	Toolchain string        // the toolchain line's version, "" for none
	GoMod     *modfile.File // go.mod; to be read only
	Workspace string        // the go.work file that uses the module, absolute; "" for none
	WorkGo    string        // the go line of the workspace, which decides ServeMux patterns there; "" for none
	Vendored  bool          // there is vendor/modules.txt, and go.mod's go line makes the go command use it
	Mains     []*Main       // main packages, by folder

	Fset  *token.FileSet // positions of all Files; use PositionFor(pos, false), since //line may say anything
	Files []*File        // the module's own files that can have to do with serving, by path

	replaced []replacement // modules that are read in place
	world    *world
}

// A Main is a package that can be run.
type Main struct {
	Path  string // import path
	Dir   string // slash-separated, relative to Root: "cmd/api", or "." for the root itself
	Funcs int    // functions called main in the folder; more than one: it is a folder of programs and builds no package
}

// String returns the folder as --main takes it: "./cmd/api", or ".".
func (m *Main) String() string {
	if m.Dir == "." {
		return "."
	}
	return "./" + m.Dir
}

// A File is a Go source file of the project.
type File struct {
	Path      string         // slash-separated, relative to Root
	Data      []byte         // as it is on disk: BOM, CRLF and all
	AST       *ast.File      // with comments, without object resolution
	Fset      *token.FileSet // the one of the project
	Pkg       *types.Package // Pkg.Scope().Innermost(pos) is the scope at a place; types that come from unknown modules are invalid
	Info      *types.Info    // Defs, Uses, Types, Selections, Implicits of the package
	Generated bool           // says "Code generated ... DO NOT EDIT."; never edited
	ReadOnly  bool           // belongs to another module (a local replacement) or to vendor; never edited
}

// Offset returns the byte offset of pos in f.Data, whatever //line says.
func (f *File) Offset(pos token.Pos) int { return f.Fset.PositionFor(pos, false).Offset }

// Line returns the line of pos in f, counted from 1, whatever //line says.
func (f *File) Line(pos token.Pos) int { return f.Fset.PositionFor(pos, false).Line }
