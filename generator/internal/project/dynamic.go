package project

import (
	"go/ast"
	"go/types"
)

// viaInterface walks a call of a method that an interface of the project has.
func (f *frame) viaInterface(c *ast.CallExpr, sel *ast.SelectorExpr, fn *types.Func) []node {
	if sel != nil {
		f.eval(sel.X)
	}
	d := dynamicCall{nargs: len(c.Args), args: f.args(c), bound: map[*unit]bool{}, from: f, call: c, lit: f.lit(), inGo: f.goes > 0}
	for range fn.Signature().Results().Len() {
		d.results = append(d.results, f.a.flow.node())
	}
	name := fn.Name()
	f.a.dynamic[name] = append(f.a.dynamic[name], d)
	i := len(f.a.dynamic[name]) - 1
	for _, u := range f.a.methods[name] {
		f.a.dispatch(&f.a.dynamic[name][i], u)
	}
	if sel != nil {
		f.viaRouter(c, sel, name, d)
	}
	return d.results
}

// viaRouter sees that a call through an interface of the project is one of a
// router, as in generated code that takes interface{ GET(...); POST(...) }.
func (f *frame) viaRouter(c *ast.CallExpr, sel *ast.SelectorExpr, name string, d dynamicCall) {
	recv := f.eval(sel.X)
	done := map[string]bool{}
	lit, goes := f.lit(), f.goes > 0
	f.a.flow.watch(recv, func(o *source) {
		s, ok := stubFor(o.imp)
		if o.kind != aRouter || !ok || done[s.name] {
			return
		}
		done[s.name] = true
		e := effects[s.name+"."+name]
		arg := func(i int) ast.Expr {
			if i < 0 || i >= len(c.Args) {
				return nil
			}
			return c.Args[i]
		}
		switch e.act {
		case adds, mounts, falls, uses:
			ev := &event{does: map[act]Does{adds: Add, mounts: Sub, falls: Fallback, uses: Use}[e.act], recv: recv, call: c, expr: sel.X, method: e.method}
			if x := arg(e.pattern); x != nil {
				ev.pattern = f.pattern(x)
				if s.name == "nethttp" {
					ev.method, ev.pattern = splitMethod(ev.pattern)
				}
			}
			if e.act == uses {
				ev.args, ev.nodes = c.Args, d.args
			}
			f.event(ev)
			ev.lit, ev.inGo = lit, goes // of the call, which was walked before
			if e.handler >= 0 && e.handler < len(d.args) && e.act != uses {
				f.mount(recv, d.args[e.handler], ev.pattern, c)
			}
			if len(d.results) > 0 {
				f.a.flow.edge(recv, d.results[0], nil)
			}
		}
	})
}

// viaValue walks a call of a function that is in a variable, or comes out of an
// expression.
func (f *frame) viaValue(c *ast.CallExpr, fun ast.Expr) []node {
	at := f.eval(fun)
	args := f.args(c)
	if sig, ok := f.typeOf(fun).(*types.Signature); ok && isHandlerFunc(sig) {
		f.forward(at, c)
		return nil
	} else if t := f.typeOf(fun); t != nil && isHandlerFunc(t) {
		f.forward(at, c)
		return nil
	}
	var results []node
	n := 1
	if t := f.typeOf(fun); t != nil {
		if sig, ok := t.Underlying().(*types.Signature); ok {
			n = sig.Results().Len()
		}
	}
	for range n {
		results = append(results, f.a.flow.node())
	}
	if at == 0 {
		return results
	}
	name := types.ExprString(fun)
	unknown := true
	f.a.flow.watch(at, func(s *source) {
		if s.kind != aFunc {
			return
		}
		unknown = false
		via := &wrapper{name: name, call: c, file: f.u.file, fn: s.unit}
		if s.lit != nil {
			via.call, via.file = s.lit, s.file
			bind(s.frame, sigOf(s.frame, s.lit), s.lit.Type, args, via)
		} else {
			f.a.calls(f.u, s.unit)
			via.name, via.call, via.file = s.unit.name, s.unit.decl, s.unit.file
			bind(s.frame, s.unit.obj.Signature(), s.unit.decl.Type, args, via)
		}
		for i, r := range s.results {
			if i < len(results) {
				f.a.flow.edge(r, results[i], nil)
			}
		}
	})
	// A function that is not here, such as middleware of a library in a variable,
	// hands on what it is given.
	if t := f.typeOf(fun); unknown && (t == nil || !known(t) || wrapping(t)) {
		via := &wrapper{name: name, call: c, file: f.u.file}
		for _, r := range results {
			for _, arg := range args {
				f.a.flow.edge(arg, r, via)
			}
		}
	}
	return results
}

func sigOf(f *frame, lit *ast.FuncLit) *types.Signature {
	sig, _ := f.typeOf(lit).(*types.Signature)
	if sig == nil {
		sig = types.NewSignatureType(nil, nil, nil, nil, nil, false)
	}
	return sig
}

func known(t types.Type) bool { return t != types.Typ[types.Invalid] }

// wrapping says whether t is func(http.Handler) http.Handler, or the like.
func wrapping(t types.Type) bool {
	sig, ok := t.Underlying().(*types.Signature)
	return ok && sig.Params().Len() == 1 && sig.Results().Len() == 1 && isHandler(sig.Params().At(0).Type()) && isHandler(sig.Results().At(0).Type())
}
