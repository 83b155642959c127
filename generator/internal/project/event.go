package project

import (
	"go/ast"
	"go/types"
)

// An event is something that is done to a router.
type event struct {
	does    Does
	recv    node
	call    ast.Node
	expr    ast.Expr // the router as it is written there
	method  string
	pattern pattern
	args    []ast.Expr // of Use: the middleware
	nodes   []node     // of args
	frame   *frame
	file    *File
	lit     *ast.FuncLit // the closure around it
	inGo    bool
	remote  bool // done by a helper: this is the call of the helper
}

// A serving is a place where a handler is served.
type serving struct {
	Serve
	node   node
	fn     *unit
	lit    *ast.FuncLit
	weak   bool    // by the name of an unknown function only
	server *source // the http.Server, where it is one
}

// A mounting is a handler that is put below a path of a router.
type mounting struct {
	recv, arg node
	pattern   pattern
	file      *File
	call      ast.Node
}

// A shutting is a call that stops a server or router.
type shutting struct {
	node node
	call *ast.CallExpr
	ctx  ast.Expr
	file *File
	fn   *unit
}

// A typeUse is a type of the project whose values can be around.
type typeUse struct {
	named *types.Named
	serve node // what its ServeHTTP hands requests to
}

// A dynamicCall is a call of a method that is not known before types are.
type dynamicCall struct {
	nargs   int
	args    []node
	results []node
	bound   map[*unit]bool
	from    *frame
	call    *ast.CallExpr
	lit     *ast.FuncLit // the closure around the call
	inGo    bool
}

// serve notes a place that serves.
func (f *frame) serve(s *serving) {
	s.File, s.Func, s.fn, s.lit = f.u.file, f.u.name, f.u, f.lit()
	s.InGo = f.goes > 0
	f.a.serves = append(f.a.serves, s)
}

// mount notes a handler that is put below a path.
func (f *frame) mount(recv, arg node, p pattern, at ast.Node) {
	if recv != 0 && arg != 0 {
		f.a.mounts = append(f.a.mounts, mounting{recv, arg, p, f.u.file, at})
	}
}

// event notes something that is done to a router.
func (f *frame) event(e *event) {
	e.frame, e.file, e.lit, e.inGo = f, f.u.file, f.lit(), f.goes > 0
	f.a.events = append(f.a.events, e)
}
