package project

import (
	"go/ast"
	"go/types"
)

// maxDepth is how many calls deep functions that take or return handlers are
// followed one call at a time; deeper ones are followed once for all callers.
const maxDepth = 5

// maxFrames bounds the calls that are followed one at a time, so that a strange
// program costs precision and not time.
const maxFrames = 4000

// An analysis follows the values of one binary, from main and the
// initialisation of its packages on, through all that can be reached.
type analysis struct {
	w    *world
	flow *flow

	units   map[*types.Func]*unit
	shared  map[*unit]*frame
	queue   []*frame
	frames  int
	globals map[types.Object]node     // package-level variables and fields
	types   map[*types.Named]*typeUse // types of the project that are mentioned
	dynamic map[string][]dynamicCall  // calls through interfaces, by method
	methods map[string][]*unit        // methods of mentioned types, by name
	quiet   map[string]bool           // methods that idle functions call through interfaces
	di      map[string]node           // values that a container hands out, by type

	def       *source // http.DefaultServeMux
	events    []*event
	byCall    map[*ast.CallExpr]*event // the last event of a call, for (*mux.Route).Methods
	serves    []*serving
	mounts    []mounting
	shutdowns []shutting
	edges     map[*unit]map[*unit]bool // who may call or mention whom
	sites     map[*unit][2]int         // how often a function is called: in all cases, and under conditions
	walkedBy  map[*ast.FuncDecl][]*frame
}

// analyse follows one binary.
func analyse(w *world, m *Main) *analysis {
	a := &analysis{
		w: w, flow: newFlow(),
		units: map[*types.Func]*unit{}, shared: map[*unit]*frame{}, globals: map[types.Object]node{},
		types: map[*types.Named]*typeUse{}, dynamic: map[string][]dynamicCall{}, methods: map[string][]*unit{}, quiet: map[string]bool{},
		di: map[string]node{}, byCall: map[*ast.CallExpr]*event{}, edges: map[*unit]map[*unit]bool{}, sites: map[*unit][2]int{}, walkedBy: map[*ast.FuncDecl][]*frame{},
	}
	a.def = &source{kind: aRouter, router: DefaultMux, imp: "net/http"}
	a.def.at = a.flow.node()
	a.flow.source(a.def.at, a.def)

	root := w.pkgs[m.Path]
	var inits []*frame
	for _, p := range programOf(w, root) {
		if !p.serving {
			continue
		}
		for _, f := range p.files {
			u := &unit{pkg: p, file: f, name: "init"}
			inits = append(inits, a.newFrame(u, nil))
			for _, d := range f.AST.Decls {
				fd, ok := d.(*ast.FuncDecl)
				if !ok {
					continue
				}
				obj, _ := p.info.Defs[fd.Name].(*types.Func)
				fu := &unit{obj: obj, pkg: p, file: f, decl: fd, name: funcName(fd)}
				if obj != nil {
					a.units[obj] = fu
					fu.single = routes(obj.Signature())
				}
				if fd.Recv == nil && (fd.Name.Name == "init" || p == root && fd.Name.Name == "main") {
					a.reach(fu)
				}
			}
		}
	}
	a.queue = append(a.queue, inits...)
	a.run()
	return a
}

// run walks what is reached until there is nothing new.
func (a *analysis) run() {
	for {
		if n := len(a.queue); n > 0 {
			f := a.queue[n-1]
			a.queue = a.queue[:n-1]
			f.walk()
			continue
		}
		a.flow.solve()
		if len(a.queue) == 0 {
			return
		}
	}
}

// programOf returns the packages that a binary is made of, imports first.
func programOf(w *world, root *pkg) []*pkg {
	seen := map[*pkg]bool{}
	for todo := []*pkg{root}; len(todo) > 0; {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if p == nil || seen[p] {
			continue
		}
		seen[p] = true
		for _, imp := range p.imports {
			todo = append(todo, w.pkgs[imp])
		}
	}
	var all []*pkg
	for _, p := range w.order {
		if seen[p] {
			all = append(all, p)
		}
	}
	return all
}

func (a *analysis) newFrame(u *unit, parent *frame) *frame {
	a.frames++
	f := &frame{a: a, u: u, parent: parent}
	if parent != nil {
		f.depth = parent.depth + 1
	}
	if u.obj != nil && !(u.decl.Body != nil && a.w.digest(u).idle) {
		for range u.obj.Signature().Results().Len() {
			f.result = append(f.result, a.flow.node())
		}
	}
	return f
}

// reach returns the frame of a unit that all callers share, and has it walked.
func (a *analysis) reach(u *unit) *frame {
	f := a.shared[u]
	if f == nil {
		f = a.newFrame(u, nil)
		a.shared[u] = f
		a.queue = append(a.queue, f)
	}
	return f
}

// value returns the node of a declared function as a value.
func (a *analysis) value(u *unit) node {
	if u.at == 0 {
		u.at = a.flow.node()
		f := a.reach(u)
		u.source = &source{kind: aFunc, at: u.at, unit: u, frame: f, results: f.result, file: u.file, fn: u, pos: u.decl.Pos()}
		a.flow.source(u.at, u.source)
	}
	return u.at
}

// unitOf returns the declaration of a function, if it is here.
func (a *analysis) unitOf(f *types.Func) *unit {
	if f == nil {
		return nil
	}
	u := a.units[f.Origin()]
	if u == nil || u.decl.Body == nil {
		return nil
	}
	return u
}

// mention makes a type's exported methods reachable: whoever gets a value of it
// may call them.
func (a *analysis) mention(n *types.Named) {
	n = n.Origin()
	if n.Obj().Pkg() == nil || a.types[n] != nil {
		return
	}
	p := a.w.pkgs[n.Obj().Pkg().Path()]
	if p == nil || !p.serving {
		return
	}
	a.types[n] = &typeUse{named: n}
	if s, ok := n.Underlying().(*types.Struct); ok { // a value has values within
		for v := range s.Fields() {
			if m, ok := types.Unalias(v.Type()).(*types.Named); ok {
				a.mention(m)
			}
		}
	}
	for m := range n.Methods() {
		u := a.unitOf(m)
		if u == nil {
			continue
		}
		a.methods[m.Name()] = append(a.methods[m.Name()], u)
		if m.Exported() || a.quiet[m.Name()] {
			a.reach(u)
		}
		for i := range a.dynamic[m.Name()] {
			a.dispatch(&a.dynamic[m.Name()][i], u)
		}
	}
}

// dispatch binds a call through an interface to a method that it may reach.
func (a *analysis) dispatch(c *dynamicCall, u *unit) {
	if c.bound[u] || u.obj.Signature().Params().Len() != c.nargs && !u.obj.Signature().Variadic() {
		return
	}
	c.bound[u] = true
	f := a.reach(u)
	a.calls(c.from.u, u)
	if ev := c.from.helperCall(c.call, nil, u, c.args); ev != nil {
		ev.lit, ev.inGo = c.lit, c.inGo // the call was walked before
	}
	bind(f, u.obj.Signature(), u.decl.Type, c.args, nil)
	for i, r := range c.results {
		if i < len(f.result) {
			a.flow.edge(f.result[i], r, nil)
		}
	}
}

// calls notes that one function calls or mentions another.
func (a *analysis) calls(from, to *unit) {
	if a.edges[from] == nil {
		a.edges[from] = map[*unit]bool{}
	}
	a.edges[from][to] = true
}
