package project

import (
	"go/ast"
	"slices"
)

// A node is a place where a value can be: a variable, a field, a result, an
// expression. 0 is nowhere.
type node int32

// An origin is a place where a value that matters comes into being: a router, a
// function, a server. It is an index into flow.sources.
type origin int32

// A flow is a graph of nodes. Origins flow along its edges, never back, so two
// routers that go through the same helper are not taken for one another before
// it. It grows while it is solved: a function that arrives at a call adds edges.
type flow struct {
	out     [][]edge
	in      [][]edge // the same, backwards: edge.to is where it comes from
	has     []bits
	sources []*source
	onto    map[node][]func(*source) // called for each origin that arrives
	pending []arrival
}

// An edge says that what is in one node is in another too. Via is the handler or
// function that was put around it on the way, if any.
type edge struct {
	to  node
	via *wrapper
}

// A wrapper is what a handler goes through on an edge: middleware, a closure that
// hands requests on.
type wrapper struct {
	name  string
	call  ast.Node // *ast.CallExpr, *ast.FuncLit, *ast.FuncDecl or *ast.CompositeLit
	file  *File
	fn    *unit // the function of the project that wraps; nil for one that is not here
	gated bool  // a closure that hands on only some requests
}

type arrival struct {
	at node
	o  origin
}

func newFlow() *flow {
	return &flow{out: make([][]edge, 1), in: make([][]edge, 1), has: make([]bits, 1), onto: map[node][]func(*source){}}
}

// node returns a new node.
func (f *flow) node() node {
	f.out, f.in, f.has = append(f.out, nil), append(f.in, nil), append(f.has, nil)
	return node(len(f.out) - 1)
}

// edge lets everything in from be in to as well.
func (f *flow) edge(from, to node, via *wrapper) {
	if from == 0 || to == 0 || from == to {
		return
	}
	for _, e := range f.out[from] {
		if e.to == to && (via == nil || e.via != nil) {
			return
		}
	}
	f.out[from] = append(f.out[from], edge{to, via})
	f.in[to] = append(f.in[to], edge{from, via})
	f.has[from].each(func(o origin) { f.put(to, o) })
}

// put lets an origin be in a node.
func (f *flow) put(at node, o origin) {
	if at != 0 && f.has[at].add(o) {
		f.pending = append(f.pending, arrival{at, o})
	}
}

// source adds an origin and puts it in a node.
func (f *flow) source(at node, s *source) origin {
	s.id = origin(len(f.sources))
	f.sources = append(f.sources, s)
	f.put(at, s.id)
	return s.id
}

// watch calls fn for each origin that is in a node or comes to be.
func (f *flow) watch(at node, fn func(*source)) {
	if at == 0 {
		return
	}
	f.onto[at] = append(f.onto[at], fn)
	f.has[at].each(func(o origin) { fn(f.sources[o]) })
}

// solve moves origins until nothing changes.
func (f *flow) solve() {
	for len(f.pending) > 0 {
		a := f.pending[len(f.pending)-1]
		f.pending = f.pending[:len(f.pending)-1]
		for _, e := range f.out[a.at] {
			f.put(e.to, a.o)
		}
		for _, fn := range f.onto[a.at] {
			fn(f.sources[a.o])
		}
	}
}

// routers returns the routers that can be in a node.
func (f *flow) routers(at node) []*source {
	var all []*source
	f.has[at].each(func(o origin) {
		if s := f.sources[o]; s.kind == aRouter {
			all = append(all, s)
		}
	})
	return all
}

// around returns the wrappers on all ways of o to a node, those nearest to the
// node first.
func (f *flow) around(o origin, to node) []*wrapper {
	var ws []*wrapper
	todo := []node{to}
	seen := map[node]bool{to: true}
	for len(todo) > 0 {
		at := todo[0]
		todo = todo[1:]
		for _, e := range f.in[at] {
			if !f.has[e.to].has(o) {
				continue
			}
			if e.via != nil && !slices.Contains(ws, e.via) {
				ws = append(ws, e.via)
			}
			if !seen[e.to] {
				seen[e.to] = true
				todo = append(todo, e.to)
			}
		}
	}
	return ws
}

// bits is a set of origins.
type bits []uint64

func (b bits) has(o origin) bool { return int(o>>6) < len(b) && b[o>>6]>>(o&63)&1 == 1 }

// add says whether o is new.
func (b *bits) add(o origin) bool {
	for int(o>>6) >= len(*b) {
		*b = append(*b, 0)
	}
	w := &(*b)[o>>6]
	if *w>>(o&63)&1 == 1 {
		return false
	}
	*w |= 1 << (o & 63)
	return true
}

func (b bits) each(fn func(origin)) {
	for i, w := range b {
		for j := 0; w != 0; j++ {
			if w&1 == 1 {
				fn(origin(i<<6 + j))
			}
			w >>= 1
		}
	}
}
