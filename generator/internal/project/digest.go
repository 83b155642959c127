package project

import (
	"go/ast"
	"go/types"
	"regexp"
	"slices"
)

// A digest says what the body of a function is about, once for all binaries.
// Most functions of a program are idle: nothing in them is a router, a handler or
// a server, so all that matters is whom they lead to.
type digest struct {
	idle     bool
	versions versioned

	// of an idle one
	funcs   []*types.Func  // functions of the project that it calls or mentions
	named   []*types.Named // types that it mentions
	methods []string       // methods that it calls through interfaces
}

// busyName fits methods by which code of a type that is not known deals with
// handlers and servers.
var busyName = regexp.MustCompile(`^(Listen|Serve|Run|Start|Use|Handle|Mount|Regist|Route|Shutdown|GET$|POST$|PUT$|DELETE$|PATCH$|ANY$)`)

// routerMethods are methods that only interfaces have which routers or handlers
// are behind.
var routerMethods = []string{"ServeHTTP", "Handle", "HandleFunc", "GET", "POST", "Use", "Mount", "ListenAndServe"}

// digest returns the digest of a function.
func (w *world) digest(u *unit) *digest {
	if d := w.digests[u.decl]; d != nil {
		return d
	}
	d := &digest{}
	w.digests[u.decl] = d
	info := u.pkg.info
	d.idle = !w.busySignature(u.obj)
	if d.idle {
		d.idle = !w.busy(u, d)
	}
	if !d.idle {
		d.versions = findVersions(info, u.decl.Body)
		d.funcs, d.named, d.methods = nil, nil, nil
	}
	return d
}

// busySignature says whether handlers may go in or out of a function.
func (w *world) busySignature(f *types.Func) bool {
	if f == nil {
		return false // init
	}
	sig := f.Signature()
	if sig.TypeParams().Len() > 0 || sig.RecvTypeParams().Len() > 0 {
		return true
	}
	opaque := [2]bool{}
	for i, tup := range []*types.Tuple{sig.Params(), sig.Results()} {
		for v := range tup.Variables() {
			if w.strict(v.Type(), 0) {
				return true
			}
			switch t := types.Unalias(v.Type()).Underlying().(type) {
			case *types.Interface:
				opaque[i] = opaque[i] || !isError(v.Type())
			case *types.Signature:
				_ = t
				opaque[i] = true
			}
		}
	}
	if sig.Recv() != nil && w.strict(sig.Recv().Type(), 0) {
		return true
	}
	return opaque[0] && opaque[1] // what goes in may come out
}

// busy looks through a body for anything that has to do with serving, and notes
// what it leads to.
func (w *world) busy(u *unit, d *digest) bool {
	info := u.pkg.info
	found := false
	ast.Inspect(u.decl.Body, func(n ast.Node) bool {
		if found {
			return false
		}
		switch x := n.(type) {
		case *ast.SelectorExpr:
			if sel := info.Selections[x]; sel != nil && types.IsInterface(sel.Recv()) {
				d.methods = append(d.methods, x.Sel.Name)
			}
			found = busyName.MatchString(x.Sel.Name) && (info.Uses[x.Sel] == nil || isInterfaceMethod(info.Uses[x.Sel]))
		case *ast.Ident:
			switch o := info.Uses[x].(type) {
			case *types.Func:
				if s, ok := stubOf(o); ok {
					_, e, _ := effectOf(o)
					found = s.name != "nethttp" && e.act != unknown || e.act != unknown && e.act != wraps
				}
				found = found || w.strict(o.Signature().Params(), 0) || w.strict(o.Signature().Results(), 0)
				d.funcs = append(d.funcs, o)
			case *types.Var:
				found = w.strict(o.Type(), 0)
			case *types.TypeName:
				if n := namedOf(o.Type()); n != nil {
					d.named = append(d.named, n)
					found = w.strict(n, 0)
				}
			}
		case *ast.CompositeLit:
			if t := info.TypeOf(x); t != nil {
				found = w.strict(t, 0)
				if n := namedOf(t); n != nil {
					d.named = append(d.named, n)
				}
			}
		case *ast.CallExpr:
			if t := info.TypeOf(x); t != nil {
				found = w.strict(t, 0)
			}
		}
		return !found
	})
	return found
}

func isInterfaceMethod(o types.Object) bool {
	f, ok := o.(*types.Func)
	return ok && f.Signature().Recv() != nil && types.IsInterface(f.Signature().Recv().Type())
}

func isError(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() == nil
}

// strict says whether t is, or is made of, a router, a handler or a server.
func (w *world) strict(t types.Type, depth int) bool {
	if t == nil || depth > 3 {
		return false
	}
	if depth > 0 {
		return w.strictly(t, depth)
	}
	v, ok := w.stricts[t]
	if !ok {
		v = w.strictly(t, depth)
		w.stricts[t] = v
	}
	return v
}

func (w *world) strictly(t types.Type, depth int) bool {
	if tup, ok := t.(*types.Tuple); ok {
		for v := range tup.Variables() {
			if w.strict(v.Type(), depth+1) {
				return true
			}
		}
		return false
	}
	if routerOf(t) != None || isMuxRoute(t) || isHTTP(t, "Handler") || isHTTP(t, "HandlerFunc") || isHTTP(t, "Server") {
		return true
	}
	switch x := types.Unalias(t).(type) {
	case *types.Pointer:
		return w.strict(x.Elem(), depth)
	case *types.Slice:
		return w.strict(x.Elem(), depth+1)
	case *types.Array:
		return w.strict(x.Elem(), depth+1)
	case *types.Map:
		return w.strict(x.Elem(), depth+1)
	case *types.Chan:
		return w.strict(x.Elem(), depth+1)
	case *types.Interface: // one that a router may be behind
		return x.NumMethods() > 0 && slices.ContainsFunc(routerMethods, func(name string) bool {
			o, _, _ := types.LookupFieldOrMethod(x, false, nil, name)
			return o != nil
		})
	case *types.Signature:
		if isHandlerFunc(x) {
			return true
		}
		return w.strict(x.Params(), depth+1) || w.strict(x.Results(), depth+1)
	case *types.Named:
		if s, ok := stubOf(x.Obj()); ok {
			return s.name != "nethttp" && carries(x, 0) // a handler function of a router
		}
		if serveHTTP(x) != nil {
			return true
		}
		switch u := x.Underlying().(type) {
		case *types.Struct:
			for v := range u.Fields() {
				if t := v.Type(); v.Embedded() && w.strict(t, depth+1) || routerOf(t) != None || isHTTP(t, "Handler") || isHTTP(t, "Server") {
					return true
				}
			}
		case *types.Interface:
			return w.strict(u, depth+1)
		default:
			return w.strict(u, depth+1)
		}
	}
	return false
}

// walkIdle goes on to what an idle function leads to.
func (f *frame) walkIdle(d *digest) {
	for _, fn := range d.funcs {
		if u := f.a.unitOf(fn); u != nil {
			f.a.calls(f.u, u)
			f.a.reach(u)
		}
	}
	for _, n := range d.named {
		f.a.mention(n)
	}
	for _, m := range d.methods {
		if f.a.quiet[m] {
			continue
		}
		f.a.quiet[m] = true
		for _, u := range f.a.methods[m] {
			f.a.reach(u)
		}
	}
}
