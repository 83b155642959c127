package project

import "go/types"

// namedOf returns the named type that t is, or points to.
func namedOf(t types.Type) *types.Named {
	if t == nil {
		return nil
	}
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, _ := t.(*types.Named)
	return n
}

// routerOf says which router a type is: itself, or a group of its routes. It is
// None for all others, also for types that embed a router.
func routerOf(t types.Type) Router {
	n := namedOf(t)
	if n == nil {
		return None
	}
	s, ok := stubOf(n.Obj())
	if !ok || !routerTypes[s.name+"."+n.Obj().Name()] {
		return None
	}
	return s.router
}

// isHTTP says whether t, or what it points to, is the type of net/http.
func isHTTP(t types.Type, name string) bool {
	n := namedOf(t)
	return n != nil && n.Obj().Name() == name && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "net/http"
}

// isMuxRoute says whether t is *mux.Route of gorilla/mux.
func isMuxRoute(t types.Type) bool {
	n := namedOf(t)
	if n == nil || n.Obj().Name() != "Route" {
		return false
	}
	s, ok := stubOf(n.Obj())
	return ok && s.name == "gorillamux"
}

// isHandlerFunc says whether t is func(http.ResponseWriter, *http.Request).
func isHandlerFunc(t types.Type) bool {
	sig, ok := t.Underlying().(*types.Signature)
	return ok && sig.Params().Len() == 2 && isHTTP(sig.Params().At(0).Type(), "ResponseWriter") && isHTTP(sig.Params().At(1).Type(), "Request")
}

// isHandler says whether a value of type t can answer requests: a router, an
// http.Handler, a function of that form, or a type with ServeHTTP.
func isHandler(t types.Type) bool {
	if t == nil {
		return false
	}
	return routerOf(t) != None || isMuxRoute(t) || isHTTP(t, "Handler") || isHandlerFunc(t) || serveHTTP(t) != nil
}

// serveHTTP returns the ServeHTTP method of t or *t.
func serveHTTP(t types.Type) *types.Func {
	n := namedOf(t)
	if n == nil {
		return nil
	}
	o, _, _ := types.LookupFieldOrMethod(types.NewPointer(n), true, n.Obj().Pkg(), "ServeHTTP")
	f, _ := o.(*types.Func)
	return f
}

// routes says whether a function of this type has to do with making, taking or
// wrapping routers, so that its calls are worth following one by one.
func routes(sig *types.Signature) bool {
	for _, tup := range []*types.Tuple{sig.Params(), sig.Results()} {
		for v := range tup.Variables() {
			t := v.Type()
			if isHandler(t) {
				return true
			}
			if s, ok := t.Underlying().(*types.Slice); ok && isHandler(s.Elem()) {
				return true
			}
			if f, ok := t.Underlying().(*types.Signature); ok && f != sig && middleware(f) {
				return true
			}
		}
	}
	return false
}

// middleware says whether a function takes or returns a handler.
func middleware(sig *types.Signature) bool {
	for _, tup := range []*types.Tuple{sig.Params(), sig.Results()} {
		for v := range tup.Variables() {
			if isHandler(v.Type()) {
				return true
			}
		}
	}
	return false
}

// carries says whether a variable of type t could hold a router, a handler, a
// server, or a function that deals with them. It is generous.
func carries(t types.Type, depth int) bool {
	if t == nil || depth > 3 {
		return false
	}
	switch x := types.Unalias(t).(type) {
	case *types.Basic:
		return x.Kind() == types.Invalid || x.Kind() == types.UntypedNil
	case *types.Pointer:
		return carries(x.Elem(), depth)
	case *types.Slice:
		return carries(x.Elem(), depth+1)
	case *types.Array:
		return carries(x.Elem(), depth+1)
	case *types.Map:
		return carries(x.Elem(), depth+1)
	case *types.Chan:
		return carries(x.Elem(), depth+1)
	case *types.Signature, *types.Interface, *types.TypeParam, *types.Tuple:
		return true
	case *types.Struct:
		return false
	case *types.Named:
		if x.Obj().Pkg() == nil {
			return false // error
		}
		if s, ok := stubOf(x.Obj()); ok {
			switch s.name + "." + x.Obj().Name() {
			case "nethttp.ResponseWriter", "nethttp.Request", "nethttp.Cookie", "nethttp.Header", "nethttp.Dir",
				"gin.Context", "echo4.Context", "echo5.Context", "echo4.Response", "fiber2.Ctx", "fiber3.Ctx", "gin.H":
				return false
			}
			return true
		}
		switch x.Underlying().(type) {
		case *types.Struct:
			return serveHTTP(x) != nil
		}
		return carries(x.Underlying(), depth+1)
	}
	return false
}
