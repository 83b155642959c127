package project

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
)

// A Kind is the form of the statement that a candidate takes.
type Kind int

const (
	// Mount: one statement, realtime.Mount(Expr), in Home.List.
	Mount Kind = iota
	// Wrap: no router can take a route, so the handler that is served is
	// wrapped where it is served: Serves[0].Handler becomes
	// realtime.Wrap(Serves[0].Handler).
	Wrap
)

// A Candidate is one router, or handler, that answers requests of one binary,
// and the place where it can be given a route.
type Candidate struct {
	Kind   Kind
	Router Router
	Import string // import path of the router's package, as in "github.com/go-chi/chi/v5"
	Main   *Main  // the binary that serves it
	Home   Home   // where the statement goes; of a Wrap: the function that serves
	Expr   string // the router as it is written at that place: "mux", "s.router"; "" for http.DefaultServeMux, which needs none; of a Wrap: the handler, its first line

	Prefix     string       // the route's URL is Prefix + route: "/api" for a router that is mounted there; "" for none
	Base       string       // sibling routes are written base+"/x": the Go expression of base; "" if not
	Routes     []Route      // what is registered on it and below, by position
	Serves     []Serve      // where it is served, the one with a Handler to wrap first
	Shutdowns  []Shutdown   // where the server that serves it is shut down
	Middleware []Middleware // what a request passes before it reaches the route, outermost first

	Score int      // for ranking; only comparable within one result
	Why   []string // for people: what speaks for it and against it

	also    []*Main // more binaries with this home
	outside bool    // the router comes from code that is not edited
	side    bool    // it looks like something beside the application
	maybe   bool    // the home is only called under conditions
	inner   bool    // the home is not the body of a function that surely runs once
}

// At returns the value of --at that picks the candidate: file.go:Func.
func (c *Candidate) At() string { return c.Home.File.Path + ":" + c.Home.Func }

// String names the candidate for people: "cmd/api/routes.go:12 (*app).routes: chi r".
func (c *Candidate) String() string {
	s := fmt.Sprintf("%s:%d %s: ", c.Home.File.Path, c.Home.Line, c.Home.Func)
	if c.Kind == Wrap {
		return s + c.Expr
	}
	s += c.Router.String()
	if c.Expr != "" {
		s += " " + c.Expr
	}
	return s
}

// A Home is the function whose statement list takes the statement. Expr is
// visible in all of List behind the step that has Make, and in all of it if
// there is none.
type Home struct {
	File  *File
	Func  string        // as people write it: "main", "(*Server).routes"; of a closure, the function around it
	Line  int           // of the function, or of the closure
	Decl  *ast.FuncDecl // nil for a closure in a package-level variable
	Lit   *ast.FuncLit  // the closure that it is in; nil if it is in no closure
	Block ast.Node      // the innermost block in which Expr is declared, nearly always the body: *ast.BlockStmt, *ast.CaseClause or *ast.CommClause
	List  []ast.Stmt    // the statements of Block
	Steps []Step        // what List does to the router, in order
}

// Does says what a statement does to the router of a candidate. A statement can
// do several things; one that hands the router to a function of the module does
// what that function does.
type Does uint32

const (
	Make     Does = 1 << iota // the router gets its value here: constructor, assignment, declaration
	Use                       // middleware for everything: Use, Pre, With as a statement
	UsePath                   // middleware or a static handler below a path: fiber's Use("/x", ...)
	Auth                      // with Use: it looks like it keeps people out, by name
	Add                       // registers a route
	Param                     // with Add: a pattern with a parameter in its first segment, "/:id", "/{id}"
	CatchAll                  // with Add or UsePath: it takes every path that nothing else takes: "/", "/*", PathPrefix("/"), static files at the root
	Sub                       // makes a router below: Group, Route, Mount, Subrouter
	Pass                      // hands the router to a function, of the module or not
	Go                        // it happens in a goroutine or a deferred call
	ServeIt                   // starts serving
	Stop                      // shuts the server down
	Return                    // leaves the function
	Fallback                  // NotFound, NoRoute: answers what nothing else does; shadows nothing
)

var doesNames = []string{"make", "use", "use-path", "auth", "add", "param", "catch-all", "sub", "pass", "go", "serve", "stop", "return", "fallback"}

