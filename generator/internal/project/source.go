package project

import (
	"go/ast"
	"go/token"
	"go/types"
)

type sourceKind uint8

const (
	aRouter sourceKind = iota
	aFunc
	aServer
)

// A source is what came into being at an origin.
type source struct {
	id   origin
	kind sourceKind
	at   node // the expression that makes it

	// of a router
	router   Router
	imp      string   // package of the router
	parent   node     // the router that it is a group of
	pattern  pattern  // where below its parent
	external bool     // comes from a function that is not here
	expr     ast.Expr // what makes it; nil for a variable that is one by its declaration
	loop     bool     // made in a loop

	// of a function
	unit    *unit
	lit     *ast.FuncLit
	results []node

	// where
	frame *frame
	file  *File
	fn    *unit
	inLit *ast.FuncLit
	pos   token.Pos

	// of a server
	handlers []handlerOf
	readers  []node // where its handler is read
	started  bool
}

// funcType returns the type expression of a function.
func (s *source) funcType() *ast.FuncType {
	if s.lit != nil {
		return s.lit.Type
	}
	return s.unit.decl.Type
}

// A handlerOf is what an http.Server is told to serve.
type handlerOf struct {
	node node
	expr ast.Expr
}

// A unit is a declared function of the project, or what initialises the
// variables of a package.
type unit struct {
	obj      *types.Func // nil for the initialisation
	pkg      *pkg
	file     *File
	decl     *ast.FuncDecl
	name     string
	at       node // the function as a value, and what it hands requests to
	single   bool // worth following per call
	versions versioned
	derived  map[types.Object]types.Object // strings that are made from parameters, and which
	helper   *helper
	looked   bool // for helper
	source   *source
}

// funcName returns the name of a function as people write it.
func funcName(fd *ast.FuncDecl) string {
	if fd.Recv == nil || len(fd.Recv.List) == 0 {
		return fd.Name.Name
	}
	t := fd.Recv.List[0].Type
	star := false
	if s, ok := t.(*ast.StarExpr); ok {
		star, t = true, s.X
	}
	switch x := t.(type) {
	case *ast.IndexExpr:
		t = x.X
	case *ast.IndexListExpr:
		t = x.X
	}
	name := types.ExprString(t)
	if star {
		return "(*" + name + ")." + fd.Name.Name
	}
	return name + "." + fd.Name.Name
}

// A frame is a unit on one of its calls, or on all of them.
type frame struct {
	a      *analysis
	u      *unit
	parent *frame
	site   *ast.CallExpr // the one call that it is for; nil if it is for all
	depth  int
	vars   map[types.Object]node
	env    map[types.Object]node    // where a variable stands that is assigned several times
	memo   map[ast.Expr]node        // of literals, each walked once
	made   map[*ast.CallExpr][]node // results of calls, each walked once
	given  map[*ast.CallExpr][]node // their arguments
	result []node
	lits   []*scope
	goes   int // how deep in go statements
	loops  int
	conds  int // how deep in branches
	walked bool
}

// A scope is a closure that is being walked.
type scope struct {
	lit    *ast.FuncLit
	source *source
}