// String lists what is done: "make|use".
func (d Does) String() string {
	var names []string
	for i, n := range doesNames {
		if d>>i&1 == 1 {
			names = append(names, n)
		}
	}
	return strings.Join(names, "|")
}

// Has says whether d does all of what x does.
func (d Does) Has(x Does) bool { return d&x == x }

// A Step is what one place of a statement does to the router.
type Step struct {
	Index   int           // of the statement in Home.List
	Stmt    ast.Stmt      // that statement
	Call    *ast.CallExpr // the call that does it; nil for a plain assignment or a return
	Nested  bool          // inside an if, for, switch, select or closure of Stmt: it may not happen, or happen more than once
	Does    Does
	Method  string // of a route: "GET"; "" for any
	Pattern string // of a route or of UsePath, if it is known
}

// A Route is a registration on the router or on one below it.
type Route struct {
	Method  string // "GET"; "" for any
	Pattern string // as matched from the root of the router: the prefixes of groups are joined on; without the method of "GET /x"
	Dynamic bool   // part of the pattern is computed, and stands as "…" in Pattern
	Host    string // of a ServeMux pattern or Host(); "" for any
	File    *File
	Pos     token.Pos // of the call
	Func    string
}

// A Serve is a place where a candidate starts to answer.
type Serve struct {
	File    *File
	Pos     token.Pos
	Func    string
	What    string   // for people: "http.ListenAndServe", "Server.Handler", "gin.Run"
	Handler ast.Expr // the expression that Wrap would be put around; nil where there is none (echo's Start, a nil handler)
	Addr    string   // the address expression, if it is there
	InGo    bool     // in a goroutine
}

// A Shutdown is a call that stops the server of a candidate gracefully.
type Shutdown struct {
	File  *File
	Func  string
	Call  *ast.CallExpr
	Stmt  ast.Stmt // the statement in a list that holds Call: a line can go before it
	List  []ast.Stmt
	Index int      // of Stmt in List
	Ctx   ast.Expr // the context it is given; nil for none, as with fiber's Shutdown()
}

// A Middleware is something that a request passes on its way to the router or
// inside it.
type Middleware struct {
	Name   string // as it is written: "handlers.CompressHandler", "s.requireLogin"
	File   *File
	Pos    token.Pos
	Inside bool   // on the router itself, by Use; else around it, on the way to the server
	Path   string // with Inside: what it is for, if that is not everything

	Auth    bool   // its name says that it keeps people out
	Gzip    bool   // its name says that it compresses
	Timeout bool   // it limits the time of a request by answering through a buffer
	Gate    bool   // a function that hands on only some requests, by their path or host
	Breaks  string // why an upgrade would fail behind it; "" if it would not, as far as can be seen
	Type    *Type  // the response writer that hides Hijack, where that is the reason
}

// A Type is a response writer of the module that wraps another one and hides
// what it can do.
type Type struct {
	Name string // "statusRecorder"
	File *File
	Pos  token.Pos
	Recv string // field that holds the writer within: "ResponseWriter"
}

// An Ambiguity says why a person has to choose. A candidate must not be taken
// unasked when there is one.
type Ambiguity struct {
	Reason string // for people, a clause: "two routers serve about as much"
	Signal Signal
}

// A Signal is a kind of doubt.
type Signal int

var signalNames = [...]string{
	NothingServed: "nothing-served", CloseSecond: "close-second", SharedHome: "shared-home", DefaultTwice: "default-twice", NotEditable: "not-editable",
	OnlyWrap: "only-wrap", TwoApps: "two-apps", TwoMains: "two-mains", ManyPrograms: "many-programs", Unsure: "unsure",
}

// String returns a word for machines.
func (s Signal) String() string { return signalNames[s] }

const (
	NothingServed Signal = iota // nothing that serves was found
	CloseSecond                 // another candidate is nearly as good
	SharedHome                  // several routers come to the same home
	DefaultTwice                // http.DefaultServeMux is served from several places
	NotEditable                 // the home is generated, or belongs to another module
	OnlyWrap                    // no router takes the route; a handler has to be wrapped
	TwoApps                     // two routers that each serve a few real routes
	TwoMains                    // several binaries serve
	ManyPrograms                // several main functions in a folder
	Unsure                      // the way of the router to the server was not seen in full
)
